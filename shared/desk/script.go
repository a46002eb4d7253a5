package desk

import (
	"time"

	"guichet/shared/guichet"
	"guichet/shared/store"
)

// queue makes a case wait for an agent with the skill that it has.
func (d *Desk) queue(_ *store.Config, c *guichet.Case, at time.Time, facts *[]guichet.Fact) {
	c.Waits = at
	*facts = append(*facts, d.fact(guichet.CaseWaiting, Self, "skill", string(c.Skill)))
}
