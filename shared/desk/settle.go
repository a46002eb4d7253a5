package desk

import (
	"context"
	"slices"
	"strconv"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/mail"
	"guichet/shared/routing"
	"guichet/shared/store"
)

// landing is a mail being put into its case.
type landing struct {
	arrival
	site    mail.Site
	cfg     *store.Config
	known   known
	dec     mail.Decision
	suspect bool // it is judged before anything happens
	doubted bool // for what it is, not for its size
	streak  int  // see burst
	tx      *store.Tx
	facts   []guichet.Fact
	person  *guichet.Contact // whose new case it is; nil for a case that is there
	greeted bool             // the person is new, or changed
	third   bool             // a third party answers what was sent to it
}

// doubt is what speaks against a mail before it is put into its case.
type doubt struct {
	sender bool // verdicts or lists
	judged bool // it is to be judged, for whatever reason
	burst  int  // see burst
}

// settle writes the decision into a transaction: the case, the message, the index entries, the facts.
func (d *Desk) settle(ctx context.Context, a arrival, s mail.Site, cfg *store.Config, k known, dec mail.Decision, q doubt, number *guichet.CaseID) (*store.Tx, *guichet.Message, error) {
	l := &landing{arrival: a, site: s, cfg: cfg, known: k, dec: dec, suspect: q.judged, doubted: q.sender || q.burst > 0, streak: q.burst, tx: &store.Tx{}}
	c := dec.Case
	if c == nil && *number == "" {
		n, err := d.Store.NextCase(ctx, s.Tenant)
		if err != nil {
			return nil, nil, err
		}
		*number = n
	}
	if c == nil {
		var err error
		if c, err = d.openCase(ctx, l, *number); err != nil {
			return nil, nil, err
		}
	} else {
		c = d.mergeInto(l, c)
		if who := l.byAgent(); who != "" {
			return d.agentMail(l, c, who)
		}
		l.third = l.fromOutside(c)
		d.joinCase(l, c)
		if !l.inert() && !l.suspect && !l.third {
			if err := d.contactWrote(ctx, cfg, c); err != nil {
				return nil, nil, err
			}
		}
	}
	m := d.message(l, c)
	m.Third = l.third
	d.holdInert(l, c, m)
	d.index(l, c, m)
	for i := range l.facts {
		l.facts[i].Message = m.ID()
	}
	if err := d.complained(ctx, l, c); err != nil {
		return nil, nil, err
	}
	if err := d.acknowledge(ctx, l, c, m); err != nil {
		return nil, nil, err
	}
	if err := d.rejectNotice(ctx, l, c, m); err != nil {
		return nil, nil, err
	}
	if l.greeted {
		l.tx.Contact(l.person)
	}
	l.tx.Message(m)
	l.tx.Case(c, l.facts...)
	return l.tx, m, nil
}

// openCase makes a new case of the mail.
func (d *Desk) openCase(ctx context.Context, l *landing, id guichet.CaseID) (*guichet.Case, error) {
	addr, name := l.contact(l.site)
	person, err := d.Store.Contact(ctx, l.site.Tenant, addr)
	if err != nil {
		return nil, err
	}
	if person.Version == 0 && addr != "" {
		person.Addr, person.Name, person.Since = addr, cut(name, 100), l.in.ReceivedAt
		l.greeted = true
	}
	l.person = person
	if person.ID == store.ContactID(l.sender) && standingOf(person).Bad() {
		l.suspect, l.doubted = true, true // who is not read here anyway is not looked up: clean mail pays for nothing
	}
	_, format := l.site.Channel.Format()
	c := &guichet.Case{
		Tenant: l.site.Tenant, ID: id, Channel: l.site.Channel.ID, Subject: cut(mail.BaseSubject(l.mail.Subject), 200),
		Status: guichet.New, Skill: l.site.Channel.Skill, Opened: l.in.ReceivedAt, Moved: d.Now(), Format: format,
	}
	if addr != "" {
		c.Contact = person.ID
	}
	c.Join(addr)
	c.Join(l.sender)
	if q := routing.QueueOf(c, l.cfg.Queues); q != nil && l.cfg.Skills[q.Skill] != nil {
		c.Skill = q.Skill // a script comes after, and may say otherwise
	}
	if c.Streak, err = d.streak(ctx, l, person); err != nil {
		return nil, err
	}
	if c.Streak > l.site.Channel.MaxBurst() {
		l.suspect, l.doubted, l.streak = true, true, c.Streak
	}
	l.facts = append(l.facts, d.fact(guichet.CaseOpened, Self, "rule", l.dec.Why.Rule, "reason", l.dec.Why.Reason, "related", join(l.dec.Related)))
	switch {
	case l.auto.Kind == mail.Notification && l.suspect: // whoever calls himself a machine is judged like everybody else
		l.facts = append(l.facts, d.fact(guichet.InteractionSuspected, Self, "kind", l.auto.Kind))
	case l.auto.Kind == mail.Notification:
		// A program wrote by itself (a form, a shop, a monitor): somebody must read it, but nobody waits for an answer. No clock runs.
		l.facts = append(l.facts, d.fact(guichet.InteractionReceived, Self, "kind", l.auto.Kind))
		d.queue(l.cfg, c, l.in.ReceivedAt, &l.facts)
	case l.inert():
		c.Status = guichet.Closed
		c.Tag("automatic")
		l.facts = append(l.facts, d.fact(guichet.InteractionRecorded, Self, "kind", l.auto.Kind))
	case l.suspect:
		l.facts = append(l.facts, d.fact(guichet.InteractionSuspected, Self))
		d.startClocks(l.cfg, c, c.Opened, &l.facts)
	default:
		l.facts = append(l.facts, d.fact(guichet.InteractionReceived, Self))
		d.queue(l.cfg, c, l.in.ReceivedAt, &l.facts)
		d.startClocks(l.cfg, c, c.Opened, &l.facts)
	}
	return c, nil
}

