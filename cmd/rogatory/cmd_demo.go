package main

import (
	"context"
	"embed"

	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/agencies/gateway"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/broker/exchange"
	"github.com/rogatory/rogatory/evidence/tlog"
	"github.com/rogatory/rogatory/policy"
	"github.com/rogatory/rogatory/policy/audit"
)

//go:embed demo
var demoFiles embed.FS

type demoOptions struct {
	once     bool
	evidence []string
	data     string
}

func (a *app) demoCommand() *cobra.Command {
	var o demoOptions
	c := &cobra.Command{
		Use:   "demo",
		Short: "Play a trafficking case between five States on this machine",
		Long: `Starts the whole exchange on this machine with embedded servers, founds agencies
of five fictional States, and plays a trafficking case: an order for messages that
a judge validates and the other State clears, an order that policy denies, a
preservation, and a request for assistance that is refused in part. An investigator
opens the evidence, and a data protection authority verifies the whole record. Two
policy bundles decide where Brenova receives: the network's, and Brenova's own.

Without --once the exchange keeps running until it is interrupted, and the other
verbs can be used on it with the configurations below --data.`,
		Example: `  rogatory demo --once
  rogatory demo --once --evidence disk.img --evidence chat.zip
  rogatory demo --once --json | jq .verified
  rogatory demo --data ./exchange`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.runDemo(cmd.Context(), o) },
	}
	c.Flags().BoolVar(&o.once, "once", false, "exit when the case is told")
	c.Flags().StringArrayVar(&o.evidence, "evidence", nil, "hand over `FILE` instead of the samples; may be repeated")
	c.Flags().StringVar(&o.data, "data", "", "keep everything below `DIR`, which must be empty (default: a folder that is removed)")
	return c
}

// demoSummary is what --json prints.
type demoSummary struct {
	Requests   []demoRequest          `json:"requests"`
	Decisions  map[policy.Outcome]int `json:"decisions"`
	Exhibits   []demoExhibit          `json:"exhibits"`
	Steps      []step                 `json:"steps"`
	Records    uint64                 `json:"records"`
	Checkpoint *audit.Checkpoint      `json:"checkpoint"`
	Audit      *audit.Report          `json:"audit"`
	Verified   bool                   `json:"verified"`
}

func (a *app) runDemo(ctx context.Context, o demoOptions) error {
	dir, remove, err := demoDir(o)
	if err != nil {
		return err
	}
	defer remove()
	files, extra, err := demoEvidence(dir, o.evidence)
	if err != nil {
		return err
	}
	log := a.logger(slog.LevelError)
	plan, err := demoPlan(time.Now())
	if err != nil {
		return err
	}
	a.say("founding %d agencies of %d States below %s", len(plan.Members), len(plan.States)-1, dir)
	founded, err := gateway.Found(ctx, dir, plan)
	if err != nil {
		return err
	}
	node, err := exchange.OpenNode(ctx, founded.Broker, nil, log)
	if err != nil {
		return err
	}
	defer node.Close()
	// From now on the addresses are known; what stays in --data can be used.
	if err := demoAddresses(founded, node); err != nil {
		return err
	}
	nodes := map[agencies.ID]*gateway.Gateway{}
	for id, cfg := range founded.Gateways {
		if nodes[id], err = gateway.Open(ctx, cfg, nil, log); err != nil {
			return err
		}
		defer nodes[id].Close()
	}
	summary := demoSummary{}
	s := &story{
		nodes: nodes, files: files, extra: extra, out: filepath.Join(dir, "opened"), now: time.Now, bar: a.bar,
		step: func(st step) {
			summary.Steps = append(summary.Steps, st)
			a.tellStep(st)
		},
	}
	if err := os.MkdirAll(s.out, 0o700); err != nil {
		return err
	}
	if err := s.play(ctx); err != nil {
		return err
	}
	report, table, err := demoAudit(ctx, founded, node, nodes[alvDPA])
	if err != nil {
		return &exitError{code: exitUnverified, err: fmt.Errorf("the record does not verify: %w", err)}
	}
	summary.Requests, summary.Exhibits = s.Requests, s.Exhibits
	summary.Decisions, summary.Records, summary.Checkpoint = report.Decisions, report.Records, report.Checkpoint
	summary.Audit, summary.Verified = report, report.Verified
	if err := a.print(summary, func(w io.Writer) { printDemo(w, &summary, table) }); err != nil {
		return err
	}
	if o.once {
		return nil
	}
	a.say("\nThe exchange runs until you interrupt it. Try:")
	a.say("  rogatory request list --config %s", founded.ConfigFile(alvPolice))
	a.say("  rogatory audit verify --config %s --tiles http://%s", founded.ConfigFile(alvDPA), node.HTTPAddr())
	<-ctx.Done()
	return nil
}

// demoDir is the folder of the demonstration and how to get rid of it.
func demoDir(o demoOptions) (string, func(), error) {
	if o.data == "" {
		dir, err := os.MkdirTemp("", "rogatory-demo-")
		return dir, func() { _ = os.RemoveAll(dir) }, err
	}
	dir, err := filepath.Abs(o.data)
	if err != nil {
		return "", nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", nil, err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", nil, err
	}
	if len(entries) > 0 {
		return "", nil, &exitError{code: exitConflict, err: fmt.Errorf("%s is not empty", dir), hint: "name a new folder: a ledger is begun once and never again"}
	}
	return dir, func() {}, nil
}

