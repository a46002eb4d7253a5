package boot

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"guichet/shared/guichet"
)

// shapeOf says into what a file of events/aws is read.
func shapeOf(name string) any {
	switch {
	case strings.HasPrefix(name, "ses-received"), name == "ses-subscription-succeeded":
		return &notification{}
	case strings.HasPrefix(name, "ses-"):
		return &sending{}
	case name == "relay":
		return &events.DynamoDBEvent{}
	case strings.HasPrefix(name, "inbox"):
		return &events.APIGatewayV2HTTPRequest{}
	case name == "sla":
		return &map[string]any{}
	}
	return &events.SQSEvent{}
}

func files(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("../../events", dir, "*.json"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no files in events/%s: %v", dir, err)
	}
	out := map[string][]byte{}
	for _, p := range paths {
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		out[strings.TrimSuffix(filepath.Base(p), ".json")] = b
	}
	return out
}

// TestEventsOfAWSSurviveTheRoundTrip: what we read of an event we can write, and it says what the event said; what we don't know is no mistake.
func TestEventsOfAWSSurviveTheRoundTrip(t *testing.T) {
	for name, b := range files(t, "aws") {
		t.Run(name, func(t *testing.T) {
			shape := shapeOf(name)
			if err := json.Unmarshal(b, shape); err != nil {
				t.Fatal(err)
			}
			ours, err := json.Marshal(shape)
			if err != nil {
				t.Fatal(err)
			}
			var was, is any
			if json.Unmarshal(b, &was) != nil || json.Unmarshal(ours, &is) != nil {
				t.Fatal("not JSON")
			}
			within(t, name, is, was)
			twice := reflect.New(reflect.TypeOf(shape).Elem()).Interface()
			if err := json.Unmarshal(ours, twice); err != nil || !reflect.DeepEqual(shape, twice) {
				t.Errorf("read back: %v\ngot  %s\nwant %s", err, asText(twice), ours)
			}
			strange := reflect.New(reflect.TypeOf(shape).Elem()).Interface()
			if err := json.Unmarshal([]byte(asText(withMore(was))), strange); err != nil {
				t.Errorf("with fields that nobody knows: %v", err)
			}
		})
	}
}

// within reports what part says and whole does not. What is empty says nothing.
func within(t *testing.T, path string, part, whole any) {
	t.Helper()
	switch p := part.(type) {
	case map[string]any:
		w, _ := whole.(map[string]any)
		for k, v := range p {
			within(t, path+"."+k, v, w[k])
		}
	case []any:
		w, _ := whole.([]any)
		for i, v := range p {
			if i < len(w) {
				within(t, path+"["+strconv.Itoa(i)+"]", v, w[i])
			} else {
				t.Errorf("%s is longer than it was", path)
			}
		}
	default:
		empty := part == nil || part == "" || part == 0.0 || part == false || part == "0001-01-01T00:00:00.000Z"
		if !empty && part != whole {
			t.Errorf("%s is %v, was %v", path, part, whole)
		}
	}
}

// withMore adds to each object a field that nobody knows.
func withMore(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, x := range v {
			if out[k] = x; !slices.Contains([]string{"tags", "attributes", "headers", "claims"}, k) { // those name values, not fields
				out[k] = withMore(x)
			}
		}
		_, set := v["S"]
		_, bytes := v["B"]
		_, num := v["N"]
		if !set && !bytes && !num { // a value of DynamoDB has one type
			out["of-a-later-year"] = map[string]any{"S": "x"}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = withMore(x)
		}
		return out
	}
	return v
}

// TestFunctionEventsHoldTheSamples: the events that whole functions are tried with carry the very samples beside them.
func TestFunctionEventsHoldTheSamples(t *testing.T) {
	for function, inner := range map[string]string{"inbound": "ses-received", "inbound-sns": "ses-received", "receipts": "ses-delivery"} {
		t.Run(function, func(t *testing.T) {
			var e events.SQSEvent
			if err := json.Unmarshal([]byte(sample(t, function)), &e); err != nil {
				t.Fatal(err)
			}
			text, ok, err := unwrap(e.Records[0].Body)
			var got, want any
			if err != nil || !ok || json.Unmarshal([]byte(text), &got) != nil || json.Unmarshal([]byte(sample(t, inner)), &want) != nil {
				t.Fatalf("not read: %v", err)
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("the body is not %s.json", inner)
			}
		})
	}
	for _, function := range []string{"spam", "routing", "deliver"} {
		t.Run(function, func(t *testing.T) {
			var e events.SQSEvent
			if err := json.Unmarshal([]byte(sample(t, function)), &e); err != nil {
				t.Fatal(err)
			}
			for _, m := range e.Records {
				f, err := factOf([]byte(m.Body))
				if err != nil || f.Group() != m.Attributes["MessageGroupId"] {
					t.Errorf("%v, %v", f, err)
				}
			}
		})
	}
}

// TestEveryFactHasItsFile: one file per kind, which is read and written without loss; a file that no kind stands for was promised once and must
// not go: names change by addition alone.
func TestEveryFactHasItsFile(t *testing.T) {
	promised := files(t, "facts")
	var kinds []string
	for _, k := range factKinds(t) {
		kinds = append(kinds, k)
		b, ok := promised[k]
		if !ok {
			t.Errorf("events/facts/%s.json is missing", k)
			continue
		}
		f, err := factOf(b)
		if err != nil || string(f.Kind) != k || f.ID != guichet.FactID(f.Kind, f.Version) || f.At.IsZero() {
			t.Errorf("%s: %+v, %v", k, f, err)
		}
		var was, is any
		if json.Unmarshal(b, &was) != nil || json.Unmarshal([]byte(asText(f)), &is) != nil || !reflect.DeepEqual(was, is) {
			t.Errorf("%s: a field is lost or was added on its way\ngot  %s\nwant %s", k, asText(f), b)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(promised)) {
		if !slices.Contains(kinds, name) {
			t.Errorf("events/facts/%s.json promises a fact that the house does not know", name)
		}
	}
}

// factKinds reads the kinds of facts from the source.
func factKinds(t *testing.T) (kinds []string) {
	t.Helper()
	names, err := filepath.Glob("../guichet/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if v, ok := n.(*ast.ValueSpec); ok && len(v.Values) == 1 {
				if id, ok := v.Type.(*ast.Ident); ok && id.Name == "FactKind" {
					s, _ := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
					kinds = append(kinds, s)
				}
			}
			return true
		})
	}
	if len(kinds) < 20 {
		t.Fatalf("only %d kinds of facts found", len(kinds))
	}
	return kinds
}
