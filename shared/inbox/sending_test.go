package inbox_test

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"guichet/shared/channel"
	"guichet/shared/channel/smtptest"
	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/secret"
)

const relayPath = "/guichet/channels/support/relay"

// relaying is a house that keeps secrets, and a relay for it.
func relaying(t *testing.T, mode smtptest.TLS) (*house, *smtptest.Server) {
	t.Helper()
	h, srv := newHouse(t), smtptest.New(t, mode)
	text, err := secret.AddKey(nil)
	must(t, err)
	vault, err := secret.ReadKeys(text)
	must(t, err)
	h.desk.Vault, h.desk.Relay = vault, srv.Finish
	return h, srv
}

// relayBody is a relay as a client sends it; more are further fields.
func relayBody(srv *smtptest.Server, more string) string {
	return `{"host":"` + srv.Host + `","port":` + strconv.Itoa(srv.Port) + `,"tls":"starttls"` + more + `}`
}

func TestARelayIsSetTriedAndTakenAway(t *testing.T) {
	h, srv := relaying(t, smtptest.Start)
	srv.User, srv.Password = "guichet", "right"
	h.want(404, "acme/ana", "GET", relayPath, "")
	set := h.want(200, "acme/ana", "PUT", relayPath, relayBody(srv, `,"user":"guichet","password":"wrong","force_tls":true`))
	for path, want := range map[string]any{"host": srv.Host, "port": float64(srv.Port), "tls": "starttls", "user": "guichet", "hasPassword": true, "force_tls": true, "changedBy": "ana", "version": 1.0, "channelId": "support", "test": nil} {
		if at(set, path) != want {
			t.Errorf("%s is %v, want %v", path, at(set, path), want)
		}
	}
	for k := range set {
		if strings.Contains(strings.ToLower(k), "password") && k != "hasPassword" || strings.Contains(strings.ToLower(k), "seal") {
			t.Errorf("the answer has a field %s", k)
		}
	}
	try := func(want string) map[string]any {
		t.Helper()
		if r := h.want(201, "acme/ana", "POST", relayPath+"/test", ""); at(r, "test", "state") != "running" {
			t.Errorf("asked: %v", at(r, "test"))
		}
		h.work()
		r := h.want(200, "acme/ana", "GET", relayPath, "")
		if at(r, "test", "state") != want {
			t.Errorf("tested: %v, want %s", at(r, "test"), want)
		}
		return r
	}
	if r := try("failed"); !strings.Contains(fmt.Sprint(at(r, "test", "reason")), "refused the user name or the password") {
		t.Errorf("why not: %v", at(r, "test"))
	}
	h.want(200, "acme/ana", "PUT", relayPath, relayBody(srv, `,"user":"guichet","password":"right"`))
	if r := try("ok"); at(r, "test", "secure") != true || at(r, "test", "auth") != "PLAIN" || len(srv.Got()) != 0 {
		t.Errorf("what it said: %v, and %d mails", at(r, "test"), len(srv.Got()))
	}
	h.want(409, "acme/ana", "PUT", relayPath, relayBody(srv, `,"user":"guichet","version":1`))
	n := string(h.mail("support@acme.example", firstMail).Case())
	h.outbound("acme/ana", n, "hi")
	h.work()
	if got := srv.Got(); len(got) != 1 || !strings.Contains(string(got[0].Raw), "From: support@acme.example\r\n") {
		t.Errorf("A053: the relay has %+v, want one mail from the bare address", got)
	}
	h.want(204, "acme/ana", "DELETE", relayPath, "")
	h.want(204, "acme/ana", "DELETE", relayPath, "")
	h.want(404, "acme/ana", "GET", relayPath, "")
	h.want(404, "acme/ana", "POST", relayPath+"/test", "")
	told := h.want(200, "acme/ana", "GET", relayPath+"/history", "")
	if at(told, "hits") != 5.0 || at(told, "data", 0, "detail", "what") != "removed" || at(told, "data", 4, "detail", "what") != "set" || at(told, "data", 4, "by") != "ana" || at(told, "data", 1, "event") != "relay.asked" {
		t.Errorf("history: %v", told)
	}
	h.want(403, "acme/rob", "GET", relayPath+"/history", "")
}

