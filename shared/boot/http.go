package boot

import (
	"bytes"
	"context"
	"encoding/base64"
	"log/slog"
	"mime"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"
)

// maxAnswer is what Lambda returns to API Gateway at most: 6 MB as JSON. Base64 makes of 4 bytes 6, and JSON doubles a few.
const maxAnswer = 4 << 20

// HTTP returns the handler of an HTTP API, payload format 2.0, that serves h.
func HTTP(h http.Handler) func(context.Context, events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	return func(ctx context.Context, e events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		r, err := request(ctx, e)
		if err != nil {
			return plain(http.StatusBadRequest), nil
		}
		w := &answer{header: http.Header{}}
		serve(ctx, h, w, r)
		if w.body.Len() > maxAnswer {
			slog.ErrorContext(ctx, "answer too large for Lambda", "route", e.RouteKey, "bytes", w.body.Len())
			return plain(http.StatusInternalServerError), nil
		}
		return w.response(r.Method), nil
	}
}

// serve calls h; a panic is a 500 and a line in the log.
func serve(ctx context.Context, h http.Handler, w *answer, r *http.Request) {
	defer func() {
		if p := recover(); p != nil {
			slog.ErrorContext(ctx, "panic", "method", r.Method, "panic", p, "stack", string(debug.Stack()))
			*w = answer{header: http.Header{}, status: http.StatusInternalServerError}
		}
	}()
	h.ServeHTTP(w, r)
}

// plain is an answer of a status alone.
func plain(status int) events.APIGatewayV2HTTPResponse {
	return events.APIGatewayV2HTTPResponse{
		StatusCode: status, Headers: map[string]string{"content-type": "text/plain; charset=utf-8"}, Body: http.StatusText(status) + "\n",
	}
}

// request makes of an event what net/http would have made of the request.
//
// QUIRK: HTTP APIs hand over header names in lower case, several values joined by commas, cookies apart, and the stage before the
// path unless it is $default (2026-11).
func request(ctx context.Context, e events.APIGatewayV2HTTPRequest) (*http.Request, error) {
	body := []byte(e.Body)
	if e.IsBase64Encoded {
		var err error
		if body, err = base64.StdEncoding.DecodeString(e.Body); err != nil {
			return nil, err
		}
	}
	r, err := http.NewRequestWithContext(ctx, e.RequestContext.HTTP.Method, "/", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.URL = address(e)
	r.RequestURI = r.URL.RequestURI()
	for name, value := range e.Headers {
		r.Header.Set(name, value)
	}
	if len(e.Cookies) > 0 {
		r.Header.Set("Cookie", strings.Join(e.Cookies, "; "))
	}
	r.Host = e.RequestContext.DomainName
	if host := r.Header.Get("Host"); host != "" {
		r.Host = host
	}
	r.Header.Del("Host")
	if ip := e.RequestContext.HTTP.SourceIP; ip != "" {
		r.RemoteAddr = ip + ":0"
		if strings.Contains(ip, ":") {
			r.RemoteAddr = "[" + ip + "]:0"
		}
	}
	return withClaims(r, e), nil
}

// address is the path and query that were asked for. A path that was decoded on its way stands as it is.
func address(e events.APIGatewayV2HTTPRequest) *url.URL {
	path := e.RawPath
	if stage := e.RequestContext.Stage; stage != "" && stage != "$default" {
		if rest, ok := strings.CutPrefix(path, "/"+stage); ok && (rest == "" || rest[0] == '/') {
			path = rest
		}
	}
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	u := &url.URL{Path: path, RawQuery: e.RawQueryString}
	if decoded, err := url.PathUnescape(path); err == nil {
		u.Path, u.RawPath = decoded, path
	}
	return u
}

// answer is a http.ResponseWriter that keeps all until the end.
type answer struct {
	header http.Header
	sent   http.Header // as it was when the status was written
	status int
	body   bytes.Buffer
}

// Header returns the header, which counts as it is when the status is written.
func (w *answer) Header() http.Header { return w.header }

// WriteHeader fixes status and header; the first call counts. 1xx are for connections, which Lambda has none of.
func (w *answer) WriteHeader(status int) {
	if w.status == 0 && status >= 200 {
		w.status, w.sent = status, w.header.Clone()
	}
}

// Write keeps the bytes. It never fails.
func (w *answer) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(b)
}

func (w *answer) response(method string) events.APIGatewayV2HTTPResponse {
	w.WriteHeader(http.StatusOK)
	out := events.APIGatewayV2HTTPResponse{StatusCode: w.status, Headers: map[string]string{}}
	for name, values := range w.sent {
		if name == "Set-Cookie" { // the one header whose values may not be joined (RFC 9110 5.3)
			out.Cookies = values
			continue
		}
		out.Headers[strings.ToLower(name)] = strings.Join(values, ", ")
	}
	body := w.body.Bytes()
	if method == http.MethodHead || w.status == http.StatusNoContent || w.status == http.StatusNotModified {
		return out
	}
	kind := w.sent.Get("Content-Type")
	if kind == "" && len(body) > 0 {
		kind = http.DetectContentType(body)
		out.Headers["content-type"] = kind
	}
	if w.sent.Get("Content-Encoding") == "" && isText(kind) && utf8.Valid(body) {
		out.Body = string(body)
		return out
	}
	out.Body, out.IsBase64Encoded = base64.StdEncoding.EncodeToString(body), len(body) > 0
	return out
}

// isText reports whether a media type is safe to hand over as a JSON string.
func isText(kind string) bool {
	t, _, err := mime.ParseMediaType(kind)
	if err != nil {
		return kind == ""
	}
	return strings.HasPrefix(t, "text/") || strings.HasSuffix(t, "json") || strings.HasSuffix(t, "xml") || strings.HasSuffix(t, "javascript")
}
