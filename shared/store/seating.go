package store

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
	"guichet/shared/routing"
)

// Seating says in which lists the agents of each skill stand, and how far the work is when they are to stand in others. A skill whose criteria change is served from its old
// list, by its old criteria, until every agent stands in the new one, too; then all turn to it at once, and the old one is kept until nobody reads it any more. So choosing is
// right at every moment, and costs what it costs. The work goes through the agents a part at a time, and may be cut off anywhere.
//
// Agent.Gen says under which Gen an agent was written: a function that still knows an older Seating reads the configuration again before it writes him.
type Seating struct {
	Gen     int64                        `json:"gen"`             // grows when the lists that are kept change
	Read    map[guichet.SkillID]string   `json:"read,omitempty"`  // from which list agents are chosen; absent: by proficiency
	Also    map[guichet.SkillID][]string `json:"also,omitempty"`  // which are kept beside
	Want    map[guichet.SkillID]string   `json:"want,omitempty"`  // while there is work: from which list they are to be chosen
	Began   time.Time                    `json:"began,omitzero"`  // of the work
	From    string                       `json:"from,omitempty"`  // where it goes on
	Seen    int                          `json:"seen,omitempty"`  // agents looked at
	Seated  int                          `json:"wrote,omitempty"` // of them written
	Turned  time.Time                    `json:"turned,omitzero"` // when the last work ended
	Tell    bool                         `json:"tell,omitempty"`  // who is on a call may get cases again: they are to be told of
	Held    map[guichet.SkillID]string   `json:"held,omitempty"`  // what waits for preferred agents of these is to be looked at again, from there on: it waits by other settings
	Version int64                        `json:"-"`
}

// A list is an order, and "quiet" after it where nobody on a call stands in it (A016).
const quiet = "/quiet"

// keepLists is how long a list is kept after the turn to another one: longer than anybody trusts an old configuration.
const keepLists = 2 * time.Minute

func listOf(order string, blocks bool) string {
	if blocks {
		return order + quiet
	}
	return order
}

// orderIn returns the order of a list, and whether nobody on a call stands in it.
func orderIn(list string) (order string, blocks bool) {
	order, blocks = strings.CutSuffix(list, quiet)
	return order, blocks
}

// list returns from which list the agents of a skill are chosen.
func (s *Seating) list(k guichet.SkillID) string {
	if l := s.Read[k]; l != "" {
		return l
	}
	return routing.Proficiency
}

// lists returns all lists that are kept of a skill, in order.
func (s *Seating) lists(k guichet.SkillID) []string {
	if len(s.Also[k]) == 0 {
		return []string{s.list(k)}
	}
	all := append(slices.Clone(s.Also[k]), s.list(k))
	slices.Sort(all)
	return slices.Compact(all)
}

// Working reports whether agents are being listed anew.
func (s *Seating) Working() bool { return len(s.Want) > 0 }

// Busy reports whether anything is left to do.
func (s *Seating) Busy() bool {
	return len(s.Want) > 0 || len(s.Also) > 0 || s.Tell || len(s.Held) > 0
}

// wanted lists the skills whose agents are to be chosen from another list than now.
func (c *Config) wanted() map[guichet.SkillID]string {
	out := map[guichet.SkillID]string{}
	r := c.Tenant.Routing
	for id, k := range c.Skills {
		order := orderOf(k)
		if r.Static {
			order = routing.Proficiency
		}
		if l := listOf(order, r.VoiceBlocks); l != c.Seating.list(id) {
			out[id] = l
		}
	}
	return out
}

// plan returns the seating with the work that the configuration asks for; false if it is planned already, or there is none.
func (c *Config) plan(now time.Time) (Seating, bool) {
	want, s := c.wanted(), c.Seating
	if maps.Equal(want, s.Want) {
		return s, false
	}
	s.Want, s.From, s.Seen, s.Seated, s.Began = want, "", 0, 0, now
	if len(want) == 0 { // it was taken back
		s.Turned = now
		return s, true
	}
	s.Gen++
	s.Also = cloneLists(s.Also)
	for k, l := range want {
		s.Also[k] = union(s.Also[k], l)
	}
	return s, true
}

func cloneLists(m map[guichet.SkillID][]string) map[guichet.SkillID][]string {
	out := make(map[guichet.SkillID][]string, len(m))
	for k, l := range m {
		out[k] = slices.Clone(l)
	}
	return out
}

func union(list []string, one string) []string {
	if slices.Contains(list, one) {
		return list
	}
	return append(list, one)
}

// turn ends the work: from now on agents are chosen from the lists that were wanted.
func (s *Seating) turn(now time.Time) {
	read := maps.Clone(s.Read)
	if read == nil {
		read = map[guichet.SkillID]string{}
	}
	s.Also = cloneLists(s.Also)
	for k, l := range s.Want {
		was := s.list(k)
		s.Also[k] = union(s.Also[k], was)
		_, blocked := orderIn(was)
		_, blocks := orderIn(l)
		s.Tell = s.Tell || blocked && !blocks
		if read[k] = l; l == routing.Proficiency {
			delete(read, k)
		}
	}
	s.Read, s.Want, s.From, s.Turned = read, nil, "", now
}

// InForce returns a skill, and how the tenant routes, as its agents are served now: while they are being listed anew, by the criteria and the policy of before.
func (c *Config) InForce(id guichet.SkillID) (guichet.Skill, guichet.Routing) {
	k := guichet.Skill{ID: id}
	if have := c.Skills[id]; have != nil {
		k = *have
	}
	r := c.Tenant.Routing
	order, blocks := orderIn(c.Seating.list(id))
	r.VoiceBlocks = blocks
	switch {
	case order != routing.Proficiency:
		r.Static, k.Criteria = false, order
	case orderOf(&k) != order:
		k.Criteria = order
	}
	return k, r
}

