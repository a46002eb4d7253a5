package hook

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"guichet/shared/desk"
	"guichet/shared/desktest"
	"guichet/shared/guichet"
)

// A message as a middleware sends it, to the letter of the reference (10-create-message-inbound).
const inbound = `{
 "idOnExternalPlatform": "m-1", "direction": "inbound", "createdAtWithMilliseconds": "2026-11-20T18:00:00.123Z",
 "thread": {"idOnExternalPlatform": "t1", "threadName": "Ada"},
 "messageContent": {"type": "TEXT", "payload": {"text": "Hi"}, "parameters": {}},
 "authorEndUserIdentity": {"idOnExternalPlatform": "u1", "firstName": "Ada", "lastName": "L", "nickname": "ada", "image": null},
 "recipients": [], "attachments": [{"friendlyName": "a.png", "url": "https://files.example/a.png"}],
 "browserFingerprint": {"browser": "", "browserVersion": "", "os": "", "osVersion": "", "language": "en", "ip": "", "location": "", "country": "", "deviceType": "other", "deviceToken": "", "applicationType": "browser"}
}`

const messages = "/dfo/3.0/channels/chat/messages"

var bearerToken = []string{"Authorization", "Bearer " + desktest.ChatToken, "Content-Type", "application/json"}

// withChat is a house with a messaging channel.
func withChat(t *testing.T) *house {
	h := newHouse(t)
	if err := h.Talk(t.Context(), "chat", nil); err != nil {
		t.Fatal(err)
	}
	if err := h.Store.SaveAgent(t.Context(), desktest.Tenant, guichet.Agent{ID: "ana", Name: "Ana", Role: "agent", Presence: guichet.Available, Limit: 5, Skills: map[guichet.SkillID]int{"support": 1}}); err != nil {
		t.Fatal(err)
	}
	return h
}

func TestAMessageOfAMiddleware(t *testing.T) {
	h := withChat(t)
	for i, want := range []int{http.StatusCreated, http.StatusOK, http.StatusOK} {
		w := h.send(http.MethodPost, messages, inbound, bearerToken...)
		var got struct {
			Case struct {
				ID, ThreadIDOnExternalPlatform, Status, ChannelID string
				Author                                            struct{ IDOnExternalPlatform, FullName string } `json:"authorEndUserIdentity"`
			} `json:"consumerContact"`
			Message struct {
				ID, IDOnExternalPlatform, Direction string
				Content                             struct{ Payload struct{ Text string } } `json:"messageContent"`
			}
		}
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != want {
			t.Fatalf("call %d: %d %s", i+1, w.Code, w.Body)
		}
		if got.Case.ID != "100014" || got.Case.ThreadIDOnExternalPlatform != "t1" || got.Case.ChannelID != "chat" || got.Case.Author.IDOnExternalPlatform != "u1" || got.Case.Author.FullName != "Ada L" {
			t.Errorf("case %+v", got.Case)
		}
		if got.Message.ID != "100014-1" || got.Message.IDOnExternalPlatform != "m-1" || got.Message.Direction != "inbound" || got.Message.Content.Payload.Text != "Hi\na.png https://files.example/a.png" {
			t.Errorf("message %+v", got.Message)
		}
	}
}

