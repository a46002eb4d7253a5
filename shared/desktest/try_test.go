package desktest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/ledger"
	"guichet/shared/store"
)

// readOnly is a ledger that takes no write, and says so.
type readOnly struct {
	ledger.Ledger
	writes int
}

func (l *readOnly) Commit(context.Context, ...ledger.Write) error {
	l.writes++
	return guichet.Errorf(guichet.Other, "a write")
}

func (l *readOnly) Next(context.Context, ledger.Key, int64) (int64, error) {
	l.writes++
	return 0, guichet.Errorf(guichet.Other, "a write")
}

// dry is the desk of a house on a ledger that takes no write.
func dry(t *testing.T, h *House) *desk.Desk {
	l := &readOnly{Ledger: h.Feed}
	t.Cleanup(func() {
		if l.writes > 0 {
			t.Errorf("a dry run wrote %d times", l.writes)
		}
	})
	return &desk.Desk{Store: store.New(l, h.Blobs, h.Now), Now: h.Now, Lang: lang}
}

// pages turns all pages of a trial, and adds them up.
func pages(t *testing.T, d *desk.Desk, trial desk.Trial) desk.Tried {
	t.Helper()
	var sum desk.Tried
	for n := 0; ; n++ {
		got, err := d.Try(t.Context(), Tenant, trial)
		if err != nil || n > 100 {
			t.Fatalf("page %d: %v", n, err)
		}
		sum.Cases, sum.Judged, sum.Other = sum.Cases+got.Cases, sum.Judged+got.Judged, sum.Other+got.Other
		sum.Examples = append(sum.Examples, got.Examples...)
		for _, c := range got.Counts {
			same := func(o desk.TryCount) bool { return o.What == c.What && o.From == c.From && o.To == c.To }
			if i := slices.IndexFunc(sum.Counts, same); i >= 0 {
				sum.Counts[i].N += c.N
			} else {
				sum.Counts = append(sum.Counts, c)
			}
		}
		if got.Cursor == "" {
			return sum
		}
		if got.Left <= 0 {
			t.Errorf("page %d has a next one and nothing left: %+v", n, got)
		}
		trial.Cursor = got.Cursor
	}
}

func tellTried(r desk.Tried) string {
	var out []string
	for _, c := range r.Counts {
		out = append(out, fmt.Sprintf("%s: %s -> %s %d", c.What, c.From, c.To, c.N))
	}
	slices.Sort(out)
	return fmt.Sprintf("%d of %d: %s", r.Other, r.Judged, strings.Join(out, "; "))
}

const byWord = `{"id":"words","name":"By word","steps":[
  {"id":"money","if":"case.subject.contains('Invoice')","do":[{"skill":"billing"}],"else":"late"},
  {"id":"late","if":"!hours.open","do":[{"tag":"late"}],"wait":"open","then":"early"},
  {"id":"early","do":[{"priority":3}]}]}`

// tried is a house that had four days: five cases without a script, then three with one, then two rules' worth of tags.
func tried(t *testing.T) *House {
	h := New(t, open(t))
	ctx := t.Context()
	s := &story{t: t, h: h, files: map[string]string{}}
	for _, line := range []string{"at 2026-03-02 09:00", "boss", "agent ana skills=support:1,billing:1 room=50"} {
		args := words(line)
		if err := commands[args[0]](s, ctx, args[1:]); err != nil {
			t.Fatal(err)
		}
	}
	n := 0
	mail := func(subject string) {
		n++
		arrive(t, h, "support@demo.example", fmt.Sprintf("Bo%d <bo%d@customer.example>|%s|m%d@customer.example|", n, n, subject, n))
	}
	for i := range 5 {
		mail([]string{"Invoice", "Kettle"}[i%2])
	}
	if _, err := h.Desk.SaveScript(ctx, Tenant, "boss", "words", []byte(byWord), true); err != nil {
		t.Fatal(err)
	}
	if err := h.Desk.SetChannelScript(ctx, Tenant, "boss", "support", "words"); err != nil {
		t.Fatal(err)
	}
	mail("Invoice")
	mail("Kettle")
	h.SetNow(h.Now().Add(11 * time.Hour)) // 20:00 in London, closed in Paris
	mail("Kettle")
	h.SetNow(h.Now().Add(12 * time.Hour))
	if err := h.Desk.SweepSLA(ctx); err != nil {
		t.Fatal(err)
	}
	h.Settle(ctx)
	return h
}

