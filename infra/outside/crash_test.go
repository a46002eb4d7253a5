//go:build outside

package outside

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"guichet/shared/guichet"
	"guichet/shared/plan"
)

// wire stands between a function and the DynamoDB engine, and kills the function at the n-th request: before the engine has it, or after it has done it and
// before the function knows.
type wire struct {
	http.Handler
	mu     sync.Mutex
	n      int // requests to come until the end; 0: never
	before bool
	kill   func()
}

func newWire(t *testing.T, engine string) (*wire, string) {
	to, err := url.Parse(engine)
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{Handler: httputil.NewSingleHostReverseProxy(to)}
	s := httptest.NewServer(w)
	t.Cleanup(s.Close)
	return w, s.URL
}

func (w *wire) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	w.n--
	now, before, kill := w.n == 0, w.before, w.kill
	w.mu.Unlock()
	if now && before {
		kill()
		return
	}
	if now {
		w.Handler.ServeHTTP(httptest.NewRecorder(), r)
		kill()
		return
	}
	w.Handler.ServeHTTP(rw, r)
}

func (w *wire) arm(n int, before bool, kill func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.n, w.before, w.kill = n, before, kill
}

// TestAFunctionMayDieAtAnyRequest kills inbound and routing, with -9, before and after each of their requests to the table, one by one. The queue brings the
// message again, and in the end nothing is lost and nothing is there twice.
func TestAFunctionMayDieAtAnyRequest(t *testing.T) {
	h := newHouse(t)
	a, err := h.store.Agent(t.Context(), tenant, "ana")
	h.must(err)
	a.Limit = 1000
	h.must(h.store.SaveAgent(t.Context(), tenant, *a))
	cfg, err := h.store.FreshConfig(t.Context(), tenant)
	h.must(err)
	ch := *cfg.Channels["support"]
	ch.Burst = 1000 // bo writes as often as functions die
	h.must(h.store.SaveChannel(t.Context(), ch))
	w, via := newWire(t, h.dynoxide)
	cases := 0
	for _, name := range []string{"inbound", "routing"} {
		for _, before := range []bool{true, false} {
			deaths := 0
			for at := 1; ; at++ {
				cases++
				id := fmt.Sprintf("%s%v%d", name, before, at)
				h.mail(id, strings.NewReplacer("k1@", id+"@", "k0@", id+".0@").Replace(firstMail), clean)
				if name == "routing" {
					h.pump("inbound")
					h.relay()
				}
				w.arm(0, false, nil)
				f := h.run(name, "AWS_ENDPOINT_URL_DYNAMODB="+via)
				w.arm(at, before, f.Stop)
				given, _, died := h.feed(name, f)
				if given != 1 {
					t.Fatalf("%s got %d messages, want 1", name, given)
				}
				h.settle()
				if died == nil {
					break
				}
				deaths++
			}
			if deaths < 3 {
				t.Errorf("%s died at %d requests only (before: %v): it makes more than that", name, deaths, before)
			}
			t.Logf("%s, killed before: %v, at each of %d requests", name, before, deaths)
		}
	}
	want := h.history(guichet.NewCaseID(int64(1)))
	for n := 1; n <= cases; n++ {
		id := h.caseNumber(n)
		c := h.theCase(id)
		if c.Messages != 1 || c.Agent != "ana" || !slices.Equal(h.history(id), want) {
			t.Errorf("case %s has %d messages, is with %q, history %v; want 1, ana, %v", id, c.Messages, c.Agent, h.history(id), want)
		}
	}
	if a, err = h.store.Agent(t.Context(), tenant, "ana"); err != nil || a.Load != int64(cases) {
		t.Errorf("ana holds %d cases (%v), want %d", a.Load, err, cases)
	}
	for _, r := range plan.Rows {
		if url := h.parked[r.Name]; url != "" && h.waiting(url) != 0 {
			t.Errorf("%s has parked messages", r.Name)
		}
	}
}

// caseNumber returns the n-th case that there is: a number may be taken by a function that died, and never used (house.md 3).
func (h *house) caseNumber(n int) guichet.CaseID {
	h.Helper()
	list, _, err := h.store.OfContact(h.Context(), tenant, h.bo(), 1000, "")
	h.must(err)
	if n > len(list) {
		h.Fatalf("%d cases are there, want at least %d: a mail was lost", len(list), n)
	}
	return list[len(list)-n].ID
}

// bo is the id of the contact who writes.
func (h *house) bo() guichet.ContactID {
	c, err := h.store.Contact(h.Context(), tenant, "bo@customer.example")
	h.must(err)
	return c.ID
}

// TestAnAnswerWaitsWhileSESIsDown: what SES can't take now stays on its queue, the agent sees it waiting, and it goes out when SES is back.
func TestAnAnswerWaitsWhileSESIsDown(t *testing.T) {
	h := newHouse(t)
	id := guichet.NewCaseID(1)
	h.mail("first", firstMail, clean)
	h.settle()
	if status, _ := h.ask("POST", "/dfo/3.0/channels/support/outbound", `{"thread":{"idOnExternalPlatform":"`+string(id)+`"},"messageContent":{"type":"TEXT","payload":{"text":"Soon."}}}`); status != http.StatusCreated {
		t.Fatalf("the answer was not taken: %d", status)
	}
	h.relay()
	down := h.run("deliver", "AWS_ENDPOINT_URL_SESV2=http://127.0.0.1:1")
	for range 3 {
		if given, failed, err := h.feed("deliver", down); given != 1 || failed != 1 || err != nil {
			t.Fatalf("given %d, failed %d, %v; want 1, 1", given, failed, err)
		}
	}
	if m := h.message(id.Message(2)); m.Delivery != guichet.Queued || len(h.sent()) != 0 {
		t.Errorf("answer is %s, %d mails sent; want queued and none", m.Delivery, len(h.sent()))
	}
	h.settle()
	if m := h.message(id.Message(2)); m.Delivery != guichet.Accepted || len(h.sent()) != 1 {
		t.Errorf("answer is %s, %d mails sent; want accepted and one", m.Delivery, len(h.sent()))
	}
}
