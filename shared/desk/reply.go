package desk

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"strings"

	"guichet/shared/guichet"
	"guichet/shared/mail"
	"guichet/shared/store"
)

// Answer is what an agent writes.
type Answer struct {
	Text    string
	HTML    string            // optional; Text is made from it where it is empty
	To      []guichet.Person  // empty: who the answered message came from
	Cc, Bcc []guichet.Person  // further ones
	All     bool              // everybody who got the answered message gets the answer, too
	Quote   bool              // the answered text goes below
	Answers guichet.MessageID // empty: the newest message of the contact
	Files   []AnswerFile      // at most 50
	Key     string            // chosen by the client: the same answer sent twice is one answer
}

// maxAnswer bounds the text of an answer, in bytes.
const maxAnswer = 1 << 20

// Reply queues an agent's answer to a case. Errors: Denied names the missing permission (A087, A088); Invalid names the field; NotFound.
// The mail is composed and its bytes are safe before anything is promised.
func (d *Desk) Reply(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.CaseID, ans Answer) (*guichet.Message, error) {
	if strings.TrimSpace(ans.Text) == "" && strings.TrimSpace(ans.HTML) == "" {
		return nil, guichet.Wrongf("messageContent", "an answer needs a text")
	}
	if len(ans.Text)+len(ans.HTML) > maxAnswer {
		return nil, guichet.Errorf(guichet.TooLarge, "an answer of %d bytes; at most %d fit", len(ans.Text)+len(ans.HTML), maxAnswer)
	}
	var m *guichet.Message
	err := again(ctx, func() error {
		var err error
		m, err = d.replyOnce(ctx, t, who, id, ans)
		return err
	})
	return m, err
}

func (d *Desk) replyOnce(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.CaseID, ans Answer) (*guichet.Message, error) {
	w, err := d.worker(ctx, t, who, id)
	if err != nil {
		return nil, err
	}
	if err := w.needs(guichet.CanReply, guichet.CanViewSkills); err != nil {
		return nil, err
	}
	tx := &store.Tx{}
	if twin, err := d.claimKey(ctx, tx, w.c, who, ans.Key); err != nil || twin != nil {
		return twin, err
	}
	past, err := d.past(ctx, w.c, ans.Answers)
	if err != nil {
		return nil, err
	}
	attached, err := d.filesOf(ctx, t, ans.Files)
	if err != nil {
		return nil, err
	}
	m, raw, err := d.compose(w, past, ans, attached)
	if err != nil {
		return nil, err
	}
	if err := d.keep(ctx, m, raw); err != nil {
		return nil, err
	}
	w.c.Messages, w.c.Out, w.c.Last = m.N, w.c.Out+1, who
	if w.c.Status == guichet.New {
		w.c.Status = guichet.Open
	}
	var facts []guichet.Fact
	if w.c.Offer && w.c.Agent == who { // who answers has accepted
		if facts, err = d.accepted(ctx, tx, w); err != nil {
			return nil, err
		}
	}
	d.agentWrote(w.cfg, w.c, w.agent)
	tx.Message(m)
	tx.Ref(t, &store.Ref{ID: m.MailID, Entries: []store.RefEntry{{Kind: store.RefMessage, Channel: m.Channel, Case: m.Case, N: m.N, Hash: m.Hash}}})
	f := d.fact(guichet.ReplyQueued, string(who))
	f.Message, f.Agent = m.ID(), who
	tx.Case(w.c, append(facts, f)...)
	return m, d.Store.Commit(ctx, tx)
}

// claimKey makes a second call with the same key find the first one's message.
func (d *Desk) claimKey(ctx context.Context, tx *store.Tx, c *guichet.Case, who guichet.AgentID, key string) (*guichet.Message, error) {
	if key == "" {
		return nil, nil
	}
	id := "key:" + string(who) + ":" + string(c.ID) + ":" + key
	refs, err := d.Store.Refs(ctx, c.Tenant, []string{id})
	if err != nil {
		return nil, err
	}
	if e := refs[id].In(c.Channel); e != nil {
		return d.Store.Message(ctx, c.Tenant, e.Case.Message(e.N))
	}
	tx.Ref(c.Tenant, &store.Ref{ID: id, Entries: []store.RefEntry{{Kind: store.RefMessage, Channel: c.Channel, Case: c.ID, N: c.Messages + 1}}})
	return nil, nil
}

// past is what an answer must know of its case: the answered message, its raw head, and our own ids.
type past struct {
	parent *guichet.Message
	head   *mail.Mail // of the parent; an empty one where there is no raw mail
	own    []string
}

// recentMessages is how far back an answer looks for the message it answers and for our own ids.
const recentMessages = 30

func (d *Desk) past(ctx context.Context, c *guichet.Case, answers guichet.MessageID) (past, error) {
	p := past{head: &mail.Mail{}}
	for _, part := range append([]guichet.CaseID{c.ID}, c.Parts...) {
		of := c
		if part != c.ID {
			var err error
			if of, err = d.Store.Case(ctx, c.Tenant, part); err != nil {
				return p, err
			}
		}
		list, err := d.Store.Messages(ctx, c.Tenant, part, max(1, of.Messages-recentMessages), recentMessages+1)
		if err != nil {
			return p, err
		}
		for _, m := range list {
			p.see(m)
		}
	}
	if answers != "" {
		m, err := d.Store.Message(ctx, c.Tenant, answers)
		if err != nil || m.Direction != guichet.Inbound {
			return p, guichet.Wrongf("replyToMessage", "replyToMessage is not a message that came in")
		}
		p.parent = m
	}
	if p.parent != nil && p.parent.Raw != "" {
		head, err := d.head(ctx, p.parent.Raw)
		if err != nil {
			return p, err
		}
		p.head = head
	}
	return p, nil
}

func (p *past) see(m *guichet.Message) {
	switch {
	case m.Direction == guichet.Inbound && m.Auto == "" && m.Held == "" && (p.parent == nil || !m.At.Before(p.parent.At)):
		p.parent = m
	case m.Direction == guichet.Outbound:
		p.own = append(p.own, m.MailID)
		if m.SentID != "" {
			p.own = append(p.own, m.SentID)
		}
	}
}

// head parses the first part of a stored mail: its header, whole.
func (d *Desk) head(ctx context.Context, key string) (*mail.Mail, error) {
	r, err := d.Store.Blobs.Range(ctx, key, 0, mail.MaxHeaderBlock)
	if guichet.Is(err, guichet.NotFound) {
		return &mail.Mail{}, nil
	}
	if err != nil {
		return nil, err
	}
	defer r.Close()
	raw, err := io.ReadAll(r)
	if err != nil {
		return nil, guichet.Errorf(guichet.Temporary, "read mail: %w", err)
	}
	return mail.Parse(raw), nil
}

// keep stores the composed mail. Its key holds its hash: an attempt that was cut off leaves bytes that nothing names.
func (d *Desk) keep(ctx context.Context, m *guichet.Message, raw []byte) error {
	h := sha256.Sum256(raw)
	m.Hash = hex.EncodeToString(h[:16])
	m.Raw = store.OutKey(m)
	err := d.Store.Blobs.Put(ctx, m.Raw, bytes.NewReader(raw), int64(len(raw)))
	if guichet.Is(err, guichet.Exists) {
		return nil
	}
	return err
}
