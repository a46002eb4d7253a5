package desktest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"guichet/shared/guichet"
	"guichet/shared/store"
)

// TestRacingRatersAndARecount: six raters say different moods of the same messages of three contacts at the same time, cases are merged, split and deleted for good
// meanwhile, and a recount runs beside them: at the end each card counts what the messages say, also where a count had been spoilt before.
func TestRacingRatersAndARecount(t *testing.T) {
	for seed := range uint64(4) {
		ctx := t.Context()
		h := New(t, open(t))
		var ids []guichet.MessageID
		for i := range 8 {
			ids = append(ids, arrive(t, h, "support@demo.example", fmt.Sprintf("P%d <p%[1]d@customer.example>|Kettle %d|k%[2]d@customer.example|", i%3, i)).Message)
		}
		must(t, h.Store.SaveAgent(ctx, Tenant, guichet.Agent{ID: "ana", Role: "agent"}))
		spoilt, err := h.Store.Contact(ctx, Tenant, "p0@customer.example")
		must(t, err)
		spoilt.Moods.Positive = 1000
		save(ctx, t, h, spoilt)
		var wg sync.WaitGroup
		for a := range 6 {
			wg.Go(func() {
				r := rand.New(rand.NewPCG(seed, uint64(a)))
				for range 15 {
					id := ids[r.IntN(len(ids))]
					mood := []guichet.Mood{guichet.Positive, guichet.Neutral, guichet.Negative}[r.IntN(3)]
					untilDone(t, func() error {
						return h.Desk.Rate(ctx, Tenant, "ana", id, guichet.Sentiment{Mood: mood, By: fmt.Sprint("m", a)})
					}, guichet.Invalid, guichet.NotFound) // it was deleted for good
				}
			})
		}
		wg.Go(func() {
			untilDone(t, func() error { return h.Desk.Merge(ctx, Tenant, "ana", ids[3].Case(), ids[1].Case()) })
			untilDone(t, func() error { return h.Desk.SetStatus(ctx, Tenant, "ana", ids[5].Case(), guichet.Trashed) })
			untilDone(t, func() error { return h.Desk.Shred(ctx, Tenant, "ana", ids[5].Case()) })
			untilDone(t, func() error { _, err := h.Desk.Split(ctx, Tenant, "ana", ids[3]); return err })
		})
		wg.Go(func() {
			for range 3 {
				untilDone(t, func() error { _, err := h.Desk.Recount(ctx, Tenant); return err })
			}
		})
		wg.Wait()
		if _, err := h.Desk.Recount(ctx, Tenant); err != nil { // the last word about what was spoilt
			t.Fatal(err)
		}
		if wrong, err := h.Desk.Recount(ctx, Tenant); err != nil || len(wrong) != 0 {
			t.Errorf("seed %d: counted again: %+v, %v", seed, wrong, err)
		}
		groups, err := h.groups(ctx)
		must(t, err)
		if err := h.moods(ctx, groups); err != nil {
			t.Errorf("seed %d: %v", seed, err)
		}
	}
}

// TestRecountPutsRightWhatIsWrong: and says what it was.
func TestRecountPutsRightWhatIsWrong(t *testing.T) {
	ctx := t.Context()
	h := New(t, open(t))
	id := arrive(t, h, "support@demo.example", "Bo <bo@customer.example>|Kettle|k1@customer.example|").Message
	must(t, h.Store.SaveAgent(ctx, Tenant, guichet.Agent{ID: "ana", Role: "agent"}))
	must(t, h.Desk.Rate(ctx, Tenant, "ana", id, guichet.Sentiment{Mood: guichet.Negative}))
	c, err := h.Store.Contact(ctx, Tenant, "bo@customer.example")
	must(t, err)
	c.Moods = guichet.Moods{Positive: 4}
	save(ctx, t, h, c)
	wrong, err := h.Desk.Recount(ctx, Tenant)
	if err != nil || len(wrong) != 1 || wrong[0].Was.Positive != 4 || wrong[0].Now != (guichet.Moods{Negative: 1}) {
		t.Errorf("got %+v, %v; want 4 positive told and 1 negative counted", wrong, err)
	}
	if c, err = h.Store.Contact(ctx, Tenant, "bo@customer.example"); err != nil || c.Moods != (guichet.Moods{Negative: 1}) {
		t.Errorf("the card: %+v, %v", c.Moods, err)
	}
}

// untilDone does something until the house is not too busy for it; errors of those kinds are answers, too.
func untilDone(t *testing.T, do func() error, fine ...guichet.Kind) {
	for {
		err := do()
		if guichet.Is(err, guichet.Temporary) {
			continue
		}
		for _, k := range fine {
			if guichet.Is(err, k) {
				return
			}
		}
		if err != nil {
			t.Error(err)
		}
		return
	}
}

// save writes a contact past the desk.
func save(ctx context.Context, t *testing.T, h *House, c *guichet.Contact) {
	t.Helper()
	tx := &store.Tx{}
	tx.Contact(c)
	must(t, h.Store.Commit(ctx, tx))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
