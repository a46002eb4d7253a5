package mail

import (
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

var (
	keptElements = strings.Fields("a abbr acronym address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del details dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p pre q " +
		"rp rt ruby s samp section small span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var wbr html head body")
	keptAttributes = strings.Fields("align dir lang title valign width height bgcolor border cellpadding cellspacing colspan rowspan nowrap summary scope abbr headers span char charoff color face size noshade type start value compact datetime alt hspace vspace src data-remote-src href rel target style")
	keptURL        = regexp.MustCompile(`(?i)^(https?:|mailto:|tel:|cid:|data:image/(png|gif|jpe?g|webp);base64,)`)
	deadStyle      = regexp.MustCompile(`(?i)url\(|expression|position|import|behav|binding|\\|image-set|var\(|attr\(|env\(|transform\s*:|animation|content|@|/\*`)
	attackByte     = regexp.MustCompile(`\\x[0-9a-f]{2}`)
)

// Whatever a browser makes of what SafeHTML leaves, alone or within a page, it is of the lists and loads nothing.
func TestSafeHTMLHoldsToItsLists(t *testing.T) {
	raw, err := os.ReadFile("testdata/attacks.txt")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(raw)), "\n")[1:]
	for _, line := range lines {
		in := attackByte.ReplaceAllStringFunc(line, func(s string) string {
			n, _ := strconv.ParseUint(s[2:], 16, 8)
			return string([]byte{byte(n)})
		})
		safe := SafeHTML(in, SafeOptions{})
		for _, within := range []string{safe, "<!doctype html><div>" + safe + "</div>", "<table><tr><td>" + safe + "</table>"} {
			doc, err := html.Parse(strings.NewReader(within))
			if err != nil {
				t.Fatal(err)
			}
			for n := range doc.Descendants() {
				if bad := notKept(n); bad != "" {
					t.Errorf("%s\nleaves %s: %s", line, bad, safe)
				}
			}
		}
		if strings.Contains(safe, "</div></div>") && strings.Count(safe, "<div") < strings.Count(safe, "</div") {
			t.Errorf("%s\nleaves its box: %s", line, safe)
		}
	}
	if len(lines) < 100 {
		t.Errorf("only %d attacks", len(lines))
	}
}

// notKept says what of an element is not of the lists; empty: all is.
func notKept(n *html.Node) string {
	if n.Type == html.CommentNode {
		return "a comment"
	}
	if n.Type != html.ElementNode {
		return ""
	}
	if n.Namespace != "" || !slices.Contains(keptElements, n.Data) {
		return "<" + n.Namespace + " " + n.Data + ">"
	}
	for _, a := range n.Attr {
		switch {
		case !slices.Contains(keptAttributes, a.Key):
			return a.Key
		case (a.Key == "href" || a.Key == "src" || a.Key == "data-remote-src") && !keptURL.MatchString(a.Val),
			a.Key == "src" && strings.HasPrefix(strings.ToLower(a.Val), "http"), a.Key == "href" && strings.HasPrefix(strings.ToLower(a.Val), "data"):
			return a.Key + "=" + a.Val
		case a.Key == "style" && deadStyle.MatchString(a.Val), a.Key == "target" && a.Val != "_blank":
			return a.Key + "=" + a.Val
		}
	}
	return ""
}
