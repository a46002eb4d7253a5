package desk

import (
	"strconv"
	"strings"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/mail"
)

// inviteLife is how long an invitation to a chat can be taken up.
const inviteLife = 7 * 24 * time.Hour

// invitation is what a contact brings along who was invited to a case: "<case>.<end, Unix>.<signature>". It is good for that case of that channel of that tenant,
// until it ends.
func (d *Desk) invitation(ch *guichet.Channel, c guichet.CaseID, until time.Time) string {
	end := strconv.FormatInt(until.Unix(), 10)
	return string(c) + "." + end + "." + mail.SignInvitation(d.Key, ch, string(c)+"."+end)
}

// invitedTo returns the case that an invitation is to, if it is ours and had not ended at that time; empty otherwise.
func (d *Desk) invitedTo(ch *guichet.Channel, token string, at time.Time) guichet.CaseID {
	what, sign, _ := cutLast(token, ".")
	c, end, ok := strings.Cut(what, ".")
	n, err := strconv.ParseInt(end, 10, 64)
	if !ok || err != nil || at.Unix() > n || !guichet.ValidCaseID(c) || !mail.IsInvitation(d.Key, ch, what, sign) {
		return ""
	}
	return guichet.CaseID(c)
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}
