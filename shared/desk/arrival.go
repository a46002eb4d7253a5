package desk

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"guichet/shared/guichet"
	"guichet/shared/mail"
)

// arrival is a mail on its way to a channel: read once, whatever the number of recipients.
type arrival struct {
	in     Incoming
	mail   *mail.Mail
	auto   mail.Auto
	bounce mail.Bounce
	hash   string // of what the mail says: the same for the same mail on another way
	id     string // its Message-ID, or one made of the hash (D-02)
	sender string // folded address of who wrote
	name   string
	rcpt   string
	size   int64                      // of the whole mail, in bytes
	passed bool                       // an agent passed it on: sender is who wrote it
	staff  map[string]guichet.AgentID // those of its addresses that are agents'
}

// open reads a mail. Nothing in it can make this fail.
func (d *Desk) open(in Incoming, raw []byte) arrival {
	m := mail.Parse(raw)
	a := arrival{in: in, mail: m, auto: mail.Automatic(m, nullSender(in.From)), hash: contentHash(m, raw), id: m.MessageID, size: int64(len(raw))}
	if in.Form != nil { // whoever fills in a form could write what looks like a bounce
		a.auto = mail.Auto{Kind: mail.Human, MayAnswer: in.Form.Acknowledge, Reasons: []string{"a form of a website"}}
	}
	if in.Chat != nil { // people write by hand there, whatever their words look like
		a.auto = mail.Auto{Kind: mail.Human, MayAnswer: true, Reasons: []string{"a messaging channel"}}
	}
	a.bounce = a.auto.Bounce
	if a.auto.Kind == mail.Complaint {
		a.bounce.Originals = mail.Complaining(m).Originals
	}
	if a.id == "" {
		a.id = "sha256." + a.hash
	}
	for _, list := range [][]mail.Address{m.From, m.Sender, m.ReplyTo} {
		for _, p := range list {
			if a.sender == "" && p.Addr != "" {
				a.sender, a.name = mail.FoldAddress(p.Addr), p.PersonName()
			}
		}
	}
	if a.sender == "" {
		a.sender = mail.FoldAddress(in.From)
	}
	return a
}

// to returns the arrival at one recipient.
func (a arrival) to(rcpt string) arrival {
	a.rcpt = rcpt
	return a
}

// contact returns whose case it is: the sender, or who the channel's Reply-To policy says (D-33).
func (a arrival) contact(s mail.Site) (addr, name string) {
	if !a.passed && s.Channel.ReplyTo != "ignore" && a.auto.Kind != mail.BounceMail {
		for _, p := range a.mail.ReplyTo {
			folded := mail.FoldAddress(p.Addr)
			if p.Addr == "" || s.Own(folded) {
				continue
			}
			if name := p.PersonName(); s.Channel.ReplyTo == "address+name" && name != "" {
				return folded, name
			}
			return folded, a.name
		}
	}
	return a.sender, a.name
}

// viaGroup returns who really wrote a mail that a group of ours passed on under our own address ("Bo via Support"), as mailing lists must since
// DMARC (D-34): only if the mail says so and our own domain vouches for the passer. A DKIM signature alone may be anybody's.
func (a arrival) viaGroup(s mail.Site) (mail.Address, bool) {
	v := a.mail.Get("X-Original-From")
	if v == "" || a.in.Verdicts.DMARC != "PASS" || len(a.mail.From) != 1 || !s.Own(mail.FoldAddress(a.mail.From[0].Addr)) {
		return mail.Address{}, false
	}
	list := mail.ParseAddresses(v)
	if len(list) != 1 || list[0].Addr == "" || s.Own(mail.FoldAddress(list[0].Addr)) {
		return mail.Address{}, false
	}
	return list[0], true
}

// writtenBy returns the arrival with who really wrote it as its sender.
func (a arrival) writtenBy(s mail.Site) arrival {
	if p, ok := a.viaGroup(s); ok {
		a.sender, a.name = mail.FoldAddress(p.Addr), p.PersonName()
	} else if p, ok := a.passedOn(s); ok {
		a.sender, a.name, a.passed = mail.FoldAddress(p.Addr), p.PersonName(), true
	}
	return a
}

// passedOn returns who wrote the mail that an agent passes on by the explicit command (D-35): only if his domain vouches for him. Everybody else who
// forwards is the contact himself.
func (a arrival) passedOn(s mail.Site) (mail.Address, bool) {
	if s.Staff == nil || !s.Staff(a.sender) || a.in.Verdicts.DMARC != "PASS" || a.auto.Kind != mail.Human || !mail.IsForwardCommand(a.mail) {
		return mail.Address{}, false
	}
	p, ok := mail.ForwardedFrom(a.mail)
	return p, ok && !s.Own(mail.FoldAddress(p.Addr)) && !s.Staff(mail.FoldAddress(p.Addr))
}

// from returns the sender as the threading rules see him. A bounce or another automatic answer speaks for the mail that it answers.
func (a arrival) from(s mail.Site) mail.Sender {
	out := mail.Sender{Addr: a.sender, Verdicts: a.in.Verdicts, Bounce: a.auto.Kind == mail.BounceMail || a.auto.Kind == mail.Complaint, Unproven: a.in.Form != nil}
	for _, list := range [][]mail.Address{a.mail.To, a.mail.Cc} {
		for _, p := range list {
			if f := mail.FoldAddress(p.Addr); p.Addr != "" && !s.Own(f) {
				out.With = append(out.With, f)
			}
		}
	}
	return out
}

func (a arrival) envelope() guichet.Envelope {
	e := guichet.Envelope{From: a.in.From, To: a.rcpt, ReceivedAt: a.in.ReceivedAt, Receipt: a.in.Receipt, Chat: a.in.Chat}
	if a.in.Form != nil {
		e.Form = a.in.Form.ID
	}
	for _, r := range a.in.Recipients {
		if r != a.rcpt {
			e.Also = append(e.Also, r)
		}
	}
	return e
}

// contentHash is the hash of what a mail says: who, when, about what, and its body to the byte, but not the trace headers that
// each way through the world adds.
func contentHash(m *mail.Mail, raw []byte) string {
	h := sha256.New()
	for _, name := range []string{"From", "To", "Cc", "Date", "Subject", "Message-ID"} {
		h.Write([]byte(strings.Join(m.Values(name), "\x01")))
		h.Write([]byte{0})
	}
	h.Write(bodyOf(raw))
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// bodyOf returns what follows the first empty line; all of it where there is none.
func bodyOf(raw []byte) []byte {
	for i := 0; i+1 < len(raw); i++ {
		if raw[i] == '\n' && (raw[i+1] == '\n' || raw[i+1] == '\r' && i+2 < len(raw) && raw[i+2] == '\n') {
			return raw[i+1:]
		}
	}
	return raw
}

func domainOf(addr string) string { return addr[strings.LastIndexByte(addr, '@')+1:] }

// nullSender writes the empty envelope sender as the rules of automatic mail know it.
func nullSender(from string) string {
	if from == "" {
		return "<>"
	}
	return from
}
