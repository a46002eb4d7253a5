package maildir

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"guichet/shared/channel"
	"guichet/shared/guichet"
)

var _ channel.Sender = Maildir{}

func mail(id, text string) channel.Outgoing {
	return channel.Outgoing{MailID: id, From: "a@demo.example", To: []string{"b@x.example"}, Raw: []byte(text)}
}

func send(t *testing.T, d Maildir, m channel.Outgoing) {
	t.Helper()
	if sent, err := d.Send(context.Background(), m); err != nil || sent.Secure || sent.ID != "" {
		t.Fatalf("got %+v, %v", sent, err)
	}
}

func read(t *testing.T, d Maildir, name string) string {
	t.Helper()
	r, err := d.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestSentAgainIsStillOne(t *testing.T) {
	d := Maildir{filepath.Join(t.TempDir(), "sent")}
	send(t, d, mail("1@demo.example", "first"))
	send(t, d, mail("1@demo.example", "again"))
	list, err := d.List(10)
	if err != nil || len(list) != 1 || read(t, d, list[0].Name) != "again" || list[0].Size != 5 {
		t.Fatalf("got %v, %v", list, err)
	}
	// A mail program reads it: moved to cur, with flags.
	if err := os.Rename(filepath.Join(d.Dir, "new", list[0].Name), filepath.Join(d.Dir, "cur", list[0].Name+":2,S")); err != nil {
		t.Fatal(err)
	}
	send(t, d, mail("1@demo.example", "third"))
	if list, err = d.List(10); err != nil || len(list) != 1 || read(t, d, list[0].Name) != "third" {
		t.Errorf("after a mail program saw it: %v, %v", list, err)
	}
	if left, _ := os.ReadDir(filepath.Join(d.Dir, "tmp")); len(left) != 0 {
		t.Errorf("%d files are left in tmp", len(left))
	}
}

func TestNewestFirst(t *testing.T) {
	d := Maildir{t.TempDir()}
	for i := range 5 {
		send(t, d, mail(fmt.Sprint(i), fmt.Sprint("mail ", i)))
		at := time.Unix(1e9+int64(i), 0)
		if err := os.Chtimes(filepath.Join(d.Dir, "new", name(fmt.Sprint(i))), at, at); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(d.Dir, "new", "1234.M5P6.host"), []byte("not ours"), 0o600); err != nil {
		t.Fatal(err)
	}
	list, err := d.List(3)
	if err != nil || len(list) != 3 || read(t, d, list[0].Name) != "mail 4" || read(t, d, list[2].Name) != "mail 2" {
		t.Errorf("got %v, %v", list, err)
	}
}

func TestOpenOnlyWhatIsOurs(t *testing.T) {
	d := Maildir{t.TempDir()}
	send(t, d, mail("1", "x"))
	if err := os.WriteFile(filepath.Join(d.Dir, "secret"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, n := range []string{"", "../secret", "..", "new/" + name("1"), name("2"), name("1") + ":2,S", "/etc/passwd"} {
		if _, err := d.Open(n); !guichet.Is(err, guichet.NotFound) {
			t.Errorf("%q: %v", n, err)
		}
	}
}

func TestNoFolderYet(t *testing.T) {
	if list, err := (Maildir{filepath.Join(t.TempDir(), "none")}).List(10); err != nil || len(list) != 0 {
		t.Errorf("got %v, %v", list, err)
	}
	if _, err := (Maildir{t.TempDir()}).Send(context.Background(), mail("", "x")); !guichet.Is(err, guichet.Permanent) {
		t.Errorf("no Message-ID: %v", err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := (Maildir{file}).Send(context.Background(), mail("1", "x")); !guichet.Is(err, guichet.Temporary) {
		t.Errorf("a file where the folder should be: %v", err)
	}
}

func TestManyAtOnce(t *testing.T) {
	d := Maildir{t.TempDir()}
	var wg sync.WaitGroup
	for i := range 40 {
		wg.Go(func() { send(t, d, mail(fmt.Sprint(i%4), fmt.Sprint("mail ", i%4))) })
	}
	wg.Wait()
	list, err := d.List(100)
	if err != nil || len(list) != 4 {
		t.Fatalf("got %d mails, %v; want 4", len(list), err)
	}
	for _, s := range list {
		if got := read(t, d, s.Name); len(got) != len("mail 0") {
			t.Errorf("half a mail: %q", got)
		}
	}
}
