package desktest

import (
	"context"
	"fmt"
	"maps"
	"strconv"

	"guichet/shared/guichet"
	"guichet/shared/mail"
	"guichet/shared/store"
)

func init() {
	maps.Copy(commands, map[string]command{"rate": (*story).rate, "card": (*story).card, "reach": (*story).reach, "recount": (*story).recount})
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
