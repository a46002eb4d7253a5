package boot

import (
	"context"
	"io"
	"log/slog"
	"os"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"guichet/shared/ledger"
)

// Start runs a Lambda function: build makes its handler from the environment. It does not return. What is slow, a call to KMS, waits for
// the first event: the time to the first request for one is part of every cold start.
func Start(build func(*Env) any) {
	slog.SetDefault(newLog(os.Stdout, levelOf(os.Getenv("AWS_LAMBDA_LOG_LEVEL"))))
	e := fromProcess()
	if n := memoryLimit(e.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")); n > 0 {
		debug.SetMemoryLimit(n)
	}
	h := lambda.NewHandler(build(e))
	if len(e.wrong) > 0 {
		slog.Error("the function can't work; infra/cdk sets its environment from shared/plan", "wrong", e.wrong)
		os.Exit(1)
	}
	lambda.Start(&shell{env: e, inner: h, out: os.Stdout, name: e.get("GUICHET_FUNCTION")})
}

// memoryLimit returns how many bytes the collector may let the program grow to, in a function with that many MB: four fifths, so that a mail of 40 MB
// is collected in time and not killed. 0 when not said.
func memoryLimit(mb string) int64 {
	n, err := strconv.ParseInt(mb, 10, 32)
	if err != nil || n <= 0 {
		return 0
	}
	return n << 20 / 5 * 4
}

// shell is around each call of a function: what must be done before the first, and its metrics after each.
type shell struct {
	env   *Env
	inner lambda.Handler
	out   io.Writer
	name  string
}

// Invoke hands one event to the function.
func (s *shell) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	for len(s.env.first) > 0 {
		if err := s.env.first[0](ctx); err != nil {
			slog.ErrorContext(ctx, "not ready", "error", discreet(err))
			return nil, err
		}
		s.env.first = s.env.first[1:]
	}
	ctx, t := withTally(ctx)
	before := s.usage()
	answer, err := s.inner.Invoke(ctx, payload)
	after := s.usage()
	count(ctx, readUnits, after.Reads-before.Reads)
	count(ctx, writeUnits, after.Writes-before.Writes)
	if werr := t.write(s.out, s.name, time.Now()); werr != nil {
		slog.WarnContext(ctx, "metrics are lost", "error", werr.Error())
	}
	return answer, err
}

func (s *shell) usage() ledger.Usage {
	if s.env.ledger == nil {
		return ledger.Usage{}
	}
	return s.env.ledger.Usage()
}