func TestARelayThatCannotBe(t *testing.T) {
	h, srv := relaying(t, smtptest.Start)
	for _, c := range []struct{ situation, body, field string }{
		{"no host", `{"port":587,"tls":"starttls"}`, "host"},
		{"a host with its port", `{"host":"smtp.acme.example:587","port":587,"tls":"starttls"}`, "host"},
		{"a host that is none", `{"host":"smtp acme\r\n","port":587,"tls":"starttls"}`, "host"},
		{"a URL", `{"host":"http://169.254.169.254/","port":587,"tls":"starttls"}`, "host"},
		{"port nought", `{"host":"smtp.acme.example","port":0,"tls":"starttls"}`, "port"},
		{"a port too high", `{"host":"smtp.acme.example","port":65536,"tls":"starttls"}`, "port"},
		{"a port that is a word", `{"host":"smtp.acme.example","port":"submission","tls":"starttls"}`, "port"},
		{"no TLS at all", `{"host":"smtp.acme.example","port":25,"tls":"none"}`, "tls"},
		{"a password without a user", `{"host":"smtp.acme.example","port":25,"tls":"starttls","password":"hunter2-secret"}`, "user"},
		{"a user without a password", `{"host":"smtp.acme.example","port":25,"tls":"starttls","user":"ana"}`, "password"},
		{"a user of two lines", `{"host":"smtp.acme.example","port":25,"tls":"starttls","user":"a\nb","password":"x"}`, "user"},
		{"a password of two lines", `{"host":"smtp.acme.example","port":25,"tls":"starttls","user":"ana","password":"hunter2-secret\nQUIT"}`, "password"},
		{"an endless password", `{"host":"smtp.acme.example","port":25,"tls":"starttls","user":"ana","password":"` + strings.Repeat("hunter2-secret", 99) + `"}`, "password"},
	} {
		r := h.as("acme/ana", "PUT", relayPath, c.body)
		if r.status != 422 || !strings.Contains(r.body, `"field":"`+c.field+`"`) || strings.Contains(r.body, "hunter2") {
			t.Errorf("%s: %d %s, want 422 that names %s, and no password", c.situation, r.status, r.body, c.field)
		}
	}
	good := relayBody(srv, `,"user":"ana","password":"p4ss"`)
	for agent, want := range map[string]int{"acme/rob": 403, "acme/bob": 403, "acme/nil": 403, "zeta/ana": 200} {
		if r := h.as(agent, "PUT", relayPath, good); r.status != want {
			t.Errorf("%s: %d, want %d: %s", agent, r.status, want, r.body)
		}
	}
	h.want(404, "acme/ana", "GET", relayPath, "") // zeta's own
	h.want(404, "acme/ana", "PUT", "/guichet/channels/nothing/relay", good)
	h.want(200, "acme/ana", "PUT", relayPath, good)
	for situation, body := range map[string]string{
		"another host": strings.Replace(relayBody(srv, `,"user":"ana"`), srv.Host, "smtp.evil.example", 1), "another user": relayBody(srv, `,"user":"bo"`), "another port": strings.Replace(relayBody(srv, `,"user":"ana"`), strconv.Itoa(srv.Port), "25", 1),
	} {
		if r := h.as("acme/ana", "PUT", relayPath, body); r.status != 422 || !strings.Contains(r.body, `"field":"password"`) {
			t.Errorf("the kept password would go to %s: %d %s", situation, r.status, r.body)
		}
	}
	h.want(200, "acme/ana", "PUT", relayPath, relayBody(srv, `,"user":"ana","force_tls":true`))
	h.desk.Vault = nil
	h.want(409, "acme/ana", "PUT", relayPath, good)
	h.want(403, "acme/ana", "PUT", "/guichet/channels/support/mail-from", `{"domain":"bounces.acme.example"}`) // A071
}

