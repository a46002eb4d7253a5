package desktest

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
	"guichet/shared/mail"
)

// Shape is what a house holds in words that do not depend on the ticket numbers: two houses of the same Shape hold the same cases.
type Shape string

// Hash is the shape in 16 hex digits.
func (s Shape) Hash() string {
	h := sha256.Sum256([]byte(s))
	return hex.EncodeToString(h[:8])
}

// Detail says how much of a house goes into its shape.
type Detail bool

const (
	Threads Detail = false // which mails are one case, its status, and the counts: what must not depend on the order of arrival
	Whole   Detail = true  // also agents, clocks, facts, tags and how each message was found: what must not depend on a crash
)

// Shape checks what must always hold (see check) and describes the cases.
func (h *House) Shape(ctx context.Context, d Detail) (Shape, error) {
	groups, err := h.groups(ctx)
	if err != nil {
		return "", err
	}
	var lines []string
	for _, g := range groups {
		if err := h.check(ctx, g); err != nil {
			return "", err
		}
		text, err := h.describe(ctx, g, d)
		if err != nil {
			return "", err
		}
		lines = append(lines, text)
	}
	slices.Sort(lines)
	if err := h.moods(ctx, groups); err != nil {
		return "", err
	}
	people, err := h.staff(ctx, groups, d)
	if err != nil {
		return "", err
	}
	return Shape(strings.Join(append(lines, people...), "\n")), nil
}

// group is a live case with everything that was merged into it.
type group struct {
	live     *guichet.Case
	parts    []*guichet.Case // with the live one
	messages []*guichet.Message
}

// groups loads all cases, each with its parts.
func (h *House) groups(ctx context.Context) ([]*group, error) {
	byID := map[guichet.CaseID]*group{}
	for cursor := ""; ; {
		page, next, err := h.Store.Recent(ctx, Tenant, ledger.MaxBatch, cursor)
		if err != nil {
			return nil, err
		}
		for _, c := range page {
			live, err := h.Store.LiveCase(ctx, Tenant, c.ID)
			if err != nil {
				return nil, err
			}
			g := byID[live.ID]
			if g == nil {
				g = &group{live: live}
				byID[live.ID] = g
			}
			list, err := h.Store.Messages(ctx, Tenant, c.ID, 1, ledger.MaxPage)
			if err != nil {
				return nil, err
			}
			g.parts, g.messages = append(g.parts, c), append(g.messages, list...)
			if len(list) != c.Messages && c.Gone.IsZero() {
				return nil, fmt.Errorf("case %s counts %d messages and has %d", c.ID, c.Messages, len(list))
			}
		}
		if cursor = next; cursor == "" {
			return slices.SortedFunc(maps.Values(byID), func(a, b *group) int { return cmp.Compare(a.live.ID, b.live.ID) }), nil
		}
	}
}

// check holds a case to what is always true: every number in a merged case leads to it, every message is found by its ids, its bytes are there, and the
// counts are those of its messages.
func (h *House) check(ctx context.Context, g *group) error {
	in, out := 0, 0
	for _, m := range g.messages {
		switch {
		case m.Direction == guichet.Note:
			continue
		case m.Moved != "": // split off: its twin counts
		case m.Direction == guichet.Inbound:
			in++
		case m.Delivery == guichet.Withdrawn: // it never leaves
		case m.Direction == guichet.Outbound && m.Auto == "": // an acknowledgement is nobody's answer
			out++
		}
		if m.Moved != "" && m.Raw == "" {
			continue // what was split off from here was deleted for good
		}
		if r, _, err := h.Blobs.Get(ctx, m.Raw); err != nil {
			return fmt.Errorf("message %s: its bytes: %w", m.ID(), err)
		} else {
			r.Close()
		}
		if err := h.found(ctx, m); err != nil {
			return err
		}
	}
	if g.live.In != in || g.live.Out != out {
		return fmt.Errorf("case %s counts %d in and %d out, and has %d and %d", g.live.ID, g.live.In, g.live.Out, in, out)
	}
	return nil
}

// found checks that the index leads from the ids of a message to it.
func (h *House) found(ctx context.Context, m *guichet.Message) error {
	refs, err := h.Store.Refs(ctx, Tenant, []string{m.MailID})
	if err != nil {
		return err
	}
	if e := refs[m.MailID].Holds(m.Channel, m.Hash); e == nil {
		return fmt.Errorf("message %s is not found by its id %s", m.ID(), m.MailID)
	}
	return nil
}

