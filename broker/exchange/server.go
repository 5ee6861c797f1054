package exchange

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/broker/embedded"
	"github.com/rogatory/rogatory/evidence/tlog"
	"github.com/rogatory/rogatory/evidence/vault"
	"github.com/rogatory/rogatory/policy/engine"
)

// Config is what a broker needs to serve.
type Config struct {
	NATS *nats.Conn // a connection of embedded.RoleRuntime
	// Join is called for each agency of the trust list when the list comes into
	// force: it gives the agency its account and its inbox. Required.
	Join func(ctx context.Context, list *agencies.TrustList) error

	Agency agencies.ID      // the broker's own agency
	Seal   *agencies.Signer // its e-seal
	// Trust holds every version of the trust list the operator has, the pinned
	// one first. Versions that the ledger does not have yet are recorded at start.
	Trust []*agencies.SignedTrustList
	Pin   agencies.Digest // of version 1

	// Bundles are what the operator has of the policy in force. Those that the
	// ledger does not have yet are recorded at start; what decides is what stands
	// there.
	Bundles []SignedBundle

	Tree   *tlog.Log
	Vault  *vault.Vault
	Engine *engine.Engine

	// Sweep is how often clocks are looked at. Default 1 s.
	Sweep time.Duration
	// Workers is how many submissions are judged at once. Default 64; the
	// ledger's group commit lets them share one fsync.
	Workers int
	// Now is the clock of the exchange; every record carries its time. Default time.Now.
	Now func() time.Time
	Log *slog.Logger

	faults faults
}

