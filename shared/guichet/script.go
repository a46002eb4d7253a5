package guichet

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// ScriptID and RuleID are chosen by the tenant: names as of skills (A099).
type (
	ScriptID string
	RuleID   string
)

// Script is a decision graph that says where a case goes before an agent is looked for (A092). A version is never altered: a change makes the next one.
//
// The run begins at the first step. A step whose If holds does what Do says, waits if Wait says so, and goes on at Then; one whose If does not hold goes on at Else.
// An empty Then or Else ends the run: the case waits for an agent with the skill that it has by then.
type Script struct {
	ID        ScriptID        `json:"id"`
	Name      string          `json:"name"`
	Steps     []Step          `json:"steps"`
	Templates map[string]Text `json:"templates,omitempty"` // what replies say, by name
	Version   int             `json:"-"`
}

// Step is one step of a script.
type Step struct {
	ID   string   `json:"id"`
	Note string   `json:"note,omitempty"` // for people: why it is there
	If   string   `json:"if,omitempty"`   // an expression that is true or false; empty: true
	Do   []Action `json:"do,omitempty"`
	Wait string   `json:"wait,omitempty"` // how long, as "90m", "2h" or "3d"; "open": until business hours; empty: it does not wait
	Then string   `json:"then,omitempty"`
	Else string   `json:"else,omitempty"`
}

// Action is one thing that a script or a rule does. Exactly one of its fields is set; Value and Expr belong to Field.
type Action struct {
	Skill    SkillID `json:"skill,omitempty"`    // the case needs this skill
	Priority *int    `json:"priority,omitempty"` // -400..400; higher is sooner
	Tag      string  `json:"tag,omitempty"`
	Untag    string  `json:"untag,omitempty"`
	Field    string  `json:"field,omitempty"` // a custom field of the case gets Value, or what Expr gives
	Value    any     `json:"value,omitempty"`
	Expr     string  `json:"expr,omitempty"`
	Reply    string  `json:"reply,omitempty"` // an automatic mail with the text of that template
	Note     string  `json:"note,omitempty"`
	Status   Status  `json:"status,omitempty"` // open, pending, escalated, resolved or closed
	PopURL   string  `json:"popurl,omitempty"` // a page of another system comes up with the case, in the Agent app (A105)
}

// Text is a text by language: "en", "fr"; "" is for all others. It may name {ticket}, {subject}, {name} and {field.NAME}.
type Text map[string]string

// In returns the text for a language, or the nearest there is.
func (t Text) In(lang string) string {
	for _, l := range []string{lang, "", "en"} {
		if s, ok := t[l]; ok {
			return s
		}
	}
	for _, s := range t {
		return s
	}
	return ""
}

// Rule is "if this happens, or so much time has passed since that, and this holds, then do that" (A094). Rules are asked in the order of Order, then of their
// ids, of what happens to cases of all channels, however they came (D-82).
type Rule struct {
	ID      RuleID          `json:"id"`
	Name    string          `json:"name"`
	Order   int             `json:"order,omitempty"` // lower is asked first
	Enabled bool            `json:"enabled"`
	On      []FactKind      `json:"on,omitempty"`    // what it waits for; see Watchable
	After   *After          `json:"after,omitempty"` // or which time must pass
	If      string          `json:"if,omitempty"`
	Do      []Action        `json:"do"`
	Stop    bool            `json:"stop,omitempty"` // when it did something, the rules after it are not asked
	Texts   map[string]Text `json:"templates,omitempty"`
	Version int             `json:"-"`
}

// After is the time that a rule waits for: For since Since, while nothing ends that.
type After struct {
	Since string `json:"since"` // "opened", "status" (it changed last), "contact" (wrote last, nobody answered), "answer" (ours was sent, the contact is silent), "waiting"
	For   string `json:"for"`   // "4h", "3d"
}

