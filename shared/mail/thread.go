package mail

import (
	"encoding/hex"
	"slices"
	"strings"

	"guichet/shared/guichet"
)

// maxLookups bounds how many ids of one mail are looked up: the cost of a decision does not grow with the length of its thread.
const maxLookups = 12

// Clue is one thing in a mail that may name its case. Ref is a key of the reference index; Case is set instead where the clue
// itself carries the case under our signature or as a number.
type Clue struct {
	Kind  string // as guichet.Evidence.Kind
	Value string
	Ref   string
	Case  guichet.CaseID
	Own   bool // made by us and unguessable

	Subject string // it counts only for a case of this bare subject (ByExternal); empty: for any
}

// The kinds of clue, strongest first.
const (
	ByInReplyTo   = "in-reply-to"
	ByReferences  = "references"
	ByToken       = "token"
	ByPhantom     = "phantom" // others named this very mail before it came
	ByPlus        = "plus-address"
	ByThreadIndex = "thread-index"
	ByTicket      = "ticket-number"
	ByExternal    = "external-ref" // the number that the sender's own helpdesk gave
	BySubject     = "subject"
	ByThread      = "thread"     // the thread of a messaging channel
	ByInvitation  = "invitation" // the contact was invited to this case
	ByBounce      = "bounce"     // the mail that came back
	NoClue        = "new"
)

// Site is where a mail arrived: what the rules of threading need of the configuration.
type Site struct {
	Tenant  guichet.TenantID
	Channel *guichet.Channel
	Key     []byte                 // signs our ids
	Own     func(addr string) bool // is this folded address one of the tenant's points of contact?
	Plus    string                 // plus tag of the recipient
	Thread  string                 // of a messaging channel: key of the reference index, see ChatThread; empty: mail
	Invited guichet.CaseID         // to which case of the channel the message carries an invitation of ours
	Staff   func(addr string) bool // is this folded address an agent's? nil: nobody's is
}

// Clues returns what a mail says about its case, in the order in which it is believed (A066-A070). A channel that ignores
// In-Reply-To believes the ticket number and our own plus tag alone. Bounced names the message that came back, if m is a bounce.
func Clues(m *Mail, s Site, bounced []string) []Clue {
	if s.Thread != "" {
		return talkClues(s)
	}
	var out []Clue
	headers := s.Channel.Thread != guichet.IgnoreInReplyTo
	for _, id := range bounced {
		out = append(out, idClues(ByBounce, id, s)...)
	}
	if headers {
		for _, id := range m.InReplyTo {
			out = append(out, idClues(ByInReplyTo, id, s)...)
		}
		for _, id := range nearest(m.References) {
			out = append(out, idClues(ByReferences, id, s)...)
		}
		if s.Channel.Quotes {
			for _, id := range AttributedIDs(m) {
				out = append(out, idClues(ByReferences, id, s)...)
			}
		}
		if m.MessageID != "" {
			out = append(out, Clue{Kind: ByPhantom, Value: m.MessageID, Ref: m.MessageID})
		}
	}
	if c, ok := OwnPlus(s.Key, s.Tenant, s.Plus); ok {
		out = append(out, Clue{Kind: ByPlus, Value: s.Plus, Case: c, Own: true})
	}
	if root := ThreadRoot(m.ThreadIndex); headers && root != "" {
		out = append(out, Clue{Kind: ByThreadIndex, Value: root, Ref: root})
	}
	for _, t := range FindTickets(m.Subject, s.Channel.Numbers) {
		out = append(out, Clue{Kind: ByTicket, Value: string(t.ID) + " " + t.Form, Case: t.ID})
	}
	return once(out)
}

// talkClues are those of a message of a messaging channel: its thread, and before there is one the invitation that it carries. What its words look like says nothing.
func talkClues(s Site) []Clue {
	out := []Clue{{Kind: ByThread, Value: s.Thread, Ref: s.Thread, Own: true}}
	if s.Invited != "" {
		out = append(out, Clue{Kind: ByInvitation, Value: string(s.Invited), Case: s.Invited, Own: true})
	}
	return out
}

// nearest returns the ids that are looked up of a reference list, the parent first: the last ones, and the very first.
func nearest(refs []string) []string {
	out := slices.Clone(refs)
	slices.Reverse(out)
	if len(out) > maxLookups {
		out = append(out[:maxLookups-1], refs[0])
	}
	return out
}

