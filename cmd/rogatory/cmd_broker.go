package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/rogatory/rogatory/broker/exchange"
)

func (a *app) brokerCommand() *cobra.Command {
	var file string
	c := a.group("broker", "Run the broker of a network", a.configVerbs("broker", func() interface{ Check() error } { return new(exchange.NodeConfig) }, checkBrokerFiles), a.brokerInitCommand())
	c.Use = "broker --config FILE"
	c.Long = `Runs the broker: it takes requests from gateways, asks policy, records every act
in the ledger, and delivers. NATS and the object store run inside it or outside, as
the configuration says. It refuses to start when servers, ledger, trust list or
policy are not what they must be.

When it serves it says so in one line on standard error with its addresses; with
--json, in one object on standard output. SIGHUP makes it look for newer versions of
the trust list, which takes the account from agencies that are no longer on it, and
for new policy bundles, which decide from their record on without a pause; what is
refused is said on standard error, and what was in force stays. SIGINT or SIGTERM
ends it after the acts under way are recorded.`
	c.Example = `  rogatory broker --config broker.yaml
  rogatory broker config check --config broker.yaml`
	c.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 {
			return a.noVerb(cmd, args)
		}
		if file == "" {
			return &exitError{code: exitUsage, err: fmt.Errorf("required flag \"config\" not set"), hint: "see: rogatory broker --help"}
		}
		return a.runBroker(cmd.Context(), file)
	}
	c.Flags().StringVar(&file, "config", "", "configuration `FILE`")
	return c
}

func (a *app) runBroker(ctx context.Context, file string) error {
	var cfg exchange.NodeConfig
	if err := a.readConfig(file, &cfg); err != nil {
		return err
	}
	log, err := a.configLogger(cfg.Log.Level, cfg.Log.Format)
	if err != nil {
		return err
	}
	n, err := exchange.OpenNode(ctx, cfg, nil, log)
	if err != nil {
		return err
	}
	a.ready(map[string]string{"server": "broker", "agency": string(cfg.Agency), "nats": n.NATSURL(), "http": n.HTTPAddr()}, "server", "agency", "nats", "http")
	err = serveUntilUnhealthy(ctx, n.Exchange.Healthy, func() {
		if err := n.Reload(ctx); err != nil {
			a.say("rogatory: %v", err)
		}
	})
	a.say("rogatory: broker stops")
	if cerr := n.Close(); err == nil {
		err = cerr
	}
	return err
}

// serveUntilUnhealthy returns nil when ctx ends, and an error when the broker can
// no longer record: then it must not look as if it served. SIGHUP makes it reload.
func serveUntilUnhealthy(ctx context.Context, healthy func() error, reload func()) error {
	hup := make(chan os.Signal, 1)
	signal.Notify(hup, syscall.SIGHUP)
	defer signal.Stop(hup)
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-hup:
			reload()
		case <-tick.C:
			if err := healthy(); err != nil {
				return err
			}
		}
	}
}

// ready says that a server serves, once, in the order of keys; empty ones are left
// out.
func (a *app) ready(what map[string]string, keys ...string) {
	if a.json {
		_ = a.print(what, nil)
		return
	}
	line := "rogatory: ready"
	for _, k := range keys {
		if what[k] != "" {
			line += " " + k + "=" + what[k]
		}
	}
	_, _ = io.WriteString(a.stderr, line+"\n")
}
