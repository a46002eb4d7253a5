package mail

import (
	"io"
	"strings"
)

// forwardCommand is what an agent writes on the first line of a mail that he passes on: whoever wrote the mail below is the contact (D-35).
const forwardCommand = "@fwd"

// fromLabels are the words for From in the header block that mail programs put above a forwarded mail, lower case.
var fromLabels = map[string]bool{"from": true, "von": true, "de": true, "da": true, "van": true, "od": true, "från": true, "fra": true, "lähettäjä": true,
	"kimden": true, "от": true, "від": true, "από": true, "差出人": true, "发件人": true, "寄件者": true, "보낸 사람": true, "feladó": true, "expeditor": true}

// IsForwardCommand reports whether the first line of text is the command.
func IsForwardCommand(m *Mail) bool {
	first, _, _ := strings.Cut(strings.TrimSpace(m.Text), "\n")
	return strings.EqualFold(strings.TrimSpace(first), forwardCommand)
}

// forwardLines is how far into a text the forwarded mail's header block is looked for.
const forwardLines = 200

// ForwardedFrom returns who wrote the mail that m passes on: of an attached mail its From, else the first From line of a header block in the text. ok
// is false where neither names exactly one address.
func ForwardedFrom(m *Mail) (Address, bool) {
	for i := range m.Parts {
		if m.Parts[i].Type != "message/rfc822" {
			continue
		}
		head, _ := io.ReadAll(io.LimitReader(m.Parts[i].Open(), MaxHeaderBlock)) // what is cut or broken below does not matter here
		if list := ParseAddresses(getField(ParseHeader(head), "From")); len(list) == 1 && list[0].Addr != "" {
			return list[0], true
		}
	}
	lines := strings.Split(m.Text, "\n")
	for i, line := range lines[:min(len(lines), forwardLines)] {
		label, value, ok := headerLine(line)
		if !ok || !fromLabels[label] || !blockBelow(lines[i+1:]) {
			continue
		}
		if list := ParseAddresses(value); len(list) == 1 && list[0].Addr != "" {
			return list[0], true
		}
	}
	return Address{}, false
}

// headerLine splits "*From:* Bo <bo@customer.example>" as it stands in a text, quoted or bold.
func headerLine(line string) (label, value string, ok bool) {
	line = strings.Trim(strings.TrimLeft(strings.TrimSpace(line), "> "), "* ")
	line = strings.Replace(line, "：", ":", 1)
	label, value, ok = strings.Cut(line, ":")
	label = strings.ToLower(strings.Trim(label, "* \u00a0"))
	return label, strings.Trim(value, "* \u00a0\r"), ok && label != "" && len(label) <= 40
}

// blockBelow reports whether a further header line stands within the next few lines: a From that stands alone is no header block.
func blockBelow(lines []string) bool {
	for _, l := range lines[:min(len(lines), 4)] {
		if label, value, ok := headerLine(l); ok && value != "" && !strings.ContainsAny(label, ".,/") {
			return true
		}
	}
	return false
}
