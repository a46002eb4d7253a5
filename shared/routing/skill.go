package routing

import (
	"regexp"

	"guichet/shared/guichet"
)

// Longest and shortest times of a skill, in seconds.
const (
	MinOffer     = 5
	MaxOffer     = 3600
	MaxCountdown = 5_256_000
)

// Check reports nil if a skill may be saved as an administrator wrote it: all that Validate asks, and its media, direction, campaign, service level
// and times. Names are letters of any alphabet (A099: "letters" is read as Unicode's), digits and - _ . :
func Check(s guichet.Skill, campaigns map[guichet.CampaignID]*guichet.Campaign, policy guichet.Routing) error {
	if err := Validate(s); err != nil {
		return err
	}
	inbound := s.Direction == "" || s.Direction == guichet.InboundSkill
	switch {
	case s.Media != "" && s.Media != guichet.MediaDigital:
		return guichet.Wrongf("media", "the media of a skill is digital; there is no other here")
	case !inbound && s.Direction != guichet.OutboundSkill:
		return guichet.Wrongf("direction", "the direction is inbound or outbound, not %.20q", s.Direction)
	case !inbound && !s.Personal && !s.BYOC:
		return guichet.Wrongf("direction", "digital skills are inbound: outbound needs personal_connection or byoc")
	case s.Campaign == "":
		return guichet.Wrongf("campaign", "say which campaign the skill belongs to")
	case campaigns[s.Campaign] == nil:
		return guichet.Wrongf("campaign", "there is no campaign %.40q: make it first", s.Campaign)
	case !inbound && s.SLA != nil:
		return guichet.Wrongf("sla", "an outbound skill has no service level: it is for those who write to us")
	case policy.Static && s.Criteria != "" && s.Criteria != Proficiency:
		return guichet.Wrongf("criteria", "without dynamic delivery a skill knows proficiency alone: switch static_delivery off first")
	}
	return checkTimes(s)
}

func checkTimes(s guichet.Skill) error {
	if s.AcceptIn != 0 && (s.AcceptIn < MinOffer || s.AcceptIn > MaxOffer) {
		return guichet.Wrongf("accept_seconds", "an offer stands for %d to %d seconds", MinOffer, MaxOffer)
	}
	for field, n := range map[string]int64{"agent_response_seconds": s.AgentAnswers, "customer_response_seconds": s.ContactWrites} {
		if n < 0 || n > MaxCountdown {
			return guichet.Wrongf(field, "a countdown is 1 to %d seconds; 0 is none", MaxCountdown)
		}
	}
	if s.SLA != nil && (s.SLA.First < 0 || s.SLA.Resolution < 0) {
		return guichet.Wrongf("sla", "the targets are seconds, 0 for none")
	}
	return nil
}

// Advice is what is allowed and yet not wise about a skill, or has no effect: sentences for who saves it. Agents are those who have the skill; queued says
// whether a routing queue assigns by it.
func Advice(s guichet.Skill, policy guichet.Routing, agents []guichet.Agent, queued bool) []string {
	out := []string{}
	if re, err := regexp.Compile(policy.NamePattern); policy.NamePattern != "" && err == nil && !re.MatchString(s.Name) {
		out = append(out, "the name does not follow the pattern of your names, "+policy.NamePattern)
	}
	if s.SubSkills && !queued {
		out = append(out, "sub_skills is ignored: it has an effect only where a routing queue assigns by the skill")
	}
	inApp := false
	for _, a := range agents {
		inApp = inApp || a.App == guichet.AgentApp
	}
	if (s.AgentAnswers > 0 || s.ContactWrites > 0) && !inApp {
		out = append(out, "nobody who has the skill works in the Agent app: the countdowns will not run")
	}
	return out
}

// CheckPolicy reports nil if a tenant may route so.
func CheckPolicy(r guichet.Routing) error {
	switch r.Leave {
	case "", guichet.LeaveKeep, guichet.LeaveNow:
	case guichet.LeaveLater:
		if r.LeaveAfter < 60 || r.LeaveAfter > MaxCountdown {
			return guichet.Wrongf("leave_after", "say after how many seconds the cases go back: 60 to %d", MaxCountdown)
		}
	default:
		return guichet.Wrongf("leave", "what becomes of the cases of who goes offline is keep, later or return; not %.20q", r.Leave)
	}
	if len(r.NamePattern) > 200 {
		return guichet.Wrongf("skill_name_pattern", "a pattern of names has at most 200 characters")
	}
	if _, err := regexp.Compile(r.NamePattern); err != nil {
		return guichet.Wrongf("skill_name_pattern", "the pattern is no regular expression: %v", err)
	}
	return nil
}
