package desk

import (
	"context"
	"io"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/mail"
	"guichet/shared/spam"
	"guichet/shared/store"
)

// maxMail is what SES receives at most (40 MB), and room for its own headers.
const maxMail = 42 << 20

// Incoming is one received mail: what the receiving server knew of it, and where it put the bytes.
type Incoming struct {
	Raw        string    // blob key
	From       string    // envelope sender; empty for bounces
	Recipients []string  // envelope recipients that are ours
	ReceivedAt time.Time // orders and starts clocks; the mail's own Date never does (D-51)
	Receipt    string    // the receiver's id
	Verdicts   guichet.Verdicts
	Force      bool          // an operator brings back what was deleted for good
	Chat       *guichet.Chat // it came by a messaging channel; nil: it is a mail
	Form       *guichet.Form // it was sent by a form of a website; nil: it is a mail
}

// ReceiveMail makes of a mail a message of a case, once for each of our channels that it was sent to. It fails only when the world does
// (NotFound: the bytes are not there; Temporary): whatever the mail itself is like, it ends in an outcome.
func (d *Desk) ReceiveMail(ctx context.Context, in Incoming) ([]Outcome, error) {
	raw, size, err := d.received(ctx, in.Raw)
	if guichet.Is(err, guichet.NotFound) {
		return d.wasShredded(ctx, in, err)
	}
	if err != nil {
		return nil, err
	}
	a := d.open(in, raw)
	a.size = size
	var out []Outcome
	done := map[guichet.ChannelID]bool{}
	for _, rcpt := range in.Recipients {
		site, cfg, err := d.siteOf(ctx, rcpt)
		switch {
		case guichet.Is(err, guichet.NotFound):
			if err := d.lost(ctx, a, rcpt); err != nil {
				return out, err
			}
			out = append(out, Outcome{Recipient: rcpt, Result: Unknown, Reason: "no channel has this point of contact"})
			continue
		case err != nil:
			return out, err
		case done[site.Channel.ID]:
			continue
		}
		done[site.Channel.ID] = true
		o, err := d.receiveOne(ctx, a.to(rcpt), site, cfg)
		if err != nil {
			return out, err
		}
		out = append(out, o)
	}
	return out, nil
}

// rawMail reads the bytes of a stored mail, of as many as can come in.
func (d *Desk) rawMail(ctx context.Context, key string) ([]byte, error) {
	return d.readMail(ctx, key, maxMail)
}

// readMail reads the bytes of a stored mail of at most so many. What we composed ourselves may have more than what can come in, by a relay of the tenant's own.
func (d *Desk) readMail(ctx context.Context, key string, most int64) ([]byte, error) {
	r, info, err := d.Store.Blobs.Get(ctx, key)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	if info.Size > most {
		return nil, guichet.Errorf(guichet.Poison, "a mail of %d bytes, more than the %d that can arrive", info.Size, most)
	}
	raw := make([]byte, 0, info.Size+512)
	for {
		if len(raw) == cap(raw) {
			raw = append(raw, 0)[:len(raw)]
		}
		n, err := r.Read(raw[len(raw):cap(raw)])
		raw = raw[:len(raw)+n]
		if err == io.EOF {
			return raw, nil
		}
		if err != nil {
			return nil, guichet.Errorf(guichet.Temporary, "read mail: %w", err)
		}
		if int64(len(raw)) > most {
			return nil, guichet.Errorf(guichet.Poison, "a mail of more than %d bytes", most)
		}
	}
}

// readHead reads the first bytes of a mail, at most so many.
func readHead(r io.Reader, most int64) ([]byte, error) {
	raw, err := io.ReadAll(io.LimitReader(r, most))
	if err != nil {
		return nil, guichet.Errorf(guichet.Temporary, "read mail: %w", err)
	}
	return raw, nil
}

