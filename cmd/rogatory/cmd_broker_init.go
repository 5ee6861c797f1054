package main

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/goccy/go-yaml"
	"github.com/spf13/cobra"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker/embedded"
	"github.com/rogatory/rogatory/broker/exchange"
	"github.com/rogatory/rogatory/evidence/tlog"
)

type brokerInitFlags struct {
	network, origin, agency, pin, out, host string
}

func (a *app) brokerInitCommand() *cobra.Command {
	var f brokerInitFlags
	c := &cobra.Command{
		Use:   "init --network NAME --origin ORIGIN --agency ID --trust-pin DIGEST --out DIR",
		Short: "Make the keys and the configuration of a broker",
		Long: `Makes what a broker needs and nobody else may have: the keys of its message servers,
the two keys that sign the ledger, and the credentials of its object store; and a
configuration to complete. The keyring of the operator's agency comes from agency
init, the trust list from the registrars, the policy statement from policy sign.

The ledger's public keys (ledger.pub) and its origin go to every agency and every
oversight body.`,
		Example: `  rogatory broker init --network demo.example --origin demo.example/ledger --agency XX-EXCHANGE \
    --trust-pin sha-256:... --host broker.example --out ./broker`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return a.runBrokerInit(f) },
	}
	c.Flags().StringVar(&f.network, "network", "", "`NAME` of the exchange, as in the trust list")
	c.Flags().StringVar(&f.origin, "origin", "", "`NAME` of the ledger, as in demo.example/ledger; never used for another one")
	c.Flags().StringVar(&f.agency, "agency", "", "`ID` of the operator's agency, of kind broker")
	c.Flags().StringVar(&f.pin, "trust-pin", "", "`DIGEST` of version 1 of the trust list")
	c.Flags().StringVar(&f.host, "host", "", "`NAME` under which gateways reach this machine (default: loopback, without TLS)")
	c.Flags().StringVar(&f.out, "out", "", "new `DIR` for the files")
	for _, name := range []string{"network", "origin", "agency", "trust-pin", "out"} {
		_ = c.MarkFlagRequired(name)
	}
	return c
}

func (a *app) runBrokerInit(f brokerInitFlags) error {
	id, err := agencies.ParseID(f.agency)
	if err != nil {
		return fmt.Errorf("--agency: %w", err)
	}
	pin, err := agencies.ParseDigest(f.pin)
	if err != nil {
		return fmt.Errorf("--trust-pin: %w", err)
	}
	op, err := embedded.GenerateOperator(f.network)
	if err != nil {
		return err
	}
	operator, err := json.Marshal(op)
	if err != nil {
		return err
	}
	keys, err := tlog.GenerateKeys(f.origin)
	if err != nil {
		return fmt.Errorf("--origin: %w", err)
	}
	dir, err := filepath.Abs(f.out)
	if err != nil {
		return err
	}
	if err := mustBeFree(dir); err != nil {
		return err
	}
	config, err := yaml.Marshal(brokerConfig(f, id, pin, dir))
	if err != nil {
		return err
	}
	for _, folder := range []string{"trust", "national"} {
		if err := os.MkdirAll(filepath.Join(dir, folder), 0o700); err != nil {
			return err
		}
	}
	for _, file := range []struct {
		name string
		data []byte
	}{
		{"operator.json", operator}, {"ledger.keys", keys.Marshal()}, {"s3-access", []byte("rogatory")}, {"s3-secret", []byte(rand.Text())},
	} {
		if err := createFile(filepath.Join(dir, file.name), file.data, modeSecret); err != nil {
			return err
		}
	}
	err = errors.Join(
		createFile(filepath.Join(dir, "ledger.pub"), keys.Verify().Marshal(), modePublic),
		createFile(filepath.Join(dir, "broker.yaml"), config, modePublic),
	)
	if err != nil {
		return err
	}
	result := map[string]any{"config": filepath.Join(dir, "broker.yaml"), "ledger_vkeys": keys.Verify().Strings(), "origin": f.origin}
	return a.print(result, func(w io.Writer) {
		fmt.Fprintf(w, "configuration %s\norigin        %s\n", result["config"], f.origin)
		for _, k := range keys.Verify().Strings() {
			fmt.Fprintf(w, "ledger key    %s\n", k)
		}
		a.say("put the operator's keyring, the signed trust lists and the policy statement where the configuration names them; then: rogatory broker config check --config %s", result["config"])
	})
}

// brokerConfig is a configuration that needs no more than the files it names. With
// a host the servers are for other machines, and then they need certificates.
func brokerConfig(f brokerInitFlags, id agencies.ID, pin agencies.Digest, dir string) exchange.NodeConfig {
	at := func(name string) string { return filepath.Join(dir, name) }
	c := exchange.NodeConfig{
		Network: f.network, Agency: id, DataDir: at("data"), Keyring: at("keyring.json"), OperatorKeys: at("operator.json"),
		Ledger:    exchange.LedgerConfig{Origin: f.origin, Keys: at("ledger.keys"), Listen: "127.0.0.1:8080"},
		TrustList: at("trust"), TrustPin: pin,
		NATS:   exchange.NATSConfig{Embedded: true, Listen: "127.0.0.1:4222"},
		S3:     exchange.S3Config{Embedded: true, Listen: "127.0.0.1:9000", AccessKeyFile: at("s3-access"), SecretKeyFile: at("s3-secret"), BucketPrefix: "rogatory"},
		Policy: exchange.PolicyConfig{Statement: at("policy.jws"), National: at("national")},
	}
	if f.host == "" {
		return c
	}
	tls := exchange.TLSConfig{Cert: at("tls.crt"), Key: at("tls.key"), CA: at("ca.crt")}
	c.Ledger.Listen, c.NATS.Listen, c.S3.Listen = "0.0.0.0:8080", "0.0.0.0:4222", "0.0.0.0:9000"
	c.NATS.TLS, c.S3.TLS, c.S3.PublicURL = tls, tls, "https://"+f.host+":9000"
	return c
}
