package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/shared/plan"
)

func TestReadConfig(t *testing.T) {
	for _, c := range []struct {
		name string
		set  map[string]string
		err  string // in it; empty: none
	}{
		{"nothing set: the demo's domain", nil, ""},
		{"two domains, one twice, in capitals", map[string]string{"DOMAIN": "A.example, b.example,a.example"}, ""},
		{"an address is no domain", map[string]string{"DOMAIN": "support@a.example"}, "DOMAIN"},
		{"a name without a dot", map[string]string{"DOMAIN": "localhost"}, "DOMAIN"},
		{"only commas", map[string]string{"DOMAIN": ","}, "DOMAIN"},
		{"days below nought", map[string]string{"MAIL_DAYS": "-1"}, "MAIL_DAYS"},
		{"a retention that CloudWatch does not know", map[string]string{"LOG_DAYS": "10"}, "LOG_DAYS"},
		{"a stack that IAM and SES could not be named after", map[string]string{"STACK": "My_Stack"}, "STACK"},
		{"a rate that is none", map[string]string{"SEND_RATE": "-5"}, "SEND_RATE"},
		{"alarms to nobody", map[string]string{"ALARM_EMAIL": "ops"}, "ALARM_EMAIL"},
	} {
		t.Run(c.name, func(t *testing.T) {
			conf, err := readConfig(func(_, env string) string { return c.set[env] })
			if (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
				t.Fatalf("got %v, want an error with %q", err, c.err)
			}
			if c.name == "two domains, one twice, in capitals" && !slices.Equal(conf.Domains, []string{"a.example", "b.example"}) {
				t.Errorf("got %v", conf.Domains)
			}
		})
	}
}

func TestMissingZipSaysWhatToDo(t *testing.T) {
	conf := testConfig(t)
	if err := conf.haveCode(); err != nil {
		t.Fatal(err)
	}
	conf.Code = t.TempDir()
	if err := conf.haveCode(); err == nil || !strings.Contains(err.Error(), "make build") {
		t.Errorf("got %v", err)
	}
}

func TestRate(t *testing.T) {
	for every, want := range map[time.Duration]string{
		time.Minute: "rate(1 minute)", 5 * time.Minute: "rate(5 minutes)", 10 * time.Second: "rate(1 minute)",
	} {
		if got := rate(every); got != want {
			t.Errorf("rate(%s) = %s, want %s", every, got, want)
		}
	}
}

func TestDomainsHaveIDsOfTheirOwn(t *testing.T) {
	seen := map[string]string{}
	for _, d := range []string{"a.example", "b.a.example", "a-b.example", "a.b-example", "ab.example", "a.b.example", "aexample.org", "xn--caf-dma.example"} {
		id := idOf(d)
		if other, ok := seen[id]; ok {
			t.Errorf("%s and %s are both %s", d, other, id)
		}
		if strings.Trim(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789") != "" {
			t.Errorf("CloudFormation refuses the id %s of %s", id, d)
		}
		seen[id] = d
	}
}

// What the stream brings, and whether Lambda calls the relay: the template's patterns are run by a small reader of the filter language.
func TestFilterWakesForAnnouncedItemsOnly(t *testing.T) {
	patterns, _ := at(usual(t).props("WakeRelay"), "FilterCriteria", "Filters").([]any)
	if len(patterns) == 0 {
		t.Fatal("no filter")
	}
	for _, c := range []struct {
		name, record string
		want         bool
	}{
		{"a fact is created", `{"eventName":"INSERT","dynamodb":{"NewImage":{"p":{"S":"t"},"v":{"N":"1"},"a":{"N":"1"}}}}`, true},
		{"created where only a counter was", `{"eventName":"MODIFY","dynamodb":{"NewImage":{"n":{"N":"7"},"v":{"N":"1"},"a":{"N":"1"}}}}`, true},
		{"a case is created, which is no fact", `{"eventName":"INSERT","dynamodb":{"NewImage":{"p":{"S":"t"},"v":{"N":"1"}}}}`, false},
		{"an announced item is replaced", `{"eventName":"MODIFY","dynamodb":{"NewImage":{"v":{"N":"2"},"a":{"N":"1"}}}}`, false},
		{"a counter moves", `{"eventName":"MODIFY","dynamodb":{"NewImage":{"n":{"N":"8"}}}}`, false},
		{"a fact expires", `{"eventName":"REMOVE","dynamodb":{"OldImage":{"v":{"N":"1"},"a":{"N":"1"}}}}`, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			var record any
			if err := json.Unmarshal([]byte(c.record), &record); err != nil {
				t.Fatal(err)
			}
			got := slices.ContainsFunc(patterns, func(p any) bool {
				var pattern any
				if err := json.Unmarshal([]byte(text(at(p, "Pattern"))), &pattern); err != nil {
					t.Fatal(err)
				}
				return matches(pattern, record)
			})
			if got != c.want {
				t.Errorf("wakes: %v, want %v", got, c.want)
			}
		})
	}
}

