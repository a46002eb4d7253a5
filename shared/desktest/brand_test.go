package desktest

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"guichet/shared/channel"
	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/ledger/sqlite"
	"guichet/shared/mail"
)

// TestNoAnswerLeaks: of all mails that leave in any story, one that is not marked as outside goes to nobody whom the case knows as a third party alone, and none
// goes to one of our own addresses (D-36).
func TestNoAnswerLeaks(t *testing.T) {
	outside := 0
	everyMailSent(t, func(t *testing.T, h *House, sent channel.Outgoing) {
		m, err := h.Store.Message(t.Context(), Tenant, sent.Message)
		if err != nil {
			t.Fatal(err)
		}
		c, err := h.Store.LiveCase(t.Context(), Tenant, m.Case)
		if err != nil {
			t.Fatal(err)
		}
		for _, to := range sent.To {
			switch addr := mail.FoldAddress(to); {
			case m.Outside:
				outside++
			case c.Stranger(addr):
				t.Errorf("%s goes to the third party %s", m.ID(), to)
			case addr == "support@demo.example" || addr == "billing@demo.example":
				t.Errorf("%s goes to ourselves", m.ID())
			}
		}
	})
	if outside < 2 {
		t.Errorf("%d mails went outside: the stories show nothing", outside)
	}
}

// TestThirdPartiesAnyOrder: whatever happens in whatever order (the contact writes, mail is passed on, third parties answer by header or by number, agents answer
// the newest or a third party), plain answers go to the contact alone and hold no word of a third party; third parties get no word that was not sent to them.
func TestThirdPartiesAnyOrder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		db, err := sqlite.Open(filepath.Join(t.TempDir(), "ledger.db"), time.Now, sqlite.Unsynced())
		if err != nil {
			rt.Fatal(err)
		}
		defer db.Close()
		h := New(t, db)
		if err := chaosAgent(t.Context(), h); err != nil {
			rt.Fatal(err)
		}
		w := &trio{t: t, h: h, rt: rt}
		w.write("bo@customer.example", "", "contact-word-0")
		for i := range rapid.IntRange(3, 9).Draw(rt, "steps") {
			h.SetNow(h.Now().Add(time.Minute))
			w.step(i+1, rapid.SampledFrom([]string{"contact", "forward", "third", "third-number", "answer", "answer-third"}).Draw(rt, "what"))
		}
		w.check()
	})
}

