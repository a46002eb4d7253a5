package inbox

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"

	"guichet/shared/guichet"
	"guichet/shared/store"
)

// call is one request of somebody who is signed in (me is nil where that is not asked).
type call struct {
	*http.Request
	w    http.ResponseWriter
	t    guichet.TenantID
	me   *guichet.Agent
	cfg  *store.Config
	role *guichet.Role
	lang string

	phrases map[string]*strings.Replacer // of what the house says, by language: see said.go
}

// action answers a call: a value becomes JSON, a file its bytes, nil becomes 204, same 304.
type action func(*call) (any, error)

// created is an answer with status 201.
type created struct{ body any }

// file is an answer that is not JSON.
type file struct {
	header map[string]string
	body   []byte
}

// elsewhere is an answer that another address has.
type elsewhere string

// same says that the client has this answer already.
type same struct{}

// guard stands before everything: no panic leaves, nobody but this machine reaches a development sign-in, and other sites change nothing.
func (h *door) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			switch p := recover(); p {
			case nil:
			case http.ErrAbortHandler:
				panic(p)
			default:
				h.fail(w, r, nil, guichet.Errorf(guichet.Other, "panic: %v\n%s", p, debug.Stack()))
			}
		}()
		head := w.Header()
		head.Set("X-Content-Type-Options", "nosniff")
		head.Set("Referrer-Policy", "no-referrer")
		head.Set("Cross-Origin-Resource-Policy", "same-origin")
		head.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		if h.o.SignIn && !loopback(r) {
			h.fail(w, r, nil, &wrong{status: http.StatusForbidden, code: "loopback", text: "this house has a development sign-in: open it as http://127.0.0.1 or http://localhost on its own machine"})
			return
		}
		if err := h.same.Check(r); err != nil {
			h.fail(w, r, nil, &wrong{status: http.StatusForbidden, code: "origin", text: "the request comes from another site: open the page of this house and try there"})
			return
		}
		next.ServeHTTP(w, r)
	})
}

// anybody runs an action without sign-in.
func (h *door) anybody(do action) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		h.run(&call{Request: r, w: w, lang: h.language(r), phrases: h.phrases}, do)
	}
}

// signedIn runs an action for an agent of a tenant.
func (h *door) signedIn(do action) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c := &call{Request: r, w: w, lang: h.language(r), phrases: h.phrases}
		if err := h.enter(c); err != nil {
			h.fail(w, r, c, err)
			return
		}
		h.run(c, do)
	}
}

// enter finds out who calls and what he may.
func (h *door) enter(c *call) error {
	t, id, err := h.who(c.Request)
	if err != nil || t == "" || id == "" {
		return &wrong{status: http.StatusUnauthorized, code: "sign-in", text: "nobody is signed in: sign in and try again"}
	}
	ctx := c.Context()
	c.t = t
	c.me, err = h.d.Store.Agent(ctx, t, id)
	if err == nil {
		c.cfg, err = h.d.Store.Config(ctx, t)
	}
	if guichet.Is(err, guichet.NotFound) {
		return &wrong{status: http.StatusForbidden, code: "no-agent", text: "you are signed in, but you are no agent here: ask your administrator"}
	}
	if err != nil {
		return err
	}
	c.role = c.cfg.Role(c.me)
	return nil
}

func (h *door) who(r *http.Request) (guichet.TenantID, guichet.AgentID, error) {
	if k, ok := r.Context().Value(holderKey{}).(holder); ok {
		return k.t, k.a, nil
	}
	if h.o.Who != nil {
		t, a, err := h.o.Who(r)
		if err == nil && t != "" && a != "" || !h.o.SignIn {
			return t, a, err
		}
	}
	if h.o.SignIn {
		return h.session(r)
	}
	return "", "", nil
}

func (h *door) run(c *call, do action) {
	if c.Body == nil {
		c.Body = http.NoBody
	}
	c.Body = http.MaxBytesReader(c.w, c.Body, bodyLimit(c.Request))
	v, err := do(c)
	if err != nil {
		h.fail(c.w, c.Request, c, err)
		return
	}
	status := http.StatusOK
	switch a := v.(type) {
	case nil:
		c.w.WriteHeader(http.StatusNoContent)
		return
	case same:
		c.w.WriteHeader(http.StatusNotModified)
		return
	case file:
		for k, s := range a.header {
			c.w.Header().Set(k, s)
		}
		c.w.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
		c.w.Write(a.body)
		return
	case elsewhere:
		c.w.Header().Set("Location", string(a))
		c.w.Header().Set("Cache-Control", "no-store")
		c.w.WriteHeader(http.StatusFound)
		return
	case created:
		v, status = a.body, http.StatusCreated
	}
	writeJSON(c.w, status, v)
}

