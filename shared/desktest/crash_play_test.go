package desktest

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"guichet/shared/channel"
	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/store"
)

// troubled is a story played in a house whose world goes wrong: only what is done is played, what is asserted is not, since an answer to "what became of
// it" differs when a thing is done twice. What must not differ is the house at the end.
type troubled struct {
	*story
	faults *Faults
	told   int      // mails that went out and of which the channel has told since
	failed []string // commands that failed in the end: as many as without trouble
}

// setting are the commands that furnish the house: done by hand, before anything goes wrong.
var setting = []string{"rule", "change", "skill", "boss", "has-skill", "field", "script", "noscript", "automate", "unrun", "at", "agent", "channel", "lists", "relay", "theirs", "tracks", "composing", "template", "signature", "role", "export", "deaf"}

// doing are the commands that go through the desk, and that a queue or a person does again when they fail.
var doing = []string{"accept", "reject", "voice", "mail", "together", "reply", "note", "status", "assign", "return", "presence", "receipt", "settle", "redeliver", "sweep", "release", "tag",
	"new-channel", "set", "delete-channel", "new-tag", "delete-tag",
	"merge", "unmerge", "split", "transfer", "mark", "rate", "reach", "forward", "one-of", "own", "lift", "copies",
	"answer", "start", "withdraw", "sendnow", "reschedule", "draft", "submit", "approve", "refuse", "discard", "value", "acted"}

// newTroubled builds a house whose desk sees the world through faults, while the story itself sees it as it is.
func newTroubled(t testing.TB, h *House, ar *txtar.Archive, pick func(int, call) (Fault, bool)) *troubled {
	tr := &troubled{story: &story{t: t, h: h, files: map[string]string{}}, faults: &Faults{Pick: pick}}
	for _, f := range ar.Files {
		tr.files[f.Name] = string(f.Data)
	}
	tr.start()
	return tr
}

// start is the start of a process: what it remembered is gone.
func (tr *troubled) start() {
	h := tr.h
	h.Desk = &desk.Desk{Store: store.New(faultyLedger{tr.faults, h.Feed}, faultyBlobs{tr.faults, h.Blobs}, h.Now), Now: h.Now, Key: h.Desk.Key, Lang: lang, Vault: h.Desk.Vault, Identities: channel.OneMachine{}, Feeds: daysOf{w: h.World},
		Send:  func(*guichet.Channel) channel.Sender { return faultySender{tr.faults, h.World} },
		Relay: func(s channel.SMTP) channel.Prober { return faultyRelay{tr.faults, &theirs{h.World, s}} },
		Boxes: func(b channel.Box) channel.Sender { return faultySender{tr.faults, &boxes{h.World, b}} },
		Tell: func(ctx context.Context, events []guichet.Event) []error {
			out := make([]error, len(events))
			err := tr.faults.do("tell", true, func() error { out = h.World.tell(ctx, events); return nil })
			if err != nil {
				for i := range out {
					out[i] = err
				}
			}
			return out
		},
		Unlist: func(ctx context.Context, addr string) error {
			return tr.faults.do("unlist", true, func() error { return h.World.unlist(ctx, addr) })
		}}
}

// step is one line of a story that does something.
type step struct {
	n    int // line
	text string
	args []string
}

// steps are the lines that do something; what is asserted is not played. The last one is the end: every fact is handed out once more.
func steps(script string) []step {
	var out []step
	for i, line := range strings.Split(script, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		_, line = cutBang(line)
		args := words(line)
		if args[0] == "burst" { // each mail of it is a step of its own
			n, _ := strconv.Atoi(args[2])
			for k := range n {
				out = append(out, step{i + 1, line, append([]string{"one-of", strconv.Itoa(k + 1), args[1]}, args[3:]...)})
			}
			continue
		}
		if slices.Contains(doing, args[0]) && slices.Contains([]string{"reply", "copies", "answer", "forward", "start", "draft"}, args[0]) && !strings.Contains(line, "key=") {
			args = append(args, fmt.Sprintf("key=line%d", i+1))
		}
		if slices.Contains(setting, args[0]) || slices.Contains(doing, args[0]) {
			out = append(out, step{i + 1, line, args})
		}
	}
	return append(out, step{args: []string{theEnd}})
}

// theEnd is no command: after the last line every fact is handed out once more.
const theEnd = "the end"

// play plays the script.
func (tr *troubled) play(ctx context.Context, script string) error {
	for _, s := range steps(script) {
		if err := tr.step(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

func (tr *troubled) step(ctx context.Context, s step) error {
	switch {
	case s.args[0] == theEnd:
		return tr.calm(ctx, tr.h.Redeliver)
	case slices.Contains(setting, s.args[0]):
		if err := commands[s.args[0]](tr.story, ctx, s.args[1:]); err != nil {
			return fmt.Errorf("line %d: %s: %w", s.n, s.text, err)
		}
		tr.start()
		return nil
	}
	if err := tr.do(ctx, s.args); err != nil {
		tr.failed = append(tr.failed, fmt.Sprintf("line %d: %s", s.n, s.text))
	}
	return tr.events(ctx)
}

// do does one command, and again while it fails by our doing.
func (tr *troubled) do(ctx context.Context, args []string) error {
	cmd := commands[args[0]]
	if args[0] == "together" {
		cmd = oneByOne
	}
	if args[0] == "chorus" {
		cmd = (*story).inTurn
	}
	mails := tr.h.mails
	for {
		before := tr.hits()
		tr.h.mails = mails // what comes again is the same mail, stored once
		tr.faults.arm(true)
		err := cmd(tr.story, ctx, args[1:])
		tr.faults.arm(false)
		if tr.faults.restart() {
			tr.start()
		}
		if tr.hits() == before {
			return err
		}
		if err := tr.calm(ctx, tr.h.Settle); err != nil {
			return err
		}
		if err == nil {
			return nil
		}
	}
}

// calm lets the queues try again until a round goes by without trouble.
func (tr *troubled) calm(ctx context.Context, settle func(context.Context)) error {
	for range 50 {
		before := tr.hits()
		tr.faults.arm(true)
		settle(ctx)
		tr.faults.arm(false)
		if tr.faults.restart() {
			tr.start()
		}
		if tr.hits() == before {
			return nil
		}
	}
	return fmt.Errorf("no end of trouble: %v", tr.h.Fails)
}

// events tells the desk, as SES does some time later, of each mail that went out: also of one whose going out was never recorded.
func (tr *troubled) events(ctx context.Context) error {
	for ; tr.told < len(tr.h.World.Sent); tr.told++ {
		m := tr.h.World.Sent[tr.told]
		err := tr.h.Desk.Receipt(ctx, desk.Receipt{Tenant: m.Tenant, Message: m.Message, MailID: tr.h.World.IDs[tr.told], Delivery: guichet.Sent, At: tr.h.Now(), Recipients: m.To})
		if err != nil {
			return err
		}
	}
	return nil
}

func (tr *troubled) hits() int {
	tr.faults.mu.Lock()
	defer tr.faults.mu.Unlock()
	return tr.faults.hits
}

// oneByOne delivers what a story delivers together: the calls are counted, so they come in one order.
func oneByOne(s *story, ctx context.Context, args []string) error {
	for _, a := range args {
		if strings.Contains(a, "=") {
			continue
		}
		in, err := s.incoming(ctx, a, options(args))
		if err != nil {
			return err
		}
		for range 2 {
			if _, err := s.h.Desk.ReceiveMail(ctx, in); err != nil {
				return err
			}
		}
	}
	s.h.Settle(ctx)
	return nil
}
