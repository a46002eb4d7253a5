// Deliver sends the answers that agents wrote, by SES, by a relay of the tenant's own, or by its integration box.
package main

import "guichet/shared/boot"

func main() {
	boot.Start(func(e *boot.Env) any {
		d := e.Desk()
		d.Store.Blobs = e.Raw()
		e.SignWith(d)
		e.SendBySES(d)
		e.SealRelays(d)
		return boot.Deliver(d)
	})
}
