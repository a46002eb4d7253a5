package inbox

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/mail"
	"guichet/shared/mail/markdown"
)

// templateDTO is a brand template (A073).
type templateDTO struct {
	ID        string   `json:"id"`
	Name      string   `json:"name"`
	Rules     string   `json:"rules"`
	Direction string   `json:"direction"` // "ltr" or "rtl"
	Active    *bool    `json:"active"`
	Channels  []string `json:"channels"`
	Changed   *string  `json:"changedAt"`
	Version   int64    `json:"version"`
}

func wireTemplate(t *guichet.Template) templateDTO {
	on := !t.Off
	out := templateDTO{ID: string(t.ID), Name: t.Name, Rules: t.Rules, Direction: "ltr", Active: &on, Channels: []string{}, Changed: timeOf(t.Changed), Version: t.Version}
	if t.RTL {
		out.Direction = "rtl"
	}
	for _, ch := range t.Used {
		out.Channels = append(out.Channels, string(ch))
	}
	return out
}

func (in *templateDTO) template() (guichet.Template, error) {
	switch in.Direction {
	case "", "ltr", "rtl":
	default:
		return guichet.Template{}, guichet.Wrongf("direction", "direction is ltr or rtl, not %.20q", in.Direction)
	}
	return guichet.Template{Name: strings.TrimSpace(in.Name), Rules: in.Rules, RTL: in.Direction == "rtl", Off: in.Active != nil && !*in.Active, Version: in.Version}, nil
}

// signatureDTO is a signature (A075) and who has it.
type signatureDTO struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Text    string   `json:"text"`
	HTML    string   `json:"html"`
	Users   []string `json:"users"`
	Changed *string  `json:"changedAt"`
	Version int64    `json:"version"`
}

func wireSignature(s *guichet.Signature, signers map[guichet.AgentID]guichet.SignatureID) signatureDTO {
	out := signatureDTO{ID: string(s.ID), Name: s.Name, Text: s.Text, HTML: s.HTML, Users: []string{}, Changed: timeOf(s.Changed), Version: s.Version}
	for _, a := range slices.Sorted(maps.Keys(signers)) {
		if signers[a] == s.ID {
			out.Users = append(out.Users, string(a))
		}
	}
	return out
}

// composingDTO is what stands around the answers of a channel.
type composingDTO struct {
	Template string `json:"templateId"`
	Undo     int    `json:"undoSeconds"` // in which an answer can be taken back; 0: it leaves at once
}

// letterIn is what a client sends of an answer, in whichever call.
type letterIn struct {
	outboundIn
	Message struct {
		ID string `json:"id"`
	} `json:"message"` // of a forward
}

// contentIn is the words of an answer: plain, in Markdown, or HTML.
type contentIn struct {
	Type    string `json:"type"`
	Payload struct {
		Text     string `json:"text"`
		HTML     string `json:"html"`
		Markdown string `json:"markdown"`
	} `json:"payload"`
	Text string `json:"text"`
}

// words returns the text, the HTML and what the HTML was made of.
func (c *contentIn) words() (text, html, source string, err error) {
	text, html = c.Payload.Text, c.Payload.HTML
	if text == "" {
		text = c.Text
	}
	if c.Type != "" && c.Type != "TEXT" {
		return "", "", "", guichet.Wrongf("messageContent.type", "this channel sends messageContent of type TEXT, not %.30q", c.Type)
	}
	if source = c.Payload.Markdown; source == "" {
		return text, html, "", nil
	}
	if html != "" || text != "" {
		return "", "", "", guichet.Wrongf("messageContent.payload", "the payload has either text and html, or markdown")
	}
	html = markdown.HTML(source)
	return mail.TextFromHTML(html), html, source, nil
}

// at reads a time of the request.
func at(field, s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return t, guichet.Wrongf(field, "%s is a time such as 2026-03-02T14:00:00Z, not %.40q", field, s)
	}
	return t, nil
}