// TestWhatARelayTakesFromItsChannel: A050, A053: what is set on the relay is shown on the channel, and not set there.
func TestWhatARelayTakesFromItsChannel(t *testing.T) {
	h, srv := relaying(t, smtptest.Start)
	h.want(200, "acme/ana", "PUT", relayPath, relayBody(srv, `,"force_tls":true`))
	const path = "/dfo/3.0/channels/support"
	got := h.want(200, "acme/ana", "GET", path, "")
	if at(got, "settings", "force_tls") != true || at(got, "has_relay") != true || fmt.Sprint(at(got, "read_only")) != "[display_name force_tls]" {
		t.Errorf("shown: %v %v %v", at(got, "settings", "force_tls"), at(got, "has_relay"), at(got, "read_only"))
	}
	for body, code := range map[string]string{`{"settings":{"display_name":"Acme Support"}}`: "display_name_unsupported", `{"settings":{"force_tls":false,"track_opens":true}}`: ""} {
		r := h.as("acme/ana", "PUT", path, body)
		if code != "" && (r.status != 422 || !strings.Contains(r.body, `"errorCode":"`+code+`"`)) || code == "" && r.status != 200 {
			t.Errorf("%s: %d %s", body, r.status, r.body)
		}
	}
	h.want(200, "acme/ana", "PUT", path, `{"settings":{"force_tls":true,"display_name":"","language":"fr"}}`) // as it was shown
	h.want(204, "acme/ana", "DELETE", relayPath, "")
	got = h.want(200, "acme/ana", "GET", path, "")
	if at(got, "settings", "force_tls") != false || at(got, "has_relay") != false {
		t.Errorf("without it: %v", at(got, "settings", "force_tls"))
	}
	h.want(200, "acme/ana", "PUT", path, `{"settings":{"display_name":"Acme Support"}}`)
}

// TestForceTLSIsNotChangedOnAChannelWithARelay: what would change what stands on the channel is refused with where to set it.
func TestForceTLSIsNotChangedOnAChannelWithARelay(t *testing.T) {
	h, srv := relaying(t, smtptest.Start)
	h.want(200, "acme/ana", "PUT", relayPath, relayBody(srv, ""))
	if r := h.as("acme/ana", "PUT", "/dfo/3.0/channels/support", `{"settings":{"force_tls":true}}`); r.status != 422 || !strings.Contains(r.body, "set_on_relay") {
		t.Errorf("%d %s", r.status, r.body)
	}
}

// guises are the shapes in which a secret could stand somewhere: plain, and in base64 at each of the three places that it may begin at, and hex.
func guises(s string) []string {
	out := []string{s, hex.EncodeToString([]byte(s))}
	for skip := range 3 {
		b := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", skip) + s))
		b = b[(skip*8+5)/6 : len(b)-4] // the characters that the secret alone makes
		out = append(out, b, strings.NewReplacer("+", "-", "/", "_").Replace(b))
	}
	return out
}

