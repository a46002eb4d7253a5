package guichet

import (
	"errors"
	"slices"
	"testing"
)

// TestValidChannel: T1, T3, T5 and the words that settings may have.
func TestValidChannel(t *testing.T) {
	square, hidden := TicketFormat{Delimiter: "square"}, TicketFormat{Hidden: true}
	was := Channel{ID: "support", Kind: "email", Address: "support@demo.example", Numbers: []TicketFormat{square}, Version: 3}
	for name, c := range map[string]struct {
		change func(*Channel)
		field  string
	}{
		"nothing":                     {func(*Channel) {}, ""},
		"an acknowledgement":          {func(c *Channel) { c.Ack = "We have it: {ticket}" }, ""},
		"another address":             {func(c *Channel) { c.Address = "help@demo.example" }, "address"},
		"a further format":            {func(c *Channel) { c.Numbers = []TicketFormat{square, hidden} }, ""},
		"a format less":               {func(c *Channel) { c.Numbers = nil }, "ticket_formats"},
		"another format in its place": {func(c *Channel) { c.Numbers = []TicketFormat{hidden} }, "ticket_formats"},
		"a delimiter nobody knows":    {func(c *Channel) { c.Numbers = []TicketFormat{square, {Delimiter: "round"}} }, "ticket_formats"},
		"ignoring headers":            {func(c *Channel) { c.Thread = IgnoreInReplyTo }, ""},
		"ignoring headers, no number": {func(c *Channel) { c.Thread, c.Numbers = IgnoreInReplyTo, []TicketFormat{square, hidden} }, "threading"},
		"a threading nobody knows":    {func(c *Channel) { c.Thread = "guess" }, "threading"},
		"a Reply-To policy":           {func(c *Channel) { c.ReplyTo = "address+name" }, ""},
		"a Reply-To nobody knows":     {func(c *Channel) { c.ReplyTo = "ask" }, "reply_to"},
		"a reopening nobody knows":    {func(c *Channel) { c.Reopen = "sometimes" }, "reopen"},
		"a negative burst":            {func(c *Channel) { c.Burst = -1 }, "burst"},
		"a window of a year":          {func(c *Channel) { c.Window = 366 * 86400 }, "subject_window"},
		"a spam tag that is no name":  {func(c *Channel) { c.SpamTag = "not a tag" }, "spam_tag"},
		"an endless acknowledgement":  {func(c *Channel) { c.Ack = string(make([]byte, 10001)) }, "acknowledgement"},
	} {
		now := was
		c.change(&now)
		err := ValidChannel(&was, &now)
		var e *Error
		errors.As(err, &e)
		if (c.field == "") != (err == nil) || e != nil && e.Field != c.field {
			t.Errorf("%s: got %v, want field %q", name, err, c.field)
		}
	}
	none := Channel{ID: "support", Kind: "email", Version: 3}
	for name, c := range map[string]struct {
		formats []TicketFormat
		ok      bool
	}{
		"none as before": {nil, true}, "one after the default": {[]TicketFormat{{}, square}, true}, "one in place of the default": {[]TicketFormat{square}, false},
	} {
		now := none
		now.Numbers = c.formats
		if err := ValidChannel(&none, &now); (err == nil) != c.ok {
			t.Errorf("a channel that listed no format, %s: %v", name, err)
		}
	}
	on, off := Channel{Outbound: true}, Channel{}
	if on.OutboundLabel() != "Disable" || off.OutboundLabel() != "Enable" {
		t.Error("T1: the label is the action that the switch offers, not its state")
	}
}

// TestSetFormat: T5, every format stays, and a case keeps its own.
func TestSetFormat(t *testing.T) {
	c := Channel{Version: 1}
	for _, f := range []TicketFormat{{Position: "suffix", Delimiter: "none"}, {Delimiter: "square"}, {Delimiter: "square"}, {Position: "prefix"}, {}} {
		c.SetFormat(f)
	}
	want := []TicketFormat{{}, {Delimiter: "square"}, {Position: "prefix"}, {}}
	if !slices.Equal(c.Numbers, want) {
		t.Errorf("got %v, want %v", c.Numbers, want)
	}
	if c.FormatAt(0) != (TicketFormat{}) || c.FormatAt(1).Delimiter != "square" {
		t.Error("a case that was born with a format does not find it")
	}
	fresh := Channel{}
	fresh.SetFormat(TicketFormat{Hidden: true})
	if !slices.Equal(fresh.Numbers, []TicketFormat{{Hidden: true}}) {
		t.Errorf("a new channel's format: %v", fresh.Numbers)
	}
}
