package inbox_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"guichet/shared/guichet"
)

const levels, calendars = "/guichet/service-levels", "/guichet/calendars"

func said(v ...any) string { return strings.TrimSpace(fmt.Sprintln(v...)) }

// office is a calendar of working days in Paris, as clients send it.
const office = `{"name":"Office hours","calendar":{"zone":"Europe/Paris","week":{"mon":["09:00-12:30","13:30-18:00"],"tue":["09:00-18:00"],"wed":["09:00-18:00"],"thu":["09:00-18:00"],"fri":["09:00-18:00"]}}}`

func TestCalendars(t *testing.T) {
	h := newHouse(t)
	got := h.want(201, "acme/ana", "POST", calendars, office)
	if said(at(got, "id"), at(got, "version"), at(got, "workday_ms"), at(got, "usedBy")) != "office-hours 1 3.168e+07 []" {
		t.Errorf("made: %v", got)
	}
	h.want(422, "acme/ana", "POST", calendars, strings.Replace(office, "09:00-12:30", "09:00-12:15", 1)) // the name is taken
	h.want(201, "acme/ana", "POST", calendars, office)                                                   // the same again: its answer was lost
	h.want(201, "zeta/ana", "POST", calendars, office)                                                   // another tenant has its own
	got = h.want(200, "acme/ana", "PUT", calendars+"/office-hours", `{"name":"Bureau","version":1,"calendar":{"zone":"Europe/Paris","week":{"mon":["22:00-06:00"]},"closed":["2026-12-24"],"special":{"2026-12-31":["09:00-12:00"]}}}`)
	if said(at(got, "id"), at(got, "name"), at(got, "version")) != "office-hours Bureau 2" {
		t.Errorf("changed: %v", got)
	}
	h.want(409, "acme/ana", "PUT", calendars+"/office-hours", `{"name":"Bureau","version":1,"calendar":{"always":true}}`)
	ics := "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261225\r\nSUMMARY:Noël\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nDTSTART:tomorrow\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
	got = h.want(200, "acme/ana", "POST", calendars+"/office-hours/holidays", ics)
	if said(at(got, "calendar", "holidays")) != "[2026-12-25]" || !strings.Contains(said(at(got, "left")), "line 6") || said(at(got, "calendar", "closed")) != "[2026-12-24]" {
		t.Errorf("holidays: %v", got)
	}
	got = h.want(200, "acme/ana", "POST", calendars+"/office-hours/holidays", strings.Replace(ics, "20261225", "20270101", 1))
	if said(at(got, "calendar", "holidays")) != "[2027-01-01]" {
		t.Errorf("a file takes the place of the one before: %v", got)
	}
	h.want(200, "acme/ana", "PUT", levels+"/channels/support", `{"sla_mode":"own","own":{"first":{"d":0,"h":4,"m":0},"calendarId":"office-hours"}}`)
	got = h.want(409, "acme/ana", "DELETE", calendars+"/office-hours", "")
	if !strings.Contains(said(got), "support") {
		t.Errorf("it says where it is used: %v", got)
	}
	h.want(200, "acme/ana", "PUT", levels+"/channels/support", `{"sla_mode":"general","own":{"first":{"h":4},"calendar":{"always":true}}}`)
	h.want(204, "acme/ana", "DELETE", calendars+"/office-hours", "")
	h.want(404, "acme/ana", "GET", calendars+"/office-hours", "")
	h.want(404, "acme/ana", "DELETE", calendars+"/office-hours", "")
	h.want(200, "zeta/ana", "GET", calendars+"/office-hours", "")
	h.want(201, "acme/ana", "POST", calendars, office) // the name is free again
}

