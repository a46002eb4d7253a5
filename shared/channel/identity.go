package channel

import (
	"context"
	"strings"

	"guichet/shared/guichet"
)

// Identity is a domain as the service that sends and receives for it knows it.
type Identity struct {
	Domain   string
	Verified bool     // mail may be sent from it, and is received for it
	Region   string   // of the service; empty: there is none, see Note
	Tokens   []string // DKIM selectors, each a CNAME
	Zone     string   // where their keys are published; empty: "dkim.amazonses.com"
	DKIM     string   // state of DKIM: one of the constants below
	MailFrom string   // its custom MAIL FROM domain; empty: none
	Bounces  string   // state of that
	MX       string   // state of the record by which mail comes in, as DNS says it
	DMARC    string   // state of its DMARC policy, as DNS says it
	Note     string   // for people: what is special here
}

// The states of a record.
const (
	RecordFound   = "found"   // it is there, and right
	RecordPending = "pending" // it is looked for
	RecordMissing = "missing" // it was looked for, and is not there, or is another
	RecordUnknown = "unknown" // nobody can say
)

// Record is one entry that belongs into DNS.
type Record struct {
	Purpose  string // "dkim", "receiving", "mail-from", "spf", "dmarc"
	Type     string // "CNAME", "MX", "TXT"
	Name     string // whole, without a dot at the end
	Value    string
	Priority int    // of an MX
	State    string // one of the constants below
	Optional bool   // mail comes and goes without it; it arrives better with it
}

// Records are what belongs into the DNS of an identity: three CNAMEs that prove it and sign its mail, the MX by which mail comes in, MX and SPF of its bounces, and
// a DMARC policy to begin with (A044). None where there is no such service.
func (i Identity) Records() []Record {
	if i.Region == "" {
		return nil
	}
	zone := i.Zone
	if zone == "" {
		zone = "dkim.amazonses.com"
	}
	var out []Record
	for _, t := range i.Tokens {
		out = append(out, Record{Purpose: "dkim", Type: "CNAME", Name: t + "._domainkey." + i.Domain, Value: t + "." + zone, State: i.DKIM})
	}
	out = append(out, Record{Purpose: "receiving", Type: "MX", Name: i.Domain, Value: MXOf(i.Region), Priority: 10, State: i.MX})
	if i.MailFrom != "" {
		out = append(out,
			Record{Purpose: "mail-from", Type: "MX", Name: i.MailFrom, Value: "feedback-smtp." + i.Region + ".amazonses.com", Priority: 10, State: i.Bounces, Optional: true},
			Record{Purpose: "spf", Type: "TXT", Name: i.MailFrom, Value: "v=spf1 include:amazonses.com ~all", State: i.Bounces, Optional: true})
	}
	return append(out, Record{Purpose: "dmarc", Type: "TXT", Name: "_dmarc." + i.Domain, Value: "v=DMARC1; p=none; rua=mailto:postmaster@" + i.Domain, State: i.DMARC, Optional: true})
}

// MXOf is the server that receives mail for SES in a region.
func MXOf(region string) string { return "inbound-smtp." + region + ".amazonaws.com" }

// Receiving is the health of the way that mail comes in: the account's active receipt rule set.
type Receiving struct {
	RuleSet string   // the active one; empty: none is
	Ours    bool     // it is this house's
	Enabled bool     // the rule that takes every mail is on
	Stores  bool     // it stores the mail whole, in our bucket
	Tells   bool     // it tells our topic
	Scans   bool     // it looks for spam and viruses
	Wrong   []string // what is to be done, for people; empty: all is well
	Note    string
}

// OneMachine is where domains are proven in a house that runs on one machine: each is at once, for there is nobody to prove it to.
type OneMachine struct{}

const oneMachine = "This house runs on one machine: it takes mail for every domain of a tenant as verified, and receives what is sent to its own SMTP port."

// Claim has nothing to do.
func (OneMachine) Claim(context.Context, guichet.TenantID, string, string) error { return nil }

// Identity says of every domain that it is verified, and why.
func (OneMachine) Identity(_ context.Context, domain string) (Identity, error) {
	return Identity{Domain: strings.ToLower(domain), Verified: true, DKIM: RecordUnknown, Bounces: RecordUnknown, MX: RecordUnknown, DMARC: RecordUnknown, Note: oneMachine}, nil
}

// SetMailFrom has nothing to do.
func (OneMachine) SetMailFrom(context.Context, string, string) error { return nil }

// Release has nothing to do.
func (OneMachine) Release(context.Context, guichet.TenantID, string) error { return nil }

// Receiving says that there are no rules here.
func (OneMachine) Receiving(context.Context) (Receiving, error) {
	return Receiving{RuleSet: "", Ours: true, Enabled: true, Stores: true, Tells: true, Note: oneMachine}, nil
}

// Account says that nobody sends by an account here.
func (OneMachine) Account(context.Context, guichet.TenantID, []string) (string, error) {
	return "", nil
}