func TestDryRunOfAScript(t *testing.T) {
	h := tried(t)
	d := dry(t, h)
	for name, c := range map[string]struct{ script, want string }{
		"the one that is in force": {byWord, "3 of 8: skill: support -> billing 3"}, // those from before it
		"one that does nothing":    {`{"id":"words","steps":[{"id":"a"}]}`, "2 of 8: priority: 3 -> 0 1; skill: billing -> support 1; tags: late ->  1"},
		"all to billing":           {`{"id":"words","steps":[{"id":"a","do":[{"skill":"billing"}]}]}`, "7 of 8: priority: 3 -> 0 1; skill: support -> billing 7; tags: late ->  1"},
		"one that fails": {`{"id":"words","steps":[{"id":"a","do":[{"skill":"billing"}],"then":"b"},{"id":"b","if":"case.tags[3] == 'x'"}]}`,
			"2 of 8: priority: 3 -> 0 1; skill: billing -> support 1; tags: late ->  1"},
		"one that closes": {`{"id":"words","steps":[{"id":"a","if":"case.subject == 'Invoice'","do":[{"status":"closed"}]}]}`,
			"5 of 8: end: waits -> closed 4; priority: 3 -> 0 1; skill: billing -> support 1; tags: late ->  1"},
		"by what the contact had before": {`{"id":"words","steps":[{"id":"a","if":"contact.cases > 0","do":[{"skill":"billing"}]}]}`,
			"2 of 8: priority: 3 -> 0 1; skill: billing -> support 1; tags: late ->  1"},
	} {
		if got := tellTried(pages(t, d, desk.Trial{Channel: "support", Script: json.RawMessage(c.script), Size: 3})); got != c.want {
			t.Errorf("%s: %s; want %s", name, got, c.want)
		}
	}
	r := pages(t, d, desk.Trial{Script: json.RawMessage(byWord)}) // where it is in force: the channel has it by now
	if len(r.Examples) == 0 || r.Examples[0].Steps[0].Step != "money" || !r.Examples[0].Steps[0].Held {
		t.Errorf("examples: %+v", r.Examples)
	}
	if r := pages(t, d, desk.Trial{Script: json.RawMessage(strings.Replace(byWord, "words", "others", 1))}); r.Judged != 0 {
		t.Errorf("a script that no channel has changes %+v", r)
	}
	h.SetNow(h.Now().AddDate(0, 0, 20))
	if r := pages(t, d, desk.Trial{Channel: "support", Script: json.RawMessage(byWord), Days: 10}); r.Cases != 0 {
		t.Errorf("older than ten days: %+v", r)
	}
}

func TestDryRunOfDefaults(t *testing.T) {
	h := tried(t)
	d := dry(t, h)
	billing, none := guichet.SkillID("billing"), guichet.ScriptID("")
	for name, c := range map[string]struct {
		trial desk.Trial
		want  string
	}{
		"another default skill": {desk.Trial{Channels: map[guichet.ChannelID]desk.TrialChannel{"support": {Skill: &billing, Script: &none}}},
			"7 of 8: priority: 3 -> 0 1; skill: support -> billing 7; tags: late ->  1"},
		"the skill of the script stays": {desk.Trial{Channels: map[guichet.ChannelID]desk.TrialChannel{"support": {Skill: &billing}}}, "7 of 8: skill: support -> billing 7"},
		"a skill in place of another":   {desk.Trial{Skills: map[guichet.SkillID]guichet.SkillID{"billing": "support"}}, "1 of 8: skill: billing -> support 1"},
		"of another channel":            {desk.Trial{Channel: "billing", Skills: map[guichet.SkillID]guichet.SkillID{"billing": "support"}}, "0 of 0: "},
	} {
		if got := tellTried(pages(t, d, c.trial)); got != c.want {
			t.Errorf("%s: %s; want %s", name, got, c.want)
		}
	}
}

