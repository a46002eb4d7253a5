package routing

import "guichet/shared/guichet"

// MaxTimeout is the longest time that a case waits for its preferred agent, in seconds: 60 days and 20 hours (A111, T12).
const MaxTimeout = 5_256_000

// Validate reports nil if the skill may be saved, else an Invalid error that names the field: its name (A099), its criteria, and what
// preferred agent needs. The empty criteria is proficiency.
func Validate(s guichet.Skill) error {
	if err := guichet.ValidName("name", s.Name); err != nil {
		return err
	}
	switch s.Criteria {
	case "", Proficiency, LeastBusy, MostBusy:
		if s.Timeout < 0 || s.Timeout > MaxTimeout {
			return wrongTimeout()
		}
		return nil
	case Preferred:
		return validPreferred(s)
	}
	return guichet.Wrongf("criteria", "%.40q is none of proficiency, preferred, least-busy, most-busy", s.Criteria)
}

func validPreferred(s guichet.Skill) error {
	switch {
	case s.PreferBy != ByCase && s.PreferBy != ByContact:
		return guichet.Wrongf("preferred_by", "say by what the preferred agent is found: case or contact")
	case s.Fallback != FallbackOffline && s.Fallback != FallbackAvailable:
		return guichet.Wrongf("fallback_when", "say when the case waits for the preferred agent: offline or available")
	case s.Timeout == 0:
		return guichet.Wrongf("timeout", "say how long the case waits for the preferred agent: 1 to %d seconds", MaxTimeout)
	case s.Timeout < 0 || s.Timeout > MaxTimeout:
		return wrongTimeout()
	}
	return nil
}

func wrongTimeout() error {
	return guichet.Wrongf("timeout", "the time-out is 1 to %d seconds (60 days and 20 hours)", MaxTimeout)
}

// ValidateAgent reports nil if what routing reads of an agent may be saved: the limit is not negative (A115), the presence is known, each
// proficiency is 1 (best) to 20.
func ValidateAgent(a guichet.Agent) error {
	switch a.Presence {
	case guichet.Available, guichet.Busy, guichet.AfterWork, guichet.Offline:
	default:
		return guichet.Wrongf("presence", "%.40q is none of available, busy, after-contact, offline", a.Presence)
	}
	if a.Limit < 0 {
		return guichet.Wrongf("limit", "the total contact limit is 0 or more")
	}
	for skill, p := range a.Skills {
		if p < 1 || p > WorstProficiency {
			return guichet.Wrongf("skills", "the proficiency of %.40q is 1 (best) to %d, not %d", skill, WorstProficiency, p)
		}
	}
	return nil
}

// Eligible reports whether an agent of the app may get digital cases at all (T9, A084, A085): the Agent app asks for the Digital
// Engagement attribute and a digital skill, MAX for one of the two. SFA Classic, of which the sources do not say it, is held to the stricter rule. Who has no
// app named works in MAX.
func Eligible(app guichet.App, attribute, skill bool) bool {
	switch app {
	case guichet.AgentApp, guichet.ClassicApp:
		return attribute && skill
	case guichet.MaxApp, "":
		return attribute || skill
	}
	return false
}

// Asks says in words what Eligible asks for.
func Asks(app guichet.App) string {
	switch app {
	case guichet.AgentApp:
		return "the Agent app asks for the Digital Engagement attribute and a skill"
	case guichet.ClassicApp:
		return "SFA Classic asks for the Digital Engagement attribute and a skill"
	case guichet.MaxApp, "":
		return "MAX asks for the Digital Engagement attribute or a skill"
	}
	return "no such app is known"
}
