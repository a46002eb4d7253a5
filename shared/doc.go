// Package shared is the house: its floors, from the nouns at the bottom to the doors at the top.
//
//	floor 0  guichet                              the nouns and their moves; std only
//	floor 1  mail pace spam routing sla script    pure rules: values and now in, decision and reason out
//	floor 2  ledger blob secret channel           doors to the world: state, bytes, keys, senders
//	floor 3  store                                what is kept, and every key string
//	floor 4  desk plan                            the flows: load, decide, commit; what wakes what
//	floor 5  inbox boot hook                      the API and page, AWS events, forms of websites
//	floor 6  desktest                             houses for tests: facts go by the plan
//
// A package imports lower floors only, never a sibling. house_test.go holds the house to it.
package shared
