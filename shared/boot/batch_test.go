package boot

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"guichet/shared/guichet"
)

// byBody fails as the body says.
func byBody(seen *[]string) one {
	return func(_ context.Context, m events.SQSMessage) error {
		*seen = append(*seen, m.MessageId)
		switch m.Body {
		case "temporary":
			return guichet.Errorf(guichet.Temporary, "the world is not ready")
		case "poison":
			return guichet.Errorf(guichet.Poison, "never")
		case "panic":
			panic("a defect")
		case "unknown":
			return errors.New("who knows")
		}
		return nil
	}
}

func TestStandardQueueFailsOneByOne(t *testing.T) {
	for _, c := range []struct{ name, bodies, want string }{
		{"all is well", "ok ok ok", ""},
		{"one of three", "ok temporary ok", "b"},
		{"a panic is one message's failure", "panic ok ok", "a"},
		{"all fail", "poison unknown temporary", "a b c"},
		{"nothing to do", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var seen []string
			bodies := strings.Fields(c.bodies)
			if got := failed(t, each(byBody(&seen)), batch(bodies...)); got != c.want {
				t.Errorf("failed %q, want %q", got, c.want)
			}
			if len(seen) != len(bodies) {
				t.Errorf("tried %v of %v", seen, bodies)
			}
		})
	}
}

func TestFIFOQueueKeepsOrderWithinAGroup(t *testing.T) {
	const attempts = 8
	m := queued
	for _, c := range []struct {
		name       string
		in         []events.SQSMessage
		want, seen string
	}{
		{"all is well", []events.SQSMessage{m("a", "1", 1, "ok"), m("b", "1", 1, "ok")}, "", "a b"},
		{"the rest of the group comes again untried, other groups go on",
			[]events.SQSMessage{m("a", "1", 1, "temporary"), m("b", "1", 1, "ok"), m("c", "2", 1, "ok"), m("d", "1", 1, "ok")}, "a b d", "a c"},
		{"a group that failed holds up no later one", []events.SQSMessage{m("a", "1", 1, "ok"), m("b", "2", 1, "panic"), m("c", "1", 1, "ok"), m("d", "2", 1, "ok")}, "b d", "a b c"},
		{"poison holds up nobody", []events.SQSMessage{m("a", "1", 1, "poison"), m("b", "1", 1, "ok")}, "a", "a b"},
		{"what would be parked untried is tried", []events.SQSMessage{m("a", "1", 8, "temporary"), m("b", "1", 8, "ok"), m("c", "1", 7, "ok")}, "a c", "a b"},
		{"poison behind a failure frees nobody", []events.SQSMessage{m("a", "1", 8, "temporary"), m("b", "1", 8, "poison"), m("c", "1", 1, "ok")}, "a b c", "a b"},
		{"a tried one of those that fails holds up the next", []events.SQSMessage{m("a", "1", 8, "temporary"), m("b", "1", 9, "temporary"), m("c", "1", 1, "ok")}, "a b c", "a b"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var seen []string
			if got := failed(t, inOrder(attempts, byBody(&seen)), events.SQSEvent{Records: c.in}); got != c.want {
				t.Errorf("failed %q, want %q", got, c.want)
			}
			if got := strings.Join(seen, " "); got != c.seen {
				t.Errorf("tried %q, want %q", got, c.seen)
			}
		})
	}
}

func TestWithoutTimeLeftNothingIsBegun(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var seen []string
	out, err := each(byBody(&seen))(ctx, batch("ok", "ok"))
	if err != nil || len(out.BatchItemFailures) != 2 || len(seen) != 0 {
		t.Errorf("got %v, %v, tried %v; want both back, none tried", out, err, seen)
	}
}
