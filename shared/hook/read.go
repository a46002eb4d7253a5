package hook

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"

	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/mail"
)

// Limits of a request: what a function takes on AWS is 6 MB, of which base64 leaves 4.5.
const (
	maxRequest = 4_500_000 // bytes
	maxFields  = 200
	maxValue   = 200 << 10 // bytes of one field
	maxFiles   = 5
)

// read reads what a form sent, in any of the three ways in which browsers and programs send forms.
func read(w http.ResponseWriter, r *http.Request) (desk.Submission, error) {
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		kind = ""
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxRequest)
	in := desk.Submission{Values: map[string][]string{}}
	switch kind {
	case "application/json":
		err = readJSON(r.Body, &in)
	case "application/x-www-form-urlencoded":
		err = readURL(r.Body, &in)
	case "multipart/form-data":
		err = readParts(multipart.NewReader(r.Body, params["boundary"]), params["boundary"], &in)
	default:
		return in, &unreadable{http.StatusUnsupportedMediaType, "media-type", "send the form as application/json, application/x-www-form-urlencoded or multipart/form-data"}
	}
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return in, guichet.Errorf(guichet.TooLarge, "the form is larger than %d bytes: send fewer or smaller files", maxRequest)
	}
	if v := in.Values[desk.KeyField]; len(v) > 0 {
		in.Key = v[0]
	}
	return in, err
}

// add takes one value of a field.
func add(in *desk.Submission, name, value string) error {
	if len(in.Values) >= maxFields && in.Values[name] == nil || len(in.Values[name]) >= maxFields {
		return guichet.Wrongf("body", "a form has at most %d fields", maxFields)
	}
	if len(name) > maxFields || len(value) > maxValue {
		return guichet.Wrongf(cut(name), "%s is longer than %d bytes", cut(name), maxValue)
	}
	in.Values[name] = append(in.Values[name], value)
	return nil
}

func cut(name string) string { return name[:min(len(name), 60)] }

// readJSON reads one object of texts, numbers, yes and no, or lists of these.
func readJSON(r io.Reader, in *desk.Submission) error {
	dec := json.NewDecoder(r)
	dec.UseNumber()
	var fields map[string]any
	err := dec.Decode(&fields)
	var typ *json.UnmarshalTypeError
	switch {
	case errors.As(err, &typ), err == nil && fields == nil:
		return guichet.Wrongf("body", "the body is one JSON object: the fields of the form and their values")
	case err != nil:
		return notJSON(err)
	case dec.More():
		return notJSON(errors.New("more than one value"))
	}
	for name, v := range fields {
		list, ok := v.([]any)
		if !ok {
			list = []any{v}
		}
		for _, one := range list {
			text, ok := plain(one)
			if !ok {
				return guichet.Wrongf(cut(name), "%s is a text, a number, true, false, or a list of these", cut(name))
			}
			if err := add(in, name, text); err != nil {
				return err
			}
		}
	}
	return nil
}

func notJSON(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return err
	}
	return &unreadable{http.StatusBadRequest, "json", "the body is not JSON: send one object"}
}

func plain(v any) (string, bool) {
	switch x := v.(type) {
	case nil:
		return "", true
	case string:
		return x, true
	case json.Number:
		return x.String(), true
	case bool:
		return strconv.FormatBool(x), true
	}
	return "", false
}

// readURL reads the form that browsers send by default.
func readURL(r io.Reader, in *desk.Submission) error {
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	values, err := url.ParseQuery(string(b))
	if err != nil {
		return &unreadable{http.StatusBadRequest, "form", "the body is not application/x-www-form-urlencoded"}
	}
	for name, list := range values {
		for _, v := range list {
			if err := add(in, name, v); err != nil {
				return err
			}
		}
	}
	return nil
}

// readParts reads a form with files (RFC 7578).
func readParts(parts *multipart.Reader, boundary string, in *desk.Submission) error {
	if boundary == "" {
		return notParts()
	}
	for range maxFields + maxFiles {
		p, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return partErr(err)
		}
		b, err := io.ReadAll(p)
		if err != nil {
			return partErr(err)
		}
		name := p.FormName()
		_, params, _ := mime.ParseMediaType(p.Header.Get("Content-Disposition"))
		if _, isFile := params["filename"]; isFile {
			if err := addFile(in, name, p, b); err != nil {
				return err
			}
			continue
		}
		if err := add(in, name, string(b)); err != nil {
			return err
		}
	}
	return guichet.Wrongf("body", "a form has at most %d fields", maxFields)
}

// addFile takes a file; a browser sends an empty one without name where none was chosen.
func addFile(in *desk.Submission, field string, p *multipart.Part, b []byte) error {
	if len(b) == 0 && p.FileName() == "" {
		return nil
	}
	if len(in.Files) >= maxFiles {
		return guichet.Wrongf(cut(field), "a form carries at most %d files", maxFiles)
	}
	in.Files = append(in.Files, mail.OutFile{Name: p.FileName(), Type: p.Header.Get("Content-Type"), Data: b})
	return nil
}

func partErr(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return err
	}
	return notParts()
}

func notParts() error {
	return &unreadable{http.StatusBadRequest, "form", "the body is not multipart/form-data"}
}
