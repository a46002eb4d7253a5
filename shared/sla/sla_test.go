package sla

import (
	"testing"
	"time"

	"guichet/shared/guichet"
)

// office is open 09:00-17:00 on working days, in the zone.
func office(zone string) guichet.Calendar {
	week := map[string][]string{}
	for _, d := range []string{"mon", "tue", "wed", "thu", "fri"} {
		week[d] = []string{"09:00-17:00"}
	}
	return guichet.Calendar{Zone: zone, Week: week}
}

func with(c guichet.Calendar, day string, spans ...string) guichet.Calendar {
	c.Week[day] = spans
	return c
}

func nightly(zone string) guichet.Calendar {
	week := map[string][]string{}
	for _, d := range weekdays {
		week[d] = []string{"22:00-06:00"}
	}
	return guichet.Calendar{Zone: zone, Week: week}
}

func closed(c guichet.Calendar, first string, days int) guichet.Calendar {
	at, _ := time.Parse(time.DateOnly, first)
	for i := range days {
		c.Closed = append(c.Closed, at.AddDate(0, 0, i).Format(time.DateOnly))
	}
	return c
}

func compile(t testing.TB, c guichet.Calendar) *Schedule {
	t.Helper()
	s, err := Compile(c)
	if err != nil {
		t.Fatalf("compile %+v: %v", c, err)
	}
	return s
}

