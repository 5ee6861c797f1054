package gateway

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"filippo.io/age"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/broker/embedded"
	"github.com/rogatory/rogatory/broker/exchange"
	"github.com/rogatory/rogatory/evidence/tlog"
	"github.com/rogatory/rogatory/evidence/vault"
)

// ErrLedger means that a record or a checkpoint of the broker does not verify.
var ErrLedger = errors.New("the broker's record does not verify")

// The folders of the data directory.
const (
	folderRecords = "records"
	folderOutbox  = "outbox"
	folderTrust   = "trust"
)

// Gateway is one agency's node.
type Gateway struct {
	cfg      Config
	ring     *agencies.Keyring
	ids      []age.Identity
	account  string
	link     *exchange.Link
	transfer *vault.Transfer
	ledger   *tlog.VerifyKeys
	store    *store
	index    *index
	now      func() time.Time
	log      *slog.Logger

	mu      sync.Mutex
	history agencies.History // Owner: mu
	newest  *tlog.Checkpoint // the largest verified one; Owner: mu
}

// Open connects and brings the trust list up to date. now is the node's clock.
func Open(ctx context.Context, cfg Config, now func() time.Time, log *slog.Logger) (*Gateway, error) {
	g, err := open(ctx, cfg, now, log)
	if err != nil {
		return nil, fmt.Errorf("open gateway: %w", err)
	}
	return g, nil
}

func open(ctx context.Context, cfg Config, now func() time.Time, log *slog.Logger) (*Gateway, error) {
	if err := cfg.Check(); err != nil {
		return nil, err
	}
	if err := cfg.absolute(); err != nil {
		return nil, err
	}
	if now == nil {
		now = time.Now
	}
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	g := &Gateway{cfg: cfg, now: now, log: log.With("agency", cfg.Agency)}
	data, err := os.ReadFile(cfg.Keyring)
	if err != nil {
		return nil, fmt.Errorf("read keyring: %w", err)
	}
	if g.ring, err = agencies.ParseKeyring(data); err != nil {
		return nil, err
	}
	if g.ring.Agency != cfg.Agency {
		return nil, &agencies.FieldError{Field: "keyring", Rule: agencies.RuleMismatch, Detail: "is another agency's"}
	}
	if g.ids, err = g.ring.AgeIdentities(); err != nil {
		return nil, err
	}
	if g.account, err = g.ring.Account(); err != nil {
		return nil, err
	}
	if g.ledger, err = tlog.ParseVerifyKeys(cfg.LedgerVKeys...); err != nil {
		return nil, err
	}
	if g.ledger.Origin() != cfg.Origin {
		return nil, &agencies.FieldError{Field: "origin", Rule: agencies.RuleMismatch, Detail: "is not that of ledger_vkeys"}
	}
	if g.store, err = openStore(cfg.DataDir, folderRecords, folderOutbox, folderTrust); err != nil {
		return nil, err
	}
	g.index = newIndex(g.store)
	if g.transfer, err = vault.NewTransfer(vault.TransferConfig{CAFile: cfg.Broker.CA, Log: g.log}); err != nil {
		return nil, err
	}
	creds, err := g.credentials()
	if err != nil {
		return nil, err
	}
	link := exchange.LinkConfig{URL: cfg.Broker.URL, Creds: creds, Account: g.account, Log: g.log}
	if cfg.Broker.CA != "" {
		link.TLS = &embedded.TLSFiles{CA: cfg.Broker.CA}
	}
	if g.link, err = exchange.Dial(link); err != nil {
		return nil, err
	}
	if err := errors.Join(g.loadCheckpoint(), g.loadTrust()); err != nil {
		g.Close()
		return nil, err
	}
	if err := g.RefreshTrust(ctx); err != nil {
		g.Close()
		return nil, err
	}
	return g, nil
}

// credentials are the node's own, or issued from the keyring for this run.
func (g *Gateway) credentials() ([]byte, error) {
	if g.cfg.Creds != "" {
		b, err := os.ReadFile(g.cfg.Creds)
		if err != nil {
			return nil, fmt.Errorf("read credentials: %w", err)
		}
		return b, nil
	}
	return embedded.AgencyUserCreds(embedded.Seed(g.ring.AccountSigningSeed.Reveal()), g.account, string(g.cfg.Agency), time.Time{})
}

// Close ends the connection. Files are always complete.
func (g *Gateway) Close() {
	if g.link != nil {
		g.link.Close()
	}
	if g.transfer != nil {
		_ = g.transfer.Close()
	}
}

// Agency is who this node speaks for.
func (g *Gateway) Agency() agencies.ID { return g.cfg.Agency }

// Trust is the trust list in force.
func (g *Gateway) Trust() *agencies.TrustList { return g.trusted().Latest().List() }

func (g *Gateway) trusted() agencies.History {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.history
}

