// Package folder keeps blobs as files of one folder, synced before Put returns: for the house on one machine.
//
// A blob is written aside, synced, linked to its place (which fails when there is one already) and its folder synced, so
// after a crash it is there whole or not at all.
package folder

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"time"

	"guichet/shared/blob"
	"guichet/shared/guichet"
)

// Folder is a blob.Blobs on files.
type Folder struct {
	blobs, aside string
	sync         *syncer
	serial       atomic.Int64
}

var _ blob.Blobs = (*Folder)(nil)

// Open takes the folder at path, making it if it is missing (not its parents), and removes what a crash left aside. One
// program at a time. Invalid: the folder cannot be made or written.
func Open(path string) (*Folder, error) {
	f := &Folder{blobs: filepath.Join(path, "blobs"), aside: filepath.Join(path, "aside"), sync: newSyncer()}
	for _, p := range []string{path, f.blobs, f.aside} {
		if err := os.Mkdir(p, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, guichet.Errorf(guichet.Invalid, "blob folder %s cannot be made: %w", p, err)
		}
	}
	left, err := os.ReadDir(f.aside)
	if err != nil {
		return nil, guichet.Errorf(guichet.Invalid, "blob folder %s cannot be read: %w", f.aside, err)
	}
	for _, d := range left {
		os.Remove(filepath.Join(f.aside, d.Name()))
	}
	probe, err := f.write("probe", nil, 0)
	if err != nil {
		return nil, guichet.Errorf(guichet.Invalid, "blob folder %s cannot be written: %w", path, err)
	}
	os.Remove(probe)
	if err := syncDir(path); err != nil {
		return nil, guichet.Errorf(guichet.Invalid, "blob folder %s cannot be synced: %w", path, err)
	}
	return f, nil
}

// Put stores size bytes of r under key, durably and once.
func (f *Folder) Put(ctx context.Context, key string, r io.Reader, size int64) error {
	if err := blob.CheckPut(key, size); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return guichet.Errorf(guichet.Temporary, "put blob: %w", err)
	}
	below, name := pathOf(key)
	dir := filepath.Join(f.blobs, filepath.FromSlash(below))
	if err := f.sync.make(f.blobs, dir); err != nil {
		return guichet.Errorf(guichet.Temporary, "put blob: %w", err)
	}
	path := filepath.Join(dir, name)
	if _, err := os.Lstat(path); err == nil {
		return f.exists(dir)
	}
	aside, err := f.write(strconv.FormatInt(f.serial.Add(1), 36), r, size)
	if err != nil {
		return err
	}
	defer os.Remove(aside)
	if err := os.Link(aside, path); errors.Is(err, fs.ErrExist) {
		return f.exists(dir)
	} else if err != nil {
		return guichet.Errorf(guichet.Temporary, "put blob: %w", err)
	}
	if err := f.sync.dir(dir); err != nil {
		return guichet.Errorf(guichet.Temporary, "put blob: %w", err)
	}
	return nil
}

// exists answers a Put of what is there already: the one who put it may still be syncing, and Exists promises that it is safe.
func (f *Folder) exists(dir string) error {
	if err := f.sync.dir(dir); err != nil {
		return guichet.Errorf(guichet.Temporary, "put blob: %w", err)
	}
	return guichet.Errorf(guichet.Exists, "put blob")
}

// write puts exactly size bytes of r aside, synced, and returns the path.
func (f *Folder) write(name string, r io.Reader, size int64) (path string, err error) {
	path = filepath.Join(f.aside, name)
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return "", guichet.Errorf(guichet.Temporary, "put blob: %w", err)
	}
	defer func() {
		if err != nil {
			os.Remove(path)
		}
	}()
	var n int64
	if r != nil {
		n, err = io.Copy(file, io.LimitReader(r, size+1))
	}
	if err == nil && n != size {
		err = guichet.Wrongf("size", "blob has not the %d bytes that it should", size)
	}
	if err == nil {
		err = file.Sync()
	}
	if e := file.Close(); err == nil {
		err = e
	}
	if err != nil && !guichet.Is(err, guichet.Invalid) {
		err = guichet.Errorf(guichet.Temporary, "put blob: %w", err)
	}
	return path, err
}

// Get opens a blob.
func (f *Folder) Get(ctx context.Context, key string) (io.ReadCloser, blob.Info, error) {
	file, info, err := f.open(key)
	if err != nil {
		return nil, info, err
	}
	return file, info, nil
}

func (f *Folder) open(key string) (*os.File, blob.Info, error) {
	if err := blob.CheckKey(key); err != nil {
		return nil, blob.Info{}, err
	}
	dir, name := pathOf(key)
	file, err := os.Open(filepath.Join(f.blobs, filepath.FromSlash(dir), name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, blob.Info{}, guichet.Errorf(guichet.NotFound, "blob")
	}
	if err != nil {
		return nil, blob.Info{}, guichet.Errorf(guichet.Temporary, "open blob: %w", err)
	}
	i, err := file.Stat()
	if err != nil {
		file.Close()
		return nil, blob.Info{}, guichet.Errorf(guichet.Temporary, "open blob: %w", err)
	}
	return file, blob.Info{Key: key, Size: i.Size(), Modified: i.ModTime().UTC()}, nil
}

// Range opens n bytes from off; fewer where the blob ends. Invalid: off is below zero or beyond the end.
func (f *Folder) Range(ctx context.Context, key string, off, n int64) (io.ReadCloser, error) {
	file, info, err := f.open(key)
	if err != nil {
		return nil, err
	}
	if off < 0 || off > info.Size {
		file.Close()
		return nil, guichet.Wrongf("off", "range from %d of a blob of %d bytes", off, info.Size)
	}
	if n < 0 || n > info.Size-off {
		n = info.Size - off
	}
	return section{io.NewSectionReader(file, off, n), file}, nil
}

type section struct {
	io.Reader
	io.Closer
}

// Delete removes a blob, durably.
func (f *Folder) Delete(ctx context.Context, key string) error {
	if err := blob.CheckKey(key); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return guichet.Errorf(guichet.Temporary, "delete blob: %w", err)
	}
	below, name := pathOf(key)
	dir := filepath.Join(f.blobs, filepath.FromSlash(below))
	err := os.Remove(filepath.Join(dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Lstat(dir); errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		err = nil // who deleted it may still be syncing
	}
	if err == nil {
		err = f.sync.dir(dir)
	}
	if err != nil {
		return guichet.Errorf(guichet.Temporary, "delete blob: %w", err)
	}
	return nil
}

// Link returns "": a folder gives no addresses.
func (f *Folder) Link(ctx context.Context, key string, ttl time.Duration) (string, error) {
	file, _, err := f.open(key)
	if err != nil {
		return "", err
	}
	return "", file.Close()
}
