package folder_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"guichet/shared/blob"
	"guichet/shared/blob/blobtest"
	"guichet/shared/blob/folder"
	"guichet/shared/guichet"
)

func open(t testing.TB) blob.Blobs {
	f, err := folder.Open(filepath.Join(t.TempDir(), "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestBlobs(t *testing.T) { blobtest.Run(t, open) }

func TestOpenSaysWhatIsWrong(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{file, filepath.Join(t.TempDir(), "no", "parent")} {
		if _, err := folder.Open(path); !guichet.Is(err, guichet.Invalid) {
			t.Errorf("open %s: %v, want invalid", path, err)
		}
	}
}

func TestOpenClearsWhatACrashLeft(t *testing.T) {
	dir := t.TempDir()
	f, err := folder.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Put(t.Context(), "a", bytes.NewReader([]byte("x")), 1); err != nil {
		t.Fatal(err)
	}
	left := filepath.Join(dir, "aside", "1")
	if err := os.WriteFile(left, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if f, err = folder.Open(dir); err != nil {
		t.Fatal(err)
	}
	if err := f.Put(t.Context(), "b", bytes.NewReader([]byte("y")), 1); err != nil {
		t.Fatal(err)
	}
	if list, err := f.List(t.Context(), "", "", 10); err != nil || len(list) != 2 {
		t.Errorf("list: %v, %v", list, err)
	}
	if d, err := os.ReadDir(filepath.Join(dir, "aside")); err != nil || len(d) != 0 {
		t.Errorf("aside: %v, %v", d, err)
	}
}

// BenchmarkPut stores mails of 2 and 75 KB, synced, from 16 goroutines, under keys that begin with a time.
func BenchmarkPut(b *testing.B) {
	for _, size := range []int{2 << 10, 75 << 10} {
		b.Run(fmt.Sprint(size>>10, "KB"), func(b *testing.B) {
			f, body := open(b), make([]byte, size)
			var n atomic.Int64
			b.SetBytes(int64(size))
			b.SetParallelism(8)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					i := n.Add(1)
					key := fmt.Sprintf("demo/raw/%08d%018d", i/300, i)
					if err := f.Put(b.Context(), key, bytes.NewReader(body), int64(size)); err != nil {
						b.Fatal(err)
					}
				}
			})
		})
	}
}
