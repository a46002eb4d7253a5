package inbox

import (
	"strings"

	"guichet/shared/guichet"
	"guichet/shared/store"
)

// talks reports whether what is made is a messaging channel.
func (in *channelIn) talks() bool { return in.Platform != "" && in.Platform != guichet.KindEmail }

// talking is a channel on the wire as a messaging channel is: without what mail alone can.
func (d channelDTO) talking(ch *guichet.Channel) channelDTO {
	d.Media = guichet.KindEmail
	if !ch.Talks() {
		return d
	}
	d.External, d.Platform, d.Media = string(ch.ID), platformOf(ch), ch.Media
	d.HasMany, d.HasCc, d.HasTitle, d.HasFiles, d.HasForward, d.HasFrom, d.Wysiwyg, d.HasRecipients = false, false, false, false, false, false, false, false
	return d
}

// platformOf is what the Channel API calls the platform of a messaging channel.
func platformOf(ch *guichet.Channel) string {
	if ch.Kind == guichet.KindChat {
		return guichet.KindChat
	}
	return orElse(ch.Platform, "custom")
}

// pageOf is the path of the house's own chat page; empty for a channel that has none.
func pageOf(t guichet.TenantID, ch *guichet.Channel) string {
	if ch == nil || ch.Kind != guichet.KindChat {
		return ""
	}
	return "/chat/" + string(t) + "/" + string(ch.ID)
}

// mailSettings are those of channels of mail alone.
var mailSettings = []string{"force_tls", "track_opens", "threading", "anyone_with_number", "quoted_text_joins", "subject_window", "reply_to", "ticket_format"}

// boxIn is an integration box that is set.
type boxIn struct {
	URL     string `json:"url"`
	Auth    string `json:"authorizationUrl"`
	Client  string `json:"clientId"`
	Secret  string `json:"clientSecret"` // written only
	Invite  string `json:"invitationUrl"`
	Version int64  `json:"version"`
}

// boxDTO is one that is shown: all but its secret and its token.
type boxDTO struct {
	URL       string  `json:"url"`
	Auth      string  `json:"authorizationUrl"`
	Client    string  `json:"clientId"`
	HasSecret bool    `json:"hasClientSecret"`
	HasToken  bool    `json:"hasToken"`
	Invite    string  `json:"invitationUrl"`
	Messages  string  `json:"messagesPath"` // where the middleware sends messages
	Page      string  `json:"pagePath"`     // of the house's own chat page, where the channel has one
	ChangedAt *string `json:"changedAt"`
	By        string  `json:"by"`
	Version   int64   `json:"version"`
}

func wireBox(b *guichet.Box) boxDTO {
	return boxDTO{URL: b.URL, Auth: b.Auth, Client: b.Client, HasSecret: len(b.Sealed) > 0, HasToken: len(b.Token) > 0, Invite: b.Invite,
		Messages: "/dfo/3.0/channels/" + string(b.Channel) + "/messages", ChangedAt: timeOf(b.Changed), By: string(b.By), Version: b.Version}
}

// tokenDTO is a channel's token: told once.
type tokenDTO struct {
	Token string `json:"token"`
}

// linkDTO is a case with which another goes on.
type linkDTO struct {
	ID        string `json:"id"`
	ChannelID string `json:"channelId"`
	Channel   string `json:"channelName"`
	Way       string `json:"way"` // "to": it goes on there; "from": it comes from there
}

func wireLinks(cfg *store.Config, k *guichet.Case) []linkDTO {
	out := []linkDTO{}
	for _, l := range k.Links {
		one := linkDTO{ID: string(l.Case), ChannelID: string(l.Channel), Channel: string(l.Channel), Way: "to"}
		if ch := cfg.Channels[l.Channel]; ch != nil {
			one.Channel = orElse(ch.Name, one.Channel)
		}
		if l.From {
			one.Way = "from"
		}
		out = append(out, one)
	}
	return out
}

// chatDTO is a chat channel in which a case can go on.
type chatDTO struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Invites bool   `json:"invites"` // the contact is told by mail, with a link
}

func wireChats(cfg *store.Config, list []*guichet.Channel) []chatDTO {
	out := []chatDTO{}
	for _, ch := range list {
		b := cfg.Boxes[ch.ID]
		out = append(out, chatDTO{string(ch.ID), orElse(ch.Name, string(ch.ID)), b != nil && b.Invite != ""})
	}
	return out
}

type invitationDTO struct {
	Token     string  `json:"token"`
	URL       string  `json:"url"`
	ExpiresAt *string `json:"expiresAt"`
}

// escalatedDTO is a case that goes on as a chat.
type escalatedDTO struct {
	Contact    caseDTO       `json:"contact"`
	Invitation invitationDTO `json:"invitation"`
	Message    string        `json:"messageId"` // of the mail that tells the contact; empty: none went
	Made       bool          `json:"created"`
}

// chatName is an address as people are told it: who is in a messaging channel has an id there, and no mail.
func chatName(addr string) string {
	if guichet.IsChatAddress(addr) {
		return addr[:strings.LastIndexByte(addr, '@')]
	}
	return addr
}

// mailOf is an address that mail can go to; empty for who is in a messaging channel.
func mailOf(addr string) string {
	if guichet.IsChatAddress(addr) {
		return ""
	}
	return addr
}

// namesInChat shows people of messaging channels by their ids there.
func namesInChat(k *caseDTO) {
	for i := range k.EndUsers {
		k.EndUsers[i].Name = chatName(k.EndUsers[i].Name)
	}
	if k.Author != nil {
		k.Author.FullName = chatName(k.Author.FullName)
	}
}

// talked shows a message of a messaging channel by what it is called there.
func talked(out *messageDTO, m *guichet.Message) {
	c := m.Envelope.Chat
	if c == nil {
		return
	}
	out.External, out.HasHTML, out.Title = c.Message, false, ""
	if out.Author != nil {
		out.Author.External, out.Author.FullName = c.User, orElse(m.From.Name, c.User)
	}
	for i := range out.Recipients {
		out.Recipients[i].External, out.Recipients[i].Name = c.User, orElse(out.Recipients[i].Name, c.User)
		if m.Direction == guichet.Inbound {
			out.Recipients[i].External, out.Recipients[i].Name = string(m.Channel), string(m.Channel)
		}
	}
	if m.Direction == guichet.Outbound && !m.Opened.IsZero() {
		seen := "Seen"
		out.SentStatus = &seen
	}
}
