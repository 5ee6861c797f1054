package exchange

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker/embedded"
	"github.com/rogatory/rogatory/evidence/tlog"
	"github.com/rogatory/rogatory/evidence/vault"
	"github.com/rogatory/rogatory/policy/engine"
)

// Node is one broker process: servers, ledger, policy and exchange.
type Node struct {
	Exchange *Exchange
	Tree     *tlog.Log

	ready   atomic.Pointer[Exchange] // set when it serves
	cfg     NodeConfig
	now     func() time.Time
	log     *slog.Logger
	op      embedded.OperatorKeys
	lists   []*agencies.SignedTrustList // every version so far; changed by Reload alone
	natsURL string
	dialURL string        // how this process reaches the servers
	dial    []nats.Option // beside dialURL
	http    string
	tls     *embedded.TLSFiles
	close   []func() error // in the order of opening
}

// OpenNode starts a broker. It refuses when servers, ledger, trust list or policy
// are not what they must be, and then leaves nothing running.
func OpenNode(ctx context.Context, cfg NodeConfig, now func() time.Time, log *slog.Logger) (_ *Node, err error) {
	if err := cfg.Check(); err != nil {
		return nil, fmt.Errorf("open node: %w", err)
	}
	if err := cfg.absolute(); err != nil {
		return nil, fmt.Errorf("open node: %w", err)
	}
	if now == nil {
		now = time.Now
	}
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	n := &Node{cfg: cfg, now: now, log: log}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("open node: %w", err), n.Close())
		}
	}()
	lists, err := readTrust(cfg.TrustList)
	if err != nil {
		return nil, err
	}
	n.lists = lists
	ring, err := readKeyring(cfg.Keyring)
	if err != nil {
		return nil, err
	}
	// With servers outside, nobody else makes it.
	if err := os.MkdirAll(cfg.DataDir, 0o700); err != nil {
		return nil, fmt.Errorf("make data directory: %w", err)
	}
	if err := n.serveHealth(); err != nil {
		return nil, err
	}
	runtime, err := n.openNATS(ctx)
	if err != nil {
		return nil, err
	}
	store, err := n.openVault(ctx)
	if err != nil {
		return nil, err
	}
	if err := n.openTree(ctx, runtime); err != nil {
		return nil, err
	}
	bundles, err := cfg.Policy.ReadBundles()
	if err != nil {
		return nil, err
	}
	eng, err := engine.New(engine.Config{Limits: engine.Limits{Timeout: cfg.Policy.timeout()}, Log: log})
	if err != nil {
		return nil, err
	}
	seal, err := ring.SealSigner()
	if err != nil {
		return nil, err
	}
	n.Exchange, err = New(ctx, Config{
		NATS: runtime, Join: n.join, Agency: cfg.Agency, Seal: seal, Trust: lists, Pin: cfg.TrustPin,
		Bundles: bundles, Tree: n.Tree, Vault: store, Engine: eng, Now: now, Log: log, faults: cfg.faults,
	})
	if err != nil {
		return nil, err
	}
	n.later(func() error { n.Exchange.Close(); return nil })
	if err := n.Exchange.Start(); err != nil {
		return nil, err
	}
	n.ready.Store(n.Exchange)
	return n, nil
}

// NATSURL is where gateways connect.
func (n *Node) NATSURL() string { return n.natsURL }

// HTTPAddr is where tiles and health are served, "" if they are not.
func (n *Node) HTTPAddr() string { return n.http }

// LedgerDir is where the ledger's files lie.
func (n *Node) LedgerDir() string { return filepath.Join(n.cfg.DataDir, "ledger") }

func (n *Node) later(f func() error) { n.close = append(n.close, f) }

// Close stops everything, the last opened first.
func (n *Node) Close() error {
	var errs []error
	for i := len(n.close) - 1; i >= 0; i-- {
		errs = append(errs, n.close[i]())
	}
	n.close = nil
	return errors.Join(errs...)
}

// openNATS starts or reaches the servers, makes sure that the ledger's stream is
// there and exactly as it must be, and returns the connection that serves.
func (n *Node) openNATS(ctx context.Context) (*nats.Conn, error) {
	data, err := os.ReadFile(n.cfg.OperatorKeys)
	if err != nil {
		return nil, fmt.Errorf("read operator keys: %w", err)
	}
	if n.op, err = embedded.ParseOperatorKeys(data); err != nil {
		return nil, err
	}
	n.natsURL, n.dialURL, n.tls = n.cfg.NATS.URL, n.cfg.NATS.URL, n.cfg.NATS.TLS.client()
	if n.cfg.NATS.Embedded {
		server, err := embedded.StartNATS(ctx, embedded.NATSConfig{
			Dir: filepath.Join(n.cfg.DataDir, "nats"), Listen: n.cfg.NATS.Listen, TLS: n.cfg.NATS.TLS.server(), Operator: n.op.Online(), Log: n.log,
		})
		if err != nil {
			return nil, err
		}
		n.later(server.Close)
		// Our own connections need no network: neither the address we listen on nor
		// the name in the certificate matters to them.
		n.natsURL, n.dialURL, n.tls, n.dial = server.URL(), "nats://in-process", nil, []nats.Option{server.InProcess()}
	}
	replicas := max(n.cfg.NATS.Replicas, 1)
	provision, err := n.connect(embedded.RoleProvision)
	if err != nil {
		return nil, err
	}
	defer provision.Close()
	if err := embedded.ProvisionLedger(ctx, provision, replicas); err != nil {
		return nil, err
	}
	monitor, err := n.connect(embedded.RoleMonitor)
	if err != nil {
		return nil, err
	}
	defer monitor.Close()
	runtime, err := n.connect(embedded.RoleRuntime)
	if err != nil {
		return nil, err
	}
	n.later(func() error { runtime.Close(); return nil })
	if err := embedded.CheckLedger(ctx, runtime, monitor, replicas); err != nil {
		return nil, err
	}
	return runtime, nil
}

