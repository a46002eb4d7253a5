package desk

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/mail"
	"guichet/shared/store"
)

// Saying is what a visitor of a chat page writes.
type Saying struct {
	Visitor string // token of the conversation
	ID      string // of the page's choice: the same id is the same message
	Text    string
	Name    string
	Invited string // the invitation that he came with; empty: none
	IP      string // where from; kept nowhere, but counted under a name that says nothing
}

// ChatLine is a message as a visitor sees it.
type ChatLine struct {
	ID   guichet.MessageID
	Ours bool
	Name string
	Text string
	At   time.Time
}

// Limits of a chat page.
const (
	maxVisitorHour = 300 // messages of one address of the net within an hour
	maxChatSaying  = 5000
	chatLines      = 100
	maxChatIDBytes = 60
)

// ChatPage returns the channel of a chat page. NotFound for what is none.
func (d *Desk) ChatPage(ctx context.Context, t guichet.TenantID, id guichet.ChannelID) (*guichet.Channel, error) {
	ch, _, err := d.chatPage(ctx, t, id)
	return ch, err
}

func (d *Desk) chatPage(ctx context.Context, t guichet.TenantID, id guichet.ChannelID) (*guichet.Channel, *store.Config, error) {
	if guichet.ValidTenant(string(t)) != nil {
		return nil, nil, guichet.Errorf(guichet.NotFound, "chat")
	}
	cfg, err := d.Store.Config(ctx, t)
	if err != nil {
		return nil, nil, err
	}
	ch := cfg.Channels[id]
	if ch == nil || ch.Deleted || ch.Kind != guichet.KindChat {
		return nil, nil, guichet.Errorf(guichet.NotFound, "chat")
	}
	return ch, cfg, nil
}

// NewVisitor gives a conversation on a chat page its token: whoever has it writes and reads there, nobody else. Nothing is kept.
func (d *Desk) NewVisitor(ctx context.Context, t guichet.TenantID, id guichet.ChannelID) (string, error) {
	ch, _, err := d.chatPage(ctx, t, id)
	if err != nil {
		return "", err
	}
	return d.VisitorToken(ch, strings.ToLower(rand.Text())), nil
}

// VisitorToken is the token of a conversation of that name.
func (d *Desk) VisitorToken(ch *guichet.Channel, visitor string) string {
	return visitor + "." + mail.SignInvitation(d.Key, ch, "visitor\x00"+visitor)
}

// visitorOf returns the conversation that a token is for.
func (d *Desk) visitorOf(ch *guichet.Channel, token string) (string, error) {
	visitor, sign, _ := strings.Cut(token, ".")
	if visitor == "" || !mail.IsInvitation(d.Key, ch, "visitor\x00"+visitor, sign) {
		return "", guichet.Codef(guichet.Denied, "token", "Authorization", "this conversation is not known here: begin a new one")
	}
	return visitor, nil
}

// SayOnPage takes what a visitor wrote, by the way of every message. Errors: NotFound for a page that is none; Denied for a token that is not ours; Invalid names the
// field; Exhausted when too much comes from one place; Temporary: sending it again is safe.
func (d *Desk) SayOnPage(ctx context.Context, t guichet.TenantID, id guichet.ChannelID, in Saying) (ChatTaken, error) {
	ch, cfg, err := d.chatPage(ctx, t, id)
	if err != nil {
		return ChatTaken{}, err
	}
	visitor, err := d.visitorOf(ch, in.Visitor)
	if err != nil {
		return ChatTaken{}, err
	}
	switch {
	case in.ID == "" || len(in.ID) > maxChatIDBytes:
		return ChatTaken{}, guichet.Wrongf("id", "id is a text of 1 to %d bytes: the same id is the same message", maxChatIDBytes)
	case strings.TrimSpace(in.Text) == "" || len(in.Text) > maxChatSaying:
		return ChatTaken{}, guichet.Wrongf("text", "a message has 1 to %d bytes", maxChatSaying)
	}
	if err := d.pageRate(ctx, ch, visitor+"/"+in.ID, in.IP); err != nil {
		return ChatTaken{}, err
	}
	body, err := json.Marshal(map[string]any{
		"idOnExternalPlatform": visitor + "/" + in.ID, "direction": "inbound", "thread": map[string]string{"idOnExternalPlatform": visitor},
		"authorEndUserIdentity": map[string]string{"idOnExternalPlatform": visitor, "nickname": in.Name},
		"messageContent":        map[string]any{"type": "TEXT", "payload": map[string]string{"text": in.Text}, "parameters": map[string]string{mail.InvitationKey: in.Invited}},
	})
	if err != nil {
		return ChatTaken{}, guichet.Wrongf("text", "this cannot be written as JSON")
	}
	return d.takeChat(ctx, ch, cfg, body)
}