func TestLevelsAndCalendarsRefuse(t *testing.T) {
	h := newHouse(t)
	h.want(201, "acme/ana", "POST", calendars, office)
	week := func(day, span string) string {
		return `{"name":"x","calendar":{"zone":"UTC","week":{"` + day + `":["09:00-10:00","` + span + `"]}}}`
	}
	for name, r := range map[string]struct {
		who, method, path, body string
		status                  int
		field                   string
	}{
		"without the right":             {"acme/rob", "GET", levels, "", 403, "configure"},
		"calendars without the right":   {"acme/rob", "POST", calendars, office, 403, "configure"},
		"a preview without the right":   {"acme/rob", "POST", levels + "/preview", `{}`, 403, "configure"},
		"apply without the right":       {"acme/rob", "POST", levels + "/open-cases", "", 403, "configure"},
		"no name":                       {"acme/ana", "POST", calendars, `{"name":" ","calendar":{"always":true}}`, 422, "name"},
		"a name of signs":               {"acme/ana", "POST", calendars, `{"name":"日本","calendar":{"always":true}}`, 422, "name"},
		"no such zone":                  {"acme/ana", "POST", calendars, `{"name":"x","calendar":{"zone":"Mars/Olympus","week":{"mon":["09:00-10:00"]}}}`, 422, "calendar.zone"},
		"no such day":                   {"acme/ana", "POST", calendars, week("monday", "11:00-12:00"), 422, "calendar.week"},
		"no interval":                   {"acme/ana", "POST", calendars, week("tue", "11:00-25:00"), 422, "calendar.week.tue"},
		"a closed day that never is":    {"acme/ana", "POST", calendars, `{"name":"x","calendar":{"zone":"UTC","closed":["2026-02-30"]}}`, 422, "calendar.closed[0]"},
		"special hours":                 {"acme/ana", "POST", calendars, `{"name":"x","calendar":{"zone":"UTC","special":{"2026-12-24":["noon"]}}}`, 422, "calendar.special.2026-12-24"},
		"a week of another kind":        {"acme/ana", "POST", calendars, `{"name":"x","calendar":{"zone":"UTC","week":7}}`, 422, "calendar.week"},
		"holidays that are a web page":  {"acme/ana", "POST", calendars + "/office-hours/holidays", "<html>", 422, "ics"},
		"holidays of no calendar":       {"acme/ana", "POST", calendars + "/none/holidays", "BEGIN:VCALENDAR\r\nEND:VCALENDAR", 404, "not-found"},
		"hours past 23":                 {"acme/ana", "PUT", levels + "/general", `{"first":{"h":36},"calendarId":"office-hours"}`, 422, "first.h"},
		"minutes below zero":            {"acme/ana", "PUT", levels + "/general", `{"resolution":{"m":-1},"calendarId":"office-hours"}`, 422, "resolution.m"},
		"too many days":                 {"acme/ana", "PUT", levels + "/general", `{"urgent":[{"from":5,"next":{"d":9999}}]}`, 422, "urgent[0].next.d"},
		"a text for a number":           {"acme/ana", "PUT", levels + "/general", `{"first":{"h":"4"}}`, 422, "first.h"},
		"targets without a calendar":    {"acme/ana", "PUT", levels + "/general", `{"first":{"h":4}}`, 422, "calendarId"},
		"a calendar that is not there":  {"acme/ana", "PUT", levels + "/general", `{"first":{"h":4},"calendarId":"none"}`, 422, "calendarId"},
		"another kind of day":           {"acme/ana", "PUT", levels + "/general", `{"day":"lunar"}`, 422, "day"},
		"still in a status that ends":   {"acme/ana", "PUT", levels + "/general", `{"pause":["closed"]}`, 422, "pause[0]"},
		"warned after the end":          {"acme/ana", "PUT", levels + "/general", `{"warn":[80,120]}`, 422, "warn[1]"},
		"no such mode":                  {"acme/ana", "PUT", levels + "/channels/support", `{"sla_mode":"maybe"}`, 422, "sla_mode"},
		"own, and there is none":        {"acme/ana", "PUT", levels + "/channels/support", `{"sla_mode":"own"}`, 422, "own"},
		"a channel's target":            {"acme/ana", "PUT", levels + "/channels/support", `{"sla_mode":"own","own":{"first":{"h":99}}}`, 422, "own.first.h"},
		"a channel's calendar":          {"acme/ana", "PUT", levels + "/channels/support", `{"sla_mode":"own","own":{"first":{"h":9},"calendarId":"x"}}`, 422, "own.calendarId"},
		"no such channel":               {"acme/ana", "PUT", levels + "/channels/none", `{"sla_mode":"general"}`, 404, "not-found"},
		"an old version":                {"acme/ana", "PUT", levels + "/general", `{"version":99}`, 409, "conflict"},
		"working days without weekdays": {"acme/ana", "PUT", levels + "/general", `{"first":{"d":1},"day":"working","calendar":{"zone":"UTC","special":{"2030-01-01":["09:00-10:00"]}}}`, 422, "first"},
	} {
		r2 := h.as(r.who, r.method, r.path, r.body)
		if r2.status != r.status || !strings.Contains(r2.body, `"`+r.field+`"`) {
			t.Errorf("%s: %d %s, want %d naming %s", name, r2.status, r2.body, r.status, r.field)
		}
	}
	h.want(200, "acme/ana", "PUT", levels+"/general", `{"first":{"d":1},"day":"working","calendarId":"office-hours"}`)
	got := h.as("acme/ana", "PUT", calendars+"/office-hours", `{"name":"x","calendar":{"zone":"UTC"}}`)
	if got.status != 422 || !strings.Contains(got.body, "general") {
		t.Errorf("a calendar that working days need: %d %s", got.status, got.body)
	}
}

