package desk

import (
	"context"

	"guichet/shared/guichet"
	"guichet/shared/mail"
)

// MaxLint is how many mails a lint of a ticket format looks at, at most; maxLintCases how many cases for them.
const (
	MaxLint      = 1000
	maxLintCases = 2000
)

// LintFormat tells how often a ticket format would have taken foreign numbers for ours in the subjects of the channel's last mails, and beside it how the format in
// force fares. It writes nothing. Errors: Denied; NotFound; Invalid naming the field.
func (d *Desk) LintFormat(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.ChannelID, f guichet.TicketFormat, mails int) (next, now mail.Lint, err error) {
	ch, _, err := d.configured(ctx, t, who, id)
	if err != nil {
		return next, now, err
	}
	wish := *ch
	wish.SetFormat(f)
	if err := guichet.ValidChannel(ch, &wish); err != nil {
		return next, now, err
	}
	subjects, err := d.subjects(ctx, t, id, min(max(mails, 1), MaxLint))
	if err != nil {
		return next, now, err
	}
	in, _ := ch.Format()
	ours, err := d.knownNumbers(ctx, t, id, subjects, []guichet.TicketFormat{f, in})
	if err != nil {
		return next, now, err
	}
	known := func(id guichet.CaseID) bool { return ours[id] }
	return mail.LintFormat(f, subjects, known), mail.LintFormat(in, subjects, known), nil
}

// subjects reads the subjects of the channel's last mails that came in, newest cases first.
func (d *Desk) subjects(ctx context.Context, t guichet.TenantID, ch guichet.ChannelID, n int) ([]string, error) {
	var out []string
	cursor, looked := "", 0
	for looked < maxLintCases {
		cases, next, err := d.Store.Recent(ctx, t, 100, cursor)
		if err != nil {
			return nil, err
		}
		for _, c := range cases {
			if looked++; c.Channel != ch {
				continue
			}
			list, err := d.Store.Messages(ctx, t, c.ID, max(1, c.Messages-recentMessages), recentMessages+1)
			if err != nil {
				return nil, err
			}
			for _, m := range list {
				if m.Direction != guichet.Inbound {
					continue
				}
				if out = append(out, m.Subject); len(out) == n {
					return out, nil
				}
			}
		}
		if cursor = next; next == "" {
			return out, nil
		}
	}
	return out, nil
}

// knownNumbers are the numbers in subjects, by any of the formats, that are cases of the channel.
func (d *Desk) knownNumbers(ctx context.Context, t guichet.TenantID, ch guichet.ChannelID, subjects []string, formats []guichet.TicketFormat) (map[guichet.CaseID]bool, error) {
	asked, out := map[guichet.CaseID]bool{}, map[guichet.CaseID]bool{}
	var ids []guichet.CaseID
	look := func() error {
		found, err := d.Store.Cases(ctx, t, ids, func(*guichet.Case) {})
		for id, c := range found {
			out[id] = c.Channel == ch
		}
		ids = nil
		return err
	}
	for _, s := range subjects {
		for _, n := range mail.FindTickets(s, formats) {
			if asked[n.ID] {
				continue
			}
			asked[n.ID] = true
			if ids = append(ids, n.ID); len(ids) == 50 {
				if err := look(); err != nil {
					return nil, err
				}
			}
		}
	}
	if len(ids) == 0 {
		return out, nil
	}
	return out, look()
}
