package main

import (
	"slices"
	"strings"

	"guichet/shared/plan"
)

// keepExport: what tenants let out goes on one bus, by one function, and nobody else writes there (A033).
func keepExport(c *checker) {
	c.count("AWS::Events::EventBus", 1)
	c.is("ExportBus", "guichet-export", "Name")
	c.is("FunctionExport", "${ExportBus}", "Environment", "Variables", "GUICHET_EXPORT_BUS")
	for _, r := range plan.Rows {
		for _, s := range statements(c.policy("Role"+title(r.Name), "plan")) {
			if !slices.Contains(texts(s["Action"]), "events:PutEvents") {
				continue
			}
			if got := strings.Join(texts(s["Resource"]), " "); r.Name != plan.Export || got != "${ExportBus.Arn}" {
				c.fail("%s tells on %s", r.Name, got)
			}
		}
	}
}

// keepIngress: mail comes in by SES alone (A038): nothing else tells inbound of mail, wakes it, or writes where received mail is; what webhook writes is under a
// beginning that SES's ids never have.
func keepIngress(c *checker) {
	for _, s := range statements(c.tpl.props("TopicInboundPolicy")["PolicyDocument"]) {
		if s["Effect"] == "Allow" && text(at(s, "Principal", "Service")) != "ses.amazonaws.com" {
			c.fail("%v tells of mail", s["Principal"])
		}
	}
	for _, s := range statements(c.tpl.props("QueueInboundPolicy")["PolicyDocument"]) {
		if s["Effect"] == "Allow" && text(at(s, "Condition", "ArnEquals", "aws:SourceArn")) != "${TopicInbound}" {
			c.fail("%v queues mail", s["Principal"])
		}
	}
	for _, id := range c.tpl.of("AWS::Lambda::Permission") {
		if strings.Contains(text(c.tpl.props(id)["FunctionName"]), "FunctionInbound") {
			c.fail("%s lets somebody call inbound", id)
		}
	}
	for _, id := range c.tpl.of("AWS::Lambda::EventSourceMapping") {
		if text(c.tpl.props(id)["FunctionName"]) == "${FunctionInbound}" && text(c.tpl.props(id)["EventSourceArn"]) != "${QueueInbound.Arn}" {
			c.fail("%s wakes inbound", id)
		}
	}
	for _, r := range plan.Rows {
		for _, p := range []string{"plan", "trigger"} {
			for _, s := range statements(c.policy("Role"+title(r.Name), p)) {
				c.noMailBy(r.Name, s)
			}
		}
	}
}

// noMail is what webhook keeps of what is no mail: forms of websites, messages of integration boxes.
var noMail = []string{"in/form-*", "in/byoc-*"}

// noMailBy: a function's statement lets it neither write received mail nor tell of any.
func (c *checker) noMailBy(who string, s map[string]any) {
	for _, res := range texts(s["Resource"]) {
		writes := slices.Contains(texts(s["Action"]), "s3:PutObject") && !strings.HasPrefix(res, "${RawBucket.Arn}/out/")
		if writes && !(who == "webhook" && slices.Contains(noMail, strings.TrimPrefix(res, "${RawBucket.Arn}/"))) {
			c.fail("%s writes %s", who, res)
		}
		if slices.Contains(texts(s["Action"]), "sqs:SendMessage") && res == "${QueueInbound.Arn}" || slices.Contains(texts(s["Action"]), "sns:Publish") {
			c.fail("%s tells of mail at %s", who, res)
		}
	}
}
