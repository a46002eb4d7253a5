package pace

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestNeverAboveTheRate: whatever lanes are used, and however late within what is allowed, in no second more slots are used than the rate.
func TestNeverAboveTheRate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := Rate(rapid.Float64Range(0.1, 300).Draw(t, "rate"))
		base := rapid.Int64Range(-5, 2_000_000_000).Draw(t, "frame")
		var sent []time.Time
		for f := range int64(3) {
			for lane := range r.Lanes() {
				for _, s := range r.Slots(base+f, lane) {
					sent = append(sent, s.Add(time.Duration(rapid.Int64Range(0, int64(Late)).Draw(t, "late"))))
				}
			}
		}
		slices.SortFunc(sent, time.Time.Compare)
		n := int(r.slots())
		if len(sent) != 3*n {
			t.Fatalf("%d slots in three frames of %v a second", len(sent), r)
		}
		for i := n; i < len(sent); i++ {
			if d := sent[i].Sub(sent[i-n]); d < time.Second-time.Nanosecond {
				t.Fatalf("%d mails within %v at %v a second", n+1, d, r)
			}
		}
	})
}

func TestLanes(t *testing.T) {
	for _, c := range []struct {
		rate  Rate
		lanes int64
		slots []int // of each of the first lanes
		gap   time.Duration
	}{
		{0.2, 1, []int{1, 0}, 1020 * time.Millisecond},
		{1, 1, []int{1, 0}, 1020 * time.Millisecond},
		{14, 4, []int{4, 4, 3, 3, 0}, 4 * 1020 * time.Millisecond / 14},
		{14.9, 4, []int{4, 4, 3, 3}, 4 * 1020 * time.Millisecond / 14},
		{200, 50, []int{4, 4}, 255 * time.Millisecond},
		{1000, 250, []int{4}, 255 * time.Millisecond},
	} {
		if got := c.rate.Lanes(); got != c.lanes || c.rate.Gap() != c.gap {
			t.Errorf("%v a second: %d lanes, gap %v; want %d, %v", c.rate, got, c.rate.Gap(), c.lanes, c.gap)
		}
		for i, want := range c.slots {
			if got := len(c.rate.Slots(7, int64(i))); got != want {
				t.Errorf("%v a second, lane %d: %d slots, want %d", c.rate, i, got, want)
			}
		}
	}
}

func TestFrames(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(0, rapid.Int64Range(-1e18, 4e18).Draw(t, "at"))
		f := FrameAt(at)
		if Start(f).After(at) || !Start(f+1).After(at) {
			t.Fatalf("%v is not in frame %d", at, f)
		}
	})
}

func TestRoomAndBackoff(t *testing.T) {
	for _, c := range []struct {
		q       Quota
		n, more int
		want    bool
	}{
		{Quota{Max24: 200, Sent24: 199}, 1, 0, true},
		{Quota{Max24: 200, Sent24: 199}, 2, 0, false},
		{Quota{Max24: 200, Sent24: 199}, 1, 1, false},
		{Quota{Max24: -1, Sent24: 1e9}, 50, 9, true},
	} {
		if c.q.Room(c.n, c.more) != c.want {
			t.Errorf("%+v, %d after %d: want %v", c.q, c.n, c.more, c.want)
		}
	}
	for n, want := range map[int]time.Duration{0: time.Second, 1: 2 * time.Second, 4: 16 * time.Second, 5: 30 * time.Second, 99: 30 * time.Second} {
		if got := Backoff(n); got != want {
			t.Errorf("%d: %v, want %v", n, got, want)
		}
	}
}
