package guichet

import "time"

// Fate is what became of a mail for one of its recipients.
type Fate struct {
	Addr string `json:"a"` // as the mail was addressed
	Word
}

// Word is one word on a mail.
type Word struct {
	State  Delivery  `json:"d"`
	Code   string    `json:"c,omitempty"` // why, for programs and for the page to say it in its language: "bounce.NoEmail", "stopped.tls_required", "refused"
	Reason string    `json:"r,omitempty"` // what the other side said, at most 300 bytes
	At     time.Time `json:"t,omitzero"`  // when it happened
}

// maxFates bounds what a message keeps: recipients, and addresses that events name and the mail does not.
const maxFates = 60

// Learn returns the fate after a further word on it: a weaker word, or the same again, never takes back a stronger one.
func (f Fate) Learn(w Word) (next Fate, changed bool) {
	if !w.State.Above(f.State) {
		return f, false
	}
	f.Word = w
	return f, true
}

// Attention is the order in which the fates of the recipients make the state of the mail: what went wrong for one comes before what went well for the others,
// and of what went well the one that got least far.
var Attention = []Delivery{Complained, Bounced, Returned, Failed, Delayed, Queued, Accepted, Sent, Delivered}

// Summary returns the fate that stands for the mail: the first by Attention, of equal ones the first recipient's. The zero Fate if there is none.
func Summary(fates []Fate) Fate {
	for _, d := range Attention {
		for _, f := range fates {
			if f.State == d {
				return f
			}
		}
	}
	return Fate{}
}

// Hear notes a word on some recipients, named by their places in m.Fates, which Place finds. It returns those for whom it changed anything, and keeps the
// mail's own state in step.
func (m *Message) Hear(places []int, w Word) (changed []string) {
	for _, i := range places {
		if next, ok := m.Fates[i].Learn(w); ok {
			m.Fates[i] = next
			changed = append(changed, next.Addr)
		}
	}
	if len(changed) > 0 {
		s := Summary(m.Fates)
		m.Delivery, m.Reason = s.State, s.Reason
		if s.Reason != "" && len(m.Fates) > 1 {
			m.Reason = s.Addr + ": " + s.Reason
		}
	}
	return changed
}

// Why a mail has failed where nobody but the house said so: it gave up. A proof that it left takes that back.
const (
	GivenUp = "given-up" // after many tries
	InDoubt = "doubt"    // it was handed over whole several times, and nobody said that it was taken
)

// Prove notes a word that is proof: it also takes the place of what the house thought when it gave up.
func (m *Message) Prove(place int, w Word) {
	if c := m.Fates[place].Code; c == GivenUp || c == InDoubt {
		m.Fates[place].Word = Word{State: Queued}
	}
	m.Hear([]int{place}, w)
}

// Place returns the place of an address among the fates, by the fold of addresses, and makes one if there is none and room is left; -1 if there is none.
func (m *Message) Place(addr string, fold func(string) string) int {
	m.Outset(fold)
	for i := range m.Fates {
		if fold(m.Fates[i].Addr) == fold(addr) {
			return i
		}
	}
	if len(m.Fates) >= maxFates || addr == "" {
		return -1
	}
	m.Fates = append(m.Fates, Fate{addr, Word{State: m.begun(), At: m.At}})
	return len(m.Fates) - 1
}

// Outset gives each recipient his fate, if the message has none yet.
func (m *Message) Outset(fold func(string) string) {
	if len(m.Fates) > 0 {
		return
	}
	seen := map[string]bool{}
	for _, list := range [][]Person{m.To, m.Cc, m.Bcc} {
		for _, p := range list {
			if seen[fold(p.Addr)] || len(m.Fates) >= maxFates {
				continue
			}
			seen[fold(p.Addr)] = true
			m.Fates = append(m.Fates, Fate{p.Addr, Word{State: m.begun(), At: m.At}})
		}
	}
}

// begun is the state of a recipient of whom nothing was said yet. A message from before there were fates has one for all.
func (m *Message) begun() Delivery {
	if m.Delivery == "" {
		return Queued
	}
	return m.Delivery
}