// inert reports whether the mail is recorded and moves nothing of a case that is there (D-40, D-41).
func (l *landing) inert() bool { return l.auto.Inert() }

// joinCase adds the mail to a case that is there. Automatic mail changes nothing about it but its count (D-40, D-41).
func (d *Desk) joinCase(l *landing, c *guichet.Case) {
	detail := []string{"rule", l.dec.Why.Rule, "reason", l.dec.Why.Reason, "related", join(l.dec.Related)}
	switch {
	case l.inert():
		l.facts = append(l.facts, d.fact(guichet.InteractionRecorded, Self, append(detail, "kind", l.auto.Kind)...))
		return
	case l.suspect:
		l.meet(c)
		l.facts = append(l.facts, d.fact(guichet.InteractionSuspected, Self, append(detail, "third", l.told())...))
		return
	}
	l.meet(c)
	detail = append(detail, "third", l.told())
	l.facts = append(l.facts, d.fact(guichet.InteractionReceived, Self, detail...))
	if !c.Status.Live() && l.site.Channel.Thanks && mail.OnlyThanks(mail.FoldMail(l.mail).Visible) {
		return // a short thank-you leaves the case at rest, where the channel says so (D-44)
	}
	if c.Held { // what came first is held back, and this is not: somebody must see it
		d.unhold(l.cfg, c, &l.facts)
		return
	}
	d.wake(l.cfg, c, l.in.ReceivedAt, l.third, &l.facts)
}

// wake brings a case back to work because its contact wrote: a pending one is open again, a resolved or closed one is reopened and
// waits for an agent, its own before others. His clocks go on from when he wrote; nobody owes a third party an answer by a clock.
func (d *Desk) wake(cfg *store.Config, c *guichet.Case, at time.Time, third bool, facts *[]guichet.Fact) {
	switch c.Status {
	case guichet.Pending:
		*facts = append(*facts, d.fact(guichet.CaseStatusChanged, Self, "from", string(c.Status), "to", string(guichet.Open)))
		c.Status, c.Moved = guichet.Open, d.Now()
	case guichet.Resolved, guichet.Closed:
		*facts = append(*facts, d.fact(guichet.CaseReopened, Self, "from", string(c.Status)))
		c.Status, c.Moved = guichet.Open, d.Now()
	}
	w := d.watch(cfg, c)
	if c.Expected() { // he came to the chat that he was invited to
		w.Open(at)
	}
	w.Reopen(at)
	if !third {
		w.Wrote(at)
	}
	w.Sync(at, d.Now())
	d.tell(w, facts)
	if c.Agent == "" && c.Waits.IsZero() && !c.Held {
		d.queue(cfg, c, at, facts)
	}
}

