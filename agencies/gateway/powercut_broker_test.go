//go:build linux

package gateway_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/rogatory/rogatory/broker/exchange"
)

// brokerEnv, when set, makes this program a broker: its value is the configuration
// file. A power cut needs a process that can be stopped dead.
const brokerEnv = "ROGATORY_TEST_BROKER"

// readyWord begins the line in which that process says where it serves.
const readyWord = "serving "

func TestMain(m *testing.M) {
	if file := os.Getenv(brokerEnv); file != "" {
		fmt.Fprintln(os.Stderr, runBroker(file))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// runBroker serves as `rogatory broker` does, until it cannot record any more.
func runBroker(file string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var cfg exchange.NodeConfig
	if err := yaml.UnmarshalWithOptions(data, &cfg, yaml.Strict()); err != nil {
		return err
	}
	go func() { // it must not outlive the test
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(1)
	}()
	n, err := exchange.OpenNode(context.Background(), cfg, nil, slog.New(slog.NewTextHandler(os.Stderr, nil)))
	if err != nil {
		return err
	}
	fmt.Println(readyWord + n.NATSURL())
	for range time.Tick(100 * time.Millisecond) {
		if err := n.Exchange.Healthy(); err != nil {
			return errors.Join(err, n.Close())
		}
	}
	return nil
}

// brokerProcess is a broker in a process of its own.
type brokerProcess struct {
	cmd    *exec.Cmd
	stdin  io.Closer
	log    string // file with what it said
	url    string
	exited chan struct{} // closed
}

// startBroker starts one and waits until it serves; an error says that it ended
// before.
func startBroker(t *testing.T, config string) (*brokerProcess, error) {
	t.Helper()
	self, err := os.Executable()
	ok(t, err)
	p := &brokerProcess{cmd: exec.Command(self), log: filepath.Join(t.TempDir(), "broker.log"), exited: make(chan struct{})}
	p.cmd.Env = append(os.Environ(), brokerEnv+"="+config)
	p.cmd.Dir = filepath.Dir(p.log)
	log, err := os.Create(p.log)
	ok(t, err)
	defer log.Close()
	p.cmd.Stderr = log
	p.stdin, err = p.cmd.StdinPipe()
	ok(t, err)
	stdout, err := p.cmd.StdoutPipe()
	ok(t, err)
	ok(t, p.cmd.Start())
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			t.Logf("the broker said:\n%s", p.said())
		}
	})
	ready := make(chan string, 1)
	go func() {
		defer close(p.exited)
		lines := bufio.NewScanner(stdout)
		for lines.Scan() {
			if url, is := strings.CutPrefix(lines.Text(), readyWord); is {
				ready <- url
			}
		}
		_ = p.cmd.Wait()
	}()
	select {
	case p.url = <-ready:
		return p, nil
	case <-p.exited:
		return p, fmt.Errorf("broker ended: %s", p.lastWords())
	case <-time.After(time.Minute):
		p.kill()
		return p, fmt.Errorf("broker does not serve: %s", p.lastWords())
	}
}

func (p *brokerProcess) said() string {
	b, _ := os.ReadFile(p.log)
	return string(b)
}

// lastWords are the last line of its log.
func (p *brokerProcess) lastWords() string {
	lines := strings.Split(strings.TrimSpace(p.said()), "\n")
	return lines[len(lines)-1]
}

func (p *brokerProcess) kill() {
	_ = p.cmd.Process.Kill()
	_ = p.stdin.Close()
	<-p.exited
}

// freeze stops the process where it stands, and returns when none of its threads
// runs program code: what they had asked of the disk may be under way, but nobody
// is told the outcome any more. So it is when power goes, whereas a process that
// runs on over a dead disk may be told that a sync racing the cut succeeded.
func (p *brokerProcess) freeze(t *testing.T) {
	t.Helper()
	ok(t, p.cmd.Process.Signal(syscall.SIGSTOP))
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(50 * time.Microsecond) {
		stats, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", p.cmd.Process.Pid))
		ok(t, err)
		still := len(stats) > 0
		for _, name := range stats {
			data, _ := os.ReadFile(name)
			// pid (name) state: T is stopped, D waits for the disk in the kernel.
			_, rest, _ := strings.Cut(string(data), ") ")
			if rest != "" && !strings.HasPrefix(rest, "T") && !strings.HasPrefix(rest, "D") {
				still = false
			}
		}
		if still {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("the broker does not stop")
		}
	}
}