// pageRate refuses what comes too often from one place.
func (d *Desk) pageRate(ctx context.Context, ch *guichet.Channel, receipt, ip string) error {
	h := hmac.New(sha256.New, d.Key)
	h.Write([]byte("chat rate\x00" + string(ch.ID) + "\x00ip " + ip))
	n, err := d.Store.Rate(ctx, ch.Tenant, hex.EncodeToString(h.Sum(nil)[:12]), receipt, time.Hour, maxVisitorHour, d.Now())
	if err != nil {
		return err
	}
	if n > maxVisitorHour {
		return guichet.Errorf(guichet.Exhausted, "too many messages came from here: try again in an hour, or write a mail")
	}
	return nil
}

// OnPage lists what was said in a conversation, oldest first, as its visitor may see it: his own words and our answers, the newest of them. Notes and what was
// taken back are not his. Errors as those of SayOnPage.
func (d *Desk) OnPage(ctx context.Context, t guichet.TenantID, id guichet.ChannelID, token string) ([]ChatLine, error) {
	ch, _, err := d.chatPage(ctx, t, id)
	if err != nil {
		return nil, err
	}
	visitor, err := d.visitorOf(ch, token)
	if err != nil {
		return nil, err
	}
	key := mail.ChatThread(d.Key, ch, visitor)
	refs, err := d.Store.Refs(ctx, t, []string{key})
	if err != nil {
		return nil, err
	}
	e := refs[key].In(ch.ID)
	if e == nil {
		return nil, nil
	}
	live, err := d.Store.LiveCase(ctx, t, e.Case)
	if guichet.Is(err, guichet.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []ChatLine
	for _, part := range append([]guichet.CaseID{live.ID}, live.Parts...) {
		lines, err := d.linesOf(ctx, ch, part, visitor)
		if err != nil {
			return nil, err
		}
		out = append(out, lines...)
	}
	slices.SortStableFunc(out, func(a, b ChatLine) int { return a.At.Compare(b.At) })
	return out[max(0, len(out)-chatLines):], nil
}

// linesOf are the newest messages of one conversation in a case.
func (d *Desk) linesOf(ctx context.Context, ch *guichet.Channel, id guichet.CaseID, visitor string) ([]ChatLine, error) {
	c, err := d.Store.Case(ctx, ch.Tenant, id)
	if err != nil {
		return nil, err
	}
	list, err := d.Store.Messages(ctx, ch.Tenant, id, max(1, c.Messages-chatLines+1), chatLines)
	if err != nil {
		return nil, err
	}
	var out []ChatLine
	for _, m := range list {
		at := m.Envelope.Chat
		if at == nil || at.Thread != visitor || m.Channel != ch.ID || m.Moved != "" {
			continue
		}
		line := ChatLine{ID: m.ID(), Ours: m.Direction == guichet.Outbound, Text: m.Text, At: m.At}
		switch {
		case m.Direction == guichet.Note, line.Ours && m.SentAt.IsZero():
			continue
		case line.Ours:
			line.Name, line.At = ch.Display, m.SentAt
		default:
			line.Name = m.From.Name
		}
		if m.Cut {
			raw, err := d.rawMail(ctx, m.Raw)
			if err != nil {
				return nil, err
			}
			line.Text = strings.TrimSpace(mail.Parse(raw).Text)
		}
		out = append(out, line)
	}
	return out, nil
}
