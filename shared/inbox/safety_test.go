package inbox_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"encoding/json"

	"guichet/shared/guichet"
	"guichet/shared/inbox"
)

func TestTheHTMLOfAMailIsSafeAndAlone(t *testing.T) {
	h := newHouse(t)
	id := string(h.mail("support@acme.example", richMail))
	for _, remote := range []bool{false, true} {
		path := "/dfo/3.0/messages/" + id + "/html"
		if remote {
			path += "?images=1"
		}
		r := h.as("acme/ana", "GET", path, "")
		policy := r.header.Get("Content-Security-Policy")
		for _, need := range []string{"default-src 'none'", "sandbox allow-popups", "frame-ancestors 'self'", "form-action 'none'"} {
			if !strings.Contains(policy, need) {
				t.Errorf("images=%v: the policy %q lacks %s", remote, policy, need)
			}
		}
		for _, bad := range []string{"allow-scripts", "allow-same-origin", "script-src"} {
			if strings.Contains(policy, bad) {
				t.Errorf("images=%v: the policy %q has %s", remote, policy, bad)
			}
		}
		for _, bad := range []string{"<script", "onclick", "javascript:", "<iframe", "<form", "<input", "onload", "alert("} {
			if strings.Contains(r.body, bad) {
				t.Errorf("images=%v: %q is left in %s", remote, bad, r.body)
			}
		}
		if !strings.Contains(r.body, "data:image/png;base64,iVBORw0KGgo=") {
			t.Errorf("images=%v: the picture of the mail is missing: %s", remote, r.body)
		}
		if got := strings.Contains(r.body, ` src="https://tracker.example`); got != remote {
			t.Errorf("images=%v: remote picture shown is %v: %s", remote, got, r.body)
		}
		if got := strings.Contains(policy, "https:"); got != remote {
			t.Errorf("images=%v: the policy allows remote pictures: %v", remote, got)
		}
	}
	if m := h.want(200, "acme/ana", "GET", "/dfo/3.0/messages/"+id, ""); at(m, "remoteImages") != 1.0 {
		t.Errorf("remoteImages: %v, want 1", at(m, "remoteImages"))
	}
}

func TestFilesComeAsDownloads(t *testing.T) {
	h := newHouse(t)
	id := string(h.mail("support@acme.example", richMail))
	files := at(h.want(200, "acme/ana", "GET", "/dfo/3.0/messages/"+id, ""), "attachments").([]any)
	if len(files) != 2 {
		t.Fatalf("attachments: %v, want two", files)
	}
	for i, want := range []string{"image/png", "application/octet-stream"} {
		r := h.as("acme/ana", "GET", at(files, i, "url").(string), "")
		if got := r.header.Get("Content-Type"); got != want {
			t.Errorf("file %d: type %s, want %s", i, got, want)
		}
		if d := r.header.Get("Content-Disposition"); !strings.HasPrefix(d, "attachment") || strings.ContainsAny(d, "\r\n") {
			t.Errorf("file %d: disposition %q, want a download", i, d)
		}
		if r.header.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(r.header.Get("Content-Security-Policy"), "sandbox") {
			t.Errorf("file %d: headers %v", i, r.header)
		}
	}
	for _, i := range []string{"2", "-1", "x", "99999999999999999999"} {
		h.want(404, "acme/ana", "GET", "/dfo/3.0/messages/"+id+"/attachments/"+i, "")
	}
	raw := h.as("acme/ana", "GET", "/dfo/3.0/messages/"+id+"/raw", "")
	if raw.body != strings.ReplaceAll(richMail, "\n", "\r\n") || raw.header.Get("Content-Type") != "text/plain; charset=utf-8" || !strings.HasPrefix(raw.header.Get("Content-Disposition"), "attachment") {
		t.Errorf("raw: %v %.80q", raw.header, raw.body)
	}
}

func TestAPanicIsAnErrorWithANumberThatTheLogHasToo(t *testing.T) {
	h := newHouse(t, func(o *inbox.Options) { o.SentMail = func() ([]inbox.SentMail, error) { panic("secret of the stack") } })
	got := h.want(500, "acme/ana", "GET", "/guichet/sent", "")
	uid, _ := at(got, "uid").(string)
	if !strings.Contains(h.log.String(), uid) || !strings.Contains(h.log.String(), "secret of the stack") || uid == "" {
		t.Errorf("the log does not have uid %q and the cause: %s", uid, h.log)
	}
	if msg, _ := at(got, "errors", 0, "message").(string); strings.Contains(msg, "secret") || !strings.Contains(msg, uid) {
		t.Errorf("message %q, want the number and not the cause", msg)
	}
	h.want(200, "acme/ana", "GET", "/dfo/3.0/me", "")
}

