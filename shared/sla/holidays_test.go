package sla

import (
	"slices"
	"strings"
	"testing"

	"guichet/shared/guichet"
)

func vcalendar(lines ...string) []byte {
	return []byte("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + strings.Join(lines, "\r\n") + "\r\nEND:VCALENDAR\r\n")
}

func vevent(lines ...string) []byte {
	return vcalendar("BEGIN:VEVENT\r\n" + strings.Join(lines, "\r\n") + "\r\nEND:VEVENT")
}

func TestHolidays(t *testing.T) {
	for _, tt := range []struct {
		name string
		ics  []byte
		want string
	}{
		{"one day", vevent("DTSTART;VALUE=DATE:20261225", "DTEND;VALUE=DATE:20261226", "SUMMARY:Noël"), "2026-12-25"},
		{"no end", vevent("DTSTART;VALUE=DATE:20261225"), "2026-12-25"},
		{"ends where it begins", vevent("DTSTART;VALUE=DATE:20261225", "DTEND;VALUE=DATE:20261225"), "2026-12-25"},
		{"two days over the new year", vevent("DTSTART;VALUE=DATE:20261231", "DTEND;VALUE=DATE:20270102"), "2026-12-31 2027-01-01"},
		{"duration", vevent("DTSTART;VALUE=DATE:20260227", "DURATION:P3D"), "2026-02-27 2026-02-28 2026-03-01"},
		{"a week", vevent("DTSTART;VALUE=DATE:20260101", "DURATION:P1W"), "2026-01-01 2026-01-02 2026-01-03 2026-01-04 2026-01-05 2026-01-06 2026-01-07"},
		{"an hour", vevent("DTSTART:20261225T090000Z", "DTEND:20261225T100000Z"), ""},
		{"an hour from midnight", vevent("DTSTART:20261225T000000", "DURATION:PT1H"), ""},
		{"a moment", vevent("DTSTART:20261225T000000"), ""},
		{"midnight to midnight", vevent("DTSTART;TZID=\"Romance Standard Time\":20261225T000000", "DTEND;TZID=x:20261227T000000"), "2026-12-25 2026-12-26"},
		{"folded line", vevent("DTSTART;VALUE=DATE:2026", " 1225"), "2026-12-25"},
		{"alarm within", vevent("DTSTART;VALUE=DATE:20261225", "BEGIN:VALARM", "DURATION:P9D", "DTSTART:20200101", "END:VALARM"), "2026-12-25"},
		{"cancelled", vevent("DTSTART;VALUE=DATE:20261225", "STATUS:CANCELLED"), ""},
		{"colon within a quoted parameter", vevent(`DTSTART;X="a:b;c";VALUE=DATE:20261225`), "2026-12-25"},
		{"a task is no event", vcalendar("BEGIN:VTODO", "DTSTART;VALUE=DATE:20261225", "END:VTODO"), ""},
		{"sorted and once", vcalendar("BEGIN:VEVENT", "DTSTART:20261226", "END:VEVENT", "BEGIN:VEVENT", "DTSTART:20261225", "DTEND:20261227", "END:VEVENT"), "2026-12-25 2026-12-26"},
		{"every year, three times", vevent("DTSTART;VALUE=DATE:20261225", "RRULE:FREQ=YEARLY;COUNT=3"), "2026-12-25 2027-12-25 2028-12-25"},
		{"every second year until", vevent("DTSTART;VALUE=DATE:20261225", "RRULE:FREQ=YEARLY;INTERVAL=2;UNTIL=20301231"), "2026-12-25 2028-12-25 2030-12-25"},
		{"fourth Thursday of November", vevent("DTSTART;VALUE=DATE:20261126", "RRULE:FREQ=YEARLY;COUNT=2;BYMONTH=11;BYDAY=4TH"), "2026-11-26 2027-11-25"},
		{"last Monday of May", vevent("DTSTART;VALUE=DATE:20260525", "RRULE:FREQ=YEARLY;COUNT=3;BYMONTH=5;BYDAY=-1MO"), "2026-05-25 2027-05-31 2028-05-29"},
		{"last day of the month", vevent("DTSTART;VALUE=DATE:20260131", "RRULE:FREQ=MONTHLY;COUNT=3;BYMONTHDAY=-1"), "2026-01-31 2026-02-28 2026-03-31"},
		{"29 February", vevent("DTSTART;VALUE=DATE:20240229", "RRULE:FREQ=YEARLY;COUNT=2"), "2024-02-29 2028-02-29"},
		{"every Friday but one", vevent("DTSTART;VALUE=DATE:20260102", "RRULE:FREQ=WEEKLY;COUNT=3", "EXDATE;VALUE=DATE:20260109"), "2026-01-02 2026-01-16"},
		{"two days beside the first", vevent("DTSTART;VALUE=DATE:20261225", "RDATE;VALUE=DATE:20270101,20270501"), "2026-12-25 2027-01-01 2027-05-01"},
		{"a period", vevent("DTSTART;VALUE=DATE:20261225", "RDATE;VALUE=PERIOD:20270101T000000/P1D"), "2026-12-25 2027-01-01"},
		{"one repetition is moved", vcalendar("BEGIN:VEVENT", "UID:a", "DTSTART;VALUE=DATE:20260501", "RRULE:FREQ=YEARLY;COUNT=3", "END:VEVENT", "BEGIN:VEVENT", "UID:a", "RECURRENCE-ID;VALUE=DATE:20270501",
			"DTSTART;VALUE=DATE:20270503", "END:VEVENT", "BEGIN:VEVENT", "UID:b", "DTSTART;VALUE=DATE:20280501", "END:VEVENT"), "2026-05-01 2027-05-03 2028-05-01"},
		{"one repetition is cancelled", vcalendar("BEGIN:VEVENT", "UID:a", "RECURRENCE-ID:20270501", "DTSTART:20270501", "STATUS:CANCELLED", "END:VEVENT", "BEGIN:VEVENT", "UID:a", "DTSTART:20260501",
			"RRULE:FREQ=YEARLY;COUNT=3", "END:VEVENT"), "2026-05-01 2028-05-01"},
		{"every third day", vevent("DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=DAILY;INTERVAL=3;UNTIL=20260108"), "2026-01-01 2026-01-04 2026-01-07"},
		{"line feeds only", []byte("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20261225\nEND:VEVENT\n"), "2026-12-25"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Holidays(tt.ics)
			if err != nil || strings.Join(got, " ") != tt.want {
				t.Errorf("got %v, %v, want %v", got, err, tt.want)
			}
		})
	}
}

