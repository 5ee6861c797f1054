package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/agencies/gateway"
)

func (a *app) gatewayCommand() *cobra.Command {
	var file string
	c := a.group("gateway", "Run an agency's node", a.configVerbs("gateway", func() interface{ Check() error } { return new(gateway.Config) }, checkGatewayFiles))
	c.AddCommand(a.gatewaySync())
	c.Use = "gateway --config FILE"
	c.Long = `Runs an agency's node: it takes the agency's inbox, verifies and keeps every
record, acknowledges what is delivered, and sends again what a stop had left without
an answer. The request and evidence verbs work beside it, on the same files.

When it serves it says so in one line on standard error; with --json, in one object
on standard output. SIGINT or SIGTERM ends it.`
	c.Example = `  rogatory gateway --config gateway.yaml
  rogatory gateway config check --config gateway.yaml`
	c.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 {
			return a.noVerb(cmd, args)
		}
		if file == "" {
			return &exitError{code: exitUsage, err: fmt.Errorf("required flag \"config\" not set"), hint: "see: rogatory gateway --help"}
		}
		return a.runGateway(cmd.Context(), file)
	}
	c.Flags().StringVar(&file, "config", "", "configuration `FILE`")
	return c
}

func (a *app) gatewaySync() *cobra.Command {
	var node nodeFlags
	c := &cobra.Command{
		Use: "sync", Short: "Take what lies in the inbox now, and end",
		Long: `For a node that is not always on: sends what waits for an answer, takes and keeps
every record in the inbox, acknowledges, and ends.`,
		Example: "  rogatory gateway sync --config gateway.yaml",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			g, _, err := a.node(cmd.Context(), node)
			if err != nil {
				return err
			}
			defer g.Close()
			if err := g.Sync(cmd.Context()); err != nil {
				return err
			}
			records, err := g.Records("")
			if err != nil {
				return err
			}
			return a.print(map[string]any{"agency": g.Agency(), "records": len(records)}, func(w io.Writer) { fmt.Fprintf(w, "%s holds %d records\n", g.Agency(), len(records)) })
		},
	}
	node.AddFlags(c, false)
	return c
}

func (a *app) runGateway(ctx context.Context, file string) error {
	var cfg gateway.Config
	if err := a.readConfig(file, &cfg); err != nil {
		return err
	}
	log, err := a.configLogger(cfg.Log.Level, cfg.Log.Format)
	if err != nil {
		return err
	}
	g, err := gateway.Open(ctx, cfg, nil, log)
	if err != nil {
		return err
	}
	defer g.Close()
	a.ready(map[string]string{"server": "gateway", "agency": string(cfg.Agency), "broker": cfg.Broker.URL, "http": cfg.Listen}, "server", "agency", "broker", "http")
	err = g.Run(ctx)
	a.say("rogatory: gateway stops")
	return err
}

// nodeFlags say on which node, and for which officer, a verb acts.
type nodeFlags struct {
	config  string
	officer string
}

// configVariable may hold the path of the configuration instead of the flag.
const configVariable = "ROGATORY_CONFIG"

func (f *nodeFlags) AddFlags(c *cobra.Command, acts bool) {
	c.Flags().StringVar(&f.config, "config", "", "configuration `FILE` of the agency's gateway (default: $"+configVariable+")")
	if acts {
		c.Flags().StringVar(&f.officer, "officer", "", "`ID` of the officer who signs, as in XA-COURT/judge-1 or judge-1 (default: the agency's seal)")
	}
}

// node opens the agency's node beside the gateway that may be running. It gives
// the officer's whole id.
func (a *app) node(ctx context.Context, f nodeFlags) (*gateway.Gateway, agencies.OfficerID, error) {
	cfg, officer, err := a.nodeConfig(f)
	if err != nil {
		return nil, "", err
	}
	level := slog.LevelError
	if a.verbose {
		level = slog.LevelDebug
	}
	g, err := gateway.Open(ctx, *cfg, nil, a.logger(level))
	return g, officer, err
}

func (a *app) nodeConfig(f nodeFlags) (*gateway.Config, agencies.OfficerID, error) {
	file := f.config
	if file == "" {
		file = os.Getenv(configVariable)
	}
	if file == "" {
		return nil, "", &exitError{code: exitUsage, err: fmt.Errorf("no configuration given"), hint: "--config FILE of the agency's gateway, or $" + configVariable}
	}
	var cfg gateway.Config
	if err := a.readConfig(file, &cfg); err != nil {
		return nil, "", err
	}
	officer := agencies.OfficerID(f.officer)
	if officer != "" && !strings.Contains(f.officer, "/") {
		officer = agencies.OfficerID(string(cfg.Agency) + "/" + f.officer)
	}
	if officer != "" {
		if err := officer.Check(); err != nil {
			return nil, "", fmt.Errorf("officer: %w", err)
		}
	}
	return &cfg, officer, nil
}