func at(t testing.TB, s string) time.Time {
	t.Helper()
	x, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func TestDue(t *testing.T) {
	paris := "Europe/Paris"
	for _, tt := range []struct {
		name     string
		calendar guichet.Calendar
		from     string
		goal     time.Duration
		want     string
	}{
		{"D-80 half a minute before closing", office("UTC"), "2026-03-02T16:59:30Z", time.Minute, "2026-03-03T09:00:30Z"},
		{"D-80 one minute across 60 closed days", closed(office("UTC"), "2026-03-03", 60), "2026-03-02T17:00:00Z", time.Minute, "2026-05-04T09:01:00Z"},
		{"D-80 one hour across 60 closed days", closed(office("UTC"), "2026-03-03", 60), "2026-03-02T16:30:00Z", time.Hour, "2026-05-04T09:30:00Z"},
		{"D-80 night shift", nightly("UTC"), "2026-03-02T05:30:00Z", time.Hour, "2026-03-02T22:30:00Z"},
		{"D-80 split shift", with(office("UTC"), "mon", "09:00-12:00", "13:00-17:00"), "2026-03-02T11:30:00Z", time.Hour, "2026-03-02T13:30:00Z"},
		{"400 closed days", closed(office("UTC"), "2026-03-03", 400), "2026-03-02T16:59:00Z", 2 * time.Minute, "2027-04-07T09:01:00Z"},
		{"D-78 opened outside hours", office("UTC"), "2026-03-01T03:00:00Z", time.Hour, "2026-03-02T10:00:00Z"},
		{"D-78 over a weekend", office("UTC"), "2026-03-06T16:00:00Z", 2 * time.Hour, "2026-03-09T10:00:00Z"},
		{"D-78 week without Monday and Thursday", with(with(office("UTC"), "mon"), "thu"), "2026-03-04T16:30:00Z", time.Hour, "2026-03-06T09:30:00Z"},
		{"exactly at closing is the same day", office("UTC"), "2026-03-02T16:00:00Z", time.Hour, "2026-03-02T17:00:00Z"},
		{"one nanosecond past closing", office("UTC"), "2026-03-02T16:00:00Z", time.Hour + 1, "2026-03-03T09:00:00.000000001Z"},
		{"nanosecond target at the last nanosecond", office("UTC"), "2026-03-02T16:59:59.999999999Z", 2, "2026-03-03T09:00:00.000000001Z"},
		{"no target left is now, also when closed", office("UTC"), "2026-03-01T03:00:00Z", 0, "2026-03-01T03:00:00Z"},
		{"local winter time", office(paris), "2026-03-02T07:00:00Z", time.Hour, "2026-03-02T09:00:00Z"},
		{"local summer time", office(paris), "2026-06-01T06:00:00Z", time.Hour, "2026-06-01T08:00:00Z"},
		{"night shift loses the skipped hour", nightly(paris), "2026-03-28T21:00:00Z", 7 * time.Hour, "2026-03-29T04:00:00Z"},
		{"night shift holds the repeated hour", nightly(paris), "2026-10-24T20:00:00Z", 9 * time.Hour, "2026-10-25T05:00:00Z"},
		{"interval within the skipped hour does not happen", with(office(paris), "sun", "02:00-03:00"), "2026-03-28T12:00:00Z", 30 * time.Minute, "2026-03-30T07:30:00Z"},
		{"interval within the repeated hour counts twice", with(office(paris), "sun", "02:00-03:00"), "2026-10-25T00:00:00Z", 2 * time.Hour, "2026-10-25T02:00:00Z"},
		{"interval ending within the repeated hour", with(office(paris), "sun", "01:00-02:30"), "2026-10-24T23:00:00Z", 110 * time.Minute, "2026-10-25T01:20:00Z"},
		{"midnight is skipped", with(office("Africa/Cairo"), "fri", "00:00-02:00"), "2026-04-23T21:00:00Z", 30 * time.Minute, "2026-04-23T22:30:00Z"},
		{"Samoa left out a day", with(with(office("Pacific/Apia"), "sat", "00:00-24:00"), "thu", "00:00-24:00"), "2011-12-30T09:59:00Z", 2 * time.Minute, "2011-12-30T10:01:00Z"},
		{"closed day still ends the night shift before it", func() guichet.Calendar { c := nightly("UTC"); c.Closed = []string{"2026-03-03"}; return c }(), "2026-03-02T22:00:00Z", 8*time.Hour + 1, "2026-03-04T22:00:00.000000001Z"},
		{"special day has its own hours", func() guichet.Calendar {
			c := office("UTC")
			c.Special = map[string][]string{"2026-12-24": {"09:00-12:00"}}
			return c
		}(), "2026-12-24T11:00:00Z", 2 * time.Hour, "2026-12-25T10:00:00Z"},
		{"special day beats closed", func() guichet.Calendar {
			c := office("UTC")
			c.Closed, c.Special = []string{"2026-12-24"}, map[string][]string{"2026-12-24": {"10:00-11:00"}}
			return c
		}(), "2026-12-24T00:00:00Z", time.Minute, "2026-12-24T10:01:00Z"},
		{"only one special day in all time", guichet.Calendar{Zone: "UTC", Special: map[string][]string{"2030-01-01": {"10:00-11:00"}}}, "2026-12-24T00:00:00Z", time.Hour, "2030-01-01T11:00:00Z"},
		{"always open", Always(), "2026-03-29T00:59:00Z", time.Hour, "2026-03-29T01:59:00Z"},
		{"overlapping intervals count once", with(office("UTC"), "mon", "09:00-12:00", "11:00-13:00"), "2026-03-02T09:00:00Z", 4 * time.Hour, "2026-03-02T13:00:00Z"},
		{"last day of a leap year", office("America/New_York"), "2040-12-31T15:00:00Z", 10 * time.Hour, "2041-01-01T17:00:00Z"},
		{"in the next century", office("UTC"), "2150-03-02T16:30:00Z", time.Hour, "2150-03-03T09:30:00Z"},
		{"after midnight of the last special night", guichet.Calendar{Zone: "UTC", Special: map[string][]string{"2026-03-02": {"22:00-06:00"}}}, "2026-03-03T02:00:00Z", time.Hour, "2026-03-03T03:00:00Z"},
		{"before 1970", office("UTC"), "1969-12-31T16:00:00Z", 2 * time.Hour, "1970-01-01T10:00:00Z"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := compile(t, tt.calendar)
			got := s.Due(at(t, tt.from), tt.goal)
			if !got.Equal(at(t, tt.want)) || got.Location() != time.UTC {
				t.Errorf("due of %v after %s: got %v, want %s", tt.goal, tt.from, got, tt.want)
			}
			if b := s.Business(at(t, tt.from), got); b != tt.goal {
				t.Errorf("business time up to the due time: got %v, want %v", b, tt.goal)
			}
		})
	}
}

