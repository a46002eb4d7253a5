package main

import (
	"container/heap"
	"time"
)

// What happens at one instant happens in this order: agents come before others go, work ends before it begins, the sweep is last.
const (
	comes = iota
	goes
	ends
	arrives
	givesUp
	sweeps
)

// event is something that will happen in virtual time.
type event struct {
	at   time.Time
	kind int
	seq  int // order of those that are alike
	do   func() error
}

// agenda is what will happen, as a heap. The zero agenda is empty.
type agenda struct {
	list []event
	seq  int
}

func (a *agenda) Len() int      { return len(a.list) }
func (a *agenda) Swap(i, j int) { a.list[i], a.list[j] = a.list[j], a.list[i] }
func (a *agenda) Push(x any)    { a.list = append(a.list, x.(event)) }
func (a *agenda) Less(i, j int) bool {
	x, y := &a.list[i], &a.list[j]
	switch {
	case !x.at.Equal(y.at):
		return x.at.Before(y.at)
	case x.kind != y.kind:
		return x.kind < y.kind
	}
	return x.seq < y.seq
}

// Pop is for the heap.
func (a *agenda) Pop() any {
	n := len(a.list) - 1
	e := a.list[n]
	a.list[n] = event{}
	a.list = a.list[:n]
	return e
}

// plan puts an event on the agenda.
func (a *agenda) plan(at time.Time, kind int, do func() error) {
	a.seq++
	heap.Push(a, event{at, kind, a.seq, do})
}

// next takes the earliest event off the agenda.
func (a *agenda) next() event { return heap.Pop(a).(event) }
