package exchange

import (
	"fmt"
	"net"
	"path/filepath"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker/embedded"
	"github.com/rogatory/rogatory/evidence/tlog"
)

// NodeConfig is the configuration file of a broker. Secrets are file paths, never
// values. Relative paths are taken from the working directory at start.
type NodeConfig struct {
	Network      string          `yaml:"network"`       // as in the trust list
	Agency       agencies.ID     `yaml:"agency"`        // the operator's own agency, of kind broker
	DataDir      string          `yaml:"data_dir"`      // everything durable lies below it
	Keyring      string          `yaml:"keyring"`       // the operator agency's keyring
	OperatorKeys string          `yaml:"operator_keys"` // NATS operator, system and broker accounts
	Ledger       LedgerConfig    `yaml:"ledger"`
	TrustList    string          `yaml:"trust_list"` // a signed list, or a folder with one file per version
	TrustPin     agencies.Digest `yaml:"trust_pin"`  // digest of version 1
	NATS         NATSConfig      `yaml:"nats"`
	S3           S3Config        `yaml:"s3"`
	Policy       PolicyConfig    `yaml:"policy"`
	Log          LogConfig       `yaml:"log"`

	faults faults
}

// faults are what tests put between a broker and its servers.
type faults struct {
	store func(tlog.Store) tlog.Store // around the files of the ledger
	try   time.Duration               // instead of publishTimeout
	group int                         // instead of maxGroup
}

// LedgerConfig says how the ledger is signed and where its tiles are served.
type LedgerConfig struct {
	Origin string `yaml:"origin"` // name of the log, c2sp.org/tlog-checkpoint
	Keys   string `yaml:"keys"`   // signing keys of the log
	Listen string `yaml:"listen"` // HTTP: tiles, /healthz, /readyz; empty: not served
}

// TLSConfig names PEM files; all empty means plain text, which is for loopback.
type TLSConfig struct {
	Cert string `yaml:"cert"`
	Key  string `yaml:"key"`
	CA   string `yaml:"ca"` // vouches for the server; with an own server, the CA that gateways are given
}

// NATSConfig chooses the embedded server or an outside cluster.
type NATSConfig struct {
	Embedded bool      `yaml:"embedded"`
	Listen   string    `yaml:"listen"`
	URL      string    `yaml:"url"` // of an outside cluster
	Replicas int       `yaml:"replicas"`
	TLS      TLSConfig `yaml:"tls"`
}

// S3Config chooses the embedded store or an outside one.
type S3Config struct {
	Embedded      bool      `yaml:"embedded"`
	Listen        string    `yaml:"listen"`
	Endpoint      string    `yaml:"endpoint"`   // host:port of an outside store
	PublicURL     string    `yaml:"public_url"` // as gateways reach it; default the endpoint
	Region        string    `yaml:"region"`
	AccessKeyFile string    `yaml:"access_key_file"`
	SecretKeyFile string    `yaml:"secret_key_file"`
	BucketPrefix  string    `yaml:"bucket_prefix"`
	RetentionDays int       `yaml:"retention_days"` // 0: no object lock
	TLS           TLSConfig `yaml:"tls"`
}

// PolicyConfig names the bundles that decide, and what puts them in force. What is
// in force is what the ledger has recorded; these files bring what it lacks.
type PolicyConfig struct {
	Bundle    string        `yaml:"bundle"`    // folder or archive; empty: the one beside the statement (NAME or NAME.tar.gz for NAME.jws), else that in the binary
	Statement string        `yaml:"statement"` // signed by a policy signer of the trust list
	National  string        `yaml:"national"`  // folder of NAME.jws, each signed by a State's policy signer, with the bundle NAME or NAME.tar.gz beside it; empty: none
	Timeout   time.Duration `yaml:"timeout"`   // of one decision; default 5 s
}

// timeout stops a decision that runs away. One takes a few milliseconds; a short
// limit would deny lawful requests on a busy machine.
func (c PolicyConfig) timeout() time.Duration {
	if c.Timeout <= 0 {
		return 5 * time.Second
	}
	return c.Timeout
}

// LogConfig is for the command line.
type LogConfig struct {
	Level  string `yaml:"level"`
	Format string `yaml:"format"`
}

// Check says which member is missing or wrong.
func (c *NodeConfig) Check() error {
	for _, f := range []struct{ name, value string }{
		{"network", c.Network}, {"agency", string(c.Agency)}, {"data_dir", c.DataDir}, {"keyring", c.Keyring},
		{"operator_keys", c.OperatorKeys}, {"ledger.origin", c.Ledger.Origin}, {"ledger.keys", c.Ledger.Keys},
		{"trust_list", c.TrustList}, {"trust_pin", string(c.TrustPin)}, {"policy.statement", c.Policy.Statement},
		{"s3.access_key_file", c.S3.AccessKeyFile}, {"s3.secret_key_file", c.S3.SecretKeyFile}, {"s3.bucket_prefix", c.S3.BucketPrefix},
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
	if c.NATS.Embedded == (c.NATS.URL != "") {
		return &agencies.FieldError{Field: "nats", Rule: agencies.RuleMismatch, Detail: "needs either embedded or url"}
	}
	if c.S3.Embedded == (c.S3.Endpoint != "") {
		return &agencies.FieldError{Field: "s3", Rule: agencies.RuleMismatch, Detail: "needs either embedded or endpoint"}
	}
	if c.NATS.Embedded && c.NATS.TLS.Cert == "" && !loopback(c.NATS.Listen) {
		return &agencies.FieldError{Field: "nats.tls", Rule: agencies.RuleRequired, Detail: "is missing: without TLS the server listens on loopback only"}
	}
	if c.S3.Embedded && c.S3.TLS.Cert == "" && !loopback(c.S3.Listen) {
		return &agencies.FieldError{Field: "s3.tls", Rule: agencies.RuleRequired, Detail: "is missing: without TLS the store listens on loopback only"}
	}
	if c.S3.RetentionDays < 0 || c.NATS.Replicas < 0 {
		return &agencies.FieldError{Field: "s3.retention_days", Rule: agencies.RuleFormat, Detail: "must not be negative"}
	}
	return nil
}

// absolute makes every path absolute: the embedded store moves the working
// directory of the process.
func (c *NodeConfig) absolute() error {
	for _, p := range []*string{
		&c.DataDir, &c.Keyring, &c.OperatorKeys, &c.Ledger.Keys, &c.TrustList, &c.Policy.Bundle, &c.Policy.Statement, &c.Policy.National,
		&c.S3.AccessKeyFile, &c.S3.SecretKeyFile, &c.NATS.TLS.Cert, &c.NATS.TLS.Key, &c.NATS.TLS.CA, &c.S3.TLS.Cert, &c.S3.TLS.Key, &c.S3.TLS.CA,
	} {
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

// server is what a server of ours presents. Agencies prove who they are by their
// credentials and signatures, not by a certificate.
func (t TLSConfig) server() *embedded.TLSFiles {
	if t.Cert == "" {
		return nil
	}
	return &embedded.TLSFiles{Cert: t.Cert, Key: t.Key}
}

// client is how an outside server is checked, and the certificate it may ask for.
func (t TLSConfig) client() *embedded.TLSFiles {
	if t == (TLSConfig{}) {
		return nil
	}
	return &embedded.TLSFiles{Cert: t.Cert, Key: t.Key, CA: t.CA}
}

// loopback says whether an address to listen on can be reached from this machine
// only. An empty one is the server's default, which is loopback.
func loopback(listen string) bool {
	if listen == "" {
		return true
	}
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		host = listen
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
