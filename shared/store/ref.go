package store

import (
	"cmp"
	"context"
	"slices"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
)

// Ref is what an id of a mail stands for, in each channel where it was seen: the reference index, by which replies find their case, and the guard
// against storing a mail twice. It knows what it was at each of its versions, so that a decision can be run again (AsOf).
type Ref struct {
	ID      string     `json:"-"`
	Version int64      `json:"-"`
	Entries []RefEntry `json:"e"`
	Was     []RefEntry `json:"w,omitempty"` // what it meant once: the last few entries that went
	Lost    int64      `json:"l,omitempty"` // versions below this one are not known whole any more
}

// Kinds of RefEntry.
const (
	RefMessage = "m" // a stored message
	RefPhantom = "p" // named by others, not seen yet
	RefBulk    = "b" // a mail of ours that went to many: an answer opens a case of its own
	RefSelf    = "s" // a mail that our own address sent to us: no ancestor
	RefShred   = "d" // a message that was deleted for good: its mail does not come back
	RefSubject = "t" // a case that goes by a subject
	RefOutside = "o" // a mail of ours that went to a third party: an answer to it is no contact's
	RefForeign = "x" // a case that a number of the sender's own helpdesk stands for
	RefThread  = "h" // the case in which a thread of a messaging channel goes on
	RefNamed   = "n" // a case that names an unseen id whose conversation it may not join: counted, never followed
)

// RefEntry is one meaning of an id.
type RefEntry struct {
	Kind    string            `json:"k"`
	Channel guichet.ChannelID `json:"c"`
	Case    guichet.CaseID    `json:"i"`
	N       int               `json:"n,omitempty"` // place of the message
	Hash    string            `json:"h,omitempty"` // of what the mail says, for RefMessage
	At      int64             `json:"a,omitempty"` // Unix time of its opening, for RefSubject
	Since   int64             `json:"v,omitempty"` // version of the Ref that brought it; 0: the first
	Gone    int64             `json:"g,omitempty"` // version that took it away, in Was
}

// In returns the entry for a channel: a stored message before a phantom; nil if there is none.
func (r *Ref) In(ch guichet.ChannelID) *RefEntry {
	var found *RefEntry
	for i := range r.Entries {
		e := &r.Entries[i]
		if e.Channel == ch && e.Kind != RefNamed && (found == nil || found.Kind == RefPhantom) {
			found = e
		}
	}
	return found
}

// Holds returns the entry of the message with this content; nil if it is not stored.
func (r *Ref) Holds(ch guichet.ChannelID, hash string) *RefEntry {
	i := slices.IndexFunc(r.Entries, func(e RefEntry) bool { return e.Channel == ch && e.Hash == hash && e.Kind != RefPhantom })
	if i < 0 {
		return nil
	}
	return &r.Entries[i]
}

// maxEntries bounds a reference item: an id that a thousand different mails claim is nobody's id.
const maxEntries = 40

// Claim adds a stored message to the ref; a phantom of the same channel, or the same mail at another place, becomes it.
func (r *Ref) Claim(e RefEntry) {
	r.drop(func(o RefEntry) bool {
		return o.Channel == e.Channel && (o.Kind == RefPhantom || e.Hash != "" && o.Hash == e.Hash)
	})
	if len(r.Entries) >= maxEntries {
		second := r.Entries[1]
		r.drop(func(o RefEntry) bool { return o == second })
	}
	r.Name(e)
}

// Name adds a meaning to the ref, beside those that it has.
func (r *Ref) Name(e RefEntry) {
	e.Since = r.Version + 1
	r.Entries = append(r.Entries, e)
}

// Follow has a thread of a messaging channel go on in another case. It is false if nothing changed.
func (r *Ref) Follow(ch guichet.ChannelID, c guichet.CaseID) bool {
	if e := r.In(ch); e != nil && e.Case == c {
		return false
	}
	r.drop(func(e RefEntry) bool { return e.Channel == ch && e.Kind == RefThread })
	r.Name(RefEntry{Kind: RefThread, Channel: ch, Case: c})
	return true
}

// bulkRoot is how many cases that share nobody make an id that nobody has seen a mass mailing's (D-13).
const bulkRoot = 5

// NameApart notes that a case names an id whose conversation it may not join. The fifth such case of a channel shows that the id went to many: an answer to it
// joins nobody from then on. It is false if nothing changed.
func (r *Ref) NameApart(ch guichet.ChannelID, c guichet.CaseID) bool {
	root := r.In(ch)
	if root == nil || root.Kind != RefPhantom || root.Case == c {
		return false
	}
	first, apart := root.Case, 1
	for _, e := range r.Entries {
		if e.Channel != ch || e.Kind != RefNamed {
			continue
		}
		if e.Case == c {
			return false
		}
		apart++
	}
	if apart+1 < bulkRoot {
		r.Name(RefEntry{Kind: RefNamed, Channel: ch, Case: c})
		return true
	}
	r.drop(func(e RefEntry) bool { return e.Channel == ch && (e.Kind == RefNamed || e.Kind == RefPhantom) })
	r.Name(RefEntry{Kind: RefBulk, Channel: ch, Case: first})
	return true
}

// Newest leaves the n entries that came last.
func (r *Ref) Newest(n int) {
	old := len(r.Entries) - n
	i := 0
	r.drop(func(RefEntry) bool { i++; return i <= old })
}

// maxWas bounds what a ref remembers of what it meant once: each reply pays for the bytes.
const maxWas = 6

// drop takes entries away, and remembers them.
func (r *Ref) drop(goes func(RefEntry) bool) {
	r.Entries = slices.DeleteFunc(r.Entries, func(e RefEntry) bool {
		if !goes(e) {
			return false
		}
		e.Gone, e.Hash = r.Version+1, "" // its message may go on under another entry
		r.Was = append(r.Was, e)
		return true
	})
	for len(r.Was) > maxWas {
		r.Lost = max(r.Lost, r.Was[0].Gone)
		r.Was = r.Was[1:]
	}
}

// AsOf returns what the ref was at a version: nothing at 0. It is false where that is not known any more.
func (r *Ref) AsOf(version int64) (*Ref, bool) {
	then := &Ref{ID: r.ID, Version: version}
	if version == 0 {
		return then, true
	}
	for _, list := range [][]RefEntry{r.Was, r.Entries} {
		for _, e := range list {
			if e.Since <= version && (e.Gone == 0 || e.Gone > version) {
				e.Gone = 0
				then.Entries = append(then.Entries, e)
			}
		}
	}
	slices.SortStableFunc(then.Entries, func(a, b RefEntry) int { return cmp.Compare(a.Since, b.Since) })
	return then, version >= r.Lost
}

// Refs returns what these ids stand for, by id; ids that nobody knows give a Ref with Version 0.
func (s *Store) Refs(ctx context.Context, t guichet.TenantID, ids []string) (map[string]*Ref, error) {
	out := make(map[string]*Ref, len(ids))
	byKey := make(map[ledger.Key]*Ref, len(ids))
	var keys []ledger.Key
	for _, id := range ids {
		k := refKey(t, id)
		if byKey[k] == nil {
			byKey[k] = &Ref{ID: id}
			keys = append(keys, k)
		}
		out[id] = byKey[k]
	}
	for part := range slices.Chunk(keys, ledger.MaxBatch) {
		items, err := s.Ledger.BatchGet(ctx, part)
		if err != nil {
			return nil, err
		}
		for _, it := range items {
			r := byKey[it.Key]
			r.Version = it.Version
			if err := read(it, r); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}
