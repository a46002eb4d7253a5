package channel

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"guichet/shared/guichet"
	"guichet/shared/mail"
)

// ChatMessage is what a middleware says of a message on its platform, as far as the house uses it. The words on the wire are those of the Digital Engagement API
// (NewMessage); what it does not name is let be.
type ChatMessage struct {
	ID       string
	Outbound bool // our side wrote it: on the platform itself, or it is an echo
	Thread   string
	Title    string // of the thread, where it has one
	User     string
	Name     string
	Text     string // with a line for each attachment
	Answers  string // id of the message that it answers; empty: not said
	Invited  string // invitation that it carries; empty: none
	Created  time.Time
}

// Limits of a message that comes in.
const (
	maxChatText  = 100 << 10 // bytes
	maxChatName  = 100       // bytes
	maxChatFiles = 20
	maxChatURL   = 2000 // bytes
)

// chatIn is a NewMessage on the wire.
type chatIn struct {
	ID        any    `json:"idOnExternalPlatform"`
	Direction string `json:"direction"`
	Created   string `json:"createdAtWithMilliseconds"`
	Thread    struct {
		ID   any    `json:"idOnExternalPlatform"`
		Name string `json:"threadName"`
	} `json:"thread"`
	Content struct {
		Type       string          `json:"type"`
		Payload    json.RawMessage `json:"payload"`
		Fallback   string          `json:"fallbackText"`
		Parameters map[string]any  `json:"parameters"`
	} `json:"messageContent"`
	Author struct {
		ID        any         `json:"idOnExternalPlatform"`
		First     string      `json:"firstName"`
		Last      string      `json:"lastName"`
		Nick      string      `json:"nickname"`
		FullName  string      `json:"fullName"`
		CustomIDs []chatField `json:"customFields"`
	} `json:"authorEndUserIdentity"`
	Attachments []struct {
		Name string `json:"friendlyName"`
		URL  string `json:"url"`
	} `json:"attachments"`
	ReplyTo struct {
		ID any `json:"idOnExternalPlatform"`
	} `json:"replyToMessage"`
	Title   string `json:"title"`
	Contact struct {
		Fields []chatField `json:"customFields"`
	} `json:"contact"`
	External []struct {
		Key   string `json:"key"`
		Value any    `json:"value"`
	} `json:"externalAttributes"`
}

type chatField struct {
	Ident string `json:"ident"`
	Value any    `json:"value"`
}

// ReadMessage reads a message that a middleware sends. Errors are Invalid and name the field as on the wire.
func ReadMessage(body []byte) (ChatMessage, error) {
	var in chatIn
	if err := readWire(body, &in); err != nil {
		return ChatMessage{}, err
	}
	m := ChatMessage{Answers: plainID(in.ReplyTo.ID), Title: line(in.Title, maxChatName)}
	for _, w := range []struct {
		field string
		value any
		into  *string
	}{{"idOnExternalPlatform", in.ID, &m.ID}, {"thread.idOnExternalPlatform", in.Thread.ID, &m.Thread}} {
		if *w.into = plainID(w.value); *w.into == "" {
			return m, guichet.Wrongf(w.field, "%s is a text of 1 to %d bytes", w.field, guichet.MaxExternal)
		}
	}
	switch in.Direction {
	case "", "inbound":
	case "outbound":
		m.Outbound = true
	default:
		return m, guichet.Wrongf("direction", "direction is inbound or outbound")
	}
	if m.User = plainID(in.Author.ID); m.User == "" && !m.Outbound {
		return m, guichet.Wrongf("authorEndUserIdentity.idOnExternalPlatform", "authorEndUserIdentity.idOnExternalPlatform says who wrote: a text of 1 to %d bytes", guichet.MaxExternal)
	}
	m.Name = in.name()
	if m.Title == "" {
		m.Title = line(in.Thread.Name, maxChatName)
	}
	m.Created, _ = time.Parse(time.RFC3339Nano, in.Created)
	m.Invited = in.invitation()
	text, err := in.text()
	m.Text = text
	return m, err
}

// readWire decodes a body of one JSON object.
func readWire(body []byte, into any) error {
	var typ *json.UnmarshalTypeError
	err := json.Unmarshal(body, into)
	switch {
	case errors.As(err, &typ):
		field := typ.Field
		if field == "" {
			field = "body"
		}
		return guichet.Wrongf(field, "%s cannot be a %s", field, typ.Value)
	case err != nil:
		return guichet.Wrongf("body", "the body is one JSON object")
	}
	return nil
}