// A124, A126: general or own, its own kept; days, hours and minutes as they were sent.
func TestLevelsOfChannels(t *testing.T) {
	h := newHouse(t)
	h.want(201, "acme/ana", "POST", calendars, office)
	got := h.want(200, "acme/ana", "PUT", levels+"/channels/billing", `{"sla_mode":"own","own":{"first":{"d":1,"h":2,"m":30},"next":{"h":3},"resolution":null,"day":"working","calendarId":"office-hours","pause":["pending"],"warn":[50,80],
		"urgent":[{"from":10,"first":{"m":30}}]}}`)
	own := at(got, "channels", 0, "own")
	if said(at(own, "first"), at(own, "next"), at(own, "resolution"), at(own, "day"), at(own, "warn"), at(own, "pause"), at(own, "urgent", 0, "first")) !=
		"map[d:1 h:2 m:30] map[d:0 h:3 m:0] <nil> working [50 80] [pending] map[d:0 h:0 m:30]" {
		t.Errorf("own: %v", own)
	}
	got = h.want(200, "acme/ana", "PUT", levels+"/channels/billing", `{"sla_mode":"general"}`)
	if at(got, "channels", 0, "sla_mode") != "general" || said(at(got, "channels", 0, "own", "first")) != "map[d:1 h:2 m:30]" {
		t.Errorf("back to the general one, its own kept: %v", at(got, "channels", 0))
	}
	got = h.want(200, "acme/ana", "PUT", levels+"/channels/billing", `{"sla_mode":"own"}`)
	if at(got, "channels", 0, "sla_mode") != "own" {
		t.Errorf("own again: %v", at(got, "channels", 0))
	}
	// One working day of 8 h 48 min, 2 h and 30 min, from Monday 09:00 UTC (10:00 in Paris).
	n := string(h.mail("billing@acme.example", firstMail).Case())
	k := at(h.want(200, "acme/ana", "GET", contacts+"/"+n, ""), "firstResponseTime")
	if at(k, "target_ms") != float64((8*60+48+150)*60e3) {
		t.Errorf("a working day: %v", k)
	}
	if zeta := h.want(200, "zeta/ana", "GET", levels, ""); said(at(zeta, "calendars")) != "[]" || at(zeta, "channels", 0, "own") != nil {
		t.Errorf("another tenant's: %v", zeta)
	}
}

