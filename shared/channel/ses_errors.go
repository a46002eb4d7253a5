package channel

import (
	"errors"
	"net"
	"strings"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"guichet/shared/guichet"
)

// sesSaid are the refusals that stay until somebody does something, and what the agent is told. Sources: errors of SendEmail in the SES
// API reference v2.
var sesSaid = map[string]string{
	"MessageRejected":                    "SES refused the mail",
	"MailFromDomainNotVerifiedException": "the MAIL FROM domain of this address is not verified in SES",
	"AccountSuspendedException":          "sending is suspended for this SES account",
	"SendingPausedException":             "sending is paused in SES for this account, configuration set or tenant",
	"NotFoundException":                  "the configuration set or the tenant of this channel is not there in SES",
	"BadRequestException":                "SES could not read the request",
	"ValidationException":                "SES could not read the request",
	"InvalidParameterValue":              "SES could not read the request",
}

// sesBusy are answers that say no for now: the mail was certainly not taken.
var sesBusy = map[string]string{
	"TooManyRequestsException":            "SES takes no more mails per second for now",
	"ThrottlingException":                 "SES takes no more mails per second for now",
	"Throttling":                          "SES takes no more mails per second for now",
	"LimitExceededException":              "the sending quota of SES is used up for now",
	"ServiceUnavailable":                  "SES is not available",
	"ServiceUnavailableException":         "SES is not available",
	"AccessDeniedException":               "this house may not send through SES",
	"ExpiredTokenException":               "the credentials for SES have expired",
	"UnrecognizedClientException":         "SES does not know the credentials",
	"InvalidSignatureException":           "SES does not know the credentials",
	"ConcurrentModificationException":     "SES is being set up",
	"ConflictException":                   "SES is being set up",
	"InternalServiceErrorException":       "",
	"InternalFailure":                     "",
	"InternalServerError":                 "",
	"RequestTimeout":                      "",
	"RequestTimeoutException":             "",
	"PriorRequestNotComplete":             "",
	"TransactionInProgressException":      "SES is being set up",
	"RequestExpired":                      "the clock of this machine is wrong, says SES",
	"RequestTimeTooSkewed":                "the clock of this machine is wrong, says SES",
	"IncompleteSignature":                 "SES does not know the credentials",
	"MissingAuthenticationTokenException": "SES does not know the credentials",
}

// Throttled is the cause of a Temporary error of a mail that was not taken because too many went out within a second: it may be tried again at once, but slower.
var Throttled = errors.New("too many mails a second")

// QuotaUsed is the cause of a Temporary error of a mail that was not taken because the account has sent all that it may within 24 hours.
var QuotaUsed = errors.New("the quota of 24 hours is used up")

// sesLimit tells what a limit that SES speaks of is about; nil if it is none.
//
// QUIRK: SES says Throttling or TooManyRequests for both of its limits and tells them apart in words: "Maximum sending rate exceeded.", "Daily message quota
// exceeded." (2026-11).
func sesLimit(code, said string) error {
	switch said = strings.ToLower(said); {
	case strings.Contains(said, "daily") || code == "LimitExceededException":
		return QuotaUsed
	case code == "TooManyRequestsException" || strings.HasPrefix(code, "Throttling"):
		return Throttled
	}
	return nil
}

// sesError says what an error of SendEmail means for the mail.
func sesError(err error) error {
	var api smithy.APIError
	if errors.As(err, &api) {
		return sesAnswer(api, err)
	}
	var dial *net.OpError
	if errors.As(err, &dial) && dial.Op == "dial" {
		return fail(guichet.Temporary, err, "SES cannot be reached")
	}
	var (
		send     *smithyhttp.RequestSendError
		canceled *smithy.CanceledError
		unread   *smithy.DeserializationError
	)
	if errors.As(err, &send) || errors.As(err, &canceled) || errors.As(err, &unread) {
		return doubtful(err, "SES did not answer")
	}
	return fail(guichet.Temporary, err, "SES could not be asked")
}

// sesAnswer sorts what SES said. An internal error of SES (HTTP 5xx other than 503) leaves open whether the mail was taken.
func sesAnswer(api smithy.APIError, err error) error {
	code := api.ErrorCode()
	if i := strings.LastIndexByte(code, '#'); i >= 0 {
		code = code[i+1:]
	}
	if text, ok := sesSaid[code]; ok {
		if said := api.ErrorMessage(); said != "" {
			text += ": " + said
		}
		return fail(guichet.Permanent, err, text)
	}
	if limit := sesLimit(code, api.ErrorMessage()); limit != nil {
		text := sesBusy["LimitExceededException"]
		if limit == Throttled { //nolint:errorlint // this very value
			text = sesBusy["Throttling"]
		}
		return fail(guichet.Temporary, errors.Join(limit, err), text)
	}
	if text := sesBusy[code]; text != "" {
		return fail(guichet.Temporary, err, text)
	}
	var http *smithyhttp.ResponseError
	if errors.As(err, &http) {
		switch n := http.HTTPStatusCode(); {
		case n == 413:
			return fail(guichet.TooLarge, err, "the mail is too large for SES")
		case n == 429 || n == 503 || n < 500:
			return fail(guichet.Temporary, err, "SES said no for now ("+code+")")
		}
	}
	return doubtful(err, "SES had an error of its own ("+code+")")
}
