package desk

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/mail"
	"guichet/shared/store"
)

// Mail above what a channel takes is kept like any other, waits in quarantine with that as its reason, and its sender is told so (D-72): nothing is deleted, and nobody is
// left to believe that it was read.

// headOfHuge is how much is read of a mail that is larger than any that can come in: its headers, and the beginning of its text.
const headOfHuge = 1 << 20

// received reads the bytes of a mail that came in, and says how many there are: of one that is larger than can come in, the beginning alone.
func (d *Desk) received(ctx context.Context, key string) (raw []byte, size int64, err error) {
	r, info, err := d.Store.Blobs.Get(ctx, key)
	if err != nil {
		return nil, 0, err
	}
	if info.Size <= maxMail {
		r.Close()
		raw, err = d.rawMail(ctx, key)
		return raw, int64(len(raw)), err
	}
	defer r.Close()
	raw, err = readHead(r, headOfHuge)
	return raw, info.Size, err
}

// tooLarge says why a mail is more than a channel takes; empty if it is not. What came by a form or a messaging channel has limits of its own.
func (a arrival) tooLarge(ch *guichet.Channel) string {
	switch most := ch.MaxBytes(); {
	case a.in.Form != nil || a.in.Chat != nil:
		return ""
	case most > 0 && a.size > most:
		return fmt.Sprintf("The mail has %s; the channel takes %s.", megabytes(a.size), megabytes(most))
	case a.size > maxMail:
		return fmt.Sprintf("The mail has %s; at most %s can come in.", megabytes(a.size), megabytes(sesMail))
	}
	return ""
}

// sesMail is what SES receives at most, without the headers that it adds.
const sesMail = 40 << 20

func megabytes(n int64) string {
	return strings.TrimSuffix(fmt.Sprintf("%.1f", math.Ceil(float64(n)/(1<<20)*10)/10), ".0") + " MB" // rounded up: a little above a limit is above it
}

// noticePause is the time in which a sender is told once that his mail was too large, whatever he sends and to whichever channel. It stands in his contact: of two mails
// at once one is beaten there, looks again, and tells nothing (D-72).
const noticePause = 24 * time.Hour

// rejectNotice puts the notice that a mail is too large behind it, where one is owed: to a person whom nothing says to be another, once a day, and never in answer to a
// machine, so that two houses that do so cannot write to each other.
func (d *Desk) rejectNotice(ctx context.Context, l *landing, c *guichet.Case, m *guichet.Message) error {
	if m.Large == "" || !d.owesNotice(l) {
		return nil
	}
	person := l.person
	if person == nil || person.ID != store.ContactID(l.sender) {
		var err error
		if person, err = d.Store.Contact(ctx, m.Tenant, l.sender); err != nil {
			return err
		}
	}
	if person.State.Stopped() || d.Now().Before(person.Refused.Add(noticePause)) {
		return nil
	}
	notice, raw, err := d.composeAuto(l.cfg, l.site.Channel, c, l.sender, past{parent: m, head: l.mail}, noticeText(l, c))
	if err != nil {
		return nil // what this mail is like forbids an answer: it waits in quarantine all the same
	}
	if err := d.keep(ctx, notice, raw); err != nil {
		return err
	}
	if person.Version == 0 {
		person.Addr, person.Name, person.Since = l.sender, cut(l.name, 100), l.in.ReceivedAt
	}
	person.Refused = d.Now()
	if person == l.person {
		l.greeted = true
	} else {
		l.tx.Contact(person)
	}
	l.facts = append(l.facts, d.queueAuto(l.tx, c, notice, "reason", "too-large"))
	return nil
}

// owesNotice reports whether the sender of a mail may be told by a machine: he is beyond doubt, a person, and none of us.
func (d *Desk) owesNotice(l *landing) bool {
	ch := l.site.Channel
	switch {
	case ch.RejectNotice == guichet.NoticeNever || !ch.Outbound, l.doubted, l.passed:
		return false
	case l.in.From == "" || l.in.From == "<>" || l.sender == "":
		return false
	case l.auto.Kind != mail.Human || !l.auto.MayAnswer:
		return false
	}
	return !l.site.Own(l.sender) && !l.cfg.Owns(mail.FoldAddress(l.in.From)) && l.staff[l.sender] == ""
}

// noticeText is what the sender reads, in the channel's language.
func noticeText(l *landing, c *guichet.Case) string {
	most := megabytes(cmp.Or(l.site.Channel.MaxBytes(), sesMail))
	text := "Your mail \"%s\" has %s. We take mails of up to %s, so nobody here has read it.\n\nPlease send it again with smaller files, or with a link in place of them. It is kept under the number %s."
	if strings.HasPrefix(strings.ToLower(l.site.Channel.Language), "fr") {
		text = "Votre message « %s » fait %s. Nous acceptons des messages jusqu’à %s ; personne ici ne l’a donc lu.\n\nMerci de le renvoyer avec des fichiers plus petits, ou avec un lien à leur place. Il est conservé sous le numéro %s."
	}
	return fmt.Sprintf(text, cut(l.mail.Subject, 200), megabytes(l.size), most, c.ID)
}
