package mail

import "strings"

// Quote returns a text as the quoted original of an answer: the attribution line ("On Mon, 2 March, Bo wrote:", may be empty), then every
// line behind "> ". What was quoted already gets one more ">" (RFC 3676 4.5). Empty lines at the end are left out; an empty text gives "".
func Quote(text, attribution string) string {
	text = strings.TrimRight(strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n"), " \t\n")
	if text == "" {
		return ""
	}
	var b strings.Builder
	if attribution = outClean(attribution); attribution != "" {
		b.WriteString(attribution + "\n")
	}
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimRight(line, " \t")
		switch {
		case line == "" || strings.HasPrefix(line, ">"):
			b.WriteString(">" + line + "\n")
		default:
			b.WriteString("> " + line + "\n")
		}
	}
	return b.String()
}
