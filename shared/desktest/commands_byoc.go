package desktest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"guichet/shared/channel"
	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/mail"
	"guichet/shared/store"
)

func init() {
	maps.Copy(commands, map[string]command{
		"talk": (*story).talk, "says": (*story).says, "chorus": (*story).chorus, "box": (*story).box, "boxed": (*story).boxed, "told": (*story).boxTold, "wire": (*story).wire,
		"escalate": (*story).escalate, "linked": (*story).linked, "visits": (*story).visits, "sees": (*story).sees,
	})
}

// ChatToken is the token of every messaging channel of a story.
const ChatToken = "demo.atokenforteststhatnobodyguesses"

// talk chat [media=messaging] [skill=support] [invite=https://chat.demo.example/] [box=no] [page=yes]: a messaging channel with its integration box and its token.
func (s *story) talk(ctx context.Context, args []string) error {
	return s.h.Talk(ctx, guichet.ChannelID(args[0]), options(args[1:]))
}

// Talk makes a messaging channel, as furniture.
func (h *House) Talk(ctx context.Context, id guichet.ChannelID, o map[string]string) error {
	ch := desk.TalkChannel(Tenant, id)
	ch.Name, ch.Display, ch.Outbound, ch.Skill, ch.SpamTag, ch.Media = string(id), "Demo "+string(id), true, "support", "spam", guichet.MediaChat
	if o["skill"] != "" {
		ch.Skill = guichet.SkillID(o["skill"])
	}
	if o["media"] != "" {
		ch.Media = o["media"]
	}
	if o["page"] == "yes" {
		ch.Kind, o["box"] = guichet.KindChat, "no"
	}
	if err := h.Store.SaveChannel(ctx, ch); err != nil {
		return err
	}
	b := &guichet.Box{Tenant: Tenant, Channel: id, Invite: o["invite"], Token: desk.TokenHash(ChatToken), Changed: h.Now(), By: "ana"}
	if o["box"] != "no" {
		b.URL, b.Auth, b.Client = "https://box.demo.example/dfo", "https://box.demo.example/auth", "guichet"
		var err error
		if b.Sealed, err = h.Desk.Vault.Seal(ctx, desk.BoxOwner(b), []byte("box secret")); err != nil {
			return err
		}
	}
	return h.Store.SaveBox(ctx, b)
}

// says u1 t1 m1 'Where is my parcel?' [in=chat] [name=Ada] [title=x] [times=2] [invited=2] [token=wrong] [raw=file] [refused=field]: somebody writes in a messaging
// channel: user, thread, id of the message. invited: with the invitation of the case's newest mail.
func (s *story) says(ctx context.Context, args []string) error {
	o := options(args[4:])
	body, err := s.spoken(ctx, args, o)
	if err != nil {
		return err
	}
	times, _ := strconv.Atoi(o["times"])
	for range max(1, times) {
		err = s.say(ctx, o, body)
		if want, ok := o["refused"]; ok {
			var e *guichet.Error
			if !errors.As(err, &e) || e.Field != want {
				return mismatch("refused", err, want)
			}
			err = nil
		}
		if err != nil {
			return err
		}
	}
	s.h.Settle(ctx)
	return nil
}

func (s *story) say(ctx context.Context, o map[string]string, body []byte) error {
	token := ChatToken
	if o["token"] != "" {
		token = o["token"]
	}
	got, err := s.h.Desk.ReceiveChat(ctx, into(o), token, body)
	if err == nil {
		s.last = []desk.Outcome{got.Outcome}
	}
	return err
}

func into(o map[string]string) guichet.ChannelID {
	if o["in"] != "" {
		return guichet.ChannelID(o["in"])
	}
	return "chat"
}

// spoken is a message on the wire, as samples of middlewares have it.
func (s *story) spoken(ctx context.Context, args []string, o map[string]string) ([]byte, error) {
	if o["raw"] != "" {
		return []byte(s.boxName(ctx, s.files[o["raw"]])), nil
	}
	name := o["name"]
	if name == "" {
		name = "Ada"
	}
	m := map[string]any{
		"idOnExternalPlatform": args[2], "direction": "inbound", "createdAtWithMilliseconds": "2026-03-02T08:59:59.123Z",
		"thread":                map[string]any{"idOnExternalPlatform": args[1]},
		"messageContent":        map[string]any{"type": "TEXT", "payload": map[string]any{"text": s.fill(ctx, args[3])}, "parameters": map[string]any{}},
		"authorEndUserIdentity": map[string]any{"idOnExternalPlatform": args[0], "firstName": name, "lastName": "L", "nickname": "ada", "image": nil},
		"recipients":            []any{}, "attachments": []any{},
	}
	if o["title"] != "" {
		m["title"] = o["title"]
	}
	if o["invited"] != "" {
		token, err := s.invitation(ctx, o["invited"])
		if err != nil {
			return nil, err
		}
		m["contact"] = map[string]any{"customFields": []any{map[string]any{"ident": mail.InvitationKey, "value": token + o["tampered"]}}}
	}
	return json.Marshal(m)
}

