package mail

import (
	"strings"
	"testing"
)

// The whole judgement of a long mail, of a person and of a mail system.
func BenchmarkAutomatic75KB(b *testing.B) {
	text := strings.Repeat("This is a line of a long letter, as people write them; nothing in it is special.\n", 75<<10/80)
	for name, head := range map[string]string{"person": "From: Ann <ann@example.com>\n", "system": "From: MAILER-DAEMON@example.com\nReturn-Path: <>\n"} {
		m := Parse([]byte(head + "Subject: Hello\n\n" + text))
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				Automatic(m, "")
			}
		})
	}
}
