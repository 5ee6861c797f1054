package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/policy"
	"github.com/rogatory/rogatory/policy/engine"
	"github.com/rogatory/rogatory/policy/rules"
)

func (a *app) policyCommand() *cobra.Command {
	c := a.group("policy", "Decide cases, and make, test, sign and compare policy bundles",
		a.policyCheck(), a.policyExplain(), a.policyTest(), a.policyBuild(), a.policySign(), a.policyDiff(), a.policyList())
	c.Example = "  rogatory policy check cases.jsonl"
	return c
}

const bundleHelp = "bundle directory or archive (default: the network's, which is part of this program)"

// loadBundle loads and compiles a bundle: a directory, an archive as policy build
// writes it, or with "" the network's own. Loading gives no authority.
func (a *app) loadBundle(ctx context.Context, path string) (*engine.Revision, error) {
	if path != "" {
		info, err := os.Stat(path)
		if err != nil {
			return nil, fmt.Errorf("read bundle: %w", err)
		}
		if !info.IsDir() {
			b, err := a.readFile(path)
			if err != nil {
				return nil, err
			}
			return engine.LoadArchive(ctx, b)
		}
	}
	files, err := bundleFiles(path)
	if err != nil {
		return nil, err
	}
	return engine.Load(ctx, files)
}

func bundleFiles(dir string) (fs.FS, error) {
	if dir == "" {
		return rules.Bundle()
	}
	info, err := os.Stat(dir)
	if err != nil {
		return nil, fmt.Errorf("read bundle: %w", err)
	}
	if !info.IsDir() {
		return nil, usage("%s is not a directory; tests are not part of an archive", dir)
	}
	return os.DirFS(dir), nil
}

func (a *app) policyCheck() *cobra.Command {
	var bundle string
	var at timeValue
	var unconfirmed bool
	c := &cobra.Command{
		Use: "check CASES.jsonl [--bundle DIR]", Short: "Decide cases: would this be lawful, and why",
		Long: `Reads one JSON object from each line, {"id", "regime", "facts"}, lays the facts
over a complete request of that regime, instrument and action which nobody
disputes, decides, and prints one JSON line:

  {"id", "outcome", "obligations", "reasons": [{"rule", "article"}], "human_questions"}

"facts" names the action and the instrument, and only facts of the dictionary. A
line may also say "now" (RFC 3339, UTC), the time to decide for. Other members,
such as "narrative" or "expect", are for people and ignored. Exit status 0 when
every line could be decided, whatever the outcome; otherwise the other lines are
decided all the same. CASES may be "-" for standard input.

Some rules rest on sources that nobody has verified yet. In an exchange they refuse
nothing until counsel has confirmed them in the bundle; here they show what they
say, unless --unconfirmed is given.`,
		Example: `  rogatory policy check cases.jsonl
  rogatory policy check cases.jsonl --bundle ./draft | jq -r '[.id, .outcome] | @tsv'`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg := checkConfig(at)
			cfg.Unconfirmed = unconfirmed
			return a.runPolicyCheck(cmd.Context(), args[0], bundle, cfg)
		},
	}
	c.Flags().StringVar(&bundle, "bundle", "", bundleHelp)
	c.Flags().Var(&at, "now", "decide for this time, unless a case names its own (default now)")
	c.Flags().BoolVar(&unconfirmed, "unconfirmed", false, "decide as an exchange does whose counsel has confirmed nothing")
	return c
}

// withCases opens a case file.
func (a *app) withCases(ctx context.Context, path string, f func(io.Reader) error) error {
	in := a.stdin
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return fmt.Errorf("read cases: %w", err)
		}
		defer file.Close()
		in = file
	}
	cases := caseReader(in)
	defer cases.Close()
	// A read from a terminal or pipe does not end by itself when we are stopped.
	defer context.AfterFunc(ctx, func() { cases.CloseWithError(ctx.Err()) })()
	return f(cases)
}

func (a *app) runPolicyCheck(ctx context.Context, cases, bundle string, cfg engine.CheckConfig) error {
	return a.withCases(ctx, cases, func(in io.Reader) error {
		rev, err := a.loadBundle(ctx, bundle)
		if err != nil {
			return err
		}
		if err := engine.Check(ctx, rev, cfg, in, a.stdout); err != nil {
			return fmt.Errorf("check %s: %w", cases, err)
		}
		return nil
	})
}

// checkConfig gives each case ample time: the engine's own limit keeps a broker
// from being held up, and on a busy machine would leave a case undecided.
func checkConfig(at timeValue) engine.CheckConfig {
	return engine.CheckConfig{Now: at.or(now()), Limits: engine.Limits{Timeout: 30 * time.Second}}
}

func (a *app) policyTest() *cobra.Command {
	return &cobra.Command{
		Use: "test [DIR]", Short: "Run the tests beside a bundle and say what they do not reach",
		Long: `Compiles the bundle as it would decide, runs its tests (*_test.rego), measures
their coverage, and looks for rules that could give a reason without its article.
Exit status 1 when a test fails or such a rule is found.`,
		Example: `  rogatory policy test ./draft`,
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.runPolicyTest(cmd.Context(), strings.Join(args, ""))
		},
	}
}

