package boot

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"guichet/shared/guichet"
)

func get(path, query string) events.APIGatewayV2HTTPRequest {
	var e events.APIGatewayV2HTTPRequest
	e.RawPath, e.RawQueryString = path, query
	e.RequestContext.HTTP.Method, e.RequestContext.Stage, e.RequestContext.DomainName = "GET", "$default", "a.example"
	return e
}

// asked returns what a handler sees of an event.
func asked(t *testing.T, e events.APIGatewayV2HTTPRequest) (r *http.Request, body string) {
	t.Helper()
	_, err := HTTP(http.HandlerFunc(func(_ http.ResponseWriter, in *http.Request) {
		b, _ := io.ReadAll(in.Body)
		r, body = in, string(b)
	}))(t.Context(), e)
	if err != nil || r == nil {
		t.Fatalf("the handler was not called: %v", err)
	}
	return r, body
}

func TestRequests(t *testing.T) {
	for _, c := range []struct {
		name            string
		e               events.APIGatewayV2HTTPRequest
		path, raw, want string
	}{
		{"plain", get("/dfo/3.0/contacts", "a=1&b=x%20y"), "/dfo/3.0/contacts", "a=1&b=x%20y", ""},
		{"an escaped slash stays one segment", get("/cases/a%2Fb", ""), "/cases/a/b", "", "/cases/a%2Fb"},
		{"a path that was decoded on its way", get("/cases/50%", ""), "/cases/50%", "", ""},
		{"no path", get("", ""), "/", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, _ := asked(t, c.e)
			if r.URL.Path != c.path || r.URL.RawQuery != c.raw || c.want != "" && r.URL.EscapedPath() != c.want {
				t.Errorf("path %q, query %q, escaped %q", r.URL.Path, r.URL.RawQuery, r.URL.EscapedPath())
			}
		})
	}
	t.Run("a named stage is not part of the path", func(t *testing.T) {
		e := get("/prod/dfo", "")
		e.RequestContext.Stage = "prod"
		if r, _ := asked(t, e); r.URL.Path != "/dfo" {
			t.Errorf("path %q", r.URL.Path)
		}
		e.RawPath = "/production"
		if r, _ := asked(t, e); r.URL.Path != "/production" {
			t.Errorf("path %q", r.URL.Path)
		}
	})
	t.Run("a body in base64 is the bytes that were sent", func(t *testing.T) {
		e := get("/", "")
		e.Body, e.IsBase64Encoded = base64.StdEncoding.EncodeToString([]byte("\x00\xff{")), true
		if _, body := asked(t, e); body != "\x00\xff{" {
			t.Errorf("body %q", body)
		}
	})
	t.Run("headers, cookies, host and address", func(t *testing.T) {
		var e events.APIGatewayV2HTTPRequest
		if err := json.Unmarshal([]byte(sample(t, "inbox")), &e); err != nil {
			t.Fatal(err)
		}
		e.Headers["if-none-match"] = `"a", "b"`
		r, _ := asked(t, e)
		lang, _ := r.Cookie("lang")
		theme, _ := r.Cookie("theme")
		if lang.Value != "fr" || theme.Value != "dark" || r.Header.Get("If-None-Match") != `"a", "b"` || r.Host != "a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com" || r.RemoteAddr != "198.51.100.4:0" {
			t.Errorf("cookies %v %v, header %v, host %q, from %q", lang, theme, r.Header, r.Host, r.RemoteAddr)
		}
		if tn, a, err := Who(r); tn != "demo" || a != "ana" || err != nil {
			t.Errorf("who: %q %q %v", tn, a, err)
		}
	})
}

