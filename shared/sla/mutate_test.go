//go:build mutate

package sla

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// mutations are small mistakes in the calculator, each of which somebody could make: what is written in place of what, in which file. The text stands there once.
var mutations = []struct{ file, was, is string }{
	{"schedule.go", "p.from <= w.sec && w.sec < p.to", "p.from < w.sec && w.sec < p.to"},
	{"schedule.go", "p.from <= w.sec && w.sec < p.to", "p.from <= w.sec && w.sec <= p.to"},
	{"schedule.go", "sec += z.offset\n", "sec -= z.offset\n"},
	{"schedule.go", "if s == nil || !to.After(from) {", "if s == nil || to.Before(from.Add(time.Second)) {"},
	{"schedule.go", "until = min(until, end.Unix())", "until = min(until, end.Unix()+3600)"},
	{"schedule.go", "if until <= at {", "if until < at-1 {"},
	{"schedule.go", "if end.less(stop) {", "if stop.less(end) {"},
	{"schedule.go", "left := amount{0, int64(goal)}.carry()", "left := amount{int64(goal) / 1e9, 0}.carry()"},
	{"schedule.go", "at := amount{from.Unix(), int64(from.Nanosecond())}\n\tleft", "at := amount{from.Unix(), 0}\n\tleft"},
	{"schedule.go", "if !whole.less(target) {", "if target.less(whole) {"},
	{"schedule.go", "w.day*daySeconds+w.sec-z.offset, w.ns", "w.day*daySeconds+w.sec-z.offset, 0"},
	{"schedule.go", "left = target.minus(whole)", "left = target.minus(open)"},
	{"schedule.go", "at = amount{z.until, 0}\n\t}\n\treturn time.Time{}", "at = amount{z.until + 1, 0}\n\t}\n\treturn time.Time{}"},
	{"schedule.go", "if t.Unix() >= horizon {", "if t.Unix() >= 4e9 {"},
	{"schedule.go", "s.ahead[7] == 0 && (len(s.odd) == 0", "s.ahead[7] == 0 || (len(s.odd) == 0"},
	{"schedule.go", "s.odd[len(s.odd)-1].day < day)", "s.odd[len(s.odd)-1].day <= day)"},
	{"schedule.go", "if target.ns > 0 {\n\t\tneed++\n\t}", "if target.ns > 1 {\n\t\tneed++\n\t}"},
	{"schedule.go", "return s.sum(first+int64(i)+1) >= need", "return s.sum(first+int64(i)+1) > need"},
	{"schedule.go", "length.less(left) {", "!left.less(length) {"},
	{"schedule.go", "case w.sec >= p.to:", "case w.sec > p.to+60:"},
	{"schedule.go", "return amount{a.sec + w.sec - p.from, w.ns}", "return amount{a.sec + w.sec - p.from, 0}"},
	{"schedule.go", "return plain + s.added(day)", "return plain"},
	{"schedule.go", "return s.odd[i].before\n", "return s.odd[i].before + s.odd[i].open\n"},
	{"schedule.go", "return s.extra\n", "return 0\n"},
	{"schedule.go", "s.odd[i].day == day {", "s.odd[i].day >= day {"},
	{"schedule.go", "if a%b < 0 {\n\t\tq--", "if a%b < -1 {\n\t\tq--"},
	{"stretch.go", "return t[i].until > at })]", "return t[i].until >= at })]"},
	{"stretch.go", "t[n-1].until = z.until", "_ = n"},
	{"compile.go", `"thu", "fri", "sat", "sun", "mon", "tue", "wed"`, `"fri", "sat", "sun", "mon", "tue", "wed", "thu"`},
	{"compile.go", "if b < a {\n\t\t\tb += daySeconds", "if b <= a-60 {\n\t\t\tb += daySeconds - 60"},
	{"compile.go", "minute < 60 && at", "minute <= 60 && at"},
	{"compile.go", "hour*3600 + minute*60", "hour*3600 + minute*61"},
	{"compile.go", "cut(r.week[i], r.week[(i+6)%7])", "cut(r.week[i], r.week[(i+1)%7])"},
	{"compile.go", "odd = append(odd, n, n+1)", "odd = append(odd, n)"},
	{"compile.go", "h := cut(begins(n), begins(n-1))", "h := cut(begins(n), nil)"},
	{"compile.go", "s.extra += h.open - s.week[floorMod(n, 7)].open", "s.extra += h.open"},
	{"compile.go", "if p.to > daySeconds {", "if p.to > 2*daySeconds {"},
	{"compile.go", "span{p.from, min(p.to, daySeconds)}", "span{p.from, p.to}"},
	{"compile.go", "p.from <= h.spans[n-1].to {", "p.from < h.spans[n-1].from {"},
	{"compile.go", "max(h.spans[n-1].to, p.to)", "p.to"},
	{"compile.go", "if len(r.week[i]) > 0 {", "if len(r.week[i]) > 1 {"},
	{"compile.go", `"closed": c.Closed, "holidays": c.Holidays`, `"closed": c.Closed`},
	{"sla.go", "return days*length + t%day", "return days * length"},
	{"sla.go", "if !l.WorkingDays || t < day {", "if !l.WorkingDays || t <= day {"},
	{"sla.go", "if !l.WorkingDays || t < day {", "if !l.WorkingDays {"},
	{"sla.go", "abs(u.From) > abs(best.From)", "abs(u.From) < abs(best.From)"},
	{"sla.go", "!s.Live() || slices.Contains", "s.Live() && slices.Contains"},
	{"sla.go", "if !at.Equal(opened) {", "if at.Equal(opened) {"},
	{"sla.go", "if percent <= k.Warned {", "if percent < k.Warned {"},
	{"sla.go", "share(goal(*k), percent)-used", "share(goal(*k), percent)"},
	{"sla.go", "return d / 100 * time.Duration(percent)", "return d / 99 * time.Duration(percent)"},
	{"sla.go", "if !clk.Met.IsZero() && clk.Met.Before(now) {\n\t\tnow = clk.Met\n\t}\n\ttarget", "target"},
	{"sla.go", "return target - remaining, remaining\n\tcase clk.Due", "return target, remaining\n\tcase clk.Due"},
	{"sla.go", "remaining = min(s.Business(now, clk.Due), target)\n\t\treturn target - remaining, remaining", "remaining = clk.Due.Sub(now)\n\t\treturn target - remaining, remaining"},
	{"sla.go", "add(target, s.Business(clk.Due, now))", "target"},
	{"watch.go", "!k.Due.After(now) {", "k.Due.Before(now) {"},
	{"watch.go", "w.Told = append(w.Told, m)\n", "m.At = time.Time{}\n\tw.Told = append(w.Told, m)\n"},
	{"watch.go", "for k.Runs() && !k.Warn.IsZero() && !k.Warn.After(now) {", "if k.Runs() && !k.Warn.IsZero() && !k.Warn.After(now) {"},
	{"watch.go", "w.Level.warnFrom(k, at, used)\n", "_ = used\n"},
	{"watch.go", "case stand && k.Runs():\n\t\t\tw.due(i, k, at)", "case stand && k.Runs():\n"},
	{"watch.go", "k.Left = int64(min(w.Level.Business(at, k.Due), goal(*k)))", "k.Left = int64(k.Due.Sub(at))"},
	{"watch.go", "w.Level.Due(at, left), time.Time{}, 0", "at.Add(left), time.Time{}, 0"},
	{"watch.go", "w.Level.warnFrom(k, at, goal(*k)-left)", "w.Level.warnFrom(k, at, 0)"},
	{"watch.go", "if w.Case.Answered.IsZero() || w.Case.Next.Open() {", "if w.Case.Answered.IsZero() {"},
	{"watch.go", "if w.Case.Answered.IsZero() || w.Case.Next.Open() {", "if w.Case.Next.Open() {"},
	{"watch.go", "w.stop(1, at)\n", "\n"},
	{"watch.go", "w.due(i, k, at.Add(-1))", "w.due(i, k, at)"},
	{"watch.go", "if w.Case.Rank != w.Case.Priority {", "if false {"},
	{"watch.go", "if w.Case.Merged != \"\" || !w.Case.Status.Live() {", "if !w.Case.Status.Live() {"},
	{"watch.go", "*k = k.Stop(at)", "k.Met = time.Time{}"},
	{"move.go", "!k.Met.IsZero() || !k.Breached.IsZero() || k.Target == 0", "!k.Breached.IsZero() || k.Target == 0"},
	{"move.go", "to.Due = later(to.Due, at)", "_ = at"},
	{"move.go", "if k.Pauses == 0 {", "if k.Pauses >= 0 {"},
	{"move.go", "left := max(0, goal(to)-used)", "left := goal(to) + 0*used"},
	{"move.go", "if target == 0 {\n\t\treturn guichet.Clock{}", "if target == 0 {\n\t\treturn k"},
	{"part.go", "k.Open() && !sooner(*from, *k)", "k.Open() && sooner(*from, *k)"},
	{"part.go", "if i == 0 && !w.Case.First.Open() && !w.Case.Answered.IsZero() {", "if false {"},
	{"part.go", "p.Merged, p.Status = \"\", w.Case.Status", "p.Merged = \"\""},
	{"part.go", "return missed\n", "return !missed\n"},
	{"part.go", "return a.Left < b.Left", "return a.Left > b.Left"},
	{"part.go", "|| !part.Status.Live() ||", "||"},
	{"part.go", "if !ok || !k.Open() || !isOf(part, *k) {", "if !ok || !isOf(part, *k) {"},
	{"part.go", "k.Began = from.Since(part.Opened)", "k.Began = part.Opened.Add(1)"},
}

