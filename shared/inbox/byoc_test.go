package inbox_test

import (
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"guichet/shared/channel"
	chathook "guichet/shared/hook"
	"guichet/shared/secret"
)

// talking is a house that keeps secrets, with what its integration boxes got.
func talking(t *testing.T) (*house, *[]channel.Chat) {
	t.Helper()
	h := newHouse(t)
	text, err := secret.AddKey(nil)
	must(t, err)
	h.desk.Vault, err = secret.ReadKeys(text)
	must(t, err)
	got := &[]channel.Chat{}
	h.desk.Boxes = func(channel.Box) channel.Sender { return boxed{got} }
	return h, got
}

type boxed struct{ got *[]channel.Chat }

func (b boxed) Send(_ context.Context, m channel.Outgoing) (channel.Sent, error) {
	*b.got = append(*b.got, *m.Chat)
	return channel.Sent{ID: "out-" + m.Chat.Trace}, nil
}

const aBox = `{"url":"https://box.acme.example","authorizationUrl":"https://box.acme.example/auth","clientId":"guichet","clientSecret":"planted-s3cret","invitationUrl":"https://www.acme.example/chat"}`

// chatChannel makes a chat channel by the API, with its box and its token.
func chatChannel(t *testing.T, h *house) (token string) {
	t.Helper()
	made := h.want(201, "acme/ana", "POST", "/dfo/3.0/channels", `{"id":"2807c78e-0000-4000-8000-000000000001","idOnExternalPlatform":"2807c78e-0000-4000-8000-000000000001","channelIntegrationId":"2807c78e-8622-41e9-8a96-e3013b0513eb",
		"name":"My chat","realExternalPlatformId":"custom","media":"chat","isPrivate":true,"hasTreeStructure":false,"settings":{"skill":"support","outbound_enabled":true}}`)
	for path, want := range map[string]any{"id": theChat, "idOnExternalPlatform": theChat, "name": "My chat", "realExternalPlatformId": "custom", "media": "chat", "hasAbilityToSendFiles": false, "hasCcAndBcc": false, "hasReply": true} {
		if at(made, path) != want {
			t.Errorf("channel: %s is %v, want %v", path, at(made, path), want)
		}
	}
	h.want(200, "acme/ana", "PUT", "/guichet/channels/"+theChat+"/box", aBox)
	token, _ = h.want(201, "acme/ana", "POST", "/guichet/channels/"+theChat+"/token", "")["token"].(string)
	return token
}

const theChat = "2807c78e-0000-4000-8000-000000000001"

// says sends a message as the middleware does.
func (h *house) says(token, user, thread, id, text, more string) int {
	h.t.Helper()
	return h.saysIn(theChat, token, user, thread, id, text, more)
}

