package mail

import (
	"slices"
	"strings"
	"unicode"

	"guichet/shared/guichet"
)

// External is the number of somebody else's helpdesk in a subject, as "[#4711028]" (OTRS, Request Tracker, Zendesk), "[Ticket: 4711028]", "INC0012345" (ServiceNow)
// or "(DESK-471)" (Jira). It means something only together with the organisation that gave it.
type External struct {
	Number string // "4711028", "INC0012345", "DESK-471"
	Weak   bool   // its form is also that of a norm or a product: it counts only under the same subject
}

// maxExternal bounds the numbers of one subject that are looked at.
const maxExternal = 3

// ticketWords may stand before the number within the brackets, lower case.
var ticketWords = []string{"ticket", "case", "request", "incident", "issue", "ref", "reference", "sr", "vorgang", "anfrage", "dossier", "demande", "caso", "chamado", "zaak", "zgłoszenie", "ärende"}

// Externals returns the numbers of other helpdesks in a subject. A bare number is none: it may be an order, a phone, a year (T4).
func Externals(subject string) []External {
	var out []External
	add := func(e External, ok bool) {
		if ok && len(out) < maxExternal && !slices.Contains(out, e) {
			out = append(out, e)
		}
	}
	for _, pair := range []string{"[]", "()", "{}"} {
		rest := subject
		for range 16 {
			_, after, found := strings.Cut(rest, pair[:1])
			inner, next, closed := strings.Cut(after, pair[1:])
			if !found || !closed {
				break
			}
			add(bracketed(inner, pair == "[]"))
			rest = next
		}
	}
	for _, w := range strings.Fields(subject) {
		add(serviceNow(strings.Trim(w, "[](){}:,;.")))
	}
	return out
}

// bracketed reads what stands between brackets. A number without any word needs its sharp, and square brackets.
func bracketed(s string, square bool) (External, bool) {
	s = strings.TrimSpace(s)
	if len(s) > 40 {
		return External{}, false
	}
	if key, ok := jiraKey(s); ok {
		return External{key, true}, true
	}
	cutAt := strings.IndexFunc(s, func(r rune) bool { return r == '#' || r == ':' || r == ' ' || unicode.IsDigit(r) })
	if cutAt < 0 {
		return External{}, false
	}
	word, number := strings.ToLower(s[:cutAt]), strings.TrimLeft(s[cutAt:], " :")
	sharp := strings.HasPrefix(number, "#")
	number = strings.TrimLeft(number, "# ")
	if len(number) < 5 || len(number) > 20 || strings.Trim(number, "0123456789") != "" {
		return External{}, false
	}
	switch {
	case slices.Contains(ticketWords, word), word == "" && sharp && square:
		return External{number, false}, true
	}
	return External{}, false
}

// serviceNow reads a number as ServiceNow writes it: the record's kind and at least seven digits.
func serviceNow(w string) (External, bool) {
	for _, kind := range []string{"INC", "RITM", "REQ", "CHG", "CS", "SCTASK", "PRB"} {
		if d, ok := strings.CutPrefix(w, kind); ok && len(d) >= 7 && len(d) <= 12 && strings.Trim(d, "0123456789") == "" {
			return External{w, false}, true
		}
	}
	return External{}, false
}

// jiraKey reads a key as Jira writes it: a project's capitals, a hyphen, digits.
func jiraKey(s string) (string, bool) {
	project, n, ok := strings.Cut(s, "-")
	if !ok || len(project) < 2 || len(project) > 10 || len(n) < 1 || len(n) > 7 || strings.Trim(n, "0123456789") != "" {
		return "", false
	}
	for i := range len(project) {
		if c := project[i]; (c < 'A' || c > 'Z') && (i == 0 || c < '0' || c > '9') {
			return "", false
		}
	}
	return s, true
}

