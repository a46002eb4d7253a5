package sla

import (
	"testing"
	"time"

	"guichet/shared/guichet"
)

// clocked is a case opened at, under a level, with what was done to it since.
func clocked(t *testing.T, level guichet.SLA, do ...string) *Watch {
	t.Helper()
	l, err := Ready(level)
	if err != nil {
		t.Fatal(err)
	}
	w := &Watch{Case: &guichet.Case{Status: guichet.New}, Level: l}
	for _, line := range do {
		play(t, w, line)
	}
	w.Told = nil
	return w
}

// A part's promises go over to the whole where they end sooner, and come back.
func TestTakeAndGiveBack(t *testing.T) {
	level := guichet.SLA{First: 4 * 3600, Next: 2 * 3600, Resolution: 16 * 3600, Pause: []guichet.Status{guichet.Pending}, Calendar: office("UTC")}
	for _, tt := range []struct {
		name        string
		whole, part []string
		at          string
		told, back  string
		first, next string // due, or what is left of one that stands still; empty: not open
	}{
		{"the older promise", []string{"2 11:00 open"}, []string{"2 10:00 open"}, "2 12:00", "2 12:00 moved first, 2 12:00 moved resolution", "2 12:00 moved first, 2 12:00 moved resolution", "2 14:00", ""},
		{"the newer promise", []string{"2 10:00 open"}, []string{"2 11:00 open"}, "2 12:00", "", "", "2 14:00", ""},
		{"answered, and the part is not", []string{"2 10:00 open", "2 10:30 answer"}, []string{"2 11:00 open"}, "2 12:00", "2 12:00 moved next", "2 12:00 moved next", "", "2 15:00"},
		{"both answered, the part waits again", []string{"2 10:00 open", "2 10:30 answer"}, []string{"2 11:00 open", "2 11:10 answer", "2 11:30 wrote"}, "2 12:00", "2 12:00 moved next", "2 12:00 moved next", "", "2 13:30"},
		{"both wait again", []string{"2 10:00 open", "2 10:30 answer", "2 11:00 wrote"}, []string{"2 11:00 open", "2 11:10 answer", "2 11:30 wrote"}, "2 12:00", "", "", "", "2 13:00"},
		{"the part has missed it", []string{"2 16:00 open"}, []string{"2 10:00 open", "2 15:00 pass"}, "2 16:30", "2 16:30 moved first, 2 16:30 moved resolution", "2 16:30 moved first, 2 16:30 moved resolution", "2 14:00", ""},
		{"the whole has missed it, the part has time", []string{"2 10:00 open", "2 15:00 pass"}, []string{"2 13:00 open"}, "2 15:30", "", "", "2 14:00", ""},
		{"the whole stands still", []string{"2 11:00 open", "2 12:00 pending"}, []string{"2 09:30 open"}, "2 12:30", "2 12:30 moved first, 2 12:30 moved resolution", "2 12:30 moved first, 2 12:30 moved resolution", "1h0m0s", ""},
		{"the whole stands still with less", []string{"2 09:00 open", "2 12:00 pending"}, []string{"2 11:00 open"}, "2 12:30", "", "", "1h0m0s", ""},
		{"the part is at rest", []string{"2 11:00 open"}, []string{"2 09:00 open", "2 11:30 resolved"}, "2 12:00", "", "", "2 15:00", ""},
		{"the whole is at rest", []string{"2 11:00 open", "2 11:30 resolved"}, []string{"2 10:00 open"}, "2 12:00", "", "", "3h30m0s", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w, part := clocked(t, level, tt.whole...), clocked(t, level, tt.part...).Case
			before, own := *w.Case, *part
			kept := w.Take(part, on(t, tt.at))
			if got := told(w.Told); got != tt.told {
				t.Errorf("told %q, want %q", got, tt.told)
			}
			if left(w.Case.First) != tt.first || left(w.Case.Next) != tt.next {
				t.Errorf("first %s, next %s; want %s and %s", left(w.Case.First), left(w.Case.Next), tt.first, tt.next)
			}
			if part.First != own.First || part.Next != own.Next || part.Resolution != own.Resolution {
				t.Errorf("the part's own clocks changed: %+v", part)
			}
			w.Told = nil
			w.GiveBack(part, kept, on(t, tt.at))
			if got := told(w.Told); got != tt.back || w.Case.First != before.First || w.Case.Next != before.Next || w.Case.Resolution != before.Resolution {
				t.Errorf("given back: %q, want %q; %+v, want %+v", got, tt.back, w.Case, before)
			}
		})
	}
}

func left(k guichet.Clock) string {
	switch {
	case !k.Open():
		return ""
	case !k.Paused.IsZero():
		return time.Duration(k.Left).String()
	}
	return k.Due.Format("2 15:04")
}

// What was answered in the whole stays with it, and is not undone by parting.
func TestGiveBackLeavesWhatIsMet(t *testing.T) {
	level := guichet.SLA{First: 4 * 3600, Calendar: office("UTC")}
	w, part := clocked(t, level, "2 11:00 open"), clocked(t, level, "2 10:00 open").Case
	kept := w.Take(part, on(t, "2 12:00"))
	w.Answer(on(t, "2 13:00"))
	w.Told = nil
	if w.GiveBack(part, kept, on(t, "2 13:30")); len(w.Told) != 0 || !w.Case.First.Met.Equal(on(t, "2 13:00")) {
		t.Errorf("%q, %+v", told(w.Told), w.Case.First)
	}
	w.Case.Next = w.Level.begin(First, 0, w.Case.Opened, w.Case.Opened)
	w.Drop(Next, on(t, "2 14:00"))
	if got := told(w.Told); got != "2 14:00 moved next" || w.Case.Next != (guichet.Clock{}) {
		t.Errorf("dropped: %q, %+v", got, w.Case.Next)
	}
	w.Told = nil
	if w.Drop(Next, on(t, "2 14:00")); len(w.Told) != 0 {
		t.Errorf("dropped twice: %q", told(w.Told))
	}
}
