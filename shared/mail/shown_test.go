package mail

import (
	"slices"
	"strings"
	"testing"
)

func TestNamedTextIsReadInPlaceAndKept(t *testing.T) {
	const head = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nhello\n--b\n"
	long := strings.Repeat("a long log line\n", maxShownFile/16+1)
	for _, c := range []struct {
		name, part string
		text       string // what Text ends with
		files      []string
	}{
		{"asked for", "Content-Type: text/plain; name=a.txt\nContent-Disposition: inline; filename=a.txt\n\nnotes", "notes", []string{"a.txt"}},
		{"nothing said", "Content-Type: text/plain; name=a.txt\n\nnotes", "notes", []string{"a.txt"}},
		{"attached", "Content-Type: text/plain\nContent-Disposition: attachment; filename=a.txt\n\nnotes", "hello", []string{"a.txt"}},
		{"HTML asked for", "Content-Type: text/html\nContent-Disposition: inline; filename=a.html\n\n<p>notes</p>", "notes", []string{"a.html"}},
		{"HTML, nothing said", "Content-Type: text/html; name=a.html\n\n<p>notes</p>", "hello", []string{"a.html"}},
		{"long", "Content-Type: text/plain\nContent-Disposition: inline; filename=a.txt\n\n" + long, "hello", []string{"a.txt"}},
		{"of another kind", "Content-Type: text/csv\nContent-Disposition: inline; filename=a.csv\n\n1,2", "hello", []string{"a.csv"}},
		{"without a name", "Content-Type: text/plain\nContent-Disposition: inline\n\nnotes", "notes", nil},
	} {
		m := Parse([]byte(head + c.part + "\n--b--\n"))
		if got := strings.TrimSpace(m.Text); !strings.HasSuffix(got, c.text) || !slices.Equal(names(m.Parts), c.files) {
			t.Errorf("%s: got %q and %q, want it to end with %q and %q", c.name, cutString(got, 80), names(m.Parts), c.text, c.files)
		}
	}
}

func TestNamedTextAloneIsTheMail(t *testing.T) {
	m := Parse([]byte("Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; name=one.txt\n\n\n--b\nContent-Type: text/plain; name=two.txt\n\nall there is\n--b--\n"))
	if !strings.Contains(m.Text, "all there is") {
		t.Errorf("got %q", m.Text)
	}
}
