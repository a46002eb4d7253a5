package desk

import (
	"context"

	"guichet/shared/guichet"
	"guichet/shared/mail"
)

// Preview is an answer as it would leave, before it does: made by the very calls that send it.
type Preview struct {
	From        guichet.Person
	To, Cc, Bcc []guichet.Person
	Subject     string
	Text, HTML  string // HTML is a whole document; empty: the mail is text alone
	Files       []guichet.File
}

// Preview shows what an answer would be. An answer without words is shown too: its recipients are what one looks for. Errors are those of Reply.
func (d *Desk) Preview(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.CaseID, ans Answer) (Preview, error) {
	w, err := d.worker(ctx, t, who, id)
	if err != nil {
		return Preview{}, err
	}
	if err := w.mayDraft(); err != nil {
		return Preview{}, err
	}
	return d.previewOf(ctx, w, ans)
}

// previewOf makes the mail of an answer of w, but not its bytes.
func (d *Desk) previewOf(ctx context.Context, w *worker, ans Answer) (Preview, error) {
	if ans.From != "" && ans.From != w.c.Channel {
		of := *w
		if w = &of; w.role.May(guichet.CanReply, ans.From) {
			if err := w.sendFrom(ans.From); err != nil {
				return Preview{}, err
			}
		}
	}
	p, err := d.past(ctx, w.c, ans)
	if err != nil {
		return Preview{}, err
	}
	of := *w
	if w = &of; w.role.May(guichet.CanReply, w.c.Channel) {
		if err := w.follow(p, ans); err != nil {
			return Preview{}, err
		}
	}
	m, out, err := d.outgoing(ctx, w, p, ans)
	if err != nil {
		return Preview{}, err
	}
	v := Preview{From: m.From, To: m.To, Cc: m.Cc, Bcc: m.Bcc, Subject: m.Subject, Text: out.Text}
	if out.HTML != "" {
		v.HTML = mail.HTMLPart(out.HTML, out.Language, out.RTL)
	}
	if ans.Forward != "" && !ans.Bare && p.parent != nil {
		v.Files = p.parent.Files
	}
	return v, nil
}

// PreviewDraft shows a draft as it would leave: with its author's signature. It is for its author and for who may approve. Errors are those of Preview.
func (d *Desk) PreviewDraft(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.CaseID, draft guichet.DraftID) (Preview, error) {
	w, out, err := d.draftSeen(ctx, t, who, id, draft)
	if err != nil {
		return Preview{}, err
	}
	if w.agent, err = d.Store.Agent(ctx, t, out.By); err != nil {
		return Preview{}, err
	}
	return d.previewOf(ctx, w, answerOf(&out.Letter))
}

// DraftFile is a file of a draft, for an answer or a draft that goes on with it. NotFound for what is not the agent's to see.
func (d *Desk) DraftFile(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.CaseID, draft guichet.DraftID, i int) (AnswerFile, error) {
	_, out, err := d.draftSeen(ctx, t, who, id, draft)
	if err != nil {
		return AnswerFile{}, err
	}
	files := answerOf(&out.Letter).Files
	if i < 0 || i >= len(files) {
		return AnswerFile{}, guichet.Errorf(guichet.NotFound, "file")
	}
	return files[i], nil
}

// draftSeen loads a draft for its author, or for who may approve it.
func (d *Desk) draftSeen(ctx context.Context, t guichet.TenantID, who guichet.AgentID, id guichet.CaseID, draft guichet.DraftID) (*worker, *guichet.Draft, error) {
	w, err := d.worker(ctx, t, who, id)
	if err != nil {
		return nil, nil, err
	}
	out, err := d.draftIn(ctx, w, draft)
	if err == nil && out.By != who && !w.role.May(guichet.CanApprove, w.channel.ID) {
		err = guichet.Errorf(guichet.NotFound, "draft")
	}
	return w, out, err
}
