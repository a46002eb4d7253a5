package script

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"guichet/shared/guichet"
)

// change makes an action's change to the case itself, and says from what to what. Replies, notes and status are the hand's.
func change(env *Env, d *Done, texts map[string]guichet.Text) {
	c, a := env.Case, d.Action
	switch d.Kind {
	case "skill":
		d.From, d.To = string(c.Skill), string(a.Skill)
		if env.Skills != nil && env.Skills[a.Skill] == nil {
			d.Result = "there is no such skill any more"
			return
		}
		c.Skill = a.Skill
	case "priority":
		d.From, d.To = strconv.Itoa(c.Priority), strconv.Itoa(*a.Priority)
		c.Priority = *a.Priority
	case "tag":
		d.To, d.Same = a.Tag, slices.Contains(c.Tags, a.Tag)
		if len(c.Tags) >= maxTags && !d.Same {
			d.Result = fmt.Sprintf("the case has %d tags, which is the limit", maxTags)
			return
		}
		c.Tags = append(slices.Clip(c.Tags), a.Tag)
		if d.Same {
			c.Tags = c.Tags[:len(c.Tags)-1]
		}
	case "untag":
		d.From, d.Same = a.Untag, !slices.Contains(c.Tags, a.Untag)
		c.Tags = slices.DeleteFunc(slices.Clone(c.Tags), func(t string) bool { return t == a.Untag })
	case "field":
		setField(env, d)
	case "status":
		d.From, d.To = string(c.Status), string(a.Status)
	case "reply":
		d.To = fill(texts[a.Reply].In(env.Language()), env)
	case "note":
		d.To = fill(a.Note, env)
	case "popurl":
		setPopURL(c, env, d)
	}
	if slices.Contains([]string{"skill", "priority", "status"}, d.Kind) {
		d.Same = d.From == d.To
	}
}

// maxTags bounds the tags of a case: it is read whole.
const maxTags = 50

// setField gives a custom field its value. The map is made anew: what was read of the case stays as it was.
func setField(env *Env, d *Done) {
	a, c := d.Action, env.Case
	i := slices.IndexFunc(env.Fields, func(f guichet.Field) bool { return f.Name == a.Field })
	if i < 0 || env.Fields[i].Gone {
		d.Result = "there is no such field any more"
		return
	}
	v, err := env.Fields[i].Value(a.Value)
	if err != nil {
		d.Result = err.Error()
		return
	}
	d.To = a.Field + " = " + fmt.Sprint(v)
	if was, ok := c.Fields[a.Field]; ok {
		d.From, d.Same = fmt.Sprint(was), was == v
	}
	if c.Fields = maps.Clone(c.Fields); c.Fields == nil {
		c.Fields = map[string]any{}
	}
	c.Fields[a.Field] = v
}

// Paper is the hand of a run that changes nothing but the case in it.
func Paper(c *guichet.Case) Hand {
	return func(d *Done) {
		if d.Kind == "status" {
			c.Status = d.Action.Status
		}
	}
}
