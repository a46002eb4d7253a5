package store

import (
	"context"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
)

// Held is a mail that is not (or not yet) a message of a case: quarantined, or for nobody we know. Its bytes are at Raw; with them and the envelope it
// can be run again.
type Held struct {
	ID       string            `json:"id"`
	Tenant   guichet.TenantID  `json:"tenant,omitempty"`
	Channel  guichet.ChannelID `json:"channel,omitempty"`
	At       time.Time         `json:"at"`
	Reason   string            `json:"reason"`
	From     string            `json:"from,omitempty"`
	Subject  string            `json:"subject,omitempty"`
	Raw      string            `json:"raw"`
	Envelope guichet.Envelope  `json:"envelope"`
	Verdicts guichet.Verdicts  `json:"verdicts,omitzero"`
	Released time.Time         `json:"released,omitzero"`
	By       string            `json:"by,omitempty"`
	Version  int64             `json:"-"`
}

// Quarantined returns a page of the tenant's quarantine, newest first.
func (s *Store) Quarantined(ctx context.Context, t guichet.TenantID, limit int, cursor string) ([]*Held, string, error) {
	page, err := s.Ledger.Query(ctx, ledger.Query{Partition: quarantinePartition(t), Limit: limit, Cursor: cursor, Desc: true})
	if err != nil {
		return nil, "", err
	}
	var out []*Held
	for _, it := range page.Items {
		h := &Held{Version: it.Version}
		if err := read(it, h); err != nil {
			return nil, "", err
		}
		out = append(out, h)
	}
	return out, page.Cursor, nil
}

// HeldMail returns one mail of the quarantine.
func (s *Store) HeldMail(ctx context.Context, t guichet.TenantID, at time.Time, id string) (*Held, error) {
	it, err := s.Ledger.Get(ctx, quarantineKey(t, at, id))
	if err != nil {
		return nil, err
	}
	h := &Held{Version: it.Version}
	return h, read(it, h)
}
