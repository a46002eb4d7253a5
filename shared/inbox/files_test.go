package inbox_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"guichet/shared/channel"
	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/mail"
)

const temporary = "/dfo/3.0/attachments/temporary"

// upload sends a file as an agent and returns what the house said.
func (h *house) upload(agent, name, typ string, data []byte) map[string]any {
	h.t.Helper()
	body, err := json.Marshal(map[string]string{"content": base64.StdEncoding.EncodeToString(data), "mimeType": typ, "fileName": name})
	must(h.t, err)
	return h.want(201, agent, "POST", temporary, string(body))
}

// answerWith is the body of an answer to a case with such attachments, as JSON.
func answerWith(n, files string) string {
	return `{"thread":{"idOnExternalPlatform":"` + n + `"},"messageContent":{"payload":{"text":"See below."}},"attachments":[` + files + `]}`
}

func TestAnAnswerCarriesFiles(t *testing.T) {
	h := newHouse(t)
	var left []channel.Outgoing
	h.sends = func(o channel.Outgoing) (channel.Sent, error) { left = append(left, o); return channel.Sent{}, nil }
	n := string(h.mail("support@acme.example", firstMail).Case())
	pdf, html := []byte("%PDF-1.7 \x00\xff\r\nthe end"), []byte("<script>alert(1)</script>")
	a := h.upload("acme/ana", "invoice é.pdf", "application/pdf", pdf)
	b := h.upload("acme/ana", "x.html", "text/html", html)
	if at(a, "expireAt") != "2026-03-04T00:00:00.000Z" || at(a, "size") != float64(len(pdf)) {
		t.Errorf("uploaded: %v", a)
	}
	if got := h.as("acme/ana", "GET", at(a, "url").(string), ""); got.status != 200 || got.body != string(pdf) || got.header.Get("Content-Type") != "application/pdf" {
		t.Errorf("the kept file: %d %q", got.status, got.body)
	}
	files := fmt.Sprintf(`{"friendlyName":"Rechnung.pdf","url":"https://house.example%s"},{"id":%q}`, at(a, "url"), at(b, "id"))
	m := at(h.want(201, "acme/ana", "POST", "/dfo/3.0/channels/support/outbound", answerWith(n, files)), "message")
	h.work()
	if len(left) != 1 {
		t.Fatalf("%d mails left, want 1", len(left))
	}
	sent := mail.Parse(left[0].Raw)
	if len(sent.Parts) != 2 || !bytes.Equal(sent.Parts[0].Bytes(), pdf) || sent.Parts[0].Name != "Rechnung.pdf" || sent.Parts[1].Name != "x.html" {
		t.Fatalf("the mail has the parts %+v", sent.Parts)
	}
	list := at(h.want(200, "acme/ana", "GET", "/dfo/3.0/messages/"+at(m, "id").(string), ""), "attachments")
	for i, want := range []struct{ name, typ, body string }{{"Rechnung.pdf", "application/pdf", string(pdf)}, {"x.html", "application/octet-stream", string(html)}} {
		if at(list, i, "friendlyName") != want.name || at(m, "attachments", i, "friendlyName") != want.name {
			t.Errorf("file %d: %v and at once %v, want %s", i, at(list, i), at(m, "attachments", i), want.name)
		}
		got := h.as("acme/ana", "GET", at(list, i, "securedPermanentUrl").(string), "")
		if got.body != want.body || got.header.Get("Content-Type") != want.typ || !strings.HasPrefix(got.header.Get("Content-Disposition"), "attachment") {
			t.Errorf("file %d as it was sent: %q as %s", i, got.body, got.header)
		}
	}
}

