package boot

import (
	"github.com/aws/aws-sdk-go-v2/service/sesv2"

	"guichet/shared/channel"
	"guichet/shared/desk"
	"guichet/shared/guichet"
)

// SendBySES gives the desk SES as the way out of every channel, with the configuration sets GUICHET_CONFIG_SET and GUICHET_CONFIG_SET_TLS
// (TLS or nothing). Where the first is not set, the identity's default holds.
func (e *Env) SendBySES(d *desk.Desk) {
	ses := channel.SES{
		Client: sesv2.NewFromConfig(e.aws), Region: e.aws.Region,
		ConfigSet: e.get("GUICHET_CONFIG_SET"), ConfigSetTLS: e.get("GUICHET_CONFIG_SET_TLS"),
	}
	d.Send = func(*guichet.Channel) channel.Sender { return ses }
}
