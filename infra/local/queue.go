package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"guichet/shared/boot"
	"guichet/shared/guichet"
	"guichet/shared/ledger"
	"guichet/shared/plan"
	"guichet/shared/store"
)

// queues stand in for SNS, SQS and the table's stream: they read the ledger's change feed and bring each announced item to the functions that the plan
// names, in order within a group, at least once, across restarts. Work that fails is parked in the ledger and tried again, later each
// time; what stands behind it in its group waits with it; after the attempts of the plan it goes to the dead letters, with its reason.
type queues struct {
	store    *store.Store
	feed     feed
	handlers map[string]boot.Queued
	backoff  func(tries int) time.Duration

	mu       sync.Mutex
	wake     *sync.Cond
	groups   map[string]*group
	ready    []*group
	open     []int64       // positions of the feed in order, the oldest first, whose work is not all done or parked
	pending  map[int64]int // how much of each
	inFlight int
	read     int64
	stopping bool
}

// feed is the change feed of the ledger on one machine.
type feed interface {
	Changes(ctx context.Context, after int64, limit int) ([]ledger.Change, error)
	Changed() <-chan struct{}
	Trim(ctx context.Context, upto int64) error
}

// group is the work of one function for one case, in order. One worker at a time has it.
type group struct {
	key     string
	jobs    []job
	running bool
	blocked bool // its first job failed and waits for its time
}

type job struct {
	store.Work
	seq    int64 // its place in the feed; 0 once it is parked
	parked bool
}

// maxInFlight bounds the work that is kept in memory and nowhere else; the rest waits in the feed. What is parked does not count: a function whose other side is
// away for hours must not keep the feed from the others.
const maxInFlight = 2000

func newQueues(s *store.Store, f feed, handlers map[string]boot.Queued) *queues {
	q := &queues{store: s, feed: f, handlers: handlers, groups: map[string]*group{}, pending: map[int64]int{}, backoff: backoff}
	q.wake = sync.NewCond(&q.mu)
	return q
}

// run works until ctx is done, then finishes what it has begun.
func (q *queues) run(ctx context.Context, workers int) error {
	calm := context.WithoutCancel(ctx) // a house that is told to stop at once stops in good order
	parked, err := q.store.Parked(calm)
	if err != nil {
		return err
	}
	for _, w := range parked {
		q.add(job{Work: w, parked: true})
	}
	if q.read, err = q.store.FeedRead(calm); err != nil {
		return err
	}
	var wg sync.WaitGroup
	for range workers {
		wg.Go(q.work)
	}
	q.readFeed(ctx)
	q.mu.Lock()
	q.stopping = true
	q.wake.Broadcast()
	q.mu.Unlock()
	wg.Wait()
	return q.save(calm)
}

// readFeed turns announced items into work, as they come.
func (q *queues) readFeed(ctx context.Context) {
	note := time.NewTicker(time.Second)
	defer note.Stop()
	for ctx.Err() == nil {
		n, err := q.pull(ctx)
		if err != nil {
			slog.Error("read the change feed", "error", err)
		}
		if n > 0 && err == nil {
			continue
		}
		select {
		case <-ctx.Done():
		case <-q.feed.Changed():
		case <-note.C:
			if err := q.save(ctx); err != nil && ctx.Err() == nil {
				slog.Error("note how far the feed was read", "error", err)
			}
		}
	}
}

// pull reads the next items, as many as there is room for.
func (q *queues) pull(ctx context.Context) (int, error) {
	q.mu.Lock()
	after, room := q.read, min(maxInFlight-q.inFlight, 500)
	q.mu.Unlock()
	if room <= 0 {
		return 0, nil
	}
	changes, err := q.feed.Changes(ctx, after, room)
	if err != nil {
		return 0, err
	}
	for _, c := range changes {
		q.take(c)
	}
	return len(changes), nil
}

// take makes the work of one announced item.
func (q *queues) take(c ledger.Change) {
	var jobs []job
	facts, notice, err := store.Announced(c.Item)
	if err != nil {
		slog.Error("an item of the feed cannot be read", "kind", "poison", "error", err)
	}
	add := func(fn, group, body string) {
		id := fmt.Sprintf("%015d#%02d", c.Seq, len(jobs))
		jobs = append(jobs, job{Work: store.Work{ID: id, Function: fn, Group: group, Body: body, At: now()}, seq: c.Seq})
	}
	if notice != "" {
		add("inbound", c.Item.P, notice)
	}
	for _, f := range facts {
		for _, fn := range plan.WaitingFor(f) {
			body, _ := json.Marshal(f)
			add(fn, f.Group(), string(body))
		}
	}
	q.mu.Lock()
	q.read = c.Seq
	if len(jobs) > 0 {
		q.open = append(q.open, c.Seq)
		q.pending[c.Seq] = len(jobs)
	}
	q.mu.Unlock()
	for _, j := range jobs {
		q.add(j)
	}
}

