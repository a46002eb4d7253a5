package desktest

import (
	"crypto/x509"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"guichet/shared/channel"
	"guichet/shared/channel/smtptest"
	"guichet/shared/desk"
	"guichet/shared/guichet"
)

// relaying is a house whose support channel leaves by a real SMTP server, and the case of a mail to be answered.
func relaying(t *testing.T, srv *smtptest.Server, change func(*desk.RelayWish)) (*House, guichet.CaseID) {
	t.Helper()
	h := New(t, open(t))
	if err := chaosAgent(t.Context(), h); err != nil {
		t.Fatal(err)
	}
	h.Desk.Relay = srv.Finish
	w := desk.RelayWish{Host: srv.Host, Port: srv.Port, TLS: guichet.RelayStart, User: srv.User, Password: srv.Password}
	if change != nil {
		change(&w)
	}
	if _, err := h.Desk.SetRelay(t.Context(), Tenant, "ana", "support", w); err != nil {
		t.Fatal(err)
	}
	arrive(t, h, "support@demo.example", "Bo <bo@customer.example>|Kettle|k1@customer.example|")
	return h, guichet.NewCaseID(1)
}

// answer has ana answer the case, with copies, and returns what became of it at once.
func answer(t *testing.T, h *House, id guichet.CaseID, cc ...string) *guichet.Message {
	t.Helper()
	ans := desk.Answer{Text: "Which model?"}
	for _, a := range cc {
		ans.Cc = append(ans.Cc, guichet.Person{Addr: a})
	}
	m, err := h.Desk.Reply(t.Context(), Tenant, "ana", id, ans)
	if err != nil {
		t.Fatal(err)
	}
	h.Settle(t.Context())
	return again(t, h, m)
}

func again(t *testing.T, h *House, m *guichet.Message) *guichet.Message {
	t.Helper()
	now, err := h.Store.Message(t.Context(), Tenant, m.ID())
	if err != nil {
		t.Fatal(err)
	}
	return now
}

func fates(m *guichet.Message) string {
	var out []string
	for _, f := range m.Fates {
		out = append(out, strings.Split(f.Addr, "@")[0]+"="+string(f.State))
	}
	return strings.Join(out, " ")
}

// TestRelayOfTheTenant: the mail as it was composed, byte for byte, by STARTTLS, by TLS from the first byte, and without where nothing asks for it.
func TestRelayOfTheTenant(t *testing.T) {
	for name, c := range map[string]struct {
		mode   smtptest.TLS
		change func(*desk.RelayWish)
		secure bool
	}{
		"STARTTLS and a password":     {smtptest.Start, nil, true},
		"implicit TLS and a password": {smtptest.Implicit, func(w *desk.RelayWish) { w.TLS = guichet.RelayImplicit }, true},
		"STARTTLS, must be secure":    {smtptest.Start, func(w *desk.RelayWish) { w.ForceTLS = true }, true},
		"no TLS, and none asked for":  {smtptest.Plain, func(w *desk.RelayWish) { w.User, w.Password = "", "" }, false},
	} {
		t.Run(name, func(t *testing.T) {
			srv := smtptest.New(t, c.mode)
			if c.mode != smtptest.Plain {
				srv.User, srv.Password = "guichet", "p4ss w0rd"
			}
			h, id := relaying(t, srv, c.change)
			m := answer(t, h, id, "cy@customer.example")
			got := srv.Got()
			if m.Delivery != guichet.Sent || len(got) != 1 || got[0].Secure != c.secure || got[0].From != "support@demo.example" || !slices.Equal(got[0].To, []string{"bo@customer.example", "cy@customer.example"}) {
				t.Fatalf("%s (%s), the server has %+v", m.Delivery, m.Reason, got)
			}
			r, err := h.Blobs.Range(t.Context(), m.Raw, 0, -1)
			if err != nil {
				t.Fatal(err)
			}
			if raw, err := io.ReadAll(r); err != nil || string(raw) != string(got[0].Raw) {
				t.Errorf("not byte for byte: %v", err)
			}
			if _, err := h.Desk.AskRelay(t.Context(), Tenant, "ana", "support"); err != nil {
				t.Fatal(err)
			}
			h.Settle(t.Context())
			if r, err := h.Store.Relay(t.Context(), Tenant, "support"); err != nil || !r.Test.OK || r.Test.Secure != c.secure || len(srv.Got()) != 1 {
				t.Errorf("tested: %+v, %v, and %d mails", r.Test, err, len(srv.Got()))
			}
		})
	}
}

