package desk

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"strings"
	"time"

	"guichet/shared/channel"
	"guichet/shared/guichet"
	"guichet/shared/mail"
	"guichet/shared/store"
)

// ChatTaken says what became of a message that a middleware sent.
type ChatTaken struct {
	Outcome
	Case *guichet.Case    // as it is now; nil if it was deleted for good
	Told *guichet.Message // the message; nil if it was deleted for good
	Chat guichet.Chat
}

// chatToken splits a channel's token into whose it is and its hash.
func chatToken(token string) (guichet.TenantID, []byte) {
	h := sha256.Sum256([]byte(token))
	t, _, _ := strings.Cut(token, tokenMark)
	return guichet.TenantID(t), h[:]
}

// tokenMark stands between the tenant and what nobody guesses; no tenant has it in its name.
const tokenMark = "."

// chatDoor finds the channel of a request by its token. Whatever is wrong with it is Denied in the same words.
func (d *Desk) chatDoor(ctx context.Context, id guichet.ChannelID, token string) (*guichet.Channel, *store.Config, error) {
	denied := guichet.Codef(guichet.Denied, "token", "Authorization", "this needs the token of the channel: Authorization: Bearer …")
	t, hash := chatToken(token)
	box, err := d.Store.Box(ctx, t, id)
	switch {
	case guichet.Is(err, guichet.NotFound):
		return nil, nil, denied
	case err != nil:
		return nil, nil, err
	case len(box.Token) == 0 || subtle.ConstantTimeCompare(box.Token, hash) != 1:
		return nil, nil, denied
	}
	cfg, err := d.Store.Config(ctx, t)
	if err == nil && cfg.Channels[id] == nil { // it may have been made just now
		cfg, err = d.Store.FreshConfig(ctx, t)
	}
	if err != nil {
		return nil, nil, err
	}
	ch := cfg.Channels[id]
	if ch == nil || ch.Deleted || !ch.Talks() {
		return nil, nil, guichet.Errorf(guichet.NotFound, "channel")
	}
	return ch, cfg, nil
}

// ReceiveChat takes a message of a messaging channel: what was sent is kept to the byte, a mail is made of it, and that goes the way of every mail. The same
// message (by its id on the platform) again is the one that is there. Errors: Denied for a token that is not the channel's; Invalid naming the field;
// Temporary: nothing was promised, and sending it again is safe.
func (d *Desk) ReceiveChat(ctx context.Context, id guichet.ChannelID, token string, body []byte) (ChatTaken, error) {
	ch, cfg, err := d.chatDoor(ctx, id, token)
	if err != nil {
		return ChatTaken{}, err
	}
	return d.takeChat(ctx, ch, cfg, body)
}

// takeChat takes a message of a channel, whoever was asked whether it may come.
func (d *Desk) takeChat(ctx context.Context, ch *guichet.Channel, cfg *store.Config, body []byte) (ChatTaken, error) {
	in, err := channel.ReadMessage(body)
	if err != nil {
		return ChatTaken{}, err
	}
	if in.Outbound {
		return d.chatEcho(ctx, ch, in)
	}
	got, err := d.keepChat(ctx, ch, body, in)
	if err != nil {
		return ChatTaken{}, err
	}
	if got.gone {
		return ChatTaken{Outcome: Outcome{Tenant: ch.Tenant, Channel: ch.ID, Result: Duplicate, Reason: shreddedMail}, Chat: *got.Chat}, nil
	}
	a := d.open(got.Incoming, got.raw).to(ch.Address)
	site := d.talkSite(mail.Site{Tenant: ch.Tenant, Channel: ch, Key: d.Key, Own: cfg.Owns}, got.Chat)
	o, err := d.receiveOne(ctx, a, site, cfg)
	if err != nil {
		return ChatTaken{}, err
	}
	return d.chatTaken(ctx, ch.Tenant, o, *got.Chat)
}

// chatTaken loads what the answer to a middleware tells.
func (d *Desk) chatTaken(ctx context.Context, t guichet.TenantID, o Outcome, chat guichet.Chat) (ChatTaken, error) {
	out := ChatTaken{Outcome: o, Chat: chat}
	m, err := d.Store.Message(ctx, t, o.Message)
	if guichet.Is(err, guichet.NotFound) {
		return out, nil
	}
	if err != nil {
		return out, err
	}
	out.Told = m
	out.Case, err = d.Store.LiveCase(ctx, t, m.Case)
	return out, err
}