// TestOnlyOnesOwnFilesAreSent: another tenant's file, one whose time is over, one that was never sent and an address elsewhere are none; the field is named.
func TestOnlyOnesOwnFilesAreSent(t *testing.T) {
	h := newHouse(t)
	n := string(h.mail("support@acme.example", firstMail).Case())
	mine, other := at(h.upload("acme/ana", "a.txt", "text/plain", []byte("a")), "id"), at(h.upload("zeta/ana", "b.txt", "text/plain", []byte("b")), "id").(string)
	for situation, row := range map[string][2]string{
		"another tenant's":    {fmt.Sprintf(`{"id":%q}`, other), "attachments[0]"},
		"the second":          {fmt.Sprintf(`{"id":%q},{"id":%q}`, mine, other), "attachments[1]"},
		"never sent":          {`{"id":"20260302-00000000000000000000000000000000-AA"}`, "attachments[0]"},
		"no id":               {`{"id":"x"}`, "attachments[0].id"},
		"a path":              {`{"id":"20260302-../../../acme/x"}`, "attachments[0].id"},
		"a path within":       {`{"id":"20260302-../zeta/2026030200000000000000000-AA"}`, "attachments[0]"},
		"an address":          {`{"url":"https://evil.example/file.pdf","friendlyName":"x"}`, "attachments[0].url"},
		"nothing":             {`{}`, "attachments[0].url"},
		"a word":              {`"x"`, "attachments"},
		"more than there may": {strings.Repeat(fmt.Sprintf(`{"id":%q},`, mine), 50) + fmt.Sprintf(`{"id":%q}`, mine), "attachments"},
	} {
		got := h.want(422, "acme/ana", "POST", "/dfo/3.0/channels/support/outbound", answerWith(n, row[0]))
		if at(got, "errors", 0, "field") != row[1] {
			t.Errorf("%s: %v, want the field %s", situation, got, row[1])
		}
	}
	h.want(404, "acme/ana", "GET", temporary+"/"+other, "")
	h.want(404, "acme/ana", "GET", temporary+"/x", "")
	h.pass(39 * time.Hour)
	h.want(422, "acme/ana", "POST", "/dfo/3.0/channels/support/outbound", answerWith(n, fmt.Sprintf(`{"id":%q}`, mine)))
	if k := h.want(200, "acme/ana", "GET", contacts+"/"+n, ""); at(k, "outboundCount") != 0.0 {
		t.Errorf("refused answers count: %v", k)
	}
}

func TestUploadsAreBoundedAndForThoseWhoMayAnswer(t *testing.T) {
	h := newHouse(t)
	whole := bytes.Repeat([]byte{0xfe}, desk.MaxFile)
	if got := h.upload("acme/ana", "four megabytes", "", whole); at(got, "size") != float64(desk.MaxFile) {
		t.Errorf("as large as may be: %v", got)
	}
	body := func(content string) string { return `{"content":"` + content + `"}` }
	for _, r := range []struct {
		situation, agent, body, field string
		status                        int
	}{
		{"one byte more", "acme/ana", body(base64.StdEncoding.EncodeToString(append(whole, 0))), "", 413},
		{"a body over the limit", "acme/ana", body(strings.Repeat("A", 6_000_000)), "", 413},
		{"no file", "acme/ana", `{"mimeType":"text/plain"}`, "content", 422},
		{"no base64", "acme/ana", body("a b"), "content", 422},
		{"a content that is a list", "acme/ana", `{"content":[1]}`, "content", 422},
		{"a list", "acme/ana", `[1]`, "body", 422},
		{"half a body", "acme/ana", `{"content":`, "body", 400},
		{"a long name", "acme/ana", `{"content":"QQ==","fileName":"` + strings.Repeat("x", 256) + `"}`, "fileName", 422},
		{"a long type", "acme/ana", `{"content":"QQ==","mimeType":"` + strings.Repeat("x", 128) + `"}`, "mimeType", 422},
		{"a reader", "acme/rob", body("QQ=="), "reply", 403},
		{"without rights", "acme/nil", body("QQ=="), "reply", 403},
		{"nobody", "", body("QQ=="), "", 401},
	} {
		got := h.want(r.status, r.agent, "POST", temporary, r.body)
		if field := at(got, "errors", 0, "field"); r.field != "" && field != r.field {
			t.Errorf("%s: field %v, want %s", r.situation, field, r.field)
		}
	}
	if got := h.want(413, "acme/ana", "POST", contacts+"/100012/notes", body(strings.Repeat("x", 5<<20))); !strings.Contains(fmt.Sprint(got), "4194304") {
		t.Errorf("another request: %v, want the limit of 4 MB", got)
	}
}

