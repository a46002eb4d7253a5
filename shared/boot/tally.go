package boot

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"sync"
	"time"
)

// The metrics of the house, in the namespace "guichet" and by function. The dashboard shows them by these names.
const (
	mailsReceived  = "MailsReceived"
	mailsThreaded  = "MailsThreaded"
	mailsNew       = "MailsNewCase"
	mailsDuplicate = "MailsDuplicate"
	mailsUnknown   = "MailsUnknownRecipient"
	factsSeen      = "Facts"
	failures       = "Failures"
	poisoned       = "Poison"
	readUnits      = "ReadUnits"
	writeUnits     = "WriteUnits"
)

// tally counts what one call did. Counting without one does nothing: on one machine nobody reads metrics from the log.
type tally struct {
	mu sync.Mutex
	n  map[string]float64
}

type tallyKey struct{}

func withTally(ctx context.Context) (context.Context, *tally) {
	t := &tally{n: map[string]float64{}}
	return context.WithValue(ctx, tallyKey{}, t), t
}

// count adds n to a metric of this call.
func count(ctx context.Context, name string, n float64) {
	t, ok := ctx.Value(tallyKey{}).(*tally)
	if !ok || n == 0 {
		return
	}
	t.mu.Lock()
	t.n[name] += n
	t.mu.Unlock()
}

// write puts the counts on one line in CloudWatch's embedded metric format; nothing was counted, nothing is written.
func (t *tally) write(w io.Writer, function string, at time.Time) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.n) == 0 {
		return nil
	}
	line := map[string]any{"function": function}
	var metrics []map[string]string
	for _, name := range slices.Sorted(maps.Keys(t.n)) {
		metrics = append(metrics, map[string]string{"Name": name, "Unit": "Count"})
		line[name] = t.n[name]
	}
	line["_aws"] = map[string]any{
		"Timestamp":         at.UnixMilli(),
		"CloudWatchMetrics": []any{map[string]any{"Namespace": "guichet", "Dimensions": [][]string{{"function"}}, "Metrics": metrics}},
	}
	return json.NewEncoder(w).Encode(line)
}
