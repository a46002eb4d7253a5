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

// sign returns 16 letters that only the holder of key can make for this tenant (80 bits).
func sign(key []byte, t guichet.TenantID, what string) string {
	return tokenCode.EncodeToString(mac(key, "guichet-plus", t, what)[:10])
}

// NewMessageID returns the Message-ID, without brackets, of our n-th message of a case. It names the message to us alone: the name is
// encrypted, so that a hidden ticket number stays hidden (A062), under a signature that nobody can guess and that no other tenant or
// house accepts (D-16). The signature is the nonce of the encryption, so the same message always has the same id.
func NewMessageID(key []byte, t guichet.TenantID, id guichet.MessageID, domain string) string {
	sig := mac(key, "guichet-id", t, string(id))[:10]
	return tokenCode.EncodeToString(append(mask(key, t, sig, []byte(id)), sig...)) + "@" + domain
}

// OwnMessageID returns the message that a normalised Message-ID of ours names; ok is false for all others.
func OwnMessageID(key []byte, t guichet.TenantID, mailID string) (id guichet.MessageID, ok bool) {
	local, _, _ := strings.Cut(mailID, "@")
	raw, err := tokenCode.DecodeString(strings.ToLower(local))
	if err != nil || len(raw) < 11 || len(raw) > 40 || len(key) == 0 {
		return "", false
	}
	sig := raw[len(raw)-10:]
	id = guichet.MessageID(mask(key, t, sig, raw[:len(raw)-10]))
	if !hmac.Equal(sig, mac(key, "guichet-id", t, string(id))[:10]) {
		return "", false
	}
	return id, id.Case() != ""
}

// mac is the keyed hash of one use of the key.
func mac(key []byte, use string, t guichet.TenantID, what string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(use + "\x00" + string(t) + "\x00" + what))
	return h.Sum(nil)
}

// mask encrypts or decrypts up to 32 bytes under a nonce.
func mask(key []byte, t guichet.TenantID, nonce, text []byte) []byte {
	stream := mac(key, "guichet-mask", t, string(nonce))
	out := make([]byte, min(len(text), len(stream)), len(text)+10)
	for i := range out {
		out[i] = text[i] ^ stream[i]
	}
	return out
}

// PlusAddress returns our address with a signed mark of the case: replies to it find the case without any header (D-30).
func PlusAddress(key []byte, t guichet.TenantID, c guichet.CaseID, addr string) string {
	local, domain, _ := strings.Cut(addr, "@")
	return local + "+" + string(c) + "-" + sign(key, t, string(c)) + "@" + domain
}

// OwnPlus returns the case that a plus tag of ours names; ok is false for all others, also for a tag that was tampered with.
func OwnPlus(key []byte, t guichet.TenantID, tag string) (guichet.CaseID, bool) {
	c, sig, ok := strings.Cut(strings.ToLower(tag), "-")
	if !ok || len(key) == 0 || !guichet.ValidCaseID(c) || !hmac.Equal([]byte(sig), []byte(sign(key, t, c))) {
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