// siteOf finds the channel that an envelope recipient leads to. NotFound if it is nobody's.
func (d *Desk) siteOf(ctx context.Context, rcpt string) (mail.Site, *store.Config, error) {
	addr, tag := mail.SplitPlus(mail.FoldAddress(rcpt))
	t, err := d.Store.TenantOf(ctx, domainOf(addr))
	if err != nil {
		return mail.Site{}, nil, err
	}
	cfg, err := d.Store.Config(ctx, t)
	if err != nil {
		return mail.Site{}, nil, err
	}
	ch := cfg.ChannelAt(addr)
	if ch == nil { // it may have been made just now: look past the cache before a recipient is called unknown
		if cfg, err = d.Store.FreshConfig(ctx, t); err != nil {
			return mail.Site{}, nil, err
		}
		if ch = cfg.ChannelAt(addr); ch == nil {
			return mail.Site{}, nil, guichet.Errorf(guichet.NotFound, "channel")
		}
	}
	return mail.Site{Tenant: t, Channel: ch, Key: d.Key, Own: cfg.Owns, Plus: tag}, cfg, nil
}

// KnownRecipient reports whether mail to that address would find a channel: what an SMTP server asks before it says 250.
func (d *Desk) KnownRecipient(ctx context.Context, rcpt string) (bool, error) {
	_, _, err := d.siteOf(ctx, rcpt)
	if guichet.Is(err, guichet.NotFound) {
		return false, nil
	}
	return err == nil, err
}

// lost notes a mail for nobody: the bytes stay where they are, the note says what they are.
func (d *Desk) lost(ctx context.Context, a arrival, rcpt string) error {
	tx := &store.Tx{}
	tx.Lost(&store.Held{
		ID: a.hash[:16] + "-" + rcpt, At: a.in.ReceivedAt, Reason: "unknown recipient", From: a.sender, Subject: a.mail.Subject, Raw: a.in.Raw,
		Envelope: a.to(rcpt).envelope(), Verdicts: a.in.Verdicts,
	})
	err := d.Store.Commit(ctx, tx)
	if guichet.Is(err, guichet.Exists) {
		return nil
	}
	return err
}

// receiveOne brings the mail to one channel: load, decide, commit; and again if somebody moved first.
func (d *Desk) receiveOne(ctx context.Context, a arrival, s mail.Site, cfg *store.Config) (Outcome, error) {
	out := Outcome{Recipient: a.rcpt, Tenant: s.Tenant, Channel: s.Channel.ID}
	a, s, err := d.knowing(ctx, a, s, cfg)
	if err != nil {
		return out, err
	}
	a = a.writtenBy(s)
	suspect := spam.Suspect(a.in.Verdicts, spam.Lists{Allow: cfg.Lists.Allow, Block: cfg.Lists.Block}, a.sender)
	var number guichet.CaseID // taken once, also when the commit is tried again
	err = again(ctx, func() error {
		now := d.present(s.Tenant)
		l, err := d.look(ctx, a, s, now)
		if err != nil {
			return err
		}
		if l.twin != nil {
			out.Result, out.Message, out.Reason = Duplicate, l.twin.Case.Message(l.twin.N), "this very mail is stored already"
			if l.twin.Kind == store.RefShred {
				out.Reason = shreddedMail
			}
			return nil
		}
		dec := mail.Decide(s, a.from(s), l.found)
		if e := sameMail(l.refs[a.id], a.hash, dec.Case); e != nil {
			out.Result, out.Message, out.Reason = Duplicate, e.Case.Message(e.N), "this very mail is in the case already: it came to another of our addresses"
			return nil
		}
		burst, err := d.burst(ctx, a, s, dec.Case)
		if err != nil {
			return err
		}
		l.seen = now.seen
		tx, m, err := d.settle(ctx, a, s, cfg, l, atRest(a, s, dec), doubt{suspect, suspect || burst > 0 || a.tooLarge(s.Channel) != "", burst}, &number)
		if err != nil {
			return err
		}
		if err := d.Store.Commit(ctx, tx); err != nil {
			return err
		}
		out.Message, out.Reason, out.Result = m.ID(), m.Why.Reason, Threaded
		if m.Case == number {
			out.Result = NewCase
		}
		return nil
	})
	return out, err
}