func TestDryRunOfARule(t *testing.T) {
	h := tried(t)
	ctx := t.Context()
	rule := func(tag, do string) string {
		return fmt.Sprintf(`{"id":"tags","enabled":true,"on":["case.tagged"],"if":"fact.detail['tag'] == '%s'","do":[%s]}`, tag, do)
	}
	id := func(n int) guichet.CaseID { return guichet.NewCaseID(int64(n)) }
	tag := func(n int, tag string) {
		t.Helper()
		if err := h.Desk.SetTag(ctx, Tenant, "ana", id(n), tag, true); err != nil {
			t.Fatal(err)
		}
		h.Settle(ctx)
	}
	tag(1, "vip")
	if _, err := h.Desk.SaveRule(ctx, Tenant, "boss", "tags", []byte(rule("vip", `{"priority":5}`))); err != nil {
		t.Fatal(err)
	}
	tag(2, "vip")
	tag(3, "old")
	d := dry(t, h)
	for name, c := range map[string]struct{ rule, want string }{
		"the one that is in force": {rule("vip", `{"priority":5}`), "1 of 4: rule: not asked -> priority 5 1"}, // the tag from before it
		"another action":           {rule("vip", `{"priority":6},{"tag":"seen"}`), "2 of 4: rule: not asked -> priority 6, tag seen 1; rule: priority 5 -> priority 6, tag seen 1"},
		"another condition":        {rule("old", `{"priority":5}`), "2 of 4: rule: not matched -> priority 5 1; rule: priority 5 -> not matched 1"},
		"by the tag of the script": {rule("late", `{"priority":5}`), "2 of 4: rule: not asked -> priority 5 1; rule: priority 5 -> not matched 1"},
		"a time":                   {`{"id":"quiet","after":{"since":"contact","for":"4h"},"if":"case.agent != ''","do":[{"tag":"quiet"}]}`, "7 of 8: rule: not asked -> tag quiet 7"},
	} {
		if got := tellTried(pages(t, d, desk.Trial{Rule: json.RawMessage(c.rule), Size: 3})); got != c.want {
			t.Errorf("%s: %s; want %s", name, got, c.want)
		}
	}
}

func TestDryRunOfAServiceLevel(t *testing.T) {
	h := tried(t)
	ctx := t.Context()
	for n := range int64(3) { // the next morning: after four hours of business time, before ten
		if _, err := h.Desk.Reply(ctx, Tenant, "ana", guichet.NewCaseID(n+1), desk.Answer{Text: "Here you are."}); err != nil {
			t.Fatal(err)
		}
	}
	h.Settle(ctx)
	if err := h.Desk.SweepSLA(ctx); err != nil {
		t.Fatal(err)
	}
	d := dry(t, h)
	cfg, err := h.Store.FreshConfig(ctx, Tenant)
	if err != nil {
		t.Fatal(err)
	}
	same, slow, quick, none := cfg.Tenant.SLA, cfg.Tenant.SLA, cfg.Tenant.SLA, guichet.SLA{}
	slow.First, quick.First, quick.Resolution = 10*3600, 60, 120
	for name, c := range map[string]struct {
		sla  guichet.SLA
		want string
	}{
		"the one that is in force": {same, "0 of 8: "},
		"a slower one":             {slow, "7 of 8: first: missed -> in time 7"},
		"a quicker one":            {quick, "7 of 8: resolution: in time -> missed 7"},
		"none":                     {none, "7 of 8: first: missed -> in time 7"},
	} {
		if got := tellTried(pages(t, d, desk.Trial{SLA: &c.sla, Size: 3})); got != c.want {
			t.Errorf("%s: %s; want %s", name, got, c.want)
		}
	}
}

func TestWhatCannotBeTried(t *testing.T) {
	d := dry(t, tried(t))
	nobody := guichet.SkillID("nobody")
	for field, trial := range map[string]desk.Trial{
		"script":   {},
		"days":     {Days: 1000, Script: json.RawMessage(byWord)},
		"size":     {Size: 1000, Script: json.RawMessage(byWord)},
		"channel":  {Channel: "nowhere", Script: json.RawMessage(byWord)},
		"channels": {Channels: map[guichet.ChannelID]desk.TrialChannel{"support": {Skill: &nobody}}},
		"skills":   {Skills: map[guichet.SkillID]guichet.SkillID{"support": nobody}},
		"zone":     {SLA: &guichet.SLA{First: 60, Calendar: guichet.Calendar{Zone: "Atlantis"}}},
	} {
		_, err := d.Try(t.Context(), Tenant, trial)
		var e *guichet.Error
		if !errors.As(err, &e) || e.Kind != guichet.Invalid || !strings.Contains(e.Field, field) {
			t.Errorf("%s: %v", field, err)
		}
	}
	for name, trial := range map[string]desk.Trial{
		"a script with a mistake": {Script: json.RawMessage(`{"id":"words","steps":[{"id":"a","then":"b"}]}`)},
		"a rule with a mistake":   {Rule: json.RawMessage(`{"id":"words","do":[]}`)},
		"half a script":           {Script: json.RawMessage(`{"id":`)},
	} {
		if _, err := d.Try(t.Context(), Tenant, trial); err == nil {
			t.Errorf("%s was tried", name)
		} else if _, ok := desk.AsProblems(err); !ok {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := d.DryRun(t.Context(), Tenant, "ana", desk.Trial{Script: json.RawMessage(byWord), Cursor: "x"}); !guichet.Is(err, guichet.Invalid) {
		t.Errorf("a cursor that is none: %v", err)
	}
}