func (a *app) runPolicyTest(ctx context.Context, dir string) error {
	files, err := bundleFiles(dir)
	if err != nil {
		return err
	}
	rev, err := engine.Load(ctx, files)
	if err != nil {
		return err
	}
	report, err := engine.Test(ctx, files)
	if err != nil {
		return err
	}
	res := struct {
		Digest agencies.Digest `json:"digest"`
		Engine string          `json:"engine"`
		engine.TestReport
		Lint []string `json:"lint"`
	}{rev.Digest(), engine.EngineVersion(), report, append([]string{}, rev.Lint()...)}
	if err := a.print(res, func(w io.Writer) {
		fmt.Fprintf(w, "bundle    %s\ntests     %d, %d failed\ncoverage  %.1f %%\n", res.Digest, res.Tests, len(res.Failed), res.Coverage)
		for _, line := range res.Failed {
			fmt.Fprintf(w, "FAIL      %s\n", line)
		}
		for _, line := range res.Lint {
			fmt.Fprintf(w, "lint      %s\n", line)
		}
		if res.Tests == 0 {
			return // then nothing is reached, and a list would say nothing
		}
		for _, line := range res.Uncovered {
			fmt.Fprintf(w, "no test   %s\n", line)
		}
	}); err != nil {
		return err
	}
	if len(res.Failed) > 0 || len(res.Lint) > 0 {
		return said(exitFailed)
	}
	return nil
}

func (a *app) policyBuild() *cobra.Command {
	var out string
	c := &cobra.Command{
		Use: "build [DIR] --out FILE", Short: "Compile a bundle and pack it into one file",
		Long: `Checks and compiles the bundle and writes it as a gzipped tar that this program
and stock OPA read. Its digest is over the content and stays the same wherever it
is built; policy sign signs it.`,
		Example: `  rogatory policy build ./draft --out draft.tar.gz`,
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.runPolicyBuild(cmd.Context(), strings.Join(args, ""), out)
		},
	}
	c.Flags().StringVarP(&out, "out", "o", "", "archive `FILE`, which must not exist yet")
	_ = c.MarkFlagRequired("out")
	return c
}

func (a *app) runPolicyBuild(ctx context.Context, dir, out string) error {
	rev, err := a.loadBundle(ctx, dir)
	if err != nil {
		return err
	}
	if err := createFile(out, rev.Archive(), modePublic); err != nil {
		return err
	}
	res := struct {
		File   string          `json:"file"`
		Digest agencies.Digest `json:"digest"`
		Rules  int             `json:"rules"`
	}{out, rev.Digest(), len(rev.RuleIDs())}
	return a.print(res, func(w io.Writer) {
		fmt.Fprintf(w, "file    %s\ndigest  %s\nrules   %d\n", res.File, res.Digest, res.Rules)
	})
}

type policySignOptions struct {
	chain           chainFlags
	key, out, state string
	revision        int
	from            timeValue
}

func (a *app) policySign() *cobra.Command {
	var o policySignOptions
	c := &cobra.Command{
		Use: "sign [BUNDLE] --key FILE --revision N --out FILE --trust FILE... --pin DIGEST", Short: "Put a bundle in force as a policy signer",
		Long: `Signs that a bundle is revision N of the network's policy from a time on, or with
--state of one State's own, which is asked beside the network's wherever that State
receives and can only make the answer stricter. BUNDLE is a directory or an archive;
without it, the network's own in this program. The key must be that of a policy
signer on the newest of the trust lists given, who signs for the network, or for
that State.`,
		Example: `  rogatory policy sign draft.tar.gz --key policy.key --revision 2 --effective-from 2027-01-01 \
    --trust trust-1.json --pin sha-256:... --out policy-2.jws
  rogatory policy sign national.tar.gz --state XB --key xb.key --revision 1 --trust trust-1.json --pin sha-256:... --out XB-1.jws`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.runPolicySign(cmd.Context(), strings.Join(args, ""), o)
		},
	}
	o.chain.AddFlags(c)
	c.Flags().StringVar(&o.key, "key", "", "private key `FILE` of the policy signer")
	c.Flags().StringVar(&o.state, "state", "", "`STATE` whose own bundle it is (default: the network's)")
	c.Flags().IntVar(&o.revision, "revision", 0, "number of the revision, one more than the last")
	c.Flags().Var(&o.from, "effective-from", "from when it decides (default now)")
	c.Flags().StringVarP(&o.out, "out", "o", "", "`FILE` for the signed statement, which must not exist yet")
	for _, flag := range []string{"key", "revision", "out"} {
		_ = c.MarkFlagRequired(flag)
	}
	return c
}

