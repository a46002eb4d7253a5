package mail

import (
	"slices"
	"strings"

	"guichet/shared/guichet"
)

// RenderSubject puts the ticket number into a subject as the format says (A059-A062): by default at the end, without delimiter. A
// number of the same case that is there already, in any of the three forms, is not put in twice. Hidden gives the subject back without it.
func RenderSubject(subject string, id guichet.CaseID, f guichet.TicketFormat) string {
	base := withoutTicket(subject, id)
	if f.Hidden {
		return base
	}
	token := TicketToken(id, f)
	switch {
	case base == "":
		return token
	case f.Position == "prefix":
		return token + " " + base
	default:
		return base + " " + token
	}
}

// TicketToken returns the ticket number as it stands in a subject or header; empty when hidden.
func TicketToken(id guichet.CaseID, f guichet.TicketFormat) string {
	switch {
	case f.Hidden:
		return ""
	case f.Delimiter == "square":
		return "[#" + string(id) + "]"
	case f.Delimiter == "curly":
		return "{#" + string(id) + "}"
	default:
		return string(id)
	}
}

// withoutTicket takes the case's own number out of a subject, wherever one of the formats could have put it.
func withoutTicket(subject string, id guichet.CaseID) string {
	words := strings.Fields(subject)
	bare := string(id)
	words = slices.DeleteFunc(words, func(w string) bool { return w == "[#"+bare+"]" || w == "{#"+bare+"}" })
	if n := len(words); n > 0 && words[n-1] == bare {
		words = words[:n-1]
	}
	if len(words) > 0 && words[0] == bare {
		words = words[1:]
	}
	return strings.Join(words, " ")
}

// Ticket is a number in a subject that could be one of ours.
type Ticket struct {
	ID   guichet.CaseID
	Form string // "square", "curly", "suffix", "prefix"
}

// FindTickets returns the numbers in a subject that could be ticket numbers in one of the formats that the channel ever had (T5), the
// most explicit first. A bare number counts only at the very place where the format puts it (T4), and every number needs the right check
// digit. Whether it is ours, and whether the sender may use it, is for the caller to find out.
func FindTickets(subject string, formats []guichet.TicketFormat) []Ticket {
	if len(formats) == 0 {
		formats = []guichet.TicketFormat{{}}
	}
	var out []Ticket
	add := func(digits, form string) {
		t := Ticket{guichet.CaseID(digits), form}
		if guichet.ValidCaseID(digits) && !slices.ContainsFunc(out, func(o Ticket) bool { return o.ID == t.ID }) {
			out = append(out, t)
		}
	}
	if slices.ContainsFunc(formats, func(f guichet.TicketFormat) bool { return f.Delimiter == "square" && !f.Hidden }) {
		for _, d := range delimited(subject, "[#", ']') {
			add(d, "square")
		}
	}
	if slices.ContainsFunc(formats, func(f guichet.TicketFormat) bool { return f.Delimiter == "curly" && !f.Hidden }) {
		for _, d := range delimited(subject, "{#", '}') {
			add(d, "curly")
		}
	}
	words := strings.Fields(subject)
	for _, f := range formats {
		if f.Hidden || f.Delimiter == "square" || f.Delimiter == "curly" || len(words) == 0 {
			continue
		}
		if f.Position == "prefix" {
			add(afterReplyMarks(words), "prefix")
		} else {
			add(words[len(words)-1], "suffix")
		}
	}
	return out
}

// delimited returns the digits between open and close, wherever they stand in s; white space that a folded header left inside is passed over.
func delimited(s, open string, end byte) []string {
	var out []string
	for len(out) < 16 {
		i := strings.Index(s, open)
		if i < 0 {
			break
		}
		s = s[i+len(open):]
		if j := strings.IndexByte(s, end); j >= 0 && j < 24 {
			out = append(out, strings.Join(strings.Fields(s[:j]), ""))
		}
	}
	return out
}

// afterReplyMarks returns the first word that is no reply or forward mark and no tag in square brackets.
func afterReplyMarks(words []string) string {
	for _, w := range words {
		if isReplyMark(w) || strings.HasPrefix(w, "[") && strings.HasSuffix(w, "]") {
			continue
		}
		return w
	}
	return ""
}

// replyMarks are the words that mail programs put before the subject of a reply or forward, lower case, without colon.
var replyMarks = map[string]bool{
	"re": true, "fw": true, "fwd": true, "aw": true, "wg": true, "sv": true, "vs": true, "vl": true, "antw": true, "antwort": true,
	"tr": true, "rv": true, "res": true, "enc": true, "rif": true, "r": true, "i": true, "odp": true, "pd": true, "ynt": true, "ilt": true,
	"doorst": true, "fs": true, "vb": true, "回复": true, "回覆": true, "答复": true, "转发": true, "轉寄": true, "返信": true, "転送": true,
	"отв": true, "на": true, "ha": true, "תגובה": true, "رد": true, "bls": true, "trs": true, "ref": true, "ответ": true, "peresl": true,
}

// isReplyMark reports whether w is such a mark: "Re:", "AW:", "Re[2]:", "回复：".
func isReplyMark(w string) bool {
	w, ok := strings.CutSuffix(w, ":")
	if !ok {
		if w, ok = strings.CutSuffix(w, "："); !ok {
			return false
		}
	}
	if i := strings.IndexAny(w, "[("); i > 0 {
		w = w[:i]
	}
	return replyMarks[strings.ToLower(w)]
}

// BaseSubject returns the subject without reply and forward marks and without [EXTERNAL]-like tags before them, white space collapsed. It is
// what two mails of one matter share; it never joins them by itself.
func BaseSubject(subject string) string {
	words := strings.Fields(strings.ReplaceAll(subject, "：", ": "))
	for len(words) > 0 && (isReplyMark(words[0]) || isExternalTag(words[0])) {
		words = words[1:]
	}
	return strings.Join(words, " ")
}

// IsReplySubject reports whether the subject carries a reply mark.
func IsReplySubject(subject string) bool {
	for _, w := range strings.Fields(strings.ReplaceAll(subject, "：", ": ")) {
		if isReplyMark(w) {
			return true
		}
		if !isExternalTag(w) {
			return false
		}
	}
	return false
}

// isExternalTag knows the warnings that gateways put before a subject: [EXTERNAL], [EXT], *EXTERN*.
func isExternalTag(w string) bool {
	w = strings.ToLower(strings.Trim(w, "[](){}*<>:"))
	return w == "external" || w == "ext" || w == "extern" || w == "externe" || w == "externo"
}

// forwardMarks are the reply marks that say that a mail is passed on.
var forwardMarks = map[string]bool{"fw": true, "fwd": true, "wg": true, "tr": true, "rv": true, "enc": true, "vl": true, "vb": true, "pd": true, "i": true,
	"ilt": true, "doorst": true, "转发": true, "轉寄": true, "転送": true, "trs": true}

// IsForward reports whether the subject carries a mark of forwarding, as far as one tells it from a reply's.
func IsForward(subject string) bool {
	for _, w := range strings.Fields(strings.ReplaceAll(subject, "：", ": ")) {
		switch {
		case isReplyMark(w):
			if forwardMarks[strings.ToLower(strings.TrimSuffix(w, ":"))] {
				return true
			}
		case !isExternalTag(w):
			return false
		}
	}
	return false
}
