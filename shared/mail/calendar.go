package mail

import (
	"strings"
)

var icsUnfold = strings.NewReplacer("\r\n ", "", "\r\n\t", "", "\n ", "", "\n\t", "")

// calendar sums up an iCalendar part (RFC 5545) and keeps it (D-61).
func (p *parser) calendar(e *entity) {
	p.attach(e)
	if p.m.Calendar != "" {
		return
	}
	b := decodeAll(e.body, e.code, MaxText)
	text := p.charsetOf(b[:min(len(b), MaxText)], e.params.get("charset"))
	p.m.Calendar = summarise(text, e.params.get("method"))
}

// event is what a summary tells of the first event of a calendar.
type event struct {
	kind, method, title, start, zone, place, organiser string
}

var calendarMethods = map[string]string{
	"REQUEST": "Invitation", "REPLY": "Answer", "CANCEL": "Cancelled", "COUNTER": "Counter-proposal", "DECLINECOUNTER": "Counter-proposal declined",
	"ADD": "Added date", "REFRESH": "Question for the state", "PUBLISH": "Event",
}

// summarise returns "Invitation: Title, 2026-03-02 09:00 (Europe/Paris), Room 1, organised by Ana <ana@x>"; empty if it is no calendar.
func summarise(text, method string) string {
	ev, ok := firstEvent(text)
	if !ok {
		return ""
	}
	if ev.method == "" {
		ev.method = strings.ToUpper(method)
	}
	what := calendarMethods[ev.method]
	if what == "" {
		what = "Event"
	}
	if ev.method == "REPLY" && ev.kind != "" {
		what += " (" + strings.ToLower(ev.kind) + ")"
	}
	out := []string{what + ": " + ev.title}
	if ev.start != "" {
		out = append(out, when(ev))
	}
	if ev.place != "" {
		out = append(out, ev.place)
	}
	if ev.organiser != "" {
		out = append(out, "organised by "+ev.organiser)
	}
	return cutString(collapse(strings.Join(out, ", ")), MaxSubject)
}

// when is the start, with its zone as the calendar names it.
func when(ev event) string {
	zone := ev.zone
	if strings.HasSuffix(ev.start, "Z") {
		zone = "UTC"
	}
	s := icsTime(ev.start)
	if zone != "" && len(s) > len("2026-03-02") {
		s += " (" + zone + ")"
	}
	return s
}

// icsTime makes 20260302T090000 readable; what is otherwise stays.
func icsTime(s string) string {
	s = strings.TrimSuffix(s, "Z")
	if len(s) < 8 || strings.Trim(s[:8], "0123456789") != "" {
		return s
	}
	out := s[:4] + "-" + s[4:6] + "-" + s[6:8]
	if len(s) >= 13 && s[8] == 'T' && strings.Trim(s[9:13], "0123456789") == "" { // what is no hour is not taken apart: it may be half a letter
		out += " " + s[9:11] + ":" + s[11:13]
	}
	return out
}

// firstEvent reads the first VEVENT, VTODO or VFREEBUSY of a calendar.
func firstEvent(text string) (ev event, ok bool) {
	depth := 0 // within the event: 1; within an alarm of it: 2
	done := false
	eachICSLine(text, func(name, ps, value string) bool {
		switch name {
		case "BEGIN":
			v := strings.ToUpper(value)
			if ok = ok || v == "VCALENDAR"; depth > 0 || v == "VEVENT" || v == "VTODO" || v == "VFREEBUSY" {
				depth++
			}
		case "END":
			if depth > 0 {
				depth--
				done = depth == 0
			}
		case "METHOD":
			ev.method = strings.ToUpper(strings.TrimSpace(value))
		default:
			if depth == 1 {
				ev.field(name, ps, value)
			}
		}
		return !done
	})
	return ev, ok
}

// field takes one property of the event.
func (ev *event) field(name, ps, value string) {
	switch name {
	case "SUMMARY":
		ev.title = icsText(value)
	case "DTSTART":
		ev.start, ev.zone = strings.TrimSpace(value), icsParam(ps, "TZID")
	case "LOCATION":
		ev.place = icsText(value)
	case "ORGANIZER":
		addr := strings.TrimSpace(value)
		if len(addr) > 7 && strings.EqualFold(addr[:7], "mailto:") {
			addr = addr[7:]
		}
		if ev.organiser = addr; icsParam(ps, "CN") != "" {
			ev.organiser = icsParam(ps, "CN") + " <" + addr + ">"
		}
	case "ATTENDEE":
		if ev.kind == "" {
			ev.kind = icsParam(ps, "PARTSTAT")
		}
	}
}

// eachICSLine calls f with each unfolded line (RFC 5545 3.1) until it returns false.
func eachICSLine(text string, f func(name, ps, value string) bool) {
	text = icsUnfold.Replace(text)
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		colon := icsColon(line)
		if colon <= 0 {
			continue
		}
		name, ps, _ := strings.Cut(line[:colon], ";")
		if !f(strings.ToUpper(strings.TrimSpace(name)), ps, line[colon+1:]) {
			return
		}
	}
}

// icsColon finds the colon before the value: not one within quotes.
func icsColon(line string) int {
	quoted := false
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case '"':
			quoted = !quoted
		case ':':
			if !quoted {
				return i
			}
		}
	}
	return strings.IndexByte(line, ':')
}

func icsParam(ps, key string) string {
	for rest := ps; rest != ""; {
		var item string
		item, rest = cutParam(rest)
		if k, v, ok := strings.Cut(item, "="); ok && strings.EqualFold(strings.TrimSpace(k), key) {
			return strings.Trim(strings.TrimSpace(v), "\"")
		}
	}
	return ""
}

var icsUnescape = strings.NewReplacer("\\n", " ", "\\N", " ", "\\,", ",", "\\;", ";", "\\\\", "\\")

func icsText(s string) string { return strings.TrimSpace(icsUnescape.Replace(s)) }
