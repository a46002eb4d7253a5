package desk

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/store"
)

// A draft is an answer that is not sent yet (A021): its author writes it and submits it, somebody with the right to approve lets it go or refuses it with a
// reason, and then it is an answer like any other, of its author. Who may reply needs no approval: he sends. Drafts are changed together with their case, so that
// each step is in its history and two deciders do not both decide.

// maxDrafts bounds the drafts of one case.
const maxDrafts = 50

// mayDraft asks for the right to write drafts: who may reply has it.
func (w *worker) mayDraft() error {
	if w.role.May(guichet.CanReply, w.channel.ID) {
		return nil
	}
	return w.needs(guichet.CanDraft)
}

// SaveDraft keeps a draft: a new one (id empty), or one of the author's own that is open. submit hands it over for approval at once. A client's key makes the same
// call give the same draft. Errors: Denied; Invalid; TooLarge; Permanent for one that waits for approval or is done.
func (d *Desk) SaveDraft(ctx context.Context, t guichet.TenantID, who guichet.AgentID, c guichet.CaseID, id guichet.DraftID, letter guichet.Letter, submit bool, key string) (*guichet.Draft, error) {
	if err := guichet.ValidLetter(&letter); err != nil {
		return nil, err
	}
	letter.Leaves = letter.Leaves.UTC()
	ans := answerOf(&letter)
	if err := ans.valid(); err != nil {
		return nil, err
	}
	var out *guichet.Draft
	err := again(ctx, func() error {
		w, err := d.worker(ctx, t, who, c)
		if err != nil {
			return err
		}
		if err := w.mayDraft(); err != nil {
			return err
		}
		if out, err = d.draftFor(ctx, w, id, key); err != nil {
			return err
		}
		now := letter
		if now.Files, err = d.keepForDraft(ctx, w.c, letter.Files); err != nil {
			return err
		}
		if out.Version > 0 && sameLetter(&out.Letter, &now) && out.State != guichet.Refused && submit == (out.State != guichet.Drafting) {
			return nil // this very call was made before
		}
		if !out.State.Open() && out.Version > 0 {
			return closed(out)
		}
		out.Letter, out.At, out.Reason, out.Decided = now, d.Now(), "", ""
		return d.saveDraft(ctx, w, out, submit)
	})
	return out, err
}

// saveDraft commits a draft of w, and checks one that is submitted as if it were sent: who approves it is not to find out that it cannot be.
func (d *Desk) saveDraft(ctx context.Context, w *worker, out *guichet.Draft, submit bool) error {
	kind := guichet.DraftSaved
	out.State = guichet.Drafting
	if submit {
		kind, out.State = guichet.DraftSubmitted, guichet.Awaiting
		if _, err := d.previewOf(ctx, w, answerOf(&out.Letter)); err != nil {
			return err
		}
	}
	f := d.fact(kind, string(w.agent.ID), "draft", string(out.ID))
	f.Agent = out.By
	tx := &store.Tx{}
	tx.Draft(out)
	tx.Case(w.c, f)
	return d.Store.Commit(ctx, tx)
}

// draftFor finds the draft that is written on, or begins one. Its id comes from the client's key or from the case's version: a call that is made again writes the
// same one.
func (d *Desk) draftFor(ctx context.Context, w *worker, id guichet.DraftID, key string) (*guichet.Draft, error) {
	if id == "" && key != "" {
		h := sha256.Sum256([]byte(string(w.agent.ID) + "\x00" + string(w.c.ID) + "\x00" + key))
		id = guichet.DraftID(hex.EncodeToString(h[:8]))
	} else if id == "" {
		id = guichet.DraftID(string(w.c.ID) + "-v" + strconv.FormatInt(w.c.Version+1, 10))
	} else if key == "" {
		return d.authors(ctx, w, id)
	}
	_, err := d.draftIn(ctx, w, id)
	switch {
	case guichet.Is(err, guichet.NotFound):
		list, err := d.Store.Drafts(ctx, w.c.Tenant, w.c.ID)
		if err == nil && len(list) >= maxDrafts {
			err = guichet.Errorf(guichet.Exhausted, "the case has %d drafts, which is the limit", maxDrafts)
		}
		return &guichet.Draft{Tenant: w.c.Tenant, Case: w.c.ID, ID: id, By: w.agent.ID}, err
	case err != nil:
		return nil, err
	}
	return d.authors(ctx, w, id)
}

func sameLetter(a, b *guichet.Letter) bool {
	x, _ := json.Marshal(a) // plain data: it encodes
	y, _ := json.Marshal(b)
	return bytes.Equal(x, y)
}

// closed says why a draft cannot be changed.
func closed(d *guichet.Draft) error {
	return guichet.Errorf(guichet.Permanent, "the draft is %s: it cannot be changed any more", d.State)
}

