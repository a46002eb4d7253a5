package desk

import (
	"context"
	"strings"

	"guichet/shared/channel"
	"guichet/shared/guichet"
	"guichet/shared/mail"
	"guichet/shared/store"
)

// follow has an answer leave by the medium of what it answers: a case may hold mail and messages. Where the agent chose a channel of another medium, it is refused.
func (w *worker) follow(p past, ans Answer) error {
	if p.parent == nil || ans.Forward != "" {
		return nil
	}
	of := w.cfg.Channels[p.parent.Channel]
	if of == nil || of.Talks() == w.from.Talks() && (!of.Talks() || of.ID == w.from.ID) {
		return nil
	}
	switch {
	case ans.From != "":
		return guichet.Wrongf("originChannel", "what is answered came by %s: choose its channel, or leave originChannel out", of.Name)
	case len(ans.To) > 0 && of.Talks(): // by mail, to whom the agent names
		return nil
	}
	return w.sendFrom(of.ID)
}

// talksTo is where an answer of a messaging channel goes: to who wrote what it answers, in the thread where he did.
func (w *worker) talksTo(p past, ans Answer) (*guichet.Chat, error) {
	switch {
	case ans.Forward != "":
		return nil, guichet.Wrongf("forward", "a message of a messaging channel is passed on by mail: copy its words")
	case p.parent == nil || p.parent.Envelope.Chat == nil:
		return nil, guichet.Codef(guichet.Invalid, "nobody_there", "thread.idOnExternalPlatform", "the contact has not written in this channel yet: an answer would reach nobody")
	case len(ans.Cc)+len(ans.Bcc) > 0:
		return nil, guichet.Wrongf("cc", "a messaging channel knows no copies")
	case len(ans.Files) > 0:
		return nil, guichet.Wrongf("attachments", "files cannot be sent on this channel: send a link")
	}
	for _, a := range ans.To {
		if !strings.EqualFold(a.Addr, p.parent.From.Addr) {
			return nil, guichet.Wrongf("to", "an answer goes to who wrote in this thread, to nobody else")
		}
	}
	c := p.parent.Envelope.Chat
	return &guichet.Chat{Thread: c.Thread, User: c.User}, nil
}

// addressed says who gets an answer, and for a messaging channel where he is.
func (w *worker) addressed(p past, ans Answer) (mail.Recipients, *guichet.Chat, error) {
	if !w.from.Talks() {
		to, err := recipients(w, p, ans)
		if err == nil {
			err = mailable(to)
		}
		return to, nil, err
	}
	chat, err := w.talksTo(p, ans)
	if err != nil {
		return mail.Recipients{}, nil, err
	}
	return mail.Recipients{To: []mail.Address{{Name: p.parent.From.Name, Addr: p.parent.From.Addr}}}, chat, nil
}

// mailable refuses addresses that stand for people of messaging channels, on a channel of mail.
func mailable(r mail.Recipients) error {
	for _, a := range r.All() {
		if guichet.IsChatAddress(a.Addr) {
			return guichet.Wrongf("to", "%.80s is no address of mail: it stands for somebody in a messaging channel", a.Addr)
		}
	}
	return nil
}

// spoken is an answer in a messaging channel: its words alone, without template, signature and quotation.
func spoken(ans Answer) mail.Letter {
	text := ans.Text
	if strings.TrimSpace(text) == "" {
		text = mail.TextFromHTML(ans.HTML)
	}
	return mail.Letter{Text: text}
}

// boxOf makes the sender of a messaging channel, its secret opened.
func (d *Desk) boxOf(ctx context.Context, cfg *store.Config, ch *guichet.Channel) (channel.Sender, error) {
	if ch.Kind == guichet.KindChat {
		return channel.Hosted{}, nil
	}
	if len(d.Key) == 0 { // what the box says of the answer would be found by nobody
		return nil, guichet.Errorf(guichet.Temporary, "this function does not have the house's key")
	}
	b := cfg.Boxes[ch.ID]
	if b == nil || b.URL == "" {
		return nil, guichet.Errorf(guichet.Permanent, "the channel has no integration box to hand answers to: set it in the channel's settings")
	}
	if d.Vault == nil {
		return nil, guichet.Errorf(guichet.Temporary, "this house has no key to open the box's secret with")
	}
	secret, err := d.Vault.Open(ctx, BoxOwner(b), b.Sealed)
	if err != nil {
		return nil, &guichet.Error{Kind: guichet.Temporary, Text: "the secret of the integration box cannot be opened: set it again, or ask your administrator", Cause: err}
	}
	s := channel.Box{URL: b.URL, Auth: b.Auth, Client: b.Client, Secret: string(secret), Public: !d.Near, Brand: string(ch.Tenant), Now: d.Now, Tokens: &d.tokens, Version: b.Version}
	if d.Boxes != nil {
		return d.Boxes(s), nil
	}
	return s, nil
}

// chatOf is an answer as its integration box wants it; nil for a mail.
func chatOf(m *guichet.Message, raw []byte) *channel.Chat {
	to := m.Envelope.Chat
	if to == nil {
		return nil
	}
	out := &channel.Chat{Channel: m.Channel, Thread: to.Thread, User: to.User, Text: strings.TrimRight(mail.Parse(raw).Text, "\r\n"), Trace: string(m.Tenant) + "." + string(m.ID())}
	if len(m.To) > 0 {
		out.Name = m.To[0].Name
	}
	return out
}
