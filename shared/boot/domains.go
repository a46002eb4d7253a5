package boot

import (
	"net"

	"github.com/aws/aws-sdk-go-v2/service/ses"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"

	"guichet/shared/channel"
	"guichet/shared/desk"
)

// ProveBySES gives the desk SES as the place where domains are proven: GUICHET_HOUSE tags what is made, GUICHET_CONFIG_SET and its like are what domains are tied to,
// GUICHET_RULE_SET, GUICHET_RAW_BUCKET and GUICHET_MAIL_TOPIC are what the active receipt rule should be of.
func (e *Env) ProveBySES(d *desk.Desk) {
	patience := channel.SESPatience(channel.Seconds)
	d.Identities = &channel.SESIdentities{
		V2:     sesv2.NewFromConfig(e.aws, func(o *sesv2.Options) { o.Retryer = patience }),
		V1:     ses.NewFromConfig(e.aws, func(o *ses.Options) { o.Retryer = patience }),
		Region: e.aws.Region, House: e.must("GUICHET_HOUSE"), RuleSet: e.must("GUICHET_RULE_SET"),
		ConfigSets: []string{e.get("GUICHET_CONFIG_SET"), e.get("GUICHET_CONFIG_SET_TLS"), e.get("GUICHET_CONFIG_SET_OPENS")},
		Bucket:     e.get("GUICHET_RAW_BUCKET"), Topic: e.get("GUICHET_MAIL_TOPIC"), DNS: net.DefaultResolver,
	}
}
