// Inbound makes cases of received mail: a notification of SES, by SNS and a queue, for each.
package main

import "guichet/shared/boot"

func main() {
	boot.Start(func(e *boot.Env) any {
		d := e.Desk()
		d.Store.Blobs = e.Raw()
		e.SignWith(d)
		return boot.Mail(d)
	})
}
