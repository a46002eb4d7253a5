package desktest

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/tools/txtar"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
	"guichet/shared/store"
	"pgregory.net/rapid"
)

// chronicle is a ledger that keeps every version of the cases and of the reference index: what then was must be.
type chronicle struct {
	ledger.Ledger
	mu   sync.Mutex
	kept map[ledger.Key]map[int64][]byte
}

func (c *chronicle) Commit(ctx context.Context, writes ...ledger.Write) error {
	if err := c.Ledger.Commit(ctx, writes...); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, w := range writes {
		if p, ok := w.(ledger.Put); ok && (p.Item.S == "c" && strings.Contains(p.Item.P, "#case#") || p.Item.S == "r") {
			if c.kept[p.Item.Key] == nil {
				c.kept[p.Item.Key] = map[int64][]byte{}
			}
			c.kept[p.Item.Key][p.Item.Version+1] = p.Item.Body
		}
	}
	return nil
}

// TestThenIsAsItWas: every case, and everything that an id stood for, is as it was at each of its versions, in every story.
func TestThenIsAsItWas(t *testing.T) {
	eachStory(t, func(t *testing.T, _ string, ar *txtar.Archive) { asItWas(t, ar) })
	for name, script := range histories {
		t.Run(name, func(t *testing.T) { asItWas(t, txtar.Parse([]byte(script+twoMails))) })
	}
}

// asItWas plays a story, and holds what then was to what was kept.
func asItWas(t *testing.T, ar *txtar.Archive) {
	c := &chronicle{Ledger: open(t), kept: map[ledger.Key]map[int64][]byte{}}
	h := New(t, c)
	Play(t, h, ar)
	for k, versions := range c.kept {
		id := guichet.CaseID(k.P[strings.LastIndexByte(k.P, '#')+1:])
		if k.S == "c" && gone(t, h, id) {
			continue
		}
		for v, body := range versions {
			var err error
			if k.S == "c" {
				err = sameCase(t.Context(), h, id, v, body)
			} else {
				err = sameRef(versions[slices.Max(slices.Collect(maps.Keys(versions)))], v, body)
			}
			if err != nil {
				t.Errorf("%s at version %d: %v", k.P, v, err)
			}
		}
	}
	for _, r := range second(replayAll(t, h, c)) {
		if r.Now.Config == r.Recorded.Config {
			t.Errorf("message %s: %s", r.Message, r.Differs)
		}
	}
}

func second[A, B any](_ A, b B) B { return b }

func sameCase(ctx context.Context, h *House, id guichet.CaseID, version int64, body []byte) error {
	var was guichet.Case
	if err := json.Unmarshal(body, &was); err != nil {
		return err
	}
	then, err := h.Desk.CaseAt(ctx, Tenant, id, version)
	if err != nil {
		return err
	}
	show := func(c *guichet.Case) string {
		return fmt.Sprintf("channel=%s status=%s moved=%s merged=%s people=%v outside=%v also=%v parts=%v", c.Channel, c.Status, c.Moved.UTC(), c.Merged, slices.Sorted(slices.Values(c.People)), c.Outside, c.Also,
			slices.Sorted(slices.Values(c.Parts)))
	}
	if got, want := show(then), show(&was); got != want {
		return fmt.Errorf("\ngot  %s\nwant %s", got, want)
	}
	return nil
}

// sameRef compares what an entry of the index was with what its newest version says that it was. The order counts: the first meaning may win.
func sameRef(newest []byte, version int64, body []byte) error {
	var now, was store.Ref
	if err := json.Unmarshal(newest, &now); err != nil {
		return err
	}
	if err := json.Unmarshal(body, &was); err != nil {
		return err
	}
	then, known := now.AsOf(version)
	for _, list := range [][]store.RefEntry{then.Entries, was.Entries} {
		for i := range list {
			list[i].Hash = ""
		}
	}
	if known && !slices.Equal(then.Entries, was.Entries) {
		return fmt.Errorf("\ngot  %+v\nwant %+v", then.Entries, was.Entries)
	}
	return nil
}

// histories are what cases go through and no story tells.
var histories = map[string]string{
	"merged by hand, a closed one with a live one, and apart again": `
agent ana
mail first.eml
mail other.eml
status 1 closed by ana
at +1h
merge 2 into 1 by ana
at +1h
mail late.eml
unmerge 2 by ana
at +1h
mail late2.eml
`,
	"a part of a part, taken out": `
agent ana
mail first.eml
mail other.eml
mail third.eml
at +1h
merge 3 into 2 by ana
merge 2 into 1 by ana
at +1h
unmerge 3 by ana
unmerge 2 by ana
`,
	"quarantined, released, resolved and open again": `
agent ana
channel support spam=tag
mail first.eml spam=FAIL virus=FAIL
at +1h
release 1 1 by ana
status 1 resolved by ana
at +1h
mail late.eml
at +1h
return 1 by ana
`,
	"an automatic mail that opens a case, and a split": `
agent ana
mail robot.eml
mail first.eml
mail late.eml
at +1h
split 2 2 by ana
mail late2.eml
`,
	"what a mail quotes is written later": `
channel support quotes=yes
mail toaster.eml
mail quoting.eml
outcome new_case
mail words.eml
outcome threaded
`,
	"a mail by way of a group of ours": `
mail first.eml
mail group.eml
outcome threaded
why 1 2 ticket-number
`,
	"an answer goes elsewhere": `
agent ana
mail elsewhere.eml
reply 1 by ana 'We look.'
at +1h
status 1 resolved by ana
`,
}

