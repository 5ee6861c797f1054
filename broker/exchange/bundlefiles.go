package exchange

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/policy"
	"github.com/rogatory/rogatory/policy/engine"
	"github.com/rogatory/rogatory/policy/rules"
)

// statementExt ends the name of a signed statement; the bundle lies beside it under
// the same name.
const statementExt = ".jws"

// beside is where the bundle of a statement lies: a folder, or an archive, which may
// not be there.
func beside(statement string) string {
	stem := strings.TrimSuffix(statement, statementExt)
	if info, err := os.Stat(stem); err == nil && info.IsDir() {
		return stem
	}
	return stem + ".tar.gz"
}

// ReadBundles finds the statements that the configuration names, and where the
// bundles lie. Nothing is verified yet.
func (c PolicyConfig) ReadBundles() ([]SignedBundle, error) {
	bundle := c.Bundle
	if bundle == "" {
		if own := beside(c.Statement); exists(own) {
			bundle = own
		}
	}
	network, err := readStatement("policy.statement", c.Statement, bundle)
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
		if e.IsDir() || !strings.HasSuffix(e.Name(), statementExt) {
			continue
		}
		name, file := "policy.national/"+e.Name(), filepath.Join(c.National, e.Name())
		b, err := readStatement(name, file, beside(file))
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

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
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

// CheckBundles says whether the bundles of the configuration could be put in force:
// signed by a policy signer of their scope on the trust list, compiled, and the ones
// that were signed. Whether they follow those in force only the ledger knows.
func (c *NodeConfig) CheckBundles(ctx context.Context, now time.Time) error {
	lists, err := readTrust(c.TrustList)
	if err != nil {
		return fmt.Errorf("trust_list: %w", err)
	}
	history, err := agencies.NewHistory(lists[0], c.TrustPin)
	for _, l := range lists[1:] {
		if err == nil {
			history, err = history.Append(l)
		}
	}
	if err != nil {
		return fmt.Errorf("trust_list: %w", err)
	}
	bundles, err := c.Policy.ReadBundles()
	if err != nil {
		return err
	}
	for _, b := range bundles {
		if err := b.check(ctx, history, now); err != nil {
			return fmt.Errorf("%s: %w", b.Name, err)
		}
	}
	return nil
}

func (b SignedBundle) check(ctx context.Context, history agencies.History, now time.Time) error {
	s, err := policy.VerifyStatement(history.Latest().List(), b.Statement, now)
	if err != nil {
		// One that was recorded under an older list stays good when its signer leaves.
		claim, perr := policy.PeekStatement(b.Statement)
		if perr != nil {
			return err
		}
		verified := false
		for _, l := range history[:len(history)-1] {
			if old, oerr := policy.VerifyStatement(l.List(), b.Statement, claim.EffectiveFrom); oerr == nil {
				s, verified = old, true
			}
		}
		if !verified {
			return err
		}
	}
	rev, err := b.compile(ctx)
	if err != nil {
		return err
	}
	return rev.Is(s)
}

// compile loads the bundle; what does not compile is named as a field of the
// configuration would be.
func (b SignedBundle) compile(ctx context.Context) (*engine.Revision, error) {
	rev, err := b.Load(ctx)
	if errors.Is(err, engine.ErrBundle) {
		return nil, fmt.Errorf("%w: %w", engine.ErrBundle, &agencies.FieldError{Field: "bundle", Rule: "compile", Detail: err.Error()})
	}
	return rev, err
}
