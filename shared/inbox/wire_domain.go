package inbox

import (
	"guichet/shared/channel"
	"guichet/shared/desk"
	"guichet/shared/guichet"
)

// domainDTO is a domain of the tenant, with what belongs into its DNS.
type domainDTO struct {
	Domain   string      `json:"domain"`
	Since    *string     `json:"since"`
	By       string      `json:"by,omitempty"`
	Begun    bool        `json:"begun"`
	Verified bool        `json:"verified"`
	MailFrom string      `json:"mail_from"`
	Records  []recordDTO `json:"records"`
	Note     string      `json:"note,omitempty"`
}

// recordDTO is one entry of DNS. State: found, pending, missing, unknown.
type recordDTO struct {
	Purpose  string `json:"purpose"`
	Type     string `json:"type"`
	Name     string `json:"name"`
	Value    string `json:"value"`
	Priority int    `json:"priority,omitempty"`
	State    string `json:"state"`
	Optional bool   `json:"optional"`
}

func wireDomain(s desk.DomainState) domainDTO {
	out := domainDTO{
		Domain: s.Name, Since: timeOf(s.Since), By: s.By, Begun: s.Begun, Verified: s.Identity.Verified, MailFrom: orElse(s.Identity.MailFrom, s.Bounces()),
		Records: []recordDTO{}, Note: s.Identity.Note,
	}
	for _, r := range s.Identity.Records() {
		out.Records = append(out.Records, recordDTO(r))
	}
	return out
}

// domainRef is a domain in a list: how far its proof is must be asked for.
type domainRef struct {
	Domain string  `json:"domain"`
	Since  *string `json:"since"`
	By     string  `json:"by,omitempty"`
}

func wireDomainRef(d guichet.Domain) domainRef { return domainRef{d.Name, timeOf(d.Since), d.By} }

// receivingDTO is the health of the way that mail comes in.
type receivingDTO struct {
	RuleSet string   `json:"rule_set"`
	Ours    bool     `json:"ours"`
	Enabled bool     `json:"enabled"`
	Stores  bool     `json:"stores"`
	Tells   bool     `json:"tells"`
	Scans   bool     `json:"scans"`
	Healthy bool     `json:"healthy"`
	Wrong   []string `json:"wrong"`
	Note    string   `json:"note,omitempty"`
}

func wireReceiving(r channel.Receiving) receivingDTO {
	return receivingDTO{r.RuleSet, r.Ours, r.Enabled, r.Stores, r.Tells, r.Scans, len(r.Wrong) == 0, append([]string{}, r.Wrong...), r.Note}
}
