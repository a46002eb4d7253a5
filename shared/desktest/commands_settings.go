package desktest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"strings"

	"guichet/shared/desk"
	"guichet/shared/guichet"
)

func init() {
	maps.Copy(commands, map[string]command{
		"new-channel": (*story).newChannel, "set": (*story).set, "delete-channel": (*story).deleteChannel, "new-tag": (*story).newTag, "delete-tag": (*story).deleteTag,
		"settings-of": (*story).settingsOf, "refused": (*story).refusedFor,
	})
}

// new-channel returns returns@demo.example [by=ana] [name=Returns] [skill=support] ...: as an agent does in the settings
func (s *story) newChannel(ctx context.Context, args []string) error {
	local, domain, _ := strings.Cut(args[1], "@")
	ch := guichet.Channel{ID: guichet.ChannelID(args[0]), Name: args[0]}
	if err := fields(&ch, args[2:]); err != nil {
		return err
	}
	_, err := s.h.Desk.CreateChannel(ctx, Tenant, by(args), local, domain, ch)
	return err
}

// set support [by=ana] [version=3] name='Help desk' outbound=yes format=square position=prefix hidden=no spam_tag=- ...
func (s *story) set(ctx context.Context, args []string) error {
	version, _ := strconv.ParseInt(options(args)["version"], 10, 64)
	_, err := s.h.Desk.ChangeChannel(ctx, Tenant, by(args), guichet.ChannelID(args[0]), version, func(ch *guichet.Channel) error { return fields(ch, args[1:]) })
	return err
}

// refused FIELD COMMAND...: the command fails, and the error names the field or has the code
func (s *story) refusedFor(ctx context.Context, args []string) error {
	err := commands[args[1]](s, ctx, args[2:])
	var e *guichet.Error
	if !errors.As(err, &e) || e.Field != args[0] && e.Code != args[0] {
		return fmt.Errorf("got %s, want an error about %s", fmt.Sprint(err), args[0])
	}
	return nil
}

func by(args []string) guichet.AgentID {
	if who := options(args)["by"]; who != "" {
		return guichet.AgentID(who)
	}
	return "ana"
}

// fields puts words of the form name=value into a channel, by the names that it is kept under: yes and no, numbers, and "-" for nothing.
func fields(ch *guichet.Channel, args []string) error {
	o := options(args)
	if _, ok := o["format"]; ok || o["position"] != "" || o["hidden"] != "" {
		ch.SetFormat(guichet.TicketFormat{Delimiter: o["format"], Position: o["position"], Hidden: o["hidden"] == "yes"})
	}
	values := map[string]any{}
	for k, v := range o {
		switch k {
		case "format", "position", "hidden", "by", "version":
			continue
		}
		switch n, err := strconv.Atoi(v); {
		case v == "yes" || v == "no":
			values[k] = v == "yes"
		case err == nil:
			values[k] = n
		case v == "-":
			values[k] = ""
		default:
			values[k] = v
		}
	}
	b, err := json.Marshal(values)
	if err != nil {
		return err
	}
	return json.Unmarshal(b, ch)
}

// delete-channel returns [by=ana]
func (s *story) deleteChannel(ctx context.Context, args []string) error {
	return s.h.Desk.DeleteChannel(ctx, Tenant, by(args), guichet.ChannelID(args[0]), 0)
}

// new-tag junk [by=ana]
func (s *story) newTag(ctx context.Context, args []string) error {
	_, err := s.h.Desk.SaveTag(ctx, Tenant, by(args), guichet.Tag{ID: args[0]}, 0)
	return err
}

// delete-tag junk [by=ana]
func (s *story) deleteTag(ctx context.Context, args []string) error {
	return s.h.Desk.DeleteTag(ctx, Tenant, by(args), args[0])
}

// settings-of support label=Disable address=support@demo.example name=... versions=3: what the settings say of a channel
func (s *story) settingsOf(ctx context.Context, args []string) error {
	cfg, err := s.h.Desk.Configures(ctx, Tenant, by(args), desk.Whole)
	if err != nil {
		return err
	}
	ch := cfg.Channels[guichet.ChannelID(args[0])]
	if ch == nil {
		return fmt.Errorf("there is no channel %s", args[0])
	}
	list, _, err := s.h.Store.ChannelVersions(ctx, Tenant, ch.ID, 100, "")
	if err != nil {
		return err
	}
	has := map[string]string{
		"label": ch.OutboundLabel(), "address": ch.Address, "name": ch.Name, "versions": strconv.Itoa(len(list)), "formats": strconv.Itoa(len(ch.Numbers)),
		"deleted": strconv.FormatBool(ch.Deleted),
	}
	for k, want := range options(args[1:]) {
		if k != "by" && has[k] != want {
			return fmt.Errorf("%s is %q, want %q", k, has[k], want)
		}
	}
	return nil
}