func TestHolidaysWithoutEnd(t *testing.T) {
	got, err := Holidays(vevent("DTSTART;VALUE=DATE:19700101", "RRULE:FREQ=YEARLY"))
	if err != nil || len(got) != maxRepeats || got[56] != "2026-01-01" {
		t.Errorf("got %d days, %v, want %d with 2026-01-01 among them", len(got), err, maxRepeats)
	}
}

func TestHolidaysGoOnPastABadEvent(t *testing.T) {
	for name, bad := range map[string]string{
		"date":      "DTSTART;VALUE=DATE:2026-12-24",
		"no date":   "SUMMARY:x",
		"rule":      "DTSTART:20261224\r\nRRULE:FREQ=SECONDLY",
		"rule part": "DTSTART:20261224\r\nRRULE:FREQ=YEARLY;BYEASTER=0",
		"weekday":   "DTSTART:20261224\r\nRRULE:FREQ=WEEKLY;BYDAY=XX",
		"backwards": "DTSTART:20261224T000000\r\nDTEND:20261220T000000",
		"too long":  "DTSTART:20261224\r\nDTEND:20361220",
	} {
		got, err := Holidays(vcalendar("BEGIN:VEVENT", bad, "END:VEVENT", "BEGIN:VEVENT", "DTSTART;VALUE=DATE:20261225", "END:VEVENT"))
		if !slices.Equal(got, []string{"2026-12-25"}) || !guichet.Is(err, guichet.Invalid) || !strings.Contains(err.Error(), "line 3") {
			t.Errorf("%s: got %v, %v, want 2026-12-25 and an Invalid error about line 3", name, got, err)
		}
	}
	if _, err := Holidays([]byte("<html>")); !guichet.Is(err, guichet.Invalid) {
		t.Errorf("a web page is no calendar, got %v", err)
	}
}

// FuzzHolidays: any bytes give days that Compile takes, or an error; never a panic.
func FuzzHolidays(f *testing.F) {
	f.Add(vevent("DTSTART;VALUE=DATE:20261225", "DTEND;VALUE=DATE:20261226"))
	f.Add(vevent("DTSTART;VALUE=DATE:19700101", "RRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO", "EXDATE:20260525"))
	f.Add(vevent("UID:a", "DTSTART:20261225", "RDATE:20270101,20270501/P1D", "RECURRENCE-ID:20261226"))
	f.Add(vevent("DTSTART:20261225T000000", "DURATION:P2W", "BEGIN:VALARM", "END:VALARM"))
	f.Fuzz(func(t *testing.T, ics []byte) {
		days, _ := Holidays(ics)
		if _, err := Compile(guichet.Calendar{Zone: "UTC", Closed: days}); err != nil {
			t.Errorf("days of a calendar do not compile: %v", err)
		}
	})
}

// FuzzCompile: any texts give a schedule whose due times are reached exactly, or an Invalid error.
func FuzzCompile(f *testing.F) {
	f.Add("Europe/Paris", "09:00-12:30", "22:00-06:00", "2026-12-25", int64(1774746000), int64(3600e9))
	f.Add("UTC", "00:00-24:00", "9:00-9:01", "2026-02-29", int64(-1), int64(1))
	f.Fuzz(func(t *testing.T, zone, a, b, day string, from, goal int64) {
		s, err := Compile(guichet.Calendar{Zone: zone, Week: map[string][]string{"mon": {a, b}, "sun": {b}}, Closed: []string{day},
			Special: map[string][]string{"2026-03-29": {a}}})
		if err != nil {
			if !guichet.Is(err, guichet.Invalid) {
				t.Errorf("got %v, want an Invalid error", err)
			}
			return
		}
		start := unix(from % horizon)
		goal %= int64(1e15) // eleven days
		if due := s.Due(start, d(goal)); !due.IsZero() && goal > 0 && s.Business(start, due) != d(goal) {
			t.Errorf("business time up to the due time %v: got %v, want %v", due, s.Business(start, due), d(goal))
		}
	})
}
