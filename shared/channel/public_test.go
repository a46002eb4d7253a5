package channel

import (
	"context"
	"net/netip"
	"testing"

	"guichet/shared/guichet"
)

func TestPublic(t *testing.T) {
	for addr, want := range map[string]bool{
		"93.184.216.34": true, "2606:2800:220:1::1": true, "::ffff:93.184.216.34": true, "1.1.1.1": true,
		"127.0.0.1": false, "127.9.9.9": false, "::1": false, "::ffff:127.0.0.1": false, "0.0.0.0": false, "::": false,
		"10.1.2.3": false, "172.16.0.1": false, "172.31.255.255": false, "192.168.1.1": false, "fd00::1": false, "fe80::1": false, "fe80::1%eth0": false, "fec0::1": false,
		"169.254.169.254": false, "169.254.170.2": false, "100.64.0.1": false, "198.18.0.1": false, "192.0.0.1": false, "192.0.2.1": false, "203.0.113.9": false,
		"224.0.0.1": false, "255.255.255.255": false, "ff02::1": false, "64:ff9b::7f00:1": false, "2002:7f00:1::": false, "2001:db8::1": false,
	} {
		if got := public(netip.MustParseAddr(addr)); got != want {
			t.Errorf("%s: public %v, want %v", addr, got, want)
		}
	}
	if err := publicOnly(context.Background(), "tcp", "nonsense", nil); err == nil {
		t.Error("what is no address passes")
	}
}

// TestSMTPPublicAloneIsAskedWhenItDials: the connection is refused, not the name: what a name means is known then alone.
func TestSMTPPublicAloneIsAskedWhenItDials(t *testing.T) {
	r := &relay{}
	s, _ := r.start(t, without)
	if _, err := s.Send(context.Background(), mailOut()); err != nil {
		t.Fatal(err)
	}
	s.Public = true
	if _, err := s.Send(context.Background(), mailOut()); !guichet.Is(err, guichet.Permanent) || InDoubt(err) || len(r.raw) != 1 {
		t.Errorf("got %v, %d mails", err, len(r.raw))
	}
}

func TestSMTPProbe(t *testing.T) {
	for name, c := range map[string]struct {
		mode  relayTLS
		tls   TLSMode
		mechs []string
		user  string
		pass  string
		force bool
		want  Found
		kind  guichet.Kind
	}{
		"a password":             {startable, TLSStart, []string{"PLAIN", "LOGIN"}, "ana", "p4ss", false, Found{true, "PLAIN"}, guichet.Other},
		"LOGIN alone":            {implicit, TLSImplicit, []string{"LOGIN"}, "ana", "p4ss", true, Found{true, "LOGIN"}, guichet.Other},
		"nobody is asked for":    {without, TLSOpportunistic, nil, "", "", false, Found{}, guichet.Other},
		"a wrong password":       {startable, TLSStart, []string{"PLAIN"}, "ana", "wr0ng", false, Found{}, guichet.Permanent},
		"not secure, but wanted": {without, TLSOpportunistic, nil, "", "", true, Found{}, guichet.Permanent},
	} {
		t.Run(name, func(t *testing.T) {
			r := &relay{mechs: c.mechs}
			s, _ := r.start(t, c.mode)
			s.TLS, s.Username, s.Password = c.tls, c.user, c.pass
			got, err := s.Probe(context.Background(), c.force)
			if got != c.want || guichet.KindOf(err) != c.kind || len(r.raw) != 0 {
				t.Errorf("got %+v, %v, %d mails; want %+v, %s", got, err, len(r.raw), c.want, c.kind)
			}
		})
	}
}
