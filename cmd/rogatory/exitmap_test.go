package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/evidence"
	"github.com/rogatory/rogatory/evidence/tlog"
	"github.com/rogatory/rogatory/evidence/vault"
	"github.com/rogatory/rogatory/policy"
	"github.com/rogatory/rogatory/policy/engine"
)

func TestExitCode(t *testing.T) {
	alive := context.Background()
	stopped, stop := context.WithCancel(alive)
	stop()
	field := &agencies.FieldError{Field: "id", Rule: agencies.RuleFormat}
	for _, c := range []struct {
		name string
		ctx  context.Context
		err  error
		want int
	}{
		{"nothing", alive, nil, exitDone},
		{"unknown", alive, errors.New("x"), exitFailed},
		{"unknown when stopped", stopped, errors.New("connection closed"), exitInterrupted},
		{"canceled", alive, fmt.Errorf("ask: %w", context.Canceled), exitInterrupted},
		{"too slow", alive, context.DeadlineExceeded, exitTryAgain},
		{"a result survives a stop", stopped, evidence.ErrSeal, exitUnverified},
		{"field", alive, fmt.Errorf("read x: %w", field), exitUsage},
		{"field in a transition", alive, fmt.Errorf("apply: %w: %w", broker.ErrTransition, field), exitConflict},
		{"too late", alive, fmt.Errorf("apply: %w: %w", broker.ErrTransition, &agencies.FieldError{Field: "time", Rule: agencies.RuleTime}), exitDeadline},
		{"field in a manifest", alive, errors.Join(evidence.ErrManifest, field), exitUnverified},
		{"denied", alive, fmt.Errorf("x: %w", policy.ErrDenied), exitDenied},
		{"no permit", alive, policy.ErrPermit, exitDenied},
		{"untrusted", alive, &agencies.TrustError{Reason: agencies.ReasonRevoked}, exitUntrusted},
		{"bad signature", alive, &agencies.TrustError{Reason: agencies.ReasonSignature}, exitUnverified},
		{"rollback", alive, agencies.ErrTrustRollback, exitUntrusted},
		{"bundle not signed", alive, fmt.Errorf("%w: %w", policy.ErrUnsigned, field), exitUntrusted},
		{"malformed case", alive, errors.Join(fmt.Errorf("line 1: %w", field)), exitUsage},
		{"undecided case", alive, fmt.Errorf("line 1: %w", engine.ErrUndecided), exitFailed},
		{"exhibit not there", alive, vault.ErrNotFound, exitNotFound},
		{"exhibit swapped", alive, vault.ErrMismatch, exitUnverified},
		{"ledger", alive, &tlog.LedgerError{Part: "tiles"}, exitUnverified},
		{"audit", alive, &tlog.AuditError{Check: "root"}, exitUnverified},
		{"no file", alive, &fs.PathError{Op: "open", Path: "x", Err: os.ErrNotExist}, exitNotFound},
		{"file there", alive, os.ErrExist, exitConflict},
		{"reply", alive, fmt.Errorf("submit: %w", &broker.ReplyError{Code: broker.ReasonReview, Exit: exitWaiting}), exitWaiting},
		{"reply that lies", alive, &broker.ReplyError{Code: broker.ReasonDenied, Exit: exitDone}, exitDenied},
		{"reply of a later version", alive, &broker.ReplyError{Code: "novel"}, exitFailed},
		{"deadline", alive, &broker.ReplyError{Code: broker.ReasonDeadline}, exitDeadline},
		{"said", alive, said(exitWaiting), exitWaiting},
		{"usage", alive, fmt.Errorf("x: %w", usage("y")), exitUsage},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := exitCode(c.ctx, c.err); got != c.want {
				t.Errorf("%v: exit code %d, want %d", c.err, got, c.want)
			}
		})
	}
}

// The broker's table and ours speak of the same codes.
func TestExitCodesAgreeWithBroker(t *testing.T) {
	for _, pair := range [][2]int{
		{exitDone, broker.ExitDone}, {exitFailed, broker.ExitFailed}, {exitUsage, broker.ExitUsage}, {exitDenied, broker.ExitDenied},
		{exitWaiting, broker.ExitWaiting}, {exitNotFound, broker.ExitNotFound}, {exitConflict, broker.ExitConflict},
		{exitUnverified, broker.ExitUnverified}, {exitUntrusted, broker.ExitUntrusted}, {exitDeadline, broker.ExitDeadline}, {exitTryAgain, broker.ExitTryAgain},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%d and %d", pair[0], pair[1])
		}
	}
}

// unmapped are sentinels that never reach a verb by themselves.
var unmapped = []string{}

// TestEverySentinelHasAnExitCode reads the packages' source, so that a new kind
// of error is given its exit code by somebody who thought about it.
func TestEverySentinelHasAnExitCode(t *testing.T) {
	mapped := map[string]bool{}
	eachFile(t, "exitmap.go", func(_ string, f *ast.File) {
		ast.Inspect(f, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				if pkg, ok := s.X.(*ast.Ident); ok {
					mapped[pkg.Name+"."+s.Sel.Name] = true
				}
			}
			return true
		})
	})
	found := 0
	for pkg := range layers {
		if strings.HasPrefix(pkg, "cmd/") {
			continue
		}
		files, err := filepath.Glob(filepath.Join("..", "..", filepath.FromSlash(pkg), "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			eachFile(t, file, func(name string, f *ast.File) {
				for _, sentinel := range sentinels(f) {
					found++
					if full := name + "." + sentinel; !mapped[full] && !slices.Contains(unmapped, full) {
						t.Errorf("%s: %s has no row in exitmap.go", file, full)
					}
				}
			})
		}
	}
	if found < 30 {
		t.Errorf("found only %d sentinels: the search is broken", found)
	}
}

func eachFile(t *testing.T, file string, visit func(pkg string, f *ast.File)) {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	visit(f.Name.Name, f)
}

// sentinels are the package's variables Err... in one file.
func sentinels(f *ast.File) []string {
	var out []string
	for _, d := range f.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.VAR {
			continue
		}
		for _, s := range g.Specs {
			for _, name := range s.(*ast.ValueSpec).Names {
				if strings.HasPrefix(name.Name, "Err") {
					out = append(out, name.Name)
				}
			}
		}
	}
	return out
}

func TestFinish(t *testing.T) {
	err := fmt.Errorf("read x: %w", &agencies.FieldError{Field: "a.b", Rule: agencies.RuleTime, Detail: "late"})
	var out, talk bytes.Buffer
	a := &app{stdout: &out, stderr: &talk, json: true}
	if code := a.finish(context.Background(), err); code != exitUsage {
		t.Errorf("code %d", code)
	}
	var said map[string]any
	if jerr := json.Unmarshal(out.Bytes(), &said); jerr != nil || said["field"] != "a.b" || said["rule"] != "time" || said["exit"] != 2.0 || talk.Len() > 0 {
		t.Errorf("%s%s%v", &out, &talk, jerr)
	}
	out.Reset()
	a.json = false
	a.finish(context.Background(), &exitError{code: exitConflict, err: err, hint: "do this"})
	if out.Len() > 0 || talk.String() != "rogatory: "+err.Error()+"\nrogatory: do this\n" {
		t.Errorf("%s%s", &out, &talk)
	}
	talk.Reset()
	if code := a.finish(context.Background(), errSaid); code != exitFailed || talk.Len() > 0 || out.Len() > 0 {
		t.Errorf("%d %s%s", code, &out, &talk)
	}
}
