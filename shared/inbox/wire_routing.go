package inbox

import (
	"maps"
	"slices"
	"strconv"

	"guichet/shared/guichet"
	"guichet/shared/store"
)

// The shapes of skills, agents, queues and offers. Their fields are named as they are kept.

type skillDTO struct {
	guichet.Skill
	SkillID  int64    `json:"skillId"`         // the number that clients of the API know it by
	InForce  string   `json:"criteriaInForce"` // by which criteria agents are chosen now: those of before, while its agents are being listed anew
	Version  int64    `json:"version"`
	Warnings []string `json:"warnings"` // what is allowed and has no effect, or is not wise
}

func wireSkill(cfg *store.Config, k guichet.Skill, advice []string) skillDTO {
	now, _ := cfg.InForce(k.ID)
	k.Criteria, k.Media, k.Direction = orElse(k.Criteria, "proficiency"), orElse(k.Media, guichet.MediaDigital), orElse(k.Direction, guichet.InboundSkill)
	return skillDTO{k, numberOf(string(k.ID)), orElse(now.Criteria, "proficiency"), k.Version, append([]string{}, advice...)}
}

type agentDTO struct {
	ID       string         `json:"id"`
	UserID   int64          `json:"userId"`
	Name     string         `json:"name"`
	Email    string         `json:"email"`
	Role     string         `json:"role"`
	Presence string         `json:"status"`
	Limit    int64          `json:"limit"`
	Load     int64          `json:"load"`
	Skills   map[string]int `json:"skills"`
	App      string         `json:"app"`
	Digital  bool           `json:"digital"`
	OnCall   bool           `json:"onCall"`
	Language string         `json:"language"`
	Idle     *string        `json:"lastCaseAt"`
	Version  int64          `json:"version"`
	Settings string         `json:"settings"` // of what an administrator changes: give it back with a change, and a change of somebody else is not lost
}

func wireAgent(a *guichet.Agent) agentDTO {
	out := agentDTO{
		ID: string(a.ID), UserID: numberOf(string(a.ID)), Name: a.Name, Email: a.Email, Role: string(a.Role), Presence: string(a.Presence), Limit: a.Limit, Load: a.Load,
		Skills: map[string]int{}, App: orElse(string(a.App), string(guichet.MaxApp)), Digital: a.Digital, OnCall: a.Voice, Language: a.Language, Idle: timeOf(a.Idle),
		Version: a.Version, Settings: settingsOf(a),
	}
	for k, p := range a.Skills {
		out.Skills[string(k)] = p
	}
	return out
}

// settingsOf stands for what an administrator changes of an agent: cases and presence move his version all the time.
func settingsOf(a *guichet.Agent) string {
	text := a.Name + "\x00" + a.Email + "\x00" + string(a.Role) + "\x00" + string(a.App) + "\x00" + a.Language + "\x00" + strconv.FormatBool(a.Digital) + strconv.FormatInt(a.Limit, 10)
	for _, k := range slices.Sorted(maps.Keys(a.Skills)) {
		text += "\x00" + string(k) + strconv.Itoa(a.Skills[k])
	}
	return hash(text)
}

// agentIn is a new agent, or what changes of one: what is not named stays. Skills are given whole.
type agentIn struct {
	ID       string                   `json:"id"`
	Name     *string                  `json:"name"`
	Email    *string                  `json:"email"`
	Role     *guichet.RoleID          `json:"role"`
	Limit    *int64                   `json:"limit"`
	Skills   *map[guichet.SkillID]int `json:"skills"`
	App      *guichet.App             `json:"app"`
	Digital  *bool                    `json:"digital"`
	Language *string                  `json:"language"`
	Version  int64                    `json:"version"`
	Settings string                   `json:"settings"`
}

func (in agentIn) into(a *guichet.Agent) {
	set(&a.Name, in.Name)
	set(&a.Email, in.Email)
	set(&a.Role, in.Role)
	set(&a.Limit, in.Limit)
	set(&a.App, in.App)
	set(&a.Digital, in.Digital)
	set(&a.Language, in.Language)
	if in.Skills != nil {
		a.Skills = maps.Clone(*in.Skills)
		if a.Skills == nil {
			a.Skills = map[guichet.SkillID]int{}
		}
	}
}

