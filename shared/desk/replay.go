package desk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"

	"guichet/shared/guichet"
	"guichet/shared/mail"
)

// Replayed is a threading decision that was made again.
type Replayed struct {
	Message  guichet.MessageID `json:"message"`
	Recorded guichet.Why       `json:"recorded"`          // as it stands in the message
	Now      guichet.Why       `json:"now"`               // as it is made today, in the state of the house of then
	Same     bool              `json:"same"`              // byte for byte
	Differs  string            `json:"differs,omitempty"` // why not, for people
}

// Replay runs a stored mail again: its bytes, its envelope and its verdicts, in the house as it was when the mail was decided, its channel's settings with it,
// by today's program. It writes nothing. What the decision did not look at then is not there for it now. Errors: NotFound; Invalid for a message that was not received;
// Temporary.
func (d *Desk) Replay(ctx context.Context, t guichet.TenantID, id guichet.MessageID) (Replayed, error) {
	m, err := d.Store.Message(ctx, t, id)
	if err != nil {
		return Replayed{}, err
	}
	if m.Why == nil || m.Raw == "" {
		return Replayed{}, guichet.Wrongf("messageId", "message %s did not come in by mail: nothing was decided", id)
	}
	raw, _, err := d.received(ctx, m.Raw)
	if err != nil {
		return Replayed{}, err
	}
	out := Replayed{Message: id, Recorded: *m.Why}
	s, err := d.siteThen(ctx, m)
	if err != nil {
		return out, err
	}
	in := Incoming{
		Raw: m.Raw, From: m.Envelope.From, Recipients: []string{m.Envelope.To}, ReceivedAt: m.Envelope.ReceivedAt, Receipt: m.Envelope.Receipt, Verdicts: m.Verdicts,
	}
	if m.Envelope.Form != "" {
		in.Form = &guichet.Form{ID: m.Envelope.Form}
	}
	in.Chat = m.Envelope.Chat
	s.Site = d.talkSite(s.Site, in.Chat)
	a, site, err := d.knowing(ctx, d.open(in, raw).to(m.Envelope.To), s.Site, s.cfg)
	if err != nil {
		return out, err
	}
	err = d.decideAgain(ctx, a.writtenBy(site), site, m, &out)
	return out, errors.Join(err, s.failed)
}

// decideAgain makes the decision of a message again, and compares.
func (d *Desk) decideAgain(ctx context.Context, a arrival, s mail.Site, m *guichet.Message, out *Replayed) error {
	house := &then{store: d.Store, tenant: m.Tenant, seen: m.Seen}
	l, err := d.look(ctx, a, s, house)
	if err != nil {
		return err
	}
	out.Now = atRest(a, s, mail.Decide(s, a.from(s), l.found)).Why
	was, is := asBytes(out.Recorded), asBytes(out.Now)
	out.Same = bytes.Equal(was, is)
	switch {
	case out.Same:
	case out.Recorded.Config != out.Now.Config:
		out.Differs = "the channel's settings of then are not kept: " + out.Now.Config + " is today's, then it was " + out.Recorded.Config
	case house.forgot != "":
		out.Differs = "not all is known any more of what " + house.forgot + " meant then"
	case len(m.Seen) == 0 && len(m.Why.Candidates) > 0:
		out.Differs = "it is not recorded what the decision saw"
	default:
		out.Differs = "it is decided otherwise now: " + string(is) + ", then " + string(was)
	}
	return nil
}

// CaseAt returns what decisions look at of a case, as it was at one of its versions: channel, status and when it moved, people, merges. NotFound for version 0.
func (d *Desk) CaseAt(ctx context.Context, t guichet.TenantID, id guichet.CaseID, version int64) (*guichet.Case, error) {
	return (&then{store: d.Store, tenant: t}).caseAt(ctx, id, version)
}

func asBytes(w guichet.Why) []byte {
	b, _ := json.Marshal(w) // plain data: it encodes
	return b
}