func TestNeverDue(t *testing.T) {
	from := at(t, "2026-03-02T10:00:00Z")
	rare := guichet.Calendar{Zone: "Europe/Paris", Week: map[string][]string{"mon": {"09:00-09:01"}}}
	for name, s := range map[string]*Schedule{
		"zero calendar":             compile(t, guichet.Calendar{}),
		"no schedule":               nil,
		"zone without hours":        compile(t, guichet.Calendar{Zone: "Europe/Paris"}),
		"all special days are over": compile(t, guichet.Calendar{Zone: "UTC", Special: map[string][]string{"2020-01-01": {"10:00-11:00"}}}),
		"longer than any year has":  compile(t, rare),
		"too little left":           compile(t, guichet.Calendar{Zone: "Europe/Paris", Special: map[string][]string{"2030-01-01": {"10:00-11:00"}}}),
	} {
		goal := 2 * time.Hour
		if name == "longer than any year has" {
			goal = 1 << 62
		}
		if got := s.Due(from, goal); !got.IsZero() {
			t.Errorf("%s: got %v, want never", name, got)
		}
		if name != "longer than any year has" && s.Open(from) {
			t.Errorf("%s: is open", name)
		}
	}
	if got := compile(t, Always()).Due(at(t, "9999-12-31T23:00:00Z"), 2*time.Hour); !got.IsZero() {
		t.Errorf("past year 9999: got %v, want never", got)
	}
}

func TestOpenEnds(t *testing.T) {
	s := compile(t, office("Europe/Paris"))
	for text, want := range map[string]bool{
		"2026-03-02T07:59:59.999Z": false, "2026-03-02T08:00:00Z": true,
		"2026-03-02T15:59:59.999Z": true, "2026-03-02T16:00:00Z": false,
	} {
		if got := s.Open(at(t, text)); got != want {
			t.Errorf("open at %s: got %v, want %v", text, got, want)
		}
	}
}

// Within the second of an opening or a closing only its own side counts.
func TestBusinessAroundTheEnds(t *testing.T) {
	s := compile(t, with(office("UTC"), "mon", "09:00-12:00", "13:00-17:00"))
	for _, tt := range []struct {
		from, to string
		want     time.Duration
	}{
		{"2026-03-02T16:59:59Z", "2026-03-02T17:00:00.5Z", time.Second},
		{"2026-03-02T17:00:00.25Z", "2026-03-02T17:00:00.75Z", 0},
		{"2026-03-02T08:59:59.5Z", "2026-03-02T09:00:00.25Z", time.Second / 4},
		{"2026-03-02T11:59:59.75Z", "2026-03-02T13:00:00.5Z", 3 * time.Second / 4},
		{"2026-03-02T10:00:00.9Z", "2026-03-02T10:00:01.1Z", time.Second / 5},
		{"2026-03-02T10:00:00Z", "2026-03-02T09:00:00Z", 0},
	} {
		if got := s.Business(at(t, tt.from), at(t, tt.to)); got != tt.want {
			t.Errorf("%s .. %s: got %v, want %v", tt.from, tt.to, got, tt.want)
		}
	}
	if got, want := s.Due(at(t, "2026-03-02T17:00:00.5Z"), time.Second), at(t, "2026-03-03T09:00:01Z"); !got.Equal(want) {
		t.Errorf("a second from just after closing: got %v, want %v", got, want)
	}
}

