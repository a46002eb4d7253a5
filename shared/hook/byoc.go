package hook

import (
	"errors"
	"io"
	"net/http"
	"strings"

	"guichet/shared/desk"
	"guichet/shared/guichet"
)

// Messages of channels that a middleware brings, in the words of the Digital Engagement API ("Message API"). The token of the channel says who asks.

// takenChat is what a middleware reads of the case and the message that its own became.
type takenChat struct {
	Case    *chatCase    `json:"consumerContact"` // null: it was deleted for good
	Message *chatMessage `json:"message"`
}

type chatCase struct {
	ID        string         `json:"id"`
	ContactID string         `json:"contactId"`
	Thread    string         `json:"threadIdOnExternalPlatform"`
	Channel   string         `json:"channelId"`
	Status    string         `json:"status"`
	Direction string         `json:"direction"`
	CreatedAt string         `json:"createdAt"`
	Queue     string         `json:"routingQueueId"`
	Fields    []any          `json:"customFields"`
	Author    map[string]any `json:"authorEndUserIdentity"`
}

type chatMessage struct {
	ID        string         `json:"id"`
	External  string         `json:"idOnExternalPlatform"`
	PostID    string         `json:"postId"`
	ThreadID  string         `json:"threadId"`
	Thread    map[string]any `json:"thread"`
	Content   map[string]any `json:"messageContent"`
	Direction string         `json:"direction"`
	CreatedAt string         `json:"createdAt"`
	Deleted   bool           `json:"isDeletedOnExternalPlatform"`
	Hidden    bool           `json:"isHiddenOnExternalPlatform"`
}

const wireTime = "2006-01-02T15:04:05.000Z07:00"

func wireTaken(t desk.ChatTaken) takenChat {
	out := takenChat{}
	if c := t.Case; c != nil {
		out.Case = &chatCase{ID: string(c.ID), ContactID: string(c.ID), Thread: t.Chat.Thread, Channel: string(c.Channel), Status: string(c.Status), Direction: "inbound",
			CreatedAt: c.Opened.UTC().Format(wireTime), Queue: string(c.Skill), Fields: []any{},
			Author: map[string]any{"id": string(c.Contact), "idOnExternalPlatform": t.Chat.User, "fullName": ""}}
	}
	if m := t.Told; m != nil {
		if out.Case != nil && m.Direction == guichet.Inbound {
			out.Case.Author["fullName"] = m.From.Name
		}
		out.Message = &chatMessage{ID: string(m.ID()), External: t.Chat.Message, PostID: string(m.Case), ThreadID: string(m.Case), Thread: map[string]any{"idOnExternalPlatform": t.Chat.Thread},
			Content: map[string]any{"type": "TEXT", "payload": map[string]any{"text": m.Text}}, Direction: string(m.Direction), CreatedAt: m.At.UTC().Format(wireTime)}
	}
	return out
}

// takeMessage takes a message: 201 for a new one, 200 for one that is there.
func (h *door) takeMessage(w http.ResponseWriter, r *http.Request) {
	body, err := h.wire(w, r)
	if err != nil {
		h.failChat(w, r, err)
		return
	}
	got, err := h.d.ReceiveChat(r.Context(), guichet.ChannelID(r.PathValue("ch")), bearer(r), body)
	if err != nil {
		h.failChat(w, r, err)
		return
	}
	status := http.StatusCreated
	if got.Result == desk.Duplicate {
		status = http.StatusOK
	}
	writeJSON(w, status, wireTaken(got))
}

// takeStatus takes what became of an answer.
func (h *door) takeStatus(w http.ResponseWriter, r *http.Request) {
	body, err := h.wire(w, r)
	if err == nil {
		err = h.d.ChatStatus(r.Context(), guichet.ChannelID(r.PathValue("ch")), bearer(r), r.PathValue("id"), body)
	}
	if err != nil {
		h.failChat(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// wire reads the body of a request, whoever it is from.
func (h *door) wire(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if bearer(r) == "" {
		return nil, &unreadable{http.StatusUnauthorized, "unauthorized", "this needs the token of the channel: Authorization: Bearer …"}
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxMessage))
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return nil, guichet.Errorf(guichet.TooLarge, "a message has at most %d bytes: send files as links", maxMessage)
	}
	return body, err
}

// maxMessage bounds a message on the wire, in bytes.
const maxMessage = 1 << 20

func bearer(r *http.Request) string {
	kind, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(kind, "bearer") || len(token) > 200 {
		return ""
	}
	return strings.TrimSpace(token)
}

// failChat answers a middleware with an error: whoever has no right to know gets 401 in the same words.
func (h *door) failChat(w http.ResponseWriter, r *http.Request, err error) {
	var e *guichet.Error
	switch {
	case guichet.Is(err, guichet.Denied) && errors.As(err, &e):
		w.Header().Set("WWW-Authenticate", "Bearer")
		err = &unreadable{http.StatusUnauthorized, "unauthorized", e.Text}
	case guichet.Is(err, guichet.NotFound):
		err = &unreadable{http.StatusNotFound, "not-found", "there is no such channel or message here"}
	}
	h.fail(w, r, err)
}
