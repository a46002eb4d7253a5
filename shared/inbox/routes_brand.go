package inbox

import (
	"strings"

	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/mail"
	"guichet/shared/mail/markdown"
)

// brandRoutes lists the API of templates and signatures, drafts, and what a mail looks like.
func (h *door) brandRoutes() map[string]action {
	const drafts = " /dfo/3.0/contacts/{n}/message-drafts"
	return map[string]action{
		"GET /guichet/templates":                    h.templates,
		"POST /guichet/templates":                   h.saveTemplate,
		"PUT /guichet/templates/{id}":               h.saveTemplate,
		"DELETE /guichet/templates/{id}":            h.dropTemplate,
		"POST /guichet/templates/preview":           h.previewTemplate,
		"GET /guichet/signatures":                   h.signatures,
		"POST /guichet/signatures":                  h.saveSignature,
		"PUT /guichet/signatures/{id}":              h.saveSignature,
		"DELETE /guichet/signatures/{id}":           h.dropSignature,
		"PUT /guichet/signatures/{id}/users/{u}":    h.sign(true),
		"DELETE /guichet/signatures/{id}/users/{u}": h.sign(false),
		"GET /guichet/channels/{ch}/composing":      h.composing,
		"PUT /guichet/channels/{ch}/composing":      h.setComposing,
		"GET /guichet/contacts/{n}/from":            h.fromChoices,
		"POST /guichet/contacts/{n}/preview":        h.preview,
		"POST /guichet/contacts/{n}/forward":        h.forward,
		"GET /guichet/previews/{id}":                h.previewed,
		"GET /guichet/contacts/{n}/writing":         h.writing,
		"PUT /guichet/contacts/{n}/writing":         h.keepWriting,
		"PUT /guichet/messages/{id}/schedule":       h.reschedule,
		"DELETE /guichet/messages/{id}/schedule":    h.withdraw,
		"POST /guichet/messages/{id}/send-now":      h.sendNow,
		"GET" + drafts:                              h.drafts,
		"POST" + drafts:                             h.saveDraft,
		"PUT" + drafts + "/{id}":                    h.saveDraft,
		"DELETE" + drafts + "/{id}":                 h.discardDraft,
		"GET" + drafts + "/{id}/preview":            h.previewDraft,
		"POST" + drafts + "/{id}/submission":        h.submitDraft,
		"POST" + drafts + "/{id}/approval":          h.decideDraft(true),
		"POST" + drafts + "/{id}/refusal":           h.decideDraft(false),
	}
}

func (h *door) templates(c *call) (any, error) {
	list, err := h.d.Templates(c.Context(), c.t, c.me.ID)
	out := []templateDTO{}
	for _, t := range list {
		out = append(out, wireTemplate(t))
	}
	return out, err
}

func (h *door) saveTemplate(c *call) (any, error) {
	if _, err := h.d.Configures(c.Context(), c.t, c.me.ID, desk.Whole); err != nil {
		return nil, err
	}
	var in templateDTO
	if err := c.read(&in); err != nil {
		return nil, err
	}
	t, err := in.template()
	if err != nil {
		return nil, err
	}
	t.ID = guichet.TemplateID(c.PathValue("id"))
	made, err := h.d.SaveTemplate(c.Context(), c.t, c.me.ID, t)
	if err != nil {
		return nil, err
	}
	if t.ID == "" {
		return created{wireTemplate(made)}, nil
	}
	return wireTemplate(made), nil
}

func (h *door) dropTemplate(c *call) (any, error) {
	return nil, h.d.DeleteTemplate(c.Context(), c.t, c.me.ID, guichet.TemplateID(c.PathValue("id")))
}

