package desktest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"guichet/shared/desk"
	"guichet/shared/guichet"
)

// atOnce runs n calls beside each other and returns what each said.
func atOnce(n int, call func(i int) error) []error {
	out := make([]error, n)
	var wg sync.WaitGroup
	begin := make(chan struct{})
	for i := range n {
		wg.Go(func() {
			<-begin
			out[i] = call(i)
		})
	}
	close(begin)
	wg.Wait()
	return out
}

func codeOf(err error) string {
	var e *guichet.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

func settingsHouse(t *testing.T) *House {
	h := New(t, open(t))
	if err := h.Store.SaveAgent(t.Context(), Tenant, guichet.Agent{ID: "ana", Name: "ana", Role: "agent", Limit: 5}); err != nil {
		t.Fatal(err)
	}
	return h
}

// TestOneOfManyGetsTheName: sixteen make a channel of one name, and of one address, at once: one has it, the others are told (A045).
func TestOneOfManyGetsTheName(t *testing.T) {
	for what, make := range map[string]func(i int) (name, local string){
		"name_taken":    func(i int) (string, string) { return "Returns", fmt.Sprintf("returns%d", i) },
		"address_taken": func(i int) (string, string) { return fmt.Sprintf("Returns %d", i), "returns" },
	} {
		t.Run(what, func(t *testing.T) {
			h := settingsHouse(t)
			errs := atOnce(16, func(i int) error {
				name, local := make(i)
				_, err := h.Desk.CreateChannel(t.Context(), Tenant, "ana", local, "demo.example", guichet.Channel{Name: name, Skill: "support"})
				return err
			})
			won := 0
			for _, err := range errs {
				if err == nil {
					won++
				} else if codeOf(err) != what {
					t.Errorf("a loser is told %v, want %s", err, what)
				}
			}
			cfg, err := h.Store.FreshConfig(t.Context(), Tenant)
			if err != nil || won != 1 || len(cfg.Channels) != 3 {
				t.Errorf("%d won, there are %d channels, %v", won, len(cfg.Channels), err)
			}
		})
	}
}

// TestNoChangeIsLost: each of many changes of different settings at once, on whatever stands, is there in the end, and each has a version.
func TestNoChangeIsLost(t *testing.T) {
	h := settingsHouse(t)
	changes := []func(*guichet.Channel){
		func(c *guichet.Channel) { c.Burst = 7 }, func(c *guichet.Channel) { c.ForceTLS = true }, func(c *guichet.Channel) { c.Window = 60 }, func(c *guichet.Channel) { c.Reopen = "never" },
		func(c *guichet.Channel) { c.Thanks = true }, func(c *guichet.Channel) { c.Language = "fr" }, func(c *guichet.Channel) { c.SetFormat(guichet.TicketFormat{Delimiter: "curly"}) },
	}
	for _, err := range atOnce(len(changes), func(i int) error {
		_, err := h.Desk.ChangeChannel(t.Context(), Tenant, "ana", "support", 0, func(c *guichet.Channel) error { changes[i](c); return nil })
		return err
	}) {
		if err != nil {
			t.Error(err)
		}
	}
	cfg, err := h.Store.FreshConfig(t.Context(), Tenant)
	if err != nil {
		t.Fatal(err)
	}
	c := cfg.Channels["support"]
	if f, _ := c.Format(); c.Burst != 7 || !c.ForceTLS || c.Window != 60 || c.Reopen != "never" || !c.Thanks || c.Language != "fr" || f.Delimiter != "curly" || c.Version != 8 {
		t.Errorf("in the end: %+v", c)
	}
	list, _, err := h.Store.ChannelVersions(t.Context(), Tenant, "support", 100, "")
	if err != nil || len(list) != 8 || list[0].By != "ana" || len(list[0].What) != 1 {
		t.Errorf("versions: %+v, %v", list, err)
	}
	one := atOnce(8, func(i int) error { // of those who change one version, one wins
		_, err := h.Desk.ChangeChannel(t.Context(), Tenant, "ana", "support", 8, func(c *guichet.Channel) error { c.Burst = 10 + i; return nil })
		return err
	})
	if n := len(slices.DeleteFunc(one, func(err error) bool { return guichet.Is(err, guichet.Conflict) })); n != 1 {
		t.Errorf("%d of eight changed version 8, want one", n)
	}
}

// TestWhatIsNamedStays: a tag, and a domain, go while somebody begins to use them: either they are gone and the use is refused, or they are in use and stay (A054).
func TestWhatIsNamedStays(t *testing.T) {
	for round := range 30 {
		h := settingsHouse(t)
		ctx := t.Context()
		if _, err := h.Desk.SaveTag(ctx, Tenant, "ana", guichet.Tag{ID: "junk"}, 0); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Desk.ClaimDomain(ctx, Tenant, "ana", "new.example"); err != nil {
			t.Fatal(err)
		}
		errs := atOnce(4, func(i int) (err error) {
			switch (i + round) % 4 {
			case 0:
				return h.Desk.DeleteTag(ctx, Tenant, "ana", "junk")
			case 1:
				_, err = h.Desk.ChangeChannel(ctx, Tenant, "ana", "billing", 0, func(c *guichet.Channel) error { c.SpamTag = "junk"; return nil })
			case 2:
				return h.Desk.ReleaseDomain(ctx, Tenant, "ana", "new.example")
			case 3:
				_, err = h.Desk.CreateChannel(ctx, Tenant, "ana", "help", "new.example", guichet.Channel{Name: "New", Skill: "support"})
			}
			return err
		})
		cfg, err := h.Store.FreshConfig(ctx, Tenant)
		if err != nil {
			t.Fatal(err)
		}
		if cfg.Channels["billing"].SpamTag == "junk" && cfg.Tags["junk"] == nil {
			t.Errorf("round %d: the channel names a tag that is gone: %v", round, errs)
		}
		at := cfg.ChannelAt("help@new.example")
		if at != nil && !slices.Contains(cfg.Tenant.Domains, "new.example") {
			t.Errorf("round %d: a channel has its address in a domain that is gone: %v", round, errs)
		}
		for _, err := range errs {
			if err != nil && !strings.Contains("in_use unknown_tag domain_unverified", codeOf(err)) {
				t.Errorf("round %d: %v", round, err)
			}
		}
	}
}

// TestADomainIsOneTenants: many tenants claim one domain at once.
func TestADomainIsOneTenants(t *testing.T) {
	h := settingsHouse(t)
	ctx := t.Context()
	for i := range 8 {
		id := guichet.TenantID(fmt.Sprintf("t%d", i))
		err := errors.Join(h.Store.SaveTenant(ctx, guichet.Tenant{ID: id, Name: string(id), Domains: []string{string(id) + ".example"}}), h.Store.SaveRole(ctx, id, Everything),
			h.Store.SaveAgent(ctx, id, guichet.Agent{ID: "eve", Name: "eve", Role: "agent", Limit: 1}))
		if err != nil {
			t.Fatal(err)
		}
	}
	won := 0
	for _, err := range atOnce(8, func(i int) error {
		_, err := h.Desk.ClaimDomain(ctx, guichet.TenantID(fmt.Sprintf("t%d", i)), "eve", "contested.example")
		return err
	}) {
		if err == nil {
			won++
		} else if codeOf(err) != "domain_taken" {
			t.Error(err)
		}
	}
	owner, err := h.Store.TenantOf(ctx, "contested.example")
	if err != nil || won != 1 {
		t.Errorf("%d tenants have it, one of them %q, %v", won, owner, err)
	}
}

// TestRolesAtOnce: cells of one role that are set at once are all there.
func TestRolesAtOnce(t *testing.T) {
	h := settingsHouse(t)
	ctx := t.Context()
	for _, err := range atOnce(len(guichet.Permissions), func(i int) error {
		_, err := h.Desk.ChangeRole(ctx, Tenant, "ana", "reader", 0, "", desk.Right{Channel: "support", Permission: guichet.Permissions[i], On: true})
		return err
	}) {
		if err != nil {
			t.Error(err)
		}
	}
	cfg, err := h.Store.FreshConfig(ctx, Tenant)
	if err != nil || !slices.Equal(cfg.Roles["reader"].Rights["support"], guichet.Permissions) {
		t.Errorf("the role has %v, %v", cfg.Roles["reader"].Rights, err)
	}
}

// TestOthersSettingsAreNoConflict: a channel that is changed on the version that stands is changed, however often its skill is saved meanwhile.
func TestOthersSettingsAreNoConflict(t *testing.T) {
	h := settingsHouse(t)
	ctx := t.Context()
	if err := h.Store.SaveSkill(ctx, Tenant, guichet.Skill{ID: "returns", Name: "returns"}); err != nil {
		t.Fatal(err)
	}
	to := map[bool]guichet.SkillID{true: "returns", false: "support"}
	errs := atOnce(2, func(i int) error {
		if i == 0 {
			for n := range 40 {
				if err := h.Store.SaveSkill(ctx, Tenant, guichet.Skill{ID: to[n%2 == 0], Name: fmt.Sprint("Name ", n)}); err != nil && !guichet.Is(err, guichet.Conflict) {
					return err
				}
			}
			return nil
		}
		for n := range int64(40) {
			if _, err := h.Desk.ChangeChannel(ctx, Tenant, "ana", "support", n+1, func(c *guichet.Channel) error { c.Skill = to[n%2 == 0]; return nil }); err != nil {
				return fmt.Errorf("change %d: %w", n, err)
			}
		}
		return nil
	})
	if err := errors.Join(errs...); err != nil {
		t.Error(err)
	}
}
