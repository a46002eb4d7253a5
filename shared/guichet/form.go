package guichet

import (
	"net/url"
	"slices"
	"strings"
)

// FormID names a website's contact form: the tenant, a hyphen and 26 characters that nobody guesses, "demo-k7x2…".
type FormID string

// formRandom is how long the part of a FormID is that nobody guesses.
const formRandom = 26

// Tenant returns whose form it is; empty for what is no FormID.
func (f FormID) Tenant() TenantID {
	i := strings.LastIndexByte(string(f), '-')
	if i < 1 || len(f)-i-1 != formRandom || strings.Trim(string(f[i+1:]), "abcdefghijklmnopqrstuvwxyz234567") != "" || ValidTenant(string(f[:i])) != nil {
		return ""
	}
	return TenantID(f[:i])
}

// Form is a contact form of a website: what is sent to it becomes a mail from who filled it in, to a channel's point of contact (A032).
type Form struct {
	ID      FormID      `json:"id"`
	Name    string      `json:"name"` // internal, and the subject of a message that has none
	Channel ChannelID   `json:"channel"`
	Enabled bool        `json:"enabled"`
	Fields  FormFields  `json:"fields"`           // what its fields are called
	Custom  []FormField `json:"custom,omitempty"` // further fields, shown below the text in this order; what is sent besides is let be
	Origins []string    `json:"origins"`          // web sites whose pages may send it, "https://www.customer.example"; none: no page in a browser may
	Thanks  string      `json:"thanks,omitempty"` // where a plain form goes when it was taken; empty: a page of ours

	MinSeconds  int   `json:"min_seconds,omitempty"` // how long after its token was fetched it may be sent; 0: no token is asked for
	PerHour     int   `json:"per_hour,omitempty"`    // messages of one address of the net or of one sender within an hour; 0: 20
	Files       bool  `json:"files,omitempty"`       // it may carry files
	Acknowledge bool  `json:"acknowledge,omitempty"` // the channel's acknowledgement goes to who is named in it; off: anybody could have us write to anybody
	Version     int64 `json:"-"`
}

// FormFields says what the fields of a form are called. Trap is one that people do not see and leave empty, and programs fill in.
type FormFields struct {
	Email   string `json:"email"`
	Name    string `json:"name,omitempty"`
	Subject string `json:"subject,omitempty"`
	Text    string `json:"text"`
	Trap    string `json:"trap,omitempty"`
}

// FormField is a further field.
type FormField struct {
	Field    string `json:"field"`
	Label    string `json:"label"`
	Required bool   `json:"required,omitempty"`
}

// Limits of a form.
const (
	maxFormFields  = 30
	maxFormOrigins = 20
	maxFormSeconds = 600
	maxFormHour    = 10_000
)

// Hourly returns how many messages of one address or sender the form takes within an hour.
func (f *Form) Hourly() int {
	if f.PerHour > 0 {
		return f.PerHour
	}
	return 20
}

// Allows reports whether pages of that origin may send the form.
func (f *Form) Allows(origin string) bool { return slices.Contains(f.Origins, origin) }

// ValidForm reports nil if a form's settings hold together. Errors are Invalid and name the field as on the wire.
func ValidForm(f *Form) error {
	switch {
	case strings.TrimSpace(f.Name) == "" || len(f.Name) > 100:
		return Wrongf("name", "a form has a name of 1 to 100 bytes")
	case f.Channel == "":
		return Wrongf("channelId", "say which channel the form is for")
	case f.MinSeconds < 0 || f.MinSeconds > maxFormSeconds:
		return Wrongf("min_seconds", "min_seconds is 0 to %d", maxFormSeconds)
	case f.PerHour < 0 || f.PerHour > maxFormHour:
		return Wrongf("per_hour", "per_hour is 0 to %d", maxFormHour)
	case len(f.Custom) > maxFormFields:
		return Wrongf("custom", "a form has at most %d further fields", maxFormFields)
	case len(f.Origins) > maxFormOrigins:
		return Wrongf("origins", "a form has at most %d origins", maxFormOrigins)
	case f.Thanks != "" && !webAddress(f.Thanks, false):
		return Wrongf("thanks", "thanks is an address that begins with https:// or http://")
	}
	for _, o := range f.Origins {
		if !webAddress(o, true) {
			return Wrongf("origins", "an origin is https:// and a host, without path: https://www.customer.example; not %.80q", o)
		}
	}
	return f.validNames()
}

// validNames checks what the fields are called: each once.
func (f *Form) validNames() error {
	seen := map[string]bool{}
	name := func(wire, s string, needed bool) error {
		switch {
		case s == "" && !needed:
			return nil
		case s == "" || len(s) > 60 || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f || strings.ContainsRune(`"<>&`, r) }):
			return Wrongf(wire, "%s is the name of a field of the form, 1 to 60 bytes, without quotes, < > and &", wire)
		case strings.HasPrefix(s, "_guichet"):
			return Wrongf(wire, "names that begin with _guichet are ours")
		case seen[s]:
			return Wrongf(wire, "the field %q stands twice", s)
		}
		seen[s] = true
		return nil
	}
	for _, n := range []struct {
		wire, s string
		needed  bool
	}{{"fields.email", f.Fields.Email, true}, {"fields.text", f.Fields.Text, true}, {"fields.name", f.Fields.Name, false}, {"fields.subject", f.Fields.Subject, false},
		{"fields.trap", f.Fields.Trap, false}} {
		if err := name(n.wire, n.s, n.needed); err != nil {
			return err
		}
	}
	for _, c := range f.Custom {
		if err := name("custom", c.Field, true); err != nil {
			return err
		}
		if strings.TrimSpace(c.Label) == "" || len(c.Label) > 100 {
			return Wrongf("custom", "the field %q needs a label of 1 to 100 bytes", c.Field)
		}
	}
	return nil
}

// webAddress reports whether s is an address of the web; an origin has no path.
func webAddress(s string, origin bool) bool {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || len(s) > 500 || strings.ContainsAny(s, "\r\n\t \"<>") {
		return false
	}
	return !origin || s == u.Scheme+"://"+u.Host && s == strings.ToLower(s)
}
