package spam

import (
	"fmt"
	"net/textproto"
	"strings"
	"testing"

	"guichet/shared/guichet"
)

var values = []guichet.Verdict{"", Pass, Fail, Gray, Broken, Disabled}

// TestEveryVerdict walks all values of all five verdicts and all policies, for a sender on no list, allowed, and blocked.
func TestEveryVerdict(t *testing.T) {
	senders := map[string]Lists{
		"unknown": {}, "allowed": {Allow: []string{"customer.example"}}, "blocked": {Block: []string{"bo@customer.example"}},
	}
	n := 0
	for who, lists := range senders {
		for _, spam := range values {
			for _, virus := range values {
				for _, spf := range values {
					for _, dkim := range values {
						for _, dmarc := range values {
							for _, policy := range []string{"", "none", "quarantine", "reject", "REJECT"} {
								v := guichet.Verdicts{Spam: spam, Virus: virus, SPF: spf, DKIM: dkim, DMARC: dmarc, Policy: policy}
								got := Judge(Input{Verdicts: v, From: "bo@customer.example", Lists: lists})
								if want := expected(v, who); got.Action != want {
									t.Fatalf("%s %+v: got %s %q, want %s", who, v, got.Action, got.Reasons, want)
								}
								if got.Action != Clear && len(got.Reasons) == 0 {
									t.Fatalf("%s %+v: no reason", who, v)
								}
								if got.Action != Clear && !Suspect(v, lists, "bo@customer.example") {
									t.Fatalf("%s %+v: would not be judged, but is %s", who, v, got.Action)
								}
								n++
							}
						}
					}
				}
			}
		}
	}
	if want := 3 * 6 * 6 * 6 * 6 * 6 * 5; n != want {
		t.Errorf("%d of %d combinations", n, want)
	}
}

// expected is the table of the package's comment, written from its end: what has to be true for each action.
func expected(v guichet.Verdicts, who string) string {
	refused := v.DMARC == "FAIL" && strings.Contains("quarantine reject REJECT", v.Policy) && v.Policy != ""
	forged := v.DMARC == "FAIL" || v.SPF == "FAIL" && v.DKIM != "PASS" && v.DMARC != "PASS"
	switch {
	case v.Virus == "FAIL" || who == "blocked" || refused:
		return "quarantine"
	case forged, v.Spam == "FAIL" && who != "allowed":
		return "tag"
	}
	return "clear"
}