func (n *Node) connect(role embedded.Role) (*nats.Conn, error) {
	creds, err := n.op.UserCreds(role, time.Time{})
	if err != nil {
		return nil, err
	}
	nc, err := embedded.Connect(n.dialURL, creds, n.tls, append(slices.Clone(n.dial), nats.Name("rogatory "+string(role)))...)
	if err != nil {
		return nil, fmt.Errorf("connect to nats: %w", err)
	}
	return nc, nil
}

// join gives every agency of the list its account and its inbox, and takes the
// account of those that are no longer on it.
func (n *Node) join(ctx context.Context, list *agencies.TrustList) error {
	admin, err := n.connect(embedded.RoleAdmin)
	if err != nil {
		return err
	}
	defer admin.Close()
	provision, err := n.connect(embedded.RoleProvision)
	if err != nil {
		return err
	}
	defer provision.Close()
	js, err := jetstream.New(provision)
	if err != nil {
		return err
	}
	for i := range list.Agencies {
		a := &list.Agencies[i]
		if a.Account == "" {
			continue
		}
		token, err := embedded.AgencyAccountJWT(n.op, a.Account, a.AccountSigning)
		if err != nil {
			return fmt.Errorf("agency %s: %w", a.ID, err)
		}
		if err := embedded.PushAccount(ctx, admin, n.op, token); err != nil {
			return fmt.Errorf("agency %s: %w", a.ID, err)
		}
		if err := embedded.EnsureInbox(ctx, js, a.Account, inboxFilters(a.Account, a.Kind == agencies.Oversight)); err != nil {
			return fmt.Errorf("agency %s: %w", a.ID, err)
		}
	}
	return n.part(ctx, list, admin, js)
}

// part takes account and inbox from every agency that earlier lists named and this
// one does not: its connections end, and nothing more is delivered to it.
func (n *Node) part(ctx context.Context, list *agencies.TrustList, admin *nats.Conn, js jetstream.JetStream) error {
	gone := map[string]agencies.ID{}
	for _, former := range n.lists {
		for _, a := range former.List().Agencies {
			if _, ok := list.ByAccount(a.Account); !ok && a.Account != "" && former.List().Version < list.Version {
				gone[a.Account] = a.ID
			}
		}
	}
	for account, id := range gone {
		if err := embedded.DeleteAccount(ctx, admin, n.op, account); err != nil {
			return fmt.Errorf("agency %s: %w", id, err)
		}
		if err := js.DeleteConsumer(ctx, embedded.StreamName, account); err != nil && !errors.Is(err, jetstream.ErrConsumerNotFound) {
			return fmt.Errorf("agency %s: delete inbox: %w", id, err)
		}
	}
	return nil
}

// Reload brings into force what was put beside the rest since the start: versions of
// the trust list, then policy bundles, whose signers may be new on it. What does not
// follow or is not signed is refused, and what was in force stays.
func (n *Node) Reload(ctx context.Context) error {
	err := n.reloadTrust(ctx)
	if err != nil {
		err = fmt.Errorf("reload trust list: %w", err)
	}
	bundles, perr := n.cfg.Policy.ReadBundles()
	if perr == nil {
		perr = n.Exchange.PutInForce(ctx, bundles)
	}
	if perr != nil {
		perr = fmt.Errorf("reload policy: %w", perr)
	}
	return errors.Join(err, perr)
}

func (n *Node) reloadTrust(ctx context.Context) error {
	lists, err := readTrust(n.cfg.TrustList)
	if err != nil {
		return err
	}
	for _, l := range lists {
		if l.List().Version <= n.Exchange.TrustVersion() {
			continue
		}
		n.lists = append(n.lists, l)
		if err := n.Exchange.AddTrust(ctx, l); err != nil {
			n.lists = n.lists[:len(n.lists)-1]
			return err
		}
		n.log.Info("trust list in force", "version", l.List().Version)
	}
	return nil
}

