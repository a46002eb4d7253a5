package mail

import (
	"slices"
	"strings"

	"guichet/shared/guichet"
)

// Lint tells how a ticket format would have fared on subjects that came in.
type Lint struct {
	Looked   int           // subjects
	Ours     int           // those with a number of ours at its place
	Foreign  int           // those where a number that is none of ours would have been taken for one (D-14, D-22)
	Near     int           // those with a number at that place that only its check digit gives away: one more in ten of them would be taken
	Examples []LintExample // of foreign ones, then of near ones; at most maxExamples
}

// LintExample is one subject.
type LintExample struct {
	Subject string
	Number  string
	Foreign bool
}

const maxExamples = 5

// LintFormat counts how often a format reads a number in subjects, and whose it is. Ours says whether a number is a case's; it is asked of valid numbers alone.
// A hidden format reads none.
func LintFormat(f guichet.TicketFormat, subjects []string, ours func(guichet.CaseID) bool) Lint {
	l := Lint{Looked: len(subjects)}
	var near []LintExample
	for _, s := range subjects {
		number := numberAt(s, f)
		switch {
		case number == "":
		case !guichet.ValidCaseID(number):
			l.Near++
			if len(near) < maxExamples {
				near = append(near, LintExample{Subject: s, Number: number})
			}
		case ours(guichet.CaseID(number)):
			l.Ours++
		default:
			if l.Foreign++; l.Foreign <= maxExamples {
				l.Examples = append(l.Examples, LintExample{s, number, true})
			}
		}
	}
	l.Examples = append(l.Examples, near[:min(len(near), maxExamples-len(l.Examples))]...)
	return l
}

// numberAt returns the digits, as many as a ticket number can have, at the place where a format puts them; a valid one before others. Empty: there are none.
func numberAt(subject string, f guichet.TicketFormat) string {
	if found := FindTickets(subject, []guichet.TicketFormat{f}); len(found) > 0 {
		return string(found[0].ID)
	}
	var at []string
	words := strings.Fields(subject)
	switch {
	case f.Hidden || len(words) == 0:
	case f.Delimiter == "square":
		at = delimited(subject, "[#", ']')
	case f.Delimiter == "curly":
		at = delimited(subject, "{#", '}')
	case f.Position == "prefix":
		at = []string{afterReplyMarks(words)}
	default:
		at = words[len(words)-1:]
	}
	i := slices.IndexFunc(at, func(s string) bool {
		return len(s) >= 6 && len(s) <= 18 && strings.Trim(s, "0123456789") == "" && s[0] != '0'
	})
	if i < 0 {
		return ""
	}
	return at[i]
}