// writeJSON encodes first, so that what cannot be encoded is a clean 500.
func writeJSON(w http.ResponseWriter, status int, v any) {
	var b bytes.Buffer
	if err := json.NewEncoder(&b).Encode(v); err != nil {
		panic(err)
	}
	head := w.Header()
	head.Set("Content-Type", "application/json; charset=utf-8")
	if head.Get("Cache-Control") == "" {
		head.Set("Cache-Control", "no-store")
	}
	head.Set("Content-Length", strconv.Itoa(b.Len()))
	w.WriteHeader(status)
	w.Write(b.Bytes())
}

// fail answers with an error, and logs those that are the house's own, once, with the uid that the answer carries.
func (h *door) fail(w http.ResponseWriter, r *http.Request, c *call, err error) {
	var b [8]byte
	rand.Read(b[:])
	uid := hex.EncodeToString(b[:])
	status, body := wireError(err, uid)
	if status >= 500 {
		log := h.log.With("uid", uid, "method", r.Method, "route", r.Pattern)
		if c != nil && c.me != nil {
			log = log.With("tenant", c.t, "agent", c.me.ID)
		}
		log.Error("request failed", "status", status, "error", err.Error())
	}
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "5")
	}
	if status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", challenge(r))
	}
	w.Header().Del("ETag")
	w.Header().Set("Cache-Control", "no-store")
	writeJSON(w, status, body)
}

// challenge says how one signs in (RFC 9110 11.6.1), and where a token was shown that it is none, or none any more (RFC 6750 3.1).
func challenge(r *http.Request) string {
	if r.Header.Get("Authorization") == "" {
		return `Bearer realm="guichet"`
	}
	return `Bearer realm="guichet", error="invalid_token", error_description="the token is unknown or has expired: sign in again"`
}

// maxBody bounds a request: an answer of 1 MB, each character escaped.
const maxBody = 4 << 20

// read decodes the request. Unknown fields are let be; a wrong type names its field.
func (c *call) read(into any) error {
	dec := json.NewDecoder(c.Body)
	err := dec.Decode(into)
	if err == nil && dec.More() {
		err = errors.New("more than one value")
	}
	var large *http.MaxBytesError
	var typ *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &large):
		return guichet.Errorf(guichet.TooLarge, "the request is larger than %d bytes", large.Limit)
	case errors.As(err, &typ) && typ.Field != "":
		return guichet.Wrongf(typ.Field, "%s is a %s; expected is %s", typ.Field, typ.Value, typeName(typ.Type.Kind().String()))
	case errors.As(err, &typ):
		return guichet.Wrongf("body", "the request body is a %s; expected is a JSON object", typ.Value)
	}
	var inv *guichet.Error
	if errors.As(err, &inv) {
		return inv
	}
	return &wrong{status: http.StatusBadRequest, code: "json", field: "body", text: "the request body is not JSON: send one JSON object"}
}

func typeName(kind string) string {
	switch {
	case strings.HasPrefix(kind, "int"), strings.HasPrefix(kind, "float"):
		return "a number"
	case kind == "bool":
		return "true or false"
	case kind == "slice":
		return "a list"
	case kind == "struct", kind == "map":
		return "an object"
	}
	return "a " + kind
}

// language picks English or French, by what the client asks for first.
func (h *door) language(r *http.Request) string {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
		tag, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		base, _, _ := strings.Cut(strings.ToLower(tag), "-")
		if h.words[base] != nil {
			return base
		}
	}
	if h.words[h.o.Lang] != nil {
		return h.o.Lang
	}
	return "en"
}

// fresh marks the answer with what it is made of; true if the client has it already.
func (c *call) fresh(made string) bool {
	tag := `"` + hash(c.lang+"|"+made) + `"`
	c.w.Header().Set("ETag", tag)
	c.w.Header().Set("Cache-Control", "private, no-cache")
	c.w.Header().Set("Vary", "Accept-Language, Cookie, Authorization")
	for known := range strings.SplitSeq(c.Header.Get("If-None-Match"), ",") {
		if strings.TrimPrefix(strings.TrimSpace(known), "W/") == tag {
			return true
		}
	}
	return false
}
