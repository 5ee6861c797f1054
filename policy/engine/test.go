package engine

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/cover"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/tester"
)

// TestReport is the result of a bundle's own tests.
type TestReport struct {
	Tests     int      `json:"tests"`
	Failed    []string `json:"failed"`    // package.name, with what it printed or the error
	Coverage  float64  `json:"coverage"`  // of the bundle's expressions, in percent
	Uncovered []string `json:"uncovered"` // file:first-last, at most maxUncovered of them
}

// testTimeout is for one rego test, which may hold hundreds of cases.
const testTimeout = 5 * time.Minute

// maxUncovered bounds the list of places that no test reaches.
const maxUncovered = 100

// Test loads the bundle as it would decide, runs the tests beside it (*_test.rego)
// and measures what they cover. The error is about the bundle; failed tests are in
// the report.
func Test(ctx context.Context, files fs.FS) (TestReport, error) {
	rev, err := Load(ctx, files)
	if err != nil {
		return TestReport{}, err
	}
	modules := maps.Clone(rev.modules)
	err = fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !isTest(name) {
			return err
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		modules[name], err = ast.ParseModuleWithOpts(name, string(text), ast.ParserOptions{ProcessAnnotation: true, RegoVersion: ast.RegoV1})
		return err
	})
	if err != nil {
		return TestReport{}, fmt.Errorf("read rego tests: %w: %w", ErrBundle, err)
	}
	store := inmem.NewFromObjectWithOpts(rev.data, inmem.OptReturnASTValuesOnRead(true))
	txn, err := store.NewTransaction(ctx, storage.WriteParams)
	if err != nil {
		return TestReport{}, fmt.Errorf("run rego tests: %v", err)
	}
	defer store.Abort(ctx, txn)
	tracer := cover.New()
	// The tests themselves may use any built-in; what decides was compiled above.
	results, err := tester.NewRunner().SetCompiler(ast.NewCompiler()).SetStore(store).SetModules(modules).
		SetCoverageQueryTracer(tracer).CapturePrintOutput(true).SetTimeout(testTimeout).RunTests(ctx, txn)
	if err != nil {
		return TestReport{}, fmt.Errorf("run rego tests: %w: %w", ErrBundle, err)
	}
	report := TestReport{Failed: []string{}, Uncovered: []string{}}
	for result := range results {
		report.Tests++
		if !result.Pass() && !result.Skip {
			report.Failed = append(report.Failed, strings.TrimSpace(fmt.Sprintf("%s.%s %v %s", result.Package, result.Name, result.Error, result.Output)))
		}
	}
	slices.Sort(report.Failed)
	covered := tracer.Report(rev.modules)
	report.Coverage = covered.Coverage
	for _, name := range slices.Sorted(maps.Keys(covered.Files)) {
		for _, r := range covered.Files[name].NotCovered {
			if len(report.Uncovered) < maxUncovered {
				report.Uncovered = append(report.Uncovered, fmt.Sprintf("%s:%d-%d", name, r.Start.Row, r.End.Row))
			}
		}
	}
	return report, nil
}
