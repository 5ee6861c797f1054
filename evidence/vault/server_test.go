package vault_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/rogatory/rogatory/broker/embedded"
)

const (
	accessKey = "rogatory-test"
	secretKey = "not-a-secret-outside-this-test"
	envDir    = "ROGATORY_TEST_S3_DIR"
	envListen = "ROGATORY_TEST_S3_LISTEN"
)

// TestMain lets the test binary be the S3 server too: the server needs a process
// of its own, to be killed and because it moves the working directory.
func TestMain(m *testing.M) {
	if dir := os.Getenv(envDir); dir != "" {
		if err := serveS3(dir, os.Getenv(envListen)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// serveS3 runs until its standard input ends, that is until the parent is gone.
func serveS3(dir, listen string) error {
	s, err := embedded.StartS3(context.Background(), embedded.S3Config{
		Dir: dir, Listen: listen, AccessKey: accessKey, SecretKey: secretKey, Region: "us-east-1",
		Log: slog.New(slog.NewTextHandler(os.Stderr, nil)),
	})
	if err != nil {
		return err
	}
	fmt.Printf("ready %s\n", s.Endpoint())
	_, _ = io.Copy(io.Discard, os.Stdin)
	return s.Close()
}

// server is one S3 server process over a directory that outlives it.
type server struct {
	dir      string
	endpoint string
	cmd      *exec.Cmd
	stdin    io.Closer
}

// startServer starts a server on listen ("127.0.0.1:0" for a free port).
func startServer(t testing.TB, dir, listen string) *server {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), envDir+"="+dir, envListen+"="+listen)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	must(t, err)
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	s := &server{dir: dir, cmd: cmd, stdin: in}
	t.Cleanup(s.kill)
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if ep, ok := strings.CutPrefix(lines.Text(), "ready "); ok {
			s.endpoint = ep
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return s
		}
	}
	t.Fatalf("s3 server did not start: %v", errors.Join(lines.Err(), cmd.Wait()))
	return nil
}

// kill ends the process without warning. It may be called more than once.
func (s *server) kill() {
	if s.cmd.ProcessState == nil {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
		_ = s.stdin.Close()
	}
}
