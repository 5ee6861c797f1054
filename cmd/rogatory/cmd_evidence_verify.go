package main

import (
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/agencies/gateway"
	"github.com/rogatory/rogatory/evidence"
)

func (a *app) evidenceVerify() *cobra.Command {
	var node nodeFlags
	c := &cobra.Command{
		Use: "verify CASE [EXHIBIT FILE]", Short: "Prove who had an exhibit when, and that a file is it",
		Long: `Verifies the chain of custody of every exhibit of the request from this node's own
records, and the proof that each of these records stands in the ledger. With EXHIBIT
and FILE it also holds the size and both digests of an opened file against what the
producer sealed. Exit 7 names the first thing that does not hold.`,
		Example: `  rogatory evidence verify ` + exampleCase + ` --config gateway.yaml
  rogatory evidence verify ` + exampleCase + ` 019353a0-0000-7000-8000-000000000009 opened.bin --config gateway.yaml`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 && len(args) != 3 {
				return fmt.Errorf("want CASE, or CASE EXHIBIT FILE")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			g, _, err := a.node(cmd.Context(), node)
			if err != nil {
				return err
			}
			defer g.Close()
			return a.runVerify(cmd.Context(), g, args)
		},
	}
	node.AddFlags(c, false)
	return c
}

// custodyView is what was proved about one exhibit.
type custodyView struct {
	exhibitView
	Holder  agencies.ID   `json:"holder"`
	Chain   []custodyStep `json:"chain"`
	Records []uint64      `json:"records"` // proved to stand in the ledger
	Size    uint64        `json:"ledger_size"`
	File    string        `json:"file,omitempty"` // the file that was found to be this exhibit
}

type custodyStep struct {
	Event evidence.Event `json:"event"`
	From  agencies.ID    `json:"from"`
	To    agencies.ID    `json:"to,omitempty"`
	Giver agencies.KeyID `json:"giver_key"`
	Taker agencies.KeyID `json:"taker_key,omitempty"`
	At    string         `json:"recorded"`
}

func (a *app) runVerify(ctx context.Context, g *gateway.Gateway, args []string) error {
	v, list, err := a.exhibits(ctx, g, args[0])
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return fmt.Errorf("verify custody: %w: no exhibit", gateway.ErrNotHeld)
	}
	custody, err := g.VerifyCustody(ctx, args[0])
	if err != nil {
		return err
	}
	views := []custodyView{}
	found := len(args) == 1
	for _, c := range custody {
		if len(args) == 3 && string(c.Exhibit.Manifest.Exhibit) != args[1] {
			continue
		}
		one := custodyView{exhibitView: viewExhibit(c.Exhibit, v), Holder: c.Chain.Holder, Records: c.Records, Size: c.Size}
		for _, s := range c.Chain.Steps {
			one.Chain = append(one.Chain, custodyStep{Event: s.Custody.Event, From: s.Custody.From, To: s.Custody.To, Giver: s.Signer, Taker: s.Taker, At: stamp(s.Recorded)})
		}
		if len(args) == 3 {
			if c.Exhibit.Particulars == nil {
				return fmt.Errorf("verify file: %w: the digests of the exhibit were not released to this agency", gateway.ErrNotHeld)
			}
			if err := sameFile(args[2], c.Exhibit.Particulars.Plain); err != nil {
				return fmt.Errorf("verify file: %w", err)
			}
			found, one.File = true, args[2]
		}
		views = append(views, one)
	}
	if !found {
		return fmt.Errorf("verify custody: exhibit %s: %w", printable(args[1]), gateway.ErrNotHeld)
	}
	return a.print(map[string]any{"request": args[0], "verified": true, "exhibits": views}, func(w io.Writer) {
		for i := range views {
			views[i].text(w)
		}
	})
}

func (v *custodyView) text(w io.Writer) {
	fmt.Fprintf(w, "exhibit %s  part %d  %s\n", v.Exhibit, v.Part, v.Category)
	for _, s := range v.Chain {
		line := string(s.Event) + " by " + string(s.From)
		if s.To != "" {
			line += " to " + string(s.To)
		}
		if s.Taker != "" {
			line += ", signed by both"
		}
		fmt.Fprintf(w, "  %s  %s\n", s.At, line)
	}
	fmt.Fprintf(w, "  custody is with %s; records %s stand in the ledger of %d\n", v.Holder, strings.Trim(fmt.Sprint(v.Records), "[]"), v.Size)
	if v.File != "" {
		fmt.Fprintf(w, "  %s is this exhibit: %s\n", v.File, v.Particulars.SHA512)
	}
}

// sameFile reads a file once and compares size and both digests.
func sameFile(path string, want evidence.Plain) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	short, long := sha256.New(), sha512.New()
	n, err := io.Copy(io.MultiWriter(short, long), f)
	if err != nil {
		return err
	}
	got := evidence.Plain{
		Size:   n,
		SHA256: agencies.Digest(fmt.Sprintf("sha-256:%x", short.Sum(nil))),
		SHA512: agencies.Digest(fmt.Sprintf("sha-512:%x", long.Sum(nil))),
	}
	if got != want {
		return fmt.Errorf("%w: the file is not the exhibit", evidence.ErrSeal)
	}
	return nil
}
