// Sla marks, each minute, the service levels that were missed.
package main

import "guichet/shared/boot"

func main() {
	boot.Start(func(e *boot.Env) any { return boot.Clock(e.Desk()) })
}
