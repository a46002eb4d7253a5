package guichet

import "slices"

// maxWindow is the longest subject window, in seconds: thirty days.
const maxWindow = 30 * 86400

// maxMegabytes is what SES receives at most.
const maxMegabytes = 40

// maxCalm is the longest time over which a sender's mails are counted, in minutes: a day.
const maxCalm = 1440

// ValidChannel reports nil if now may take the place of was, its settings before; the zero was is none. What replies depend on never changes:
// the address, and the ticket formats that were (T5). Errors are Invalid and name the field as on the wire.
func ValidChannel(was, now *Channel) error {
	if was.Version > 0 && (now.ID != was.ID || now.Kind != was.Kind || now.Address != was.Address) {
		return Wrongf("address", "a channel keeps its id, kind and address: replies come to them")
	}
	past := was.formats()
	if len(now.Numbers) < len(past) && len(was.Numbers)+len(now.Numbers) > 0 || len(now.Numbers) > 0 && !slices.Equal(now.Numbers[:len(past)], past) {
		return Wrongf("ticket_formats", "formats are added at the end, after the default that was in force without any: mail with the old ones still comes")
	}
	if len(now.Numbers) > maxFormats {
		return Wrongf("ticket_formats", "a channel has %d formats at most: it keeps each that it ever had", maxFormats)
	}
	for _, f := range now.Numbers {
		if !slices.Contains([]string{"", "prefix", "suffix"}, f.Position) || !slices.Contains([]string{"", "none", "square", "curly"}, f.Delimiter) {
			return Wrongf("ticket_formats", "position is prefix or suffix, delimiter is none, square or curly")
		}
	}
	if f, _ := now.Format(); f.Hidden && now.Thread == IgnoreInReplyTo {
		return Wrongf("threading", "a hidden ticket number with ignore_in_reply_to would make every reply a new case (T3)")
	}
	if err := now.validTalk(); err != nil {
		return err
	}
	if now.SpamTag != "" {
		if err := ValidName("spam_tag", now.SpamTag); err != nil {
			return err
		}
	}
	return now.validWords()
}

// maxFormats bounds a channel's ticket formats.
const maxFormats = 100

// formats are those that mail may carry: of a channel that stands and lists none, the default.
func (c *Channel) formats() []TicketFormat {
	if c.Version > 0 && len(c.Numbers) == 0 {
		return []TicketFormat{{}}
	}
	return c.Numbers
}

// SetFormat puts a ticket format in force for new cases; the ones before stay, for the cases that were born with them (T5). The one in force changes nothing.
func (c *Channel) SetFormat(f TicketFormat) {
	if f.Position == "suffix" {
		f.Position = ""
	}
	if f.Delimiter == "none" {
		f.Delimiter = ""
	}
	if last, _ := c.Format(); last == f && (c.Version > 0 || len(c.Numbers) > 0) {
		return
	}
	c.Numbers = append(slices.Clone(c.formats()), f)
}

// validWords checks the settings that are one word of a few, and the numbers.
func (c *Channel) validWords() error {
	for _, w := range []struct {
		field, value string
		words        []string
	}{
		{"threading", string(c.Thread), []string{"", string(PreferInReplyTo), string(IgnoreInReplyTo)}},
		{"reply_to", c.ReplyTo, []string{"", "ignore", "address", "address+name"}},
		{"reject_notice", c.RejectNotice, []string{"", "daily", NoticeNever}},
		{"reopen", c.Reopen, []string{"", "always", "never", "new-after"}},
	} {
		if !slices.Contains(w.words, w.value) {
			return Wrongf(w.field, "%s is one of %q, not %q", w.field, w.words[1:], w.value)
		}
	}
	switch {
	case c.MaxMail < 0 || c.MaxMail > maxMegabytes:
		return Wrongf("max_megabytes", "max_megabytes is 0 to %d: more cannot come in", maxMegabytes)
	case c.Calm < 0 || c.Calm > maxCalm:
		return Wrongf("burst_minutes", "burst_minutes is 0 to %d", maxCalm)
	case c.Burst < 0 || c.ReopenN < 0:
		return Wrongf("burst", "burst and reopen_days are not negative")
	case c.Window < 0 || c.Window > maxWindow:
		return Wrongf("subject_window", "subject_window is 0 to %d seconds", maxWindow)
	case c.Undo < 0 || c.Undo > MaxUndo:
		return Wrongf("undo", "undo is 0 to %d seconds", MaxUndo)
	case len(c.Ack) > 10000:
		return Wrongf("acknowledgement", "an acknowledgement has at most 10000 bytes")
	}
	return nil
}