func TestReasons(t *testing.T) {
	for _, tt := range []struct {
		name, action string
		in           Input
		reasons      []string // a part of each
	}{
		{"clean", Clear, Input{Verdicts: guichet.Verdicts{Spam: Pass, Virus: Pass, SPF: Pass, DKIM: Pass, DMARC: Pass}}, nil},
		{"nothing said", Clear, Input{}, nil},
		{"A055 spam", Tag, Input{Verdicts: guichet.Verdicts{Spam: Fail, Virus: Pass}}, []string{"Looks like spam."}},
		{"A055 gray", Clear, Input{Verdicts: guichet.Verdicts{Spam: Gray}}, []string{"not sure"}},
		{"A055 scan failed", Clear, Input{Verdicts: guichet.Verdicts{Spam: Broken, Virus: Broken}}, []string{"cleared of viruses", "checked for spam"}},
		{"A055 scan off", Clear, Input{Verdicts: guichet.Verdicts{Spam: Disabled}}, []string{"DISABLED"}},
		{"virus from an allowed sender", Quarantine, Input{Verdicts: guichet.Verdicts{Virus: Fail}, Lists: Lists{Allow: []string{"bo@customer.example"}}}, []string{"virus"}},
		{"spam from an allowed sender", Clear, Input{Verdicts: guichet.Verdicts{Spam: Fail}, Lists: Lists{Allow: []string{"bo@customer.example"}}}, []string{"allow list"}},
		{"D-15 forged allowed sender who asks to refuse", Quarantine, Input{Verdicts: guichet.Verdicts{Spam: Fail, DMARC: Fail, Policy: "reject"}, Lists: Lists{Allow: []string{"customer.example"}}}, []string{"policy reject", "somebody else used it", "Looks like spam."}},
		{"D-15 forged, domain asks for nothing", Tag, Input{Verdicts: guichet.Verdicts{SPF: Pass, DKIM: Pass, DMARC: Fail, Policy: "none"}}, []string{"could not be verified"}},
		{"SPF of a forwarder, DKIM vouches", Clear, Input{Verdicts: guichet.Verdicts{SPF: Fail, DKIM: Pass, DMARC: Gray}}, nil},
		{"SPF alone", Tag, Input{Verdicts: guichet.Verdicts{SPF: Fail}}, []string{"SPF"}},
		{"agents marked the sender twice", Tag, Input{Standing: Standing{Spam: 2}}, []string{"Agents marked 2 mails"}},
		{"agents marked the sender once: a slip", Clear, Input{Standing: Standing{Spam: 1}}, nil},
		{"as often not spam", Clear, Input{Standing: Standing{Spam: 2, Ham: 2}}, nil},
		{"as often not spam, and it looks like spam", Tag, Input{Verdicts: guichet.Verdicts{Spam: Fail}, Standing: Standing{Spam: 2, Ham: 2}}, []string{"Looks like spam."}},
		{"a bad sender whom the list allows", Clear, Input{Standing: Standing{Spam: 3}, Lists: Lists{Allow: []string{"customer.example"}}}, []string{"allow list"}},
		{"a bad sender, and it looks like spam", Tag, Input{Verdicts: guichet.Verdicts{Spam: Fail}, Standing: Standing{Spam: 2}}, []string{"Agents marked", "Looks like spam."}},
		{"a good sender whom the filter suspects", Clear, Input{Verdicts: guichet.Verdicts{Spam: Fail}, Standing: Standing{Ham: 1}}, []string{"marked mail of this sender as not spam"}},
		{"a good sender, and nothing is wrong", Clear, Input{Verdicts: guichet.Verdicts{Spam: Pass}, Standing: Standing{Ham: 1}}, nil},
		{"a good sender's virus", Quarantine, Input{Verdicts: guichet.Verdicts{Virus: Fail, Spam: Fail}, Standing: Standing{Ham: 9}}, []string{"virus", "not spam"}},
		{"a good sender, forged", Tag, Input{Verdicts: guichet.Verdicts{Spam: Fail, DMARC: Fail}, Standing: Standing{Ham: 9}}, []string{"could not be verified", "Looks like spam."}},
		{"a good sender on the block list", Quarantine, Input{Verdicts: guichet.Verdicts{Spam: Fail}, Standing: Standing{Ham: 9}, Lists: Lists{Block: []string{"customer.example"}}}, []string{"block list", "not spam"}},
		{"D-42 at the limit", Clear, Input{Recent: 20, Limit: 20}, nil},
		{"D-42 over the limit", Quarantine, Input{Recent: 21, Limit: 20}, []string{"21 mails"}},
		{"D-42 over the limit, also if allowed", Quarantine, Input{Recent: 21, Limit: 20, Lists: Lists{Allow: []string{"customer.example"}}}, []string{"21 mails"}},
		{"D-42 no limit", Clear, Input{Recent: 9999}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.in.From = "bo@customer.example"
			got := Judge(tt.in)
			if got.Action != tt.action || len(got.Reasons) != len(tt.reasons) {
				t.Fatalf("got %s %q, want %s with %q", got.Action, got.Reasons, tt.action, tt.reasons)
			}
			for i, part := range tt.reasons {
				if !strings.Contains(got.Reasons[i], part) {
					t.Errorf("reason %d: got %q, want something with %q", i, got.Reasons[i], part)
				}
			}
		})
	}
}

