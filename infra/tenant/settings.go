package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"guichet/shared/desk"
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
		now, err := changed(cfg, was, fields)
		if err != nil {
			return err
		}
		if err := s.SaveChannel(ctx, *now); err != nil {
			return err
		}
		fmt.Fprintf(w, "changed channel %s: %s\n", now.ID, fields)
	}
	return nil
}

// changed returns the channel with the fields of a JSON object in place of its own.
func changed(cfg *store.Config, was *guichet.Channel, fields string) (*guichet.Channel, error) {
	now := *was
	now.Numbers = append([]guichet.TicketFormat(nil), was.Numbers...)
	d := json.NewDecoder(bytes.NewReader([]byte(fields)))
	d.DisallowUnknownFields()
	if err := d.Decode(&now); err != nil {
		return nil, fmt.Errorf("-set %s: %w", was.ID, err)
	}
	if len(was.Numbers) == 0 && len(now.Numbers) > 0 && now.Numbers[0] != (guichet.TicketFormat{}) {
		now.Numbers = append([]guichet.TicketFormat{{}}, now.Numbers...) // cases may have been born with the default (T5)
	}
	return &now, desk.CheckChannel(cfg, was, &now)
}

// many is a flag that may stand several times.
type many []string

func (m *many) String() string { return strings.Join(*m, " ") }

// Set takes one more.
func (m *many) Set(s string) error {
	*m = append(*m, s)
	return nil
}
