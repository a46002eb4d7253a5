package main

import (
	"strconv"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3assets"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsxray"

	"guichet/shared/plan"
)

// functions makes the Lambda of each row, its log and its role, and has X-Ray keep 5 traces of a hundred.
func (h *house) functions() {
	for _, r := range h.conf.Rows {
		h.fns[r.Name] = h.function(r)
	}
	awsxray.NewCfnSamplingRule(h.Stack, str("Sampling"), &awsxray.CfnSamplingRuleProps{
		SamplingRule: &awsxray.CfnSamplingRule_SamplingRuleProperty{
			RuleName: &h.conf.Stack, Version: num(1), Priority: num(1000),
			FixedRate: pointer(0.05), ReservoirSize: num(0),
			ServiceName: str("*" + h.conf.Stack + "*"), ServiceType: str("*"),
			Host: str("*"), HttpMethod: str("*"), ResourceArn: str("*"), UrlPath: str("*"),
		},
	})
}

// function makes one Lambda from build/<name>.zip. It is told by environment only of what it may touch.
func (h *house) function(r plan.Row) awslambda.CfnFunction {
	name := title(r.Name)
	log := awslogs.NewCfnLogGroup(h.Stack, str("Log"+name), &awslogs.CfnLogGroupProps{RetentionInDays: num(h.conf.LogDays)})
	role := h.role(r, log)
	code := awss3assets.NewAsset(h.Stack, str("Code"+name), &awss3assets.AssetProps{Path: str(h.conf.zip(r.Name))})
	fn := awslambda.NewCfnFunction(h.Stack, str("Function"+name), &awslambda.CfnFunctionProps{
		Description:   str("guichet: " + string(r.Trigger) + " -> " + r.Name),
		Runtime:       str("provided.al2023"),
		Architectures: strs("arm64"),
		Handler:       str("bootstrap"),
		Code:          &awslambda.CfnFunction_CodeProperty{S3Bucket: code.S3BucketName(), S3Key: code.S3ObjectKey()},
		Role:          role.AttrArn(),
		MemorySize:    num(r.Memory),
		Timeout:       num(int(r.Timeout.Seconds())),
		Environment:   &awslambda.CfnFunction_EnvironmentProperty{Variables: h.environment(r)},
		LoggingConfig: &awslambda.CfnFunction_LoggingConfigProperty{
			LogFormat: str("JSON"), ApplicationLogLevel: str("INFO"), SystemLogLevel: str("WARN"), LogGroup: log.Ref(),
		},
		TracingConfig: &awslambda.CfnFunction_TracingConfigProperty{Mode: str("Active")},
	})
	code.AddResourceMetadata(fn, str("Code"))
	return fn
}

// environment tells the function where its things are.
func (h *house) environment(r plan.Row) map[string]*string {
	env := map[string]*string{"GUICHET_FUNCTION": str(r.Name)}
	for _, g := range r.Grants {
		switch g {
		case plan.TableRead, plan.TableWrite:
			env["GUICHET_TABLE"] = h.table.Ref()
		case plan.RawRead, plan.RawWrite, plan.RawForms, plan.RawShred:
			env["GUICHET_RAW_BUCKET"] = h.raw.Ref()
		case plan.SendMail:
			h.senderEnvironment(env)
		case plan.Domains:
			h.domainsEnvironment(env)
		case plan.SecretSeal, plan.SecretOpen:
			env["GUICHET_SECRET_KEY"] = h.secretKey.AttrArn()
		case plan.TellEvents:
			env["GUICHET_EXPORT_BUS"] = h.bus.Ref()
		case plan.SendQueues:
			for _, to := range h.conf.Rows {
				if to.Trigger == plan.Facts {
					env["GUICHET_QUEUE_"+strings.ToUpper(to.Name)] = h.lanes[to.Name].Main.Ref()
				}
			}
		case tokenDerive:
			env["GUICHET_TOKEN_KEY"] = h.tokenKey.AttrArn()
		}
	}
	if r.Trigger == plan.HTTP && len(r.Paths) == 0 { // what the page needs to sign in
		env["GUICHET_SIGN_IN"] = str(h.signInURL())
		env["GUICHET_SIGN_IN_CLIENT"] = h.client.Ref()
	}
	return env
}

// senderEnvironment tells by which ways mail may leave.
func (h *house) senderEnvironment(env map[string]*string) {
	env["GUICHET_CONFIG_SET"], env["GUICHET_CONFIG_SET_TLS"] = h.sets[0].Ref(), h.sets[1].Ref()
	if h.conf.Opens {
		env["GUICHET_CONFIG_SET_OPENS"] = h.opens.Ref()
	}
	if h.conf.SendRate > 0 {
		env["GUICHET_SEND_RATE"] = str(strconv.Itoa(h.conf.SendRate))
	}
}

// domainsEnvironment tells what new domains are tied to, and by which rule mail is to come in.
func (h *house) domainsEnvironment(env map[string]*string) {
	env["GUICHET_HOUSE"], env["GUICHET_RULE_SET"] = &h.conf.Stack, str(h.ruleSet())
	env["GUICHET_CONFIG_SET"], env["GUICHET_CONFIG_SET_TLS"] = h.sets[0].Ref(), h.sets[1].Ref()
	env["GUICHET_MAIL_TOPIC"] = h.feedOf(plan.Mail).Ref()
	if h.conf.Opens {
		env["GUICHET_CONFIG_SET_OPENS"] = h.opens.Ref()
	}
}

func pointer[T any](v T) *T { return &v }
