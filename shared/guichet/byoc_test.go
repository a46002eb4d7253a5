package guichet

import (
	"errors"
	"testing"
)

// TestABoxLeadsToTheInternet: what a tenant sets as the address of its integration box is reached from the internet, by https; a house on one machine may have one
// nearby. What a name means in DNS is asked when a connection is made (channel.TestNoBoxWithin).
func TestABoxLeadsToTheInternet(t *testing.T) {
	const both, near, no = "both", "near", "no"
	for _, c := range []struct{ name, url, may string }{
		{"a name", "https://box.example.com", both},
		{"with port and path", "https://box.example.com:8443/dfo/v1", both},
		{"a public address", "https://93.184.216.34/x", both},
		{"a public IPv6 address", "https://[2606:2800:220:1:248:1893:25c8:1946]/", both},
		{"without TLS", "http://box.example.com", no},
		{"another scheme", "ftp://box.example.com", no},
		{"a file", "file:///etc/passwd", no},
		{"no scheme", "box.example.com", no},
		{"empty host", "https:///x", no},
		{"a user", "https://ana:p@box.example.com", no},
		{"a query", "https://box.example.com/?x=1", no},
		{"a fragment", "https://box.example.com/#x", no},
		{"a new line", "https://box.example.com/\nHost: x", no},
		{"a backslash", "https://box.example.com\\@evil.example", no},
		{"loopback by name", "https://localhost:9000", near},
		{"loopback without TLS", "http://127.0.0.1:9000", near},
		{"loopback, IPv6", "http://[::1]:9000/", near},
		{"loopback below a name", "https://a.localhost/", near},
		{"the metadata service", "https://169.254.169.254/latest", near},
		{"the metadata service without TLS", "http://169.254.169.254/latest", no},
		{"the metadata service, IPv6", "https://[fd00:ec2::254]/", near},
		{"the metadata service in IPv4 in IPv6", "https://[::ffff:169.254.169.254]/", near},
		{"a private network", "https://10.0.0.1/", near},
		{"a link-local zone", "https://[fe80::1%25eth0]/", near},
		{"an address as one number", "https://2852039166/", near},
		{"an address in hexadecimal", "https://0xa9.0xfe.0xa9.0xfe/", near},
		{"an address with octal parts", "https://0251.0376.0251.0376/", near},
		{"a name without dots", "https://intranet/", near},
		{"a name of the cloud's own", "https://metadata.google.internal/", near},
		{"a name of a local network", "https://printer.local./", near},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, house := range []bool{false, true} {
				err := ValidBox(&Box{URL: c.url, Auth: c.url, Client: "c"}, house)
				if want := c.may == both || c.may == near && house; (err == nil) != want {
					t.Errorf("%s, on one machine %v: %v, want allowed: %v", c.url, house, err, want)
				}
				var e *Error
				if err != nil && (!errors.As(err, &e) || e.Kind != Invalid || e.Field != "url") {
					t.Errorf("%s: %v names no field", c.url, err)
				}
			}
		})
	}
}

func TestABoxIsWhole(t *testing.T) {
	const at = "https://box.example.com"
	for _, c := range []struct {
		name, field string
		box         Box
	}{
		{"nothing but an invitation", "", Box{Invite: "https://www.example.com/chat"}},
		{"nothing at all", "", Box{}},
		{"no address of tokens", "authorizationUrl", Box{URL: at, Client: "c"}},
		{"no client", "clientId", Box{URL: at, Auth: at}},
		{"a client alone", "url", Box{Client: "c"}},
		{"a client of two lines", "clientId", Box{URL: at, Auth: at, Client: "c\r\nx: y"}},
		{"an invitation without TLS", "invitationUrl", Box{Invite: "http://www.example.com/chat"}},
		{"an invitation that is no address", "invitationUrl", Box{Invite: "javascript:alert(1)"}},
	} {
		err := ValidBox(&c.box, false)
		var e *Error
		if c.field == "" && err != nil || c.field != "" && (!errors.As(err, &e) || e.Field != c.field) {
			t.Errorf("%s: %v, want one that names %q", c.name, err, c.field)
		}
	}
}
