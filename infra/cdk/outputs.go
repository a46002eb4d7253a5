package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
)

// outputs says what the person who deploys needs next: records for DNS, the line that makes receiving live, and where things are.
func (h *house) outputs() {
	region := *h.Region()
	for _, id := range h.ids {
		n := idOf(id.Domain)
		h.output("DnsMX"+n, id.Domain+". MX 10 inbound-smtp."+region+".amazonaws.com.", "mail for "+id.Domain+" comes here; replaces the MX that is there now")
		h.output("DnsMailFromMX"+n, mailFrom(id.Domain)+". MX 10 feedback-smtp."+region+".amazonses.com.", "bounces come back to SES")
		h.output("DnsMailFromSPF"+n, mailFrom(id.Domain)+`. TXT "v=spf1 include:amazonses.com ~all"`, "SPF of the MAIL FROM")
		h.output("DnsDMARC"+n, "_dmarc."+id.Domain+`. TXT "v=DMARC1; p=none"`, "only if there is none yet; harden later")
		names := []*string{id.Res.AttrDkimDnsTokenName1(), id.Res.AttrDkimDnsTokenName2(), id.Res.AttrDkimDnsTokenName3()}
		values := []*string{id.Res.AttrDkimDnsTokenValue1(), id.Res.AttrDkimDnsTokenValue2(), id.Res.AttrDkimDnsTokenValue3()}
		for i := range names {
			h.output("DnsDKIM"+string(rune('1'+i))+n, *names[i]+". CNAME "+*values[i]+".", "DKIM, and the proof that the domain is yours")
		}
	}
	h.output("ActivateReceiving", "aws ses set-active-receipt-rule-set --region "+region+" --rule-set-name "+h.ruleSet(),
		"run once: one rule set of an account is the active one, and CloudFormation can't choose")
	h.output("ApiUrl", *h.api.AttrApiEndpoint(), "the page and the API")
	h.output("UserPool", *h.pool.Ref(), "aws cognito-idp admin-create-user --user-pool-id ...")
	h.output("UserPoolClient", *h.client.Ref(), "client id of the page; audience of the tokens")
	h.output("SignIn", h.signInURL(), "the pool's sign-in pages")
	h.output("Bucket", *h.raw.Ref(), "raw mail")
	h.output("TableName", *h.table.Ref(), "the ledger")
	if h.bus != nil {
		h.output("ExportBus", *h.bus.AttrArn(), "what tenants let out of the house: put rules on it")
	}
	h.output("AlarmTopic", *h.alarms.Ref(), "subscribe to be told")
}

func (h *house) output(id, value, why string) {
	out := awscdk.NewCfnOutput(h.Stack, str("Out"+id), &awscdk.CfnOutputProps{Value: &value, Description: &why})
	out.OverrideLogicalId(&id)
}
