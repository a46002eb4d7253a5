package shared

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// floors of the house. A package may import lower floors, and its own sub-packages.
var floors = map[string]int{
	"guichet": 0,
	"mail":    1, "pace": 1, "spam": 1, "routing": 1, "sla": 1, "proactive": 1, "rich": 1, "script": 1,
	"ledger": 2, "blob": 2, "secret": 2, "channel": 2,
	"store": 3, "desk": 4, "plan": 4,
	"inbox": 5, "boot": 5, "hook": 5,
	"desktest": 6,
}

// pkg is what `go list` says of a package.
type pkg struct {
	ImportPath, Dir           string
	GoFiles, Imports, Deps    []string
	TestGoFiles, XTestGoFiles []string
}

func packages(t *testing.T) []pkg {
	t.Helper()
	out, err := exec.Command("go", "list", "-deps=false", "-json=ImportPath,Dir,GoFiles,Imports,TestGoFiles,XTestGoFiles", "guichet/shared/...", "guichet/functions/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []pkg
	dec := json.NewDecoder(bytes.NewReader(out))
	for {
		var p pkg
		if err := dec.Decode(&p); err == io.EOF {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

// room is the folder of shared that a package stands in: "ledger" for guichet/shared/ledger/sqlite.
func room(path string) string {
	rest, ok := strings.CutPrefix(path, "guichet/shared/")
	if !ok {
		return ""
	}
	name, _, _ := strings.Cut(rest, "/")
	return name
}

func TestImportsGoDown(t *testing.T) {
	for _, p := range packages(t) {
		from := room(p.ImportPath)
		if from == "" {
			continue
		}
		if _, ok := floors[from]; !ok {
			t.Errorf("%s stands on no floor: give it one in house_test.go and doc.go", p.ImportPath)
			continue
		}
		for _, imp := range p.Imports {
			to := room(imp)
			switch {
			case !strings.HasPrefix(imp, "guichet"):
			case to == "":
				t.Errorf("%s imports %s: a floor imports no function and no infra", p.ImportPath, imp)
			case to != from && floors[to] >= floors[from]:
				t.Errorf("%s (floor %d) imports %s (floor %d): only lower floors, never siblings", p.ImportPath, floors[from], imp, floors[to])
			}
		}
	}
}

func TestFloorZeroIsStdAlone(t *testing.T) {
	for _, p := range packages(t) {
		if room(p.ImportPath) != "guichet" {
			continue
		}
		for _, imp := range p.Imports {
			if first, _, _ := strings.Cut(imp, "/"); strings.Contains(first, ".") || first == "guichet" {
				t.Errorf("%s imports %s: floor 0 imports the standard library alone", p.ImportPath, imp)
			}
		}
	}
}

// doors says who may import what; a pattern ends with "/" for all below it. What is not named may be imported by all.
var doors = []struct {
	imports string
	allowed []string
	why     string
}{
	{"os", []string{"ledger/sqlite", "blob/folder", "channel/maildir", "secret/keyfile", "boot"}, "files and environment are read at the doors alone"},
	{"github.com/aws/aws-sdk-go-v2/", []string{"ledger/dynamo", "blob/s3", "secret", "secret/kms", "channel", "boot"}, "rules never see an AttributeValue"},
	{"github.com/aws/aws-lambda-go/", []string{"boot"}, "event shapes stop at the door"},
	{"github.com/aws/aws-cdk-go/", nil, "no Lambda links the CDK"},
	{"text/template", nil, "it makes the linker keep every method of the SDK clients"},
	{"html/template", nil, "it makes the linker keep every method of the SDK clients"},
	{"cel.dev/cel-go/", []string{"script/expr"}, "it weighs 10 MB: only the functions that run scripts link it"},
}

func TestClosedDoors(t *testing.T) {
	for _, p := range packages(t) {
		at := strings.TrimPrefix(p.ImportPath, "guichet/shared/")
		if room(p.ImportPath) == "desktest" || room(p.ImportPath) == "" {
			continue
		}
		for _, imp := range p.Imports {
			for _, d := range doors {
				match := imp == d.imports || strings.HasSuffix(d.imports, "/") && strings.HasPrefix(imp+"/", d.imports)
				if match && !slices.Contains(d.allowed, at) {
					t.Errorf("%s imports %s: %s", p.ImportPath, imp, d.why)
				}
			}
		}
		if floor, ok := floors[room(p.ImportPath)]; ok && floor < 2 && slices.Contains(p.Imports, "context") {
			t.Errorf("%s imports context: a rule cannot touch the world", p.ImportPath)
		}
	}
}

// TestNoClock looks for calls of time.Now, time.Since and time.Sleep outside boot: everything else is a function of its arguments.
func TestNoClock(t *testing.T) {
	for _, p := range packages(t) {
		if r := room(p.ImportPath); r == "" || r == "boot" {
			continue
		}
		for _, f := range p.GoFiles {
			file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, f), nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				sel, ok := n.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				if id, ok := sel.X.(*ast.Ident); ok && id.Name == "time" && slices.Contains([]string{"Now", "Since", "Until", "Sleep"}, sel.Sel.Name) {
					t.Errorf("%s/%s uses time.%s: clocks are injected", p.ImportPath, f, sel.Sel.Name)
				}
				return true
			})
		}
	}
}

// TestKeysStandInOneFile looks for key strings ("#" within a literal that builds a key) outside store/keys.go.
func TestKeysStandInOneFile(t *testing.T) {
	for _, p := range packages(t) {
		if r := room(p.ImportPath); r != "store" && r != "desk" && r != "inbox" && r != "boot" {
			continue
		}
		for _, f := range p.GoFiles {
			if f == "keys.go" {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, f), nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				kv, ok := n.(*ast.CompositeLit)
				if !ok {
					return true
				}
				if sel, ok := kv.Type.(*ast.SelectorExpr); ok && sel.Sel.Name == "Key" && len(kv.Elts) > 0 && room(p.ImportPath) != "store" {
					t.Errorf("%s/%s builds a ledger.Key: key strings stand in store/keys.go", p.ImportPath, f)
				}
				return true
			})
		}
	}
}

// TestNames refuses the names that say nothing.
func TestNames(t *testing.T) {
	for _, p := range packages(t) {
		if last := p.ImportPath[strings.LastIndexByte(p.ImportPath, '/')+1:]; slices.Contains([]string{"util", "utils", "common", "models", "types", "helpers"}, last) {
			t.Errorf("%s: a name that says nothing", p.ImportPath)
		}
	}
}

// TestMainsAreThin holds every function's main to 7..20 lines of code.
func TestMainsAreThin(t *testing.T) {
	for _, p := range packages(t) {
		if !strings.HasPrefix(p.ImportPath, "guichet/functions/") {
			continue
		}
		for _, f := range p.GoFiles {
			fset := token.NewFileSet()
			file, err := parser.ParseFile(fset, filepath.Join(p.Dir, f), nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			if lines := fset.Position(file.End()).Line - fset.Position(file.Package).Line + 1; lines > 20 {
				t.Errorf("%s/%s has %d lines: a main has at most 20", p.ImportPath, f, lines)
			}
		}
	}
}
