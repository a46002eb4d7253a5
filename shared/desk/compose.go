package desk

import (
	"slices"
	"strings"

	"guichet/shared/guichet"
	"guichet/shared/mail"
)

// compose makes the outgoing message of an answer, and its bytes. The same answer to the same case at the same moment gives the same bytes.
func (d *Desk) compose(w *worker, p past, ans Answer, attached []mail.OutFile) (*guichet.Message, []byte, error) {
	ch := w.channel
	to, err := recipients(w, p, ans)
	if err != nil {
		return nil, nil, err
	}
	now := d.Now()
	m := &guichet.Message{
		Tenant: w.c.Tenant, Case: w.c.ID, N: w.c.Messages + 1, Direction: guichet.Outbound, At: now, By: w.agent.ID, Channel: ch.ID,
		From: guichet.Person{Name: ch.Display, Addr: ch.Address}, To: persons(to.To), Cc: persons(to.Cc), Bcc: persons(to.Bcc), Delivery: guichet.Queued,
	}
	m.MailID = mail.NewMessageID(d.Key, m.Tenant, m.ID(), domainOf(ch.Address))
	format := ch.FormatAt(w.c.Format)
	m.Subject = mail.RenderSubject("Re: "+mail.BaseSubject(p.subject(w.c)), w.c.ID, format)
	out := mail.Outgoing{
		From: mail.Address{Name: ch.Display, Addr: ch.Address}, To: to.To, Cc: to.Cc, Bcc: to.Bcc, Subject: m.Subject, Date: now, MessageID: m.MailID,
		Text: ans.Text, HTML: ans.HTML, Language: ch.Language, Files: attached, Limit: mail.SESLimit,
	}
	if out.Text == "" {
		out.Text = mail.TextFromHTML(ans.HTML)
	}
	m.Text = cut(out.Text, guichet.MaxInlineText)
	m.Cut, m.HasHTML = len(m.Text) < len(out.Text), ans.HTML != ""
	if token := mail.TicketToken(w.c.ID, format); token != "" {
		out.Headers = append(out.Headers, mail.Field{Name: "X-Guichet-Ticket", Value: token})
	}
	p.thread(&out, m)
	if ans.Quote && p.parent != nil {
		out.Text = strings.TrimRight(out.Text, "\n") + "\n\n" + mail.Quote(p.parent.Text, attribution(p.parent, ch.Language))
	}
	raw, err := mail.Compose(out)
	if err == nil && len(attached) > 0 {
		m.Files = files(mail.Parse(raw)) // as everybody else finds them in it
	}
	return m, raw, err
}

// thread names the answered message, so that every mail program keeps the conversation together.
func (p past) thread(out *mail.Outgoing, m *guichet.Message) {
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
	if n := len(p.own); n > 0 {
		out.InReplyTo = p.own[n-1]
		out.References = mail.OutReferences(p.own[n-1], nil, p.own[:n-1])
	}
}

// subject is the one that the conversation goes by: the contact's newest, else the case's.
func (p past) subject(c *guichet.Case) string {
	if p.parent != nil && p.parent.Subject != "" {
		return p.parent.Subject
	}
	return c.Subject
}

// recipients says who gets the answer: whom the agent named, or who the answered message came from.
func recipients(w *worker, p past, ans Answer) (mail.Recipients, error) {
	own := w.cfg.Addresses()
	r := mail.Recipients{To: addresses(ans.To), Cc: addresses(ans.Cc), Bcc: addresses(ans.Bcc)}
	if len(r.To) == 0 && p.parent != nil {
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
		auto := mail.ReplyTo(asked, own, ans.All)
		r.To, r.Cc = auto.To, append(auto.Cc, r.Cc...)
	}
	if len(r.To) == 0 && p.parent == nil && len(w.c.People) > 0 {
		r.To = []mail.Address{{Addr: w.c.People[0]}}
	}
	return mail.CheckRecipients(r, own)
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
		out = append(out, guichet.Person{Name: a.Name, Addr: a.Addr})
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
