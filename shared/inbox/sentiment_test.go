package inbox_test

import (
	"fmt"
	"testing"
)

// TestTheSentimentHook: what an analysis calls, over both of its paths, who may, and the card that follows (A027, A033).
func TestTheSentimentHook(t *testing.T) {
	h := newHouse(t)
	id := string(h.mail("support@acme.example", firstMail))
	n := id[:len(id)-2]
	card := func() string {
		d := h.want(200, "acme/ana", "GET", "/dfo/3.0/contacts/"+n+"/detail", "")
		return fmt.Sprint(at(d, "customer", "indicators"), " ", at(d, "messages", 0, "sentiment"))
	}
	const none = "map[followed:<nil> followers:<nil> negative:0 neutral:0 positive:0] <nil>"
	if got := card(); got != none {
		t.Errorf("before: %s, want %s", got, none)
	}
	h.want(204, "acme/ana", "PUT", "/guichet/messages/"+id+"/sentiment", `{"sentiment":"negative","score":-0.7,"by":"comprehend"}`)
	if got, want := card(), "map[followed:<nil> followers:<nil> negative:1 neutral:0 positive:0] negative"; got != want {
		t.Errorf("rated: %s, want %s", got, want)
	}
	m := h.want(200, "acme/ana", "GET", "/dfo/3.0/messages/"+id, "")
	if got := fmt.Sprint(at(m, "sentimentDetail", "score"), " ", at(m, "sentimentDetail", "by")); got != "-0.7 comprehend" {
		t.Errorf("who said it: %s", got)
	}
	h.want(204, "acme/ana", "PUT", "/dfo/3.0/messages/"+id+"/sentiment", `{"sentiment":"neutral"}`)
	customer := at(h.want(200, "acme/ana", "GET", "/dfo/3.0/contacts/"+n+"/detail", ""), "customer", "id").(string)
	h.want(204, "acme/ana", "PUT", "/guichet/customers/"+customer+"/reach", `{"followed":12,"followers":3400}`)
	if got, want := card(), "map[followed:12 followers:3400 negative:0 neutral:1 positive:0] neutral"; got != want {
		t.Errorf("corrected: %s, want %s", got, want)
	}
	for name, c := range map[string]struct {
		status           int
		who, path, body  string
		field, parameter string
	}{
		"who may not":               {403, "acme/rob", "/guichet/messages/" + id + "/sentiment", `{"sentiment":"positive"}`, "rate", "rate"},
		"who may not see the case":  {404, "acme/bob", "/guichet/messages/" + id + "/sentiment", `{"sentiment":"positive"}`, "", ""},
		"another tenant":            {404, "zeta/ana", "/guichet/messages/" + id + "/sentiment", `{"sentiment":"positive"}`, "", ""},
		"no mood":                   {422, "acme/ana", "/guichet/messages/" + id + "/sentiment", `{"sentiment":"angry"}`, "sentiment", ""},
		"no score":                  {422, "acme/ana", "/guichet/messages/" + id + "/sentiment", `{"sentiment":"positive","score":2}`, "score", ""},
		"a score of another kind":   {422, "acme/ana", "/guichet/messages/" + id + "/sentiment", `{"sentiment":"positive","score":"high"}`, "score", ""},
		"no message":                {404, "acme/ana", "/guichet/messages/" + n + "-9/sentiment", `{"sentiment":"positive"}`, "", ""},
		"no message id":             {404, "acme/ana", "/guichet/messages/x/sentiment", `{"sentiment":"positive"}`, "", ""},
		"half of the reach":         {422, "acme/ana", "/guichet/customers/" + customer + "/reach", `{"followers":3}`, "followers", ""},
		"fewer than none":           {422, "acme/ana", "/guichet/customers/" + customer + "/reach", `{"followers":-3,"followed":1}`, "followers", ""},
		"the reach of nobody":       {404, "acme/ana", "/guichet/customers/ffff/reach", `{"followers":3,"followed":1}`, "", ""},
		"the reach, who may not":    {403, "acme/rob", "/guichet/customers/" + customer + "/reach", `{"followers":3,"followed":1}`, "rate", "rate"},
		"the reach, another tenant": {404, "zeta/ana", "/guichet/customers/" + customer + "/reach", `{"followers":3,"followed":1}`, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			e := h.want(c.status, c.who, "PUT", c.path, c.body)
			if got := at(e, "errors", 0, "field"); c.field != "" && got != c.field {
				t.Errorf("field %v, want %q", got, c.field)
			}
			if p := at(e, "errors", 0, "parameters", "permission"); c.parameter != "" && p != c.parameter {
				t.Errorf("permission %v, want %q", p, c.parameter)
			}
		})
	}
}
