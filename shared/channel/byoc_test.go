package channel

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/shared/guichet"
)

// middleware is an integration box that keeps what it was sent.
type middleware struct {
	mu       sync.Mutex
	tokens   int
	life     float64 // seconds that a token counts
	calls    []string
	bodies   []map[string]any
	traces   []string
	answer   func(w http.ResponseWriter, n int) // of an answer; n from 1
	noTokens int                                // status with which tokens are refused
}

func (m *middleware) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.calls = append(m.calls, r.Method+" "+r.URL.EscapedPath())
	var body map[string]any
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		http.Error(w, "no JSON", http.StatusBadRequest)
		return
	}
	if strings.HasSuffix(r.URL.Path, "/1.0/token") {
		m.giveToken(w, body)
		return
	}
	if r.Header.Get("Authorization") != fmt.Sprintf("Bearer t%d", m.tokens) {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	m.bodies, m.traces = append(m.bodies, body), append(m.traces, r.Header.Get("x-trace-id"))
	if m.answer != nil {
		m.answer(w, len(m.bodies))
		return
	}
	fmt.Fprint(w, `{"message":{"idOnExternalPlatform":"msg-1","createdAtWithMilliseconds":"2026-11-20T18:00:00.123Z","url":"https://channel.example/m/1"},"thread":{"idOnExternalPlatform":"t1"},"endUserIdentities":[],"recipients":[]}`)
}

func (m *middleware) giveToken(w http.ResponseWriter, body map[string]any) {
	if m.noTokens != 0 {
		w.WriteHeader(m.noTokens)
		return
	}
	if body["grant_type"] != "client_credentials" || body["client_id"] != "guichet" || body["client_secret"] != "s3cret" {
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprint(w, `{"error":"invalid_client"}`)
		return
	}
	m.tokens++
	fmt.Fprintf(w, `{"access_token":"t%d","token_type":"Bearer","expires_in":%v}`, m.tokens, m.life)
}

var boxNow = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func boxAt(t *testing.T, m *middleware) Box {
	s := httptest.NewServer(m)
	t.Cleanup(s.Close)
	return Box{URL: s.URL + "/dfo", Auth: s.URL + "/auth", Client: "guichet", Secret: "s3cret", Brand: "demo", Now: func() time.Time { return boxNow }, Tokens: &Tokens{}}
}

func anAnswer() Outgoing {
	return Outgoing{Tenant: "demo", Chat: &Chat{Channel: "chat", Thread: "t1", User: "u1", Name: "Ada", Text: "Hello", Trace: "demo.100017-2"}}
}

// TestBoxOutbound: an answer on the wire is as the reference has it (03-outbound-2.0-request), and what the box says of it is read.
func TestBoxOutbound(t *testing.T) {
	m := &middleware{life: 86400}
	b := boxAt(t, m)
	sent, err := b.Send(t.Context(), anAnswer())
	if err != nil || sent.ID != "msg-1" || sent.Thread != "" {
		t.Fatalf("sent %+v, %v", sent, err)
	}
	if _, err := b.Send(t.Context(), anAnswer()); err != nil {
		t.Fatal(err)
	}
	want := []string{"POST /auth/1.0/token", "POST /dfo/2.0/channel/chat/outbound", "POST /dfo/2.0/channel/chat/outbound"}
	if got := strings.Join(m.calls, ", "); got != strings.Join(want, ", ") {
		t.Errorf("calls %s, want %s: a token that counts is not fetched again", got, want)
	}
	got := m.bodies[0]
	for path, want := range map[string]any{
		"thread.idOnExternalPlatform": "t1", "messageContent.type": "TEXT", "messageContent.payload.text": "Hello", "messageContent.fallbackText": "Hello", "replyToMessage": nil,
		"isReplyToSpecificMessage": false, "forward": nil, "brand.tenantId": "demo",
	} {
		if is := dig(got, path); is != want {
			t.Errorf("%s is %v, want %v", path, is, want)
		}
	}
	to := got["endUserRecipients"].([]any)[0].(map[string]any)
	if len(got["endUserRecipients"].([]any)) != 1 || to["idOnExternalPlatform"] != "u1" || to["name"] != "Ada" || to["isPrimary"] != true || to["isPrivate"] != false {
		t.Errorf("recipients %v", got["endUserRecipients"])
	}
	if m.traces[0] != "demo.100017-2" || m.traces[1] != m.traces[0] {
		t.Errorf("traces %q: an answer that is tried again is the same", m.traces)
	}
}

func dig(v any, path string) any {
	for _, k := range strings.Split(path, ".") {
		m, _ := v.(map[string]any)
		v = m[k]
	}
	return v
}

// TestBoxTokens: short ones are fetched anew when they end, forgotten ones once.
func TestBoxTokens(t *testing.T) {
	m := &middleware{life: 30}
	b := boxAt(t, m)
	now := boxNow
	b.Now = func() time.Time { return now }
	for i, at := range []time.Duration{0, 20 * time.Second, 26 * time.Second} {
		now = boxNow.Add(at)
		if _, err := b.Send(t.Context(), anAnswer()); err != nil {
			t.Fatal(err)
		}
		if want := []int{1, 1, 2}[i]; m.tokens != want {
			t.Errorf("after %s: %d tokens, want %d", at, m.tokens, want)
		}
	}
	m.mu.Lock()
	m.tokens = 7 // the box started anew: it knows none of ours
	m.mu.Unlock()
	if _, err := b.Send(t.Context(), anAnswer()); err != nil || m.tokens != 8 {
		t.Errorf("a forgotten token: %v, %d", err, m.tokens)
	}
	b.Version++ // other settings: the token of the old ones does not count
	if _, err := b.Send(t.Context(), anAnswer()); err != nil || m.tokens != 9 {
		t.Errorf("a changed box: %v, %d", err, m.tokens)
	}
}

