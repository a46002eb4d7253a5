package sla

import (
	"sort"
	"sync"
	"time"
)

// The years whose changes of the clock are worked out once for each zone. Beyond them the zone is asked: its rule is worked out each time.
const (
	tableFrom  = 946684800  // 2000-01-01
	tableUntil = 2840140800 // 2060-01-01
)

// stretches is a row of stretches without gaps from tableFrom to tableUntil, in order.
type stretches []stretch

var tables sync.Map // stretches by name of the zone

// tableOf returns the stretches of a zone.
func tableOf(zone *time.Location) stretches {
	if t, ok := tables.Load(zone.String()); ok {
		return t.(stretches)
	}
	var t stretches
	for at := int64(tableFrom); at < tableUntil; {
		z := ask(zone, at)
		z.until = min(z.until, tableUntil)
		if n := len(t); n > 0 && t[n-1].offset == z.offset {
			t[n-1].until = z.until
		} else {
			t = append(t, z)
		}
		at = z.until
	}
	tables.Store(zone.String(), t)
	return t
}

// at returns the stretch that holds the Unix second at, which is within the table.
func (t stretches) at(at int64) stretch {
	return t[sort.Search(len(t), func(i int) bool { return t[i].until > at })]
}
