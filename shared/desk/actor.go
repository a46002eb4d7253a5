package desk

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/mail"
	"guichet/shared/script"
	"guichet/shared/sla"
	"guichet/shared/spam"
	"guichet/shared/store"
)

// actor is a script or a rule at a case: what it may look at, and what it does in one transaction.
type actor struct {
	d      *Desk
	cfg    *store.Config
	ch     *guichet.Channel
	c      *guichet.Case
	person *guichet.Contact
	m      *guichet.Message // that it is about; nil: none
	env    *script.Env

	ctx    context.Context //nolint:containedctx // of one run
	tx     *store.Tx
	facts  []guichet.Fact
	detail []string // of each fact: who it was
	chain  []string // rules that led here, this one included
	greet  bool     // the person has changed
	err    error    // the world failed: nothing of this run counts
}

// actorAt loads what a script or a rule looks at. Message: what it is about; empty: the newest that came in.
func (d *Desk) actorAt(ctx context.Context, cfg *store.Config, c *guichet.Case, message guichet.MessageID) (*actor, error) {
	a := &actor{d: d, cfg: cfg, c: c, ctx: ctx, tx: &store.Tx{}, ch: cfg.Channels[c.Channel]}
	if a.ch == nil {
		a.ch = &guichet.Channel{ID: c.Channel, Tenant: c.Tenant, Deleted: true}
	}
	var err error
	if a.m, err = d.aboutMessage(ctx, c, message); err != nil {
		return nil, err
	}
	a.person = &guichet.Contact{Tenant: c.Tenant}
	if c.Contact != "" {
		if a.person, err = d.Store.ContactByID(ctx, c.Tenant, c.Contact); err != nil {
			return nil, err
		}
	}
	a.env = d.envOf(cfg, a.ch, a.person, c, a.m, d.Now())
	return a, nil
}

// envOf is what expressions speak of. A calendar that says nothing is always open: there is nothing to wait for.
func (d *Desk) envOf(cfg *store.Config, ch *guichet.Channel, person *guichet.Contact, c *guichet.Case, m *guichet.Message, now time.Time) *script.Env {
	e := &script.Env{Channel: *ch, Contact: *person, Case: c, Now: now, Skills: liveSkills(cfg), Fields: cfg.Fields.List}
	if m != nil {
		e.Message = *m
	}
	level := cfg.Level(ch)
	e.Open = noHours(level.Calendar) || d.level(level).Open(now)
	if zone, err := sla.Zone(level.Calendar.Zone); err == nil && level.Calendar.Zone != "" {
		e.Zone = zone
	}
	return e
}

func noHours(c guichet.Calendar) bool { return c.Zone == "" && len(c.Week) == 0 && !c.AlwaysOn }

// aboutMessage loads a message; the newest of the last few that came in where it is not said which. nil: there is none.
func (d *Desk) aboutMessage(ctx context.Context, c *guichet.Case, id guichet.MessageID) (*guichet.Message, error) {
	if id != "" {
		m, err := d.Store.Message(ctx, c.Tenant, id)
		if guichet.Is(err, guichet.NotFound) {
			return nil, nil
		}
		return m, err
	}
	list, err := d.Store.Messages(ctx, c.Tenant, c.ID, max(1, c.Messages-recentMessages), recentMessages+1)
	if err != nil {
		return nil, err
	}
	var last *guichet.Message
	for _, m := range list {
		if m.Direction == guichet.Inbound && m.Moved == "" {
			last = m
		}
	}
	return last, nil
}

// before counts the contact's earlier cases, if it is asked for.
func (a *actor) before(uses func(string) bool) error {
	if !uses(script.Before) || a.c.Contact == "" {
		return nil
	}
	n, err := a.d.earlier(a.ctx, a.c)
	a.env.Before = n
	return err
}

// maxBefore is how many earlier cases are counted.
const maxBefore = 100

// earlier counts the cases that the contact opened before this one.
func (d *Desk) earlier(ctx context.Context, c *guichet.Case) (int, error) {
	list, _, err := d.Store.OfContact(ctx, c.Tenant, c.Contact, maxBefore+1, "")
	n := 0
	for _, o := range list {
		if o.ID != c.ID && o.Merged == "" && compareIDs(o.ID, c.ID) < 0 {
			n++
		}
	}
	return min(n, maxBefore), err
}

// say adds a fact of what the script or rule did.
func (a *actor) say(f guichet.Fact) {
	for i := 0; i+1 < len(a.detail); i += 2 {
		if f.Detail == nil {
			f.Detail = map[string]string{}
		}
		f.Detail[a.detail[i]] = a.detail[i+1]
	}
	f.Link(a.chain)
	if f.Message == "" && a.m != nil {
		f.Message = a.m.ID()
	}
	a.facts = append(a.facts, f)
}

// hand does what is more of an action than a change of the case's own words.
func (a *actor) hand(done *script.Done) {
	d, c := a.d, a.c
	switch done.Kind {
	case "skill":
		a.transfer(done)
	case "priority":
		a.say(d.fact(guichet.CasePrioritized, Self, "from", done.From, "to", done.To))
		d.followClocks(a.cfg, c, d.Now(), &a.facts)
	case "tag":
		a.say(d.fact(guichet.CaseTagged, Self, "tag", done.To))
	case "untag":
		a.say(d.fact(guichet.CaseTagged, Self, "untag", done.From))
	case "field":
		a.say(d.fact(guichet.CaseFieldSet, Self, "field", done.Action.Field, "from", done.From, "to", textOf(c.Fields[done.Action.Field])))
	case "status":
		for _, f := range d.moveTo(a.tx, a.cfg, c, done.Action.Status, Self) {
			a.say(f)
		}
	case "note":
		a.note(done.To)
	case "popurl":
		a.popUp()
	case "reply":
		done.Result = a.reply(done.To)
	}
}

