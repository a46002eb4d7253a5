package inbox

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"guichet/shared/guichet"
	"guichet/shared/mail"
	"guichet/shared/store"
)

// channelFields are the settings of a channel on the wire: by its name, where it is kept. One line makes a field shown, and settable; what it may hold is for
// guichet.ValidChannel and desk.CheckChannel to say, which name it the same.
var channelFields = map[string]func(*guichet.Channel) any{
	"display_name":       func(c *guichet.Channel) any { return &c.Display },
	"outbound_enabled":   func(c *guichet.Channel) any { return &c.Outbound },
	"force_tls":          func(c *guichet.Channel) any { return &c.ForceTLS },
	"track_opens":        func(c *guichet.Channel) any { return &c.Opens },
	"threading":          func(c *guichet.Channel) any { return &c.Thread },
	"anyone_with_number": func(c *guichet.Channel) any { return &c.Anyone },
	"quoted_text_joins":  func(c *guichet.Channel) any { return &c.Quotes },
	"subject_window":     func(c *guichet.Channel) any { return &c.Window },
	"spam_tag":           func(c *guichet.Channel) any { return &c.SpamTag },
	"spam_skill":         func(c *guichet.Channel) any { return &c.SpamTo },
	"skill":              func(c *guichet.Channel) any { return &c.Skill },
	"reply_to":           func(c *guichet.Channel) any { return &c.ReplyTo },
	"burst":              func(c *guichet.Channel) any { return &c.Burst },
	"burst_minutes":      func(c *guichet.Channel) any { return &c.Calm },
	"max_megabytes":      func(c *guichet.Channel) any { return &c.MaxMail },
	"reject_notice":      func(c *guichet.Channel) any { return &c.RejectNotice },
	"reopen":             func(c *guichet.Channel) any { return &c.Reopen },
	"reopen_days":        func(c *guichet.Channel) any { return &c.ReopenN },
	"thanks_stay_closed": func(c *guichet.Channel) any { return &c.Thanks },
	"language":           func(c *guichet.Channel) any { return &c.Language },
	"undo":               func(c *guichet.Channel) any { return &c.Undo },
	"acknowledgement":    func(c *guichet.Channel) any { return &c.Ack },
}

// formatDTO is a ticket format with its words written out (T2).
type formatDTO struct {
	Position  string `json:"position"`  // "suffix" or "prefix"
	Delimiter string `json:"delimiter"` // "none", "square" or "curly"
	Hidden    bool   `json:"hidden"`
}

func wireFormat(f guichet.TicketFormat) formatDTO {
	return formatDTO{orElse(f.Position, "suffix"), orElse(f.Delimiter, "none"), f.Hidden}
}

func (f formatDTO) format() guichet.TicketFormat {
	return guichet.TicketFormat{Position: f.Position, Delimiter: f.Delimiter, Hidden: f.Hidden}
}

// channelIn is a channel that is made or changed. What is not named stays as it is. The point of contact is a local part and a domain, or whole as
// idOnExternalPlatform; it never changes.
type channelIn struct {
	ID       string                     `json:"id"`
	External string                     `json:"idOnExternalPlatform"`
	Platform string                     `json:"realExternalPlatformId"`
	Name     *string                    `json:"name"`
	Local    string                     `json:"local_part"`
	Domain   string                     `json:"domain"`
	Media    *string                    `json:"media"` // of a messaging channel: "chat" or "messaging"
	Settings map[string]json.RawMessage `json:"settings"`
	Version  int64                      `json:"version"`
}

// place is the local part and domain that are wished.
func (in *channelIn) place() (local, domain string) {
	if in.Local+in.Domain == "" && !in.talks() {
		if at := strings.LastIndexByte(in.External, '@'); at >= 0 {
			return in.External[:at], in.External[at+1:]
		}
	}
	return in.Local, in.Domain
}

// apply puts what a client named into a channel.
func (in *channelIn) apply(c *guichet.Channel) error {
	if in.Name != nil {
		c.Name = strings.TrimSpace(*in.Name)
	}
	if in.Media != nil && (c.Talks() || *in.Media != guichet.KindEmail) {
		c.Media = *in.Media
	}
	for _, name := range slices.Sorted(maps.Keys(in.Settings)) {
		raw := in.Settings[name]
		switch field := channelFields[name]; {
		case field != nil:
			if err := readField(name, raw, field(c)); err != nil {
				return err
			}
		case name == "ticket_format":
			f := wireFormat(guichet.TicketFormat{})
			if was, _ := c.Format(); c.Version > 0 {
				f = wireFormat(was)
			}
			if err := readField(name, raw, &f); err != nil {
				return err
			}
			c.SetFormat(f.format())
		case name == "ticket_formats" || name == "own_language": // read only: a client may send back what it was given
		default:
			return guichet.Wrongf(name, "a channel has no setting %.40q", name)
		}
	}
	return nil
}

