package main

import (
	"archive/zip"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"testing"

	"github.com/aws/jsii-runtime-go"

	"guichet/shared/plan"
)

// The tests of this package are serial: jsii is not safe for concurrent use.

func TestMain(m *testing.M) {
	if _, err := exec.LookPath("node"); err != nil {
		fmt.Fprintln(os.Stderr, "infra/cdk: skipped: the CDK needs Node 20 or later on the PATH (https://nodejs.org)")
		os.Exit(0)
	}
	code := m.Run()
	jsii.Close()
	os.Exit(code)
}

// template is a CloudFormation template as JSON.
type template map[string]any

// testConfig is a house with two domains, an address for alarms, and every grant that there is in use.
func testConfig(t testing.TB) config {
	t.Helper()
	dir := t.TempDir()
	for _, r := range plan.Rows {
		zipFile(t, filepath.Join(dir, r.Name+".zip"), r.Name)
	}
	return config{
		Stack: "guichet", Domains: []string{"help.example", "a-b.example"}, AlarmEmail: "ops@help.example",
		LogDays: 30, Keep: true, Code: dir, Rows: plan.Rows,
	}
}

// zipFile writes a zip with a bootstrap of these bytes.
func zipFile(t testing.TB, path, content string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z := zip.NewWriter(f)
	w, err := z.Create("bootstrap")
	if err == nil {
		_, err = w.Write([]byte(content))
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
}

// synth builds the house and returns its template.
func synth(t testing.TB, conf config) template {
	t.Helper()
	app := newApp()
	newHouse(app, conf).excuseAll()
	body, err := os.ReadFile(*app.Synth(nil).GetStackByName(&conf.Stack).TemplateFullPath())
	if err != nil {
		t.Fatal(err)
	}
	var tpl template
	if err := json.Unmarshal(body, &tpl); err != nil {
		t.Fatal(err)
	}
	return tpl
}

// usual is the template of testConfig, built once. Those who change it take a clone.
func usual(t testing.TB) template {
	t.Helper()
	once.Do(func() { built = synth(t, testConfig(t)) })
	return built
}

var (
	once  sync.Once
	built template
)

func (t template) clone() template {
	b, _ := json.Marshal(t)
	var c template
	_ = json.Unmarshal(b, &c)
	return c
}

func (t template) resources() map[string]any { m, _ := t["Resources"].(map[string]any); return m }

// props returns the properties of one resource; an empty map if it isn't there.
func (t template) props(id string) map[string]any {
	r, _ := t.resources()[id].(map[string]any)
	p, _ := r["Properties"].(map[string]any)
	if p == nil {
		p = map[string]any{}
	}
	return p
}

// of returns the ids of all resources of that type, sorted.
func (t template) of(kind string) []string {
	var ids []string
	for id, r := range t.resources() {
		if r.(map[string]any)["Type"] == kind {
			ids = append(ids, id)
		}
	}
	sort.Strings(ids)
	return ids
}

// at walks into nested maps and lists: at(props, "Rule", "Actions", "0", "S3Action"). Nil if there is no such way.
func at(v any, path ...string) any {
	for _, step := range path {
		switch x := v.(type) {
		case map[string]any:
			v = x[step]
		case []any:
			var i int
			if _, err := fmt.Sscan(step, &i); err != nil || i >= len(x) {
				return nil
			}
			v = x[i]
		default:
			return nil
		}
	}
	return v
}

// text writes a value with its references spelt out: "arn:${AWS::Partition}:ses", "${Table.Arn}/index/by1".
func text(v any) string {
	switch x := v.(type) {
	case string:
		return x
	case map[string]any:
		if ref, ok := x["Ref"].(string); ok {
			return "${" + ref + "}"
		}
		if get, ok := x["Fn::GetAtt"].([]any); ok {
			return "${" + text(get[0]) + "." + text(get[1]) + "}"
		}
		if parts, ok := at(x, "Fn::Join", "1").([]any); ok {
			return strings.Join(texts(parts), text(at(x, "Fn::Join", "0")))
		}
	}
	b, _ := json.Marshal(v)
	return string(b)
}

// texts writes each value of a list, or the one value that stands in place of a list.
func texts(v any) []string {
	list, ok := v.([]any)
	if !ok {
		if v == nil {
			return nil
		}
		list = []any{v}
	}
	out := make([]string, len(list))
	for i, x := range list {
		out[i] = text(x)
	}
	return out
}