// TestWhatAMiddlewareIsRefused: each answer says what was wrong, names the field, and nothing comes of it.
func TestWhatAMiddlewareIsRefused(t *testing.T) {
	h := withChat(t)
	change := func(old, now string) string {
		out := strings.Replace(inbound, old, now, 1)
		if out == inbound {
			t.Fatalf("no %q to change", old)
		}
		return out
	}
	with := func(token string) []string { return []string{"Authorization", token} }
	for _, c := range []struct {
		name, path, body string
		header           []string
		status           int
		field            string
	}{
		{"no token", messages, inbound, nil, 401, ""},
		{"no bearer", messages, inbound, with("Basic " + desktest.ChatToken), 401, ""},
		{"a wrong token", messages, inbound, with("Bearer demo.wrong"), 401, ""},
		{"another tenant's name before it", messages, inbound, with("Bearer acme.atokenforteststhatnobodyguesses"), 401, ""},
		{"a tenant that is none", messages, inbound, with("Bearer ../x#.y"), 401, ""},
		{"a token without tenant", messages, inbound, with("Bearer atokenforteststhatnobodyguesses"), 401, ""},
		{"a channel that is none", "/dfo/3.0/channels/nowhere/messages", inbound, bearerToken, 401, ""},
		{"a channel of mail", "/dfo/3.0/channels/support/messages", inbound, bearerToken, 401, ""},
		{"a channel of another key", "/dfo/3.0/channels/chat%23x/messages", inbound, bearerToken, 401, ""},
		{"no JSON", messages, "Hi", bearerToken, 422, "body"},
		{"a list", messages, "[]", bearerToken, 422, "body"},
		{"null", messages, "null", bearerToken, 422, "idOnExternalPlatform"},
		{"no id", messages, change(`"idOnExternalPlatform": "m-1"`, `"x": 1`), bearerToken, 422, "idOnExternalPlatform"},
		{"an id that is an object", messages, change(`"m-1"`, `{}`), bearerToken, 422, "idOnExternalPlatform"},
		{"an id of two lines", messages, change(`"m-1"`, `"m\n1"`), bearerToken, 422, "idOnExternalPlatform"},
		{"an id that is too long", messages, change(`"m-1"`, `"`+strings.Repeat("m", 201)+`"`), bearerToken, 422, "idOnExternalPlatform"},
		{"no thread", messages, change(`"idOnExternalPlatform": "t1"`, `"x": 1`), bearerToken, 422, "thread.idOnExternalPlatform"},
		{"a thread that is a text", messages, change(`{"idOnExternalPlatform": "t1", "threadName": "Ada"}`, `"t1"`), bearerToken, 422, "thread"},
		{"no author", messages, change(`"idOnExternalPlatform": "u1"`, `"x": 1`), bearerToken, 422, "authorEndUserIdentity.idOnExternalPlatform"},
		{"a direction that is none", messages, change(`"inbound"`, `"sideways"`), bearerToken, 422, "direction"},
		{"not ours, and outbound", messages, change(`"inbound"`, `"outbound"`), bearerToken, 422, "direction"},
		{"no words", messages, strings.Replace(change(`"Hi"`, `"  "`), `[{"friendlyName": "a.png", "url": "https://files.example/a.png"}]`, "[]", 1), bearerToken, 422, "messageContent.payload.text"},
		{"too many words", messages, change(`"Hi"`, `"`+strings.Repeat("w", 100<<10+1)+`"`), bearerToken, 422, "messageContent.payload.text"},
		{"too many bytes", messages, change(`"Hi"`, `"`+strings.Repeat("w", 1<<20)+`"`), bearerToken, 413, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := h.send(http.MethodPost, c.path, c.body, c.header...)
			var got failure
			if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != c.status || len(got.Errors) != 1 || got.Errors[0].Field != c.field || got.Errors[0].Message == "" {
				t.Errorf("%d %s, want %d at %q", w.Code, w.Body, c.status, c.field)
			}
			if strings.Contains(w.Body.String(), "demo") {
				t.Errorf("it tells of the house: %s", w.Body)
			}
		})
	}
	if all, _, err := h.Store.Recent(t.Context(), desktest.Tenant, 10, ""); err != nil || len(all) != 0 {
		t.Errorf("cases came of it: %v %v", all, err)
	}
}