func TestLists(t *testing.T) {
	for _, tt := range []struct {
		name             string
		allow, block     string
		from             string
		allowed, blocked bool
	}{
		{"address", "", "bo@customer.example", "bo@customer.example", false, true},
		{"address in another case", "", " Bo@Customer.Example", "bo@customer.example", false, true},
		{"domain", "", "customer.example", "bo@customer.example", false, true},
		{"domain with @", "", "@customer.example", "bo@customer.example", false, true},
		{"domain is not its sub-domain", "", "customer.example", "bo@mail.customer.example", false, false},
		{"sub-domains", "", ".customer.example", "bo@mail.customer.example", false, true},
		{"sub-domains are not the domain", "", ".customer.example", "bo@customer.example", false, false},
		{"domain that ends alike", "", "customer.example", "bo@evilcustomer.example", false, false},
		{"domain as a name", "", "customer.example", "customer.example@evil.example", false, false},
		{"address beats domain", "bo@customer.example", "customer.example", "bo@customer.example", true, false},
		{"domain beats sub-domains", ".example", "customer.example", "bo@customer.example", false, true},
		{"the longer sub-domain wins", ".customer.example", ".example", "bo@a.customer.example", true, false},
		{"domain in another case", "", "Customer.Example", "bo@customer.example", false, true},
		{"sub-domains in another case", "", ".Customer.Example", "bo@a.customer.example", false, true},
		{"an @ in the name", "", "customer.example", "\"bo@home\"@customer.example", false, true},
		{"domain beats sub-domains by a letter", "a.example", ".example", "bo@a.example", true, false},
		{"the longest of several counts", ".a.example\n.example", ".example", "bo@b.a.example", true, false},
		{"block wins between equals", "customer.example", "customer.example", "bo@customer.example", false, true},
		{"empty entry", "", "", "bo@customer.example", false, false},
		{"entry of @ alone", "", "@", "bo@customer.example", false, false},
		{"no sender", "", "customer.example", "", false, false},
		{"not an address", "", "@customer.example", "@customer.example", false, false},
	} {
		allowed, blocked := Lists{strings.Split(tt.allow, "\n"), strings.Split(tt.block, "\n")}.standing(tt.from)
		if allowed != tt.allowed || blocked != tt.blocked {
			t.Errorf("%s: got allowed %v, blocked %v", tt.name, allowed, blocked)
		}
	}
}

func TestCleanMailDoesNotPay(t *testing.T) {
	for _, v := range []guichet.Verdicts{
		{}, {Spam: Pass, Virus: Pass, SPF: Pass, DKIM: Pass, DMARC: Pass},
		{Spam: Gray, Virus: Disabled, SPF: Gray, DKIM: Gray, DMARC: Gray}, {Spam: Broken, Virus: Broken},
	} {
		if Suspect(v, Lists{Allow: []string{"customer.example"}}, "bo@customer.example") {
			t.Errorf("%+v would be judged", v)
		}
	}
}

