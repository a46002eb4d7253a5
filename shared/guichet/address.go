package guichet

import "time"

// AddressStatus says whether mail may be sent to an address.
type AddressStatus string

const (
	AddressOK      AddressStatus = ""           // nothing speaks against it
	AddressInvalid AddressStatus = "invalid"    // mail cannot reach it as we must send it
	AddressBarred  AddressStatus = "suppressed" // it came back for good, or its owner complained (D-43)
)

// Why an address takes no mail.
const (
	StoppedByBounce    = "bounced"
	StoppedByComplaint = "complained"
	StoppedByTLS       = "tls_required" // A049
)

// AddressState is whether an address takes mail, why not, and who said so. Every path that sends asks it before anything leaves. Only what a channel says
// of a mail of ours sets it, never a report that came as mail: anybody can write one (D-45). One exception: a complaint by the domain of the address itself (ByReport).
type AddressState struct {
	Status  AddressStatus   `json:"s,omitempty"`
	Reason  string          `json:"r,omitempty"` // StoppedByBounce, StoppedByComplaint, StoppedByTLS
	Said    string          `json:"w,omitempty"` // what the other side said, at most 300 bytes
	By      string          `json:"b,omitempty"` // who: "ses", "relay", "report", an agent's id who lifted it
	Message MessageID       `json:"m,omitempty"` // the mail that it is about
	Channel ChannelID       `json:"c,omitempty"` // by which that was sent
	At      time.Time       `json:"t,omitzero"`
	Before  []AddressChange `json:"h,omitempty"` // what was before, oldest first; the last few
}

// AddressChange is one earlier state of an address.
type AddressChange struct {
	Status  AddressStatus `json:"s,omitempty"`
	Reason  string        `json:"r,omitempty"`
	By      string        `json:"b,omitempty"`
	Message MessageID     `json:"m,omitempty"`
	At      time.Time     `json:"t,omitzero"`
}

// maxChanges bounds what an address remembers.
const maxChanges = 10

// Stopped reports whether the address takes no mail.
func (s AddressState) Stopped() bool { return s.Status != AddressOK }

// Stops reports whether a mail to the address by that way must not leave. What a relay could not do in secret counts until somebody changes that relay: it may
// have been the relay's fault. Relay is nil for the house's own way.
func (s AddressState) Stops(ch ChannelID, relay *Relay) bool {
	if s.Reason == StoppedByTLS && s.By == ByRelay && s.Channel == ch && relay != nil && relay.Changed.After(s.At) {
		return false
	}
	return s.Stopped()
}

// Who stops an address.
const (
	BySES    = "ses"
	ByRelay  = "relay"
	ByReport = "report" // a complaint that came as mail, from the domain of the address itself, which proves it
)

// Next returns the state that follows s: a complaint or a bounce is never taken back by another word, and the first one stands. Changed is false if s stands.
func (s AddressState) Next(n AddressState) (next AddressState, changed bool) {
	if stopRank[n.Reason] <= stopRank[s.Reason] && s.Stopped() && n.Stopped() {
		return s, false
	}
	if !s.Stopped() && (!n.Stopped() || s.By != "" && !n.At.After(s.At)) {
		return s, false // lifted since: the word that comes late, or again, is of before
	}
	n.Before = s.Before
	if s.Status != AddressOK || s.By != "" {
		n.Before = append(append([]AddressChange(nil), s.Before...), AddressChange{s.Status, s.Reason, s.By, s.Message, s.At})
	}
	n.Before = n.Before[max(0, len(n.Before)-maxChanges):]
	return n, true
}

var stopRank = map[string]int{StoppedByTLS: 1, StoppedByBounce: 2, StoppedByComplaint: 3}
