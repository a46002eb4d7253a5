// Command cdk writes the CloudFormation of the whole house. It reads shared/plan: what wakes a function, how long it may take and what it
// may touch stand there and nowhere else.
//
//	DOMAIN=support.example CDK_OUTDIR=cdk.out go run ./infra/cdk
//
// needs Go, Node and the zips of `make build`; the CDK command line is needed to deploy alone. One file per concern: key, raw, mail, send,
// queues, table, roles, functions, wake, clock, users, api, watch, board, outputs; nag.go holds the reason for each rule that we don't follow.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "infra/cdk:", err)
		os.Exit(1)
	}
}

// run synthesises the house into CDK_OUTDIR; empty means a folder of the CDK's choice, printed by nobody: set it.
func run() error {
	if _, err := exec.LookPath("node"); err != nil {
		return errors.New("node is not on the PATH: the CDK runs on Node 20 or later (https://nodejs.org)")
	}
	defer jsii.Close()
	app := newApp()
	conf, err := readConfig(func(context, env string) string { return setting(app, context, env) })
	if err != nil {
		return err
	}
	if err := conf.haveCode(); err != nil {
		return err
	}
	newHouse(app, conf).excuseAll()
	app.Synth(nil)
	return nil
}

// newApp returns an app that sends no usage data and adds no resource of the CDK's own.
func newApp() awscdk.App {
	return awscdk.NewApp(&awscdk.AppProps{AnalyticsReporting: jsii.Bool(false)})
}

// setting reads a CDK context value (-c name=value), else an environment variable; empty if neither is set.
func setting(app awscdk.App, context, env string) string {
	switch v := app.Node().TryGetContext(jsii.String(context)).(type) {
	case string:
		return v
	case float64, bool:
		return fmt.Sprint(v)
	}
	return os.Getenv(env)
}
