package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
)

// megabyte is a million bytes.
const megabyte = 1e6

// limit is the most that a function may weigh, in bytes. A bigger zip takes longer to fetch at a cold start, a bigger binary longer to map.
type limit struct{ binary, zip int64 }

// lean are the functions that mail or the clock wakes all day. A function over its limit usually reaches something that calls reflect's
// MethodByName (text/template, html/template), which makes the linker keep every method of the SDK's clients.
var lean = []string{"inbound", "relay", "spam", "sla"}

// fluent are the functions that know the language of conditions. CEL weighs some 10 MB, and the protobuf library below it calls reflect's MethodByName, which costs
// 10 MB more. They run for tenants that have scripts or rules, and when those are saved.
var fluent = []string{"workflow", "automation"}

func limitOf(name string) limit {
	if slices.Contains(lean, name) {
		return limit{15 * megabyte, 5.5 * megabyte}
	}
	if slices.Contains(fluent, name) {
		return limit{40 * megabyte, 12.5 * megabyte}
	}
	return limit{22 * megabyte, 8 * megabyte}
}

// overLimit returns an error that names each function that is too big; nil if none is.
func overLimit(built []product) error {
	var errs []error
	for _, p := range built {
		l := limitOf(p.name)
		if p.binary > l.binary {
			errs = append(errs, fmt.Errorf("%s: binary of %.1f MB, at most %.1f", p.name, mb(p.binary), mb(l.binary)))
		}
		if p.zip > l.zip {
			errs = append(errs, fmt.Errorf("%s: zip of %.1f MB, at most %.1f", p.name, mb(p.zip), mb(l.zip)))
		}
	}
	return errors.Join(errs...)
}

// printTable prints a line per function, in MB.
func printTable(w io.Writer, built []product) {
	if len(built) == 0 {
		return
	}
	fmt.Fprintf(w, "%-10s %10s %8s %8s %8s\n", "function", "binary MB", "at most", "zip MB", "at most")
	for _, p := range built {
		l := limitOf(p.name)
		fmt.Fprintf(w, "%-10s %10.2f %8.1f %8.2f %8.1f\n", p.name, mb(p.binary), mb(l.binary), mb(p.zip), mb(l.zip))
	}
}

func mb(n int64) float64 { return float64(n) / megabyte }
