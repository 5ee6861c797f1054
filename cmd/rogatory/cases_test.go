package main

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
	"time"
)

// Only what decides passes, under the same line number; what is no object passes
// as it is, for the error to name it.
func TestCaseReader(t *testing.T) {
	long := strings.Repeat("x", maxCaseLine+100)
	for in, want := range map[string]string{
		"":               "",
		"\n\n":           "\n\n",
		`{"id":"a"}`:     `{"id":"a"}` + "\n",
		"{\"id\":1}\r\n": "{\"id\":1}\n",
		`{"why":[1,{"id":2}],"now":null,"facts":{"z":1,"a":{}},"id":"a","regime":"R"}` + "\n" + `{"x":1}`: `{"facts":{"z":1,"a":{}},"id":"a","now":null,"regime":"R"}` + "\n{}\n",
		`{"id":"a","id":"b"}`:      `{"id":"a","id":"b"}` + "\n",
		`{"why":1,"why":2}` + "\n": `{"why":1,"why":2}` + "\n",
		`["id"]`:                   `["id"]` + "\n",
		`{"ID":"a"}`:               "{}\n",
	} {
		got, err := io.ReadAll(caseReader(strings.NewReader(in)))
		if err != nil || string(got) != want {
			t.Errorf("%q: %q, %v; want %q", in, got, err, want)
		}
	}
	got, err := io.ReadAll(caseReader(strings.NewReader(long + "\n" + `{"id":"b","x":1}`)))
	if lines := bytes.Split(got, []byte("\n")); err != nil || len(lines) != 3 || len(lines[0]) < maxCaseLine || string(lines[1]) != `{"id":"b"}` {
		t.Errorf("%d lines, %v", len(lines), err)
	}
}

// A person who stops the program while it waits for input is heard.
func TestPolicyCheckIsInterrupted(t *testing.T) {
	a, out, _ := newTestApp()
	never, w := io.Pipe()
	defer w.Close()
	a.stdin = never
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- a.runPolicyCheck(ctx, "-", "", checkConfig(timeValue{})) }()
	if _, err := w.Write([]byte(`{"id":"a","regime":"UNTOC","facts":{"action":"use_evidence"}}` + "\n")); err != nil {
		t.Fatal(err)
	}
	stop()
	select {
	case err := <-done:
		if code := exitCode(ctx, err); code != exitInterrupted {
			t.Errorf("exit code %d, %v\n%s", code, err, out)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("still waiting for input")
	}
}
