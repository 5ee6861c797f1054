package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/policy"
	"github.com/rogatory/rogatory/policy/audit"
	"github.com/rogatory/rogatory/policy/engine"
	"github.com/rogatory/rogatory/policy/rules"
)

// benches are what bench can measure, by name.
var benches = []string{"policy"}

type benchOptions struct {
	cases     []string
	bundle    string
	rounds    int
	decisions int
}

func (a *app) benchCommand() *cobra.Command {
	var o benchOptions
	c := &cobra.Command{
		Use: "bench [NAME...]", Short: "Measure this machine, each figure beside its baseline",
		Long: `Measures what this program does beside what it cannot be faster than, in one run,
and prints the ratio. Without NAME it measures everything. Names:

  policy   one decision beside the bare prepared query on the same input (goal: under
           1.25), and replay of recorded decisions on all cores beside the bare query
           on one core times the cores (goal: at least 0.85)

The questions are complete baseline requests, one for each instrument and action
that the rules know, or those of --cases.`,
		Example: `  rogatory bench policy
  rogatory bench policy --decisions 100000 --cases policy/testdata/cases/EU_2023_1543.jsonl --json`,
		ValidArgs: benches,
		Args:      cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			for _, name := range args {
				if !slices.Contains(benches, name) {
					return usage("unknown bench %q: want %s", name, strings.Join(benches, ", "))
				}
			}
			return a.runBenchPolicy(cmd.Context(), o)
		},
	}
	c.Flags().StringArrayVar(&o.cases, "cases", nil, "case `FILE`, as for policy check; may repeat")
	c.Flags().StringVar(&o.bundle, "bundle", "", bundleHelp)
	c.Flags().IntVar(&o.rounds, "rounds", 5, "times each decision is measured")
	c.Flags().IntVar(&o.decisions, "decisions", 2000, "decisions that are replayed")
	return c
}

// Goals of the two figures.
const (
	decisionGoal = 1.25
	replayGoal   = 0.85
)

// policyBench is what bench policy prints.
type policyBench struct {
	Engine   string                 `json:"engine"`
	Decision engine.DecisionFigures `json:"decision"`
	Replay   audit.ReplayFigures    `json:"replay"`
}

func (a *app) runBenchPolicy(ctx context.Context, o benchOptions) error {
	if o.rounds < 1 || o.decisions < 1 {
		return usage("--rounds and --decisions count from 1")
	}
	rev, err := a.loadBundle(ctx, o.bundle)
	if err != nil {
		return err
	}
	questions, err := benchQuestions(ctx, rev, o.cases)
	if err != nil {
		return err
	}
	res := policyBench{Engine: engine.EngineVersion()}
	if res.Decision, err = rev.MeasureDecision(ctx, questions, o.rounds); err != nil {
		return err
	}
	if res.Replay, err = audit.MeasureReplay(ctx, rev, questions, o.decisions); err != nil {
		return err
	}
	return a.print(map[string]any{"policy": res}, func(w io.Writer) {
		d, r := res.Decision, res.Replay
		table(w, "BENCH\tMEASURED\tBASELINE\tRATIO\tGOAL", func(row func(...any)) {
			row("policy decision", d.Decision.Round(time.Microsecond), fmt.Sprintf("%v bare query", d.Bare.Round(time.Microsecond)), fmt.Sprintf("%.3f", d.Ratio), fmt.Sprintf("< %.2f", decisionGoal))
			row("policy replay", fmt.Sprintf("%.0f/s on %d cores", r.Replay, r.Cores), fmt.Sprintf("%.0f/s bare query, one core", r.Bare), fmt.Sprintf("%.3f", r.Share), fmt.Sprintf(">= %.2f", replayGoal))
		})
		if r.CPUShare > 0 {
			fmt.Fprintf(w, "\nof the processor time of replay %.3f is the bare query, which bounds the ratio; other work on the machine only lowers it\n", r.CPUShare)
		}
		fmt.Fprintf(w, "%d questions, %d decisions replayed in %.1f s, %d MiB of heap in use, %s\n", d.Questions, r.Decisions, r.Seconds, r.Heap>>20, res.Engine)
	})
}

// benchQuestions are the cases of the files, or the baseline requests.
func benchQuestions(ctx context.Context, rev *engine.Revision, files []string) ([]policy.Input, error) {
	var out []policy.Input
	take := func(c engine.Case) error {
		in, _, err := rev.DecideCase(ctx, checkConfig(timeValue{}), c)
		if err == nil {
			out = append(out, in)
		}
		return err
	}
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			return nil, fmt.Errorf("read cases: %w", err)
		}
		cases := caseReader(f)
		err = engine.EachCase(cases, take)
		_, _ = cases.Close(), f.Close()
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", file, err)
		}
	}
	if len(files) == 0 {
		list, err := rules.Baselines()
		if err != nil {
			return nil, err
		}
		for _, b := range list {
			facts, err := json.Marshal(map[string]string{"instrument": b.Instrument, "action": b.Action})
			if err != nil {
				return nil, err
			}
			if err := take(engine.Case{ID: b.Action, Regime: agencies.Regime(b.Regime), Facts: facts}); err != nil {
				return nil, err
			}
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("no case: %w", fs.ErrNotExist)
	}
	return out, nil
}
