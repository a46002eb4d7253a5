package guichet

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// heard is one word on some recipients.
type heard struct {
	to   []string
	word Word
}

var everybody = []string{"bo@customer.example", "cy@customer.example", "di@customer.example"}

func sentTo(addrs []string) *Message {
	m := &Message{Delivery: Queued}
	for _, a := range addrs {
		m.To = append(m.To, Person{Addr: a})
	}
	return m
}

func (m *Message) hearAll(all []heard) {
	for _, h := range all {
		var places []int
		for _, a := range h.to {
			places = append(places, m.Place(a, strings.ToLower))
		}
		m.Hear(places, h.word)
	}
}

func states(m *Message) string {
	var out []string
	for _, f := range m.Fates {
		out = append(out, string(f.State))
	}
	return strings.Join(out, " ") + " = " + string(m.Delivery)
}

// TestOrderOfWordsIsNothing: whatever a channel says, in whatever order, late and repeated, the same comes of it, for each recipient and for the mail; and at no step
// does anybody fall back to a weaker state.
func TestOrderOfWordsIsNothing(t *testing.T) {
	said := []Delivery{Accepted, Sent, Delayed, Failed, Returned, Delivered, Bounced, Complained}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 3).Draw(t, "recipients")
		var all []heard
		for i := range rapid.IntRange(0, 8).Draw(t, "words") {
			all = append(all, heard{to: rapid.SliceOfNDistinct(rapid.SampledFrom(everybody[:n]), 1, n, rapid.ID).Draw(t, "to"),
				word: Word{State: rapid.SampledFrom(said).Draw(t, "state"), At: time.Unix(int64(i), 0)}})
		}
		want := sentTo(everybody[:n])
		want.Outset(strings.ToLower)
		want.hearAll(all)
		again := append(slices.Clone(all), rapid.SliceOfN(rapid.SampledFrom(append(all, heard{})), 0, 4).Draw(t, "repeated")...)
		m := sentTo(everybody[:n])
		m.Outset(strings.ToLower)
		for _, h := range rapid.Permutation(again).Draw(t, "order") {
			before := slices.Clone(m.Fates)
			m.hearAll([]heard{h})
			for i, f := range m.Fates {
				if before[i].State.Above(f.State) {
					t.Fatalf("%s fell from %s to %s", f.Addr, before[i].State, f.State)
				}
			}
		}
		if states(m) != states(want) {
			t.Fatalf("got %s, in the other order %s", states(m), states(want))
		}
	})
}

func TestSummary(t *testing.T) {
	for fates, want := range map[string]Delivery{
		"delivered delivered":        Delivered,
		"delivered sent":             Sent,
		"delivered accepted sent":    Accepted,
		"delivered delayed accepted": Delayed,
		"delivered failed":           Failed,
		"returned delivered":         Returned,
		"returned failed":            Returned,
		"bounced delivered":          Bounced,
		"bounced complained":         Complained,
		"queued":                     Queued,
	} {
		var list []Fate
		for _, s := range strings.Fields(fates) {
			list = append(list, Fate{Word: Word{State: Delivery(s)}})
		}
		if got := Summary(list).State; got != want {
			t.Errorf("%s: %s, want %s", fates, got, want)
		}
	}
	if got := Summary(nil).State; got != "" {
		t.Errorf("of nobody: %s", got)
	}
}

func TestAddressState(t *testing.T) {
	at := func(n int) time.Time { return time.Unix(int64(n), 0) }
	bounced := AddressState{Status: AddressBarred, Reason: StoppedByBounce, By: BySES, At: at(10)}
	complained := AddressState{Status: AddressBarred, Reason: StoppedByComplaint, By: BySES, At: at(20)}
	tls := AddressState{Status: AddressInvalid, Reason: StoppedByTLS, By: ByRelay, Channel: "support", At: at(5)}
	lifted := AddressState{By: "ana", At: at(30)}
	for _, c := range []struct {
		name    string
		is, now AddressState
		changed bool
	}{
		{"bounced", AddressState{}, bounced, true},
		{"bounced twice", bounced, bounced, false},
		{"a complaint after a bounce", bounced, complained, true},
		{"a bounce after a complaint", complained, bounced, false},
		{"a bounce after no TLS", tls, bounced, true},
		{"no TLS after a bounce", bounced, tls, false},
		{"lifted", complained, lifted, true},
		{"lifted, though it takes mail", AddressState{}, lifted, false},
		{"a bounce of before it was lifted", lifted, bounced, false},
		{"a bounce after it was lifted", lifted, AddressState{Status: AddressBarred, Reason: StoppedByBounce, At: at(31)}, true},
	} {
		next, changed := c.is.Next(c.now)
		if changed != c.changed || changed && next.Reason != c.now.Reason || !changed && fmt.Sprint(next) != fmt.Sprint(c.is) {
			t.Errorf("%s: %v, %+v", c.name, changed, next)
		}
	}
	s := AddressState{}
	for i := range 40 {
		s, _ = s.Next(AddressState{Status: AddressBarred, Reason: StoppedByBounce, By: BySES, At: at(100 + 2*i)})
		s, _ = s.Next(AddressState{By: "ana", At: at(101 + 2*i)})
	}
	if len(s.Before) != maxChanges || s.Before[maxChanges-1].Reason != StoppedByBounce {
		t.Errorf("it remembers %d changes, want the last %d", len(s.Before), maxChanges)
	}
	for name, c := range map[string]struct {
		ch    ChannelID
		relay *Relay
		want  bool
	}{
		"by the relay as it was":      {"support", &Relay{Changed: at(1)}, true},
		"by the relay, changed since": {"support", &Relay{Changed: at(6)}, false},
		"by another channel's relay":  {"billing", &Relay{Changed: at(6)}, true},
		"by SES":                      {"support", nil, true},
	} {
		if got := tls.Stops(c.ch, c.relay); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
