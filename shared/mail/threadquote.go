package mail

import "strings"

// ByQuote is the clue of a mail without headers that quotes what was written under the same subject.
const ByQuote = "quoted-text"

// SubjectRef is the key in the reference index of the matters that go by a subject; empty for a subject that says nothing.
func SubjectRef(subject string) string {
	base := strings.ToLower(BaseSubject(subject))
	if len(base) < 4 {
		return ""
	}
	return "subject:" + base
}

// Bounds of looking for quoted lines: shorter lines say nothing, more of them say nothing new.
const (
	quoteLine  = 24 // bytes of a line that can speak for itself
	quoteLines = 200
)

// QuotedLines returns the lines that a mail quotes, as they stood in what it answers: without quotation marks, white space collapsed, those that
// are long enough to be nobody else's. A program that sets no marks quotes what is folded away below its header lines.
func QuotedLines(m *Mail) map[string]bool {
	out := map[string]bool{}
	keep := func(line string, marked bool) {
		if bare, quoted := unquote(line); (quoted || marked) && len(bare) >= quoteLine && len(out) < quoteLines {
			out[bare] = true
		}
	}
	for _, line := range strings.Split(m.Text, "\n") {
		keep(line, false)
	}
	for _, line := range unmarked(m) {
		keep(line, true)
	}
	return out
}

// unmarked returns the lines that m quotes without marks.
func unmarked(m *Mail) []string {
	var out []string
	for _, s := range Fold(m.Text).Segments {
		if s.Kind == Quoted && len(out) < 2*quoteLines {
			out = append(out, strings.Split(m.Text[s.Start:s.End], "\n")...)
		}
	}
	return out[:min(len(out), 2*quoteLines)]
}

// unquote takes the quotation marks from a line: "> ", ">> ", "| ", "Xy> ".
func unquote(line string) (string, bool) {
	s, quoted := strings.TrimSpace(line), false
	for s != "" {
		i := strings.IndexAny(s, ">|")
		if i < 0 || i > 4 || strings.ContainsAny(s[:i], " \t") {
			break
		}
		s, quoted = strings.TrimSpace(s[i+1:]), true
	}
	return strings.Join(strings.Fields(s), " "), quoted
}

// QuotesFrom reports whether the quoted lines come from text: two of its lines, or one that is long.
func QuotesFrom(quoted map[string]bool, text string) bool {
	hits := 0
	for _, line := range strings.Split(text, "\n") {
		bare, _ := unquote(line)
		if len(bare) < quoteLine || !quoted[bare] {
			continue
		}
		if hits++; hits == 2 || len(bare) >= 2*quoteLine {
			return true
		}
	}
	return false
}

// attributedIDs bounds how many ids of an attribution are believed.
const attributedIDs = 3

// AttributedIDs returns the ids that a mail names above a quotation, as news readers do: "In article <id>, Bo wrote:". Only lines that stand
// directly above a quoted line count, and only what they call an article or a message: "Bo <bo@x> wrote:" names an address, and all who were
// ever quoted would be one conversation.
func AttributedIDs(m *Mail) []string {
	var out []string
	lines := strings.Split(m.Text, "\n")
	for i, line := range lines {
		if len(out) >= attributedIDs || i > 400 {
			break
		}
		if _, quoted := unquote(line); quoted || !strings.Contains(line, "@") || !quoteBelow(lines[i+1:]) {
			continue
		}
		for _, id := range IDs(articles(line)) {
			if strings.Contains(id, "@") {
				out = append(out, id)
			}
		}
	}
	return out
}

// articleWords stand before the id of a message in an attribution, lower case.
var articleWords = map[string]bool{"in": true, "article": true, "message": true, "msg": true, "message-id": true, "message-id:": true, "id": true, "id:": true, "posting": true, "news:": true, "mid:": true,
	"artikel": true, "nachricht": true, "mensaje": true, "messaggio": true, "bericht": true, "dans": true, "en": true}

// Attributions returns the lines that stand directly above quotations, in lower case: "on monday, bo wrote:", and the "From:" lines above those
// without marks.
func Attributions(m *Mail) string {
	var b strings.Builder
	lines := strings.Split(m.Text, "\n")
	for i, line := range lines[:min(len(lines), 400)] {
		if _, quoted := unquote(line); !quoted && strings.TrimSpace(line) != "" && quoteBelow(lines[i+1:]) {
			b.WriteString(strings.ToLower(strings.TrimSpace(line)) + " ")
		}
	}
	for _, line := range unmarked(m) {
		if kind, value := headerLabel(strings.TrimSpace(line)); kind == labelFrom && len(value) < maxAttribution {
			b.WriteString(strings.ToLower(value) + " ")
		}
	}
	return b.String()
}

// Attributed reports whether the lines above quotations name a person.
func Attributed(lines, name, addr string) bool {
	name = strings.ToLower(strings.TrimSpace(name))
	return len(name) >= 4 && strings.Contains(lines, name) || addr != "" && strings.Contains(lines, strings.ToLower(addr))
}

// quoteBelow reports whether the next line that is not empty, or the one after it, is quoted.
func quoteBelow(lines []string) bool {
	seen := 0
	for _, l := range lines[:min(len(lines), 4)] {
		if strings.TrimSpace(l) == "" {
			continue
		}
		if _, quoted := unquote(l); quoted {
			return true
		}
		if seen++; seen == 2 {
			break
		}
	}
	return false
}

// articles returns what stands in angle brackets in a line behind a word that says that it is a message.
func articles(line string) string {
	var b strings.Builder
	for {
		i := strings.IndexByte(line, '<')
		if i < 0 {
			return b.String()
		}
		j := strings.IndexByte(line[i:], '>')
		if j < 0 {
			return b.String()
		}
		before := strings.Fields(strings.ToLower(line[:i]))
		if n := len(before); n > 0 && articleWords[strings.Trim(before[n-1], "([,")] {
			b.WriteString(line[i:i+j+1] + " ")
		}
		line = line[i+j+1:]
	}
}