// TestAMailThatIsTooLargeIsRefusedWithItsSize: eight files of 4 MB become more than the 41,943,040 bytes that a mail may have; seven do not.
func TestAMailThatIsTooLargeIsRefusedWithItsSize(t *testing.T) {
	h := newHouse(t)
	n := string(h.mail("support@acme.example", firstMail).Case())
	id := at(h.upload("acme/ana", "x", "", bytes.Repeat([]byte("x"), desk.MaxFile)), "id")
	files := func(n int) string {
		return strings.TrimSuffix(strings.Repeat(fmt.Sprintf(`{"id":%q},`, id), n), ",")
	}
	got := h.want(413, "acme/ana", "POST", "/dfo/3.0/channels/support/outbound", answerWith(n, files(8)))
	if text := fmt.Sprint(at(got, "errors", 0, "message")); !strings.Contains(text, "41943040") || !strings.Contains(text, "459") {
		t.Errorf("it says %q, want the size and the limit", text)
	}
	h.want(201, "acme/ana", "POST", "/dfo/3.0/channels/support/outbound", answerWith(n, files(7)))
}

// TestAnAnswerWithFilesIsOneAnswer: the same key again gives the same message, also when the file is gone by then.
func TestAnAnswerWithFilesIsOneAnswer(t *testing.T) {
	h := newHouse(t)
	n := string(h.mail("support@acme.example", firstMail).Case())
	body := answerWith(n, fmt.Sprintf(`{"id":%q}`, at(h.upload("acme/ana", "a.txt", "text/plain", []byte("a")), "id")))
	var ids []any
	for range 2 {
		ids = append(ids, at(h.want(201, "acme/ana", "POST", "/dfo/3.0/channels/support/outbound", body, "Idempotency-Key", "k"), "message", "id"))
		h.pass(72 * time.Hour)
	}
	if ids[0] != ids[1] {
		t.Errorf("two messages: %v", ids)
	}
	m, err := h.desk.Store.Message(t.Context(), "acme", guichet.MessageID(ids[0].(string)))
	if err != nil || len(m.Files) != 1 || m.Files[0].Name != "a.txt" || m.Files[0].Size != 1 {
		t.Errorf("%+v, %v", m, err)
	}
}

// FuzzFileIDs: whatever is given for the id of a file, it leads to nothing of another tenant's, and to no failure of the house.
func FuzzFileIDs(f *testing.F) {
	h := newHouse(f)
	n := string(h.mail("support@acme.example", firstMail).Case())
	other := at(h.upload("zeta/ana", "b.txt", "text/plain", []byte("b")), "id").(string)
	for _, id := range []string{other, "", "-", "--", "20260302-" + strings.Repeat("0", 32) + "-", "20260302-../../zeta/" + other + "-AA", other[:41] + "-" + strings.Repeat("A", 4000), "\x00", other + "/"} {
		f.Add(id)
	}
	f.Fuzz(func(t *testing.T, id string) {
		h := &house{t: t, desk: h.desk, h: h.h, log: h.log}
		if got := h.as("acme/ana", "GET", temporary+"/"+url.PathEscape(id), ""); got.status != 404 && got.status != 307 && got.status != 301 {
			t.Errorf("%q: %d %s", id, got.status, got.body)
		}
		raw, err := json.Marshal(map[string]string{"id": id, "url": id})
		if err != nil {
			t.Skip()
		}
		if got := h.as("acme/ana", "POST", "/dfo/3.0/channels/support/outbound", answerWith(n, string(raw))); got.status != 422 {
			t.Errorf("answer with %q: %d %s", id, got.status, got.body)
		}
		if data, err := h.desk.KeptFile(t.Context(), "acme", id); err == nil {
			t.Errorf("%q gives %q", id, data)
		}
	})
}
