package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/ledger/sqlite"
	"guichet/shared/store"
)

func tenant(t *testing.T, line string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := run(t.Context(), &out, strings.Fields(line))
	return out.String(), err
}

func TestATenantInADataFolder(t *testing.T) {
	data := filepath.Join(t.TempDir(), "var")
	line := "-data " + data + " -tenant acme -domain Help.Example -channel Support,billing -agent ana -name Ana -email ana@help.example -first 4h -resolution 16h -zone Europe/Paris"
	out, err := tenant(t, line)
	if err != nil || strings.Count(out, "made ") != 8 {
		t.Fatalf("%v\n%s", err, out)
	}
	if out, err = tenant(t, line); err != nil || strings.Count(out, "kept ") != 8 {
		t.Errorf("again: %v\n%s", err, out)
	}
	if out, err = tenant(t, "-data "+data+" -tenant acme -first 2h"); err != nil || !strings.Contains(out, "changed  service level") {
		t.Errorf("another target: %v\n%s", err, out)
	}
	if _, err = tenant(t, "-data "+data+" -tenant zeta -domain help.example"); err == nil || sentence(err) != "domain help.example belongs to tenant acme, and a domain has one tenant alone" {
		t.Errorf("another tenant: %v", err)
	}
	db, err := sqlite.Open(filepath.Join(data, "ledger.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	c, err := store.New(db, nil, time.Now).FreshConfig(t.Context(), "acme")
	if err != nil {
		t.Fatal(err)
	}
	s := c.Tenant.SLA
	if s.First != 7200 || s.Resolution != 57600 || s.Calendar.Zone != "Europe/Paris" || len(s.Calendar.Week) != 5 || s.Calendar.Week["fri"][0] != "09:00-18:00" {
		t.Errorf("service level %+v", s)
	}
	if ch := c.ChannelAt("support@help.example"); ch == nil || ch.Skill != "support" || !ch.Outbound {
		t.Errorf("point of contact %+v", ch)
	}
	if r := c.Roles["agent"]; !r.May(guichet.CanReply, "support") || r.May(guichet.CanRelease, "support") {
		t.Errorf("role %+v", r)
	}
}

// TestAFolderInUseIsLeftAlone: a house that runs has the lock.
func TestAFolderInUseIsLeftAlone(t *testing.T) {
	data := t.TempDir()
	lock, err := os.Create(filepath.Join(data, "lock"))
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	if _, err := tenant(t, "-data "+data+" -tenant acme -domain help.example"); err == nil || !strings.Contains(err.Error(), "a guichet runs on") {
		t.Errorf("got %v", err)
	}
}

func TestFlagsThatAreRefused(t *testing.T) {
	for _, c := range []struct{ line, says string }{
		{"-tenant acme -domain help.example", "-table"},
		{"-table t -data var -tenant acme", "one of them"},
		{"-data var -domain help.example", "-tenant"},
		{"-data var -tenant acme -channel support", "-domain"},
		{"-data var -tenant acme -lang de", "-lang"},
		{"-data var -tenant acme -name Ana", "-agent"},
		{"-data var -tenant acme -first -4h", "-first"},
		{"-data var -tenant acme -hours 09:00-18:00", "-zone"},
		{"-data var -tenant acme -agent ana -email nobody", "-email"},
		{"-data var -tenant acme more", `"more"`},
	} {
		t.Chdir(t.TempDir())
		if _, err := tenant(t, c.line); err == nil || !strings.Contains(sentence(err), c.says) {
			t.Errorf("%s: got %v, want a sentence with %s", c.line, err, c.says)
		}
		if _, err := os.Stat("var"); err == nil {
			t.Errorf("%s: made a data folder", c.line)
		}
	}
}
