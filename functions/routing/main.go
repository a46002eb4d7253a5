// Routing finds an agent for cases that wait, and cases for agents who have room.
package main

import "guichet/shared/boot"

func main() {
	boot.Start(func(e *boot.Env) any { return boot.Facts("routing", e.Desk().Route) })
}
