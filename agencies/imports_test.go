package agencies_test

import (
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestImports holds two rules of the house: jwx in one file, and no package of
// ours, network, file or NATS below this one.
func TestImports(t *testing.T) {
	files, err := filepath.Glob("*.go")
	ok(t, err)
	jwx := 0
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		ok(t, err)
		for _, imp := range f.Imports {
			path, err := strconv.Unquote(imp.Path.Value)
			ok(t, err)
			if strings.Contains(path, "lestrrat-go") {
				jwx++
				if name != "envelope.go" && name != "envelope_test.go" {
					t.Errorf("%s imports %s", name, path)
				}
			}
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			for _, bad := range []string{"github.com/rogatory/", "github.com/nats-io/", "github.com/minio/", "open-policy-agent"} {
				if strings.HasPrefix(path, bad) || strings.Contains(path, bad) {
					t.Errorf("%s imports %s", name, path)
				}
			}
			switch path {
			case "os", "net", "net/http", "os/exec", "syscall", "path/filepath":
				t.Errorf("%s imports %s", name, path)
			}
		}
	}
	if jwx == 0 {
		t.Error("found no import of jwx at all: the test looks in the wrong place")
	}
}
