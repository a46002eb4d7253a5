// Command evaluate runs a corpus through the product's own code and prints one JSON line per case, for a judge to compare with what
// was expected:
//
//	go run ./infra/evaluate TASK DIR > predictions.jsonl
//
// DIR holds <task>/<source>/<task>.json and the inputs that its cases name.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
)

// task makes the prediction of one case: an object of the fields that the judge knows, without the id.
type task func(c corpusCase) (map[string]any, error)

// tasks are those that go case by case. Each stands in a file of its own.
var tasks = map[string]task{
	"parse":    parseTask,
	"sanitise": sanitiseTask,
}

// wholeTasks read a corpus as a whole and write their own lines.
var wholeTasks = map[string]func(root string, out io.Writer) error{"thread": threadTask}

// corpusCase is one case of a corpus file. Fields holds all that the file says of it; what is expected is in there too and must not be looked at.
type corpusCase struct {
	ID     string
	Dir    string // of the corpus file: the inputs lie below
	File   string // the input, relative to Dir
	Fields map[string]json.RawMessage
}

// read returns the input of the case.
func (c corpusCase) read() ([]byte, error) { return os.ReadFile(filepath.Join(c.Dir, c.File)) }

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: evaluate TASK DIR")
		os.Exit(2)
	}
	out := bufio.NewWriter(os.Stdout)
	err := run(os.Args[1], os.Args[2], out)
	if e := out.Flush(); err == nil {
		err = e
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "evaluate:", err)
		os.Exit(1)
	}
}

// run writes the predictions of all cases of a task. A case that fails gets a line with its error: it does not end the run.
func run(name, root string, out io.Writer) error {
	if whole := wholeTasks[name]; whole != nil {
		return whole(root, out)
	}
	do := tasks[name]
	if do == nil {
		return fmt.Errorf("no task %q", name)
	}
	cases, err := readCases(root, name)
	if err != nil {
		return err
	}
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	for _, c := range cases {
		fields, err := do(c)
		if fields == nil {
			fields = map[string]any{}
		}
		if err != nil {
			fields["error"] = err.Error()
		}
		fields["id"] = c.ID
		if err := enc.Encode(fields); err != nil {
			return err
		}
	}
	return nil
}

// readCases reads the cases of all sources of a task, in order of their names.
func readCases(root, name string) ([]corpusCase, error) {
	files, err := filepath.Glob(filepath.Join(root, name, "*", name+".json"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("no %s/*/%s.json below %s", name, name, root)
	}
	slices.Sort(files)
	var out []corpusCase
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		var file struct{ Cases []map[string]json.RawMessage }
		if err := json.Unmarshal(b, &file); err != nil {
			return nil, fmt.Errorf("%s: %w", f, err)
		}
		for _, fields := range file.Cases {
			c := corpusCase{Dir: filepath.Dir(f), Fields: fields}
			_ = json.Unmarshal(fields["id"], &c.ID)     // absent: stays empty
			_ = json.Unmarshal(fields["file"], &c.File) // absent: the task reads its own field
			out = append(out, c)
		}
	}
	return out, nil
}
