package desk

import (
	"slices"
	"strings"

	"guichet/shared/guichet"
	"guichet/shared/store"
)

// absorb makes loser a part of winner: its number, its ids and its messages lead to winner from now on. The loser is stored by tx; the
// winner by the caller, with the facts.
func (d *Desk) absorb(cfg *store.Config, tx *store.Tx, winner, loser *guichet.Case, by, why string, facts *[]guichet.Fact) {
	people, tags := missing(winner.People, loser.People), missing(winner.Tags, loser.Tags)
	for _, p := range people {
		winner.Join(p)
	}
	for _, t := range tags {
		winner.Tag(t)
	}
	status := ""
	promises := d.promisesOf(cfg, winner, loser)
	if loser.Status.Live() && !winner.Status.Live() {
		status = string(guichet.Open)
		winner.Status, winner.Moved = guichet.Open, d.Now()
		promises.whole.Reopen(d.Now())
	}
	kept := promises.take(d.Now())
	*facts = append(*facts, d.fact(guichet.CaseMerged, by, "from", string(loser.ID), "reason", why, "people", strings.Join(people, " "), "tags", strings.Join(tags, " "),
		"parts", join(loser.Parts), "status", status, "outside", strings.Join(loser.Outside, " "), "also", joinChannels(loser), "clocks", kept))
	d.tell(promises.whole, facts)
	winner.Parts = append(winner.Parts, loser.ID)
	winner.Parts = append(winner.Parts, loser.Parts...)
	winner.In, winner.Out = winner.In+loser.In, winner.Out+loser.Out
	winner.Aside += loser.Aside
	if loser.Opened.Before(winner.Opened) {
		for _, k := range winner.Clocks() { // they began when they did
			if k.Began.IsZero() && k.Target > 0 {
				k.Began = winner.Opened
			}
		}
		winner.Opened = loser.Opened
	}
	freed := d.takeOver(tx, winner, loser)
	takeTimers(winner, loser)
	if t, ok := loser.Timer(BurstEnds, ""); ok {
		loser.StopTimer(BurstEnds, "")
		winner.SetTimer(BurstEnds, "", t.At)
	}
	d.followClocks(cfg, winner, d.Now(), facts)
	loser.Merged, loser.Agent = winner.ID, ""
	last := []guichet.Fact{d.fact(guichet.CaseMerged, by, "into", string(winner.ID), "reason", why)}
	d.tell(promises.part, &last)
	if freed != "" {
		f := d.fact(guichet.AgentFreed, by) // what waits for him need not wait until it is looked at again (D-81)
		f.Agent = freed
		last = append(last, f)
	}
	tx.Case(loser, last...)
}

// takeOver settles who has the merged case: the winner's agent, else the loser's, whose place goes over with it; a place that is not needed any
// more is given back, and freed is who has room by that.
func (d *Desk) takeOver(tx *store.Tx, winner, loser *guichet.Case) (freed guichet.AgentID) {
	if loser.Offer { // what was only offered is taken back
		tx.Leave(loser.Tenant, loser.Agent)
		freed, loser.Agent, loser.Offer = loser.Agent, "", false
	}
	switch {
	case loser.Agent == "":
		if winner.Agent == "" && winner.Waits.IsZero() && winner.Status.Live() && !winner.Script.Runs() {
			winner.Waits = loser.Waits
			if loser.Waits.IsZero() && loser.Script.Runs() {
				winner.Waits = loser.Script.Since // its script decides nothing any more
			}
		}
	case winner.Agent == "" && winner.Status.Live():
		winner.Agent, winner.Last = loser.Agent, loser.Agent
		winner.Waits = loser.Waits
	default:
		tx.Leave(loser.Tenant, loser.Agent)
		freed = loser.Agent
	}
	return freed
}

// missing lists what of b is not in a.
func missing(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(b), func(s string) bool { return slices.Contains(a, s) })
}

// compareIDs orders ticket numbers as numbers.
func compareIDs(a, b guichet.CaseID) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(string(a), string(b))
}

func join(ids []guichet.CaseID) string {
	var s []string
	for _, id := range ids {
		s = append(s, string(id))
	}
	slices.Sort(s)
	return strings.Join(slices.Compact(s), " ")
}