func (a *app) runPolicySign(ctx context.Context, bundle string, o policySignOptions) error {
	h, err := a.history(o.chain)
	if err != nil {
		return err
	}
	signer, err := readSigner(o.key)
	if err != nil {
		return err
	}
	rev, err := a.loadBundle(ctx, bundle)
	if err != nil {
		return err
	}
	at := now()
	list := h.Latest().List()
	st := policy.Statement{Network: list.Network, State: agencies.State(o.state), Digest: rev.Digest(), Revision: o.revision, EffectiveFrom: o.from.or(at)}
	signed, err := st.Sign(signer)
	if err != nil {
		return err
	}
	// What we write must be what an engine accepts today.
	if _, err := engine.Verify(list, signed, rev, at); err != nil {
		return err
	}
	if err := createFile(o.out, []byte(signed+"\n"), modePublic); err != nil {
		return err
	}
	res := struct {
		File string `json:"file"`
		policy.Statement
		Key agencies.KeyID `json:"key"`
	}{o.out, st, signer.KeyID()}
	return a.print(res, func(w io.Writer) {
		fmt.Fprintf(w, "file      %s\nnetwork   %s\nscope     %s\nrevision  %d\nfrom      %s\ndigest    %s\nkey       %s\n",
			res.File, st.Network, st.Scope(), st.Revision, stamp(st.EffectiveFrom), st.Digest, res.Key)
	})
}

func (a *app) policyDiff() *cobra.Command {
	var cases string
	var at timeValue
	c := &cobra.Command{
		Use: "diff BEFORE AFTER [--cases CASES.jsonl]", Short: "Say what a new bundle would change",
		Long: `Names the rules that one bundle has and the other has not, and with --cases
decides every case under both and prints those that come out differently. BEFORE
or AFTER may be "network" for the bundle in this program. Exit status 0 also when
there are differences.`,
		Example: `  rogatory policy diff network ./draft --cases cases.jsonl`,
		Args:    cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.runPolicyDiff(cmd.Context(), args, cases, at)
		},
	}
	c.Flags().StringVar(&cases, "cases", "", "case `FILE`, as for policy check")
	c.Flags().Var(&at, "now", "decide for this time, unless a case names its own (default now)")
	return c
}

func (a *app) runPolicyDiff(ctx context.Context, args []string, cases string, at timeValue) error {
	var revs [2]*engine.Revision
	for i, path := range args {
		if path == "network" {
			path = ""
		}
		rev, err := a.loadBundle(ctx, path)
		if err != nil {
			return fmt.Errorf("load %s: %w", args[i], err)
		}
		revs[i] = rev
	}
	res := policyDifference{
		Before: revs[0].Digest(), After: revs[1].Digest(), Cases: []changedCase{},
		Removed: lacking(revs[0], revs[1]), Added: lacking(revs[1], revs[0]),
	}
	if cases != "" {
		if err := a.withCases(ctx, cases, func(in io.Reader) error {
			var err error
			res.Cases, err = diffCases(ctx, revs, checkConfig(at), in)
			return err
		}); err != nil {
			return fmt.Errorf("compare %s: %w", cases, err)
		}
	}
	return a.print(res, res.text)
}

// policyDifference is what policy diff prints.
type policyDifference struct {
	Before  agencies.Digest `json:"before"`
	After   agencies.Digest `json:"after"`
	Removed []string        `json:"rules_removed"`
	Added   []string        `json:"rules_added"`
	Cases   []changedCase   `json:"cases"`
}

type changedCase struct {
	ID string `json:"id"`
	engine.Difference
}

// diffCases collects the lines of engine.Diff.
func diffCases(ctx context.Context, revs [2]*engine.Revision, cfg engine.CheckConfig, in io.Reader) ([]changedCase, error) {
	var out lines
	_, err := engine.Diff(ctx, revs[0], revs[1], cfg, in, &out)
	changed := []changedCase{}
	for _, line := range out {
		var c changedCase
		if derr := agencies.DecodeStrict(line, &c); derr != nil {
			return nil, errors.Join(err, derr)
		}
		changed = append(changed, c)
	}
	return changed, err
}

// lines keeps each write, which is one line.
type lines [][]byte

func (l *lines) Write(p []byte) (int, error) {
	*l = append(*l, slices.Clone(p))
	return len(p), nil
}

func (d *policyDifference) text(w io.Writer) {
	fmt.Fprintf(w, "before  %s\nafter   %s\n", d.Before, d.After)
	for _, id := range d.Removed {
		fmt.Fprintf(w, "rule removed  %s\n", id)
	}
	for _, id := range d.Added {
		fmt.Fprintf(w, "rule added    %s\n", id)
	}
	table(w, "\nCASE\tWAS\tWOULD BE\tDIFFERS IN", func(row func(...any)) {
		for _, c := range d.Cases {
			row(c.ID, c.Was.Outcome, c.Now.Outcome, strings.Join(c.Fields, " "))
		}
	})
}

// lacking lists the rules of x that y has not.
func lacking(x, y *engine.Revision) []string {
	have := y.RuleIDs()
	out := []string{}
	for _, id := range slices.Sorted(maps.Keys(x.RuleIDs())) {
		if _, ok := have[id]; !ok {
			out = append(out, id)
		}
	}
	return out
}
