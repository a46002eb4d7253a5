package boot

import (
	"context"
	"encoding/json"
	"log/slog"

	"github.com/aws/aws-lambda-go/events"

	"guichet/shared/guichet"
	"guichet/shared/plan"
)

// Facts returns the handler of the FIFO queue of a function: each message is one fact, and flow reacts to it. A fact that is none is Poison. All other
// failures come again as often as the plan says, also NotFound: a fact is written with its case, so the case that is missing is
// missing for a reason that somebody should see in the dead-letter queue. Exists means that it was done before.
func Facts(function string, flow func(context.Context, guichet.Fact) error) Queued {
	row, _ := plan.Find(function)
	return inOrder(row.Attempts, func(ctx context.Context, m events.SQSMessage) error {
		f, err := factOf([]byte(m.Body))
		if err != nil {
			return err
		}
		count(ctx, factsSeen, 1)
		err = flow(ctx, f)
		if err == nil || guichet.Is(err, guichet.Exists) {
			slog.DebugContext(ctx, "done", ofFact(f)...)
			return nil
		}
		return about{err, ofFact(f)}
	})
}

// factOf reads a fact. One without a kind, an id or a tenant is none.
func factOf(body []byte) (guichet.Fact, error) {
	var f guichet.Fact
	if err := json.Unmarshal(body, &f); err != nil {
		return f, guichet.Errorf(guichet.Poison, "not a fact: %w", err)
	}
	if f.Kind == "" || f.ID == "" || guichet.ValidTenant(string(f.Tenant)) != nil {
		return f, guichet.Errorf(guichet.Poison, "a fact without kind, id or tenant")
	}
	if f.Case != "" && !guichet.ValidCaseID(string(f.Case)) {
		return f, guichet.Errorf(guichet.Poison, "a fact of a case that can't be")
	}
	return f, nil
}
