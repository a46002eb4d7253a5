package inbox

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"guichet/shared/desk"
	"guichet/shared/guichet"
)

// uploadRoute is the one whose requests may be larger.
const uploadRoute = "POST /dfo/3.0/attachments/temporary"

// maxUpload bounds a request with a file: base64 of desk.MaxFile and what is around it, below the 6 MB that a function takes on AWS.
const maxUpload = 6_000_000

// bodyLimit is how many bytes a request may have.
func bodyLimit(r *http.Request) int64 {
	if r.Pattern == uploadRoute {
		return maxUpload
	}
	return maxBody
}

// uploadIn is a file that an answer will carry.
type uploadIn struct {
	Content string `json:"content"` // base64
	Type    string `json:"mimeType"`
	Name    string `json:"fileName"`
}

type uploadDTO struct {
	ID       string  `json:"id"`
	URL      string  `json:"url"`
	ExpireAt *string `json:"expireAt"`
	Size     int     `json:"size"`
}

// upload keeps a file until an answer takes it. Its id says what it is called and what it is: nothing else needs to be remembered.
func (h *door) upload(c *call) (any, error) {
	var in uploadIn
	if err := c.read(&in); err != nil {
		return nil, err
	}
	switch {
	case len(in.Name) > 255:
		return nil, guichet.Wrongf("fileName", "fileName is longer than 255 bytes")
	case len(in.Type) > 127:
		return nil, guichet.Wrongf("mimeType", "mimeType is longer than 127 bytes")
	}
	data, err := base64.StdEncoding.DecodeString(in.Content)
	if err != nil {
		return nil, guichet.Wrongf("content", "content is not the file in base64")
	}
	kept, until, err := h.d.KeepFile(c.Context(), c.t, c.me.ID, data)
	if err != nil {
		return nil, err
	}
	id := fileID(kept, in.Type, in.Name)
	return created{uploadDTO{id, "/dfo/3.0/attachments/temporary/" + id, timeOf(until), len(data)}}, nil
}

// kept gives a file back that was kept, as a download.
func (h *door) kept(c *call) (any, error) {
	f, ok := fileOf(c.PathValue("id"))
	if !ok {
		return nil, guichet.Errorf(guichet.NotFound, "file")
	}
	data, err := h.d.KeptFile(c.Context(), c.t, f.Kept)
	if err != nil {
		return nil, err
	}
	return download(f.Name, f.Type, data), nil
}

// download gives bytes out as a file, under a type of their own only if that is harmless.
func download(name, typ string, data []byte) file {
	if !slices.Contains(harmless, typ) {
		typ = "application/octet-stream"
	}
	return file{map[string]string{"Content-Type": typ, "Content-Disposition": disposition(name), "Content-Security-Policy": "default-src 'none'; sandbox", "Cache-Control": "private, no-store"}, data}
}

// fileID writes the id of a kept file. It gives no right: whose file it is, is asked when it is used.
func fileID(kept, typ, name string) string {
	return kept + "-" + base64.RawURLEncoding.EncodeToString([]byte(strings.ToValidUTF8(typ+"\x00"+name, "\uFFFD")))
}

// fileOf reads an id.
func fileOf(id string) (f desk.AnswerFile, ok bool) {
	day, rest, _ := strings.Cut(id, "-")
	sum, text, ok := strings.Cut(rest, "-")
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if !ok || err != nil {
		return f, false
	}
	typ, name, ok := strings.Cut(string(raw), "\x00")
	return desk.AnswerFile{Kept: day + "-" + sum, Type: typ, Name: name}, ok
}

// attachmentIn names a kept file by its id, or by the address that the upload gave. No address is ever fetched.
type attachmentIn struct {
	ID   idText `json:"id"`
	URL  string `json:"url"`
	Name string `json:"friendlyName"`
	CID  string `json:"contentId"` // shown within the HTML as cid:...; empty: an attachment
}

// attached reads which files an answer in a case carries: uploads, and files of its drafts.
func (h *door) attached(c *call, n guichet.CaseID, list []attachmentIn) ([]desk.AnswerFile, error) {
	var out []desk.AnswerFile
	for i, a := range list {
		field, id := "attachments["+strconv.Itoa(i)+"].id", string(a.ID)
		if id == "" {
			field, id = "attachments["+strconv.Itoa(i)+"].url", a.URL[strings.LastIndexByte(a.URL, '/')+1:]
		}
		f, ok := fileOf(id)
		if rest, of := strings.CutPrefix(id, draftFilePrefix); of {
			var err error
			if f, err = h.draftFile(c, n, rest); err != nil && !guichet.Is(err, guichet.NotFound) {
				return nil, err
			}
			ok = err == nil
		}
		if !ok {
			return nil, guichet.Wrongf(field, "%s is not what POST /dfo/3.0/attachments/temporary gave: send the file there first", field)
		}
		if a.Name != "" {
			f.Name = a.Name
		}
		if a.CID != "" {
			f.CID = strings.Trim(a.CID, "<>")
		}
		out = append(out, f)
	}
	return out, nil
}

// draftFile finds a file of a draft: "<draft>/<place>".
func (h *door) draftFile(c *call, n guichet.CaseID, rest string) (desk.AnswerFile, error) {
	draft, at, _ := strings.Cut(rest, "/")
	i, err := strconv.Atoi(at)
	if err != nil {
		return desk.AnswerFile{}, guichet.Errorf(guichet.NotFound, "file")
	}
	return h.d.DraftFile(c.Context(), c.t, c.me.ID, n, guichet.DraftID(draft), i)
}