// demoEvidence is what is handed over: the files given, or the samples.
func demoEvidence(dir string, given []string) (files []string, extra string, err error) {
	for _, f := range given {
		abs, err := filepath.Abs(f)
		if err != nil {
			return nil, "", err
		}
		if _, err := os.Stat(abs); err != nil {
			return nil, "", &exitError{code: exitNotFound, err: err, hint: "name files that can be read"}
		}
		files = append(files, abs)
	}
	samples := filepath.Join(dir, "samples")
	if err := os.MkdirAll(samples, 0o700); err != nil {
		return nil, "", err
	}
	err = fs.WalkDir(demoFiles, "demo", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := demoFiles.ReadFile(path)
		if err != nil {
			return err
		}
		to := filepath.Join(samples, d.Name())
		if d.Name() == "company-register.csv" {
			extra = to
		} else if len(given) == 0 {
			files = append(files, to)
		}
		return os.WriteFile(to, data, 0o600)
	})
	return files, extra, err
}

// demoAddresses writes the addresses that the servers took into the configurations.
func demoAddresses(f *gateway.Founded, n *exchange.Node) error {
	for id, cfg := range f.Gateways {
		cfg.Broker.URL = n.NATSURL()
		f.Gateways[id] = cfg
	}
	return f.WriteConfigs()
}

// demoAudit is the oversight body's own look: every record in its inbox against
// the tree that the broker serves, the pin, and the policy bundle.
func demoAudit(ctx context.Context, f *gateway.Founded, n *exchange.Node, dpa *gateway.Gateway) (*audit.Report, []auditRow, error) {
	if err := dpa.Sync(ctx); err != nil {
		return nil, nil, err
	}
	cfg := f.Gateways[alvDPA]
	keys, err := tlog.ParseVerifyKeys(cfg.LedgerVKeys...)
	if err != nil {
		return nil, nil, err
	}
	tiles, err := audit.NewWeb("http://"+n.HTTPAddr(), nil)
	if err != nil {
		return nil, nil, err
	}
	ledger, err := audit.Open(audit.Config{
		Records: os.DirFS(filepath.Join(cfg.DataDir, "records")), Pin: cfg.TrustPin, Tiles: tiles, Keys: keys,
	})
	if err != nil {
		return nil, nil, err
	}
	report, err := ledger.Verify(ctx)
	if err != nil {
		return report, nil, err
	}
	var rows []auditRow
	err = ledger.Walk(ctx, func(r *audit.Record) error {
		rows = append(rows, rowOf(r))
		return nil
	})
	return report, rows, err
}

// auditRow is one line of the last table: who did what, which article, which proof.
type auditRow struct {
	who     agencies.ID
	did     string
	to      agencies.ID
	outcome policy.Outcome
	by      string // whose bundles answered: the network's, and a State's own
	article string
	proof   uint64
}

func rowOf(r *audit.Record) auditRow {
	att := r.Attestation
	row := auditRow{who: att.From, did: string(att.Act), to: att.To, proof: att.Seq}
	switch att.Act {
	case broker.ActTrust:
		row.who, row.did = exchangeID, "trust list"
	case broker.ActBundle:
		row.who, row.did = exchangeID, "policy bundle of "+r.View().Bundle.Scope()
	}
	if d := att.Decision; d != nil {
		row.outcome, row.article = d.Outcome, decisive(*d).Article
		var by []string
		for _, q := range r.Detail.Decided {
			if scope := (policy.Statement{State: q.State}).Scope(); !slices.Contains(by, scope) {
				by = append(by, scope)
			}
		}
		row.by = strings.Join(by, ", ")
	}
	return row
}

func (a *app) tellStep(st step) {
	if a.json {
		return
	}
	fmt.Fprintf(a.stdout, "%-15s %s\n", st.Who, st.Did)
	if st.Outcome != "" {
		fmt.Fprintf(a.stdout, "%-15s   policy: %s — %s (%s)\n", "", st.Outcome, sentence(st.Why), st.Article)
	}
}

// sentence drops the key before the sentence of a reason.
func sentence(text string) string {
	if _, s, ok := cutKey(text); ok {
		return s
	}
	return text
}

func cutKey(text string) (key, rest string, ok bool) {
	for i, r := range text {
		if r == ':' {
			return text[:i], text[min(i+2, len(text)):], true
		}
		if r != '_' && (r < 'a' || r > 'z') && (r < '0' || r > '9') {
			return "", text, false
		}
	}
	return "", text, false
}

func printDemo(w io.Writer, s *demoSummary, rows []auditRow) {
	fmt.Fprintf(w, "\nWho did what, by which article, and the proof (the record's place in the ledger):\n\n")
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, "PROOF\tWHO\tDID\tTO\tPOLICY\tBY\tARTICLE")
	for _, r := range rows {
		fmt.Fprintf(t, "#%d\t%s\t%s\t%s\t%s\t%s\t%s\n", r.proof, r.who, r.did, r.to, r.outcome, r.by, r.article)
	}
	_ = t.Flush()
	fmt.Fprintln(w, "\nExhibits, measured before sealing and after opening:")
	for _, e := range s.Exhibits {
		fmt.Fprintf(w, "  %s  %d bytes\n    in  %s\n    out %s  %s\n", e.Name, e.Size, e.DigestIn, e.DigestOut, e.Status)
	}
	fmt.Fprintln(w)
	for _, o := range slices.Backward(policy.Outcomes()) {
		fmt.Fprintf(w, "decisions %-18s %d\n", o, s.Decisions[o])
	}
	fmt.Fprintf(w, "records   %d\nrequests  %d\ncheckpoint %s size %d root %s\n", s.Records, len(s.Requests), s.Checkpoint.Origin, s.Checkpoint.Size, s.Checkpoint.Root)
	fmt.Fprintf(w, "verified  %v — by the data protection authority, from its own copy: every signature, every state, every\n          decision made again, every record in the tree under the signed checkpoint\n", s.Verified)
}
