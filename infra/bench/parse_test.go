// Package bench measures the house beside others in the same run.
package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/jhillyerd/enmime/v2"

	"guichet/shared/mail"
)

// corpusMails reads the inputs of the open parse corpus, which lies beside the project and is no part of it.
func corpusMails(tb testing.TB) [][]byte {
	tb.Helper()
	files, err := filepath.Glob("../../../shared/corpora/parse/*/input/*")
	if err != nil {
		tb.Fatal(err)
	}
	if len(files) == 0 {
		tb.Skip("no corpus at ../shared/corpora")
	}
	var out [][]byte
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			tb.Fatal(err)
		}
		out = append(out, b)
	}
	return out
}

// BenchmarkParse reads the whole open parse corpus once per round: guichet, and enmime for comparison. ns/mail is the mean of a mail.
func BenchmarkParse(b *testing.B) {
	mails := corpusMails(b)
	run := func(name string, parse func([]byte)) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				for _, m := range mails {
					parse(m)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(mails)), "ns/mail")
		})
	}
	run("guichet", func(raw []byte) { mail.Parse(raw) })
	run("guichet, all parts decoded", func(raw []byte) { // as enmime does: guichet itself decodes a part when it is opened
		m := mail.Parse(raw)
		for i := range m.Parts {
			m.Parts[i].Bytes()
		}
	})
	run("enmime", func(raw []byte) {
		enmime.ReadEnvelope(bytes.NewReader(raw)) // it fails on some: the time counts all the same
	})
}
