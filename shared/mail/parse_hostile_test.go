//go:build unix

package mail

import (
	"strings"
	"testing"
)

// TestHostileHeaders reads headers full of what is begun and never ended: each costs time in proportion to its length.
func TestHostileHeaders(t *testing.T) {
	for _, piece := range []string{`"`, `\"`, `"\"`, "(", "((", "<", "<@a,", "=?a?b?", "=?utf-8?Q?", "=?utf-8?B?AA?= ", "a:", "a:b;", "&lt;", "<a", "a@", "a@b ", "; ", "x=\"", "x*0*=a;", "a,", "%41", ">", "<a@b>", "\xff", "\x00", "=?utf-8?Q?\xc3?= "} {
		body := strings.Repeat(piece, (MaxHeaderBlock-100)/len(piece)/3)
		raw := []byte("From: " + body + "\nTo: " + body + "\nContent-Type: multipart/mixed; boundary=b; " + body + "\n\nx")
		began := cpuTime(t)
		goodMail(t, Parse(raw))
		if took := cpuTime(t) - began; took.Seconds() > maxBigSeconds {
			t.Errorf("%q: %v of CPU", piece, took)
		}
		raw = []byte("Subject: " + body + "\nReferences: " + body + "\nIn-Reply-To: " + body + "\nDate: " + body + "\nContent-Disposition: attachment; " + body + "\n\nx")
		began = cpuTime(t)
		goodMail(t, Parse(raw))
		if took := cpuTime(t) - began; took.Seconds() > maxBigSeconds {
			t.Errorf("%q in subject: %v of CPU", piece, took)
		}
	}
}

// TestHostileBodies is the same for bodies of a megabyte.
func TestHostileBodies(t *testing.T) {
	for _, piece := range []string{"--b", "--b\n", "--b--\n", "--b\nContent-Type: multipart/mixed; boundary=b\n\n", "--\n", "--x\nContent-", "\r", "\n", "=", "=\n", "AA=", "AA==\n", "begin 644 x\n", "begin 644 x\nM", "=ybegin size=1 name=a\n", "data:image/", `"data:image/png;base64,`, "<a href=http://x>", "-----BEGIN PGP ", "\x1b$B", "+AA-", "BEGIN:VEVENT\n", "\x30\x80", "\x24\x80"} {
		body := strings.Repeat(piece, 1<<20/len(piece))
		for _, head := range []string{
			"Content-Type: multipart/mixed; boundary=b", "Content-Type: multipart/mixed", "Content-Type: text/plain", "Content-Type: text/html", "Content-Transfer-Encoding: base64", "Content-Transfer-Encoding: quoted-printable",
			"Content-Transfer-Encoding: x-uuencode", "Content-Type: text/calendar", "Content-Type: application/pkcs7-mime", "Content-Type: text/plain; charset=utf-7", "Content-Type: message/delivery-status",
		} {
			began := cpuTime(t)
			m := Parse([]byte(head + "\n\n" + body))
			if took := cpuTime(t) - began; took.Seconds() > 1 {
				t.Errorf("%s with %q: %v of CPU", head, piece, took)
			}
			if warned(m, "internal") {
				t.Errorf("%s with %q: %q", head, piece, m.Warnings)
			}
		}
	}
}