// idClues turns one id into clues: the index entry, and what a signature of ours says without any index.
func idClues(kind, id string, s Site) []Clue {
	if bare, ok := SESID(id); ok {
		return []Clue{{Kind: kind, Value: id, Ref: SESRef(bare)}}
	}
	own, signed := OwnMessageID(s.Key, s.Tenant, id)
	out := []Clue{{Kind: kind, Value: id, Ref: id, Own: signed}}
	if signed {
		out = append(out, Clue{Kind: ByToken, Value: id, Case: own.Case(), Own: true})
	}
	return out
}

// SESRef is the key in the reference index of a mail that SES named.
func SESRef(bare string) string { return "ses:" + bare }

// ThreadRoot returns the key in the reference index of an Outlook conversation: the 16 bytes of its GUID, which every reply keeps; empty for
// a Thread-Index that is too short.
func ThreadRoot(index []byte) string {
	if len(index) < 22 {
		return ""
	}
	return "ti:" + hex.EncodeToString(index[6:22])
}

// once leaves the first clue of each index key and case.
func once(in []Clue) []Clue {
	seen := make(map[string]bool, len(in))
	return slices.DeleteFunc(in, func(c Clue) bool {
		k := c.Ref + "\x00" + string(c.Case)
		if c.Kind == ByPhantom || c.Kind == ByTicket || c.Kind == ByPlus {
			k = c.Kind + k
		}
		was := seen[k]
		seen[k] = true
		return was
	})
}

// Found is a clue and where it leads: the case that it names, after all merges. A nil Case leads nowhere.
type Found struct {
	Clue
	Case    *guichet.Case
	Phantom bool // the id was only ever named by others, its mail has not been seen
	Bulk    bool // the id belongs to a mail that went to many people
	Outside bool // the id belongs to a mail of ours that went to a third party
	Self    bool // the id belongs to a mail that our own address sent to us
}

// Decision says to which case a mail belongs, and why.
type Decision struct {
	Case    *guichet.Case    // nil: a new one
	Merge   []*guichet.Case  // further cases that this mail shows to be the same conversation
	Related []guichet.CaseID // cases that it names and may not join
	Outside bool             // it answers a mail of ours that went to a third party
	Why     guichet.Why
}

// Sender is who wrote, as far as threading needs it. Addresses are folded.
type Sender struct {
	Addr     string
	With     []string // To and Cc
	Verdicts guichet.Verdicts
	Unproven bool // nothing was said about whether he is who he says: a form of a website
	Bounce   bool // a bounce speaks for the case whose mail came back, whoever sent it
}

// Decide picks the case. The first clue that leads to a case that the sender may join wins; every clue that was passed over says why.
func Decide(s Site, from Sender, found []Found) Decision {
	var d Decision
	sole := soleQuoted(found)
	for _, f := range found {
		e := guichet.Evidence{Kind: f.Kind, Value: short(f.Value)}
		if f.Case == nil {
			if f.Kind != ByPhantom {
				d.Why.Evidence = append(d.Why.Evidence, e)
			}
			continue
		}
		e.Case = f.Case.ID
		if !slices.Contains(d.Why.Candidates, f.Case.ID) {
			d.Why.Candidates = append(d.Why.Candidates, f.Case.ID)
		}
		if e.Note = refuse(s, from, f); e.Note == "" && f.Kind == ByQuote && f.Case.ID != sole {
			e.Note = "the same words stand in several cases"
		}
		switch {
		case e.Note != "":
			d.relate(f.Case.ID)
		case d.Case == nil:
			d.Case, d.Outside, d.Why.Rule = f.Case, f.Outside, f.Kind
			d.Why.Reason = reasons[f.Kind]
		case f.Case.ID != d.Case.ID && mayMerge(d.Case, f):
			d.Merge = append(d.Merge, f.Case)
			e.Note = "the same conversation: merged"
		case f.Case.ID != d.Case.ID:
			e.Note = "a stronger clue won"
		}
		d.Why.Evidence = append(d.Why.Evidence, e)
	}
	if d.Case == nil {
		d.Why.Rule, d.Why.Reason = NoClue, newReason(found)
	}
	d.Related = slices.DeleteFunc(d.Related, func(c guichet.CaseID) bool { return d.Case != nil && c == d.Case.ID })
	return d
}

