package boot

import (
	"context"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"guichet/shared/desk"
	"guichet/shared/guichet"
	"guichet/shared/ledger"
	"guichet/shared/store"
)

// Env is what a function finds around it: the environment that infra/cdk sets, and AWS. Its methods make what a function needs, each
// from the variables named there; what a function does not ask for is not linked into it.
type Env struct {
	get    func(string) string
	aws    aws.Config
	ledger ledger.Ledger                 // made by Table; nil: none
	first  []func(context.Context) error // to be done before the first event; what failed is tried again
	wrong  []string                      // what is not as infra/cdk makes it
}

// NewEnv reads the environment with get, which returns empty for what is not set. Region and keys are those that Lambda sets:
// AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN; they hold for the life of the process.
func NewEnv(get func(string) string) *Env {
	e := &Env{get: get}
	e.aws = aws.Config{
		Region:        get("AWS_REGION"),
		ConfigSources: []any{endpoints(get)},
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			c := aws.Credentials{
				AccessKeyID: get("AWS_ACCESS_KEY_ID"), SecretAccessKey: get("AWS_SECRET_ACCESS_KEY"), SessionToken: get("AWS_SESSION_TOKEN"), Source: "environment",
			}
			if !c.HasKeys() {
				return c, guichet.Errorf(guichet.Other, "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set")
			}
			return c, nil
		}),
	}
	if url := get("AWS_ENDPOINT_URL"); url != "" {
		e.aws.BaseEndpoint = &url
	}
	return e
}

func fromProcess() *Env { return NewEnv(os.Getenv) }

// endpoints finds the AWS_ENDPOINT_URL_<SERVICE> that point a client to another engine than AWS.
type endpoints func(string) string

// GetServiceBaseEndpoint is how the SDK asks its sources for the endpoint of a service.
func (get endpoints) GetServiceBaseEndpoint(_ context.Context, sdkID string) (string, bool, error) {
	url := get("AWS_ENDPOINT_URL_" + strings.ToUpper(strings.ReplaceAll(sdkID, " ", "_")))
	return url, url != "", nil
}

// must returns a variable that infra/cdk sets. A function without it can't work: Start says so and ends, at deployment rather than later.
func (e *Env) must(name string) string {
	v := e.get(name)
	if v == "" {
		e.wrong = append(e.wrong, name+" is not set")
	}
	return v
}

// Desk returns the desk on the table, without blobs, key or sender: for flows that need none of them.
func (e *Env) Desk() *desk.Desk {
	return &desk.Desk{Store: store.New(e.Table(), noBlobs{}, time.Now), Now: time.Now}
}

// SignIn returns where agents sign in and the page's client id there: GUICHET_SIGN_IN and GUICHET_SIGN_IN_CLIENT. Empty: nowhere.
func (e *Env) SignIn() (url, client string) {
	return e.get("GUICHET_SIGN_IN"), e.get("GUICHET_SIGN_IN_CLIENT")
}
