//go:build outside

package outside

import (
	"archive/zip"
	"compress/flate"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"guichet/shared/plan"
)

const mb = 1_000_000

// slim are the functions that every mail or minute wakes; the others may be larger.
var slim = []string{"inbound", "relay", "spam", "sla"}

// fluent are those that know the language of conditions.
var fluent = []string{"workflow", "automation"}

// TestFunctionsAreSmallAndStartFast prints the size of each function as it is deployed (arm64) and its time from process start to the first request for an
// event (this machine's architecture, best and median of some runs), and holds them to the targets.
func TestFunctionsAreSmallAndStartFast(t *testing.T) {
	const runs, fast = 15, 40 * time.Millisecond
	deployed, here := bootstraps(t, "arm64"), bootstraps(t, runtime.GOARCH)
	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', tabwriter.AlignRight)
	io.WriteString(w, "function\tbinary MB\tzip MB\tbest ms\tmedian ms\t\n")
	for _, r := range plan.Rows {
		binary, zipped := sizes(t, filepath.Join(deployed, r.Name))
		times := starts(t, filepath.Join(here, r.Name), runs)
		best, median := times[0], times[len(times)/2]
		writeRow(w, r.Name, float64(binary)/mb, float64(zipped)/mb, best, median)
		most, mostZip := 22.0, 8.0
		if slices.Contains(slim, r.Name) {
			most, mostZip = 15, 5.5
		}
		if slices.Contains(fluent, r.Name) {
			most, mostZip = 40, 12.5
		}
		if float64(binary)/mb > most || float64(zipped)/mb > mostZip {
			t.Errorf("%s has %.1f MB, %.1f zipped; at most %.0f and %.1f", r.Name, float64(binary)/mb, float64(zipped)/mb, most, mostZip)
		}
		if best > fast {
			t.Errorf("%s takes %v to its first request, at most %v", r.Name, best, fast)
		}
	}
	w.Flush()
	t.Logf("on %s/%s, %d cores, %d runs each:\n%s", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runs, table.String())
}

func sizes(t *testing.T, path string) (binary, zipped int64) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var n counter
	z := zip.NewWriter(&n)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestCompression) })
	f, err := z.Create("bootstrap")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return int64(len(b)), int64(n)
}

type counter int64

func (c *counter) Write(p []byte) (int, error) { *c += counter(len(p)); return len(p), nil }

// starts runs a function some times and returns how long each took to ask for its first event, sorted.
func starts(t *testing.T, path string, runs int) []time.Duration {
	t.Helper()
	env := []string{
		"AWS_REGION=eu-west-1", "AWS_ACCESS_KEY_ID=x", "AWS_SECRET_ACCESS_KEY=x", "GUICHET_TABLE=t", "GUICHET_RAW_BUCKET=b", "GUICHET_CONFIG_SET=c",
		"GUICHET_SECRET_KEY=arn:aws:kms:eu-west-1:123456789012:key/2", "GUICHET_HOUSE=guichet", "GUICHET_RULE_SET=guichet", "GUICHET_TOKEN_KEY=arn:aws:kms:eu-west-1:123456789012:key/1", "GUICHET_EXPORT_BUS=guichet-export", "AWS_ENDPOINT_URL=http://127.0.0.1:1",
	}
	for _, r := range plan.Rows {
		env = append(env, "GUICHET_QUEUE_"+strings.ToUpper(r.Name)+"=http://127.0.0.1:1/q")
	}
	var times []time.Duration
	for range runs {
		f, err := Run(path, env...)
		if err != nil {
			t.Fatal(err)
		}
		times = append(times, f.Ready)
		f.Stop()
	}
	slices.Sort(times)
	return times
}

func writeRow(w io.Writer, name string, binary, zipped float64, best, median time.Duration) {
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	fmt.Fprintf(w, "%s\t%.1f\t%.1f\t%.1f\t%.1f\t\n", name, binary, zipped, ms(best), ms(median))
}
