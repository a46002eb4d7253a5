package desk

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"guichet/shared/guichet"
	"guichet/shared/mail"
	"guichet/shared/store"
)

// Submission is what somebody sent by a form.
type Submission struct {
	Values map[string][]string // by the name of the field
	Files  []mail.OutFile
	IP     string // where from; kept nowhere, but counted under a name that says nothing
	Key    string // of the sender's choice: with the same key it is the same message; empty: the same words within ten minutes are
}

// Submitted says what became of it.
type Submitted struct {
	Reference string         // of what was sent, also where no case came of it
	Case      guichet.CaseID // empty only where the channel of the form is gone
}

// Limits of what a form may carry.
const (
	maxFormText  = 100 << 10 // bytes of the text
	maxFormValue = 2000      // bytes of any other field
	maxFormKey   = 200
	formRepeat   = 10 * time.Minute // the same words within that time are one message
)

// TokenField and the like are the names of our own fields in a form.
const (
	TokenField = "_guichet_token" //nolint:gosec // the name of a field: when the form was opened, signed
	KeyField   = "_guichet_key"   // Submission.Key
)

// FormToken is the signed time at which a form was opened: "1772442000.<signature>". It is good for a day.
func (d *Desk) FormToken(id guichet.FormID) string {
	at := strconv.FormatInt(d.Now().Unix(), 10)
	return at + "." + d.formSign(id, at)
}

func (d *Desk) formSign(id guichet.FormID, at string) string {
	h := hmac.New(sha256.New, d.Key)
	h.Write([]byte("form token\x00" + string(id) + "\x00" + at))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:16])
}

// formTokenLife is how long a form may stay open before it is sent.
const formTokenLife = 24 * time.Hour

// formOpened checks the token of a form that asks for one.
func (d *Desk) formOpened(f *guichet.Form, token string) error {
	if f.MinSeconds == 0 {
		return nil
	}
	at, sign, _ := strings.Cut(token, ".")
	n, err := strconv.ParseInt(at, 10, 64)
	if err != nil || !hmac.Equal([]byte(sign), []byte(d.formSign(f.ID, at))) {
		return guichet.Wrongf(TokenField, "the form asks for a token: fetch it with GET when the page opens, and send it as %s", TokenField)
	}
	switch age := d.Now().Sub(time.Unix(n, 0)); {
	case age > formTokenLife || age < 0:
		return guichet.Wrongf(TokenField, "the page was open for too long: load it again")
	case age < time.Duration(f.MinSeconds)*time.Second:
		return guichet.Wrongf(TokenField, "that was faster than people write: wait %d seconds, then send it again", f.MinSeconds)
	}
	return nil
}

// SubmitForm makes of what a form sent a mail from who filled it in, stores that, and receives it as any mail: the bytes are safe before anything is done with
// them. The same submission again gives the same case. A filled-in trap makes it suspected, not refused: nothing is dropped (A058).
// Errors: NotFound for a form that is none or is switched off; Invalid naming the form's own field; TooLarge; Exhausted when too many came; Temporary: nothing
// was promised, and sending it again is safe.
func (d *Desk) SubmitForm(ctx context.Context, id guichet.FormID, in Submission) (Submitted, error) {
	f, ch, err := d.formOf(ctx, id)
	if err != nil {
		return Submitted{}, err
	}
	if err := d.formOpened(f, first(in.Values[TokenField])); err != nil {
		return Submitted{}, err
	}
	out, err := d.formMail(f, ch, in)
	if err != nil {
		return Submitted{}, err
	}
	receipt := store.FormReceipt(d.formKey(f, in))
	got, err := d.storeForm(ctx, f, receipt, out, in)
	if err != nil {
		return Submitted{}, err
	}
	done, err := d.ReceiveMail(ctx, got)
	if err != nil {
		return Submitted{}, err
	}
	s := Submitted{Reference: receipt}
	for _, o := range done {
		s.Case = o.Message.Case()
	}
	return s, nil
}

