package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
)

// replay decides mails of a house that is closed again, as of then, and says whether the records come out the same; without ids, all of them. It fails if one does not.
func replay(ctx context.Context, w io.Writer, o options, ids []string) error {
	if _, err := os.Stat(o.data); err != nil {
		return plain("data", "data folder "+o.data+" cannot be read", err)
	}
	h := &house{o: o}
	if err := h.openData(); err != nil {
		h.close()
		return plain("data", "data folder "+o.data+" cannot be used", err)
	}
	defer h.close()
	if len(ids) == 0 {
		var err error
		if ids, err = h.decided(ctx); err != nil {
			return err
		}
	}
	other := 0
	for _, id := range ids {
		r, err := h.desk.Replay(ctx, demo, guichet.MessageID(id))
		if err != nil {
			return fmt.Errorf("message %s: %w", id, err)
		}
		verdict := "the same"
		if !r.Same {
			other++
			verdict = r.Differs
		}
		fmt.Fprintf(w, "%-12s %-14s %s\n", id, r.Recorded.Rule, verdict)
	}
	if other > 0 {
		return fmt.Errorf("%d of %d mails are not decided the same", other, len(ids))
	}
	fmt.Fprintf(w, "%d mails, all decided the same\n", len(ids))
	return nil
}

// idsOf parts the messages, which come first, from the flags.
func idsOf(args []string) (ids, flags []string) {
	for i, a := range args {
		if strings.HasPrefix(a, "-") {
			return args[:i], args[i:]
		}
	}
	return args, nil
}

// decided lists the messages that were mails, the newest case first.
func (h *house) decided(ctx context.Context) ([]string, error) {
	var ids []string
	for cursor := ""; ; {
		page, next, err := h.desk.Store.Recent(ctx, demo, ledger.MaxBatch, cursor)
		if err != nil {
			return nil, err
		}
		for _, c := range page {
			for from := 1; from <= c.Messages; {
				list, err := h.desk.Store.Messages(ctx, demo, c.ID, from, ledger.MaxPage)
				if err != nil {
					return nil, err
				}
				if len(list) == 0 {
					break
				}
				for _, m := range list {
					if from = m.N + 1; m.Why != nil {
						ids = append(ids, string(m.ID()))
					}
				}
			}
		}
		if cursor = next; cursor == "" {
			return ids, nil
		}
	}
}
