// Sla looks, each minute, at what is due: service levels that were missed, timers, deletions that were cut short.
package main

import "guichet/shared/boot"

func main() {
	boot.Start(func(e *boot.Env) any {
		d := e.Desk()
		d.Store.Blobs = e.Raw()
		return boot.Clock(d)
	})
}