// plainID is an id of the other side, which says text or number: trimmed; empty for what is none, is too long, or is no text that can be kept.
func plainID(v any) string {
	var s string
	switch x := v.(type) {
	case string:
		s = strings.TrimSpace(x)
	case float64:
		s = strings.TrimSuffix(fmt.Sprintf("%.0f", x), ".0")
	}
	if len(s) > guichet.MaxExternal || !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f || r == utf8.RuneError }) {
		return ""
	}
	return s
}

// line makes one line of at most n bytes.
func line(s string, n int) string {
	s = strings.Join(strings.Fields(tidyText(s)), " ")
	for len(s) > n {
		_, size := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-size]
	}
	return s
}

// tidyText makes text storable: valid UTF-8, no control characters but line ends and tabs.
func tidyText(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r < ' ' && r != '\n' && r != '\r' && r != '\t', r >= 0x7f && r < 0xa0:
			return ' '
		case r == '\u2028', r == '\u2029':
			return '\n'
		case r == '\ufeff': // a mark of the order of bytes
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// name is what the author is called.
func (in *chatIn) name() string {
	for _, s := range []string{in.Author.First + " " + in.Author.Last, in.Author.FullName, in.Author.Nick, in.Thread.Name} {
		if s = line(s, maxChatName); s != "" {
			return s
		}
	}
	return ""
}

// invitation is what the message carries of ours: a custom field of the contact or the author, an attribute, or a parameter of the content.
func (in *chatIn) invitation() string {
	for _, list := range [][]chatField{in.Contact.Fields, in.Author.CustomIDs} {
		for _, f := range list {
			if f.Ident == mail.InvitationKey {
				return plainID(f.Value)
			}
		}
	}
	for _, a := range in.External {
		if a.Key == mail.InvitationKey {
			return plainID(a.Value)
		}
	}
	return plainID(in.Content.Parameters[mail.InvitationKey])
}

// text is what the message says: its own words, else what stands in for content that we do not show, and where its files are.
func (in *chatIn) text() (string, error) {
	var payload struct {
		Text any `json:"text"`
	}
	if len(in.Content.Payload) > 0 {
		_ = json.Unmarshal(in.Content.Payload, &payload) // of a payload that is no object nothing is taken: the fallback text stands in
	}
	said, _ := payload.Text.(string)
	if of, ok := payload.Text.(map[string]any); ok { // TORM: {"content": …}
		said, _ = of["content"].(string)
	}
	if said = trimText(said); said == "" {
		said = trimText(in.Content.Fallback)
	}
	if len(said) > maxChatText {
		return "", guichet.Wrongf("messageContent.payload.text", "messageContent.payload.text has %d bytes; at most %d fit", len(said), maxChatText)
	}
	for i, f := range in.Attachments {
		if i == maxChatFiles {
			break
		}
		if at := line(f.URL, maxChatURL); at != "" {
			said += "\n" + strings.TrimSpace(line(f.Name, maxChatName)+" "+at)
		}
	}
	if said = trimText(said); said == "" {
		return "", guichet.Wrongf("messageContent.payload.text", "a message has a text, a fallbackText or an attachment")
	}
	return said, nil
}

func trimText(s string) string {
	return strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(tidyText(s), "\r\n", "\n"), "\r", "\n"))
}

// ChatStatus is what a middleware says of an answer that it took.
type ChatStatus struct {
	Status string // "delivered", "seen", "failed"
	At     time.Time
	Reason string
}

// ReadStatus reads what became of an answer. Errors are Invalid and name the field.
func ReadStatus(body []byte) (ChatStatus, error) {
	var in struct {
		Status  string `json:"status"`
		Updated string `json:"updatedAt"`
		Reason  any    `json:"reason"`
	}
	if err := readWire(body, &in); err != nil {
		return ChatStatus{}, err
	}
	s := ChatStatus{Status: in.Status}
	if reason, ok := in.Reason.(string); ok {
		s.Reason = line(reason, 300)
	}
	switch in.Status {
	case "delivered", "seen", "failed":
	default:
		return s, guichet.Wrongf("status", "status is delivered, seen or failed")
	}
	if in.Updated != "" {
		at, err := time.Parse(time.RFC3339Nano, in.Updated)
		if err != nil {
			return s, guichet.Wrongf("updatedAt", "updatedAt is a time as 2026-11-20T18:00:01Z")
		}
		s.At = at
	}
	return s, nil
}
