package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guichet/shared/desk"
	"guichet/shared/guichet"
)

// TestReplayOfAClosedHouse: the mails of a house are decided again from its folder alone, and a channel that was saved since is named.
func TestReplayOfAClosedHouse(t *testing.T) {
	o := options{data: filepath.Join(t.TempDir(), "var"), smtp: "127.0.0.1:0", http: "127.0.0.1:0", lang: "en"}
	h, err := open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	for i, raw := range []string{
		"From: Bo <bo@customer.example>\r\nSubject: Kettle\r\nMessage-ID: <k2@c.example>\r\nIn-Reply-To: <k1@c.example>\r\n\r\nIt leaks still.\r\n",
		"From: Bo <bo@customer.example>\r\nSubject: Kettle\r\nMessage-ID: <k1@c.example>\r\n\r\nIt leaks.\r\n",
	} {
		key := "in/r" + string(rune('0'+i))
		if err := h.desk.Store.Blobs.Put(t.Context(), key, strings.NewReader(raw), int64(len(raw))); err != nil {
			t.Fatal(err)
		}
		if _, err := h.desk.ReceiveMail(t.Context(), desk.Incoming{Raw: key, Recipients: []string{"support@demo.example"}, ReceivedAt: time.Now()}); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := replay(t.Context(), &out, o, nil); err == nil || !strings.Contains(err.Error(), "-data") {
		t.Errorf("the house is open, and replay says %v", err)
	}
	h.close()
	if err := replay(t.Context(), &out, o, nil); err != nil || !strings.Contains(out.String(), "2 mails, all decided the same") || !strings.Contains(out.String(), "phantom") {
		t.Errorf("%v\n%s", err, out.String())
	}
	if h = (&house{o: o}); h.openData() != nil {
		t.Fatal("the house does not open again")
	}
	cfg, err := h.desk.Store.FreshConfig(t.Context(), demo)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.desk.Store.SaveChannel(t.Context(), *cfg.ChannelAt("support@demo.example")); err != nil {
		t.Fatal(err)
	}
	h.close()
	out.Reset()
	id := string(guichet.NewCaseID(1).Message(2))
	if err := replay(t.Context(), &out, o, []string{id}); err != nil || !strings.Contains(out.String(), "the same") || strings.Count(out.String(), "\n") != 2 {
		t.Errorf("%v\n%s", err, out.String())
	}
	if err := replay(t.Context(), &out, options{data: filepath.Join(t.TempDir(), "none")}, nil); err == nil {
		t.Error("a folder that is not there was replayed")
	}
}
