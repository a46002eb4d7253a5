package mail

import "strings"

// groupWise says that line i is what GroupWise puts above an older message: ">>> Jane <a@b> 06.02.24 10.15 >>>".
func (f *folder) groupWise(i int) bool {
	s, ok := strings.CutSuffix(f.lines[i].text, ">>>")
	if !ok || len(s) > 200 {
		return false
	}
	w := findDate(s)
	return w.time && (w.numeric || w.year)
}

// quotedHeader says that "> " stands before the lines of a header alone, from line i on, and not before the message below it. n becomes the
// number of lines.
//
// QUIRK: the web mail of Orange and La Poste (2024-02).
func (f *folder) quotedHeader(i int, n *int) bool {
	seen, addr, k := 0, false, i
	for ; k < len(f.lines) && f.lines[k].kind == lineQuote; k++ {
		if f.lines[k].text == "" {
			continue
		}
		kind, value := headerLabel(f.lines[k].text)
		if kind == 0 && k > i || k > i+12 {
			return false
		}
		seen |= kind
		addr = addr || hasAddress(value)
	}
	next := f.next(k)
	*n = k - i
	return next < len(f.lines) && f.lines[next].kind == lineText && addr && seen&(labelFrom|labelTo|labelSubject) == labelFrom|labelTo|labelSubject
}

// citing says that an attribution starts with its verb, as Horde prints it: "Quoting Jane <a@b>".
func citing(low string) bool {
	for _, p := range []string{
		"quoting ", "zitat von ", "citando a ", "citando ", "mensaje citado por ", "citant ", "quota ", "def. quota ", "citeren ", "citaat van ", "citerar ", "citerer ", "citat fra ", "cytowanie ", "cytat od ",
		"lainaus ", "cituji ", "citácia ", "цитирую ", "цитата от ", "alıntı ", "idézet ",
	} {
		if strings.HasPrefix(low, p) {
			return true
		}
	}
	return false
}

// namedWriter says that body is nothing but a name, an address in brackets and a verb of writing: "Jane Doe <a@b> writes".
func namedWriter(body string) bool {
	open, end := strings.IndexByte(body, '<'), strings.LastIndexByte(body, '>')
	if open <= 0 || end < open || !hasAddress(body[open:end]) || countWords(body[:open], 4) > 4 || strings.ContainsAny(body[:open], ".:;!?,") {
		return false
	}
	verb := strings.ToLower(strings.TrimFunc(body[end+1:], invisible))
	for _, v := range attributionVerbs {
		if v == verb {
			return true
		}
	}
	return false
}

// addressSaid says that s ends with an address without brackets behind a word such as "by": "6 Feb 2024, 10:15 by jane@example.com" (Tuta).
func addressSaid(s string) bool {
	w := strings.Fields(s)
	if len(w) < 4 || !hasAddress(w[len(w)-1]) {
		return false
	}
	switch strings.ToLower(w[len(w)-2]) {
	case "by", "from", "von", "par", "de", "por", "da", "di", "door", "van", "od", "av", "af", "fra", "от", "від", "przez":
		return true
	}
	return false
}

// linkBetween says that a line between quoted ones is a link that a program took out of them, or the rest of one: up is the quoted line above.
func linkBetween(up, line string) bool {
	low := strings.ToLower(strings.TrimLeft(line, "(<["))
	if low != line && strings.HasPrefix(low, "http") {
		end := strings.IndexAny(low, ")>]")
		return end > 0 && strings.Trim(low[end:], ")>] ") == ""
	}
	open := strings.LastIndexAny(up, "(<")
	return open >= 0 && strings.Contains(up[open:], "://") && !strings.ContainsAny(up[open+1:], ")> ") && strings.IndexByte(")>", line[len(line)-1]) >= 0 && !strings.Contains(line, " ")
}

// onlyClosing says that the written lines [from, to) are no more than the end of a letter: "Regards, Jane".
func (f *folder) onlyClosing(from, to int) bool {
	written := 0
	for i := from; i < to; i++ {
		if !f.own(i) {
			continue
		}
		s := f.lines[i].text
		if written++; written > 3 {
			return false
		}
		head, name, _ := strings.Cut(s, ",")
		name = strings.TrimSpace(name)
		switch {
		case written == 1 && (!closings()[strings.ToLower(strings.Trim(head, ".!;- "))] || name != "" && !nameLike(name)):
			return false
		case written > 1 && !nameLike(s):
			return false
		}
	}
	return written > 0
}

// goesOn says that the lines [from, to) below a rule go on with the letter: they hold its closing formula below other text, or they are set off
// from the rule and hold a sentence and nothing of a signature.
func (f *folder) goesOn(from, to int, contact bool) bool {
	written, sentence := 0, false
	for i := from; i < to; i++ {
		if f.lines[i].kind != lineText {
			continue
		}
		s := f.lines[i].text
		if written++; written > 1 && closings()[strings.ToLower(strings.Trim(s, ",.!;- "))] {
			return true
		}
		sentence = sentence || strings.IndexByte(".?!", s[len(s)-1]) >= 0 && countWords(s, 4) >= 4 && len(s) < 120
	}
	return sentence && !contact && f.lines[from].kind == lineBlank
}

// closingBelow returns the quotation [from, to) that nothing answers: above it stands the whole answer, below it the end of the letter alone.
// Both are 0 if there is none.
func (f *folder) closingBelow(first, last int) (from, to int) {
	tail := last
	for tail > first && f.lines[tail].kind != lineQuote {
		tail--
	}
	if tail == first || !f.onlyClosing(tail+1, last+1) {
		return 0, 0
	}
	from = tail
	for from > first && !f.own(from) {
		from--
	}
	for i := first; i < from; i++ {
		if f.lines[i].kind == lineQuote && !f.lines[i].hidden {
			return 0, 0
		}
	}
	return from + 1, tail + 1
}