// formOf loads a form and its channel, both switched on.
func (d *Desk) formOf(ctx context.Context, id guichet.FormID) (*guichet.Form, *guichet.Channel, error) {
	nothing := guichet.Errorf(guichet.NotFound, "form")
	f, err := d.Store.Form(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	cfg, err := d.Store.Config(ctx, id.Tenant())
	if err != nil {
		return nil, nil, err
	}
	ch := cfg.Channels[f.Channel]
	if !f.Enabled || ch == nil || ch.Deleted {
		return nil, nil, nothing
	}
	return f, ch, nil
}

// OpenForm returns a form that is switched on: for its door, which asks where a request comes from before it reads it.
func (d *Desk) OpenForm(ctx context.Context, id guichet.FormID) (*guichet.Form, error) {
	f, _, err := d.formOf(ctx, id)
	return f, err
}

// formKey names a submission: by its key, or by its words and the time.
func (d *Desk) formKey(f *guichet.Form, in Submission) string {
	h := hmac.New(sha256.New, d.Key)
	h.Write([]byte("form\x00" + string(f.ID) + "\x00"))
	if in.Key != "" {
		h.Write([]byte("key\x00" + in.Key))
	} else {
		fmt.Fprintf(h, "%d\x00%s", d.Now().Unix()/int64(formRepeat/time.Second), formDigest(f, in))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// formDigest is the hash of what was written, the fields of our own apart.
func formDigest(f *guichet.Form, in Submission) string {
	h := sha256.New()
	for _, k := range slices.Sorted(maps.Keys(in.Values)) {
		if k != TokenField && k != KeyField {
			fmt.Fprintf(h, "%q%q", k, in.Values[k])
		}
	}
	for _, file := range in.Files {
		fmt.Fprintf(h, "%q%q%x", file.Name, file.Type, sha256.Sum256(file.Data))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// digestHeader carries formDigest in the stored mail, so that a key that is used for other words is found out.
const digestHeader = "X-Guichet-Form-Digest"

// storeForm stores the mail of a submission once, and returns how it is received. One that is stored already is received as it was then.
func (d *Desk) storeForm(ctx context.Context, f *guichet.Form, receipt string, out mail.Outgoing, in Submission) (Incoming, error) {
	got := Incoming{Raw: store.InKey(receipt), From: out.From.Addr, Recipients: []string{out.To[0].Addr}, ReceivedAt: out.Date, Receipt: receipt, Form: f}
	if f.Fields.Trap != "" && first(in.Values[f.Fields.Trap]) != "" {
		got.Verdicts.Spam = "FAIL"
	}
	raw, err := d.rawMail(ctx, got.Raw)
	if err == nil {
		was := mail.Parse(raw)
		if was.Get(digestHeader) != formDigest(f, in) {
			return got, guichet.Wrongf(KeyField, "this key was used for another message: take a new one for each")
		}
		if was.Date.IsZero() {
			return got, nil
		}
		got.ReceivedAt = was.Date
		return got, nil
	}
	if !guichet.Is(err, guichet.NotFound) {
		return got, err
	}
	if err := d.formRate(ctx, f, receipt, in.IP, out.From.Addr); err != nil {
		return got, err
	}
	if raw, err = mail.Compose(out); err != nil {
		return got, formField(f, err)
	}
	err = d.Store.Blobs.Put(ctx, got.Raw, bytes.NewReader(raw), int64(len(raw)))
	if guichet.Is(err, guichet.Exists) { // the same submission beside this one: its bytes count
		return d.storeForm(ctx, f, receipt, out, in)
	}
	return got, err
}

// formRate refuses what comes too often from one place or in one name.
func (d *Desk) formRate(ctx context.Context, f *guichet.Form, receipt, ip, addr string) error {
	for _, who := range []string{"ip " + ip, "of " + mail.FoldAddress(addr)} {
		h := hmac.New(sha256.New, d.Key)
		h.Write([]byte("form rate\x00" + string(f.ID) + "\x00" + who))
		n, err := d.Store.Rate(ctx, f.ID.Tenant(), hex.EncodeToString(h.Sum(nil)[:12]), receipt, time.Hour, f.Hourly(), d.Now())
		if err != nil {
			return err
		}
		if n > f.Hourly() {
			return guichet.Errorf(guichet.Exhausted, "too many messages came from here: try again in an hour, or write a mail")
		}
	}
	return nil
}

// formMail makes the mail of a submission. Its sender is who is named in the form, never the form (A032).
func (d *Desk) formMail(f *guichet.Form, ch *guichet.Channel, in Submission) (mail.Outgoing, error) {
	if len(in.Key) > maxFormKey {
		return mail.Outgoing{}, guichet.Wrongf(KeyField, "a key has at most %d bytes", maxFormKey)
	}
	who, err := formSender(f, in, ch)
	if err != nil {
		return mail.Outgoing{}, err
	}
	text, err := formText(f, in)
	if err != nil {
		return mail.Outgoing{}, err
	}
	subject, err := oneLine(in, f.Fields.Subject)
	if err != nil {
		return mail.Outgoing{}, err
	}
	if subject == "" {
		subject = f.Name
	}
	if len(in.Files) > 0 && !f.Files {
		return mail.Outgoing{}, guichet.Wrongf("files", "this form takes no files")
	}
	return mail.Outgoing{
		From: who, To: []mail.Address{{Addr: ch.Address}}, Subject: subject, Date: d.Now().UTC().Truncate(time.Second), Text: text, Files: in.Files, Limit: mail.SESLimit,
		MessageID: "form." + d.formKey(f, in) + "@" + domainOf(ch.Address),
		Headers:   []mail.Field{{Name: "X-Guichet-Form", Value: string(f.ID)}, {Name: digestHeader, Value: formDigest(f, in)}},
	}, nil
}

// formSender reads who wrote: one address that mail can be sent to, and none of ours.
func formSender(f *guichet.Form, in Submission, ch *guichet.Channel) (mail.Address, error) {
	addr, err := oneLine(in, f.Fields.Email)
	if err != nil {
		return mail.Address{}, err
	}
	name, err := oneLine(in, f.Fields.Name)
	if err != nil {
		return mail.Address{}, err
	}
	out, err := mail.OutAddr(addr)
	switch {
	case addr == "":
		return mail.Address{}, guichet.Wrongf(f.Fields.Email, "%s is missing: it is the address that the answer goes to", f.Fields.Email)
	case err != nil || strings.ContainsAny(addr, " ,;<>()[]\\\":") || strings.Count(addr, "@") != 1 || !strings.Contains(domainOf(addr), "."):
		return mail.Address{}, guichet.Wrongf(f.Fields.Email, "%s is not an address as bo@customer.example", f.Fields.Email)
	case mail.FoldAddress(out) == ch.Address:
		return mail.Address{}, guichet.Wrongf(f.Fields.Email, "%s is our own address: give yours", f.Fields.Email)
	}
	return mail.Address{Name: name, Addr: out}, nil
}

// formText is the text of a submission, with the further fields below it.
func formText(f *guichet.Form, in Submission) (string, error) {
	text := strings.TrimSpace(strings.ReplaceAll(tidy(first(in.Values[f.Fields.Text])), "\r\n", "\n"))
	switch {
	case text == "":
		return "", guichet.Wrongf(f.Fields.Text, "%s is missing: what is it about?", f.Fields.Text)
	case len(text) > maxFormText:
		return "", guichet.Wrongf(f.Fields.Text, "%s has %d bytes; at most %d fit", f.Fields.Text, len(text), maxFormText)
	}
	var more strings.Builder
	for _, c := range f.Custom {
		var values []string
		for i := range in.Values[c.Field] {
			v, err := oneLine(Submission{Values: map[string][]string{c.Field: in.Values[c.Field][i:]}}, c.Field)
			if err != nil {
				return "", err
			}
			if v != "" {
				values = append(values, v)
			}
		}
		if len(values) == 0 && c.Required {
			return "", guichet.Wrongf(c.Field, "%s is missing", c.Label)
		}
		if len(values) > 0 {
			more.WriteString("\n" + c.Label + ": " + strings.Join(values, ", "))
		}
	}
	if more.Len() > 0 {
		text += "\n" + more.String()
	}
	return text + "\n", nil
}

// oneLine reads a field that holds one line.
func oneLine(in Submission, field string) (string, error) {
	if field == "" {
		return "", nil
	}
	v := strings.Join(strings.Fields(tidy(first(in.Values[field]))), " ")
	if len(v) > maxFormValue {
		return "", guichet.Wrongf(field, "%s has %d bytes; at most %d fit", field, len(v), maxFormValue)
	}
	return v, nil
}

// tidy makes text storable: valid UTF-8, no control characters but line ends and tabs.
func tidy(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == utf8.RuneError:
			return '\uFFFD'
		case r < ' ' && r != '\n' && r != '\r' && r != '\t', r == 0x7f, r >= 0x80 && r < 0xa0:
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// formField names the form's own field in an error of the composer.
func formField(f *guichet.Form, err error) error {
	if guichet.Is(err, guichet.Invalid) {
		return guichet.Wrongf(f.Fields.Email, "this cannot be made a mail: check %s", f.Fields.Email)
	}
	return err
}
