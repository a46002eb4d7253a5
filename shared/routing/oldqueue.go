package routing

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"guichet/shared/guichet"
)

// The types of conditions of a routing queue (A096, A097).
const (
	IfChannels = "included-channels"
	IfTags     = "tags"
	IfLanguage = "language"
	IfPriority = "priority" // exactly one of the values
	IfSkill    = "skill"    // that the case would have without queues: its channel's
)

// QueueOf returns the first queue, by rank and then by id, that a case passes into; nil if there is none.
func QueueOf(c *guichet.Case, queues map[guichet.QueueID]*guichet.Queue) *guichet.Queue {
	order := slices.SortedFunc(maps.Values(queues), func(a, b *guichet.Queue) int { return cmp.Or(cmp.Compare(a.Rank, b.Rank), cmp.Compare(a.ID, b.ID)) })
	for _, q := range order {
		if Passes(c, q.Filters) {
			return q
		}
	}
	return nil
}

// Passes reports whether a case passes one of the filters: all conditions of it. Without filters nothing passes, and a filter without conditions lets nothing pass.
func Passes(c *guichet.Case, filters []guichet.QueueFilter) bool {
	return slices.ContainsFunc(filters, func(f guichet.QueueFilter) bool {
		return len(f.Conditions) > 0 && !slices.ContainsFunc(f.Conditions, func(one guichet.QueueCondition) bool { return !holds(c, one) })
	})
}

func holds(c *guichet.Case, one guichet.QueueCondition) bool {
	has := func(v string) bool { return slices.Contains(one.Values, v) }
	switch one.Type {
	case IfChannels:
		return has(string(c.Channel))
	case IfTags:
		return slices.ContainsFunc(c.Tags, has)
	case IfLanguage:
		return slices.ContainsFunc(one.Values, func(v string) bool { return c.Language != "" && strings.EqualFold(v, c.Language) })
	case IfPriority:
		return has(strconv.Itoa(c.Priority))
	case IfSkill:
		return has(string(c.Skill))
	}
	return false
}

// Most that a queue holds.
const (
	maxFilters    = 20
	maxConditions = 10
	maxValues     = 100
)

// CheckQueue reports nil if a queue may be saved: its name, its skill, and each condition with a known type and values that are there.
func CheckQueue(q guichet.Queue, skills map[guichet.SkillID]*guichet.Skill, channels map[guichet.ChannelID]*guichet.Channel) error {
	if err := guichet.ValidName("name", q.Name); err != nil {
		return err
	}
	if skills[q.Skill] == nil {
		return guichet.Wrongf("skill", "there is no skill %.40q", q.Skill)
	}
	if len(q.Filters) > maxFilters {
		return guichet.Wrongf("filters", "a queue has at most %d filters", maxFilters)
	}
	for i, f := range q.Filters {
		at := "filters[" + strconv.Itoa(i) + "]"
		if len(f.Conditions) < 1 || len(f.Conditions) > maxConditions {
			return guichet.Wrongf(at, "a filter has 1 to %d conditions", maxConditions)
		}
		for j, one := range f.Conditions {
			if err := checkCondition(at+".conditions["+strconv.Itoa(j)+"]", one, skills, channels); err != nil {
				return err
			}
		}
	}
	return nil
}

func checkCondition(at string, one guichet.QueueCondition, skills map[guichet.SkillID]*guichet.Skill, channels map[guichet.ChannelID]*guichet.Channel) error {
	if len(one.Values) < 1 || len(one.Values) > maxValues {
		return guichet.Wrongf(at+".values", "a condition has 1 to %d values", maxValues)
	}
	for _, v := range one.Values {
		wrong := ""
		switch one.Type {
		case IfChannels:
			if channels[guichet.ChannelID(v)] == nil {
				wrong = "there is no channel %.40q"
			}
		case IfSkill:
			if skills[guichet.SkillID(v)] == nil {
				wrong = "there is no skill %.40q"
			}
		case IfPriority:
			if _, err := strconv.Atoi(v); err != nil {
				wrong = "%.40q is no priority: a whole number"
			}
		case IfTags, IfLanguage:
			if v == "" || len(v) > 60 {
				wrong = "%.40q is neither a tag nor a language"
			}
		default:
			return guichet.Wrongf(at+".type", "%.40q is none of included-channels, tags, language, priority, skill", one.Type)
		}
		if wrong != "" {
			return guichet.Wrongf(at+".values", wrong, v)
		}
	}
	return nil
}
