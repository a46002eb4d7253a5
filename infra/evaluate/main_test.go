package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// writeCorpus makes a corpus of one source.
func writeCorpus(t *testing.T, task, cases string, inputs map[string]string) string {
	t.Helper()
	root := t.TempDir()
	dir := filepath.Join(root, task, "own")
	if err := os.MkdirAll(filepath.Join(dir, "input"), 0o755); err != nil {
		t.Fatal(err)
	}
	inputs["../"+task+".json"] = `{"task": "` + task + `", "source": "own", "cases": ` + cases + `}`
	for name, text := range inputs {
		if err := os.WriteFile(filepath.Join(dir, "input", name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// predictions runs a task and returns its lines by id.
func predictions(t *testing.T, task, root string) map[string]map[string]any {
	t.Helper()
	var buf bytes.Buffer
	if err := run(task, root, &buf); err != nil {
		t.Fatal(err)
	}
	out := map[string]map[string]any{}
	for line := range strings.Lines(buf.String()) {
		var p map[string]any
		if err := json.Unmarshal([]byte(line), &p); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		out[p["id"].(string)] = p
	}
	return out
}

func TestParseTask(t *testing.T) {
	root := writeCorpus(t, "parse", `[{"id": "own/a", "file": "input/a.eml"}, {"id": "own/gone", "file": "input/gone.eml"}]`, map[string]string{
		"a.eml": "From: Ana <Ana@Example.com>\nTo: nobody\nSubject: Hi\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\ntext\n--b\nContent-Type: image/png; name=a.png\n\nabc\n--b--\n",
	})
	got := predictions(t, "parse", root)
	a := got["own/a"]
	from := a["from"].([]any)[0].(map[string]any)
	file := a["attachments"].([]any)[0].(map[string]any)
	if a["subject"] != "Hi" || a["text"] != "text" || from["name"] != "Ana" || from["addr"] != "Ana@example.com" || len(a["to"].([]any)) != 0 {
		t.Errorf("got %v", a)
	}
	if file["filename"] != "a.png" || file["size"] != 3.0 || file["md5"] != "900150983cd24fb0d6963f7d28e17f72" {
		t.Errorf("got %v", file)
	}
	if got["own/gone"]["error"] == nil {
		t.Errorf("a case without input has no error: %v", got["own/gone"])
	}
}

func TestSanitiseTask(t *testing.T) {
	root := writeCorpus(t, "sanitise", `[{"id": "own/a", "file": "input/a.html"}]`, map[string]string{"a.html": "<p onclick=x>a<script>b</script></p>"})
	if got := predictions(t, "sanitise", root)["own/a"]["html"]; got != "<p>a</p>" {
		t.Errorf("got %v", got)
	}
}

func TestUnknownTaskAndEmptyCorpus(t *testing.T) {
	if err := run("none", t.TempDir(), &bytes.Buffer{}); err == nil {
		t.Error("a task that is none gave no error")
	}
	if err := run("parse", t.TempDir(), &bytes.Buffer{}); err == nil {
		t.Error("a folder without a corpus gave no error")
	}
}
