package routing

import (
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"guichet/shared/guichet"
)

// A096: AND within a filter, OR between filters, against a plain count.
func TestFilterLaws(t *testing.T) {
	types := map[string][]string{IfChannels: {"mail", "chat"}, IfTags: {"vip", "late"}, IfLanguage: {"fr", "EN"}, IfPriority: {"0", "5"}, IfSkill: {"returns", "sales"}}
	rapid.Check(t, func(t *rapid.T) {
		c := &guichet.Case{
			Channel: rapid.SampledFrom([]guichet.ChannelID{"mail", "chat"}).Draw(t, "channel"), Language: rapid.SampledFrom([]string{"", "fr", "en"}).Draw(t, "language"),
			Priority: rapid.SampledFrom([]int{0, 5}).Draw(t, "priority"), Skill: rapid.SampledFrom([]guichet.SkillID{"returns", "sales"}).Draw(t, "skill"),
			Tags: rapid.SliceOfDistinct(rapid.SampledFrom([]string{"vip", "late", "other"}), rapid.ID[string]).Draw(t, "tags"),
		}
		has := map[string][]string{IfChannels: {string(c.Channel)}, IfTags: c.Tags, IfLanguage: {c.Language}, IfPriority: {strconv.Itoa(c.Priority)}, IfSkill: {string(c.Skill)}}
		if c.Language == "en" {
			has[IfLanguage] = []string{"EN"}
		}
		var filters []guichet.QueueFilter
		want := false
		for range rapid.IntRange(0, 3).Draw(t, "filters") {
			f, held := guichet.QueueFilter{}, 0
			n := rapid.IntRange(0, 3).Draw(t, "conditions")
			for range n {
				typ := rapid.SampledFrom([]string{IfChannels, IfTags, IfLanguage, IfPriority, IfSkill}).Draw(t, "type")
				values := rapid.SliceOfDistinct(rapid.SampledFrom(types[typ]), rapid.ID[string]).Draw(t, "values")
				f.Conditions = append(f.Conditions, guichet.QueueCondition{Type: typ, Values: values})
				if slices.ContainsFunc(values, func(v string) bool { return slices.Contains(has[typ], v) }) {
					held++
				}
			}
			filters = append(filters, f)
			want = want || n > 0 && held == n
		}
		if got := Passes(c, filters); got != want {
			t.Fatalf("%+v through %+v: got %v, want %v", c, filters, got, want)
		}
	})
}

func TestQueuesAreAskedInOrder(t *testing.T) {
	filter := []guichet.QueueFilter{{Conditions: []guichet.QueueCondition{{Type: IfChannels, Values: []string{"mail"}}}}}
	queues := map[guichet.QueueID]*guichet.Queue{"c": {ID: "c", Filters: filter, Rank: 2}, "b": {ID: "b", Filters: filter, Rank: 1}, "a": {ID: "a", Rank: 0}, "d": {ID: "d", Filters: filter, Rank: 1}}
	if q := QueueOf(&guichet.Case{Channel: "mail"}, queues); q == nil || q.ID != "b" {
		t.Errorf("got %v, want b: the lowest rank that lets it pass, then the id", q)
	}
	if q := QueueOf(&guichet.Case{Channel: "chat"}, queues); q != nil {
		t.Errorf("got %v for a channel that no queue includes", q)
	}
}
