// Automation serves the part of the API that needs the language of conditions: scripts and rules are checked and saved, and run dry.
package main

import (
	"guichet/shared/boot"
	"guichet/shared/inbox"
	"guichet/shared/script/expr"
)

func main() {
	boot.Start(func(e *boot.Env) any {
		d := e.Desk()
		d.Lang = &expr.CEL{}
		return boot.HTTP(inbox.New(d, inbox.Options{Who: boot.Who}))
	})
}
