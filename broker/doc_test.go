package broker_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogatory/rogatory/broker"
)

var update = flag.Bool("update", false, "write golden files and the printed documents")

// The document of states and transitions is printed from the table. A change of
// the table is seen as a change of the document.
func TestTableIsPrinted(t *testing.T) {
	golden(t, filepath.Join("..", "docs", "requests.md"), broker.PrintTable())
}

func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		ok(t, os.MkdirAll(filepath.Dir(path), 0o755))
		ok(t, os.WriteFile(path, got, 0o644))
	}
	want, err := os.ReadFile(path)
	ok(t, err)
	if !bytes.Equal(want, got) {
		t.Errorf("%s is not what the code prints; run go test -update and review the difference", path)
	}
}
