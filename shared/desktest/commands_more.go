package desktest

import (
	"context"
	"slices"
	"strings"
)

func init() {
	for name, c := range map[string]command{"external": (*story).external} {
		commands[name] = c
	}
}

// external 1 4711028,INC0012345: the numbers that the contact's own helpdesk gave case 1; - for none.
func (s *story) external(ctx context.Context, args []string) error {
	c, err := s.h.Store.Case(ctx, Tenant, s.id(ctx, args[0]))
	if err != nil {
		return err
	}
	want := slices.DeleteFunc(strings.Split(strings.Trim(args[1], "-"), ","), func(a string) bool { return a == "" })
	if !slices.Equal(c.External, want) {
		return mismatch("external", c.External, want)
	}
	return nil
}