// TestRelayWithoutSecurity: A049 on real connections. What is missing stops the mail before anything of it is said.
func TestRelayWithoutSecurity(t *testing.T) {
	for name, c := range map[string]struct {
		mode    smtptest.TLS
		force   bool
		strange bool // the certificate is nobody's whom we know
		user    bool
		invalid bool // the address is marked
		reason  string
	}{
		"no STARTTLS, and it must be secure":           {smtptest.Plain, true, false, false, true, "no secure connection"},
		"a wrong certificate, and it must be secure":   {smtptest.Start, true, true, false, true, "certificate"},
		"no STARTTLS, and there is a password":         {smtptest.Plain, false, false, true, false, "no secure connection"},
		"a wrong certificate, and there is a password": {smtptest.Start, false, true, true, false, "certificate"},
	} {
		t.Run(name, func(t *testing.T) {
			srv := smtptest.New(t, c.mode)
			if c.user {
				srv.User, srv.Password = "guichet", "p4ss"
			}
			if c.strange {
				srv.Roots = x509.NewCertPool()
			}
			h, id := relaying(t, srv, func(w *desk.RelayWish) { w.ForceTLS = c.force })
			m := answer(t, h, id)
			person, err := h.Store.Contact(t.Context(), Tenant, "bo@customer.example")
			if err != nil || m.Delivery != guichet.Failed || !strings.Contains(m.Reason, c.reason) || (person.State.Reason == guichet.StoppedByTLS) != c.invalid || len(srv.Got())+srv.Asked != 0 {
				t.Fatalf("%v, %s (%s), address %+v, %d mails", err, m.Delivery, m.Reason, person.State, len(srv.Got()))
			}
			if !c.invalid {
				return
			}
			h.Desk.Relay = func(s channel.SMTP) channel.Prober { t.Error("the network was asked"); return srv.Finish(s) }
			if m := answer(t, h, id); m.Delivery != guichet.Failed || m.Fates[0].Code != "stopped.tls_required" {
				t.Errorf("the next mail: %s, %+v", m.Delivery, m.Fates)
			}
		})
	}
}

// TestRelayRefusesThePassword: the agent learns it, and the password stands nowhere, though the server says it back.
func TestRelayRefusesThePassword(t *testing.T) {
	srv := smtptest.New(t, smtptest.Start)
	srv.User, srv.Password = "guichet", "right"
	h, id := relaying(t, srv, func(w *desk.RelayWish) { w.Password = "wr0ng-but-s3cret" })
	m := answer(t, h, id)
	if m.Delivery != guichet.Failed || !strings.Contains(m.Reason, "refused the user name or the password") || len(srv.Got()) != 0 {
		t.Errorf("%s (%s)", m.Delivery, m.Reason)
	}
	for _, f := range h.Feed.Facts() {
		for k, v := range f.Detail {
			if strings.Contains(v, "s3cret") {
				t.Errorf("%s says %s=%s", f.ID, k, v)
			}
		}
	}
	if person, _ := h.Store.Contact(t.Context(), Tenant, "bo@customer.example"); person.State.Stopped() {
		t.Error("the contact pays for it")
	}
}

// TestRelaySaysLater: 4xx, then it takes it; the mail is there once.
func TestRelaySaysLater(t *testing.T) {
	for _, where := range []string{"bo@customer.example", "data"} {
		srv := smtptest.New(t, smtptest.Start)
		srv.Refuse[where] = []*smtp.SMTPError{smtptest.Said(451, "try later"), nil}
		h, id := relaying(t, srv, nil)
		m := answer(t, h, id, "cy@customer.example")
		if m.Delivery != guichet.Queued || len(srv.Got()) != 0 || len(h.Fails) != 1 {
			t.Fatalf("%s: %s, %d mails, failed %v; want it waiting", where, m.Delivery, len(srv.Got()), h.Fails)
		}
		h.Settle(t.Context())
		if m = again(t, h, m); m.Delivery != guichet.Sent || len(srv.Got()) != 1 || len(srv.Got()[0].To) != 2 {
			t.Errorf("%s, again: %s (%s), %+v", where, m.Delivery, m.Reason, srv.Got())
		}
	}
}

// TestRelayRefusesOneOfThree: the two others have the mail, and the agent sees who has not, and why.
func TestRelayRefusesOneOfThree(t *testing.T) {
	srv := smtptest.New(t, smtptest.Start)
	srv.Refuse["gone@customer.example"] = []*smtp.SMTPError{smtptest.Said(550, "no such user here")}
	h, id := relaying(t, srv, nil)
	m := answer(t, h, id, "gone@customer.example", "di@customer.example")
	if fates(m) != "bo=sent gone=failed di=sent" || !strings.Contains(m.Reason, "gone@customer.example: 550 5.1.1 no such user here") || len(srv.Got()) != 1 {
		t.Errorf("%s, %s, %+v", fates(m), m.Reason, srv.Got())
	}
	h.Redeliver(t.Context())
	if len(srv.Got()) != 1 {
		t.Errorf("%d mails after every fact came again", len(srv.Got()))
	}
	if person, _ := h.Store.Contact(t.Context(), Tenant, "gone@customer.example"); person.State.Stopped() {
		t.Error("a relay's word stopped an address")
	}
}

