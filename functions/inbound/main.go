// Inbound makes cases of received mail: a notification of SES, by SNS and a queue, for each. Invoked with {"replay":{"tenant":"demo","message":"100014-3"}} it decides that
// mail again as of then, and changes nothing.
package main

import "guichet/shared/boot"

func main() {
	boot.Start(func(e *boot.Env) any {
		d := e.Desk()
		d.Store.Blobs = e.Raw()
		e.SignWith(d)
		return boot.Inbound(d)
	})
}
