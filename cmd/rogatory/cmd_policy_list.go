package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/rogatory/rogatory/agencies/gateway"
)

func (a *app) policyList() *cobra.Command {
	var node nodeFlags
	var all bool
	c := &cobra.Command{
		Use: "list", Short: "Show which policy bundles are in force, of the network and of States",
		Long: `Asks the exchange for every bundle that a record of its ledger has put in force, and
verifies record, policy signer and order from the trust list that this node holds.
Shows for each scope the revision that decides now and those still to come; with
--all the superseded ones too.`,
		Example: `  rogatory policy list --config gateway.yaml
  rogatory policy list --config gateway.yaml --all --json | jq '.bundles[] | select(.in_force)'`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			g, _, err := a.node(cmd.Context(), node)
			if err != nil {
				return err
			}
			defer g.Close()
			return a.listPolicy(cmd.Context(), g, all)
		},
	}
	node.AddFlags(c, false)
	c.Flags().BoolVar(&all, "all", false, "also those that another revision has superseded")
	return c
}

func (a *app) listPolicy(ctx context.Context, g *gateway.Gateway, all bool) error {
	entries, err := g.Policy(ctx)
	if err != nil {
		return err
	}
	at := now()
	shown := []policyEntry{}
	for _, e := range entries {
		v := policyEntry{InForce: e, Status: statusOf(e, at)}
		if all || v.Status != "superseded" {
			shown = append(shown, v)
		}
	}
	res := struct {
		Bundles []policyEntry `json:"bundles"`
	}{shown}
	return a.print(res, func(w io.Writer) {
		table(w, "SCOPE\tREVISION\tSTATUS\tEFFECTIVE FROM\tRECORD\tDIGEST", func(row func(...any)) {
			for _, v := range shown {
				row(v.Scope(), v.Revision, v.Status, stamp(v.EffectiveFrom), fmt.Sprintf("#%d", v.Record), v.Digest)
			}
		})
	})
}

type policyEntry struct {
	gateway.InForce
	Status string `json:"status"` // in_force, announced or superseded
}

func statusOf(e gateway.InForce, at time.Time) string {
	switch {
	case e.InForce:
		return "in_force"
	case e.EffectiveFrom.After(at):
		return "announced"
	}
	return "superseded"
}
