//go:build outside

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/cloudformationinclude"
)

// tools is where checks/install.sh puts what nobody here wrote.
var tools = filepath.Join("..", "..", ".tools", "cdk-checks")

// check is one reader of templates. It returns what it found, a line each.
type check struct {
	name string
	run  func(t *testing.T, tpl template) []string
}

var checks = []check{
	{"cfn-lint", func(t *testing.T, tpl template) []string {
		return command(t, tpl, filepath.Join(tools, "venv", "bin", "cfn-lint"), "--format", "parseable", "--regions", "eu-west-1", "--")
	}},
	{"schema", func(t *testing.T, tpl template) []string {
		return command(t, tpl, "node", filepath.Join("checks", "schema.mjs"), tools)
	}},
	{"assertions", func(_ *testing.T, tpl template) []string {
		var list []string
		for _, p := range promises {
			list = append(list, breaks(tpl, p)...)
		}
		return list
	}},
	{"cdk-nag", nagOfTemplate},
}

// command runs a program on the template's file and returns its output if it exits with anything but 0.
func command(t *testing.T, tpl template, name string, args ...string) []string {
	t.Helper()
	path := file(t, tpl)
	out, err := exec.Command(name, append(args, path)...).CombinedOutput()
	if _, ok := err.(*exec.ExitError); err != nil && !ok {
		t.Fatalf("%v: run infra/cdk/checks/install.sh", err)
	}
	if err == nil {
		return nil
	}
	return strings.Split(strings.TrimSpace(string(bytes.ReplaceAll(out, []byte(path+":"), nil))), "\n")
}

// file writes the template where a program can read it.
func file(t *testing.T, tpl template) string {
	t.Helper()
	body, err := json.Marshal(tpl)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "guichet.template.json")
	if err := os.WriteFile(path, body, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// nagOfTemplate reads the template back as constructs and runs cdk-nag over them. Reasons stand in the metadata, which is read back as well. The
// parameter and rule of the CDK's bootstrap go: the stack that reads brings its own.
func nagOfTemplate(t *testing.T, tpl template) (findings []string) {
	defer func() {
		if p := recover(); p != nil {
			findings = []string{fmt.Sprintf("refuses the template: %.200s", fmt.Sprint(p))}
		}
	}()
	bare := tpl.clone()
	delete(bare, "Parameters")
	delete(bare, "Rules")
	path := file(t, bare)
	stack := awscdk.NewStack(newApp(), str("guichet"), nil)
	cloudformationinclude.NewCfnInclude(stack, str("t"), &cloudformationinclude.CfnIncludeProps{TemplateFile: &path})
	return nagFindings(stack)
}

func TestOutsideChecksFindNothing(t *testing.T) {
	for _, c := range checks {
		t.Run(c.name, func(t *testing.T) {
			for _, found := range c.run(t, usual(t)) {
				t.Error(found)
			}
		})
	}
}

// planted are mistakes as people make them, one each.
var planted = []struct {
	name  string
	plant func(tpl template)
}{
	{"misspelt property", func(tpl template) { rename(tpl.props("QueueDeliver"), "VisibilityTimeout", "VisibilityTimout") }},
	{"bad enum", func(tpl template) { tpl.props("Table")["BillingMode"] = "PAY_PER_USE" }},
	{"wrong type", func(tpl template) { tpl.props("FunctionInbound")["Timeout"] = "one minute" }},
	{"missing required", func(tpl template) { delete(tpl.props("FunctionSla"), "Role") }},
	{"dangling Ref", func(tpl template) { tpl.props("WakeRouting")["FunctionName"] = map[string]any{"Ref": "FunctionRouter"} }},
	{"bad GetAtt", func(tpl template) {
		tpl.props("WakeSpam")["EventSourceArn"] = map[string]any{"Fn::GetAtt": []any{"QueueSpam", "ARN"}}
	}},
	{"unknown type", func(tpl template) { tpl.resources()["Table"].(map[string]any)["Type"] = "AWS::DynamoDB::Tabel" }},
	{"cycle", func(tpl template) {
		tpl.props("ParkedDeliver")["RedriveAllowPolicy"] = map[string]any{"redrivePermission": "byQueue",
			"sourceQueueArns": []any{map[string]any{"Fn::GetAtt": []any{"QueueDeliver", "Arn"}}}}
	}},
	{"memory 64", func(tpl template) { tpl.props("FunctionRelay")["MemorySize"] = 64 }},
	{"rotation off", func(tpl template) { tpl.props("DataKey")["EnableKeyRotation"] = false }},
	{"invalid runtime", func(tpl template) { tpl.props("FunctionInbox")["Runtime"] = "provided.al2024" }},
}

func rename(m map[string]any, from, to string) {
	m[to] = m[from]
	delete(m, from)
}

// Each planted mistake is found by at least one check; the table that shared/decisions/pinned-cdk.md shows is logged.
func TestPlantedMistakesAreFound(t *testing.T) {
	var table strings.Builder
	for _, m := range planted {
		t.Run(m.name, func(t *testing.T) {
			tpl := usual(t).clone()
			m.plant(tpl)
			fmt.Fprintf(&table, "| %s ", m.name)
			total := 0
			for _, c := range checks {
				found := c.run(t, tpl)
				total += len(found)
				mark := "-"
				if len(found) > 0 {
					mark = "found"
					t.Logf("%s: %.200s", c.name, found[0])
				}
				fmt.Fprintf(&table, "| %s ", mark)
			}
			table.WriteString("|\n")
			if total == 0 {
				t.Error("nobody found it")
			}
		})
	}
	t.Logf("\n| mistake | cfn-lint | schema | assertions | cdk-nag |\n%s", table.String())
}
