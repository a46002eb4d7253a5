package inbox

import (
	"slices"
	"strings"

	"guichet/shared/guichet"
	"guichet/shared/mail"
	"guichet/shared/store"
)

// condition is one thing that a search asks for: the field has one of the values, or (not) none of them.
type condition struct {
	field  string // one of the values of fieldNames, or "text"
	values []string
	not    bool
}

// fieldNames are the words of the query language, in lower case, and what they ask for.
var fieldNames = map[string]string{
	"status": "status", "title": "title", "contactnumber": "title", "id": "title", "channel": "channel", "channelid": "channel",
	"routingqueueid": "queue", "routingqueue": "queue", "skillid": "queue", "tag": "tag", "tags": "tag", "inboxassignee": "assignee", "assignee": "assignee",
	"customerid": "customer", "customer": "customer", "from": "person", "enduseridonexternalplatform": "person",
}

// maxTerms and maxValues bound a query.
const (
	maxTerms  = 20
	maxValues = 100
)

// parseQuery reads the SDK's little language: "status IN (new,open) AND title=123456". Operators are =, !=, IN, NOT IN; values may be quoted. What does not begin
// like that is a text to be looked for.
func parseQuery(q string) ([]condition, error) {
	words, err := lex(q)
	if err != nil || len(words) == 0 {
		return nil, err
	}
	if len(words) < 2 || !isOperator(words[1]) {
		return []condition{{field: "text", values: []string{strings.TrimSpace(q)}}}, nil
	}
	var out []condition
	for {
		c, rest, err := parseTerm(words)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
		switch {
		case len(rest) == 0:
			return out, nil
		case !strings.EqualFold(rest[0], "and") || len(out) == maxTerms:
			return nil, guichet.Wrongf("query", "after each condition of query comes AND, up to %d times, not %.40q", maxTerms, rest[0])
		}
		words = rest[1:]
	}
}

func isOperator(w string) bool {
	return w == "=" || w == "!=" || strings.EqualFold(w, "in") || strings.EqualFold(w, "not")
}

func parseTerm(w []string) (c condition, rest []string, err error) {
	if len(w) < 3 {
		return c, nil, guichet.Wrongf("query", "a condition of query is like status IN (new,open) or title=123456")
	}
	name := fieldNames[strings.ToLower(w[0])]
	if name == "" {
		return c, nil, guichet.Wrongf("query", "query knows status, title, channel, routingQueueId, tag, inboxAssignee, customerId and from, not %.40q", w[0])
	}
	c.field = name
	op := strings.ToLower(w[1])
	w = w[2:]
	if op == "not" {
		if !strings.EqualFold(w[0], "in") {
			return c, nil, guichet.Wrongf("query", "after NOT comes IN, not %.40q", w[0])
		}
		c.not, op, w = true, "in", w[1:]
	}
	if op != "in" {
		c.not, c.values = op == "!=", []string{unquote(w[0])}
		return c, w[1:], nil
	}
	if len(w) == 0 || w[0] != "(" {
		return c, nil, guichet.Wrongf("query", "after IN comes a list in brackets, as (new,open)")
	}
	for i, v := range w[1:] {
		switch v {
		case ")":
			return c, w[i+2:], nil
		case ",":
			continue
		}
		if c.values = append(c.values, unquote(v)); len(c.values) > maxValues {
			return c, nil, guichet.Wrongf("query", "a list of query holds %d values at most", maxValues)
		}
	}
	return c, nil, guichet.Wrongf("query", "the list after IN has no end: a closing bracket is missing")
}

func unquote(s string) string {
	if len(s) > 0 && (s[0] == '"' || s[0] == '\'') {
		return s[1:]
	}
	return s
}

// lex splits a query into words, signs and quoted values; the latter keep their first quote.
func lex(q string) ([]string, error) {
	if len(q) > 4000 {
		return nil, guichet.Wrongf("query", "query is longer than 4000 bytes")
	}
	var out []string
	for i := 0; i < len(q); {
		switch c := q[i]; {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			i++
		case c == '(' || c == ')' || c == ',' || c == '=':
			out = append(out, q[i:i+1])
			i++
		case c == '!' && i+1 < len(q) && q[i+1] == '=':
			out = append(out, "!=")
			i += 2
		case c == '"' || c == '\'':
			end := strings.IndexByte(q[i+1:], c)
			if end < 0 {
				return append(out, q[i:]), nil // an apostrophe of a text
			}
			out = append(out, q[i:i+1+end])
			i += end + 2
		default:
			end := strings.IndexAny(q[i:], " \t\r\n(),=!")
			if end <= 0 {
				end = max(1, len(q)-i)
				if c == '!' {
					end = 1
				}
			}
			out = append(out, q[i:i+end])
			i += end
		}
	}
	return out, nil
}

// conditions reads a search: the arrays of the API, and the query language, all of which must hold.
func (c *call) conditions() ([]condition, error) {
	p := c.URL.Query()
	out, err := parseQuery(p.Get("query"))
	if err != nil {
		return nil, err
	}
	for _, f := range []string{"status", "channel", "tag", "routingQueueId", "inboxAssignee", "customerId", "endUserIdOnExternalPlatform"} {
		values := append(p[f+"[]"], p[f]...)
		if values = slices.DeleteFunc(values, func(s string) bool { return s == "" }); len(values) > maxValues {
			return nil, guichet.Wrongf(f, "%s holds %d values at most", f, maxValues)
		}
		if len(values) > 0 {
			out = append(out, condition{field: fieldNames[strings.ToLower(f)], values: values})
		}
	}
	for _, o := range out {
		for _, v := range o.values {
			if o.field == "status" && !slices.Contains(guichet.Statuses, guichet.Status(v)) {
				return nil, guichet.Wrongf("status", "status is one of new, open, pending, escalated, resolved, closed, trashed; not %.40q", v)
			}
		}
	}
	return out, nil
}

// holds reports whether a case fulfils a condition; me is who asks.
func (o condition) holds(k *guichet.Case, me guichet.AgentID) bool {
	return slices.ContainsFunc(o.values, func(v string) bool { return o.one(k, v, me) }) != o.not
}

func (o condition) one(k *guichet.Case, v string, me guichet.AgentID) bool {
	switch o.field {
	case "status":
		return string(k.Status) == v
	case "channel":
		return string(k.Channel) == v
	case "queue":
		return idText(v).is(string(k.Skill))
	case "tag":
		return slices.Contains(k.Tags, v)
	case "customer":
		return string(k.Contact) == v
	case "person":
		return slices.Contains(k.People, mail.FoldAddress(v)) || k.Contact == store.ContactID(mail.FoldAddress(v))
	case "assignee":
		switch v {
		case "me":
			return k.Agent == me
		case "none":
			return k.Waiting()
		}
		return k.Agent != "" && idText(v).is(string(k.Agent))
	case "title":
		if digits(v) {
			return string(k.ID) == v || slices.Contains(k.Parts, guichet.CaseID(v))
		}
		return contains(k.Subject, v)
	case "text":
		return string(k.ID) == strings.Trim(v, "[]{}# ") || contains(k.Subject, v) || slices.ContainsFunc(k.People, func(p string) bool { return contains(p, v) })
	}
	return false
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

func contains(s, part string) bool {
	return strings.Contains(strings.ToLower(s), strings.ToLower(part))
}
