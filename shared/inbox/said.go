package inbox

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// What the house said when it decided, why a mail is in quarantine, why it joined a case, why an agent got it, is kept in English, as it was said. Who reads another
// language is told in it: phrase by phrase, since names and numbers stand between. What has no phrase stays as it was said.

// readSaid reads the phrases of each language but English: page/said-fr.json, English to French. Where one begins as another does, the longer counts.
func readSaid() map[string]*strings.Replacer {
	out := map[string]*strings.Replacer{}
	for _, l := range Languages {
		b, err := files.ReadFile("page/said-" + l + ".json")
		if err != nil {
			continue
		}
		phrases := map[string]string{}
		if err := json.Unmarshal(b, &phrases); err != nil {
			panic("inbox: the phrases in " + l + ": " + err.Error())
		}
		keys := slices.SortedFunc(maps.Keys(phrases), func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b)) })
		pairs := []string{}
		for _, k := range keys {
			pairs = append(pairs, k, phrases[k])
		}
		out[l] = strings.NewReplacer(pairs...)
	}
	return out
}

// said gives what the house once said in the language of the caller. Several reasons stand as sentences, one behind the other.
func (c *call) said(text string) string {
	text = strings.ReplaceAll(text, ".; ", ". ")
	if r := c.phrases[c.lang]; r != nil {
		return r.Replace(text)
	}
	return text
}

// why tells the reasons of a decision in the caller's language.
func (c *call) why(w whyDTO) whyDTO {
	w.Reason, w.Quarantine = c.said(w.Reason), c.said(w.Quarantine)
	for i := range w.Evidence {
		w.Evidence[i].Note = c.said(w.Evidence[i].Note)
	}
	return w
}
