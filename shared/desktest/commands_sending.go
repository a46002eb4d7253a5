package desktest

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/mail"
)

func init() {
	for name, c := range map[string]command{
		"own": (*story).own, "tried": (*story).tried, "theirs": (*story).theirs, "relayed": (*story).relayed, "address": (*story).address, "lift": (*story).lift,
		"suppressed": (*story).suppressed, "unlisted": (*story).unlisted, "fate": (*story).fate, "opened": (*story).opened, "tracks": (*story).tracks, "reason": (*story).reason,
		"copies": (*story).copies,
	} {
		commands[name] = c
	}
}

// own support relay.acme.example:587 by ana [user=u] [password=p] [tls=implicit] [force=yes]: the channel's mail leaves by that relay; own support - by ana: not
// any more; own support try by ana: it is tested.
func (s *story) own(ctx context.Context, args []string) error {
	ch, who, o := guichet.ChannelID(args[0]), guichet.AgentID(args[3]), options(args[4:])
	defer s.h.Settle(ctx)
	switch args[1] {
	case "-":
		return s.h.Desk.DropRelay(ctx, Tenant, who, ch)
	case "try":
		_, err := s.h.Desk.AskRelay(ctx, Tenant, who, ch)
		return err
	}
	host, port, _ := strings.Cut(args[1], ":")
	w := desk.RelayWish{Host: host, User: o["user"], Password: o["password"], TLS: guichet.RelayStart, ForceTLS: o["force"] == "yes"}
	w.Port, _ = strconv.Atoi(port)
	if o["tls"] != "" {
		w.TLS = o["tls"]
	}
	_, err := s.h.Desk.SetRelay(ctx, Tenant, who, ch, w)
	return err
}

// tried support ok|failed|- [secure=true] [auth=PLAIN] [reason=word]: what the last test of the relay found.
func (s *story) tried(ctx context.Context, args []string) error {
	r, err := s.h.Store.Relay(ctx, Tenant, guichet.ChannelID(args[0]))
	if err != nil {
		return err
	}
	got := map[bool]string{true: "ok", false: "failed"}[r.Test.OK]
	if r.Test.At.IsZero() {
		got = "-"
	}
	if got != args[1] {
		return mismatch("tested", r.Test, args[1])
	}
	o := options(args)
	if o["secure"] != "" && o["secure"] != strconv.FormatBool(r.Test.Secure) || o["auth"] != "" && o["auth"] != r.Test.Auth || !strings.Contains(r.Test.Reason, o["reason"]) {
		return mismatch("tested", r.Test, o)
	}
	return nil
}

// theirs insecure | secure | password=p | refuses a@b.example 'words': how tenants' relays are.
func (s *story) theirs(_ context.Context, args []string) error {
	w := s.h.World
	switch args[0] {
	case "insecure", "secure":
		w.Insecure = args[0] == "insecure"
	case "refuses":
		if w.Refused == nil {
			w.Refused = map[string]string{}
		}
		w.Refused[args[1]] = args[2]
	default:
		w.Password = options(args)["password"]
	}
	return nil
}

// relayed 2 [relay.acme.example:587]: so many mails left by tenants' relays, the last by that one.
func (s *story) relayed(_ context.Context, args []string) error {
	got := s.h.World.Relayed
	if want, _ := strconv.Atoi(args[0]); len(got) != want {
		return mismatch("relayed", got, want)
	}
	if len(args) > 1 && !strings.HasPrefix(got[len(got)-1], args[1]+" ") {
		return mismatch("relayed by", got, args[1])
	}
	return nil
}

// address bo@customer.example ok | suppressed bounced | invalid tls_required [before=2]: whether it takes mail, why not, how many states were before.
func (s *story) address(ctx context.Context, args []string) error {
	c, err := s.h.Store.Contact(ctx, Tenant, mail.FoldAddress(args[0]))
	if err != nil {
		return err
	}
	want := strings.Trim(strings.Join(slices.DeleteFunc(slices.Clone(args[1:]), func(a string) bool { return a == "ok" || strings.Contains(a, "=") }), " "), " ")
	if got := strings.TrimSpace(string(c.State.Status) + " " + c.State.Reason); got != want {
		return mismatch("address", got, want)
	}
	if n := options(args)["before"]; n != "" && n != strconv.Itoa(len(c.State.Before)) {
		return mismatch("earlier states", c.State.Before, n)
	}
	return nil
}