// since says which facts begin and which end the time of an After.
var since = map[string]struct{ begin, end []FactKind }{
	"opened":  {[]FactKind{CaseOpened}, nil},
	"status":  {[]FactKind{CaseOpened, CaseStatusChanged, CaseReopened}, nil},
	"contact": {[]FactKind{InteractionReceived, InteractionReleased}, []FactKind{ReplySent}},
	"answer":  {[]FactKind{ReplySent}, []FactKind{InteractionReceived, InteractionReleased}},
	"waiting": {[]FactKind{CaseWaiting}, []FactKind{CaseAssigned}},
}

// Begins and Ends report whether a fact of that kind begins or ends the time.
func (a *After) Begins(k FactKind) bool { return a != nil && slices.Contains(since[a.Since].begin, k) }

// Ends reports whether the time is over without the rule once such a fact happens.
func (a *After) Ends(k FactKind) bool { return a != nil && slices.Contains(since[a.Since].end, k) }

// Valid reports whether Since is a word of ours.
func (a *After) Valid() bool { _, ok := since[a.Since]; return ok }

// Watches lists the kinds of facts that the rule must be told of.
func (r *Rule) Watches() []FactKind {
	if r.After == nil {
		return r.On
	}
	s := since[r.After.Since]
	return slices.Concat(s.begin, s.end)
}

// Watchable are the facts of a case that a rule may wait for.
var Watchable = []FactKind{
	CaseOpened, InteractionReceived, CaseWaiting, InteractionJudged, CaseAssigned, CaseReturned, CaseStatusChanged, CaseReopened, CaseMerged, CaseUnmerged, CaseSplit, CaseLinked,
	CaseTagged, CaseTransferred, CaseFieldSet, CasePrioritized, NoteAdded, ReplySent, ReplyFailed, SLAMet, SLABreached, InteractionQuarantine, InteractionReleased,
	InteractionMarked, InteractionRated, VisitorActed,
}

const (
	ScriptDue       FactKind = "script.due"       // a step of a script is to be run
	ScriptRan       FactKind = "script.ran"       // steps were run: which, what held, what was done
	RuleDue         FactKind = "rule.due"         // the time that a rule waits for is over
	RulesRan        FactKind = "rules.ran"        // rules were asked: which matched, why, what was done
	CaseFieldSet    FactKind = "case.field-set"   // a custom field has another value
	CasePrioritized FactKind = "case.prioritized" // a case has another priority
	VisitorActed    FactKind = "visitor.acted"    // something outside told us what somebody did there (A143)
)

// Timers of scripts and rules.
const (
	ScriptTimer TimerKind = "script" // its next step, or the last moment for one that is due
	RuleTimer   TimerKind = "rule"   // by the id of the rule
)

// Scripted is how far the script of a case has come. The zero Scripted has none, and it is at its end where Step is empty.
type Scripted struct {
	ID      ScriptID  `json:"i"`
	Version int       `json:"v"`
	Run     int       `json:"r"`           // counts what was due: a late call of an earlier one does nothing
	Step    string    `json:"s,omitempty"` // the next one; "*": the first
	Message MessageID `json:"m,omitempty"` // the message that the script is about; empty: not known yet
	Since   time.Time `json:"t,omitzero"`  // from when the case will have waited
	Waits   bool      `json:"w,omitempty"` // for its timer, not for the function
	Taken   int       `json:"n,omitempty"` // steps so far
}

// Runs reports whether the script of the case is not at its end.
func (s *Scripted) Runs() bool { return s != nil && s.Step != "" }

// Ruled counts what rules did to a case within an hour: a guard against rules that wake each other by a way that no fact shows.
type Ruled struct {
	Since time.Time `json:"s"`
	Did   int       `json:"n"`
	Mails int       `json:"m,omitempty"` // automatic mails of scripts and rules, ever
}

// maxAutoMails is how many mails scripts and rules write in one case.
const maxAutoMails = 5

// SpendMail takes one from the case's mails of scripts and rules; false if there were maxAutoMails.
func (c *Case) SpendMail() bool {
	r := Ruled{}
	if c.Rules != nil {
		r = *c.Rules
	}
	if r.Mails >= maxAutoMails {
		return false
	}
	r.Mails++
	c.Rules = &r
	return true
}

// maxRuled is how often rules may do something to one case within an hour.
const maxRuled = 30