// describe writes one case.
func (h *House) describe(ctx context.Context, g *group, d Detail) (string, error) {
	var b strings.Builder
	c := g.live
	fmt.Fprintf(&b, "case channel=%s status=%s in=%d out=%d messages=%d", c.Channel, c.Status, c.In, c.Out, len(g.messages))
	var lines []string
	if d == Whole {
		fmt.Fprintf(&b, " agent=%s last=%s skill=%s parts=%d format=%d held=%t opened=%s waits=%s tags=%v people=%v", c.Agent, c.Last, c.Skill, len(c.Parts), c.Format, c.Held, c.Opened,
			c.Waits, slices.Sorted(slices.Values(c.Tags)), slices.Sorted(slices.Values(c.People)))
		fmt.Fprintf(&b, " first=%v next=%v resolution=%v", c.First, c.Next, c.Resolution)
		fmt.Fprintf(&b, " priority=%d fields=%v script=%+v links=%v", c.Priority, c.Fields, scriptOf(c), linksOf(c))
		kinds, err := h.kinds(ctx, g)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "\n facts %v", kinds)
	}
	for _, m := range g.messages {
		lines = append(lines, messageLine(m, d))
	}
	slices.Sort(lines)
	return b.String() + "\n  " + strings.Join(lines, "\n  "), nil
}

// scriptOf is how far a case's script has come, without its ticket number.
func scriptOf(c *guichet.Case) guichet.Scripted {
	if c.Script == nil {
		return guichet.Scripted{}
	}
	s := *c.Script
	s.Message = ""
	return s
}

// kinds counts the facts of a case and its parts.
func (h *House) kinds(ctx context.Context, g *group) (map[guichet.FactKind]int, error) {
	kinds := map[guichet.FactKind]int{}
	for _, p := range g.parts {
		facts, err := h.Store.History(ctx, Tenant, p.ID, 0, ledger.MaxPage)
		if err != nil {
			return nil, err
		}
		for _, f := range facts {
			kinds[f.Kind]++
		}
	}
	return kinds, nil
}

// invitation holds the number of the case that it is to, under our signature.
var invitation = regexp.MustCompile(mail.InvitationKey + `=[a-z0-9.]+`)

// linksOf are the channels that a case goes on in, or comes from, without ticket numbers.
func linksOf(c *guichet.Case) (out []string) {
	for _, l := range c.Links {
		out = append(out, fmt.Sprintf("%s from=%t", l.Channel, l.From))
	}
	return out
}

// messageLine names a message by what the world calls it; ours by their text, since our ids hold the ticket number.
func messageLine(m *guichet.Message, d Detail) string {
	id := m.MailID
	if m.Direction != guichet.Inbound {
		id = invitation.ReplaceAllString(strings.ReplaceAll(m.Text, string(m.Case), "its number"), mail.InvitationKey+"=an invitation")
	}
	line := fmt.Sprintf("%s %q auto=%s held=%t", m.Direction, id, m.Auto, m.Held != "")
	if d != Whole {
		return line
	}
	if m.Sentiment != nil {
		line += " mood=" + string(m.Sentiment.Mood)
	}
	rule := ""
	if m.Why != nil {
		rule = m.Why.Rule
	}
	return line + fmt.Sprintf(" n=%d by=%s delivery=%s reason=%q sent=%s secondid=%t judged=%t rule=%s warnings=%d", m.N, m.By, m.Delivery, m.Reason, m.SentAt, m.SentID != "",
		m.Judged, rule, len(m.Warnings))
}

// staff writes the agents and checks that each holds as many cases as his counter says.
func (h *House) staff(ctx context.Context, groups []*group, d Detail) ([]string, error) {
	agents, err := h.Store.Agents(ctx, Tenant)
	if err != nil {
		return nil, err
	}
	held := map[guichet.AgentID]int64{}
	for _, g := range groups {
		for _, p := range g.parts {
			if p.Agent != "" {
				held[p.Agent]++
			}
		}
	}
	var lines []string
	for _, a := range agents {
		if held[a.ID] != a.Load {
			return nil, fmt.Errorf("agent %s counts %d cases and holds %d", a.ID, a.Load, held[a.ID])
		}
		if d == Whole {
			lines = append(lines, fmt.Sprintf("agent %s %s holds %d", a.ID, a.Presence, a.Load))
		}
	}
	if d == Whole {
		lines = append(lines, h.World.toldTypes()...)
	}
	kept, _, err := h.Store.Quarantined(ctx, Tenant, ledger.MaxPage, "")
	for _, q := range kept {
		lines = append(lines, fmt.Sprintf("quarantine %s released=%t", q.From, !q.Released.IsZero()))
	}
	slices.Sort(lines)
	return lines, err
}
