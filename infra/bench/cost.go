package main

import (
	"fmt"
	"os"
	"text/tabwriter"
)

// prices in dollars, us-east-1, as of 2026-11; most from secondary pages. One place for all.
var prices = struct {
	writeUnit, readUnit, lambdaGBs, lambdaCall, s3Get, sqsStandard, sqsFIFO, logGB float64
	sesMail, sesChunk, s3Put                                                       float64
}{
	writeUnit: 0.625e-6, readUnit: 0.125e-6, lambdaGBs: 0.0000133334, lambdaCall: 0.20e-6, s3Get: 0.0004e-3, sqsStandard: 0.40e-6, sqsFIFO: 0.50e-6, logGB: 0.50,
	sesMail: 0.10e-3, sesChunk: 0.09e-3, s3Put: 0.005e-3,
}

// benchCost prints what a million mails of 75 KB cost beyond the floor (SES and one PUT): units as measured, calls by the plan, time as estimated from the
// CPU time of a mail on this machine.
func benchCost() error {
	if measured == nil {
		var err error
		if measured, err = measureUnits(); err != nil {
			return err
		}
	}
	const million = 1e6
	w := tabwriter.NewWriter(os.Stdout, 2, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "dollars per million mails of 75 KB\tjoining mail\tnew case\t")
	type row struct {
		what      string
		join, new float64
	}
	j, n := measured["joining mail"], measured["new case, assigned"]
	// A mail of 75 KB: inbound 512 MB for 40 ms (S3 read, parse, three ledger calls), routing 256 MB for 30 ms, relay 256 MB for 20 ms for
	// ten stream records at once. Standard queue: received and deleted in batches of at most 10, taken here as 2 to a batch.
	rows := []row{
		{"DynamoDB writes", j.writes * prices.writeUnit, n.writes * prices.writeUnit},
		{"DynamoDB reads", j.reads * prices.readUnit, n.reads * prices.readUnit},
		{"Lambda time", (0.5*0.040 + 0.25*0.020/10) * prices.lambdaGBs, (0.5*0.040 + 0.25*0.030 + 0.25*0.020/10*2) * prices.lambdaGBs},
		{"Lambda calls", (0.5 + 0.1) * prices.lambdaCall, (0.5 + 1 + 0.2) * prices.lambdaCall},
		{"S3 read", prices.s3Get, prices.s3Get},
		{"queues", 2 * prices.sqsStandard / 2, 2*prices.sqsStandard/2 + float64(n.facts)*3*prices.sqsFIFO},
		{"logs (600 bytes a call)", 600e-9 * 1.1 * prices.logGB, 600e-9 * 2.2 * prices.logGB},
	}
	var sum row
	for _, r := range rows {
		fmt.Fprintf(w, "%s\t%.2f\t%.2f\t\n", r.what, r.join*million, r.new*million)
		sum.join, sum.new = sum.join+r.join, sum.new+r.new
	}
	fmt.Fprintf(w, "what guichet adds\t%.2f\t%.2f\t\n", sum.join*million, sum.new*million)
	floor := prices.sesMail + prices.s3Put
	fmt.Fprintf(w, "floor (SES in, one PUT)\t%.2f\t%.2f\t\n", floor*million, floor*million)
	return w.Flush()
}