// loadTrust reads the versions held on disk; each is verified again.
func (g *Gateway) loadTrust() error {
	names, err := g.store.names(folderTrust)
	if err != nil {
		return err
	}
	for _, name := range names {
		data, err := g.store.get(folderTrust, name)
		if err != nil {
			return err
		}
		if err := g.admitTrust(data); err != nil {
			return fmt.Errorf("held trust list %s: %w", name, err)
		}
	}
	return nil
}

func (g *Gateway) admitTrust(file []byte) error {
	list, err := agencies.ParseTrustList(file)
	if err != nil {
		return err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.history) == 0 {
		g.history, err = agencies.NewHistory(list, g.cfg.TrustPin)
		return err
	}
	if have, ok := g.history.Version(list.List().Version); ok && have.Digest() == list.Digest() {
		return nil
	}
	history, err := append(agencies.History(nil), g.history...).Append(list)
	if err == nil {
		g.history = history
	}
	return err
}

// RefreshTrust asks for versions of the trust list that are not held, verifies each
// by the one before, the first by the pin, and keeps them. The list never goes back.
func (g *Gateway) RefreshTrust(ctx context.Context) error {
	for {
		after := 0
		if l := g.trusted().Latest(); l != nil {
			after = l.List().Version
		}
		r, err := g.link.Ask(ctx, &broker.Ask{What: broker.AskTrust, After: uint64(after)})
		if err != nil {
			return err
		}
		if r.Error != nil {
			return r.Error
		}
		for _, file := range r.Trust {
			if err := g.admitTrust(file); err != nil {
				return fmt.Errorf("refuse trust list: %w", err)
			}
			version := g.trusted().Latest().List().Version
			if err := g.store.put(folderTrust, recordName(uint64(version)), file); err != nil {
				return err
			}
		}
		if !r.More {
			if g.trusted().Latest() == nil {
				return errors.New("the broker gave no trust list")
			}
			return nil
		}
	}
}

// Run takes the inbox until ctx ends: it sends again what a stop had left without
// an answer, keeps every record, and acknowledges what is delivered.
func (g *Gateway) Run(ctx context.Context) error {
	if stop, err := g.serveHealth(); err != nil {
		return err
	} else if stop != nil {
		defer stop()
	}
	if _, err := g.Resend(ctx); err != nil {
		g.log.Warn("outbox not sent", "err", err)
	}
	return g.link.Inbox(ctx, g.take)
}

// Sync takes what lies in the inbox now.
func (g *Gateway) Sync(ctx context.Context) error {
	if _, err := g.Resend(ctx); err != nil {
		return err
	}
	return g.link.Drain(ctx, g.take)
}

// take verifies one record, keeps it, and acknowledges it where the law makes the
// receipt matter. It may be called twice for a record.
func (g *Gateway) take(ctx context.Context, d exchange.Delivery) error {
	o, err := g.openRecord(ctx, d.Bytes)
	if err != nil {
		return err
	}
	if o.Attestation.Seq != d.Seq {
		return fmt.Errorf("%w: it lies at another place than it says", ErrLedger)
	}
	if err := g.keep(o, d.Bytes); err != nil {
		return err
	}
	if o.Attestation.To == g.cfg.Agency && (o.Attestation.Act == broker.ActDeliver || o.Attestation.Act == broker.ActNotify) {
		return g.acknowledge(ctx, o)
	}
	return nil
}

// keep holds what a record says of earlier ones against those that this node has,
// and writes it down.
func (g *Gateway) keep(o *broker.Opened, data []byte) error {
	if len(o.Attestation.Standing) > 0 {
		held, err := g.Records(o.Attestation.Case)
		if err != nil {
			return err
		}
		if err := checkStanding(o, held); err != nil {
			return err
		}
	}
	return g.store.put(folderRecords, recordName(o.Attestation.Seq), data)
}

func checkStanding(o *broker.Opened, held []*broker.Opened) error {
	for _, other := range held {
		if err := o.CheckStanding(other); err != nil {
			return fmt.Errorf("%w: %w", ErrLedger, err)
		}
	}
	return nil
}

// openRecord verifies a record; when it names a newer trust list, that is fetched
// first.
func (g *Gateway) openRecord(ctx context.Context, data []byte) (*broker.Opened, error) {
	o, err := broker.OpenRecord(data, g.trusted())
	if err == nil {
		return o, nil
	}
	if refreshed := g.RefreshTrust(ctx); refreshed != nil {
		return nil, err
	}
	if o, err = broker.OpenRecord(data, g.trusted()); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrLedger, err)
	}
	return o, nil
}

func (g *Gateway) serveHealth() (func(), error) {
	if g.cfg.Listen == "" {
		return nil, nil
	}
	l, err := net.Listen("tcp", g.cfg.Listen)
	if err != nil {
		return nil, fmt.Errorf("serve health: %w", err)
	}
	mux := http.NewServeMux()
	ok := func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") }
	mux.HandleFunc("GET /healthz", ok)
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if !g.link.Connected() {
			http.Error(w, "link lost", http.StatusServiceUnavailable)
			return
		}
		ok(w, r)
	})
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(l) }()
	return func() { _ = server.Close() }, nil
}
