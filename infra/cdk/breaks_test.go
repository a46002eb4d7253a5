package main

import (
	"slices"
	"testing"
)

// breakers spoil one thing each: a promise that none of them breaks could not fail.
var breakers = map[string]func(tpl template){
	promises[0].name: func(tpl template) { set(tpl, "ReceiptRule", []any{"support@help.example"}, "Rule", "Recipients") },
	promises[1].name: func(tpl template) {
		set(tpl, "RawBucket", false, "PublicAccessBlockConfiguration", "BlockPublicPolicy")
	},
	promises[2].name:  func(tpl template) { delete(statement(tpl, "RawBucketPolicy", "PolicyDocument", 0), "Condition") },
	promises[3].name:  func(tpl template) { delete(statement(tpl, "DataKey", "KeyPolicy", 1), "Condition") },
	promises[4].name:  func(tpl template) { set(tpl, "ConfigSetTLS", 50400.0, "DeliveryOptions", "MaxDeliverySeconds") },
	promises[5].name:  func(tpl template) { set(tpl, "IdentityHelpExample", false, "DkimAttributes", "SigningEnabled") },
	promises[6].name:  func(tpl template) { set(tpl, "Table", "KEYS_ONLY", "StreamSpecification", "StreamViewType") },
	promises[7].name:  func(tpl template) { set(tpl, "FunctionRelay", "t", "Environment", "Variables", "GUICHET_TABLE") },
	promises[8].name:  func(tpl template) { set(tpl, "QueueDeliver", 3.0, "RedrivePolicy", "maxReceiveCount") },
	promises[9].name:  func(tpl template) { set(tpl, "SubscriptionInbound", false, "RawMessageDelivery") },
	promises[10].name: func(tpl template) { set(tpl, "WakeSpam", tpl.props("WakeRelay")["EventSourceArn"], "EventSourceArn") },
	promises[11].name: func(tpl template) { set(tpl, "ScheduleSla", "DISABLED", "State") },
	promises[12].name: func(tpl template) {
		policies := tpl.props("RoleInbox")["Policies"].([]any)
		statements(at(policies[1], "PolicyDocument"))[0]["Resource"] = "*"
	},
	promises[13].name: func(tpl template) { set(tpl, "RouteGuichet", "NONE", "AuthorizationType") },
	promises[14].name: func(tpl template) { set(tpl, "Page", []any{"name", "custom:tenant"}, "WriteAttributes") },
	promises[15].name: func(tpl template) { delete(tpl.resources(), "AlarmParkedRelay") },
	promises[16].name: func(tpl template) { delete(tpl.props("LogInbound"), "RetentionInDays") },
	promises[17].name: func(tpl template) {
		tpl.resources()["Gate"] = map[string]any{"Type": "AWS::EC2::NatGateway", "Properties": map[string]any{"SubnetId": "subnet-1"}}
	},
	promises[19].name: func(tpl template) { delete(statement(tpl, "SecretKey", "KeyPolicy", 1), "Condition") },
	promises[20].name: func(tpl template) {
		for _, s := range statements(at(tpl.props("RoleDeliver")["Policies"].([]any)[1], "PolicyDocument")) {
			if texts(s["Action"])[0] == "kms:Decrypt" && at(s, "Condition", "Null") != nil {
				delete(s["Condition"].(map[string]any)["Null"].(map[string]any), "kms:EncryptionContext:channel")
			}
		}
	},
	promises[21].name: func(tpl template) {
		set(tpl, "ConfigSetEvents", []any{"send", "open"}, "EventDestination", "MatchingEventTypes")
	},
	promises[22].name: func(tpl template) {
		for _, s := range statements(at(tpl.props("RoleInbox")["Policies"].([]any)[1], "PolicyDocument")) {
			if texts(s["Action"])[0] == "ses:DeleteEmailIdentity" {
				delete(s, "Condition")
			}
		}
	},
	promises[23].name: func(tpl template) {
		policies := tpl.props("RoleSla")["Policies"].([]any)
		list := at(policies[1], "PolicyDocument").(map[string]any)
		list["Statement"] = append(list["Statement"].([]any), map[string]any{"Effect": "Allow", "Action": "events:PutEvents", "Resource": map[string]any{"Fn::GetAtt": []any{"ExportBus", "Arn"}}})
	},
	promises[24].name: func(tpl template) {
		for _, s := range statements(at(tpl.props("RoleWebhook")["Policies"].([]any)[1], "PolicyDocument")) {
			if slices.Contains(texts(s["Action"]), "s3:PutObject") {
				s["Resource"] = map[string]any{"Fn::Join": []any{"", []any{map[string]any{"Fn::GetAtt": []any{"RawBucket", "Arn"}}, "/in/*"}}}
			}
		}
	},
	promises[18].name: func(tpl template) { delete(tpl["Outputs"].(map[string]any), "ActivateReceiving") },
}

func TestEachPromiseCanBreak(t *testing.T) {
	for _, p := range promises {
		t.Run(p.name, func(t *testing.T) {
			spoil, ok := breakers[p.name]
			if !ok {
				t.Fatal("nothing here breaks it")
			}
			tpl := usual(t).clone()
			spoil(tpl)
			if len(breaks(tpl, p)) == 0 {
				t.Error("spoilt, and yet kept")
			}
		})
	}
}

// set puts a value into the properties of a resource, at a path of names.
func set(tpl template, id string, value any, path ...string) {
	m := tpl.props(id)
	for _, step := range path[:len(path)-1] {
		m = m[step].(map[string]any)
	}
	m[path[len(path)-1]] = value
}

func statement(tpl template, id, document string, n int) map[string]any {
	return statements(tpl.props(id)[document])[n]
}
