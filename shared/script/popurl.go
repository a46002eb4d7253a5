package script

import (
	"fmt"
	"net/url"
	"strings"

	"guichet/shared/guichet"
)

// MaxURL bounds an address that is to come up on an agent's screen, in bytes: it stands on the case.
const MaxURL = 600

// popURL checks an address of another system: https, a host that no case decides, and names that stand for something. A mistake is told with the field.
func (c *checker) popURL(text string) {
	rest, ok := strings.CutPrefix(text, "https://")
	host := rest[:len(rest)-len(strings.TrimLeft(rest, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._:"))]
	switch {
	case !ok:
		c.wrong("popurl", "an address begins with https://")
		return
	case host == "" || len(host) < len(rest) && !strings.ContainsRune("/?#", rune(rest[len(host)])):
		c.wrong("popurl", "a host comes after https://, then / or ?; the case decides nothing of it")
		return
	case len(text) > MaxURL:
		c.wrong("popurl", "an address has at most %d bytes", MaxURL)
	}
	for _, p := range placeholder.FindAllString(text, -1) {
		name := strings.Trim(p, "{}")
		custom, isField := strings.CutPrefix(name, FieldPrefix)
		if _, ok := c.world.field(custom); !(isField && ok) && urlNames[name] == nil {
			c.wrong("popurl", "%s stands for nothing; there are {ticket}, {subject}, {name}, {address}, {language} and {field.NAME}", cut(p, 40))
		}
	}
	plain := placeholder.ReplaceAllString(text, "x")
	if _, err := url.Parse(plain); err != nil || strings.ContainsFunc(plain, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`"<>\^{|}`+"`", r) }) {
		c.wrong("popurl", "this is no address: write what is neither letter, digit nor one of -._~:/?#[]@!$&'()*+,;=%% as %%20 and the like, outside of {names}")
	}
}

// urlNames are the words that an address may name, beside the custom fields.
var urlNames = map[string]func(*Env) string{
	"ticket":   func(e *Env) string { return string(e.Case.ID) },
	"subject":  func(e *Env) string { return e.Case.Subject },
	"name":     func(e *Env) string { return e.Contact.Name },
	"address":  func(e *Env) string { return e.Contact.Addr },
	"language": func(e *Env) string { return e.Language() },
}

// fillURL puts what is known of a case in place of what an address names, escaped so that it stays one piece of a path or a query. What has no value is empty.
func fillURL(text string, env *Env) string {
	return placeholder.ReplaceAllStringFunc(text, func(p string) string {
		name, value := strings.Trim(p, "{}"), ""
		if custom, ok := strings.CutPrefix(name, FieldPrefix); ok && env.Case.Fields[custom] != nil {
			value = fmt.Sprint(env.Case.Fields[custom])
		} else if get := urlNames[name]; get != nil {
			value = get(env)
		}
		if strings.Trim(value, ".") == "" {
			return "" // "." and ".." would lead elsewhere
		}
		return strings.ReplaceAll(url.QueryEscape(value), "+", "%20")
	})
}

// setPopURL gives a case the address that comes up with it.
func setPopURL(c *guichet.Case, env *Env, d *Done) {
	d.From, d.To = c.PopURL, fillURL(d.Action.PopURL, env)
	if len(d.To) > MaxURL {
		d.Result = fmt.Sprintf("with the words of this case the address has more than %d bytes", MaxURL)
		return
	}
	d.Same = d.From == d.To
	c.PopURL = d.To
}