func TestTheWorldIsNotReady(t *testing.T) {
	h := newHouse(t, func(o *inbox.Options) {
		o.SentMail = func() ([]inbox.SentMail, error) { return nil, errors.New("disk on fire") }
	})
	r := h.as("acme/ana", "GET", "/guichet/sent", "")
	if r.status != 503 || r.header.Get("Retry-After") == "" || strings.Contains(r.body, "fire") {
		t.Errorf("got %d %v %s, want 503 with Retry-After and without the cause", r.status, r.header, r.body)
	}
}

// TestTheDevelopmentSignInStaysOnThisMachine: from elsewhere, or under a foreign name (DNS rebinding), nothing is served, not even the page.
func TestTheDevelopmentSignInStaysOnThisMachine(t *testing.T) {
	h := newHouse(t, func(o *inbox.Options) { o.Who, o.SignIn, o.Tenant = nil, true, "acme" })
	for _, r := range []struct {
		situation, remote, host string
		want                    int
	}{
		{"this machine", "127.0.0.1:5", "127.0.0.1:8080", 200},
		{"this machine by name", "[::1]:5", "localhost:8080", 200},
		{"this machine, IPv6", "[::1]:5", "[::1]:8080", 200},
		{"mapped", "[::ffff:127.0.0.1]:5", "LOCALHOST", 200},
		{"another machine", "192.0.2.7:5", "127.0.0.1:8080", 403},
		{"a foreign name that leads here", "127.0.0.1:5", "evil.example", 403},
		{"a name that looks like this machine", "127.0.0.1:5", "127.0.0.1.evil.example:8080", 403},
		{"a name below localhost", "127.0.0.1:5", "localhost.evil.example", 403},
		{"no host", "127.0.0.1:5", "", 403},
		{"no address", "@", "localhost", 403},
	} {
		for _, path := range []string{"/", "/guichet/sign-in"} {
			if got := h.request(r.remote, r.host, "GET", path, "").status; got != r.want {
				t.Errorf("%s: GET %s is %d, want %d", r.situation, path, got, r.want)
			}
		}
		want := map[int]int{200: 204, 403: 403}[r.want]
		if got := h.request(r.remote, r.host, "POST", "/guichet/sign-in", `{"agent":"ana"}`).status; got != want {
			t.Errorf("%s: sign-in is %d, want %d", r.situation, got, want)
		}
	}
}

func TestTheDevelopmentSignInSession(t *testing.T) {
	h := newHouse(t, func(o *inbox.Options) { o.Who, o.SignIn, o.Tenant = nil, true, "acme" })
	local := func(method, path, body string, header ...string) reply {
		return h.request("127.0.0.1:9", "localhost:8080", method, path, body, header...)
	}
	if got := local("POST", "/guichet/sign-in", `{"agent":"nobody"}`).status; got != 422 {
		t.Errorf("sign-in as nobody: %d, want 422", got)
	}
	in := local("POST", "/guichet/sign-in", `{"agent":"ana"}`)
	set := in.header.Get("Set-Cookie")
	for _, need := range []string{"HttpOnly", "SameSite=Strict", "Path=/"} {
		if !strings.Contains(set, need) {
			t.Errorf("cookie %q lacks %s", set, need)
		}
	}
	cookie, _, _ := strings.Cut(set, ";")
	me := local("GET", "/dfo/3.0/me", "", "Cookie", cookie)
	if me.status != 200 || !strings.Contains(me.body, `"incontactId":"ana"`) {
		t.Errorf("me: %d %s", me.status, me.body)
	}
	for situation, k := range map[string]string{"none": "", "forged": "guichet_session=YWNtZQByb2I.00", "cut": cookie[:len(cookie)-1], "of another house": newCookie(t)} {
		if got := local("GET", "/dfo/3.0/me", "", "Cookie", k).status; got != 401 {
			t.Errorf("cookie %s: %d, want 401", situation, got)
		}
	}
	for _, r := range []struct {
		situation string
		header    []string
		want      int
	}{
		{"the page itself", []string{"Sec-Fetch-Site", "same-origin", "Origin", "http://localhost:8080"}, 200},
		{"no browser", nil, 200},
		{"another site", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"another port of this machine", []string{"Sec-Fetch-Site", "same-site"}, 403},
		{"an old browser, another site", []string{"Origin", "https://evil.example"}, 403},
		{"an old browser, no site", []string{"Origin", "null"}, 403},
		{"an old browser, here", []string{"Origin", "http://localhost:8080"}, 200},
	} {
		got := local("PUT", "/engager/2.0/users/me/status", `{"status":"busy"}`, append(r.header, "Cookie", cookie)...).status
		if got != r.want {
			t.Errorf("change from %s: %d, want %d", r.situation, got, r.want)
		}
	}
	if out := local("DELETE", "/guichet/sign-in", "", "Cookie", cookie); !strings.Contains(out.header.Get("Set-Cookie"), "Max-Age=0") {
		t.Errorf("sign-out: %v", out.header)
	}
}

