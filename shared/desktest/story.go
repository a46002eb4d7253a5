package desktest

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/ledger"
)

// Run runs every story of a folder, each in a house of its own on a ledger that open makes.
func Run(t *testing.T, dir string, open func(t testing.TB) ledger.Ledger) {
	files, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no stories in %s: %v", dir, err)
	}
	for _, f := range files {
		t.Run(strings.TrimSuffix(filepath.Base(f), ".txtar"), func(t *testing.T) {
			ar, err := txtar.ParseFile(f)
			if err != nil {
				t.Fatal(err)
			}
			Play(t, New(t, open(t)), ar)
		})
	}
}

// Play runs one story in a house. The comment of the archive is the script, a command a line; "!" before a command says that it must fail, "#" begins
// a comment. Commands are the methods of story named cmdX.
func Play(t testing.TB, h *House, ar *txtar.Archive) {
	s := &story{t: t, h: h, files: map[string]string{}}
	for _, f := range ar.Files {
		s.files[f.Name] = string(f.Data)
	}
	for i, line := range strings.Split(string(ar.Comment), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		neg, line := cutBang(line)
		args := words(line)
		cmd := commands[args[0]]
		if cmd == nil {
			t.Fatalf("line %d: no command %q", i+1, args[0])
		}
		err := cmd(s, t.Context(), args[1:])
		if neg && err == nil {
			t.Fatalf("line %d: ! %s: it did not fail", i+1, line)
		}
		if !neg && err != nil {
			t.Fatalf("line %d: %s: %v\n%s", i+1, line, err, s.state())
		}
	}
}

type story struct {
	t     testing.TB
	h     *House
	files map[string]string
	last  []desk.Outcome
}

type command func(s *story, ctx context.Context, args []string) error

// commands are what a line of a story may begin with; files of an area add theirs.
var commands = map[string]command{}

func init() {
	maps.Copy(commands, map[string]command{
		"at": (*story).at, "agent": (*story).agent, "channel": (*story).channel, "lists": (*story).lists, "mail": (*story).mail, "together": (*story).together,
		"case": (*story).caseIs, "reply": (*story).reply, "note": (*story).note, "status": (*story).status, "assign": (*story).assign, "return": (*story).giveBack,
		"presence": (*story).presence, "sent": (*story).sent, "outbox": (*story).outbox, "delivery": (*story).delivery, "receipt": (*story).receipt,
		"relay": (*story).relay, "sweep": (*story).sweep, "facts": (*story).facts, "why": (*story).why, "redeliver": (*story).redeliver, "settle": (*story).settle,
		"breached": (*story).breached, "outcome": (*story).outcome, "message": (*story).message, "quarantine": (*story).quarantine, "release": (*story).release,
		"subject": (*story).subject, "tag": (*story).tag, "merge": (*story).merge, "unmerge": (*story).unmerge, "split": (*story).split, "mark": (*story).mark, "standing": (*story).standing,
	})
}

func cutBang(line string) (bool, string) {
	rest, ok := strings.CutPrefix(line, "!")
	return ok, strings.TrimSpace(rest)
}

// words splits a line at blanks; what stands in single quotes is one word.
func words(line string) []string {
	var out []string
	for line = strings.TrimSpace(line); line != ""; line = strings.TrimSpace(line) {
		if strings.HasPrefix(line, "'") {
			if i := strings.IndexByte(line[1:], '\''); i >= 0 {
				out, line = append(out, line[1:1+i]), line[i+2:]
				continue
			}
		}
		w, rest, _ := strings.Cut(line, " ")
		out, line = append(out, w), rest
	}
	return out
}

// options reads the words of the form name=value.
func options(args []string) map[string]string {
	out := map[string]string{}
	for _, a := range args {
		if k, v, ok := strings.Cut(a, "="); ok {
			out[k] = v
		}
	}
	return out
}

// id returns the ticket number of the story's n-th case: the n-th that there is, since numbers that lost a race are never used.
func (s *story) id(ctx context.Context, n string) guichet.CaseID {
	i, err := strconv.Atoi(n)
	if err != nil {
		return guichet.CaseID(n)
	}
	all, _, err := s.h.Store.Recent(ctx, Tenant, ledger.MaxBatch, "")
	if err != nil || i > len(all) {
		return guichet.NewCaseID(1 << 40)
	}
	return all[len(all)-i].ID
}

func mismatch(what string, got, want any) error {
	return fmt.Errorf("%s: got %v, want %v", what, got, want)
}

// state describes the house, for a story that failed.
func (s *story) state() string {
	var b strings.Builder
	for _, o := range s.last {
		fmt.Fprintf(&b, "  outcome %+v\n", o)
	}
	cases, _, _ := s.h.Store.Recent(context.Background(), Tenant, 50, "")
	for _, c := range cases {
		fmt.Fprintf(&b, "  case %s %s agent=%s skill=%s messages=%d merged=%s tags=%v\n", c.ID, c.Status, c.Agent, c.Skill, c.Messages, c.Merged, c.Tags)
	}
	for _, f := range s.h.Feed.Facts() {
		fmt.Fprintf(&b, "  fact %s %s %v\n", f.Case, f.ID, f.Detail)
	}
	for _, err := range s.h.Fails {
		fmt.Fprintf(&b, "  failed %v\n", err)
	}
	return b.String()
}

