package script

import (
	"fmt"
	"strings"

	"guichet/shared/guichet"
)

// graph checks where steps lead: to steps that are there, so that each is reached, and round in a circle only past a wait.
func (c *checker) graph(steps []guichet.Step, by map[string]*step) {
	broken := false
	for i, s := range steps {
		c.at(s.ID, fmt.Sprintf("steps[%d]", i))
		for _, e := range edges(s) {
			if by[e.to] == nil {
				c.wrong(e.field, "there is no step %q", cut(e.to, 40))
				broken = true
			}
		}
	}
	if broken {
		return
	}
	reached := map[string]bool{}
	reach(steps[0].ID, by, reached)
	for i, s := range steps {
		if c.at(s.ID, fmt.Sprintf("steps[%d]", i)); !reached[s.ID] {
			c.wrong("id", "no way leads to this step from the first one")
		}
	}
	if circle := atOnce(steps, by); circle != nil {
		for i, s := range steps {
			if s.ID == circle[0] {
				c.at(s.ID, fmt.Sprintf("steps[%d]", i))
			}
		}
		c.wrong("then", "the script goes round in a circle without a wait: %s", strings.Join(append(circle, circle[0]), " → "))
	}
}

// edge is a way from one step to another. To wait for business hours is no wait while they are.
type edge struct {
	field, to string
	waits     bool
}

func edges(s guichet.Step) []edge {
	var out []edge
	if s.Then != "" {
		out = append(out, edge{"then", s.Then, s.Wait != "" && s.Wait != Open})
	}
	if s.Else != "" && s.If != "" {
		out = append(out, edge{"else", s.Else, false})
	}
	return out
}

func reach(id string, by map[string]*step, seen map[string]bool) {
	if seen[id] {
		return
	}
	seen[id] = true
	for _, e := range edges(by[id].Step) {
		reach(e.to, by, seen)
	}
}

// atOnce finds a circle of steps none of which waits; nil if there is none. It is a search in depth: a step that is met while it is still open closes a circle.
func atOnce(steps []guichet.Step, by map[string]*step) []string {
	const open, done = 1, 2
	state := map[string]int{}
	var path, circle []string
	var walk func(id string) bool
	walk = func(id string) bool {
		state[id], path = open, append(path, id)
		for _, e := range edges(by[id].Step) {
			if e.waits || state[e.to] == done {
				continue
			}
			if state[e.to] == open {
				for i, p := range path {
					if p == e.to {
						circle = append(circle, path[i:]...)
						return true
					}
				}
			}
			if walk(e.to) {
				return true
			}
		}
		state[id], path = done, path[:len(path)-1]
		return false
	}
	for _, s := range steps {
		if state[s.ID] == 0 && walk(s.ID) {
			return circle
		}
	}
	return nil
}
