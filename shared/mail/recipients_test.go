package mail

import (
	"slices"
	"strings"
	"testing"

	"guichet/shared/guichet"
	"pgregory.net/rapid"
)

func composePeople(list string) (out []Address) {
	for _, a := range strings.Fields(list) {
		out = append(out, Address{Addr: a})
	}
	return out
}

func composeAddrs(list []Address) string {
	var out []string
	for _, a := range list {
		out = append(out, a.Addr)
	}
	return strings.Join(out, " ")
}

func TestReplyTo(t *testing.T) {
	for _, c := range []struct {
		name                        string
		from, sender, reply, to, cc string
		all                         bool
		wantTo, wantCc              string
	}{
		{name: "a plain mail", from: "bo@x.example", to: "us@demo.example", wantTo: "bo@x.example"},
		{name: "reply leaves the others out", from: "bo@x.example", to: "us@demo.example al@x.example", cc: "cy@x.example", wantTo: "bo@x.example"},
		{name: "reply all keeps them", from: "bo@x.example", to: "us@demo.example al@x.example", cc: "cy@x.example", all: true,
			wantTo: "bo@x.example", wantCc: "al@x.example cy@x.example"},
		{name: "we were in Cc", from: "bo@x.example", to: "al@x.example", cc: "us@demo.example", all: true, wantTo: "bo@x.example", wantCc: "al@x.example"},
		{name: "we were in Bcc: the sender alone", from: "bo@x.example", to: "al@x.example", cc: "cy@x.example", all: true, wantTo: "bo@x.example"},
		{name: "Reply-To of a web form", from: "form@site.example", reply: "bo@x.example", to: "us@demo.example", all: true, wantTo: "bo@x.example"},
		{name: "Reply-To names only us", from: "bo@x.example", reply: "us@demo.example", to: "us@demo.example", wantTo: "bo@x.example"},
		{name: "Reply-To names two", from: "bo@x.example", reply: "bo@x.example al@x.example", to: "us@demo.example", wantTo: "bo@x.example al@x.example"},
		{name: "form sent from our own address", from: "us@demo.example", reply: "bo@x.example", to: "us@demo.example", wantTo: "bo@x.example"},
		{name: "several authors", from: "bo@x.example al@x.example", to: "us@demo.example", wantTo: "bo@x.example al@x.example"},
		{name: "no From, but a Sender", sender: "bo@x.example", to: "us@demo.example", wantTo: "bo@x.example"},
		{name: "our own mail goes on to whom it went", from: "us@demo.example", to: "bo@x.example", cc: "al@x.example", wantTo: "bo@x.example"},
		{name: "our own mail, all", from: "us@demo.example", to: "bo@x.example", cc: "al@x.example", all: true, wantTo: "bo@x.example", wantCc: "al@x.example"},
		{name: "our own mail that had only Cc", from: "us@demo.example", to: "us@demo.example", cc: "al@x.example", wantTo: "al@x.example"},
		{name: "to ourselves only", from: "us@demo.example", to: "us@demo.example sales@demo.example", all: true},
		{name: "nobody can be read", to: "us@demo.example"},
		{name: "our address with a tag", from: "bo@x.example", to: "us+t.abc@demo.example al@x.example", all: true, wantTo: "bo@x.example", wantCc: "al@x.example"},
		{name: "our address in other case", from: "bo@x.example", to: "Us@Demo.Example al@x.example", all: true, wantTo: "bo@x.example", wantCc: "al@x.example"},
		{name: "the author stands in To too", from: "bo@x.example", to: "us@demo.example BO@x.example", cc: "bo@x.example al@x.example al@x.example", all: true,
			wantTo: "bo@x.example", wantCc: "al@x.example"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := Answered{composePeople(c.from), composePeople(c.sender), composePeople(c.reply), composePeople(c.to), composePeople(c.cc)}
			got := ReplyTo(m, []string{"us@demo.example", "sales@demo.example"}, c.all)
			if composeAddrs(got.To) != c.wantTo || composeAddrs(got.Cc) != c.wantCc || got.Bcc != nil {
				t.Errorf("got to %q cc %q bcc %v; want to %q cc %q", composeAddrs(got.To), composeAddrs(got.Cc), got.Bcc, c.wantTo, c.wantCc)
			}
		})
	}
}

