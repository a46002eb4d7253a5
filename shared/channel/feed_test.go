package channel

import (
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"guichet/shared/guichet"
)

// calendars is a server of feeds on this machine; the pool is what trusts it.
func calendars(t *testing.T) (*httptest.Server, *x509.CertPool) {
	mux := http.NewServeMux()
	mux.HandleFunc("/h.ics", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") == `"one"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("ETag", `"one"`)
		_, _ = w.Write([]byte("BEGIN:VCALENDAR"))
	})
	mux.HandleFunc("/long-mark", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("ETag", strings.Repeat("x", 300)) })
	mux.HandleFunc("/moved", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/h.ics", http.StatusMovedPermanently)
	})
	mux.HandleFunc("/round", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/round", http.StatusFound) })
	mux.HandleFunc("/plain", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "ftp://calendars.example/", http.StatusFound)
	})
	mux.HandleFunc("/secret", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "https://root:pw@"+r.Host+"/h.ics", http.StatusFound)
	})
	mux.HandleFunc("/busy", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) })
	mux.HandleFunc("/large", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, feedBytes+1)) })
	mux.HandleFunc("/slow", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	mux.HandleFunc("/torn", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		_, _ = w.Write([]byte("BEGIN"))
	})
	s := httptest.NewTLSServer(mux)
	t.Cleanup(s.Close)
	pool := x509.NewCertPool()
	pool.AddCert(s.Certificate())
	return s, pool
}

func TestFeed(t *testing.T) {
	s, pool := calendars(t)
	for _, tt := range []struct {
		name, path, tag string
		body, mark      string
		kind            guichet.Kind
		says            string
	}{
		{"a calendar", "/h.ics", "", "BEGIN:VCALENDAR", `"one"`, 0, ""},
		{"as it was", "/h.ics", `"one"`, "", `"one"`, 0, ""},
		{"at another address now", "/moved", "", "BEGIN:VCALENDAR", `"one"`, 0, ""},
		{"a mark that is too long", "/long-mark", "", "", "", 0, ""},
		{"round and round", "/round", "", "", "", guichet.Permanent, "too often"},
		{"another protocol", "/plain", "", "", "", guichet.Permanent, "https"},
		{"with a password", "/secret", "", "", "", guichet.Permanent, "password"},
		{"not there", "/none", "", "", "", guichet.Permanent, "404"},
		{"busy", "/busy", "", "", "", guichet.Temporary, "503"},
		{"too large", "/large", "", "", "", guichet.Permanent, "larger"},
		{"torn", "/torn", "", "", "", guichet.Temporary, "whole"},
		{"slow", "/slow", "", "", "", guichet.Temporary, "slow"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := Feed{Nearby: true, Roots: pool}
			if tt.name == "slow" {
				f.Timeout = 50 * time.Millisecond
			}
			body, mark, err := f.Fetch(t.Context(), s.URL+tt.path, tt.tag)
			if string(body) != tt.body || mark != tt.mark || (err == nil) != (tt.says == "") || err != nil && (guichet.KindOf(err) != tt.kind || !strings.Contains(Said(err), tt.says)) {
				t.Errorf("got %q, %q, %v; want %q, %q, %s %q", body, mark, err, tt.body, tt.mark, tt.kind, tt.says)
			}
		})
	}
}

// What an address leads to inside is not asked, whatever it is called, and not by way of an address outside either.
func TestAFeedStaysOutside(t *testing.T) {
	s, pool := calendars(t)
	at := strings.TrimPrefix(s.URL, "https://")
	port := at[strings.LastIndex(at, ":"):]
	f := Feed{Roots: pool}
	for _, address := range []string{
		"https://127.0.0.1/h.ics", "https://[::1]/", "https://localhost/", "https://169.254.169.254/latest/meta-data/", "https://[::ffff:127.0.0.1]/", "https://10.0.0.1/",
		"https://[fd00:ec2::254]/", "https://0.0.0.0/", "https://2130706433/",
	} {
		if _, _, err := f.Fetch(t.Context(), address, ""); err == nil || !strings.Contains(Said(err), "not a public one") && (address != "https://2130706433/" || !strings.Contains(Said(err), "cannot be reached")) {
			t.Errorf("%s: %v", address, err)
		}
	}
	if _, _, err := f.Fetch(t.Context(), "https://127.0.0.1"+port+"/h.ics", ""); err == nil || !strings.Contains(Said(err), "port 443") {
		t.Errorf("another port: %v", err)
	}
	if _, _, err := (Feed{Nearby: true}).Fetch(t.Context(), s.URL+"/h.ics", ""); err == nil || !strings.Contains(Said(err), "cannot be reached") {
		t.Errorf("a certificate that nobody trusts: %v", err)
	}
}

func TestAddressesOfFeeds(t *testing.T) {
	for in, want := range map[string]string{
		"https://calendars.example/h.ics?y=2026#top": "https://calendars.example/h.ics?y=2026",
		" webcal://calendars.example/h.ics ":         "https://calendars.example/h.ics",
		"http://calendars.example/h.ics":             "", "file:///etc/passwd": "", "https://a:b@calendars.example/": "", "calendars.example": "", "": "",
		"https://calendars.example:8443/": "", "https://" + strings.Repeat("a", 1000): "", "https://%zz/": "", "https:///h.ics": "",
	} {
		got, err := Feed{}.CheckFeed(in)
		if got != want || (err == nil) != (want != "") || err != nil && !guichet.Is(err, guichet.Invalid) {
			t.Errorf("%q: got %q, %v, want %q", in, got, err, want)
		}
	}
}
