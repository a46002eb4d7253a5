package desktest

import (
	"context"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/ledger"
	"guichet/shared/ledger/sqlite"
	"guichet/shared/store"
	"pgregory.net/rapid"
)

// replayAll runs every mail of a house again and returns how many it ran, and those that did not come out the same.
func replayAll(t testing.TB, h *House, l ledger.Ledger) (int, []desk.Replayed) {
	t.Helper()
	groups, err := h.groups(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	before, facts := l.Usage().Writes, len(h.Feed.Facts())
	var other []desk.Replayed
	n := 0
	for _, g := range groups {
		for _, m := range g.messages {
			if m.Why == nil {
				if _, err := h.Desk.Replay(t.Context(), Tenant, m.ID()); !guichet.Is(err, guichet.Invalid) {
					t.Errorf("message %s, which nobody decided: %v", m.ID(), err)
				}
				continue
			}
			r, err := h.Desk.Replay(t.Context(), Tenant, m.ID())
			if err != nil {
				t.Fatalf("replay %s: %v", m.ID(), err)
			}
			if n++; !r.Same {
				other = append(other, r)
			} else if r.Differs != "" {
				t.Errorf("message %s is the same, and differs: %s", m.ID(), r.Differs)
			}
		}
	}
	if after := l.Usage().Writes; after != before || len(h.Feed.Facts()) != facts {
		t.Errorf("replay wrote: %v units, then %v; %d facts, then %d", before, after, facts, len(h.Feed.Facts()))
	}
	return n, other
}

// TestReplayStories: after every story, every mail of the house is decided again as it was, byte for byte, under the settings of then, and nothing is written.
func TestReplayStories(t *testing.T) {
	total := 0
	eachStory(t, func(t *testing.T, _ string, ar *txtar.Archive) {
		l := open(t)
		h := New(t, l)
		Play(t, h, ar)
		n, other := replayAll(t, h, l)
		total += n
		for _, r := range other {
			t.Errorf("message %s: %s", r.Message, r.Differs)
		}
	})
	t.Logf("%d mails replayed", total)
	if total < 100 {
		t.Errorf("only %d mails were replayed", total)
	}
}

// TestReplayAnyOrder: a conversation of five that came in any order, some mails twice, with a stranger's between, is decided again as it was though the clock stands
// still: cases that were merged later are apart again, and ids that were unseen then are unseen again.
func TestReplayAnyOrder(t *testing.T) {
	for name, k := range kinds {
		t.Run(name, func(t *testing.T) {
			mails := chain(k)
			merged := 0
			rapid.Check(t, func(rt *rapid.T) {
				order := rapid.Permutation([]int{0, 1, 2, 3, 4, 5}).Draw(rt, "order")
				again := rapid.SliceOfN(rapid.IntRange(0, 5), 0, 3).Draw(rt, "again")
				l, err := sqlite.Open(filepath.Join(t.TempDir(), "l.db"), LedgerNow, sqlite.Unsynced())
				if err != nil {
					rt.Fatal(err)
				}
				defer l.Close()
				h := New(t, l)
				ins := stored(t, h, mails)
				for _, n := range append(order, again...) {
					deliver(t, h, ins[n])
				}
				n, other := replayAll(t, h, l)
				if n != 6 || len(other) > 0 {
					rt.Fatalf("%d mails replayed, not the same: %+v", n, other)
				}
				merged += strings.Count(facts(h), string(guichet.CaseMerged))
			})
			if merged == 0 && !k.full {
				t.Error("no order made a merge: nothing was apart again")
			}
		})
	}
}

func facts(h *House) string {
	var b strings.Builder
	for _, f := range h.Feed.Facts() {
		b.WriteString(f.ID + " ")
	}
	return b.String()
}

// TestReplayBeside: mails that came at the same moment, their flows mixed call by call, are decided again as they were: what counts is what each had read, not when.
func TestReplayBeside(t *testing.T) {
	runs := 60
	if *full {
		runs = 1000
	}
	for name, k := range kinds {
		t.Run(name, func(t *testing.T) {
			mails := chain(k)
			for i := range runs {
				l := open(t)
				h := New(t, l)
				turns := &Turns{Ledger: h.Feed}
				h.Desk = &desk.Desk{Store: store.New(turns, h.Blobs, h.Now), Now: h.Now, Key: h.Desk.Key, Lang: lang, Send: h.Desk.Send}
				var flows []func(context.Context)
				for _, in := range stored(t, h, mails) {
					flows = append(flows, func(ctx context.Context) {
						for guichet.Is(ignore(h.Desk.ReceiveMail(ctx, in)), guichet.Temporary) {
						}
					})
				}
				turns.Beside(t.Context(), rand.New(rand.NewPCG(*seed, uint64(i))), flows...)
				h.Settle(t.Context())
				if n, other := replayAll(t, h, l); n != 6 || len(other) > 0 {
					t.Fatalf("interleaving %d of seed %d: %d mails replayed, not the same: %+v", i, *seed, n, other)
				}
			}
		})
	}
}

func ignore(_ []desk.Outcome, err error) error { return err }

func TestReplaySaysWhatDiffers(t *testing.T) {
	channel := func(change func(*guichet.Channel)) func(*testing.T, *House, *guichet.Message) {
		return func(t *testing.T, h *House, _ *guichet.Message) {
			cfg, err := h.Store.FreshConfig(t.Context(), Tenant)
			if err != nil {
				t.Fatal(err)
			}
			ch := *cfg.Channels["support"]
			change(&ch)
			if err := h.Store.SaveChannel(t.Context(), ch); err != nil {
				t.Fatal(err)
			}
		}
	}
	message := func(change func(*guichet.Message)) func(*testing.T, *House, *guichet.Message) {
		return func(t *testing.T, h *House, m *guichet.Message) {
			change(m)
			tx := &store.Tx{}
			tx.Message(m)
			if err := h.Store.Commit(t.Context(), tx); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, c := range map[string]struct {
		since   func(*testing.T, *House, *guichet.Message)
		differs string // begins so
		rule    string // that comes out
	}{
		"nothing happened":                    {func(*testing.T, *House, *guichet.Message) {}, "", "in-reply-to"},
		"the channel was saved":               {channel(func(c *guichet.Channel) { c.Display = "We" }), "", "in-reply-to"},
		"the channel ignores In-Reply-To now": {channel(func(c *guichet.Channel) { c.Thread = guichet.IgnoreInReplyTo }), "", "in-reply-to"},
		"the channel is gone":                 {channel(func(c *guichet.Channel) { c.Deleted = true }), "", "in-reply-to"},
		"settings that are not kept":          {message(func(m *guichet.Message) { m.Why.Config = "channel@7" }), "the channel's settings of then are not kept: channel@1 is today's, then it was channel@7", "in-reply-to"},
		"the record says something else":      {message(func(m *guichet.Message) { m.Why.Reason = "because" }), "it is decided otherwise now: ", "in-reply-to"},
		"what was seen is not known":          {message(func(m *guichet.Message) { m.Seen = nil }), "it is not recorded what the decision saw", "new"},
		"the case was not seen":               {message(func(m *guichet.Message) { delete(m.Seen, string(m.Case)) }), "it is decided otherwise now: ", "new"},
		"a version that never was":            {message(func(m *guichet.Message) { m.Seen[string(m.Case)] = -1 }), "it is decided otherwise now: ", "new"},
	} {
		t.Run(name, func(t *testing.T) {
			h := New(t, open(t))
			ins := stored(t, h, chain(kinds["in-reply-to alone"]))
			deliver(t, h, ins[0])
			deliver(t, h, ins[1])
			m, err := h.Store.Message(t.Context(), Tenant, guichet.NewCaseID(1).Message(2))
			if err != nil {
				t.Fatal(err)
			}
			c.since(t, h, m)
			r, err := h.Desk.Replay(t.Context(), Tenant, m.ID())
			if err != nil || r.Same != (c.differs == "") || !strings.HasPrefix(r.Differs, c.differs) || r.Now.Rule != c.rule || r.Recorded.Rule != "in-reply-to" {
				t.Errorf("%+v, %v; want %q, rule %q", r, err, c.differs, c.rule)
			}
		})
	}
}
