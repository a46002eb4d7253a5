package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestSamplesAreRead(t *testing.T) {
	files, err := filepath.Glob("testdata/*.toml")
	if err != nil || len(files) < 4 {
		t.Fatalf("%d samples, %v", len(files), err)
	}
	for _, f := range files {
		load(t, f)
	}
}

const small = `
start = "2026-03-02"
days = 1
[[skills]]
name = "support"
[[arrivals]]
skill = "support"
per_day = 10
handling = { kind = "fixed", mean = "1m" }
[[agents]]
name = "ana"
count = 1
limit = 1
skills = { support = 1 }
shifts = [{ from = "09:00", to = "17:00" }]
`

// Each line of the small scenario spoilt once: the error names what is wrong.
func TestMistakesAreNamed(t *testing.T) {
	if _, err := Read(small); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ is, becomes, says string }{
		{"days = 1", "days = 0", "days"}, {"days = 1", "days = 1\nwarm_up_days = 1", "warm_up_days"}, {"days = 1", "days = 1\nzone = 'Mars'", "zone"},
		{"days = 1", "days = 1\ndais = 2", "dais"}, {"2026-03-02", "2026-02-30", "start"}, {"days = 1", "days = 1\nsweep = '1ms'", "sweep"},
		{"days = 1", "days = 1\n[sla]\nweek = { mon = ['9-5'] }", "sla.week"}, {"days = 1", "days = 1\n[sla]\nfirst = '-1s'", "-1s"},
		{`name = "support"`, `name = "s"`, "2 to 30"}, {`name = "support"`, `name = "Support!"`, "address"},
		{`name = "support"`, "name = 'support'\ncriteria = 'random'", "random"}, {`name = "support"`, "name = 'support'\n[[skills]]\nname = 'support'", "twice"},
		{`skill = "support"`, `skill = "sales"`, "sales"}, {"per_day = 10", "per_day = nan", "per_day"}, {"per_day = 10", "per_day = -1", "per_day"},
		{"per_day = 10", "per_day = 10\nhours = [1, 2]", "hours"}, {"per_day = 10", "per_day = 10\ndays = [0, 0, 0, 0, 0, 0, 0]", "days"},
		{"per_day = 10", "per_day = 10\ncontacts = -1", "contacts"}, {`kind = "fixed"`, `kind = "normal"`, "kind"}, {`mean = "1m"`, `mean = "0s"`, "mean"},
		{`mean = "1m"`, `mean = "1 minute"`, "1 minute"}, {`mean = "1m"`, `mean = "1m", cv = inf`, "cv"}, {`handling =`, `patience =`, "handling"},
		{"count = 1", "count = -1", "count"}, {"count = 1", "count = 10001", "count"}, {"limit = 1", "limit = -1", "limit"}, {"limit = 1", "limit = 1\nat_shift_end = 'go'", "at_shift_end"},
		{"support = 1 }", "support = 21 }", "21"}, {"support = 1 }", "sales = 1 }", "sales"}, {`"09:00"`, `"9:00"`, "9:00"}, {`"17:00"`, `"24:30"`, "24:30"},
		{`from =`, `days = ["Monday"], from =`, "Monday"}, {`name = "ana"`, `name = "ana#1"`, "name"}, {"limit = 1", "limit = 1\nspeed = 0.001", "speed"},
	} {
		if !strings.Contains(small, tt.is) {
			t.Fatalf("%q is not in the scenario", tt.is)
		}
		if _, err := Read(strings.Replace(small, tt.is, tt.becomes, 1)); err == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: got %v, want an error about %q", tt.becomes, err, tt.says)
		}
	}
}

