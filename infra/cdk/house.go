package main

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsses"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"

	"guichet/shared/plan"
)

// house is the stack and what its parts need of each other. All resources are of the first level and stand right under the stack, so that
// the logical id is the id in the code: FunctionInbound, QueueDeliver, Table.
type house struct {
	awscdk.Stack
	conf config

	dataKey    awskms.CfnKey
	tokenKey   awskms.CfnKey // nil if no function of the plan may derive it
	secretKey  awskms.CfnKey // nil if no function of the plan seals or opens
	raw        awss3.CfnBucket
	table      awsdynamodb.CfnTable
	topics     map[string]awssns.CfnTopic // by the function that they feed
	indexNames []string                   // of the table
	lanes      map[string]lane
	fns        map[string]awslambda.CfnFunction
	alarms     awssns.CfnTopic
	sets       [2]awsses.CfnConfigurationSet // usual, TLS only
	opens      awsses.CfnConfigurationSet    // tells when mail is opened; nil: there is none
	bus        awsevents.CfnEventBus         // where tenants' events are told; nil if no function of the plan tells
	api        awsapigatewayv2.CfnApi
	pool       awscognito.CfnUserPool
	client     awscognito.CfnUserPoolClient
	sign       awscognito.CfnUserPoolDomain
	ids        []identity
}

// lane is the way of messages to one function: its queue, and where those are parked that it could not do. Main is nil where no queue of
// ours wakes the function.
type lane struct{ Main, Parked awssqs.CfnQueue }

// identity is one of our domains.
type identity struct {
	Domain string
	Res    awsses.CfnEmailIdentity
}

// newHouse builds the stack: what is kept, what carries, what acts, what watches. excuseAll writes the reasons for cdk-nag into it.
func newHouse(app awscdk.App, conf config) *house {
	var env *awscdk.Environment
	if conf.Account != "" && conf.Region != "" {
		env = &awscdk.Environment{Account: &conf.Account, Region: &conf.Region}
	}
	h := &house{
		Stack: awscdk.NewStack(app, &conf.Stack, &awscdk.StackProps{Env: env, Description: jsii.String("guichet: a digital contact centre")}),
		conf:  conf, topics: map[string]awssns.CfnTopic{}, lanes: map[string]lane{}, fns: map[string]awslambda.CfnFunction{},
	}
	h.keys()
	h.rawMail()
	h.ledger()
	h.feeds()
	h.queues()
	h.subscriptions()
	h.receiving()
	h.sending()
	h.exportBus()
	h.users()
	h.functions()
	h.wake()
	h.clock()
	h.http()
	h.watch()
	h.board()
	h.outputs()
	return h
}

// keep marks what holds data: it outlives the stack, unless the person who deploys wants a house to throw away.
func (h *house) keep(r awscdk.CfnResource) {
	policy := awscdk.RemovalPolicy_RETAIN
	if !h.conf.Keep {
		policy = awscdk.RemovalPolicy_DESTROY
	}
	r.ApplyRemovalPolicy(policy, nil)
}

// arn names a thing of this account and region: arn("ses", "identity/a.example").
func (h *house) arn(service, resource string) string {
	return "arn:" + *h.Partition() + ":" + service + ":" + *h.Region() + ":" + *h.Account() + ":" + resource
}

// granted reports whether the plan gives g to anyone.
func (h *house) granted(g plan.Grant) bool {
	for _, r := range h.conf.Rows {
		if has(r, g) {
			return true
		}
	}
	return false
}

func has(r plan.Row, g plan.Grant) bool {
	for _, x := range r.Grants {
		if x == g {
			return true
		}
	}
	return false
}

// title makes an id of a function's name: "inbound" -> "Inbound".
func title(name string) string { return strings.ToUpper(name[:1]) + name[1:] }

// Short names for what jsii wants as pointers.
var (
	str  = jsii.String
	strs = jsii.Strings
	num  = func(n int) *float64 { return jsii.Number(float64(n)) }
	yes  = jsii.Bool(true)
	no   = jsii.Bool(false)
)
