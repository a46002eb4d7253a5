package sla

import "testing"

// TestTheTableIsTheZone: at each change of each zone, a second before and after it, and at the ends of the table, the table says what the zone says.
func TestTheTableIsTheZone(t *testing.T) {
	for _, name := range []string{"Europe/Paris", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Africa/Cairo", "Africa/Casablanca", "Asia/Kathmandu", "Pacific/Apia", "UTC"} {
		zone, err := zoneOf(name)
		if err != nil {
			t.Fatal(err)
		}
		table := tableOf(zone)
		instants := []int64{tableFrom, tableUntil - 1}
		for _, z := range table {
			instants = append(instants, z.until-1, z.until-86400)
			if z.until < tableUntil {
				instants = append(instants, z.until)
			}
		}
		for _, at := range instants {
			got, want := table.at(at), ask(zone, at)
			if got.offset != want.offset || got.until <= at {
				t.Errorf("%s at %d: got %+v, want %+v", name, at, got, want)
			}
		}
	}
}
