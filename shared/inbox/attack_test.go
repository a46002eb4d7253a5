//go:build outside

package inbox_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/debugger"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"guichet/shared/guichet"
)

// attack is one input of the open corpus of HTML, which lies beside the project and is no part of it.
type attack struct{ ID, File, Kind string }

func attacks(t *testing.T) (list []attack) {
	t.Helper()
	sets, err := filepath.Glob("../../../shared/corpora/sanitise/*/sanitise.json")
	must(t, err)
	for _, set := range sets {
		b, err := os.ReadFile(set)
		must(t, err)
		var c struct{ Cases []attack }
		must(t, json.Unmarshal(b, &c))
		for _, a := range c.Cases {
			b, err := os.ReadFile(filepath.Join(filepath.Dir(set), a.File))
			must(t, err)
			list = append(list, attack{a.ID, string(b), a.Kind})
		}
	}
	if len(list) == 0 {
		t.Skip("no corpus at ../shared/corpora/sanitise")
	}
	return append(append(list, ownAttacks(t)...), sure...)
}

// ownAttacks are the project's own, of which the rules of HTML must leave nothing that is not of their lists.
func ownAttacks(t *testing.T) (list []attack) {
	t.Helper()
	b, err := os.ReadFile("../mail/testdata/attacks.txt")
	must(t, err)
	for i, line := range strings.Split(strings.TrimSpace(string(b)), "\n")[1:] {
		s := regexp.MustCompile(`\\x[0-9a-f]{2}`).ReplaceAllStringFunc(line, func(s string) string {
			n, _ := strconv.ParseUint(s[2:], 16, 8)
			return string([]byte{byte(n)})
		})
		list = append(list, attack{"own " + strconv.Itoa(i), s + "<p>and a text</p>", "own"})
	}
	return list
}

// sure are inputs that surely do something in every browser: ID is what they call, or the first name of the host that they ask.
var sure = []attack{
	{"alert", "<p>a</p><script>alert(1)</script>", "sure"},
	{"confirm", "<img src=x onerror=confirm(1)>", "sure"},
	{"prompt", "<a href='jav&#x09;ascript:prompt(1)'>b</a>", "sure"},
	{"print", "<p onclick=print()>c</p>", "sure"},
	{"fetch", "<svg onload=\"fetch('http://nobody.example')\"><circle r=9></svg>", "sure"},
	{"write", "<iframe srcdoc=\"<script>parent.document.write(1)</script>\"></iframe>d", "sure"},
	{"picture", "<img src='http://picture.example/a.png'>", "sure"},
	{"styled", "<div style='background:url(http://styled.example/a.png)'>e</div>", "sure"},
	{"sheet", "<link rel=stylesheet href='http://sheet.example/a.css'>f", "sure"},
	{"imported", "<style>@import 'http://imported.example/a.css';</style>g", "sure"},
	{"source", "<picture><source srcset='http://source.example/a.png'><img src=''></picture>", "sure"},
	{"video", "<video poster='http://video.example/a.png'></video>", "sure"},
	{"framed", "<iframe src='http://framed.example/'></iframe>", "sure"},
	{"refresh", "<meta http-equiv=refresh content='0;url=http://refresh.example/'>h", "sure"},
	{"posted", "<form action='http://posted.example/'><button>i</button></form>", "sure"},
}

// web is the whole world of a browser: the browser's every request, to whatever host, comes here. What was meant for another host is noted and refused.
type web struct {
	http.Handler
	own     string
	mu      sync.Mutex
	foreign []string
	pages   map[string]string // by path, without any policy
}

func (g *web) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodConnect || r.Host != g.own {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.foreign = append(g.foreign, r.Method+" "+r.Host+" "+r.URL.Path)
		http.Error(w, "not in this world", http.StatusBadGateway)
		return
	}
	r.URL.Scheme, r.URL.Host = "", ""
	g.mu.Lock()
	body, ok := g.pages[r.URL.Path]
	g.mu.Unlock()
	if !ok {
		g.Handler.ServeHTTP(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprint(w, body)
}

// taken returns the requests to other hosts since it was last asked. QUIRK: Chromium itself asks its maker's hosts for this and that (2026-11).
func (g *web) taken() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	out := slices.DeleteFunc(g.foreign, func(s string) bool {
		return strings.Contains(s, " last.example ") || strings.Contains(s, ".google.com") || strings.Contains(s, ".googleapis.com") || strings.Contains(s, ".gvt1.com")
	})
	g.foreign = nil
	return out
}