// publicProviders are domains where everybody may have a mailbox: their users have nothing in common. A name before the first dot stands for its domains of all
// countries.
var publicProviders = []string{
	"gmail.com", "googlemail.com", "outlook", "hotmail", "live", "msn.com", "yahoo", "ymail.com", "rocketmail.com", "aol", "icloud.com", "me.com", "mac.com", "gmx", "web.de",
	"t-online.de", "freenet.de", "arcor.de", "mail.de", "posteo.de", "posteo.net", "mailbox.org", "orange.fr", "wanadoo.fr", "free.fr", "sfr.fr", "laposte.net", "bbox.fr", "neuf.fr",
	"libero.it", "virgilio.it", "tiscali.it", "alice.it", "tin.it", "terra.es", "telefonica.net", "sapo.pt", "uol.com.br", "bol.com.br", "terra.com.br", "ziggo.nl", "kpnmail.nl",
	"planet.nl", "xs4all.nl", "hetnet.nl", "telenet.be", "skynet.be", "bluewin.ch", "wp.pl", "o2.pl", "onet.pl", "interia.pl", "op.pl", "seznam.cz", "centrum.cz", "mail.ru", "inbox.ru",
	"list.ru", "bk.ru", "yandex", "ya.ru", "rambler.ru", "ukr.net", "i.ua", "abv.bg", "freemail.hu", "citromail.hu", "telia.com", "online.no", "qq.com", "163.com", "126.com", "sina.com",
	"sohu.com", "naver.com", "daum.net", "hanmail.net", "docomo.ne.jp", "ezweb.ne.jp", "softbank.ne.jp", "nifty.com", "rediffmail.com", "proton.me", "protonmail.com", "protonmail.ch", "pm.me",
	"tutanota.com", "tuta.io", "zoho.com", "fastmail.com", "fastmail.fm", "hushmail.com", "mail.com", "email.com", "usa.net", "btinternet.com", "virginmedia.com", "sky.com", "talktalk.net",
	"ntlworld.com", "blueyonder.co.uk", "comcast.net", "verizon.net", "att.net", "sbcglobal.net", "bellsouth.net", "cox.net", "charter.net", "earthlink.net", "juno.com", "optonline.net",
	"shaw.ca", "rogers.com", "sympatico.ca", "bigpond.com", "optusnet.com.au", "xtra.co.nz",
}

// PublicProvider reports whether anybody may have a mailbox at a folded domain.
func PublicProvider(domain string) bool {
	first, _, _ := strings.Cut(domain, ".")
	for _, p := range publicProviders {
		if domain == p || first == p && !strings.Contains(p, ".") {
			return true
		}
	}
	return false
}

// ExternalRef is the key in the reference index of a number that the sender's organisation gave; empty for mail from a public provider, whose users share no numbers.
func ExternalRef(sender, number string) string {
	domain := sender[strings.LastIndexByte(sender, '@')+1:]
	if domain == "" || domain == sender || PublicProvider(domain) {
		return ""
	}
	return "xr:" + domain + "\x00" + number
}

// ExternalClues returns what the numbers of the sender's own helpdesk say about a mail's case (D-22). A number in the channel's own form that is ours is no clue of
// this kind: it leads nowhere here.
func ExternalClues(m *Mail, s Site, sender string) []Clue {
	if s.Channel.Thread == guichet.IgnoreInReplyTo {
		return nil
	}
	var out []Clue
	for _, x := range Externals(m.Subject) {
		if ref := ExternalRef(sender, x.Number); ref != "" {
			c := Clue{Kind: ByExternal, Value: x.Number, Ref: ref}
			if x.Weak {
				c.Subject = bareSubject(m.Subject, x.Number)
			}
			out = append(out, c)
		}
	}
	return out
}

// bareSubject is the subject without reply marks, without a number and the brackets around it, in lower case.
func bareSubject(subject, number string) string {
	for _, form := range []string{"[" + number + "]", "(" + number + ")", "{" + number + "}"} {
		subject = strings.ReplaceAll(subject, form, " ")
	}
	return strings.ToLower(strings.Join(strings.Fields(BaseSubject(subject)), " "))
}
