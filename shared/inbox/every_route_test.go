package inbox_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"guichet/shared/guichet"
	"guichet/shared/inbox"
)

var placeholder = regexp.MustCompile(`\{[a-z]+\}`)

// TestEveryRouteTellsNobodyFromWhoMayNot: over all routes of the API. Nobody, and a token that is none, is 401 and told how one signs in (RFC 9110 15.5.2); somebody
// who is signed in and may do nothing is never 401, changes nothing, and a 403 names the permission that he lacks.
func TestEveryRouteTellsNobodyFromWhoMayNot(t *testing.T) {
	h := newHouse(t)
	id := string(h.mail("support@acme.example", firstMail))
	n := id[:strings.LastIndexByte(id, '-')]
	h.want(201, "acme/ana", "POST", "/dfo/3.0/channels/support/outbound", `{"thread":{"idOnExternalPlatform":"`+n+`"},"messageContent":{"type":"TEXT","payload":{"text":"Soon."}}}`)
	fill := func(pattern string) string {
		return placeholder.ReplaceAllStringFunc(pattern, func(p string) string {
			switch {
			case p == "{n}":
				return n
			case p == "{ch}", p == "{tag}":
				return "support"
			case p == "{id}" && (strings.Contains(pattern, "/messages/") || strings.Contains(pattern, "/quarantine/")):
				return id
			case p == "{id}" && strings.Contains(pattern, "/users/"), p == "{u}":
				return "ana"
			case p == "{list}":
				return "block"
			case p == "{i}":
				return "0"
			}
			return "support"
		})
	}
	routes := inbox.SignedInRoutes()
	if len(routes) < 120 {
		t.Fatalf("only %d routes are found", len(routes))
	}
	before := fmt.Sprint(h.shape())
	codes := map[string]int{}
	for _, pattern := range routes {
		method, path, _ := strings.Cut(pattern, " ")
		path = fill(path)
		for name, agent := range map[string]string{"nobody": "", "a token that is none": "not-a-token"} {
			r := h.as(agent, method, path, "{}")
			want := `Bearer realm="guichet"`
			if agent != "" {
				want += `, error="invalid_token"`
			}
			if r.status != 401 || !strings.HasPrefix(r.header.Get("WWW-Authenticate"), want) || !strings.Contains(r.body, `"errorCode":"sign-in"`) {
				t.Errorf("%s as %s: %d, WWW-Authenticate %q, %.100s", pattern, name, r.status, r.header.Get("WWW-Authenticate"), r.body)
			}
		}
		for _, agent := range []string{"acme/nil", "acme/rob"} {
			r := h.as(agent, method, path, "{}")
			codes[fmt.Sprint(r.status)]++
			switch {
			case r.status == 401 || r.status >= 500:
				t.Errorf("%s as %s: %d %.200s", pattern, agent, r.status, r.body)
			case r.status == 403 && !strings.Contains(r.body, `"permission":"`) && !slices.Contains(unnamed, pattern):
				t.Errorf("%s as %s: a 403 that names no permission: %.200s", pattern, agent, r.body)
			}
			if r.header.Get("WWW-Authenticate") != "" {
				t.Errorf("%s as %s: told to sign in again", pattern, agent)
			}
		}
	}
	if after := fmt.Sprint(h.shape()); after != before {
		t.Errorf("who may do nothing changed something:\n%s\n%s", before, after)
	}
	t.Logf("%d routes: %v", len(routes), codes)
}

// unnamed are refusals that no permission would lift.
var unnamed = []string{"PUT /engager/2.0/users/{id}/status", "PUT /guichet/channels/{ch}/mail-from"} // another's presence; what the operator sets

// shape is what stands of the settings and the case: their versions.
func (h *house) shape() (out []string) {
	cfg, err := h.desk.Store.FreshConfig(h.t.Context(), "acme")
	must(h.t, err)
	for id, ch := range cfg.Channels {
		out = append(out, fmt.Sprint(id, ch.Version))
	}
	for id, r := range cfg.Roles {
		out = append(out, fmt.Sprint(id, r.Version))
	}
	for id, s := range cfg.Skills {
		out = append(out, fmt.Sprint(id, s.Version))
	}
	c, err := h.desk.Store.Case(h.t.Context(), "acme", guichet.NewCaseID(1))
	must(h.t, err)
	out = append(out, fmt.Sprint("case", c.Version, c.Tags, c.Status), fmt.Sprint("tenant", cfg.Tenant.Version, cfg.Lists, cfg.Export, cfg.Fields.Version))
	slices.Sort(out)
	return out
}
