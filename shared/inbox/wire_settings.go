package inbox

import "guichet/shared/store"

// The shapes of what a tenant sets.

type listsDTO struct {
	Allow   []string `json:"allow"`
	Block   []string `json:"block"`
	Version int64    `json:"version"`
}

func wireLists(l store.Lists) listsDTO {
	out := listsDTO{Allow: l.Allow, Block: l.Block, Version: l.Version}
	if out.Allow == nil {
		out.Allow = []string{}
	}
	if out.Block == nil {
		out.Block = []string{}
	}
	return out
}
