package main

import "guichet/shared/mail"

// sanitiseTask prints what mail.SafeHTML made.
func sanitiseTask(c corpusCase) (map[string]any, error) {
	raw, err := c.read()
	if err != nil {
		return nil, err
	}
	return map[string]any{"html": mail.SafeHTML(string(raw), mail.SafeOptions{})}, nil
}
