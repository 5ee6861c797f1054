package exchange

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/broker/embedded"
)

// ErrUnavailable means that the broker did not answer. Whether it acted is not
// known: the same bytes may be sent again, and get the first answer.
var ErrUnavailable = errors.New("broker does not answer")

// answerTimeout is how long a gateway waits for one answer. A submission may
// include the broker reading a large object back from the vault.
const answerTimeout = 2 * time.Minute

// LinkConfig is what a gateway needs to speak to its broker.
type LinkConfig struct {
	URL     string             // nats:// or tls://
	TLS     *embedded.TLSFiles // nil: no TLS, for loopback
	Creds   []byte             // credentials file of a user of the agency's account
	Account string             // the agency's account key, the name of its inbox
	Log     *slog.Logger
}

// Link is a gateway's end of the exchange.
type Link struct {
	nc      *nats.Conn
	js      jetstream.JetStream
	account string
	log     *slog.Logger
}

// Dial connects. The connection comes back by itself after an interruption.
func Dial(cfg LinkConfig) (*Link, error) {
	log := cfg.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	nc, err := embedded.Connect(cfg.URL, cfg.Creds, cfg.TLS,
		nats.Name("rogatory gateway"), nats.MaxReconnects(-1), nats.ReconnectWait(500*time.Millisecond),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) { log.Warn("link lost", "err", err) }),
		nats.ReconnectHandler(func(*nats.Conn) { log.Info("link is back") }))
	if err != nil {
		return nil, fmt.Errorf("dial broker: %w: %w", ErrUnavailable, err)
	}
	js, err := jetstream.NewWithAPIPrefix(nc, embedded.JSPrefix)
	if err != nil {
		nc.Close()
		return nil, fmt.Errorf("dial broker: %w", err)
	}
	return &Link{nc: nc, js: js, account: cfg.Account, log: log}, nil
}

// Connected says whether the broker can be spoken to now.
func (l *Link) Connected() bool { return l.nc.IsConnected() }

// Close ends the link.
func (l *Link) Close() { l.nc.Close() }

// Submit sends one act. A reply that says no is a reply, not an error.
func (l *Link) Submit(ctx context.Context, s *broker.Submission) (*broker.Reply, error) {
	var r broker.Reply
	if err := l.request(ctx, embedded.SubjectSubmit, s, &r); err != nil {
		return nil, fmt.Errorf("submit: %w", err)
	}
	return &r, nil
}

// Ask sends one question.
func (l *Link) Ask(ctx context.Context, a *broker.Ask) (*broker.AskReply, error) {
	var r broker.AskReply
	if err := l.request(ctx, embedded.SubjectAsk, a, &r); err != nil {
		return nil, fmt.Errorf("ask: %w", err)
	}
	return &r, nil
}

func (l *Link) request(ctx context.Context, subject string, q, answer any) error {
	data, err := broker.EncodeMessage(q)
	if err != nil {
		return err
	}
	if _, ok := ctx.Deadline(); !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, answerTimeout)
		defer cancel()
	}
	msg, err := l.nc.RequestWithContext(ctx, subject, data)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return broker.DecodeMessage(msg.Data, answer)
}

// Delivery is one record as it lies in the inbox.
type Delivery struct {
	Seq   uint64 // place in the ledger, as the server says; compare with the record's own
	Bytes []byte
}

// Inbox hands every record of the agency to take, in the order of the ledger, and
// confirms each after take returned nil: until then it comes again, and those
// behind it wait. take must be safe to call twice. It returns when ctx ends.
func (l *Link) Inbox(ctx context.Context, take func(context.Context, Delivery) error) error {
	for ctx.Err() == nil {
		if err := l.receive(ctx, take, 5*time.Second, true); err != nil && ctx.Err() == nil {
			l.log.Warn("inbox interrupted", "err", err)
			select {
			case <-ctx.Done():
			case <-time.After(500 * time.Millisecond):
			}
		}
	}
	return nil
}

// Drain takes what lies in the inbox now and returns when it is empty.
func (l *Link) Drain(ctx context.Context, take func(context.Context, Delivery) error) error {
	return l.receive(ctx, take, 300*time.Millisecond, false)
}

// receive takes record after record, until one could not be taken, or, unless it is
// to stay, none came within wait. It asks for one at a time: of several, those
// behind one that could not be taken would overtake it.
func (l *Link) receive(ctx context.Context, take func(context.Context, Delivery) error, wait time.Duration, stay bool) error {
	inbox, err := l.js.Consumer(ctx, embedded.StreamName, l.account)
	if err != nil {
		return fmt.Errorf("open inbox: %w: %w", ErrUnavailable, err)
	}
	for {
		n, err := l.next(ctx, inbox, take, wait)
		if err != nil || n == 0 && !stay {
			return err
		}
	}
}

func (l *Link) next(ctx context.Context, inbox jetstream.Consumer, take func(context.Context, Delivery) error, wait time.Duration) (int, error) {
	pull, stop := context.WithTimeout(ctx, wait)
	defer stop()
	batch, err := inbox.Fetch(1, jetstream.FetchContext(pull))
	if err != nil {
		return 0, fmt.Errorf("read inbox: %w", err)
	}
	n := 0
	for msg := range batch.Messages() {
		meta, err := msg.Metadata()
		if err != nil {
			return n, fmt.Errorf("read inbox: %w", err)
		}
		if err := take(ctx, Delivery{Seq: meta.Sequence.Stream, Bytes: msg.Data()}); err != nil {
			_ = msg.Nak()
			return n, fmt.Errorf("take record %d: %w", meta.Sequence.Stream, err)
		}
		if err := msg.DoubleAck(ctx); err != nil {
			return n, fmt.Errorf("confirm record %d: %w", meta.Sequence.Stream, err)
		}
		n++
	}
	// That the time is over is no error.
	if err := batch.Error(); err != nil && pull.Err() == nil {
		return n, fmt.Errorf("read inbox: %w", err)
	}
	return n, ctx.Err()
}
