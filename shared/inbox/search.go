package inbox

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"guichet/shared/guichet"
	"guichet/shared/mail"
	"guichet/shared/store"
)

const (
	defaultPage = 25
	maxPage     = 100
	maxGather   = 2000 // cases that one search holds in memory
	maxScan     = 1000 // cases that one page of a search through all cases looks at
)

// search is one GET /contacts.
type search struct {
	*call
	h     *door
	where []condition
	size  int
	skip  int    // gathered cases that were shown before
	from  string // scanned: the cursor
	seen  int    // scanned: matches that were shown before
	sort  string // "", "createdAt", "statusUpdatedAt"
	desc  bool
}

// contacts lists cases: those of channels that the agent may read, and that fulfil all conditions.
func (h *door) contacts(c *call) (any, error) {
	s, err := h.newSearch(c)
	if err != nil {
		return nil, err
	}
	list, gathered, err := s.gather(c.Context())
	if err != nil {
		return nil, err
	}
	out := listDTO{Data: []any{}}
	if gathered {
		list = s.order(slices.DeleteFunc(list, func(k *guichet.Case) bool { return !s.fits(k) }))
		out.Hits = len(list)
		list = list[min(s.skip, len(list)):]
		if len(list) > s.size {
			list, out.ScrollToken = list[:s.size], "g."+strconv.Itoa(s.skip+s.size)
		}
	} else if list, out.ScrollToken, err = s.scan(c.Context()); err != nil {
		return nil, err
	} else {
		out.Hits = s.seen + len(list)
	}
	if c.fresh(stampOf(list, h) + out.ScrollToken + strconv.Itoa(out.Hits)) {
		return same{}, nil
	}
	for _, k := range list {
		out.Data = append(out.Data, h.wireCase(c, k))
	}
	return out, nil
}

// stampOf changes when one of the cases does, and each minute, since the clocks go on.
func stampOf(list []*guichet.Case, h *door) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d", h.d.Now().Unix()/60)
	for _, k := range list {
		fmt.Fprintf(&b, " %s@%d", k.ID, k.Version)
	}
	return b.String()
}

func (h *door) newSearch(c *call) (*search, error) {
	where, err := c.conditions()
	if err != nil {
		return nil, err
	}
	p := c.URL.Query()
	s := &search{call: c, h: h, where: where, sort: p.Get("sorting"), desc: !strings.EqualFold(p.Get("sortingType"), "asc")}
	if s.sort != "" && s.sort != "createdAt" && s.sort != "statusUpdatedAt" {
		return nil, guichet.Wrongf("sorting", "sorting is createdAt or statusUpdatedAt, not %.40q", s.sort)
	}
	if s.size, err = c.number("size", defaultPage, maxPage); err != nil {
		return nil, err
	}
	return s, s.token(p.Get("scrollToken"))
}

