package guichet

import (
	"strconv"
	"strings"
	"unicode"
)

// TenantID names a tenant: 1..40 of a-z 0-9 and "-". Every key begins with it.
type TenantID string

// CaseID is the ticket number of a case, unique and growing within its tenant, at least six digits of which the last is a check
// digit (Damm): "100012". It is never used again, also not after the case is gone (D-21).
type CaseID string

// MessageID names a message: its case and its place there, "100012-3".
type MessageID string

// ChannelID, SkillID, AgentID, ContactID, RoleID are chosen by the tenant or made from what they name.
type (
	ChannelID string
	SkillID   string
	AgentID   string
	ContactID string
	RoleID    string
)

// firstCase makes the first ticket number six digits long.
const firstCase = 10000

// NewCaseID returns the ticket number of the n-th case of a tenant, n from 1.
func NewCaseID(n int64) CaseID {
	s := strconv.FormatInt(firstCase+n, 10)
	return CaseID(s + string(damm(s)))
}

// ValidCaseID reports whether s could be a ticket number: 6..18 digits and the right check digit. It says nothing about whose.
func ValidCaseID(s string) bool {
	if len(s) < 6 || len(s) > 18 || s[0] == '0' {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return damm(s) == '0'
}

// damm returns the check digit of Damm's algorithm (2004): it finds every single wrong digit and every swap of neighbours. A number that
// carries its check digit gives '0'.
func damm(digits string) byte {
	const table = "0317598642" + "7092154863" + "4206871359" + "1750983426" + "6123045978" +
		"3674209581" + "5869720134" + "8945362017" + "9438617205" + "2581436790"
	x := byte(0)
	for i := range len(digits) {
		x = table[x*10+digits[i]-'0'] - '0'
	}
	return '0' + x
}

// Message returns the id of the n-th message of the case, n from 1.
func (c CaseID) Message(n int) MessageID { return MessageID(string(c) + "-" + strconv.Itoa(n)) }

// Split returns the case and place of a message id. A string that is none gives an Invalid error.
func (m MessageID) Split() (CaseID, int, error) {
	c, n, ok := strings.Cut(string(m), "-")
	i, err := strconv.Atoi(n)
	if !ok || err != nil || i < 1 || strconv.Itoa(i) != n || !ValidCaseID(c) {
		return "", 0, Wrongf("messageId", "a message id looks like 100012-3")
	}
	return CaseID(c), i, nil
}

// Case returns the case of a message id; empty if it is none.
func (m MessageID) Case() CaseID {
	c, _, _ := m.Split()
	return c
}

// ValidName reports nil if s may name a skill (A099): 2..30 of letters (Unicode), digits and - _ . :
func ValidName(field, s string) error {
	n := 0
	for _, r := range s {
		n++
		if !isNameRune(r) {
			return Wrongf(field, "%s may hold letters, digits and - _ . : only", field)
		}
	}
	if n < 2 || n > 30 {
		return Wrongf(field, "%s is 2 to 30 characters long, not %d", field, n)
	}
	return nil
}

// ValidTenant reports nil if s may name a tenant.
func ValidTenant(s string) error {
	if len(s) < 1 || len(s) > 40 || strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		return Wrongf("tenant", "a tenant is 1 to 40 of a-z, 0-9 and -")
	}
	return nil
}

func isNameRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("-_.:", r)
}