// TestAPasswordStandsNowhere: A041. A marked password is set, used, refused, repeated by the server, tried, sealed anew and taken away; then all that the house keeps,
// logged and answered is searched for it.
func TestAPasswordStandsNowhere(t *testing.T) {
	h, srv := relaying(t, smtptest.Start)
	const marker, second = "m4rker-Pa55word!that+nobody/has", "an0ther-m4rker?Pa55~word+too/here"
	var said strings.Builder
	do := func(method, path, body string) {
		r := h.as("acme/ana", method, path, body)
		fmt.Fprintf(&said, "%s %s %d %v %s\n", method, path, r.status, r.header, r.body)
	}
	srv.User, srv.Password = "guichet", marker
	do("PUT", relayPath, relayBody(srv, `,"user":"guichet","password":"`+marker+`"`))
	do("POST", relayPath+"/test", "")
	h.work()
	n := string(h.mail("support@acme.example", firstMail).Case())
	h.outbound("acme/ana", n, "hi")
	h.work()
	if len(srv.Got()) != 1 {
		t.Fatal("the password does not work")
	}
	srv.Lock()
	srv.Password = "changed over there"
	srv.Unlock()
	do("POST", relayPath+"/test", "") // the server says back what it was given
	h.work()
	h.outbound("acme/ana", n, "hi again")
	h.work()
	do("PUT", relayPath, relayBody(srv, `,"user":"guichet","password":"`+second+`","version":99`))
	do("PUT", relayPath, relayBody(srv, `,"user":"guichet\u0000","password":"`+second+`"`))
	do("PUT", relayPath, `{"host":"smtp.acme.example","port":"x","password":"`+second+`"}`)
	do("PUT", relayPath, `{"host":"smtp.acme.example","password":"`+second+`"`)
	do("PUT", relayPath, relayBody(srv, `,"user":"guichet","password":"`+second+`"`))
	if _, err := h.desk.Reseal(context.Background()); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{relayPath, "/dfo/3.0/channels/support", "/dfo/3.0/channels", "/guichet/channels/support/versions", "/dfo/3.0/contacts/" + n + "/detail", "/dfo/3.0/contacts/" + n + "/history", "/dfo/3.0/me", "/guichet/suppressed", "/dfo/3.0/messages/" + n + "-2/raw"} {
		do("GET", path, "")
	}
	do("DELETE", relayPath, "")
	for _, secret := range []string{marker, second} {
		for _, form := range guises(secret) {
			if strings.Contains(said.String(), form) {
				t.Errorf("the API says %s", form)
			}
			if strings.Contains(h.log.String(), form) {
				t.Errorf("the log says %s", form)
			}
			kept(t, h.dir, form)
		}
	}
	// The search finds what is there: the subject of the mail, in the ledger and in the raw mail.
	if n := search(t, h.dir, "My shoes are wet"); n < 2 {
		t.Errorf("the search finds the subject in %d files: it looks in the wrong place", n)
	}
}

func kept(t *testing.T, dir, form string) {
	t.Helper()
	if n := search(t, dir, form); n > 0 {
		t.Errorf("%d files hold %s", n, form)
	}
}

// search counts the files below dir that hold the text.
func search(t *testing.T, dir, text string) (n int) {
	t.Helper()
	must(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if strings.Contains(string(b), text) {
			n++
		}
		return err
	}))
	return n
}

func TestWhatBecameOfItForEachRecipient(t *testing.T) {
	h, srv := relaying(t, smtptest.Start)
	h.want(200, "acme/ana", "PUT", relayPath, relayBody(srv, ""))
	srv.Refuse["gone@customer.example"] = []*smtp.SMTPError{smtptest.Said(550, "no such user")}
	n := string(h.mail("support@acme.example", firstMail).Case())
	h.want(201, "acme/ana", "POST", "/dfo/3.0/channels/support/outbound", `{"thread":{"id":"`+n+`"},"messageContent":{"text":"hi"},"recipients":[
		{"idOnExternalPlatform":"bo@customer.example","name":"Bo","isPrimary":true},{"idOnExternalPlatform":"gone@customer.example"}]}`)
	list := at(h.want(200, "acme/ana", "GET", contacts+"/"+n+"/messages", ""), "data", 1, "delivery", "recipients")
	if at(list, 0, "state") != "queued" || at(list, 1, "state") != "queued" {
		t.Errorf("before: %v", list)
	}
	h.work()
	d := at(h.want(200, "acme/ana", "GET", contacts+"/"+n+"/messages", ""), "data", 1, "delivery")
	if at(d, "state") != "failed" || at(d, "recipients", 0, "state") != "sent" || at(d, "recipients", 0, "name") != "Bo" || at(d, "recipients", 1, "code") != "refused" || !strings.Contains(fmt.Sprint(at(d, "recipients", 1, "reason")), "550 5.1.1 no such user") {
		t.Errorf("got %v", d)
	}
}