func TestFromHeaders(t *testing.T) {
	for _, tt := range []struct {
		name, header string
		want         guichet.Verdicts
	}{
		{"none", "Subject: x", guichet.Verdicts{}},
		{"SES", "X-SES-Spam-Verdict: FAIL\nX-SES-Virus-Verdict: PASS", guichet.Verdicts{Spam: Fail, Virus: Pass}},
		{"SES gray", "X-SES-Spam-Verdict: GRAY\nX-SES-Virus-Verdict: PROCESSING_FAILED", guichet.Verdicts{Spam: Gray, Virus: Broken}},
		{"SES has no such word", "X-SES-Spam-Verdict: maybe", guichet.Verdicts{}},
		{"SpamAssassin flag", "X-Spam-Flag: YES", guichet.Verdicts{Spam: Fail}},
		{"SpamAssassin status", "X-Spam-Status: Yes, score=13.1 required=5.0", guichet.Verdicts{Spam: Fail}},
		{"SpamAssassin says no", "X-Spam-Status: No, score=-1.9", guichet.Verdicts{Spam: Pass}},
		{"an earlier filter says yes", "X-SES-Spam-Verdict: PASS\nX-Spam-Flag: yes", guichet.Verdicts{Spam: Fail}},
		{"no does not take back", "X-SES-Spam-Verdict: FAIL\nX-Spam-Flag: NO", guichet.Verdicts{Spam: Fail}},
		{"flag true", "X-Spam-Flag: True", guichet.Verdicts{Spam: Fail}},
		{"flag false", "X-Spam-Flag: false", guichet.Verdicts{Spam: Pass}},
		{"flag with more behind a semicolon", "X-Spam-Flag: YES;score=9", guichet.Verdicts{Spam: Fail}},
		{"SES did not look", "X-SES-Spam-Verdict: DISABLED", guichet.Verdicts{Spam: Disabled}},
		{"rspamd", "X-Spam: Yes", guichet.Verdicts{Spam: Fail}},
		{"rspamd's result", "X-Spamd-Result: default: True [12.10 / 15.00]", guichet.Verdicts{Spam: Fail}},
		{"rspamd's result, below", "X-Spamd-Result: default: False [-1.10 / 15.00]", guichet.Verdicts{}},
		{"rspamd asks for a header", "X-Rspamd-Action: add header", guichet.Verdicts{Spam: Fail}},
		{"rspamd asks for nothing", "X-Rspamd-Action: no action", guichet.Verdicts{}},
		{"DSPAM", "X-DSPAM-Result: Spam", guichet.Verdicts{Spam: Fail}},
		{"DSPAM, innocent", "X-DSPAM-Result: Innocent", guichet.Verdicts{}},
		{"bogofilter", "X-Bogosity: Spam, tests=bogofilter, spamicity=0.99", guichet.Verdicts{Spam: Fail}},
		{"bogofilter, ham", "X-Bogosity: Ham, tests=bogofilter, spamicity=0.00", guichet.Verdicts{}},
		{"MailScanner", "X-MailScanner-SpamCheck: spam, SpamAssassin (score=9)", guichet.Verdicts{Spam: Fail}},
		{"MailScanner, not", "X-MailScanner-SpamCheck: not spam, SpamAssassin (score=0)", guichet.Verdicts{}},
		{"Proofpoint", "X-Proofpoint-Spam-Details: rule=spam policy=default score=100", guichet.Verdicts{Spam: Fail}},
		{"Proofpoint, not", "X-Proofpoint-Spam-Details: rule=notspam policy=default score=0", guichet.Verdicts{}},
		{"amavis", "X-Amavis-Alert: INFECTED, message contains virus: Eicar", guichet.Verdicts{Virus: Fail}},
		{"amavis, another alert", "X-Amavis-Alert: BAD HEADER SECTION", guichet.Verdicts{}},
		{"Barracuda", "X-Barracuda-Spam-Flag: YES", guichet.Verdicts{Spam: Fail}},
		{"Exchange says spam", "X-Forefront-Antispam-Report: CIP:192.0.2.1;SFV:SPM;SCL:5", guichet.Verdicts{Spam: Fail}},
		{"Exchange says no spam", "X-Forefront-Antispam-Report: CIP:192.0.2.1;SFV:NSPM;SCL:1", guichet.Verdicts{}},
		{"Exchange says spam in its own way", "X-Forefront-Antispam-Report: CIP:192.0.2.1; sfv:spm; SCL:5", guichet.Verdicts{Spam: Fail}},
		{"Exchange says spam, SES does not", "X-SES-Spam-Verdict: PASS\nX-Forefront-Antispam-Report: SFV:SPM", guichet.Verdicts{Spam: Fail}},
		{"Exchange's level 9", "X-MS-Exchange-Organization-SCL: 9", guichet.Verdicts{Spam: Fail}},
		{"no level", "X-MS-Exchange-Organization-SCL: 55", guichet.Verdicts{}},
		{"Exchange's level 4", "X-MS-Exchange-Organization-SCL: 4", guichet.Verdicts{}},
		{"Exchange's level 5", "X-MS-Exchange-Organization-SCL: 5", guichet.Verdicts{Spam: Fail}},
		{"Exchange's level -1", "X-MS-Exchange-Organization-SCL: -1", guichet.Verdicts{}},
		{"ClamAV", "X-Virus-Status: Infected (Eicar)", guichet.Verdicts{Virus: Fail}},
		{"a scanner says yes", "X-Virus-Status: Yes", guichet.Verdicts{Virus: Fail}},
		{"rspamd's action", "X-Rspamd-Action: Add header", guichet.Verdicts{Spam: Fail}},
		{"rspamd rewrites", "X-Rspamd-Action: rewrite subject", guichet.Verdicts{Spam: Fail}},
		{"rspamd keeps it apart", "X-Spam-Action: quarantine", guichet.Verdicts{Spam: Fail}},
		{"rspamd does nothing", "X-Rspamd-Action: no action", guichet.Verdicts{}},
		{"rspamd's result", "X-Spamd-Result: default: True [22.10 / 15.00]", guichet.Verdicts{Spam: Fail}},
		{"rspamd's other result", "X-Spamd-Result: default: False [1.00 / 15.00]", guichet.Verdicts{}},
		{"a scanner with a colon", "X-Amavis-Alert: INFECTED: Eicar", guichet.Verdicts{Virus: Fail}},
		{"another scanner", "X-Virus: infected", guichet.Verdicts{Virus: Fail}},
		{"SES's word on viruses counts", "X-SES-Virus-Verdict: PASS\nX-Virus-Status: Infected", guichet.Verdicts{Virus: Pass}},
		{"policy none", "Authentication-Results: mx.example; dmarc=fail (p=none)", guichet.Verdicts{DMARC: Fail, Policy: "none"}},
		{"policy by its name", "Authentication-Results: mx.example; dmarc=fail policy=reject", guichet.Verdicts{DMARC: Fail, Policy: "reject"}},
		{"policy as a property", "Authentication-Results: mx.example; dmarc=fail policy.p=quarantine", guichet.Verdicts{DMARC: Fail, Policy: "quarantine"}},
		{"the policy of another method", "Authentication-Results: mx.example; spf=fail (p=none); dmarc=fail (p=reject)", guichet.Verdicts{DMARC: Fail, Policy: "reject"}},
		{"two comments without a blank", "Authentication-Results: mx.example; dmarc=fail (p=reject)(seen)", guichet.Verdicts{DMARC: Fail, Policy: "reject"}},
		{"broken for good", "Authentication-Results: mx.example; dmarc=permerror", guichet.Verdicts{DMARC: Broken}},
		{"a quote in a comment", `Authentication-Results: mx.example; spf=pass (5" disk); dmarc=pass`, guichet.Verdicts{DMARC: Pass}},
		{"a bracket too many", "Authentication-Results: mx.example; spf=pass ); dkim=pass (; dmarc=fail ); dmarc=pass", guichet.Verdicts{DMARC: Pass}},
		{"a comment in a comment", "Authentication-Results: mx.example; spf=pass (a (b); dmarc=fail ); dmarc=pass", guichet.Verdicts{DMARC: Pass}},
		{"Google", "Authentication-Results: mx.google.com; dkim=pass header.i=@a.example; spf=pass (google.com: domain designates); dmarc=fail (p=REJECT sp=NONE dis=NONE) header.from=b.example", guichet.Verdicts{DMARC: Fail, Policy: "reject"}},
		{"Exchange", "Authentication-Results: spf=fail (sender IP is 192.0.2.1) smtp.mailfrom=b.example; dkim=none (message not signed); dmarc=fail action=quarantine header.from=b.example;compauth=fail reason=000", guichet.Verdicts{DMARC: Fail, Policy: "quarantine"}},
		{"version and spaces", "Authentication-Results: mx.example 1; dmarc / 1 = pass", guichet.Verdicts{DMARC: Pass}},
		{"no policy said", "Authentication-Results: mx.example; DMARC=Fail", guichet.Verdicts{DMARC: Fail}},
		{"none", "Authentication-Results: mx.example; dmarc=none", guichet.Verdicts{DMARC: Gray}},
		{"broken", "Authentication-Results: mx.example; dmarc=temperror", guichet.Verdicts{DMARC: Broken}},
		{"in a comment", "Authentication-Results: mx.example; spf=pass (; dmarc=fail \\) ; dmarc=fail)", guichet.Verdicts{}},
		{"in quotes", `Authentication-Results: mx.example; spf=fail reason="; dmarc=fail \" ; dmarc=fail"; dmarc=pass`, guichet.Verdicts{DMARC: Pass}},
		{"in the name of the server", "Authentication-Results: dmarc.example; spf=pass", guichet.Verdicts{}},
		{"the topmost alone", "Authentication-Results: mx.example; spf=pass\nAuthentication-Results: evil.example; dmarc=pass", guichet.Verdicts{}},
	} {
		header := textproto.MIMEHeader{}
		for _, line := range strings.Split(tt.header, "\n") {
			name, value, _ := strings.Cut(line, ": ")
			header.Add(name, value)
		}
		if got := FromHeaders(header.Get); got != tt.want {
			t.Errorf("%s: got %+v, want %+v", tt.name, got, tt.want)
		}
	}
}

// FuzzFromHeaders: any field gives a verdict of SES's words or none.
func FuzzFromHeaders(f *testing.F) {
	f.Add("mx.example; dmarc=fail (p=REJECT sp=NONE dis=NONE) header.from=b.example")
	f.Add("FAIL")
	f.Add("Yes, score=13.1")
	f.Fuzz(func(t *testing.T, field string) {
		v := FromHeaders(func(string) string { return field })
		for _, got := range []guichet.Verdict{v.Spam, v.Virus, v.DMARC} {
			if !strings.Contains(fmt.Sprint(values), string(got)) {
				t.Errorf("%q is no verdict", got)
			}
		}
		if v.Policy != "" && v.DMARC != Fail {
			t.Errorf("policy %q without a failed DMARC", v.Policy)
		}
	})
}

func BenchmarkSuspect(b *testing.B) {
	l := Lists{}
	for i := range 1000 {
		l.Block = append(l.Block, fmt.Sprintf("domain-%d.example", i))
	}
	for b.Loop() {
		Suspect(guichet.Verdicts{Spam: Pass, Virus: Pass, SPF: Pass, DKIM: Pass, DMARC: Pass}, l, "bo@customer.example")
	}
}