// soleQuoted returns the only case whose words a mail quotes. Words that stand in several cases are a circular or a set phrase, and join nobody.
func soleQuoted(found []Found) guichet.CaseID {
	var sole guichet.CaseID
	for _, f := range found {
		if f.Kind != ByQuote || f.Case == nil || f.Case.ID == sole {
			continue
		}
		if sole != "" {
			return ""
		}
		sole = f.Case.ID
	}
	return sole
}

func (d *Decision) relate(c guichet.CaseID) {
	if !slices.Contains(d.Related, c) {
		d.Related = append(d.Related, c)
	}
}

var reasons = map[string]string{
	ByInReplyTo:   "it answers a message of this case",
	ByReferences:  "it refers to a message of this case",
	ByToken:       "it answers a message that carries our signature",
	ByPhantom:     "messages of this case named it before it came",
	ByPlus:        "it was sent to the case's own signed address",
	ByThreadIndex: "it belongs to the same Outlook conversation",
	ByTicket:      "its subject carries the ticket number",
	ByExternal:    "it carries the number that the sender's own helpdesk gave this case",
	BySubject:     "same sender and subject within the channel's window",
	ByQuote:       "it quotes what was written in this case under the same subject",
	ByBounce:      "it returns a message of this case",
	ByThread:      "it belongs to the same thread of the channel",
	ByInvitation:  "it carries our invitation to this case",
}

// newReason says why a case is new.
func newReason(found []Found) string {
	for _, f := range found {
		if f.Case != nil {
			return "what it names may not be joined by this sender"
		}
	}
	if len(found) > 1 {
		return "nothing that it names is known here"
	}
	return "it names no earlier message"
}

// refuse says why a clue may not be followed; empty if it may.
func refuse(s Site, from Sender, f Found) string {
	switch {
	case f.Kind == ByThread && f.Case.Status != guichet.Trashed: // it may have been merged into one of another channel
		return ""
	case !f.Case.Speaks(s.Channel.ID):
		return "a case of another channel"
	case f.Bulk:
		return "an answer to a mail that went to many people"
	case f.Self:
		return "our own address sent it: no ancestor for others"
	case f.Case.Status == guichet.Trashed:
		return "that case was deleted"
	case from.Bounce, f.Kind == ByInvitation:
		return ""
	case (f.Kind == ByTicket || f.Kind == ByExternal || f.Kind == BySubject || f.Kind == ByQuote) && from.Verdicts.Forged():
		return "the sender's address is not proven"
	case from.Unproven && !s.Channel.Anyone:
		return "anybody can fill in a form with this address"
	case f.Kind == ByExternal && f.Subject != "" && f.Subject != bareSubject(f.Case.Subject, f.Value):
		return "the number may be anything, and the subject is another"
	case (f.Kind == ByTicket || f.Kind == ByExternal || f.Kind == ByQuote) && !s.Channel.Anyone && !slices.Contains(f.Case.People, from.Addr) && !f.Case.Stranger(from.Addr),
		f.Kind == BySubject && !slices.Contains(f.Case.People, from.Addr):
		return "the sender takes no part in that case"
	case (f.Phantom || f.Kind == ByPhantom) && !s.Channel.Anyone && !together(f.Case, from):
		return "an unseen mail connects them, and they share nobody"
	case from.Verdicts.Forged() && !f.Own && !strings.HasPrefix(f.Ref, "ses:") && !slices.Contains(f.Case.People, from.Addr):
		return "the sender's address is not proven and takes no part in that case"
	}
	return ""
}

// together reports whether the sender and the people of a case know each other: he takes part, or writes to somebody who does.
func together(c *guichet.Case, from Sender) bool {
	if slices.Contains(c.People, from.Addr) {
		return true
	}
	return slices.ContainsFunc(from.With, func(a string) bool { return slices.Contains(c.People, a) })
}

// mayMerge reports whether a further clue shows its case to be the same conversation as the one that won: only a mail that was named before it came
// (or that names one not seen yet) connects two cases; what agents keep apart is never joined by a mail that names both.
func mayMerge(won *guichet.Case, f Found) bool {
	return (f.Phantom || f.Kind == ByPhantom) && won.Channel == f.Case.Channel
}

// short cuts a value for the record.
func short(s string) string {
	if len(s) > 120 {
		return strings.ToValidUTF8(s[:117], "") + "..."
	}
	return s
}
