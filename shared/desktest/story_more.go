package desktest

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"guichet/shared/channel"
)

// init runs after that of story.go, which makes the table: files are in the order of their names.
func init() {
	for name, c := range map[string]command{
		"related": (*story).related, "left": (*story).left, "goes": (*story).goes, "people": (*story).people,
		"holds": (*story).holds, "counts": (*story).counts, "burst": (*story).burst, "one-of": (*story).oneOf,
	} {
		commands[name] = c
	}
}

// related 2 1: the case 2 says that case 1 may be about the same.
func (s *story) related(ctx context.Context, args []string) error {
	all, err := s.h.Store.History(ctx, Tenant, s.id(ctx, args[0]), 0, 1000)
	if err != nil {
		return err
	}
	want := string(s.id(ctx, args[1]))
	for _, f := range all {
		if slices.Contains(strings.Fields(f.Detail["related"]), want) {
			return nil
		}
	}
	return mismatch("related", "none", want)
}

// lastSent returns the last mail that went out of a case.
func (s *story) lastSent(ctx context.Context, n string) (channel.Outgoing, error) {
	id := s.id(ctx, n)
	for _, m := range slices.Backward(s.h.World.Sent) {
		if m.Case == id {
			return m, nil
		}
	}
	return channel.Outgoing{}, fmt.Errorf("no mail went out of case %s", id)
}

// left 1 'Thread-Topic: Kettle' [times=1]: that text stands in the last mail that went out of case 1, headers unfolded.
func (s *story) left(ctx context.Context, args []string) error {
	m, err := s.lastSent(ctx, args[0])
	if err != nil {
		return err
	}
	text := strings.ReplaceAll(strings.ReplaceAll(string(m.Raw), "\r\n ", " "), "\r\n\t", " ")
	if want := s.fill(ctx, args[1]); !strings.Contains(text, want) {
		return mismatch("left", text, want)
	}
	return nil
}

// goes 1 a@b.example,c@d.example: the envelope recipients of the last mail of case 1, in any order.
func (s *story) goes(ctx context.Context, args []string) error {
	m, err := s.lastSent(ctx, args[0])
	if err != nil {
		return err
	}
	want := strings.Split(args[1], ",")
	if got := slices.Clone(m.To); !slices.Equal(slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))) {
		return mismatch("recipients", got, want)
	}
	return nil
}

// people 1 a@b.example,c@d.example: who takes part in case 1, in any order; - for nobody.
func (s *story) people(ctx context.Context, args []string) error {
	c, err := s.h.Store.Case(ctx, Tenant, s.id(ctx, args[0]))
	if err != nil {
		return err
	}
	list := strings.Split(strings.Trim(args[1], "-"), ",")
	list = slices.DeleteFunc(list, func(a string) bool { return a == "" })
	if !slices.Equal(slices.Sorted(slices.Values(c.People)), slices.Sorted(slices.Values(list))) {
		return mismatch("people", c.People, list)
	}
	return nil
}

// holds checks what must always hold: the counts are those of the messages, every id leads to its message, agents hold what their counters say.
func (s *story) holds(ctx context.Context, _ []string) error {
	_, err := s.h.Shape(ctx, Threads)
	return err
}

// counts 1 in=2 out=1: case 1 counts so many mails that came in and went out, those of its parts included.
func (s *story) counts(ctx context.Context, args []string) error {
	c, err := s.h.Store.Case(ctx, Tenant, s.id(ctx, args[0]))
	if err != nil {
		return err
	}
	if got, want := fmt.Sprintf("in=%d out=%d", c.In, c.Out), strings.Join(args[1:], " "); got != want {
		return mismatch("counts", got, want)
	}
	return nil
}

// burst first.eml 25 [settings of mail]: the mail comes that often, each time with another Message-ID, "<1." put before it, "<2." ...
func (s *story) burst(ctx context.Context, args []string) error {
	n, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	for i := range n {
		if err := s.oneOf(ctx, append([]string{strconv.Itoa(i + 1)}, slices.Delete(slices.Clone(args), 1, 2)...)); err != nil {
			return err
		}
	}
	return nil
}

// oneOf delivers one mail of a burst: one-of 7 first.eml [settings of mail].
func (s *story) oneOf(ctx context.Context, args []string) error {
	name := args[1]
	kept := s.files[name]
	defer func() { s.files[name] = kept }()
	s.files[name] = strings.ReplaceAll(kept, "Message-ID: <", fmt.Sprintf("Message-ID: <%s.", args[0]))
	return s.mail(ctx, args[1:])
}
