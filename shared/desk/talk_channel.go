package desk

import (
	"context"
	"strings"

	"guichet/shared/guichet"
	"guichet/shared/mail"
	"guichet/shared/store"
)

// TalkChannel is a new messaging channel of that id, with the address that stands for it.
func TalkChannel(t guichet.TenantID, id guichet.ChannelID) guichet.Channel {
	return guichet.Channel{Tenant: t, ID: id, Kind: guichet.KindBYOC, Media: guichet.MediaMessaging, Address: mail.ChatPoint(id)}
}

// CreateTalk makes a messaging channel that a middleware brings (A007, A153). An empty ID is made from its name. The same call again, with an ID, finds it made.
// Errors: Denied; Invalid naming the field; Permanent with code "name_taken", "address_taken" or "id_taken".
func (d *Desk) CreateTalk(ctx context.Context, t guichet.TenantID, who guichet.AgentID, ch guichet.Channel) (*guichet.Channel, error) {
	cfg, err := d.Configures(ctx, t, who, Whole)
	if err != nil {
		return nil, err
	}
	if ch.ID == "" {
		if ch.ID = freeID(cfg, strings.ToLower(ch.Name)); ch.Name == "" {
			return nil, guichet.Wrongf("name", "a channel needs an internal name")
		}
	}
	of := TalkChannel(t, ch.ID)
	if ch.Platform == guichet.KindChat { // the house's own page
		of.Kind, of.Media, ch.Platform = guichet.KindChat, guichet.MediaChat, ""
	}
	ch.Tenant, ch.Kind, ch.Address, ch.Version, ch.Deleted = t, of.Kind, of.Address, 0, false
	if ch.Media == "" {
		ch.Media = of.Media
	}
	return d.makeChannel(ctx, t, who, "", ch)
}

// idOfChannel: channels of mail are named as skills are; messaging channels may have the id that a middleware gives them.
func idOfChannel(ch *guichet.Channel) error {
	if !ch.Talks() {
		return guichet.ValidName("id", string(ch.ID))
	}
	if n := len(ch.ID); n < 2 || n > 60 || strings.Trim(string(ch.ID), "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:") != "" {
		return guichet.Wrongf("id", "id is 2 to 60 of letters, digits and - _ . :")
	}
	return nil
}

// mailOnly: a messaging channel has no settings that are of mail alone.
func mailOnly(_ *store.Config, was, now *guichet.Channel) error {
	if !now.Talks() {
		return nil
	}
	for field, set := range map[string]bool{
		"force_tls": now.ForceTLS && !was.ForceTLS, "threading": now.Thread != was.Thread && now.Thread != "", "track_opens": now.Opens && !was.Opens,
		"quoted_text_joins": now.Quotes && !was.Quotes, "subject_window": now.Window != was.Window && now.Window != 0, "anyone_with_number": now.Anyone && !was.Anyone,
		"template": now.Template != was.Template && now.Template != "",
	} {
		if set {
			return guichet.Codef(guichet.Invalid, "mail_only", field, "%s is of channels of mail alone", field)
		}
	}
	return nil
}