// newCookie signs in at a house with another key.
func newCookie(t *testing.T) string {
	h := newHouse(t, func(o *inbox.Options) { o.SignIn, o.Tenant = true, "acme" })
	h.desk.Key = []byte("another key of another house, 32")
	set := h.request("127.0.0.1:9", "localhost", "POST", "/guichet/sign-in", `{"agent":"ana"}`).header.Get("Set-Cookie")
	cookie, _, _ := strings.Cut(set, ";")
	return cookie
}

func TestWithoutSignInNobodyIsListed(t *testing.T) {
	h := newHouse(t)
	if got := h.want(200, "", "GET", "/guichet/sign-in", ""); at(got, "enabled") != false || len(at(got, "agents").([]any)) != 0 {
		t.Errorf("sign-in info: %v, want none", got)
	}
	h.want(404, "", "POST", "/guichet/sign-in", `{"agent":"ana"}`)
}

func TestThePageIsSmallAndStrict(t *testing.T) {
	h := newHouse(t)
	total, frame, panel := 0, 0, 0 // what everybody fetches, what the settings add when they are opened, the largest of their panels
	var texts [2]int               // the longer of the two languages, of either: a reader fetches one
	inline := regexp.MustCompile(`(?i)<style|\sstyle=|\son[a-z]+=|<script[^>]*>[^<]|https?://`)
	danger := regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|setAttribute\("style`)
	names, err := filepath.Glob("page/*")
	must(t, err)
	for _, l := range inbox.Languages {
		texts[0] = max(texts[0], len(h.as("", "GET", "/page/"+l+".json", "", "Accept-Encoding", "gzip").body))
		texts[1] = max(texts[1], len(h.as("", "GET", "/page/settings-"+l+".json", "", "Accept-Encoding", "gzip").body))
	}
	for _, name := range names {
		if filepath.Ext(name) == ".json" && strings.Contains(name, "-") {
			continue // the texts of an area are part of those of their language
		}
		r := h.as("", "GET", "/"+name, "", "Accept-Encoding", "gzip")
		if r.status != 200 || r.header.Get("Content-Encoding") != "gzip" || r.header.Get("Content-Type") == "" {
			t.Fatalf("%s: %d %v", name, r.status, r.header)
		}
		switch {
		case filepath.Ext(name) == ".json": // counted above
		case strings.HasPrefix(name, "page/settings-") && name != "page/settings-form.js":
			panel = max(panel, len(r.body))
		case strings.HasPrefix(name, "page/settings"):
			frame += len(r.body)
		default:
			total += len(r.body)
		}
		if again := h.as("", "GET", "/"+name, "", "If-None-Match", r.header.Get("ETag")); again.status != 304 {
			t.Errorf("%s again: %d, want 304", name, again.status)
		}
		z, err := gzip.NewReader(strings.NewReader(r.body))
		must(t, err)
		var b bytes.Buffer
		b.ReadFrom(z)
		if plain := h.as("", "GET", "/"+name, ""); plain.body != b.String() {
			t.Errorf("%s: packed and plain differ", name)
		}
		if name == "page/index.html" && inline.Match(b.Bytes()) {
			t.Errorf("%s has something inline or from elsewhere: %s", name, inline.Find(b.Bytes()))
		}
		if m := danger.Find(b.Bytes()); filepath.Ext(name) == ".js" && m != nil {
			t.Errorf("%s uses %s", name, m)
		}
	}
	total, frame = total+texts[0], frame+texts[1]
	t.Logf("the page is %d bytes packed, opening its settings %d more, and the largest panel %d; %d files", total, frame, panel, len(names))
	if total > 60<<10 || frame > 40<<10 || panel > 12<<10 {
		t.Errorf("the page is %d bytes packed, its settings %d, a panel of them %d: want under 60 KB, 40 KB and 12 KB", total, frame, panel)
	}
	r := h.as("", "GET", "/", "")
	if p := r.header.Get("Content-Security-Policy"); strings.Contains(p, "unsafe") || !strings.HasPrefix(p, "default-src 'none'") || !strings.Contains(p, "frame-ancestors 'none'") {
		t.Errorf("policy %q", p)
	}
	if got := h.as("", "GET", "/page/../inbox.go", "").status; got == 200 {
		t.Error("a file that is no page is served")
	}
}

// TestCommentsStayAtHome: what is served has no comments, and every line where it was.
func TestCommentsStayAtHome(t *testing.T) {
	h := newHouse(t)
	names, err := filepath.Glob("page/*s")
	must(t, err)
	for _, name := range names {
		b, err := os.ReadFile(name)
		must(t, err)
		source, served := strings.Split(string(b), "\n"), strings.Split(h.as("", "GET", "/"+name, "").body, "\n")
		if len(source) != len(served) {
			t.Fatalf("%s has %d lines, %d are served", name, len(source), len(served))
		}
		inside := false
		for i, l := range source {
			l = strings.TrimSpace(l)
			inside = inside || strings.HasPrefix(l, "/**")
			if comment := inside || strings.HasPrefix(l, "//") || strings.HasPrefix(l, "/* ") && strings.HasSuffix(l, "*/"); comment != (served[i] == "" && l != "") || !comment && served[i] != source[i] {
				t.Errorf("%s:%d %q is served as %q", name, i+1, l, served[i])
			}
			inside = inside && !strings.HasSuffix(l, "*/")
		}
	}
}

// TestEveryTextIsInEveryLanguage: the same keys, the same names in braces, and no key in the page's code that no file has.
func TestEveryTextIsInEveryLanguage(t *testing.T) {
	words := map[string]map[string]string{}
	for _, l := range inbox.Languages {
		words[l] = map[string]string{}
		files, err := filepath.Glob("page/" + l + "*.json")
		must(t, err)
		for _, f := range files {
			b, err := os.ReadFile(f)
			must(t, err)
			m := words[l]
			must(t, json.Unmarshal(b, &m))
		}
	}
	names := regexp.MustCompile(`\{\w+\}`)
	for _, l := range inbox.Languages {
		for key, text := range words[l] {
			for _, o := range inbox.Languages {
				other, ok := words[o][key]
				if !ok {
					t.Errorf("%s has %q, %s has not", l, key, o)
					continue
				}
				for _, n := range names.FindAllString(text, -1) {
					if !strings.Contains(other, n) {
						t.Errorf("%q: %s says %s, %s does not", key, l, n, o)
					}
				}
			}
		}
	}
	used := regexp.MustCompile(`\bt\("([^"]+)"`)
	files, _ := filepath.Glob("page/*.js")
	for _, f := range files {
		b, _ := os.ReadFile(f)
		for _, m := range used.FindAllSubmatch(b, -1) {
			if words["en"][string(m[1])] == "" {
				t.Errorf("%s says %q, which no file has", f, m[1])
			}
		}
	}
	for _, group := range []struct {
		prefix string
		keys   []string
	}{
		{"status.", statuses()}, {"delivery.", []string{"queued", "accepted", "sent", "delayed", "delivered", "failed", "returned", "bounced", "complained", "opened"}},
		{"presence.", []string{"available", "busy", "after-contact", "offline"}},
		{"set.p.", permissions()},
		{"rule.", []string{"in-reply-to", "references", "token", "phantom", "plus-address", "thread-index", "ticket-number", "subject", "bounce", "new"}},
	} {
		for _, k := range group.keys {
			if words["en"][group.prefix+k] == "" {
				t.Errorf("no text for %s%s", group.prefix, k)
			}
		}
	}
}

func permissions() (out []string) {
	for _, p := range guichet.Permissions {
		out = append(out, string(p))
	}
	return out
}

func statuses() (out []string) {
	for _, s := range guichet.Statuses {
		out = append(out, string(s))
	}
	return out
}

func TestBadgesSpeakTheReadersLanguage(t *testing.T) {
	h := newHouse(t)
	n := string(h.mail("support@acme.example", firstMail).Case())
	for lang, want := range map[string]string{"fr-FR, en;q=0.5": "Sans réponse", "de, en": "Not answered", "": "Not answered"} {
		got := h.want(200, "acme/ana", "GET", "/dfo/3.0/contacts/"+n, "", "Accept-Language", lang)
		if at(got, "badges", 0, "text") != want || at(got, "badges", 0, "code") != "unanswered" {
			t.Errorf("%q: badges %v, want %s", lang, at(got, "badges"), want)
		}
	}
}
