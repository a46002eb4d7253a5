package inbox

import (
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"

	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/script"
	"guichet/shared/store"
)

// scriptRoutes lists the API of digital scripts, workflow rules and dry runs. What needs the language of conditions stands below /guichet/automation: on AWS a function of its
// own serves that.
func (h *door) scriptRoutes() map[string]action {
	const a = " /guichet/automation"
	return map[string]action{
		"GET" + a + "/vocabulary":                 h.vocabulary,
		"GET" + a + "/scripts":                    h.scripts,
		"GET" + a + "/scripts/{id}":               h.script,
		"PUT" + a + "/scripts/{id}":               h.saveScript,
		"POST" + a + "/scripts/{id}/check":        h.checkScript,
		"POST" + a + "/scripts/{id}/activate":     h.activateScript,
		"GET" + a + "/scripts/{id}/versions/{v}":  h.scriptVersion,
		"GET" + a + "/rules":                      h.rules,
		"GET" + a + "/rules/{id}":                 h.rule,
		"PUT" + a + "/rules/{id}":                 h.saveRule,
		"POST" + a + "/rules/{id}/check":          h.checkRule,
		"POST" + a + "/rules/{id}/enabled":        h.enableRule,
		"GET" + a + "/rules/{id}/versions/{v}":    h.ruleVersion,
		"PUT" + a + "/channels/{ch}/script":       h.channelScript,
		"POST" + a + "/dry-run":                   h.dryRun,
		"GET /guichet/fields":                     h.fields,
		"PUT /guichet/fields":                     h.saveFields,
		"PUT /guichet/contacts/{n}/custom-fields": h.setFields,
		"POST /guichet/contacts/{n}/events":       h.visitorActed,
	}
}

// vocabulary lists what conditions may speak of.
func (h *door) vocabulary(c *call) (any, error) {
	cfg, err := h.d.Configures(c.Context(), c.t, c.me.ID, desk.Whole)
	if err != nil {
		return nil, err
	}
	out := vocabularyDTO{Names: []nameDTO{}, Facts: guichet.Watchable, Tags: slices.Sorted(maps.Keys(cfg.Tags)), Skills: []string{}}
	for _, v := range script.Vars {
		out.Names = append(out.Names, nameDTO{v.Name, v.Type, v.About, v.Fact})
	}
	for _, f := range cfg.Fields.List {
		if !f.Gone {
			out.Names = append(out.Names, nameDTO{script.FieldPrefix + f.Name, string(f.Type), f.Text.In(c.lang), false})
		}
	}
	for _, id := range slices.Sorted(maps.Keys(cfg.Skills)) {
		if !cfg.Skills[id].Deleted {
			out.Skills = append(out.Skills, string(id))
		}
	}
	return out, nil
}

func (h *door) scripts(c *call) (any, error) {
	cfg, err := h.d.Configures(c.Context(), c.t, c.me.ID, desk.Whole)
	if err != nil {
		return nil, err
	}
	out := scriptsDTO{Scripts: []scriptDTO{}, Channels: []channelScriptDTO{}}
	for _, id := range slices.Sorted(maps.Keys(cfg.Scripts)) {
		out.Scripts = append(out.Scripts, wireScript(cfg, cfg.Scripts[id]))
	}
	for _, id := range slices.Sorted(maps.Keys(cfg.Channels)) {
		if ch := cfg.Channels[id]; !ch.Deleted {
			out.Channels = append(out.Channels, channelScriptDTO{string(id), ch.Name, string(ch.Skill), string(ch.Script)})
		}
	}
	return out, nil
}

// script shows a script: its newest version, and the list of all.
func (h *door) script(c *call) (any, error) {
	cfg, err := h.d.Configures(c.Context(), c.t, c.me.ID, desk.Whole)
	if err != nil {
		return nil, err
	}
	head := cfg.Scripts[guichet.ScriptID(c.PathValue("id"))]
	if head == nil {
		return nil, guichet.Errorf(guichet.NotFound, "script")
	}
	out := wireScript(cfg, head)
	out.Document, out.Versions, err = h.versions(c, store.ScriptDoc, string(head.ID), cmp.Or(head.Active, head.Latest))
	return out, err
}

// versions returns one version of a document, and a list of the newest ones.
func (h *door) versions(c *call, kind store.DocKind, id string, n int) (json.RawMessage, []versionDTO, error) {
	doc, err := h.d.Store.Doc(c.Context(), c.t, kind, id, n)
	if err != nil {
		return nil, nil, err
	}
	list, _, err := h.d.Store.Docs(c.Context(), c.t, kind, id, 100, "")
	out := []versionDTO{}
	for _, d := range list {
		out = append(out, versionDTO{Version: d.N, By: string(d.By), At: timeOf(d.At)})
	}
	return doc.Source, out, err
}

func (h *door) scriptVersion(c *call) (any, error) { return h.version(c, store.ScriptDoc) }
func (h *door) ruleVersion(c *call) (any, error)   { return h.version(c, store.RuleDoc) }

func (h *door) version(c *call, kind store.DocKind) (any, error) {
	if _, err := h.d.Configures(c.Context(), c.t, c.me.ID, desk.Whole); err != nil {
		return nil, err
	}
	n, err := strconv.Atoi(c.PathValue("v"))
	if err != nil {
		return nil, guichet.Errorf(guichet.NotFound, "version")
	}
	d, err := h.d.Store.Doc(c.Context(), c.t, kind, c.PathValue("id"), n)
	if err != nil {
		return nil, err
	}
	return versionDTO{Version: d.N, By: string(d.By), At: timeOf(d.At), Document: d.Source}, nil
}