// chorus u1 t1 'text' n=5 [in=chat]: so many different messages of one thread at the same moment.
func (s *story) chorus(ctx context.Context, args []string) error {
	o := options(args[3:])
	n, _ := strconv.Atoi(o["n"])
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		body, err := s.spoken(ctx, voice(args, i), o)
		if err != nil {
			return err
		}
		wg.Go(func() { _, errs[i] = s.h.Desk.ReceiveChat(ctx, into(o), ChatToken, body) })
	}
	wg.Wait()
	s.h.Settle(ctx)
	return errors.Join(errs...)
}

// voice is the i-th message of a chorus.
func voice(args []string, i int) []string {
	return []string{args[0], args[1], args[1] + "-" + strconv.Itoa(i), args[2]}
}

// inTurn is a chorus whose voices come one after the other: what races ends in no order that can be compared.
func (s *story) inTurn(ctx context.Context, args []string) error {
	n, _ := strconv.Atoi(options(args[3:])["n"])
	for i := range n {
		if err := s.says(ctx, append(voice(args, i), args[3:]...)); err != nil {
			return err
		}
	}
	return nil
}

// box down | up | refuses 'reason' | doubt | thread=t2: how the integration boxes of tenants are from now on.
func (s *story) box(_ context.Context, args []string) error {
	w := s.h.World
	w.Box = BoxState{}
	switch args[0] {
	case "down":
		w.Box.Down = true
	case "doubt":
		w.Box.Doubt = true
	case "refuses":
		w.Box.Refuse = args[1]
	case "up":
	default:
		w.Box.Thread = options(args)["thread"]
	}
	return nil
}

// boxed 2 [thread=t1] [user=u1] [text=word] [secret='box secret']: so many answers were handed to integration boxes; the last went there.
func (s *story) boxed(_ context.Context, args []string) error {
	got := s.h.World.Boxed
	if want, _ := strconv.Atoi(args[0]); len(got) != want {
		return mismatch("handed over", got, want)
	}
	if len(got) == 0 {
		return nil
	}
	last := got[len(got)-1]
	for k, v := range options(args) {
		is := map[string]string{"thread": last.Thread, "user": last.User, "text": last.Text, "trace": last.Trace, "secret": s.h.World.BoxSecret}[k]
		if is != v && !(k == "text" && strings.Contains(is, v)) {
			return mismatch(k, is, v)
		}
	}
	return nil
}

// told b-demo.100017-2 delivered|seen|failed [reason=x] [in=chat] [refused=field]: the middleware says so of an answer that it called so; $BOX1 is its name for the
// newest answer of case 1.
func (s *story) boxTold(ctx context.Context, args []string) error {
	o := options(args)
	id := s.boxName(ctx, args[0])
	body, err := json.Marshal(map[string]string{"status": args[1], "reason": o["reason"], "updatedAt": s.h.Now().UTC().Format("2006-01-02T15:04:05Z")})
	if err != nil {
		return err
	}
	err = s.h.Desk.ChatStatus(ctx, into(o), ChatToken, id, body)
	s.h.Settle(ctx)
	return err
}

// boxName fills in $BOX1: what the box called the newest answer of case 1.
func (s *story) boxName(ctx context.Context, text string) string {
	for n := 1; n < 10; n++ {
		if d := strconv.Itoa(n); strings.Contains(text, "$BOX"+d) {
			if m := s.lastOut(ctx, s.id(ctx, d)); m != nil {
				text = strings.ReplaceAll(text, "$BOX"+d, "b-"+string(Tenant)+"."+string(m.ID()))
			}
		}
	}
	return text
}

// wire 1 1 'word': what the middleware sent of the first message of case 1 is kept to the byte; the word stands in it.
func (s *story) wire(ctx context.Context, args []string) error {
	n, _ := strconv.Atoi(args[1])
	m, err := s.h.Store.Message(ctx, Tenant, s.id(ctx, args[0]).Message(n))
	if err != nil {
		return err
	}
	r, _, err := s.h.Blobs.Get(ctx, store.WireKey(m.Raw))
	if err != nil {
		return err
	}
	defer r.Close()
	var kept map[string]any
	if err := json.NewDecoder(r).Decode(&kept); err != nil {
		return err
	}
	if text := fmt.Sprint(kept); !strings.Contains(text, args[2]) {
		return mismatch("kept", text, args[2])
	}
	return nil
}

// visitor is the token of a conversation on a chat page.
func (s *story) visitor(ch, name string) string {
	return s.h.Desk.VisitorToken(&guichet.Channel{Tenant: Tenant, ID: guichet.ChannelID(ch)}, name)
}