// previewDTO is an answer as it would leave.
type previewDTO struct {
	From       recipientDTO   `json:"from"`
	Recipients []recipientDTO `json:"recipients"`
	Title      string         `json:"title"`
	Text       string         `json:"text"`
	HTML       string         `json:"html"`            // a whole document; empty: the mail is text alone
	Frame      string         `json:"frame,omitempty"` // where the HTML is shown for a while, by a ticket
	Files      []string       `json:"attachments"`
}

func wirePreview(p desk.Preview) previewDTO {
	out := previewDTO{From: recipientDTO{External: p.From.Addr, Name: p.From.Name, IsPrimary: true}, Recipients: recipientsOf(p.To, p.Cc, p.Bcc), Title: p.Subject, Text: p.Text, HTML: p.HTML, Files: []string{}}
	for _, f := range p.Files {
		out.Files = append(out.Files, f.Name)
	}
	return out
}

func recipientsOf(to, cc, bcc []guichet.Person) []recipientDTO {
	out := []recipientDTO{}
	for i, list := range [][]guichet.Person{to, cc, bcc} {
		for _, p := range list {
			out = append(out, recipientDTO{External: p.Addr, Name: p.Name, IsPrimary: i == 0, IsPrivate: i == 2})
		}
	}
	return out
}

// draftDTO is a draft of a case (A021).
type draftDTO struct {
	ID         string         `json:"id"`
	ContactID  string         `json:"contactId"`
	Status     string         `json:"status"`
	Author     string         `json:"authorUserId"`
	At         *string        `json:"updatedAt"`
	Content    contentDTO     `json:"messageContent"`
	Markdown   string         `json:"markdown,omitempty"`
	HTML       string         `json:"html,omitempty"`
	Recipients []recipientDTO `json:"recipients"`
	ReplyAll   bool           `json:"replyAll"`
	Quote      bool           `json:"quote"`
	ReplyTo    string         `json:"replyToMessage,omitempty"`
	Forward    string         `json:"forward,omitempty"`
	From       string         `json:"originChannel,omitempty"`
	Leaves     *string        `json:"scheduledAt"`
	Files      []draftFileDTO `json:"attachments"`
	Bare       bool           `json:"withoutAttachments,omitempty"`
	Decided    string         `json:"decidedBy,omitempty"`
	Reason     string         `json:"reason,omitempty"`
	MessageID  string         `json:"messageId,omitempty"`
}

func wireDraft(d *guichet.Draft) draftDTO {
	l := d.Letter
	out := draftDTO{
		ID: string(d.ID), ContactID: string(d.Case), Status: string(d.State), Author: string(d.By), At: timeOf(d.At), Content: wireText(l.Text), Markdown: l.Source, HTML: l.HTML,
		Recipients: recipientsOf(l.To, l.Cc, l.Bcc), ReplyAll: l.All, Quote: l.Quote, ReplyTo: string(l.Answers), Forward: string(l.Forward), From: string(l.From), Leaves: timeOf(l.Leaves),
		Files: []draftFileDTO{}, Bare: l.Bare, Decided: string(d.Decided), Reason: d.Reason, MessageID: string(d.Message),
	}
	for i, f := range l.Files {
		out.Files = append(out.Files, draftFileDTO{draftFilePrefix + string(d.ID) + "/" + strconv.Itoa(i), f.Name, f.Type, f.CID})
	}
	return out
}

// draftFilePrefix begins the ids of files that drafts keep: an answer names them as it names uploads.
const draftFilePrefix = "draft/"

type draftFileDTO struct {
	ID   string `json:"id"`
	Name string `json:"friendlyName"`
	Type string `json:"mimeType"`
	CID  string `json:"contentId,omitempty"`
}

// fromDTO is an address that an answer may carry.
type fromDTO struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Address string `json:"address"`
	Display string `json:"displayName"`
	Own     bool   `json:"isOwn"` // the case's own
}

// directionOf says who began a case.
func directionOf(k *guichet.Case) string {
	if k.Started {
		return string(guichet.Outbound)
	}
	return string(guichet.Inbound)
}
