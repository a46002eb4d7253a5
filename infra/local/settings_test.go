package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/emersion/go-smtp"
)

// TestANewChannelTakesMailAtOnce: a running house says 550 to mail for an address that is nobody's, 250 a moment after somebody made it a channel, and again after a kill
// and a restart; deleted, it is nobody's again.
func TestANewChannelTakesMailAtOnce(t *testing.T) {
	data := filepath.Join(t.TempDir(), "var")
	c := begin(t, data)
	takes := func(want bool, when string) {
		t.Helper()
		conn, err := smtp.Dial(c.smtp)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		err = conn.SendMail("bo@customer.example", []string{"loans@new.example"}, strings.NewReader("From: bo@customer.example\r\nSubject: Loan "+when+"\r\n\r\nHello\r\n"))
		if (err == nil) != want || !want && !strings.Contains(err.Error(), "550") {
			t.Errorf("mail %s: %v, want it taken: %v", when, err, want)
		}
	}
	p := atThePage(t, c)
	takes(false, "before")
	p.call(201, "POST", "/guichet/domains", `{"domain":"new.example"}`)
	takes(false, "of a domain without a channel")
	p.call(201, "POST", "/dfo/3.0/channels", `{"id":"loans","name":"Loans","local_part":"loans","domain":"new.example","settings":{"skill":"support","spam_tag":"spam"}}`)
	takes(true, "after")
	c.kill()
	c = begin(t, data)
	p = atThePage(t, c)
	takes(true, "after a kill")
	p.call(204, "DELETE", "/dfo/3.0/channels/loans", "")
	takes(false, "after its end")
	p.call(204, "DELETE", "/guichet/domains/new.example", "")
	c.close()
	cases, _, err := state(t, data).Recent(t.Context(), demo, 100, "")
	if err != nil || len(cases) != 2 || cases[0].Channel != "loans" {
		t.Errorf("%d cases, %v; want the two that were taken", len(cases), err)
	}
}
