package script

import (
	"slices"
	"strings"
	"time"

	"guichet/shared/guichet"
)

// Env is what expressions speak of: a case as it is while the script runs, and what is around it.
type Env struct {
	Channel guichet.Channel
	Contact guichet.Contact
	Before  int // how many cases the contact had before this one; at most 100 are counted
	Case    *guichet.Case
	Message guichet.Message // that the script is about; the zero one where there is none
	Fact    guichet.Fact    // that woke a rule; the zero one for scripts
	Open    bool            // it is business hours on the channel
	Zone    *time.Location  // of the tenant's calendar
	Now     time.Time
	Fields  []guichet.Field
	Skills  map[guichet.SkillID]*guichet.Skill // that there are now; nil: not known
}

// Var is one name of the vocabulary.
type Var struct {
	Name  string
	Type  string // "string", "int", "number", "bool", "list", "time", "duration", "map"
	About string // for people
	Fact  bool   // rules alone have it
	get   func(*Env) any
}

// Before is the name that costs a look at the contact's other cases: it is asked for only where an expression speaks of it.
const Before = "contact.cases"

// Vars is the vocabulary, beside field.NAME for each custom field.
var Vars = []Var{
	{"channel.id", "string", "the channel", false, func(e *Env) any { return string(e.Channel.ID) }},
	{"channel.kind", "string", "its medium: email", false, func(e *Env) any { return e.Channel.Kind }},
	{"channel.address", "string", "its point of contact", false, func(e *Env) any { return e.Channel.Address }},
	{"contact.address", "string", "the contact's address, in lower case", false, func(e *Env) any { return e.Contact.Addr }},
	{"contact.domain", "string", "what follows its @", false, func(e *Env) any { return domain(e.Contact.Addr) }},
	{"contact.name", "string", "the contact's name", false, func(e *Env) any { return e.Contact.Name }},
	{Before, "int", "how many cases he had before this one, up to 100", false, func(e *Env) any { return e.Before }},
	{"contact.spam", "int", "how many of his messages agents hold for spam", false, func(e *Env) any { return e.Contact.Spam }},
	{"case.id", "string", "the ticket number", false, func(e *Env) any { return string(e.Case.ID) }},
	{"case.subject", "string", "", false, func(e *Env) any { return e.Case.Subject }},
	{"case.status", "string", "new, open, pending, escalated, resolved, closed, trashed", false, func(e *Env) any { return string(e.Case.Status) }},
	{"case.priority", "int", "0 is normal, higher is sooner", false, func(e *Env) any { return e.Case.Priority }},
	{"case.skill", "string", "the skill that it needs", false, func(e *Env) any { return string(e.Case.Skill) }},
	{"case.agent", "string", "who has it; empty: nobody", false, func(e *Env) any { return string(e.Case.Agent) }},
	{"case.tags", "list", "its tags", false, func(e *Env) any { return slices.Clone(e.Case.Tags) }},
	{"case.fields", "list", "the names of its custom fields that have a value", false, func(e *Env) any { return names(e.Case.Fields) }},
	{"case.language", "string", "en, fr; that of the channel where the case has none", false, func(e *Env) any { return e.Language() }},
	{"case.received", "int", "how many messages came in", false, func(e *Env) any { return e.Case.In }},
	{"case.answered", "int", "how many answers were written", false, func(e *Env) any { return e.Case.Out }},
	{"case.age", "duration", "since it was opened", false, func(e *Env) any { return e.Now.Sub(e.Case.Opened) }},
	{"message.from", "string", "who wrote the message", false, func(e *Env) any { return e.Message.From.Addr }},
	{"message.subject", "string", "", false, func(e *Env) any { return e.Message.Subject }},
	{"message.text", "string", "the first 2,000 bytes of what was written", false, func(e *Env) any { return e.Message.Text }},
	{"message.auto", "string", "empty for a person; bounce, auto-reply, list, notification, ... for a machine", false, func(e *Env) any { return e.Message.Auto }},
	{"message.files", "list", "the names of its files", false, func(e *Env) any { return files(e.Message.Files) }},
	{"message.spam", "string", "verdict: PASS, FAIL, GRAY, PROCESSING_FAILED, DISABLED", false, func(e *Env) any { return string(e.Message.Verdicts.Spam) }},
	{"message.virus", "string", "verdict", false, func(e *Env) any { return string(e.Message.Verdicts.Virus) }},
	{"message.spf", "string", "verdict", false, func(e *Env) any { return string(e.Message.Verdicts.SPF) }},
	{"message.dkim", "string", "verdict", false, func(e *Env) any { return string(e.Message.Verdicts.DKIM) }},
	{"message.dmarc", "string", "verdict", false, func(e *Env) any { return string(e.Message.Verdicts.DMARC) }},
	{"hours.open", "bool", "it is business hours on the channel", false, func(e *Env) any { return e.Open }},
	{"now", "time", "", false, func(e *Env) any { return e.Now }},
	{"time.hour", "int", "0..23, in the zone of the tenant's calendar", false, func(e *Env) any { return e.local().Hour() }},
	{"time.minute", "int", "0..59", false, func(e *Env) any { return e.local().Minute() }},
	{"time.weekday", "string", "mon, tue, wed, thu, fri, sat, sun", false, func(e *Env) any { return strings.ToLower(e.local().Weekday().String()[:3]) }},
	{"time.date", "string", "as 2026-03-02", false, func(e *Env) any { return e.local().Format(time.DateOnly) }},
	{"fact.kind", "string", "what happened, as case.tagged", true, func(e *Env) any { return string(e.Fact.Kind) }},
	{"fact.by", "string", "the agent who did it; guichet: the house", true, func(e *Env) any { return e.Fact.By }},
	{"fact.detail", "map", "what else is said of it, as fact.detail['tag']", true, func(e *Env) any { return detail(e.Fact.Detail) }},
}

var byName = func() map[string]func(*Env) any {
	m := map[string]func(*Env) any{}
	for _, v := range Vars {
		m[v.Name] = v.get
	}
	return m
}()

// FieldPrefix stands before the name of a custom field.
const FieldPrefix = "field."

// Value gives what a name stands for; false for a name that is none. A custom field without a value gives the zero of its type.
func (e *Env) Value(name string) (any, bool) {
	if get := byName[name]; get != nil {
		return get(e), true
	}
	rest, ok := strings.CutPrefix(name, FieldPrefix)
	if !ok {
		return nil, false
	}
	for _, f := range e.Fields {
		if f.Name == rest {
			if v, ok := e.Case.Fields[rest]; ok {
				return v, true
			}
			return map[guichet.FieldType]any{guichet.StringField: "", guichet.DateField: "", guichet.NumberField: 0.0, guichet.BoolField: false}[f.Type], true
		}
	}
	return nil, false
}

// Language is that of the case, else of its channel, else "en".
func (e *Env) Language() string {
	for _, l := range []string{e.Case.Language, e.Channel.Language} {
		if l != "" {
			return l
		}
	}
	return "en"
}

func (e *Env) local() time.Time {
	if e.Zone == nil {
		return e.Now.UTC()
	}
	return e.Now.In(e.Zone)
}

func domain(addr string) string { return addr[strings.LastIndexByte(addr, '@')+1:] }

func names(m map[string]any) []string {
	out := make([]string, 0, len(m))
	for n := range m {
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}

func files(list []guichet.File) []string {
	out := make([]string, len(list))
	for i, f := range list {
		out[i] = f.Name
	}
	return out
}

func detail(m map[string]string) map[string]string {
	if m == nil {
		return map[string]string{}
	}
	return m
}
