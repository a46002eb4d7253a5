package channel

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"guichet/shared/guichet"
	"guichet/shared/mail"
)

// FuzzReadMessage: whatever a middleware sends is taken or refused by its field; what is taken can be kept, and says the same when it is read from the mail made of it.
func FuzzReadMessage(f *testing.F) {
	for _, s := range []string{
		`{"idOnExternalPlatform":"m-1","thread":{"idOnExternalPlatform":"t1"},"authorEndUserIdentity":{"idOnExternalPlatform":"u1","firstName":"Ada"},"messageContent":{"type":"TEXT","payload":{"text":"Hi\nthere"}}}`,
		`{"idOnExternalPlatform":1e300,"thread":{"idOnExternalPlatform":7},"messageContent":{"payload":[1],"fallbackText":"x"},"authorEndUserIdentity":{"idOnExternalPlatform":-1.5}}`,
		`{"idOnExternalPlatform":"a","thread":{"idOnExternalPlatform":"b","threadName":"\r\nBcc: x@y.example"},"title":"=?utf-8?q?x?=","messageContent":{"payload":{"text":"\u2028\ufeff.\n..\n--=_x\nFrom x"},"fallbackText":"x"},"authorEndUserIdentity":{"idOnExternalPlatform":"<>\"@","firstName":"\ud800"}}`,
		`{"idOnExternalPlatform":"a","thread":{"idOnExternalPlatform":"b"},"messageContent":{"parameters":{"guichet_invitation":"1.2.3"}},"attachments":[{"friendlyName":"\u0000","url":"javascript:alert(1)"}],"authorEndUserIdentity":{"idOnExternalPlatform":"c"},"externalAttributes":[{"key":"guichet_invitation","value":{}}]}`,
		`[[[[`, ``, `null`,
	} {
		f.Add(s)
	}
	ch := &guichet.Channel{Tenant: "demo", ID: "chat"}
	f.Fuzz(func(t *testing.T, body string) {
		m, err := ReadMessage([]byte(body))
		if err != nil {
			if !guichet.Is(err, guichet.Invalid) {
				t.Fatalf("%v", err)
			}
			return
		}
		for name, s := range map[string]string{"id": m.ID, "thread": m.Thread, "user": m.User, "name": m.Name, "title": m.Title, "answers": m.Answers, "invited": m.Invited} {
			if !utf8.ValidString(s) || strings.ContainsAny(s, "\r\n\x00") || len(s) > guichet.MaxExternal {
				t.Fatalf("%s is %q", name, s)
			}
		}
		raw, err := mail.Compose(mail.Outgoing{From: mail.Address{Name: m.Name, Addr: mail.ChatAddress(ch, m.User)}, To: []mail.Address{{Addr: mail.ChatPoint("chat")}}, Subject: m.Title, Text: m.Text,
			Date: time.Unix(1772442000, 0).UTC(), MessageID: mail.ChatMessageID([]byte("k"), ch, m.ID)})
		if err != nil {
			t.Fatalf("no mail can be made of %+v: %v", m, err)
		}
		back := mail.Parse(raw)
		if strings.TrimSpace(back.Text) != m.Text {
			t.Fatalf("it said %q, and the mail says %q", m.Text, back.Text)
		}
		if len(back.From) != 1 || back.From[0].Addr != mail.ChatAddress(ch, m.User) || len(back.Parts) != 0 || len(back.Cc) != 0 {
			t.Fatalf("from %v, parts %d, cc %v", back.From, len(back.Parts), back.Cc)
		}
	})
}