// frames puts pages beside each other into one that counts those which have loaded.
func (g *web) frames(name, sandbox string, urls []string) string {
	var b strings.Builder
	b.WriteString("<!doctype html><script>loaded = 0; ran = []</script>")
	for _, u := range urls {
		fmt.Fprintf(&b, `<iframe %s width=300 height=200 onload="loaded++" referrerpolicy=no-referrer src="%s"></iframe>`, sandbox, u)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.pages["/attacks/"+name] = b.String()
	return "http://" + g.own + "/attacks/" + name
}

// hook notes what a mail's script would call, in every frame before anything else runs.
const hook = `(() => {
	const note = (what) => { try { top.ran.push(location.pathname + " " + what) } catch {} };
	for (const k of ["alert", "confirm", "prompt", "print", "open", "eval", "fetch", "WebSocket", "EventSource", "Worker"]) window[k] = function () { note(k) };
	for (const k of ["write", "writeln"]) Document.prototype[k] = function () { note(k) };
	XMLHttpRequest.prototype.open = function () { note("XMLHttpRequest") };
	Navigator.prototype.sendBeacon = function () { note("sendBeacon") };
	Object.defineProperty(Document.prototype, "cookie", { get() { note("cookie read"); return "" }, set() { note("cookie written") } });
})()
//# sourceURL=guichet-hook.js`

// poke does to every element of every frame what a reader might: point, focus, press, scroll. Links that lead out are not followed.
const poke = `(() => {
	let n = 0;
	for (const f of document.querySelectorAll("iframe")) {
		let doc; try { doc = f.contentDocument } catch { continue }
		if (!doc) continue;
		doc.addEventListener("click", (e) => { const a = e.target.closest?.("a,area"); if (a && ["http:", "https:", "mailto:", "tel:", "ftp:"].includes(a.protocol)) e.preventDefault() }, true);
		for (const el of doc.querySelectorAll("*")) {
			n++;
			for (const t of ["mouseover", "mouseenter", "mousemove", "mousedown", "mouseup", "focus", "blur", "keydown", "load", "error", "toggle", "scroll", "animationstart", "begin", "input", "change", "pointerover", "wheel"])
				el.dispatchEvent(new Event(t, { bubbles: false }));
			try { el.click?.() } catch {}
		}
	}
	return new Promise((done) => { // what a frame asked for before is on its way when this is refused
		const last = new Image();
		last.onerror = () => setTimeout(() => done(n), 200);
		last.src = "http://last.example/" + Math.random();
	});
})()
//# sourceURL=guichet-poke.js`

// scripts notes each script that the browser compiled, by the address of its page: whatever an attack is made of, nothing runs before that.
type scripts struct {
	mu   sync.Mutex
	seen map[string]int
}

func (s *scripts) watch(b *browser) {
	must(b, chromedp.Listen(b.ctx, func(e any) {
		if p, ok := e.(*debugger.EventScriptParsed); ok && !strings.HasPrefix(p.URL, "guichet-") {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.seen[p.URL]++
		}
	}))
	_, err := chromedp.Call(b.ctx, debugger.Enable, debugger.EnableParams{})
	must(b, err)
}

// taken returns the addresses whose scripts were compiled since it was last asked, but for that of the frames' own page.
func (s *scripts) taken(but string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.seen, but)
	out := slices.Sorted(maps.Keys(s.seen))
	s.seen = map[string]int{}
	return out
}

// arena is a house that has every input of the corpus as a mail, and a browser that knows no other world.
type arena struct {
	*web
	b       *browser
	scripts *scripts
	list    []attack
	ids     []guichet.MessageID
}

func newArena(t *testing.T) (*arena, *house) {
	a := &arena{web: &web{pages: map[string]string{"/favicon.ico": ""}}, scripts: &scripts{seen: map[string]int{}}, list: attacks(t)}
	h := newHouse(t)
	a.Handler = h.h
	srv := httptest.NewServer(a)
	t.Cleanup(srv.Close)
	a.own = strings.TrimPrefix(srv.URL, "http://")
	for i, x := range a.list {
		a.ids = append(a.ids, h.mail("support@acme.example", fmt.Sprintf("From: Eve <eve%d@customer.example>\nSubject: %d\nMessage-ID: <%d@attack>\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n"+
			"Content-Transfer-Encoding: base64\n\n%s\n", i, i, i, base64.StdEncoding.EncodeToString([]byte(x.File)))))
	}
	a.b = openBrowser(t, "about:blank", chromedp.Flag("proxy-server", srv.URL), chromedp.Flag("proxy-bypass-list", "<-loopback>"),
		chromedp.Flag("disable-features", "Translate,IsolateSandboxedIframes,OptimizationHints,MediaRouter"), chromedp.Flag("disable-component-update", true))
	_, err := chromedp.Call(a.b.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: hook})
	must(t, err)
	a.scripts.watch(a.b)
	return a, h
}

