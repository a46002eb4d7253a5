// Relay brings the facts of the table's stream to the functions that wait for them.
package main

import "guichet/shared/boot"

func main() {
	boot.Start(func(e *boot.Env) any { return boot.Relay(e.Queues()) })
}
