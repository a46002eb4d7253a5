//go:build outside

package engines_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"guichet/infra/engines"
	"guichet/shared/channel"
	"guichet/shared/guichet"
	"guichet/shared/mail"

	"github.com/aws/aws-sdk-go-v2/service/sesv2"
)

// What we compose reaches an SES v2 engine nobody here wrote byte for byte; an address that is not verified is refused for good.
func TestSESOnMoto(t *testing.T) {
	url := engines.Moto(t)
	client := sesv2.NewFromConfig(engines.Config(url))
	s := channel.SES{Client: client, Region: engines.Region}
	raw, err := mail.Compose(mail.Outgoing{
		From: mail.Address{Name: "Équipe", Addr: "support@demo.example"}, To: []mail.Address{{Name: "Bo", Addr: "bo@bücher.example"}},
		Bcc: []mail.Address{{Addr: "secret@customer.example"}}, Subject: "Re: électrique 100012", MessageID: "m1@demo.example",
		Date: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), Text: "été\n.dot\n", HTML: "<p>été</p>",
		Files: []mail.OutFile{{Name: "reçu.pdf", Type: "application/pdf", Data: []byte{0, 1, 2, 255}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	m := channel.Outgoing{Tenant: "acme", Case: "100012", Message: "100012-2", From: "support@demo.example",
		To: []string{"bo@bücher.example", "secret@customer.example"}, Raw: raw}
	if _, err := s.Send(t.Context(), m); !guichet.Is(err, guichet.Permanent) || channel.InDoubt(err) {
		t.Fatalf("from an address that is not verified: %v", err)
	}
	identity := "support@demo.example"
	if _, err := client.CreateEmailIdentity(t.Context(), &sesv2.CreateEmailIdentityInput{EmailIdentity: &identity}); err != nil {
		t.Fatal(err)
	}
	sent, err := s.Send(t.Context(), m)
	if err != nil || sent.ID == "" || sent.MailID != sent.ID+"@"+engines.Region+".amazonses.com" {
		t.Fatalf("got %+v, %v", sent, err)
	}
	r, err := http.Get(url + "/moto-api/data.json")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	var all struct {
		SES map[string][]struct {
			Raw string   `json:"raw_data"`
			To  []string `json:"destinations"`
		} `json:"ses"`
	}
	if err := json.NewDecoder(r.Body).Decode(&all); err != nil {
		t.Fatal(err)
	}
	if got := all.SES["RawMessage"]; len(got) != 1 || got[0].Raw != string(raw) || !strings.HasPrefix(strings.Join(got[0].To, " "), "bo@xn--bcher-kva.example secret@customer.example") {
		t.Errorf("the engine has %+v, want one mail, byte for byte, for both", got)
	}
}