// source is the document as it was sent: its problems are told by its lines.
func (c *call) source() ([]byte, error) {
	b, err := io.ReadAll(c.Body)
	var large *http.MaxBytesError
	if errors.As(err, &large) || len(b) > script.MaxSource {
		return nil, guichet.Errorf(guichet.TooLarge, "the document is larger than %d bytes", script.MaxSource)
	}
	if err != nil {
		return nil, &wrong{status: http.StatusBadRequest, code: "body", field: "body", text: "the request ended before its body did"}
	}
	return b, nil
}

// saveScript keeps a document as the next version of a script; with ?activate=true it is in force.
func (h *door) saveScript(c *call) (any, error) {
	b, err := c.source()
	if err != nil {
		return nil, err
	}
	s, err := h.d.SaveScript(c.Context(), c.t, c.me.ID, guichet.ScriptID(c.PathValue("id")), b, c.URL.Query().Get("activate") == "true")
	return savedDTO{s.Version, s.Active, s.Same}, err
}

func (h *door) checkScript(c *call) (any, error) {
	b, err := c.source()
	if err != nil {
		return nil, err
	}
	return nil, h.d.CheckScript(c.Context(), c.t, c.me.ID, guichet.ScriptID(c.PathValue("id")), b)
}

func (h *door) activateScript(c *call) (any, error) {
	var in struct {
		Version *int `json:"version"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	if in.Version == nil {
		return nil, guichet.Wrongf("version", "name the version that is to be in force; 0 for none")
	}
	return nil, h.d.ActivateScript(c.Context(), c.t, c.me.ID, guichet.ScriptID(c.PathValue("id")), *in.Version)
}

func (h *door) rules(c *call) (any, error) {
	cfg, err := h.d.Configures(c.Context(), c.t, c.me.ID, desk.Whole)
	if err != nil {
		return nil, err
	}
	out := rulesDTO{Rules: []ruleDTO{}}
	list := slices.Collect(maps.Values(cfg.Rules))
	slices.SortFunc(list, func(a, b *store.RuleHead) int { return cmp.Or(cmp.Compare(a.Order, b.Order), cmp.Compare(a.ID, b.ID)) })
	for _, r := range list {
		out.Rules = append(out.Rules, wireRule(r))
	}
	return out, nil
}

func (h *door) rule(c *call) (any, error) {
	cfg, err := h.d.Configures(c.Context(), c.t, c.me.ID, desk.Whole)
	if err != nil {
		return nil, err
	}
	head := cfg.Rules[guichet.RuleID(c.PathValue("id"))]
	if head == nil {
		return nil, guichet.Errorf(guichet.NotFound, "rule")
	}
	out := wireRule(head)
	out.Document, out.Versions, err = h.versions(c, store.RuleDoc, string(head.ID), head.Latest)
	return out, err
}

func (h *door) saveRule(c *call) (any, error) {
	b, err := c.source()
	if err != nil {
		return nil, err
	}
	s, err := h.d.SaveRule(c.Context(), c.t, c.me.ID, guichet.RuleID(c.PathValue("id")), b)
	return savedDTO{s.Version, s.Active, s.Same}, err
}

func (h *door) checkRule(c *call) (any, error) {
	b, err := c.source()
	if err != nil {
		return nil, err
	}
	return nil, h.d.CheckRule(c.Context(), c.t, c.me.ID, guichet.RuleID(c.PathValue("id")), b)
}

func (h *door) enableRule(c *call) (any, error) {
	var in struct {
		Enabled *bool `json:"enabled"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	if in.Enabled == nil {
		return nil, guichet.Wrongf("enabled", "enabled is true or false")
	}
	return nil, h.d.EnableRule(c.Context(), c.t, c.me.ID, guichet.RuleID(c.PathValue("id")), *in.Enabled)
}

func (h *door) channelScript(c *call) (any, error) {
	var in struct {
		Script *string `json:"script"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	if in.Script == nil {
		return nil, guichet.Wrongf("script", "name the script; an empty one is the built-in script, which leaves cases to the default skill")
	}
	return nil, h.d.SetChannelScript(c.Context(), c.t, c.me.ID, guichet.ChannelID(c.PathValue("ch")), guichet.ScriptID(*in.Script))
}

// dryRun says what a change would have done, page by page.
func (h *door) dryRun(c *call) (any, error) {
	var in desk.Trial
	if err := c.read(&in); err != nil {
		return nil, err
	}
	return h.d.DryRun(c.Context(), c.t, c.me.ID, in)
}

func (h *door) fields(c *call) (any, error) {
	return wireFields(c.cfg.Fields), nil
}

func (h *door) saveFields(c *call) (any, error) {
	var in fieldsDTO
	if err := c.read(&in); err != nil {
		return nil, err
	}
	f, err := h.d.SaveFields(c.Context(), c.t, c.me.ID, store.Fields{List: in.Fields, Version: in.Version})
	return wireFields(f), err
}

// setFields gives custom fields of a case their values; null takes one away.
func (h *door) setFields(c *call) (any, error) {
	in := map[string]any{}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	id := guichet.CaseID(c.PathValue("n"))
	if err := h.d.SetFields(c.Context(), c.t, c.me.ID, id, in); err != nil {
		return nil, err
	}
	seen, err := h.d.See(c.Context(), c.t, c.me.ID, id)
	if err != nil {
		return nil, err
	}
	return wireValues(seen.Config, seen.Case, c.lang), nil
}

// visitorActed notes what somebody did elsewhere (A143).
func (h *door) visitorActed(c *call) (any, error) {
	var in struct {
		Name  string `json:"name"`
		Value string `json:"value"`
		Key   string `json:"key"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	return nil, h.d.VisitorActed(c.Context(), c.t, c.me.ID, guichet.CaseID(c.PathValue("n")), in.Name, in.Value, in.Key)
}