func TestCompileNamesTheField(t *testing.T) {
	week := func(day string, spans ...string) guichet.Calendar {
		return guichet.Calendar{Zone: "UTC", Week: map[string][]string{day: spans}}
	}
	for _, tt := range []struct {
		name, field string
		calendar    guichet.Calendar
	}{
		{"no zone", "calendar.zone", guichet.Calendar{Week: map[string][]string{"mon": {"09:00-10:00"}}}},
		{"machine's zone", "calendar.zone", guichet.Calendar{Zone: "Local"}},
		{"unknown zone", "calendar.zone", guichet.Calendar{Zone: "Europe/Atlantis"}},
		{"zone as a path", "calendar.zone", guichet.Calendar{Zone: "../../etc/passwd"}},
		{"unknown day", "calendar.week", week("monday", "09:00-10:00")},
		{"no hyphen", "calendar.week.mon", week("mon", "09:00")},
		{"minute 60", "calendar.week.mon", week("mon", "09:60-10:00")},
		{"minute 60 of the end", "calendar.week.mon", week("mon", "09:00-10:60")},
		{"hour 25", "calendar.week.mon", week("mon", "09:00-25:00")},
		{"begins at 24:00", "calendar.week.mon", week("mon", "24:00-10:00")},
		{"sign", "calendar.week.mon", week("mon", "+9:00-10:00")},
		{"empty interval", "calendar.week.mon", week("mon", "09:00-09:00")},
		{"second interval", "calendar.week.tue", week("tue", "09:00-10:00", "x")},
		{"too many intervals", "calendar.week.tue", week("tue", make([]string, maxSpans+1)...)},
		{"closed day", "calendar.closed[1]", guichet.Calendar{Zone: "UTC", Closed: []string{"2026-02-28", "2026-02-29"}}},
		{"too many days", "calendar.closed", guichet.Calendar{Zone: "UTC", Closed: make([]string, maxDays+1)}},
		{"special day", "calendar.special", guichet.Calendar{Zone: "UTC", Special: map[string][]string{"24.12.2026": {}}}},
		{"special interval", "calendar.special.2026-12-24", guichet.Calendar{Zone: "UTC", Special: map[string][]string{"2026-12-24": {"-"}}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Compile(tt.calendar)
			e, ok := err.(*guichet.Error)
			if !ok || e.Kind != guichet.Invalid || e.Field != tt.field {
				t.Errorf("got %#v, want an Invalid error about %s", err, tt.field)
			}
		})
	}
}

func TestStartAndProgress(t *testing.T) {
	s := compile(t, office("UTC"))
	opened := at(t, "2026-03-02T16:30:00Z")
	level := Level{guichet.SLA{First: 3600}, s}
	first, resolution := level.begin(First, 0, opened, opened), level.begin(Resolution, 0, opened, opened)
	if resolution != (guichet.Clock{}) {
		t.Errorf("no target, but a clock: %+v", resolution)
	}
	late := first.Stop(at(t, "2026-03-03T10:00:00Z"))
	for _, tt := range []struct {
		name               string
		clk                guichet.Clock
		now                string
		elapsed, remaining time.Duration
	}{
		{"at once", first, "2026-03-02T16:30:00Z", 0, time.Hour},
		{"at night", first, "2026-03-02T23:00:00Z", 30 * time.Minute, 30 * time.Minute},
		{"when due", first, "2026-03-03T09:30:00Z", time.Hour, 0},
		{"overdue", first, "2026-03-03T09:50:00Z", 80 * time.Minute, 0},
		{"answered in time", first.Stop(at(t, "2026-03-02T16:40:00Z")), "2026-03-05T09:50:00Z", 10 * time.Minute, 50 * time.Minute},
		{"D-79 answered late stays late", late, "2026-03-05T09:50:00Z", 90 * time.Minute, 0},
		{"before it was opened", first, "2026-03-01T09:50:00Z", 0, time.Hour},
		{"no target", resolution, "2026-03-05T09:50:00Z", 0, 0},
	} {
		elapsed, remaining := Progress(tt.clk, opened, at(t, tt.now), s)
		if elapsed != tt.elapsed || remaining != tt.remaining {
			t.Errorf("%s: got %v and %v, want %v and %v", tt.name, elapsed, remaining, tt.elapsed, tt.remaining)
		}
	}
	if !late.Breached.Equal(first.Due) {
		t.Errorf("a late answer is breached at %v, want %v", late.Breached, first.Due)
	}
	if clk := (Level{guichet.SLA{First: 1 << 62}, s}).begin(First, 0, opened, opened); clk.Runs() {
		t.Errorf("a target of 146 billion years is due at %v", clk.Due)
	}
}
