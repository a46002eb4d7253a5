package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"guichet/shared/plan"
)

// config is what the person who deploys decides.
type config struct {
	Stack      string   // name of the stack, and prefix of the few names that SES wants fixed
	Domains    []string // that receive and send; at least one, lower case
	Account    string   // empty: whatever account the CDK command line deploys to
	Region     string   // empty: likewise
	AlarmEmail string   // empty: nobody is written to, the topic is there to subscribe to
	MailDays   int      // raw mail is deleted after so many days; 0: never
	LogDays    int      // one of the retentions that CloudWatch knows
	Keep       bool     // data outlives the stack, and the table can't be deleted by mistake
	Code       string   // folder with a zip per function
	SendRate   int      // recipients a second that the account is meant to send to; 0: what new accounts get
	Opens      bool     // there is a way out that tells when mail is opened, for channels that want to know
	Rows       []plan.Row
}

// logRetentions are the days that AWS::Logs::LogGroup accepts (2026-11), up to two years.
var logRetentions = []int{1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731}

var (
	domainName = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`)
	stackName  = regexp.MustCompile(`^[a-z][a-z0-9-]{0,30}$`)
)

// readConfig asks get for each setting by its context name and its environment variable; empty means not set. The error names the setting.
func readConfig(get func(context, env string) string) (config, error) {
	c := config{
		Stack:      or(get("stack", "STACK"), "guichet"),
		Domains:    domains(or(get("domain", "DOMAIN"), "demo.example")),
		Account:    or(get("account", "ACCOUNT"), os.Getenv("CDK_DEFAULT_ACCOUNT")),
		Region:     or(get("region", "AWS_REGION"), os.Getenv("CDK_DEFAULT_REGION")),
		AlarmEmail: get("alarmEmail", "ALARM_EMAIL"),
		Keep:       or(get("keep", "KEEP"), "true") != "false",
		Code:       or(get("code", "CODE"), "build"),
		Opens:      get("trackOpens", "TRACK_OPENS") == "true",
		Rows:       plan.Rows,
	}
	var err error
	if c.MailDays, err = strconv.Atoi(or(get("mailDays", "MAIL_DAYS"), "0")); err != nil || c.MailDays < 0 {
		return c, fmt.Errorf("mailDays (MAIL_DAYS) is a number of days, 0 for ever")
	}
	if c.LogDays, err = strconv.Atoi(or(get("logDays", "LOG_DAYS"), "30")); err != nil || !slices.Contains(logRetentions, c.LogDays) {
		return c, fmt.Errorf("logDays (LOG_DAYS) is one of %v", logRetentions)
	}
	if c.SendRate, err = strconv.Atoi(or(get("sendRate", "SEND_RATE"), "0")); err != nil || c.SendRate < 0 {
		return c, fmt.Errorf("sendRate (SEND_RATE) is how many recipients a second SES lets the account send to, 0 for what it gives to new ones")
	}
	return c, c.check()
}

// check returns an error for what CloudFormation would refuse after minutes.
func (c config) check() error {
	if !stackName.MatchString(c.Stack) {
		return fmt.Errorf("stack (STACK) is 1 to 31 of a-z, 0-9 and -, not %q", c.Stack)
	}
	if len(c.Domains) == 0 {
		return fmt.Errorf("domain (DOMAIN) is empty")
	}
	for _, d := range c.Domains {
		if !domainName.MatchString(d) || len(d) > 200 {
			return fmt.Errorf("domain (DOMAIN) %q is no domain name; several are split by commas", d)
		}
	}
	if c.AlarmEmail != "" && !strings.Contains(c.AlarmEmail, "@") {
		return fmt.Errorf("alarmEmail (ALARM_EMAIL) %q is no address", c.AlarmEmail)
	}
	return nil
}

// haveCode returns an error that says what to do if a function of the plan has no zip.
func (c config) haveCode() error {
	for _, r := range c.Rows {
		if _, err := os.Stat(c.zip(r.Name)); err != nil {
			return fmt.Errorf("%s is missing: run `make build` first", c.zip(r.Name))
		}
	}
	return nil
}

func (c config) zip(name string) string { return filepath.Join(c.Code, name+".zip") }

// domains splits at commas and spaces, in lower case, without doubles, in the order given.
func domains(s string) []string {
	var list []string
	for _, d := range strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return r == ',' || r == ' ' }) {
		if !slices.Contains(list, d) {
			list = append(list, d)
		}
	}
	return list
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