// lift bo@customer.example by ana [missing=release]
func (s *story) lift(ctx context.Context, args []string) error {
	err := s.h.Desk.Lift(ctx, Tenant, guichet.AgentID(args[2]), args[0])
	s.h.Settle(ctx)
	if want := options(args)["missing"]; want != "" {
		if !guichet.Is(err, guichet.Denied) || !strings.Contains(err.Error(), want) {
			return mismatch("error", err, "denied, naming "+want)
		}
		return nil
	}
	return err
}

// suppressed bo@customer.example,cy@customer.example by ana | - by ana: the addresses that take no mail, newest first.
func (s *story) suppressed(ctx context.Context, args []string) error {
	list, _, err := s.h.Desk.Suppressed(ctx, Tenant, guichet.AgentID(args[2]), 100, "")
	if err != nil {
		return err
	}
	var got []string
	for _, c := range list {
		got = append(got, c.Addr)
	}
	if strings.Join(got, ",") != strings.Trim(args[0], "-") {
		return mismatch("suppressed", got, args[0])
	}
	return nil
}

// unlisted 1: so many addresses were taken off SES's own list. The list of the world forgets none, so a run with faults may take one off twice.
func (s *story) unlisted(_ context.Context, args []string) error {
	got := slices.Compact(slices.Sorted(slices.Values(s.h.World.Unlisted)))
	if want, _ := strconv.Atoi(args[0]); len(got) != want {
		return mismatch("unlisted", got, want)
	}
	return nil
}

// fate 1 bo@customer.example delivered [code=bounce.NoEmail]: what became of the newest answer of case 1 for one of its recipients.
func (s *story) fate(ctx context.Context, args []string) error {
	m := s.lastOut(ctx, s.id(ctx, args[0]))
	if m == nil {
		return fmt.Errorf("no answer in case %s", args[0])
	}
	for _, f := range m.Fates {
		if f.Addr == args[1] {
			if code := options(args)["code"]; string(f.State) != args[2] || code != "" && code != f.Code {
				return mismatch("fate of "+f.Addr, f, args[2:])
			}
			return nil
		}
	}
	return mismatch("fates", m.Fates, args[1])
}

// opened 1 yes|no: whether somebody opened the newest answer of case 1.
func (s *story) opened(ctx context.Context, args []string) error {
	if m := s.lastOut(ctx, s.id(ctx, args[0])); m == nil || m.Opened.IsZero() == (args[1] == "yes") {
		return mismatch("opened", m, args[1])
	}
	return nil
}

// tracks support yes|no: whether the channel wants to know when its mail is opened.
func (s *story) tracks(ctx context.Context, args []string) error {
	cfg, err := s.h.Store.FreshConfig(ctx, Tenant)
	if err != nil {
		return err
	}
	ch := *cfg.Channels[guichet.ChannelID(args[0])]
	ch.Opens = args[1] == "yes"
	return s.h.Store.SaveChannel(ctx, ch)
}

// reason 1 'words': what the agent is told of the newest answer of case 1; - for nothing.
func (s *story) reason(ctx context.Context, args []string) error {
	m := s.lastOut(ctx, s.id(ctx, args[0]))
	if m == nil || args[1] == "-" && m.Reason != "" || !strings.Contains(m.Reason, strings.Trim(args[1], "-")) {
		return mismatch("reason", m, args[1])
	}
	return nil
}

// copies 1 by ana 'text' cc=cy@customer.example,di@customer.example: ana answers case 1, with copies.
func (s *story) copies(ctx context.Context, args []string) error {
	ans := desk.Answer{Text: args[3], Key: options(args)["key"]}
	for _, a := range strings.Split(options(args)["cc"], ",") {
		ans.Cc = append(ans.Cc, guichet.Person{Addr: a})
	}
	_, err := s.h.Desk.Reply(ctx, Tenant, guichet.AgentID(args[2]), s.id(ctx, args[0]), ans)
	s.h.Settle(ctx)
	return err
}