// number reads a positive number of the query string.
func (c *call) number(name string, other, most int) (int, error) {
	text := c.URL.Query().Get(name)
	if text == "" {
		return other, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > most {
		return 0, guichet.Wrongf(name, "%s is a number from 1 to %d, not %.20q", name, most, text)
	}
	return n, nil
}

// token reads a scroll token: "g.<shown>" of a gathered list, "s.<cursor>.<seen>" of a scan.
func (s *search) token(text string) error {
	if text == "" {
		return nil
	}
	kind, rest, _ := strings.Cut(text, ".")
	var err error
	switch kind {
	case "g":
		s.skip, err = strconv.Atoi(rest)
	case "s":
		var seen string
		s.from, seen, _ = strings.Cut(rest, ".")
		s.seen, err = strconv.Atoi(seen)
	default:
		err = strconv.ErrSyntax
	}
	if err != nil || s.skip < 0 || s.seen < 0 || kind == "s" && !digits(s.from) {
		return guichet.Wrongf("scrollToken", "scrollToken is not one that this search gave: begin again without")
	}
	return nil
}

func (s *search) fits(k *guichet.Case) bool {
	if k.Merged != "" || !s.role.May(guichet.CanRead, k.Channel) {
		return false
	}
	return !slices.ContainsFunc(s.where, func(o condition) bool { return !o.holds(k, s.me.ID) })
}

// only returns the values of a positive condition on a field; nil if there is none.
func (s *search) only(field string) []string {
	for _, o := range s.where {
		if o.field == field && !o.not {
			return o.values
		}
	}
	return nil
}

// gather loads the cases that a search can be about where an index leads to them; false if it must look through all.
func (s *search) gather(ctx context.Context) ([]*guichet.Case, bool, error) {
	if strings.HasPrefix(s.URL.Query().Get("scrollToken"), "s.") {
		return nil, false, nil
	}
	st, t := s.h.d.Store, s.t
	numbers := slices.DeleteFunc(append(slices.Clone(s.only("title")), s.only("text")...), func(v string) bool { return !digits(v) || len(v) < 6 })
	switch {
	case len(numbers) > 0 && len(numbers) >= len(s.only("title")):
		list, err := s.byNumber(ctx, numbers)
		return list, true, err
	case s.only("customer") != nil:
		list, err := collect(s.only("customer"), func(id, cursor string) ([]*guichet.Case, string, error) {
			return st.OfContact(ctx, t, guichet.ContactID(id), maxPage, cursor)
		})
		return list, true, err
	case s.only("person") != nil:
		list, err := collect(s.only("person"), func(addr, cursor string) ([]*guichet.Case, string, error) {
			return st.OfContact(ctx, t, store.ContactID(mail.FoldAddress(addr)), maxPage, cursor)
		})
		return list, true, err
	case s.only("assignee") != nil:
		list, err := s.byAssignee(ctx, s.only("assignee"))
		return list, true, err
	case s.only("status") != nil && !slices.ContainsFunc(s.only("status"), func(v string) bool { return !guichet.Status(v).Live() }):
		return s.live(ctx)
	}
	return nil, false, nil
}

// collect reads all pages of several lists, up to maxGather cases.
func collect(keys []string, page func(key, cursor string) ([]*guichet.Case, string, error)) ([]*guichet.Case, error) {
	var out []*guichet.Case
	seen := map[guichet.CaseID]bool{}
	for _, key := range keys {
		for cursor, more := "", true; more && len(out) < maxGather; more = cursor != "" {
			list, next, err := page(key, cursor)
			if err != nil {
				return nil, err
			}
			for _, k := range list {
				if !seen[k.ID] {
					seen[k.ID], out = true, append(out, k)
				}
			}
			cursor = next
		}
	}
	return out, nil
}

func (s *search) byNumber(ctx context.Context, numbers []string) ([]*guichet.Case, error) {
	return collect(numbers, func(n, _ string) ([]*guichet.Case, string, error) {
		k, err := s.h.d.Store.LiveCase(ctx, s.t, guichet.CaseID(n))
		if guichet.Is(err, guichet.NotFound) {
			return nil, "", nil
		}
		return []*guichet.Case{k}, "", err
	})
}

func (s *search) byAssignee(ctx context.Context, who []string) ([]*guichet.Case, error) {
	var out []*guichet.Case
	for _, w := range who {
		var list []*guichet.Case
		var err error
		if w == "none" {
			list, err = s.waiting(ctx)
		} else {
			list, err = s.held(ctx, s.agentIDs(ctx, w))
		}
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	return out, nil
}

// agentIDs turns a client's word for an agent into ours.
func (s *search) agentIDs(ctx context.Context, w string) []string {
	if w == "me" || idText(w).is(string(s.me.ID)) {
		return []string{string(s.me.ID)}
	}
	if !digits(w) {
		return []string{w}
	}
	out := []string{w}
	ids, _ := s.h.d.Store.Numbered(ctx, s.t, w)
	for _, id := range ids {
		out = append(out, string(id))
	}
	return out
}

// waiting loads the queues, of the asked skills or of all.
func (s *search) waiting(ctx context.Context) ([]*guichet.Case, error) {
	var skills []string
	asked := s.only("queue")
	for _, id := range slices.Sorted(maps.Keys(s.cfg.Skills)) {
		if asked == nil || slices.ContainsFunc(asked, func(v string) bool { return idText(v).is(string(id)) }) {
			skills = append(skills, string(id))
		}
	}
	return collect(skills, func(id, cursor string) ([]*guichet.Case, string, error) {
		return s.h.d.Store.Queue(ctx, s.t, guichet.SkillID(id), maxPage, cursor)
	})
}

func (s *search) held(ctx context.Context, agents []string) ([]*guichet.Case, error) {
	return collect(agents, func(id, cursor string) ([]*guichet.Case, string, error) {
		return s.h.d.Store.Inbox(ctx, s.t, guichet.AgentID(id), maxPage, cursor)
	})
}

// liveAgents is of how many agents a search looks into the inboxes.
const liveAgents = 100

// live loads the cases that somebody should work on: those that wait and those that somebody has. False where there are so many agents that to look through all cases is shorter.
func (s *search) live(ctx context.Context) ([]*guichet.Case, bool, error) {
	all, more, err := s.h.d.Store.AgentPage(ctx, s.t, liveAgents, "")
	if err != nil || more != "" {
		return nil, false, err
	}
	out, err := s.waiting(ctx)
	if err != nil {
		return nil, true, err
	}
	var ids []string
	for _, a := range all {
		ids = append(ids, string(a.ID))
	}
	has, err := s.held(ctx, ids)
	return append(out, has...), true, err
}

// order sorts as asked; unasked, a queue stays in the order in which it is served, and an inbox oldest first.
func (s *search) order(list []*guichet.Case) []*guichet.Case {
	if s.sort == "" {
		return list
	}
	slices.SortStableFunc(list, func(a, b *guichet.Case) int {
		n := a.Opened.Compare(b.Opened)
		if s.sort == "statusUpdatedAt" {
			n = a.Moved.Compare(b.Moved)
		}
		if n == 0 {
			n = cmp.Or(len(a.ID)-len(b.ID), strings.Compare(string(a.ID), string(b.ID)))
		}
		if s.desc {
			return -n
		}
		return n
	})
	return list
}

// scan looks through all cases from the newest number down (or the oldest up), at most maxScan for one page. A page may be short, even empty, while
// its token says that there is more.
func (s *search) scan(ctx context.Context) (out []*guichet.Case, token string, err error) {
	st := s.h.d.Store
	up := s.sort != "" && !s.desc
	for looked := 0; looked < maxScan; looked += maxPage {
		var list []*guichet.Case
		next := ""
		if up {
			list, next, err = s.upward(ctx)
		} else {
			list, next, err = st.Recent(ctx, s.t, maxPage, s.from)
		}
		if err != nil {
			return nil, "", err
		}
		for i, k := range list {
			if !s.fits(k) {
				continue
			}
			out = append(out, k)
			if rest := list[i+1:]; len(out) == s.size {
				return out, s.more(k, len(rest) > 0 || next != "", up, len(out)), nil
			}
		}
		if s.from = next; next == "" {
			return out, "", nil
		}
	}
	return out, "s." + s.from + "." + strconv.Itoa(s.seen+len(out)), nil
}

// more is the token after case k; empty if nothing follows.
func (s *search) more(k *guichet.Case, any, up bool, shown int) string {
	place := placeOf(k.ID)
	if up {
		place += 2 // the number before which upward begins
	}
	if !any || place <= 1 {
		return ""
	}
	return "s." + strconv.FormatInt(place-1, 10) + "." + strconv.Itoa(s.seen+shown)
}

// placeOf is n of guichet.NewCaseID(n).
func placeOf(id guichet.CaseID) int64 {
	n, _ := strconv.ParseInt(string(id[:len(id)-1]), 10, 64)
	first, _ := strconv.ParseInt(string(guichet.NewCaseID(0)[:len(guichet.NewCaseID(0))-1]), 10, 64)
	return n - first
}

// upward returns the page of cases from number s.from (empty: the first) on, oldest first.
func (s *search) upward(ctx context.Context) ([]*guichet.Case, string, error) {
	from, _ := strconv.ParseInt(s.from, 10, 64)
	from = max(from, 1)
	_, below, err := s.h.d.Store.Recent(ctx, s.t, 1, "")
	if err != nil {
		return nil, "", err
	}
	top, _ := strconv.ParseInt(below, 10, 64)
	top++ // Recent gave what is below the newest
	last := from + maxPage - 1
	list, _, err := s.h.d.Store.Recent(ctx, s.t, maxPage, strconv.FormatInt(last, 10))
	if err != nil {
		return nil, "", err
	}
	list = slices.DeleteFunc(list, func(k *guichet.Case) bool { return placeOf(k.ID) < from })
	slices.Reverse(list)
	if last >= top {
		return list, "", nil
	}
	return list, strconv.FormatInt(last+1, 10), nil
}
