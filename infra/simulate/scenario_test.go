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
