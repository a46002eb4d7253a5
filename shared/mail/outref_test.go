package mail

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestOutReferences(t *testing.T) {
	long := func(s string, n int) string { return strings.Repeat(s, n-2) + "@x" }
	for _, c := range []struct {
		name   string
		parent string
		refs   []string
		own    []string
		want   string
	}{
		{name: "the first mail of a case, by an agent", want: ""},
		{name: "a mail without references", parent: "p@x", want: "p@x"},
		{name: "the parent comes last", parent: "p@x", refs: []string{"a@x", "b@x"}, want: "a@x b@x p@x"},
		{name: "the parent among its own references", parent: "p@x", refs: []string{"a@x", "p@x", "b@x"}, want: "a@x b@x p@x"},
		{name: "both ids of our earlier mail (D-10)", parent: "p@x", refs: []string{"a@x", "ses1@email.amazonses.com"},
			own: []string{"m1@demo.example", "ses1@email.amazonses.com"}, want: "a@x ses1@email.amazonses.com m1@demo.example p@x"},
		{name: "a phone that drops references", parent: "p@x", own: []string{"m1@demo.example", "s1@eu-west-1.amazonses.com"},
			want: "m1@demo.example s1@eu-west-1.amazonses.com p@x"},
		{name: "long ids of ours do not push the parent out", parent: long("p", 500), own: []string{long("m", 600), long("s", 600)}, want: long("s", 600) + " " + long("p", 500)},
		{name: "ids that no header can hold", parent: "p q@x", refs: []string{"é@x", "", "a\r\nBcc: b@x", "ok@x", strings.Repeat("l", 901)}, want: "ok@x"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := strings.Join(OutReferences(c.parent, c.refs, c.own), " "); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// D-56: a case of 500 messages. Each side answers the other; the contact's program keeps all references it saw, the ids are as long as
// Outlook's. The block stays under 4 KB and every answer names its parent, the first mail and our last mail under both its ids.
func TestHeaderBlockOfALongCase(t *testing.T) {
	var refs, own []string
	index := NewThreadIndex("x", composeDate)
	first := ""
	for n := range 250 {
		theirs := fmt.Sprintf("AM9PR04MB8289%043dF1E2D3C4B5A6978@AM9PR04MB8289.eurprd04.prod.outlook.com", n)
		if n == 0 {
			first = theirs
		}
		o := composeBase()
		o.MessageID, o.InReplyTo = fmt.Sprintf("100012-%d.%024d@demo.example", n, n), theirs
		o.References = OutReferences(theirs, refs, own)
		index = NextThreadIndex(index, composeDate.Add(time.Duration(n)*time.Hour))
		o.ThreadIndex, o.ThreadTopic = index, "My kettle does not heat any more and I would like a new one"
		raw, err := Compose(o)
		if err != nil {
			t.Fatal(err)
		}
		head, _, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
		if len(head) >= 4096 {
			t.Fatalf("message %d: the header block has %d bytes", n, len(head))
		}
		got := o.References
		if got[0] != first || got[len(got)-1] != theirs {
			t.Fatalf("message %d: references begin with %s and end with %s", n, got[0], got[len(got)-1])
		}
		for _, id := range own[max(0, len(own)-2):] {
			if !slices.Contains(got, id) {
				t.Fatalf("message %d: our last mail %s is not in its references", n, id)
			}
		}
		ses := fmt.Sprintf("0102018f%040d-000000@eu-west-1.amazonses.com", n)
		own = append(own, o.MessageID, ses)
		refs = append(append(refs, theirs), o.MessageID, ses)
	}
}

func TestOutReferencesAny(t *testing.T) {
	id := rapid.StringMatching(`[a-c]{1,2}@[xy]|[a-z]{200,400}@x|[ <]a@b`)
	rapid.Check(t, func(t *rapid.T) {
		parent, refs, own := id.Draw(t, "parent"), rapid.SliceOfN(id, 0, 60).Draw(t, "refs"), rapid.SliceOfN(id, 0, 60).Draw(t, "own")
		got := OutReferences(parent, refs, own)
		size, seen := 0, map[string]bool{}
		for _, g := range got {
			size += len(g) + 5
			if seen[g] || !outID(g) || g != parent && !slices.Contains(refs, g) && !slices.Contains(own, g) {
				t.Fatalf("%q is twice, unwritable or from nowhere", g)
			}
			seen[g] = true
		}
		if size > outRefBytes || outID(parent) && (len(got) == 0 || got[len(got)-1] != parent) {
			t.Fatalf("%d bytes, parent %q, got %q", size, parent, got)
		}
		var order []string
		for _, r := range refs {
			if seen[r] && r != parent && !slices.Contains(order, r) {
				order = append(order, r)
			}
		}
		if !slices.Equal(order, got[:min(len(order), len(got))]) {
			t.Fatalf("order of the references: want %q first, got %q", order, got)
		}
	})
}

func TestNextThreadIndex(t *testing.T) {
	root := NewThreadIndex("case", composeDate)
	if len(root) != 22 || root[0] != 1 || !bytes.Equal(root, NewThreadIndex("case", composeDate)) || bytes.Equal(root, NewThreadIndex("other", composeDate)) {
		t.Fatalf("a new index: %x", root)
	}
	one := NextThreadIndex(root, composeDate.Add(90*time.Minute))
	if len(one) != 27 || !bytes.Equal(one[:22], root) {
		t.Fatalf("an answer keeps the 22 bytes and adds 5: %x", one)
	}
	// 90 minutes in units of 2^18 * 100 ns; the start is known to 2^16 * 100 ns.
	if got, want := int(one[22])<<24|int(one[23])<<16|int(one[24])<<8|int(one[25]), 90*60*10_000_000>>18; got-want > 1 || want-got > 1 {
		t.Errorf("the step says %d units, want %d", got, want)
	}
	late := NextThreadIndex(root, composeDate.AddDate(3, 0, 0))
	if late[22]&0x80 == 0 {
		t.Errorf("three years later the step is counted in the large unit: %x", late[22:])
	}
	if before := NextThreadIndex(root, composeDate.Add(-time.Hour)); !bytes.Equal(before[22:26], make([]byte, 4)) {
		t.Errorf("a clock that runs behind gives no time: %x", before[22:])
	}
	for i := range 200 {
		one = NextThreadIndex(one, composeDate.Add(time.Duration(i)*time.Hour))
	}
	if len(one) != 22+40*5 || !bytes.Equal(one[:22], root) {
		t.Errorf("after 200 answers it has %d bytes", len(one))
	}
	for _, bad := range [][]byte{nil, root[:21], append(bytes.Clone(root), 1, 2)} {
		if got := NextThreadIndex(bad, composeDate); got != nil {
			t.Errorf("%d bytes are no index, got %x", len(bad), got)
		}
	}
}
