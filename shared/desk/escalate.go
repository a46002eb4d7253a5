package desk

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/mail"
	"guichet/shared/store"
)

// Escalated is a case that goes on as a chat (A035).
type Escalated struct {
	Case   *guichet.Case // the chat case
	Made   bool          // by this call; it was there already otherwise
	Token  string        // the invitation: whoever brings it to the channel joins the case
	URL    string        // of the page with the chat, the invitation in it; empty: the channel has none
	Until  time.Time     // when the invitation ends
	Mailed guichet.MessageID
}

// maxEscalateText bounds what an agent adds to an invitation, in bytes.
const maxEscalateText = 10_000

// Escalate has a case go on as a chat: a linked case of the same contact in a chat channel, which waits for him, and, where the channel has a page for it, a mail to
// him with a signed invitation. A case that goes on in that channel already is given back as it is, and nothing is sent twice. An empty channel is the only one
// there is to choose. Errors: Denied names the missing permission, or "outbound"; Invalid names the field; NotFound.
func (d *Desk) Escalate(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.CaseID, to guichet.ChannelID, text string) (Escalated, error) {
	if len(text) > maxEscalateText {
		return Escalated{}, guichet.Wrongf("text", "the text of an invitation has at most %d bytes", maxEscalateText)
	}
	var out Escalated
	var number guichet.CaseID // taken once, also when the commit is tried again
	err := again(ctx, func() error {
		w, err := d.worker(ctx, t, who, id)
		if err != nil {
			return err
		}
		ch, err := w.chatChannel(to)
		if err != nil {
			return err
		}
		out, err = d.escalateOnce(ctx, w, ch, text, &number)
		return err
	})
	return out, err
}

// chatChannel is where a case can go on as a chat: with the rights to answer in both.
func (w *worker) chatChannel(id guichet.ChannelID) (*guichet.Channel, error) {
	if err := w.needs(guichet.CanReply, guichet.CanViewSkills); err != nil {
		return nil, err
	}
	switch {
	case w.channel.Talks():
		return nil, guichet.Wrongf("contactId", "case %s is a conversation in a messaging channel already", w.c.ID)
	case w.c.Status == guichet.Trashed:
		return nil, guichet.Wrongf("contactId", "case %s is in the trash", w.c.ID)
	}
	list := w.chats()
	if id == "" && len(list) == 1 {
		return list[0], nil
	}
	for _, ch := range list {
		if ch.ID == id {
			return ch, nil
		}
	}
	if len(list) == 0 {
		return nil, guichet.Codef(guichet.Invalid, "no_chat", "channelId", "there is no chat channel that you may answer in: make one in the settings, or ask for the permission reply there")
	}
	return nil, guichet.Codef(guichet.Invalid, "which_chat", "channelId", "say which chat channel the case goes on in")
}

// chats are the chat channels in which the agent may answer, by id.
func (w *worker) chats() []*guichet.Channel {
	var out []*guichet.Channel
	for _, ch := range w.cfg.Channels {
		if ch.Talks() && ch.Media == guichet.MediaChat && !ch.Deleted && ch.Outbound && w.role.May(guichet.CanRead, ch.ID) && w.role.May(guichet.CanReply, ch.ID) {
			out = append(out, ch)
		}
	}
	slices.SortFunc(out, func(a, b *guichet.Channel) int { return strings.Compare(string(a.ID), string(b.ID)) })
	return out
}

// Chats lists the chat channels in which the case can go on, for who sees it.
func (s Seen) Chats() []*guichet.Channel {
	if s.Channel.Talks() || !s.Role.May(guichet.CanReply, s.Channel.ID) {
		return nil
	}
	return (&worker{cfg: s.Config, role: s.Role}).chats()
}

