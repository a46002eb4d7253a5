package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
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
