package desk

import (
	"context"
	"slices"
	"strings"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/store"
)

// then is the house as a decision saw it: each thing at the version that the decision noted.
type then struct {
	store  *store.Store
	tenant guichet.TenantID
	seen   guichet.Seen
	forgot string // an id whose meaning at that version is not known any more
}

func (t *then) refs(ctx context.Context, ids []string) (map[string]*store.Ref, error) {
	refs, err := t.store.Refs(ctx, t.tenant, ids)
	if err != nil {
		return nil, err
	}
	out := make(map[string]*store.Ref, len(refs))
	for id, r := range refs {
		was, known := r.AsOf(t.seen[seenRef(id)])
		if out[id] = was; !known {
			t.forgot = id
		}
	}
	return out, nil
}

func (t *then) cases(ctx context.Context, ids []guichet.CaseID) (map[guichet.CaseID]*guichet.Case, error) {
	out := map[guichet.CaseID]*guichet.Case{}
	for _, id := range ids {
		c, err := t.liveCase(ctx, id)
		if guichet.Is(err, guichet.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out[id] = c
	}
	return out, nil
}

func (t *then) liveCase(ctx context.Context, id guichet.CaseID) (*guichet.Case, error) {
	for range len(t.seen) + 1 {
		c, err := t.caseAt(ctx, id, t.seen[string(id)])
		if err != nil || c.Merged == "" {
			return c, err
		}
		id = c.Merged
	}
	return nil, guichet.Errorf(guichet.NotFound, "case") // merged in a circle: no state that ever was
}

func (t *then) messages(ctx context.Context, id guichet.CaseID) ([]*guichet.Message, error) {
	n := t.seen[seenMessages(id)]
	if n <= 0 {
		return nil, nil
	}
	list, err := t.store.Messages(ctx, t.tenant, id, 1, recentMessages)
	return list[:min(len(list), int(n))], err
}

// caseAt makes of the facts of a case what decisions look at, as of a version: channel, status, people, merges.
func (t *then) caseAt(ctx context.Context, id guichet.CaseID, version int64) (*guichet.Case, error) {
	if version <= 0 {
		return nil, guichet.Errorf(guichet.NotFound, "case")
	}
	now, err := t.store.Case(ctx, t.tenant, id)
	if err != nil {
		return nil, err
	}
	if !now.Gone.IsZero() { // its facts are gone, too: from then on it is a number that was thrown away
		if version < now.Version {
			t.forgot = "case " + string(id)
		}
		return &guichet.Case{Tenant: t.tenant, ID: id, Version: version, Channel: now.Channel, Status: guichet.Trashed, Merged: now.Merged}, nil
	}
	senders, err := t.senders(ctx, now)
	if err != nil {
		return nil, err
	}
	c := &guichet.Case{Tenant: t.tenant, ID: id, Version: version, Channel: now.Channel, Subject: now.Subject}
	for after := int64(0); after < version; {
		facts, err := t.store.History(ctx, t.tenant, id, after, 500)
		if err != nil {
			return nil, err
		}
		if len(facts) == 0 {
			break
		}
		for _, f := range facts {
			if f.Version <= version {
				pass(c, f, senders)
			}
			after = f.Version
		}
	}
	return c, nil
}

// senders returns who wrote each message of a case, by place; at 0, whose case it is.
func (t *then) senders(ctx context.Context, c *guichet.Case) (map[int]string, error) {
	out := map[int]string{}
	if c.Contact != "" {
		person, err := t.store.ContactByID(ctx, t.tenant, c.Contact)
		if err != nil {
			return nil, err
		}
		out[0] = person.Addr
	}
	for from := 1; from <= c.Messages; {
		list, err := t.store.Messages(ctx, t.tenant, c.ID, from, 200)
		if err != nil {
			return nil, err
		}
		if len(list) == 0 {
			break
		}
		for _, m := range list {
			out[m.N], from = m.From.Addr, m.N+1
		}
	}
	return out, nil
}

// pass brings a case past one of its facts.
func pass(c *guichet.Case, f guichet.Fact, senders map[int]string) {
	to := func(s guichet.Status, at time.Time) { c.Status, c.Moved = s, at }
	switch f.Kind {
	case guichet.CaseOpened:
		passOpening(c, f, senders)
	case guichet.InteractionReceived, guichet.InteractionSuspected:
		_, n, err := f.Message.Split()
		switch {
		case err != nil:
		case f.Detail["third"] != "":
			c.SentOutside(senders[n])
		default:
			c.Join(senders[n])
		}
	case guichet.InteractionRecorded:
		if f.Version == 1 { // automatic mail opened it: it is closed at once
			c.Status = guichet.Closed
		}
	case guichet.InteractionQuarantine:
		if s := f.Detail["status"]; s != "" {
			to(guichet.Status(s), f.At)
		}
	case guichet.CaseStatusChanged:
		to(guichet.Status(f.Detail["to"]), f.At)
	case guichet.CaseReopened:
		if f.Detail["from"] != "" { // an agent's says it by its change of status
			to(guichet.Open, f.At)
		}
	case guichet.ReplyQueued, guichet.ReplyScheduled:
		passReply(c, f)
	case guichet.CaseAssigned:
		begin(c)
		c.Moved = f.At
	case guichet.CaseAccepted:
		begin(c)
		c.Moved = f.At
	case guichet.CaseReturned, guichet.CaseOffered, guichet.CaseUnassigned:
		c.Moved = f.At
	case guichet.CaseMerged, guichet.CaseUnmerged:
		passMerge(c, f)
	}
}

// passOpening brings a case past its opening: by a mail, or by an agent who wrote first.
func passOpening(c *guichet.Case, f guichet.Fact, senders map[int]string) {
	c.Status, c.Moved = guichet.New, f.At
	if f.Detail["people"] != "" && f.Detail["rule"] == ruleEscalated {
		c.Status = guichet.Pending
		for _, p := range strings.Fields(f.Detail["people"]) {
			c.Join(p)
		}
		return
	}
	if f.Detail["people"] != "" {
		c.Status, c.Started = guichet.Open, true
		for _, p := range strings.Fields(f.Detail["people"]) {
			c.Join(p)
		}
		return
	}
	c.Join(senders[0])
	c.Join(senders[1])
}

// passReply brings a case past an answer of an agent: what the house says by itself begins no work.
func passReply(c *guichet.Case, f guichet.Fact) {
	if f.By != Self {
		begin(c)
	}
	c.SentFrom(guichet.ChannelID(f.Detail["channel"]))
	for _, addr := range strings.Fields(f.Detail["outside"]) {
		c.SentOutside(addr)
	}
}

func begin(c *guichet.Case) {
	if c.Status == guichet.New {
		c.Status = guichet.Open
	}
}

// passMerge brings a case past a merge or its undoing, on either side.
func passMerge(c *guichet.Case, f guichet.Fact) {
	people, parts := strings.Fields(f.Detail["people"]), caseIDs(f.Detail["parts"])
	switch {
	case f.Kind == guichet.CaseMerged && f.Detail["into"] != "":
		c.Merged = guichet.CaseID(f.Detail["into"])
	case f.Kind == guichet.CaseMerged:
		for _, p := range people {
			c.Join(p)
		}
		c.Parts = append(append(c.Parts, guichet.CaseID(f.Detail["from"])), parts...)
		for _, a := range strings.Fields(f.Detail["outside"]) {
			c.SentOutside(a)
		}
		for _, ch := range strings.Fields(f.Detail["also"]) {
			c.SentFrom(guichet.ChannelID(ch))
		}
		if s := f.Detail["status"]; s != "" {
			c.Status, c.Moved = guichet.Status(s), f.At
		}
	case f.Detail["from"] != "":
		c.Merged, c.Moved = "", f.At
	default:
		c.People = missing(people, c.People)
		c.Parts = slices.DeleteFunc(c.Parts, func(p guichet.CaseID) bool { return slices.Contains(parts, p) })
	}
}

// caseIDs reads what join wrote.
func caseIDs(s string) []guichet.CaseID {
	var ids []guichet.CaseID
	for _, f := range strings.Fields(s) {
		ids = append(ids, guichet.CaseID(f))
	}
	return ids
}