// talkSite is a site as a message of a messaging channel comes to it.
func (d *Desk) talkSite(s mail.Site, c *guichet.Chat) mail.Site {
	if c != nil {
		s.Thread, s.Invited = mail.ChatThread(d.Key, s.Channel, c.Thread), c.Invited
	}
	return s
}

// keptChat is a message that is kept, as it came first.
type keptChat struct {
	Incoming
	raw  []byte
	gone bool // it was deleted for good: nothing of it is kept again
}

// keepChat keeps what a middleware sent, and then the mail that is made of it. What is kept already counts: the same id is the same message.
func (d *Desk) keepChat(ctx context.Context, ch *guichet.Channel, body []byte, in channel.ChatMessage) (keptChat, error) {
	h := sha256.Sum256([]byte(string(ch.Tenant) + "\x00" + string(ch.ID) + "\x00" + in.ID))
	receipt := store.ChatReceipt(hex.EncodeToString(h[:16]))
	out := keptChat{Incoming: Incoming{Raw: store.InKey(receipt), Receipt: receipt, Recipients: []string{ch.Address}}}
	raw, err := d.rawMail(ctx, out.Raw)
	if err == nil {
		return d.chatAgain(ctx, ch, out, raw)
	}
	if !guichet.Is(err, guichet.NotFound) {
		return out, err
	}
	if out.gone, err = d.Store.IsGone(ctx, out.Raw); err != nil || out.gone {
		out.Chat = &guichet.Chat{Thread: in.Thread, User: in.User, Message: in.ID}
		return out, err
	}
	err = d.Store.Blobs.Put(ctx, store.WireKey(out.Raw), bytes.NewReader(body), int64(len(body)))
	if err != nil && !guichet.Is(err, guichet.Exists) {
		return out, err
	}
	if in, err = d.wireOf(ctx, out.Raw); err != nil {
		return out, err
	}
	out.ReceivedAt = d.Now().UTC().Truncate(time.Second)
	if out.raw, err = mail.Compose(d.chatMail(ch, in, out.ReceivedAt)); err != nil {
		return out, err
	}
	err = d.Store.Blobs.Put(ctx, out.Raw, bytes.NewReader(out.raw), int64(len(out.raw)))
	if guichet.Is(err, guichet.Exists) { // the same message beside this one: its bytes count
		return d.keepChat(ctx, ch, body, in)
	}
	out.from(d, ch, in)
	return out, err
}

// chatAgain takes a message that is kept already, as it was received then.
func (d *Desk) chatAgain(ctx context.Context, ch *guichet.Channel, out keptChat, raw []byte) (keptChat, error) {
	in, err := d.wireOf(ctx, out.Raw)
	out.raw, out.ReceivedAt = raw, mail.Parse(raw).Date.UTC()
	out.from(d, ch, in)
	return out, err
}

// from says who wrote, and where.
func (k *keptChat) from(d *Desk, ch *guichet.Channel, in channel.ChatMessage) {
	k.From = mail.ChatAddress(ch, in.User)
	k.Chat = &guichet.Chat{Thread: in.Thread, User: in.User, Message: in.ID, Invited: d.invitedTo(ch, in.Invited, k.ReceivedAt)}
}

// wireOf reads what a middleware sent, as it is kept.
func (d *Desk) wireOf(ctx context.Context, raw string) (channel.ChatMessage, error) {
	body, err := d.rawMail(ctx, store.WireKey(raw))
	if err != nil {
		return channel.ChatMessage{}, err
	}
	return channel.ReadMessage(body)
}

// chatSubject is how much of its first words a case without a title is called by, in bytes.
const chatSubject = 80

// chatMail makes the mail of a message.
func (d *Desk) chatMail(ch *guichet.Channel, in channel.ChatMessage, at time.Time) mail.Outgoing {
	subject := in.Title
	if subject == "" {
		words, _, _ := strings.Cut(in.Text, "\n")
		subject = cut(strings.TrimSpace(words), chatSubject)
	}
	out := mail.Outgoing{
		From: mail.Address{Name: in.Name, Addr: mail.ChatAddress(ch, in.User)}, To: []mail.Address{{Addr: ch.Address}}, Subject: subject, Date: at, Text: in.Text,
		MessageID: mail.ChatMessageID(d.Key, ch, in.ID),
	}
	if in.Answers != "" {
		out.InReplyTo = mail.ChatMessageID(d.Key, ch, in.Answers)
	}
	return out
}