func TestNobodyIsSignedIn(t *testing.T) {
	jwt := func(claims map[string]string) *events.APIGatewayV2HTTPRequestContextAuthorizerDescription {
		return &events.APIGatewayV2HTTPRequestContextAuthorizerDescription{JWT: &events.APIGatewayV2HTTPRequestContextAuthorizerJWTDescription{Claims: claims}}
	}
	for name, a := range map[string]*events.APIGatewayV2HTTPRequestContextAuthorizerDescription{
		"no authorizer": nil, "an authorizer of another kind": {}, "no agent": jwt(map[string]string{"custom:tenant": "demo"}),
		"no tenant": jwt(map[string]string{"custom:agent": "ana"}), "a tenant that can't be": jwt(map[string]string{"custom:agent": "ana", "custom:tenant": "a#b"}),
	} {
		t.Run(name, func(t *testing.T) {
			e := get("/", "")
			e.Headers = map[string]string{"custom:tenant": "demo", "custom:agent": "ana", "authorization": "Bearer x"}
			e.RequestContext.Authorizer = a
			r, _ := asked(t, e)
			if _, _, err := Who(r); !guichet.Is(err, guichet.Denied) {
				t.Errorf("got %v, want denied", err)
			}
		})
	}
}

func TestAnswers(t *testing.T) {
	type want struct {
		status  int
		kind    string
		body    string
		encoded bool
	}
	png := "\x89PNG\r\n\x1a\n"
	for _, c := range []struct {
		name   string
		method string
		h      http.HandlerFunc
		want   want
	}{
		{"json", "GET", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			io.WriteString(w, `{"a":"<é>"}`)
		}, want{200, "application/json", `{"a":"<é>"}`, false}},
		{"nothing at all", "GET", func(http.ResponseWriter, *http.Request) {}, want{200, "", "", false}},
		{"a picture", "GET", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, png) }, want{200, "image/png", png, true}},
		{"text that is none", "GET", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/plain")
			io.WriteString(w, "\xff\xfe")
		}, want{200, "text/plain", "\xff\xfe", true}},
		{"compressed text", "GET", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.Header().Set("Content-Encoding", "gzip")
			io.WriteString(w, "looks like text")
		}, want{200, "text/html", "looks like text", true}},
		{"a head has no body", "HEAD", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			io.WriteString(w, "body")
		}, want{200, "text/html", "", false}},
		{"the first status counts", "GET", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusEarlyHints)
			w.WriteHeader(http.StatusNotFound)
			w.WriteHeader(http.StatusOK)
			w.Header().Set("Content-Type", "text/late")
		}, want{404, "", "", false}},
		{"a panic", "GET", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "half"); panic("x") }, want{500, "", "", false}},
		{"more than Lambda can return", "GET", func(w http.ResponseWriter, _ *http.Request) {
			w.Write(make([]byte, maxAnswer+1))
		}, want{500, "text/plain; charset=utf-8", "Internal Server Error\n", false}},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := get("/", "")
			e.RequestContext.HTTP.Method = c.method
			out, err := HTTP(c.h)(t.Context(), e)
			body := out.Body
			if out.IsBase64Encoded {
				b, derr := base64.StdEncoding.DecodeString(body)
				body = string(b)
				if derr != nil {
					t.Error(derr)
				}
			}
			if got := (want{out.StatusCode, out.Headers["content-type"], body, out.IsBase64Encoded}); got != c.want || err != nil {
				t.Errorf("got %+v, %v\nwant %+v", got, err, c.want)
			}
		})
	}
	t.Run("several values are joined, cookies are not", func(t *testing.T) {
		out, _ := HTTP(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["Vary"] = []string{"Accept", "Cookie"}
			http.SetCookie(w, &http.Cookie{Name: "a", Value: "1"})
			http.SetCookie(w, &http.Cookie{Name: "b", Value: "2"})
		}))(t.Context(), get("/", ""))
		if out.Headers["vary"] != "Accept, Cookie" || strings.Join(out.Cookies, "|") != "a=1|b=2" || out.Headers["set-cookie"] != "" {
			t.Errorf("headers %v, cookies %v", out.Headers, out.Cookies)
		}
	})
}

func TestRequestsThatAreNone(t *testing.T) {
	e := get("/", "")
	e.Body, e.IsBase64Encoded = "***", true
	out, err := HTTP(http.NotFoundHandler())(context.Background(), e)
	if err != nil || out.StatusCode != 400 {
		t.Errorf("got %d, %v; want 400", out.StatusCode, err)
	}
	e = get("/", "")
	e.RequestContext.HTTP.Method = "G ET"
	if out, _ := HTTP(http.NotFoundHandler())(context.Background(), e); out.StatusCode != 400 {
		t.Errorf("a method that is none: %d, want 400", out.StatusCode)
	}
}
