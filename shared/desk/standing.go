package desk

import (
	"context"
	"slices"

	"guichet/shared/guichet"
	"guichet/shared/mail"
	"guichet/shared/spam"
	"guichet/shared/store"
)

// MarkSpam records that an agent holds a message for spam, or not for spam: the case gets the channel's spam tag or loses it, and the standing of the sender follows
// (A054-A058). The same mark again changes nothing; the other one takes the first back. A message that was split off is marked where it is now.
// Errors: NotFound; Denied without the right to reply; Invalid for what did not come in.
func (d *Desk) MarkSpam(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.MessageID, spam bool) error {
	mark := guichet.MarkHam
	if spam {
		mark = guichet.MarkSpam
	}
	var elsewhere guichet.MessageID
	err := d.moveCase(ctx, t, who, id.Case(), func(w *worker, tx *store.Tx) ([]guichet.Fact, error) {
		m, err := d.Store.Message(ctx, t, id)
		switch {
		case err != nil:
			return nil, err
		case m.Moved != "":
			elsewhere = m.Moved.Message(1)
			return nil, nil
		case m.Direction != guichet.Inbound:
			return nil, guichet.Wrongf("messageId", "only a message that came in can be spam or not")
		case m.Mark == mark:
			return nil, nil
		}
		if err := d.judgeSender(ctx, tx, w, m, mark); err != nil {
			return nil, err
		}
		m.Mark = mark
		tx.Message(m)
		return d.markFacts(w, m, string(who)), nil
	}, guichet.CanReply)
	if err != nil || elsewhere == "" {
		return err
	}
	return d.MarkSpam(ctx, t, who, elsewhere, spam)
}

// markFacts sets or clears the case's spam tag by the mark of a message, and tells both. A channel without a spam tag leaves the case as it is (A056).
func (d *Desk) markFacts(w *worker, m *guichet.Message, by string) []guichet.Fact {
	marked := d.fact(guichet.InteractionMarked, by, "as", m.Mark)
	marked.Message = m.ID()
	facts := []guichet.Fact{marked}
	tag, spam := w.channel.SpamTag, m.Mark == guichet.MarkSpam
	if tag == "" || slices.Contains(w.c.Tags, tag) == spam {
		return facts
	}
	key := "untag"
	if spam {
		key = "tag"
		w.c.Tag(tag)
	} else {
		w.c.Untag(tag)
	}
	facts = append(facts, d.fact(guichet.CaseTagged, by, key, tag))
	if !spam && w.c.Skill == w.channel.SpamTo {
		d.requeue(w.cfg, w.c, w.channel.Skill, by, &facts) // it waited with the spam
	}
	return facts
}

// judgeSender moves the standing of a message's sender: one mark more of this kind, and one less of the other if the message had it. A forged mail says nothing
// about the person whose address it carries, and our own addresses have no standing.
func (d *Desk) judgeSender(ctx context.Context, tx *store.Tx, w *worker, m *guichet.Message, mark string) error {
	addr := mail.FoldAddress(m.From.Addr)
	if addr == "" || m.Verdicts.Forged() || m.Envelope.Form != "" || w.cfg.Owns(addr) {
		return nil
	}
	person, err := d.Store.Contact(ctx, m.Tenant, addr)
	if err != nil {
		return err
	}
	if person.Version == 0 {
		person.Addr, person.Name, person.Since = addr, m.From.Name, m.At
	}
	for kind, count := range map[string]*int{guichet.MarkSpam: &person.Spam, guichet.MarkHam: &person.Ham} {
		switch kind {
		case mark:
			*count++
		case m.Mark:
			*count = max(0, *count-1)
		}
	}
	tx.Contact(person)
	return nil
}

func standingOf(c *guichet.Contact) spam.Standing { return spam.Standing{Spam: c.Spam, Ham: c.Ham} }

// senderStanding reads the standing of a message's sender; the zero one for nobody.
func (d *Desk) senderStanding(ctx context.Context, m *guichet.Message) (spam.Standing, error) {
	addr := mail.FoldAddress(m.From.Addr)
	if addr == "" {
		return spam.Standing{}, nil
	}
	person, err := d.Store.Contact(ctx, m.Tenant, addr)
	if err != nil {
		return spam.Standing{}, err
	}
	return standingOf(person), nil
}
