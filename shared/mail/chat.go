package mail

import (
	"crypto/hmac"
	"crypto/sha256"
	"strings"

	"guichet/shared/guichet"
)

// Ids of messaging channels become what the rules of mail know: an id of a message, a key of the reference index, an address. Those that lead to a case are made
// with our key, so that no mail can name them.

// ChatMessageID is the Message-ID, without brackets, under which a message of a messaging channel is kept.
func ChatMessageID(key []byte, ch *guichet.Channel, external string) string {
	return "m." + chatToken(key, "guichet-chat-message", ch, external) + "@" + chatHost(ch)
}

// ChatThread is the key in the reference index of a thread of a messaging channel.
func ChatThread(key []byte, ch *guichet.Channel, external string) string {
	return "chat:" + chatToken(key, "guichet-chat-thread", ch, external)
}

func chatToken(key []byte, use string, ch *guichet.Channel, external string) string {
	return tokenCode.EncodeToString(mac(key, use, ch.Tenant, string(ch.ID)+"\x00"+external)[:20])
}

// ChatAddress is the address that stands for somebody of a messaging channel: the same for the same id, readable where the id is plain.
func ChatAddress(ch *guichet.Channel, user string) string {
	return chatLabel(user, 40) + "@" + chatHost(ch)
}

// ChatPoint is the address that stands for a messaging channel itself.
func ChatPoint(id guichet.ChannelID) string {
	return chatLabel(string(id), 40) + "@" + guichet.ChatDomain
}

// chatHost is the domain of all who write in a messaging channel.
func chatHost(ch *guichet.Channel) string {
	return chatLabel(string(ch.ID), 40) + "." + guichet.ChatDomain
}

// chatLabel is s if it is plain and short, else a hash of it: addresses know no case, and hold few characters.
func chatLabel(s string, most int) string {
	if s != "" && len(s) <= most && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == "" && s[0] != '-' && s[len(s)-1] != '-' {
		return s
	}
	h := sha256.Sum256([]byte(s))
	return "x-" + tokenCode.EncodeToString(h[:16])
}

// InvitationKey is what an invitation is called: in the address of a page with a chat, and among the custom fields, attributes and parameters of a message.
const InvitationKey = "guichet_invitation"

// SignInvitation signs what invites a contact to a messaging channel.
func SignInvitation(key []byte, ch *guichet.Channel, what string) string {
	return chatToken(key, "guichet-invitation", ch, what)
}

// IsInvitation reports whether sign is our signature of what.
func IsInvitation(key []byte, ch *guichet.Channel, what, sign string) bool {
	return len(key) > 0 && hmac.Equal([]byte(sign), []byte(SignInvitation(key, ch, what)))
}
