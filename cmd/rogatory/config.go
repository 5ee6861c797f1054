package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/agencies/gateway"
	"github.com/rogatory/rogatory/broker/exchange"
	"github.com/rogatory/rogatory/broker/forms"
	"github.com/rogatory/rogatory/evidence/tlog"
)

// readConfig reads a YAML configuration strictly: an unknown or repeated key is an
// error that names it. v is a *gateway.Config or *exchange.NodeConfig.
func (a *app) readConfig(file string, v interface{ Check() error }) error {
	data, err := a.readFile(file)
	if err != nil {
		return err
	}
	if err := forms.DecodeYAML(data, v); err != nil {
		return fmt.Errorf("read config %s: %w", file, err)
	}
	if err := v.Check(); err != nil {
		return fmt.Errorf("check config %s: %w", file, err)
	}
	return nil
}

// configVerbs are check and schema of one kind of configuration.
func (a *app) configVerbs(server string, fresh func() interface{ Check() error }, check func(cfg any) error) *cobra.Command {
	var file string
	verify := &cobra.Command{
		Use: "check --config FILE", Short: "Read a configuration and every file it names, and start nothing",
		Example: "  rogatory " + server + " config check --config " + server + ".yaml",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			cfg := fresh()
			if err := a.readConfig(file, cfg); err != nil {
				return err
			}
			if err := check(cfg); err != nil {
				return fmt.Errorf("check config %s: %w", file, err)
			}
			return a.print(map[string]any{"config": file, "valid": true}, func(w io.Writer) { fmt.Fprintf(w, "%s is sound\n", file) })
		},
	}
	configFlag(verify, &file)
	schema := &cobra.Command{
		Use: "schema", Short: "Print the JSON schema of the configuration",
		Example: "  rogatory " + server + " config schema > " + server + ".schema.json",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			e := json.NewEncoder(a.stdout)
			e.SetIndent("", "  ")
			return e.Encode(configSchema(fresh()))
		},
	}
	return a.group("config", "Check a configuration, or print its schema", verify, schema)
}

func configFlag(c *cobra.Command, file *string) {
	c.Flags().StringVar(file, "config", "", "configuration `FILE`")
	_ = c.MarkFlagRequired("config")
}

// checkGatewayFiles reads what the configuration names, as the gateway will.
func checkGatewayFiles(v any) error {
	cfg := v.(*gateway.Config)
	if err := checkKeyring(cfg.Keyring, cfg.Agency); err != nil {
		return err
	}
	keys, err := tlog.ParseVerifyKeys(cfg.LedgerVKeys...)
	if err != nil {
		return fmt.Errorf("ledger_vkeys: %w", err)
	}
	if keys.Origin() != cfg.Origin {
		return &agencies.FieldError{Field: "origin", Rule: agencies.RuleMismatch, Detail: "is not that of ledger_vkeys"}
	}
	return mustRead("creds", cfg.Creds, "broker.ca", cfg.Broker.CA)
}

func checkBrokerFiles(v any) error {
	cfg := v.(*exchange.NodeConfig)
	if err := checkKeyring(cfg.Keyring, cfg.Agency); err != nil {
		return err
	}
	b, err := readSecret(cfg.Ledger.Keys)
	if err != nil {
		return fmt.Errorf("ledger.keys: %w", err)
	}
	keys, err := tlog.ParseSigningKeys(b)
	if err != nil {
		return fmt.Errorf("ledger.keys: %w", err)
	}
	if keys.Verify().Origin() != cfg.Ledger.Origin {
		return &agencies.FieldError{Field: "ledger.origin", Rule: agencies.RuleMismatch, Detail: "is not that of ledger.keys"}
	}
	for name, file := range map[string]string{"operator_keys": cfg.OperatorKeys, "s3.access_key_file": cfg.S3.AccessKeyFile, "s3.secret_key_file": cfg.S3.SecretKeyFile} {
		if _, err := readSecret(file); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	if _, err := os.Stat(cfg.TrustList); err != nil {
		return fmt.Errorf("trust_list: %w", err)
	}
	if err := cfg.CheckBundles(context.Background(), now()); err != nil {
		return err
	}
	return mustRead("nats.tls.cert", cfg.NATS.TLS.Cert, "nats.tls.key", cfg.NATS.TLS.Key, "nats.tls.ca", cfg.NATS.TLS.CA,
		"s3.tls.cert", cfg.S3.TLS.Cert, "s3.tls.key", cfg.S3.TLS.Key, "s3.tls.ca", cfg.S3.TLS.CA)
}

func checkKeyring(file string, id agencies.ID) error {
	ring, err := readKeyring(file)
	if err != nil {
		return fmt.Errorf("keyring: %w", err)
	}
	if ring.Agency != id {
		return &agencies.FieldError{Field: "keyring", Rule: agencies.RuleMismatch, Detail: "is another agency's"}
	}
	return nil
}

// mustRead wants every named file readable; an empty path is one that is not used.
func mustRead(pairs ...string) error {
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			continue
		}
		f, err := os.Open(pairs[i+1])
		if err != nil {
			return fmt.Errorf("%s: %w", pairs[i], err)
		}
		_ = f.Close()
	}
	return nil
}