// comes delivers a mail with its references, ids without brackets.
func comes(t *testing.T, h *House, from, subject, id, answers, refs, body string) desk.Outcome {
	t.Helper()
	raw := "From: " + from + "\r\nTo: support@demo.example\r\nSubject: " + subject + "\r\nMessage-ID: <" + id + ">\r\n"
	if answers != "" {
		raw += "In-Reply-To: <" + answers + ">\r\nReferences:"
		for _, r := range strings.Fields(refs + " " + answers) {
			raw += "\r\n <" + r + ">"
		}
		raw += "\r\n"
	}
	in, err := h.Put(t.Context(), []byte(raw+"\r\n"+body+"\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	in.From, in.Recipients = from, []string{"support@demo.example"}
	in.Verdicts = guichet.Verdicts{Spam: "PASS", Virus: "PASS", SPF: "PASS", DKIM: "PASS", DMARC: "PASS"}
	out, err := h.Desk.ReceiveMail(t.Context(), in)
	if err != nil || len(out) != 1 {
		t.Fatalf("%v, %v", out, err)
	}
	h.Settle(t.Context())
	return out[0]
}

// trio is a case of a contact, third parties and an agent.
type trio struct {
	t     *testing.T
	h     *House
	rt    *rapid.T
	id    guichet.CaseID
	n     int
	third guichet.MessageID // the newest of a third party
}

func (w *trio) write(from, answers, word string) {
	w.n++
	subject := "Kettle"
	if w.id != "" {
		subject += " " + string(w.id)
	}
	out := comes(w.t, w.h, from, subject, fmt.Sprintf("%d@x.example", w.n), answers, answers, word)
	if w.id == "" {
		w.id = out.Message.Case()
	}
	if out.Message.Case() != w.id {
		w.rt.Fatalf("mail %d of %s opened case %s", w.n, from, out.Message.Case())
	}
	if strings.HasPrefix(from, "third") {
		w.third = out.Message
	}
}

// lastTo returns the id of the newest mail that went to an address; empty if there is none.
func (w *trio) lastTo(addr string) string {
	for _, m := range slices.Backward(w.h.World.Sent) {
		if slices.Contains(m.To, addr) {
			return m.MailID
		}
	}
	return ""
}

func (w *trio) step(i int, what string) {
	word := fmt.Sprintf("-word-%d", i)
	third := fmt.Sprintf("third%d@x.example", i%2)
	switch what {
	case "contact":
		w.write("bo@customer.example", w.lastTo("bo@customer.example"), "contact"+word)
	case "forward":
		w.reply(desk.Answer{Text: "agent" + word, Forward: w.id.Message(1), To: persons(third)})
	case "third", "third-number":
		parent := w.lastTo(third)
		if parent == "" {
			return
		}
		if what == "third-number" {
			parent = ""
		}
		w.write(third, parent, "secret"+word)
	case "answer":
		w.reply(desk.Answer{Text: "agent" + word, Quote: true, All: i%2 == 0})
	case "answer-third":
		if w.third != "" {
			w.reply(desk.Answer{Text: "agent" + word, Quote: true, Answers: w.third, All: true})
		}
	}
}

func (w *trio) reply(ans desk.Answer) {
	if _, err := w.h.Desk.Reply(w.t.Context(), Tenant, "ana", w.id, ans); err != nil {
		w.rt.Fatal(err)
	}
	w.h.Settle(w.t.Context())
}

func (w *trio) check() {
	for _, sent := range w.h.World.Sent {
		m, err := w.h.Store.Message(w.t.Context(), Tenant, sent.Message)
		if err != nil {
			w.rt.Fatal(err)
		}
		toContact := slices.Contains(sent.To, "bo@customer.example")
		if toContact && (len(sent.To) != 1 || m.Outside || leaks(sent.Raw, "secret-word")) {
			w.rt.Fatalf("%s to %v, outside %t, holds a third party's word: %t", m.ID(), sent.To, m.Outside, leaks(sent.Raw, "secret-word"))
		}
		if !toContact && !m.Outside {
			w.rt.Fatalf("%s goes to %v and is not marked", m.ID(), sent.To)
		}
	}
	c, err := w.h.Store.Case(w.t.Context(), Tenant, w.id)
	if err != nil || !slices.Equal(c.People, []string{"bo@customer.example"}) {
		w.rt.Fatalf("people %v, %v", c.People, err)
	}
}

// TestLongCaseStaysAnswerable: a case of 500 messages is answered with a header block under 4 KB that names the first mail, the parent and our last mail (D-56).
func TestLongCaseStaysAnswerable(t *testing.T) {
	h := New(t, open(t))
	if err := chaosAgent(t.Context(), h); err != nil {
		t.Fatal(err)
	}
	refs := ""
	var id guichet.CaseID
	for n := range 250 {
		h.SetNow(h.Now().Add(time.Minute))
		parent := ""
		if n > 0 {
			parent = h.World.Sent[n-1].MailID
		}
		own := fmt.Sprintf("AM9PR04MB8289%043dF1E2D3C4B5A6978@AM9PR04MB8289.eurprd04.prod.outlook.com", n)
		out := comes(t, h, "bo@customer.example", "Kettle", own, parent, refs, "It is cold.")
		refs += " " + own
		if id == "" {
			id = out.Message.Case()
		}
		if out.Message.Case() != id {
			t.Fatalf("mail %d opened another case", n)
		}
		if _, err := h.Desk.Reply(t.Context(), Tenant, "ana", id, desk.Answer{Text: "again"}); err != nil {
			t.Fatal(err)
		}
		h.Settle(t.Context())
		raw := h.World.Sent[n].Raw
		head, _, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
		m := mail.Parse(raw)
		if len(head) >= 4096 || m.InReplyTo[0] != own || m.References[len(m.References)-1] != own {
			t.Fatalf("answer %d: %d bytes of header, answers %v", n, len(head), m.InReplyTo)
		}
		if n > 0 && !slices.Contains(m.References, parent) {
			t.Fatalf("answer %d does not name our last mail", n)
		}
	}
	c, err := h.Store.Case(t.Context(), Tenant, id)
	if err != nil || c.Messages != 500 {
		t.Errorf("%d messages, %v", c.Messages, err)
	}
}
