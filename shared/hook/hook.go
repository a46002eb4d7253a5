// Package hook is the door for requests that no agent makes: forms of websites, messages of channels that a middleware brings. Each is checked by what it carries itself; nobody is signed in.
package hook

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"html"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"

	"guichet/shared/desk"
	"guichet/shared/guichet"
)

// door is the handler of New.
type door struct {
	d   *desk.Desk
	log *slog.Logger
}

// New returns the door on the flows of d. Failures of the house go to log; nil: slog.Default().
func New(d *desk.Desk, log *slog.Logger) http.Handler {
	h := &door{d, log}
	if log == nil {
		h.log = slog.Default()
	}
	mux := http.NewServeMux()
	mux.HandleFunc("OPTIONS /forms/{id}", h.preflight)
	mux.HandleFunc("GET /forms/{id}", h.token)
	mux.HandleFunc("POST /forms/{id}", h.submit)
	mux.HandleFunc("POST /dfo/3.0/channels/{ch}/messages", h.takeMessage)
	mux.HandleFunc("PUT /dfo/3.0/channels/{ch}/messages/{id}/status", h.takeStatus)
	mux.HandleFunc("GET /chat/page.js", h.chatFile("page.js", "text/javascript; charset=utf-8"))
	mux.HandleFunc("GET /chat/page.css", h.chatFile("page.css", "text/css; charset=utf-8"))
	mux.HandleFunc("GET /chat/{tenant}/{ch}", h.chatPage)
	mux.HandleFunc("POST /chat/{tenant}/{ch}/visitors", h.chatVisitor)
	mux.HandleFunc("POST /chat/{tenant}/{ch}/messages", h.chatSay)
	mux.HandleFunc("GET /chat/{tenant}/{ch}/messages", h.chatSaid)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { h.fail(w, r, guichet.Errorf(guichet.NotFound, "path")) })
	return h.guard(mux)
}

// guard lets no panic out, and no answer be taken for what it is not.
func (h *door) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if p := recover(); p != nil {
				h.fail(w, r, guichet.Errorf(guichet.Other, "panic: %v\n%s", p, debug.Stack()))
			}
		}()
		head := w.Header()
		head.Set("X-Content-Type-Options", "nosniff")
		head.Set("Referrer-Policy", "no-referrer")
		head.Set("Cache-Control", "no-store")
		head.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; form-action 'none'; base-uri 'none'")
		if r.Body == nil {
			r.Body = http.NoBody
		}
		next.ServeHTTP(w, r)
	})
}

// form finds the form of a request, and asks whether its origin may send it. A request without an Origin comes from no page in a browser.
func (h *door) form(w http.ResponseWriter, r *http.Request) (*guichet.Form, error) {
	f, err := h.d.OpenForm(r.Context(), guichet.FormID(r.PathValue("id")))
	if err != nil {
		return nil, err
	}
	w.Header().Add("Vary", "Origin")
	origin := r.Header.Get("Origin")
	switch {
	case origin == "":
	case f.Allows(origin):
		w.Header().Set("Access-Control-Allow-Origin", origin)
	default:
		return nil, &guichet.Error{Kind: guichet.Denied, Field: "Origin", Text: "pages of this site may not send this form: add its origin to the form's settings"}
	}
	return f, nil
}

// preflight answers a browser that asks whether it may send (Fetch standard, CORS protocol).
func (h *door) preflight(w http.ResponseWriter, r *http.Request) {
	if _, err := h.form(w, r); err != nil {
		h.fail(w, r, err)
		return
	}
	w.Header().Set("Access-Control-Allow-Methods", "GET, POST")
	w.Header().Set("Access-Control-Allow-Headers", "Content-Type, Idempotency-Key")
	w.Header().Set("Access-Control-Max-Age", "600")
	w.WriteHeader(http.StatusNoContent)
}

// token gives a page what it needs to send the form: the signed time, and the name under which it is sent.
func (h *door) token(w http.ResponseWriter, r *http.Request) {
	f, err := h.form(w, r)
	if err != nil {
		h.fail(w, r, err)
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{"field": desk.TokenField, "token": h.d.FormToken(f.ID), "minSeconds": f.MinSeconds})
}

// taken is the answer to a form: 202, for the case waits for an agent.
type taken struct {
	Reference string `json:"reference"`
	Ticket    string `json:"ticket,omitempty"`
}

func (h *door) submit(w http.ResponseWriter, r *http.Request) {
	f, err := h.form(w, r)
	if err != nil {
		h.fail(w, r, err)
		return
	}
	in, err := read(w, r)
	if err != nil {
		h.fail(w, r, err)
		return
	}
	if k := r.Header.Get("Idempotency-Key"); k != "" {
		in.Key = k
	}
	in.IP = address(r)
	s, err := h.d.SubmitForm(r.Context(), f.ID, in)
	if err != nil {
		h.fail(w, r, err)
		return
	}
	switch {
	case !plainForm(r):
		writeJSON(w, http.StatusAccepted, taken{s.Reference, string(s.Case)})
	case f.Thanks != "":
		w.Header().Set("Location", f.Thanks)
		w.WriteHeader(http.StatusSeeOther)
	default:
		say := words(r)
		page(w, http.StatusAccepted, say.lang, say.thanks, say.number+" "+string(s.Case))
	}
}