// add puts a job at the end of its group. Behind one that failed it is parked, too: what is in memory alone is what the feed still has.
func (q *queues) add(j job) {
	q.mu.Lock()
	defer q.mu.Unlock()
	key := j.Function + " " + j.Group
	g := q.groups[key]
	if g == nil {
		g = &group{key: key}
		q.groups[key] = g
	}
	g.jobs = append(g.jobs, j)
	if !j.parked {
		q.inFlight++
	}
	if g.blocked && !j.parked {
		q.park(&g.jobs[len(g.jobs)-1])
	}
	q.offer(g)
}

// offer makes a group ready for a worker.
func (q *queues) offer(g *group) {
	if g.running || g.blocked || len(g.jobs) == 0 {
		return
	}
	g.running = true
	q.ready = append(q.ready, g)
	q.wake.Signal()
}

// work serves ready groups until the house stops and nothing is ready.
func (q *queues) work() {
	for {
		q.mu.Lock()
		for len(q.ready) == 0 && !q.stopping {
			q.wake.Wait()
		}
		if len(q.ready) == 0 || q.stopping {
			q.mu.Unlock()
			return
		}
		g := q.ready[0]
		q.ready = q.ready[1:]
		j := g.jobs[0]
		q.mu.Unlock()
		q.finish(g, j, q.do(j))
	}
}

// do calls the function as Lambda would.
func (q *queues) do(j job) error {
	row, _ := plan.Find(j.Function)
	ctx, cancel := context.WithTimeout(context.Background(), row.Timeout)
	defer cancel()
	m := events.SQSMessage{MessageId: j.ID, Body: j.Body, Attributes: map[string]string{
		"MessageGroupId": j.Group, "ApproximateReceiveCount": fmt.Sprint(j.Tries + 1)}}
	out, err := q.handlers[j.Function](ctx, events.SQSEvent{Records: []events.SQSMessage{m}})
	if err == nil && len(out.BatchItemFailures) > 0 {
		err = guichet.Errorf(guichet.Temporary, "%s failed; the log has the reason", j.Function)
	}
	return err
}

// finish takes a job out of its group, or blocks the group until it is tried again.
func (q *queues) finish(g *group, j job, err error) {
	row, _ := plan.Find(j.Function)
	j.Tries++
	ctx := context.Background()
	if err != nil && j.Tries >= row.Attempts {
		j.Reason = err.Error()
		slog.Error("given up", "function", j.Function, "group", j.Group, "tries", j.Tries, "reason", j.Reason)
		if dead := q.store.GiveUp(ctx, j.Work); dead == nil {
			err = nil
			j.parked = false
		}
	} else if err == nil && j.parked {
		if err := q.store.Unpark(ctx, j.Work); err != nil {
			slog.Error("forget parked work", "error", err)
		}
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	g.running = false
	if err == nil {
		q.release(&g.jobs[0])
		if !g.jobs[0].parked {
			q.inFlight--
		}
		g.jobs = g.jobs[1:]
		if len(g.jobs) == 0 {
			delete(q.groups, g.key)
			return
		}
		q.offer(g)
		return
	}
	g.jobs[0].Tries, g.jobs[0].Reason = j.Tries, err.Error()
	g.blocked = true
	for i := range g.jobs {
		q.park(&g.jobs[i])
	}
	time.AfterFunc(min(q.backoff(j.Tries), max(row.Backoff, time.Second)), func() { q.unblock(g) })
}

func (q *queues) unblock(g *group) {
	q.mu.Lock()
	defer q.mu.Unlock()
	g.blocked = false
	q.offer(g)
}

// backoff is how long failed work waits: a second, then twice as long each time; at most as long as the plan's queue would make it wait.
func backoff(tries int) time.Duration { return time.Second << min(tries-1, 10) }

// park keeps a job in the ledger, so that the feed may go on without it. The caller holds mu.
func (q *queues) park(j *job) {
	if err := q.store.Park(context.Background(), j.Work); err != nil {
		slog.Error("park work", "error", err)
		return
	}
	q.release(j)
	if !j.parked {
		q.inFlight--
	}
	j.parked = true
}

// release says that the feed need not bring a job again.
func (q *queues) release(j *job) {
	if j.seq == 0 {
		return
	}
	if q.pending[j.seq]--; q.pending[j.seq] <= 0 {
		delete(q.pending, j.seq)
	}
	j.seq = 0
}

// save notes how far the feed was read and done, and lets the ledger forget it.
func (q *queues) save(ctx context.Context) error {
	q.mu.Lock()
	for len(q.open) > 0 && q.pending[q.open[0]] == 0 {
		q.open = q.open[1:]
	}
	done := q.read
	if len(q.open) > 0 {
		done = q.open[0] - 1
	}
	q.mu.Unlock()
	was, err := q.store.FeedRead(ctx)
	if err != nil || done <= was {
		return err
	}
	if err := q.store.SetFeedRead(ctx, done); err != nil {
		return err
	}
	return q.feed.Trim(ctx, done)
}