// visits v1 m1 'Hello' [in=page] [name=Bo] [invited=1] [times=2] [ip=192.0.2.1] [refused=field] [token=x]: a visitor of a chat page writes in his conversation.
func (s *story) visits(ctx context.Context, args []string) error {
	o := options(args[3:])
	if o["in"] == "" {
		o["in"] = "page"
	}
	in := desk.Saying{Visitor: s.visitor(o["in"], args[0]), ID: args[1], Text: s.fill(ctx, args[2]), Name: o["name"], IP: o["ip"]}
	if o["token"] != "" {
		in.Visitor = o["token"]
	}
	if o["invited"] != "" {
		var err error
		if in.Invited, err = s.invitation(ctx, o["invited"]); err != nil {
			return err
		}
	}
	times, _ := strconv.Atoi(o["times"])
	for range max(1, times) {
		got, err := s.h.Desk.SayOnPage(ctx, Tenant, into(o), in)
		if err != nil {
			return err
		}
		s.last = []desk.Outcome{got.Outcome}
	}
	s.h.Settle(ctx)
	return nil
}

// sees v1 'Hello|us: Hi' [in=page]: what the visitor's page shows of his conversation.
func (s *story) sees(ctx context.Context, args []string) error {
	o := options(args[2:])
	if o["in"] == "" {
		o["in"] = "page"
	}
	lines, err := s.h.Desk.OnPage(ctx, Tenant, into(o), s.visitor(o["in"], args[0]))
	if err != nil {
		return err
	}
	var got []string
	for _, l := range lines {
		got = append(got, map[bool]string{true: "us: "}[l.Ours]+l.Text)
	}
	if text := strings.Join(got, "|"); text != strings.Trim(args[1], "-") {
		return mismatch("the page", text, args[1])
	}
	return nil
}

// invitation is what stands in the newest answer of a case that carries one.
func (s *story) invitation(ctx context.Context, n string) (string, error) {
	list, err := s.h.Store.Messages(ctx, Tenant, s.id(ctx, n), 1, 500)
	for _, m := range slices.Backward(list) {
		if _, rest, ok := strings.Cut(m.Text, mail.InvitationKey+"="); ok {
			token, _, _ := strings.Cut(strings.Fields(rest)[0], "&")
			return token, nil
		}
	}
	return "none", err
}

// escalate 1 by ana [to=chat] [text='Come over'] [times=2] [missing=reply]: case 1 goes on as a chat.
func (s *story) escalate(ctx context.Context, args []string) error {
	o := options(args)
	times, _ := strconv.Atoi(o["times"])
	for range max(1, times) {
		_, err := s.h.Desk.Escalate(ctx, Tenant, guichet.AgentID(args[2]), s.id(ctx, args[0]), guichet.ChannelID(o["to"]), o["text"])
		if want := o["missing"]; want != "" {
			if !guichet.Is(err, guichet.Denied) || !strings.Contains(err.Error(), want) {
				return mismatch("error", err, "denied, naming "+want)
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

// linked 1 2: case 1 goes on as case 2, and each says so.
func (s *story) linked(ctx context.Context, args []string) error {
	one, err := s.h.Store.Case(ctx, Tenant, s.id(ctx, args[0]))
	if err != nil {
		return err
	}
	two, err := s.h.Store.Case(ctx, Tenant, s.id(ctx, args[1]))
	if err != nil {
		return err
	}
	if !slices.Contains(one.Links, guichet.Link{Case: two.ID, Channel: two.Channel}) || !slices.Contains(two.Links, guichet.Link{Case: one.ID, Channel: one.Channel, From: true}) {
		return mismatch("links", fmt.Sprint(one.Links, two.Links), args)
	}
	return nil
}

// BoxState is how the integration boxes of the world are.
type BoxState struct {
	Down   bool
	Doubt  bool   // they take answers and never say so
	Refuse string // why they say no for good
	Thread string // they go on in this thread
}

// boxes is an integration box in the world of tests. It is one that knows our trace ids: what comes again is the same message.
type boxes struct {
	*World
	box channel.Box
}

// Send takes an answer.
func (b *boxes) Send(_ context.Context, m channel.Outgoing) (channel.Sent, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.Box.Down:
		return channel.Sent{}, guichet.Errorf(guichet.Temporary, "the integration box cannot be reached")
	case b.Box.Refuse != "":
		return channel.Sent{}, guichet.Errorf(guichet.Permanent, "%s", b.Box.Refuse)
	case m.Chat == nil:
		return channel.Sent{}, guichet.Errorf(guichet.Permanent, "no chat")
	}
	b.BoxSecret = b.box.Secret
	b.Boxed = append(b.Boxed, *m.Chat)
	if b.Box.Doubt {
		return channel.Sent{}, &guichet.Error{Kind: guichet.Temporary, Text: "the integration box did not answer", Cause: &channel.Doubt{Cause: errors.New("planted")}}
	}
	return channel.Sent{ID: "b-" + m.Chat.Trace, Thread: b.Box.Thread, Secure: true}, nil
}
