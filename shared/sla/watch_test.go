package sla

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/shared/guichet"
)

// told writes moments as "15:04 breached first".
func told(ms []Moment) string {
	var out []string
	for _, m := range ms {
		s := m.At.Format("2 15:04") + " " + strings.TrimPrefix(string(m.Kind), "sla.") + " " + m.Clock
		if m.Percent > 0 {
			s += fmt.Sprintf(" %d%%", m.Percent)
		}
		if m.Late {
			s += " late"
		}
		out = append(out, s)
	}
	return strings.Join(out, ", ")
}

// Monday 2 March 2026, open 09:00-17:00.
func on(t testing.TB, clock string) time.Time {
	x, err := time.Parse("2 15:04", clock)
	if err != nil {
		t.Fatal(err)
	}
	return time.Date(2026, 3, x.Day(), x.Hour(), x.Minute(), 0, 0, time.UTC)
}

func TestWatch(t *testing.T) {
	calendar := office("UTC")
	for _, tt := range []struct {
		name  string
		level guichet.SLA
		do    []string // "2 10:00 verb"
		want  string
	}{
		{"answered in time", guichet.SLA{First: 3600}, []string{"2 10:00 open", "2 10:30 answer", "2 12:00 pass"}, "2 10:00 started first, 2 10:30 met first"},
		{"at the very instant is in time", guichet.SLA{First: 3600}, []string{"2 10:00 open", "2 11:00 answer"}, "2 10:00 started first, 2 11:00 met first"},
		{"D-79 a late answer is a breach, at its instant", guichet.SLA{First: 3600}, []string{"2 16:30 open", "3 11:00 answer", "3 12:00 pass"},
			"2 16:30 started first, 3 09:30 breached first, 3 11:00 met first late"},
		{"a tick at the very instant is a breach", guichet.SLA{First: 3600}, []string{"2 10:00 open", "2 11:00 pass"}, "2 10:00 started first, 2 11:00 breached first"},
		{"a tick twice tells once", guichet.SLA{First: 3600}, []string{"2 10:00 open", "2 11:00 pass", "2 11:00 pass", "2 13:00 pass"}, "2 10:00 started first, 2 11:00 breached first"},
		{"D-77 the clocks are independent", guichet.SLA{First: 7200, Resolution: 3600}, []string{"2 10:00 open", "2 15:00 pass"},
			"2 10:00 started first, 2 10:00 started resolution, 2 11:00 breached resolution, 2 12:00 breached first"},
		{"warned at their instants, over night, though the sweep comes late", guichet.SLA{First: 4 * 3600, Warn: []int{50, 75}}, []string{"2 15:00 open", "3 12:00 pass"},
			"2 15:00 started first, 2 17:00 warned first 50%, 3 10:00 warned first 75%, 3 11:00 breached first"},
		{"an answer before the second warning", guichet.SLA{First: 4 * 3600, Warn: []int{50, 75}}, []string{"2 10:00 open", "2 12:30 answer", "2 16:00 pass"},
			"2 10:00 started first, 2 12:00 warned first 50%, 2 12:30 met first"},
		{"pending stands still, and goes on with the rest", guichet.SLA{Resolution: 4 * 3600, Pause: []guichet.Status{guichet.Pending}},
			[]string{"2 10:00 open", "2 11:00 pending", "3 11:00 pass", "4 10:00 open again", "4 14:00 pass"},
			"2 10:00 started resolution, 2 11:00 paused resolution, 4 10:00 resumed resolution, 4 13:00 breached resolution"},
		{"pending by another policy runs on", guichet.SLA{Resolution: 4 * 3600}, []string{"2 10:00 open", "2 11:00 pending", "2 15:00 pass"}, "2 10:00 started resolution, 2 14:00 breached resolution"},
		{"what was due before it stood still is told first", guichet.SLA{Resolution: 3600, Pause: []guichet.Status{guichet.Pending}}, []string{"2 10:00 open", "2 12:00 pending", "3 12:00 open again"},
			"2 10:00 started resolution, 2 11:00 breached resolution"},
		{"an answer while it stands still is in time", guichet.SLA{First: 3600, Pause: []guichet.Status{guichet.Pending}}, []string{"2 10:00 open", "2 10:30 pending", "4 10:30 answer", "5 10:00 open again"},
			"2 10:00 started first, 2 10:30 paused first, 4 10:30 met first"},
		{"a warning waits while it stands still", guichet.SLA{First: 7200, Warn: []int{50}, Pause: []guichet.Status{guichet.Pending}}, []string{"2 10:00 open", "2 10:30 pending", "2 16:00 open again", "3 12:00 pass"},
			"2 10:00 started first, 2 10:30 paused first, 2 16:00 resumed first, 2 16:30 warned first 50%, 3 09:30 breached first"},
		{"at rest nothing runs, and what was left waits", guichet.SLA{First: 3600}, []string{"2 10:00 open", "2 10:30 resolved", "3 10:00 pass", "3 14:00 open again", "3 15:00 pass"},
			"2 10:00 started first, 2 10:30 paused first, 3 14:00 resumed first, 3 14:30 breached first"},
		{"the contact writes again after an answer", guichet.SLA{First: 3600, Next: 7200}, []string{"2 10:00 open", "2 10:10 wrote", "2 10:30 answer", "2 11:00 wrote", "2 11:30 wrote", "2 12:30 answer", "2 14:00 wrote", "2 17:00 pass"},
			"2 10:00 started first, 2 10:30 met first, 2 11:00 started next, 2 12:30 met next, 2 14:00 started next, 2 16:00 breached next"},
		{"written again after a breach is the same wait", guichet.SLA{Next: 3600}, []string{"2 10:00 open", "2 10:30 answer", "2 11:00 wrote", "2 13:00 wrote", "2 14:00 answer"},
			"2 11:00 started next, 2 12:00 breached next, 2 14:00 met next late"},
		{"resolved, and reopened by the contact", guichet.SLA{Resolution: 3600}, []string{"2 10:00 open", "2 10:30 solve", "2 10:30 resolved", "2 12:00 open again", "2 12:00 reopen", "2 14:00 pass"},
			"2 10:00 started resolution, 2 10:30 met resolution, 2 12:00 started resolution, 2 13:00 breached resolution"},
		{"a higher priority has its own target", guichet.SLA{First: 4 * 3600, Urgent: []guichet.Urgency{{From: 10, First: 3600}, {From: 20, First: 1800}}}, []string{"2 10:00 priority 15", "2 10:00 open", "2 12:00 pass"},
			"2 10:00 started first, 2 11:00 breached first"},
		{"priority raised: due from the beginning", guichet.SLA{First: 4 * 3600, Urgent: []guichet.Urgency{{From: 10, First: 7200}}}, []string{"2 10:00 open", "2 11:00 priority 10", "2 15:00 pass"},
			"2 10:00 started first, 2 11:00 moved first, 2 12:00 breached first"},
		{"priority raised too late: due at once, not before", guichet.SLA{First: 4 * 3600, Urgent: []guichet.Urgency{{From: 10, First: 1800}}}, []string{"2 10:00 open", "2 11:00 priority 10", "2 15:00 pass"},
			"2 10:00 started first, 2 11:00 moved first, 2 11:00 breached first"},
		{"no targets, no clocks", guichet.SLA{Warn: []int{50}}, []string{"2 10:00 open", "3 10:00 pass", "3 11:00 answer", "3 12:00 wrote", "4 10:00 solve"}, ""},
		{"part of another: nothing", guichet.SLA{First: 3600}, []string{"2 10:00 open", "2 10:10 merged", "2 12:00 pass", "2 12:00 pending"}, "2 10:00 started first"},
		{"working days", guichet.SLA{Resolution: 86400 + 3600, WorkingDays: true}, []string{"2 10:00 open", "4 10:00 pass"}, "2 10:00 started resolution, 3 11:00 breached resolution"},
		{"one working day", guichet.SLA{Resolution: 86400, WorkingDays: true}, []string{"2 10:00 open", "3 10:00 pass"}, "2 10:00 started resolution, 3 10:00 breached resolution"},
		{"days of 24 hours", guichet.SLA{Resolution: 86400}, []string{"2 09:00 open", "5 10:00 pass"}, "2 09:00 started resolution, 4 17:00 breached resolution"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.level.Calendar = calendar
			level, err := Ready(tt.level)
			if err != nil {
				t.Fatal(err)
			}
			w := &Watch{Case: &guichet.Case{Status: guichet.New}, Level: level}
			for _, line := range tt.do {
				play(t, w, line)
			}
			if got := told(w.Told); got != tt.want {
				t.Errorf("\ngot  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func play(t testing.TB, w *Watch, line string) {
	f := strings.SplitN(line, " ", 3)
	now := on(t, f[0]+" "+f[1])
	c := w.Case
	switch verb := f[2]; verb {
	case "open":
		c.Opened = now
		w.Open(now)
	case "answer":
		w.Answer(now)
	case "pass":
		w.Pass(now)
	case "wrote":
		w.Wrote(now)
	case "solve":
		w.Solve(now)
	case "reopen":
		w.Reopen(now)
	case "merged":
		c.Merged = "100012"
	case "pending", "resolved":
		c.Status = guichet.Status(verb)
		w.Sync(now, now)
	case "open again":
		c.Status = guichet.Open
		w.Sync(now, now)
	default:
		if _, err := fmt.Sscanf(verb, "priority %d", &c.Priority); err != nil {
			t.Fatal(line)
		}
		w.Sync(now, now)
	}
	for _, k := range c.Clocks() { // whatever happens: elapsed + remaining = target until the breach (A022)
		e, r := Progress(*k, c.Opened, now, w.Level.Schedule)
		if k.Breached.IsZero() && (k.Due.IsZero() || !now.After(k.Due) || !k.Paused.IsZero() || !k.Met.IsZero()) && e+r != time.Duration(k.Target)*time.Second {
			t.Errorf("%s: elapsed %v + remaining %v is not the target %v", line, e, r, time.Duration(k.Target)*time.Second)
		}
	}
}

// By the wall, a clock goes on at night and while it stands still, from when it began until it is met.
func TestWall(t *testing.T) {
	level, err := Ready(guichet.SLA{First: 3600, Next: 3600, Pause: []guichet.Status{guichet.Pending}, Calendar: office("UTC")})
	if err != nil {
		t.Fatal(err)
	}
	w := &Watch{Case: &guichet.Case{Status: guichet.New}, Level: level}
	for _, line := range []string{"2 16:30 open", "2 16:40 pending", "3 10:00 open again", "3 10:05 answer", "3 11:00 wrote"} {
		play(t, w, line)
	}
	now := on(t, "4 11:00")
	for _, tt := range []struct {
		clock guichet.Clock
		want  time.Duration
	}{{w.Case.First, 17*time.Hour + 35*time.Minute}, {w.Case.Next, 24 * time.Hour}, {w.Case.Resolution, 0}} {
		if got := Wall(tt.clock, w.Case.Opened, now); got != tt.want {
			t.Errorf("%+v: %v by the wall, want %v", tt.clock, got, tt.want)
		}
	}
	if !w.Case.First.Began.IsZero() || !w.Case.Next.Began.Equal(on(t, "3 11:00")) {
		t.Errorf("first began at %v, next at %v", w.Case.First.Began, w.Case.Next.Began)
	}
}

// Hours stay hours where a working day has no length.
func TestGoalOfHours(t *testing.T) {
	l := Level{guichet.SLA{First: 7200, Resolution: 86400, WorkingDays: true}, compile(t, guichet.Calendar{Zone: "UTC", Special: map[string][]string{"2030-01-01": {"10:00-11:00"}}})}
	if a, b := l.Goal(First, 0), l.Goal(Resolution, 0); a != 7200 || b != 0 {
		t.Errorf("got %d and %d s, want 7200 and none", a, b)
	}
}

func TestWorkday(t *testing.T) {
	sat := with(office("UTC"), "sat", "09:00-13:00")
	for _, tt := range []struct {
		name string
		c    guichet.Calendar
		want time.Duration
	}{
		{"eight hours", office("UTC"), 8 * time.Hour},
		{"a short Saturday", sat, 44 * time.Hour / 6},
		{"split shift", with(with(with(with(with(office("UTC"), "mon", "09:00-12:00", "13:00-17:00"), "tue", "09:00-16:00"), "wed", "09:00-16:00"), "thu", "09:00-16:00"), "fri", "09:00-16:00"), 7 * time.Hour},
		{"nights belong to the day on which they begin", nightly("UTC"), 8 * time.Hour},
		{"always", Always(), 24 * time.Hour},
		{"special days alone", guichet.Calendar{Zone: "UTC", Special: map[string][]string{"2030-01-01": {"10:00-11:00"}}}, 0},
	} {
		if got := compile(t, tt.c).Workday(); got != int64(tt.want/time.Second) {
			t.Errorf("%s: got %d s, want %v", tt.name, got, tt.want)
		}
	}
}

func TestReadyNamesTheField(t *testing.T) {
	for _, tt := range []struct {
		field string
		level guichet.SLA
	}{
		{"first", guichet.SLA{First: -1}}, {"resolution", guichet.SLA{Resolution: 1 << 60}}, {"urgent[0].next", guichet.SLA{Urgent: []guichet.Urgency{{From: 1, Next: -5}}}},
		{"urgent[0].from", guichet.SLA{Urgent: []guichet.Urgency{{}}}}, {"urgent[1].from", guichet.SLA{Urgent: []guichet.Urgency{{From: 2}, {From: 2}}}},
		{"pause[0]", guichet.SLA{Pause: []guichet.Status{guichet.Open}}}, {"pause[1]", guichet.SLA{Pause: []guichet.Status{guichet.Pending, guichet.Pending}}},
		{"warn[0]", guichet.SLA{Warn: []int{0}}}, {"warn[1]", guichet.SLA{Warn: []int{80, 80}}}, {"warn[0]", guichet.SLA{Warn: []int{100}}}, {"warn", guichet.SLA{Warn: []int{1, 2, 3, 4, 5, 6}}},
		{"urgent", guichet.SLA{Urgent: slices.Repeat([]guichet.Urgency{{From: 1}}, 21)}},
		{"resolution", guichet.SLA{Resolution: 86400, WorkingDays: true, Calendar: guichet.Calendar{Zone: "UTC"}}},
		{"calendar.holidays[0]", guichet.SLA{Calendar: guichet.Calendar{Zone: "UTC", Holidays: []string{"2026-02-30"}}}},
	} {
		_, err := Ready(tt.level)
		if e, ok := err.(*guichet.Error); !ok || e.Kind != guichet.Invalid || e.Field != tt.field {
			t.Errorf("%+v: got %v, want an Invalid error about %s", tt.level, err, tt.field)
		}
	}
}

func TestMoves(t *testing.T) {
	hours, opened := office("UTC"), on(t, "2 09:00")
	c := &guichet.Case{ID: "100012", Status: guichet.Open, Opened: opened}
	was, err := Ready(guichet.SLA{First: 3600, Resolution: 7200, Calendar: hours})
	if err != nil {
		t.Fatal(err)
	}
	(&Watch{Case: c, Level: was}).Open(opened)
	if got := Moves(c, was, opened); len(got) != 0 {
		t.Errorf("nothing changed, but %v moves", got)
	}
	longer := was
	longer.Resolution = 10800
	if got := Moves(c, longer, opened); len(got) != 1 || got[0].Clock != Resolution || !got[0].To.Due.Equal(on(t, "2 12:00")) {
		t.Errorf("resolution alone moves to 12:00, got %v", got)
	}
	none := was
	none.SLA.First = 0
	if got := Moves(c, none, opened); len(got) != 1 || got[0].Clock != First || got[0].To != (guichet.Clock{}) {
		t.Errorf("the first clock goes, got %v", got)
	}
	c.Resolution = c.Resolution.Stop(opened)
	if got := Moves(c, longer, opened); len(got) != 0 {
		t.Errorf("a clock that is met moves: %v", got)
	}
}

// A clock that stood still keeps what it used, whatever the target becomes.
func TestMoveOfAPausedClock(t *testing.T) {
	level, err := Ready(guichet.SLA{Resolution: 4 * 3600, Pause: []guichet.Status{guichet.Pending}, Calendar: office("UTC")})
	if err != nil {
		t.Fatal(err)
	}
	w := &Watch{Case: &guichet.Case{Status: guichet.New}, Level: level}
	play(t, w, "2 10:00 open")
	play(t, w, "2 11:00 pending")
	w.Level.Resolution = 2 * 3600
	w.Move(on(t, "3 10:00"))
	play(t, w, "4 10:00 open again")
	w.Level.Resolution = 3 * 3600
	w.Move(on(t, "4 10:30"))
	play(t, w, "4 16:00 pass")
	want := "2 10:00 started resolution, 2 11:00 paused resolution, 3 10:00 moved resolution, 4 10:00 resumed resolution, 4 10:30 moved resolution, 4 12:00 breached resolution"
	if got := told(w.Told); got != want {
		t.Errorf("\ngot  %s\nwant %s", got, want)
	}
}