// chatEcho answers for a message that our side wrote. One that we sent comes back and is known; what somebody wrote on the platform itself is not taken yet.
func (d *Desk) chatEcho(ctx context.Context, ch *guichet.Channel, in channel.ChatMessage) (ChatTaken, error) {
	m, err := d.chatMessage(ctx, ch, in.ID)
	if guichet.Is(err, guichet.NotFound) {
		return ChatTaken{}, guichet.Wrongf("direction", "direction outbound is taken of messages that we sent: this id is none of them")
	}
	if err != nil {
		return ChatTaken{}, err
	}
	o := Outcome{Tenant: ch.Tenant, Channel: ch.ID, Result: Duplicate, Message: m.ID(), Reason: "we sent this message"}
	return d.chatTaken(ctx, ch.Tenant, o, guichet.Chat{Thread: in.Thread, User: in.User, Message: in.ID})
}

// chatMessage finds a message of a messaging channel by its id on the platform. NotFound if there is none, or it was deleted for good.
func (d *Desk) chatMessage(ctx context.Context, ch *guichet.Channel, external string) (*guichet.Message, error) {
	id := mail.ChatMessageID(d.Key, ch, external)
	refs, err := d.Store.Refs(ctx, ch.Tenant, []string{id})
	if err != nil {
		return nil, err
	}
	e := refs[id].In(ch.ID)
	if e == nil || e.N == 0 {
		return nil, guichet.Errorf(guichet.NotFound, "message")
	}
	return d.Store.Message(ctx, ch.Tenant, e.Case.Message(e.N))
}

// ChatStatus notes what a middleware says of an answer that it took: delivered, seen or failed. Words come late, twice and in any order. Errors: Denied for a
// token that is not the channel's; Invalid naming the field; NotFound for an id that we have of no answer (it may be said again later).
func (d *Desk) ChatStatus(ctx context.Context, id guichet.ChannelID, token, external string, body []byte) error {
	ch, _, err := d.chatDoor(ctx, id, token)
	if err != nil {
		return err
	}
	in, err := channel.ReadStatus(body)
	if err != nil {
		return err
	}
	m, err := d.chatMessage(ctx, ch, external)
	if err != nil {
		return err
	}
	if m.Direction != guichet.Outbound {
		return guichet.Wrongf("messageIdOnExternalPlatform", "this message came in: what became of it is known")
	}
	r := Receipt{Tenant: ch.Tenant, Message: m.ID(), MailID: mail.ChatMessageID(d.Key, ch, external), At: in.At, Recipients: envelopeTo(m), Reason: in.Reason}
	if now := d.Now(); r.At.IsZero() || r.At.After(now) {
		r.At = now
	}
	if in.Status == "failed" {
		r.Delivery, r.Code = guichet.Failed, "refused"
		return d.Receipt(ctx, r)
	}
	r.Delivery = guichet.Delivered
	if err := d.Receipt(ctx, r); err != nil || in.Status != "seen" {
		return err
	}
	r.Delivery, r.Opened = "", true
	return d.Receipt(ctx, r)
}

// indexThread has the thread of a message go on in its case.
func (l *landing) indexThread(c *guichet.Case) {
	if r := l.known.refs[l.site.Thread]; r.Follow(l.site.Channel.ID, c.ID) {
		l.tx.Ref(c.Tenant, r)
	}
}

// indexBox makes what a box called an answer lead to it, and a new thread to its case.
func (d *Desk) indexBox(ctx context.Context, tx *store.Tx, m *guichet.Message, c *guichet.Case, s channel.Sent) error {
	if m.Envelope.Chat == nil {
		return nil
	}
	chat := *m.Envelope.Chat
	if chat.Message = s.ID; s.Thread != "" {
		chat.Thread = s.Thread
		key := mail.ChatThread(d.Key, &guichet.Channel{Tenant: m.Tenant, ID: m.Channel}, s.Thread)
		refs, err := d.Store.Refs(ctx, m.Tenant, []string{key})
		if err != nil {
			return err
		}
		if refs[key].Follow(m.Channel, c.ID) {
			tx.Ref(m.Tenant, refs[key])
		}
	}
	m.Envelope.Chat = &chat
	return nil
}