// TestAChangeSaysWhatItMoves: the preview counts the open cases and names some, writes nothing; new cases take new settings, and open ones only when the operator
// says so; each that moves has its fact.
func TestAChangeSaysWhatItMoves(t *testing.T) {
	h := newHouse(t)
	ctx := context.Background()
	var open []string
	for i := range 5 {
		open = append(open, string(h.mail("support@acme.example", strings.ReplaceAll(firstMail, "<", fmt.Sprintf("<x%d", i))).Case()))
	}
	must(t, h.desk.SetStatus(ctx, "acme", "ana", guichet.CaseID(open[0]), guichet.Closed))
	change := `{"first":{"h":2},"resolution":{"h":16},"calendar":{"always":true}`
	p := h.want(200, "acme/ana", "POST", levels+"/preview", `{"general":`+change+`}}`)
	if said(at(p, "looked"), at(p, "all"), at(p, "open"), at(p, "moved"), len(at(p, "moves").([]any))) != "5 true 4 4 4" {
		t.Errorf("preview: %v", p)
	}
	if q := at(p, "promises", 0); at(q, "clock") != "first" || at(q, "due") != at(p, "moves", 0, "due") || at(q, "target_ms") != 7200e3 {
		t.Errorf("a case opened now: %v; moves %v", q, at(p, "moves", 0))
	}
	due := func(n string) any {
		return at(h.want(200, "acme/ana", "GET", contacts+"/"+n, ""), "firstResponseTime", "due")
	}
	before := due(open[1])
	h.want(200, "acme/ana", "PUT", levels+"/general", change+"}")
	fresh := string(h.mail("support@acme.example", strings.ReplaceAll(firstMail, "<", "<y")).Case())
	if due(open[1]) != before || due(fresh) == before {
		t.Errorf("open cases keep what they were promised: %v, new ones do not: %v", due(open[1]), due(fresh))
	}
	if got := h.want(200, "acme/ana", "GET", levels+"/open-cases", ""); at(got, "applying") != nil {
		t.Errorf("nothing was applied yet: %v", got)
	}
	h.want(200, "acme/ana", "POST", levels+"/open-cases", "")
	h.pass(time.Minute)
	for range 3 {
		must(t, h.desk.SweepSLA(ctx))
	}
	w := at(h.want(200, "acme/ana", "GET", levels+"/open-cases", ""), "applying")
	if said(at(w, "seen"), at(w, "open"), at(w, "moved"), at(w, "failed")) != "6 5 4 0" || at(w, "doneAt") == nil || at(w, "by") != "ana" {
		t.Errorf("applied: %v", w)
	}
	for _, m := range at(p, "moves").([]any) {
		if n := at(m, "contactId").(string); due(n) != at(m, "due") {
			t.Errorf("case %s moved to %v, and the preview said %v", n, due(n), at(m, "due"))
		}
	}
	moved := 0
	facts, err := h.desk.Store.History(ctx, "acme", guichet.CaseID(open[1]), 0, 100)
	for _, f := range facts {
		if f.Kind == guichet.SLAMoved && f.Detail["clock"] == "first" && f.Detail["was"] != "" && f.Detail["due"] != "" && f.Detail["target"] == "7200" {
			moved++
		}
	}
	if err != nil || moved != 1 {
		t.Errorf("%d facts of the move, %v: want 1 in %v", moved, err, facts)
	}
}

// A023: who begins to write gets the clocks as they are at this moment; while they stand still, too.
func TestTheClocksWhereOneWrites(t *testing.T) {
	h := newHouse(t)
	h.want(200, "acme/ana", "PUT", levels+"/general", `{"first":{"h":4},"next":{"h":1},"resolution":{"h":16},"pause":["pending"],"calendar":{"always":true}}`)
	n := string(h.mail("support@acme.example", firstMail).Case())
	h.pass(time.Hour)
	see := func() map[string]any { return h.want(200, "acme/ana", "GET", "/guichet/contacts/"+n+"/compose", "") }
	got := see()
	if said(at(got, "nextClock"), at(got, "clocks", 0, "clock"), at(got, "clocks", 0, "elapsed_ms"), at(got, "clocks", 0, "remaining_ms"), len(at(got, "clocks").([]any))) != "first first 3.6e+06 1.08e+07 2" ||
		at(got, "nextDue") != at(got, "clocks", 0, "due") {
		t.Errorf("%v", got)
	}
	h.outbound("acme/ana", n, "Which one?")
	h.work()
	must(t, h.desk.SetStatus(context.Background(), "acme", "ana", guichet.CaseID(n), guichet.Pending))
	h.pass(10 * time.Hour)
	k := at(see(), "clocks", 1)
	if at(k, "paused") != true || at(k, "due") != nil || at(k, "elapsed_ms") != 3600e3 || at(k, "remaining_ms") != 15*3600e3 || at(k, "wall_ms") != 11*3600e3 || at(see(), "nextDue") != nil {
		t.Errorf("while it stands still: %v", k)
	}
	h.mail("support@acme.example", "From: Bo <bo@customer.example>\nSubject: Re: "+n+"\nMessage-ID: <again@x>\n\nThe red one.\n")
	h.pass(30 * time.Minute)
	got = see()
	if at(got, "nextClock") != "next" || at(got, "clocks", 1, "clock") != "next" || at(got, "clocks", 1, "remaining_ms") != 30*60e3 || at(got, "clocks", 2, "elapsed_ms") != 90*60e3 {
		t.Errorf("he wrote again: %v", got)
	}
	h.want(404, "zeta/ana", "GET", "/guichet/contacts/"+n+"9/compose", "")
}
