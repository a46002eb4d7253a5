package main

import (
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsses"

	"guichet/shared/plan"
)

// maxTLSDelivery is for how long SES tries to reach a server that offers no TLS, in seconds (300..50400): then it bounces with 4.4.7, and the
// agent learns the same hour that the address can't be written to in secret. Without a limit it tries 14 hours.
const maxTLSDelivery = 600

// sendingEvents are what SES tells of a mail: that it took it (the proof where a call was cut off: shared/decisions/exactly-once-mail.md), and
// all that changes the state of an answer after. Opens are nobody's business, unless the person who deploys says so; clicks never are.
var sendingEvents = []string{"send", "reject", "bounce", "complaint", "delivery", "deliveryDelay", "renderingFailure"}

func (h *house) opensName() string { return h.conf.Stack + "-opens" }

func (h *house) setNames() [2]string {
	return [2]string{h.conf.Stack + "-usual", h.conf.Stack + "-tls"}
}

// sending makes the two configuration sets (usual; TLS or nothing) and the identity of each domain.
func (h *house) sending() {
	names := h.setNames()
	h.sets[0] = h.configSet("ConfigSet", names[0], &awsses.CfnConfigurationSet_DeliveryOptionsProperty{TlsPolicy: str("OPTIONAL")})
	if h.conf.Opens { // SES puts its picture into the mails of this set alone
		h.opens = h.configSet("ConfigSetOpens", h.opensName(), &awsses.CfnConfigurationSet_DeliveryOptionsProperty{TlsPolicy: str("OPTIONAL")}, "open")
	}
	h.sets[1] = h.configSet("ConfigSetTLS", names[1], &awsses.CfnConfigurationSet_DeliveryOptionsProperty{
		TlsPolicy: str("REQUIRE"), MaxDeliverySeconds: num(maxTLSDelivery),
	})
	for _, d := range h.conf.Domains {
		h.ids = append(h.ids, identity{d, h.identity(d)})
	}
}

// configSet makes a configuration set that tells the receipts topic what becomes of each mail.
func (h *house) configSet(id, name string, delivery *awsses.CfnConfigurationSet_DeliveryOptionsProperty, more ...string) awsses.CfnConfigurationSet {
	set := awsses.NewCfnConfigurationSet(h.Stack, &id, &awsses.CfnConfigurationSetProps{
		Name: &name, DeliveryOptions: delivery,
		ReputationOptions: &awsses.CfnConfigurationSet_ReputationOptionsProperty{ReputationMetricsEnabled: yes},
		SendingOptions:    &awsses.CfnConfigurationSet_SendingOptionsProperty{SendingEnabled: yes},
		SuppressionOptions: &awsses.CfnConfigurationSet_SuppressionOptionsProperty{
			SuppressedReasons: strs("BOUNCE", "COMPLAINT"),
		},
	})
	events := awsses.NewCfnConfigurationSetEventDestination(h.Stack, str(id+"Events"), &awsses.CfnConfigurationSetEventDestinationProps{
		ConfigurationSetName: set.Ref(),
		EventDestination: &awsses.CfnConfigurationSetEventDestination_EventDestinationProperty{
			Name: str("receipts"), Enabled: yes, MatchingEventTypes: strs(append(slices.Clone(sendingEvents), more...)...),
			SnsDestination: &awsses.CfnConfigurationSetEventDestination_SnsDestinationProperty{TopicArn: h.feedOf(plan.Receipts).Ref()},
		},
	})
	policy := "Topic" + title(h.rowOf(plan.Receipts).Name) + "Policy"
	events.Node().AddDependency(h.Node().FindChild(&policy))
	return set
}

// identity makes a domain ours to send from and to receive for: DKIM signed with 2048 bits, bounces to a MAIL FROM of its own so that SPF
// aligns. While its MX is missing, SES uses its own MAIL FROM.
func (h *house) identity(domain string) awsses.CfnEmailIdentity {
	return awsses.NewCfnEmailIdentity(h.Stack, str("Identity"+idOf(domain)), &awsses.CfnEmailIdentityProps{
		EmailIdentity:         &domain,
		DkimAttributes:        &awsses.CfnEmailIdentity_DkimAttributesProperty{SigningEnabled: yes},
		DkimSigningAttributes: &awsses.CfnEmailIdentity_DkimSigningAttributesProperty{NextSigningKeyLength: str("RSA_2048_BIT")},
		FeedbackAttributes:    &awsses.CfnEmailIdentity_FeedbackAttributesProperty{EmailForwardingEnabled: no},
		MailFromAttributes: &awsses.CfnEmailIdentity_MailFromAttributesProperty{
			MailFromDomain: str(mailFrom(domain)), BehaviorOnMxFailure: str("USE_DEFAULT_VALUE"),
		},
		ConfigurationSetAttributes: &awsses.CfnEmailIdentity_ConfigurationSetAttributesProperty{ConfigurationSetName: h.sets[0].Ref()},
	})
}

func mailFrom(domain string) string { return "bounces." + domain }

// idOf makes a logical id of a domain: "a-b.example" -> "ADASHBDOTExample" is ugly, so each label begins with a capital and a dash becomes
// Dash: "ADashBExample". Two domains never share one, for a label can't begin with a capital.
func idOf(domain string) string {
	var b strings.Builder
	for _, label := range strings.Split(domain, ".") {
		for i, part := range strings.Split(label, "-") {
			if i > 0 {
				b.WriteString("Dash")
			}
			if part != "" {
				b.WriteString(title(part))
			}
		}
	}
	return b.String()
}
