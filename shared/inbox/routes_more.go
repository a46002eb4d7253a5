package inbox

import (
	"crypto/rand"
	"strings"

	"guichet/shared/guichet"
)

// moreRoutes lists the API of forms, exports, escalation and what else there is.
func (h *door) moreRoutes() map[string]action {
	return map[string]action{
		"POST /guichet/contacts/{n}/shred": h.shred,

		"GET /guichet/export": h.export,
		"PUT /guichet/export": h.setExport,

		"PUT /guichet/messages/{id}/sentiment": h.rate,
		"PUT /dfo/3.0/messages/{id}/sentiment": h.rate,
		"PUT /guichet/customers/{id}/reach":    h.reach,

		"GET /guichet/forms":         h.forms,
		"POST /guichet/forms":        h.newForm,
		"GET /guichet/forms/{id}":    h.form,
		"PUT /guichet/forms/{id}":    h.setForm,
		"DELETE /guichet/forms/{id}": h.deleteForm,
	}
}

// forms lists the forms that the agent may change (A032).
func (h *door) forms(c *call) (any, error) {
	list, err := h.d.Forms(c.Context(), c.t, c.me.ID)
	if err != nil {
		return nil, err
	}
	out := make([]any, 0, len(list))
	for _, f := range list {
		out = append(out, wireForm(f))
	}
	return c.list(out)
}

func (h *door) form(c *call) (any, error) {
	list, err := h.d.Forms(c.Context(), c.t, c.me.ID)
	if err != nil {
		return nil, err
	}
	for _, f := range list {
		if string(f.ID) == c.PathValue("id") {
			return wireForm(f), nil
		}
	}
	return nil, guichet.Errorf(guichet.NotFound, "form")
}

// newForm makes a form with an id that nobody guesses.
func (h *door) newForm(c *call) (any, error) {
	id := guichet.FormID(string(c.t) + "-" + strings.ToLower(rand.Text()))
	f, err := h.saveForm(c, id, func(in *formDTO) { in.Version = 0 })
	if err != nil {
		return nil, err
	}
	return created{f}, nil
}

func (h *door) setForm(c *call) (any, error) {
	id := guichet.FormID(c.PathValue("id"))
	was, err := h.d.Store.Form(c.Context(), id)
	if err != nil {
		return nil, err
	}
	return h.saveForm(c, id, func(in *formDTO) {
		if in.Version == 0 {
			in.Version = was.Version
		}
	})
}

func (h *door) saveForm(c *call, id guichet.FormID, version func(*formDTO)) (any, error) {
	in := formDTO{Enabled: true, Fields: guichet.FormFields{Email: "email", Name: "name", Subject: "subject", Text: "message"}}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	version(&in)
	f, err := h.d.SaveForm(c.Context(), c.t, c.me.ID, in.form(id))
	if err != nil {
		return nil, err
	}
	return wireForm(&f), nil
}

func (h *door) deleteForm(c *call) (any, error) {
	return nil, h.d.DeleteForm(c.Context(), c.t, c.me.ID, guichet.FormID(c.PathValue("id")))
}

// shred deletes a trashed case for good (D-07). The request says its number once more, so that no slip does it.
func (h *door) shred(c *call) (any, error) {
	var in struct {
		Confirm idText `json:"confirm"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	s, err := h.see(c)
	if err != nil {
		return nil, err
	}
	if string(in.Confirm) != string(s.Case.ID) {
		return nil, guichet.Wrongf("confirm", "say the case's number once more: confirm is %s", s.Case.ID)
	}
	return h.moved(c, h.d.Shred(c.Context(), c.t, c.me.ID, c.caseID()))
}
