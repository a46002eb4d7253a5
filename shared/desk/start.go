package desk

import (
	"context"
	"strings"

	"guichet/shared/guichet"
	"guichet/shared/mail"
	"guichet/shared/store"
)

// maxSubject bounds the subject of a new conversation, in bytes.
const maxSubject = 200

// Start begins a conversation: a case of its own with the agent, his place in it, and its first mail, in one commit (D-25). The channel must let agents write
// first (A046). Errors: Denied names the missing permission, or "outbound"; Invalid names the field; Exhausted if he has as many cases as he can hold.
func (d *Desk) Start(ctx context.Context, t guichet.TenantID, who guichet.AgentID, ch guichet.ChannelID, ans Answer) (*guichet.Message, error) {
	if err := ans.valid(); err != nil {
		return nil, err
	}
	switch {
	case ans.Forward != "" || ans.Answers != "" || ans.All || ans.Quote || ans.Draft != "":
		return nil, guichet.Wrongf("thread.idOnExternalPlatform", "a conversation that begins answers nothing: say which case it is")
	case len(ans.To) == 0:
		return nil, guichet.Wrongf("to", "say whom it goes to")
	case strings.TrimSpace(ans.Subject) == "" || len(ans.Subject) > maxSubject:
		return nil, guichet.Wrongf("title", "a conversation begins with a subject of 1 to %d bytes", maxSubject)
	}
	var m *guichet.Message
	var number guichet.CaseID // taken once, also when the commit is tried again
	err := again(ctx, func() error {
		var err error
		m, err = d.startOnce(ctx, t, who, ch, ans, &number)
		return err
	})
	return m, err
}

func (d *Desk) startOnce(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.ChannelID, ans Answer, number *guichet.CaseID) (*guichet.Message, error) {
	w, err := d.starter(ctx, t, who, id)
	if err != nil {
		return nil, err
	}
	tx := &store.Tx{}
	key, twin, err := d.startKey(ctx, w, ans.Key)
	if err != nil || twin != nil {
		return twin, err
	}
	if *number == "" {
		if *number, err = d.Store.NextCase(ctx, t); err != nil {
			return nil, err
		}
	}
	facts, err := d.openStarted(ctx, tx, w, *number, ans)
	if err != nil {
		return nil, err
	}
	m, sent, err := d.write(ctx, tx, w, ans)
	if err != nil {
		return nil, err
	}
	if key != nil {
		key.Name(store.RefEntry{Kind: store.RefMessage, Channel: id, Case: m.Case, N: m.N})
		tx.Ref(t, key)
	}
	tx.Ref(t, &store.Ref{ID: mail.ThreadRoot(mail.NewThreadIndex(string(t)+"/"+string(m.Case), w.c.Opened)), Entries: []store.RefEntry{{Kind: store.RefPhantom, Channel: id, Case: m.Case}}})
	tx.Case(w.c, append(facts, sent...)...)
	err = d.Store.Commit(ctx, tx)
	if guichet.Is(err, guichet.Exhausted) {
		return nil, guichet.Errorf(guichet.Exhausted, "%s has %d cases, which is the limit: close one first", w.agent.Name, w.agent.Limit)
	}
	return m, err
}

// starter is an agent who may write first in a channel.
func (d *Desk) starter(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.ChannelID) (*worker, error) {
	a, err := d.acting(ctx, t, who)
	if err != nil {
		return nil, err
	}
	cfg, err := d.Store.FreshConfig(ctx, t)
	if err != nil {
		return nil, err
	}
	w := &worker{cfg: cfg, agent: a, role: cfg.Role(a), channel: cfg.Channels[id]}
	if w.channel == nil || w.channel.Deleted || !w.role.May(guichet.CanRead, id) {
		return nil, guichet.Errorf(guichet.NotFound, "channel")
	}
	w.from = w.channel
	if err := w.needs(guichet.CanReply, guichet.CanViewSkills); err != nil {
		return nil, err
	}
	return w, sends(w.channel)
}

// startKey is the note of a client's key, or what it led to before.
func (d *Desk) startKey(ctx context.Context, w *worker, key string) (*store.Ref, *guichet.Message, error) {
	if key == "" {
		return nil, nil, nil
	}
	id := "key:" + string(w.agent.ID) + ":start:" + string(w.channel.ID) + ":" + key
	refs, err := d.Store.Refs(ctx, w.channel.Tenant, []string{id})
	if err != nil {
		return nil, nil, err
	}
	if e := refs[id].In(w.channel.ID); e != nil {
		m, err := d.Store.Message(ctx, w.channel.Tenant, e.Case.Message(e.N))
		return nil, m, err
	}
	return refs[id], nil, nil
}

// openStarted makes the case that an agent begins: open, his own, with those he writes to. No clock runs: nobody waits for an answer yet.
func (d *Desk) openStarted(ctx context.Context, tx *store.Tx, w *worker, number guichet.CaseID, ans Answer) ([]guichet.Fact, error) {
	now := d.Now()
	_, format := w.channel.Format()
	w.c = &guichet.Case{
		Tenant: w.channel.Tenant, ID: number, Channel: w.channel.ID, Subject: cut(strings.Join(strings.Fields(ans.Subject), " "), maxSubject), Status: guichet.Open, Skill: w.channel.Skill,
		Opened: now, Moved: now, Format: format, Started: true,
	}
	for _, list := range [][]guichet.Person{ans.To, ans.Cc} {
		for _, p := range list {
			w.c.Join(mail.FoldAddress(p.Addr))
		}
	}
	person, err := d.Store.Contact(ctx, w.c.Tenant, mail.FoldAddress(ans.To[0].Addr))
	if err != nil {
		return nil, err
	}
	w.c.Contact = person.ID
	if person.Version == 0 {
		person.Addr, person.Name, person.Since = mail.FoldAddress(ans.To[0].Addr), cut(ans.To[0].Name, 100), now
		tx.Contact(person)
	}
	opened := d.fact(guichet.CaseOpened, string(w.agent.ID), "rule", "started", "people", strings.Join(w.c.People, " "))
	return append([]guichet.Fact{opened}, d.assign(tx, w.cfg, w.c, *w.agent, string(w.agent.ID), "began the conversation", "")...), nil
}
