// Webhook takes what no agent sends: the forms of websites.
package main

import (
	"guichet/shared/boot"
	"guichet/shared/hook"
)

func main() {
	boot.Start(func(e *boot.Env) any {
		d := e.Desk()
		d.Store.Blobs = e.Raw()
		e.SignWith(d)
		return boot.HTTP(hook.New(d, nil))
	})
}
