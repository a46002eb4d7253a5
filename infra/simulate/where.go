package main

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"guichet/shared/guichet"
)

// mistake is what is wrong with a scenario, at which field: "arrivals[2].per_day", where the first of a list is 1.
type mistake struct {
	line  int // 0: not known
	field string
	err   error
}

// Error says line, field and what was expected.
func (m *mistake) Error() string {
	s := m.field + ": " + m.err.Error()
	if m.line > 0 {
		s = fmt.Sprintf("line %d: %s", m.line, s)
	}
	return s
}

// Unwrap returns what is wrong.
func (m *mistake) Unwrap() error { return m.err }

// wrong makes a mistake of a field.
func wrong(field, format string, args ...any) error {
	return &mistake{field: field, err: fmt.Errorf(format, args...)}
}

// in makes the field of a mistake a part of another. Of an error of the house the field is its own, without the part of it that scenarios do not have.
func in(field string, err error) error {
	if err == nil {
		return nil
	}
	var m *mistake
	var own *guichet.Error
	switch {
	case errors.As(err, &m):
		return &mistake{field: field + "." + m.field, err: m.err}
	case errors.As(err, &own) && own.Field != "":
		return &mistake{field: field + "." + strings.TrimPrefix(own.Field, "calendar."), err: errors.New(own.Text)}
	}
	return &mistake{field: field, err: err}
}

var (
	tableLine = regexp.MustCompile(`^\s*(\[\[?)\s*([A-Za-z0-9_.\- ]+?)\s*\]\]?\s*(#.*)?$`)
	numbers   = regexp.MustCompile(`\[\d+\]`)
	keyLine   = regexp.MustCompile(`^\s*["']?([A-Za-z0-9_.\-]+)["']?\s*=`)
)

// lines gives the line of each field that stands on a line of its own, and of each table.
func lines(text string) map[string]int {
	at, counts, table := map[string]int{}, map[string]int{}, ""
	put := func(field string, n int) {
		if _, ok := at[field]; !ok {
			at[field] = n
		}
	}
	for i, line := range strings.Split(text, "\n") {
		if m := tableLine.FindStringSubmatch(line); m != nil {
			table = ""
			parts := strings.Split(m[2], ".")
			for k, part := range parts {
				table = strings.TrimPrefix(table+"."+strings.TrimSpace(part), ".")
				last := k == len(parts)-1
				if last && m[1] == "[[" {
					counts[table]++
				}
				if n := counts[table]; n > 0 {
					table = fmt.Sprintf("%s[%d]", table, n)
				}
			}
			put(table, i+1)
		} else if m := keyLine.FindStringSubmatch(line); m != nil {
			put(strings.TrimPrefix(table+"."+m[1], "."), i+1)
		}
	}
	return at
}

// lineOf returns the line of a field, or of what it is a part of; 0 if nothing of it stands there.
func lineOf(at map[string]int, field string) int {
	for field != "" {
		if n := at[field]; n > 0 {
			return n
		}
		field = field[:max(0, strings.LastIndexAny(field, ".["))]
	}
	return 0
}

// unknownLine returns the line of a key that no table has, as "arrivals.mood": its name has no numbers.
func unknownLine(text, key string) int {
	var found []int
	for field, n := range lines(text) {
		if numbers.ReplaceAllString(field, "") == key {
			found = append(found, n)
		}
	}
	if len(found) > 0 {
		return slices.Min(found)
	}
	within := regexp.MustCompile(`[{,]\s*["']?` + regexp.QuoteMeta(key[strings.LastIndex(key, ".")+1:]) + `["']?\s*=`) // in braces
	for i, line := range strings.Split(text, "\n") {
		if within.MatchString(line) {
			return i + 1
		}
	}
	return 0
}
