package desk

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"strconv"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/mail"
	"guichet/shared/store"
)

// AnswerFile is a file that goes out with an answer: its bytes, or the name under which KeepFile keeps them.
type AnswerFile struct {
	Name   string // shown to the reader
	Type   string // media type; what is none becomes application/octet-stream
	Kept   string // from KeepFile, of the same tenant
	Data   []byte // instead of Kept
	CID    string // Content-ID, without brackets, by which the HTML shows it; empty: an attachment
	Stored string // instead of Kept: where a draft keeps it. Never what a client says
}

// Limits of what an answer may carry beside that of the channel.
const (
	MaxFile  = 4 << 20 // bytes of one file that is kept: what fits into a request on AWS
	maxFiles = 50
)

// keepFileDays is how many days a kept file can be used after the one on which it came (UTC). The store of the bytes forgets it later.
const keepFileDays = 1

// KeepFile keeps bytes that an agent wants to send soon, and says under what name and until when. The same bytes on one day have the same name. Errors:
// TooLarge; Invalid for no bytes at all; Denied for who may answer nowhere.
func (d *Desk) KeepFile(ctx context.Context, t guichet.TenantID, who guichet.AgentID, data []byte) (kept string, until time.Time, err error) {
	if err := d.mayKeep(ctx, t, who); err != nil {
		return "", until, err
	}
	switch {
	case len(data) == 0:
		return "", until, guichet.Wrongf("content", "the file is empty")
	case len(data) > MaxFile:
		return "", until, guichet.Errorf(guichet.TooLarge, "a file of %d bytes; at most %d can be sent at once", len(data), MaxFile)
	}
	h := sha256.Sum256(data)
	day := d.Now().UTC().Truncate(24 * time.Hour)
	kept = day.Format(keptDay) + "-" + hex.EncodeToString(h[:16])
	err = d.Store.Blobs.Put(ctx, store.TmpKey(t, kept), bytes.NewReader(data), int64(len(data)))
	if guichet.Is(err, guichet.Exists) {
		err = nil
	}
	return kept, day.AddDate(0, 0, keepFileDays+1), err
}

const keptDay = "20060102"

// mayKeep asks for the right to answer, to write or approve drafts, or to configure in some channel.
func (d *Desk) mayKeep(ctx context.Context, t guichet.TenantID, who guichet.AgentID) error {
	a, err := d.Store.Agent(ctx, t, who)
	if err != nil {
		return err
	}
	cfg, err := d.Store.Config(ctx, t)
	if err != nil {
		return err
	}
	for id := range cfg.Channels {
		for _, p := range []guichet.Permission{guichet.CanReply, guichet.CanDraft, guichet.CanApprove, guichet.CanConfigure} {
			if cfg.Role(a).May(p, id) {
				return nil
			}
		}
	}
	return &guichet.Error{Kind: guichet.Denied, Field: string(guichet.CanReply), Text: "the permission " + string(guichet.CanReply) + " is missing"}
}

// KeptFile gives the bytes of a kept file. NotFound for a name that is none, another tenant's, or past its time.
func (d *Desk) KeptFile(ctx context.Context, t guichet.TenantID, kept string) ([]byte, error) {
	key, _, err := d.kept(ctx, t, kept)
	if err != nil {
		return nil, err
	}
	return d.rawMail(ctx, key)
}

// kept finds a kept file and its size.
func (d *Desk) kept(ctx context.Context, t guichet.TenantID, kept string) (key string, size int64, err error) {
	nothing := guichet.Errorf(guichet.NotFound, "file")
	if len(kept) != len(keptDay)+1+32 || kept[len(keptDay)] != '-' {
		return "", 0, nothing
	}
	if _, err := hex.DecodeString(kept[len(keptDay)+1:]); err != nil {
		return "", 0, nothing
	}
	day, err := time.Parse(keptDay, kept[:len(keptDay)])
	if now := d.Now(); err != nil || now.Before(day) || !now.Before(day.AddDate(0, 0, keepFileDays+1)) {
		return "", 0, nothing
	}
	key = store.TmpKey(t, kept)
	r, info, err := d.Store.Blobs.Get(ctx, key)
	if err != nil {
		return "", 0, err
	}
	return key, info.Size, r.Close()
}

// filesOf makes what the composer takes of an answer's files. Kept ones are read while the mail is written, one after the other.
func (d *Desk) filesOf(ctx context.Context, t guichet.TenantID, list []AnswerFile) ([]mail.OutFile, error) {
	if len(list) > maxFiles {
		return nil, guichet.Wrongf("attachments", "an answer carries at most %d files, not %d", maxFiles, len(list))
	}
	var out []mail.OutFile
	for i, f := range list {
		o := mail.OutFile{Name: f.Name, Type: f.Type, Data: f.Data, ContentID: f.CID, Inline: f.CID != ""}
		if f.Data == nil {
			key, size, err := d.placeOf(ctx, t, f)
			if guichet.Is(err, guichet.NotFound) {
				return nil, noFile(i)
			}
			if err != nil {
				return nil, err
			}
			o.Size, o.Open = size, func() io.Reader {
				return &keptReader{open: func() (io.ReadCloser, error) { r, _, err := d.Store.Blobs.Get(ctx, key); return r, err }}
			}
		}
		out = append(out, o)
	}
	return out, nil
}

func noFile(i int) error {
	field := "attachments[" + strconv.Itoa(i) + "]"
	return guichet.Wrongf(field, "%s: there is no such file any more: attach it again", field)
}

// placeOf finds where the bytes of a file are: those of a draft beside it, the others where uploads wait.
func (d *Desk) placeOf(ctx context.Context, t guichet.TenantID, f AnswerFile) (key string, size int64, err error) {
	if f.Stored == "" {
		return d.kept(ctx, t, f.Kept)
	}
	r, info, err := d.Store.Blobs.Get(ctx, f.Stored)
	if err != nil {
		return "", 0, err
	}
	return f.Stored, info.Size, r.Close()
}

// keptReader opens a file when it is first read. What fails is the world's: Temporary.
type keptReader struct {
	open func() (io.ReadCloser, error)
	r    io.ReadCloser
}

// Read reads the file.
func (k *keptReader) Read(p []byte) (int, error) {
	if k.r == nil {
		r, err := k.open()
		if err != nil {
			return 0, guichet.Errorf(guichet.Temporary, "read file: %w", err)
		}
		k.r = r
	}
	n, err := k.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = guichet.Errorf(guichet.Temporary, "read file: %w", err)
	}
	return n, err
}

// Close closes it if it was opened.
func (k *keptReader) Close() error {
	if k.r == nil {
		return nil
	}
	return k.r.Close()
}
