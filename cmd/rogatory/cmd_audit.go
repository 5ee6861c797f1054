package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/evidence/tlog"
	"github.com/rogatory/rogatory/policy/audit"
)

func (a *app) auditCommand() *cobra.Command {
	c := a.group("audit", "See every decision with its reasons, and check a whole ledger",
		a.auditList(), a.auditShow(), a.auditProve(), a.auditVerify(), a.auditReplay(), a.auditWhatIf())
	c.Long = `Oversight sees every decision with every reason, and no content. It works on copies:
the records that its own gateway keeps, and the ledger's tiles, held against the pin
of the trust list and the ledger's public keys, both of which came another way than
through the broker. Everything listed or shown has been verified first.

Name the copies by --records and --pin, or by the configuration of the gateway.`
	c.Example = "  rogatory audit verify --config gateway.yaml --tiles https://ledger.example.org/xz"
	return c
}

// auditFlags say where the copies are and what they are held against.
type auditFlags struct {
	config  string
	records string
	pin     string
	tiles   string
	vkeys   string
	known   []string
}

// use is what a verb needs of them.
type auditUse struct{ pin, tree bool }

func (f *auditFlags) AddFlags(c *cobra.Command, use auditUse) {
	fs := c.Flags()
	fs.StringVar(&f.config, "config", "", "configuration `FILE` of the oversight body's gateway (default: $"+configVariable+")")
	fs.StringVar(&f.records, "records", "", "`FOLDER` of records, instead of the gateway's")
	if use.pin {
		fs.StringVar(&f.pin, "pin", "", "`DIGEST` of version 1 of the trust list, instead of the gateway's")
	}
	if use.tree {
		fs.StringVar(&f.tiles, "tiles", "", "the ledger's tiles: `FOLDER or URL`")
		fs.StringVar(&f.vkeys, "vkeys", "", "`FILE` of the ledger's two public keys, instead of the gateway's")
		_ = c.MarkFlagRequired("tiles")
	}
	// People think of the gateway, not of its file.
	fs.SetNormalizeFunc(func(_ *pflag.FlagSet, name string) pflag.NormalizedName {
		if name == "gateway" {
			name = "config"
		}
		return pflag.NormalizedName(name)
	})
}

// ledger opens the copies.
func (a *app) ledger(f auditFlags, use auditUse) (*audit.Ledger, error) {
	cfg := audit.Config{Pin: agencies.Digest(f.pin)}
	records, vkeys := f.records, []string(nil)
	if records == "" || f.config != "" || use.pin && f.pin == "" || use.tree && f.vkeys == "" {
		node, _, err := a.nodeConfig(nodeFlags{config: f.config})
		if e, ok := errors.AsType[*exitError](err); ok && e.code == exitUsage {
			e.hint = "--config FILE of the gateway, or " + f.instead(use)
		}
		if err != nil {
			return nil, err
		}
		if records == "" {
			records = filepath.Join(node.DataDir, "records")
		}
		if cfg.Pin == "" {
			cfg.Pin = node.TrustPin
		}
		vkeys = node.LedgerVKeys
	}
	cfg.Records = os.DirFS(records)
	if use.tree {
		if err := a.auditTree(f, vkeys, &cfg); err != nil {
			return nil, err
		}
	}
	return audit.Open(cfg)
}

// instead names the flags that take the place of the configuration.
func (f *auditFlags) instead(use auditUse) string {
	need := []string{"--records FOLDER"}
	if use.pin {
		need = append(need, "--pin DIGEST")
	}
	if use.tree {
		need = append(need, "--vkeys FILE")
	}
	return strings.Join(need, " ")
}

// auditTree opens tiles, keys and checkpoints seen before.
func (a *app) auditTree(f auditFlags, vkeys []string, cfg *audit.Config) error {
	var err error
	if f.vkeys == "" {
		cfg.Keys, err = tlog.ParseVerifyKeys(vkeys...)
	} else {
		var b []byte
		if b, err = a.readFile(f.vkeys); err == nil {
			cfg.Keys, err = tlog.ParseVerifyKeysFile(b)
		}
	}
	if err != nil {
		return fmt.Errorf("read ledger keys: %w", err)
	}
	if strings.HasPrefix(f.tiles, "http://") || strings.HasPrefix(f.tiles, "https://") {
		if cfg.Tiles, err = audit.NewWeb(f.tiles, nil); err != nil {
			return usage("%v", err)
		}
	} else {
		if _, err := os.Stat(f.tiles); err != nil {
			return fmt.Errorf("open tiles: %w", err)
		}
		cfg.Tiles = tlog.FromFS(os.DirFS(f.tiles))
	}
	for _, path := range f.known {
		note, err := a.readFile(path)
		if err != nil {
			return err
		}
		cp, err := tlog.ParseCheckpoint(note, cfg.Keys)
		if err != nil {
			return fmt.Errorf("read checkpoint %s: %w", path, err)
		}
		cfg.Known = append(cfg.Known, cp)
	}
	return nil
}

// found tells a finding in the form asked for: what does not hold is a result.
func (a *app) found(err error, report any) error {
	f, ok := errors.AsType[*audit.Finding](err)
	if !ok || !a.json {
		return err
	}
	out := map[string]any{"verified": false, "finding": f, "error": err.Error(), "exit": exitUnverified}
	if report != nil {
		out["report"] = report
	}
	e := json.NewEncoder(a.stdout)
	e.SetEscapeHTML(false)
	if err := e.Encode(out); err != nil {
		return err
	}
	return said(exitUnverified)
}