func set[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

type campaignDTO struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Version int64  `json:"version"`
}

func wireCampaign(c guichet.Campaign) campaignDTO {
	return campaignDTO{string(c.ID), c.Name, c.Version}
}

type oldQueueDTO struct {
	guichet.Queue
	Version int64 `json:"version"`
}

func wireOldQueue(q guichet.Queue) oldQueueDTO {
	if q.Filters == nil {
		q.Filters = []guichet.QueueFilter{}
	}
	return oldQueueDTO{q, q.Version}
}

// routingDTO is how a tenant routes, every setting named.
type routingDTO struct {
	VoiceBlocks bool   `json:"voice_blocks_digital"`
	Static      bool   `json:"static_delivery"`
	Leave       string `json:"leave"`
	LeaveAfter  int64  `json:"leave_after"`
	NamePattern string `json:"skill_name_pattern"`

	Listing *listingDTO `json:"listing"` // while agents are being listed anew because of a change; until its end, the settings of before are in force
}

// listingDTO is how far that is.
type listingDTO struct {
	Skills []string `json:"skills"`
	Since  *string  `json:"since"`
	Seen   int      `json:"agentsSeen"`
}

func wireRouting(cfg *store.Config) routingDTO {
	r := cfg.Tenant.Routing
	out := routingDTO{VoiceBlocks: r.VoiceBlocks, Static: r.Static, Leave: orElse(string(r.Leave), string(guichet.LeaveKeep)), LeaveAfter: r.LeaveAfter, NamePattern: r.NamePattern}
	if se := cfg.Seating; se.Working() {
		out.Listing = &listingDTO{[]string{}, timeOf(se.Began), se.Seen}
		for _, k := range slices.Sorted(maps.Keys(se.Want)) {
			out.Listing.Skills = append(out.Listing.Skills, string(k))
		}
	}
	return out
}

// explainDTO says why a case is where it is.
type explainDTO struct {
	Case       string      `json:"contactId"`
	Skill      string      `json:"skill"`
	Agent      string      `json:"agentId"`
	WaitsFor   string      `json:"waitsForAgentId"` // the preferred agent who has it to himself until looksAgainAt
	LooksAgain *string     `json:"looksAgainAt"`
	Past       []choiceDTO `json:"past"` // as recorded, oldest first
	Now        choiceDTO   `json:"now"`  // who would get it at this moment, were it waiting

	ScrollToken string `json:"scrollToken"` // where to go on with the other agents of the house
}

// wireWay is one fact of a case's way.
func wireWay(f guichet.Fact) choiceDTO {
	out := choiceDTO{At: timeOf(f.At), By: f.By, Agent: string(f.Agent), Reason: f.Detail["reason"], Considered: considered(f.Detail["considered"]), Event: string(f.Kind), From: f.Detail["from"], To: f.Detail["to"]}
	if f.Kind == guichet.ScriptRan {
		out.From, out.To = f.Detail["script"]+"@"+f.Detail["version"], f.Detail["skill"]
	}
	return out
}

type choiceDTO struct {
	At         *string         `json:"at"`
	By         string          `json:"by"`
	Agent      string          `json:"agentId"` // empty: nobody
	Reason     string          `json:"reason"`
	Considered []consideredDTO `json:"considered"`
	Unlisted   int             `json:"unlisted"` // how many more there are
	Event      string          `json:"event"`    // of what is past: the fact
	From       string          `json:"from"`     // who had it, the skill of before, or the script
	To         string          `json:"to"`       // the skill from then on
}

type consideredDTO struct {
	Agent string `json:"agentId"`
	Why   string `json:"why"`
}

// offerDTO is a case that waits for its agent's yes or no.
type offerDTO struct {
	Agent string  `json:"agentId"`
	Until *string `json:"until"`
}

func wireOffer(k *guichet.Case) *offerDTO {
	if !k.Offer {
		return nil
	}
	t, _ := k.Timer("offer", string(k.Agent))
	return &offerDTO{string(k.Agent), timeOf(t.At)}
}
