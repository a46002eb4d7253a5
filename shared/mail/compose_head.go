package mail

import (
	"encoding/base64"
	"net/url"
	"strings"

	"guichet/shared/guichet"
)

const (
	outLine = 78  // bytes of a header line that should not be passed (RFC 5322 2.1.1)
	outMost = 998 // and that must not
)

const outDate = "Mon, 02 Jan 2006 15:04:05 -0700" // RFC 5322 3.3

// outFold builds a header block. A token carries its leading space; it goes to a new line when the one it would stand on gets too long.
type outFold struct{ b []byte }

func (h *outFold) field(name string, tokens ...string) {
	start := len(h.b)
	h.b = append(append(h.b, name...), ':')
	for i, t := range tokens {
		if i > 0 && len(h.b)-start+len(t) > outLine {
			h.b = append(h.b, "\r\n"...)
			start = len(h.b)
		}
		h.b = append(h.b, t...)
	}
	h.b = append(h.b, "\r\n"...)
}

// outHeader returns the header block without the MIME fields. In-Reply-To, References and Thread-Index stand in it at most once each:
// SES refuses a mail with two (D-70b).
func outHeader(o *Outgoing) ([]byte, error) {
	h := &outFold{}
	if o.Date.IsZero() {
		return nil, guichet.Wrongf("date", "a mail has a date")
	}
	h.field("Date", " "+o.Date.Format(outDate))
	if err := outPeople(h, o); err != nil {
		return nil, err
	}
	h.field("Subject", outText("Subject", o.Subject)...)
	if err := outThread(h, o); err != nil {
		return nil, err
	}
	if err := outMeta(h, o); err != nil {
		return nil, err
	}
	more, err := outUnsubscribe(o)
	if err != nil {
		return nil, err
	}
	if err := outExtra(h, append(more, o.Headers...)); err != nil {
		return nil, err
	}
	h.field("MIME-Version", " 1.0")
	return h.b, nil
}

func outPeople(h *outFold, o *Outgoing) error {
	if len(o.To)+len(o.Cc)+len(o.Bcc) == 0 {
		return guichet.Wrongf("to", "a mail has a recipient")
	}
	for _, l := range []struct {
		name, field string
		list        []Address
	}{{"From", "from", []Address{o.From}}, {"Reply-To", "replyTo", o.ReplyTo}, {"To", "to", o.To}, {"Cc", "cc", o.Cc}} {
		if len(l.list) == 0 {
			continue
		}
		tokens, err := outAddresses(l.name, l.field, l.list)
		if err != nil {
			return err
		}
		h.field(l.name, tokens...)
	}
	if len(o.To)+len(o.Cc) == 0 {
		h.field("To", " undisclosed-recipients:;")
	}
	_, err := outAddresses("Bcc", "bcc", o.Bcc) // checked, not written
	return err
}

func outThread(h *outFold, o *Outgoing) error {
	if !outID(o.MessageID) || !strings.Contains(o.MessageID, "@") {
		return guichet.Wrongf("messageId", "a mail has a Message-ID of the form left@right")
	}
	h.field("Message-ID", " <"+o.MessageID+">")
	if outID(o.InReplyTo) {
		h.field("In-Reply-To", " <"+o.InReplyTo+">")
	}
	var refs []string
	for _, id := range o.References {
		if outID(id) {
			refs = append(refs, " <"+id+">")
		}
	}
	if len(refs) > 0 {
		h.field("References", refs...)
	}
	if o.ThreadTopic != "" {
		h.field("Thread-Topic", outText("Thread-Topic", o.ThreadTopic)...)
	}
	if len(o.ThreadIndex) > 0 {
		h.field("Thread-Index", outChunks(base64.StdEncoding.EncodeToString(o.ThreadIndex))...)
	}
	return nil
}

// outChunks breaks a long base64 value as Outlook breaks its Thread-Index: spaces within it do not count.
func outChunks(s string) []string {
	var out []string
	for len(s) > 60 {
		out, s = append(out, " "+s[:60]), s[60:]
	}
	return append(out, " "+s)
}

func outMeta(h *outFold, o *Outgoing) error {
	switch o.Auto {
	case "":
	case "auto-generated", "auto-replied", "auto-notified":
		h.field("Auto-Submitted", " "+o.Auto)
		h.field("X-Auto-Response-Suppress", " All") // QUIRK: Exchange heeds this, not Auto-Submitted (MS-OXCMAIL 2.1.3.2.14)
	default:
		return guichet.Wrongf("auto", "automatic mail is auto-generated, auto-replied or auto-notified")
	}
	if o.Language == "" {
		return nil
	}
	if len(o.Language) > 35 || strings.Trim(o.Language, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") != "" {
		return guichet.Wrongf("language", "a language is a tag such as fr or pt-BR")
	}
	h.field("Content-Language", " "+o.Language)
	return nil
}

