package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"guichet/shared/desk"
	"guichet/shared/desktest"
	"guichet/shared/guichet"
	"guichet/shared/ledger/sqlite"
	"guichet/shared/mail"
	"guichet/shared/store"
)

// threadSet is one thread.json: mails in the order of their delivery, and what the system is told beside them.
type threadSet struct {
	Source     string `json:"source"`
	Deliveries []struct {
		File      string `json:"file"`
		MessageID string `json:"message_id"`
	} `json:"deliveries"`
	Tickets  map[string]string `json:"tickets"`  // number in the placeholder -> message that has the ticket
	Outbound map[string]string `json:"outbound"` // messages that are our own sends -> the id that SES gave
}

// threadTask delivers each set to a house of its own, in order, and prints which messages it put together.
func threadTask(root string, out io.Writer) error {
	files, err := filepath.Glob(filepath.Join(root, "thread", "*", "*", "thread.json"))
	if err != nil {
		return err
	}
	slices.Sort(files)
	enc := json.NewEncoder(out)
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			return err
		}
		var set threadSet
		if err := json.Unmarshal(b, &set); err != nil {
			return fmt.Errorf("%s: %w", f, err)
		}
		threads, err := threadRun(set, filepath.Dir(f))
		if err != nil {
			return fmt.Errorf("%s: %w", f, err)
		}
		if err := enc.Encode(map[string]any{"id": set.Source, "threads": threads}); err != nil {
			return err
		}
	}
	return nil
}

// threadRun is one set in one house: the channel puts the ticket number in square brackets, who knows it may use it, and quoted words join
// under the same subject.
func threadRun(set threadSet, dir string) (map[string]string, error) {
	ctx := context.Background()
	tmp, err := os.MkdirTemp("", "evaluate")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(tmp)
	db, err := sqlite.Open(filepath.Join(tmp, "ledger.db"), time.Now, sqlite.Unsynced())
	if err != nil {
		return nil, err
	}
	defer db.Close()
	h, err := desktest.Build(ctx, db)
	if err != nil {
		return nil, err
	}
	cfg, err := h.Store.Config(ctx, desktest.Tenant)
	if err != nil {
		return nil, err
	}
	ch := *cfg.Channels["support"]
	ch.Anyone, ch.Quotes, ch.Numbers = true, true, []guichet.TicketFormat{{Delimiter: "square"}}
	if err := h.Store.SaveChannel(ctx, ch); err != nil {
		return nil, err
	}
	where := map[string]guichet.MessageID{}
	for _, d := range set.Deliveries {
		raw, err := os.ReadFile(filepath.Join(dir, d.File))
		if err != nil {
			return nil, err
		}
		id, err := threadDeliver(ctx, h, withTickets(raw, set, where))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", d.File, err)
		}
		where[d.MessageID] = id
		if ses := set.Outbound[d.MessageID]; ses != "" {
			if err := threadSent(ctx, h, id, ses); err != nil {
				return nil, err
			}
		}
	}
	return threadsOf(ctx, h, where)
}

func threadDeliver(ctx context.Context, h *desktest.House, raw []byte) (guichet.MessageID, error) {
	h.SetNow(h.Now().Add(time.Minute))
	in, err := h.Put(ctx, raw)
	if err != nil {
		return "", err
	}
	in.From, in.Recipients = "someone@elsewhere.example", []string{"support@demo.example"}
	out, err := h.Desk.ReceiveMail(ctx, in)
	if err != nil || len(out) == 0 || out[0].Result == desk.Unknown {
		return "", fmt.Errorf("%v: %w", out, err)
	}
	return out[0].Message, nil
}

var placeholder = regexp.MustCompile(`\[##TICKET:(\d+)##\]`)

// withTickets puts the reference that the house gave into the placeholders.
func withTickets(raw []byte, set threadSet, where map[string]guichet.MessageID) []byte {
	return placeholder.ReplaceAllFunc(raw, func(p []byte) []byte {
		c := where[set.Tickets[string(placeholder.FindSubmatch(p)[1])]].Case()
		return []byte(mail.TicketToken(c, guichet.TicketFormat{Delimiter: "square"}))
	})
}

// threadSent notes that a message is our own and which id SES gave it.
func threadSent(ctx context.Context, h *desktest.House, id guichet.MessageID, ses string) error {
	ref := mail.ID(ses)
	if bare, ok := mail.SESID(ref); ok {
		ref = mail.SESRef(bare)
	}
	refs, err := h.Store.Refs(ctx, desktest.Tenant, []string{ref})
	if err != nil {
		return err
	}
	c, n, err := id.Split()
	if err != nil {
		return err
	}
	r := refs[ref]
	r.Claim(store.RefEntry{Kind: store.RefMessage, Channel: "support", Case: c, N: n})
	tx := &store.Tx{}
	tx.Ref(desktest.Tenant, r)
	return h.Store.Commit(ctx, tx)
}

// threadsOf names for each message the case that it belongs to in the end, after all merges.
func threadsOf(ctx context.Context, h *desktest.House, where map[string]guichet.MessageID) (map[string]string, error) {
	threads := map[string]string{}
	for mailID, id := range where {
		c, err := h.Store.LiveCase(ctx, desktest.Tenant, id.Case())
		if err != nil {
			return nil, err
		}
		threads[mailID] = string(c.ID)
	}
	return threads, nil
}