// Spend takes one from the hour's budget; false if nothing is left of it.
func (c *Case) Spend(now time.Time) bool {
	r := Ruled{}
	if c.Rules != nil {
		r = *c.Rules
	}
	if now.Sub(r.Since) >= time.Hour {
		r.Since, r.Did = now, 0
	}
	if r.Did >= maxRuled {
		return false
	}
	r.Did++
	c.Rules = &r
	return true
}

// chain is the detail of a fact that names the rules one of whose doings it is, the first first.
const chain = "chain"

// Chain lists the rules that led to the fact; empty: none did.
func (f Fact) Chain() []string { return strings.Fields(f.Detail[chain]) }

// Link notes in the fact that rules led to it.
func (f *Fact) Link(rules []string) {
	if len(rules) == 0 {
		return
	}
	d := maps.Clone(f.Detail)
	if d == nil {
		d = map[string]string{}
	}
	d[chain] = strings.Join(rules, " ")
	f.Detail = d
}

// Field defines a custom field of cases. Its type never changes.
type Field struct {
	Name string    `json:"name"` // a-z, 0-9 and _, at most 30, beginning with a letter: it stands in expressions as field.NAME
	Type FieldType `json:"type"`
	Text Text      `json:"label,omitempty"` // what people read
	Gone bool      `json:"retired,omitempty"`
}

// FieldType is what a custom field holds.
type FieldType string

const (
	StringField FieldType = "string" // at most 200 bytes
	NumberField FieldType = "number"
	BoolField   FieldType = "bool"
	DateField   FieldType = "date" // "2026-03-02"
)

// MaxFields is how many custom fields a tenant defines at most: a case is read whole.
const MaxFields = 20

// maxFieldText bounds the value of a string field, in bytes.
const maxFieldText = 200

// ValidField reports nil for a field that may be defined.
func ValidField(f Field) error {
	ok := len(f.Name) >= 1 && len(f.Name) <= 30 && f.Name[0] >= 'a' && f.Name[0] <= 'z'
	for i := range len(f.Name) {
		c := f.Name[i]
		ok = ok && (c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_')
	}
	if !ok {
		return Wrongf("name", "a field's name is 1 to 30 of a-z, 0-9 and _ and begins with a letter, not %q", f.Name)
	}
	if !slices.Contains([]FieldType{StringField, NumberField, BoolField, DateField}, f.Type) {
		return Wrongf("type", "a field's type is string, number, bool or date, not %q", f.Type)
	}
	return nil
}

// Value brings what JSON gave for the field into its form: string, float64, bool, or a date as a string. Invalid names the field.
func (f Field) Value(v any) (any, error) {
	switch x := v.(type) {
	case string:
		if f.Type == StringField && len(x) <= maxFieldText {
			return x, nil
		}
		if f.Type == StringField {
			return nil, Wrongf(f.Name, "%s has at most %d bytes", f.Name, maxFieldText)
		}
		if _, err := time.Parse(time.DateOnly, x); f.Type == DateField && err == nil {
			return x, nil
		}
	case float64:
		if f.Type == NumberField && x-x == 0 { // neither infinite nor none
			return x, nil
		}
	case int64:
		if f.Type == NumberField {
			return float64(x), nil
		}
	case bool:
		if f.Type == BoolField {
			return x, nil
		}
	}
	return nil, Wrongf(f.Name, "%s is a %s%s", f.Name, f.Type, map[FieldType]string{DateField: `, as "2026-03-02"`}[f.Type])
}

// maxTold is how many automatic mails of scripts and rules a contact gets within an hour, in all his cases.
const maxTold = 3

// MayTell reports whether a script or a rule may write to the contact now: the last resort against two machines that answer each other.
func (c *Contact) MayTell(now time.Time) bool {
	return c.Told < maxTold || now.Sub(c.ToldSince) >= time.Hour
}

// Tell notes that one did.
func (c *Contact) Tell(now time.Time) {
	if now.Sub(c.ToldSince) >= time.Hour {
		c.Told, c.ToldSince = 0, now
	}
	c.Told++
}