// TestRelayFallsSilent: after the whole mail, no answer, or a broken connection. Nobody knows; the agent is told so, the same bytes go again, and what was told goes.
func TestRelayFallsSilent(t *testing.T) {
	for name, set := range map[string]func(*smtptest.Server, bool){
		"silent":  func(s *smtptest.Server, on bool) { s.Silent = on },
		"hung up": func(s *smtptest.Server, on bool) { s.Hang = on },
	} {
		t.Run(name, func(t *testing.T) {
			srv := smtptest.New(t, smtptest.Start)
			set(srv, true)
			h, id := relaying(t, srv, nil)
			m := answer(t, h, id)
			if m.Delivery != guichet.Queued || !strings.Contains(m.Reason, "may come twice") || !m.SentAt.IsZero() {
				t.Fatalf("%s (%s), want it waiting in doubt", m.Delivery, m.Reason)
			}
			srv.Lock()
			set(srv, false)
			srv.Unlock()
			h.SetNow(h.Now().Add(12 * time.Minute))
			h.Settle(t.Context())
			got := srv.Got()
			if m = again(t, h, m); m.Delivery != guichet.Sent || m.Reason != "" || len(got) != 2 || string(got[0].Raw) != string(got[1].Raw) {
				t.Errorf("%s (%s), %d mails; want it sent, and the same bytes twice", m.Delivery, m.Reason, len(got))
			}
		})
	}
}

// TestRelayInside: without a house that says otherwise, a relay leads to public addresses alone, whatever its name.
func TestRelayInside(t *testing.T) {
	srv := smtptest.New(t, smtptest.Start)
	h, id := relaying(t, srv, nil)
	h.Desk.Relay = nil
	for _, host := range []string{"127.0.0.1", "localhost", "::1", "::ffff:127.0.0.1", "10.0.0.1", "169.254.169.254"} {
		if _, err := h.Desk.SetRelay(t.Context(), Tenant, "ana", "support", desk.RelayWish{Host: host, Port: srv.Port, TLS: guichet.RelayStart}); err != nil {
			t.Fatalf("%s: %v", host, err)
		}
		if m := answer(t, h, id); m.Delivery != guichet.Failed || !strings.Contains(m.Reason, "not a public one") || srv.Asked != 0 {
			t.Errorf("%s: %s (%s)", host, m.Delivery, m.Reason)
		}
	}
}

// TestRelayStaysSilent: three times the whole mail, never a word: it fails with those words, and goes no more, whatever comes again. A proof that it left takes that back.
func TestRelayStaysSilent(t *testing.T) {
	srv := smtptest.New(t, smtptest.Start)
	srv.Hang = true
	h, id := relaying(t, srv, nil)
	m := answer(t, h, id)
	for range 5 {
		h.SetNow(h.Now().Add(12 * time.Minute))
		h.Settle(t.Context())
	}
	h.Redeliver(t.Context())
	if m = again(t, h, m); m.Delivery != guichet.Failed || m.Fates[0].Code != guichet.InDoubt || !strings.Contains(m.Reason, "may have arrived") || len(srv.Got()) != 3 || len(h.Fails) > 0 {
		t.Fatalf("%s (%s), %d mails, %v; want it failed in doubt after three", m.Delivery, m.Reason, len(srv.Got()), h.Fails)
	}
	if err := h.Desk.Receipt(t.Context(), desk.Receipt{Tenant: Tenant, Message: m.ID(), MailID: "0102@eu-west-1.amazonses.com", Delivery: guichet.Sent, At: h.Now(), Recipients: []string{"bo@customer.example"}}); err != nil {
		t.Fatal(err)
	}
	if m = again(t, h, m); m.Delivery != guichet.Sent || m.Reason != "" || m.SentAt.IsZero() {
		t.Errorf("proven: %s (%s)", m.Delivery, m.Reason)
	}
}

// TestGivenUpAndSentAllTheSame: SES tells of a mail that the house had given up: it was sent.
func TestGivenUpAndSentAllTheSame(t *testing.T) {
	h := New(t, open(t))
	if err := chaosAgent(t.Context(), h); err != nil {
		t.Fatal(err)
	}
	arrive(t, h, "support@demo.example", "Bo <bo@customer.example>|Kettle|k1@customer.example|")
	h.World.Down = true
	m := answer(t, h, guichet.NewCaseID(1))
	f := guichet.Fact{Kind: guichet.ReplyQueued, Tenant: Tenant, Case: m.Case, Message: m.ID()}
	if err := h.Desk.GiveUp(t.Context(), f, guichet.Errorf(guichet.Temporary, "no answer")); err != nil {
		t.Fatal(err)
	}
	if m = again(t, h, m); m.Delivery != guichet.Failed || !strings.Contains(m.Reason, "given up after many tries: no answer") {
		t.Fatalf("%s (%s)", m.Delivery, m.Reason)
	}
	if err := h.Desk.Receipt(t.Context(), desk.Receipt{Tenant: Tenant, Message: m.ID(), MailID: "0102@eu-west-1.amazonses.com", Delivery: guichet.Sent, At: h.Now(), Recipients: []string{"bo@customer.example"}}); err != nil {
		t.Fatal(err)
	}
	if m = again(t, h, m); m.Delivery != guichet.Sent || m.Reason != "" {
		t.Errorf("%s (%s), want it sent", m.Delivery, m.Reason)
	}
}