// atRest takes a mail off a case that is at rest where the channel opens a new one then, and completes the record.
func atRest(a arrival, s mail.Site, dec mail.Decision) mail.Decision {
	dec.Why.Config = "channel@" + strconv.FormatInt(s.Channel.Version, 10)
	if dec.Case != nil && !mayReopen(a, s, dec) {
		dec.Related = append(dec.Related, dec.Case.ID)
		dec.Why.Rule, dec.Why.Reason = mail.NoClue, "its case is closed, and the channel opens a new one then"
		dec.Case = nil
	}
	return dec
}

// mayReopen asks the channel whether this mail may join a case that is at rest.
func mayReopen(a arrival, s mail.Site, dec mail.Decision) bool {
	if dec.Case.Status.Live() || a.auto.Inert() || dec.Why.Rule == mail.ByBounce {
		return true
	}
	switch s.Channel.Reopen {
	case "never":
		return false
	case "new-after":
		return a.in.ReceivedAt.Sub(dec.Case.Moved) <= time.Duration(s.Channel.ReopenN)*24*time.Hour
	}
	return true
}

// index claims the mail's id for this message, and notes the ids that it names and nobody has seen, so that their mails find the case
// when they come late (D-12).
func (d *Desk) index(l *landing, c *guichet.Case, m *guichet.Message) {
	kind := store.RefMessage
	if l.site.Own(l.sender) {
		kind = store.RefSelf
	}
	own := l.known.refs[l.id]
	own.Claim(store.RefEntry{Kind: kind, Channel: m.Channel, Case: c.ID, N: m.N, Hash: l.hash})
	l.tx.Ref(c.Tenant, own)
	if l.site.Thread != "" {
		l.indexThread(c)
		return
	}
	if kind == store.RefSelf || l.site.Channel.Thread == guichet.IgnoreInReplyTo {
		return
	}
	l.indexSubject(c, m)
	l.indexExternal(c)
	for _, id := range l.unseen() {
		r := l.known.refs[id]
		if r != own && l.apart(id, c) && r.NameApart(c.Channel, c.ID) {
			l.tx.Ref(c.Tenant, r)
			continue
		}
		if r == own || r.In(c.Channel) != nil || len(r.Entries) > 8 {
			continue
		}
		r.Name(store.RefEntry{Kind: store.RefPhantom, Channel: c.Channel, Case: c.ID})
		l.tx.Ref(c.Tenant, r)
	}
}

// subjectCases is how many of the newest cases of a subject are kept in the index.
const subjectCases = 8

// indexSubject makes a new case findable by its subject, where the channel wants it.
func (l *landing) indexSubject(c *guichet.Case, m *guichet.Message) {
	r := l.known.subject
	if r == nil || m.N > 1 {
		return
	}
	r.Name(store.RefEntry{Kind: store.RefSubject, Channel: c.Channel, Case: c.ID, At: c.Opened.Unix()})
	r.Newest(subjectCases)
	l.tx.Ref(c.Tenant, r)
}

// unseen lists the ids that the mail names and that were looked up, and its Outlook conversation.
func (l *landing) unseen() []string {
	var ids []string
	for _, f := range l.known.found {
		header := f.Kind == mail.ByInReplyTo || f.Kind == mail.ByReferences || f.Kind == mail.ByThreadIndex
		if header && f.Ref != "" && !slices.Contains(ids, f.Ref) {
			ids = append(ids, f.Ref)
		}
	}
	return ids
}

// apart reports whether an id that the mail names leads to another case than the one that it is put into.
func (l *landing) apart(id string, c *guichet.Case) bool {
	return slices.ContainsFunc(l.known.found, func(f mail.Found) bool {
		return f.Ref == id && f.Phantom && f.Case != nil && f.Case.ID != c.ID && f.Case.Merged != c.ID
	})
}

// mergeInto merges the cases that the mail shows to be one conversation: the oldest goes on, the others become its parts (D-06). Their messages stay
// where they are.
func (d *Desk) mergeInto(l *landing, c *guichet.Case) *guichet.Case {
	all := append([]*guichet.Case{c}, l.dec.Merge...)
	slices.SortFunc(all, func(a, b *guichet.Case) int { return compareIDs(a.ID, b.ID) })
	all = slices.CompactFunc(all, func(a, b *guichet.Case) bool { return a.ID == b.ID })
	winner := all[0]
	for _, loser := range all[1:] {
		d.absorb(l.cfg, l.tx, winner, loser, Self, "a mail that names both came late", &l.facts)
	}
	return winner
}
