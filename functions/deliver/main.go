// Deliver sends the answers that agents wrote, by SES or by a relay of the tenant's own.
package main

import "guichet/shared/boot"

func main() {
	boot.Start(func(e *boot.Env) any {
		d := e.Desk()
		d.Store.Blobs = e.Raw()
		e.SendBySES(d)
		e.SealRelays(d)
		return boot.Deliver(d)
	})
}
