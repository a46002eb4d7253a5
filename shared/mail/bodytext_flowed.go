package mail

import "strings"

// unflow joins the lines that a program broke within words (RFC 3676 4, DelSp=Yes): Apple Mail does so in languages without spaces. A line that
// ends with a space goes on in the next one of the same quote depth, without that space; "-- " is the line above a signature.
func unflow(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	depth, open := 0, false
	for line := range strings.Lines(s) {
		line = strings.TrimSuffix(line, "\n")
		d := 0
		for d < len(line) && line[d] == '>' {
			d++
		}
		text := strings.TrimPrefix(line[d:], " ")
		if !open || d != depth || text == "-- " {
			if b.Len() > 0 {
				b.WriteByte('\n')
			}
			b.WriteString(line[:d])
			if d > 0 && text != "" {
				b.WriteByte(' ')
			}
		}
		depth, open = d, strings.HasSuffix(text, " ") && text != "-- "
		if open {
			text = text[:len(text)-1]
		}
		b.WriteString(text)
	}
	if strings.HasSuffix(s, "\n") {
		b.WriteByte('\n')
	}
	return b.String()
}