// authors loads a draft of the agent's own.
func (d *Desk) authors(ctx context.Context, w *worker, id guichet.DraftID) (*guichet.Draft, error) {
	out, err := d.draftIn(ctx, w, id)
	if err == nil && out.By != w.agent.ID {
		err = guichet.Errorf(guichet.Denied, "the draft is another agent's")
	}
	return out, err
}

// draftIn finds a draft of a case, also one that was written in a case that is part of it now: there it stays.
func (d *Desk) draftIn(ctx context.Context, w *worker, id guichet.DraftID) (*guichet.Draft, error) {
	out, err := d.Store.Draft(ctx, w.c.Tenant, w.c.ID, id)
	for _, part := range w.c.Parts {
		if !guichet.Is(err, guichet.NotFound) {
			break
		}
		out, err = d.Store.Draft(ctx, w.c.Tenant, part, id)
	}
	return out, err
}

// ownDraft loads an open draft of the agent's own.
func (d *Desk) ownDraft(ctx context.Context, w *worker, id guichet.DraftID) (*guichet.Draft, error) {
	out, err := d.authors(ctx, w, id)
	if err == nil && !out.State.Open() {
		err = closed(out)
	}
	return out, err
}

// SubmitDraft hands a draft over for approval. To do it again changes nothing.
func (d *Desk) SubmitDraft(ctx context.Context, t guichet.TenantID, who guichet.AgentID, c guichet.CaseID, id guichet.DraftID) (*guichet.Draft, error) {
	var out *guichet.Draft
	err := again(ctx, func() error {
		w, err := d.worker(ctx, t, who, c)
		if err != nil {
			return err
		}
		if err := w.mayDraft(); err != nil {
			return err
		}
		if out, err = d.draftIn(ctx, w, id); err != nil {
			return err
		}
		if out.State == guichet.Awaiting && out.By == who {
			return nil
		}
		if out, err = d.ownDraft(ctx, w, id); err != nil {
			return err
		}
		return d.saveDraft(ctx, w, out, true)
	})
	return out, err
}

// DecideDraft lets a draft that waits go, or refuses it with a reason. Who approves needs the right, and for a draft of his own a second one. An approved draft is
// composed and queued in the same commit, as its author's answer. The same decision again changes nothing. Errors: Denied; Invalid; Permanent for one that does not wait.
func (d *Desk) DecideDraft(ctx context.Context, t guichet.TenantID, who guichet.AgentID, c guichet.CaseID, id guichet.DraftID, approve bool, reason string) (*guichet.Draft, error) {
	reason = strings.TrimSpace(reason)
	if !approve && reason == "" || len(reason) > 1000 {
		return nil, guichet.Wrongf("reason", "say why, in 1 to 1000 bytes: its author reads it")
	}
	var out *guichet.Draft
	err := again(ctx, func() error {
		w, err := d.worker(ctx, t, who, c)
		if err != nil {
			return err
		}
		if err := w.needs(guichet.CanApprove, guichet.CanViewSkills); err != nil {
			return err
		}
		if out, err = d.draftIn(ctx, w, id); err != nil {
			return err
		}
		if out.By == who {
			if err := w.needs(guichet.CanApproveOwn); err != nil {
				return err
			}
		}
		done := map[bool]guichet.DraftState{true: guichet.Approved, false: guichet.Refused}[approve]
		switch out.State {
		case guichet.Awaiting:
		case done:
			return nil
		default:
			return guichet.Errorf(guichet.Permanent, "the draft is %s: there is nothing to decide", out.State)
		}
		out.State, out.Decided, out.Reason = done, who, reason
		if approve {
			return d.letDraftGo(ctx, w, out)
		}
		f := d.fact(guichet.DraftRefused, string(who), "draft", string(id), "reason", reason)
		f.Agent = out.By
		tx := &store.Tx{}
		tx.Draft(out)
		tx.Case(w.c, f)
		return d.Store.Commit(ctx, tx)
	})
	return out, err
}

// letDraftGo makes an approved draft its author's answer.
func (d *Desk) letDraftGo(ctx context.Context, w *worker, out *guichet.Draft) error {
	author, err := d.Store.Agent(ctx, w.c.Tenant, out.By)
	if err != nil {
		return err
	}
	approved := d.fact(guichet.DraftApproved, string(w.agent.ID), "draft", string(out.ID))
	approved.Agent = out.By
	ans := answerOf(&out.Letter)
	if err := w.sendFrom(ans.From); err != nil {
		return err
	}
	if err := sends(w.from); err != nil {
		return err
	}
	if !ans.Leaves.After(d.Now()) {
		ans.Leaves = time.Time{} // its time passed while it waited for approval: it leaves now
	}
	w.agent = author
	tx := &store.Tx{}
	m, facts, err := d.write(ctx, tx, w, ans)
	if err != nil {
		return err
	}
	out.Message = m.ID()
	tx.Draft(out)
	tx.Case(w.c, append([]guichet.Fact{approved}, facts...)...)
	return d.Store.Commit(ctx, tx)
}

