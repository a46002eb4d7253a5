package store

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
)

// ChannelVersion is a channel as it was saved: never changed after, so that a mail that was decided under it can be decided again.
type ChannelVersion struct {
	Version int64           `json:"version"`
	At      time.Time       `json:"at"`
	By      string          `json:"by"`
	What    []string        `json:"what,omitempty"` // the fields that changed, by the names of guichet.Channel; of a new one: those that it has
	Channel guichet.Channel `json:"channel"`
}

// nobody is who saves when no agent does.
const nobody = "guichet"

// SaveChannel creates (Version 0) or replaces a channel in the name of the house.
func (s *Store) SaveChannel(ctx context.Context, c guichet.Channel) error {
	return s.SaveChannelBy(ctx, c, nobody)
}

// SaveChannelBy creates (Version 0) or replaces a channel, and keeps this version of it for ever. Its name and its point of contact are its own while it is not
// deleted (A045). What it uses is noted there, so that nobody deletes it meanwhile. Errors: Conflict and Exists, somebody was faster; Permanent with code "name_taken" or "address_taken".
func (s *Store) SaveChannelBy(ctx context.Context, c guichet.Channel, by string) error {
	return s.SaveChannelWith(ctx, c, by, &Tx{})
}

// SaveChannelWith is SaveChannelBy in one commit with what else a transaction writes.
func (s *Store) SaveChannelWith(ctx context.Context, c guichet.Channel, by string, tx *Tx) error {
	defer s.forget(c.Tenant)
	was, err := s.channelBefore(ctx, c)
	if err != nil {
		return err
	}
	had, has := holdings(was), holdings(c)
	keys := append(slices.Collect(maps.Keys(had)), slices.Collect(maps.Keys(has))...)
	slices.SortFunc(keys, func(a, b ledger.Key) int { return strings.Compare(a.P+a.S, b.P+b.S) })
	keys = slices.Compact(keys)
	stand, err := s.standing(ctx, append(begun(c.Tenant, had, has), keys...))
	if err != nil {
		return err
	}
	v := ChannelVersion{Version: c.Version + 1, At: s.now(), By: by, What: changedFields(was, c), Channel: c}
	writes := []ledger.Write{
		ledger.Put{Item: ledger.Item{Key: configKey(c.Tenant, "channel#"+string(c.ID)), Version: c.Version, Body: body(c)}},
		ledger.Put{Item: ledger.Item{Key: channelLogKey(c.Tenant, c.ID, v.Version), Body: body(v)}},
	}
	for _, k := range begun(c.Tenant, had, has) {
		w, err := stays(k, stand[k], by)
		if err != nil {
			return err
		}
		writes = append(writes, w...)
	}
	for _, k := range keys {
		w, err := hold(k, stand[k], "channel#"+string(c.ID), had[k], has[k])
		if err != nil {
			return err
		}
		writes = append(writes, w...)
	}
	return s.Ledger.Commit(ctx, append(writes, tx.writes...)...)
}

// channelBefore returns what a channel is to replace: a zero one for a new one.
func (s *Store) channelBefore(ctx context.Context, c guichet.Channel) (guichet.Channel, error) {
	var was guichet.Channel
	if c.Version == 0 {
		return was, nil
	}
	it, err := s.Ledger.Get(ctx, configKey(c.Tenant, "channel#"+string(c.ID)))
	if err == nil && it.Version != c.Version {
		err = guichet.Errorf(guichet.Conflict, "save channel %s: it is version %d", c.ID, it.Version)
	}
	if err != nil {
		return was, err
	}
	was.Tenant = c.Tenant
	return was, read(it, &was)
}

// holdings are the keys of what a channel has for itself ("claim") and of what it uses.
func holdings(c guichet.Channel) map[ledger.Key]bool {
	out := map[ledger.Key]bool{}
	if c.ID == "" || c.Deleted {
		return out
	}
	if n := FoldName(c.Name); n != "" {
		out[claimKey(c.Tenant, "name", n)] = true
	}
	out[claimKey(c.Tenant, "address", c.Address)] = true
	_, domain, _ := strings.Cut(c.Address, "@")
	if c.Talks() {
		domain = "" // nobody's
	}
	for kind, id := range map[string]string{"domain": domain, "tag": c.SpamTag, "skill": string(c.Skill)} {
		if id != "" {
			out[useKey(c.Tenant, kind, id)] = true
		}
	}
	if c.SpamTo != "" {
		out[useKey(c.Tenant, "skill", string(c.SpamTo))] = true
	}
	return out
}

// begun are the keys of the settings that are used from now on: they must be there, and stay.
func begun(t guichet.TenantID, had, has map[ledger.Key]bool) []ledger.Key {
	var out []ledger.Key
	for k := range has {
		if had[k] || !strings.HasSuffix(k.P, "#use") {
			continue
		}
		if domain, ok := strings.CutPrefix(k.S, "domain#"); ok {
			out = append(out, domainKey(domain))
		} else {
			out = append(out, configKey(t, k.S))
		}
	}
	slices.SortFunc(out, func(a, b ledger.Key) int { return strings.Compare(a.P+a.S, b.P+b.S) })
	return out
}

