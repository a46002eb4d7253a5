package inbox

import (
	"bytes"
	"compress/gzip"
	"embed"
	"encoding/json"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"sync"

	"guichet/shared/guichet"
)

// files are the page: no build step, nothing from elsewhere.
//
//go:embed page
var files embed.FS

// Languages are those that the page and the badges speak.
var Languages = []string{"en", "fr"}

// asset is one file of the page.
type asset struct {
	body, zipped []byte
	typ, tag     string
	once         sync.Once
}

var assetTypes = map[string]string{
	".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".json": "application/json", ".svg": "image/svg+xml",
}

// pagePolicy: everything from here, nothing inline, framed by nobody.
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; frame-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// policy is pagePolicy, and the way to the tokens where agents sign in elsewhere.
func (h *door) policy() string {
	u, err := url.Parse(h.o.OAuth.URL)
	if err != nil || u.Host == "" {
		return pagePolicy
	}
	return strings.Replace(pagePolicy, "connect-src 'self'", "connect-src 'self' "+u.Scheme+"://"+u.Host, 1)
}

func readAssets(words map[string]map[string]string) map[string]*asset {
	out := map[string]*asset{}
	list, err := files.ReadDir("page")
	if err != nil {
		panic(err)
	}
	for _, e := range list {
		if path.Ext(e.Name()) == ".json" {
			continue
		}
		b, err := files.ReadFile("page/" + e.Name())
		if err != nil {
			panic(err)
		}
		if ext := path.Ext(e.Name()); ext == ".js" || ext == ".css" {
			b = bare(b)
		}
		out["/page/"+e.Name()] = &asset{body: b, typ: assetTypes[path.Ext(e.Name())], tag: `"` + hash(string(b)) + `"`}
	}
	for l, texts := range words {
		often, seldom := apart(texts)
		out["/page/"+l+".json"], out["/page/settings-"+l+".json"] = wordsAsset(often), wordsAsset(seldom)
	}
	out["/"] = out["/page/index.html"]
	return out
}

// bare leaves out lines that are comments alone: a tenth of what the page weighs. They become empty, so that every line keeps its number.
func bare(src []byte) []byte {
	lines, within := strings.Split(string(src), "\n"), false
	for i, l := range lines {
		l = strings.TrimSpace(l)
		begins, ends := strings.HasPrefix(l, "/*"), strings.HasSuffix(l, "*/")
		if within || strings.HasPrefix(l, "//") || begins && (ends || !strings.Contains(l, "*/")) {
			lines[i] = ""
			within = (within || begins) && !ends
		}
	}
	return []byte(strings.Join(lines, "\n"))
}

// gzip compresses once, when it is first asked for.
func (a *asset) gzip() []byte {
	a.once.Do(func() {
		var b bytes.Buffer
		z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
		z.Write(a.body)
		z.Close()
		a.zipped = b.Bytes()
	})
	return a.zipped
}

// page serves the page's files.
func (h *door) page(w http.ResponseWriter, r *http.Request) {
	a := h.assets[r.URL.Path]
	if a == nil || r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.fail(w, r, nil, guichet.Errorf(guichet.NotFound, "path"))
		return
	}
	head := w.Header()
	head.Set("Content-Type", a.typ)
	head.Set("Content-Security-Policy", h.policy())
	head.Set("Cross-Origin-Opener-Policy", "same-origin")
	head.Set("Cache-Control", "no-cache")
	head.Set("Vary", "Accept-Encoding")
	head.Set("ETag", a.tag)
	if strings.Contains(r.Header.Get("If-None-Match"), a.tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body := a.body
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		body = a.gzip()
		head.Set("Content-Encoding", "gzip")
	}
	head.Set("Content-Length", strconv.Itoa(len(body)))
	w.Write(body)
}

// readWords reads the texts of each language: flat, by key. Those of an area stand in a file of their own: en.json, and en-settings.json beside it.
func readWords() map[string]map[string]string {
	out := map[string]map[string]string{}
	for _, l := range Languages {
		out[l] = map[string]string{}
		names, err := fs.Glob(files, "page/"+l+"*.json")
		if err != nil || len(names) == 0 {
			panic("inbox: no texts in " + l)
		}
		for _, name := range names {
			readWordsOf(out[l], name)
		}
	}
	return out
}

// readWordsOf adds the texts of one file; a key stands in one file alone.
func readWordsOf(into map[string]string, name string) {
	b, err := files.ReadFile(name)
	if err != nil {
		panic(err)
	}
	m := map[string]string{}
	if err := json.Unmarshal(b, &m); err != nil {
		panic("inbox: " + name + ": " + err.Error())
	}
	for key, text := range m {
		if _, twice := into[key]; twice {
			panic("inbox: " + key + " stands twice, the second time in " + name)
		}
		into[key] = text
	}
}

// apart parts the texts of the settings, whose keys begin with "set.", from those that everybody needs.
func apart(texts map[string]string) (often, seldom map[string]string) {
	often, seldom = map[string]string{}, map[string]string{}
	for key, text := range texts {
		if strings.HasPrefix(key, "set.") {
			seldom[key] = text
		} else {
			often[key] = text
		}
	}
	return often, seldom
}

// wordsAsset is what the page fetches: texts of a language in one file.
func wordsAsset(texts map[string]string) *asset {
	b, err := json.Marshal(texts)
	if err != nil {
		panic(err)
	}
	return &asset{body: b, typ: assetTypes[".json"], tag: `"` + hash(string(b)) + `"`}
}

// word says key in a language; in English where it has none.
func (h *door) word(lang, key string) string {
	return orElse(h.words[lang][key], orElse(h.words["en"][key], key))
}
