package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/aws-cdk-go/awscdk/v2/cxapi"
	"github.com/cdklabs/cdk-nag-go/cdknag/v2"
)

// nagFindings runs cdk-nag's AwsSolutions pack over a stack and returns what it finds and nobody excused: "/guichet/Table AwsSolutions-DDB3: ...".
func nagFindings(stack awscdk.Stack) []string {
	awscdk.Aspects_Of(stack).Add(cdknag.NewAwsSolutionsChecks(&cdknag.NagPackProps{Verbose: yes}), nil)
	all := assertions.Annotations_FromStack(stack)
	anything := assertions.Match_StringLikeRegexp(str(`[\s\S]*`))
	var list []string
	for _, found := range []*[]*cxapi.SynthesisMessage{all.FindError(str("*"), anything), all.FindWarning(str("*"), anything)} {
		for _, m := range *found {
			list = append(list, fmt.Sprint(*m.Id, " ", m.Entry.Data))
		}
	}
	slices.Sort(list)
	return list
}

func TestNagFindsNothingWithoutAReason(t *testing.T) {
	h := newHouse(newApp(), testConfig(t))
	h.excuseAll()
	for _, finding := range nagFindings(h.Stack) {
		t.Error(finding)
	}
}

// A reason that excuses nothing is old: the finding is gone, and the next one of that rule would be let through unseen.
func TestEveryReasonExcusesAFinding(t *testing.T) {
	h := newHouse(newApp(), testConfig(t))
	findings := nagFindings(h.Stack)
	if len(findings) == 0 {
		t.Fatal("nag finds nothing in a house without reasons: does it run?")
	}
	for _, x := range h.reasons() {
		rule := x.rule + ":"
		if x.finding != "" {
			rule = x.rule + "[" + x.finding + "]:"
		}
		if !slices.ContainsFunc(findings, func(f string) bool { return strings.HasPrefix(f, "/guichet/"+x.id+" "+rule) }) {
			t.Errorf("%s %s excuses nothing", x.id, rule)
		}
		if len(x.why) < 40 {
			t.Errorf("%s %s: %q is no reason", x.id, rule, x.why)
		}
	}
}
