package desktest

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"guichet/shared/desk"
	"guichet/shared/guichet"
)

func init() {
	maps.Copy(commands, map[string]command{"external": (*story).external, "form": (*story).form, "fill": (*story).fillIn})
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
