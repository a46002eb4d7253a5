package mail

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"guichet/shared/guichet"
)

// composeOfSize returns a mail that is exactly n bytes long when encoded, most of it an attachment, the rest a header.
func composeOfSize(t testing.TB, n int64) Outgoing {
	o := composeBase()
	o.Files = []OutFile{{Name: "f.bin", Open: func() io.Reader { return composeZeros{} }}}
	o.Headers = []Field{{"X-Pad", "x"}}
	empty := EncodedSize(o)
	o.Files[0].Size = (n - empty - 200) / 78 * 57
	pad := n - EncodedSize(o)
	if pad < 0 || pad > 900 {
		t.Fatalf("%d bytes cannot be padded", pad)
	}
	o.Headers[0].Value += strings.Repeat("x", int(pad))
	size := o.Files[0].Size
	o.Files[0].Open = func() io.Reader { return io.LimitReader(composeZeros{}, size) }
	if got := EncodedSize(o); got != n {
		t.Fatalf("made a mail of %d bytes, not %d", got, n)
	}
	return o
}

type composeZeros struct{}

func (composeZeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// A039: 41,943,040 bytes pass, one more is refused, before a byte is built.
func TestComposeLimit(t *testing.T) {
	o := composeOfSize(t, SESLimit)
	o.Limit = SESLimit
	if n, err := ComposeTo(io.Discard, o); err != nil || n != 41943040 {
		t.Errorf("a mail of the limit: %d bytes, %v", n, err)
	}
	o = composeOfSize(t, SESLimit+1)
	o.Limit = SESLimit
	o.Files[0].Open = func() io.Reader { t.Error("a mail that is too large was read"); return composeZeros{} }
	var b bytes.Buffer
	_, err := ComposeTo(&b, o)
	if !guichet.Is(err, guichet.TooLarge) || !strings.Contains(err.Error(), "41943041") || b.Len() > 0 {
		t.Errorf("one byte more: %v, %d bytes written; want too large with its size, nothing written", err, b.Len())
	}
	o = composeOfSize(t, SESLimit+1)
	if n, err := ComposeTo(io.Discard, o); err != nil || n != 41943041 {
		t.Errorf("A040: without a limit it passes: %d, %v", n, err)
	}
}

func TestComposeFileOfAnotherSize(t *testing.T) {
	for size, data := range map[int64]string{3: "ab", 2: "abc", 0: "a"} {
		o := composeBase()
		o.Files = []OutFile{{Name: "f", Size: size, Open: func() io.Reader { return strings.NewReader(data) }}}
		if raw, err := Compose(o); err == nil {
			t.Errorf("%d bytes promised, %d given: no error, mail of %d bytes", size, len(data), len(raw))
		}
	}
}

type composeBroken struct{ after int }

func (w *composeBroken) Write(p []byte) (int, error) {
	if w.after -= len(p); w.after < 0 {
		return 0, errors.New("disk full")
	}
	return len(p), nil
}

func TestComposeToBrokenWriter(t *testing.T) {
	o := composeBase()
	o.HTML, o.Files = "<p>x</p>", []OutFile{{Name: "f", Data: make([]byte, 1000)}}
	for n := range EncodedSize(o) {
		if _, err := ComposeTo(&composeBroken{int(n)}, o); err == nil {
			t.Fatalf("the writer broke after %d bytes and nobody said so", n)
		}
	}
}

// 40 MB composed stay under 128 MB resident: the files are never held, and Compose holds the mail once.
func TestComposeMemory(t *testing.T) {
	o := composeOfSize(t, SESLimit)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	n, err := ComposeTo(io.Discard, o)
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; err != nil || got > 1<<20 {
		t.Errorf("streaming %d bytes allocated %d bytes in all (%v), want under 1 MB", n, got, err)
	}
	runtime.ReadMemStats(&before)
	raw, err := Compose(o)
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; err != nil || got > SESLimit+2<<20 {
		t.Errorf("composing %d bytes allocated %d (%v), want the mail itself and 2 MB at most", len(raw), got, err)
	}
}

func BenchmarkComposeAttachments(b *testing.B) {
	o := composeBase()
	data := make([]byte, 1<<20)
	for i := range data {
		data[i] = sha256.Sum256([]byte(fmt.Sprint(i / 32)))[i%32]
	}
	o.HTML = TextToHTML(o.Text)
	o.Files = []OutFile{{Name: "f.bin", Data: data}}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Compose(o); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCompose40MB(b *testing.B) {
	o := composeOfSize(b, SESLimit)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ComposeTo(io.Discard, o); err != nil {
			b.Fatal(err)
		}
	}
}
