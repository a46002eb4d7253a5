package desktest

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"guichet/shared/guichet"
	"guichet/shared/mail"
	"guichet/shared/store"
)

func init() {
	maps.Copy(commands, map[string]command{"rate": (*story).rate, "card": (*story).card, "reach": (*story).reach, "recount": (*story).recount, "export": (*story).export, "exported": (*story).exported, "deaf": (*story).deaf})
}

// rate 1 2 negative [score=-0.8] [said=comprehend] by ana: the 2nd message of case 1.
func (s *story) rate(ctx context.Context, args []string) error {
	n, _ := strconv.Atoi(args[1])
	o := options(args)
	score, _ := strconv.ParseFloat(o["score"], 64)
	who := guichet.AgentID(args[len(args)-1])
	err := s.h.Desk.Rate(ctx, Tenant, who, s.id(ctx, args[0]).Message(n), guichet.Sentiment{Mood: guichet.Mood(args[2]), Score: score, By: o["said"]})
	s.h.Settle(ctx)
	return err
}

// reach bo@customer.example followed=12 followers=3400 by ana
func (s *story) reach(ctx context.Context, args []string) error {
	o := options(args)
	var r guichet.Reach
	r.Followed, _ = strconv.ParseInt(o["followed"], 10, 64)
	r.Followers, _ = strconv.ParseInt(o["followers"], 10, 64)
	return s.h.Desk.SetReach(ctx, Tenant, guichet.AgentID(args[len(args)-1]), store.ContactID(args[0]), r)
}

// card bo@customer.example positive=1 neutral=0 negative=2 [followers=3400]: what his card counts.
func (s *story) card(ctx context.Context, args []string) error {
	c, err := s.h.Store.Contact(ctx, Tenant, args[0])
	if err != nil {
		return err
	}
	got := map[string]int64{"positive": int64(c.Moods.Positive), "neutral": int64(c.Moods.Neutral), "negative": int64(c.Moods.Negative), "followed": c.Reach.Followed, "followers": c.Reach.Followers}
	for k, v := range options(args) {
		if want, _ := strconv.ParseInt(v, 10, 64); got[k] != want {
			return mismatch(k, got[k], want)
		}
	}
	return nil
}

// recount wrong=0: the counts are made again, and so many were not as they should be.
func (s *story) recount(ctx context.Context, args []string) error {
	wrong, err := s.h.Desk.Recount(ctx, Tenant)
	if err != nil {
		return err
	}
	if want := options(args)["wrong"]; strconv.Itoa(len(wrong)) != want {
		return mismatch("wrong", wrong, want)
	}
	return nil
}

// moods checks that each card counts what its contact's messages say, by a way of its own.
func (h *House) moods(ctx context.Context, groups []*group) error {
	count := map[string]guichet.Moods{}
	for _, g := range groups {
		for _, m := range g.messages {
			addr := mail.FoldAddress(m.From.Addr)
			if m.Direction != guichet.Inbound || addr == "" {
				continue
			}
			k := count[addr]
			if m.Sentiment != nil && m.Moved == "" && !m.Verdicts.Forged() {
				switch m.Sentiment.Mood {
				case guichet.Positive:
					k.Positive++
				case guichet.Neutral:
					k.Neutral++
				case guichet.Negative:
					k.Negative++
				}
			}
			count[addr] = k
		}
	}
	for addr, want := range count {
		c, err := h.Store.Contact(ctx, Tenant, addr)
		if err != nil {
			return err
		}
		if c.Moods != want {
			return fmt.Errorf("the card of %s counts %+v, and his messages say %+v", addr, c.Moods, want)
		}
	}
	return nil
}

// export on|off [words=yes]: what the tenant lets out of the house.
func (s *story) export(ctx context.Context, args []string) error {
	cfg, err := s.h.Store.FreshConfig(ctx, Tenant)
	if err != nil {
		return err
	}
	return s.h.Store.SaveExport(ctx, Tenant, guichet.Export{Enabled: args[0] == "on", Words: options(args)["words"] == "yes", Version: cfg.Export.Version})
}

// deaf on|off: outside, nobody takes what is told.
func (s *story) deaf(_ context.Context, args []string) error {
	s.h.World.Deaf = args[0] == "on"
	return nil
}

// exported 1 case.closed 2 [status=closed] [agent=ana] [direction=inbound] [text=It_leaks] [detail.to=closed]: so many events of that type are told of case 1, and the last of them
// says that. Exported 0 without a type: nothing at all of any.
func (s *story) exported(ctx context.Context, args []string) error {
	s.h.World.mu.Lock()
	defer s.h.World.mu.Unlock()
	if args[0] == "0" {
		if n := len(s.h.World.Told); n > 0 {
			return mismatch("told", n, 0)
		}
		return nil
	}
	id := s.id(ctx, args[0])
	var list []guichet.Event
	for _, e := range s.h.World.Told {
		if e.Case.ID == id && string(e.Type) == args[1] {
			list = append(list, e)
		}
	}
	if strconv.Itoa(len(list)) != args[2] {
		return mismatch("told "+args[1], len(list), args[2])
	}
	slices.SortFunc(list, func(a, b guichet.Event) int { return cmp.Compare(a.Case.Version, b.Case.Version) })
	for k, want := range options(args[3:]) {
		if got := said(list[len(list)-1], k); got != strings.ReplaceAll(want, "_", " ") && !(want == "-" && got == "") {
			return mismatch(k, got, want)
		}
	}
	return nil
}

// said is what an event says under a word of the stories.
func said(e guichet.Event, k string) string {
	m := e.Message
	if m == nil {
		m = &guichet.EventMessage{}
	}
	if name, ok := strings.CutPrefix(k, "detail."); ok {
		return e.Detail[name]
	}
	switch k {
	case "status":
		return string(e.Case.Status)
	case "subject":
		return m.Subject
	case "skill":
		return string(e.Case.Skill)
	case "agent":
		return string(m.Agent)
	case "direction":
		return string(m.Direction)
	case "text":
		return m.Text
	case "from":
		if m.From != nil {
			return m.From.Address
		}
	case "mood":
		return string(m.Sentiment)
	}
	return ""
}
