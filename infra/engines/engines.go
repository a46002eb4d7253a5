// Package engines starts the outside engines of the tests: services nobody here wrote, installed by install.sh into .tools.
// Tests that need them have the build tag outside, and fail, saying how to install it, when one is missing.
package engines

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// Region and Credentials are what the engines are spoken to with; they believe anything.
const Region = "eu-west-1"

// Credentials are those of nobody.
var Credentials = credentials.NewStaticCredentialsProvider("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "")

// Config is an SDK configuration for an engine at endpoint.
func Config(endpoint string) aws.Config {
	return aws.Config{Region: Region, Credentials: Credentials, BaseEndpoint: &endpoint}
}

// Dynoxide starts a DynamoDB engine in memory and returns its address, as http://127.0.0.1:port. It ends with the test.
func Dynoxide(t testing.TB) string {
	t.Helper()
	return start(t, "bin/dynoxide", func(port string) []string {
		return []string{"serve", "--host", "127.0.0.1", "--port", port, "--log", "quiet"}
	})
}

// Moto starts moto_server (S3, KMS, SES, SQS, SNS, DynamoDB at one address) and returns its address. It ends with the test.
func Moto(t testing.TB) string {
	t.Helper()
	return start(t, "venv/bin/moto_server", func(port string) []string { return []string{"-H", "127.0.0.1", "-p", port} })
}

// Root finds the folder of go.mod above the working directory.
func Root() (string, error) {
	dir, err := os.Getwd()
	for err == nil {
		if _, e := os.Stat(filepath.Join(dir, "go.mod")); e == nil {
			return dir, nil
		}
		if filepath.Dir(dir) == dir {
			return "", fmt.Errorf("no go.mod above the working directory")
		}
		dir = filepath.Dir(dir)
	}
	return "", err
}

// patience is how long an engine may take to answer; moto loads for seconds on a busy machine.
const patience = time.Minute

func start(t testing.TB, tool string, args func(port string) []string) string {
	t.Helper()
	root, err := Root()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(root, ".tools", filepath.FromSlash(tool))
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("the engine .tools/%s is missing: run infra/engines/install.sh", tool)
	}
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	cmd := exec.Command(path, args(port)...)
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() {
		cmd.Process.Kill()
		<-ended
	})
	url := "http://127.0.0.1:" + port
	if err := answers(url, ended); err != nil {
		cmd.Process.Kill()
		t.Fatalf("%s: %v", tool, err)
	}
	return url
}

// freePort asks the system for a port that nobody uses now.
func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}

// answers waits until something speaks HTTP at url.
func answers(url string, ended chan error) error {
	client := http.Client{Timeout: 2 * time.Second}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	late := time.After(patience)
	for {
		if r, err := client.Get(url); err == nil {
			r.Body.Close()
			return nil
		}
		select {
		case err := <-ended:
			ended <- err
			return fmt.Errorf("ended at once: %w", err)
		case <-late:
			return fmt.Errorf("does not answer within %v", patience)
		case <-tick.C:
		}
	}
}