const twoMails = `
-- first.eml --
From: Bo <bo@customer.example>
To: support@demo.example
Subject: Kettle
Message-ID: <f1@customer.example>

It leaks.
-- other.eml --
From: Al <al@customer.example>
To: support@demo.example
Subject: Lamp
Message-ID: <o1@customer.example>

It is dark.
-- third.eml --
From: Cy <cy@customer.example>
To: support@demo.example
Subject: Fork
Message-ID: <t1@customer.example>

It bends.
-- late.eml --
From: Dee <dee@customer.example>
To: support@demo.example
Subject: Re: Kettle
Message-ID: <l1@customer.example>
In-Reply-To: <f1@customer.example>

Mine, too.
-- late2.eml --
From: Eve <eve@customer.example>
To: support@demo.example
Subject: Re: Kettle
Message-ID: <l2@customer.example>
In-Reply-To: <l1@customer.example>
References: <f1@customer.example> <l1@customer.example>

And mine.
-- robot.eml --
From: Robot <robot@customer.example>
To: support@demo.example
Subject: Out of office
Auto-Submitted: auto-replied
Message-ID: <r1@customer.example>

I am away.
-- toaster.eml --
From: Bo <bo@customer.example>
To: support@demo.example
Subject: Cold toaster
Message-ID: <c1@customer.example>

It is cold.
-- quoting.eml --
From: Bo <bo@customer.example>
To: support@demo.example
Subject: Re: Cold toaster
Message-ID: <c2@customer.example>

I found the receipt.

On Monday, bo@customer.example wrote:
> The toaster that I bought from you in January stays as cold as a stone all day.
> It hums a little, and then nothing happens for the rest of the morning.
-- words.eml --
From: Bo <bo@customer.example>
To: support@demo.example
Subject: Re: Cold toaster
Message-ID: <c3@customer.example>
In-Reply-To: <c1@customer.example>

The toaster that I bought from you in January stays as cold as a stone all day.
It hums a little, and then nothing happens for the rest of the morning.
-- group.eml --
From: Bo via Support <support@demo.example>
X-Original-From: Bo <bo@customer.example>
To: support@demo.example
Subject: Re: Kettle $TICKET1
Message-ID: <g1@demo.example>

It leaks still.
-- elsewhere.eml --
From: Bo <bo@customer.example>
Reply-To: Bo at home <bo@home.example>
To: support@demo.example
Subject: Spoon
Message-ID: <e1@customer.example>

Write me at home.
`

// TestARefKnowsWhatItWas: whatever comes and goes, a ref is at each version what it was then, or says that it does not know.
func TestARefKnowsWhatItWas(t *testing.T) {
	unknown := 0
	rapid.Check(t, func(rt *rapid.T) {
		r := &store.Ref{}
		kept := map[int64][]byte{}
		for range rapid.IntRange(1, 70).Draw(rt, "moves") {
			e := store.RefEntry{
				Channel: rapid.SampledFrom([]guichet.ChannelID{"a", "b", "c"}).Draw(rt, "channel"), Case: guichet.NewCaseID(rapid.Int64Range(1, 99).Draw(rt, "case")),
				Kind: store.RefMessage, Hash: rapid.StringMatching(`[a-f0-9]{2}`).Draw(rt, "hash"), N: 1,
			}
			switch rapid.IntRange(0, 3).Draw(rt, "what") {
			case 0:
				e.Kind, e.Hash = store.RefPhantom, ""
				r.Name(e)
			case 1:
				e.Kind, e.Hash = store.RefSubject, ""
				r.Name(e)
				r.Newest(8)
			default:
				r.Claim(e)
			}
			r.Version++
			kept[r.Version], _ = json.Marshal(r)
		}
		for v, body := range kept {
			if err := sameRef(kept[r.Version], v, body); err != nil {
				rt.Fatalf("version %d of %d: %v", v, r.Version, err)
			}
			if _, known := r.AsOf(v); !known {
				unknown++
			}
		}
		if then, known := r.AsOf(0); len(then.Entries) != 0 || !known {
			rt.Fatalf("before it was: %+v", then)
		}
		if then, known := r.AsOf(r.Version); len(then.Entries) != len(r.Entries) || !known || len(r.Was) > 6 {
			rt.Fatalf("as it is: %+v, not %+v", then, r)
		}
	})
	if unknown == 0 {
		t.Error("nothing was ever forgotten: the bound was not tried")
	}
	if then, _ := (&store.Ref{Version: 1, Entries: []store.RefEntry{{Kind: store.RefMessage, Case: "100014"}}}).AsOf(0); len(then.Entries) != 0 {
		t.Error("a ref was something before its first version")
	}
}
