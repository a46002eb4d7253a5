package main

import "guichet/shared/mail"

func init() { tasks["autoreply"] = autoreplyTask }

// autoreplyTask predicts whether a program wrote a mail and whether a program may answer it.
func autoreplyTask(c corpusCase) (map[string]any, error) {
	raw, err := c.read()
	if err != nil {
		return nil, err
	}
	a := mail.Automatic(mail.Parse(raw), "")
	return map[string]any{"is_auto": a.Inert(), "may_auto_respond": a.MayAnswer, "kind": a.Kind, "why": a.Reasons}, nil
}
