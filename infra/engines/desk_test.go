//go:build outside

package engines_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sesv2"

	"guichet/infra/engines"
	"guichet/shared/channel"
	"guichet/shared/desk"
	"guichet/shared/desktest"
	"guichet/shared/guichet"
	"guichet/shared/ledger/sqlite"
	"guichet/shared/pace"
)

// TestTheDeskSendsBySES: an answer goes through the whole desk, at its turn, into an SES v2 engine nobody here wrote: byte for byte what was composed and kept, for
// every recipient, and its id comes back into the house.
func TestTheDeskSendsBySES(t *testing.T) {
	url := engines.Moto(t)
	client := sesv2.NewFromConfig(engines.Config(url))
	identity := "demo.example"
	if _, err := client.CreateEmailIdentity(t.Context(), &sesv2.CreateEmailIdentityInput{EmailIdentity: &identity}); err != nil {
		t.Fatal(err)
	}
	db, err := sqlite.Open(filepath.Join(t.TempDir(), "ledger.db"), time.Now, sqlite.Unsynced())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	h := desktest.New(t, db)
	ses := &desk.Paced{Sender: channel.SES{Client: client, Region: engines.Region}, Store: h.Store, Now: h.Now,
		Wait: func(_ context.Context, at time.Time) error { h.SetNow(at); return nil },
		Ask:  func(context.Context) (pace.Quota, error) { return pace.Quota{Rate: 14, Max24: 200}, nil }}
	h.Desk.Send = func(*guichet.Channel) channel.Sender { return ses }
	a := guichet.Agent{ID: "ana", Name: "Ana", Role: "agent", Presence: guichet.Available, Limit: 5, Skills: map[guichet.SkillID]int{"support": 1}}
	if err := h.Store.SaveAgent(t.Context(), desktest.Tenant, a); err != nil {
		t.Fatal(err)
	}
	in, err := h.Put(t.Context(), []byte("From: Bo <bo@customer.example>\r\nTo: support@demo.example\r\nSubject: électrique\r\nMessage-ID: <k1@customer.example>\r\n\r\nIt is broken.\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	in.From, in.Recipients, in.Verdicts = "bo@customer.example", []string{"support@demo.example"}, guichet.Verdicts{SPF: "PASS", DKIM: "PASS", DMARC: "PASS"}
	if _, err := h.Desk.ReceiveMail(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	h.Settle(t.Context())
	m, err := h.Desk.Reply(t.Context(), desktest.Tenant, "ana", guichet.NewCaseID(1), desk.Answer{Text: "été\n.dot\n" + strings.Repeat("long ", 400), HTML: "<p>été</p>",
		Cc: []guichet.Person{{Addr: "cy@bücher.example"}}, Bcc: []guichet.Person{{Addr: "secret@customer.example"}}})
	if err != nil {
		t.Fatal(err)
	}
	h.Settle(t.Context())
	if m, err = h.Store.Message(t.Context(), desktest.Tenant, m.ID()); err != nil || m.Delivery != guichet.Accepted || len(h.Fails) > 0 || !strings.HasSuffix(m.SentID, "@"+engines.Region+".amazonses.com") || len(m.Fates) != 3 {
		t.Fatalf("%v, %+v, %v", err, m, h.Fails)
	}
	r, err := h.Blobs.Range(t.Context(), m.Raw, 0, -1)
	if err != nil {
		t.Fatal(err)
	}
	raw, _ := io.ReadAll(r)
	got, err := http.Get(url + "/moto-api/data.json")
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	var all struct {
		SES map[string][]struct {
			Raw string   `json:"raw_data"`
			To  []string `json:"destinations"`
		} `json:"ses"`
	}
	if err := json.NewDecoder(got.Body).Decode(&all); err != nil {
		t.Fatal(err)
	}
	mails := all.SES["RawMessage"]
	if len(mails) != 1 || mails[0].Raw != string(raw) || !strings.HasPrefix(strings.Join(mails[0].To, " "), "bo@customer.example cy@xn--bcher-kva.example secret@customer.example") {
		t.Errorf("the engine has %d mails, for %v", len(mails), mails)
	}
	if strings.Contains(string(raw), "secret@customer.example") {
		t.Error("the blind copy stands in the mail")
	}
}
