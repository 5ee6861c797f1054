package gateway

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker/embedded"
	"github.com/rogatory/rogatory/broker/exchange"
	"github.com/rogatory/rogatory/evidence/tlog"
	"github.com/rogatory/rogatory/policy"
	"github.com/rogatory/rogatory/policy/engine"
	"github.com/rogatory/rogatory/policy/rules"
)

// Plan describes a whole network, for a demonstration, a rehearsal or a test: who
// takes part, and which instruments bind which State.
type Plan struct {
	Network  string
	Origin   string    // name of the ledger
	Begin    time.Time // when keys and list begin to count
	States   []agencies.StateEntry
	Members  []Member
	Operator Member // runs the broker
	// National are the bundles of States that have one of their own beside the
	// network's, in force from the beginning.
	National map[agencies.State]fs.FS
	// Listen addresses of the broker; port 0 takes a free one.
	NATSListen, S3Listen, HTTPListen string
	RetentionDays                    int
}

// Member is one agency of the plan.
type Member struct {
	ID        agencies.ID
	Name      string
	Kind      agencies.Kind
	Can       []agencies.Competence
	Languages []string
	Officers  map[agencies.OfficerID]agencies.Office
}

// Founded is where the files of a network lie.
type Founded struct {
	Dir      string
	Pin      agencies.Digest
	Broker   exchange.NodeConfig
	Gateways map[agencies.ID]Config
}

// lifetime of the keys of a founded network.
const lifetime = 2 * 365 * 24 * time.Hour

// Found makes every key and file of a network below dir: registrar and policy
// signers, the broker's node, and one node per member, each with its configuration.
// In a real network each party makes its own; only public entries travel.
func Found(ctx context.Context, dir string, p Plan) (*Founded, error) {
	f, err := found(ctx, dir, p)
	if err != nil {
		return nil, fmt.Errorf("found network: %w", err)
	}
	return f, nil
}

func found(ctx context.Context, dir string, p Plan) (*Founded, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	registrar, err := agencies.GenerateKeyring(rand.Reader, agencies.ID(p.Operator.ID.State()+"-REGISTRAR"), agencies.Ed25519)
	if err != nil {
		return nil, err
	}
	registrarKey, err := registrar.SealSigner()
	if err != nil {
		return nil, err
	}
	list := agencies.NewTrustList(p.Network, []agencies.Registrar{{Name: "Registrar", JWK: registrarKey.PublicJWK()}}, 1, p.Begin)
	for _, s := range p.States {
		if err := list.SetState(s); err != nil {
			return nil, err
		}
	}
	out := &Founded{Dir: dir, Gateways: map[agencies.ID]Config{}}
	for _, m := range append([]Member{p.Operator}, p.Members...) {
		if err := out.addMember(list, p, m); err != nil {
			return nil, fmt.Errorf("agency %s: %w", m.ID, err)
		}
	}
	if err := out.addPolicies(ctx, list, p); err != nil {
		return nil, err
	}
	file, err := agencies.SignTrustList(list, registrarKey)
	if err != nil {
		return nil, err
	}
	signed, err := agencies.ParseTrustList(file)
	if err != nil {
		return nil, err
	}
	out.Pin = signed.Digest()
	ring, err := registrar.Encode()
	if err != nil {
		return nil, err
	}
	for name, data := range map[string][]byte{
		"registrar/keyring.json": ring, "trust/00000001.json": file,
	} {
		if err := writeFile(dir, name, data); err != nil {
			return nil, err
		}
	}
	return out, out.addNodes(p)
}

func (f *Founded) addMember(list *agencies.TrustList, p Plan, m Member) error {
	ring, err := agencies.GenerateKeyring(rand.Reader, m.ID, agencies.Ed25519, slices.Sorted(maps.Keys(m.Officers))...)
	if err != nil {
		return err
	}
	entry, err := ring.Entry(agencies.Description{
		Name: m.Name, Kind: m.Kind, Competences: m.Can, Languages: m.Languages, Offices: m.Officers,
		NotBefore: p.Begin, NotAfter: p.Begin.Add(lifetime),
	})
	if err != nil {
		return err
	}
	if err := list.AddAgency(*entry); err != nil {
		return err
	}
	data, err := ring.Encode()
	if err != nil {
		return err
	}
	return writeFile(f.Dir, f.node(m.ID, p)+"/keyring.json", data)
}

func (f *Founded) node(id agencies.ID, p Plan) string {
	if id == p.Operator.ID {
		return "broker"
	}
	return strings.ToLower(string(id))
}

// addPolicies signs the bundle of this binary, and those of the States that have one.
func (f *Founded) addPolicies(ctx context.Context, list *agencies.TrustList, p Plan) error {
	network, err := rules.Bundle()
	if err != nil {
		return err
	}
	if _, err := f.addPolicy(ctx, list, p, "", network, "policy/keyring.json", "broker/policy.jws"); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(f.Dir, "broker/national"), 0o700); err != nil {
		return err
	}
	for _, state := range slices.Sorted(maps.Keys(p.National)) {
		name := "broker/national/" + string(state) + "-1"
		rev, err := f.addPolicy(ctx, list, p, state, p.National[state], "policy/"+string(state)+".json", name+".jws")
		if err == nil {
			err = writeFile(f.Dir, name+".tar.gz", rev.Archive())
		}
		if err != nil {
			return fmt.Errorf("bundle of %s: %w", state, err)
		}
	}
	return nil
}

