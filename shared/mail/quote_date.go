package mail

import "strings"

// quoteISODate says that s starts with a date such as 2016-03-03.
func quoteISODate(s string) bool {
	return len(s) > 16 && s[4] == '-' && s[7] == '-' && allDigits(s[:4]) && allDigits(s[5:7]) && allDigits(s[8:10])
}

func allDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// whenFound says which signs of a date or time a text has.
type whenFound struct{ year, numeric, time bool }

// findDate looks for a year 1970-2099, a date in digits (5/3/24, 2024-03-05, 5. 3. 2024) and a time (10:15, 10.15, 10h15, 10時15分).
func findDate(s string) (w whenFound) {
	if strings.ContainsAny(s, "٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹") {
		s = asciiDigits(s)
	}
	for i := 0; i < len(s); {
		n := digits(s[i:])
		if n == 0 {
			i++
			continue
		}
		run, rest := s[i:i+n], s[i+n:]
		switch {
		case n == 4 && (run[:2] == "20" || run[:2] == "19" && run[2] >= '7'):
			w.year = true
			w.numeric = w.numeric || dateRest(rest)
		case n <= 2 && dateRest(rest):
			w.numeric = true
		case n <= 2 && timeRest(rest):
			w.time = true
		}
		i += n
	}
	return w
}

func digits(s string) int {
	n := 0
	for n < len(s) && '0' <= s[n] && s[n] <= '9' {
		n++
	}
	return n
}

// dateRest: "/3/24", "-03-05", ". 3. 2024" after the first number of a date.
func dateRest(s string) bool {
	if s == "" || s[0] != '/' && s[0] != '-' && s[0] != '.' {
		return false
	}
	sep := s[0]
	s = strings.TrimPrefix(s[1:], " ")
	n := digits(s)
	if n == 0 || n > 2 || n >= len(s) || s[n] != sep {
		return false
	}
	n2 := digits(strings.TrimPrefix(s[n+1:], " "))
	return n2 == 2 || n2 == 4 || n2 == 1
}

// timeRest: ":15", ".15", "h15", "時15分", "시 15분" after the hour.
func timeRest(s string) bool {
	if s == "" {
		return false
	}
	if strings.IndexByte(":.hH", s[0]) >= 0 {
		return digits(s[1:]) == 2
	}
	for _, hour := range []string{"時", "点", "點", "시"} {
		if strings.HasPrefix(s, hour) {
			return true
		}
	}
	return false
}

// asciiDigits writes the digits of Arabic and Persian as ours.
func asciiDigits(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '٠' && r <= '٩':
			return r - '٠' + '0'
		case r >= '۰' && r <= '۹':
			return r - '۰' + '0'
		}
		return r
	}, s)
}