func (n *Node) openVault(ctx context.Context) (*vault.Vault, error) {
	access, err := readSecret(n.cfg.S3.AccessKeyFile)
	if err != nil {
		return nil, err
	}
	secret, err := readSecret(n.cfg.S3.SecretKeyFile)
	if err != nil {
		return nil, err
	}
	cfg := vault.Config{
		Endpoint: n.cfg.S3.Endpoint, AccessKey: access, SecretKey: secret, Region: n.cfg.S3.Region, Prefix: n.cfg.S3.BucketPrefix,
		TLS: n.cfg.S3.TLS != TLSConfig{} || strings.HasPrefix(n.cfg.S3.PublicURL, "https://"), CAFile: n.cfg.S3.TLS.CA, Now: n.now, Log: n.log,
	}
	if n.cfg.S3.RetentionDays > 0 {
		cfg.Mode, cfg.Retention = vault.Compliance, time.Duration(n.cfg.S3.RetentionDays)*24*time.Hour
	}
	if n.cfg.S3.PublicURL != "" {
		u, err := url.Parse(n.cfg.S3.PublicURL)
		if err != nil || u.Host == "" {
			return nil, &agencies.FieldError{Field: "s3.public_url", Rule: agencies.RuleFormat, Detail: "must be a URL"}
		}
		cfg.PublicEndpoint = u.Host
	}
	if n.cfg.S3.Embedded {
		server, err := embedded.StartS3(ctx, embedded.S3Config{
			Dir: filepath.Join(n.cfg.DataDir, "s3"), Listen: n.cfg.S3.Listen, AccessKey: access, SecretKey: embedded.Seed(secret),
			Region: n.cfg.S3.Region, TLS: n.cfg.S3.TLS.server(), Log: n.log,
		})
		if err != nil {
			return nil, err
		}
		n.later(server.Close)
		cfg.Endpoint = loopbackOf(server.Endpoint())
		// The certificate bears the name that gateways use.
		if host, _, err := net.SplitHostPort(cfg.PublicEndpoint); err == nil {
			cfg.ServerName = host
		} else {
			cfg.ServerName = cfg.PublicEndpoint
		}
	}
	return vault.New(ctx, cfg)
}

// loopbackOf is where this process reaches its own server that listens on every
// address of the machine.
func loopbackOf(endpoint string) string {
	host, port, err := net.SplitHostPort(endpoint)
	if ip := net.ParseIP(host); err == nil && ip != nil && ip.IsUnspecified() {
		return net.JoinHostPort("127.0.0.1", port)
	}
	return endpoint
}

func (n *Node) openTree(ctx context.Context, nc *nats.Conn) error {
	file, err := os.ReadFile(n.cfg.Ledger.Keys)
	if err != nil {
		return fmt.Errorf("read ledger keys: %w", err)
	}
	keys, err := tlog.ParseSigningKeys(file)
	if err != nil {
		return err
	}
	var store tlog.Store
	if store, err = tlog.OpenDir(n.LedgerDir()); err != nil {
		return err
	}
	if n.cfg.faults.store != nil {
		store = n.cfg.faults.store(store)
	}
	js, err := jetstream.New(nc)
	if err != nil {
		return err
	}
	head := func(ctx context.Context) (tlog.Stream, error) {
		stream, err := js.Stream(ctx, embedded.StreamName)
		if err != nil {
			return tlog.Stream{}, err
		}
		info := stream.CachedInfo()
		return tlog.Stream{Name: info.Config.Name, Created: info.Created, LastSeq: info.State.LastSeq}, nil
	}
	n.Tree, err = tlog.Open(ctx, tlog.Config{Store: store, Keys: keys, Origin: n.cfg.Ledger.Origin, Head: head, Log: n.log})
	return err
}

// serveHealth listens before the ledger is read, so that a probe can tell a
// starting broker from a dead one.
func (n *Node) serveHealth() error {
	if n.cfg.Ledger.Listen == "" {
		return nil
	}
	l, err := net.Listen("tcp", n.cfg.Ledger.Listen)
	if err != nil {
		return fmt.Errorf("serve ledger: %w", err)
	}
	n.http = l.Addr().String()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		if x := n.ready.Load(); x == nil || x.Healthy() != nil {
			http.Error(w, "not ready", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ok")
	})
	mux.Handle("GET /", tlog.Handler(tlog.FromFS(os.DirFS(n.LedgerDir()))))
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: time.Minute}
	go func() { _ = server.Serve(l) }()
	n.later(server.Close)
	return nil
}

func readSecret(path string) (string, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("read secret: %w", err)
	}
	return strings.TrimSpace(string(b)), nil
}

func readKeyring(path string) (*agencies.Keyring, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read keyring: %w", err)
	}
	return agencies.ParseKeyring(b)
}

// readTrust reads one list, or a folder of them, oldest first.
func readTrust(path string) ([]*agencies.SignedTrustList, error) {
	files := []string{path}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		if files, err = filepath.Glob(filepath.Join(path, "*.json")); err != nil {
			return nil, err
		}
	}
	var lists []*agencies.SignedTrustList
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			return nil, fmt.Errorf("read trust list: %w", err)
		}
		// A file may end with a line break, as people's tools write it.
		l, err := agencies.ParseTrustList(bytes.TrimSpace(b))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Base(f), err)
		}
		lists = append(lists, l)
	}
	if len(lists) == 0 {
		return nil, errors.New("read trust list: none found")
	}
	return sortTrust(lists), nil
}
