package desk

import (
	"context"
	"slices"

	"guichet/shared/guichet"
)

// Export tells outside what its tenant lets out of a fact (A033). It changes nothing in the house: what it could not tell is told when the queue brings the fact
// again, under the same id.
func (d *Desk) Export(ctx context.Context, f guichet.Fact) error {
	events, err := d.Events(ctx, f)
	if err != nil || len(events) == 0 || d.Tell == nil {
		return err
	}
	for _, err := range d.Tell(ctx, events) {
		if err != nil {
			return err
		}
	}
	return nil
}

// Events are what a fact is told outside as: nothing once its tenant lets out nothing any more, nothing of a message or a case that was deleted for good but that it
// was. The zero words of a fact that does not leave the house give none.
func (d *Desk) Events(ctx context.Context, f guichet.Fact) ([]guichet.Event, error) {
	types := f.Tells()
	if len(types) == 0 {
		return nil, nil
	}
	cfg, err := d.Store.Config(ctx, f.Tenant)
	if guichet.Is(err, guichet.NotFound) || err == nil && !cfg.Export.Enabled {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	base := guichet.Event{Schema: guichet.EventSchema, Tenant: f.Tenant, At: f.At.UTC(), By: f.By, Agent: f.Agent, Detail: outsideDetail(f, cfg.Export.Words)}
	c, err := d.Store.Case(ctx, f.Tenant, f.Case)
	if err != nil {
		return nil, err
	}
	base.Case = outsideCase(c, f)
	if f.Kind == guichet.CaseShredded || !c.Gone.IsZero() {
		if f.Kind != guichet.CaseShredded {
			return nil, nil
		}
	} else if f.Message != "" {
		if base.Message, err = d.outsideMessage(ctx, f, cfg.Export.Words && types[0] == guichet.EventMessageCreated); err != nil {
			return nil, err
		}
	}
	var out []guichet.Event
	for _, t := range types {
		if t == guichet.EventMessageCreated && base.Message == nil {
			continue
		}
		e := base
		e.Type, e.ID = t, f.EventID(t)
		out = append(out, e)
	}
	return out, nil
}

// outsideCase is a case as it is told.
func outsideCase(c *guichet.Case, f guichet.Fact) *guichet.EventCase {
	e := &guichet.EventCase{ID: c.ID, Version: f.Version, Channel: c.Channel, Status: c.Status}
	if !c.Gone.IsZero() {
		return e
	}
	e.Contact, e.Priority, e.Skill, e.Agent, e.Tags, e.Opened = c.Contact, c.Priority, c.Skill, c.Agent, c.Tags, c.Opened.UTC()
	e.In, e.Out, e.FirstResponse, e.Resolved = c.In, c.Out, c.First.Met, c.Resolution.Met
	if e.Agent == "" {
		e.Agent = c.Last
	}
	for name, k := range map[string]guichet.Clock{"first": c.First, "resolution": c.Resolution} {
		if !k.Breached.IsZero() {
			e.Late = append(e.Late, name)
		}
	}
	slices.Sort(e.Late)
	return e
}

// outsideMessage is the message of a fact as it is told; nil if it is not there any more, or not here. A note says nothing outside, and neither does mail that is
// held back.
func (d *Desk) outsideMessage(ctx context.Context, f guichet.Fact, words bool) (*guichet.EventMessage, error) {
	m, err := d.Store.Message(ctx, f.Tenant, f.Message)
	if guichet.Is(err, guichet.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	e := &guichet.EventMessage{
		ID: m.ID(), Direction: m.Direction, At: m.At.UTC(), Channel: m.Channel, Agent: m.By, Automatic: m.Auto, ThirdParty: m.Third || m.Outside, Quarantined: m.Held != "", Files: len(m.Files),
	}
	if m.Sentiment != nil {
		e.Sentiment, e.Score = m.Sentiment.Mood, m.Sentiment.Score
	}
	if !words || m.Direction == guichet.Note || m.Held != "" {
		return e, nil
	}
	if m.From.Addr != "" {
		e.From = &guichet.EventPerson{Name: m.From.Name, Address: m.From.Addr}
	}
	e.To, e.Cc = outsidePeople(m.To), outsidePeople(m.Cc)
	e.Subject, e.Text, e.TextCut = m.Subject, m.Text, m.Cut
	return e, nil
}

// outsidePeople are people as they are told: without the blind copies, as everybody else sees the mail. At most 50, which is what SES takes.
func outsidePeople(list []guichet.Person) []guichet.EventPerson {
	var out []guichet.EventPerson
	for _, p := range list[:min(len(list), 50)] {
		out = append(out, guichet.EventPerson{Name: p.Name, Address: p.Addr})
	}
	return out
}

// plainDetail are the details of a fact that say nothing of what people wrote, and name none of them.
var plainDetail = []string{"as", "channel", "was", "score", "status", "skill", "tag", "untag", "clock", "late", "delivery", "into", "messages", "kind", "code", "said"}

// outsideDetail is what a fact tells beside. From and to are words of ours in what happens to a case, and addresses in what becomes of a mail.
func outsideDetail(f guichet.Fact, words bool) map[string]string {
	var out map[string]string
	for k, v := range f.Detail {
		ours := (k == "from" || k == "to") && f.Kind != guichet.ReplyDelivery && f.Kind != guichet.ReplyFailed && f.Kind != guichet.ReplySent
		if words || ours || slices.Contains(plainDetail, k) && f.Kind != guichet.InteractionReceived {
			if out == nil {
				out = map[string]string{}
			}
			out[k] = cut(v, 1000)
		}
	}
	return out
}

// SetExport says what the tenant lets out of the house. Version is the one that the caller read, 0 for whatever stands. What is switched off leaves no more from then
// on, also what was on its way. Errors: Denied; Conflict.
func (d *Desk) SetExport(ctx context.Context, t guichet.TenantID, who guichet.AgentID, e guichet.Export) (guichet.Export, error) {
	var out guichet.Export
	err := d.tryAgain(ctx, e.Version, func() error {
		cfg, err := d.Configures(ctx, t, who, Whole)
		if err != nil {
			return err
		}
		if err := stale(e.Version, cfg.Export.Version); err != nil {
			return err
		}
		out = e
		if out.Version = cfg.Export.Version; out == cfg.Export {
			return nil
		}
		if err := d.Store.SaveExport(ctx, t, out); err != nil {
			return err
		}
		out.Version++
		return nil
	})
	return out, err
}
