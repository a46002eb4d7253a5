package sla

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"guichet/shared/guichet"
)

func unix(sec int64) time.Time    { return time.Unix(sec, 0) }
func d(nanos int64) time.Duration { return time.Duration(nanos) }

// BenchmarkDue: the aim is under 2 microseconds for a week's target and under 20 for a year's.
func BenchmarkDue(b *testing.B) {
	c := closed(with(office("Europe/Paris"), "mon", "09:00-12:00", "13:00-18:00"), "2026-12-21", 14)
	s := compile(b, c)
	from := at(b, "2026-03-26T15:00:00Z") // two changes of the clock within a year, one within a week
	for _, bb := range []struct {
		name string
		s    *Schedule
		goal time.Duration
	}{
		{"week", s, 40 * time.Hour},
		{"year", s, 52 * 40 * time.Hour},
		{"ten-years", s, 520 * 40 * time.Hour},
		{"400-closed-days", compile(b, closed(office("Europe/Paris"), "2026-03-27", 400)), 40 * time.Hour},
	} {
		b.Run(bb.name, func(b *testing.B) {
			for b.Loop() {
				if bb.s.Due(from, bb.goal).IsZero() {
					b.Fatal("never")
				}
			}
		})
	}
}

func BenchmarkBusinessYear(b *testing.B) {
	s := compile(b, office("Europe/Paris"))
	from := at(b, "2026-03-26T15:00:00Z")
	to := from.AddDate(1, 0, 0)
	for b.Loop() {
		s.Business(from, to)
	}
}

func BenchmarkCompile(b *testing.B) {
	c := closed(office("Europe/Paris"), "2026-12-21", 14)
	for b.Loop() {
		if _, err := Compile(c); err != nil {
			b.Fatal(err)
		}
	}
}

// TestZoneVersion: the database is the one of this Go, and its release is the one that is said.
func TestZoneVersion(t *testing.T) {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Skip("no go command:", err)
	}
	dir := filepath.Join(strings.TrimSpace(string(root)), "lib", "time")
	script, err := os.ReadFile(filepath.Join(dir, "update.bash"))
	if err != nil {
		t.Skip("this Go comes without its zone database:", err)
	}
	if !strings.Contains(string(script), "\nDATA="+ZoneVersion+"\n") {
		t.Skip("another Go comes with another zone database")
	}
	want, err := os.ReadFile(filepath.Join(dir, "zoneinfo.zip"))
	if err != nil || !bytes.Equal(want, zoneFile) {
		t.Errorf("zoneinfo.zip is not that of release %s: %v", ZoneVersion, err)
	}
}

// TestZones: every name that is offered is a zone, and compiles.
func TestZones(t *testing.T) {
	names := zoneNames()
	if len(names) < 500 || !slices.Contains(names, "Europe/Paris") || !slices.IsSorted(names) {
		t.Fatalf("%d zones", len(names))
	}
	for _, name := range names {
		if _, err := Compile(guichet.Calendar{Zone: name, Week: map[string][]string{"mon": {"09:00-10:00"}}}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// zoneNames lists the names of all time zones, in order.
func zoneNames() []string {
	index, err := zoneIndex()
	if err != nil {
		return nil
	}
	var names []string
	for _, f := range index.File {
		if !f.FileInfo().IsDir() {
			names = append(names, f.Name)
		}
	}
	return names
}

// BenchmarkPauses: a week's target that stood still ten times, and the same under a calendar with 15 years of holidays, split shifts and nights: all that is computed of one
// clock from the beginning to the breach.
func BenchmarkPauses(b *testing.B) {
	c := closed(with(office("Europe/Paris"), "mon", "09:00-12:00", "13:00-18:00", "22:00-06:00"), "2026-12-21", 14)
	for y := range 15 {
		for _, d := range []string{"-01-01", "-05-01", "-05-08", "-07-14", "-08-15", "-11-01", "-11-11", "-12-25"} {
			c.Holidays = append(c.Holidays, strconv.Itoa(2020+y)+d)
		}
	}
	level, err := Ready(guichet.SLA{First: 40 * 3600, Warn: []int{50, 80}, Pause: []guichet.Status{guichet.Pending}, Calendar: c})
	if err != nil {
		b.Fatal(err)
	}
	from := at(b, "2026-03-26T15:00:00Z")
	b.Run("ten", func(b *testing.B) {
		for b.Loop() {
			w := Watch{Case: &guichet.Case{Opened: from, Status: guichet.Open}, Level: level}
			now := from
			for w.Open(now); len(w.Told) < 20; now = now.Add(90 * time.Minute) {
				w.Case.Status = guichet.Pending
				if len(w.Told)%2 == 0 {
					w.Case.Status = guichet.Open
				}
				w.Sync(now, now)
			}
		}
	})
	b.Run("due-week", func(b *testing.B) {
		for b.Loop() {
			level.Due(from, 40*time.Hour)
		}
	})
	b.Run("due-year", func(b *testing.B) {
		for b.Loop() {
			level.Due(from, 52*40*time.Hour)
		}
	})
}
