package mail

import (
	"testing"
	"time"
)

// dateForms are headers as they were found, and the moment they mean; empty: none.
var dateForms = []struct{ name, in, want string }{
	{"RFC 5322", "Fri, 21 Nov 1997 09:55:06 -0600", "1997-11-21T15:55:06Z"},
	{"no weekday, no seconds", "21 Nov 1997 09:55 -0600", "1997-11-21T15:55:00Z"},
	{"two-digit year", "Fri, 21 Nov 97 09:55:06 GMT", "1997-11-21T09:55:06Z"},
	{"two-digit year of this century", "1 Jan 03 00:00:00 +0000", "2003-01-01T00:00:00Z"},
	{"three-digit year of a broken clock", "1 Jan 103 00:00:00 +0000", "2003-01-01T00:00:00Z"},
	{"full names", "Friday, 21 November 1997 09:55:06 +0000", "1997-11-21T09:55:06Z"},
	{"PST is no UTC", "Fri, 21 Nov 1997 09:55:06 PST", "1997-11-21T17:55:06Z"},
	{"zone in a comment only", "Fri, 21 Nov 1997 09:55:06 (EST)", "1997-11-21T14:55:06Z"},
	{"zone with a comment", "Fri, 21 Nov 1997 09:55:06 -0500 (EST)", "1997-11-21T14:55:06Z"},
	{"zone with a colon", "Fri, 21 Nov 1997 09:55:06 +05:30", "1997-11-21T04:25:06Z"},
	{"GMT with an offset", "Fri, 21 Nov 1997 09:55:06 GMT+0200", "1997-11-21T07:55:06Z"},
	{"zone glued to the time", "Fri, 21 Nov 1997 09:55:06+0200", "1997-11-21T07:55:06Z"},
	{"unknown zone is UTC", "Fri, 21 Nov 1997 09:55:06 XQZ", "1997-11-21T09:55:06Z"},
	{"no zone is UTC", "Fri, 21 Nov 1997 09:55:06", "1997-11-21T09:55:06Z"},
	{"asctime", "Fri Nov 21 09:55:06 1997", "1997-11-21T09:55:06Z"},
	{"date(1)", "Fri Nov 21 09:55:06 PST 1997", "1997-11-21T17:55:06Z"},
	{"RFC 850", "Friday, 21-Nov-97 09:55:06 GMT", "1997-11-21T09:55:06Z"},
	{"ISO 8601", "1997-11-21T09:55:06Z", "1997-11-21T09:55:06Z"},
	{"ISO 8601 with a space", "1997-11-21 09:55:06 +0100", "1997-11-21T08:55:06Z"},
	{"points in the time", "Fri, 21 Nov 1997 09.55.06 +0000", "1997-11-21T09:55:06Z"},
	{"half of the day", "Fri, 21 Nov 1997 09:55:06 PM +0000", "1997-11-21T21:55:06Z"},
	{"white space of RFC 822", "Fri,   21 Nov\t1997 09 :55: 06 +0000", "1997-11-21T09:55:06Z"},
	{"obsolete comments", "Fri, 21 Nov 1997 (comment) 09:55:06 +0000", "1997-11-21T09:55:06Z"},
	{"leap second", "Sat, 31 Dec 2016 23:59:60 +0000", "2016-12-31T23:59:59Z"},
	{"three-digit day", "Tue, 029 Apr 2019 23:34:45 -0800 (PST)", "2019-04-30T07:34:45Z"},
	{"comment and white space within the time", "Fri, 21 Nov 1997 09(comment):   55  :  06 -0600", "1997-11-21T15:55:06Z"},
	{"end of the day", "Fri, 21 Nov 1997 24:00:00 +0000", "1997-11-22T00:00:00Z"},
	{"past the end of the day", "Fri, 21 Nov 1997 24:00:01 +0000", ""},
	{"the end of the day, and day 0", "Fri, 0 Nov 1997 24:00:00 +0000", ""},
	{"German", "Fr, 21 Mrz 1997 09:55:06 +0100", "1997-03-21T08:55:06Z"},
	{"German, in full", "Freitag, 21. März 1997 09:55:06 MEZ", "1997-03-21T08:55:06Z"},
	{"French, on a Tuesday", "mar., 24 juin 1997 09:55:06 +0200", "1997-06-24T07:55:06Z"},
	{"French, July", "jeu., 24 juil. 1997 09:55:06 +0200", "1997-07-24T07:55:06Z"},
	{"Spanish, on a Tuesday", "mar, 23 dic 1997 09:55:06 +0100", "1997-12-23T08:55:06Z"},
	{"Italian", "gio, 2 gen 1997 09:55:06 +0100", "1997-01-02T08:55:06Z"},
	{"Polish", "pt., 21 lis 1997 09:55:06 +0100", "1997-11-21T08:55:06Z"},
	{"Russian", "Пт, 21 ноя 1997 09:55:06 +0300", "1997-11-21T06:55:06Z"},
	{"Chinese", "星期五, 21 11月 1997 09:55:06 +0800", ""},
	{"Japanese", "1997年11月21日 09:55:06 +0900", "1997-11-21T00:55:06Z"},
	{"year first", "1997/11/21 09:55:06 +0900", "1997-11-21T00:55:06Z"},
	{"year first, no such month", "1997/21/11 09:55:06 +0900", ""},
	{"English, month first", "Tue, Mar 4 1997 09:55:06 +0000", "1997-03-04T09:55:06Z"},
	{"hour 29", "Fri, 21 Nov 1997 29:55:06 +0000", ""},
	{"minute 61", "Fri, 21 Nov 1997 09:61:06 +0000", ""},
	{"30 February", "Fri, 30 Feb 1997 09:55:06 +0000", ""},
	{"day 0", "Fri, 0 Feb 1997 09:55:06 +0000", ""},
	{"words", "yesterday at noon", ""},
	{"nothing", "", ""},
	{"184 characters", "Fri, 21 Nov 1997 09:55:06 +0000 xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "1997-11-21T09:55:06Z"},
	{"offset out of range is UTC", "Fri, 21 Nov 1997 09:55:06 +9900", "1997-11-21T09:55:06Z"},
}

func TestD51InvalidDate(t *testing.T) {
	for _, c := range dateForms {
		got, err := ParseDate(c.in)
		if c.want == "" {
			if err == nil || !got.IsZero() {
				t.Errorf("%s: %q gave %v, want an error", c.name, c.in, got)
			}
			continue
		}
		if err != nil || got.UTC().Format(time.RFC3339) != c.want {
			t.Errorf("%s: %q gave %v, %v; want %s", c.name, c.in, got.UTC(), err, c.want)
		}
	}
	m := Parse([]byte("Subject: x\nDate: Fri, 21 Nov 1997 29:55:06 +0000\n\nx"))
	if !m.Date.IsZero() || len(m.Warnings) != 1 || m.Warnings[0] != "date: hour 29 is out of range" {
		t.Errorf("got %v, %q", m.Date, m.Warnings)
	}
}

func TestD52DateSkew(t *testing.T) {
	for in, year := range map[string]int{"Fri, 21 Nov 2096 09:55:06 +0000": 2096, "Thu, 1 Jan 1970 00:00:00 +0000": 1970, "Fri, 21 Nov 2036 09:55:06 PDT": 2036} {
		if m := Parse([]byte("Date: " + in + "\n\nx")); m.Date.Year() != year || len(m.Warnings) != 0 {
			t.Errorf("%s: got %v, %q: a date is shown as it was claimed", in, m.Date, m.Warnings)
		}
	}
}
