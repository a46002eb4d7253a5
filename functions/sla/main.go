// Sla looks, each minute, at what is due: service levels that were missed, timers, deletions that were cut short, feeds of calendars.
package main

import "guichet/shared/boot"

func main() {
	boot.Start(func(e *boot.Env) any {
		d := e.Desk()
		d.Store.Blobs = e.Raw()
		e.ReadFeeds(d)
		return boot.Clock(d)
	})
}
