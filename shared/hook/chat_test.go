package hook

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"guichet/shared/desk"
	"guichet/shared/desktest"
	"guichet/shared/guichet"
)

// withPage is a house with a chat page.
func withPage(t *testing.T, display string) *house {
	h := withChat(t)
	ch := desk.TalkChannel(desktest.Tenant, "page")
	ch.Kind, ch.Media, ch.Name, ch.Display, ch.Outbound, ch.Skill = guichet.KindChat, guichet.MediaChat, "page", display, true, "support"
	if err := h.Store.SaveChannel(t.Context(), ch); err != nil {
		t.Fatal(err)
	}
	return h
}

const chatAt = "/chat/demo/page"

func TestTheChatPage(t *testing.T) {
	h := withPage(t, `Shoes & "Co" <script>alert(1)</script>`)
	for lang, want := range map[string]string{"": "Your message", "fr-CA, en;q=0.5": "Votre message", "tlh": "Your message"} {
		w := h.send(http.MethodGet, chatAt, "", "Accept-Language", lang)
		body := w.Body.String()
		if w.Code != 200 || !strings.Contains(body, want) || strings.Contains(body, "<script>alert") || !strings.Contains(body, "Shoes &amp; &#34;Co&#34;") {
			t.Errorf("%q: %d %s", lang, w.Code, body)
		}
		if p := w.Header().Get("Content-Security-Policy"); !strings.Contains(p, "default-src 'none'") || strings.Contains(p, "unsafe") || !strings.Contains(p, "frame-ancestors 'none'") {
			t.Errorf("policy %s", p)
		}
		if strings.Contains(body, "style=") || strings.Contains(body, "onclick") {
			t.Error("the page has script or style within")
		}
	}
	for _, path := range []string{"/chat/page.js", "/chat/page.css"} {
		w := h.send(http.MethodGet, path, "")
		if w.Code != 200 || w.Body.Len() < 1000 || strings.Contains(w.Body.String(), "innerHTML") {
			t.Errorf("%s: %d, %d bytes", path, w.Code, w.Body.Len())
		}
		if w := h.send(http.MethodGet, path, "", "If-None-Match", w.Header().Get("ETag")); w.Code != 304 {
			t.Errorf("%s again: %d", path, w.Code)
		}
	}
	for lang, words := range chatWords {
		for key := range chatWords["en"] {
			if words[key] == "" {
				t.Errorf("%s has no words for %s", lang, key)
			}
		}
	}
	for _, path := range []string{"/chat/demo/chat", "/chat/demo/support", "/chat/acme/page", "/chat/~x/page", "/chat/demo/%23"} {
		if w := h.send(http.MethodGet, path, ""); w.Code != 404 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

func TestAVisitorTalks(t *testing.T) {
	h := withPage(t, "Shoes")
	begin := func() string {
		t.Helper()
		var got struct{ Visitor string }
		w := h.send(http.MethodPost, chatAt+"/visitors", "")
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != 201 || got.Visitor == "" {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		return got.Visitor
	}
	bo, cy := begin(), begin()
	if bo == cy {
		t.Fatal("two visitors are one")
	}
	as := func(token string, more ...string) []string {
		return append([]string{"Authorization", "Bearer " + token, "Content-Type", "application/json"}, more...)
	}
	for _, c := range []struct {
		name, token, body, kind string
		status                  int
		field                   string
	}{
		{"a message", bo, `{"id":"1","text":"Hello <b>there</b>","name":"Bo"}`, "application/json", 201, ""},
		{"the same again", bo, `{"id":"1","text":"Hello <b>there</b>","name":"Bo"}`, "application/json", 200, ""},
		{"the same id of another", cy, `{"id":"1","text":"Me, too"}`, "application/json", 201, ""},
		{"nobody's token", "x." + strings.SplitN(bo, ".", 2)[1], `{"id":"2","text":"x"}`, "application/json", 401, ""},
		{"no token", "", `{"id":"2","text":"x"}`, "application/json", 401, ""},
		{"as a form of another site sends it", bo, `{"id":"2","text":"x"}`, "text/plain", 415, ""},
		{"no words", bo, `{"id":"2","text":" "}`, "application/json", 422, "text"},
		{"too many words", bo, `{"id":"2","text":"` + strings.Repeat("w", 5001) + `"}`, "application/json", 422, "text"},
		{"no id", bo, `{"text":"x"}`, "application/json", 422, "id"},
		{"no JSON", bo, `x`, "application/json", 422, "body"},
		{"an id that is a number", bo, `{"id":2,"text":"x"}`, "application/json", 422, "body"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := h.send(http.MethodPost, chatAt+"/messages", c.body, "Authorization", "Bearer "+c.token, "Content-Type", c.kind)
			var got failure
			_ = json.Unmarshal(w.Body.Bytes(), &got)
			if w.Code != c.status || c.field != "" && (len(got.Errors) != 1 || got.Errors[0].Field != c.field) {
				t.Errorf("%d %s, want %d at %q", w.Code, w.Body, c.status, c.field)
			}
		})
	}
	h.Settle(t.Context())
	if _, err := h.Desk.Reply(t.Context(), desktest.Tenant, "ana", "100014", desk.Answer{Text: "Good day"}); err != nil {
		t.Fatal(err)
	}
	h.Settle(t.Context())
	w := h.send(http.MethodGet, chatAt+"/messages", "", as(bo)...)
	var got struct{ Messages []chatLine }
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != 200 || len(got.Messages) != 2 || got.Messages[0].Text != "Hello <b>there</b>" || got.Messages[0].Ours || got.Messages[1].Text != "Good day" ||
		!got.Messages[1].Ours || got.Messages[1].Name != "Shoes" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if strings.Contains(w.Body.String(), "ana") {
		t.Errorf("it tells who works here: %s", w.Body)
	}
	if w := h.send(http.MethodGet, chatAt+"/messages", "", as(bo, "If-None-Match", w.Header().Get("ETag"))...); w.Code != 304 {
		t.Errorf("nothing new: %d", w.Code)
	}
	if w := h.send(http.MethodGet, chatAt+"/messages", "", as(cy)...); strings.Contains(w.Body.String(), "Good day") || !strings.Contains(w.Body.String(), "Me, too") {
		t.Errorf("another visitor sees %s", w.Body)
	}
	if w := h.send(http.MethodGet, chatAt+"/messages", ""); w.Code != 401 {
		t.Errorf("without token: %d", w.Code)
	}
}

// TestAChatIsHeldBack: too much from one place is refused, and what was taken before is not sent twice for it.
func TestAChatIsHeldBack(t *testing.T) {
	h := withPage(t, "Shoes")
	ch := &guichet.Channel{Tenant: desktest.Tenant, ID: "page"}
	over := 0
	for i := range 310 {
		token := h.Desk.VisitorToken(ch, "v"+string(rune('a'+i%26))+strings.Repeat("x", i/26))
		_, err := h.Desk.SayOnPage(t.Context(), desktest.Tenant, "page", desk.Saying{Visitor: token, ID: "1", Text: "Hello", IP: "192.0.2.1"})
		if guichet.Is(err, guichet.Exhausted) {
			over++
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if over != 10 {
		t.Errorf("%d of 310 were refused, want 10", over)
	}
	if _, err := h.Desk.SayOnPage(t.Context(), desktest.Tenant, "page", desk.Saying{Visitor: h.Desk.VisitorToken(ch, "else"), ID: "1", Text: "Hello", IP: "192.0.2.2"}); err != nil {
		t.Errorf("from elsewhere: %v", err)
	}
}
