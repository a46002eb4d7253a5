package desk

import (
	"slices"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/script"
)

// pastCase is a case as its facts tell it.
type pastCase struct {
	*try
	c      *guichet.Case
	facts  []guichet.Fact
	judged bool // the change has something to say of it

	person   *guichet.Contact
	messages map[guichet.MessageID]*guichet.Message
	before   int
	counted  bool
}

// born is the case as it was when it was opened, before its first fact.
func (p *pastCase) born() *guichet.Case {
	c := &guichet.Case{
		Tenant: p.c.Tenant, ID: p.c.ID, Channel: p.c.Channel, Contact: p.c.Contact, Subject: p.c.Subject, Language: p.c.Language, Opened: p.c.Opened, Format: p.c.Format,
		Status: guichet.New,
	}
	if ch := p.was.Channels[c.Channel]; ch != nil {
		c.Skill = ch.Skill
	}
	return c
}

// tell brings a case past one of its facts: what conditions look at.
func (p *pastCase) tell(c *guichet.Case, f guichet.Fact) {
	switch f.Kind {
	case guichet.InteractionReceived, guichet.InteractionSuspected:
		c.In++
	case guichet.InteractionRecorded:
		c.In++
		if f.Version == 1 {
			c.Status = guichet.Closed
		}
	case guichet.ReplyQueued, guichet.ReplyScheduled:
		if f.By != Self && f.Detail["waited"] == "" { // one that waited was counted when it was written
			c.Out++
			begin(c)
		}
	case guichet.ReplyWithdrawn:
		c.Out = max(0, c.Out-1)
	case guichet.CaseWaiting:
		c.Skill, c.Waits = guichet.SkillID(f.Detail["skill"]), f.At
	case guichet.CaseTransferred:
		c.Skill = guichet.SkillID(f.Detail["to"])
	case guichet.CaseAssigned:
		begin(c)
		c.Agent = f.Agent
	case guichet.CaseReturned, guichet.AgentFreed:
		c.Agent = ""
	case guichet.CaseTagged:
		c.Tag(f.Detail["tag"])
		c.Untag(f.Detail["untag"])
	case guichet.CaseStatusChanged:
		c.Status = guichet.Status(f.Detail["to"])
	case guichet.CaseReopened:
		if f.Detail["from"] != "" {
			c.Status = guichet.Open
		}
	case guichet.InteractionQuarantine:
		if s := f.Detail["status"]; s != "" {
			c.Status = guichet.Status(s)
		}
	case guichet.CasePrioritized:
		c.Priority = number(f.Detail["to"])
	case guichet.CaseFieldSet:
		p.setField(c, f.Detail["field"], f.Detail["to"])
	}
	if !c.Status.Live() {
		c.Agent, c.Waits = "", time.Time{}
	}
}

func (p *pastCase) setField(c *guichet.Case, name, text string) {
	i := slices.IndexFunc(p.was.Fields.List, func(f guichet.Field) bool { return f.Name == name })
	if i < 0 {
		return
	}
	if c.Fields == nil {
		c.Fields = map[string]any{}
	}
	switch p.was.Fields.List[i].Type {
	case guichet.NumberField:
		c.Fields[name] = decimal(text)
	case guichet.BoolField:
		c.Fields[name] = text == "true"
	case guichet.StringField, guichet.DateField:
		c.Fields[name] = text
	}
	if text == "" {
		delete(c.Fields, name)
	}
}

// env is what an expression saw at a moment of a case: the contact as he is known now.
func (p *pastCase) env(c *guichet.Case, message guichet.MessageID, now time.Time, uses func(string) bool) (*script.Env, error) {
	if p.person == nil {
		p.person = &guichet.Contact{Tenant: p.t}
		if c.Contact != "" {
			person, err := p.d.Store.ContactByID(p.ctx, p.t, c.Contact)
			if err != nil {
				return nil, err
			}
			p.person = person
		}
	}
	m, err := p.message(message)
	if err != nil {
		return nil, err
	}
	ch := p.cfg.Channels[c.Channel]
	if ch == nil {
		ch = &guichet.Channel{ID: c.Channel}
	}
	e := p.d.envOf(p.cfg, ch, p.person, c, m, now)
	if uses(script.Before) && c.Contact != "" {
		if !p.counted {
			if p.before, err = p.d.earlier(p.ctx, c); err != nil {
				return nil, err
			}
			p.counted = true
		}
		e.Before = p.before
	}
	return e, nil
}

// message loads a message once; nil where there is none. No id: the first of the case.
func (p *pastCase) message(id guichet.MessageID) (*guichet.Message, error) {
	if id == "" {
		id = p.c.ID.Message(1)
	}
	if m, ok := p.messages[id]; ok {
		return m, nil
	}
	m, err := p.d.aboutMessage(p.ctx, p.c, id)
	if err != nil {
		return nil, err
	}
	if p.messages == nil {
		p.messages = map[guichet.MessageID]*guichet.Message{}
	}
	p.messages[id] = m
	return m, nil
}
