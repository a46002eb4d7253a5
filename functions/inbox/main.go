// Inbox serves the API and the agents' page behind an HTTP API that has checked who asks.
package main

import (
	"guichet/shared/boot"
	"guichet/shared/inbox"
)

func main() {
	boot.Start(func(e *boot.Env) any {
		d := e.Desk()
		d.Store.Blobs = e.Raw()
		e.SignWith(d)
		e.SealRelays(d)
		e.ProveBySES(d)
		e.ReadFeeds(d)
		url, client := e.SignIn()
		return boot.HTTP(inbox.New(d, inbox.Options{Who: boot.Who, OAuth: inbox.OAuth{URL: url, Client: client}}))
	})
}
