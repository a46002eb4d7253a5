package desk

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"slices"
	"strings"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/mail"
	"guichet/shared/store"
)

// Answer is what an agent writes.
type Answer struct {
	Text    string
	HTML    string            // optional, of anybody: it is made safe. Text is made from it where it is empty
	Subject string            // of a new conversation alone
	To      []guichet.Person  // empty: who the answered message came from
	Cc, Bcc []guichet.Person  // further ones
	All     bool              // everybody who got the answered message gets the answer, too
	Quote   bool              // the answered text goes below
	Answers guichet.MessageID // empty: the newest message of the contact
	Forward guichet.MessageID // pass this message on, to people outside, with its files (A034)
	Bare    bool              // pass it on without its files
	From    guichet.ChannelID // whose address it carries; empty: the case's channel (A036)
	Leaves  time.Time         // when it leaves; zero: at once
	Files   []AnswerFile      // at most 50
	Key     string            // chosen by the client: the same answer sent twice is one answer
	Draft   guichet.DraftID   // the draft that it was
}

// maxAnswer bounds the text of an answer, in bytes.
const maxAnswer = 1 << 20

// Reply queues an agent's answer to a case, or sets it down to leave later. Errors: Denied names the missing permission (A087, A088); Invalid names the
// field; NotFound. The mail is composed and its bytes are safe before anything is promised.
func (d *Desk) Reply(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.CaseID, ans Answer) (*guichet.Message, error) {
	if err := ans.valid(); err != nil {
		return nil, err
	}
	var m *guichet.Message
	err := again(ctx, func() error {
		var err error
		m, err = d.replyOnce(ctx, t, who, id, ans)
		return err
	})
	return m, err
}

func (a *Answer) valid() error {
	switch n := len(a.Text) + len(a.HTML); {
	case strings.TrimSpace(a.Text) == "" && strings.TrimSpace(a.HTML) == "":
		return guichet.Wrongf("messageContent", "an answer needs a text")
	case n > maxAnswer:
		return guichet.Errorf(guichet.TooLarge, "an answer of %d bytes; at most %d fit", n, maxAnswer)
	case a.Forward != "" && (a.All || a.Answers != ""):
		return guichet.Wrongf("forward", "a message is either answered or passed on")
	}
	return nil
}

func (d *Desk) replyOnce(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.CaseID, ans Answer) (*guichet.Message, error) {
	w, err := d.worker(ctx, t, who, id)
	if err != nil {
		return nil, err
	}
	if err := w.needs(guichet.CanReply, guichet.CanViewSkills); err != nil {
		return nil, err
	}
	if err := sends(w.channel); err != nil {
		return nil, err
	}
	tx := &store.Tx{}
	if twin, err := d.claimKey(ctx, tx, w.c, "key", who, ans.Key); err != nil || twin != nil {
		return twin, err
	}
	if err := w.sendFrom(ans.From); err != nil {
		return nil, err
	}
	if err := d.closeDraft(ctx, tx, w, ans.Draft); err != nil {
		return nil, err
	}
	m, facts, err := d.write(ctx, tx, w, ans)
	if err != nil {
		return nil, err
	}
	tx.Case(w.c, facts...)
	return m, d.Store.Commit(ctx, tx)
}

// write composes an answer of w, keeps its bytes and puts the message into the transaction; the case is the caller's to store, with the facts.
func (d *Desk) write(ctx context.Context, tx *store.Tx, w *worker, ans Answer) (*guichet.Message, []guichet.Fact, error) {
	p, attached, err := d.material(ctx, w, ans)
	if err != nil {
		return nil, nil, err
	}
	if err := w.follow(p, ans); err != nil {
		return nil, nil, err
	}
	if ans.Leaves, err = d.leaves(w.from, ans.Leaves); err != nil {
		return nil, nil, err
	}
	m, raw, err := d.compose(ctx, w, p, ans, attached)
	if err != nil {
		return nil, nil, err
	}
	if err := d.keep(ctx, m, raw); err != nil {
		return nil, nil, err
	}
	w.c.Messages, w.c.Out, w.c.Last = m.N, w.c.Out+1, w.agent.ID
	if opened(w.c); m.Outside {
		w.c.Aside++
	}
	w.c.SentFrom(w.from.ID)
	var facts []guichet.Fact
	if w.c.Offer && w.c.Agent == w.agent.ID { // who answers has accepted
		if facts, err = d.accepted(ctx, tx, w); err != nil {
			return nil, nil, err
		}
	}
	queued, err := d.handOver(w, m)
	tx.Message(m)
	tx.Ref(m.Tenant, &store.Ref{ID: m.MailID, Entries: []store.RefEntry{{Kind: refKind(m), Channel: m.Channel, Case: m.Case, N: m.N, Hash: m.Hash}}})
	return m, append(facts, queued...), err
}

func opened(c *guichet.Case) {
	if c.Status == guichet.New {
		c.Status = guichet.Open
	}
}

// refKind is what the id of a mail of ours stands for.
func refKind(m *guichet.Message) string {
	if m.Outside {
		return store.RefOutside
	}
	return store.RefMessage
}

