package desk

import (
	"context"
	"slices"
	"strings"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/mail"
	"guichet/shared/store"
)

// mailLimit is how many bytes a mail of a channel may have when encoded (A039). By a relay of the tenant's own any number goes: 0 (A040).
func mailLimit(cfg *store.Config, ch *guichet.Channel) int64 {
	if cfg.Relays[ch.ID] != nil {
		return 0
	}
	return mail.SESLimit
}

// sender is whom a channel's mail is from. By a relay of the tenant's own it is the bare address (A053).
func sender(cfg *store.Config, ch *guichet.Channel) guichet.Person {
	if cfg.Relays[ch.ID] != nil {
		return guichet.Person{Addr: ch.Address}
	}
	return guichet.Person{Name: ch.Display, Addr: ch.Address}
}

// compose makes the outgoing message of an answer, and its bytes. The same answer to the same case at the same moment gives the same bytes.
func (d *Desk) compose(ctx context.Context, w *worker, p past, ans Answer, attached []mail.OutFile) (*guichet.Message, []byte, error) {
	m, out, err := d.outgoing(ctx, w, p, ans)
	if err != nil {
		return nil, nil, err
	}
	out.Files = attached
	raw, err := mail.Compose(out)
	if err == nil && len(attached) > 0 {
		m.Files = files(mail.Parse(raw)) // as everybody else finds them in it
	}
	return m, raw, err
}

// outgoing makes the message of an answer, and the mail without its files: what a preview shows is made here, too.
func (d *Desk) outgoing(ctx context.Context, w *worker, p past, ans Answer) (*guichet.Message, mail.Outgoing, error) {
	ch := w.from
	to, chat, err := w.addressed(p, ans)
	if err != nil {
		return nil, mail.Outgoing{}, err
	}
	now := d.Now()
	m := &guichet.Message{
		Tenant: w.c.Tenant, Case: w.c.ID, N: w.c.Messages + 1, Direction: guichet.Outbound, At: now, By: w.agent.ID, Channel: ch.ID,
		From: sender(w.cfg, ch), To: persons(to.To), Cc: persons(to.Cc), Bcc: persons(to.Bcc), Delivery: guichet.Queued,
		Outside: p.outside(ans), Envelope: guichet.Envelope{Chat: chat},
	}
	m.MailID = mail.NewMessageID(d.Key, m.Tenant, m.ID(), domainOf(ch.Address))
	format := w.format()
	m.Subject = mail.RenderSubject(p.subject(w.c, ans), w.c.ID, format)
	out := mail.Outgoing{
		From: mail.Address{Name: m.From.Name, Addr: ch.Address}, To: to.To, Cc: to.Cc, Bcc: to.Bcc, Subject: m.Subject, Date: now, MessageID: m.MailID,
		Language: ch.Language, Limit: mailLimit(w.cfg, ch),
	}
	if ans.Leaves.After(now) {
		m.Delivery, m.Leaves, out.Date = guichet.Scheduled, ans.Leaves, ans.Leaves
	}
	letter := spoken(ans)
	if !ch.Talks() {
		letter, err = d.letter(ctx, w, p, ans)
	}
	if err != nil {
		return nil, out, err
	}
	out.Text, out.HTML, out.RTL = letter.Parts()
	text := letter.Text
	if text == "" {
		text = mail.TextFromHTML(letter.HTML)
	}
	m.Text = cut(text, guichet.MaxInlineText)
	m.Cut, m.HasHTML = len(m.Text) < len(text), out.HTML != ""
	if token := mail.TicketToken(w.c.ID, format); token != "" {
		out.Headers = append(out.Headers, mail.Field{Name: "X-Guichet-Ticket", Value: token})
	}
	p.thread(&out, m, w.c)
	return m, out, nil
}

// format is how the ticket number stands in the subject: as the case was born with, or, under another channel's address, as that channel writes it now.
func (w *worker) format() guichet.TicketFormat {
	if w.from.ID != w.c.Channel {
		f, _ := w.from.Format()
		return f
	}
	return w.from.FormatAt(w.c.Format)
}

// thread names the answered message, so that every mail program keeps the conversation together.
func (p past) thread(out *mail.Outgoing, m *guichet.Message, c *guichet.Case) {
	if p.parent != nil {
		m.InReplyTo = p.parent.MailID
		if p.head.MessageID != "" {
			out.InReplyTo = p.head.MessageID
		}
		refs := p.head.References
		if len(refs) == 0 {
			refs = p.head.InReplyTo
		}
		out.References = mail.OutReferences(p.head.MessageID, refs, p.own)
		if len(p.head.ThreadIndex) > 0 {
			out.ThreadIndex, out.ThreadTopic = mail.NextThreadIndex(p.head.ThreadIndex, out.Date), p.head.ThreadTopic
		}
		return
	}
	if c.Started { // nobody answered yet: Outlook groups by what we gave the first one (D-26)
		root := mail.NewThreadIndex(string(c.Tenant)+"/"+string(c.ID), c.Opened)
		if out.ThreadIndex, out.ThreadTopic = root, c.Subject; len(p.own) > 0 {
			out.ThreadIndex = mail.NextThreadIndex(root, out.Date)
		}
	}
	if n := len(p.own); n > 0 {
		m.InReplyTo, out.InReplyTo = p.own[n-1], p.own[n-1]
		out.References = mail.OutReferences(p.own[n-1], nil, p.own[:n-1])
	}
}

