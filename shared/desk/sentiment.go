package desk

import (
	"context"
	"strconv"

	"guichet/shared/guichet"
	"guichet/shared/mail"
	"guichet/shared/store"
)

// Rate gives a message that came in a mood, or another one than before, and moves the count on its writer's card in the same commit (A027, A033): once, however many
// say so at the same time. The very same again changes nothing. A message that was split off is rated where it is now.
// Errors: NotFound; Denied without the right to rate; Invalid for what is no mood, or for a message that no contact wrote.
func (d *Desk) Rate(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.MessageID, s guichet.Sentiment) error {
	if err := s.Valid(); err != nil {
		return err
	}
	s.By, s.At = cut(s.By, 60), d.Now()
	if s.By == "" {
		s.By = string(who)
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
			return nil, guichet.Wrongf("messageId", "only a message that a contact wrote has a mood")
		}
		was := guichet.Sentiment{}
		if m.Sentiment != nil {
			was = *m.Sentiment
		}
		if was.Mood == s.Mood && was.Score == s.Score && was.By == s.By {
			return nil, nil
		}
		before := m.Rated()
		m.Sentiment = &s
		if err := d.countMood(ctx, tx, m, before, m.Rated()); err != nil {
			return nil, err
		}
		tx.Message(m)
		f := d.fact(guichet.InteractionRated, string(who), "as", string(s.Mood), "was", string(was.Mood), "score", strconv.FormatFloat(s.Score, 'g', 4, 64), "said", s.By)
		f.Message = m.ID()
		return []guichet.Fact{f}, nil
	}, guichet.CanRate)
	if err != nil || elsewhere == "" {
		return err
	}
	return d.Rate(ctx, t, who, elsewhere, s)
}

// countMood moves a message's writer from one mood to another; an empty one counts nowhere.
func (d *Desk) countMood(ctx context.Context, tx *store.Tx, m *guichet.Message, from, to guichet.Mood) error {
	if from == to {
		return nil
	}
	person, err := d.Store.Contact(ctx, m.Tenant, wrote(m))
	if err != nil {
		return err
	}
	if person.Version == 0 {
		person.Addr, person.Name, person.Since = wrote(m), m.From.Name, m.At
	}
	person.Moods.Add(from, -1)
	person.Moods.Add(to, 1)
	tx.Contact(person)
	return nil
}

// wrote is the folded address under which a message's writer has his card.
func wrote(m *guichet.Message) string { return mail.FoldAddress(m.From.Addr) }

// SetReach notes what a channel tells of a contact's account: how many he follows, and how many follow him (A027).
// Errors: NotFound for nobody; Denied without the right to rate; Invalid for what is no number of people.
func (d *Desk) SetReach(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.ContactID, r guichet.Reach) error {
	if err := d.ratesAnywhere(ctx, t, who); err != nil {
		return err
	}
	if r.Followed < 0 {
		return guichet.Wrongf("followed", "followed is a number from 0 on")
	}
	if r.Followers < 0 {
		return guichet.Wrongf("followers", "followers is a number from 0 on")
	}
	r.Told = true
	return again(ctx, func() error {
		person, err := d.Store.ContactByID(ctx, t, id)
		switch {
		case err != nil:
			return err
		case person.Version == 0:
			return guichet.Errorf(guichet.NotFound, "contact")
		case person.Reach == r:
			return nil
		}
		person.Reach = r
		tx := &store.Tx{}
		tx.Contact(person)
		return d.Store.Commit(ctx, tx)
	})
}

// ratesAnywhere reports nil for an agent who may rate on at least one channel: a card is no channel's.
func (d *Desk) ratesAnywhere(ctx context.Context, t guichet.TenantID, who guichet.AgentID) error {
	a, err := d.acting(ctx, t, who)
	if err != nil {
		return err
	}
	cfg, err := d.Store.Config(ctx, t)
	if err != nil {
		return err
	}
	role := cfg.Role(a)
	for ch := range role.Rights {
		if role.May(guichet.CanRate, ch) {
			return nil
		}
	}
	return &guichet.Error{Kind: guichet.Denied, Field: string(guichet.CanRate), Text: "the permission " + string(guichet.CanRate) + " is missing on every channel"}
}