// transfer makes the case wait for its new skill. An agent who took it, or who has done something about it, keeps it; one who was given it a moment ago, beside the rule,
// does not.
func (a *actor) transfer(done *script.Done) {
	d, c := a.d, a.c
	if c.Agent != "" {
		works, err := a.worksOn()
		if err != nil {
			a.err = err
			return
		}
		if works {
			c.Skill = guichet.SkillID(done.From)
			done.Result = "an agent works on it: " + string(c.Agent)
			return
		}
		var facts []guichet.Fact
		d.free(a.tx, c, Self, &facts)
		for _, f := range facts {
			a.say(f)
		}
	}
	c.For, c.Rejected = "", nil
	a.say(d.fact(guichet.CaseTransferred, Self, "from", done.From, "to", done.To))
	if c.Waiting() {
		a.say(d.fact(guichet.CaseWaiting, Self, "skill", done.To))
	}
}

// worksOn reports whether the agent who has the case took it, or did something about it since it was given to him.
func (a *actor) worksOn() (bool, error) {
	list, err := a.d.Store.History(a.ctx, a.c.Tenant, a.c.ID, max(0, a.c.Version-lateFacts), lateFacts+1)
	if err != nil {
		return false, err
	}
	for _, f := range slices.Backward(list) {
		switch {
		case f.By == string(a.c.Agent):
			return true, nil
		case f.Kind == guichet.CaseAssigned:
			return f.By != Self, nil
		}
	}
	return true, nil // it was given to him long ago
}

func textOf(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	b, _ := json.Marshal(v) // a number or a bool: it encodes
	return string(b)
}

func (a *actor) note(text string) {
	a.c.Messages++
	m := &guichet.Message{Tenant: a.c.Tenant, Case: a.c.ID, N: a.c.Messages, Direction: guichet.Note, At: a.d.Now(), By: Self, Channel: a.c.Channel, Text: cut(text, len(text))}
	a.tx.Message(m)
	f := a.d.fact(guichet.NoteAdded, Self)
	f.Message = m.ID()
	a.say(f)
}

// reply queues an automatic mail to the contact. It returns why it does not: a machine gets none, nor somebody who may not be who he says, nor anybody too many.
func (a *actor) reply(text string) (why string) {
	p, why := a.mayReply()
	if why != "" || a.err != nil {
		return why
	}
	m, raw, err := a.d.composeAuto(a.cfg, a.ch, a.c, a.person.Addr, p, text)
	if err != nil {
		return "what this case is like forbids an answer"
	}
	if !a.c.SpendMail() {
		return "this case had as many automatic mails as it may have"
	}
	if a.err = a.d.keep(a.ctx, m, raw); a.err != nil {
		return ""
	}
	a.person.Tell(a.d.Now())
	a.greet = true
	a.say(a.d.queueAuto(a.tx, a.c, m))
	return ""
}

// mayReply says what the mail would answer, and why there is to be none.
func (a *actor) mayReply() (p past, why string) {
	to := a.person
	switch {
	case !a.ch.Outbound || a.ch.Deleted:
		return p, "the channel sends nothing"
	case to.Addr == "" || to.Version == 0:
		return p, "the contact has no address"
	case a.cfg.Owns(to.Addr):
		return p, "the address is one of our own"
	case to.State.Stopped():
		return p, "mail to this address is stopped: " + to.State.Reason
	case !to.MayTell(a.d.Now()):
		return p, "the contact had several automatic mails within the hour"
	case a.m != nil && (a.m.Auto != "" || a.m.Held != ""):
		return p, "a machine gets no automatic mail"
	case a.m != nil && (a.m.Verdicts.Forged() || spam.Suspect(a.m.Verdicts, spam.Lists{}, a.m.From.Addr)):
		return p, "nobody vouches for who wrote the message"
	}
	staff, err := a.d.Store.AgentsAt(a.ctx, a.cfg, to.Addr)
	if a.err = err; err != nil || staff[to.Addr] != "" {
		return p, "the address is one of our own"
	}
	answers := guichet.MessageID("")
	if a.m != nil && a.m.Direction == guichet.Inbound && a.m.Case == a.c.ID {
		answers = a.m.ID()
	}
	if p, a.err = a.d.past(a.ctx, a.c, Answer{Answers: answers}); a.err != nil {
		return p, ""
	}
	if p.parent != nil && p.head.Get("From") != "" && !mail.Automatic(p.head, nullSender(p.parent.Envelope.From)).MayAnswer {
		return p, "a machine gets no automatic mail"
	}
	return p, ""
}

// commit stores what was done.
func (a *actor) commit() error {
	if a.err != nil {
		return a.err
	}
	if a.greet {
		a.tx.Contact(a.person)
	}
	a.tx.Case(a.c, a.facts...)
	return a.d.Store.Commit(a.ctx, a.tx)
}

func asTrace(v any) string {
	b, _ := json.Marshal(v) // plain data: it encodes
	return string(b)
}