// previewTemplate shows a template with sample data, which the client may choose: made by the calls that send (A073).
func (h *door) previewTemplate(c *call) (any, error) {
	var in struct {
		templateDTO
		Markdown  string `json:"markdown"`
		Signature string `json:"signature"` // HTML
		Language  string `json:"language"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	t, err := in.template()
	if err != nil {
		return nil, err
	}
	if len(in.Language) > 35 {
		return nil, guichet.Wrongf("language", "a language is a tag such as fr or pt-BR")
	}
	l := mail.Letter{HTML: markdown.HTML(orElse(in.Markdown, h.word(c.lang, "sample.text"))), SignatureHTML: orElse(in.Signature, h.word(c.lang, "sample.signature")), Data: mail.TemplateData{
		Agent: orElse(c.me.Name, string(c.me.ID)), Channel: orElse(c.cfg.Tenant.Name, string(c.t)), Address: "support@demo.example", Ticket: "100012",
		Subject: h.word(c.lang, "sample.subject"), Contact: h.word(c.lang, "sample.contact"),
	}}
	html, err := h.d.PreviewTemplate(c.Context(), c.t, c.me.ID, t, l, in.Language)
	if err != nil {
		return nil, err
	}
	frame, err := h.frame(c, html)
	return map[string]string{"html": html, "frame": frame}, err
}

// frame keeps the HTML of a preview for a while, where a page can show it in a frame of its own: within the page its styles would not count.
func (h *door) frame(c *call, html string) (string, error) {
	if html == "" {
		return "", nil
	}
	kept, _, err := h.d.KeepFile(c.Context(), c.t, c.me.ID, []byte(html))
	return "/guichet/previews/" + kept, err
}

// previewed gives a kept preview: nothing in it runs, whatever it is.
func (h *door) previewed(c *call) (any, error) {
	html, err := h.d.KeptFile(c.Context(), c.t, c.PathValue("id"))
	if err != nil {
		return nil, err
	}
	policy := strings.Replace(htmlPolicy, "%s", " https: http:", 1)
	return file{map[string]string{"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy, "Cache-Control": "private, no-store"}, html}, nil
}

func (h *door) signatures(c *call) (any, error) {
	list, signers, err := h.d.Signatures(c.Context(), c.t, c.me.ID)
	out := []signatureDTO{}
	for _, s := range list {
		out = append(out, wireSignature(s, signers))
	}
	return out, err
}

func (h *door) saveSignature(c *call) (any, error) {
	var in signatureDTO
	if err := c.read(&in); err != nil {
		return nil, err
	}
	id := guichet.SignatureID(c.PathValue("id"))
	made, err := h.d.SaveSignature(c.Context(), c.t, c.me.ID, guichet.Signature{ID: id, Name: in.Name, Text: in.Text, HTML: in.HTML, Version: in.Version})
	if err != nil {
		return nil, err
	}
	_, signers, err := h.d.Signatures(c.Context(), c.t, c.me.ID)
	if err != nil {
		return nil, err
	}
	if id == "" {
		return created{wireSignature(made, signers)}, nil
	}
	return wireSignature(made, signers), nil
}

func (h *door) dropSignature(c *call) (any, error) {
	return nil, h.d.DeleteSignature(c.Context(), c.t, c.me.ID, guichet.SignatureID(c.PathValue("id")))
}

// sign gives a user a signature, or takes it from him: at once (A076, A077).
func (h *door) sign(on bool) action {
	return func(c *call) (any, error) {
		who, err := h.agentOf(c, idText(c.PathValue("u")))
		if err != nil {
			return nil, err
		}
		return nil, h.d.Sign(c.Context(), c.t, c.me.ID, guichet.SignatureID(c.PathValue("id")), who, on)
	}
}

func (h *door) composing(c *call) (any, error) {
	cfg, err := h.d.Configures(c.Context(), c.t, c.me.ID, c.channelID())
	if err != nil {
		return nil, err
	}
	ch := cfg.Channels[c.channelID()]
	if ch == nil || ch.Deleted {
		return nil, guichet.Errorf(guichet.NotFound, "channel")
	}
	return composingDTO{string(ch.Template), ch.Undo}, nil
}

func (h *door) setComposing(c *call) (any, error) {
	var in struct {
		Template idText `json:"templateId"`
		Undo     int    `json:"undoSeconds"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	ch, err := h.d.SetComposing(c.Context(), c.t, c.me.ID, c.channelID(), guichet.TemplateID(in.Template), in.Undo)
	if err != nil {
		return nil, err
	}
	return composingDTO{string(ch.Template), ch.Undo}, nil
}

// fromChoices lists the addresses that an answer may carry (A036, A047).
func (h *door) fromChoices(c *call) (any, error) {
	list, err := h.d.FromChoices(c.Context(), c.t, c.me.ID, c.caseID())
	out := []fromDTO{}
	for i, ch := range list {
		out = append(out, fromDTO{string(ch.ID), ch.Name, ch.Address, ch.Display, i == 0})
	}
	return out, err
}

// preview shows an answer as it would leave: recipients, subject, both alternatives.
func (h *door) preview(c *call) (any, error) {
	ans, err := h.letter(c)
	if err != nil {
		return nil, err
	}
	p, err := h.d.Preview(c.Context(), c.t, c.me.ID, c.caseID(), ans)
	if err != nil {
		return nil, ofRecipients(err)
	}
	return h.shownAs(c, p)
}

// shownAs is a preview, and where its HTML can be shown, if the client asks for that.
func (h *door) shownAs(c *call, p desk.Preview) (any, error) {
	out := wirePreview(p)
	if c.URL.Query().Get("frame") != "1" {
		return out, nil
	}
	var err error
	out.Frame, err = h.frame(c, p.HTML)
	return out, err
}

// previewDraft shows a draft as it would leave, for who decides on it.
func (h *door) previewDraft(c *call) (any, error) {
	p, err := h.d.PreviewDraft(c.Context(), c.t, c.me.ID, c.caseID(), c.draftID())
	if err != nil {
		return nil, ofRecipients(err)
	}
	return h.shownAs(c, p)
}

// letter reads the answer of a call below a case: whose address it carries stands in originChannel.
func (h *door) letter(c *call) (desk.Answer, error) {
	var in letterIn
	if err := c.read(&in); err != nil {
		return desk.Answer{}, err
	}
	ans, err := h.answer(c, in.outboundIn, c.caseID())
	ans.From = guichet.ChannelID(in.Origin)
	if in.Message.ID != "" {
		ans.Forward = guichet.MessageID(in.Message.ID)
	}
	return ans, err
}

// forward passes a message of the case on to people outside (A034).
func (h *door) forward(c *call) (any, error) {
	ans, err := h.letter(c)
	if err != nil {
		return nil, err
	}
	if ans.Forward.Case() == "" {
		return nil, guichet.Wrongf("message.id", "say what is passed on: message.id is a message of the case, as 100012-3")
	}
	return h.reply(c, c.caseID(), ans)
}
