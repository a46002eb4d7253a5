package main

import (
	"io"

	"guichet/shared/inbox"
)

// sentShown is how many of the newest mails the page shows, and sentHead how much of each is read.
const (
	sentShown = 100
	sentHead  = 64 << 10
)

// sentMail lists what left into the Maildir, newest first.
func (h *house) sentMail() ([]inbox.SentMail, error) {
	list, err := h.sent.List(sentShown)
	if err != nil {
		return nil, err
	}
	out := make([]inbox.SentMail, 0, len(list))
	for _, s := range list {
		r, err := h.sent.Open(s.Name)
		if err != nil {
			continue // a mail program moved it meanwhile
		}
		raw, err := io.ReadAll(io.LimitReader(r, sentHead))
		r.Close()
		if err != nil {
			return nil, err
		}
		out = append(out, inbox.SentMail{ID: s.Name, At: s.At, Raw: raw})
	}
	return out, nil
}