// TestMutations: each mistake is caught by the tests of this package. go test -tags mutate -run Mutations -timeout 30m ./shared/sla
func TestMutations(t *testing.T) {
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	caught := 0
	for _, m := range mutations {
		src, err := os.ReadFile(m.file)
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(src), m.was); n != 1 {
			t.Errorf("%s holds %d times: %s", m.file, n, m.was)
			continue
		}
		dir := t.TempDir()
		wrong, overlay := filepath.Join(dir, m.file), filepath.Join(dir, "overlay.json")
		text, _ := json.Marshal(map[string]map[string]string{"Replace": {filepath.Join(here, m.file): wrong}})
		for path, data := range map[string]string{wrong: strings.Replace(string(src), m.was, m.is, 1), overlay: string(text)} {
			if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		cmd := exec.CommandContext(t.Context(), "go", "test", "-vet=off", "-count=1", "-failfast", "-timeout", "60s", "-overlay", overlay, ".", "-rapid.seed", "1", "-rapid.nofailfile", "-rapid.shrinktime", time.Millisecond.String())
		out, err := cmd.CombinedOutput()
		switch {
		case err == nil:
			t.Errorf("%s: nobody noticed %q in place of %q", m.file, m.is, m.was)
		case strings.Contains(string(out), "[build failed]"):
			t.Errorf("%s: %q does not compile:\n%s", m.file, m.is, out)
		default:
			caught++
		}
	}
	t.Logf("%d of %d mistakes were caught", caught, len(mutations))
}