// configLogger writes the log that a configuration asks for, on standard error.
func (a *app) configLogger(level, format string) (*slog.Logger, error) {
	l := slog.LevelInfo
	if level != "" {
		if err := l.UnmarshalText([]byte(level)); err != nil {
			return nil, &agencies.FieldError{Field: "log.level", Rule: agencies.RuleUnknown, Detail: "want debug, info, warn or error"}
		}
	}
	if a.verbose {
		l = slog.LevelDebug
	}
	opts := &slog.HandlerOptions{Level: l}
	switch format {
	case "":
		return a.logger(l), nil
	case "text":
		return slog.New(slog.NewTextHandler(a.stderr, opts)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(a.stderr, opts)), nil
	}
	return nil, &agencies.FieldError{Field: "log.format", Rule: agencies.RuleUnknown, Detail: "want text or json"}
}

// configSchema describes a configuration as JSON Schema. What is required is not
// written down twice: it is what Check demands when everything else is there.
func configSchema(v interface{ Check() error }) map[string]any {
	t := reflect.TypeOf(v).Elem()
	s := schemaOf(t, "", requiredKeys(t))
	s["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	return s
}

func schemaOf(t reflect.Type, at string, required []string) map[string]any {
	switch {
	case t == reflect.TypeFor[time.Duration]():
		return map[string]any{"type": "string", "pattern": `^[0-9]+(\.[0-9]+)?(ns|us|ms|s|m|h)([0-9.]+(ns|us|ms|s|m|h))*$`}
	case t.Kind() == reflect.Struct:
		props, need := map[string]any{}, []string{}
		for f := range t.Fields() {
			name := f.Tag.Get("yaml")
			inner := path.Join(at, name)
			props[name] = schemaOf(f.Type, inner, required)
			if slices.ContainsFunc(required, func(r string) bool { return r == inner || strings.HasPrefix(r, inner+"/") }) {
				need = append(need, name)
			}
		}
		return map[string]any{"type": "object", "additionalProperties": false, "properties": props, "required": need}
	case t.Kind() == reflect.Slice:
		return map[string]any{"type": "array", "items": schemaOf(t.Elem(), at, required)}
	case t.Kind() == reflect.Bool:
		return map[string]any{"type": "boolean"}
	case t.Kind() == reflect.Int:
		return map[string]any{"type": "integer", "minimum": 0}
	}
	return map[string]any{"type": "string"}
}

// requiredKeys fills a configuration, takes one string after the other away, and
// notes which ones Check then misses by name.
func requiredKeys(t reflect.Type) []string {
	var out []string
	for _, leaf := range leaves(t, nil) {
		cfg := reflect.New(t)
		for _, l := range leaves(t, nil) {
			if !slices.Equal(l.index, leaf.index) {
				cfg.Elem().FieldByIndex(l.index).SetString("x")
			}
		}
		err := cfg.Interface().(interface{ Check() error }).Check()
		if f, ok := errors.AsType[*agencies.FieldError](err); ok && f.Rule == agencies.RuleRequired && f.Field == strings.ReplaceAll(leaf.name, "/", ".") {
			out = append(out, leaf.name)
		}
	}
	return out
}

type configLeaf struct {
	name  string
	index []int
}

// leaves are the strings of a configuration.
func leaves(t reflect.Type, under []int) []configLeaf {
	var out []configLeaf
	for f := range t.Fields() {
		name, index := f.Tag.Get("yaml"), append(slices.Clone(under), f.Index...)
		switch f.Type.Kind() {
		case reflect.String:
			out = append(out, configLeaf{name, index})
		case reflect.Struct:
			for _, l := range leaves(f.Type, nil) {
				out = append(out, configLeaf{name + "/" + l.name, append(slices.Clone(index), l.index...)})
			}
		}
	}
	return out
}
