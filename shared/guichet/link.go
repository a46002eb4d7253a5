package guichet

import "slices"

// CaseLinked is told of both cases when one goes on as another in another channel: a mail as a chat (A035).
const CaseLinked FactKind = "case.linked"

// Link is another case of the same contact with which a case goes on, or from which it comes.
type Link struct {
	Case    CaseID    `json:"i"`
	Channel ChannelID `json:"c"`
	From    bool      `json:"f,omitempty"` // this case comes from that one
}

// maxLinks bounds Case.Links.
const maxLinks = 10

// LinkTo notes a link, once. It is false if the case has as many as it can hold.
func (c *Case) LinkTo(l Link) bool {
	if slices.Contains(c.Links, l) {
		return true
	}
	if len(c.Links) >= maxLinks {
		return false
	}
	c.Links = append(c.Links, l)
	return true
}

// Expected reports whether the case was opened for a contact who has not come yet: no clock of it ever ran.
func (c *Case) Expected() bool {
	return c.First == (Clock{}) && c.Resolution == (Clock{}) && slices.ContainsFunc(c.Links, func(l Link) bool { return l.From })
}
