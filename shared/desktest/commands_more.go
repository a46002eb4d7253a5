package desktest

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/ledger"
)

func init() {
	maps.Copy(commands, map[string]command{
		"shred": (*story).shred, "gone": (*story).gone,
		"external": (*story).external, "form": (*story).form, "fill": (*story).fillIn})
}

// external 1 4711028,INC0012345: the numbers that the contact's own helpdesk gave case 1; - for none.
func (s *story) external(ctx context.Context, args []string) error {
	c, err := s.h.Store.Case(ctx, Tenant, s.id(ctx, args[0]))
	if err != nil {
		return err
	}
	want := slices.DeleteFunc(strings.Split(strings.Trim(args[1], "-"), ","), func(a string) bool { return a == "" })
	if !slices.Equal(c.External, want) {
		return mismatch("external", c.External, want)
	}
	return nil
}

// TheForm is the form of every house that has one.
const TheForm guichet.FormID = "demo-abcdefghijklmnopqrstuvwxyz"

// form support [enabled=no] [trap=website] [seconds=5] [hour=3] [ack=yes] [custom=order]
func (s *story) form(ctx context.Context, args []string) error {
	o := options(args[1:])
	f := guichet.Form{
		ID: TheForm, Name: "Contact form", Channel: guichet.ChannelID(args[0]), Enabled: o["enabled"] != "no", Origins: []string{"https://www.customer.example"},
		Fields: guichet.FormFields{Email: "email", Name: "name", Subject: "subject", Text: "text", Trap: o["trap"]}, Acknowledge: o["ack"] == "yes",
	}
	f.MinSeconds, _ = strconv.Atoi(o["seconds"])
	f.PerHour, _ = strconv.Atoi(o["hour"])
	if o["custom"] != "" {
		f.Custom = []guichet.FormField{{Field: o["custom"], Label: "Order number", Required: true}}
	}
	if was, err := s.h.Store.Form(ctx, TheForm); err == nil {
		f.Version = was.Version
	}
	return s.h.Store.SaveForm(ctx, f)
}

// fill email=bo@customer.example 'text=It is broken.' [key=1] [ip=192.0.2.1] [times=2] [refused=field]
func (s *story) fillIn(ctx context.Context, args []string) error {
	o := options(args)
	in := desk.Submission{Values: map[string][]string{}, Key: o["key"], IP: o["ip"]}
	for k, v := range o {
		if !slices.Contains([]string{"key", "ip", "times", "refused"}, k) {
			in.Values[k] = []string{s.fill(ctx, v)}
		}
	}
	times, _ := strconv.Atoi(o["times"])
	for range max(1, times) {
		_, err := s.h.Desk.SubmitForm(ctx, TheForm, in)
		if want, ok := o["refused"]; ok {
			if err == nil || !strings.Contains(err.Error(), want) {
				return mismatch("refused", err, want)
			}
			continue
		}
		if err != nil {
			return err
		}
	}
	s.h.Settle(ctx)
	return nil
}

// shred 1 by ana
func (s *story) shred(ctx context.Context, args []string) error {
	err := s.h.Desk.Shred(ctx, Tenant, guichet.AgentID(args[2]), s.id(ctx, args[0]))
	s.h.Settle(ctx)
	return err
}

// gone 1 'broken kettle' bo@customer.example: nothing that the house keeps holds any of these words, and case 1 is a number alone.
func (s *story) gone(ctx context.Context, args []string) error {
	c, err := s.h.Store.Case(ctx, Tenant, s.id(ctx, args[0]))
	if err != nil {
		return err
	}
	if c.Gone.IsZero() || c.Messages != 0 || c.Subject != "" || len(c.People) != 0 || c.Contact != "" {
		return mismatch("case", c, "a number alone")
	}
	blobs, err := s.h.Blobs.List(ctx, "", "", 1000)
	if err != nil {
		return err
	}
	for _, b := range blobs {
		if err := s.free(ctx, b.Key, args[1:]); err != nil {
			return err
		}
	}
	return s.h.kept(ctx, func(what, text string) error {
		for _, w := range args[1:] {
			if strings.Contains(text, w) {
				return mismatch(what, text, "nothing with "+w)
			}
		}
		return nil
	})
}

// free checks that a blob holds none of the words.
func (s *story) free(ctx context.Context, key string, words []string) error {
	r, _, err := s.h.Blobs.Get(ctx, key)
	if err != nil {
		return err
	}
	defer r.Close()
	all, err := io.ReadAll(r)
	for _, w := range words {
		if strings.Contains(string(all), w) {
			return mismatch(key, string(all), "nothing with "+w)
		}
	}
	return err
}

// kept hands what the cases of the house and the quarantine keep to see: cases, messages, facts.
func (h *House) kept(ctx context.Context, see func(what, text string) error) error {
	cases, _, err := h.Store.Recent(ctx, Tenant, ledger.MaxBatch, "")
	if err != nil {
		return err
	}
	held, _, err := h.Store.Quarantined(ctx, Tenant, ledger.MaxPage, "")
	if err != nil {
		return err
	}
	if err := see("quarantine", asJSON(held)); err != nil {
		return err
	}
	for _, c := range cases {
		list, err := h.Store.Messages(ctx, Tenant, c.ID, 1, ledger.MaxPage)
		if err != nil {
			return err
		}
		facts, err := h.Store.History(ctx, Tenant, c.ID, 0, ledger.MaxPage)
		if err != nil {
			return err
		}
		if err := see("case "+string(c.ID), asJSON(c)+asJSON(list)+asJSON(facts)); err != nil {
			return err
		}
	}
	return nil
}

func asJSON(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}
