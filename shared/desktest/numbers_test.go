package desktest

import (
	"fmt"
	"io"
	"log/slog"
	"slices"
	"sync"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"guichet/shared/boot"
	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/ledger"
)

// TestD21ThousandNumbers: a thousand mails at once open a thousand cases of a thousand numbers; what each caller got grows while he looks, and every
// number has its check digit.
func TestD21ThousandNumbers(t *testing.T) {
	h := New(t, open(t))
	const writers, each = 50, 20
	var mu sync.Mutex
	var all []guichet.CaseID
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			last := guichet.CaseID("")
			for i := range each {
				o := arrive1(t, h, fmt.Sprintf("w%d-%d", w, i))
				id := o.Message.Case()
				if o.Result != desk.NewCase || !guichet.ValidCaseID(string(id)) || id <= last {
					t.Errorf("%+v after %s: want a new case and a higher number", o, last)
				}
				last = id
				mu.Lock()
				all = append(all, id)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	slices.Sort(all)
	if n := len(slices.Compact(all)); n != writers*each {
		t.Errorf("%d distinct numbers, want %d", n, writers*each)
	}
	found := 0
	for cursor := ""; ; {
		page, next, err := h.Store.Recent(t.Context(), Tenant, ledger.MaxBatch, cursor)
		if err != nil {
			t.Fatal(err)
		}
		found += len(page)
		if cursor = next; cursor == "" {
			break
		}
	}
	if found != writers*each {
		t.Errorf("%d cases, want %d", found, writers*each)
	}
}

// arrive1 delivers a mail of that id, of a sender of its own.
func arrive1(t *testing.T, h *House, id string) desk.Outcome {
	in := incoming1(t, h, id)
	out, err := h.Desk.ReceiveMail(t.Context(), in)
	if err != nil || len(out) != 1 {
		t.Errorf("%s: %v, %v", id, out, err)
		return desk.Outcome{}
	}
	return out[0]
}

func incoming1(t *testing.T, h *House, id string) desk.Incoming {
	raw := fmt.Sprintf("From: %s@customer.example\r\nTo: support@demo.example\r\nSubject: Kettle\r\nMessage-ID: <%s@customer.example>\r\n\r\nHello.\r\n", id, id)
	in, err := h.Put(t.Context(), []byte(raw))
	if err != nil {
		t.Error(err)
	}
	in.From, in.Recipients = id+"@customer.example", []string{"support@demo.example"}
	return in
}

// TestD09PoisonAmongNinetyNine: the queue hands over a hundred notifications of which one can never be handled. The others are cases; that one alone comes
// back, time after time, until the queue parks it; and when the batch comes again as a whole, nothing is there twice.
func TestD09PoisonAmongNinetyNine(t *testing.T) {
	log := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil)))
	defer slog.SetDefault(log)
	for name, bad := range map[string]func(h *House) string{
		"a notification that is none": func(*House) string { return `{"notificationType":"Received","mail":` },
		"a mail whose bytes are gone": func(h *House) string {
			in := incoming1(t, h, "gone")
			in.Raw = "in/not-there"
			return boot.Notice(in)
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := New(t, open(t))
			var e events.SQSEvent
			for i := range 100 {
				body := ""
				if i == 37 {
					body = bad(h)
				} else {
					body = boot.Notice(incoming1(t, h, fmt.Sprintf("m%d", i)))
				}
				e.Records = append(e.Records, events.SQSMessage{MessageId: fmt.Sprintf("q%d", i), Body: body})
			}
			for range 2 {
				out, err := boot.Mail(h.Desk)(t.Context(), e)
				if err != nil {
					t.Fatal(err)
				}
				if f := out.BatchItemFailures; len(f) != 1 || f[0].ItemIdentifier != "q37" {
					t.Errorf("failed: %v, want q37 alone", f)
				}
				groups, err := h.groups(t.Context())
				if err != nil || len(groups) != 99 {
					t.Errorf("%d cases, %v; want 99", len(groups), err)
				}
			}
		})
	}
}
