package mail

import (
	"fmt"
	"strings"
	"time"
)

var dateSpaces = strings.NewReplacer(" : ", ":", " :", ":", ": ", ":", "年", "/", "月", "/", "日", " ", "년 ", "/", "월 ", "/", "일", " ")

// ParseDate reads the date of a header (RFC 5322 3.3 and 4.3, and the odd forms: full names, missing weekday or seconds, two-digit years,
// ISO 8601, asctime, dashes). A zone name that means nothing is UTC. The zero time and an error if a number is out of range or no date can be found.
func ParseDate(s string) (time.Time, error) {
	if len(s) > 200 {
		s = s[:200]
	}
	s = clean(DecodeWords(s))
	if t, ok := internetDate(strings.TrimSpace(s)); ok {
		return t, nil
	}
	d := dateParts{day: -1, year: -1, month: -1, hour: -1}
	comment := ""
	if i := strings.IndexByte(s, '('); i >= 0 {
		comment = strings.Trim(s[i:], "() \t")
		s = dropComments(s)
	}
	s = dateSpaces.Replace(strings.Join(strings.Fields(s), " ")) // white space and comments within the time (RFC 5322 4.3)
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return r <= ' ' || r == ',' }) {
		d.word(strings.Trim(w, "\"'<>[]"))
	}
	if !d.zoned && comment != "" {
		d.zone(strings.ToUpper(comment))
	}
	return d.time()
}

// dateParts is what was found so far; -1: not yet.
type dateParts struct {
	year, month, day int
	hour, min, sec   int
	offset           int // seconds east of UTC
	zoned, pm, am    bool
	early            bool // the month was read before the day: "mar." may have been a Tuesday
}