// addPolicy names a policy signer in the list, the network's or a State's, and signs
// a bundle.
func (f *Founded) addPolicy(ctx context.Context, list *agencies.TrustList, p Plan, state agencies.State, files fs.FS, keyring, statement string) (*engine.Revision, error) {
	owner := state
	if owner == "" {
		owner = p.Operator.ID.State()
	}
	ring, err := agencies.GenerateKeyring(rand.Reader, agencies.ID(owner+"-POLICY"), agencies.Ed25519)
	if err != nil {
		return nil, err
	}
	signer, err := ring.SealSigner()
	if err != nil {
		return nil, err
	}
	key, err := agencies.NewSignKey([]byte(ring.Seal.Reveal()), p.Begin, p.Begin.Add(lifetime))
	if err != nil {
		return nil, err
	}
	key.State = state
	list.PolicySigners = append(list.PolicySigners, key)
	rev, err := engine.Load(ctx, files)
	if err != nil {
		return nil, err
	}
	signed, err := policy.Statement{Network: p.Network, State: state, Digest: rev.Digest(), Revision: 1, EffectiveFrom: p.Begin}.Sign(signer)
	if err != nil {
		return nil, err
	}
	data, err := ring.Encode()
	if err == nil {
		err = writeFile(f.Dir, keyring, data)
	}
	if err == nil {
		err = writeFile(f.Dir, statement, []byte(signed))
	}
	return rev, err
}

func (f *Founded) addNodes(p Plan) error {
	op, err := embedded.GenerateOperator(p.Network)
	if err != nil {
		return err
	}
	opFile, err := json.Marshal(op)
	if err != nil {
		return err
	}
	keys, err := tlog.GenerateKeys(p.Origin)
	if err != nil {
		return err
	}
	at := func(name string) string { return filepath.Join(f.Dir, name) }
	for name, data := range map[string][]byte{
		"broker/operator.json": opFile, "broker/ledger.keys": keys.Marshal(), "ledger.pub": keys.Verify().Marshal(),
		"broker/s3-access": []byte("rogatory"), "broker/s3-secret": []byte(rand.Text()),
	} {
		if err := writeFile(f.Dir, name, data); err != nil {
			return err
		}
	}
	f.Broker = exchange.NodeConfig{
		Network: p.Network, Agency: p.Operator.ID, DataDir: at("broker/data"), Keyring: at("broker/keyring.json"), OperatorKeys: at("broker/operator.json"),
		Ledger:    exchange.LedgerConfig{Origin: p.Origin, Keys: at("broker/ledger.keys"), Listen: p.HTTPListen},
		TrustList: at("trust"), TrustPin: f.Pin,
		NATS:   exchange.NATSConfig{Embedded: true, Listen: p.NATSListen},
		S3:     exchange.S3Config{Embedded: true, Listen: p.S3Listen, AccessKeyFile: at("broker/s3-access"), SecretKeyFile: at("broker/s3-secret"), BucketPrefix: "rogatory", RetentionDays: p.RetentionDays},
		Policy: exchange.PolicyConfig{Statement: at("broker/policy.jws"), National: at("broker/national")},
	}
	for _, m := range p.Members {
		node := f.node(m.ID, p)
		f.Gateways[m.ID] = Config{
			Network: p.Network, Agency: m.ID, DataDir: at(node + "/data"), Keyring: at(node + "/keyring.json"),
			Broker: BrokerConfig{URL: "nats://" + p.NATSListen}, TrustPin: f.Pin, Origin: p.Origin, LedgerVKeys: keys.Verify().Strings(),
		}
	}
	return f.WriteConfigs()
}

// WriteConfigs writes every configuration file again, after an address changed.
func (f *Founded) WriteConfigs() error {
	if err := f.writeYAML("broker/broker.yaml", f.Broker); err != nil {
		return err
	}
	for id, cfg := range f.Gateways {
		if err := f.writeYAML(strings.ToLower(string(id))+"/gateway.yaml", cfg); err != nil {
			return err
		}
	}
	return nil
}

// ConfigFile is where a member's configuration lies.
func (f *Founded) ConfigFile(id agencies.ID) string {
	return filepath.Join(f.Dir, strings.ToLower(string(id)), "gateway.yaml")
}

func (f *Founded) writeYAML(name string, v any) error {
	data, err := yaml.Marshal(v)
	if err != nil {
		return err
	}
	return writeFile(f.Dir, name, data)
}

// writeFile writes a file that only this user may read.
func writeFile(dir, name string, data []byte) error {
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return os.WriteFile(path, data, 0o600)
}
