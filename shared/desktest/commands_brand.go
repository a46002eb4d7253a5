package desktest

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/mail"
)

func init() {
	for name, c := range map[string]command{
		"answer": (*story).answer, "start": (*story).start, "forward": (*story).forward, "withdraw": (*story).withdraw, "sendnow": (*story).sendNow, "reschedule": (*story).reschedule,
		"draft": (*story).draft, "submit": (*story).submit, "approve": (*story).approve, "refuse": (*story).refuse, "discard": (*story).discard, "drafts": (*story).drafts,
		"composing": (*story).composing, "template": (*story).template, "signature": (*story).signature, "role": (*story).role, "third": (*story).third, "shown": (*story).shown, "notleft": (*story).notLeft,
	} {
		commands[name] = c
	}
}

// answerBy reads an answer: from=channel leaves=+2h to=a@b,c@d cc= bcc= answers=2 all=yes quote=yes html=... key=x draft=1
func (s *story) answerBy(ctx context.Context, id guichet.CaseID, text string, args []string) desk.Answer {
	o := options(args)
	ans := desk.Answer{Text: text, Key: o["key"], From: guichet.ChannelID(o["from"]), All: o["all"] == "yes", Quote: o["quote"] == "yes", To: persons(o["to"]), Cc: persons(o["cc"]), Bcc: persons(o["bcc"]), HTML: o["html"]}
	if n, err := strconv.Atoi(o["answers"]); err == nil {
		ans.Answers = id.Message(n)
	}
	if n, err := strconv.Atoi(o["forward"]); err == nil {
		ans.Forward = id.Message(n)
	}
	if d, err := time.ParseDuration(strings.TrimPrefix(o["leaves"], "+")); err == nil {
		ans.Leaves = s.h.Now().Add(d)
	}
	return ans
}

func persons(list string) []guichet.Person {
	var out []guichet.Person
	for _, a := range strings.Split(list, ",") {
		if a != "" {
			out = append(out, guichet.Person{Addr: a})
		}
	}
	return out
}

// denied checks missing=permission.
func denied(err error, args []string) (bool, error) {
	what := options(args)["missing"]
	if what == "" {
		return false, nil
	}
	if !guichet.Is(err, guichet.Denied) || !strings.Contains(err.Error(), what) {
		return true, mismatch("error", err, "denied, naming "+what)
	}
	return true, nil
}

// answer 1 by ana 'text' [as answerBy] [missing=reply]
func (s *story) answer(ctx context.Context, args []string) error {
	id := s.id(ctx, args[0])
	_, err := s.h.Desk.Reply(ctx, Tenant, guichet.AgentID(args[2]), id, s.answerBy(ctx, id, args[3], args[4:]))
	if done, err := denied(err, args); done {
		return err
	}
	s.h.Settle(ctx)
	return err
}

// forward 1 2 by ana 'text' to=x@y.example: the 2nd message of case 1 goes outside.
func (s *story) forward(ctx context.Context, args []string) error {
	return s.answer(ctx, append([]string{args[0], "by", args[3], args[4], "forward=" + args[1]}, args[5:]...))
}

// start support by ana 'subject' 'text' to=bo@customer.example [key=x] [leaves=+1h] [missing=outbound]
func (s *story) start(ctx context.Context, args []string) error {
	ans := s.answerBy(ctx, "", args[4], args[5:])
	ans.Subject = args[3]
	_, err := s.h.Desk.Start(ctx, Tenant, guichet.AgentID(args[2]), guichet.ChannelID(args[0]), ans)
	if done, err := denied(err, args); done {
		return err
	}
	s.h.Settle(ctx)
	return err
}

func (s *story) place(ctx context.Context, args []string) guichet.MessageID {
	n, _ := strconv.Atoi(args[1])
	return s.id(ctx, args[0]).Message(n)
}

// withdraw 1 2 by ana: the 2nd message of case 1 is taken back.
func (s *story) withdraw(ctx context.Context, args []string) error {
	_, err := s.h.Desk.Withdraw(ctx, Tenant, guichet.AgentID(args[3]), s.place(ctx, args))
	s.h.Settle(ctx)
	return err
}

