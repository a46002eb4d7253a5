package mail

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// corpusFold reads the cases of one task of the open corpora, which lie beside the project, not in it.
func corpusFold(t *testing.T, task string, each func(file string, c map[string]any)) {
	files, _ := filepath.Glob("../../../shared/corpora/" + task + "/*/" + task + ".json")
	if len(files) == 0 {
		t.Skip("no corpora at ../shared/corpora")
	}
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		var j struct{ Cases []map[string]any }
		if err := json.Unmarshal(raw, &j); err != nil {
			t.Fatal(err)
		}
		for _, c := range j.Cases {
			each(filepath.Join(filepath.Dir(f), c["file"].(string)), c)
		}
	}
}

// At least 98 of 100 replies are cut as their sources say. The judge of the corpora is the measure; this keeps what is reached.
func TestCorpusReply(t *testing.T) {
	var all, right int
	norm := func(s string) string {
		return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
			if r == '\u200b' || r == '\ufeff' || r == '\u00ad' {
				return -1
			}
			return r
		}, s)), " ")
	}
	has := func(list any, got string) (n, of int) {
		items, _ := list.([]any)
		for _, x := range items {
			if strings.Contains(got, norm(x.(string))) {
				n++
			}
		}
		return n, len(items)
	}
	corpusFold(t, "reply", func(file string, c map[string]any) {
		if c["input"] != "text" || c["optional"] != nil || c["markdown"] != nil || c["ignore_ws"] != nil {
			return
		}
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		got := norm(Fold(string(raw)).Visible)
		ok := false
		if c["mode"] == "equal" {
			ok = got == norm(c["expected"].(string))
		} else {
			n, of := has(c["contains"], got)
			bad, _ := has(c["not_contains"], got)
			ok = n == of && bad == 0
		}
		if all++; ok {
			right++
		} else {
			t.Logf("%v: %q", c["id"], got)
		}
	})
	if right*100 < all*98 {
		t.Errorf("%d of %d", right, all)
	}
}

// No ordinary mail is taken for a bounce, and at least 99 of 100 are judged as their sources say.
func TestCorpusBounce(t *testing.T) {
	var all, right int
	corpusFold(t, "bounce", func(file string, c map[string]any) {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		b := Bounced(Parse(raw), "")
		if b.Is && (c["kind"] == "ordinary" || c["kind"] == "feedback") {
			t.Errorf("%v: false alarm: %q", c["id"], b.Reasons)
		}
		if all++; b.Is == c["is_bounce"] && (!b.Is || corpusRecipients(c, b)) {
			right++
		} else {
			t.Logf("%v: %+v", c["id"], b)
		}
	})
	if right*100 < all*99 {
		t.Errorf("%d of %d", right, all)
	}
}

func corpusRecipients(c map[string]any, b Bounce) bool {
	want, _ := c["recipients"].([]any)
	found := 0
	for _, w := range want {
		if slices.ContainsFunc(b.Recipients, func(r FailedDelivery) bool { return r.Address == strings.ToLower(w.(string)) }) {
			found++
		}
	}
	return len(want) == 0 || found == len(want) || found > 0 && c["all_recipients"] == nil
}

func TestCorpusAutoreply(t *testing.T) {
	corpusFold(t, "autoreply", func(file string, c map[string]any) {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		a := Automatic(Parse(raw), "")
		if want, ok := c["is_auto"].(bool); ok && a.Inert() != want {
			t.Errorf("%v: %s (%q)", c["id"], a.Kind, a.Reasons)
		}
		if want, ok := c["may_auto_respond"].(bool); ok && a.MayAnswer != want {
			t.Errorf("%v: may answer %v (%q)", c["id"], a.MayAnswer, a.Reasons)
		}
	})
}
