package routing

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"guichet/shared/guichet"
)

func drawAgents(t *rapid.T) []guichet.Agent {
	n := rapid.IntRange(0, 8).Draw(t, "agents")
	agents := make([]guichet.Agent, 0, n)
	for i := range n {
		limit := rapid.Int64Range(0, 3).Draw(t, "limit")
		a := able(guichet.AgentID(fmt.Sprintf("agent-%d", i)), rapid.IntRange(-1, 22).Draw(t, "proficiency"), rapid.Int64Range(0, 4).Draw(t, "load"), limit)
		a.Presence = rapid.SampledFrom([]guichet.Presence{guichet.Available, guichet.Available, guichet.Busy, guichet.AfterWork, guichet.Offline}).Draw(t, "presence")
		a.Idle = noon.Add(-time.Minute * time.Duration(rapid.IntRange(0, 3).Draw(t, "idle")))
		if rapid.IntRange(0, 4).Draw(t, "skilled") == 0 {
			a.Skills = nil
		}
		agents = append(agents, a)
	}
	return agents
}

// TestLaws: never beyond a limit, without the skill or away; nobody in question is left out; the order of the agents does not matter.
func TestLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		agents := drawAgents(t)
		s := guichet.Skill{ID: "returns", Timeout: 60, PreferBy: ByCase,
			Criteria: rapid.SampledFrom([]string{"", Proficiency, Preferred, LeastBusy, MostBusy}).Draw(t, "criteria"),
			Fallback: rapid.SampledFrom([]string{FallbackOffline, FallbackAvailable}).Draw(t, "fallback")}
		c := &guichet.Case{Waits: noon, Last: rapid.SampledFrom([]guichet.AgentID{"", "agent-0", "agent-1", "gone"}).Draw(t, "last")}
		now := noon.Add(time.Second * time.Duration(rapid.IntRange(0, 90).Draw(t, "waited")))
		got := Choose(c, s, agents, now)

		free := map[guichet.AgentID]bool{}
		for _, a := range agents {
			_, skilled := a.Skills["returns"]
			free[a.ID] = skilled && a.Presence == guichet.Available && a.Load < a.Limit
		}
		want := 0
		for _, ok := range free {
			want += map[bool]int{true: 1}[ok]
		}
		chosen := slices.Clone(got.Next)
		if got.Agent != "" {
			chosen = append(chosen, got.Agent)
		}
		for _, id := range chosen {
			if !free[id] {
				t.Fatalf("%s may not get the case: %+v", id, got)
			}
		}
		slices.Sort(chosen)
		chosen = slices.Compact(chosen)
		if got.Wait.IsZero() && len(chosen) != want {
			t.Fatalf("%d agents are free, %d in the order: %+v", want, len(chosen), got)
		}
		if !got.Wait.IsZero() && (got.Agent != "" || !got.Wait.After(now) || s.Criteria != Preferred) {
			t.Fatalf("waits for the preferred agent at the wrong time: %+v", got)
		}
		if again := Choose(c, s, rapid.Permutation(agents).Draw(t, "order"), now); !reflect.DeepEqual(got, again) {
			t.Fatalf("in another order: got %+v, want %+v", again, got)
		}
	})
}

// give assigns n cases one after the other and returns the loads after each.
func give(n int, agents []guichet.Agent, criteria string) (history [][]int64) {
	for i := range n {
		got := Choose(&guichet.Case{}, skill(criteria), agents, noon)
		for j := range agents {
			if agents[j].ID == got.Agent {
				agents[j].Load++
				agents[j].Idle = noon.Add(time.Duration(i) * time.Second)
			}
		}
		loads := make([]int64, len(agents))
		for j, a := range agents {
			loads[j] = a.Load
		}
		history = append(history, loads)
	}
	return history
}

func five(limit int64) (agents []guichet.Agent) {
	for i := range 5 {
		agents = append(agents, able(guichet.AgentID('a'+rune(i)), 1+i, 0, limit))
	}
	return agents
}

// A113: 100 cases on 5 agents stay within one case of each other, at every moment.
func TestLeastBusySpreads(t *testing.T) {
	for i, loads := range give(100, five(30), LeastBusy) {
		if slices.Max(loads)-slices.Min(loads) > 1 {
			t.Fatalf("after %d cases: %v", i+1, loads)
		}
	}
}

// A114: agents fill one at a time, and what no longer fits waits.
func TestMostBusyPacks(t *testing.T) {
	for i, loads := range give(110, five(20), MostBusy) {
		partly, sum := 0, int64(0)
		for _, l := range loads {
			sum += l
			if l > 0 && l < 20 {
				partly++
			}
			if l > 20 {
				t.Fatalf("after %d cases: %v is above the limit", i+1, loads)
			}
		}
		if partly > 1 || sum != int64(min(i+1, 100)) {
			t.Fatalf("after %d cases: %v", i+1, loads)
		}
	}
}

// The queue drains the same from any order in which it was read.
func TestOrderLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var cases []*guichet.Case
		for i := range rapid.IntRange(0, 9).Draw(t, "cases") {
			cases = append(cases, &guichet.Case{ID: guichet.NewCaseID(int64(i)), Priority: rapid.IntRange(-1, 1).Draw(t, "priority"),
				Waits: noon.Add(time.Duration(rapid.IntRange(0, 2).Draw(t, "waits")))})
		}
		other := rapid.Permutation(cases).Draw(t, "order")
		Order(cases)
		Order(other)
		if !slices.Equal(cases, other) {
			t.Fatal("two orders of one queue")
		}
		for i := 1; i < len(cases); i++ {
			a, b := cases[i-1], cases[i]
			if a.Priority < b.Priority || a.Priority == b.Priority && a.Waits.After(b.Waits) {
				t.Fatalf("%+v comes before %+v", a, b)
			}
		}
	})
}

func BenchmarkChoose(b *testing.B) {
	for _, n := range []int{10, 1000, 10000} {
		agents := make([]guichet.Agent, n)
		for i := range agents {
			agents[i] = able(guichet.AgentID(fmt.Sprintf("agent-%d", i)), 1+i*7%20, int64(i%3), 3)
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				Choose(&guichet.Case{}, skill(LeastBusy), agents, noon)
			}
		})
	}
}
