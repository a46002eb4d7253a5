package main

import (
	"os"
	"testing"
)

func load(t testing.TB, path string) *Scenario {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s, err := Read(string(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// BenchmarkWeek plays the first week of the quarter: about 8,000 cases with nights, a weekend and long queues.
func BenchmarkWeek(b *testing.B) {
	for b.Loop() {
		s := load(b, "testdata/quarter.toml")
		s.Days = 7
		tally, err := Play(b.Context(), s)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(len(tally.lives)), "cases")
	}
}
