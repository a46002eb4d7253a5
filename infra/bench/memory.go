package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"

	"guichet/shared/mail"
)

// memoryChild is set for the process that composes, so that its memory is its own.
const memoryChild = "GUICHET_BENCH_COMPOSE"

// benchMemory composes a mail of 40 MB in a process of its own and prints the most memory that it held.
func benchMemory() error {
	if os.Getenv(memoryChild) != "" {
		return composeLarge()
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	c := exec.Command(self, "memory")
	c.Env = append(os.Environ(), memoryChild+"=1")
	c.Stderr = os.Stderr
	out, err := c.Output()
	if err != nil {
		return err
	}
	fmt.Print(lastLine(string(out)))
	return nil
}

func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return lines[len(lines)-1] + "\n"
}

// composeLarge composes the largest mail that SES takes, as deliver's house does: eight files, 41,943,040 bytes when encoded at most.
func composeLarge() error {
	rnd := rand.New(rand.NewPCG(1, 2))
	o := mail.Outgoing{From: mail.Address{Addr: "support@demo.example"}, To: []mail.Address{{Addr: "bo@customer.example"}}, Subject: "Re: kettle", MessageID: "m1@demo.example",
		Date: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), Text: "Here they are.", Limit: mail.SESLimit}
	for i := range 8 {
		data := make([]byte, 3_770_000)
		for j := range data {
			data[j] = byte(rnd.Uint32())
		}
		o.Files = append(o.Files, mail.OutFile{Name: fmt.Sprintf("film-%d.bin", i), Type: "application/octet-stream", Data: data})
	}
	before := peak()
	began := time.Now()
	raw, err := mail.Compose(o)
	took := time.Since(began)
	if err != nil {
		return err
	}
	fmt.Printf("a mail of %d bytes composed in %.0f ms: %d MB resident at most, of which %d MB before (the files, and the program)\n", len(raw), ms(took), peak(), before)
	runtime.KeepAlive(o)
	if peak() >= 128 {
		return fmt.Errorf("more than 128 MB")
	}
	return nil
}

// peak is the most memory that this process held, in MB.
func peak() int {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(b), "VmHWM:")
	n, _ := strconv.Atoi(strings.Fields(rest + " 0")[0])
	return n >> 10
}
