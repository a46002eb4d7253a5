package channel

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"guichet/shared/guichet"
)

// Chat is an answer as a messaging channel wants it.
type Chat struct {
	Channel guichet.ChannelID
	Thread  string // ids of the platform
	User    string
	Name    string // of who gets it
	Answers string // the message that it answers; empty: none in particular
	Text    string
	Trace   string // names this answer in the house and on the way: the same each time that it is tried
}

// Box hands answers to the integration box of a tenant's middleware (Digital Engagement API, "DFO 3.0 Outbound API"). It sends no answer twice by itself: what may
// have been taken is in doubt, and said to be (decisions/exactly-once-mail.md).
type Box struct {
	URL, Auth      string // below which its paths are: https, without slash at the end
	Client, Secret string
	Public         bool   // connect to public addresses alone
	Brand          string // the tenant, as the box knows it
	Now            func() time.Time
	Tokens         *Tokens // what it gave before; nil: a token is fetched for each answer
	Version        int64   // of the box's settings: a token of others does not count
}

// Tokens keeps the tokens that boxes gave, until they end. The zero Tokens is ready.
type Tokens struct{ of sync.Map }

type boxToken struct {
	token string
	until time.Time
}

// Limits of a conversation with a box.
const (
	boxTime    = 25 * time.Second // for one request, its answer included
	boxDial    = 10 * time.Second
	boxAnswer  = 256 << 10 // bytes of an answer that are read
	tokenSlack = 5 * time.Second
)

// boxClients are made once each: connections are kept.
var boxClients = map[bool]func() *http.Client{
	true: sync.OnceValue(func() *http.Client { return boxClient(true) }), false: sync.OnceValue(func() *http.Client { return boxClient(false) }),
}

