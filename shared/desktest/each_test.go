package desktest

import (
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"guichet/shared/channel"
)

// eachStory runs a test over every story, each as a test of its own name.
func eachStory(t *testing.T, do func(t *testing.T, name string, ar *txtar.Archive)) {
	files, err := filepath.Glob("../../testdata/stories/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no stories", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		t.Run(name, func(t *testing.T) {
			ar, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			do(t, name, ar)
		})
	}
}

// everyMailSent plays every story, and looks at each mail that left in it; what was deleted for good is held to nothing.
func everyMailSent(t *testing.T, look func(t *testing.T, h *House, sent channel.Outgoing)) {
	eachStory(t, func(t *testing.T, _ string, ar *txtar.Archive) {
		h := New(t, open(t))
		Play(t, h, ar)
		for _, sent := range h.World.Sent {
			if !gone(t, h, sent.Case) {
				look(t, h, sent)
			}
		}
	})
}