// address is where the request came from, without port. IPv6 counts by the first 64 bits: whoever has one such net has all its addresses.
func address(r *http.Request) string {
	host := r.RemoteAddr
	if i := strings.LastIndexByte(host, ':'); i >= 0 {
		host = host[:i]
	}
	host = strings.Trim(host, "[]")
	if parts := strings.SplitN(host, ":", 5); len(parts) == 5 && !strings.Contains(strings.Join(parts[:4], ":"), "::") {
		return strings.Join(parts[:4], ":")
	}
	return host
}

// plainForm reports whether a browser waits for a page: a form without script.
func plainForm(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept"), "text/html") && !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json")
}

// failure is the shape of every error, as in the API.
type failure struct {
	Errors []failed `json:"errors"`
	UID    string   `json:"uid"`
}

type failed struct {
	Field      string            `json:"field,omitempty"`
	Message    string            `json:"message"`
	Parameters map[string]string `json:"parameters"`
	ErrorCode  string            `json:"errorCode"`
}

// unreadable is an error of the request as such.
type unreadable struct {
	status int
	code   string
	text   string
}

func (e *unreadable) Error() string { return e.text }

var kinds = map[guichet.Kind]struct {
	status int
	code   string
}{
	guichet.Invalid: {422, "invalid"}, guichet.Denied: {403, "denied"}, guichet.NotFound: {404, "not-found"}, guichet.TooLarge: {413, "too-large"},
	guichet.Exhausted: {429, "too-many"}, guichet.Temporary: {503, "temporary"}, guichet.Poison: {422, "unreadable"},
}

// fail answers with an error, and logs those of the house. What a visitor is told holds nothing of the house.
func (h *door) fail(w http.ResponseWriter, r *http.Request, err error) {
	var b [8]byte
	rand.Read(b[:])
	uid := hex.EncodeToString(b[:])
	item := failed{Parameters: map[string]string{}, ErrorCode: "internal", Message: "this failed here: try again, and tell us the number " + uid}
	status := http.StatusInternalServerError
	var u *unreadable
	var e *guichet.Error
	k, known := kinds[guichet.KindOf(err)]
	switch {
	case errors.As(err, &u):
		status, item.ErrorCode, item.Message = u.status, u.code, u.text
	case known && errors.As(err, &e):
		status, item.ErrorCode, item.Message, item.Field = k.status, k.code, e.Text, e.Field
		switch e.Kind {
		case guichet.NotFound:
			item.Message = "there is no such form here, or it takes nothing now"
		case guichet.Temporary:
			item.Message = "this cannot be taken just now: send it again in a moment; it is taken once"
		}
	}
	if status >= 500 {
		h.log.Error("hook failed", "uid", uid, "route", r.Pattern, "kind", guichet.KindOf(err).String(), "error", err.Error())
	}
	switch status {
	case http.StatusServiceUnavailable:
		w.Header().Set("Retry-After", "5")
	case http.StatusTooManyRequests:
		w.Header().Set("Retry-After", "3600")
	}
	if s := words(r); r.Method == http.MethodPost && plainForm(r) {
		page(w, status, s.lang, s.refused, item.Message+". "+s.back)
		return
	}
	writeJSON(w, status, failure{[]failed{item}, uid})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	b, _ := json.Marshal(v) // plain data: it encodes
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	w.WriteHeader(status)
	w.Write(b)
}

type said struct{ lang, thanks, number, refused, back string }

var languages = map[string]said{
	"en": {"en", "Thank you. We have your message.", "Its number is", "Your message was not taken", "Go back, and send it again."},
	"fr": {"fr", "Merci. Nous avons bien reçu votre message.", "Son numéro est le", "Votre message n’a pas été pris", "Revenez en arrière et renvoyez-le."},
}

// words picks the language of a page for a visitor.
func words(r *http.Request) said {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
		base, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		base, _, _ = strings.Cut(strings.ToLower(base), "-")
		if s, ok := languages[base]; ok {
			return s
		}
	}
	return languages["en"]
}

// page is what a browser shows that sent a form without script. Everything in it is text.
func page(w http.ResponseWriter, status int, lang, title, text string) {
	b := `<!doctype html><html lang="` + lang + `"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>` + html.EscapeString(title) + `</title><main><h1>` +
		html.EscapeString(title) + `</h1><p>` + html.EscapeString(text) + `</p></main>`
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	w.WriteHeader(status)
	w.Write([]byte(b))
}
