package engine

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/bundle"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/version"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/policy"
)

// Errors of this package.
var (
	// ErrBundle means: these files are no bundle that may decide.
	ErrBundle = errors.New("bundle not acceptable")
	// ErrBusy means: too many decisions at once; try again.
	ErrBusy = errors.New("too many decisions at once")
)

// Bounds on a bundle.
const (
	maxFile    = 8 << 20
	maxArchive = 16 << 20
	maxFiles   = 2000
)

// query is the entry point; entry is the rule that must stand there.
const query = "data.rogatory.main.decision"

// Revision is one compiled bundle. It is immutable and safe for concurrent use.
type Revision struct {
	digest  agencies.Digest
	archive []byte
	modules map[string]*ast.Module
	data    map[string]any
	compile *ast.Compiler
	eval    rego.PreparedEvalQuery

	unverified []string // rules whose source nobody has verified

	reads func() *reads // for explanations; computed when first asked
}

// Load reads a bundle directory (its root holds .manifest) and compiles it. Files
// named *_test.rego are tests and no part of the bundle. Every error wraps
// ErrBundle and says which file or rule is at fault.
func Load(ctx context.Context, files fs.FS) (*Revision, error) {
	if err := checkFiles(files); err != nil {
		return nil, fmt.Errorf("load bundle: %w: %w", ErrBundle, err)
	}
	loader, err := bundle.NewFSLoader(files)
	if err != nil {
		return nil, fmt.Errorf("load bundle: %w: %v", ErrBundle, err)
	}
	loader = loader.WithFilter(func(name string, info fs.FileInfo, _ int) bool {
		return !info.IsDir() && !inBundle(name)
	})
	return read(ctx, loader)
}

// LoadArchive reads what Revision.Archive returned.
func LoadArchive(ctx context.Context, archive []byte) (*Revision, error) {
	if len(archive) > maxArchive {
		return nil, fmt.Errorf("load bundle: %w: archive over %d bytes", ErrBundle, maxArchive)
	}
	rev, err := read(ctx, bundle.NewTarballLoaderWithBaseURL(bytes.NewReader(archive), ""))
	if err != nil {
		return nil, err
	}
	return rev, nil
}

func read(ctx context.Context, loader bundle.DirectoryLoader) (*Revision, error) {
	caps, err := capabilities()
	if err != nil {
		return nil, err
	}
	// Signatures of the OPA kind are not used: ours are over content and revision.
	b, err := bundle.NewCustomReader(loader.WithSizeLimitBytes(maxFile)).
		WithProcessAnnotations(true).WithCapabilities(caps).WithSkipBundleVerification(true).
		WithRegoVersion(ast.RegoV1).WithSizeLimitBytes(maxFile).Read()
	if err != nil {
		return nil, fmt.Errorf("load bundle: %w: %v", ErrBundle, err)
	}
	if err := checkManifest(b); err != nil {
		return nil, fmt.Errorf("load bundle: %w: %w", ErrBundle, err)
	}
	rev := &Revision{modules: make(map[string]*ast.Module, len(b.Modules)), data: b.Data}
	if rev.digest, err = contentDigest(b); err != nil {
		return nil, fmt.Errorf("load bundle: %w: %w", ErrBundle, err)
	}
	var archive bytes.Buffer
	if err := bundle.NewWriter(&archive).UseModulePath(true).DisableFormat(true).Write(b); err != nil {
		return nil, fmt.Errorf("write bundle: %v", err)
	}
	rev.archive = archive.Bytes()
	for _, m := range b.Modules {
		rev.modules[strings.TrimPrefix(m.Path, "/")] = m.Parsed
	}
	rev.unverified = unverified(rev.modules)
	rev.reads = sync.OnceValue(func() *reads { return readsOf(rev.modules, rev.data) })
	if err := rev.prepare(ctx, caps); err != nil {
		return nil, fmt.Errorf("load bundle: %w: %w", ErrBundle, err)
	}
	return rev, nil
}

// prepare compiles strictly, with types from the fact dictionary, and prepares the
// entry query.
func (r *Revision) prepare(ctx context.Context, caps *ast.Capabilities) error {
	r.compile = compiler(caps)
	r.compile.Compile(r.modules)
	if r.compile.Failed() {
		return r.compile.Errors
	}
	ref := ast.MustParseRef(query)
	if len(r.compile.GetRulesExact(ref)) == 0 {
		return fmt.Errorf("no rule %s", query)
	}
	// AST values in the store save a conversion per evaluation. The data is never
	// written again, so no copy is needed.
	store := inmem.NewFromObjectWithOpts(r.data, inmem.OptReturnASTValuesOnRead(true), inmem.OptRoundTripOnWrite(false))
	var err error
	r.eval, err = rego.New(
		rego.Query(query), rego.Compiler(r.compile), rego.Store(store),
		rego.StrictBuiltinErrors(true), rego.Capabilities(caps),
	).PrepareForEval(ctx)
	if err != nil {
		return fmt.Errorf("prepare query: %w", err)
	}
	return nil
}