// TestOddMessagesAreTaken: what real middlewares send beside the ordinary.
func TestOddMessagesAreTaken(t *testing.T) {
	h := withChat(t)
	for i, c := range []struct{ name, content, want string }{
		{"a button was pressed", `{"type":"TEXT","payload":{"text":"Yes","postback":"yes"},"postback":"yes"}`, "Yes"},
		{"content that we do not show", `{"type":"LIST_PICKER","payload":{"title":{"content":"x"},"text":{"content":"Choose"}},"fallbackText":"Choose: 1, 2"}`, "Choose"},
		{"an adaptive card", `{"type":"ADAPTIVE_CARD","payload":{"type":"AdaptiveCard","body":[]},"fallbackText":"A card"}`, "A card"},
		{"a payload that is a text", `{"type":"TEXT","payload":"Hi","fallbackText":"Hi there"}`, "Hi there"},
		{"mail headers in the words", `{"type":"TEXT","payload":{"text":"From: x@y.example\r\nBcc: z@y.example\r\n\r\nHi"}}`, "From: x@y.example\nBcc: z@y.example\n\nHi"},
		{"quoted and signed", `{"type":"TEXT","payload":{"text":"> no\nyes\n-- \nAda"}}`, "> no\nyes\n-- \nAda"},
		{"every script", `{"type":"TEXT","payload":{"text":"שלום 你好 👩‍👩‍👧 é"}}`, "שלום 你好 👩‍👩‍👧 é"},
		{"broken bytes and controls", `{"type":"TEXT","payload":{"text":"a\u0000b\u0007c\ud800d"}}`, "a b c\uFFFDd"},
		{"a long line", `{"type":"TEXT","payload":{"text":"` + strings.Repeat("long ", 400) + `"}}`, strings.TrimSpace(strings.Repeat("long ", 400))},
	} {
		t.Run(c.name, func(t *testing.T) {
			body := strings.Replace(strings.Replace(inbound, `{"type": "TEXT", "payload": {"text": "Hi"}, "parameters": {}}`, c.content, 1), `"m-1"`, fmt.Sprint(i+1), 1)
			body = strings.Replace(body, `[{"friendlyName": "a.png", "url": "https://files.example/a.png"}]`, "null", 1)
			w := h.send(http.MethodPost, messages, body, bearerToken...)
			var got takenChat
			if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != 201 {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
			if text := got.Message.Content["payload"].(map[string]any)["text"]; text != c.want {
				t.Errorf("text %q, want %q", text, c.want)
			}
		})
	}
}

// TestThereAndBack: a middleware sends a message over HTTP, an agent answers, the answer reaches the middleware over HTTP, and it tells what became of it.
func TestThereAndBack(t *testing.T) {
	h := withChat(t)
	ctx := t.Context()
	var mu sync.Mutex
	var got []map[string]any
	box := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		var body map[string]any
		_ = json.NewDecoder(r.Body).Decode(&body)
		body["path"], body["auth"] = r.URL.Path, r.Header.Get("Authorization")
		got = append(got, body)
		if strings.HasSuffix(r.URL.Path, "/token") {
			fmt.Fprint(w, `{"access_token":"eyJ","token_type":"Bearer","expires_in":30}`)
			return
		}
		fmt.Fprint(w, `{"message":{"idOnExternalPlatform":"out-1"},"thread":{"idOnExternalPlatform":"t1"}}`)
	}))
	t.Cleanup(box.Close)
	wish := desk.BoxWish{URL: box.URL, Auth: box.URL + "/auth", Client: "guichet", Secret: "s3cret"}
	if _, err := h.Desk.SetBox(ctx, desktest.Tenant, "ana", "chat", wish); !guichet.Is(err, guichet.Invalid) {
		t.Errorf("a box on this machine: %v, want it refused", err)
	}
	h.Desk.Near, h.Desk.Boxes = true, nil
	if _, err := h.Desk.SetBox(ctx, desktest.Tenant, "ana", "chat", wish); err != nil {
		t.Fatal(err)
	}
	token, err := h.Desk.NewToken(ctx, desktest.Tenant, "ana", "chat")
	if err != nil || !strings.HasPrefix(token, "demo.") || len(token) < 50 {
		t.Fatal(token, err)
	}
	if w := h.send(http.MethodPost, messages, inbound, bearerToken...); w.Code != 401 {
		t.Errorf("the token before: %d", w.Code)
	}
	header := []string{"Authorization", "Bearer " + token}
	if w := h.send(http.MethodPost, messages, inbound, header...); w.Code != 201 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	h.Settle(ctx)
	if _, err := h.Desk.Reply(ctx, desktest.Tenant, "ana", "100014", desk.Answer{Text: "Hello\n> Ada"}); err != nil {
		t.Fatal(err)
	}
	h.Settle(ctx)
	if len(h.Fails) > 0 || len(got) != 2 || got[0]["client_secret"] != "s3cret" || got[1]["path"] != "/2.0/channel/chat/outbound" || got[1]["auth"] != "Bearer eyJ" {
		t.Fatalf("%v, the box got %v", h.Fails, got)
	}
	if text := got[1]["messageContent"].(map[string]any)["payload"].(map[string]any)["text"]; text != "Hello\n> Ada" {
		t.Errorf("the text is %q", text)
	}
	for _, c := range []struct {
		id, body string
		status   int
		want     guichet.Delivery
	}{
		{"out-9", `{"status":"delivered"}`, 404, guichet.Accepted},
		{"out-1", `{"status":"lost"}`, 422, guichet.Accepted},
		{"out-1", `{"status":"delivered","updatedAt":"yesterday"}`, 422, guichet.Accepted},
		{"out-1", `{"status":"delivered","updatedAt":"2026-11-20T18:00:01Z","reason":null}`, 204, guichet.Delivered},
		{"out-1", `{"status":"seen"}`, 204, guichet.Delivered},
		{"m-1", `{"status":"seen"}`, 422, guichet.Delivered},
	} {
		w := h.send(http.MethodPut, messages+"/"+c.id+"/status", c.body, header...)
		m, err := h.Store.Message(ctx, desktest.Tenant, "100014-2")
		if err != nil || w.Code != c.status || m.Delivery != c.want {
			t.Errorf("%s of %s: %d %s, delivery %s, want %d %s", c.body, c.id, w.Code, w.Body, m.Delivery, c.status, c.want)
		}
	}
	if m, _ := h.Store.Message(ctx, desktest.Tenant, "100014-2"); m.Opened.IsZero() || m.Envelope.Chat.Message != "out-1" {
		t.Errorf("opened %v, %+v", m.Opened, m.Envelope.Chat)
	}
	if strings.Contains(h.log.String(), "s3cret") || strings.Contains(h.log.String(), token) {
		t.Errorf("a secret stands in the log: %s", h.log.String())
	}
}
