package exchange

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/policy"
	"github.com/rogatory/rogatory/policy/engine"
	"github.com/rogatory/rogatory/policy/rules"
)

// statementExt ends the name of a signed statement in the folder of national
// bundles; the bundle lies beside it under the same name.
const statementExt = ".jws"

// ReadBundles finds the statements that the configuration names, and where the
// bundles lie. Nothing is verified yet.
func (c PolicyConfig) ReadBundles() ([]SignedBundle, error) {
	network, err := readStatement("policy.statement", c.Statement, c.Bundle)
	if err != nil {
		return nil, err
	}
	out := []SignedBundle{network}
	if c.National == "" {
		return out, nil
	}
	// A folder that is not there must not pass for one without bundles.
	entries, err := os.ReadDir(c.National)
	if err != nil {
		return nil, fmt.Errorf("policy.national: %w", err)
	}
	for _, e := range entries {
		stem, ok := strings.CutSuffix(e.Name(), statementExt)
		if !ok || e.IsDir() {
			continue
		}
		name := "policy.national/" + e.Name()
		bundle := filepath.Join(c.National, stem)
		if _, err := os.Stat(bundle); errors.Is(err, fs.ErrNotExist) {
			bundle += ".tar.gz"
		}
		b, err := readStatement(name, filepath.Join(c.National, e.Name()), bundle)
		if err != nil {
			return nil, err
		}
		s, err := policy.PeekStatement(b.Statement)
		if err == nil && s.State == "" {
			err = fmt.Errorf("%w: %w", policy.ErrUnsigned, &agencies.FieldError{Field: "state", Rule: agencies.RuleRequired, Detail: "is missing: the network's bundle is named by policy.statement"})
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		out = append(out, b)
	}
	return out, nil
}

func readStatement(name, file, bundle string) (SignedBundle, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return SignedBundle{}, fmt.Errorf("%s: %w", name, err)
	}
	return SignedBundle{
		Name: name, Statement: agencies.Compact(strings.TrimSpace(string(text))),
		Load: func(ctx context.Context) (*engine.Revision, error) { return loadBundle(ctx, bundle) },
	}, nil
}

// loadBundle compiles a folder, an archive, or with "" the bundle of this binary.
func loadBundle(ctx context.Context, path string) (*engine.Revision, error) {
	if path == "" {
		files, err := rules.Bundle()
		if err != nil {
			return nil, err
		}
		return engine.Load(ctx, files)
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read bundle: %w", err)
	}
	if info.IsDir() {
		return engine.Load(ctx, os.DirFS(path))
	}
	archive, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read bundle: %w", err)
	}
	return engine.LoadArchive(ctx, archive)
}
