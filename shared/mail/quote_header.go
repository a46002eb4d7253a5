package mail

import (
	"strings"
	"unicode/utf8"
)

// Kinds of header labels, as bits.
const (
	labelFrom = 1 << iota
	labelDate
	labelTo
	labelSubject
	labelOther // Cc, Reply-To, Importance: part of a block, no evidence
)

const maxHeaderLines = 40 // lines of a header block that are looked at

// headerBlock says whether a quoted header ("From: ... Sent: ... To: ... Subject: ...", in any language) starts at line i;
// n becomes its number of lines.
func (f *folder) headerBlock(i int, n *int) bool {
	first, _ := headerLabel(f.lines[i].text)
	if first == 0 {
		return false
	}
	seen, last, addr, timed, stamped, gap := 0, i, false, false, false, 0
	for k := i; k < len(f.lines) && k < i+maxHeaderLines && gap < 4; k++ {
		l := &f.lines[k]
		if l.kind == lineQuote {
			break
		}
		if l.kind == lineBlank {
			if gap += 2; k == i+1 && gap > 2 {
				break
			}
			continue
		}
		kind, value := headerLabel(l.text)
		if kind == 0 {
			gap++
			continue
		}
		if kind != labelOther && seen&kind != 0 && kind != labelTo {
			break
		}
		seen, last, gap = seen|kind, k, 0
		addr = addr || kind&(labelFrom|labelTo) != 0 && hasAddress(value)
		if kind == labelDate {
			w := findDate(value)
			timed = w.time || w.year || w.numeric
			stamped = w.time && w.year && zoned(value)
		}
	}
	if *n = last - i + 1; last == i && first&(labelFrom|labelDate|labelSubject) != 0 && flatHeader(f.lines[i].text, f.ruledAbove(i)) {
		return true
	}
	return f.isHeader(i, seen, addr, timed) || seen == labelDate|labelTo && first == labelDate && stamped && addr
}

// zoned says that a date ends with its offset: "-0600".
func zoned(s string) bool {
	s = strings.TrimSpace(s)
	return len(s) > 5 && (s[len(s)-5] == '+' || s[len(s)-5] == '-') && allDigits(s[len(s)-4:])
}

// flatHeader says that one line holds a whole header, as some gateways run it together: "From: ... Sent: ... To: ... Subject: ...". Below a
// rule sender and time will do.
func flatHeader(s string, ruled bool) bool {
	if len(s) > 1000 {
		return false
	}
	seen, word := 0, ""
	for _, w := range strings.Fields(s) {
		for _, label := range []string{w, word + " " + w} {
			if kind, value := headerLabel(label); value == "" {
				seen |= kind
			}
		}
		word = w
	}
	return seen&labelFrom != 0 && seen&labelDate != 0 &&
		(seen&labelSubject != 0 && (hasAddress(s) || findDate(s).time) || ruled && hasAddress(s) && findDate(s).time)
}

// ruledAbove says that a rule, or the opener of a quotation, stands right above line i.
func (f *folder) ruledAbove(i int) bool {
	for k := i - 1; k >= 0 && k >= i-3; k-- {
		switch f.lines[k].kind {
		case lineRule, lineOpener:
			return true
		case lineBlank:
		default:
			return false
		}
	}
	return false
}

// isHeader weighs the labels: a form that a person filled in ("From: Berlin, To: Paris, Date: ...") is none.
func (f *folder) isHeader(i, seen int, addr, timed bool) bool {
	kinds := 0
	for _, k := range []int{labelFrom, labelDate, labelTo, labelSubject} {
		if seen&k != 0 {
			kinds++
		}
	}
	ruled := f.ruledAbove(i)
	switch {
	case seen&(labelFrom|labelDate) == 0:
		return false
	case kinds >= 3 && (seen&labelSubject != 0 || addr):
		return seen&labelFrom != 0 && timed || addr || ruled
	case kinds == 2:
		return (ruled || addr && timed && seen&(labelFrom|labelDate) == labelFrom|labelDate) && (addr || timed)
	}
	return false
}

// headerLabel returns the kind of the label that a line starts with, 0 for none, and what follows its colon.
func headerLabel(s string) (kind int, value string) {
	if s != "" && s[0] == '|' { // a row of a table
		cells := strings.SplitN(strings.Trim(s, "| "), "|", 3)
		if len(cells) == 2 {
			return headerLabels()[strings.ToLower(strings.TrimSpace(strings.Trim(cells[0], "*: ")))], cells[1]
		}
	}
	i := strings.IndexByte(s, ':')
	if j := strings.Index(s[:min(len(s), 64)], "："); j >= 0 && (i < 0 || j < i) {
		i = j
	}
	if i <= 0 || i > 48 {
		return 0, ""
	}
	label := strings.Trim(s[:i], "*_|•[] \t\u00a0\u3000\u200e\u200f\u202b\u202a")
	if label == "" || len(label) > 40 {
		return 0, ""
	}
	_, size := utf8.DecodeRuneInString(s[i:])
	return headerLabels()[strings.ToLower(label)], s[i+size:]
}

// separator says that line i is the line that a client puts above an older message: "-----Original Message-----", "Begin
// forwarded message:", or any words between dashes above a header.
func (f *folder) separator(i int) bool {
	s := f.lines[i].text
	inner := strings.Trim(s, "-_*=~#–—─<>| \t\u00a0")
	if inner == "" || len(inner) > 100 {
		return false
	}
	dashes := len(s)-len(inner) >= 4 && strings.IndexByte("-_*=~#\xe2<>", s[0]) >= 0
	ends := s[len(s)-1] == ':' || strings.HasSuffix(s, "：")
	if !dashes && !ends && !f.labelFollows(i) {
		return false
	}
	phrase := strings.ToLower(strings.Trim(inner, ":：. \u00a0"))
	if separators()[phrase] {
		return true
	}
	if strings.Contains(phrase, "reply above this line") || strings.Contains(phrase, "reply above the line") {
		return dashes // a helpdesk's marker; only a hint (D-67): what is above it is shown anyhow
	}
	return dashes && s[len(s)-1] != ':' && countWords(inner, 6) <= 6 && f.labelFollows(i)
}

// labelFollows says that a header label stands on the next written line after i.
func (f *folder) labelFollows(i int) bool {
	k := f.next(i + 1)
	if k >= len(f.lines) || k > i+3 {
		return false
	}
	kind, _ := headerLabel(f.lines[k].text)
	return kind != 0 && kind != labelOther
}
