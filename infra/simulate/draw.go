package main

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"time"
)

// Draw is a distribution of times. The zero Draw draws none.
type Draw struct {
	Kind string  `toml:"kind"` // "exponential", "lognormal" or "fixed"
	Mean Span    `toml:"mean"`
	CV   float64 `toml:"cv"` // lognormal: standard deviation by mean; 0: 1
}

func (d *Draw) check() error {
	if *d == (Draw{}) {
		return nil
	}
	if d.CV == 0 {
		d.CV = 1
	}
	switch {
	case d.Kind != "exponential" && d.Kind != "lognormal" && d.Kind != "fixed":
		return wrong("kind", "exponential, lognormal or fixed, not %q", d.Kind)
	case d.Mean <= 0:
		return wrong("mean", "above 0")
	case !(d.CV > 0 && d.CV <= 100):
		return wrong("cv", "above 0, at most 100; not %v", d.CV)
	}
	return nil
}

// from draws one time, at least a nanosecond. Every kind takes the same draws from rng, so that a change of one kind leaves what is drawn later alone.
func (d Draw) from(rng *rand.Rand) time.Duration {
	u, n := rng.Float64(), rng.NormFloat64()
	x := float64(d.Mean)
	switch d.Kind {
	case "exponential":
		x *= -math.Log1p(-u)
	case "lognormal":
		s2 := math.Log1p(d.CV * d.CV)
		x *= math.Exp(n*math.Sqrt(s2) - s2/2)
	}
	return time.Duration(max(1, min(x, float64(100*365*24*time.Hour))))
}

// stream draws the arrivals of one stream. What belongs to the n-th case of a stream is the same in every scenario with that seed, also when staff, skills or rates
// are others: so two scenarios differ by what is asked, not by luck.
type stream struct {
	*Arrivals
	zone *time.Location
	gaps *rand.Rand // between arrivals
	what *rand.Rand // who, how long
	hour time.Time  // of the profile, that next is in
	next time.Time
	day  float64 // sum of Hours
}

func newStream(s *Scenario, i int) *stream {
	a := &stream{Arrivals: &s.Arrivals[i], zone: s.zone, gaps: source(s.Seed, 2*i), what: source(s.Seed, 2*i+1), next: s.begin, hour: s.begin}
	for _, w := range a.Hours {
		a.day += w
	}
	return a
}

// source is the n-th independent source of a seed.
func source(seed uint64, n int) *rand.Rand {
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], seed)
	binary.LittleEndian.PutUint64(key[8:], uint64(n))
	return rand.New(rand.NewChaCha8(key))
}

// rate is how many cases a nanosecond arrive during the hour that begins at, and up to when that is so: until its end, or until a burst begins or ends.
func (a *stream) rate(at time.Time) (float64, time.Time) {
	local := at.In(a.zone)
	rate := a.PerDay * a.Week[weekday(local)] * a.Hours[local.Hour()] / a.day / float64(time.Hour)
	until := a.hour.Add(time.Hour)
	for _, b := range a.Bursts {
		for _, edge := range []time.Time{b.from, b.until} {
			if edge.After(at) && edge.Before(until) {
				until = edge
			}
		}
		if !at.Before(b.from) && at.Before(b.until) {
			rate *= b.Times
		}
	}
	return rate, until
}

// advance moves to the next arrival: a unit of exponential work is used up at the rate of each hour passed. It gives up at end.
func (a *stream) advance(end time.Time) bool {
	work := -math.Log1p(-a.gaps.Float64())
	for a.hour.Before(end) {
		rate, limit := a.rate(a.next)
		room := float64(limit.Sub(a.next))
		if rate > 0 && work < room*rate {
			a.next = a.next.Add(time.Duration(work / rate))
			return a.next.Before(end)
		}
		work -= room * rate
		if a.next = limit; !limit.Before(a.hour.Add(time.Hour)) {
			a.hour = limit
		}
	}
	return false
}

// request is one case as its contact brings it.
type request struct {
	stream   *Arrivals
	n        int // within the stream
	contact  int
	at       time.Time
	work     time.Duration
	patience time.Duration // 0: without end
}

func (a *stream) request(n int) *request {
	r := &request{stream: a.Arrivals, n: n, at: a.next, contact: int(a.what.Uint64() % uint64(a.Contacts)), work: a.Handling.from(a.what)}
	if p := a.Patience.from(a.what); a.Patience.Kind != "" {
		r.patience = p
	}
	return r
}
