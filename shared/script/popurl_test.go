package script_test

import (
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"guichet/shared/guichet"
	"guichet/shared/script"
)

// popped is the address that a script gives a case.
func popped(t interface{ Fatal(...any) }, template string, e *script.Env) (string, script.Taken) {
	s := guichet.Script{ID: "pops", Steps: []guichet.Step{{ID: "one", Do: []guichet.Action{{PopURL: template}}}}}
	p, err := script.Compile(s, world, &lang)
	if err != nil {
		t.Fatal(err)
	}
	out := p.Run(e, script.First, 0, nil)
	return e.Case.PopURL, out.Steps[0]
}

// A105: the words of a case stand escaped in the address.
func TestPopURL(t *testing.T) {
	for name, c := range map[string]struct{ template, want string }{
		"plain":             {"https://crm.example/", "https://crm.example/"},
		"a query":           {"https://crm.example/find?mail={address}&n={ticket}", "https://crm.example/find?mail=bo%2Bx%40a.example&n=1"},
		"spaces and signs":  {"https://crm.example/?s={subject}#top", "https://crm.example/?s=50%25%20%26%20more%3F%20%C3%A9%2F..%23#top"},
		"no value":          {"https://crm.example/o/{field.order}/x", "https://crm.example/o//x"},
		"a field":           {"https://crm.example/{field.order}?l={language}", "https://crm.example/12?l=en"},
		"no way up or away": {"https://crm.example/{name}/x", "https://crm.example//x"},
	} {
		e := newEnv("bo+x@a.example", "50% & more? é/..#", true)
		e.Contact.Name, e.Case.ID, e.Channel.Language = "..", "1", "en"
		if name == "a field" {
			e.Case.Fields = map[string]any{"order": 12.0}
		} else {
			e.Case.Fields = nil
		}
		if got, _ := popped(t, c.template, e); got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
	e := newEnv("bo@a.example", strings.Repeat("é", 200), true)
	if got, step := popped(t, "https://crm.example/?s={subject}", e); got != "" || !strings.Contains(step.Did[0].Result, "600 bytes") {
		t.Errorf("too long: %q, %+v", got, step.Did)
	}
}

// Whatever stands in a case, the address has the host and the pieces of its template, and gives back what was put in.
func TestPopURLLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := newEnv("bo@a.example", rapid.StringN(0, 40, 60).Draw(t, "subject"), true)
		got, step := popped(t, "https://crm.example/a/{subject}/b?q={subject}&z=1#end", e)
		if step.Did[0].Result != "" {
			return
		}
		u, err := url.Parse(got)
		if err != nil {
			t.Fatal(err)
		}
		want := e.Case.Subject
		if strings.Trim(want, ".") == "" {
			want = ""
		}
		parts := strings.Split(u.EscapedPath(), "/")
		if u.Scheme != "https" || u.Host != "crm.example" || len(parts) != 4 || parts[3] != "b" || u.Query().Get("q") != want || u.Query().Get("z") != "1" || u.Fragment != "end" {
			t.Fatalf("%q gives %s", want, got)
		}
	})
}
