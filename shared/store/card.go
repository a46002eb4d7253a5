package store

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
)

// Cards make agents findable without reading all of them: by the beginnings of the words of their names, by their role, by the number that clients of the API know them by. An
// agent has one for each word, up to maxCards; they change in the transaction that changes his name or his role. On DynamoDB they are found as late as an index is.
const maxCards = 4

// cardWrites are the writes of an agent's cards; none where his name and role are as they were.
func (s *Store) cardWrites(ctx context.Context, t guichet.TenantID, was, a *guichet.Agent) ([]ledger.Write, error) {
	if was != nil && was.Name == a.Name && was.Role == a.Role {
		return nil, nil
	}
	versions := map[ledger.Key]int64{}
	if was != nil {
		page, err := s.Ledger.Query(ctx, ledger.Query{Partition: cardPartition(t), Prefix: string(a.ID) + "#", Limit: maxCards})
		if err != nil {
			return nil, err
		}
		for _, it := range page.Items {
			versions[it.Key] = it.Version
		}
	}
	var writes []ledger.Write
	words := wordsOf(a)
	for i, w := range words {
		it := ledger.Item{Key: cardKey(t, a.ID, i), Body: []byte(a.ID)}
		it.Version = versions[it.Key]
		it.Index[nameIndex-1] = ledger.Key{P: namesPartition(t), S: w + "#" + string(a.ID)}
		if i == 0 {
			it.Index[roleIndex-1] = ledger.Key{P: roleUsersPartition(t, a.Role), S: string(a.ID)}
			it.Index[numberIndex-1] = ledger.Key{P: numbersPartition(t), S: strconv.FormatInt(guichet.Number(string(a.ID)), 10) + "#" + string(a.ID)}
		}
		writes = append(writes, ledger.Put{Item: it})
	}
	for i := len(words); i < maxCards; i++ {
		if k := cardKey(t, a.ID, i); versions[k] > 0 {
			writes = append(writes, ledger.Delete{Key: k, Version: versions[k]})
		}
	}
	return writes, nil
}

// wordsOf lists what an agent is found by: his name from each of its words on, folded; his id where he has no name.
func wordsOf(a *guichet.Agent) []string {
	words := strings.Fields(foldName(a.Name))
	if len(words) == 0 {
		return []string{foldName(string(a.ID))}
	}
	var out []string
	for i := range words[:min(len(words), maxCards)] {
		out = append(out, strings.Join(words[i:], " "))
	}
	return out
}

// foldName writes a name so that it is found however it is typed. Bytes that a key cannot hold, or that end a word there, are spaces.
func foldName(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == '#' {
			return ' '
		}
		return r
	}, strings.ToLower(strings.ToValidUTF8(s, " ")))
	if len(s) > 100 {
		s = strings.ToValidUTF8(s[:100], "")
	}
	return s
}

// Find returns agents of whom a word of the name begins so, or whose id that is: the first limit, by name.
func (s *Store) Find(ctx context.Context, t guichet.TenantID, text string, limit int) ([]guichet.Agent, error) {
	text = strings.Join(strings.Fields(foldName(text)), " ")
	if text == "" {
		return nil, nil
	}
	page, err := s.Ledger.Query(ctx, ledger.Query{Index: nameIndex, Partition: namesPartition(t), Prefix: text, Limit: min(2*limit, ledger.MaxPage)})
	if err != nil {
		return nil, err
	}
	var ids []guichet.AgentID
	if plainID(text) {
		ids = append(ids, guichet.AgentID(text))
	}
	for _, it := range page.Items {
		if id := guichet.AgentID(it.Body); !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	found, err := s.AgentsByID(ctx, t, ids[:min(len(ids), limit+1)])
	slices.SortFunc(found, func(a, b guichet.Agent) int { return slices.Index(ids, a.ID) - slices.Index(ids, b.ID) })
	return found[:min(len(found), limit)], err
}

// Numbered returns the agents whom the clients of the API know by that number: one, but for a chance of one in two thousand million.
func (s *Store) Numbered(ctx context.Context, t guichet.TenantID, number string) ([]guichet.AgentID, error) {
	return s.cards(ctx, ledger.Query{Index: numberIndex, Partition: numbersPartition(t), Prefix: number + "#", Limit: 10})
}

// RoleUsers returns some of the agents who have a role, by id.
func (s *Store) RoleUsers(ctx context.Context, t guichet.TenantID, r guichet.RoleID, limit int) ([]guichet.AgentID, error) {
	return s.cards(ctx, ledger.Query{Index: roleIndex, Partition: roleUsersPartition(t, r), Limit: limit})
}

func (s *Store) cards(ctx context.Context, q ledger.Query) ([]guichet.AgentID, error) {
	page, err := s.Ledger.Query(ctx, q)
	var out []guichet.AgentID
	for _, it := range page.Items {
		out = append(out, guichet.AgentID(it.Body))
	}
	return out, err
}
