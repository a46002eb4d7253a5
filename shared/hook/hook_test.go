package hook

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"guichet/shared/desktest"
	"guichet/shared/guichet"
	"guichet/shared/ledger/sqlite"
)

const site = "https://www.customer.example"

// house is a house with a form, and its door.
type house struct {
	*desktest.House
	t    testing.TB
	door http.Handler
	log  bytes.Buffer
}

func openLedger(t testing.TB) *sqlite.DB {
	t.Helper()
	db, err := sqlite.Open(filepath.Join(t.TempDir(), "l.db"), desktest.LedgerNow, sqlite.Unsynced())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func newHouse(t testing.TB, change ...func(*guichet.Form)) *house {
	t.Helper()
	h := &house{House: desktest.New(t, openLedger(t)), t: t}
	f := guichet.Form{ID: desktest.TheForm, Name: "Contact form", Channel: "support", Enabled: true, Origins: []string{site}, Files: true, PerHour: 1000,
		Fields: guichet.FormFields{Email: "email", Name: "name", Subject: "subject", Text: "message", Trap: "website"},
		Custom: []guichet.FormField{{Field: "order", Label: "Order number"}}}
	for _, c := range change {
		c(&f)
	}
	if err := h.Store.SaveForm(t.Context(), f); err != nil {
		t.Fatal(err)
	}
	h.door = New(h.Desk, slog.New(slog.NewTextHandler(&h.log, nil)))
	return h
}

const path = "/forms/" + string(desktest.TheForm)

// send makes a request; header is name, value, name, value.
func (h *house) send(method, path, body string, header ...string) *httptest.ResponseRecorder {
	h.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.door.ServeHTTP(w, r)
	h.Settle(h.t.Context())
	return w
}

func (h *house) post(fields url.Values, header ...string) *httptest.ResponseRecorder {
	h.t.Helper()
	return h.send("POST", path, fields.Encode(), append([]string{"Content-Type", "application/x-www-form-urlencoded"}, header...)...)
}

var hello = url.Values{"email": {"bo@customer.example"}, "name": {"Bo"}, "subject": {"Kettle"}, "message": {"It is broken."}}

func with(more ...string) url.Values {
	v := url.Values{}
	for k, x := range hello {
		v[k] = x
	}
	for i := 0; i+1 < len(more); i += 2 {
		v[more[i]] = []string{more[i+1]}
	}
	return v
}

// message is the first message of the n-th case.
func (h *house) message(n int64) *guichet.Message {
	h.t.Helper()
	m, err := h.Store.Message(h.t.Context(), desktest.Tenant, guichet.NewCaseID(n).Message(1))
	if err != nil {
		h.t.Fatal(err)
	}
	return m
}

func (h *house) raw(m *guichet.Message) string {
	h.t.Helper()
	r, _, err := h.Blobs.Get(h.t.Context(), m.Raw)
	if err != nil {
		h.t.Fatal(err)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		h.t.Fatal(err)
	}
	return string(b)
}

func TestThreeWaysToSendAForm(t *testing.T) {
	h := newHouse(t)
	var parts bytes.Buffer
	w := multipart.NewWriter(&parts)
	for _, f := range [][2]string{{"email", "di@customer.example"}, {"name", "Di"}, {"message", "With a picture."}, {"order", "4711"}} {
		if err := w.WriteField(f[0], f[1]); err != nil {
			t.Fatal(err)
		}
	}
	file, _ := w.CreateFormFile("files", "photo é.png")
	file.Write([]byte("\x89PNG\r\n\x1a\n"))
	w.CreateFormFile("files", "") // a browser sends this where nothing was chosen
	w.Close()
	for i, c := range []struct{ name, kind, body, from, text string }{
		{"by default", "application/x-www-form-urlencoded", hello.Encode(), "bo@customer.example", "It is broken."},
		{"JSON", "application/json; charset=utf-8", `{"email":"cy@customer.example","message":"Née à Ångström","order":[4711,true],"more":null}`, "cy@customer.example", "Née à Ångström\n\nOrder number: 4711, true"},
		{"with a file", w.FormDataContentType(), parts.String(), "di@customer.example", "With a picture.\n\nOrder number: 4711"},
	} {
		got := h.send("POST", path, c.body, "Content-Type", c.kind, "Origin", site)
		var out taken
		if err := json.Unmarshal(got.Body.Bytes(), &out); err != nil || got.Code != 202 || out.Ticket != string(guichet.NewCaseID(int64(i+1))) || !strings.HasPrefix(out.Reference, "form-") {
			t.Fatalf("%s: %d %s", c.name, got.Code, got.Body)
		}
		if got.Header().Get("Access-Control-Allow-Origin") != site {
			t.Errorf("%s: the page may not read the answer", c.name)
		}
		m := h.message(int64(i + 1))
		if m.From.Addr != c.from || m.Text != c.text || m.Envelope.Form != desktest.TheForm {
			t.Errorf("%s: from %q, text %q, form %q", c.name, m.From.Addr, m.Text, m.Envelope.Form)
		}
	}
	if m := h.message(3); len(m.Files) != 1 || m.Files[0].Name != "photo é.png" || m.Files[0].Size != 8 {
		t.Errorf("files: %+v", m.Files)
	}
}

func TestABrowserWithoutScriptGetsAPage(t *testing.T) {
	h := newHouse(t)
	got := h.post(hello, "Accept", "text/html,*/*", "Accept-Language", "fr-FR,fr;q=0.9", "Origin", site)
	if got.Code != 202 || !strings.Contains(got.Body.String(), "Merci") || !strings.Contains(got.Body.String(), string(guichet.NewCaseID(1))) || !strings.Contains(got.Header().Get("Content-Security-Policy"), "default-src 'none'") {
		t.Errorf("%d %s %v", got.Code, got.Body, got.Header())
	}
	bad := with("email", `<script>alert(1)</script>`)
	got = h.post(bad, "Accept", "text/html")
	if got.Code != 422 || strings.Contains(got.Body.String(), "<script") || !strings.Contains(got.Header().Get("Content-Type"), "text/html") {
		t.Errorf("an error as a page: %d %s", got.Code, got.Body)
	}
	h = newHouse(t, func(f *guichet.Form) { f.Thanks = "https://www.customer.example/thanks" })
	if got = h.post(hello, "Accept", "text/html"); got.Code != 303 || got.Header().Get("Location") != "https://www.customer.example/thanks" {
		t.Errorf("to the page of thanks: %d %v", got.Code, got.Header())
	}
}

func TestOriginsOfOthersAreKeptOut(t *testing.T) {
	h := newHouse(t)
	for _, origin := range []string{"https://evil.example", "null", "http://www.customer.example", site + ".evil.example", site + ":8443", strings.ToUpper(site)} {
		for _, method := range []string{"OPTIONS", "GET", "POST"} {
			got := h.send(method, path, hello.Encode(), "Content-Type", "application/x-www-form-urlencoded", "Origin", origin)
			if got.Code != 403 || got.Header().Get("Access-Control-Allow-Origin") != "" {
				t.Errorf("%s from %s: %d %v", method, origin, got.Code, got.Header())
			}
		}
	}
	got := h.send("OPTIONS", path, "", "Origin", site, "Access-Control-Request-Method", "POST")
	if got.Code != 204 || got.Header().Get("Access-Control-Allow-Origin") != site || got.Header().Get("Vary") != "Origin" || !strings.Contains(got.Header().Get("Access-Control-Allow-Headers"), "Idempotency-Key") {
		t.Errorf("preflight: %d %v", got.Code, got.Header())
	}
	if got := h.post(hello); got.Code != 202 || got.Header().Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("no page in a browser: %d %v", got.Code, got.Header())
	}
}

