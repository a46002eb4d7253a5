// Package maildir is the relay of a machine that has none: what would go out is laid into a Maildir, where the page shows it under
// "Sent mail" and any mail program can read it.
package maildir

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"guichet/shared/channel"
	"guichet/shared/guichet"
)

// Maildir delivers into the folder Dir, made when it is not there. The zero Dir is an error.
type Maildir struct{ Dir string }

// Sent is one mail of the folder.
type Sent struct {
	Name string // for Open
	At   time.Time
	Size int64
}

const suffix = ".guichet" // keeps our files apart from those that mail programs put beside them

// Send writes m.Raw to tmp, syncs it, and moves it to new, so that a reader never sees half a mail. The file's name comes from
// m.MailID: the same mail sent again after a crash takes the place of the first. Nothing goes over a wire, so ForceTLS has nothing to say.
// Errors: Permanent without a MailID, Temporary for what the disk says.
func (d Maildir) Send(ctx context.Context, m channel.Outgoing) (channel.Sent, error) {
	if err := ctx.Err(); err != nil {
		return channel.Sent{}, guichet.Errorf(guichet.Temporary, "lay a mail into the folder: %w", err)
	}
	if m.MailID == "" || d.Dir == "" {
		return channel.Sent{}, guichet.Errorf(guichet.Permanent, "a mail without a Message-ID, or no folder to lay it in")
	}
	if err := d.deliver(name(m.MailID), m.Raw); err != nil {
		return channel.Sent{}, guichet.Errorf(guichet.Temporary, "lay a mail into the folder: %w", err)
	}
	return channel.Sent{}, nil
}

func name(mailID string) string {
	sum := sha256.Sum256([]byte(mailID))
	return hex.EncodeToString(sum[:16]) + suffix
}

func (d Maildir) deliver(name string, raw []byte) error {
	for _, sub := range []string{"tmp", "new", "cur"} {
		if err := os.MkdirAll(filepath.Join(d.Dir, sub), 0o700); err != nil {
			return err
		}
	}
	tmp, err := write(filepath.Join(d.Dir, "tmp"), name, raw)
	if err != nil {
		return err
	}
	at := filepath.Join(d.Dir, "new", name)
	if old := d.find(name); old != "" {
		at = old // a mail program has seen it and moved it to cur
	}
	if err := os.Rename(tmp, at); err != nil {
		return errors.Join(err, os.Remove(tmp))
	}
	return syncDir(filepath.Dir(at))
}

// write makes a synced file with a name of its own: two senders of the same mail do not write into one file.
func write(dir, name string, raw []byte) (string, error) {
	f, err := os.CreateTemp(dir, name+".*")
	if err != nil {
		return "", err
	}
	_, err = f.Write(raw)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return "", errors.Join(err, os.Remove(f.Name()))
	}
	return f.Name(), nil
}

func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// find returns the path of the mail, also when a mail program has moved it to cur and put flags (":2,S") behind its name.
func (d Maildir) find(name string) string {
	if at := filepath.Join(d.Dir, "new", name); exists(at) {
		return at
	}
	entries, err := os.ReadDir(filepath.Join(d.Dir, "cur"))
	if err != nil {
		return ""
	}
	for _, e := range entries {
		if base, _, _ := strings.Cut(e.Name(), ":"); base == name {
			return filepath.Join(d.Dir, "cur", e.Name())
		}
	}
	return ""
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// List returns the newest limit mails, newest first; those of one moment by name. A folder that is not there yet has none.
func (d Maildir) List(limit int) ([]Sent, error) {
	var out []Sent
	for _, sub := range []string{"new", "cur"} {
		entries, err := os.ReadDir(filepath.Join(d.Dir, sub))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, guichet.Errorf(guichet.Temporary, "list the mails of the folder: %w", err)
		}
		for _, e := range entries {
			base, _, _ := strings.Cut(e.Name(), ":")
			if info, err := e.Info(); err == nil && valid(base) && info.Mode().IsRegular() {
				out = append(out, Sent{Name: base, At: info.ModTime(), Size: info.Size()})
			}
		}
	}
	slices.SortFunc(out, func(a, b Sent) int {
		if c := b.At.Compare(a.At); c != 0 {
			return c
		}
		return strings.Compare(a.Name, b.Name)
	})
	return out[:min(len(out), max(limit, 0))], nil
}

// Open opens a mail by the name that List gave; the caller closes. NotFound for every other name.
func (d Maildir) Open(name string) (io.ReadCloser, error) {
	if valid(name) {
		if at := d.find(name); at != "" {
			if f, err := os.Open(at); err == nil {
				return f, nil
			}
		}
	}
	return nil, guichet.Errorf(guichet.NotFound, "there is no such mail in the folder")
}

// valid reports whether a name is one of ours: no path, nothing but hex and the suffix.
func valid(name string) bool {
	h, ok := strings.CutSuffix(name, suffix)
	return ok && len(h) == 32 && strings.Trim(h, "0123456789abcdef") == ""
}
