package sla

import (
	"fmt"
	"slices"

	"guichet/shared/guichet"
)

// maxUrgencies and maxWarnings bound a service level; maxGoal is the longest target, in days.
const (
	maxUrgencies = 20
	maxWarnings  = 5
	maxGoal      = 3660
)

// check reads the settings. Errors are Invalid and name the field.
func (l Level) check() error {
	rows := []guichet.Urgency{{First: l.First, Resolution: l.Resolution, Next: l.SLA.Next}}
	for i, u := range append(rows, l.Urgent...) {
		field := ""
		if i > 0 {
			field = fmt.Sprintf("urgent[%d].", i-1)
		}
		for _, clock := range Names {
			t := pick(clock, u.First, u.Next, u.Resolution)
			if t < 0 || t > maxGoal*day {
				return guichet.Wrongf(field+clock, "a target is 0 (none) to %d days", maxGoal)
			}
			if l.WorkingDays && t >= day && l.Workday() == 0 {
				return guichet.Wrongf(field+clock, "a target in working days needs a calendar with hours on weekdays")
			}
		}
	}
	return l.checkLists()
}

func (l Level) checkLists() error {
	if len(l.Urgent) > maxUrgencies {
		return guichet.Wrongf("urgent", "at most %d priorities have targets of their own", maxUrgencies)
	}
	for i, u := range l.Urgent {
		if u.From == 0 || slices.ContainsFunc(l.Urgent[:i], func(o guichet.Urgency) bool { return o.From == u.From }) {
			return guichet.Wrongf(fmt.Sprintf("urgent[%d].from", i), "from is a priority other than 0, each once")
		}
	}
	for i, s := range l.Pause {
		if s != guichet.Pending && s != guichet.Escalated || slices.Contains(l.Pause[:i], s) {
			return guichet.Wrongf(fmt.Sprintf("pause[%d]", i), "clocks stand still in pending or escalated, each once; not in %.20q", s)
		}
	}
	if len(l.Warn) > maxWarnings {
		return guichet.Wrongf("warn", "at most %d warnings", maxWarnings)
	}
	for i, p := range l.Warn {
		if p < 1 || p > 99 || i > 0 && p <= l.Warn[i-1] {
			return guichet.Wrongf(fmt.Sprintf("warn[%d]", i), "a warning is 1 to 99 per cent of a target, each above the one before; not %d", p)
		}
	}
	return nil
}
