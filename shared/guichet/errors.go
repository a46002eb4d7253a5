package guichet

import (
	"errors"
	"fmt"
)

// Kind says what the receiver of an error can do about it.
type Kind uint8

const (
	Other     Kind = iota // a defect or an unknown cause: logged, retried by the queue, then parked
	Invalid               // the request is wrong: names the field and what was expected (HTTP 422 or 400)
	Denied                // the right is missing (HTTP 403)
	NotFound              // there is no such thing for this tenant (HTTP 404)
	Conflict              // somebody moved first: load again and decide again (HTTP 409)
	Exists                // this very thing is stored already: for a retry that is success
	Exhausted             // a bounded counter is at its bound: choose another
	TooLarge              // over a limit of size (HTTP 413)
	Temporary             // the world is not ready: try again later
	Permanent             // the world said no for good: tell the agent
	Poison                // this input can never be handled: park it with its reason, go on with the rest
)

var kindNames = [...]string{"other", "invalid", "denied", "not found", "conflict", "exists", "exhausted", "too large", "temporary", "permanent", "poison"}

// String returns the kind in lower case words, as in logs.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "other"
}

// Error is the one error type of the house: what was being done to what, the kind, the cause.
type Error struct {
	Kind  Kind
	Field string // the field at fault of an Invalid error, as on the wire; else empty
	Code  string // for programs: a word of the wire, as "domain_unverified"; empty: the kind says enough
	Text  string // for the human: no secrets, no addresses
	Cause error  // for the log
}

// Error gives the text, the kind and the cause, each said once.
func (e *Error) Error() string {
	s := e.Text
	if e.Kind != Other {
		s += ": " + e.Kind.String()
	}
	if _, said := e.Cause.(quiet); e.Cause != nil && !said { //nolint:errorlint // this very cause, not one within
		s += ": " + e.Cause.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Errorf makes an error of a kind. Trailing arguments of type error wrapped with %w become the cause.
func Errorf(k Kind, format string, args ...any) error {
	err := fmt.Errorf(format, args...)
	if cause := errors.Unwrap(err); cause != nil {
		return &Error{Kind: k, Text: err.Error(), Cause: quiet{cause}}
	}
	return &Error{Kind: k, Text: err.Error()}
}

// quiet keeps a cause reachable for errors.Is and As without saying its text a second time.
type quiet struct{ error }

func (q quiet) Error() string { return "see above" }
func (q quiet) Unwrap() error { return q.error }

// Wrongf makes an Invalid error about one field of a request.
func Wrongf(field, format string, args ...any) error {
	return &Error{Kind: Invalid, Field: field, Text: fmt.Sprintf(format, args...)}
}

// Codef makes an error with a code for programs, about one field of a request or none.
func Codef(k Kind, code, field, format string, args ...any) error {
	return &Error{Kind: k, Code: code, Field: field, Text: fmt.Sprintf(format, args...)}
}

// KindOf returns the kind of the outermost Error in err's chain; Other if there is none, also for nil.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Other
}

// Is reports whether err is of kind k.
func Is(err error, k Kind) bool { return err != nil && KindOf(err) == k }
