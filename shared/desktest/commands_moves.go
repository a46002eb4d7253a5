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
