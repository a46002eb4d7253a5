package desktest

import (
	"testing"
	"time"
)

// TestBurst: 16 who route at once give all that there is room for, nobody more than his limit, nothing twice. infra/bench does it with 10,000 cases.
func TestBurst(t *testing.T) {
	for _, b := range []Burst{
		{Agents: 40, Cases: 600, Workers: 16, Limit: 10},
		{Agents: 3, Cases: 200, Workers: 16, Limit: 100},
		{Agents: 1, Cases: 60, Workers: 16, Limit: 60},
	} {
		h := New(t, open(t))
		if err := b.Staff(t.Context(), h); err != nil {
			t.Fatal(err)
		}
		ids, err := b.Fill(t.Context(), h)
		if err != nil {
			t.Fatal(err)
		}
		out, err := b.Run(t.Context(), h, ids, time.Now)
		if err != nil {
			t.Errorf("%+v: %v", b, err)
		}
		t.Logf("%+v: %+v", b, out)
	}
}