// sendnow 1 2 by ana
func (s *story) sendNow(ctx context.Context, args []string) error {
	_, err := s.h.Desk.SendNow(ctx, Tenant, guichet.AgentID(args[3]), s.place(ctx, args))
	s.h.Settle(ctx)
	return err
}

// reschedule 1 2 +3h by ana
func (s *story) reschedule(ctx context.Context, args []string) error {
	d, err := time.ParseDuration(strings.TrimPrefix(args[2], "+"))
	if err != nil {
		return err
	}
	_, err = s.h.Desk.Reschedule(ctx, Tenant, guichet.AgentID(args[4]), s.place(ctx, args), s.h.Now().Add(d))
	s.h.Settle(ctx)
	return err
}

// draft 1 by ana 'text' [submit=yes] [key=x] [as answerBy] [missing=draft]
func (s *story) draft(ctx context.Context, args []string) error {
	id := s.id(ctx, args[0])
	a := s.answerBy(ctx, id, args[3], args[4:])
	l := guichet.Letter{Text: a.Text, To: a.To, Cc: a.Cc, Bcc: a.Bcc, From: a.From, Forward: a.Forward, Answers: a.Answers, Leaves: a.Leaves, Quote: a.Quote}
	_, err := s.h.Desk.SaveDraft(ctx, Tenant, guichet.AgentID(args[2]), id, "", l, options(args)["submit"] == "yes", a.Key)
	if done, err := denied(err, args); done {
		return err
	}
	s.h.Settle(ctx)
	return err
}

// written lists the drafts of a case by when they were written last.
func (s *story) written(ctx context.Context, id guichet.CaseID) ([]*guichet.Draft, error) {
	all, err := s.h.Store.Drafts(ctx, Tenant, id)
	slices.SortStableFunc(all, func(a, b *guichet.Draft) int { return a.At.Compare(b.At) })
	return all, err
}

// nth returns the id of the n-th draft of a case.
func (s *story) nth(ctx context.Context, args []string) (guichet.CaseID, guichet.DraftID) {
	id := s.id(ctx, args[0])
	all, err := s.written(ctx, id)
	n, _ := strconv.Atoi(args[1])
	if err != nil || n > len(all) || n < 1 {
		return id, "none"
	}
	return id, all[n-1].ID
}

// submit 1 1 by ana: the 1st draft of case 1.
func (s *story) submit(ctx context.Context, args []string) error {
	c, id := s.nth(ctx, args)
	_, err := s.h.Desk.SubmitDraft(ctx, Tenant, guichet.AgentID(args[3]), c, id)
	return err
}

// approve 1 1 by eva [missing=approve]
func (s *story) approve(ctx context.Context, args []string) error {
	c, id := s.nth(ctx, args)
	_, err := s.h.Desk.DecideDraft(ctx, Tenant, guichet.AgentID(args[3]), c, id, true, "")
	if done, err := denied(err, args); done {
		return err
	}
	s.h.Settle(ctx)
	return err
}

// refuse 1 1 by eva 'why' [missing=approve]
func (s *story) refuse(ctx context.Context, args []string) error {
	c, id := s.nth(ctx, args)
	_, err := s.h.Desk.DecideDraft(ctx, Tenant, guichet.AgentID(args[3]), c, id, false, args[4])
	if done, err := denied(err, args); done {
		return err
	}
	return err
}

// discard 1 1 by ana
func (s *story) discard(ctx context.Context, args []string) error {
	c, id := s.nth(ctx, args)
	return s.h.Desk.DiscardDraft(ctx, Tenant, guichet.AgentID(args[3]), c, id)
}

// drafts 1 pending approved: the states of the drafts of case 1, by when they were written last; - for none.
func (s *story) drafts(ctx context.Context, args []string) error {
	all, err := s.written(ctx, s.id(ctx, args[0]))
	var got []string
	for _, d := range all {
		got = append(got, string(d.State))
	}
	if want := strings.Trim(strings.Join(args[1:], " "), "-"); strings.Join(got, " ") != want {
		return mismatch("drafts", got, want)
	}
	return err
}

