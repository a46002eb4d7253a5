package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/emersion/go-smtp"
)

// sendDemo sends the sample mails of a folder to a running house, with progress, and prints the cases that they became.
func sendDemo(w io.Writer, o options, dir string) error {
	files, err := filepath.Glob(filepath.Join(dir, "*.eml"))
	if err != nil || len(files) == 0 {
		return fmt.Errorf("no *.eml in %s; name a folder with -mails", dir)
	}
	if err := reachable(o); err != nil {
		return err
	}
	for i, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			return err
		}
		to := recipientsOf(raw)
		verdict := "taken"
		if err := send(o.smtp, to, raw); err != nil {
			verdict = "refused: " + err.Error()
		}
		fmt.Fprintf(w, "%2d/%d  %-28s to %-40s %s\n", i+1, len(files), filepath.Base(f), strings.Join(to, ","), verdict)
	}
	return printCases(w, o, len(files))
}

// reachable says what to do when no house runs.
func reachable(o options) error {
	c, err := smtp.Dial(o.smtp)
	if err != nil {
		return fmt.Errorf("no house answers on %s: start one with `make run`, or name its address with -smtp", o.smtp)
	}
	return c.Close()
}

// recipientsOf reads the envelope from a first line "X-Demo-To: a,b", which is for this program alone; else it is support@.
func recipientsOf(raw []byte) []string {
	line, _, _ := strings.Cut(string(raw), "\n")
	if v, ok := strings.CutPrefix(line, "X-Demo-To:"); ok {
		return strings.Split(strings.TrimSpace(v), ",")
	}
	return []string{"support@demo.example"}
}

// send brings one mail by SMTP, lines ended by CRLF as on the wire.
func send(addr string, to []string, raw []byte) error {
	text := strings.ReplaceAll(strings.ReplaceAll(string(raw), "\r\n", "\n"), "\n", "\r\n")
	c, err := smtp.Dial(addr) // loopback: no TLS, and smtp.SendMail insists on it
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.SendMail("someone@customer.example", to, strings.NewReader(text)); err != nil {
		return err
	}
	return c.Quit()
}

// printCases asks the API until the cases stand still, and prints them.
func printCases(w io.Writer, o options, mails int) error {
	jar, _ := cookiejar.New(nil)
	client := &http.Client{Jar: jar, Timeout: 10 * time.Second}
	base := "http://" + o.http
	if err := signIn(client, base); err != nil {
		return err
	}
	var cases []demoCase
	last := -1
	for range 50 {
		var err error
		if cases, err = list(client, base); err != nil {
			return err
		}
		waiting := 0
		for _, c := range cases {
			if c.Assignee.ID == "" && c.Status == "new" {
				waiting++
			}
		}
		if len(cases) == last && waiting == 0 {
			break
		}
		last = len(cases)
		time.Sleep(200 * time.Millisecond)
	}
	fmt.Fprintf(w, "\n%d mails sent; the newest cases now:\n\n  %-8s %-9s %-8s %-5s %s\n", mails, "case", "status", "agent", "msgs", "subject")
	for i := len(cases) - 1; i >= 0; i-- {
		c := cases[i]
		fmt.Fprintf(w, "  %-8s %-9s %-8s %-5d %s\n", c.ID, c.Status, c.Assignee.ID, c.In+c.Out, c.Title)
	}
	fmt.Fprintf(w, "\nopen http://%s and answer one\n", o.http)
	return nil
}

// demoCase is what is printed of a case.
type demoCase struct {
	ID       string `json:"id"`
	Status   string `json:"status"`
	Title    string `json:"title"`
	In       int    `json:"inboundCount"`
	Out      int    `json:"outboundCount"`
	Assignee struct {
		ID string `json:"incontactId"`
	} `json:"inboxAssigneeUser"`
}

func list(client *http.Client, base string) ([]demoCase, error) {
	var out struct {
		Data []demoCase `json:"data"`
	}
	return out.Data, get(client, base+"/dfo/3.0/contacts", &out)
}

func get(client *http.Client, url string, into any) error {
	resp, err := client.Get(url)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		b, _ := io.ReadAll(io.LimitReader(resp.Body, 2000))
		return fmt.Errorf("%s answers %s: %s", url, resp.Status, b)
	}
	return json.NewDecoder(resp.Body).Decode(into)
}

func postJSON(client *http.Client, url, body string) error {
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 300 {
		return fmt.Errorf("%s answers %s", url, resp.Status)
	}
	return nil
}

// signIn takes the development sign-in of the demo tenant's supervisor.
func signIn(client *http.Client, base string) error {
	return postJSON(client, base+"/guichet/sign-in", `{"agent":"ana"}`)
}
