package mail

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"strings"

	"guichet/shared/guichet"
)

// tokenCode is base32 in lower case: survives every program that changes the case of an address.
var tokenCode = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// sign returns 16 letters that only the holder of key can make for this message of this tenant (80 bits).
func sign(key []byte, t guichet.TenantID, what string) string {
	h := hmac.New(sha256.New, key)
	h.Write([]byte("guichet-id\x00" + string(t) + "\x00" + what))
	return tokenCode.EncodeToString(h.Sum(nil)[:10])
}

// NewMessageID returns the Message-ID, without brackets, of our n-th message of a case: it names the case to us alone, by a signature that
// nobody can guess and that no other tenant or house accepts (D-16).
func NewMessageID(key []byte, t guichet.TenantID, id guichet.MessageID, domain string) string {
	return string(id) + "." + sign(key, t, string(id)) + "@" + domain
}

// OwnMessageID returns the message that a normalised Message-ID of ours names; ok is false for all others.
func OwnMessageID(key []byte, t guichet.TenantID, mailID string) (id guichet.MessageID, ok bool) {
	local, _, _ := strings.Cut(mailID, "@")
	name, sig, ok := strings.Cut(local, ".")
	if !ok || len(key) == 0 || !hmac.Equal([]byte(strings.ToLower(sig)), []byte(sign(key, t, name))) {
		return "", false
	}
	return guichet.MessageID(name), guichet.MessageID(name).Case() != ""
}

// PlusAddress returns our address with a signed mark of the case: replies to it find the case without any header (D-30).
func PlusAddress(key []byte, t guichet.TenantID, c guichet.CaseID, addr string) string {
	local, domain, _ := strings.Cut(addr, "@")
	return local + "+" + string(c) + "-" + sign(key, t, "plus/"+string(c)) + "@" + domain
}

// OwnPlus returns the case that a plus tag of ours names; ok is false for all others, also for a tag that was tampered with.
func OwnPlus(key []byte, t guichet.TenantID, tag string) (guichet.CaseID, bool) {
	c, sig, ok := strings.Cut(strings.ToLower(tag), "-")
	if !ok || len(key) == 0 || !guichet.ValidCaseID(c) || !hmac.Equal([]byte(sig), []byte(sign(key, t, "plus/"+c))) {
		return "", false
	}
	return guichet.CaseID(c), true
}

// SESID returns the bare SES id of a normalised Message-ID that SES gave: id@REGION.amazonses.com, id@email.amazonses.com, or the bare id (D-10).
func SESID(mailID string) (string, bool) {
	local, domain, found := strings.Cut(mailID, "@")
	if found {
		domain = strings.ToLower(domain)
		host, ok := strings.CutSuffix(domain, ".amazonses.com")
		return local, ok && host != "" && !strings.Contains(host, ".") && local != ""
	}
	// a bare id: 0102018d...-8-4-4-4-12-000000
	return mailID, len(mailID) >= 40 && strings.HasSuffix(mailID, "-000000")
}
