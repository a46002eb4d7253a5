//go:build outside

package inbox_test

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/shared/guichet"
)

// issuer is a user pool that keeps the rules which Cognito keeps: codes are good once, for the client, address and verifier that they were asked with
// (RFC 6749 4.1.3, RFC 7636 4.6); ID tokens are signed (RFC 7519, RS256) and hold for an hour; refreshing gives no new refresh token.
type issuer struct {
	t      *testing.T
	key    *rsa.PrivateKey
	server *httptest.Server
	page   string // the one address that codes go to

	mu      sync.Mutex
	now     time.Time
	claims  map[string]string     // of whoever signs in next
	asked   map[string]url.Values // by code
	members map[string]map[string]string
	down    bool
	given   int // tokens
	asks    int // for tokens, whatever came of it
	left    int
}

func newIssuer(t *testing.T) *issuer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	must(t, err)
	p := &issuer{t: t, key: key, now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), asked: map[string]url.Values{}, members: map[string]map[string]string{}}
	p.server = httptest.NewServer(p)
	t.Cleanup(p.server.Close)
	return p
}

// with does something while nobody else does.
func (p *issuer) with(do func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	do()
}

func (p *issuer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch r.Method + " " + r.URL.Path {
	case "GET /oauth2/authorize":
		p.authorize(w, r)
	case "POST /oauth2/token":
		p.asks++
		w.Header().Set("Access-Control-Allow-Origin", strings.TrimSuffix(p.page, "/"))
		p.token(w, r)
	case "GET /logout":
		if r.FormValue("client_id") != "page" || r.FormValue("logout_uri") != p.page {
			http.Error(w, "invalid logout_uri", http.StatusBadRequest)
			return
		}
		p.left++
		http.Redirect(w, r, p.page, http.StatusFound)
	default:
		http.NotFound(w, r)
	}
}

func (p *issuer) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	scopes := strings.Fields(q.Get("scope"))
	if q.Get("response_type") != "code" || q.Get("client_id") != "page" || q.Get("redirect_uri") != p.page || q.Get("code_challenge_method") != "S256" ||
		len(q.Get("state")) < 16 || !slices.Contains(scopes, "openid") {
		http.Error(w, "invalid_request", http.StatusBadRequest)
		return
	}
	code := rand.Text()
	p.asked[code] = q
	http.Redirect(w, r, p.page+"?"+url.Values{"code": {code}, "state": {q.Get("state")}}.Encode(), http.StatusFound)
}

func (p *issuer) token(w http.ResponseWriter, r *http.Request) {
	if p.down {
		http.Error(w, "down", http.StatusServiceUnavailable)
		return
	}
	var claims map[string]string
	out := map[string]any{"token_type": "Bearer", "expires_in": 3600, "access_token": rand.Text()}
	switch r.FormValue("grant_type") {
	case "authorization_code":
		q, ok := p.asked[r.FormValue("code")]
		delete(p.asked, r.FormValue("code"))
		sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
		if ok && base64.RawURLEncoding.EncodeToString(sum[:]) == q.Get("code_challenge") && r.FormValue("redirect_uri") == p.page {
			claims = p.claims
			refresh := rand.Text()
			p.members[refresh] = claims
			out["refresh_token"] = refresh
		}
	case "refresh_token":
		claims = p.members[r.FormValue("refresh_token")]
	}
	if claims == nil || r.FormValue("client_id") != "page" {
		w.WriteHeader(http.StatusBadRequest)
		w.Write([]byte(`{"error":"invalid_grant"}`))
		return
	}
	p.given++
	out["id_token"] = p.sign(claims)
	w.Header().Set("Content-Type", "application/json")
	must(p.t, json.NewEncoder(w).Encode(out))
}

// sign makes an ID token of an hour. The caller holds mu.
func (p *issuer) sign(claims map[string]string) string {
	body := map[string]any{"iss": p.server.URL, "aud": "page", "token_use": "id", "iat": p.now.Unix(), "exp": p.now.Add(time.Hour).Unix(), "jti": rand.Text()}
	for k, v := range claims {
		body[k] = v
	}
	b, err := json.Marshal(body)
	must(p.t, err)
	text := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"RS256","kid":"1"}`)) + "." + base64.RawURLEncoding.EncodeToString(b)
	sum := sha256.Sum256([]byte(text))
	sig, err := rsa.SignPKCS1v15(rand.Reader, p.key, crypto.SHA256, sum[:])
	must(p.t, err)
	return text + "." + base64.RawURLEncoding.EncodeToString(sig)
}

// claimsOf reads a token as the authorizer of API Gateway does: signature, issuer, audience, time. The caller holds mu.
func (p *issuer) claimsOf(token string) (map[string]any, error) {
	text, sig, _ := cutLast(token, ".")
	_, body, _ := strings.Cut(text, ".")
	raw, err := base64.RawURLEncoding.DecodeString(sig)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(text))
	if err := rsa.VerifyPKCS1v15(&p.key.PublicKey, crypto.SHA256, sum[:], raw); err != nil {
		return nil, err
	}
	b, err := base64.RawURLEncoding.DecodeString(body)
	if err != nil {
		return nil, err
	}
	var c map[string]any
	if err := json.Unmarshal(b, &c); err != nil {
		return nil, err
	}
	if exp, _ := c["exp"].(float64); c["iss"] != p.server.URL || c["aud"] != "page" || p.now.Unix() >= int64(exp) {
		return nil, errors.New("not for here, or not any more")
	}
	return c, nil
}

func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

type claimsKey struct{}

// gateway is the HTTP API in front of the function, with the routes of infra/cdk/api.go: it answers by itself what it does not let through.
type gateway struct {
	*issuer
	next    http.Handler
	refused int // requests with a token that holds no more
}

func (g *gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := r.URL.Path
	switch {
	case r.Method == "GET" && (path == "/" || path == "/guichet/sign-in" || strings.HasPrefix(path, "/page/")):
		g.next.ServeHTTP(w, r)
		return
	case !strings.HasPrefix(path, "/dfo/3.0/") && !strings.HasPrefix(path, "/engager/") && !strings.HasPrefix(path, "/guichet/"):
		http.Error(w, `{"message":"Not Found"}`, http.StatusNotFound)
		return
	}
	token, has := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	g.mu.Lock()
	c, err := g.claimsOf(token)
	if err != nil && has {
		g.refused++
	}
	g.mu.Unlock()
	if err != nil {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusUnauthorized)
		w.Write([]byte(`{"message":"Unauthorized"}`))
		return
	}
	g.next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), claimsKey{}, c)))
}

// byClaims is who asks, as boot reads it from what the gateway found.
func byClaims(r *http.Request) (guichet.TenantID, guichet.AgentID, error) {
	c, _ := r.Context().Value(claimsKey{}).(map[string]any)
	t, _ := c["custom:tenant"].(string)
	a, _ := c["custom:agent"].(string)
	if t == "" || a == "" {
		return "", "", guichet.Errorf(guichet.Denied, "no agent of any tenant is signed in")
	}
	return guichet.TenantID(t), guichet.AgentID(a), nil
}
