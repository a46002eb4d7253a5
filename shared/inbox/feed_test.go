package inbox_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"guichet/shared/channel"
	"guichet/shared/guichet"
)

// feeds is a world of calendars by address.
type feeds struct {
	channel.Feed
	ics, tag string
	err      error
	asked    []string
}

func (f *feeds) Fetch(_ context.Context, address, tag string) ([]byte, string, error) {
	f.asked = append(f.asked, address+" "+tag)
	if f.err != nil || tag != "" && tag == f.tag {
		return nil, tag, f.err
	}
	return []byte(f.ics), f.tag, nil
}

func holiday(days ...string) string {
	s := "BEGIN:VCALENDAR\r\n"
	for _, d := range days {
		s += "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:" + d + "\r\nEND:VEVENT\r\n"
	}
	return s + "END:VCALENDAR\r\n"
}

// A feed is read when it is set and once a day; what fails is told with the calendar, leaves the holidays alone and is tried again ever more seldom.
func TestAFeedOfHolidays(t *testing.T) {
	h := newHouse(t)
	world := &feeds{ics: holiday("20261225"), tag: `"1"`}
	h.desk.Feeds = world
	const path = calendars + "/office-hours"
	h.want(201, "acme/ana", "POST", calendars, office)
	h.want(404, "acme/ana", "PUT", calendars+"/none/feed", `{"url":"https://days.example/fr.ics"}`)
	h.want(403, "acme/rob", "PUT", path+"/feed", `{"url":"https://days.example/fr.ics"}`)
	for _, bad := range []string{`{}`, `{"url":"http://days.example/"}`, `{"url":"https://127.0.0.1:9001/2018-06-01/runtime"}`, `{"url":"file:///etc/passwd"}`} {
		if r := h.as("acme/ana", "PUT", path+"/feed", bad); r.status != 422 || !strings.Contains(r.body, `"url"`) {
			t.Errorf("%s: %d %s", bad, r.status, r.body)
		}
	}
	got := h.want(200, "acme/ana", "PUT", path+"/feed", `{"url":"webcal://days.example/fr.ics"}`)
	if said(at(got, "calendar", "holidays"), at(got, "feed", "url"), at(got, "feed", "readAt"), at(got, "feed", "failed")) != "[2026-12-25] https://days.example/fr.ics 2026-03-02T09:00:00.000Z 0" {
		t.Errorf("set: %v", got)
	}
	if r := h.as("acme/ana", "POST", path+"/holidays", holiday("20270101")); r.status != 422 || !strings.Contains(r.body, "feed") {
		t.Errorf("a file beside a feed: %d %s", r.status, r.body)
	}
	sweep := func(after time.Duration) {
		h.pass(after)
		must(t, h.desk.SweepSLA(t.Context()))
		must(t, h.desk.SweepSLA(t.Context()))
	}
	sweep(23 * time.Hour)
	sweep(time.Hour) // as it was
	world.ics, world.tag = holiday("20261225", "20261226")+"BEGIN:VEVENT\r\nDTSTART:x\r\nEND:VEVENT\r\n", `"2"`
	sweep(24 * time.Hour)
	got = h.want(200, "acme/ana", "GET", path, "")
	if said(at(got, "calendar", "holidays"), at(got, "feed", "readAt")) != "[2026-12-25 2026-12-26] 2026-03-04T09:00:00.000Z" || len(world.asked) != 3 {
		t.Errorf("after two days: %v, asked %q", got, world.asked)
	}
	if l := said(at(got, "feed", "left")); !strings.Contains(l, "1 of 3") {
		t.Errorf("what could not be read: %s", l)
	}
	world.err = &guichet.Error{Kind: guichet.Temporary, Text: "the server of the feed answered 503", Cause: errors.New("10.0.0.1: secret")}
	sweep(24 * time.Hour)
	sweep(59 * time.Minute)
	sweep(time.Minute)
	got = h.want(200, "acme/ana", "GET", path, "")
	if said(at(got, "feed", "failed"), at(got, "feed", "reason"), at(got, "feed", "nextAt")) != "2 the server of the feed answered 503 2026-03-05T12:00:00.000Z" || len(world.asked) != 5 ||
		said(at(got, "calendar", "holidays")) != "[2026-12-25 2026-12-26]" {
		t.Errorf("failed: %v, asked %q", got, world.asked)
	}
	world.err, world.ics, world.tag = nil, "<html>", ""
	sweep(2 * time.Hour)
	world.ics = holiday()
	sweep(4 * time.Hour)
	got = h.want(200, "acme/ana", "GET", path, "")
	if said(at(got, "feed", "failed"), at(got, "calendar", "holidays")) != "4 [2026-12-25 2026-12-26]" || !strings.Contains(said(at(got, "feed", "reason")), "no all-day event") {
		t.Errorf("a page, then nothing: %v", got)
	}
	h.want(204, "acme/ana", "DELETE", path+"/feed", "")
	h.want(204, "acme/ana", "DELETE", path+"/feed", "")
	asked := len(world.asked)
	sweep(48 * time.Hour)
	got = h.want(200, "acme/ana", "GET", path, "")
	if at(got, "feed") != nil || len(world.asked) != asked || said(at(got, "calendar", "holidays")) != "[2026-12-25 2026-12-26]" {
		t.Errorf("taken away: %v", got)
	}
	h.want(200, "acme/ana", "POST", path+"/holidays", holiday("20270101"))
	// Of a calendar that goes, the feed goes at the next reading.
	world.ics = holiday("20261225")
	h.want(200, "acme/ana", "PUT", path+"/feed", `{"url":"https://days.example/fr.ics"}`)
	h.want(204, "acme/ana", "DELETE", path, "")
	world.ics = holiday("20261226")
	sweep(25 * time.Hour)
	asked = len(world.asked)
	sweep(100 * time.Hour)
	if len(world.asked) != asked {
		t.Errorf("the feed of a calendar that is gone is still asked: %q", world.asked[asked:])
	}
}

// Two sweeps beside each other read a feed once.
func TestAFeedIsReadOnce(t *testing.T) {
	h := newHouse(t)
	world := &feeds{ics: holiday("20261225")}
	h.desk.Feeds = world
	h.want(201, "acme/ana", "POST", calendars, office)
	h.want(200, "acme/ana", "PUT", calendars+"/office-hours/feed", `{"url":"https://days.example/fr.ics"}`)
	h.pass(25 * time.Hour)
	due, err := h.desk.Store.DueFeeds(t.Context(), h.clock(), 10)
	must(t, err)
	must(t, h.desk.SweepSLA(t.Context()))
	if err := h.desk.Store.SaveFeed(t.Context(), due[0]); !guichet.Is(err, guichet.Conflict) || len(world.asked) != 2 {
		t.Errorf("the other sweep may read it, too: %v, asked %q", err, world.asked)
	}
	if gone := h.as("acme/ana", "GET", calendars+"/office-hours", ""); !strings.Contains(gone.body, `"failed":0`) {
		t.Error(gone.body)
	}
	h2 := newHouse(t) // a house that reads none says so
	h2.want(201, "acme/ana", "POST", calendars, office)
	if r := h2.as("acme/ana", "PUT", calendars+"/office-hours/feed", `{"url":"https://days.example/fr.ics"}`); r.status != 422 {
		t.Errorf("%d %s", r.status, r.body)
	}
}
