package main

import (
	"encoding/json"

	"guichet/shared/mail"
)

func init() { tasks["reply"] = replyTask }

// replyTask predicts what the person wrote: from plain text, from HTML, or from a whole mail, as the case says.
func replyTask(c corpusCase) (map[string]any, error) {
	raw, err := c.read()
	if err != nil {
		return nil, err
	}
	input := ""
	_ = json.Unmarshal(c.Fields["input"], &input) // absent: text
	text := ""
	switch input {
	case "eml":
		text = mail.FoldMail(mail.Parse(raw)).Visible
	case "html":
		text = mail.FoldMail(&mail.Mail{HTML: string(raw), Text: mail.TextFromHTML(string(raw)), TextMade: true}).Visible
	default:
		text = mail.Fold(string(raw)).Visible
	}
	return map[string]any{"text": text}, nil
}