// stays makes the commit fail if a setting that is used from now on goes at this moment. What is not there is refused to people; the house may furnish itself in any order.
func stays(k ledger.Key, it ledger.Item, by string) ([]ledger.Write, error) {
	switch kind, id, _ := strings.Cut(k.S, "#"); {
	case it.Version > 0:
		return []ledger.Write{ledger.Check{Key: k, Version: it.Version}}, nil
	case by == nobody:
		return nil, nil
	case kind == "tag":
		return nil, guichet.Codef(guichet.Invalid, "unknown_tag", "spam_tag", "there is no tag %q: make it first", id)
	case kind == "skill":
		return nil, guichet.Codef(guichet.Invalid, "unknown_skill", "skill", "there is no skill %q: make it first", id)
	}
	return nil, guichet.Codef(guichet.Permanent, "domain_unverified", "domain", "the domain is not yours: claim it and prove it first")
}

// FoldName returns a name as the house compares it.
func FoldName(name string) string { return strings.ToLower(strings.Join(strings.Fields(name), " ")) }

// standing reads the items of some keys as they stand.
func (s *Store) standing(ctx context.Context, keys []ledger.Key) (map[ledger.Key]ledger.Item, error) {
	out := map[ledger.Key]ledger.Item{}
	if len(keys) == 0 {
		return out, nil
	}
	items, err := s.Ledger.BatchGet(ctx, keys)
	for _, it := range items {
		out[it.Key] = it
	}
	return out, err
}

// hold returns the writes by which a user has, or has no more, what a key stands for.
func hold(k ledger.Key, it ledger.Item, user string, had, has bool) ([]ledger.Write, error) {
	it.Key = k
	kind, _, _ := strings.Cut(k.S, "#")
	if strings.HasSuffix(k.P, "#use") {
		return use(it, user, has)
	}
	id := strings.TrimPrefix(user, "channel#")
	switch {
	case it.Version > 0 && string(it.Body) != id && has:
		return nil, guichet.Codef(guichet.Permanent, kind+"_taken", map[string]string{"name": "name", "address": "local_part"}[kind], "channel %s has this %s: choose another", it.Body, kind)
	case has && it.Version == 0:
		it.Body = []byte(id)
		return []ledger.Write{ledger.Put{Item: it}}, nil
	case !has && had && string(it.Body) == id:
		return []ledger.Write{ledger.Delete{Key: k, Version: it.Version}}, nil
	}
	return nil, nil
}

// use notes or strikes out a user of a setting.
func use(it ledger.Item, user string, on bool) ([]ledger.Write, error) {
	var users []string
	if len(it.Body) > 0 {
		if err := read(it, &users); err != nil {
			return nil, err
		}
	}
	if slices.Contains(users, user) == on {
		return nil, nil
	}
	users = slices.DeleteFunc(users, func(u string) bool { return u == user })
	if on {
		users = append(users, user)
	}
	it.Body = body(users)
	return []ledger.Write{ledger.Put{Item: it}}, nil
}

// unused returns who uses a setting, and the write that fails when somebody else begins to.
func (s *Store) unused(ctx context.Context, t guichet.TenantID, kind, id string) (users []string, check ledger.Write, err error) {
	it, err := s.Ledger.Get(ctx, useKey(t, kind, id))
	if guichet.Is(err, guichet.NotFound) {
		return nil, ledger.Check{Key: useKey(t, kind, id)}, nil
	}
	if err != nil {
		return nil, nil, err
	}
	return users, ledger.Check{Key: it.Key, Version: it.Version}, read(it, &users)
}

// SameChannel reports whether two channels have the same settings.
func SameChannel(a, b *guichet.Channel) bool { return len(changedFields(*a, *b)) == 0 }

// changedFields names what two channels differ in.
func changedFields(was, now guichet.Channel) []string {
	a, b := fieldsOf(was), fieldsOf(now)
	all := map[string]bool{}
	for _, m := range []map[string]json.RawMessage{a, b} {
		for k := range m {
			all[k] = true
		}
	}
	maps.DeleteFunc(all, func(k string, _ bool) bool { return string(a[k]) == string(b[k]) })
	return slices.Sorted(maps.Keys(all))
}

func fieldsOf(c guichet.Channel) (m map[string]json.RawMessage) {
	if c.ID != "" {
		_ = json.Unmarshal(body(c), &m) // it was encoded a moment ago
	}
	return m
}

// ChannelVersions returns up to limit versions of a channel, the newest first, older than the cursor (empty: from the newest).
func (s *Store) ChannelVersions(ctx context.Context, t guichet.TenantID, id guichet.ChannelID, limit int, cursor string) ([]ChannelVersion, string, error) {
	page, err := s.Ledger.Query(ctx, ledger.Query{Partition: channelLogPartition(t, id), Limit: limit, Cursor: cursor, Desc: true})
	if err != nil {
		return nil, "", err
	}
	out := make([]ChannelVersion, len(page.Items))
	for i, it := range page.Items {
		if err := read(it, &out[i]); err != nil {
			return nil, "", err
		}
	}
	return out, page.Cursor, nil
}

// ChannelThen returns a channel as it was at one of its versions. NotFound for one that was saved before versions were kept.
func (s *Store) ChannelThen(ctx context.Context, t guichet.TenantID, id guichet.ChannelID, version int64) (*guichet.Channel, error) {
	it, err := s.Ledger.Get(ctx, channelLogKey(t, id, version))
	if err != nil {
		return nil, err
	}
	var v ChannelVersion
	if err := read(it, &v); err != nil {
		return nil, err
	}
	v.Channel.Tenant, v.Channel.Version = t, v.Version
	return &v.Channel, nil
}
