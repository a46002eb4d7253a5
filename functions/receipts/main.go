// Receipts notes what SES says of the mails that it took: delivered, delayed, bounced.
package main

import "guichet/shared/boot"

func main() {
	boot.Start(func(e *boot.Env) any { return boot.Receipts(e.Desk()) })
}
