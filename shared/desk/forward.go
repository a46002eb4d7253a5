package desk

import (
	"context"

	"guichet/shared/guichet"
	"guichet/shared/mail"
)

// filesAlong returns the files of a message that is passed on: all of them, those that its HTML shows as such (A034).
func (d *Desk) filesAlong(ctx context.Context, m *guichet.Message) ([]mail.OutFile, error) {
	if m == nil || m.Raw == "" || len(m.Files) == 0 {
		return nil, nil
	}
	raw, err := d.rawMail(ctx, m.Raw)
	if err != nil {
		return nil, err
	}
	whole := mail.Parse(raw)
	var out []mail.OutFile
	for i := range whole.Parts {
		p := &whole.Parts[i]
		f := mail.OutFile{Name: p.Name, Type: p.Type, ContentID: p.ContentID}
		if f.Data = p.Bytes(); f.Data == nil {
			f.Data = []byte{}
		}
		f.Inline = mail.FitsContentID(p.ContentID) && p.Disposition != "attachment"
		if !f.Inline {
			f.ContentID = ""
		}
		out = append(out, f)
	}
	return out, nil
}
