package desk

import (
	"context"
	"encoding/json"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/sla"
	"guichet/shared/store"
)

// promises are the clocks of a case and of one that becomes a part of it.
type promises struct{ whole, part *sla.Watch }

func (d *Desk) promisesOf(cfg *store.Config, whole, part *guichet.Case) promises {
	return promises{d.watch(cfg, whole), d.watch(cfg, part)}
}

// take tells what was due on either side by now, then gives the whole what was promised to the part. It returns the clocks of the whole that had to go, as the
// fact of the merge keeps them.
func (p promises) take(now time.Time) string {
	p.part.Pass(now)
	p.whole.Pass(now)
	kept := p.whole.Take(p.part.Case, now)
	if len(kept) == 0 {
		return ""
	}
	text, _ := json.Marshal(kept) // of times and numbers alone
	return string(text)
}

// giveBack takes from a whole the clocks that it had of a part, by the fact of their merge, and returns what is to be told of the whole.
func (d *Desk) giveBack(cfg *store.Config, whole, part *guichet.Case, merged guichet.Fact) []guichet.Fact {
	kept := map[string]guichet.Clock{}
	if json.Unmarshal([]byte(merged.Detail["clocks"]), &kept) != nil {
		return nil
	}
	var facts []guichet.Fact
	w := d.watch(cfg, whole)
	w.GiveBack(part, kept, d.Now())
	w.Sync(d.Now(), d.Now())
	d.tell(w, &facts)
	return facts
}

// answeredSince returns the first answer that is known to have left from a case after a time; zero if there is none.
func answeredSince(c *guichet.Case, at time.Time) (first time.Time) {
	if at.IsZero() {
		return first
	}
	for _, t := range []time.Time{c.First.Met, c.Next.Met, c.Answered} {
		if t.After(at) && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	return first
}

// waitsNoMore takes the next-response clock off a case if it ran for a message that goes away: it begins with the next one that came after, or ends.
func (d *Desk) waitsNoMore(ctx context.Context, cfg *store.Config, c *guichet.Case, gone *guichet.Message, facts *[]guichet.Fact) error {
	if c.Merged != "" || !c.Next.Open() || !c.Next.Began.Equal(gone.At) {
		return nil
	}
	var next time.Time
	for _, part := range append([]guichet.CaseID{c.ID}, c.Parts...) {
		for from, more := 1, true; more; {
			list, err := d.Store.Messages(ctx, c.Tenant, part, from, 200)
			if err != nil {
				return err
			}
			for _, m := range list {
				from = m.N + 1
				waits := m.Direction == guichet.Inbound && m.Moved == "" && m.Held == "" && !m.Third && m.ID() != gone.ID() && !m.At.Before(gone.At)
				if waits && (next.IsZero() || m.At.Before(next)) {
					next = m.At
				}
			}
			more = len(list) == 200
		}
	}
	w := d.watch(cfg, c)
	if w.Drop(sla.Next, d.Now()); !next.IsZero() {
		w.Wrote(next)
	}
	w.Sync(d.Now(), d.Now())
	d.tell(w, facts)
	return nil
}