// outUnsubscribe returns the fields by which a reader's mail program offers to write no more: in one click, without a page that asks (RFC 8058). They count
// only where DKIM signs them: SES does.
func outUnsubscribe(o *Outgoing) ([]Field, error) {
	if o.Unsubscribe == "" {
		if o.UnsubMail != "" {
			return nil, guichet.Wrongf("unsubscribe", "a mail address alone is no one-click unsubscribe: give an https address too")
		}
		return nil, nil
	}
	u, err := url.Parse(o.Unsubscribe)
	if err != nil || u.Scheme != "https" || u.Host == "" || strings.ContainsAny(o.Unsubscribe, "<>, ") || !outASCII(o.Unsubscribe) {
		return nil, guichet.Wrongf("unsubscribe", "unsubscribe is an https address")
	}
	value := "<" + o.Unsubscribe + ">"
	if o.UnsubMail != "" {
		spec, err := OutAddr(o.UnsubMail)
		if err != nil {
			return nil, guichet.Wrongf("unsubscribe", "unsubscribe: %s", outReason(err))
		}
		value += ", <mailto:" + (&url.URL{Opaque: spec}).String() + "?subject=unsubscribe>"
	}
	return []Field{{"List-Unsubscribe", value}, {"List-Unsubscribe-Post", "List-Unsubscribe=One-Click"}}, nil
}

// outOwn are the fields that Compose writes or that must not be written at all.
var outOwn = map[string]bool{"date": true, "from": true, "sender": true, "reply-to": true, "to": true, "cc": true, "bcc": true,
	"subject": true, "message-id": true, "in-reply-to": true, "references": true, "thread-topic": true, "thread-index": true,
	"auto-submitted": true, "x-auto-response-suppress": true, "content-language": true, "mime-version": true, "content-type": true,
	"content-transfer-encoding": true, "content-disposition": true, "content-id": true, "return-path": true, "received": true}

func outExtra(h *outFold, fields []Field) error {
	seen := map[string]bool{}
	for _, f := range fields {
		low := strings.ToLower(f.Name)
		if !outToken(f.Name) || strings.Contains(f.Name, ":") || len(f.Name) > 60 {
			return guichet.Wrongf("headers", "%q is no name of a header", f.Name)
		}
		if outOwn[low] || seen[low] {
			return guichet.Wrongf("headers", "%s is written once, and not from here", f.Name)
		}
		seen[low] = true
		if strings.ContainsAny(f.Value, "\r\n\x00") {
			return guichet.Wrongf("headers", "the value of %s holds a line break", f.Name)
		}
		tokens, err := outValue(f)
		if err != nil {
			return err
		}
		h.field(f.Name, tokens...)
	}
	return nil
}

// outValue folds a value at its spaces only, so that structured ones such as List-Unsubscribe stay whole; people's text is encoded.
func outValue(f Field) ([]string, error) {
	if !outASCII(f.Value) {
		return outText(f.Name, f.Value), nil
	}
	var out []string
	for _, w := range strings.Fields(f.Value) {
		if len(f.Name)+len(w)+2 > outMost {
			return nil, guichet.Wrongf("headers", "the value of %s is too long to be folded", f.Name)
		}
		out = append(out, " "+w)
	}
	if out == nil {
		out = []string{" "}
	}
	return out, nil
}

// outID reports whether a Message-ID can stand in a header: printable ASCII without space or brackets, of a length that fits a line.
func outID(id string) bool {
	if id == "" || len(id) > 900 {
		return false
	}
	for i := range len(id) {
		if c := id[i]; c <= ' ' || c >= 0x7f || c == '<' || c == '>' {
			return false
		}
	}
	return true
}

// outASCII reports whether s is printable ASCII, spaces and tabs.
func outASCII(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < ' ' && c != '\t') || c >= 0x7f {
			return false
		}
	}
	return true
}

// outToken reports whether s is a token of RFC 2045 5.1, which atoms and header names are too.
func outToken(s string) bool {
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || strings.IndexByte(`()<>@,;\"/[]?=`, c) >= 0 {
			return false
		}
	}
	return s != ""
}