// internetDate reads ISO 8601 forms.
func internetDate(s string) (time.Time, bool) {
	if len(s) < 10 || s[4] != '-' {
		return time.Time{}, false
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05Z0700", "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05Z07:00", "2006-01-02T15:04:05", "2006-01-02 15:04:05 MST", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", "2006-01-02"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

var monthNames = [...]string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}

// word takes one word of a date for what it looks like.
func (d *dateParts) word(w string) {
	if w == "" {
		return
	}
	n, digits := number(w)
	switch {
	case (strings.Count(w, ":") >= 1 || strings.Count(w, ".") == 2 && d.day >= 0) && d.hour < 0 && w[0] >= '0' && w[0] <= '9':
		d.clock(w)
	case (w[0] == '+' || w[0] == '-') && len(w) > 1 && w[1] >= '0' && w[1] <= '9':
		d.numericZone(w)
	case digits > 0 && digits == len(strings.TrimRight(w, ".")):
		d.number(n, digits)
	case digits == 4 && (strings.Count(w, "-") == 2 || strings.Count(w, "/") == 2):
		d.yearFirst(w)
	case strings.Count(w, "-") == 2 || strings.Count(w, "/") == 2:
		for _, part := range strings.FieldsFunc(w, func(r rune) bool { return r == '-' || r == '/' }) {
			d.word(part)
		}
	default:
		d.name(w)
	}
}

// yearFirst reads 2026/3/2, as East Asia writes it.
func (d *dateParts) yearFirst(w string) {
	var vals [3]int
	parts := strings.FieldsFunc(w, func(r rune) bool { return r == '-' || r == '/' })
	for i := range min(len(parts), len(vals)) {
		n, digits := number(parts[i])
		if digits == 0 || digits < len(parts[i]) {
			return
		}
		vals[i] = n
	}
	if d.year < 0 && d.month < 0 && d.day < 0 && vals[1] >= 1 && vals[1] <= 12 {
		d.year, d.month, d.day = vals[0], vals[1], vals[2]
	}
}

// number returns the decimal number at the start of w and its length; no more than 8 digits are read.
func number(w string) (n, digits int) {
	for digits < len(w) && digits < 8 && w[digits] >= '0' && w[digits] <= '9' {
		n = n*10 + int(w[digits]-'0')
		digits++
	}
	return n, digits
}

// number takes a bare number as day or year.
func (d *dateParts) number(n, digits int) {
	switch {
	case d.day < 0 && (digits <= 2 || digits == 3 && n <= 31):
		d.day = n
	case d.year < 0 && digits <= 4:
		d.year = fullYear(n, digits)
	}
}

// fullYear completes a year of two or three digits (RFC 5322 4.3).
func fullYear(n, digits int) int {
	switch {
	case digits == 2 && n < 50:
		return n + 2000
	case digits <= 3:
		return n + 1900
	}
	return n
}

// clock reads 9:04, 09:04:05, 09.04.05, 09:04:05.123, 9:04pm, 09:04:05+0200.
func (d *dateParts) clock(w string) {
	if i := strings.LastIndexAny(w, "+-"); i > 3 {
		d.numericZone(w[i:])
		w = w[:i]
	}
	vals := [3]int{}
	for i := range vals {
		n, digits := number(w)
		vals[i] = n
		w = w[digits:]
		if w == "" || w[0] != ':' && w[0] != '.' || digits == 0 {
			break
		}
		w = w[1:]
	}
	d.hour, d.min, d.sec = vals[0], vals[1], vals[2]
	if w != "" {
		d.name(strings.TrimLeft(w, ".0123456789"))
	}
}

// name takes a word of letters as month, half of the day, or zone; a weekday and all else is passed over.
func (d *dateParts) name(w string) {
	u := strings.ToUpper(strings.Trim(w, "."))
	if u == "" {
		return
	}
	if m := monthOf(u); m > 0 && (d.month < 0 || d.early && d.day >= 0) {
		d.month, d.early = m, d.day < 0
		return
	}
	switch {
	case u == "AM" || u == "A.M":
		d.am = true
	case u == "PM" || u == "P.M":
		d.pm = true
	case d.hour >= 0:
		d.zone(u)
	case strings.HasSuffix(u, "ST") || strings.HasSuffix(u, "ND") || strings.HasSuffix(u, "RD") || strings.HasSuffix(u, "TH"):
		if n, digits := number(u); digits > 0 && d.day < 0 {
			d.day = n
		}
	}
}

// foreignMonths start the names of months in the languages of answers, where they differ from English: three letters, or four where two are alike.
var foreignMonths = [...]string{
	"ene gen sty янв січ led jaan", "fév fev lut фев лют úno veeb", "mär mrz mrt mär marz бер bře", "avr abr kwi апр кві dub", "mai mag mei maj май мая тра kvě toukok", "juin giu cze июн чер čvn",
	"juil lug lip июл лип čvc", "aoû aou ago sie авг сер srp", "set wrz сен вер zář", "okt ott out paź окт жов říj", "lis ноя лис list", "déc dez dic gru дек гру pros",
}

// monthOf returns the month that an upper-case word names, 1 to 12; 0: none.
func monthOf(u string) int {
	if len(u) < 3 {
		return 0
	}
	for i, m := range monthNames {
		if strings.EqualFold(u[:3], m) {
			return i + 1
		}
	}
	low := strings.ToLower(u)
	for i, names := range foreignMonths {
		for _, m := range strings.Fields(names) {
			if strings.HasPrefix(low, m) {
				return i + 1
			}
		}
	}
	return 0
}

// zoneHours are the zone names of RFC 5322 4.3 and others that are not ambiguous in mail, in minutes east of UTC (D-52).
var zoneMinutes = map[string]int{
	"UT": 0, "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "BST": 60, "WEST": 60, "CET": 60, "MET": 60, "MEZ": 60, "MEST": 120, "MESZ": 120, "CEST": 120,
	"EET": 120, "EEST": 180, "MSK": 180, "MSD": 240, "EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360,
	"PST": -480, "PDT": -420, "AKST": -540, "AKDT": -480, "HST": -600, "AST": -240, "ADT": -180, "NST": -210, "NDT": -150, "BRT": -180, "BRST": -120, "ART": -180,
	"JST": 540, "KST": 540, "HKT": 480, "SGT": 480, "PHT": 480, "WIB": 420, "ICT": 420, "IST": 330, "NPT": 345, "PKT": 300, "GST": 240, "SAST": 120,
	"AEST": 600, "AEDT": 660, "ACST": 570, "ACDT": 630, "AWST": 480, "NZST": 720, "NZDT": 780, "NZT": 720,
}

// zone takes a zone name. One that is unknown leaves UTC.
func (d *dateParts) zone(u string) {
	if d.zoned {
		return
	}
	if i := strings.IndexAny(u, "+-"); i > 0 && i+1 < len(u) {
		d.numericZone(u[i:])
		return
	}
	if m, ok := zoneMinutes[u]; ok {
		d.offset, d.zoned = m*60, true
	}
}

// numericZone reads +hhmm, +hh:mm, +hmm or +hh; one that is out of range is UTC.
func (d *dateParts) numericZone(w string) {
	if d.zoned {
		return
	}
	sign := 1
	if w[0] == '-' {
		sign = -1
	}
	n, digits := number(strings.Replace(strings.TrimLeft(w, "+-"), ":", "", 1))
	h, m := n/100, n%100
	if digits <= 2 {
		h, m = n, 0
	}
	if d.zoned = true; h <= 15 && m < 60 {
		d.offset = sign * (h*3600 + m*60)
	}
}

// time puts the parts together.
func (d *dateParts) time() (time.Time, error) {
	switch {
	case d.pm && d.hour < 12 && d.hour >= 0:
		d.hour += 12
	case d.am && d.hour == 12:
		d.hour = 0
	}
	d.hour = max(d.hour, 0)
	switch {
	case d.month < 0 || d.day < 0 || d.year < 0:
		return time.Time{}, fmt.Errorf("no day, month and year")
	case d.hour > 24 || d.hour == 24 && d.min+d.sec > 0: // 24:00:00 is the end of the day (ISO 8601)
		return time.Time{}, fmt.Errorf("hour %d is out of range", d.hour)
	case d.min > 59:
		return time.Time{}, fmt.Errorf("minute %d is out of range", d.min)
	case d.sec > 60:
		return time.Time{}, fmt.Errorf("second %d is out of range", d.sec)
	case d.day < 1 || d.day > daysIn(d.month, d.year):
		return time.Time{}, fmt.Errorf("day %d is out of range", d.day)
	case d.year < 1900 || d.year > 9999:
		return time.Time{}, fmt.Errorf("year %d is out of range", d.year)
	}
	zone := time.UTC
	if d.offset != 0 {
		zone = time.FixedZone("", d.offset)
	}
	return time.Date(d.year, time.Month(d.month), d.day, d.hour, d.min, min(d.sec, 59), 0, zone), nil
}

func daysIn(month, year int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}
