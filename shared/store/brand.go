package store

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
)

// Brand is what stands around the answers of one agent in one channel.
type Brand struct {
	Template  *guichet.Template  // nil: none
	Signature *guichet.Signature // nil: none
}

// Brand loads the template of a channel and the signature of an agent as they are now; empty ids give none, and so does what is not there.
func (s *Store) Brand(ctx context.Context, t guichet.TenantID, tpl guichet.TemplateID, who guichet.AgentID) (Brand, error) {
	var b Brand
	keys := []ledger.Key{signerKey(t, who)}
	if tpl != "" {
		keys = append(keys, templateKey(t, tpl))
	}
	items, err := s.Ledger.BatchGet(ctx, keys)
	if err != nil {
		return b, err
	}
	for _, it := range items {
		if it.Key == keys[0] {
			if b.Signature, err = s.Signature(ctx, t, guichet.SignatureID(it.Body)); err != nil && !guichet.Is(err, guichet.NotFound) {
				return b, err
			}
			continue
		}
		if b.Template, err = templateOf(it); err != nil {
			return b, err
		}
	}
	return b, nil
}

// NextBrand takes a number for a new template or signature: never given twice.
func (s *Store) NextBrand(ctx context.Context, t guichet.TenantID) (string, error) {
	n, err := s.Ledger.Next(ctx, brandCountKey(t), 1)
	return strconv.FormatInt(n, 10), err
}

// Templates returns the tenant's templates, by id.
func (s *Store) Templates(ctx context.Context, t guichet.TenantID) ([]*guichet.Template, error) {
	var out []*guichet.Template
	err := s.all(ctx, ledger.Query{Partition: brandPartition(t), Prefix: templateSort, Limit: ledger.MaxPage}, func(it ledger.Item) error {
		tpl, err := templateOf(it)
		out = append(out, tpl)
		return err
	})
	return out, err
}

// Template returns one template; NotFound.
func (s *Store) Template(ctx context.Context, t guichet.TenantID, id guichet.TemplateID) (*guichet.Template, error) {
	it, err := s.brandItem(ctx, templateKey(t, id), string(id), "template")
	if err != nil {
		return nil, err
	}
	return templateOf(it)
}

// Signatures returns the tenant's signatures, by id, and who has which.
func (s *Store) Signatures(ctx context.Context, t guichet.TenantID) ([]*guichet.Signature, map[guichet.AgentID]guichet.SignatureID, error) {
	var out []*guichet.Signature
	err := s.all(ctx, ledger.Query{Partition: brandPartition(t), Prefix: signatureSort, Limit: ledger.MaxPage}, func(it ledger.Item) error {
		sig, err := signatureOf(it)
		out = append(out, sig)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	signers := map[guichet.AgentID]guichet.SignatureID{}
	err = s.all(ctx, ledger.Query{Partition: brandPartition(t), Prefix: signerSort, Limit: ledger.MaxPage}, func(it ledger.Item) error {
		signers[guichet.AgentID(strings.TrimPrefix(it.S, signerSort))] = guichet.SignatureID(it.Body)
		return nil
	})
	return out, signers, err
}

// Signature returns one signature; NotFound.
func (s *Store) Signature(ctx context.Context, t guichet.TenantID, id guichet.SignatureID) (*guichet.Signature, error) {
	it, err := s.brandItem(ctx, signatureKey(t, id), string(id), "signature")
	if err != nil {
		return nil, err
	}
	return signatureOf(it)
}

func (s *Store) brandItem(ctx context.Context, k ledger.Key, id, what string) (ledger.Item, error) {
	if id == "" || len(id) > 20 || strings.Trim(id, "0123456789") != "" {
		return ledger.Item{}, guichet.Errorf(guichet.NotFound, "%s", what)
	}
	it, err := s.Ledger.Get(ctx, k)
	if guichet.Is(err, guichet.NotFound) {
		err = guichet.Errorf(guichet.NotFound, "%s", what)
	}
	return it, err
}

// Signer returns which signature an agent has, and the version of that note; empty and 0 for none.
func (s *Store) Signer(ctx context.Context, t guichet.TenantID, who guichet.AgentID) (guichet.SignatureID, int64, error) {
	it, err := s.Ledger.Get(ctx, signerKey(t, who))
	if guichet.Is(err, guichet.NotFound) {
		return "", 0, nil
	}
	return guichet.SignatureID(it.Body), it.Version, err
}

func templateOf(it ledger.Item) (*guichet.Template, error) {
	tpl := &guichet.Template{Version: it.Version}
	return tpl, read(it, tpl)
}

func signatureOf(it ledger.Item) (*guichet.Signature, error) {
	sig := &guichet.Signature{Version: it.Version}
	return sig, read(it, sig)
}

// Template stores a template: a new one (Version 0), or a changed one.
func (tx *Tx) Template(t guichet.TenantID, tpl *guichet.Template) {
	tx.writes = append(tx.writes, ledger.Put{Item: ledger.Item{Key: templateKey(t, tpl.ID), Version: tpl.Version, Body: body(tpl)}})
}

// NoTemplate takes a template away.
func (tx *Tx) NoTemplate(t guichet.TenantID, tpl *guichet.Template) {
	tx.writes = append(tx.writes, ledger.Delete{Key: templateKey(t, tpl.ID), Version: tpl.Version})
}

// Signature stores a signature.
func (tx *Tx) Signature(t guichet.TenantID, sig *guichet.Signature) {
	tx.writes = append(tx.writes, ledger.Put{Item: ledger.Item{Key: signatureKey(t, sig.ID), Version: sig.Version, Body: body(sig)}})
}

// NoSignature takes a signature away. Who had it has none then: its id is never given again.
func (tx *Tx) NoSignature(t guichet.TenantID, sig *guichet.Signature) {
	tx.writes = append(tx.writes, ledger.Delete{Key: signatureKey(t, sig.ID), Version: sig.Version})
}

// Signs gives an agent a signature in place of the one he has: there is one note for each agent, so he has one at most (A077). version is that of the note; the
// signature must still be there as it was read.
func (tx *Tx) Signs(t guichet.TenantID, who guichet.AgentID, version int64, sig *guichet.Signature) {
	tx.writes = append(tx.writes, ledger.Put{Item: ledger.Item{Key: signerKey(t, who), Version: version, Body: []byte(sig.ID)}},
		ledger.Check{Key: signatureKey(t, sig.ID), Version: sig.Version})
}

// SignsNot takes an agent's signature from him.
func (tx *Tx) SignsNot(t guichet.TenantID, who guichet.AgentID, version int64) {
	tx.writes = append(tx.writes, ledger.Delete{Key: signerKey(t, who), Version: version})
}

// InOrder lists the channels by their id.
func (c *Config) InOrder() []*guichet.Channel {
	var out []*guichet.Channel
	for _, id := range slices.Sorted(maps.Keys(c.Channels)) {
		out = append(out, c.Channels[id])
	}
	return out
}
