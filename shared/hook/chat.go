package hook

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"html"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"guichet/shared/desk"
	"guichet/shared/guichet"
)

// A chat on a page of the house's own: a document without data, its script and style, and the two calls that these make. Whoever has the token of a conversation
// writes and reads there; the page keeps it in its own tab.

//go:embed chat/page.js chat/page.css
var chatFiles embed.FS

// chatPolicy lets the page load its own script and style, and talk to where it came from; it stands in no other page.
const chatPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; frame-ancestors 'none'; form-action 'none'; base-uri 'none'"

// chatWords are the texts of the page.
var chatWords = map[string]map[string]string{
	"en": {"title": "Chat", "name": "Your name", "text": "Your message", "send": "Send", "you": "You", "us": "Us", "said": "Conversation", "empty": "Write to us: we answer here.", "lost": "This could not be sent. It is tried again.",
		"off": "The connection is lost. We go on as soon as it is back.", "again": "New conversation", "refused": "This was not taken: "},
	"fr": {"title": "Chat", "name": "Votre nom", "text": "Votre message", "send": "Envoyer", "you": "Vous", "us": "Nous", "said": "Conversation", "empty": "Écrivez-nous : nous répondons ici.", "lost": "L’envoi a échoué. Il est réessayé.",
		"off": "La connexion est perdue. Nous reprenons dès son retour.", "again": "Nouvelle conversation", "refused": "Ceci n’a pas été pris : "},
}

// chatPlace is whose chat a request is for.
func chatPlace(r *http.Request) (guichet.TenantID, guichet.ChannelID) {
	return guichet.TenantID(r.PathValue("tenant")), guichet.ChannelID(r.PathValue("ch"))
}

// chatPage gives the document.
func (h *door) chatPage(w http.ResponseWriter, r *http.Request) {
	t, id := chatPlace(r)
	ch, err := h.d.ChatPage(r.Context(), t, id)
	if err != nil {
		h.failChat(w, r, err)
		return
	}
	lang := words(r).lang
	if strings.HasPrefix(ch.Language, "fr") && r.Header.Get("Accept-Language") == "" {
		lang = "fr"
	}
	say := chatWords[lang]
	title := ch.Display
	if title == "" {
		title = say["title"]
	}
	texts, _ := json.Marshal(say) // plain data: it encodes
	e := html.EscapeString
	base := "/chat/" + string(t) + "/" + pathOf(id)
	doc := `<!doctype html><html lang="` + lang + `"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><title>` + e(title) + `</title>` +
		`<link rel="icon" href="data:,"><link rel="stylesheet" href="/chat/page.css"><script type="module" src="/chat/page.js"></script></head>` +
		`<body data-at="` + e(base) + `" data-words="` + e(string(texts)) + `"><main><h1>` + e(title) + `</h1><div id="log" role="log" aria-label="` + e(say["said"]) + `" tabindex="0"><ol id="said"></ol></div><p id="state" role="status">` + e(say["empty"]) + `</p>` +
		`<form id="write"><p><label for="name">` + e(say["name"]) + `</label><input id="name" maxlength="60" autocomplete="name"></p><p><label for="text">` + e(say["text"]) + `</label><textarea id="text" rows="3" maxlength="4000" required></textarea></p>` +
		`<p><button type="submit">` + e(say["send"]) + `</button> <button type="button" id="again" hidden>` + e(say["again"]) + `</button></p></form></main></body></html>`
	w.Header().Set("Content-Security-Policy", chatPolicy)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Vary", "Accept-Language")
	_, _ = w.Write([]byte(doc))
}

// pathOf writes an id of a channel into a path.
func pathOf(id guichet.ChannelID) string { return strings.ReplaceAll(string(id), "/", "%2F") }

// chatFile gives the script or the style of the page.
func (h *door) chatFile(name, kind string) http.HandlerFunc {
	b, err := chatFiles.ReadFile("chat/" + name)
	if err != nil {
		panic("hook: " + err.Error())
	}
	sum := sha256.Sum256(b)
	tag := `"` + hex.EncodeToString(sum[:8]) + `"`
	return func(w http.ResponseWriter, r *http.Request) {
		head := w.Header()
		head.Set("Content-Type", kind)
		head.Set("Cache-Control", "public, max-age=300")
		head.Set("ETag", tag)
		if r.Header.Get("If-None-Match") == tag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		head.Set("Content-Length", strconv.Itoa(len(b)))
		_, _ = w.Write(b)
	}
}

// chatVisitor begins a conversation.
func (h *door) chatVisitor(w http.ResponseWriter, r *http.Request) {
	t, id := chatPlace(r)
	token, err := h.d.NewVisitor(r.Context(), t, id)
	if err != nil {
		h.failChat(w, r, err)
		return
	}
	writeJSON(w, http.StatusCreated, map[string]string{"visitor": token})
}

// chatSay takes what a visitor wrote: 201, or 200 for what is there already.
func (h *door) chatSay(w http.ResponseWriter, r *http.Request) {
	body, err := h.wire(w, r)
	var in struct{ ID, Text, Name, Invitation string }
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); err == nil && kind != "application/json" { // no page of another site can send that unasked
		err = &unreadable{http.StatusUnsupportedMediaType, "media-type", "send application/json"}
	}
	if err == nil && json.Unmarshal(body, &in) != nil {
		err = guichet.Wrongf("body", "the body is one JSON object: id, text, name")
	}
	if err != nil {
		h.failChat(w, r, err)
		return
	}
	t, id := chatPlace(r)
	got, err := h.d.SayOnPage(r.Context(), t, id, desk.Saying{Visitor: bearer(r), ID: in.ID, Text: in.Text, Name: in.Name, Invited: in.Invitation, IP: address(r)})
	if err != nil {
		h.failChat(w, r, err)
		return
	}
	status := http.StatusCreated
	if got.Result == desk.Duplicate {
		status = http.StatusOK
	}
	writeJSON(w, status, map[string]string{"id": string(got.Message)})
}

// chatLine is a message on the page.
type chatLine struct {
	ID   string `json:"id"`
	Ours bool   `json:"ours"`
	Name string `json:"name"`
	Text string `json:"text"`
	At   string `json:"at"`
}

// chatSaid gives what was said; 304 to who has it all.
func (h *door) chatSaid(w http.ResponseWriter, r *http.Request) {
	t, id := chatPlace(r)
	lines, err := h.d.OnPage(r.Context(), t, id, bearer(r))
	if err != nil {
		h.failChat(w, r, err)
		return
	}
	out := make([]chatLine, 0, len(lines))
	sum := sha256.New()
	for _, l := range lines {
		one := chatLine{string(l.ID), l.Ours, l.Name, l.Text, l.At.UTC().Format(wireTime)}
		out = append(out, one)
		sum.Write([]byte(one.ID + one.At + "\n"))
	}
	tag := `"` + hex.EncodeToString(sum.Sum(nil)[:12]) + `"`
	w.Header().Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{"messages": out})
}
