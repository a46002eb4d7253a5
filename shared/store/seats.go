package store

import (
	"context"
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"strings"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
	"guichet/shared/routing"
)

// An agent who may get a case now has a seat under each of his skills: an index entry whose place is the order in which the skill serves its agents. So
// choosing reads the first few of one list, however many agents there are. The agent's item itself carries up to three entries, one in each named index; a skill
// belongs to one index by its name. Who has more skills of one index has further items for them. Seats change in the transaction of what changes the
// agent: they are never late on SQLite, and on DynamoDB as late as an index is; an entry that is late is left out when its item is read.
//
// decisions/seats.md says what else was thought of, and what this costs.

// seatIndex says which named index lists a skill's agents: 0, 1 or 2.
func seatIndex(k guichet.SkillID) int {
	h := fnv.New32a()
	h.Write([]byte(k))
	return int(h.Sum32() % 3)
}

// row is the index entries of one item.
type row = [3]ledger.Key

// seats returns the index entries of an agent, row by row: the first one on his own item. One who may get no case has empty ones.
func seats(cfg *Config, a *guichet.Agent) []row {
	rows := make([]row, 1, 1+len(a.Seats))
	var used [3]int
	for _, k := range slices.Sorted(maps.Keys(a.Skills)) {
		i := seatIndex(k)
		for _, list := range cfg.Seating.lists(k) {
			if used[i] == len(rows) {
				rows = append(rows, row{})
			}
			order, blocks := orderIn(list)
			policy := cfg.Tenant.Routing
			if policy.VoiceBlocks = blocks; routing.Ready(a, policy) {
				rows[used[i]][i] = ledger.Key{P: seatPartition(cfg.Tenant.ID, k, a.Role, list), S: seatSort(order, a, k)}
			}
			used[i]++
		}
	}
	for len(rows) < 1+len(a.Seats) { // he had more skills once
		rows = append(rows, row{})
	}
	return rows
}

func orderOf(s *guichet.Skill) string {
	if s.Criteria == routing.LeastBusy || s.Criteria == routing.MostBusy {
		return s.Criteria
	}
	return routing.Proficiency
}

// seatSort is the place of an agent among those of a skill: what routing.Choose compares, as text.
func seatSort(order string, a *guichet.Agent, k guichet.SkillID) string {
	busy := ""
	switch order {
	case routing.LeastBusy:
		busy = fmt.Sprintf("%010d", a.Load)
	case routing.MostBusy:
		busy = fmt.Sprintf("%010d", 1<<31-a.Load)
	}
	return fmt.Sprintf("%s%02d%s#%s", busy, routing.Rank(a, k), stamp(a.Idle), a.ID)
}

// agentWrites are the writes that store an agent as he is now: his item, and those of his further seats that have changed, or all of them if anew. It
// updates a.Seats and a.Gen. Was is the agent as he is stored; nil for a new one.
func agentWrites(cfg *Config, was, a *guichet.Agent, anew bool) []ledger.Write {
	anew = anew || was == nil || was.Gen != cfg.Seating.Gen
	a.Gen = cfg.Seating.Gen
	rows := seats(cfg, a)
	var before []row
	if !anew {
		before = seats(cfg, was)
	}
	t := cfg.Tenant.ID
	var writes []ledger.Write
	for i := 1; i < len(rows); i++ {
		if i < len(before) && i <= len(a.Seats) && before[i] == rows[i] {
			continue
		}
		if i > len(a.Seats) {
			a.Seats = append(a.Seats, 0)
		}
		writes = append(writes, ledger.Put{Item: ledger.Item{Key: seatKey(t, a.ID, i), Version: a.Seats[i-1], Body: []byte(a.ID), Index: rows[i]}})
		a.Seats[i-1]++
	}
	return append(writes, ledger.Put{Item: ledger.Item{Key: agentKey(t, a.ID), Version: a.Version, Body: body(a), Index: rows[0]}})
}

