package desk

import (
	"context"
	"strings"

	"guichet/shared/guichet"
	"guichet/shared/mail"
)

// letter puts around an answer what belongs there: the channel's template, the agent's signature, the quoted original.
func (d *Desk) letter(ctx context.Context, w *worker, p past, ans Answer) (mail.Letter, error) {
	l := mail.Letter{Text: ans.Text, Data: w.data(p)}
	if ans.HTML != "" {
		l.HTML = mail.LetterHTML(ans.HTML)
	}
	brand, err := d.Store.Brand(ctx, w.c.Tenant, w.from.Template, w.agent.ID)
	if err != nil {
		return l, err
	}
	if tpl := brand.Template; tpl != nil && !tpl.Off {
		if l.Template, err = mail.ParseTemplate(tpl.Rules, tpl.RTL); err != nil {
			return l, err
		}
	}
	if sig := brand.Signature; sig != nil {
		l.Signature, l.SignatureHTML = sig.Text, mail.LetterHTML(sig.HTML)
	}
	return l, d.quoteInto(ctx, &l, w, p, ans)
}

// data is what a template may name.
func (w *worker) data(p past) mail.TemplateData {
	t := mail.TemplateData{Agent: w.agent.Name, Channel: w.from.Display, Address: w.from.Address, Subject: w.c.Subject}
	if !w.format().Hidden {
		t.Ticket = string(w.c.ID)
	}
	if p.parent != nil && !p.parent.Third {
		t.Contact = p.parent.From.Name
	}
	return t
}

// quoteInto puts the original below the answer: all of it where it is passed on, else where the agent wants it.
func (d *Desk) quoteInto(ctx context.Context, l *mail.Letter, w *worker, p past, ans Answer) error {
	m := p.parent
	if m == nil || !ans.Quote && ans.Forward == "" {
		return nil
	}
	text, htm := m.Text, ""
	if (m.Cut || m.HasHTML && (l.HTML != "" || l.Template != nil)) && m.Raw != "" {
		raw, err := d.rawMail(ctx, m.Raw)
		if err != nil {
			return err
		}
		whole := mail.Parse(raw)
		if text = cut(whole.Text, maxQuote); m.HasHTML && len(whole.HTML) <= maxQuote {
			htm = mail.SafeHTML(whole.HTML, mail.SafeOptions{RemoteImages: true, CID: taken(whole, ans.Forward != "" && !ans.Bare)})
		}
	}
	if ans.Forward != "" {
		head := forwardHead(m, w.from.Language)
		l.Quote = head + "\n" + text
		l.QuoteHTML = mail.TextToHTML(head) + mail.OrHTML(htm, text)
		return nil
	}
	l.Quote = mail.Quote(text, attribution(m, w.from.Language))
	if l.Quote != "" {
		l.QuoteHTML = mail.QuoteHTML(mail.OrHTML(htm, text), attribution(m, w.from.Language))
	}
	return nil
}

// taken says which pictures of a quoted mail go along: those that a forward takes with it.
func taken(m *mail.Mail, forward bool) func(string) string {
	return func(id string) string {
		for i := range m.Parts {
			if p := &m.Parts[i]; forward && p.ContentID == id && p.Disposition != "attachment" && mail.FitsContentID(id) {
				return "cid:" + id
			}
		}
		return ""
	}
}

// maxQuote is how much of an original is quoted, in bytes of its text, and of its HTML.
const maxQuote = 200 << 10

// forwardHead says of a mail that is passed on what its header said.
func forwardHead(m *guichet.Message, lang string) string {
	words := []string{"---------- Forwarded message ----------", "From", "Date", "Subject", "To", "Cc"}
	if strings.HasPrefix(lang, "fr") {
		words = []string{"---------- Message transféré ----------", "De", "Date", "Objet", "À", "Cc"}
	}
	lines := []string{words[0]}
	for i, v := range []string{person(m.From), m.At.UTC().Format("Mon, 2 Jan 2006 15:04 MST"), m.Subject, written(m.To), written(m.Cc)} {
		if v != "" {
			lines = append(lines, words[i+1]+": "+v)
		}
	}
	return strings.Join(lines, "\n") + "\n"
}

func person(p guichet.Person) string {
	if p.Name == "" {
		return p.Addr
	}
	return p.Name + " <" + p.Addr + ">"
}

func written(list []guichet.Person) string {
	var s []string
	for _, p := range list {
		s = append(s, person(p))
	}
	return strings.Join(s, ", ")
}
