// Workflow runs the digital scripts that route cases, and asks the rules that wait for what happens to them.
package main

import (
	"guichet/shared/boot"
	"guichet/shared/script/expr"
)

func main() {
	boot.Start(func(e *boot.Env) any {
		d := e.Desk()
		d.Store.Blobs = e.Raw()
		e.SignWith(d)
		d.Lang = &expr.CEL{}
		return boot.Facts("workflow", d.Workflow)
	})
}
