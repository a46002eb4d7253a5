package mail

import (
	"strings"
	"sync"
)

// autoSubject says whether the subject is one that programs write; away: it tells of an absence.
func autoSubject(subject string) (away, reply bool) {
	low := strings.ToLower(subject)
	for range 3 {
		trimmed := strings.TrimLeft(low, " [(*")
		for _, re := range []string{"re:", "aw:", "sv:", "antw:", "odp:", "rv:", "vs:", "ynt:"} {
			trimmed = strings.TrimPrefix(trimmed, re)
		}
		low = trimmed
	}
	for _, p := range awaySubjects {
		if strings.HasPrefix(low, p) {
			return true, true
		}
	}
	for _, p := range replySubjects {
		if strings.HasPrefix(low, p) {
			return false, true
		}
	}
	return false, strings.HasSuffix(strings.TrimRight(low, " )]"), "automatic response") || strings.HasSuffix(strings.TrimRight(low, " )]"), "auto reply")
}

// repliesByProgram says that m answers a message with a subject that no person writes in answer: "Automatic reply: ...". Behind "Re:" a person
// answers such a mail; in a mail of its own it may be a topic (D-41).
func repliesByProgram(m *Mail) bool {
	rest, _, ok := titledSubject(m.Subject)
	return ok && (isReplyTo(m) || IsReplySubject(rest))
}

// automaticSubject says that a subject has the title of an automatic reply, maybe behind "Re:": such mail is never answered by a program.
func automaticSubject(subject string) bool {
	_, topic, ok := titledSubject(subject)
	if !ok && IsReplySubject(subject) {
		_, topic, ok = titledSubject(BaseSubject(subject))
	}
	return ok && !topic
}

// titledSubject returns what follows the title of an automatic reply in a subject; topic: people write about such a thing, too.
func titledSubject(subject string) (rest string, topic, ok bool) {
	low := strings.TrimLeft(strings.ToLower(subject), " [(*")
	if len(low) < titleKey {
		return "", false, false
	}
	for _, t := range titles()[low[:titleKey]] {
		if rest, ok = subjectAfter(low, t.words); ok {
			return rest, t.topic, true
		}
	}
	return "", false, false
}

// title is how the subject of an automatic reply begins.
type title struct {
	words string
	topic bool
}

const titleKey = 3 // bytes that a title is found by

// titles are all of them by their first bytes, those that are no topic first.
var titles = sync.OnceValue(func() map[string][]title {
	out := map[string][]title{}
	for i, list := range [][]string{replySubjects, awayTitles, awaySubjects} {
		for _, words := range list {
			out[words[:titleKey]] = append(out[words[:titleKey]], title{words, i == 2})
		}
	}
	return out
})

// subjectAfter returns what follows prefix and its colon, or nothing behind the prefix alone.
func subjectAfter(low, prefix string) (rest string, ok bool) {
	rest, ok = strings.CutPrefix(low, prefix)
	if !ok {
		return "", false
	}
	rest = strings.TrimLeft(rest, " )]\u00a0")
	switch {
	case rest == "" || strings.HasSuffix(prefix, ":"):
		return rest, true
	case strings.HasPrefix(rest, ":"):
		return strings.TrimSpace(rest[1:]), true
	case strings.HasPrefix(rest, "："):
		return strings.TrimSpace(rest[len("："):]), true
	}
	return rest, low[len(prefix)-1] != ' ' && len(low) > len(prefix) && (low[len(prefix)] == ']' || low[len(prefix)] == ')')
}
