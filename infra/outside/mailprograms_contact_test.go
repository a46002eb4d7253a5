//go:build outside

package outside

import (
	"context"
	"mime"
	"net"
	"net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"guichet/infra/engines"
)

// agentOf is how each program names itself in User-Agent, in lower case.
var agentOf = map[string]string{"mutt": "user-agent: mutt/", "neomutt": "user-agent: neomutt/", "s-nail": "user-agent: s-nail"}

// mailPrograms installs what is missing and returns each program with its version. Without the right to install, the test is skipped.
func mailPrograms(t *testing.T) map[string]string {
	t.Helper()
	root, err := engines.Root()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(filepath.Join(root, "infra", "engines", "mailprograms.sh"))
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.Output()
	if cmd.ProcessState != nil && cmd.ProcessState.ExitCode() == 3 {
		t.Skipf("the mail programs are not there: %s", said.String())
	}
	if err != nil {
		t.Fatalf("infra/engines/mailprograms.sh: %v\n%s", err, said.String())
	}
	versions := map[string]string{}
	for line := range strings.Lines(string(out)) {
		line = strings.TrimSpace(line)
		name, _, _ := strings.Cut(line, " ")
		versions[name] = line
	}
	t.Logf("mail programs:\n%s", out)
	return versions
}

// contact is bo at his machine: a home with the configuration of each program, and the mailbox that the post office fills.
type contact struct {
	*testing.T
	home, mail, addr string
	host, port       string // of the house
}

func newContact(t *testing.T, h *realHouse, name string) *contact {
	t.Helper()
	c := &contact{T: t, home: t.TempDir(), addr: "bo." + name + "@customer.example"}
	c.mail = filepath.Join(h.post.dir, c.addr)
	var err error
	if c.host, c.port, err = net.SplitHostPort(h.smtp); err != nil {
		t.Fatal(err)
	}
	c.write("msmtprc", 0o600, "account default\nhost "+c.host+"\nport "+c.port+"\nfrom "+c.addr+"\ntls off\nauth off\n")
	// The editor of somebody who answers above what he quotes.
	c.write("editor", 0o700, "#!/bin/sh\n{ cat "+c.path("text")+"; echo; cat \"$1\"; } >\"$1.new\" && mv \"$1.new\" \"$1\"\n")
	rc := "set from='" + c.addr + "' realname='Bo Brown' use_from=yes envelope_from=yes hostname=customer.example user_agent=yes\n" +
		"set editor=" + c.path("editor") + " autoedit=yes fast_reply=yes include=yes edit_headers=no\n" +
		"set folder='" + c.home + "' copy=no record='' postponed='" + c.path("drafts") + "' tmpdir='" + c.home + "'\n" +
		"set abort_unmodified=no abort_nosubject=no abort_noattach=no sendmail_wait=0 wait_key=no beep=no quit=yes delete=yes move=no\n" +
		"set sort=date-received mark_old=no pager_stop=yes\n"
	c.write("muttrc", 0o600, rc+"set sendmail='msmtp -C "+c.path("msmtprc")+"'\n")
	c.write("neomuttrc", 0o600, rc+"set smtp_url='smtp://"+c.host+":"+c.port+"' ssl_starttls=no ssl_force_tls=no\n")
	c.write("mailrc", 0o600, "set v15-compat from='Bo Brown <"+c.addr+">' mta=smtp://"+c.host+":"+c.port+" smtp-auth=none\n"+
		"set smtp-hostname=customer.example nosave noautoprint quote fullnames sendwait\n")
	return c
}

func (c *contact) path(name string) string { return filepath.Join(c.home, name) }

func (c *contact) write(name string, mode os.FileMode, text string) {
	c.Helper()
	if err := os.WriteFile(c.path(name), []byte(text), mode); err != nil {
		c.Fatal(err)
	}
}

