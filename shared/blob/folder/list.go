package folder

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"guichet/shared/blob"
	"guichet/shared/guichet"
)

// entry is a file, or a folder, with the key or the beginning of the keys that it stands for.
type entry struct {
	path, key string
	dir       bool
	d         fs.DirEntry
}

// walk collects keys in order.
type walk struct {
	ctx           context.Context
	prefix, after string
	limit         int
	found         []blob.Info
}

// List returns blobs in the byte order of their keys.
func (f *Folder) List(ctx context.Context, prefix, after string, limit int) ([]blob.Info, error) {
	if err := blob.CheckList(prefix, after, limit); err != nil {
		return nil, err
	}
	w := walk{ctx: ctx, prefix: prefix, after: after, limit: limit}
	if err := w.in(f.blobs, ""); err != nil {
		return nil, guichet.Errorf(guichet.Temporary, "list blobs: %w", err)
	}
	return w.found, nil
}

// in walks the folder whose keys begin with key, until the limit.
func (w *walk) in(path, key string) error {
	if err := w.ctx.Err(); err != nil {
		return err
	}
	names, err := os.ReadDir(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	var entries []entry
	for _, d := range names {
		if e, ok := entryOf(path, key, d); ok && w.wanted(e) {
			entries = append(entries, e)
		}
	}
	slices.SortFunc(entries, func(a, b entry) int { return cmp.Compare(a.key, b.key) })
	for i := 0; i < len(entries) && len(w.found) < w.limit; {
		n := i + 1
		for entries[i].dir && n < len(entries) && strings.HasPrefix(entries[n].key, entries[i].key) {
			n++
		}
		if err := w.group(entries[i:n]); err != nil {
			return err
		}
		i = n
	}
	return nil
}

// group takes one entry, or several whose keys stand among each other: those are collected whole and then put in order.
func (w *walk) group(entries []entry) error {
	if len(entries) == 1 {
		return w.take(entries[0])
	}
	all := walk{ctx: w.ctx, prefix: w.prefix, after: w.after, limit: 1 << 62}
	for _, e := range entries {
		if err := all.take(e); err != nil {
			return err
		}
	}
	slices.SortFunc(all.found, func(a, b blob.Info) int { return cmp.Compare(a.Key, b.Key) })
	w.found = append(w.found, all.found[:min(len(all.found), w.limit-len(w.found))]...)
	return nil
}

func (w *walk) take(e entry) error {
	if e.dir {
		return w.in(e.path, e.key)
	}
	i, err := e.d.Info()
	if err != nil {
		return err
	}
	w.found = append(w.found, blob.Info{Key: e.key, Size: i.Size(), Modified: i.ModTime().UTC()})
	return nil
}

// wanted reports whether e is, or may hold, a key with the prefix that comes after after.
func (w *walk) wanted(e entry) bool {
	if !e.dir {
		return strings.HasPrefix(e.key, w.prefix) && e.key > w.after
	}
	near := strings.HasPrefix(e.key, w.prefix) || strings.HasPrefix(w.prefix, e.key)
	return near && (e.key > w.after || strings.HasPrefix(w.after, e.key))
}

// entryOf reads a name in the folder whose keys begin with key; false for what is not ours.
func entryOf(path, key string, d fs.DirEntry) (entry, bool) {
	e := entry{path: filepath.Join(path, d.Name()), dir: d.IsDir(), d: d}
	name, tail := d.Name(), ""
	switch {
	case !e.dir && strings.HasSuffix(name, end):
		name = strings.TrimSuffix(name, end)
	case !e.dir:
		return e, false
	case strings.HasSuffix(name, more):
		name = strings.TrimSuffix(name, more)
	default:
		tail = "/"
	}
	plain, ok := unescape(name)
	e.key = key + plain + tail
	return e, ok
}
