package inbox

import (
	"fmt"
	"testing"

	"guichet/shared/guichet"
)

func TestParseQuery(t *testing.T) {
	for _, r := range []struct{ query, want string }{
		{"", "[]"},
		{"  ", "[]"},
		{"status IN (new)", "[{status [new] false}]"},
		{"status in(new,open)", "[{status [new open] false}]"},
		{"status NOT IN (new , open)", "[{status [new open] true}]"},
		{"title=123456", "[{title [123456] false}]"},
		{`title = "a (b), c" AND Status != 'new'`, "[{title [a (b), c] false} {status [new] true}]"},
		{"skillId=4001 and inboxAssignee=me", "[{queue [4001] false} {assignee [me] false}]"},
		{"shoes are wet", "[{text [shoes are wet] false}]"},
		{"shoes", "[{text [shoes] false}]"},
		{"title", "[{text [title] false}]"},
		{"don't = know", `error`},
		{"status IN", "error"},
		{"status IN new", "error"},
		{"status IN (new", "error"},
		{"status NOT (new)", "error"},
		{"colour=red", "error"},
		{"status=new OR status=open", "error"},
		{"status=new AND", "error"},
		{"status=new AND title", "error"},
	} {
		got, err := parseQuery(r.query)
		text := fmt.Sprint(got)
		if err != nil {
			if text = "error"; !guichet.Is(err, guichet.Invalid) {
				t.Errorf("%q: error %v is not Invalid", r.query, err)
			}
		}
		if text != r.want {
			t.Errorf("%q: got %s (%v), want %s", r.query, text, err, r.want)
		}
	}
}

func FuzzParseQuery(f *testing.F) {
	for _, s := range []string{"status IN (new,open)", "title='a' AND x!=y", "a!", "(((", "!=", `"`, "status NOT IN ()", "é=ü"} {
		f.Add(s)
	}
	k := &guichet.Case{Tenant: "t", ID: guichet.NewCaseID(1), Status: guichet.New, People: []string{"a@b"}}
	f.Fuzz(func(t *testing.T, q string) {
		list, err := parseQuery(q)
		if err != nil && !guichet.Is(err, guichet.Invalid) {
			t.Fatalf("%q: %v is not Invalid", q, err)
		}
		if len(list) > maxTerms {
			t.Fatalf("%q: %d conditions", q, len(list))
		}
		for _, o := range list {
			was := o
			was.not = !o.not
			if len(o.values) > maxValues || o.holds(k, "ana") == was.holds(k, "ana") {
				t.Fatalf("%q: condition %v holds and does not", q, o)
			}
		}
	})
}
