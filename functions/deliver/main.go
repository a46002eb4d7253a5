// Deliver sends the answers that agents wrote.
package main

import "guichet/shared/boot"

func main() {
	boot.Start(func(e *boot.Env) any {
		d := e.Desk()
		d.Store.Blobs = e.Raw()
		e.SendBySES(d)
		return boot.Deliver(d)
	})
}
