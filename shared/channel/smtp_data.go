package channel

import (
	"errors"
	"strconv"
	"strings"

	"github.com/emersion/go-smtp"

	"guichet/shared/guichet"
)

// envelope names sender and recipients. It returns those who were refused for good; that all were, or one was for now, is an error.
func (l *smtpLine) envelope(m envelope, size int) ([]Failed, error) {
	if most, ok := l.client.MaxMessageSize(); ok && most > 0 && size > most {
		return nil, fail(guichet.TooLarge, nil, "the mail has "+strconv.Itoa(size)+" bytes when encoded, the relay takes "+strconv.Itoa(most))
	}
	if err := l.client.Mail(m.from, &smtp.MailOptions{Size: int64(size)}); err != nil {
		return nil, smtpError(err, "the relay refused the sender")
	}
	var refused []Failed
	var last error
	for _, r := range m.to {
		err := l.client.Rcpt(r.wire, nil)
		var said *smtp.SMTPError
		switch {
		case err == nil:
		case errors.As(err, &said) && said.Code >= 500:
			refused, last = append(refused, Failed{Addr: r.addr, Reason: smtpWords(said)}), err
		default:
			return nil, smtpError(err, "the relay does not take a recipient for now")
		}
	}
	if len(refused) == len(m.to) {
		return nil, smtpError(last, "the relay refused every recipient")
	}
	return refused, nil
}

// data sends the mail and waits for the answer. Until the last dot is out the relay has nothing; from then until its answer, nobody knows.
func (l *smtpLine) data(raw []byte) error {
	w, err := l.client.Data()
	if err != nil {
		return smtpError(err, "the relay does not take the mail")
	}
	if _, err := w.Write(raw); err != nil {
		return smtpError(err, "the relay broke off within the mail")
	}
	_, err = w.CloseWithResponse()
	var said *smtp.SMTPError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &said):
		return smtpSaid(said, "the relay does not take the mail")
	}
	return doubtful(err, "the relay did not say whether it took the mail")
}

// smtpError sorts an error of a command: an answer of the relay, or the network before anything was taken.
func smtpError(err error, text string) error {
	var said *smtp.SMTPError
	if errors.As(err, &said) {
		return smtpSaid(said, text)
	}
	return fail(guichet.Temporary, err, text)
}

// smtpSaid maps a reply code: 4yz is for now, 5yz for good (RFC 5321 4.2.1). 552 is too large, unless its enhanced code says that it is
// the mailbox (RFC 3463 3.4: x.3.4 against x.2.2).
func smtpSaid(said *smtp.SMTPError, text string) error {
	text += ": " + smtpWords(said)
	switch {
	case said.Code == 552 && said.EnhancedCode[1] != 2:
		return fail(guichet.TooLarge, nil, text)
	case said.Code >= 500:
		return fail(guichet.Permanent, nil, text)
	}
	return fail(guichet.Temporary, nil, text)
}

// smtpWords returns what the relay said, on one line and at most 300 bytes.
func smtpWords(said *smtp.SMTPError) string {
	s := strconv.Itoa(said.Code)
	if c := said.EnhancedCode; c[0] > 0 {
		s += " " + strconv.Itoa(c[0]) + "." + strconv.Itoa(c[1]) + "." + strconv.Itoa(c[2])
	}
	s += " " + strings.Join(strings.Fields(strings.ToValidUTF8(said.Message, "?")), " ")
	if len(s) > 300 {
		s = strings.ToValidUTF8(s[:300], "")
	}
	return s
}