// material loads what an answer is made of: the past of its case, and its files.
func (d *Desk) material(ctx context.Context, w *worker, ans Answer) (past, []mail.OutFile, error) {
	p, err := d.past(ctx, w.c, ans)
	if err != nil {
		return p, nil, err
	}
	attached, err := d.filesOf(ctx, w.c.Tenant, ans.Files)
	if err != nil || ans.Forward == "" || ans.Bare {
		return p, attached, err
	}
	taken, err := d.filesAlong(ctx, p.parent)
	return p, append(attached, taken...), err
}

// handOver queues a message, or sets the timer by which it leaves later.
func (d *Desk) handOver(w *worker, m *guichet.Message) ([]guichet.Fact, error) {
	kind, detail := guichet.ReplyQueued, []string{}
	if m.Channel != w.c.Channel {
		detail = append(detail, "channel", string(m.Channel))
	}
	if m.Outside {
		var to []string
		for _, addr := range envelopeTo(m) {
			addr = mail.FoldAddress(addr)
			to = append(to, addr)
			w.c.SentOutside(addr)
		}
		detail = append(detail, "outside", strings.Join(to, " "))
	}
	if m.Delivery == guichet.Scheduled {
		kind, detail = guichet.ReplyScheduled, append(detail, "leaves", m.Leaves.UTC().Format(time.RFC3339))
		if !w.c.SetTimer(guichet.LeaveTimer, string(m.ID()), m.Leaves) {
			return nil, guichet.Errorf(guichet.Exhausted, "too many answers of this case wait to leave: send or take back one of them first")
		}
	}
	switch {
	case m.Outside: // the contact still waits
	case m.Delivery == guichet.Scheduled:
		w.c.StopTimer(AgentAnswers, "") // the contact's time begins when it has left
	default:
		d.agentWrote(w.cfg, w.c, w.agent)
	}
	f := d.fact(kind, string(w.agent.ID), detail...)
	f.Message, f.Agent = m.ID(), w.agent.ID
	return []guichet.Fact{f}, nil
}

// claimKey makes a second call with the same key find the first one's message: of answers ("key") and notes ("note") each its own.
func (d *Desk) claimKey(ctx context.Context, tx *store.Tx, c *guichet.Case, kind string, who guichet.AgentID, key string) (*guichet.Message, error) {
	if key == "" {
		return nil, nil
	}
	id := kind + ":" + string(who) + ":" + string(c.ID) + ":" + key
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
	others []string // ids of what went to third parties
}

// recentMessages is how far back an answer looks for the message it answers and for our own ids.
const recentMessages = 30

func (d *Desk) past(ctx context.Context, c *guichet.Case, ans Answer) (past, error) {
	p := past{head: &mail.Mail{}}
	if c.Version == 0 {
		return p, nil // a conversation that begins has none
	}
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
	if err := d.chosen(ctx, &p, c, ans); err != nil {
		return p, err
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

// chosen takes the message that the agent named, in place of the contact's newest: it came in to this case, or is passed on from it. A note is neither.
func (d *Desk) chosen(ctx context.Context, p *past, c *guichet.Case, ans Answer) error {
	field, id := "replyToMessage", ans.Answers
	if ans.Forward != "" {
		field, id = "forward", ans.Forward
	}
	if id == "" {
		return nil
	}
	m, err := d.Store.Message(ctx, c.Tenant, id)
	if err != nil && !guichet.Is(err, guichet.NotFound) {
		return err
	}
	switch {
	case err != nil || m.Case != c.ID && !slices.Contains(c.Parts, m.Case):
		return guichet.Wrongf(field, "%s is no message of this case", field)
	case m.Direction == guichet.Note:
		return guichet.Wrongf(field, "%s is a note: notes never leave the house", field)
	case m.Held != "":
		return guichet.Wrongf(field, "%s is in quarantine: release it first", field)
	case ans.Forward == "" && m.Direction != guichet.Inbound:
		return guichet.Wrongf(field, "%s is not a message that came in", field)
	case m.Delivery == guichet.Scheduled || m.Delivery == guichet.Withdrawn:
		return guichet.Wrongf(field, "%s has not left", field)
	}
	p.parent = m
	if !m.Third && ans.Forward == "" {
		return nil
	}
	p.own = append(p.own, p.others...) // the third party knows of these
	return nil
}

func (p *past) see(m *guichet.Message) {
	ids := &p.own
	if m.Outside {
		ids = &p.others
	}
	switch {
	case m.Direction == guichet.Inbound && m.Held == "" && !m.Third && p.answers(m):
		p.parent = m
	case m.Direction == guichet.Outbound && m.Delivery != guichet.Withdrawn:
		*ids = append(*ids, m.MailID)
		if m.SentID != "" {
			*ids = append(*ids, m.SentID)
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

// answers reports whether an answer is to a message rather than to the one so far: the newest that a person wrote, or where nobody did, a program by itself.
func (p *past) answers(m *guichet.Message) bool {
	person := p.parent != nil && p.parent.Auto == ""
	switch {
	case m.Auto != "" && m.Auto != mail.Notification, m.Auto != "" && person:
		return false
	case p.parent == nil, m.Auto == "" && !person:
		return true
	}
	return !m.At.Before(p.parent.At)
}