// run runs a program of his to its end, in a terminal if it asks for one, and fails with what it said.
func (c *contact) run(terminal bool, input, program string, args ...string) {
	c.Helper()
	ctx, stop := context.WithTimeout(c.Context(), soon)
	defer stop()
	cmd := exec.CommandContext(ctx, program, args...)
	if terminal {
		words := append([]string{program}, args...)
		for i, w := range words {
			words[i] = "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
		}
		cmd = exec.CommandContext(ctx, "script", "-q", "-e", "-f", "-c", "stty rows 40 cols 100; "+strings.Join(words, " "), c.path("typescript"))
	}
	cmd.Dir = c.home
	cmd.Env = []string{"HOME=" + c.home, "PATH=" + os.Getenv("PATH"), "TERM=xterm", "LC_ALL=C.UTF-8", "USER=bo", "LOGNAME=bo", "MAILRC=" + c.path("mailrc")}
	if input != "" {
		cmd.Stdin = strings.NewReader(input)
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		c.Fatalf("%s %q: %v\n%s", program, args, err, out)
	}
}

// swaks writes the first mail of a case.
func (c *contact) swaks(subject string) {
	c.run(false, "", "swaks", "--server", c.host, "--port", c.port, "--from", c.addr, "--to", "support@demo.example", "--helo", "customer.example",
		"--h-From", "Bo Brown <"+c.addr+">", "--h-Subject", subject, "--body", "It leaks at the bottom.")
}

// msmtp sends a first mail that he wrote by hand, with words outside ASCII.
func (c *contact) msmtp(subject string) {
	c.run(false, "From: Bo Brown <"+c.addr+">\nTo: support@demo.example\nSubject: "+mime.QEncoding.Encode("utf-8", subject)+
		"\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\nElle fuit près du bec.\n",
		"msmtp", "-C", c.path("msmtprc"), "--read-recipients")
}

// mutt opens the newest mail, replies to it, leaves. It sends by msmtp.
func (c *contact) mutt(text string) {
	c.write("text", 0o600, text+"\n")
	c.run(true, "", "mutt", "-n", "-F", c.path("muttrc"), "-f", c.mail, "-e", "push '<last-entry><display-message><reply><send-message><exit><quit>'")
}

// neomutt does the same, and speaks SMTP itself.
func (c *contact) neomutt(text string) {
	c.write("text", 0o600, text+"\n")
	c.run(true, "", "neomutt", "-n", "-F", c.path("neomuttrc"), "-f", c.mail, "-e", "push '<last-entry><display-message><reply><send-message><exit><quit>'")
}

// snail shows the newest mail and replies to its sender.
func (c *contact) snail(text string) {
	c.run(false, "type $\nReply $\n"+text+"\n~.\nexit\n", "s-nail", "-#", "-R", "-f", c.mail)
}

// arrived waits until he has got n mails, and returns the header of the newest. The others he puts away: programs sort by the second, and two mails of one
// second have no newest.
func (c *contact) arrived(n int) mail.Header {
	c.Helper()
	newest, have := "", []string(nil)
	until(c.T, "an answer in the mailbox", func() bool {
		have, _ = filepath.Glob(filepath.Join(c.mail, "[nc][eu][wr]", "*"))
		for _, path := range have {
			if filepath.Base(path) > filepath.Base(newest) {
				newest = path
			}
		}
		away, _ := filepath.Glob(filepath.Join(c.home, "away", "*"))
		return len(have)+len(away) >= n
	})
	if err := os.MkdirAll(filepath.Join(c.home, "away"), 0o700); err != nil {
		c.Fatal(err)
	}
	for _, path := range have {
		if path == newest {
			continue
		}
		if err := os.Rename(path, filepath.Join(c.home, "away", filepath.Base(path))); err != nil {
			c.Fatal(err)
		}
	}
	raw, err := os.ReadFile(newest)
	if err != nil {
		c.Fatal(err)
	}
	return headerOf(c.T, string(raw))
}

// headerOf reads a header by Go's own parser, which is not the house's.
func headerOf(t *testing.T, raw string) mail.Header {
	t.Helper()
	m, err := mail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		t.Fatalf("%v\n%s", err, raw)
	}
	return m.Header
}
