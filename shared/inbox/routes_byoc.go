package inbox

import (
	"strings"

	"guichet/shared/desk"
	"guichet/shared/guichet"
)

// byocRoutes lists the API of messaging channels: their integration box, and the token of their middleware.
func (h *door) byocRoutes() map[string]action {
	return map[string]action{
		"GET /guichet/channels/{ch}/box":      h.box,
		"PUT /guichet/channels/{ch}/box":      h.setBox,
		"POST /guichet/channels/{ch}/token":   h.newToken,
		"DELETE /guichet/channels/{ch}/token": h.dropToken,
		"POST /guichet/contacts/{n}/chat":     h.escalate,
	}
}

// createTalk makes a messaging channel.
func (h *door) createTalk(c *call, in *channelIn, ch guichet.Channel) (any, error) {
	ch.Platform = in.Platform
	made, err := h.d.CreateTalk(c.Context(), c.t, c.me.ID, ch)
	if err != nil {
		return nil, err
	}
	return created{wireChannelDetail(made)}, nil
}

func (h *door) box(c *call) (any, error) {
	b, err := h.d.BoxOf(c.Context(), c.t, c.me.ID, c.channelID())
	if err != nil {
		return nil, err
	}
	return h.wireBox(c, b)
}

func (h *door) setBox(c *call) (any, error) {
	var in boxIn
	if err := c.read(&in); err != nil {
		return nil, err
	}
	b, err := h.d.SetBox(c.Context(), c.t, c.me.ID, c.channelID(), desk.BoxWish{
		URL: strings.TrimSpace(in.URL), Auth: strings.TrimSpace(in.Auth), Client: strings.TrimSpace(in.Client), Secret: in.Secret, Invite: strings.TrimSpace(in.Invite), Version: in.Version,
	})
	if err != nil {
		return nil, err
	}
	return h.wireBox(c, b)
}

// wireBox shows a box, and the page of its channel.
func (h *door) wireBox(c *call, b *guichet.Box) (any, error) {
	cfg, err := h.d.Store.Config(c.Context(), c.t)
	if err != nil {
		return nil, err
	}
	out := wireBox(b)
	out.Page = pageOf(c.t, cfg.Channels[b.Channel])
	return out, nil
}

func (h *door) newToken(c *call) (any, error) {
	token, err := h.d.NewToken(c.Context(), c.t, c.me.ID, c.channelID())
	if err != nil {
		return nil, err
	}
	return created{tokenDTO{token}}, nil
}

func (h *door) dropToken(c *call) (any, error) {
	return nil, h.d.DropToken(c.Context(), c.t, c.me.ID, c.channelID())
}

// escalate has a case go on as a chat: 201 when this call began it, 200 when it was there.
func (h *door) escalate(c *call) (any, error) {
	var in struct {
		Channel string `json:"channelId"`
		Text    string `json:"text"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	e, err := h.d.Escalate(c.Context(), c.t, c.me.ID, c.caseID(), guichet.ChannelID(in.Channel), in.Text)
	if err != nil {
		return nil, err
	}
	out := escalatedDTO{Contact: h.wireCase(c, e.Case), Invitation: invitationDTO{e.Token, e.URL, timeOf(e.Until)}, Message: string(e.Mailed), Made: e.Made}
	if e.Made {
		return created{out}, nil
	}
	return out, nil
}
