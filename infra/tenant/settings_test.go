package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
)

// TestSettingsOfAChannel: what an operator sets is there, what he does not name stays, and what cannot be is refused with the field's name.
func TestSettingsOfAChannel(t *testing.T) {
	data := filepath.Join(t.TempDir(), "var")
	base := []string{"-data", data, "-tenant", "acme", "-domain", "help.example", "-channel", "support"}
	do := func(sets ...string) (string, error) {
		var out bytes.Buffer
		args := base
		for _, s := range sets {
			args = append(args, "-set", s)
		}
		err := run(t.Context(), &out, args)
		return out.String(), err
	}
	if out, err := do(`support={"acknowledgement":"We have it: {ticket}","burst":50}`); err != nil || !strings.Contains(out, "changed channel support") {
		t.Fatalf("%s: %v", out, err)
	}
	if _, err := do(`support={"ticket_formats":[{"delimiter":"square"}]}`, `support={"reopen":"never"}`); err != nil {
		t.Fatal(err)
	}
	for set, want := range map[string]string{
		`support={"spam_tag":"nosuch"}`: "no tag",
		`support={"ticket_formats":[]}`: "formats are added at the end",
		`support={"threading":"guess"}`: "threading is one of",
		`support={"threading":"ignore_in_reply_to","ticket_formats":[{},{"delimiter":"square"},{"hidden":true}]}`: "every reply a new case",
		`support={"nonsense":1}`:                   "nonsense",
		`support={"address":"other@help.example"}`: "keeps its id",
		`support={"skill":"nobody"}`:               "no skill",
		`sales={"burst":1}`:                        "no channel",
		`support`:                                  "CHANNEL={...}",
	} {
		if _, err := do(set); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want it to say %q", set, err, want)
		}
	}
	s, done, err := (&flags{data: data}).open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	cfg, err := s.Config(t.Context(), "acme")
	if err != nil {
		t.Fatal(err)
	}
	if c := cfg.Channels["support"]; c.Ack != "We have it: {ticket}" || c.Burst != 50 || c.Reopen != "never" || len(c.Numbers) != 2 || c.Address != "support@help.example" {
		t.Errorf("the channel is %+v", c)
	}
}
