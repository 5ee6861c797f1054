package main

import (
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "rewrite the golden parts of the scripts")

// TestMain makes this test binary the program itself when a script runs
// `exec rogatory`, so that scripts drive the real main in its own process.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"rogatory": main,
	})
}

// TestScript tells the stories of testdata/script. Beside the built-in commands
// (exec with & for the background, kill, wait, cmp, stdout, stderr, ...) they use
// those of scriptCommands.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		Cmds:                scriptCommands,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       *update,
		Setup: func(e *testscript.Env) error {
			e.Setenv("NO_COLOR", "1")
			return nil
		},
	})
}

var scriptCommands = map[string]func(ts *testscript.TestScript, neg bool, args []string){
	"exits":    cmdExits,
	"waitfor":  cmdWaitfor,
	"json":     cmdJSON,
	"mode":     cmdMode,
	"editlist": cmdEditList,
	"cosign":   cmdCosign,
	"found":    cmdFound,
	"replace":  cmdReplace,
	"cut":      cmdCut,
	"odd":      cmdOdd,
	"spoil":    cmdSpoil,
}

// exits CODE PROGRAM ARG... runs a program that must end with this exit code.
func cmdExits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARG...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	err = ts.Exec(args[1], args[2:]...)
	if e, ok := errors.AsType[*exec.ExitError](err); ok {
		got = e.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// mode FILE OCTAL wants these permissions.
func cmdMode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: mode FILE OCTAL")
	}
	info, err := os.Stat(ts.MkAbs(args[0]))
	ts.Check(err)
	if got := fmt.Sprintf("%o", info.Mode().Perm()); got != args[1] {
		ts.Fatalf("%s has mode %s, want %s", args[0], got, args[1])
	}
}

// waitfor file PATH [REGEXP] | tcp ADDRESS | http URL waits until a file is there
// (and has a match), a port answers, or a page gives 200. It gives up after 30 s.
func cmdWaitfor(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 || len(args) > 3 {
		ts.Fatalf("usage: waitfor file PATH [REGEXP] | tcp ADDRESS | http URL")
	}
	ready := readiness(ts, args)
	timeout := time.After(30 * time.Second)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !ready() {
		select {
		case <-timeout:
			ts.Fatalf("waited 30 s for %s", strings.Join(args, " "))
		case <-tick.C:
		}
	}
}

func readiness(ts *testscript.TestScript, args []string) func() bool {
	switch args[0] {
	case "file":
		path, pattern := ts.MkAbs(args[1]), regexp.MustCompile("")
		if len(args) == 3 {
			var err error
			pattern, err = regexp.Compile(args[2])
			ts.Check(err)
		}
		return func() bool {
			b, err := os.ReadFile(path)
			return err == nil && pattern.Match(b)
		}
	case "tcp":
		return func() bool {
			c, err := net.DialTimeout("tcp", args[1], time.Second)
			if err != nil {
				return false
			}
			return c.Close() == nil
		}
	case "http":
		client := &http.Client{Timeout: time.Second}
		return func() bool {
			r, err := client.Get(args[1])
			if err != nil {
				return false
			}
			defer r.Body.Close()
			return r.StatusCode == http.StatusOK
		}
	}
	ts.Fatalf("waitfor: unknown kind %s", args[0])
	return nil
}
