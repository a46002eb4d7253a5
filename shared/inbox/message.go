package inbox

import (
	"context"
	"encoding/base64"
	"io"
	"mime"
	"slices"
	"strconv"
	"strings"

	"guichet/shared/guichet"
	"guichet/shared/mail"
)

func (c *call) messageID() guichet.MessageID { return guichet.MessageID(c.PathValue("id")) }

// find loads the message of the path, if the caller may read its case; NotFound otherwise.
func (h *door) find(c *call) (*guichet.Message, error) {
	id, _, err := c.messageID().Split()
	if err != nil {
		return nil, guichet.Errorf(guichet.NotFound, "message")
	}
	if _, err := h.d.See(c.Context(), c.t, c.me.ID, id); err != nil {
		return nil, err
	}
	return h.d.Store.Message(c.Context(), c.t, c.messageID())
}

// shown is find for what a message says: one in quarantine is shown to those alone who may release it.
func (h *door) shown(c *call) (*guichet.Message, error) {
	m, err := h.find(c)
	if err == nil && m.Held != "" && !c.role.May(guichet.CanRelease, m.Channel) {
		return nil, &guichet.Error{Kind: guichet.Denied, Field: string(guichet.CanRelease), Text: "the message is in quarantine (" + m.Held + "): ask somebody who may release it"}
	}
	return m, err
}

// messages shows the timeline of a case: messages and notes, of merged parts too, the newest page first, each page in the order of time.
func (h *door) messages(c *call) (any, error) {
	size, err := c.number("size", defaultPage, maxPage)
	if err != nil {
		return nil, err
	}
	below, err := readPlaces(c.URL.Query().Get("scrollToken"))
	if err != nil {
		return nil, err
	}
	s, err := h.see(c)
	if err != nil {
		return nil, err
	}
	if c.fresh(string(s.Case.ID) + "@" + strconv.FormatInt(s.Case.Version, 10)) {
		return same{}, nil
	}
	return h.timeline(c, s.Case, size, below)
}

// places are how far a timeline was read, by case: the places below are still to be shown.
type places map[guichet.CaseID]int

// readPlaces reads a token as "100012:30_100045:2".
func readPlaces(token string) (places, error) {
	if token == "" {
		return nil, nil
	}
	out := places{}
	for part := range strings.SplitSeq(token, "_") {
		id, n, _ := strings.Cut(part, ":")
		i, err := strconv.Atoi(n)
		if err != nil || i < 1 || !guichet.ValidCaseID(id) {
			return nil, guichet.Wrongf("scrollToken", "scrollToken is not one that this list gave: begin again without")
		}
		out[guichet.CaseID(id)] = i
	}
	return out, nil
}

// timeline merges the messages of a case and its parts: the newest size of those below the given places.
func (h *door) timeline(c *call, k *guichet.Case, size int, below places) (listDTO, error) {
	out := listDTO{Data: []any{}}
	var all []*guichet.Message
	top := places{}
	for _, id := range append([]guichet.CaseID{k.ID}, k.Parts...) {
		of := k
		if id != k.ID {
			var err error
			if of, err = h.d.Store.Case(c.Context(), c.t, id); err != nil {
				return out, err
			}
		}
		out.Hits += of.Messages
		end := of.Messages + 1
		if below != nil {
			end = min(end, max(below[id], 1)) // a part that the token does not name is read to its end
		}
		top[id] = end
		if end <= 1 {
			continue
		}
		first := max(1, end-size)
		list, err := h.d.Store.Messages(c.Context(), c.t, id, first, end-first)
		if err != nil {
			return out, err
		}
		all = append(all, list...)
	}
	slices.SortStableFunc(all, func(a, b *guichet.Message) int { return a.At.Compare(b.At) })
	all = all[max(0, len(all)-size):]
	of := []guichet.AgentID{}
	for _, m := range all {
		of = append(of, m.By)
	}
	names, err := h.names(c, of...)
	if err != nil {
		return out, err
	}
	for _, m := range all {
		top[m.Case] = min(top[m.Case], m.N)
		one := wireMessage(m, names)
		one.Quarantine = c.said(one.Quarantine)
		for i, w := range one.Warnings {
			one.Warnings[i] = c.said(w)
		}
		out.Data = append(out.Data, one)
	}
	out.ScrollToken = top.token()
	return out, nil
}

// token is empty when every part was read to its first message.
func (p places) token() string {
	var parts []string
	for id, n := range p {
		if n > 1 {
			parts = append(parts, string(id)+":"+strconv.Itoa(n))
		}
	}
	slices.Sort(parts)
	return strings.Join(parts, "_")
}

// message shows one message with all of its text.
func (h *door) message(c *call) (any, error) {
	m, err := h.shown(c)
	if err != nil {
		return nil, err
	}
	names, err := h.names(c, m.By)
	if err != nil {
		return nil, err
	}
	held := m.Held
	m.Held = ""
	out := wholeDTO{messageDTO: wireMessage(m, names), Text: m.Text, Folded: []segmentDTO{}}
	out.Quarantine = c.said(held)
	if m.Raw != "" && m.Direction != guichet.Note {
		p, err := h.parse(c.Context(), m)
		if err != nil {
			return nil, err
		}
		out.Text, out.Calendar, out.Signed, out.Encrypted = p.Text, p.Calendar, p.Signed, p.Encrypted
		if p.HTML != "" {
			mail.SafeHTML(p.HTML, mail.SafeOptions{Blocked: &out.RemoteImages})
		}
	}
	for _, s := range mail.Fold(out.Text).Segments {
		out.Folded = append(out.Folded, segmentDTO{s.Kind, out.Text[s.Start:s.End], s.Shown})
	}
	return out, nil
}