// Seated returns the first n agents of a role who may get a case of the skill now, in the order in which the skill serves them: see Config.InForce.
func (s *Store) Seated(ctx context.Context, cfg *Config, k guichet.SkillID, r guichet.RoleID, n int) ([]guichet.Agent, error) {
	t := cfg.Tenant.ID
	page, err := s.Ledger.Query(ctx, ledger.Query{Index: seatIndex(k) + 1, Partition: seatPartition(t, k, r, cfg.Seating.list(k)), Limit: n})
	if err != nil {
		return nil, err
	}
	var further []guichet.AgentID
	found := map[guichet.AgentID]*guichet.Agent{}
	for _, it := range page.Items {
		if it.P == agentPartition(t) {
			a, err := agentOf(it)
			if err != nil {
				return nil, err
			}
			found[a.ID] = a
		} else {
			further = append(further, guichet.AgentID(it.Body))
		}
	}
	more, err := s.AgentsByID(ctx, t, further)
	if err != nil {
		return nil, err
	}
	for i := range more {
		found[more[i].ID] = &more[i]
	}
	out := make([]guichet.Agent, 0, len(page.Items))
	for _, it := range page.Items {
		id := guichet.AgentID(it.Body)
		if it.P == agentPartition(t) {
			id = guichet.AgentID(it.S)
		}
		if a := found[id]; a != nil {
			out = append(out, *a)
		}
	}
	return out, nil
}

// place is a change of how many cases an agent holds.
type place struct {
	tenant guichet.TenantID
	agent  guichet.AgentID
	taken  *guichet.Agent // as he was chosen; nil where places are given back alone
	at     time.Time
	back   int64
}

// Take gives a case to an agent as he was read: if he has changed since, or holds as many as he may, nothing is stored (AgentMoved, Exhausted).
func (tx *Tx) Take(t guichet.TenantID, a guichet.Agent, at time.Time) {
	p := tx.placeOf(t, a.ID)
	p.taken, p.at = &a, at
}

// Leave gives back a place with an agent.
func (tx *Tx) Leave(t guichet.TenantID, id guichet.AgentID) { tx.placeOf(t, id).back++ }

func (tx *Tx) placeOf(t guichet.TenantID, id guichet.AgentID) *place {
	for _, p := range tx.places {
		if p.tenant == t && p.agent == id {
			return p
		}
	}
	p := &place{tenant: t, agent: id}
	tx.places = append(tx.places, p)
	return p
}

// placeTries bounds how often places are given back anew because the agent got another case meanwhile.
const placeTries = 10

// commitPlaces stores the transaction with its changes of places. Who only gives back does not care what else the agent got meanwhile: he is read again.
func (s *Store) commitPlaces(ctx context.Context, tx *Tx) error {
	var err error
	for range placeTries {
		writes := slices.Clone(tx.writes)
		for _, p := range tx.places {
			more, err := s.placeWrites(ctx, p)
			if err != nil {
				return err
			}
			writes = append(writes, more...)
		}
		if err = s.Ledger.Commit(ctx, writes...); err == nil || !tx.mayRepeat(err) {
			return err
		}
	}
	return err
}

// mayRepeat reports whether a commit failed for an agent who only gives back.
func (tx *Tx) mayRepeat(err error) bool {
	for _, p := range tx.places {
		if p.taken == nil && AgentMoved(err, p.tenant, p.agent) {
			return true
		}
	}
	return false
}

// AgentMoved reports whether a commit failed because this agent is not any more as he was read.
func AgentMoved(err error, t guichet.TenantID, id guichet.AgentID) bool {
	k, ok := failed(err)
	return ok && (k == agentKey(t, id) || k.P == seatsPartition(t) && strings.HasPrefix(k.S, string(id)+"#"))
}

// placeWrites are the writes of one agent's change of places.
func (s *Store) placeWrites(ctx context.Context, p *place) ([]ledger.Write, error) {
	was, err := p.taken, error(nil)
	if was == nil {
		if was, err = s.Agent(ctx, p.tenant, p.agent); err != nil {
			return nil, err
		}
	}
	cfg, err := s.configOf(ctx, p.tenant, was)
	if err != nil {
		return nil, err
	}
	is := *was
	is.Seats = slices.Clone(was.Seats)
	is.Load -= p.back
	if is.Load < 0 {
		// The case says that he holds it: it is not any more as it was read, somebody else gave the place back.
		return nil, guichet.Errorf(guichet.Conflict, "agent %s holds no case", p.agent)
	}
	if p.taken != nil {
		if is.Load >= is.Limit {
			return nil, guichet.Errorf(guichet.Exhausted, "agent %s holds %d cases, which is the limit", p.agent, is.Load)
		}
		is.Load++
		is.Idle = p.at.UTC().Truncate(time.Millisecond)
	}
	return agentWrites(cfg, was, &is, false), nil
}

// configOf returns the configuration by which an agent may be written: at least as new as the one by which he was written last.
func (s *Store) configOf(ctx context.Context, t guichet.TenantID, a *guichet.Agent) (*Config, error) {
	cfg, err := s.Config(ctx, t)
	if err == nil && a != nil && a.Gen > cfg.Seating.Gen {
		return s.FreshConfig(ctx, t)
	}
	return cfg, err
}
