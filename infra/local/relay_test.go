package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"guichet/shared/channel/smtptest"
	"guichet/shared/secret"
)

// person is somebody at the page of a house: ana, who may do all.
type person struct {
	t    *testing.T
	c    *child
	http http.Client
}

func atThePage(t *testing.T, c *child) *person {
	t.Helper()
	jar, _ := cookiejar.New(nil)
	p := &person{t, c, http.Client{Jar: jar, Timeout: 10 * time.Second}}
	p.call(200, "POST", "/guichet/sign-in", `{"agent":"ana"}`)
	return p
}

// call calls the API and decodes its answer, which must have that status.
func (p *person) call(status int, method, path, body string) map[string]any {
	p.t.Helper()
	r, err := http.NewRequest(method, "http://"+p.c.page+path, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	a, err := p.http.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer a.Body.Close()
	var b bytes.Buffer
	_, _ = b.ReadFrom(a.Body)
	if a.StatusCode != status && (status != 200 || a.StatusCode/100 != 2) {
		p.t.Fatalf("%s %s: %d %s", method, path, a.StatusCode, b.String())
	}
	out := map[string]any{}
	_ = json.Unmarshal(b.Bytes(), &out)
	return out
}

// soon asks until the answer is as it should be.
func soon(t *testing.T, ok func() bool, what string) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	late := time.After(20 * time.Second)
	for !ok() {
		select {
		case <-tick.C:
		case <-late:
			t.Fatal("never: " + what)
		}
	}
}

// TestARelayOnThisMachine: the key of passwords is made once and is nobody else's to read; a relay nearby is refused, unless the house is started so.
func TestARelayOnThisMachine(t *testing.T) {
	data, srv := filepath.Join(t.TempDir(), "var"), smtptest.New(t, smtptest.Plain)
	const path = "/guichet/channels/support/relay"
	c := begin(t, data)
	p := atThePage(t, c)
	p.call(200, "PUT", path, fmt.Sprintf(`{"host":"%s","port":%d,"tls":"starttls","user":"u","password":"p4ss"}`, srv.Host, srv.Port))
	key, err := os.ReadFile(filepath.Join(data, secret.File))
	info, serr := os.Stat(filepath.Join(data, secret.File))
	if err != nil || serr != nil || info.Mode().Perm() != 0o600 || strings.Contains(string(key), "p4ss") {
		t.Fatalf("the key file: %v, %v, %v", err, serr, info)
	}
	tested := func(p *person) map[string]any {
		p.call(201, "POST", path+"/test", "")
		var got map[string]any
		soon(t, func() bool {
			got, _ = p.call(200, "GET", path, "")["test"].(map[string]any)
			return got["state"] != "running"
		}, "the relay is tested")
		return got
	}
	if got := tested(p); got["state"] != "failed" || !strings.Contains(fmt.Sprint(got["reason"]), "not a public one") {
		t.Errorf("a relay nearby: %v", got)
	}
	c.close()
	c = begin(t, data, "-private-relays")
	p = atThePage(t, c)
	if got := tested(p); got["state"] != "failed" || !strings.Contains(fmt.Sprint(got["reason"]), "no secure connection") {
		t.Errorf("a password for a relay without TLS, after a restart: %v", got)
	}
	p.call(200, "PUT", path, fmt.Sprintf(`{"host":"%s","port":%d,"tls":"starttls"}`, srv.Host, srv.Port))
	if got := tested(p); got["state"] != "ok" {
		t.Errorf("without: %v", got)
	}
	conn, err := smtp.Dial(c.smtp)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SendMail("bo@customer.example", []string{"support@demo.example"}, strings.NewReader(message(1))); err != nil {
		t.Fatal(err)
	}
	var n any
	soon(t, func() bool {
		list, _ := p.call(200, "GET", "/dfo/3.0/contacts", "")["data"].([]any)
		if len(list) > 0 {
			n = list[0].(map[string]any)["id"]
		}
		return n != nil
	}, "the mail is a case")
	p.call(201, "POST", "/dfo/3.0/channels/support/outbound", fmt.Sprintf(`{"thread":{"id":"%s"},"messageContent":{"text":"On its way."}}`, n))
	soon(t, func() bool { return len(srv.Got()) == 1 }, "the answer leaves by the relay")
	if m := srv.Got()[0]; m.From != "support@demo.example" || m.To[0] != "bo1@customer.example" {
		t.Errorf("it has %+v", m)
	}
	if again, err := os.ReadFile(filepath.Join(data, secret.File)); err != nil || !bytes.Equal(again, key) {
		t.Error("the key was made anew: every password is lost")
	}
}
