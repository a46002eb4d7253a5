package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"guichet/shared/guichet"
	"guichet/shared/store"
)

// settings changes channels as -set says: 'support={"acknowledgement":"We have your mail: {ticket}","burst":50}'. A field that is not named keeps its value.
func settings(ctx context.Context, w io.Writer, s *store.Store, t guichet.TenantID, sets []string) error {
	for _, set := range sets {
		id, fields, ok := strings.Cut(set, "=")
		if !ok {
			return fmt.Errorf("-set %.40q is not CHANNEL={...}", set)
		}
		cfg, err := s.FreshConfig(ctx, t)
		if err != nil {
			return err
		}
		was := cfg.Channels[guichet.ChannelID(strings.TrimSpace(id))]
		if was == nil {
			return fmt.Errorf("-set: tenant %s has no channel %.40q", t, id)
		}
		now, err := changed(was, fields)
		if err != nil {
			return err
		}
		for _, k := range []guichet.SkillID{now.Skill, now.SpamTo} {
			if k != "" && cfg.Skills[k] == nil {
				return fmt.Errorf("-set %s: there is no skill %q; make it first", id, k)
			}
		}
		if err := s.SaveChannel(ctx, *now); err != nil {
			return err
		}
		fmt.Fprintf(w, "changed channel %s: %s\n", now.ID, fields)
	}
	return nil
}

// changed returns the channel with the fields of a JSON object in place of its own.
func changed(was *guichet.Channel, fields string) (*guichet.Channel, error) {
	now := *was
	now.Numbers = append([]guichet.TicketFormat(nil), was.Numbers...)
	d := json.NewDecoder(bytes.NewReader([]byte(fields)))
	d.DisallowUnknownFields()
	if err := d.Decode(&now); err != nil {
		return nil, fmt.Errorf("-set %s: %w", was.ID, err)
	}
	return &now, guichet.ValidChannel(was, &now)
}

// many is a flag that may stand several times.
type many []string

func (m *many) String() string { return strings.Join(*m, " ") }

// Set takes one more.
func (m *many) Set(s string) error {
	*m = append(*m, s)
	return nil
}
