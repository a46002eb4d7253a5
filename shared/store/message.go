package store

import (
	"cmp"
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
)

// Message returns one message by its id.
func (s *Store) Message(ctx context.Context, t guichet.TenantID, id guichet.MessageID) (*guichet.Message, error) {
	c, n, err := id.Split()
	if err != nil {
		return nil, guichet.Errorf(guichet.NotFound, "message")
	}
	it, err := s.Ledger.Get(ctx, messageKey(t, c, n))
	if guichet.Is(err, guichet.NotFound) {
		return nil, guichet.Errorf(guichet.NotFound, "message")
	}
	if err != nil {
		return nil, err
	}
	return messageOf(it)
}

// messageOf decodes a message item; tenant, case and place stand in its key.
func messageOf(it ledger.Item) (*guichet.Message, error) {
	t, rest, _ := strings.Cut(it.P, "#")
	n, _ := strconv.Atoi(strings.TrimPrefix(it.S, "m#"))
	m := &guichet.Message{Tenant: guichet.TenantID(t), Case: guichet.CaseID(keyTail(rest)), N: n, Version: it.Version}
	return m, read(it, m)
}

// Messages returns a page of a case's messages from its n-th on, in order.
func (s *Store) Messages(ctx context.Context, t guichet.TenantID, c guichet.CaseID, from, limit int) ([]*guichet.Message, error) {
	page, err := s.Ledger.Query(ctx, ledger.Query{Partition: casePartition(t, c), From: messageSort(from), To: "m#~", Limit: limit})
	if err != nil {
		return nil, err
	}
	out := make([]*guichet.Message, 0, len(page.Items))
	for _, it := range page.Items {
		m, err := messageOf(it)
		if err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, nil
}

// History returns the facts of a case after the given version, in order.
func (s *Store) History(ctx context.Context, t guichet.TenantID, c guichet.CaseID, after int64, limit int) ([]guichet.Fact, error) {
	page, err := s.Ledger.Query(ctx, ledger.Query{Partition: casePartition(t, c), From: factSort(after + 1), To: "f#~", Limit: limit})
	if err != nil {
		return nil, err
	}
	var out []guichet.Fact
	for _, it := range page.Items {
		facts, err := Facts(it)
		if err != nil {
			return nil, err
		}
		out = append(out, facts...)
	}
	return out, nil
}

// Facts decodes the facts that an announced item carries: those of one commit, in order.
func Facts(it ledger.Item) ([]guichet.Fact, error) {
	var facts []guichet.Fact
	if err := json.Unmarshal(it.Body, &facts); err != nil {
		return nil, guichet.Errorf(guichet.Poison, "facts %s: %w", it.S, err)
	}
	t, rest, _ := strings.Cut(it.P, "#")
	id, ofCase := strings.CutPrefix(rest, "case#")
	version, err := strconv.ParseInt(keyTail(it.S), 10, 64)
	if !ofCase || err != nil {
		return facts, nil
	}
	for i := range facts { // what a case's facts share stands in the key; see brief
		f := &facts[i]
		f.Tenant, f.Case = cmp.Or(f.Tenant, guichet.TenantID(t)), cmp.Or(f.Case, guichet.CaseID(id))
		f.Version = cmp.Or(f.Version, version)
	}
	return facts, nil
}