// closeDraft notes that a draft was sent by its author, in the commit of the answer.
func (d *Desk) closeDraft(ctx context.Context, tx *store.Tx, w *worker, id guichet.DraftID) error {
	if id == "" {
		return nil
	}
	out, err := d.ownDraft(ctx, w, id)
	if err != nil {
		return err
	}
	out.State, out.Message = guichet.SentDraft, w.c.ID.Message(w.c.Messages+1)
	tx.Draft(out)
	return nil
}

// DiscardDraft throws an open draft of the author's own away. To do it again changes nothing.
func (d *Desk) DiscardDraft(ctx context.Context, t guichet.TenantID, who guichet.AgentID, c guichet.CaseID, id guichet.DraftID) error {
	return again(ctx, func() error {
		w, err := d.worker(ctx, t, who, c)
		if err != nil {
			return err
		}
		out, err := d.draftIn(ctx, w, id)
		if err != nil || out.State == guichet.Discarded && out.By == who {
			return err
		}
		if out.State != guichet.Awaiting || out.By != who {
			if out, err = d.ownDraft(ctx, w, id); err != nil {
				return err
			}
		}
		out.State = guichet.Discarded
		f := d.fact(guichet.DraftDiscarded, string(who), "draft", string(id))
		f.Agent = who
		tx := &store.Tx{}
		tx.Draft(out)
		tx.Case(w.c, f)
		return d.Store.Commit(ctx, tx)
	})
}

// Drafts lists the drafts of a case that concern an agent: his own, and those that wait for who may approve.
func (d *Desk) Drafts(ctx context.Context, t guichet.TenantID, who guichet.AgentID, c guichet.CaseID) ([]*guichet.Draft, error) {
	w, err := d.worker(ctx, t, who, c)
	if err != nil {
		return nil, err
	}
	var out []*guichet.Draft
	for _, part := range append([]guichet.CaseID{w.c.ID}, w.c.Parts...) {
		all, err := d.Store.Drafts(ctx, t, part)
		if err != nil {
			return nil, err
		}
		for _, x := range all {
			if x.By == who && x.State != guichet.Discarded || x.State == guichet.Awaiting && w.role.May(guichet.CanApprove, w.channel.ID) {
				out = append(out, x)
			}
		}
	}
	return out, nil
}

// KeepWriting keeps what an agent is writing in a case, for the next page that he opens; nothing written takes it away. It is no step of the case: nobody else sees it.
func (d *Desk) KeepWriting(ctx context.Context, t guichet.TenantID, who guichet.AgentID, c guichet.CaseID, letter guichet.Letter) error {
	if err := guichet.ValidLetter(&letter); err != nil {
		return err
	}
	return again(ctx, func() error {
		w, err := d.worker(ctx, t, who, c)
		if err != nil {
			return err
		}
		now, err := d.Store.Writing(ctx, t, w.c.ID, who)
		if err != nil {
			return err
		}
		now.Letter, now.At, now.State, now.By = letter, d.Now(), guichet.Drafting, who
		return d.Store.SetWriting(ctx, now)
	})
}

// Writing returns what the agent was writing in a case; an empty letter for nothing.
func (d *Desk) Writing(ctx context.Context, t guichet.TenantID, who guichet.AgentID, c guichet.CaseID) (*guichet.Draft, error) {
	w, err := d.worker(ctx, t, who, c)
	if err != nil {
		return nil, err
	}
	return d.Store.Writing(ctx, t, w.c.ID, who)
}

// answerOf is what is sent of a letter.
func answerOf(l *guichet.Letter) Answer {
	ans := Answer{Text: l.Text, HTML: l.HTML, To: l.To, Cc: l.Cc, Bcc: l.Bcc, All: l.All, Quote: l.Quote, Answers: l.Answers, Forward: l.Forward, Bare: l.Bare, From: l.From, Leaves: l.Leaves}
	for _, f := range l.Files {
		ans.Files = append(ans.Files, AnswerFile{Name: f.Name, Type: f.Type, Kept: f.Kept, Stored: f.Blob, CID: f.CID})
	}
	return ans
}

// keepForDraft copies the files of a draft to where they stay: uploads are forgotten after a day or two, and somebody may take longer to approve.
func (d *Desk) keepForDraft(ctx context.Context, c *guichet.Case, list []guichet.LetterFile) ([]guichet.LetterFile, error) {
	var out []guichet.LetterFile
	for i, f := range list {
		if f.Blob == "" {
			data, err := d.KeptFile(ctx, c.Tenant, f.Kept)
			if guichet.Is(err, guichet.NotFound) {
				return nil, noFile(i)
			}
			if err != nil {
				return nil, err
			}
			h := sha256.Sum256(data)
			f.Blob, f.Kept = store.DraftFileKey(c.Tenant, c.ID, hex.EncodeToString(h[:16])), ""
			if err := d.Store.Blobs.Put(ctx, f.Blob, bytes.NewReader(data), int64(len(data))); err != nil && !guichet.Is(err, guichet.Exists) {
				return nil, err
			}
		}
		out = append(out, f)
	}
	return out, nil
}
