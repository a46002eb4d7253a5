// Package inbox is the door for people: the API of the house, in the words of the Digital Engagement API where a case is a "contact",
// and the agents' page, which is a client of that API like any other. The wire's names stand in wire.go and nowhere else.
package inbox

import (
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"guichet/shared/desk"
	"guichet/shared/guichet"
)

// Options say who may come in. The zero Options let nobody in but show the page.
type Options struct {
	// Who says who is signed in. nil, or an error: nobody (401), unless SignIn knows better.
	Who func(*http.Request) (guichet.TenantID, guichet.AgentID, error)
	// SignIn offers the development sign-in, by which everybody who reaches this machine's loopback address may be any agent of Tenant.
	// Every request must then come from a loopback address to a loopback name.
	SignIn bool
	Tenant guichet.TenantID // whose agents the development sign-in lists
	OAuth  OAuth            // where agents sign in; the zero value: nowhere that the page knows
	// SentMail lists the mails that left into a folder instead of the world, newest first; nil: there is no such folder.
	SentMail func() ([]SentMail, error)
	Lang     string       // language of the page for browsers that ask for none that we have; empty: "en"
	Log      *slog.Logger // where failures of the house go; nil: slog.Default()
}

// OAuth is a user pool with sign-in pages of its own (Cognito): the page goes there for a code (with PKCE, RFC 7636), fetches its tokens
// and shows its ID token as the bearer of each call. Who must read what the gateway found in it.
type OAuth struct {
	URL    string // of the sign-in pages, without path: "https://guichet.auth.eu-west-3.amazoncognito.com"
	Client string // the page's client id
}

// SentMail is one mail of a folder that stands for the world. Raw may be cut after its first part.
type SentMail struct {
	ID  string
	At  time.Time
	Raw []byte
}

// door is the handler of New.
type door struct {
	d         *desk.Desk
	o         Options
	log       *slog.Logger
	mux       *http.ServeMux
	same      *http.CrossOriginProtection
	words     map[string]map[string]string // by language, by key
	phrases   map[string]*strings.Replacer // what the house said, in other languages: see said.go
	calendars sync.Map                     // *sla.Schedule by the text of its calendar
	assets    map[string]*asset
}

// New returns the API and the page on the flows of d.
func New(d *desk.Desk, o Options) http.Handler {
	h := &door{d: d, o: o, log: o.Log, mux: http.NewServeMux(), same: http.NewCrossOriginProtection(), words: readWords(), phrases: readSaid()}
	h.assets = readAssets(h.words)
	if h.log == nil {
		h.log = slog.Default()
	}
	for _, area := range h.areas() {
		for pattern, do := range area {
			h.mux.HandleFunc(pattern, h.signedIn(do))
		}
	}
	for pattern, do := range h.open() {
		h.mux.HandleFunc(pattern, h.anybody(do))
	}
	h.mux.HandleFunc("GET /page/t/{ticket}", h.byTicket)
	h.mux.HandleFunc("/", h.page)
	return h.guard(h.mux)
}

// areas are the routes that want somebody who is signed in.
func (h *door) areas() []map[string]action {
	return []map[string]action{
		h.routes(), h.settingsRoutes(), h.brandRoutes(), h.sendingRoutes(), h.routingRoutes(), h.scriptRoutes(), h.levelRoutes(), h.moreRoutes(), h.byocRoutes(),
	}
}

// open lists what needs no sign-in.
func (h *door) open() map[string]action {
	nothing := func(*call) (any, error) { return nil, guichet.Errorf(guichet.NotFound, "path") }
	return map[string]action{
		"GET /guichet/sign-in":    h.signInInfo,
		"POST /guichet/sign-in":   h.signIn,
		"DELETE /guichet/sign-in": h.signOut,
		"/dfo/":                   nothing,
		"/guichet/":               nothing,
		"/engager/":               nothing,
	}
}

// routes lists the API. Every path below /dfo/3.0 and /engager is the Digital Engagement API's; below /guichet is what it has no word for.
func (h *door) routes() map[string]action {
	const v = " /dfo/3.0"
	return map[string]action{
		"GET" + v + "/me":                               h.me,
		"GET" + v + "/users":                            h.users,
		"GET" + v + "/channels":                         h.channels,
		"GET" + v + "/routing-queues":                   h.queues,
		"GET" + v + "/tags":                             h.tags,
		"GET" + v + "/contacts":                         h.contacts,
		"GET" + v + "/contacts/{n}":                     h.contact,
		"GET" + v + "/contacts/{n}/detail":              h.detail,
		"GET" + v + "/contacts/{n}/messages":            h.messages,
		"GET" + v + "/contacts/{n}/history":             h.history,
		"PUT" + v + "/contacts/{n}/status":              h.setStatus,
		"PUT" + v + "/contacts/{n}/inbox-assignment":    h.assign,
		"DELETE" + v + "/contacts/{n}/inbox-assignment": h.unassign,
		"PUT" + v + "/contacts/{n}/routing-queue":       h.transfer,
		"POST" + v + "/contacts/{n}/notes":              h.note,
		"PUT" + v + "/contacts/{n}/tags/{tag}":          h.tag,
		"DELETE" + v + "/contacts/{n}/tags/{tag}":       h.untag,
		"POST" + v + "/channels/{ch}/outbound":          h.outbound,
		"POST" + v + "/attachments/temporary":           h.upload,
		"GET" + v + "/attachments/temporary/{id}":       h.kept,
		"GET" + v + "/messages/{id}":                    h.message,
		"GET" + v + "/messages/{id}/why":                h.why,
		"GET" + v + "/messages/{id}/raw":                h.raw,
		"GET" + v + "/messages/{id}/html":               h.html,
		"GET" + v + "/messages/{id}/attachments/{i}":    h.attachment,
		"PUT" + v + "/messages/{id}/tags/{tag}":         h.tagMessage,
		"DELETE" + v + "/messages/{id}/tags/{tag}":      h.untagMessage,
		"PUT /engager/2.0/users/{id}/status":            h.presence,
		"POST /guichet/contacts/{n}/merge":              h.merge,
		"POST /guichet/contacts/{n}/unmerge":            h.unmerge,
		"POST /guichet/messages/{id}/split":             h.split,
		"GET /guichet/messages/{id}/replay":             h.replay,
		"PUT /guichet/messages/{id}/spam":               h.spam,
		"DELETE /guichet/messages/{id}/spam":            h.noSpam,
		"GET /guichet/quarantine":                       h.quarantine,
		"POST /guichet/quarantine/{id}/release":         h.release,
		"GET /guichet/ticket":                           h.ticket,
		"GET /guichet/sent":                             h.sent,
	}
}
