package guichet

import (
	"strings"
	"time"
)

// Relay is an SMTP server of the tenant's own by which a channel's mail leaves, in place of the house's way (A041). Its password stands in it sealed, and is
// shown to nobody; what opens it is deliver alone.
type Relay struct {
	Tenant  TenantID  `json:"-"`
	Channel ChannelID `json:"-"`
	Version int64     `json:"-"`

	Host     string    `json:"host"`                // a name, or an address, without port
	Port     int       `json:"port"`                // 1..65535
	TLS      string    `json:"tls"`                 // RelayStart, RelayImplicit
	User     string    `json:"user,omitempty"`      // empty: no AUTH
	Sealed   []byte    `json:"sealed,omitempty"`    // the password, as the vault sealed it for tenant and channel
	ForceTLS bool      `json:"force_tls,omitempty"` // no secure connection, no mail: here, not on the channel (A050)
	Changed  time.Time `json:"changed"`             // by a person; sealing anew is no change
	By       AgentID   `json:"by"`

	Test RelayTest `json:"test,omitzero"`
}

// How a connection to a relay is made secure.
const (
	RelayStart    = "starttls" // STARTTLS where the server offers it; with ForceTLS or a user: or nothing
	RelayImplicit = "implicit" // TLS from the first byte
)

// RelayTest is what the last test of a relay found: it connects and authenticates, and sends nothing. The zero RelayTest: never tested since it was changed.
type RelayTest struct {
	Asked  time.Time `json:"asked,omitzero"`
	By     AgentID   `json:"by,omitempty"`
	At     time.Time `json:"at,omitzero"` // of the answer; zero: it is still to come
	OK     bool      `json:"ok,omitempty"`
	Secure bool      `json:"secure,omitempty"` // the connection was encrypted, and the certificate right
	Auth   string    `json:"auth,omitempty"`   // by which mechanism it took the password: "PLAIN", "LOGIN"
	Reason string    `json:"reason,omitempty"` // why not, for people
}

// maxRelayWord bounds a relay's host, user and password, in bytes.
const maxRelayWord = 255

// ValidRelay reports nil if the relay can be used, but for its password. Errors are Invalid and name the field.
func ValidRelay(r *Relay) error {
	switch {
	case r.Host == "" || len(r.Host) > maxRelayWord || strings.Trim(r.Host, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-:") != "":
		return Wrongf("host", "host is the name of a server, as smtp.example.com, without port")
	case strings.Contains(r.Host, ":") && strings.Count(r.Host, ":") < 2:
		return Wrongf("host", "host is the name of a server without port: the port stands in port")
	case r.Port < 1 || r.Port > 65535:
		return Wrongf("port", "port is 1 to 65535: 587 is usual with starttls, 465 with implicit")
	case r.TLS != RelayStart && r.TLS != RelayImplicit:
		return Wrongf("tls", "tls is %s or %s", RelayStart, RelayImplicit)
	case len(r.User) > maxRelayWord || strings.ContainsFunc(r.User, func(c rune) bool { return c < ' ' || c == 0x7f }):
		return Wrongf("user", "user is at most %d bytes, on one line", maxRelayWord)
	}
	return nil
}

// ValidPassword reports nil if s may be the password of a relay with that user. It is in no error.
func ValidPassword(user, s string) error {
	switch {
	case user == "" && s != "":
		return Wrongf("user", "a password needs its user")
	case user != "" && s == "":
		return Wrongf("password", "say the password: it is kept for the server, port, tls and user alone that it was given for")
	case len(s) > maxRelayWord || strings.ContainsAny(s, "\x00\r\n"):
		return Wrongf("password", "a password is at most %d bytes, on one line", maxRelayWord)
	}
	return nil
}

// SameDoor reports whether the password of was may be given to r: whoever changes where it goes must know it.
func (r *Relay) SameDoor(was *Relay) bool {
	return was != nil && r.Host == was.Host && r.Port == was.Port && r.TLS == was.TLS && r.User == was.User
}
