//go:build outside

package outside

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// TestRealMailProgramsReplyAndJoin: what people have on their machines writes to the house (swaks, msmtp), opens the answer that came back and replies
// to it (mutt, neomutt, s-nail), again and again; every reply joins the case, by the id of the answer that it was written to.
func TestRealMailProgramsReplyAndJoin(t *testing.T) {
	versions := mailPrograms(t)
	for _, first := range []struct {
		program, subject string
		send             func(*contact, string)
	}{
		{"swaks", "My kettle leaks", (*contact).swaks},
		{"msmtp", "Théière cassée", (*contact).msmtp}, // its subject goes out as an encoded word, and comes back as the program makes it
	} {
		t.Run(first.program, func(t *testing.T) {
			h := openRealHouse(t)
			bo := newContact(t, h, first.program)
			first.send(bo, first.subject)
			id := h.caseOf(first.subject)
			n := 1 // messages of the case
			for round, reply := range []struct {
				program string
				write   func(*contact, string)
			}{
				{"mutt", (*contact).mutt}, {"neomutt", (*contact).neomutt}, {"s-nail", (*contact).snail},
				{"mutt", (*contact).mutt}, // the case is long by now: References of six ids
			} {
				h.answer(id, fmt.Sprintf("Answer %d: please send us a picture of it.", round+1))
				n++
				answer := bo.arrived(round + 1)
				text := fmt.Sprintf("Here it is, says %s in round %d.", reply.program, round+1)
				reply.write(bo, text)
				n++
				m := h.messageOf(id, n)
				if got := m.Content.Text; !strings.Contains(got, text) {
					t.Errorf("%s: the case has %q, want the text that was written, %q", reply.program, got, text)
				}
				raw, why := h.raw(m.ID), h.why(m.ID)
				if !strings.Contains(strings.ToLower(raw), agentOf[reply.program]) {
					t.Errorf("%s: the raw mail does not say that this program wrote it:\n%s", reply.program, raw)
				}
				head := headerOf(t, raw)
				if got := head.Get("In-Reply-To"); got != answer.Get("Message-Id") {
					t.Errorf("%s: the reply answers %s, want the newest answer, %s", reply.program, got, answer.Get("Message-Id"))
				}
				if refs := strings.Fields(head.Get("References")); len(refs) < n-1 {
					t.Errorf("%s: References has %d ids, want those of all %d messages before it: %s", reply.program, len(refs), n-1, refs)
				}
				if why != "in-reply-to" {
					t.Errorf("%s: joined by %q, want in-reply-to\n%s", reply.program, why, raw)
				}
				t.Logf("%s opened answer %d to case %s (opened by %s %s) and replied: message %s, joined by %s", versions[reply.program], round+1, id,
					first.program, filepath.Base(bo.mail), m.ID, why)
			}
			if hits := h.cases(); hits != 1 {
				t.Errorf("the house has %d cases, want the one", hits)
			}
		})
	}
}
