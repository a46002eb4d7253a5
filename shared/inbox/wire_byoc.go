package inbox

import (
	"guichet/shared/guichet"
)

// talks reports whether what is made is a messaging channel.
func (in *channelIn) talks() bool { return in.Platform != "" && in.Platform != guichet.KindEmail }

// talking is a channel on the wire as a messaging channel is: without what mail alone can.
func (d channelDTO) talking(ch *guichet.Channel) channelDTO {
	d.Media = guichet.KindEmail
	if !ch.Talks() {
		return d
	}
	d.External, d.Platform, d.Media = string(ch.ID), orElse(ch.Platform, "custom"), ch.Media
	d.HasMany, d.HasCc, d.HasTitle, d.HasFiles, d.HasForward, d.HasFrom, d.Wysiwyg, d.HasRecipients = false, false, false, false, false, false, false, false
	return d
}

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
