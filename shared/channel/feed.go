package channel

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"guichet/shared/guichet"
)

// Feed reads calendars at addresses that somebody typed in. The zero Feed connects to public addresses alone, by TLS alone.
type Feed struct {
	Nearby  bool           // addresses of this machine and of its network too, and http: for one machine and for tests
	Timeout time.Duration  // of all of it; 0: 10 s
	Roots   *x509.CertPool // whose certificates are right; nil: the system's
}

// Bounds of a feed.
const (
	feedTimeout   = 10 * time.Second
	feedBytes     = 1 << 20
	feedRedirects = 3
	feedTag       = 200
	feedURL       = 1000
)

// CheckFeed returns the address of a feed as it is fetched; webcal: is https:. Errors are Invalid.
func (f Feed) CheckFeed(address string) (string, error) {
	address = strings.TrimSpace(address)
	if rest, ok := strings.CutPrefix(address, "webcal://"); ok {
		address = "https://" + rest
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || len(address) > feedURL {
		return "", guichet.Wrongf("url", "an address as https://calendars.example/holidays.ics, of at most %d characters", feedURL)
	}
	if err := f.allowed(u); err != nil {
		return "", guichet.Wrongf("url", "%s", Said(err))
	}
	u.Fragment = ""
	return u.String(), nil
}

// allowed looks at an address before it is asked, also where another one leads to it.
func (f Feed) allowed(u *url.URL) error {
	switch {
	case u.User != nil:
		return fail(guichet.Permanent, nil, "an address of a feed names no user and no password")
	case u.Scheme != "https" && (!f.Nearby || u.Scheme != "http"):
		return fail(guichet.Permanent, nil, "a feed is read by https alone")
	case !f.Nearby && u.Port() != "" && u.Port() != "443":
		return fail(guichet.Permanent, nil, "a feed is read at port 443 alone")
	}
	return nil
}

// Fetch reads a feed. Tag is the server's mark of what was read last; where that still stands, the answer is nil bytes and the same tag. Errors are
// Permanent or Temporary, and say to people what happened without a word of what was answered.
func (f Feed) Fetch(ctx context.Context, address, tag string) ([]byte, string, error) {
	ctx, cancel := context.WithTimeout(ctx, orElse(f.Timeout, feedTimeout))
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, "", fail(guichet.Permanent, err, "the address cannot be read")
	}
	if err := f.allowed(req.URL); err != nil {
		return nil, "", err
	}
	req.Header.Set("Accept", "text/calendar, */*;q=0.1")
	req.Header.Set("User-Agent", "guichet (calendar feed)")
	if tag != "" {
		req.Header.Set("If-None-Match", tag)
	}
	client := f.client()
	defer client.CloseIdleConnections()
	resp, err := client.Do(req)
	if err != nil {
		return nil, "", f.unreached(err)
	}
	defer resp.Body.Close()
	return heard(resp, tag)
}

// heard reads an answer.
func heard(resp *http.Response, tag string) ([]byte, string, error) {
	switch {
	case resp.StatusCode == http.StatusNotModified && tag != "":
		return nil, tag, nil
	case resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode >= 500:
		return nil, "", fail(guichet.Temporary, nil, fmt.Sprintf("the server of the feed answered %d", resp.StatusCode))
	case resp.StatusCode != http.StatusOK:
		return nil, "", fail(guichet.Permanent, nil, fmt.Sprintf("the server of the feed answered %d", resp.StatusCode))
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, feedBytes+1))
	switch {
	case err != nil:
		return nil, "", fail(guichet.Temporary, err, "the feed did not arrive whole")
	case len(data) > feedBytes:
		return nil, "", fail(guichet.Permanent, nil, fmt.Sprintf("the feed is larger than %d bytes", feedBytes))
	}
	if tag = resp.Header.Get("ETag"); len(tag) > feedTag {
		tag = ""
	}
	return data, tag, nil
}

// client makes a client for one call: no proxy of the environment, no cookie, no connection that stays.
func (f Feed) client() *http.Client {
	d := net.Dialer{Timeout: orElse(f.Timeout, feedTimeout)}
	if !f.Nearby {
		d.ControlContext = publicOnly
	}
	t := &http.Transport{DialContext: d.DialContext, DisableKeepAlives: true, MaxResponseHeaderBytes: 64 << 10,
		TLSClientConfig: &tls.Config{RootCAs: f.Roots, MinVersion: tls.VersionTLS12}}
	return &http.Client{Transport: t, CheckRedirect: func(req *http.Request, via []*http.Request) error {
		if len(via) > feedRedirects {
			return fail(guichet.Permanent, nil, "the address leads from one to the next too often")
		}
		return f.allowed(req.URL)
	}}
}

// unreached says why no answer came.
func (f Feed) unreached(err error) error {
	var own *guichet.Error
	switch {
	case errors.As(err, &own):
		return own
	case errors.Is(err, errInside):
		return fail(guichet.Permanent, err, "the address of the feed is not a public one")
	case errors.Is(err, context.DeadlineExceeded):
		return fail(guichet.Temporary, err, "the server of the feed is too slow")
	}
	return fail(guichet.Temporary, err, "the server of the feed cannot be reached")
}

func orElse(d, other time.Duration) time.Duration {
	if d > 0 {
		return d
	}
	return other
}
