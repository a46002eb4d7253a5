package setup_test

import (
	"context"
	"errors"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/infra/tenant/setup"
	"guichet/shared/blob/folder"
	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/ledger"
	"guichet/shared/ledger/sqlite"
	"guichet/shared/store"
)

var monday = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func now() time.Time { return monday }

func newLedger(t *testing.T) ledger.Ledger {
	t.Helper()
	db, err := sqlite.Open(filepath.Join(t.TempDir(), "ledger.db"), now, sqlite.Unsynced())
	must(t, err)
	t.Cleanup(func() { db.Close() })
	return db
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wish() setup.Wish {
	return setup.Wish{
		Tenant: guichet.Tenant{ID: "acme", Name: "Acme", Domains: []string{"help.example"}, Language: "en", SLA: guichet.SLA{First: 4 * 3600, Resolution: 16 * 3600,
			Calendar: guichet.Calendar{Zone: "Europe/Paris", Week: map[string][]string{"mon": {"09:00-18:00"}}}}},
		Roles:    setup.Roles(),
		Skills:   []guichet.Skill{{ID: "support", Name: "support"}},
		Channels: []guichet.Channel{{ID: "support", Kind: "email", Name: "support", Address: "support@help.example", Outbound: true, Skill: "support"}},
		Agents:   []guichet.Agent{{ID: "ana", Name: "Ana Lopes", Role: "supervisor", Presence: guichet.Available, Limit: 5, Skills: map[guichet.SkillID]int{"support": 1}}},
	}
}

// apply applies a wish to a ledger as a new process does: with an empty cache.
func apply(t *testing.T, l ledger.Ledger, w setup.Wish) []setup.Step {
	t.Helper()
	steps, err := w.Apply(t.Context(), store.New(l, nil, now), monday)
	must(t, err)
	return steps
}

// state is all that stands of the tenant, versions too.
func state(t *testing.T, l ledger.Ledger) (c *store.Config, crew []guichet.Agent) {
	t.Helper()
	s := store.New(l, nil, now)
	c, err := s.FreshConfig(t.Context(), "acme")
	must(t, err)
	crew, err = s.Agents(t.Context(), "acme")
	must(t, err)
	return c, crew
}

func did(steps []setup.Step, what string) (n int) {
	for _, s := range steps {
		if s.Did == what {
			n++
		}
	}
	return n
}

// TestATenantThatWasSetUpGetsMail: what was made is what the flows look for.
func TestATenantThatWasSetUpGetsMail(t *testing.T) {
	l := newLedger(t)
	if steps := apply(t, l, wish()); did(steps, "made") != 6 || len(steps) != 6 {
		t.Errorf("steps %q, want six things made", steps)
	}
	blobs, err := folder.Open(t.TempDir())
	must(t, err)
	s := store.New(l, blobs, now)
	d := &desk.Desk{Store: s, Now: now, Key: []byte("0123456789abcdef0123456789abcdef")}
	raw := "From: Bo <bo@customer.example>\r\nTo: support@help.example\r\nSubject: Kettle\r\nMessage-ID: <1@customer.example>\r\n\r\nIt leaks.\r\n"
	must(t, blobs.Put(t.Context(), store.InKey("r1"), strings.NewReader(raw), int64(len(raw))))
	in := desk.Incoming{Receipt: "r1", From: "bo@customer.example", Recipients: []string{"support@help.example"}, Raw: store.InKey("r1"), ReceivedAt: monday}
	out, err := d.ReceiveMail(t.Context(), in)
	must(t, err)
	if len(out) != 1 || out[0].Tenant != "acme" || out[0].Message == "" {
		t.Fatalf("outcome %+v, want a case of acme", out)
	}
	seen, err := d.See(t.Context(), "acme", "ana", out[0].Message.Case())
	must(t, err)
	if seen.Case.Skill != "support" {
		t.Errorf("the case needs skill %q, want support", seen.Case.Skill)
	}
}

func TestApplyingAgainChangesNothing(t *testing.T) {
	l := newLedger(t)
	apply(t, l, wish())
	config, crew := state(t, l)
	steps := apply(t, l, wish())
	if did(steps, "kept") != 6 || len(steps) != 6 {
		t.Errorf("steps %q, want six things kept", steps)
	}
	config2, crew2 := state(t, l)
	if !reflect.DeepEqual(config.Tenant, config2.Tenant) || !reflect.DeepEqual(config.Channels, config2.Channels) || !reflect.DeepEqual(config.Roles, config2.Roles) || !reflect.DeepEqual(crew, crew2) {
		t.Errorf("got %+v %+v, want what stood: %+v %+v", config2, crew2, config, crew)
	}
}

func TestApplyCompletes(t *testing.T) {
	for _, c := range []struct {
		situation string
		change    func(*setup.Wish)
		step      string
		stands    func(*store.Config, []guichet.Agent) bool
	}{
		{"a second domain", func(w *setup.Wish) { w.Tenant.Domains = []string{"hilfe.example"} }, "added    domain hilfe.example to tenant acme",
			func(c *store.Config, _ []guichet.Agent) bool {
				return slices.Equal(c.Tenant.Domains, []string{"help.example", "hilfe.example"})
			}},
		{"another target keeps the calendar", func(w *setup.Wish) { w.Tenant.SLA = guichet.SLA{First: 60} }, "changed  service level of tenant acme",
			func(c *store.Config, _ []guichet.Agent) bool {
				return c.Tenant.SLA.First == 60 && c.Tenant.SLA.Resolution == 16*3600 && c.Tenant.SLA.Calendar.Zone == "Europe/Paris"
			}},
		{"no target leaves the service level", func(w *setup.Wish) { w.Tenant.SLA = guichet.SLA{} }, "kept     tenant acme, domain help.example",
			func(c *store.Config, _ []guichet.Agent) bool { return c.Tenant.SLA.First == 4*3600 }},
		{"a skill for an agent who works", func(w *setup.Wish) {
			w.Skills = append(w.Skills, guichet.Skill{ID: "returns", Name: "returns"})
			w.Agents[0].Skills = map[guichet.SkillID]int{"returns": 7, "support": 9}
			w.Agents[0].Presence, w.Agents[0].Role, w.Agents[0].Name = guichet.Offline, "agent", "Somebody"
		}, "added    skill returns to agent ana", func(_ *store.Config, crew []guichet.Agent) bool {
			a := crew[0]
			return a.Skills["returns"] == 7 && a.Skills["support"] == 1 && a.Presence == guichet.Available && a.Role == "supervisor" && a.Name == "Ana Lopes"
		}},
		{"another agent", func(w *setup.Wish) { w.Agents[0].ID, w.Agents[0].Role = "bruno", "agent" }, "made     agent bruno, agent",
			func(_ *store.Config, crew []guichet.Agent) bool { return len(crew) == 2 && crew[1].Since.Equal(monday) }},
		{"a routing queue from elsewhere", func(w *setup.Wish) {
			w.Queues = []guichet.Queue{{ID: "vip", Name: "vip", Skill: "support", Filters: []guichet.QueueFilter{{Conditions: []guichet.QueueCondition{{Type: "tags", Values: []string{"vip"}}}}}}}
		}, "made     routing queue vip, for skill support", func(c *store.Config, _ []guichet.Agent) bool {
			return c.Queues["vip"] != nil && c.Skills["support"].Campaign == "general" && c.Campaigns["general"] != nil
		}},
		{"a channel that people changed", func(w *setup.Wish) {
			w.Channels[0].Address, w.Channels[0].Display = "other@help.example", "Other"
		}, "kept     channel support at support@help.example", func(c *store.Config, _ []guichet.Agent) bool { return c.Channels["support"].Display == "" }},
	} {
		t.Run(c.situation, func(t *testing.T) {
			l := newLedger(t)
			apply(t, l, wish())
			w := wish()
			c.change(&w)
			steps := apply(t, l, w)
			if !slices.ContainsFunc(steps, func(s setup.Step) bool { return s.String() == c.step }) {
				t.Errorf("steps %q, want %q among them", steps, c.step)
			}
			if config, crew := state(t, l); !c.stands(config, crew) {
				t.Errorf("stands: %+v %+v", config.Tenant, crew)
			}
		})
	}
}

func TestApplyRefuses(t *testing.T) {
	for _, c := range []struct {
		situation string
		change    func(*setup.Wish)
		says      string
	}{
		{"a domain of another tenant", func(w *setup.Wish) { w.Tenant.ID = "zeta" }, "domain help.example belongs to tenant acme"},
		{"no domain", func(w *setup.Wish) { w.Tenant.ID, w.Tenant.Domains = "zeta", nil }, "at least one domain"},
		{"a domain that is none", func(w *setup.Wish) { w.Tenant.Domains = []string{"help example"} }, "not a domain"},
		{"a domain without a dot", func(w *setup.Wish) { w.Tenant.Domains = []string{"localhost"} }, "not a domain"},
		{"a domain that is not folded", func(w *setup.Wish) { w.Tenant.Domains = []string{"Help.example"} }, "not a domain"},
		{"a tenant's name that is none", func(w *setup.Wish) { w.Tenant.ID = "Acme#1" }, "a tenant is 1 to 40"},
		{"a zone that is none", func(w *setup.Wish) { w.Tenant.SLA.Calendar.Zone = "Europe/Pari" }, "not the name of a time zone"},
		{"hours that are none", func(w *setup.Wish) { w.Tenant.SLA.Calendar.Week["mon"] = []string{"9-18"} }, "9-18"},
		{"a point of contact elsewhere", func(w *setup.Wish) { w.Channels[0].ID, w.Channels[0].Address = "x1", "x@other.example" }, "not of a domain"},
		{"a point of contact with a plus", func(w *setup.Wish) { w.Channels[0].ID, w.Channels[0].Address = "x1", "x+1@help.example" }, "no plus"},
		{"a point of contact outside ASCII", func(w *setup.Wish) { w.Channels[0].ID, w.Channels[0].Address = "x1", "é@help.example" }, "letters a-z"},
		{"a point of contact twice", func(w *setup.Wish) { w.Channels[0].ID = "x1" }, "of channel support already"},
		{"a routing queue that leads nowhere", func(w *setup.Wish) {
			w.Queues = []guichet.Queue{{ID: "vip", Name: "vip", Skill: "none"}}
		}, "there is no skill"},
		{"a channel without skill", func(w *setup.Wish) {
			w.Channels[0].ID, w.Channels[0].Address, w.Channels[0].Skill = "x1", "x@help.example", "none"
		}, "needs skill none"},
		{"an agent of no role", func(w *setup.Wish) { w.Agents[0].Role = "boss" }, `no role "boss"`},
		{"an agent with a hash", func(w *setup.Wish) { w.Agents[0].ID = "a#b" }, "letters, digits"},
		{"an agent who may hold nothing", func(w *setup.Wish) { w.Agents[0].Limit = 0 }, "limit"},
		{"an agent with an unknown skill", func(w *setup.Wish) { w.Agents[0].Skills["x"] = 1 }, `no skill "x"`},
	} {
		t.Run(c.situation, func(t *testing.T) {
			l := newLedger(t)
			apply(t, l, wish())
			before := l.Usage().Writes
			w := wish()
			c.change(&w)
			steps, err := w.Apply(t.Context(), store.New(l, nil, now), monday)
			if err == nil || !strings.Contains(err.Error(), c.says) || len(steps) > 0 {
				t.Errorf("got %q and %v, want an error that says %q", steps, err, c.says)
			}
			if wrote := l.Usage().Writes - before; wrote != 0 {
				t.Errorf("%v units were written by what was refused", wrote)
			}
		})
	}
}

// failing breaks off at one commit.
type failing struct {
	ledger.Ledger
	left int
}

var errCut = errors.New("cut off")

func (f *failing) Commit(ctx context.Context, writes ...ledger.Write) error {
	if f.left == 0 {
		return errCut
	}
	f.left--
	return f.Ledger.Commit(ctx, writes...)
}

// TestAnApplyThatWasCutOffIsFinishedByTheNext, whichever of its commits was the first that did not happen.
func TestAnApplyThatWasCutOffIsFinishedByTheNext(t *testing.T) {
	whole := newLedger(t)
	apply(t, whole, wish())
	config, crew := state(t, whole)
	for cut := range 6 {
		l := newLedger(t)
		if _, err := wish().Apply(t.Context(), store.New(&failing{l, cut}, nil, now), monday); !errors.Is(err, errCut) {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		apply(t, l, wish())
		config2, crew2 := state(t, l)
		if !reflect.DeepEqual(config.Tenant, config2.Tenant) || !reflect.DeepEqual(config.Channels, config2.Channels) || !reflect.DeepEqual(config.Skills, config2.Skills) || !reflect.DeepEqual(crew, crew2) {
			t.Errorf("cut at %d: got %+v %+v, want %+v %+v", cut, config2, crew2, config, crew)
		}
	}
}