// readField decodes one field; a wrong type names it.
func readField(name string, raw json.RawMessage, into any) error {
	var typ *json.UnmarshalTypeError
	switch err := json.Unmarshal(raw, into); {
	case err == nil:
		return nil
	case asError(err, &typ):
		field := name
		if typ.Field != "" {
			field += "." + typ.Field
		}
		return guichet.Wrongf(field, "%s is a %s; expected is %s", field, typ.Value, typeName(typ.Type.Kind().String()))
	default:
		return guichet.Wrongf(name, "%s can't be read", name)
	}
}

// channelDetail is a channel with all that is set, for who may set it.
type channelDetail struct {
	channelDTO
	Contact  string         `json:"point_of_contact"`
	Local    string         `json:"local_part"`
	Domain   string         `json:"domain"`
	Outbound bool           `json:"outbound_enabled"`
	Settings map[string]any `json:"settings"`
	ReadOnly []string       `json:"read_only"` // settings that are set elsewhere
	Relay    bool           `json:"has_relay"` // its mail leaves by a relay of the tenant's own
	Version  int64          `json:"version"`
}

// channelDetail shows a channel with what the relay that its mail leaves by says in its place (A050, A053).
func (h *door) channelDetail(c *call, ch *guichet.Channel) (any, error) {
	cfg, err := h.d.Store.FreshConfig(c.Context(), c.t)
	if err != nil {
		return nil, err
	}
	return withRelay(cfg, ch), nil
}

func withRelay(cfg *store.Config, ch *guichet.Channel) channelDetail {
	out := wireChannelDetail(ch)
	if ch.Talks() {
		out.ReadOnly = mailSettings
	}
	if r := cfg.Relays[ch.ID]; r != nil {
		out.Relay, out.ReadOnly, out.Settings["force_tls"] = true, []string{"display_name", "force_tls"}, r.ForceTLS
	}
	return out
}

func wireChannelDetail(ch *guichet.Channel) channelDetail {
	out := channelDetail{channelDTO: wireChannel(ch), Contact: ch.Address, Outbound: ch.Outbound, Settings: map[string]any{}, ReadOnly: []string{}, Version: ch.Version}
	out.Local, out.Domain, _ = strings.Cut(ch.Address, "@")
	for name, field := range channelFields {
		out.Settings[name] = field(ch)
	}
	f, _ := ch.Format()
	all := []formatDTO{}
	for _, f := range ch.Numbers {
		all = append(all, wireFormat(f))
	}
	if len(all) == 0 {
		all = append(all, wireFormat(f))
	}
	out.Settings["ticket_format"], out.Settings["ticket_formats"] = wireFormat(f), all
	return out
}

// channelVersionDTO is one version of a channel's settings.
type channelVersionDTO struct {
	Version int64         `json:"version"`
	At      *string       `json:"createdAt"`
	By      string        `json:"by"`
	What    []string      `json:"changed"`
	Channel channelDetail `json:"channel"`
}

func wireChannelVersion(v *store.ChannelVersion) channelVersionDTO {
	v.Channel.Version = v.Version
	return channelVersionDTO{v.Version, timeOf(v.At), v.By, append([]string{}, v.What...), wireChannelDetail(&v.Channel)}
}

// version is what a change was made on: of the request, or of its If-Match. 0: whatever stands.
func (c *call) version(in int64) (int64, error) {
	tag := strings.Trim(strings.TrimPrefix(c.Header.Get("If-Match"), "W/"), `"`)
	if in != 0 || tag == "" || tag == "*" {
		return in, nil
	}
	v, err := strconv.ParseInt(tag, 10, 64)
	if err != nil || v < 1 {
		return 0, guichet.Wrongf("version", "If-Match is the version of what was read, as \"3\"")
	}
	return v, nil
}

// lintDTO is how a format would have fared, and how the one in force did, on the same subjects.
type lintDTO struct {
	Next lintOf `json:"wished"`
	Now  lintOf `json:"in_force"`
}

type lintOf struct {
	Looked   int           `json:"mails"`
	Ours     int           `json:"ours"`
	Foreign  int           `json:"foreign"` // would have been taken for a ticket number, and are none of ours
	Near     int           `json:"near"`    // kept apart by the check digit alone
	Examples []lintExample `json:"examples"`
}

type lintExample struct {
	Subject string `json:"subject"`
	Number  string `json:"number"`
	Foreign bool   `json:"foreign"`
}

func wireLint(l mail.Lint) lintOf {
	out := lintOf{l.Looked, l.Ours, l.Foreign, l.Near, []lintExample{}}
	for _, e := range l.Examples {
		out.Examples = append(out.Examples, lintExample(e))
	}
	return out
}
