package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// oddName is a name that a provider's export may have, made to harm: it climbs in
// folders where '\' does, clears screens, and ends a line.
const oddName = "..\\..\x1b[2Jx\ny.txt"

// odd DIR makes a file with such a name in DIR and puts its path into $ODD.
func cmdOdd(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: odd DIR")
	}
	ts.Check(os.MkdirAll(ts.MkAbs(args[0]), 0o700))
	path := filepath.Join(ts.MkAbs(args[0]), oddName)
	ts.Check(os.WriteFile(path, []byte("odd name, plain words\n"), 0o600))
	ts.Setenv("ODD", path)
}

// spoil DIR WORD flip|cut changes what lies in every file below DIR whose path holds
// WORD, as someone with the disk of the store could.
func cmdSpoil(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: spoil DIR WORD flip|cut")
	}
	n := 0
	ts.Check(filepath.WalkDir(ts.MkAbs(args[0]), func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || !strings.Contains(path, args[1]) {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil || len(data) == 0 {
			return err
		}
		switch args[2] {
		case "flip":
			data = bytes.Clone(data)
			data[len(data)-1] ^= 1
		case "cut":
			data = data[:len(data)-1]
		default:
			ts.Fatalf("spoil: unknown way %s", args[2])
		}
		n++
		return os.WriteFile(path, data, d.Type().Perm())
	}))
	if n == 0 {
		ts.Fatalf("spoil: no file below %s is of %s", args[0], args[1])
	}
}