func (h *house) saysIn(ch, token, user, thread, id, text, more string) int {
	h.t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/dfo/3.0/channels/"+ch+"/messages", strings.NewReader(`{"idOnExternalPlatform":"`+id+`","thread":{"idOnExternalPlatform":"`+thread+`"},
		"authorEndUserIdentity":{"idOnExternalPlatform":"`+user+`","firstName":"Bo","lastName":"Berg"},"messageContent":{"type":"TEXT","payload":{"text":"`+text+`"}}`+more+`}`))
	r.Header.Set("Authorization", "Bearer "+token)
	w := httptest.NewRecorder()
	chathook.New(h.desk, nil).ServeHTTP(w, r)
	h.work()
	return w.Code
}

func TestAMessagingChannelByTheAPI(t *testing.T) {
	h, got := talking(t)
	token := chatChannel(t, h)
	box := "/guichet/channels/" + theChat + "/box"
	shown := h.want(200, "acme/ana", "GET", box, "")
	for path, want := range map[string]any{"url": "https://box.acme.example", "clientId": "guichet", "hasClientSecret": true, "hasToken": true, "by": "ana", "messagesPath": "/dfo/3.0/channels/" + theChat + "/messages"} {
		if at(shown, path) != want {
			t.Errorf("box: %s is %v, want %v", path, at(shown, path), want)
		}
	}
	if code := h.says(token, "u1", "t1", "m1", "Where is it?", ""); code != 201 {
		t.Fatal(code)
	}
	d := h.want(200, "acme/ana", "GET", "/dfo/3.0/contacts/100014/detail", "")
	for path, want := range map[string]any{"case.title": "Where is it?", "case.channelId": theChat, "customer.fullName": "Bo Berg", "customer.email": "", "case.authorEndUserIdentity.fullName": "Bo Berg", "channel.media": "chat",
		"messages.0.idOnExternalPlatform": "m1", "messages.0.authorEndUserIdentity.idOnExternalPlatform": "u1", "messages.0.messageContent.text": "Where is it?"} {
		if dig(d, path) != want {
			t.Errorf("detail: %s is %v, want %v", path, dig(d, path), want)
		}
	}
	h.want(201, "acme/ana", "POST", "/dfo/3.0/channels/"+theChat+"/outbound", `{"thread":{"idOnExternalPlatform":"100014"},"messageContent":{"type":"TEXT","payload":{"text":"On its way"}}}`)
	h.work()
	if len(*got) != 1 || (*got)[0].Text != "On its way" || (*got)[0].User != "u1" || (*got)[0].Thread != "t1" || (*got)[0].Name != "Bo Berg" {
		t.Fatalf("the box got %+v", *got)
	}
	// The operator makes new key material: the secret is sealed under it, and opens when the first key is gone.
	first, err := secret.AddKey(nil)
	must(t, err)
	both, err := secret.AddKey(first)
	must(t, err)
	old, err := secret.ReadKeys(first)
	must(t, err)
	h.desk.Vault = old
	h.want(200, "acme/ana", "PUT", box, aBox)
	if h.desk.Vault, err = secret.ReadKeys(both); err != nil {
		t.Fatal(err)
	}
	if n, err := h.desk.Reseal(t.Context()); err != nil || n != 1 {
		t.Errorf("sealed anew: %d, %v", n, err)
	}
	if h.desk.Vault, err = secret.ReadKeys([]byte(strings.TrimPrefix(string(both), string(first)))); err != nil {
		t.Fatal(err)
	}
	var opened string
	h.desk.Boxes = func(b channel.Box) channel.Sender { opened = b.Secret; return boxed{got} }
	h.want(201, "acme/ana", "POST", "/dfo/3.0/channels/"+theChat+"/outbound", `{"thread":{"idOnExternalPlatform":"100014"},"messageContent":{"type":"TEXT","payload":{"text":"Still on its way"}}}`)
	h.work()
	if len(*got) != 2 || opened != "planted-s3cret" {
		t.Errorf("after new key material: %d answers, the secret %q", len(*got), opened)
	}
	h.want(204, "acme/ana", "DELETE", "/guichet/channels/"+theChat+"/token", "")
	if code := h.says(token, "u1", "t1", "m2", "Hello?", ""); code != 401 {
		t.Errorf("after the token was withdrawn: %d", code)
	}
	h.noSecret("planted-s3cret", token)
}

// dig is at for a path with dots.
func dig(v any, path string) any {
	for _, p := range strings.Split(path, ".") {
		if n, err := strconv.Atoi(p); err == nil {
			v = at(v, n)
		} else {
			v = at(v, p)
		}
	}
	return v
}

// noSecret looks for planted secrets in all that is kept and logged.
func (h *house) noSecret(secrets ...string) {
	h.t.Helper()
	must(h.t, filepath.WalkDir(h.dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		for _, s := range secrets {
			if strings.Contains(string(b), s) {
				h.t.Errorf("a secret stands in %s", e.Name())
			}
		}
		return err
	}))
	for _, s := range secrets {
		if strings.Contains(h.log.String(), s) {
			h.t.Error("a secret stands in the log")
		}
	}
}

func TestWhatAMessagingChannelRefuses(t *testing.T) {
	h, _ := talking(t)
	chatChannel(t, h)
	box := "/guichet/channels/" + theChat + "/box"
	for name, c := range map[string]struct {
		who, call, body string
		status          int
		field, code     string
	}{
		"a box within":                {"acme/ana", "PUT " + box, strings.ReplaceAll(aBox, "box.acme.example", "169.254.169.254"), 422, "url", "invalid"},
		"a box without TLS":           {"acme/ana", "PUT " + box, strings.ReplaceAll(aBox, "https://box", "http://box"), 422, "url", "invalid"},
		"another box, and no secret":  {"acme/ana", "PUT " + box, strings.NewReplacer("https://box", "https://evil", `"clientSecret":"planted-s3cret",`, "").Replace(aBox), 422, "clientSecret", "invalid"},
		"an older version":            {"acme/ana", "PUT " + box, strings.Replace(aBox, "{", `{"version":1,`, 1), 409, "", "conflict"},
		"a box of a channel of mail":  {"acme/ana", "PUT /guichet/channels/support/box", aBox, 404, "", "not-found"},
		"a token of a mail channel":   {"acme/ana", "POST /guichet/channels/support/token", "", 404, "", "not-found"},
		"who only reads":              {"acme/rob", "PUT " + box, aBox, 403, "configure", "denied"},
		"who only reads, the token":   {"acme/rob", "POST /guichet/channels/" + theChat + "/token", "", 403, "configure", "denied"},
		"another tenant":              {"zeta/ana", "GET " + box, "", 404, "", "not-found"},
		"no media of ours":            {"acme/ana", "POST /dfo/3.0/channels", `{"name":"x","realExternalPlatformId":"custom","media":"fax","settings":{"skill":"support"}}`, 422, "media", "invalid"},
		"no skill":                    {"acme/ana", "POST /dfo/3.0/channels", `{"name":"x","realExternalPlatformId":"custom"}`, 422, "skill", "invalid"},
		"the media of a mail channel": {"acme/ana", "PUT /dfo/3.0/channels/support", `{"media":"chat"}`, 422, "media", "invalid"},
		"what is of mail":             {"acme/ana", "PUT /dfo/3.0/channels/" + theChat, `{"settings":{"force_tls":true}}`, 422, "force_tls", "mail_only"},
		"a relay":                     {"acme/ana", "GET /guichet/channels/" + theChat + "/relay", "", 404, "", "not-found"},
	} {
		t.Run(name, func(t *testing.T) {
			method, path, _ := strings.Cut(c.call, " ")
			got := h.want(c.status, c.who, method, path, c.body)
			if at(got, "errors", 0, "errorCode") != c.code || c.field != "" && at(got, "errors", 0, "field") != c.field {
				t.Errorf("%v, want %s at %s", got["errors"], c.code, c.field)
			}
		})
	}
}

// TestAMailGoesOnAsAChat (A035): linked both ways, once; the contact is invited, and what he writes in the chat joins.
func TestAMailGoesOnAsAChat(t *testing.T) {
	h, _ := talking(t)
	token := chatChannel(t, h)
	var mails []string
	h.sends = func(m channel.Outgoing) (channel.Sent, error) {
		mails = append(mails, strings.ReplaceAll(string(m.Raw), "=\r\n", ""))
		return channel.Sent{}, nil
	}
	h.mail("support@acme.example", "From: Bo Berg <bo@customer.example>\nTo: support@acme.example\nSubject: Kettle\nMessage-ID: <one@customer.example>\n\nIt is broken.\n")
	d := h.want(200, "acme/ana", "GET", "/dfo/3.0/contacts/100014/detail", "")
	if at(d, "escalationChannels", 0, "id") != theChat || at(d, "escalationChannels", 0, "invites") != true {
		t.Errorf("where it may go on: %v", d["escalationChannels"])
	}
	if d := h.want(200, "acme/rob", "GET", "/dfo/3.0/contacts/100014/detail", ""); at(d, "escalationChannels", 0) != nil {
		t.Errorf("who only reads may go on: %v", d["escalationChannels"])
	}
	h.want(403, "acme/rob", "POST", "/guichet/contacts/100014/chat", `{}`)
	h.want(404, "zeta/ana", "POST", "/guichet/contacts/100014/chat", `{}`)
	h.want(422, "acme/ana", "POST", "/guichet/contacts/100014/chat", `{"channelId":"support"}`)
	h.want(422, "acme/ana", "POST", "/guichet/contacts/100014/chat", `{"text":"`+strings.Repeat("x", 10_001)+`"}`)
	made := h.want(201, "acme/ana", "POST", "/guichet/contacts/100014/chat", `{"text":"Come over."}`)
	h.work()
	again := h.want(200, "acme/ana", "POST", "/guichet/contacts/100014/chat", `{"text":"Come over."}`)
	h.work()
	chat, _ := at(made, "contact", "id").(string)
	invitation, _ := at(made, "invitation", "token").(string)
	if at(again, "contact", "id") != chat || again["messageId"] != "" || len(mails) != 1 || !strings.Contains(mails[0], invitation) || !strings.Contains(mails[0], "Come over.") || made["messageId"] == "" {
		t.Fatalf("made %v, again %v, %d mails: %s", made, again, len(mails), mails)
	}
	mail, ours := h.want(200, "acme/ana", "GET", "/dfo/3.0/contacts/100014", ""), h.want(200, "acme/ana", "GET", "/dfo/3.0/contacts/"+chat, "")
	if at(mail, "linkedContacts", 0, "id") != chat || at(mail, "linkedContacts", 0, "way") != "to" || at(mail, "linkedContacts", 0, "channelName") != "My chat" ||
		at(ours, "linkedContacts", 0, "id") != "100014" || at(ours, "linkedContacts", 0, "way") != "from" || ours["status"] != "pending" || ours["customerId"] != mail["customerId"] {
		t.Errorf("links: %v and %v", mail["linkedContacts"], ours)
	}
	if code := h.says(token, "visitor", "t9", "m1", "Here I am", `,"contact":{"customFields":[{"ident":"guichet_invitation","value":"`+invitation+`"}]}`); code != 201 {
		t.Fatal(code)
	}
	if ours = h.want(200, "acme/ana", "GET", "/dfo/3.0/contacts/"+chat, ""); ours["status"] != "open" || ours["messageCount"] != 1.0 {
		t.Errorf("the chat: %v", ours)
	}
	why := h.want(200, "acme/ana", "GET", "/dfo/3.0/messages/"+chat+"-1/why", "")
	if !strings.Contains(fmt.Sprint(why), "invitation") {
		t.Errorf("why: %v", why)
	}
}
