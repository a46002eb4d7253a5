package boot

import (
	"context"
	"io"
	"log/slog"
	"strings"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"guichet/shared/guichet"
)

// newLog returns a log of JSON lines with the keys that Lambda reads: timestamp, level, message.
func newLog(w io.Writer, level slog.Level) *slog.Logger {
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level, ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		if len(groups) == 0 {
			switch a.Key {
			case slog.TimeKey:
				a.Key = "timestamp"
			case slog.MessageKey:
				a.Key = "message"
			}
		}
		return a
	}}))
}

// levelOf reads the words that Lambda uses for levels; anything else is INFO.
func levelOf(s string) slog.Level {
	switch strings.ToUpper(s) {
	case "TRACE", "DEBUG":
		return slog.LevelDebug
	case "WARN":
		return slog.LevelWarn
	case "ERROR", "FATAL":
		return slog.LevelError
	}
	return slog.LevelInfo
}

// log returns the log of this call: with the request's id where Lambda calls.
func log(ctx context.Context) *slog.Logger {
	if lc, ok := lambdacontext.FromContext(ctx); ok && lc.AwsRequestID != "" {
		return slog.Default().With("request_id", lc.AwsRequestID)
	}
	return slog.Default()
}

// ofFact names a fact in the log.
func ofFact(f guichet.Fact) []any {
	return []any{"tenant", f.Tenant, "case", f.Case, "message_id", f.Message, "fact", f.ID}
}

// discreet returns what an error says, without mail addresses: those of AWS and of relays name them.
func discreet(err error) string {
	words := strings.Fields(err.Error())
	for i, w := range words {
		if _, domain, found := strings.Cut(w, "@"); found && strings.Contains(domain, ".") {
			words[i] = "(address)"
		}
	}
	return strings.Join(words, " ")
}
