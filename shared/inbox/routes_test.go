package inbox

import (
	"maps"
	"slices"
)

// SignedInRoutes lists the patterns of all routes that want somebody who is signed in.
func SignedInRoutes() []string {
	var out []string
	for _, area := range (&door{}).areas() {
		out = slices.AppendSeq(out, maps.Keys(area))
	}
	slices.Sort(out)
	return out
}
