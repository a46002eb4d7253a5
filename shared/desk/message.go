package desk

import (
	"strings"
	"unicode/utf8"

	"guichet/shared/guichet"
	"guichet/shared/mail"
)

// message makes the next message of a case of the mail. It is kept small: what is longer stands in the raw mail.
func (d *Desk) message(l *landing, c *guichet.Case) *guichet.Message {
	c.Messages++
	c.In++
	visible := strings.TrimSpace(l.mail.Text)
	if l.in.Chat == nil {
		visible = mail.FoldMail(l.mail).Visible
	}
	m := &guichet.Message{
		Tenant: c.Tenant, Case: c.ID, N: c.Messages, Direction: guichet.Inbound, At: l.in.ReceivedAt, Channel: l.site.Channel.ID,
		MailID: cut(l.id, 250), InReplyTo: cut(first(l.mail.InReplyTo), 250), Subject: cut(l.mail.Subject, 250),
		From: guichet.Person{Name: cut(l.name, 100), Addr: cut(l.sender, 250)}, To: people(l.mail.To), Cc: people(l.mail.Cc),
		Text: cut(visible, guichet.MaxInlineText), HasHTML: l.mail.HTML != "", Files: files(l.mail), Verdicts: l.in.Verdicts,
		Raw: l.in.Raw, Hash: l.hash, Envelope: l.envelope(), Why: &l.dec.Why, Seen: l.known.seen,
	}
	m.Cut = len(m.Text) < len(strings.TrimSpace(l.mail.Text))
	if l.auto.Kind != mail.Human {
		m.Auto = l.auto.Kind
	}
	m.Warnings, m.Burst, m.Large = warnings(l), l.streak > 0, l.tooLarge(l.site.Channel)
	return m
}

// warnings are the first few of the parser's, and what the desk adds.
func warnings(l *landing) []string {
	w := l.mail.Warnings
	out := make([]string, 0, 8)
	if l.known.collide {
		out = append(out, "message_id_collision: another mail carries the same Message-ID")
	}
	if l.in.Verdicts.Forged() {
		out = append(out, "unverified_sender: the sender's domain does not vouch for this mail")
	}
	if l.mail.Signed != "" {
		out = append(out, "signature_unchecked: nobody checked the signature of this mail")
	}
	if l.mail.Encrypted != "" {
		out = append(out, "encrypted: this mail is encrypted, and nobody here can read it")
	}
	for _, s := range w[:min(len(w), 5)] {
		out = append(out, cut(s, 150))
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// people keeps who a mail went to, the first few of them.
func people(list []mail.Address) []guichet.Person {
	var out []guichet.Person
	for _, p := range list {
		if p.Addr != "" && len(out) < 10 {
			out = append(out, guichet.Person{Name: cut(p.PersonName(), 60), Addr: cut(p.Addr, 100)})
		}
	}
	return out
}

// files lists the attachments.
func files(m *mail.Mail) []guichet.File {
	var out []guichet.File
	for i := range m.Parts {
		p := &m.Parts[i]
		if len(out) == 50 {
			break
		}
		f := guichet.File{Name: cut(p.Name, 100), Type: cut(p.Type, 60), Size: p.Size, Part: p.Index}
		if p.Disposition != "attachment" {
			f.CID = cut(p.ContentID, 100)
		}
		out = append(out, f)
	}
	return out
}

// cut shortens s to at most n bytes, at a character's border, and makes it storable.
func cut(s string, n int) string {
	if len(s) > n {
		for n > 0 && !utf8.RuneStart(s[n]) {
			n--
		}
		s = s[:n]
	}
	return strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "\uFFFD")
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}
