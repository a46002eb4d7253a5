package inbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"guichet/shared/guichet"
	"guichet/shared/script"
	"guichet/shared/store"
)

// The shapes of scripts, rules and custom fields. A document is the script or rule itself, as guichet.Script and guichet.Rule describe it.

type vocabularyDTO struct {
	Names  []nameDTO          `json:"names"`
	Facts  []guichet.FactKind `json:"facts"`
	Tags   []string           `json:"tags"`
	Skills []string           `json:"skills"`
}

type nameDTO struct {
	Name  string `json:"name"`
	Type  string `json:"type"`
	About string `json:"about"`
	Rules bool   `json:"rulesOnly"`
}

type scriptsDTO struct {
	Scripts  []scriptDTO        `json:"scripts"`
	Channels []channelScriptDTO `json:"channels"`
}

type scriptDTO struct {
	ID       string          `json:"id"`
	Name     string          `json:"name"`
	Active   int             `json:"active"`
	Latest   int             `json:"latest"`
	Channels []string        `json:"channels"`
	Log      []logDTO        `json:"log"`
	Document json.RawMessage `json:"document,omitempty"`
	Versions []versionDTO    `json:"versions,omitempty"`
}

type logDTO struct {
	Active int     `json:"active"`
	By     string  `json:"by"`
	At     *string `json:"at"`
}

type versionDTO struct {
	Version  int             `json:"version"`
	By       string          `json:"by"`
	At       *string         `json:"at"`
	Document json.RawMessage `json:"document,omitempty"`
}

type channelScriptDTO struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Skill  string `json:"skill"`
	Script string `json:"script"` // empty: the built-in one
}

type savedDTO struct {
	Version int  `json:"version"`
	Active  int  `json:"active"`
	Same    bool `json:"same"`
}

type rulesDTO struct {
	Rules []ruleDTO `json:"rules"`
}

type ruleDTO struct {
	ID       string             `json:"id"`
	Name     string             `json:"name"`
	Order    int                `json:"order"`
	Enabled  bool               `json:"enabled"`
	Stop     bool               `json:"stop"`
	On       []guichet.FactKind `json:"on"`
	After    *guichet.After     `json:"after"`
	Latest   int                `json:"latest"`
	Log      []logDTO           `json:"log"`
	Document json.RawMessage    `json:"document,omitempty"`
	Versions []versionDTO       `json:"versions,omitempty"`
}

type fieldsDTO struct {
	Fields  []guichet.Field `json:"fields"`
	Version int64           `json:"version"`
}

// valueDTO is one custom field of a case.
type valueDTO struct {
	Name  string            `json:"ident"`
	Label string            `json:"label"`
	Type  guichet.FieldType `json:"type"`
	Value any               `json:"value"` // null: none
}

func wireScript(cfg *store.Config, h *store.ScriptHead) scriptDTO {
	out := scriptDTO{ID: string(h.ID), Name: h.Name, Active: h.Active, Latest: h.Latest, Channels: []string{}, Log: wireLog(h.Log)}
	for _, ch := range cfg.Channels {
		if ch.Script == h.ID && !ch.Deleted {
			out.Channels = append(out.Channels, string(ch.ID))
		}
	}
	return out
}

func wireRule(h *store.RuleHead) ruleDTO {
	out := ruleDTO{ID: string(h.ID), Name: h.Name, Order: h.Order, Enabled: h.Enabled, Stop: h.Stop, On: h.On, After: h.After, Latest: h.Latest, Log: wireLog(h.Log)}
	if out.On == nil {
		out.On = []guichet.FactKind{}
	}
	return out
}

func wireLog(log []store.Activated) []logDTO {
	out := []logDTO{}
	for _, l := range log {
		out = append(out, logDTO{l.Active, string(l.By), timeOf(l.At)})
	}
	return out
}

func wireFields(f store.Fields) fieldsDTO {
	out := fieldsDTO{Fields: f.List, Version: f.Version}
	if out.Fields == nil {
		out.Fields = []guichet.Field{}
	}
	return out
}

// wireValues lists the custom fields of a case: those that are in use, and retired ones that it has a value of.
func wireValues(cfg *store.Config, k *guichet.Case, lang string) []valueDTO {
	out := []valueDTO{}
	for _, f := range cfg.Fields.List {
		v, has := k.Fields[f.Name]
		if f.Gone && !has {
			continue
		}
		out = append(out, valueDTO{f.Name, orElse(f.Text.In(lang), f.Name), f.Type, v})
	}
	return out
}

// problems makes an error of each thing that is wrong with a script: where in the document, and where in the expression.
func problems(all script.Problems, uid string) (int, errorDTO) {
	out := errorDTO{UID: uid}
	for _, p := range all {
		item := errorItem{Field: p.Field, Message: p.Text, ErrorCode: "script", Parameters: map[string]string{}}
		if p.Step != "" {
			item.Parameters["step"] = p.Step
			item.Message = fmt.Sprintf("step %s: %s", p.Step, p.Text)
		}
		if p.Line > 0 {
			item.Parameters["line"], item.Parameters["column"] = strconv.Itoa(p.Line), strconv.Itoa(p.Column)
		}
		out.Errors = append(out.Errors, item)
	}
	return http.StatusUnprocessableEntity, out
}
