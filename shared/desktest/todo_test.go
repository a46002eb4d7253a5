package desktest

import (
	"flag"
	"testing"
)

var todo = flag.Bool("todo", false, "run the stories that wait for a fix, too")

// TestTodo runs the stories that fail until something is mended; they are moved to the others then.
func TestTodo(t *testing.T) {
	if !*todo {
		t.Skip("run with -todo")
	}
	Run(t, "../../testdata/stories/todo", open)
}