// subject is the one that the conversation goes by: the contact's newest, else the case's; a new conversation has the agent's.
func (p past) subject(c *guichet.Case, ans Answer) string {
	of := c.Subject
	if p.parent != nil && p.parent.Subject != "" {
		of = p.parent.Subject
	}
	switch {
	case ans.Forward != "":
		return "Fwd: " + mail.BaseSubject(of)
	case c.Version == 0:
		return of
	}
	return "Re: " + mail.BaseSubject(of)
}

// outside reports whether the answer goes to a third party: a forward, or what answers one.
func (p past) outside(ans Answer) bool {
	return ans.Forward != "" || p.parent != nil && p.parent.Third
}

// recipients says who gets the answer: whom the agent named, or who the answered message came from.
func recipients(w *worker, p past, ans Answer) (mail.Recipients, error) {
	own := w.cfg.Addresses()
	r := mail.Recipients{To: addresses(ans.To), Cc: addresses(ans.Cc), Bcc: addresses(ans.Bcc)}
	if ans.Forward != "" {
		return mail.CheckForward(r, w.c.People, own)
	}
	if len(r.To) == 0 && p.parent != nil {
		auto := mail.ReplyTo(p.asked(w), own, ans.All)
		r.To, r.Cc = auto.To, append(auto.Cc, r.Cc...)
	}
	if len(r.To) == 0 && p.parent == nil && len(w.c.People) > 0 {
		r.To = []mail.Address{{Addr: w.c.People[0]}}
	}
	return mail.CheckRecipients(r, own)
}

// asked is what a reply may know of the message that it answers.
func (p past) asked(w *worker) mail.Answered {
	asked := p.head.Answer()
	if by := p.parent.From; by.Addr != "" && !slices.ContainsFunc(asked.From, func(f mail.Address) bool { return mail.FoldAddress(f.Addr) == by.Addr }) {
		asked = mail.Answered{From: []mail.Address{{Name: by.Name, Addr: by.Addr}}} // somebody passed it on: the answer goes to who wrote it, to nobody else
	}
	if len(asked.From) == 0 {
		asked.From = []mail.Address{{Name: p.parent.From.Name, Addr: p.parent.From.Addr}}
	}
	if w.channel.ReplyTo == "ignore" {
		asked.ReplyTo = nil
	}
	return asked
}

func addresses(list []guichet.Person) []mail.Address {
	var out []mail.Address
	for _, p := range list {
		out = append(out, mail.Address{Name: p.Name, Addr: p.Addr})
	}
	return out
}

func persons(list []mail.Address) []guichet.Person {
	var out []guichet.Person
	for _, a := range list {
		out = append(out, guichet.Person{Name: a.PersonName(), Addr: a.Addr})
	}
	return out
}

// attribution is the line above a quote.
func attribution(m *guichet.Message, lang string) string {
	who := m.From.Name
	if who == "" {
		who = m.From.Addr
	}
	if strings.HasPrefix(lang, "fr") {
		return "Le " + m.At.UTC().Format("02/01/2006 à 15:04") + " UTC, " + who + " a écrit :"
	}
	return "On " + m.At.UTC().Format("Mon, 2 Jan 2006 at 15:04") + " UTC, " + who + " wrote:"
}

// leaves returns when an answer leaves: at the time that the agent chose, else after the time in which the channel lets it be taken back; zero is at once.
// Errors: Invalid for a time that has passed or is more than a year away.
func (d *Desk) leaves(ch *guichet.Channel, asked time.Time) (time.Time, error) {
	now := d.Now()
	switch {
	case asked.IsZero() && ch.Undo > 0:
		return now.Add(time.Duration(ch.Undo) * time.Second), nil
	case asked.IsZero():
		return time.Time{}, nil
	case !asked.After(now):
		return asked, guichet.Wrongf("scheduledAt", "scheduledAt is a time to come; to send at once leave it out")
	case asked.After(now.AddDate(1, 0, 0)):
		return asked, guichet.Wrongf("scheduledAt", "scheduledAt is at most a year away")
	}
	return asked.UTC().Truncate(time.Second), nil
}
