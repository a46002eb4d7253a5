// Spam judges mail that its receiver had doubts about, before anybody is bothered with it.
package main

import "guichet/shared/boot"

func main() {
	boot.Start(func(e *boot.Env) any { return boot.Facts("spam", e.Desk().JudgeSpam) })
}
