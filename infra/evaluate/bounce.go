package main

import "guichet/shared/mail"

func init() { tasks["bounce"] = bounceTask }

// bounceTask predicts whether a mail is a bounce, and of whom.
func bounceTask(c corpusCase) (map[string]any, error) {
	raw, err := c.read()
	if err != nil {
		return nil, err
	}
	b := mail.Bounced(mail.Parse(raw), "")
	recipients := []string{}
	for _, r := range b.Recipients {
		for _, a := range []string{r.Address, r.Asked} {
			if a != "" {
				recipients = append(recipients, a)
			}
		}
	}
	return map[string]any{"is_bounce": b.Is, "recipients": recipients, "status": b.Status, "hard": b.Hard, "original": b.Original}, nil
}
