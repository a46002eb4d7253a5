package mail

import "strings"

const maxSignature = 20 // written lines after a loose delimiter that still are a signature

// armour hides the lines that OpenPGP puts around a signed text (RFC 9580 7): its first line with the header below, and the signature. n becomes
// the number of lines.
func (f *folder) armour(i int, n *int) bool {
	s := f.lines[i].text
	if s[0] != '-' || !strings.HasPrefix(s, "-----BEGIN PGP SIGN") {
		return false
	}
	end := i + 1
	if strings.HasPrefix(s, "-----BEGIN PGP SIGNED MESSAGE-----") {
		for end < len(f.lines) && end < i+8 && f.lines[end].kind != lineBlank {
			end++
		}
	} else {
		for end < len(f.lines) && end < i+200 && !strings.HasPrefix(f.lines[end].text, "-----END PGP SIG") {
			end++
		}
		end = min(end+1, len(f.lines))
	}
	for k := i; k < end; k++ {
		f.lines[k].kind, f.lines[k].as, f.lines[k].hidden = lineBlank, Signature, true
	}
	*n = end - i
	return true
}

// signatures folds, in every stretch of own text, the signature at its end.
func (f *folder) signatures() {
	for i := 0; i < len(f.lines); {
		end := i
		for end < len(f.lines) && !f.lines[end].hidden && f.lines[end].kind != lineQuote && f.lines[end].kind != lineAttribution {
			end++
		}
		f.signature(i, end)
		i = end + 1
	}
}

// signature folds the end of the own lines [from, to) from the first delimiter on.
func (f *folder) signature(from, to int) {
	for i := from; i < to; i++ {
		l := &f.lines[i]
		switch {
		case l.kind == lineMobile:
			if !f.anyOwn(from, i) { // the answer was typed below it
				l.as, l.hidden = Signature, true
				continue
			}
			f.hide(i, to, Signature)
			return
		case l.kind == lineRule && f.delimiter(i, to):
			f.hide(i, to, Signature)
			return
		}
	}
}

// delimiter says that the rule at line i starts a signature or the footer of a mailing list, by its form and what follows it
// up to line to.
func (f *folder) delimiter(i, to int) bool {
	written, long, contact, rules := 0, 0, false, 0
	for k := i + 1; k < to; k++ {
		l := &f.lines[k]
		if l.kind == lineRule {
			rules++
		}
		if l.kind != lineText {
			continue
		}
		if written++; written > 4*maxSignature {
			return false
		}
		if len(l.text) > 160 {
			long++
		}
		contact = contact || contactLike(l.text)
	}
	s := f.lines[i].text
	switch {
	case written == 0:
		return true
	case s == "--" || s == "—" || s == "- --": // the last is "--" within a signed text (RFC 9580 7.2)
		return written <= 4*maxSignature
	case strings.Trim(s, "_") == "":
		return written <= maxSignature && (contact || written <= 4) && !f.goesOn(i+1, to, contact)
	case strings.Trim(s, "-") == "" && len(s) == 3:
		return written <= maxSignature/2 && long == 0 && (contact || written <= 4) && !f.goesOn(i+1, to, contact)
	}
	above := i > 0 && f.lines[i-1].kind == lineBlank
	return above && contact && rules == 0 && written <= maxSignature/2
}

// contactLike says that a line holds what stands in signatures and footers: an address, a link, a phone number, a way to
// unsubscribe.
func contactLike(s string) bool {
	if hasAddress(s) || strings.Contains(s, "://") || strings.Contains(s, "www.") {
		return true
	}
	n := 0
	for i := 0; i < len(s); i++ {
		if s[i] >= '0' && s[i] <= '9' {
			n++
		}
	}
	if n >= 7 && len(s) <= 80 {
		return true
	}
	low := strings.ToLower(s)
	return strings.Contains(low, "unsubscribe") || strings.Contains(low, "mailing list")
}

// closing folds a signature without delimiter at the end of the answer: "-Jane Doe", or a closing formula with a block of name
// and title under it. A formula with only a name stays: it is part of the letter.
func (f *folder) closing() {
	var own []int
	for i := range f.lines {
		if f.own(i) {
			own = append(own, i)
		}
	}
	if len(own) < 2 {
		return
	}
	last := own[len(own)-1]
	if dashName(f.lines[last].text) && last > 0 && f.lines[last-1].kind == lineBlank && f.lines[own[len(own)-2]].text[0] != '-' {
		f.hide(last, last+1, Signature)
		return
	}
	for back := 3; back <= 7 && back < len(own); back++ {
		at := own[len(own)-back]
		if f.lines[last].end-f.lines[at].start > 600 {
			return
		}
		if closings()[strings.ToLower(strings.Trim(f.lines[at].text, ",.!;- "))] && f.titleBlock(own[len(own)-back+1:]) {
			f.hide(at, last+1, Signature)
			return
		}
	}
}

// titleBlock says that the lines are a name and below it titles, firm, numbers: no sentence, no question.
func (f *folder) titleBlock(at []int) bool {
	if !nameLike(f.lines[at[0]].text) {
		return false
	}
	for _, i := range at[1:] {
		s := f.lines[i].text
		low := strings.ToLower(s)
		if len(s) > 80 || strings.HasSuffix(s, "?") || strings.HasSuffix(s, ".") || countWords(s, 7) > 7 && !contactLike(s) ||
			strings.HasPrefix(low, "ps") || strings.HasPrefix(low, "p.s") || strings.HasPrefix(low, "p.p.s") {
			return false
		}
	}
	return true
}

// dashName: "-Abhishek Kona", "— Jane". Not "- apples".
func dashName(s string) bool {
	name := strings.TrimLeft(s, "-–—")
	if name == s || len(s)-len(name) > 6 {
		return false
	}
	if strings.HasPrefix(s, "- ") { // a bullet
		return false
	}
	return nameLike(strings.TrimSpace(name)) && len(name) <= 60
}
