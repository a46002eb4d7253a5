// Package spam is floor 1, pure: what the receiving server's verdicts, the tenant's lists and the rate of a sender mean for a mail
// (A054-A058, D-15, D-42). Nothing is ever dropped: the strongest action is quarantine, which an agent can undo.
//
// Judge decides by the strongest of:
//
//	virus FAIL                                   quarantine, whoever sent it
//	more mails than the sender's limit           quarantine, also of an allowed sender: a loop is a loop (D-42)
//	sender blocked                               quarantine
//	From forged, its domain asks to refuse it    quarantine (DMARC FAIL with policy quarantine or reject)
//	From forged otherwise                        tag (guichet.Verdicts.Forged; D-15: the ticket number in its subject does not count either)
//	agents marked the sender's mail as spam      tag, unless the sender is allowed (Standing.Bad)
//	spam FAIL                                    tag, unless the sender is allowed or agents marked his mail as no spam (Standing.Good)
//	spam GRAY, or no spam or virus verdict       clear, with the reason
//
// A forged From is never allowed: what the lists allow is the true sender. It is not quarantined if its domain does not ask for that (D-15
// quotes a report that would), since mailing lists and forwarders break SPF and DKIM of honest mail.
package spam

import (
	"fmt"
	"strings"

	"guichet/shared/guichet"
)

// Values of a verdict.
const (
	Pass     guichet.Verdict = "PASS"
	Fail     guichet.Verdict = "FAIL"
	Gray     guichet.Verdict = "GRAY"
	Broken   guichet.Verdict = "PROCESSING_FAILED"
	Disabled guichet.Verdict = "DISABLED"
)

// Actions, from the weakest.
const (
	Clear      = "clear"
	Tag        = "tag"        // keep the case and put the channel's spam tag on it
	Quarantine = "quarantine" // keep the mail, make no case until somebody releases it
)

// Lists are the tenant's: addresses ("bo@customer.example"), domains ("customer.example"), or all sub-domains of one
// (".customer.example"). Case does not matter. If both lists know a sender, the more exact entry wins; of equals, the block.
type Lists struct{ Allow, Block []string }

// Input is what is known about one mail.
type Input struct {
	Verdicts guichet.Verdicts // of the receiving server
	From     string           // folded address; empty if the mail has none
	Lists    Lists
	Standing Standing
	Recent   int // mails of this sender in the window, this one included
	Limit    int // the most that are let through in the window; 0: no limit
}

// Standing is how many messages of a sender agents hold for spam, and for not spam. The zero Standing is that of a stranger.
type Standing struct{ Spam, Ham int }

// badMarks is how many messages must be marked before a sender is suspected: one may be a slip.
const badMarks = 2

// Bad reports whether further mail of the sender is suspected.
func (s Standing) Bad() bool { return s.Spam >= badMarks && s.Spam > s.Ham }

// Good reports whether the word of the agents outweighs a spam filter's.
func (s Standing) Good() bool { return s.Ham > s.Spam }

// Judgement is what is to be done, and everything that speaks for or against it in words.
type Judgement struct {
	Action  string // Clear, Tag or Quarantine
	Reasons []string
}

// Suspect reports whether a mail has to be judged before it is routed. It is false only if Judge would clear the mail, the rate and the
// standing of its sender aside: ask Over and Standing.Bad for those. A scan that found nothing for sure (GRAY) or did not run is not worth the function.
func Suspect(v guichet.Verdicts, l Lists, from string) bool {
	return v.Virus == Fail || v.Spam == Fail || v.Forged() || match(l.Block, from) > 0
}

// Over reports whether a sender has sent more than the limit; a limit of 0 is none.
func Over(recent, limit int) bool { return limit > 0 && recent > limit }

// Judge decides about one mail.
func Judge(in Input) Judgement {
	j := Judgement{Action: Clear}
	v := in.Verdicts
	allowed, blocked := in.Lists.standing(in.From)
	j.virus(v.Virus)
	if Over(in.Recent, in.Limit) {
		j.say(Quarantine, fmt.Sprintf("The sender sent %d mails in a short time; %d are let through.", in.Recent, in.Limit))
	}
	if blocked {
		j.say(Quarantine, "The sender is on the block list.")
	}
	j.forged(v)
	if allowed && v.Forged() {
		j.say(Clear, "The sender's address is on the allow list, but somebody else used it.")
		allowed = false
	}
	j.standing(in.Standing, allowed)
	j.spam(v.Spam, allowed, in.Standing.Good() && !v.Forged())
	return j
}

func (j *Judgement) virus(v guichet.Verdict) {
	switch v {
	case Fail:
		j.say(Quarantine, "The mail contains a virus.")
	case Gray, Broken, Disabled:
		j.say(Clear, "The mail was not cleared of viruses ("+string(v)+").")
	}
}

func (j *Judgement) forged(v guichet.Verdicts) {
	if !v.Forged() {
		return
	}
	policy := strings.ToLower(v.Policy)
	switch {
	case v.DMARC == Fail && (policy == "reject" || policy == "quarantine"):
		j.say(Quarantine, "The sender is forged, and the domain asks to refuse such mail (DMARC policy "+policy+").")
	case v.DMARC == Fail:
		j.say(Tag, "The sender could not be verified (DMARC).")
	default:
		j.say(Tag, "The sending server may not send for this sender (SPF), and nothing else vouches for it.")
	}
}

// standing says what agents made of the sender's earlier mail. The tenant's own list stands above it.
func (j *Judgement) standing(s Standing, allowed bool) {
	switch {
	case s.Bad() && allowed:
		j.say(Clear, "Agents marked mails of this sender as spam, but the sender is on the allow list.")
	case s.Bad():
		j.say(Tag, fmt.Sprintf("Agents marked %d mails of this sender as spam.", s.Spam))
	}
}

func (j *Judgement) spam(v guichet.Verdict, allowed, good bool) {
	switch {
	case v == Fail && allowed:
		j.say(Clear, "Looks like spam, but the sender is on the allow list.")
	case v == Fail && good:
		j.say(Clear, "Looks like spam, but agents marked mail of this sender as not spam.")
	case v == Fail:
		j.say(Tag, "Looks like spam.")
	case v == Gray:
		j.say(Clear, "May be spam; the filter is not sure.")
	case v == Broken || v == Disabled:
		j.say(Clear, "The mail was not checked for spam ("+string(v)+").")
	}
}

var strength = map[string]int{Clear: 0, Tag: 1, Quarantine: 2}

// say adds a reason; the strongest action stays.
func (j *Judgement) say(action, reason string) {
	if strength[action] > strength[j.Action] {
		j.Action = action
	}
	j.Reasons = append(j.Reasons, reason)
}

// standing returns which list the sender is on.
func (l Lists) standing(from string) (allowed, blocked bool) {
	a, b := match(l.Allow, from), match(l.Block, from)
	return a > b, b > 0 && b >= a
}

// match returns how exactly the list knows the sender: 0 not at all, else the more the better; an address is the best.
func match(list []string, from string) int {
	at := strings.LastIndexByte(from, '@')
	if at <= 0 {
		return 0
	}
	domain, best := from[at+1:], 0
	for _, entry := range list {
		entry = strings.TrimPrefix(strings.TrimSpace(entry), "@")
		switch {
		case entry == "":
		case strings.EqualFold(entry, from):
			return 1 << 20
		case strings.EqualFold(entry, domain):
			best = max(best, 2*len(entry)+1)
		case entry[0] == '.' && len(domain) > len(entry) && strings.EqualFold(domain[len(domain)-len(entry):], entry):
			best = max(best, 2*len(entry))
		}
	}
	return best
}