// D-36 as rules, for any mail: nobody leaks, nobody is lost.
func TestReplyToAnyMail(t *testing.T) {
	own := []string{"us@demo.example", "sales@demo.example"}
	pool := rapid.SampledFrom([]string{"us@demo.example", "US@demo.example", "us+x@demo.example", "sales@demo.example", "a@x.example",
		"A@X.example", "b@x.example", "c@y.example", "d@y.example", "e@bücher.example", "e@xn--bcher-kva.example", ""})
	list := rapid.SliceOfN(rapid.Map(pool, func(a string) Address { return Address{Addr: a} }), 0, 5)
	us := composeOwn(own)
	rapid.Check(t, func(t *rapid.T) {
		m := Answered{list.Draw(t, "from"), list.Draw(t, "sender"), list.Draw(t, "reply"), list.Draw(t, "to"), list.Draw(t, "cc")}
		all := rapid.Bool().Draw(t, "all")
		got := ReplyTo(m, own, all)
		people := composeKeys(slices.Concat(m.From, m.Sender, m.ReplyTo, m.To, m.Cc))
		seen := map[string]bool{}
		for _, a := range got.All() {
			k := composeKey(a.Addr)
			if !people[k] || us.has(a.Addr) || seen[k] || a.Addr == "" {
				t.Fatalf("%q gets it: in the mail %v, ours %v, twice %v", a.Addr, people[k], us.has(a.Addr), seen[k])
			}
			seen[k] = true
		}
		author := us.others(slices.Concat(m.ReplyTo, m.From, m.Sender))
		there := us.in(m.To) || us.in(m.Cc) || us.in(m.From)
		if len(author) > 0 && len(got.To) == 0 {
			t.Fatal("somebody wrote and nobody gets the answer")
		}
		if !all && len(got.Cc) > 0 {
			t.Fatal("a reply to the author went to others")
		}
		if len(author) > 0 && !there && len(got.Cc) > 0 {
			t.Fatal("we were in Bcc and others learn of us")
		}
		if all && (there || us.in(m.Sender) && len(author) == 0) {
			for _, a := range us.others(slices.Concat(m.To, m.Cc)) {
				if !seen[composeKey(a.Addr)] {
					t.Fatalf("%q is lost", a.Addr)
				}
			}
		}
		if !got.Empty() {
			if _, err := CheckRecipients(got, own); err != nil {
				t.Fatalf("what ReplyTo gives is refused: %v", err)
			}
		}
	})
}

func composeKeys(list []Address) map[string]bool {
	out := map[string]bool{}
	for _, a := range list {
		out[composeKey(a.Addr)] = true
	}
	return out
}

func TestCheckRecipients(t *testing.T) {
	own := []string{"us@demo.example"}
	got, err := CheckRecipients(Recipients{To: composePeople("a@x.example"), Cc: composePeople("A@x.example b@x.example"), Bcc: composePeople("b@x.example c@x.example")}, own)
	if err != nil || composeAddrs(got.To) != "a@x.example" || composeAddrs(got.Cc) != "b@x.example" || composeAddrs(got.Bcc) != "c@x.example" {
		t.Errorf("each once: got %+v, %v", got, err)
	}
	for _, c := range []struct {
		name, field string
		r           Recipients
	}{
		{"nobody", "to", Recipients{}},
		{"us", "cc[1]", Recipients{To: composePeople("a@x.example"), Cc: composePeople("b@x.example us+1@demo.example")}},
		{"no address", "bcc[0]", Recipients{Bcc: composePeople("b")}},
		{"fifty-one", "to", Recipients{To: composePeople(composeMany(51))}},
	} {
		var e *guichet.Error
		_, err := CheckRecipients(c.r, own)
		if !guichet.Is(err, guichet.Invalid) {
			t.Fatalf("%s: got %v", c.name, err)
		}
		if e = err.(*guichet.Error); e.Field != c.field {
			t.Errorf("%s: field %s, want %s", c.name, e.Field, c.field)
		}
	}
	if _, err := CheckRecipients(Recipients{To: composePeople(composeMany(50))}, own); err != nil {
		t.Errorf("fifty pass: %v", err)
	}
}

func composeMany(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(" p" + strings.Repeat("x", i) + "@x.example")
	}
	return b.String()
}

// A034: a forward goes outside.
func TestCheckForward(t *testing.T) {
	own, contacts := []string{"us@demo.example"}, []string{"bo@x.example"}
	if _, err := CheckForward(Recipients{To: composePeople("repair@third.example")}, contacts, own); err != nil {
		t.Errorf("to a third party: %v", err)
	}
	for _, to := range []string{"Bo@x.example", "us@demo.example", ""} {
		if _, err := CheckForward(Recipients{To: composePeople(to)}, contacts, own); !guichet.Is(err, guichet.Invalid) {
			t.Errorf("to %q: %v, want Invalid", to, err)
		}
	}
}
