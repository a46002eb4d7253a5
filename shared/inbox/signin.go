package inbox

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net"
	"net/http"
	"net/netip"
	"strings"

	"guichet/shared/guichet"
)

// cookieName of the development sign-in.
const cookieName = "guichet_session"

// loopback reports whether a request comes from this machine and was meant for it: a foreign name that leads here (DNS rebinding) is not.
func loopback(r *http.Request) bool {
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !from.Addr().Unmap().IsLoopback() {
		return false
	}
	host := r.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && ip.Unmap().IsLoopback()
}

// mac binds a text to its use and to this house: another one on the same machine does not take it.
func (h *door) mac(use, text string) string {
	m := hmac.New(sha256.New, h.d.Key)
	m.Write([]byte("inbox " + use + "\x00" + text))
	return hex.EncodeToString(m.Sum(nil)[:16])
}

// session reads the cookie of the development sign-in.
func (h *door) session(r *http.Request) (guichet.TenantID, guichet.AgentID, error) {
	k, err := r.Cookie(cookieName)
	if err != nil {
		return "", "", err
	}
	text, sum, _ := strings.Cut(k.Value, ".")
	if !hmac.Equal([]byte(sum), []byte(h.mac("session", text))) {
		return "", "", guichet.Errorf(guichet.Denied, "session")
	}
	b, err := base64.RawURLEncoding.DecodeString(text)
	t, a, _ := strings.Cut(string(b), "\x00")
	return guichet.TenantID(t), guichet.AgentID(a), err
}

// signInInfo tells the page what it can offer before anybody is signed in.
func (h *door) signInInfo(c *call) (any, error) {
	out := signInDTO{Enabled: h.o.SignIn, Language: c.lang, Agents: []agentChoice{}}
	if o := h.o.OAuth; o.URL != "" {
		out.Provider = &providerDTO{o.URL, o.Client}
	}
	if !h.o.SignIn {
		return out, nil
	}
	agents, more, err := h.d.Store.AgentPage(c.Context(), h.o.Tenant, maxPage, "")
	out.More = more != ""
	for _, a := range agents {
		out.Agents = append(out.Agents, agentChoice{ID: string(a.ID), Name: a.Name})
	}
	return out, err
}

// signIn sets the cookie for an agent of the demo tenant.
func (h *door) signIn(c *call) (any, error) {
	if !h.o.SignIn {
		return nil, guichet.Errorf(guichet.NotFound, "path")
	}
	var in struct {
		Agent guichet.AgentID `json:"agent"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	a, err := h.d.Store.Agent(c.Context(), h.o.Tenant, in.Agent)
	if guichet.Is(err, guichet.NotFound) {
		return nil, guichet.Wrongf("agent", "there is no agent %.40q: choose one of the list", in.Agent)
	}
	if err != nil {
		return nil, err
	}
	text := base64.RawURLEncoding.EncodeToString([]byte(string(h.o.Tenant) + "\x00" + string(a.ID)))
	h.setCookie(c, text+"."+h.mac("session", text), 30*24*3600)
	return nil, nil
}

func (h *door) signOut(c *call) (any, error) {
	h.setCookie(c, "", -1)
	return nil, nil
}

func (h *door) setCookie(c *call, value string, age int) {
	http.SetCookie(c.w, &http.Cookie{Name: cookieName, Value: value, Path: "/", MaxAge: age, HttpOnly: true, SameSite: http.SameSiteStrictMode})
}