// composing support [undo=10] [template=1]
func (s *story) composing(ctx context.Context, args []string) error {
	if err := s.admin(ctx); err != nil {
		return err
	}
	o := options(args[1:])
	n, _ := strconv.Atoi(o["undo"])
	_, err := s.h.Desk.SetComposing(ctx, Tenant, "admin", guichet.ChannelID(args[0]), guichet.TemplateID(o["template"]), n)
	return err
}

// admin gives the house somebody who may configure.
func (s *story) admin(ctx context.Context) error {
	err := s.h.Store.SaveAgent(ctx, Tenant, guichet.Agent{ID: "admin", Name: "admin", Role: "agent", Presence: guichet.Offline})
	if guichet.Is(err, guichet.Exists) {
		return nil
	}
	return err
}

// template 'Brand' '<div>{{body}}</div>' [rtl=yes]: the next one; ids are 1, 2, ... shared with signatures.
func (s *story) template(ctx context.Context, args []string) error {
	if err := s.admin(ctx); err != nil {
		return err
	}
	_, err := s.h.Desk.SaveTemplate(ctx, Tenant, "admin", guichet.Template{Name: args[0], Rules: args[1], RTL: options(args[2:])["rtl"] == "yes"})
	return err
}

// signature 'Mine' of ana [text=...] [html=...], blanks as _
func (s *story) signature(ctx context.Context, args []string) error {
	if err := s.admin(ctx); err != nil {
		return err
	}
	blank := strings.NewReplacer("_", " ")
	o := options(args[3:])
	sig, err := s.h.Desk.SaveSignature(ctx, Tenant, "admin", guichet.Signature{Name: args[0], Text: blank.Replace(o["text"]), HTML: blank.Replace(o["html"])})
	if err != nil {
		return err
	}
	return s.h.Desk.Sign(ctx, Tenant, "admin", sig.ID, guichet.AgentID(args[2]), true)
}

// role writer read,draft [support=read,reply]: rights on all channels, then on some.
func (s *story) role(ctx context.Context, args []string) error {
	r := guichet.Role{ID: guichet.RoleID(args[0]), Name: args[0], Rights: map[guichet.ChannelID][]guichet.Permission{}}
	set := func(ch, list string) {
		for _, p := range strings.Split(list, ",") {
			r.Rights[guichet.ChannelID(ch)] = append(r.Rights[guichet.ChannelID(ch)], guichet.Permission(p))
		}
	}
	for _, a := range args[1:] {
		if ch, list, ok := strings.Cut(a, "="); ok {
			set(ch, list)
		} else if a != "-" {
			set("*", a)
		}
	}
	return s.h.Store.SaveRole(ctx, Tenant, r)
}

// third 1 3 yes|no: the 3rd message of case 1 is a third party's.
func (s *story) third(ctx context.Context, args []string) error {
	m, err := s.h.Store.Message(ctx, Tenant, s.place(ctx, args))
	if err == nil && m.Third != (args[2] == "yes") {
		err = mismatch("third party", m.Third, args[2])
	}
	return err
}

// shown 1 'text': that text stands in what the last mail out of case 1 shows, in its text or its HTML.
func (s *story) shown(ctx context.Context, args []string) error {
	m, err := s.lastSent(ctx, args[0])
	if err != nil {
		return err
	}
	p := mail.Parse(m.Raw)
	if want := s.fill(ctx, args[1]); !strings.Contains(p.Text, want) && !strings.Contains(p.HTML, want) {
		return mismatch("shown", p.Text+"\n"+p.HTML, want)
	}
	return nil
}

// notleft 'text': it stands in no mail that ever left, also not in its files.
func (s *story) notLeft(_ context.Context, args []string) error {
	for _, m := range s.h.World.Sent {
		if leaks(m.Raw, args[0]) {
			return fmt.Errorf("%q left with message %s", args[0], m.Message)
		}
	}
	return nil
}

// leaks reports whether a text stands anywhere in a mail, decoded.
func leaks(raw []byte, text string) bool {
	p := mail.Parse(raw)
	if strings.Contains(string(raw), text) || strings.Contains(p.Text, text) || strings.Contains(p.HTML, text) || strings.Contains(p.Subject, text) {
		return true
	}
	for i := range p.Parts {
		if strings.Contains(string(p.Parts[i].Bytes()), text) {
			return true
		}
	}
	return false
}
