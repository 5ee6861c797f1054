package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/agencies/gateway"
	"github.com/rogatory/rogatory/broker/exchange"
	"github.com/rogatory/rogatory/broker/forms"
)

// freshConfig is the kind that a file is for, by its name.
func freshConfig(name string) interface{ Check() error } {
	if strings.HasSuffix(name, "-broker.yaml") {
		return new(exchange.NodeConfig)
	}
	return new(gateway.Config)
}

// What the charts render is what the program reads: every key is known, every
// required one is there, and the schema says the same.
func TestChartsRenderConfigurations(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", "charts", "test", "testdata", "config", "*.yaml"))
	if err != nil || len(files) < 6 {
		t.Fatalf("%d examples, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			cfg := freshConfig(file)
			if err := forms.DecodeYAML(data, cfg); err != nil {
				t.Fatal(err)
			}
			if err := cfg.Check(); err != nil {
				t.Error(err)
			}
			if err := validates(t, cfg, data); err != nil {
				t.Error(err)
			}
		})
	}
}

// validates holds YAML against the printed schema of a configuration.
func validates(t *testing.T, cfg interface{ Check() error }, data []byte) error {
	t.Helper()
	b, err := json.Marshal(configSchema(cfg))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("config.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("config.json")
	if err != nil {
		t.Fatal(err)
	}
	text, err := yaml.YAMLToJSON(data)
	if err != nil {
		t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(v)
}

// goodGateway is a whole configuration to break.
const goodGateway = `network: story
agency: XA-COURT
data_dir: data
keyring: keyring.json
broker:
  url: nats://127.0.0.1:4222
trust_pin: sha-256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff
origin: ledger.test/story
ledger_vkeys: [a, b]
`

func TestConfigIsStrict(t *testing.T) {
	for _, c := range []struct {
		name, old, new string
		field, rule    string // "" rule: sound
	}{
		{"whole", "", "", "", ""},
		{"unknown key", "network: story", "network: story\ncolour: red", "colour", agencies.RuleUnknown},
		{"unknown inner key", "  url:", "  port: 3\n  url:", "port", agencies.RuleUnknown},
		{"wrong type", "ledger_vkeys: [a, b]", "ledger_vkeys: {a: b}", "", agencies.RuleType},
		{"missing", "keyring: keyring.json\n", "", "keyring", agencies.RuleRequired},
		{"missing inner", "  url: nats://127.0.0.1:4222\n", "  ca: x\n", "broker.url", agencies.RuleRequired},
		{"key twice", "network: story", "network: story\nnetwork: other", "", agencies.RuleSyntax},
		{"alias", "network: story", "network: &n story\norigin: *n", "", agencies.RuleSyntax},
		{"no YAML", "network: story", "{", "", agencies.RuleSyntax},
		{"two documents", "ledger_vkeys", "---\nledger_vkeys", "", agencies.RuleSyntax},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := strings.Replace(goodGateway, c.old, c.new, 1)
			var cfg gateway.Config
			err := forms.DecodeYAML([]byte(text), &cfg)
			if err == nil {
				err = cfg.Check()
			}
			if c.rule == "" {
				if err != nil {
					t.Fatal(err)
				}
				if err := validates(t, new(gateway.Config), []byte(text)); err != nil {
					t.Fatal(err)
				}
				return
			}
			wantFieldError(t, err, c.field, c.rule)
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("error has several lines: %q", err)
			}
			// The schema refuses what can be seen from one file alone.
			if c.rule != agencies.RuleSyntax && validates(t, new(gateway.Config), []byte(text)) == nil {
				t.Error("the schema takes it")
			}
		})
	}
}

func TestEmptyConfig(t *testing.T) {
	for _, text := range []string{"", "# only words\n"} {
		err := forms.DecodeYAML([]byte(text), new(gateway.Config))
		if err == nil {
			err = new(gateway.Config).Check()
		}
		if _, ok := errors.AsType[*agencies.FieldError](err); !ok || errors.Is(err, io.EOF) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// The required keys of the schema are those that Check demands.
func TestSchemaRequires(t *testing.T) {
	b, err := json.Marshal(configSchema(new(exchange.NodeConfig)))
	if err != nil {
		t.Fatal(err)
	}
	v, err := readValues(string(b))
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"required":                   `["network","agency","data_dir","keyring","operator_keys","ledger","trust_list","trust_pin","s3","policy"]`,
		"properties/ledger/required": `["origin","keys"]`,
		"properties/policy/required": `["statement"]`,
		"properties/s3/required":     `["access_key_file","secret_key_file","bucket_prefix"]`,
		"additionalProperties":       "false",
	} {
		if got, _ := lookUp(v, path); got != want {
			t.Errorf("%s is %s, want %s", path, got, want)
		}
	}
}

func wantFieldError(t *testing.T, err error, field, rule string) {
	t.Helper()
	fe, ok := errors.AsType[*agencies.FieldError](err)
	if !ok {
		t.Fatalf("error is %v, want one about %s", err, field)
	}
	if fe.Field != field || fe.Rule != rule {
		t.Fatalf("error is about %q, rule %q (%v); want %q, %q", fe.Field, fe.Rule, err, field, rule)
	}
}
