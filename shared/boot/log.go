package boot

import (
	"context"
	"io"
	"log/slog"
	"strings"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"guichet/shared/guichet"
)

// newLog returns a log of JSON lines with the keys that Lambda reads: timestamp, level, message; and the id of the request, where a context
// knows one.
func newLog(w io.Writer, level slog.Level) *slog.Logger {
	lines := slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level, ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		if len(groups) == 0 {
			switch a.Key {
			case slog.TimeKey:
				a.Key = "timestamp"
			case slog.MessageKey:
				a.Key = "message"
			}
		}
		return a
	}})
	return slog.New(byRequest{lines})
}

// byRequest adds the request's id to each line.
type byRequest struct{ slog.Handler }

// Handle writes a line.
func (h byRequest) Handle(ctx context.Context, r slog.Record) error {
	if lc, ok := lambdacontext.FromContext(ctx); ok && lc.AwsRequestID != "" {
		r.AddAttrs(slog.String("request_id", lc.AwsRequestID))
	}
	return h.Handler.Handle(ctx, r)
}

// WithAttrs returns a handler whose lines have these, too.
func (h byRequest) WithAttrs(attrs []slog.Attr) slog.Handler {
	return byRequest{h.Handler.WithAttrs(attrs)}
}

// WithGroup returns a handler whose lines have what follows in a group.
func (h byRequest) WithGroup(name string) slog.Handler { return byRequest{h.Handler.WithGroup(name)} }

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

// ofFact names a fact in the log.
func ofFact(f guichet.Fact) []any {
	return []any{"tenant", f.Tenant, "case", f.Case, "message_id", f.Message, "fact", f.ID}
}

// discreet returns what an error says, without mail addresses: those of AWS and of relays name them.
func discreet(err error) string { return withoutAddresses(err.Error()) }

func withoutAddresses(s string) string {
	words := strings.Fields(s)
	for i, w := range words {
		if _, domain, found := strings.Cut(w, "@"); found && strings.Contains(domain, ".") {
			words[i] = "(address)"
		}
	}
	return strings.Join(words, " ")
}
