// Export tells what a tenant lets out of the house, on a bus of its own.
package main

import "guichet/shared/boot"

func main() {
	boot.Start(func(e *boot.Env) any {
		d := e.Desk()
		d.Tell = e.Tell()
		return boot.Export(d)
	})
}
