package script

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"guichet/shared/guichet"
)

// Read reads a script from its JSON. A field that is none of ours is a problem, so that a slip does not go unseen. The script is not checked yet: see Compile.
func Read(source []byte) (guichet.Script, error) {
	var s guichet.Script
	if err := strict(source, &s); err != nil {
		return s, err
	}
	if len(s.Steps) > MaxSteps {
		return s, Problems{{Field: "steps", Text: fmt.Sprintf("a script has at most %d steps, not %d", MaxSteps, len(s.Steps))}}
	}
	return s, nil
}

// ReadRule reads a rule from its JSON.
func ReadRule(source []byte) (guichet.Rule, error) {
	var r guichet.Rule
	return r, strict(source, &r)
}

// strict decodes one JSON object. What is wrong with it is told with its line.
func strict(source []byte, into any) error {
	if len(source) > MaxSource {
		return Problems{{Field: "body", Text: fmt.Sprintf("%d bytes; at most %d", len(source), MaxSource)}}
	}
	d := json.NewDecoder(bytes.NewReader(source))
	d.DisallowUnknownFields()
	err := d.Decode(into)
	if err == nil {
		if _, end := d.Token(); !errors.Is(end, io.EOF) {
			return at(source, d.InputOffset(), "body", "something stands behind the end of the object")
		}
		return nil
	}
	var syntax *json.SyntaxError
	var typ *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return at(source, syntax.Offset-1, "body", "this is no JSON: "+syntax.Error())
	case errors.As(err, &typ):
		return at(source, typ.Offset, typ.Field, fmt.Sprintf("%s does not belong here; expected is %s", typ.Value, typ.Type.Kind()))
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return at(source, int64(len(source)), "body", "this is no JSON: it ends too early")
	}
	name, _ := strings.CutPrefix(err.Error(), "json: unknown field ")
	return at(source, d.InputOffset(), strings.Trim(name, `"`), "there is no such field here")
}

// at is a problem at a place in a document.
func at(source []byte, offset int64, field, text string) Problems {
	before := source[:min(max(offset, 0), int64(len(source)))]
	line := bytes.Count(before, []byte("\n")) + 1
	return Problems{{Field: field, Text: text, Line: line, Column: len(before) - bytes.LastIndexByte(before, '\n')}}
}