// maxRaw is what one message may take in memory: what can arrive, and headers.
const maxRaw = 42 << 20

func (h *door) bytes(ctx context.Context, m *guichet.Message) ([]byte, error) {
	if m.Raw == "" {
		return nil, guichet.Errorf(guichet.NotFound, "raw mail")
	}
	r, _, err := h.d.Store.Blobs.Get(ctx, m.Raw)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	raw, err := io.ReadAll(io.LimitReader(r, maxRaw))
	if err != nil {
		return nil, guichet.Errorf(guichet.Temporary, "read mail: %w", err)
	}
	return raw, nil
}

func (h *door) parse(ctx context.Context, m *guichet.Message) (*mail.Mail, error) {
	raw, err := h.bytes(ctx, m)
	if err != nil {
		return nil, err
	}
	return mail.Parse(raw), nil
}

// why shows how a message found its case, and how it was judged.
func (h *door) why(c *call) (any, error) {
	m, err := h.find(c)
	if err != nil {
		return nil, err
	}
	return c.why(wireWhy(m)), nil
}

// raw gives the mail as it came.
func (h *door) raw(c *call) (any, error) {
	m, err := h.shown(c)
	if err != nil {
		return nil, err
	}
	raw, link, err := h.rawOrLink(c.Context(), m)
	if err != nil {
		return nil, err
	}
	if link != "" {
		return elsewhere(link), nil
	}
	return file{map[string]string{"Content-Type": "text/plain; charset=utf-8", "Content-Disposition": disposition(string(m.ID()) + ".eml"), "Cache-Control": "no-store"}, raw}, nil
}

// maxAnswer is what a function may answer with on AWS. Where the store of the bytes has addresses of its own, what is larger comes from there.
const maxAnswer = 4 << 20

func (h *door) rawOrLink(ctx context.Context, m *guichet.Message) ([]byte, string, error) {
	raw, err := h.bytes(ctx, m)
	if err != nil || len(raw) <= maxAnswer {
		return raw, "", err
	}
	link, err := h.d.Store.Blobs.Link(ctx, m.Raw, ticketLife)
	return raw, link, err
}

func disposition(name string) string {
	if s := mime.FormatMediaType("attachment", map[string]string{"filename": name}); s != "" {
		return s
	}
	return "attachment"
}

// htmlPolicy lets a mail show itself and nothing else: it runs nothing, loads nothing, posts nothing; its links open elsewhere.
const htmlPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:%s; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; " +
	"sandbox allow-popups allow-popups-to-escape-sandbox"

// maxInline bounds the pictures that are shown inside one mail, in bytes; those above are in the list of attachments.
const maxInline = 8 << 20

// html gives the HTML of a mail, safe, for an iframe of its own. Its pictures come with it, since a sandboxed page is nobody who may ask for
// them; those of other servers only with ?images=1.
func (h *door) html(c *call) (any, error) {
	m, err := h.shown(c)
	if err != nil {
		return nil, err
	}
	if m.Held != "" {
		return nil, guichet.Errorf(guichet.Conflict, "the message is in quarantine: release it first, or download it as text")
	}
	p, err := h.parse(c.Context(), m)
	if err != nil {
		return nil, err
	}
	if p.HTML == "" {
		return nil, guichet.Errorf(guichet.NotFound, "html")
	}
	remote := c.URL.Query().Get("images") == "1"
	src := p.HTML
	if c.URL.Query().Get("folded") == "1" {
		src = mail.FoldHTML(src)
	}
	safe := mail.SafeHTML(src, mail.SafeOptions{RemoteImages: remote, CID: pictures(p)})
	policy := strings.Replace(htmlPolicy, "%s", "", 1)
	if remote {
		policy = strings.Replace(htmlPolicy, "%s", " https: http:", 1)
	}
	page := `<!doctype html><html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light">` +
		`<title>HTML</title><style>body{margin:8px;font:15px/1.45 system-ui,sans-serif;overflow-wrap:anywhere;background:#fff;color:#111}img{max-width:100%;height:auto}table{max-width:100%}</style>` +
		`</head><body>` + safe + `</body></html>`
	return file{map[string]string{"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy, "Cache-Control": "private, no-store"}, []byte(page)}, nil
}

// pictures resolves cid: addresses to the picture itself.
func pictures(p *mail.Mail) func(string) string {
	left := int64(maxInline)
	return func(id string) string {
		for i := range p.Parts {
			part := &p.Parts[i]
			if part.ContentID != id || !slices.Contains([]string{"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"}, part.Type) {
				continue
			}
			if left -= part.Size; left < 0 {
				return ""
			}
			return "data:" + part.Type + ";base64," + base64.StdEncoding.EncodeToString(part.Bytes())
		}
		return ""
	}
}

// harmless are types under which a download is given out as what it is; anything else is just bytes.
var harmless = []string{"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "text/plain", "text/csv", "audio/mpeg", "video/mp4", "application/zip",
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}

// attachment gives one attached file, always as a download.
func (h *door) attachment(c *call) (any, error) {
	m, err := h.shown(c)
	if err != nil {
		return nil, err
	}
	if m.Held != "" {
		return nil, guichet.Errorf(guichet.Conflict, "the message is in quarantine: release it first")
	}
	i, err := strconv.Atoi(c.PathValue("i"))
	if err != nil {
		return nil, guichet.Errorf(guichet.NotFound, "attachment")
	}
	p, err := h.parse(c.Context(), m)
	if err != nil {
		return nil, err
	}
	if i < 0 || i >= len(p.Parts) {
		return nil, guichet.Errorf(guichet.NotFound, "attachment")
	}
	part := &p.Parts[i]
	return download(part.Name, part.Type, part.Bytes()), nil
}