func TestSuppressedAddresses(t *testing.T) {
	h := newHouse(t)
	var unlisted []string
	h.desk.Unlist = func(_ context.Context, addr string) error { unlisted = append(unlisted, addr); return nil }
	n := string(h.mail("support@acme.example", firstMail).Case())
	h.sends = func(channel.Outgoing) (channel.Sent, error) {
		return channel.Sent{MailID: "x@eu-west-1.amazonses.com"}, nil
	}
	id := guichet.MessageID(fmt.Sprint(at(h.outbound("acme/ana", n, "hi"), "message", "id")))
	h.work()
	must(t, h.desk.Receipt(context.Background(), desk.Receipt{Tenant: "acme", Message: id, Delivery: guichet.Bounced, At: h.clock(), Recipients: []string{"Bo@Customer.example"}, Reason: "Permanent NoEmail: 550", Code: "bounce.NoEmail", Stop: guichet.StoppedByBounce}))
	h.work()
	const path = "/guichet/suppressed"
	list := h.want(200, "acme/ana", "GET", path, "")
	for p, want := range map[string]any{"address": "bo@customer.example", "contactId": n} {
		if at(list, "data", 0, p) != want {
			t.Errorf("%s is %v, want %v", p, at(list, "data", 0, p), want)
		}
	}
	for p, want := range map[string]any{"status": "suppressed", "reason": "bounced", "said": "Permanent NoEmail: 550", "by": "ses", "messageId": string(id), "channelId": "support"} {
		if at(list, "data", 0, "addressState", p) != want {
			t.Errorf("%s is %v, want %v", p, at(list, "data", 0, "addressState", p), want)
		}
	}
	detail := h.want(200, "acme/ana", "GET", contacts+"/"+n+"/detail", "")
	if at(detail, "customer", "addressState", "status") != "suppressed" || at(detail, "customer", "blocked") != "bounced" {
		t.Errorf("the case shows %v", at(detail, "customer"))
	}
	for agent, want := range map[string]int{"acme/rob": 403, "acme/nil": 403, "acme/bob": 200, "zeta/ana": 200} {
		r := h.as(agent, "GET", path, "")
		if r.status != want || strings.Contains(r.body, "bo@customer") {
			t.Errorf("%s: %d %s, want %d and nobody's address", agent, r.status, r.body, want)
		}
	}
	h.want(403, "acme/bob", "DELETE", path+"/bo@customer.example", "")
	h.want(404, "zeta/ana", "DELETE", path+"/bo@customer.example", "")
	h.want(404, "acme/ana", "DELETE", path+"/nobody@customer.example", "")
	h.pass(time.Minute)
	h.want(204, "acme/ana", "DELETE", path+"/BO@customer.example", "")
	h.want(204, "acme/ana", "DELETE", path+"/bo@customer.example", "")
	h.work()
	if list = h.want(200, "acme/ana", "GET", path, ""); at(list, "hits") != 0.0 || fmt.Sprint(unlisted) != "[bo@customer.example]" {
		t.Errorf("lifted: %v, taken off SES's list: %v", list, unlisted)
	}
	state := at(h.want(200, "acme/ana", "GET", contacts+"/"+n+"/detail", ""), "customer", "addressState")
	if at(state, "status") != "ok" || at(state, "by") != "ana" || at(state, "history", 0, "reason") != "bounced" || at(state, "history", 0, "by") != "ses" {
		t.Errorf("who and when: %v", state)
	}
	if !strings.Contains(h.as("acme/ana", "GET", contacts+"/"+n+"/history", "").body, `"event":"address.lifted"`) {
		t.Error("the case's history does not tell that it was lifted")
	}
	// The same word again, and one that comes late, are of before.
	must(t, h.desk.Receipt(context.Background(), desk.Receipt{Tenant: "acme", Message: id, Delivery: guichet.Bounced, At: h.clock().Add(-time.Minute), Recipients: []string{"bo@customer.example"}, Stop: guichet.StoppedByBounce}))
	if list = h.want(200, "acme/ana", "GET", path, ""); at(list, "hits") != 0.0 {
		t.Errorf("an old word stopped it again: %v", list)
	}
}
