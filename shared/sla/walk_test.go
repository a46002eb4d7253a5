package sla

import (
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"guichet/shared/guichet"
)

var full = flag.Bool("full", false, "hold the clocks to the walk on 10,000 calendars, not on 300")

// walker is a clock as a person with a stopwatch would keep it: it ticks in open minutes, not in between, and not while it is held. It knows nothing of due times:
// it walks.
type walker struct {
	*oracle
	name   string
	target time.Duration
	used   time.Duration
	at     time.Time
	held   bool
	done   bool // met or missed
	warn   []int
	told   *[]string
}

// until walks on to an instant, and tells what it comes past.
func (w *walker) until(to time.Time) {
	for w.at.Before(to) {
		next := w.at.Truncate(time.Minute).Add(time.Minute)
		if next.After(to) {
			next = to
		}
		if !w.held && !w.done && w.open(w.at) {
			w.tick(next.Sub(w.at))
		}
		w.at = next
	}
}

// tick uses up to so much time from at on.
func (w *walker) tick(step time.Duration) {
	for len(w.warn) > 0 && !w.done {
		edge := time.Duration(int64(w.target) * int64(w.warn[0]) / 100)
		if edge > w.used+step || edge == w.target {
			break
		}
		w.say(w.at.Add(edge-w.used), fmt.Sprintf("warned %s %d%%", w.name, w.warn[0]))
		w.warn = w.warn[1:]
	}
	if w.used+step >= w.target {
		w.done = true
		w.say(w.at.Add(w.target-w.used), "breached "+w.name)
		w.used = w.target
		return
	}
	w.used += step
}

func (w *walker) say(at time.Time, what string) {
	*w.told = append(*w.told, at.UTC().Format(time.RFC3339Nano)+" "+what)
}

// TestTheClocksAgainstTheWalk holds the clocks of a case, with pauses, warnings, priorities, working days and sweeps that come whenever they come, to walkers that go minute
// by minute. With -full on 10,000 calendars.
func TestTheClocksAgainstTheWalk(t *testing.T) {
	checks := "300"
	if *full {
		checks = "10000"
	}
	was := flag.Lookup("rapid.checks").Value.String()
	t.Cleanup(func() { flag.Set("rapid.checks", was) })
	if err := flag.Set("rapid.checks", checks); err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, walkOnce)
}

func walkOnce(t *rapid.T) {
	c, from := drawCase(t)
	level, err := Ready(drawLevel(t, c))
	if err != nil {
		t.Skip("no such level: ", err)
	}
	w := &Watch{Case: &guichet.Case{Status: guichet.Open, Opened: from, Priority: rapid.SampledFrom([]int{0, 5, 12, -3}).Draw(t, "priority")}, Level: level}
	var want []string
	walkers := map[string]*walker{}
	o := newOracle(c)
	for _, clock := range []string{First, Resolution} {
		if goal := expected(o, level.SLA, clock, w.Case.Priority); goal > 0 {
			walkers[clock] = &walker{oracle: o, name: clock, target: goal, at: from, warn: level.Warn, told: &want}
		}
	}
	w.Open(from)
	now := from
	for range rapid.IntRange(1, 6).Draw(t, "steps") {
		now = now.Add(time.Duration(rapid.Int64Range(0, int64(40*time.Hour)).Draw(t, "later")))
		for _, k := range walkers {
			k.until(now)
		}
		switch what := rapid.SampledFrom([]string{"sweep", "pending", "open", "answer"}).Draw(t, "what"); what {
		case "sweep":
			w.Pass(now)
		case "pending", "open":
			w.Case.Status = guichet.Status(what)
			w.Sync(now, now)
			for _, k := range walkers {
				k.held = level.Stands(w.Case.Status)
			}
		case "answer":
			w.Answer(now)
			if k := walkers[First]; k != nil {
				k.done = true
			}
		}
		compareElapsed(t, w, walkers, now)
	}
	w.Pass(now)
	var got []string
	for _, m := range w.Told {
		switch m.Kind {
		case guichet.SLAWarned:
			got = append(got, m.At.Format(time.RFC3339Nano)+fmt.Sprintf(" warned %s %d%%", m.Clock, m.Percent))
		case guichet.SLABreached:
			got = append(got, m.At.Format(time.RFC3339Nano)+" breached "+m.Clock)
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Fatalf("level %+v\ngot\n%s\nwant\n%s", level.SLA, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// compareElapsed: elapsed is what the walker used, elapsed + remaining = target (A022), also while it stands still.
func compareElapsed(t *rapid.T, w *Watch, walkers map[string]*walker, now time.Time) {
	for i, k := range w.Case.Clocks() {
		walk := walkers[Names[i]]
		if walk == nil || walk.done {
			continue
		}
		elapsed, left := Progress(*k, w.Case.Opened, now, w.Level.Schedule)
		if elapsed != walk.used || elapsed+left != walk.target {
			t.Fatalf("%s at %v: elapsed %v and left %v, the walker used %v of %v", Names[i], now, elapsed, left, walk.used, walk.target)
		}
	}
}

func drawLevel(t *rapid.T, c guichet.Calendar) guichet.SLA {
	seconds := func(name string) int64 {
		if rapid.IntRange(0, 3).Draw(t, name+" in days") == 0 {
			return int64(rapid.IntRange(1, 3).Draw(t, name+" days"))*day + rapid.Int64Range(0, 7200).Draw(t, name+" beside")
		}
		return rapid.Int64Range(0, 30*3600).Draw(t, name)
	}
	l := guichet.SLA{First: seconds("first"), Resolution: seconds("resolution"), WorkingDays: rapid.Bool().Draw(t, "working days"), Calendar: c}
	if rapid.Bool().Draw(t, "urgent") {
		l.Urgent = []guichet.Urgency{{From: 10, First: seconds("urgent first")}, {From: 5, First: seconds("less urgent first"), Resolution: 60}, {From: -2, Resolution: seconds("low")}}
	}
	if rapid.Bool().Draw(t, "pause") {
		l.Pause = []guichet.Status{guichet.Pending}
	}
	for _, p := range []int{1, 50, 80, 99} {
		if rapid.Bool().Draw(t, fmt.Sprint("warn ", p)) {
			l.Warn = append(l.Warn, p)
		}
	}
	return l
}

// expected is the target of a clock, read from the settings anew.
func expected(o *oracle, l guichet.SLA, clock string, priority int) time.Duration {
	normal := map[string]int64{First: l.First, Resolution: l.Resolution}[clock]
	for _, u := range l.Urgent { // 12 is of the row of 10, 5 of that of 5, -3 of that of -2
		row := priority == 12 && u.From == 10 || priority == 5 && u.From == 5 || priority == -3 && u.From == -2
		if own := map[string]int64{First: u.First, Resolution: u.Resolution}[clock]; row && own > 0 {
			normal = own
		}
	}
	if l.WorkingDays && normal >= day {
		normal = normal/day*o.workday() + normal%day
	}
	return time.Duration(normal) * time.Second
}

// workday counts the open minutes of a week without exceptions, and the days on which an interval begins.
func (o *oracle) workday() int64 {
	plain := newOracle(guichet.Calendar{Zone: "UTC", Week: o.c.Week})
	monday := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	var minutes, days int64
	for d := range 7 {
		at := monday.AddDate(0, 0, d)
		minutes += int64(strings.Count(plain.day(at.Format(time.DateOnly)), "1"))
		if len(plain.begins(at)) > 0 {
			days++
		}
	}
	if days == 0 {
		return 0
	}
	return minutes * 60 / days
}
