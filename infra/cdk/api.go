package main

import (
	"fmt"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"

	"guichet/shared/plan"
)

// The ways in. What an agent's token opens, and what everybody may fetch: the page, which knows nothing,
// and how to sign in. Hooks are for whom nobody signed in: each checks what it is sent.
var (
	closedRoutes = [][2]string{{"RouteDFO", "ANY /dfo/3.0/{proxy+}"}, {"RouteEngager", "ANY /engager/{proxy+}"}, {"RouteGuichet", "ANY /guichet/{proxy+}"}}
	hookRoutes   = [][2]string{{"RouteForm", "POST /forms/{id}"}, {"RouteFormToken", "GET /forms/{id}"}, {"RouteFormAsk", "OPTIONS /forms/{id}"}}
	chatRoutes   = [][2]string{{"RouteMessage", "POST /dfo/3.0/channels/{ch}/messages"}, {"RouteMessageStatus", "PUT /dfo/3.0/channels/{ch}/messages/{id}/status"},
		{"RouteChat", "GET /chat/{proxy+}"}, {"RouteChatSay", "POST /chat/{proxy+}"}}
	openRoutes = [][2]string{{"RoutePage", "GET /"}, {"RouteAssets", "GET /page/{proxy+}"}, {"RouteSignIn", "GET /guichet/sign-in"}}
)

// Throttling of the whole API, in requests a second and at once: some hundred agents.
const (
	steadyRate = 200
	burst      = 400
	hookRate   = 20 // of each hook
	hookBurst  = 40
	chatRate   = 100 // of each hook of messaging channels
	chatBurst  = 200
)

// accessLog has no path, query or address: a route, a status, a duration, and the ids to find the function's own log by.
const accessLog = `{"requestId":"$context.requestId","at":"$context.requestTime","route":"$context.routeKey","status":"$context.status",` +
	`"bytes":"$context.responseLength","ms":"$context.responseLatency","functionMs":"$context.integrationLatency",` +
	`"error":"$context.error.messageString","authorizer":"$context.authorizer.error"}`

// httpAPI makes the API alone; the client of the user pool must know its address.
func (h *house) httpAPI() {
	h.api = awsapigatewayv2.NewCfnApi(h.Stack, str("Api"), &awsapigatewayv2.CfnApiProps{
		Name: &h.conf.Stack, ProtocolType: str("HTTP"), Description: str("guichet: the API and the agents' page"),
	})
}

// http makes the ways from the API to its functions: the JWT authorizer in front of all that knows anything.
func (h *house) http() {
	target, hooks := h.target(h.rowOf(plan.HTTP), ""), h.target(h.rowOf(plan.Hooks), "Hooks")
	auth := awsapigatewayv2.NewCfnAuthorizer(h.Stack, str("Authorizer"), &awsapigatewayv2.CfnAuthorizerProps{
		ApiId: h.api.Ref(), Name: str("agents"), AuthorizerType: str("JWT"), IdentitySource: strs("$request.header.Authorization"),
		JwtConfiguration: &awsapigatewayv2.CfnAuthorizer_JWTConfigurationProperty{
			Issuer: h.pool.AttrProviderUrl(), Audience: strs(*h.client.Ref()),
		},
	})
	closed := func(id, key string, target *string) {
		awsapigatewayv2.NewCfnRoute(h.Stack, &id, &awsapigatewayv2.CfnRouteProps{
			ApiId: h.api.Ref(), RouteKey: &key, Target: target, AuthorizationType: str("JWT"), AuthorizerId: auth.Ref(),
		})
	}
	for _, route := range closedRoutes {
		closed(route[0], route[1], target)
	}
	for _, r := range h.conf.Rows { // the longer path wins
		if r.Trigger == plan.HTTP && len(r.Paths) > 0 {
			own := h.target(r, title(r.Name))
			for i, path := range r.Paths {
				closed(fmt.Sprintf("Route%s%d", title(r.Name), i+1), "ANY "+path, own)
			}
		}
	}
	for _, route := range openRoutes {
		awsapigatewayv2.NewCfnRoute(h.Stack, &route[0], &awsapigatewayv2.CfnRouteProps{
			ApiId: h.api.Ref(), RouteKey: &route[1], Target: target, AuthorizationType: str("NONE"),
		})
	}
	var limited []awsapigatewayv2.CfnRoute
	for _, route := range append(slices.Clone(hookRoutes), chatRoutes...) {
		limited = append(limited, awsapigatewayv2.NewCfnRoute(h.Stack, &route[0], &awsapigatewayv2.CfnRouteProps{
			ApiId: h.api.Ref(), RouteKey: &route[1], Target: hooks, AuthorizationType: str("NONE"),
		}))
	}
	h.stage(limited)
}

// target lets the API call the function of a row, and returns what routes to it name. What is the page's own has names without suffix.
func (h *house) target(r plan.Row, suffix string) *string {
	fn := h.fns[r.Name]
	to := awsapigatewayv2.NewCfnIntegration(h.Stack, str("Integration"+suffix), &awsapigatewayv2.CfnIntegrationProps{
		ApiId: h.api.Ref(), IntegrationType: str("AWS_PROXY"), IntegrationUri: fn.AttrArn(), PayloadFormatVersion: str("2.0"),
		TimeoutInMillis: num(int((r.Timeout).Milliseconds())),
	})
	awslambda.NewCfnPermission(h.Stack, str("ApiMayCall"+suffix), &awslambda.CfnPermissionProps{
		Action: str("lambda:InvokeFunction"), FunctionName: fn.AttrArn(), Principal: str("apigateway.amazonaws.com"),
		SourceArn: str(h.arn("execute-api", *h.api.Ref()+"/*/*")),
	})
	return str("integrations/" + *to.Ref())
}

// stage makes the API live, with its access log and its limits: those of the hooks are their own, and lower.
func (h *house) stage(hooks []awsapigatewayv2.CfnRoute) {
	log := awslogs.NewCfnLogGroup(h.Stack, str("LogApi"), &awslogs.CfnLogGroupProps{RetentionInDays: num(h.conf.LogDays)})
	limits := map[string]any{}
	for i, r := range hooks {
		rate, most := hookRate, hookBurst
		if i >= len(hookRoutes) {
			rate, most = chatRate, chatBurst
		}
		limits[*r.RouteKey()] = map[string]any{"ThrottlingRateLimit": rate, "ThrottlingBurstLimit": most}
	}
	stage := awsapigatewayv2.NewCfnStage(h.Stack, str("Stage"), &awsapigatewayv2.CfnStageProps{
		ApiId: h.api.Ref(), StageName: str("$default"), AutoDeploy: yes,
		AccessLogSettings: &awsapigatewayv2.CfnStage_AccessLogSettingsProperty{DestinationArn: log.AttrArn(), Format: str(accessLog)},
		DefaultRouteSettings: &awsapigatewayv2.CfnStage_RouteSettingsProperty{
			ThrottlingRateLimit: num(steadyRate), ThrottlingBurstLimit: num(burst), DetailedMetricsEnabled: no,
		},
		RouteSettings: limits,
	})
	for _, r := range hooks { // limits of a route that is not there yet are refused
		stage.AddDependency(r)
	}
}
