package gateway

import (
	"fmt"
	"path/filepath"

	"github.com/rogatory/rogatory/agencies"
)

// Config is the configuration file of a gateway. Secrets are file paths.
type Config struct {
	Network     string          `yaml:"network"`
	Agency      agencies.ID     `yaml:"agency"`
	DataDir     string          `yaml:"data_dir"` // records, outbox, trust lists
	Keyring     string          `yaml:"keyring"`  // the agency's private keys
	Creds       string          `yaml:"creds"`    // NATS credentials; empty: issued from the keyring
	Broker      BrokerConfig    `yaml:"broker"`
	TrustPin    agencies.Digest `yaml:"trust_pin"`    // digest of version 1 of the trust list
	Origin      string          `yaml:"origin"`       // name of the ledger
	LedgerVKeys []string        `yaml:"ledger_vkeys"` // the ledger's two public keys
	Listen      string          `yaml:"listen"`       // HTTP: /healthz, /readyz; empty: not served
	Log         LogConfig       `yaml:"log"`
}

// BrokerConfig says where the broker is.
type BrokerConfig struct {
	URL string `yaml:"url"` // nats:// or tls://
	CA  string `yaml:"ca"`  // PEM file that vouches for NATS and object store; empty: no TLS
}

// LogConfig is for the command line.
type LogConfig struct {
	Level  string `yaml:"level"`
	Format string `yaml:"format"`
}

// Check says which member is missing or wrong.
func (c *Config) Check() error {
	for _, f := range []struct{ name, value string }{
		{"network", c.Network}, {"agency", string(c.Agency)}, {"data_dir", c.DataDir}, {"keyring", c.Keyring},
		{"broker.url", c.Broker.URL}, {"trust_pin", string(c.TrustPin)}, {"origin", c.Origin},
	} {
		if f.value == "" {
			return &agencies.FieldError{Field: f.name, Rule: agencies.RuleRequired, Detail: "is missing"}
		}
	}
	if err := c.Agency.Check(); err != nil {
		return fmt.Errorf("agency: %w", err)
	}
	if err := c.TrustPin.Check(); err != nil {
		return fmt.Errorf("trust_pin: %w", err)
	}
	if len(c.LedgerVKeys) != 2 {
		return &agencies.FieldError{Field: "ledger_vkeys", Rule: agencies.RuleRequired, Detail: "needs the two public keys of the ledger"}
	}
	return nil
}

// absolute makes every path absolute: an embedded object store in the same process
// moves the working directory.
func (c *Config) absolute() error {
	for _, p := range []*string{&c.DataDir, &c.Keyring, &c.Creds, &c.Broker.CA} {
		if *p == "" {
			continue
		}
		abs, err := filepath.Abs(*p)
		if err != nil {
			return err
		}
		*p = abs
	}
	return nil
}