func (d *Desk) escalateOnce(ctx context.Context, w *worker, ch *guichet.Channel, text string, number *guichet.CaseID) (Escalated, error) {
	there, err := d.escalated(ctx, w.c, ch.ID)
	if err != nil {
		return Escalated{}, err
	}
	if there != nil {
		return d.invite(w, ch, Escalated{Case: there}), nil
	}
	if len(w.c.People) == 0 {
		return Escalated{}, guichet.Wrongf("contactId", "case %s has no contact who could be invited", w.c.ID)
	}
	if *number == "" {
		if *number, err = d.Store.NextCase(ctx, w.c.Tenant); err != nil {
			return Escalated{}, err
		}
	}
	c := d.expected(w, ch, *number)
	if !w.c.LinkTo(guichet.Link{Case: c.ID, Channel: ch.ID}) {
		return Escalated{}, guichet.Errorf(guichet.Exhausted, "case %s is linked to as many others as it can be", w.c.ID)
	}
	out := d.invite(w, ch, Escalated{Case: c, Made: true})
	tx := &store.Tx{}
	facts := []guichet.Fact{d.linked(w, "to", c.ID, ch.ID)}
	if out.URL != "" {
		if err := sends(w.channel); err != nil {
			return out, err
		}
		m, sent, err := d.write(ctx, tx, w, Answer{Text: inviteText(w, text, out)})
		if err != nil {
			return out, err
		}
		out.Mailed, facts = m.ID(), append(facts, sent...)
	}
	tx.Case(w.c, facts...)
	opened := d.fact(guichet.CaseOpened, string(w.agent.ID), "rule", ruleEscalated, "people", strings.Join(c.People, " "))
	opened.Agent = w.agent.ID
	tx.Case(c, opened, d.linked(w, "from", w.c.ID, w.c.Channel))
	return out, d.Store.Commit(ctx, tx)
}

// ruleEscalated is how a case that began as another is told of.
const ruleEscalated = "escalated"

// expected makes the case that waits for its contact. No clock runs until he comes.
func (d *Desk) expected(w *worker, ch *guichet.Channel, number guichet.CaseID) *guichet.Case {
	now := d.Now()
	_, format := ch.Format()
	c := &guichet.Case{Tenant: w.c.Tenant, ID: number, Channel: ch.ID, Contact: w.c.Contact, Subject: w.c.Subject, Status: guichet.Pending, Priority: w.c.Priority, Skill: ch.Skill,
		Last: w.agent.ID, Language: w.c.Language, Opened: now, Moved: now, Format: format}
	c.Join(w.c.People[0])
	c.LinkTo(guichet.Link{Case: w.c.ID, Channel: w.c.Channel, From: true})
	return c
}

// linked is the fact of a link.
func (d *Desk) linked(w *worker, way string, other guichet.CaseID, ch guichet.ChannelID) guichet.Fact {
	f := d.fact(guichet.CaseLinked, string(w.agent.ID), way, string(other), "channel", string(ch))
	f.Agent = w.agent.ID
	return f
}

// escalated returns the live case in which a case goes on in that channel; nil if there is none.
func (d *Desk) escalated(ctx context.Context, c *guichet.Case, ch guichet.ChannelID) (*guichet.Case, error) {
	for _, l := range slices.Backward(c.Links) {
		if l.From || l.Channel != ch {
			continue
		}
		other, err := d.Store.LiveCase(ctx, c.Tenant, l.Case)
		if guichet.Is(err, guichet.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if other.Status.Live() && other.Gone.IsZero() {
			return other, nil
		}
	}
	return nil, nil
}

// invite puts an invitation to the case into the answer.
func (d *Desk) invite(w *worker, ch *guichet.Channel, out Escalated) Escalated {
	out.Until = d.Now().Add(inviteLife).UTC().Truncate(time.Second)
	out.Token = d.invitation(ch, out.Case.ID, out.Until)
	if b := w.cfg.Boxes[ch.ID]; b != nil && b.Invite != "" {
		out.URL = withInvitation(b.Invite, out.Token)
	}
	return out
}

// withInvitation adds an invitation to the address of a page.
func withInvitation(page, token string) string {
	u, err := url.Parse(page)
	if err != nil {
		return ""
	}
	q := u.Query()
	q.Set(mail.InvitationKey, token)
	u.RawQuery = q.Encode()
	return u.String()
}

// inviteText is what the contact reads: the agent's words, and the way to the chat.
func inviteText(w *worker, text string, e Escalated) string {
	lang := w.c.Language
	if lang == "" {
		lang = w.channel.Language
	}
	words, until := "Let us go on in a chat. This link opens it, and is for you alone:", "It is good until "
	layout := "2 January 2006, 15:04 UTC"
	if strings.HasPrefix(lang, "fr") {
		words, until, layout = "Poursuivons par chat. Ce lien l’ouvre, il est pour vous seul :", "Il est valable jusqu’au ", "02/01/2006, 15:04 UTC"
	}
	out := words + "\n" + e.URL + "\n\n" + until + e.Until.Format(layout) + "."
	if text = strings.TrimSpace(text); text != "" {
		out = text + "\n\n" + out
	}
	return out
}