// at sets the clock: "at 2026-03-02 09:00" (UTC), "at +12m".
func (s *story) at(_ context.Context, args []string) error {
	if d, ok := strings.CutPrefix(args[0], "+"); ok {
		if days, ok := strings.CutSuffix(d, "d"); ok {
			n, err := strconv.Atoi(days)
			s.h.SetNow(s.h.Now().AddDate(0, 0, n))
			return err
		}
		dur, err := time.ParseDuration(d)
		s.h.SetNow(s.h.Now().Add(dur))
		return err
	}
	t, err := time.Parse("2006-01-02 15:04", strings.Join(args, " "))
	s.h.SetNow(t)
	return err
}

// mail delivers a file: to= (default support@demo.example, several with commas), from= envelope, spam= virus= spf= dkim= dmarc= policy= verdicts, times=n.
func (s *story) mail(ctx context.Context, args []string) error {
	o := options(args[1:])
	in, err := s.incoming(ctx, args[0], o)
	if err != nil {
		return err
	}
	times, _ := strconv.Atoi(o["times"])
	for range max(1, times) {
		if s.last, err = s.h.Desk.ReceiveMail(ctx, in); err != nil {
			return err
		}
	}
	s.h.Settle(ctx)
	return nil
}

func (s *story) incoming(ctx context.Context, name string, o map[string]string) (desk.Incoming, error) {
	raw, err := s.file(ctx, name)
	if err != nil {
		return desk.Incoming{}, err
	}
	if mb, err := strconv.Atoi(o["pad"]); err == nil { // so many megabytes more of text
		raw += strings.Repeat(strings.Repeat("x", 76)+"\r\n", mb<<20/78+1)
	}
	in, err := s.h.Put(ctx, []byte(raw))
	in.From, in.Recipients = "someone@elsewhere.example", []string{"support@demo.example"}
	if v, ok := o["from"]; ok {
		in.From = strings.Trim(v, "<>")
	}
	if o["to"] != "" {
		in.Recipients = strings.Split(s.fill(ctx, o["to"]), ",")
	}
	v := func(k string) guichet.Verdict {
		if o[k] == "" {
			return "PASS"
		}
		return guichet.Verdict(o[k])
	}
	in.Verdicts = guichet.Verdicts{Spam: v("spam"), Virus: v("virus"), SPF: v("spf"), DKIM: v("dkim"), DMARC: v("dmarc"), Policy: o["policy"]}
	return in, err
}

// together delivers several files at the same time, each times= times: what races, races.
func (s *story) together(ctx context.Context, args []string) error {
	var ins []desk.Incoming
	o := options(args)
	times, _ := strconv.Atoi(o["times"])
	for _, a := range args {
		if strings.Contains(a, "=") {
			continue
		}
		in, err := s.incoming(ctx, a, o)
		if err != nil {
			return err
		}
		for range max(1, times) {
			ins = append(ins, in)
		}
	}
	errs := make([]error, len(ins))
	var wg sync.WaitGroup
	for i, in := range ins {
		wg.Go(func() { _, errs[i] = s.h.Desk.ReceiveMail(ctx, in) })
	}
	wg.Wait()
	s.h.Settle(ctx)
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// file returns a file of the story with its variables filled in, lines ended by CRLF.
func (s *story) file(ctx context.Context, name string) (string, error) {
	raw, ok := s.files[name]
	if !ok {
		return "", fmt.Errorf("no file %s in the story", name)
	}
	raw = s.fill(ctx, raw)
	return strings.ReplaceAll(raw, "\n", "\r\n"), nil
}

// fill replaces $SENT1 (the Message-ID of our last answer in case 1), $SES1 (what SES made of it), $TICKET1, $PLUS1 (its signed address).
func (s *story) fill(ctx context.Context, text string) string {
	for n := 1; n < 10; n++ {
		d := strconv.Itoa(n)
		if !strings.Contains(text, "$") || !strings.Contains(text, d) {
			continue
		}
		c := s.id(ctx, d)
		if m := s.lastOut(ctx, c); m != nil {
			text = strings.ReplaceAll(text, "$SENT"+d, m.MailID)
			text = strings.ReplaceAll(text, "$SES"+d, m.SentID)
			text = strings.ReplaceAll(text, "$SUBJECT"+d, m.Subject)
		}
		text = strings.ReplaceAll(text, "$TICKET"+d, string(c))
		text = strings.ReplaceAll(text, "$PLUS"+d, s.h.Plus(c))
	}
	return text
}

// lastOut returns the newest answer of a case; nil if there is none.
func (s *story) lastOut(ctx context.Context, c guichet.CaseID) *guichet.Message {
	list, err := s.h.Store.Messages(ctx, Tenant, c, 1, 500)
	if err != nil {
		return nil
	}
	var last *guichet.Message
	for _, m := range list {
		if m.Direction == guichet.Outbound {
			last = m
		}
	}
	return last
}