// An error begins with the line at which it is, also where a list or a table in braces holds it.
func TestMistakesNameTheirLine(t *testing.T) {
	const text = `
start = "2026-03-02"
days  = 2
[sla]
first = "4h"

[[skills]]
name = "support"
[[skills]]
name     = "billing"
criteria = "least-busy" # fewest first
[skills.sla]
week = { mon = ["09:00-18:00"] }
[[arrivals]]
skill    = "support"
per_day  = 10
handling = { kind = "fixed", mean = "1m" }
[[arrivals]]
skill    = "billing"
per_day  = 20
hours    = [
  1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
  1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
]
handling = { kind = "fixed", mean = "2m" }
bursts   = [{ at = "2026-03-02 09:00", for = "1h", times = 5 }]
[[agents]]
name   = "ana"
count  = 1
limit  = 1
skills = { support = 1 }
[[agents.shifts]]
from = "09:00"
to   = "17:00"
[[agents.shifts]]
from = "22:00"
to   = "06:00"
`
	if _, err := Read(text); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ is, becomes, says string }{
		{"days  = 2", "days  = 0", "line 3: days: "}, {"days  = 2", "days  = 'x'", "line 3"}, {`"4h"`, `"4 h"`, "line 5"},
		{"days  = 2", "dais  = 2", "line 3: dais: "}, {"least-busy", "at-random", "line 11: skills[2].criteria: "}, {`mon = ["09:00-18:00"]`, `mon = ["9-5"]`, "line 13: skills[2].sla.week.mon: "},
		{"per_day  = 20", "per_day  = -1", "line 20: arrivals[2].per_day: "}, {"  1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,\n", "", "line 21: arrivals[2].hours: "},
		{`"2m"`, `"0s"`, "line 25: arrivals[2].handling.mean: "}, {`mean = "2m"`, `mean = "2m", mood = 3`, "line 25: arrivals.handling.mood: "}, {"2026-03-02 09:00", "9 o'clock", "line 26: arrivals[2].bursts[1].at: "},
		{"times = 5", "times = -5", "line 26: arrivals[2].bursts[1].times: "}, {`for = "1h"`, `for = "0s"`, "line 26: arrivals[2].bursts[1].for: "},
		{"support = 1", "support = 99", "line 31: agents[1].skills: "}, {`"06:00"`, `"6"`, "line 37: agents[1].shifts[2].to: "}, {"limit  = 1", "limit  = -1", "line 30: agents[1].limit: "},
		{"[[agents]]\n", "[[agents]]\ncolour = 'red'\n", "line 28: agents.colour: "}, {"[sla]", "[sla", "line 5"},
	} {
		if !strings.Contains(text, tt.is) {
			t.Fatalf("%q is not in the scenario", tt.is)
		}
		if _, err := Read(strings.Replace(text, tt.is, tt.becomes, 1)); err == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: got %v, want %q", tt.becomes, err, tt.says)
		}
	}
}

func TestSpans(t *testing.T) {
	for in, want := range map[string]time.Duration{"90s": 90 * time.Second, "2d": 48 * time.Hour, "1d12h": 36 * time.Hour, "4h30m": 270 * time.Minute, "0s": 0} {
		var s Span
		if err := s.UnmarshalText([]byte(in)); err != nil || time.Duration(s) != want {
			t.Errorf("%s: got %v, %v", in, time.Duration(s), err)
		}
	}
	for _, in := range []string{"d", "xd", "1.5d", "-1d", "9999d", "1", "-5s", "1h2d"} {
		var s Span
		if err := s.UnmarshalText([]byte(in)); err == nil {
			t.Errorf("%s is taken for %v", in, time.Duration(s))
		}
	}
}

func TestArguments(t *testing.T) {
	for _, tt := range []struct {
		args string
		want options
		ok   bool
	}{
		{"a/b.toml", options{scenario: "a/b.toml", html: "b.html", cases: 10000, workers: 16}, true},
		{"b.toml -what-if c.toml -html x.html", options{scenario: "b.toml", other: "c.toml", html: "x.html", cases: 10000, workers: 16}, true},
		{"-seed 5 b.toml -html -", options{scenario: "b.toml", html: "-", seed: 5, cases: 10000, workers: 16}, true},
		{"-load -keep -cases 5 -workers 2 b.toml", options{scenario: "b.toml", html: "b.html", load: true, keep: true, cases: 5, workers: 2}, true},
		{"-load -workers 0 b.toml", options{}, false}, {"-load -what-if c.toml b.toml", options{}, false},
		{"b.toml c.toml", options{}, false}, {"", options{}, false}, {"-speed b.toml", options{}, false},
	} {
		got, err := parse(strings.Fields(tt.args))
		if (err == nil) != tt.ok || tt.ok && got != tt.want {
			t.Errorf("%q: got %+v, %v", tt.args, got, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(small)
	f.Fuzz(func(_ *testing.T, text string) {
		if s, err := Read(text); err == nil && len(s.Agents) > 0 {
			newStream(s, 0).advance(s.begin.AddDate(0, 0, min(s.Days, 3)))
		}
	})
}