// seatingWrites are the writes of a seating, and of the note by which sweeps find that there is work.
func (s *Store) seatingWrites(ctx context.Context, t guichet.TenantID, se Seating) ([]ledger.Write, error) {
	writes := []ledger.Write{ledger.Put{Item: ledger.Item{Key: seatingKey(t), Version: se.Version, Body: body(se)}}}
	v, err := s.version(ctx, toSeatKey(t))
	switch {
	case err != nil:
		return nil, err
	case se.Busy() && v == 0:
		writes = append(writes, ledger.Put{Item: ledger.Item{Key: toSeatKey(t)}})
	case !se.Busy() && v > 0:
		writes = append(writes, ledger.Delete{Key: toSeatKey(t), Version: v})
	}
	return writes, nil
}

// ToSeat lists tenants whose agents are to be listed anew, up to limit.
func (s *Store) ToSeat(ctx context.Context, limit int) ([]guichet.TenantID, error) {
	page, err := s.Ledger.Query(ctx, ledger.Query{Partition: toSeatPartition, Limit: limit})
	var out []guichet.TenantID
	for _, it := range page.Items {
		out = append(out, guichet.TenantID(it.S))
	}
	return out, err
}

// seatPage is how many agents are looked at between two notes of how far the work is.
const seatPage = 100

// Seat goes on with the work of listing a tenant's agents anew: up to most of them. Conflict: somebody else does it, or it has begun again.
func (s *Store) Seat(ctx context.Context, t guichet.TenantID, most int) error {
	for most > 0 {
		cfg, err := s.FreshConfig(ctx, t)
		if guichet.Is(err, guichet.NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		se := cfg.Seating
		switch {
		case se.Working():
			n, err := s.seatSome(ctx, cfg, &se)
			if err != nil {
				return err
			}
			most -= n
		case se.Tell:
			n, err := s.tellSome(ctx, cfg, &se)
			if err != nil {
				return err
			}
			most -= n
		case len(se.Also) > 0 && !s.now().Before(se.Turned.Add(keepLists)):
			se.Also = nil
			se.Gen++
		default:
			return nil
		}
		if err := s.saveSeating(ctx, t, se); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) saveSeating(ctx context.Context, t guichet.TenantID, se Seating) error {
	writes, err := s.seatingWrites(ctx, t, se)
	if err != nil {
		return err
	}
	defer s.forget(t)
	return s.Ledger.Commit(ctx, writes...)
}

// seatSome writes the next agents into the lists that are wanted, and turns to those after the last one. It returns how many it looked at, and one.
func (s *Store) seatSome(ctx context.Context, cfg *Config, se *Seating) (int, error) {
	list, next, err := s.AgentPage(ctx, cfg.Tenant.ID, seatPage, se.From)
	if err != nil {
		return 0, err
	}
	for i := range list {
		wrote, err := s.seat(ctx, cfg, &list[i])
		if err != nil {
			return 0, err
		}
		if se.Seen++; wrote {
			se.Seated++
		}
	}
	if se.From = next; next == "" {
		se.turn(s.now())
	}
	return len(list) + 1, nil
}

// seat writes an agent into the lists of a configuration, if he has a skill of which one is wanted, and does not stand there already.
func (s *Store) seat(ctx context.Context, cfg *Config, a *guichet.Agent) (bool, error) {
	for range placeTries {
		concerned := false
		for k := range a.Skills {
			concerned = concerned || cfg.Seating.Want[k] != ""
		}
		if !concerned || a.Gen >= cfg.Seating.Gen {
			return false, nil
		}
		was := *a
		err := s.Ledger.Commit(ctx, agentWrites(cfg, &was, a, true)...)
		if !guichet.Is(err, guichet.Conflict) {
			return err == nil, err
		}
		if a, err = s.Agent(ctx, cfg.Tenant.ID, was.ID); err != nil {
			return false, err
		}
	}
	return false, guichet.Errorf(guichet.Conflict, "agent %s moves all the time", a.ID)
}

// tellSome tells of the next agents who are on a call that they may get cases.
func (s *Store) tellSome(ctx context.Context, cfg *Config, se *Seating) (int, error) {
	t := cfg.Tenant.ID
	list, next, err := s.AgentPage(ctx, t, seatPage, se.From)
	if err != nil {
		return 0, err
	}
	for _, a := range list {
		if !a.Voice || !routing.Ready(&a, cfg.Tenant.Routing) {
			continue
		}
		err := s.SaveAgent(ctx, t, a, guichet.Fact{Kind: guichet.AgentPresence, Tenant: t, Agent: a.ID, By: "guichet", At: s.now(), Detail: map[string]string{"settings": "yes"}})
		if err != nil && !guichet.Is(err, guichet.Conflict) { // who moved meanwhile was told of by that, or will be looked at by what comes
			return 0, err
		}
	}
	if se.From = next; next == "" {
		se.Tell = false
	}
	return len(list) + 1, nil
}

// SaveHeld notes how far the cases of a skill that wait for preferred agents were looked at; an empty cursor: to their end.
func (s *Store) SaveHeld(ctx context.Context, t guichet.TenantID, se *Seating, k guichet.SkillID, cursor string) error {
	next := *se
	next.Held = maps.Clone(se.Held)
	if cursor == "" {
		delete(next.Held, k)
	} else {
		next.Held[k] = cursor
	}
	if err := s.saveSeating(ctx, t, next); err != nil {
		return err
	}
	next.Version++
	*se = next
	return nil
}
