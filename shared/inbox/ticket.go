package inbox

import (
	"context"
	"crypto/hmac"
	"encoding/base64"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"guichet/shared/guichet"
)

// A ticket opens one file of one message for one agent, for ticketLife: what a browser fetches by itself (an iframe, a download) carries no
// Authorization header, and a sandboxed iframe no cookie either. Whether the agent may see the file is asked when it is fetched.
const ticketLife = 2 * time.Minute

var ticketPath = regexp.MustCompile(`^/dfo/3\.0/messages/[0-9]+-[0-9]+/(html(\?images=1)?|raw|attachments/[0-9]+)$|^/guichet/previews/[0-9]{8}-[0-9a-f]{32}$`)

// holder is whom a ticket was made for.
type holder struct {
	t guichet.TenantID
	a guichet.AgentID
}

type holderKey struct{}

// ticket makes the address by which a file can be fetched: GET /guichet/ticket?path=...
func (h *door) ticket(c *call) (any, error) {
	path := c.URL.Query().Get("path")
	if !ticketPath.MatchString(path) {
		return nil, guichet.Wrongf("path", "path is the HTML, the raw mail or an attachment of a message, or a preview, as /dfo/3.0/messages/100012-1/html")
	}
	until := strconv.FormatInt(h.d.Now().Add(ticketLife).Unix(), 10)
	text := base64.RawURLEncoding.EncodeToString([]byte(strings.Join([]string{until, string(c.t), string(c.me.ID), path}, "\x00")))
	return ticketDTO{"/page/t/" + text + "." + h.mac("ticket", text)}, nil
}

// byTicket serves the file that a ticket opens.
func (h *door) byTicket(w http.ResponseWriter, r *http.Request) {
	text, sum, _ := strings.Cut(r.PathValue("ticket"), ".")
	b, err := base64.RawURLEncoding.DecodeString(text)
	part := strings.SplitN(string(b), "\x00", 4)
	if err != nil || len(part) != 4 || !hmac.Equal([]byte(sum), []byte(h.mac("ticket", text))) {
		h.fail(w, r, nil, guichet.Errorf(guichet.NotFound, "ticket"))
		return
	}
	until, _ := strconv.ParseInt(part[0], 10, 64)
	to, err := url.Parse(part[3])
	if err != nil || h.d.Now().Unix() > until {
		h.fail(w, r, nil, &wrong{status: http.StatusGone, code: "expired", text: "this address was for two minutes: go back to the case and open it again"})
		return
	}
	in := r.Clone(context.WithValue(r.Context(), holderKey{}, holder{guichet.TenantID(part[1]), guichet.AgentID(part[2])}))
	in.URL = to
	h.mux.ServeHTTP(w, in)
}