// boxClient follows no redirect, asks no proxy, and connects to public addresses alone if it is to.
func boxClient(publicAlone bool) *http.Client {
	dial := &net.Dialer{Timeout: boxDial}
	if publicAlone {
		dial.ControlContext = publicOnly
	}
	return &http.Client{
		Timeout:       boxTime,
		Transport:     &http.Transport{DialContext: dial.DialContext, TLSHandshakeTimeout: boxDial, MaxIdleConnsPerHost: 4, IdleConnTimeout: time.Minute, MaxResponseHeaderBytes: 32 << 10},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Send hands an answer over. Sent.ID is what the platform calls the message, Sent.Thread its thread, where it is another by now.
func (b Box) Send(ctx context.Context, m Outgoing) (Sent, error) {
	if m.Chat == nil {
		return Sent{}, guichet.Errorf(guichet.Permanent, "this is no message of a messaging channel")
	}
	body, err := json.Marshal(b.outbound(m.Chat))
	if err != nil {
		return Sent{}, guichet.Errorf(guichet.Permanent, "this cannot be written as JSON: %w", err)
	}
	at := b.URL + "/2.0/channel/" + url.PathEscape(string(m.Chat.Channel)) + "/outbound"
	token, fresh, err := b.token(ctx, false)
	if err != nil {
		return Sent{}, err
	}
	status, answer, err := b.post(ctx, at, token, m.Chat.Trace, body, true)
	if err == nil && status == http.StatusUnauthorized && !fresh { // the box forgot the token, or gives short ones: it did nothing
		if token, _, err = b.token(ctx, true); err != nil {
			return Sent{}, err
		}
		status, answer, err = b.post(ctx, at, token, m.Chat.Trace, body, true)
	}
	if err != nil {
		return Sent{}, err
	}
	return sentBy(status, answer, m.Chat)
}

// outbound is an answer on the wire.
func (b Box) outbound(c *Chat) map[string]any {
	var answers any
	if c.Answers != "" {
		answers = map[string]any{"idOnExternalPlatform": c.Answers}
	}
	name := c.Name
	if name == "" {
		name = c.User
	}
	return map[string]any{
		"brand":                    map[string]any{"id": 1, "tenantId": b.Brand, "businessUnitId": b.Brand},
		"thread":                   map[string]any{"idOnExternalPlatform": c.Thread},
		"messageContent":           map[string]any{"type": "TEXT", "payload": map[string]any{"text": c.Text}, "fallbackText": c.Text},
		"endUserRecipients":        []any{map[string]any{"idOnExternalPlatform": c.User, "name": name, "isPrimary": true, "isPrivate": false}},
		"replyToMessage":           answers,
		"attachments":              []any{},
		"forward":                  nil,
		"traceId":                  c.Trace,
		"isReplyToSpecificMessage": false,
	}
}

// sentBy reads what the box said of an answer that was sent to it whole.
func sentBy(status int, answer []byte, c *Chat) (Sent, error) {
	said := boxSaid(status, answer)
	switch {
	case status == http.StatusRequestTimeout, status == http.StatusTooManyRequests, status == http.StatusServiceUnavailable:
		return Sent{}, guichet.Errorf(guichet.Temporary, "%s", said)
	case status >= 500:
		return Sent{}, doubtful(errors.New(said), said)
	case status < 200 || status > 299:
		return Sent{}, guichet.Errorf(guichet.Permanent, "%s", said)
	}
	var out struct {
		Message struct {
			ID any `json:"idOnExternalPlatform"`
		} `json:"message"`
		Thread struct {
			ID any `json:"idOnExternalPlatform"`
		} `json:"thread"`
	}
	_ = json.Unmarshal(answer, &out) // it has the answer, whatever it says of it
	sent := Sent{ID: plainID(out.Message.ID), Secure: true}
	if t := plainID(out.Thread.ID); t != c.Thread {
		sent.Thread = t
	}
	return sent, nil
}

// boxSaid puts a refusal into words: those of the box itself, where it has some.
func boxSaid(status int, answer []byte) string {
	var out struct {
		Display string `json:"displayErrorMessage"`
		Message any    `json:"message"`
		Error   any    `json:"error"`
	}
	_ = json.Unmarshal(answer, &out)
	text := out.Display
	for _, v := range []any{out.Message, out.Error} {
		if s, ok := v.(string); ok && text == "" {
			text = s
		}
	}
	if text = line(text, 200); text != "" {
		text = ": " + text
	}
	return fmt.Sprintf("the integration box answered %d%s", status, text)
}

// token returns a token that should still count; fresh if the box gave it just now.
func (b Box) token(ctx context.Context, anew bool) (token string, fresh bool, err error) {
	key := fmt.Sprintf("%s\x00%s\x00%s\x00%d", b.Brand, b.Auth, b.Client, b.Version)
	if b.Tokens != nil && !anew {
		if t, ok := b.Tokens.of.Load(key); ok && b.Now().Before(t.(boxToken).until) {
			return t.(boxToken).token, false, nil
		}
	}
	t, err := b.fetchToken(ctx)
	if err != nil {
		return "", true, err
	}
	if b.Tokens != nil {
		b.Tokens.of.Store(key, t)
	}
	return t.token, true, nil
}

// fetchToken asks for a token by our client id and secret. Nothing of an answer has left then: no error is in doubt.
func (b Box) fetchToken(ctx context.Context) (boxToken, error) {
	body, err := json.Marshal(map[string]string{"grant_type": "client_credentials", "client_id": b.Client, "client_secret": b.Secret})
	if err != nil {
		return boxToken{}, guichet.Errorf(guichet.Permanent, "the credentials cannot be written as JSON")
	}
	status, answer, err := b.post(ctx, b.Auth+"/1.0/token", "", "", body, false)
	if err != nil {
		return boxToken{}, err
	}
	var out struct {
		Token   string  `json:"access_token"`
		Expires float64 `json:"expires_in"`
	}
	switch jerr := json.Unmarshal(answer, &out); {
	case status == http.StatusRequestTimeout, status == http.StatusTooManyRequests, status >= 500:
		return boxToken{}, guichet.Errorf(guichet.Temporary, "the integration box gave no token: %d", status)
	case status != http.StatusOK && status != http.StatusCreated:
		return boxToken{}, guichet.Errorf(guichet.Permanent, "the integration box refused our client id and secret (%d)", status)
	case jerr != nil || out.Token == "" || len(out.Token) > 16<<10 || strings.ContainsFunc(out.Token, func(r rune) bool { return r <= ' ' || r > '~' }):
		return boxToken{}, guichet.Errorf(guichet.Permanent, "the integration box gave no token that can be used")
	}
	life := time.Duration(min(max(out.Expires, 0), 86400)) * time.Second
	return boxToken{out.Token, b.Now().Add(life - tokenSlack)}, nil
}

// post sends one request. Its error says whether the other side may have the whole of it; where that does not matter (a token), nothing is in doubt.
func (b Box) post(ctx context.Context, at, token, trace string, body []byte, matters bool) (int, []byte, error) {
	var gone atomic.Bool // the whole request was written
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteRequest: func(i httptrace.WroteRequestInfo) { gone.Store(i.Err == nil) }})
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, at, bytes.NewReader(body))
	if err != nil {
		return 0, nil, guichet.Errorf(guichet.Permanent, "the address of the integration box cannot be used")
	}
	r.GetBody = nil // net/http must not send it again by itself
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json")
	r.Header.Set("User-Agent", "guichet")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	if trace != "" {
		r.Header.Set("x-trace-id", trace)
	}
	resp, err := boxClients[b.Public]().Do(r)
	if err != nil {
		return 0, nil, b.lost(err, gone.Load() && matters)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, boxAnswer))
	if err != nil && resp.StatusCode >= 200 && resp.StatusCode <= 299 && !matters {
		return 0, nil, b.lost(err, false)
	}
	return resp.StatusCode, answer, nil // what was taken is taken, also if the rest of its answer was lost
}

// lost says what an error of the connection means.
func (b Box) lost(err error, gone bool) error {
	switch {
	case errors.Is(err, errInside):
		return guichet.Errorf(guichet.Permanent, "the integration box has no public address: this house does not go there")
	case gone:
		return doubtful(plainCause(err), "the integration box did not answer")
	}
	return &guichet.Error{Kind: guichet.Temporary, Text: "the integration box cannot be reached", Cause: plainCause(err)}
}

// plainCause takes the address off an error of net/http: it is the tenant's to see, not the log's.
func plainCause(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}