// matches knows what the patterns use: nested names, and lists of allowed values.
func matches(pattern, v any) bool {
	switch p := pattern.(type) {
	case map[string]any:
		m, ok := v.(map[string]any)
		for name, sub := range p {
			if !ok || !matches(sub, m[name]) {
				return false
			}
		}
		return true
	case []any:
		return slices.ContainsFunc(p, func(one any) bool { return one == v })
	}
	return false
}

// The house of a trial leaves nothing behind, and keeps mail as long as it was told.
func TestTrialHouseIsThrownAway(t *testing.T) {
	conf := testConfig(t)
	conf.Keep, conf.MailDays, conf.AlarmEmail = false, 90, ""
	tpl := synth(t, conf)
	for _, id := range []string{"DataKey", "RawBucket", "Table", "Users"} {
		if got := at(tpl.resources(), id, "DeletionPolicy"); got != "Delete" {
			t.Errorf("%s: %v", id, got)
		}
	}
	if at(tpl.props("Table"), "DeletionProtectionEnabled") != false || at(tpl.props("Users"), "DeletionProtection") != "INACTIVE" {
		t.Error("something is protected from deletion")
	}
	if len(tpl.props("AlarmEmail")) != 0 {
		t.Error("somebody is written to")
	}
	expires, moves := 0, 0
	for _, r := range at(tpl.props("RawBucket"), "LifecycleConfiguration", "Rules").([]any) {
		if at(r, "ExpirationInDays") == 90.0 {
			expires++
		}
		if list, _ := at(r, "Transitions").([]any); len(list) > 0 {
			moves += len(list)
		}
	}
	if expires != 2 || moves != 2 {
		t.Errorf("%d rules expire mail, %d moves; want 2 (in, out) and 2 (to IA; Glacier would bill its 90 days)", expires, moves)
	}
}

// The signing key is there for those alone whom the plan lets derive it.
func TestTokenKeyFollowsThePlan(t *testing.T) {
	conf := testConfig(t)
	conf.Rows = slices.Clone(plan.Rows)
	for i := range conf.Rows {
		conf.Rows[i].Grants = slices.DeleteFunc(slices.Clone(conf.Rows[i].Grants), func(g plan.Grant) bool { return g == tokenDerive })
		if conf.Rows[i].Name == "deliver" {
			conf.Rows[i].Grants = append(conf.Rows[i].Grants, tokenDerive)
		}
	}
	tpl := synth(t, conf)
	if tpl.props("TokenKey")["KeySpec"] != "HMAC_256" || tpl.props("TokenKey")["KeyUsage"] != "GENERATE_VERIFY_MAC" {
		t.Errorf("got %v", tpl.props("TokenKey"))
	}
	if got := text(at(tpl.props("FunctionDeliver"), "Environment", "Variables", "GUICHET_TOKEN_KEY")); got != "${TokenKey.Arn}" {
		t.Errorf("deliver is told %s", got)
	}
	c := &checker{tpl: tpl}
	if got := actions(c.policy("RoleDeliver", "plan")); !slices.Contains(got, "kms:GenerateMac") {
		t.Errorf("deliver may %v", got)
	}
	if got := actions(c.policy("RoleRelay", "plan")); slices.Contains(got, "kms:GenerateMac") {
		t.Errorf("relay may %v", got)
	}
}

// Who sends much, and who wants to know when mail is opened, says so when he deploys.
func TestSendingAsAsked(t *testing.T) {
	conf := testConfig(t)
	conf.SendRate, conf.Opens = 1000, true
	tpl := synth(t, conf)
	if n := at(tpl.props("WakeDeliver"), "ScalingConfig", "MaximumConcurrency"); n != 312.0 {
		t.Errorf("%v workers for 1,000 mails a second, want 312", n)
	}
	if got := text(at(tpl.props("FunctionDeliver"), "Environment", "Variables", "GUICHET_CONFIG_SET_OPENS")); got != "${ConfigSetOpens}" {
		t.Errorf("deliver is told %s", got)
	}
	if got := texts(at(tpl.props("ConfigSetOpensEvents"), "EventDestination", "MatchingEventTypes")); !slices.Contains(got, "open") || slices.Contains(got, "click") {
		t.Errorf("the set reports %v", got)
	}
	if got := texts(at(tpl.props("ConfigSetEvents"), "EventDestination", "MatchingEventTypes")); slices.Contains(got, "open") {
		t.Errorf("the usual set reports %v", got)
	}
}