func TestWhatIsWrongIsNamed(t *testing.T) {
	h := newHouse(t, func(f *guichet.Form) { f.Custom[0].Required = true })
	many := url.Values{}
	for i := range 300 {
		many.Set(fmt.Sprint("f", i), "x")
	}
	for name, c := range map[string]struct {
		kind, body string
		status     int
		field      string
	}{
		"no address":            {"application/json", `{"message":"x","order":1}`, 422, "email"},
		"two addresses":         {"application/json", `{"email":"a@b.example,c@d.example","message":"x","order":1}`, 422, "email"},
		"a header in it":        {"application/json", `{"email":"a@b.example\r\nBcc: c@d.example","message":"x","order":1}`, 422, "email"},
		"no domain":             {"application/json", `{"email":"root@localhost","message":"x","order":1}`, 422, "email"},
		"no text":               {"application/json", `{"email":"a@b.example","message":" \n ","order":1}`, 422, "message"},
		"what must be there":    {"application/json", `{"email":"a@b.example","message":"x"}`, 422, "order"},
		"an object for a text":  {"application/json", `{"email":{"a":1},"message":"x","order":1}`, 422, "email"},
		"a list":                {"application/json", `[1]`, 422, "body"},
		"null":                  {"application/json", `null`, 422, "body"},
		"two values":            {"application/json", `{}{}`, 400, ""},
		"no JSON":               {"application/json", `{"email`, 400, ""},
		"no form":               {"application/x-www-form-urlencoded", `%zz=1`, 400, ""},
		"no parts":              {"multipart/form-data; boundary=x", `hello`, 422, "email"},
		"no boundary":           {"multipart/form-data", `hello`, 400, ""},
		"another kind":          {"text/plain", `email=a@b.example`, 415, ""},
		"no kind":               {"", `email=a@b.example`, 415, ""},
		"too long a text":       {"application/x-www-form-urlencoded", with("message", strings.Repeat("x", 150<<10), "order", "1").Encode(), 422, "message"},
		"too long a subject":    {"application/x-www-form-urlencoded", with("subject", strings.Repeat("x", 3000), "order", "1").Encode(), 422, "subject"},
		"too many fields":       {"application/x-www-form-urlencoded", many.Encode(), 422, "body"},
		"larger than a request": {"application/x-www-form-urlencoded", "message=" + strings.Repeat("x", maxRequest), 413, ""},
	} {
		got := h.send("POST", path, c.body, "Content-Type", c.kind)
		var out failure
		if err := json.Unmarshal(got.Body.Bytes(), &out); err != nil || got.Code != c.status || len(out.Errors) != 1 || out.Errors[0].Field != c.field || out.Errors[0].Message == "" {
			t.Errorf("%s: %d %s, want %d naming %q", name, got.Code, got.Body, c.status, c.field)
		}
	}
	if _, _, err := h.Store.Recent(t.Context(), desktest.Tenant, 9, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Store.Case(t.Context(), desktest.Tenant, guichet.NewCaseID(1)); !guichet.Is(err, guichet.NotFound) {
		t.Errorf("a case came of it: %v", err)
	}
	for _, p := range []string{"/forms/demo-bbbbbbbbbbbbbbbbbbbbbbbbbb", "/forms/x", "/forms/" + strings.Repeat("a", 5000), "/other"} {
		if got := h.send("POST", p, "{}", "Content-Type", "application/json"); got.Code != 404 {
			t.Errorf("%.40s: %d", p, got.Code)
		}
	}
	if h.log.Len() > 0 {
		t.Errorf("the log says: %s", h.log.String())
	}
}

// TestNothingGetsOutOfItsField: what is written into a field stands in the mail as text, and makes no header, no part, no second recipient.
func TestNothingGetsOutOfItsField(t *testing.T) {
	h := newHouse(t)
	evil := []string{
		"x\r\nBcc: eve@evil.example", "x\nReply-To: eve@evil.example\n\nbody", "=?utf-8?Q?x=0D=0ABcc:_eve@evil.example?=", `"><img src=x onerror=alert(1)>`, "x\x00\x1b[31m\u2028Bcc: e@evil.example",
		"\r\n.\r\nMAIL FROM:<eve@evil.example>", "--boundary\r\nContent-Type: text/html\r\n\r\n<script>", strings.Repeat("=?utf-8?B?", 50),
	}
	n := int64(0)
	for _, field := range []string{"name", "subject", "message", "order"} {
		for i, text := range evil {
			got := h.post(with(field, text, "email", fmt.Sprintf("%s%d@customer.example", field, i)))
			if got.Code != 202 {
				t.Fatalf("%s %q: %d %s", field, text, got.Code, got.Body)
			}
			n++
			m := h.message(n)
			raw := h.raw(m)
			head, _, _ := strings.Cut(raw, "\r\n\r\n")
			for _, line := range strings.Split(head, "\r\n") {
				if l := strings.ToLower(line); strings.HasPrefix(l, "bcc:") || strings.HasPrefix(l, "reply-to:") || strings.HasPrefix(l, "mail from") {
					t.Errorf("%s %q made a header: %q", field, text, line)
				}
			}
			if len(m.To) != 1 || m.To[0].Addr != "support@demo.example" || len(m.Cc) != 0 || m.HasHTML || len(m.Files) != 0 || m.From.Addr != fmt.Sprintf("%s%d@customer.example", field, i) {
				t.Errorf("%s %q: to %v, cc %v, html %t, files %v, from %v", field, text, m.To, m.Cc, m.HasHTML, m.Files, m.From)
			}
		}
	}
}

func TestFiles(t *testing.T) {
	send := func(h *house, n, size int, names ...string) *httptest.ResponseRecorder {
		var b bytes.Buffer
		w := multipart.NewWriter(&b)
		for k, v := range hello {
			w.WriteField(k, v[0])
		}
		for i := range n {
			name := fmt.Sprintf("f%d", i)
			if i < len(names) {
				name = names[i]
			}
			p, _ := w.CreateFormFile("files", name)
			p.Write(bytes.Repeat([]byte("x"), size))
		}
		w.Close()
		return h.send("POST", path, b.String(), "Content-Type", w.FormDataContentType())
	}
	h := newHouse(t)
	if got := send(h, 2, 10, "../../etc/passwd", "a\r\nContent-Type: text/html"); got.Code != 202 {
		t.Fatalf("two files: %d %s", got.Code, got.Body)
	}
	for _, f := range h.message(1).Files {
		if strings.ContainsAny(f.Name, "/\r\n") {
			t.Errorf("a file is called %q", f.Name)
		}
	}
	if got := send(h, 6, 10); got.Code != 422 || !strings.Contains(got.Body.String(), `"files"`) {
		t.Errorf("six files: %d %s", got.Code, got.Body)
	}
	if got := send(h, 1, maxRequest); got.Code != 413 {
		t.Errorf("too large: %d %s", got.Code, got.Body)
	}
	if got := send(newHouse(t, func(f *guichet.Form) { f.Files = false }), 1, 10); got.Code != 422 {
		t.Errorf("a form without files: %d %s", got.Code, got.Body)
	}
}

func TestATokenProvesThatThePageWasOpen(t *testing.T) {
	h := newHouse(t, func(f *guichet.Form) { f.MinSeconds = 5 })
	got := h.send("GET", path, "", "Origin", site)
	var tok struct{ Field, Token string }
	if err := json.Unmarshal(got.Body.Bytes(), &tok); err != nil || got.Code != 200 || tok.Field != "_guichet_token" {
		t.Fatalf("token: %d %s", got.Code, got.Body)
	}
	for what, token := range map[string]string{"none": "", "too early": tok.Token, "made up": "1772442000.AAAA", "another time": "1" + tok.Token, "no time": "x." + tok.Token} {
		if got := h.post(with(tok.Field, token)); got.Code != 422 || !strings.Contains(got.Body.String(), tok.Field) {
			t.Errorf("%s: %d %s", what, got.Code, got.Body)
		}
	}
	h.SetNow(h.Now().Add(6e9))
	if got := h.post(with(tok.Field, tok.Token)); got.Code != 202 {
		t.Errorf("in time: %d %s", got.Code, got.Body)
	}
	h.SetNow(h.Now().Add(25 * 3600 * 1e9))
	if got := h.post(with(tok.Field, tok.Token, "message", "later")); got.Code != 422 {
		t.Errorf("a day later: %d %s", got.Code, got.Body)
	}
}

func TestOneAddressIsHeldBack(t *testing.T) {
	h := newHouse(t, func(f *guichet.Form) { f.PerHour = 2 })
	from := func(ip, mail string) int {
		r := httptest.NewRequest("POST", path, strings.NewReader(with("email", mail, "message", ip).Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.RemoteAddr = ip
		w := httptest.NewRecorder()
		h.door.ServeHTTP(w, r)
		if w.Code == 429 && w.Header().Get("Retry-After") == "" {
			t.Error("429 without Retry-After")
		}
		return w.Code
	}
	got := []int{
		from("192.0.2.1:1", "a@x.example"), from("192.0.2.1:2", "b@x.example"), from("192.0.2.1:3", "c@x.example"), // one place
		from("[2001:db8:1:2::1]:1", "d@x.example"), from("[2001:db8:1:2:3::9]:1", "e@x.example"), from("[2001:db8:1:2:ffff:1:2:3]:1", "f@x.example"), // one net
		from("192.0.2.7:1", "g@x.example"), from("192.0.2.8:1", "G@X.example"), from("192.0.2.9:1", "g@x.example"), // one name
	}
	if fmt.Sprint(got) != "[202 202 429 202 202 429 202 202 429]" {
		t.Errorf("got %v", got)
	}
	h.SetNow(h.Now().Add(3600e9))
	if n := from("192.0.2.1:1", "h@x.example"); n != 202 {
		t.Errorf("an hour later: %d", n)
	}
}

func TestSentTwiceIsOne(t *testing.T) {
	h := newHouse(t)
	first := h.post(hello, "Idempotency-Key", "k1").Body.String()
	for range 3 {
		if again := h.post(hello, "Idempotency-Key", "k1"); again.Code != 202 || again.Body.String() != first {
			t.Errorf("again: %d %s, first %s", again.Code, again.Body, first)
		}
	}
	if other := h.post(with("message", "Other."), "Idempotency-Key", "k1"); other.Code != 422 || !strings.Contains(other.Body.String(), "_guichet_key") {
		t.Errorf("other words: %d %s", other.Code, other.Body)
	}
	if _, err := h.Store.Case(t.Context(), desktest.Tenant, guichet.NewCaseID(2)); !guichet.Is(err, guichet.NotFound) {
		t.Errorf("a second case: %v", err)
	}
}

// FuzzForm: whatever is sent, the door answers with a status of its own, the house stays whole, and nothing but 202 makes a case.
func FuzzForm(f *testing.F) {
	for _, s := range [][2]string{
		{"application/json", `{"email":"a@b.example","message":"x","order":[1,null]}`}, {"application/x-www-form-urlencoded", "email=a%40b.example&message=x&website=1"},
		{"multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\na@b.example\r\n--b\r\nContent-Disposition: form-data; name=\"message\"; filename=\"\"\r\n\r\nx\r\n--b--\r\n"},
		{"multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=email\r\n\r\na@b.example\r\n--b\r\nContent-Disposition: form-data; name=message\r\n\r\n\xff\x00\r\n--b--\r\n"},
		{"application/json", `{"email":"a@xn--a.example","message":"\ud800"}`}, {";", ""},
	} {
		f.Add(s[0], s[1])
	}
	h := newHouse(f)
	f.Fuzz(func(t *testing.T, kind, body string) {
		r := httptest.NewRequest("POST", path, strings.NewReader(body))
		r.Header.Set("Content-Type", kind)
		w := httptest.NewRecorder()
		h.door.ServeHTTP(w, r)
		switch w.Code {
		case 202, 400, 413, 415, 422, 429:
		default:
			t.Fatalf("%d %s %s", w.Code, w.Body, h.log.String())
		}
		if !json.Valid(w.Body.Bytes()) {
			t.Fatalf("answer %q", w.Body)
		}
	})
}
