//go:build outside

package outside

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/plan"
)

// TestTheLargestMail: a mail of 39 MB, nearly what SES takes, becomes a case within the memory and the time that the plan gives the function, and the
// function goes on with the next.
func TestTheLargestMail(t *testing.T) {
	h := newHouse(t)
	row, _ := plan.Find("inbound")
	f := h.run("inbound", fmt.Sprintf("AWS_LAMBDA_FUNCTION_MEMORY_SIZE=%d", row.Memory))
	began := time.Now()
	for i := range 3 {
		h.mail(fmt.Sprint("large", i), large(i, 39<<20), clean)
		if given, failed, err := h.feed("inbound", f); given != 1 || failed != 0 || err != nil {
			t.Fatalf("given %d, failed %d, %v; it said:\n%s", given, failed, err, f.Said())
		}
		m := h.message(guichet.NewCaseID(int64(i + 1)).Message(1))
		if m.Text == "" || len(m.Files) != 3 {
			t.Errorf("message has %d files and the text %q, want 3 and some", len(m.Files), m.Text)
		}
	}
	peak, err := f.Peak()
	h.must(err)
	t.Logf("3 mails of 39 MB: %v each with the upload, %d MB at most", time.Since(began)/3, peak>>20)
	if most := int64(row.Memory) << 20; peak > most {
		t.Errorf("inbound took %d MB, the plan gives it %d", peak>>20, row.Memory)
	}
}

// large is a mail of about n bytes: a text, and three attachments of noise.
func large(seed, n int) string {
	var b bytes.Buffer
	fmt.Fprintf(&b, "From: Bo <bo@customer.example>\nTo: support@demo.example\nSubject: Pictures %d\nMessage-ID: <large%d@customer.example>\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=zz\n\n--zz\nContent-Type: text/plain\n\nThe pictures.\n", seed, seed)
	noise := make([]byte, n/3/78*57)
	r := rand.NewChaCha8([32]byte{byte(seed)})
	for i := range 3 {
		_, _ = r.Read(noise)
		fmt.Fprintf(&b, "--zz\nContent-Type: image/jpeg\nContent-Disposition: attachment; filename=p%d.jpg\nContent-Transfer-Encoding: base64\n\n", i)
		for line := range len(noise) / 57 {
			b.WriteString(base64.StdEncoding.EncodeToString(noise[line*57 : line*57+57]))
			b.WriteByte('\n')
		}
	}
	b.WriteString("--zz--\n")
	return b.String()
}
