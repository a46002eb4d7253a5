//go:build unix

package mail

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

const (
	bigMail       = 40 << 20
	maxResident   = 96 << 20 // above the start, the mail itself included
	maxBigSeconds = 2
)

// bigMails make mails of bigMail bytes, each in one allocation.
var bigMails = map[string]func() []byte{
	"attachment": func() []byte { return fill(partHead("application/zip", "base64"), base64Line, "\n--b--\n") },
	"text, quoted": func() []byte {
		return fill(partHead("text/plain", "quoted-printable"), "Gr=C3=BC=C3=9Fe und noch mehr davon =\r\n", "\n--b--\n")
	},
	"text, plain": func() []byte {
		return fill(partHead("text/plain", "8bit"), "words and words and words\r\n", "\n--b--\n")
	},
	"text, windows-1252": func() []byte {
		return fill("Content-Type: text/plain; charset=windows-1252\n\n", "\x80\x80\x80\x80\x80\x80\x80\n", "")
	},
	"html": func() []byte {
		return fill(partHead("text/html", "8bit"), "<p>words and <b>words</b>\r\n", "\n--b--\n")
	},
	"html in base64": func() []byte {
		return fill(partHead("text/html", "base64"), base64.StdEncoding.EncodeToString([]byte(strings.Repeat("<p>words</p>\n", 57)))+"\n", "\n--b--\n")
	},
	"pictures in html": func() []byte {
		return fill(partHead("text/html", "8bit"), `<p>x<img src="data:image/png;base64,`+strings.Repeat("iVBORw0KGgoA", 50000)+`">`+"\n", "\n--b--\n")
	},
	"one picture in html": func() []byte {
		return fill(partHead("text/html", "8bit")+`<img src="data:image/png;base64,`, "iVBORw0KGgoA", "\">\n--b--\n")
	},
	"winmail.dat": bigTNEF,
	"uuencode in text": func() []byte {
		return fill("Subject: x\n\nhello\nbegin 644 a.zip\n", "M"+strings.Repeat("9", 60)+"\n", "\nend\n")
	},
	"many parts": func() []byte {
		return fill("Content-Type: multipart/mixed; boundary=b\n\n", "--b\nContent-Type: image/png\n\nx\n", "--b--\n")
	},
	"many texts": func() []byte {
		return fill("Content-Type: multipart/mixed; boundary=b\n\n", "--b\n\n"+strings.Repeat("\xe4\xf6\xfc \x80\n", 40000), "--b--\n")
	},
	"nested":                 func() []byte { return fill(nestedHead(40), strings.Repeat("-", 70)+"\n", "") },
	"header":                 func() []byte { return fill("Subject: x\n", "X-Long: "+strings.Repeat("a", 60)+"\n\tmore\n", "\nbody") },
	"one header line":        func() []byte { return fill("References: ", "<a@b> ", "\n\nbody") },
	"bare CR":                func() []byte { return fill("Subject: x\r\r", "word\r", "") },
	"base64 that ends often": func() []byte { return fill(partHead("application/zip", "base64"), "AA=", "\n--b--\n") },
	"no line end":            func() []byte { return fill("Subject: x\n\n", "x", "") },
}

const base64Line = "iVBORw0KGgoAAAANSUhEUgAAAAYAAAALCAIAAADTMGvBAAAAEUlEQVQImWPgsi5DQwxD\r\n"

func partHead(typ, code string) string {
	return "Subject: big\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: " + typ + "; charset=utf-8\nContent-Transfer-Encoding: " + code + "\n\n"
}

func nestedHead(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=\"------------------------------%d\"\n\n--------------------------------%d\n", i, i)
	}
	return b.String()
}

// fill repeats middle up to bigMail bytes.
func fill(head, middle, tail string) []byte {
	b := make([]byte, 0, bigMail)
	b = append(b, head...)
	for len(b)+len(middle)+len(tail) <= bigMail {
		b = append(b, middle...)
	}
	return append(b, tail...)
}

func bigTNEF() []byte {
	head := partHead("application/ms-tnef", "base64")
	stream := append(buildTNEF("text", map[string]string{"a": "b"}), 2)
	size := (bigMail - len(head) - 100) / 4 * 3
	w := tnefWriter{b: stream}
	w.u32(attAttachData)
	w.u32(size - len(w.b) - 6)
	b := make([]byte, bigMail)
	n := copy(b, head)
	first := len(w.b) / 3 * 3
	base64.StdEncoding.Encode(b[n:], w.b[:first])
	n += first / 3 * 4
	var rest [3]byte
	copy(rest[:], w.b[first:])
	base64.StdEncoding.Encode(b[n:], rest[:])
	for n += 4; n < bigMail-8; n += 4 {
		copy(b[n:], "QUJD")
	}
	return append(b[:n], "\n--b--\n"...)
}

// resident returns the most memory that the process ever had, in bytes.
func resident(t *testing.T) int {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Skip("no /proc")
	}
	for line := range bytes.Lines(b) {
		if rest, ok := bytes.CutPrefix(line, []byte("VmHWM:")); ok {
			n, err := strconv.Atoi(strings.Fields(string(rest))[0])
			if err != nil {
				t.Fatal(err)
			}
			return n << 10
		}
	}
	t.Skip("no VmHWM")
	return 0
}

// TestD70FortyMegabytes parses big mails, each in a process of its own, reads all their parts, and looks at the peak of memory.
func TestD70FortyMegabytes(t *testing.T) {
	if kind := os.Getenv("BIG_MAIL"); kind != "" {
		parseBig(t, bigMails[kind])
		return
	}
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	for kind := range bigMails {
		t.Run(kind, func(t *testing.T) {
			cmd := exec.Command(os.Args[0], "-test.run=^TestD70FortyMegabytes$", "-test.v")
			cmd.Env = append(os.Environ(), "BIG_MAIL="+kind)
			out, err := cmd.CombinedOutput()
			for line := range strings.Lines(string(out)) {
				if _, s, ok := strings.Cut(line, "BIG "); ok {
					t.Log(strings.TrimSpace(s))
				}
			}
			if err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

// cpuTime is what the process has used so far: other work of the machine does not count.
func cpuTime(t *testing.T) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Skip(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func parseBig(t *testing.T, build func() []byte) {
	start := resident(t)
	raw := build()
	began := cpuTime(t)
	m := Parse(raw)
	took := cpuTime(t) - began
	for i := range m.Parts {
		n, err := io.Copy(io.Discard, m.Parts[i].Open())
		if err != nil || n != m.Parts[i].Size {
			t.Errorf("part %d: %d bytes of %d, %v", i, n, m.Parts[i].Size, err)
		}
	}
	used := resident(t) - start
	t.Logf("BIG %d bytes: %v, %d MB above the start, %d parts, text %d, html %d, warnings %q", len(raw), took.Round(time.Millisecond), used>>20, len(m.Parts), len(m.Text), len(m.HTML), m.Warnings)
	goodMail(t, m)
	if used > maxResident {
		t.Errorf("%d MB resident above the start", used>>20)
	}
	if took > maxBigSeconds*time.Second {
		t.Errorf("took %v of CPU", took)
	}
	if len(raw) > bigMail {
		t.Errorf("the mail has %d bytes", len(raw))
	}
}
