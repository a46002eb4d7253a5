package inbox_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/shared/blob/folder"
	"guichet/shared/channel"
	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/inbox"
	"guichet/shared/ledger/sqlite"
	"guichet/shared/script/expr"
	"guichet/shared/store"
)

// house is the real desk on SQLite and a folder, with a clock that stands until it is moved.
type house struct {
	t     testing.TB
	desk  *desk.Desk
	log   *bytes.Buffer
	sends func(channel.Outgoing) (channel.Sent, error)

	mu  sync.Mutex
	now time.Time
	h   http.Handler
	fed int64
	db  *sqlite.DB
	dir string // of all that is kept
}

func (h *house) clock() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *house) pass(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

// Send makes the house its own world.
func (h *house) Send(_ context.Context, m channel.Outgoing) (channel.Sent, error) { return h.sends(m) }

// agents of both tenants, by their tokens: "acme/ana" is ana of acme.
func who(r *http.Request) (guichet.TenantID, guichet.AgentID, error) {
	t, a, _ := strings.Cut(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "), "/")
	return guichet.TenantID(t), guichet.AgentID(a), nil
}

func newHouse(t testing.TB, o ...func(*inbox.Options)) *house {
	t.Helper()
	h := &house{t: t, now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), log: &bytes.Buffer{}}
	h.sends = func(channel.Outgoing) (channel.Sent, error) { return channel.Sent{}, nil }
	dir := t.TempDir()
	db, err := sqlite.Open(filepath.Join(dir, "house.db"), h.clock)
	must(t, err)
	t.Cleanup(func() { db.Close() })
	blobs, err := folder.Open(filepath.Join(dir, "blobs"))
	must(t, err)
	h.db, h.dir = db, dir
	h.desk = &desk.Desk{Store: store.New(db, blobs, h.clock), Now: h.clock, Key: []byte("0123456789abcdef0123456789abcdef"), Lang: &expr.CEL{}}
	h.desk.Send = func(*guichet.Channel) channel.Sender { return h }
	opt := inbox.Options{Who: who, Log: slog.New(slog.NewJSONHandler(h.log, nil))}
	for _, f := range o {
		f(&opt)
	}
	h.h = inbox.New(h.desk, opt)
	h.seed("acme", "acme.example")
	h.seed("zeta", "zeta.example")
	return h
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// seed makes a tenant with two channels, two skills and agents: ana may do all, rob may read alone, sky may reply but not view skills, bob may work on
// billing alone, nil has a role without rights.
func (h *house) seed(t guichet.TenantID, domain string) {
	ctx, st := context.Background(), h.desk.Store
	must(h.t, st.SaveTenant(ctx, guichet.Tenant{ID: t, Name: "The " + string(t), Domains: []string{domain}, SLA: guichet.SLA{First: 4 * 3600, Resolution: 16 * 3600, Calendar: guichet.Calendar{AlwaysOn: true}}}))
	for _, id := range []guichet.ChannelID{"support", "billing"} {
		must(h.t, st.SaveChannel(ctx, guichet.Channel{Tenant: t, ID: id, Kind: "email", Name: string(id) + " desk", Address: string(id) + "@" + domain, Display: "The " + string(id), Outbound: true, Skill: guichet.SkillID(id), SpamTag: "junk"}))
		must(h.t, st.SaveSkill(ctx, t, guichet.Skill{ID: guichet.SkillID(id), Name: strings.ToUpper(string(id))}))
	}
	all := []guichet.Permission{guichet.CanRead, guichet.CanReply, guichet.CanViewSkills, guichet.CanAssign, guichet.CanNote, guichet.CanRelease, guichet.CanConfigure, guichet.CanCreateSkills, guichet.CanEditSkills, guichet.CanRate}
	for id, rights := range map[guichet.RoleID]map[guichet.ChannelID][]guichet.Permission{
		"all": {"*": all}, "reader": {"*": {guichet.CanRead}}, "noskills": {"*": {guichet.CanRead, guichet.CanReply}}, "billing": {"billing": all}, "nothing": {},
	} {
		must(h.t, st.SaveRole(ctx, t, guichet.Role{ID: id, Name: string(id), Rights: rights}))
	}
	for id, role := range map[guichet.AgentID]guichet.RoleID{"ana": "all", "rob": "reader", "sky": "noskills", "bob": "billing", "nil": "nothing"} {
		a := guichet.Agent{ID: id, Name: strings.ToUpper(string(id[:1])) + string(id[1:]), Role: role, Presence: guichet.Offline, Limit: 50, Skills: map[guichet.SkillID]int{"support": 1, "billing": 2}}
		must(h.t, st.SaveAgent(ctx, t, a))
	}
}

// mail delivers a mail to an address and returns the message that it became.
func (h *house) mail(to, raw string) guichet.MessageID {
	h.t.Helper()
	return h.deliver(to, raw, guichet.Verdicts{Spam: "PASS", Virus: "PASS", SPF: "PASS", DKIM: "PASS", DMARC: "PASS"})
}

func (h *house) deliver(to, raw string, v guichet.Verdicts) guichet.MessageID {
	h.t.Helper()
	h.pass(time.Second)
	raw = strings.ReplaceAll(raw, "\n", "\r\n")
	key := store.InKey("r" + h.clock().Format("150405.000"))
	must(h.t, h.desk.Store.Blobs.Put(context.Background(), key, strings.NewReader(raw), int64(len(raw))))
	out, err := h.desk.ReceiveMail(context.Background(), desk.Incoming{Raw: key, From: "bo@customer.example", Recipients: []string{to}, ReceivedAt: h.clock(), Receipt: key, Verdicts: v})
	must(h.t, err)
	h.work()
	return out[0].Message
}

// work carries every fact to the flow that waits for it, as the relay does.
func (h *house) work() {
	h.t.Helper()
	ctx := context.Background()
	for {
		list, err := h.db.Changes(ctx, h.fed, 100)
		must(h.t, err)
		if len(list) == 0 {
			return
		}
		for _, ch := range list {
			h.fed = ch.Seq
			facts, err := store.Facts(ch.Item)
			must(h.t, err)
			for _, f := range facts {
				h.react(ctx, f)
			}
		}
	}
}

func (h *house) react(ctx context.Context, f guichet.Fact) {
	h.t.Helper()
	switch f.Kind {
	case guichet.InteractionSuspected:
		must(h.t, h.desk.JudgeSpam(ctx, f))
	case guichet.CaseWaiting, guichet.AgentFreed, guichet.AgentPresence:
		must(h.t, h.desk.Route(ctx, f))
	case guichet.ReplyQueued, guichet.RelayAsked, guichet.AddressLifted:
		if err := h.desk.Deliver(ctx, f); err != nil && !guichet.Is(err, guichet.Temporary) {
			h.t.Fatal(err)
		}
	}
}

const firstMail = `From: Bo Brown <bo@customer.example>
To: support@acme.example
Subject: My shoes are wet
Message-ID: <first@customer.example>
Date: Mon, 2 Mar 2026 08:59:00 +0000

Hello, the shoes let water in.

On Sun, 1 Mar 2026 at 10:00, The support wrote:
> Your shoes are on their way.
`

// reply is what a call gave.
type reply struct {
	status int
	header http.Header
	body   string
}

// as calls the API as an agent ("acme/ana").
func (h *house) as(agent, method, path, body string, header ...string) reply {
	h.t.Helper()
	var in io.Reader
	if body != "" {
		in = strings.NewReader(body)
	}
	r := httptest.NewRequest(method, path, in)
	if agent != "" {
		r.Header.Set("Authorization", "Bearer "+agent)
	}
	return h.serve(r, header)
}

// request calls from an address under a name.
func (h *house) request(remote, host, method, path, body string, header ...string) reply {
	h.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.RemoteAddr, r.Host = remote, host
	return h.serve(r, header)
}

func (h *house) serve(r *http.Request, header []string) reply {
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.h.ServeHTTP(w, r)
	return reply{w.Code, w.Header(), w.Body.String()}
}

// want calls and decodes, and fails unless the status is the wanted one.
func (h *house) want(status int, agent, method, path, body string, header ...string) map[string]any {
	h.t.Helper()
	r := h.as(agent, method, path, body, header...)
	if r.status != status {
		h.t.Fatalf("%s %s as %s: got %d, want %d\n%s\n%s", method, path, agent, r.status, status, r.body, h.log)
	}
	out := map[string]any{}
	if strings.HasPrefix(r.body, "{") {
		must(h.t, json.Unmarshal([]byte(r.body), &out))
	}
	return out
}

// at walks into decoded JSON: names of objects, numbers of lists.
func at(v any, path ...any) any {
	for _, p := range path {
		switch x := v.(type) {
		case map[string]any:
			v = x[p.(string)]
		case []any:
			i, ok := p.(int)
			if !ok || i >= len(x) {
				return nil
			}
			v = x[i]
		default:
			return nil
		}
	}
	return v
}
