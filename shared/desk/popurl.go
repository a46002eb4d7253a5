package desk

import (
	"guichet/shared/guichet"
)

// popsUp tells the agent who has a case now of the page that comes up with it (A105): in the Agent app alone, and not while the case is only offered.
func (d *Desk) popsUp(c *guichet.Case, a *guichet.Agent) []guichet.Fact {
	if c.PopURL == "" || c.Offer || c.Agent != a.ID || a.App != guichet.AgentApp {
		return nil
	}
	f := d.fact(guichet.CasePopURL, Self, "url", c.PopURL)
	f.Agent = a.ID
	return []guichet.Fact{f}
}

// popUp tells the agent of a case at once, where a rule names a page for a case that somebody has.
func (a *actor) popUp() {
	if a.c.Agent == "" || a.c.Offer {
		return // whoever gets it is told
	}
	who, err := a.d.Store.Agent(a.ctx, a.c.Tenant, a.c.Agent)
	if guichet.Is(err, guichet.NotFound) {
		return
	}
	if a.err = err; err != nil {
		return
	}
	for _, f := range a.d.popsUp(a.c, who) {
		a.say(f)
	}
}
