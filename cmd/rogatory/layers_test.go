package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/rogatory/rogatory/"

// layers is the package picture. A package may import packages of strictly
// lower layers only. A folder that holds Go files and is missing here fails.
var layers = map[string]int{
	"agencies":                 0,
	"policy":                   1,
	"policy/rules":             1,
	"evidence":                 2,
	"broker":                   3,
	"policy/engine":            4,
	"evidence/vault":           4,
	"evidence/tlog":            4,
	"broker/embedded":          4,
	"broker/embedded/powercut": 4,
	"broker/forms":             4,
	"broker/exchange":          5,
	"policy/audit":             5,
	"agencies/gateway":         7,
	"cmd/rogatory":             8,
}

// machineRooms may be linked by no root: a root holds words and rules, no I/O.
var machineRooms = []string{
	"github.com/nats-io/", "github.com/minio/", "github.com/open-policy-agent/", "github.com/versity/", "net/http", "os",
}

// onlyIn names the one place that may import a library with known traps.
var onlyIn = map[string]string{
	"github.com/lestrrat-go/jwx/v2": "agencies",
	"github.com/minio/minio-go/v7":  "evidence/vault",
	"github.com/versity/versitygw":  "broker/embedded",
}

func TestLayers(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	err = filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, file)
		if d.IsDir() {
			if strings.HasPrefix(d.Name(), ".") && rel != "." || d.Name() == "testdata" || rel == "charts" {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(file, ".go") {
			return nil
		}
		pkg := filepath.ToSlash(filepath.Dir(rel))
		layer, known := layers[pkg]
		if !known {
			t.Errorf("%s: package %s has no place in the package picture", rel, pkg)
			return nil
		}
		seen[pkg] = true
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range f.Imports {
			imp, _ := strconv.Unquote(spec.Path.Value)
			checkImport(t, rel, pkg, layer, imp)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for pkg := range layers {
		if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(pkg))); err != nil || !seen[pkg] {
			t.Errorf("the package picture names %s, which has no Go file", pkg)
		}
	}
}

func checkImport(t *testing.T, file, pkg string, layer int, imp string) {
	t.Helper()
	test := strings.HasSuffix(file, "_test.go")
	if ours, ok := strings.CutPrefix(imp, module); ok {
		if ours == pkg && test {
			return // an external test package of the folder itself
		}
		if below, known := layers[ours]; known && below >= layer && !test {
			t.Errorf("%s (layer %d) imports %s (layer %d): imports go strictly downward", file, layer, ours, below)
		}
		return
	}
	if test {
		return
	}
	for lib, home := range onlyIn {
		if strings.HasPrefix(imp, lib) && pkg != home && !strings.HasPrefix(pkg, home+"/") {
			t.Errorf("%s imports %s, which lives in %s only", file, imp, home)
		}
	}
	if path.Dir(pkg) != "." {
		return
	}
	for _, lib := range machineRooms {
		if imp == lib || strings.HasSuffix(lib, "/") && strings.HasPrefix(imp, lib) {
			t.Errorf("%s imports %s: %s holds words and rules, no I/O", file, imp, pkg)
		}
	}
}
