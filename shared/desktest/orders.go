package desktest

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/ledger"
	"guichet/shared/store"
)

// Chains names the ways in which a chain of five mails is written.
func Chains() []string { return slices.Sorted(maps.Keys(kinds)) }

// AllOrders delivers a chain in all 120 orders, some of its mails twice, each on a new ledger that on gives and takes away: all must end in the same cases (D-06). Seed draws
// what comes twice.
func AllOrders(t testing.TB, chained string, seed uint64, on func(func(ledger.Ledger) Shape) Shape) {
	mails := chain(kinds[chained])
	want := on(func(l ledger.Ledger) Shape { return wholeChain(t, l, mails) })
	orders := permutations(len(mails))
	for i, order := range orders {
		r := rand.New(rand.NewPCG(seed, uint64(i)))
		if got := on(func(l ledger.Ledger) Shape { return inOrder(t, l, mails, order, r) }); got != want {
			t.Fatalf("order %v: hash %s, want %s\n%s\nwant\n%s", order, got.Hash(), want.Hash(), got, want)
		}
	}
	t.Logf("%d orders end in %s", len(orders), want.Hash())
}

// Interleavings delivers a chain so many times all at once, each mail twice, with the calls of the flows mixed anew: the same.
func Interleavings(t testing.TB, chained string, seed uint64, runs int, on func(func(ledger.Ledger) Shape) Shape) {
	mails := chain(kinds[chained])
	want := on(func(l ledger.Ledger) Shape { return wholeChain(t, l, mails) })
	for i := range runs {
		r := rand.New(rand.NewPCG(seed, uint64(i)))
		if got := on(func(l ledger.Ledger) Shape { return mixed(t, l, mails, r) }); got != want {
			t.Fatalf("interleaving %d of seed %d: hash %s, want %s\n%s\nwant\n%s", i, seed, got.Hash(), want.Hash(), got, want)
		}
	}
	t.Logf("%d interleavings end in %s", runs, want.Hash())
}

// kind is a way in which the mails of a chain are written.
type kind struct {
	full bool     // each names all before it, not its parent alone
	who  []string // they write in turn, each to the next, with us in copy
}

var kinds = map[string]kind{
	"full references":                {true, []string{"bo"}},
	"in-reply-to alone":              {false, []string{"bo"}},
	"two people, full references":    {true, []string{"bo", "al"}},
	"three people, in-reply-to only": {false, []string{"bo", "al", "cy"}},
}

// chain is five mails of one conversation.
func chain(k kind) []string {
	var mails []string
	for i := 1; i <= 5; i++ {
		from, to := k.who[(i-1)%len(k.who)], k.who[i%len(k.who)]
		head := fmt.Sprintf("From: %s@customer.example\nTo: %s@customer.example\nCc: support@demo.example\nSubject: Kettle\nMessage-ID: <k%d@customer.example>\n", from, to, i)
		if i > 1 {
			head += fmt.Sprintf("In-Reply-To: <k%d@customer.example>\n", i-1)
		}
		if k.full && i > 1 {
			head += "References:"
			for j := 1; j < i; j++ {
				head += fmt.Sprintf(" <k%d@customer.example>", j)
			}
			head += "\n"
		}
		mails = append(mails, strings.ReplaceAll(fmt.Sprintf("%s\nThe %d. mail.\n", head, i), "\n", "\r\n"))
	}
	return mails
}

// stranger writes about the same thing, and is another case in every order.
const stranger = "From: Dee <dee@customer.example>\r\nTo: support@demo.example\r\nSubject: Kettle\r\nMessage-ID: <d1@customer.example>\r\n\r\nMine, too.\r\n"

