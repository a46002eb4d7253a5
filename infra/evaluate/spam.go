package main

import (
	"guichet/shared/mail"
	"guichet/shared/spam"
)

func init() { tasks["spam"] = spamTask }

// spamTask predicts whether a mail is tagged or kept back. The house hears the verdicts from the receiving server and never reads them in the
// mail (D-15); a corpus holds nothing but the mail, so here its header stands for what the server said.
func spamTask(c corpusCase) (map[string]any, error) {
	raw, err := c.read()
	if err != nil {
		return nil, err
	}
	m := mail.Parse(raw)
	in := spam.Input{Verdicts: spam.FromHeaders(m.Get)}
	if len(m.From) > 0 {
		in.From = m.From[0].Addr
	}
	j := spam.Judge(in)
	return map[string]any{"spam": j.Action != spam.Clear, "action": j.Action, "why": j.Reasons}, nil
}
