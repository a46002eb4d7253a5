package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"guichet/shared/desk"
	"guichet/shared/guichet"
)

// recountMoods counts the moods of all messages of a tenant again, puts the cards right that are wrong, and says which. It may run while the house does.
func (f *flags) recountMoods(ctx context.Context, w io.Writer) error {
	s, done, err := f.open(ctx)
	if err != nil {
		return err
	}
	t := guichet.TenantID(f.tenant)
	if _, err := s.FreshConfig(ctx, t); err != nil {
		if guichet.Is(err, guichet.NotFound) {
			err = fmt.Errorf("there is no tenant %s in this house: name it with -tenant", t)
		}
		return errors.Join(err, done())
	}
	wrong, err := (&desk.Desk{Store: s, Now: time.Now}).Recount(ctx, t)
	for _, m := range wrong {
		fmt.Fprintf(w, "put right  contact %s: positive %d, neutral %d, negative %d (it said %d, %d, %d)\n", m.Contact, m.Now.Positive, m.Now.Neutral, m.Now.Negative,
			m.Was.Positive, m.Was.Neutral, m.Was.Negative)
	}
	if err := errors.Join(err, done()); err != nil {
		return err
	}
	fmt.Fprintf(w, "counted    %d cards were wrong\n", len(wrong))
	return nil
}
