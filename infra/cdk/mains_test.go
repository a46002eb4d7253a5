package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"guichet/shared/plan"
)

// asks says which grant a function needs that calls this method of boot.Env in its main.
var asks = map[string]plan.Grant{
	"Desk": plan.TableRead, "Raw": plan.RawRead, "SendBySES": plan.SendMail, "Queues": plan.SendQueues, "SignWith": tokenDerive,
}

// What a main asks of its environment is what the plan grants it, no less (it would panic at its first start) and no more.
func TestMainsAskForWhatThePlanGrants(t *testing.T) {
	for _, r := range plan.Rows {
		t.Run(r.Name, func(t *testing.T) {
			called, err := calls(filepath.Join("..", "..", "functions", r.Name, "main.go"))
			if err != nil {
				t.Fatal(err)
			}
			keyless := false
			for method, g := range asks {
				if called[method] == has(r, g) {
					continue
				}
				if g == tokenDerive && !(&house{conf: config{Rows: plan.Rows}}).granted(tokenDerive) {
					keyless = true
					continue
				}
				t.Errorf("main calls %s: %v; the plan grants %s: %v", method, called[method], g, has(r, g))
			}
			if keyless {
				t.Skipf("shared/plan grants %s to nobody: %s would not start on AWS", tokenDerive, r.Name)
			}
		})
	}
}

// calls returns the names of the methods that a file calls.
func calls(path string) (map[string]bool, error) {
	f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		return nil, err
	}
	names := map[string]bool{}
	ast.Inspect(f, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			if sel, ok := call.Fun.(*ast.SelectorExpr); ok {
				names[sel.Sel.Name] = true
			}
		}
		return true
	})
	return names, nil
}

// Each path that the inbox serves has a way through the API, and none that wants a sign-in goes by an open way.
func TestInboxPathsHaveAWayThroughTheAPI(t *testing.T) {
	path := filepath.Join("..", "..", "shared", "inbox", "inbox.go")
	signedIn, err := patterns(path, "routes")
	if err != nil {
		t.Fatal(err)
	}
	if len(signedIn) < 10 {
		t.Fatalf("found %v in %s only", signedIn, path)
	}
	for _, p := range signedIn {
		if !led(p, closedRoutes) || led(p, openRoutes) {
			t.Errorf("%q: closed way %v, open way %v; want the closed one alone", p, led(p, closedRoutes), led(p, openRoutes))
		}
	}
	open, err := patterns(path, "open")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range open { // the others are the development sign-in, and what stands for "no such path"
		if strings.HasPrefix(p, "GET ") && !led(p, openRoutes) {
			t.Errorf("%q: no open way", p)
		}
	}
}

// led reports whether one of the API's routes leads to a pattern of net/http.
func led(pattern string, routes [][2]string) bool {
	method, path, _ := strings.Cut(pattern, " ")
	return slices.ContainsFunc(routes, func(r [2]string) bool {
		m, p, _ := strings.Cut(r[1], " ")
		prefix, whole := strings.CutSuffix(p, "{proxy+}")
		return (m == "ANY" || m == method) && (path == p || whole && strings.HasPrefix(path, prefix))
	})
}

// patterns returns the keys of the map that a function of the file returns: string literals, and sums of them with a constant of the function.
func patterns(path, function string) ([]string, error) {
	f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		return nil, err
	}
	consts, keys := map[string]string{}, []string(nil)
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Name.Name != function {
			continue
		}
		ast.Inspect(fn, func(n ast.Node) bool {
			switch x := n.(type) {
			case *ast.ValueSpec:
				if len(x.Values) == 1 {
					consts[x.Names[0].Name] = spelt(x.Values[0], consts)
				}
			case *ast.KeyValueExpr:
				keys = append(keys, spelt(x.Key, consts))
			}
			return true
		})
	}
	return keys, nil
}

// spelt writes out an expression of string literals, sums and known constants.
func spelt(e ast.Expr, consts map[string]string) string {
	switch x := e.(type) {
	case *ast.BasicLit:
		return strings.Trim(x.Value, "\"")
	case *ast.Ident:
		return consts[x.Name]
	case *ast.BinaryExpr:
		return spelt(x.X, consts) + spelt(x.Y, consts)
	}
	return ""
}