// wholeChain is the only right end of any order.
func wholeChain(t testing.TB, l ledger.Ledger, mails []string) Shape {
	h := New(t, l)
	if err := chaosAgent(t.Context(), h); err != nil {
		t.Fatal(err)
	}
	for _, in := range stored(t, h, mails) {
		deliver(t, h, in)
	}
	s, err := h.Shape(t.Context(), Threads)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(string(s), "case channel=support status=open in=5 "); got != 1 || strings.Count(string(s), "case ") != 2 {
		t.Fatalf("the chain in its own order is not one case of five and one of one:\n%s", s)
	}
	return s
}

func chaosAgent(ctx context.Context, h *House) error {
	return h.Store.SaveAgent(ctx, Tenant, guichet.Agent{ID: "ana", Name: "ana", Role: "agent", Presence: guichet.Available, Limit: 9, Skills: map[guichet.SkillID]int{"support": 1}})
}

// stored puts the mails and the stranger's where the receiving server puts them.
func stored(t testing.TB, h *House, mails []string) []desk.Incoming {
	var ins []desk.Incoming
	for _, raw := range append(mails[:len(mails):len(mails)], stranger) {
		in, err := h.Put(t.Context(), []byte(raw))
		if err != nil {
			t.Fatal(err)
		}
		in.From, in.Recipients = "bo@customer.example", []string{"support@demo.example"}
		in.Verdicts = guichet.Verdicts{Spam: "PASS", Virus: "PASS", SPF: "PASS", DKIM: "PASS", DMARC: "PASS"}
		ins = append(ins, in)
	}
	return ins
}

func deliver(t testing.TB, h *House, in desk.Incoming) {
	t.Helper()
	if _, err := h.Desk.ReceiveMail(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	h.Settle(t.Context())
}

// permutations gives all orders of 0..n-1.
func permutations(n int) [][]int {
	if n == 0 {
		return [][]int{{}}
	}
	var out [][]int
	for _, p := range permutations(n - 1) {
		for at := 0; at <= len(p); at++ {
			out = append(out, append(append(append([]int{}, p[:at]...), n-1), p[at:]...))
		}
	}
	return out
}

// inOrder delivers the mails in an order, the stranger's somewhere between, and after each perhaps one that came before once more.
func inOrder(t testing.TB, l ledger.Ledger, mails []string, order []int, r *rand.Rand) Shape {
	h := New(t, l)
	if err := chaosAgent(t.Context(), h); err != nil {
		t.Fatal(err)
	}
	ins := stored(t, h, mails)
	place := r.IntN(len(order))
	for i, n := range order {
		deliver(t, h, ins[n])
		if i == place {
			deliver(t, h, ins[len(mails)])
		}
		if r.IntN(2) == 0 {
			deliver(t, h, ins[order[r.IntN(i+1)]])
		}
	}
	s, err := h.Shape(t.Context(), Threads)
	if err != nil {
		t.Fatalf("order %v: %v", order, err)
	}
	return s
}

// mixed delivers every mail twice, all beside each other; a flow that is beaten too often comes again, as from its queue.
func mixed(t testing.TB, l ledger.Ledger, mails []string, r *rand.Rand) Shape {
	h := New(t, l)
	if err := chaosAgent(t.Context(), h); err != nil {
		t.Fatal(err)
	}
	turns := &Turns{Ledger: h.Feed}
	h.Desk = &desk.Desk{Store: store.New(turns, h.Blobs, h.Now), Now: h.Now, Key: h.Desk.Key, Lang: lang, Send: h.Desk.Send}
	var flows []func(context.Context)
	for _, in := range stored(t, h, mails) {
		for range 2 {
			flows = append(flows, func(ctx context.Context) {
				for {
					if _, err := h.Desk.ReceiveMail(ctx, in); err == nil {
						return
					} else if !guichet.Is(err, guichet.Temporary) {
						t.Errorf("deliver: %v", err)
						return
					}
				}
			})
		}
	}
	turns.Beside(t.Context(), r, flows...)
	h.Settle(t.Context())
	s, err := h.Shape(t.Context(), Threads)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
