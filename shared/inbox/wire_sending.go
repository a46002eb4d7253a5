package inbox

import (
	"guichet/shared/guichet"
	"guichet/shared/mail"
)

// The shapes of relays, of addresses that take no mail, and of what became of a mail.

// stateDTO says whether mail may be sent to an address.
type stateDTO struct {
	Status    string  `json:"status"`           // "ok", "invalid", "suppressed"
	Reason    string  `json:"reason,omitempty"` // "bounced", "complained", "tls_required"
	Said      string  `json:"said,omitempty"`   // by the other side
	By        string  `json:"by,omitempty"`     // "ses", "relay", "report" (a complaint by mail), or the agent who lifted it
	MessageID string  `json:"messageId,omitempty"`
	ChannelID string  `json:"channelId,omitempty"`
	At        *string `json:"at"`
	Before    []any   `json:"history"` // oldest first
}

type changeDTO struct {
	Status    string  `json:"status"`
	Reason    string  `json:"reason,omitempty"`
	By        string  `json:"by,omitempty"`
	MessageID string  `json:"messageId,omitempty"`
	At        *string `json:"at"`
}

func wireStatus(s guichet.AddressStatus) string { return orElse(string(s), "ok") }

func wireState(s guichet.AddressState) stateDTO {
	out := stateDTO{wireStatus(s.Status), s.Reason, s.Said, s.By, string(s.Message), string(s.Channel), timeOf(s.At), []any{}}
	for _, b := range s.Before {
		out.Before = append(out.Before, changeDTO{wireStatus(b.Status), b.Reason, b.By, string(b.Message), timeOf(b.At)})
	}
	return out
}

type suppressedDTO struct {
	ID      string   `json:"id"`
	Address string   `json:"address"`
	Name    string   `json:"name"`
	State   stateDTO `json:"addressState"`
	CaseID  string   `json:"contactId,omitempty"` // of the mail that stopped it
}

func wireSuppressed(c *guichet.Contact) suppressedDTO {
	return suppressedDTO{string(c.ID), c.Addr, c.Name, wireState(c.State), string(c.State.Message.Case())}
}

// fateDTO is what became of a mail for one recipient.
type fateDTO struct {
	Address string  `json:"idOnExternalPlatform"`
	Name    string  `json:"name,omitempty"`
	State   string  `json:"state"`
	Code    string  `json:"code,omitempty"`
	Reason  string  `json:"reason,omitempty"`
	At      *string `json:"at"`
}

func wireDelivery(m *guichet.Message) *deliveryDTO {
	out := &deliveryDTO{State: string(m.Delivery), Reason: m.Reason, SentAt: timeOf(m.SentAt), OpenedAt: timeOf(m.Opened), Recipients: []fateDTO{}}
	names := map[string]string{}
	for _, list := range [][]guichet.Person{m.To, m.Cc, m.Bcc} {
		for _, p := range list {
			names[p.Addr] = p.Name
		}
	}
	shown := *m
	shown.Outset(mail.FoldAddress) // of a mail that nobody has said anything of yet
	for _, f := range shown.Fates {
		out.Recipients = append(out.Recipients, fateDTO{f.Addr, names[f.Addr], string(f.State), f.Code, f.Reason, timeOf(f.At)})
	}
	return out
}

// relayDTO is a channel's relay. There is no field for its password: it is written only.
type relayDTO struct {
	ChannelID   string   `json:"channelId"`
	Host        string   `json:"host"`
	Port        int      `json:"port"`
	TLS         string   `json:"tls"`
	User        string   `json:"user"`
	HasPassword bool     `json:"hasPassword"`
	ForceTLS    bool     `json:"force_tls"`
	ChangedAt   *string  `json:"changedAt"`
	ChangedBy   string   `json:"changedBy"`
	Version     int64    `json:"version"`
	Test        *testDTO `json:"test"`
}

type testDTO struct {
	State   string  `json:"state"` // "running", "ok", "failed"
	AskedAt *string `json:"askedAt"`
	AskedBy string  `json:"askedBy"`
	At      *string `json:"at"`
	Secure  bool    `json:"secure"`
	Auth    string  `json:"auth,omitempty"`
	Reason  string  `json:"reason,omitempty"`
}

func wireRelay(r *guichet.Relay) relayDTO {
	out := relayDTO{
		string(r.Channel), r.Host, r.Port, r.TLS, r.User, len(r.Sealed) > 0, r.ForceTLS, timeOf(r.Changed), string(r.By), r.Version, nil,
	}
	if t := r.Test; !t.Asked.IsZero() {
		out.Test = &testDTO{"running", timeOf(t.Asked), string(t.By), timeOf(t.At), t.Secure, t.Auth, t.Reason}
		switch {
		case t.OK:
			out.Test.State = "ok"
		case !t.At.IsZero():
			out.Test.State = "failed"
		}
	}
	return out
}

// relayIn is what a client sends to set a relay.
type relayIn struct {
	Host     string `json:"host"`
	Port     int    `json:"port"`
	TLS      string `json:"tls"`
	User     string `json:"user"`
	Password string `json:"password"` // empty: the one that is kept, for the same host, port, tls and user
	ForceTLS bool   `json:"force_tls"`
	Version  int64  `json:"version"`
}