func (c *Config) complete() error {
	switch {
	case c.NATS == nil || c.Join == nil || c.Tree == nil || c.Vault == nil || c.Engine == nil:
		return errors.New("config needs NATS, Join, Tree, Vault and Engine")
	case c.Seal == nil || c.Agency == "":
		return errors.New("config needs Agency and Seal")
	case c.Pin == "":
		return errors.New("config needs Pin, the digest of the first trust list")
	}
	if c.Sweep <= 0 {
		c.Sweep = time.Second
	}
	if c.Workers <= 0 {
		c.Workers = 64
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return nil
}

// Exchange is the broker. It owns the ledger: it alone writes it.
type Exchange struct {
	cfg    Config
	js     jetstream.JetStream
	world  *world
	ledger *ledger
	log    *slog.Logger

	// verified are the objects that were read back since this process started and
	// that no record names yet; another is read before a record names it.
	verified sync.Map // place
	floods   *floods
	asked    *floods // simulations, by account

	ringMu  sync.Mutex
	ringing map[string]bool // cases whose clocks are being recorded. Owner: ringMu

	work chan func()
	subs []*nats.Subscription
	wg   sync.WaitGroup
	quit context.CancelFunc
}

// New reads the whole ledger, verifies it against the tree and every signature in
// it, and records the trust lists and policy bundles it does not have yet. It
// refuses when anything disagrees. Start serves.
func New(ctx context.Context, cfg Config) (*Exchange, error) {
	if err := cfg.complete(); err != nil {
		return nil, fmt.Errorf("open exchange: %w", err)
	}
	js, err := jetstream.New(cfg.NATS)
	if err != nil {
		return nil, fmt.Errorf("open exchange: %w", err)
	}
	x := &Exchange{cfg: cfg, js: js, world: newWorld(), log: cfg.Log, work: make(chan func()), floods: newFloods(), asked: newFloods(), ringing: map[string]bool{}}
	x.ledger = newLedger(js, cfg.Tree, cfg.Seal, x.world, cfg.faults, cfg.Log)
	if err := x.genesis(); err != nil {
		return nil, fmt.Errorf("open exchange: %w", err)
	}
	if err := x.ledger.load(ctx); err != nil {
		return nil, fmt.Errorf("open exchange: %w", err)
	}
	x.ledger.start()
	cfg.NATS.SetReconnectHandler(func(*nats.Conn) { x.ledger.lookAgain() })
	if err := x.recordTrust(ctx); err != nil {
		x.ledger.stop()
		return nil, fmt.Errorf("open exchange: %w", err)
	}
	if err := x.openPolicy(ctx); err != nil {
		x.ledger.stop()
		return nil, fmt.Errorf("open exchange: %w", err)
	}
	if err := cfg.Join(ctx, x.world.trust().List()); err != nil {
		x.ledger.stop()
		return nil, fmt.Errorf("open exchange: %w", err)
	}
	return x, nil
}

// Start begins to serve submissions, questions and clocks.
func (x *Exchange) Start() error {
	ctx, cancel := context.WithCancel(context.Background())
	x.quit = cancel
	for range x.cfg.Workers {
		x.wg.Add(1)
		go func() {
			defer x.wg.Done()
			for {
				select {
				case job := <-x.work:
					job()
				case <-ctx.Done():
					return
				}
			}
		}()
	}
	for subject, s := range map[string]service{
		embedded.SubjectSubmit: {
			serve: func(ctx context.Context, a *agencies.Agency, data []byte) any { return x.submit(ctx, a, data) },
			fail:  func(code broker.ReasonCode, err error) any { return failed(code, err) },
		},
		embedded.SubjectAsk: {
			serve: func(ctx context.Context, a *agencies.Agency, data []byte) any { return x.answer(ctx, a, data) },
			fail:  func(code broker.ReasonCode, err error) any { return askFailed(code, err) },
		},
	} {
		s.subject = subject
		sub, err := x.cfg.NATS.Subscribe(subject+".*", func(m *nats.Msg) { x.receive(ctx, s, m) })
		if err != nil {
			x.Close()
			return fmt.Errorf("start exchange: %w", err)
		}
		x.subs = append(x.subs, sub)
	}
	if err := x.cfg.NATS.Flush(); err != nil {
		x.Close()
		return fmt.Errorf("start exchange: %w", err)
	}
	x.wg.Add(1)
	go func() {
		defer x.wg.Done()
		x.sweepClocks(ctx)
	}()
	return nil
}

// Close stops serving. Acts under way are finished and answered. It may be called
// twice.
func (x *Exchange) Close() {
	for _, s := range x.subs {
		_ = s.Unsubscribe()
	}
	x.subs = nil
	if x.quit != nil {
		x.quit()
		x.quit = nil
	}
	x.wg.Wait()
	x.ledger.stop()
}

// Healthy is nil while the exchange can record.
func (x *Exchange) Healthy() error { return x.ledger.fence(nil) }

// service is one of the two subjects that agencies call.
type service struct {
	subject string
	serve   func(context.Context, *agencies.Agency, []byte) any
	fail    func(broker.ReasonCode, error) any // an answer that says no
}

// workTimeout bounds the work on one request. It is long because completing a
// deposit reads a whole object back.
const workTimeout = time.Hour

// fencedPause is how long a fenced broker waits before it says that it cannot serve.
const fencedPause = 500 * time.Millisecond

// receive takes one request off a service subject. Who asks is what the server
// wrote into the subject, and nothing in the message.
func (x *Exchange) receive(ctx context.Context, s service, m *nats.Msg) {
	named, account, ok := embedded.Caller(m.Subject)
	// A stored message can be made to arrive here under its own subject, and a
	// leaf can name any reply subject; neither gets an answer.
	if !ok || named != s.subject || !embedded.ReplyAllowed(m.Reply) {
		x.log.Warn("request with a forged subject or reply dropped")
		return
	}
	job := func() {
		agency, ok := x.world.trust().List().ByAccount(account)
		if !ok {
			x.log.Warn("request from an account that is not on the trust list")
			return
		}
		// Another broker may have taken over: what this one remembers is not the
		// ledger any more.
		if err := x.Healthy(); err != nil {
			// Whoever took over answers first; a sender takes the first answer.
			time.Sleep(fencedPause)
			x.respond(s, m, s.fail(broker.ReasonUnavailable, nil))
			return
		}
		// What has begun is finished and answered, also while the broker stops.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), workTimeout)
		defer cancel()
		x.respond(s, m, s.serve(ctx, agency, m.Data))
	}
	select {
	case x.work <- job:
	case <-ctx.Done():
	}
}

// respond answers. An act is recorded or not by now; a sender without an answer
// asks again and gets the first one.
func (x *Exchange) respond(s service, m *nats.Msg, answer any) {
	data, err := broker.EncodeMessage(answer)
	if err != nil {
		x.log.Error("answer does not fit", "err", err)
		if data, err = broker.EncodeMessage(s.fail(broker.ReasonTooLarge, nil)); err != nil {
			return
		}
	}
	if err := m.Respond(data); err != nil {
		x.log.Error("answer not sent", "err", err)
	}
}

// now is the time of the exchange: UTC, whole microseconds, as records keep it.
func (x *Exchange) now() time.Time { return x.cfg.Now().UTC().Truncate(time.Microsecond) }
