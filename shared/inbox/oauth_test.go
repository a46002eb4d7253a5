//go:build outside

package inbox_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"

	"guichet/shared/guichet"
	"guichet/shared/inbox"
)

// pool is a user pool's sign-in pages, as far as the page needs them: it sends a code back at once, and gives tokens for it to who has the verifier
// (RFC 7636 4.6). Its tokens are the house's "acme/ana".
type pool struct {
	sync.Mutex
	challenge, verifierOf string
	given, left           int
}

func (p *pool) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.Lock()
	defer p.Unlock()
	switch r.URL.Path {
	case "/oauth2/authorize":
		q := r.URL.Query()
		if q.Get("code_challenge_method") != "S256" || q.Get("client_id") != "page" || q.Get("response_type") != "code" {
			http.Error(w, "bad request", 400)
			return
		}
		p.challenge = q.Get("code_challenge")
		http.Redirect(w, r, q.Get("redirect_uri")+"?"+url.Values{"code": {"c0de"}, "state": {q.Get("state")}}.Encode(), http.StatusFound)
	case "/oauth2/token":
		w.Header().Set("Access-Control-Allow-Origin", "*")
		sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
		code := r.FormValue("code") == "c0de" && base64.RawURLEncoding.EncodeToString(sum[:]) == p.challenge
		if r.Method != "POST" || !code && r.FormValue("refresh_token") != "again" {
			http.Error(w, `{"error":"invalid_grant"}`, 400)
			return
		}
		p.given++
		fmt.Fprintf(w, `{"id_token":"acme/ana","access_token":"x%d","refresh_token":"again","expires_in":3600,"token_type":"Bearer"}`, p.given)
	case "/logout":
		p.left++
		http.Redirect(w, r, r.FormValue("logout_uri"), http.StatusFound)
	}
}

func (p *pool) count() (given, left int) {
	p.Lock()
	defer p.Unlock()
	return p.given, p.left
}

// TestThePageSignsInAtAPool: no cookie at all, a bearer for each call, tickets for what the browser fetches by itself, a new token when the old
// one is refused.
func TestThePageSignsInAtAPool(t *testing.T) {
	p := &pool{}
	there := httptest.NewServer(p)
	defer there.Close()
	refused := 0
	h := newHouse(t, func(o *inbox.Options) {
		o.OAuth = inbox.OAuth{URL: there.URL, Client: "page"}
		o.Who = func(r *http.Request) (guichet.TenantID, guichet.AgentID, error) {
			if given, _ := p.count(); given == 1 && r.URL.Path == "/dfo/3.0/channels" && refused == 0 {
				refused++
				return "", "", nil
			}
			return who(r)
		}
	})
	must(t, h.desk.SetPresence(context.Background(), "acme", "ana", guichet.Available))
	id := h.mail("support@acme.example", richMail)
	here := httptest.NewServer(h.h)
	defer here.Close()
	b := openBrowser(t, here.URL+"/#/inbox/"+string(id.Case()))
	b.until(`!!document.querySelector("#sign-in")`)
	b.axe("the way to the pool")
	b.do(chromedp.Click("#sign-in"))
	b.until(`document.querySelector("#pane h2")?.textContent.includes("` + string(id.Case()) + `") && location.search === "" && document.cookie === ""`)
	b.click(".msg.inbound button", "Show as sent")
	b.until(`document.querySelector("iframe")?.src.includes("/page/t/")`)
	if shown, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](`fetch(document.querySelector("iframe").src).then(r => r.text()).then(s => s.includes("data:image/png"))`, chromedp.EvalAwaitPromise)); err != nil || !shown {
		t.Errorf("the mail's HTML did not come by its ticket: %v", err)
	}
	if given, _ := p.count(); given != 2 || refused != 1 {
		t.Errorf("tokens were given %d times, refused %d times: want 2 and 1", given, refused)
	}
	b.click("header button", "Ana")
	b.until(`!!document.querySelector("#sign-in")`)
	if _, left := p.count(); left != 1 {
		t.Errorf("left %d times, want 1", left)
	}
	for _, said := range b.complaints() {
		t.Errorf("the browser complains: %s", said)
	}
}
