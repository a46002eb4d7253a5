package guichet

import "time"

// CanOperate is the right of who runs the house. No role of a tenant can be given it by the API (A071).
const CanOperate Permission = "operate"

// Permissions are those that a role of a tenant can have, in the order in which people read them.
var Permissions = []Permission{CanRead, CanReply, CanViewSkills, CanAssign, CanNote, CanRate, CanDraft, CanApprove, CanApproveOwn, CanRelease, CanShred, CanCreateSkills, CanEditSkills, CanConfigure}

// Tag is a word that cases carry. Those that settings name must be made first (A054).
type Tag struct {
	ID      string `json:"id"` // 2..30 letters, digits and - _ . :; what cases carry
	Title   string `json:"title,omitempty"`
	Color   string `json:"color,omitempty"` // "#5b6470"
	Version int64  `json:"-"`
}

// Domain is one that a tenant claimed: mail comes to it once its owner's DNS says so.
type Domain struct {
	Name     string    `json:"name"` // folded
	Since    time.Time `json:"since"`
	By       string    `json:"by,omitempty"`
	MailFrom string    `json:"mail_from,omitempty"` // the sub-domain that bounces come to; empty: "bounces." before the name
	Version  int64     `json:"-"`
}

// Bounces returns the domain's custom MAIL FROM.
func (d *Domain) Bounces() string {
	if d.MailFrom != "" {
		return d.MailFrom
	}
	return "bounces." + d.Name
}
