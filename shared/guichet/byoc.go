package guichet

import (
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Kinds of channel: by mail, or by messages of a medium that a middleware of the tenant's own brings (bring your own channel).
const (
	KindEmail = "email"
	KindBYOC  = "byoc"
	KindChat  = "chat" // a chat on a page of the house's own
)

// Media of a channel that brings its own: a chat, where people wait for the answer, or a messenger.
const (
	MediaChat      = "chat"
	MediaMessaging = "messaging"
)

// Talks reports whether the channel is of messages and not of mail.
func (c *Channel) Talks() bool { return c.Kind == KindBYOC || c.Kind == KindChat }

// Platforms are what the Channel API calls platforms of channels (realExternalPlatformId), those of mail and voice apart.
var Platforms = strings.Fields("custom apple-apps-reviews apple-business-chat bg bw congstar-forum cypress discussions facebook fb fm forum gcse gl google-business-messages " +
	"google-places google-play google-rcs gp ig ind instagram kik lc li line mediatoolkit microsoft-teams mock monitora news nw ok-ru phpbb rss sandbox sandbox-facebook sandbox-twitter " +
	"sendbird slack smooch-io-we-chat sms social-watch t-mobile-austria-forum talkdesk telegram tmobile-forum tw twitter viber vk vo we-chat whatsapp youscan yt zoom")

// Chat is where in a messaging channel a message came from, or goes to. The ids are those of the platform: any text, up to MaxExternal bytes.
type Chat struct {
	Thread  string `json:"t"`
	User    string `json:"u"`
	Message string `json:"m,omitempty"` // of an answer: once the other side said it
	Invited CaseID `json:"c,omitempty"` // it carried an invitation to this case
}

// MaxExternal bounds an id of somebody else's platform, in bytes.
const MaxExternal = 200

// ChatDomain is the domain of the addresses that stand for people and points of contact of messaging channels. No mail ever goes there (RFC 2606 2).
const ChatDomain = "byoc.invalid"

// IsChatAddress reports whether an address stands for somebody in a messaging channel.
func IsChatAddress(addr string) bool {
	domain := strings.ToLower(addr[strings.LastIndexByte(addr, '@')+1:])
	return domain == ChatDomain || strings.HasSuffix(domain, "."+ChatDomain)
}

// Box is the integration box of a messaging channel: where answers are handed over, and the token by which messages are taken. Its secret stands in it sealed, its
// token as a hash; neither is ever shown again.
type Box struct {
	Tenant  TenantID  `json:"-"`
	Channel ChannelID `json:"-"`
	Version int64     `json:"-"`

	URL    string `json:"url,omitempty"`    // of the integration box; empty: messages are taken, answers have no way out yet
	Auth   string `json:"auth,omitempty"`   // below which its tokens are given: {auth}/1.0/token
	Client string `json:"client,omitempty"` // client_id
	Sealed []byte `json:"sealed,omitempty"` // client_secret, as the vault sealed it for tenant and channel
	Invite string `json:"invite,omitempty"` // page of the chat that an invitation leads to; empty: nobody can be invited
	Token  []byte `json:"token,omitempty"`  // SHA-256 of the channel's token; empty: nothing is taken

	Changed time.Time `json:"changed"`
	By      AgentID   `json:"by"`
}

// SameDoor reports whether the secret of was may be given to b: whoever changes where it goes must know it.
func (b *Box) SameDoor(was *Box) bool {
	return was != nil && b.URL == was.URL && b.Auth == was.Auth && b.Client == was.Client
}

// maxBoxWord bounds an address or a word of a box, in bytes.
const maxBoxWord = 500

// ValidBox reports nil if the box can be used, but for its secret. A house on one machine may have boxes nearby: with near, plain http to a loopback address goes,
// too. Errors are Invalid and name the field. What a name leads to is asked again when a connection is made.
func ValidBox(b *Box, near bool) error {
	for _, w := range []struct {
		field, url string
		empty      bool
	}{{"url", b.URL, true}, {"authorizationUrl", b.Auth, b.URL == ""}} {
		if w.url == "" && w.empty {
			continue
		}
		if err := validBoxURL(w.field, w.url, near); err != nil {
			return err
		}
	}
	switch {
	case b.URL == "" && (b.Auth != "" || b.Client != ""):
		return Wrongf("url", "url is the address of your integration box: https://box.example.com")
	case b.URL != "" && b.Client == "":
		return Wrongf("clientId", "clientId is what the integration box knows us by")
	case len(b.Client) > maxBoxWord || strings.ContainsFunc(b.Client, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return Wrongf("clientId", "clientId is at most %d bytes, on one line", maxBoxWord)
	case b.Invite != "" && !webAddress(b.Invite, false), strings.HasPrefix(b.Invite, "http://") && !near:
		return Wrongf("invitationUrl", "invitationUrl is the https address of the page with the chat; the invitation is added to it")
	}
	return nil
}

// validBoxURL: https to a name or a public address, without user, query and fragment.
func validBoxURL(field, s string, near bool) error {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || u.Opaque != "" || len(s) > maxBoxWord || strings.ContainsAny(s, "\r\n\t \"<>\\") {
		return Wrongf(field, "%s is an address as https://box.example.com/path, without user, query and fragment", field)
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	ip, perr := netip.ParseAddr(host)
	loop := host == "localhost" || perr == nil && ip.IsLoopback()
	switch {
	case near && loop && (u.Scheme == "http" || u.Scheme == "https"):
		return nil
	case u.Scheme != "https":
		return Wrongf(field, "%s begins with https://", field)
	case near:
		return nil
	case loop || !strings.Contains(host, ".") && perr != nil || numericHost(host, perr != nil) || within(host) || perr == nil && !openAddress(ip):
		return Wrongf(field, "%s leads into a network of its own: it must be reached from the internet", field)
	}
	return nil
}

// numericHost reports whether some resolvers would read a name as an address: 0x7f.1, 2130706433.
func numericHost(host string, name bool) bool {
	last := host[strings.LastIndexByte(host, '.')+1:]
	return name && last != "" && strings.Trim(last, "0123456789abcdefx") == "" && last[0] >= '0' && last[0] <= '9'
}

// within reports whether a name is one that only a machine or a network itself knows (RFC 6761, RFC 6762, RFC 8375; "internal" of ICANN and the clouds).
func within(host string) bool {
	for _, tail := range []string{"localhost", "local", "internal", "home.arpa", "invalid", "onion"} {
		if host == tail || strings.HasSuffix(host, "."+tail) {
			return true
		}
	}
	return false
}

// openAddress reports whether a literal address is none of those that only a network itself knows. The dialer has the whole list.
func openAddress(ip netip.Addr) bool {
	ip = ip.Unmap()
	return ip.IsGlobalUnicast() && !ip.IsPrivate() && !ip.IsLinkLocalUnicast() && ip.Zone() == ""
}

// ValidSecret reports nil if s may be the secret of a box with that client. It is in no error.
func ValidSecret(client, s string) error {
	switch {
	case client == "" && s != "":
		return Wrongf("clientId", "a secret needs its clientId")
	case client != "" && s == "":
		return Wrongf("clientSecret", "say the clientSecret: it is kept for the addresses and clientId alone that it was given for")
	case len(s) > maxBoxWord || strings.ContainsAny(s, "\x00\r\n"):
		return Wrongf("clientSecret", "a clientSecret is at most %d bytes, on one line", maxBoxWord)
	}
	return nil
}

// validTalk checks what only a messaging channel has, or has not.
func (c *Channel) validTalk() error {
	switch {
	case c.Talks() && c.Platform != "" && !slices.Contains(Platforms, c.Platform):
		return Wrongf("realExternalPlatformId", "realExternalPlatformId is custom, or what the platform is called in the Channel API, not %.40q", c.Platform)
	case c.Kind != "" && c.Kind != KindEmail && !c.Talks():
		return Wrongf("realExternalPlatformId", "a channel is of kind %s, %s or %s, not %.30q", KindEmail, KindBYOC, KindChat, c.Kind)
	case !c.Talks() && c.Media != "":
		return Wrongf("media", "a channel of mail has no other media")
	case c.Kind == KindChat && c.Media != MediaChat:
		return Wrongf("media", "a chat on a page of the house is of media %s", MediaChat)
	case c.Talks() && c.Media != MediaChat && c.Media != MediaMessaging:
		return Wrongf("media", "media is %s or %s", MediaChat, MediaMessaging)
	}
	return nil
}