// TestBoxErrors: what is tried again, what is not, and after what nobody knows.
func TestBoxErrors(t *testing.T) {
	status := func(n int, body string) func(*middleware) {
		return func(m *middleware) {
			m.answer = func(w http.ResponseWriter, _ int) { w.WriteHeader(n); fmt.Fprint(w, body) }
		}
	}
	for _, c := range []struct {
		name  string
		set   func(*middleware)
		kind  guichet.Kind
		doubt bool
		said  string
	}{
		{"refused in words", status(400, `{"displayErrorMessage":"The customer left","errorCode":"outboundValidationFailed"}`), guichet.Permanent, false, "The customer left"},
		{"refused without words", status(404, ``), guichet.Permanent, false, "404"},
		{"too many", status(429, ``), guichet.Temporary, false, "429"},
		{"not now", status(503, ``), guichet.Temporary, false, "503"},
		{"broken", status(500, `{"message":"boom"}`), guichet.Temporary, true, "boom"},
		{"a gateway that waited", status(504, ``), guichet.Temporary, true, "504"},
		{"sent elsewhere", func(m *middleware) {
			m.answer = func(w http.ResponseWriter, _ int) {
				w.Header().Set("Location", "http://127.0.0.1:1/")
				w.WriteHeader(307)
			}
		}, guichet.Permanent, false, "307"},
		{"hangs up", func(m *middleware) { m.answer = func(http.ResponseWriter, int) { panic(http.ErrAbortHandler) } }, guichet.Temporary, true, ""},
		{"wrong secret", func(m *middleware) { m.noTokens = 401 }, guichet.Permanent, false, "client id and secret"},
		{"no tokens now", func(m *middleware) { m.noTokens = 500 }, guichet.Temporary, false, "no token"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := &middleware{life: 30}
			c.set(m)
			_, err := boxAt(t, m).Send(t.Context(), anAnswer())
			if guichet.KindOf(err) != c.kind || InDoubt(err) != c.doubt || !strings.Contains(Said(err), c.said) {
				t.Errorf("%v (%s, in doubt %v), want %s, %v, with %q", err, guichet.KindOf(err), InDoubt(err), c.kind, c.doubt, c.said)
			}
			if strings.Contains(fmt.Sprint(err), "s3cret") {
				t.Errorf("the secret stands in %v", err)
			}
		})
	}
	gone := httptest.NewServer(nil)
	gone.Close()
	b := boxAt(t, &middleware{life: 30})
	b.URL = gone.URL
	if _, err := b.Send(t.Context(), anAnswer()); !guichet.Is(err, guichet.Temporary) || InDoubt(err) {
		t.Errorf("nobody there: %v", err)
	}
	late, stop := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer stop()
	release := make(chan bool)
	defer close(release)
	b = boxAt(t, &middleware{life: 30, answer: func(http.ResponseWriter, int) { <-release }})
	if _, err := b.Send(late, anAnswer()); !guichet.Is(err, guichet.Temporary) || !InDoubt(err) {
		t.Errorf("no answer in time: %v", err)
	}
}

// TestBoxTakesWithoutWords: whoever says 2xx has the answer, whatever else he says.
func TestBoxTakesWithoutWords(t *testing.T) {
	for body, want := range map[string]Sent{
		``: {}, `null`: {}, `[]`: {}, `{"message":{"idOnExternalPlatform":17},"thread":{"idOnExternalPlatform":"t9"}}`: {ID: "17", Thread: "t9"}, `{"message":{"idOnExternalPlatform":"a\nb"}}`: {},
	} {
		b := boxAt(t, &middleware{life: 30, answer: func(w http.ResponseWriter, _ int) { fmt.Fprint(w, body) }})
		if sent, err := b.Send(t.Context(), anAnswer()); err != nil || sent.ID != want.ID || sent.Thread != want.Thread {
			t.Errorf("%s: %+v, %v", body, sent, err)
		}
	}
}

// TestNoBoxWithin: whatever a name leads to, no connection is made to an address that is not the internet's; nothing arrives there.
func TestNoBoxWithin(t *testing.T) {
	m := &middleware{life: 30}
	b := boxAt(t, m)
	b.Public = true
	for _, at := range []string{b.URL, strings.Replace(b.URL, "127.0.0.1", "localhost", 1), "http://169.254.169.254/latest", "http://[::ffff:169.254.169.254]:80", "http://10.0.0.1:81", "http://[fd00:ec2::254]"} {
		b.URL, b.Auth = at, at
		_, err := b.Send(t.Context(), anAnswer())
		if !guichet.Is(err, guichet.Permanent) || !strings.Contains(err.Error(), "no public address") {
			t.Errorf("%s: %v", at, err)
		}
	}
	if len(m.calls) != 0 {
		t.Errorf("something arrived: %v", m.calls)
	}
	var d net.Dialer
	d.ControlContext = publicOnly
	if _, err := d.DialContext(t.Context(), "tcp", "127.0.0.1:9"); !errors.Is(err, errInside) {
		t.Errorf("the dialer: %v", err)
	}
}
