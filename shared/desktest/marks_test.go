package desktest

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"guichet/shared/guichet"
)

// TestMarksAtOnceAreCountedOnce: four agents mark the same six messages of one sender at the same time; each message counts once, whoever was first.
func TestMarksAtOnceAreCountedOnce(t *testing.T) {
	ctx := t.Context()
	h := New(t, open(t))
	var ids []guichet.MessageID
	for i := range 6 {
		in, err := h.Put(ctx, fmt.Appendf(nil, "From: Eve <eve@pills.example>\r\nSubject: %d\r\nMessage-ID: <%d@pills.example>\r\n\r\nBuy.\r\n", i, i))
		if err != nil {
			t.Fatal(err)
		}
		in.From, in.Recipients = "eve@pills.example", []string{"support@demo.example"}
		out, err := h.Desk.ReceiveMail(ctx, in)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, out[0].Message)
	}
	for a := range 4 {
		if err := h.Store.SaveAgent(ctx, Tenant, guichet.Agent{ID: guichet.AgentID(fmt.Sprint("a", a)), Role: "agent"}); err != nil {
			t.Fatal(err)
		}
	}
	h.Settle(ctx)
	for _, r := range []struct {
		mark string
		want [2]int // spam, ham
	}{{guichet.MarkSpam, [2]int{6, 0}}, {guichet.MarkHam, [2]int{0, 6}}, {guichet.MarkSpam, [2]int{6, 0}}} {
		var wg sync.WaitGroup
		for a := range 4 {
			for _, id := range ids {
				wg.Go(func() { h.markAs(ctx, t, guichet.AgentID(fmt.Sprint("a", a)), id, r.mark) })
			}
		}
		wg.Wait()
		c, err := h.Store.Contact(ctx, Tenant, "eve@pills.example")
		if err != nil || [2]int{c.Spam, c.Ham} != r.want {
			t.Errorf("after %s by all: spam %d, ham %d, %v; want %v", r.mark, c.Spam, c.Ham, err, r.want)
		}
	}
	for _, id := range ids {
		facts, err := h.Store.History(ctx, Tenant, id.Case(), 0, 100)
		n := 0
		for _, f := range facts {
			if f.Kind == guichet.InteractionMarked {
				n++
			}
		}
		if err != nil || n != 3 {
			t.Errorf("case %s tells of %d marks, %v; want 3", id.Case(), n, err)
		}
	}
}

// markAs marks until the house is not too busy for it.
func (h *House) markAs(ctx context.Context, t *testing.T, who guichet.AgentID, id guichet.MessageID, mark string) {
	for {
		err := h.Desk.MarkSpam(ctx, Tenant, who, id, mark == guichet.MarkSpam)
		if guichet.Is(err, guichet.Temporary) {
			continue
		}
		if err != nil {
			t.Errorf("%s marks %s: %v", who, id, err)
		}
		return
	}
}
