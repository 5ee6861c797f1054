package tlog

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// The test binary serves as the process that is killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv("TLOG_TEST_WRITER"); dir != "" {
		if err := killedWriter(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// killedWriter appends until it is killed: from outside, or by itself at the
// store operation TLOG_TEST_KILL, before or after it took place.
func killedWriter(dir string) error {
	keys, err := os.ReadFile(filepath.Join(dir, "keys"))
	if err != nil {
		return err
	}
	k, err := ParseSigningKeys(keys)
	if err != nil {
		return err
	}
	d, err := OpenDir(filepath.Join(dir, "ledger"))
	if err != nil {
		return err
	}
	f := &faultStore{Store: d, kill: func() { _ = syscall.Kill(os.Getpid(), syscall.SIGKILL); select {} }}
	at, _ := strconv.Atoi(os.Getenv("TLOG_TEST_KILL"))
	f.arm(at, failure(os.Getenv("TLOG_TEST_HOW")))
	s := newStream(0)
	if _, err := os.Stat(filepath.Join(dir, "ledger", "cp")); err == nil {
		s.last.Store(1 << 40)
	}
	ctx := context.Background()
	l, err := Open(ctx, Config{Store: f, Keys: k, Origin: testOrigin, Head: s.head})
	if err != nil {
		return err
	}
	fmt.Println(l.Size())
	for step := uint64(1); ; step++ {
		size := l.Size()
		cp, err := l.Append(ctx, entries(size, size+1+step*37%90))
		if err != nil {
			return err
		}
		fmt.Println(cp.Size) // from here on the entries may not be lost
	}
}

// runKilled runs the writer until it dies, killing it after some commits if kill > 0.
// It returns the last size that the writer has reported.
func runKilled(t *testing.T, dir string, kill int, env ...string) uint64 {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), append(env, "TLOG_TEST_WRITER="+dir)...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var last uint64
	sc := bufio.NewScanner(out)
	for n := 1; sc.Scan(); n++ {
		if last, err = strconv.ParseUint(sc.Text(), 10, 64); err != nil {
			t.Fatal(err)
		}
		if n == kill {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	err = cmd.Wait()
	var ee *exec.ExitError
	if !errors.As(err, &ee) || ee.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Fatalf("writer was not killed: %v: %s", err, stderr.String())
	}
	return last
}

func killDir(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, "keys", keysOf(t).Marshal())
	return dir
}

// TestKillAtEveryStep kills the process at each durable step of its life, each
// before and after the step, restarts it over the same files and audits.
func TestKillAtEveryStep(t *testing.T) {
	for _, how := range []failure{notStored, halfStored, answerLost} {
		for at := 1; at <= 24; at++ { // creation, then four appends of five steps
			dir := killDir(t)
			last := runKilled(t, dir, 0, "TLOG_TEST_KILL="+strconv.Itoa(at), "TLOG_TEST_HOW="+string(how))
			afterKill(t, dir, last, fmt.Sprintf("step %d %s", at, how))
		}
	}
}

// TestKillFromOutside kills a writer at moments it does not choose, over and
// over on the same ledger.
func TestKillFromOutside(t *testing.T) {
	dir := killDir(t)
	for round := 1; round <= 15; round++ {
		last := runKilled(t, dir, 1+round*5%9)
		afterKill(t, dir, last, fmt.Sprintf("round %d", round))
	}
}

func afterKill(t *testing.T, dir string, acknowledged uint64, name string) {
	t.Helper()
	d := openDir(t, filepath.Join(dir, "ledger"))
	s := newStream(0)
	if _, err := d.Get(t.Context(), chainPath(0)); err == nil {
		s.last.Store(1 << 40)
	}
	l, err := Open(t.Context(), config(t, d, s))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	size := l.Size()
	if size < acknowledged {
		t.Fatalf("%s: %d entries were acknowledged, %d are there", name, acknowledged, size)
	}
	mustAudit(t, d, size)
	s.last.Store(1 << 40)
	mustAppend(t, l, size+3)
	mustAudit(t, d, size+3)
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
}
