package desktest

import (
	"context"
	"strconv"

	"guichet/shared/guichet"
)

// merge 2 into 1 by ana
func (s *story) merge(ctx context.Context, args []string) error {
	err := s.h.Desk.Merge(ctx, Tenant, guichet.AgentID(args[4]), s.id(ctx, args[0]), s.id(ctx, args[2]))
	s.h.Settle(ctx)
	return err
}

// unmerge 2 by ana
func (s *story) unmerge(ctx context.Context, args []string) error {
	err := s.h.Desk.Unmerge(ctx, Tenant, guichet.AgentID(args[2]), s.id(ctx, args[0]))
	s.h.Settle(ctx)
	return err
}

// split 1 3 by ana: the 3rd message of case 1.
func (s *story) split(ctx context.Context, args []string) error {
	n, _ := strconv.Atoi(args[1])
	_, err := s.h.Desk.Split(ctx, Tenant, guichet.AgentID(args[3]), s.id(ctx, args[0]).Message(n))
	s.h.Settle(ctx)
	return err
}

// mark 1 2 spam|ham by ana: the 2nd message of case 1.
func (s *story) mark(ctx context.Context, args []string) error {
	n, _ := strconv.Atoi(args[1])
	err := s.h.Desk.MarkSpam(ctx, Tenant, guichet.AgentID(args[4]), s.id(ctx, args[0]).Message(n), args[2] == guichet.MarkSpam)
	s.h.Settle(ctx)
	return err
}

// standing eve@x.example spam=2 ham=0: what agents marked of a sender.
func (s *story) standing(ctx context.Context, args []string) error {
	c, err := s.h.Store.Contact(ctx, Tenant, args[0])
	if err != nil {
		return err
	}
	for k, got := range map[string]int{"spam": c.Spam, "ham": c.Ham} {
		if want, _ := strconv.Atoi(options(args)[k]); got != want {
			return mismatch(k, got, want)
		}
	}
	return nil
}