// compiler is the one way that policy is compiled: strict (unused variables are
// errors), allow-listed, and typed by the fact dictionary. Without types a rule that
// compares a number with a text is legal, and "3" >= 4 is true in Rego.
func compiler(caps *ast.Capabilities) *ast.Compiler {
	schemas := ast.NewSchemaSet()
	schemas.Put(ast.SchemaRootRef, InputSchema())
	return ast.NewCompiler().WithStrict(true).WithCapabilities(caps).WithSchemas(schemas).WithUseTypeCheckAnnotations(true)
}

// Digest identifies the content: manifest, data and the exact text of every module.
func (r *Revision) Digest() agencies.Digest { return r.digest }

// Archive is the bundle as a gzipped tar that LoadArchive and stock OPA read.
func (r *Revision) Archive() []byte { return slices.Clone(r.archive) }

// EngineVersion names the evaluator: the same bundle under another version of OPA
// may decide differently, so a decision records both.
func EngineVersion() string { return "opa/" + version.Version }

// inBundle says whether a file is part of a bundle.
func inBundle(name string) bool {
	base := path.Base(name)
	return base == ".manifest" || base == "data.json" || strings.HasSuffix(base, ".rego") && !isTest(base)
}

func isTest(name string) bool { return strings.HasSuffix(name, "_test.rego") }

// checkFiles refuses what OPA would read but no reviewer expects, and data in which
// a member stands twice: OPA takes the last, a reviewer may read the first.
func checkFiles(files fs.FS) error {
	count := 0
	return fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return fmt.Errorf("read %s: %v", name, err)
		}
		if d.IsDir() {
			return nil
		}
		if count++; count > maxFiles {
			return fmt.Errorf("more than %d files", maxFiles)
		}
		switch base := path.Base(name); {
		case strings.HasSuffix(base, ".wasm"), base == "plan.json", base == "patch.json", base == "data.yaml", base == "data.yml", base == ".signatures.json":
			return fmt.Errorf("file %s: not allowed in a bundle", name)
		case base == ".manifest" && name != ".manifest":
			return fmt.Errorf("file %s: the manifest belongs in the root", name)
		case base == ".manifest", base == "data.json":
			text, err := fs.ReadFile(files, name)
			if err != nil {
				return fmt.Errorf("read %s: %v", name, err)
			}
			var v any
			if err := agencies.DecodeStrict(text, &v); err != nil {
				return fmt.Errorf("file %s: %w", name, err)
			}
		}
		return nil
	})
}

// checkManifest pins what a bundle may own. Roots outside rogatory could overwrite
// system packages of the evaluator; another language version reads the same text
// differently.
func checkManifest(b bundle.Bundle) error {
	if b.Manifest.Roots == nil || !slices.Equal(*b.Manifest.Roots, []string{"rogatory"}) {
		return fmt.Errorf(`manifest: roots must be ["rogatory"]`)
	}
	if v := b.Manifest.RegoVersion; v != nil && *v != 1 || len(b.Manifest.FileRegoVersions) > 0 {
		return fmt.Errorf("manifest: rego_version must be 1")
	}
	if len(b.WasmModules) > 0 || len(b.PlanModules) > 0 || len(b.Manifest.WasmResolvers) > 0 || b.Type() != bundle.SnapshotBundleType {
		return fmt.Errorf("only rego modules and data decide")
	}
	for _, m := range b.Modules {
		if isTest(m.Path) {
			return fmt.Errorf("module %s: a test is no part of a bundle", m.Path)
		}
	}
	return nil
}

// contentDigest hashes the RFC 8785 form of manifest, data and module digests. The
// archive is not hashed itself: its compression may change with the version of Go,
// and a revision must keep its name for as long as its decisions are kept.
func contentDigest(b bundle.Bundle) (agencies.Digest, error) {
	manifest, err := value(b.Manifest)
	if err != nil {
		return "", fmt.Errorf("manifest: %w", err)
	}
	data, err := value(b.Data)
	if err != nil {
		return "", fmt.Errorf("data: %w", err)
	}
	modules := map[string]any{}
	for _, m := range b.Modules {
		sum := sha256.Sum256(m.Raw)
		modules[strings.TrimPrefix(m.Path, "/")] = hex.EncodeToString(sum[:])
	}
	text, err := policy.AppendCanonical([]byte("rogatory-bundle-v1\n"), map[string]any{"manifest": manifest, "data": data, "modules": modules})
	if err != nil {
		return "", err
	}
	return agencies.DigestOf(text), nil
}

// value brings decoded JSON into the closed set of policy values, which also
// refuses every number that is no plain integer.
func value(v any) (any, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return policy.ParseValue(text)
}