// show opens all frames in one page, pokes at them, and returns what ran, what was compiled and what was asked of other hosts meanwhile.
func (a *arena) show(t *testing.T, name, sandbox string, urls []string) (ran, compiled, foreign []string) {
	t.Helper()
	a.taken()
	at := a.frames(name, sandbox, urls)
	a.b.do(chromedp.Navigate(at))
	_, err := chromedp.Run(a.b.ctx, chromedp.Evaluate[any](fmt.Sprintf("new Promise((done) => { const look = () => loaded >= %d ? done(1) : setTimeout(look, 20); look() })\n//# sourceURL=guichet-look.js", len(urls)), chromedp.EvalAwaitPromise))
	must(t, err)
	n, err := chromedp.Run(a.b.ctx, chromedp.Evaluate[int](poke, chromedp.EvalAwaitPromise))
	must(t, err)
	for _, r := range a.b.value("[...new Set(ran)]\n//# sourceURL=guichet-look.js").([]any) {
		ran = append(ran, r.(string))
	}
	if here := a.b.value("location.href\n//# sourceURL=guichet-look.js"); here != at {
		t.Errorf("%s: the page was led away to %v", name, here)
	}
	compiled, foreign = a.scripts.taken(at), a.taken()
	t.Logf("%s: %d frames, %d elements poked at, %d calls ran, %d pages had a script compiled, %d requests to other hosts, the browser said %d things", name, len(urls), n, len(ran), len(compiled), len(foreign), len(a.b.complaints()))
	return ran, compiled, foreign
}

// TestNoAttackRunsInABrowser shows every input of the open corpus as the page does, and, harsher, what the sanitiser left of it with no sandbox and no policy
// around it. That the same eyes see the raw inputs run is part of the test: a blind one would pass.
func TestNoAttackRunsInABrowser(t *testing.T) {
	a, h := newArena(t)
	var boxed, alone, raw []string
	for i, id := range a.ids {
		path := "/dfo/3.0/messages/" + string(id) + "/html"
		shown := h.as("acme/ana", "GET", path, "")
		switch shown.status {
		case 404:
			continue // nothing is left that looks like HTML: the page shows the text
		case 200:
		default:
			t.Fatalf("%s: %d %s", a.list[i].ID, shown.status, shown.body)
		}
		boxed = append(boxed, h.want(200, "acme/ana", "GET", "/guichet/ticket?path="+path, "")["url"].(string))
		n := strconv.Itoa(i)
		a.pages["/attacks/alone/"+n], a.pages["/attacks/raw/"+n] = shown.body, a.list[i].File
		alone, raw = append(alone, "/attacks/alone/"+n), append(raw, "/attacks/raw/"+n)
	}
	if len(boxed) < len(a.list)*9/10 {
		t.Errorf("%d of %d inputs are shown as HTML", len(boxed), len(a.list))
	}
	for name, urls := range map[string][]string{"boxed": boxed, "alone": alone} {
		box := ""
		if name == "boxed" {
			box = `sandbox="allow-popups allow-popups-to-escape-sandbox"` // as page/message.js
		}
		ran, compiled, foreign := a.show(t, name, box, urls)
		for what, list := range map[string][]string{"a script ran": ran, "a script was compiled": compiled, "a request left": foreign, "the browser complains": a.b.complaints()} {
			if len(list) > 0 {
				t.Errorf("%s: %s: %s", name, what, strings.Join(list, "\n"))
			}
		}
	}
	ran, compiled, foreign := a.show(t, "raw", `sandbox="allow-scripts allow-same-origin allow-forms"`, raw)
	if len(ran) < 5 || len(compiled) < 5 || len(foreign) < 10 {
		t.Errorf("of the raw inputs %d calls ran, %d had scripts, %d requests left: the test is blind", len(ran), len(compiled), len(foreign))
	}
	for i, x := range a.list {
		path, saw := "/attacks/raw/"+strconv.Itoa(i)+" ", strings.Join(append(ran, foreign...), "\n")
		if x.Kind == "sure" && !strings.Contains(saw, path+x.ID) && !strings.Contains(saw, x.ID+".example") {
			t.Errorf("the test is blind to %s: it saw\n%s", x.File, saw)
		}
	}
}
