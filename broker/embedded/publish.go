package embedded

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/synadia-io/orbit.go/jetstreamext"
)

var (
	// ErrConflict means that nothing was stored: the ledger has moved on, or
	// a subject is taken. The caller reads the ledger again.
	ErrConflict = errors.New("ledger conflict")
	// ErrUnknown means that the server's verdict did not arrive: all messages
	// are stored, or none is. ResolveBatch finds out.
	ErrUnknown = errors.New("outcome of publish unknown")
	// ErrBatch means a set of messages that can never be stored.
	ErrBatch = errors.New("bad batch")
)

// MaxBatch is the most messages one batch can hold.
const MaxBatch = 1000

// Codes of nats-server that say "nothing was stored because something else was".
const (
	codeWrongLast         = 10071 // wrong last sequence: n
	codeWrongLastConstant = 10164 // wrong last sequence
	codeDuplicate         = 10201 // batch holds a message id twice
)

// PublishBatch appends messages to the ledger, all or none, right after the
// sequence expectLastSeq and each on a subject that was never used before. It
// returns the sequence of the last one; message i is at expectLastSeq+1+i.
//
// One message is one plain publish, more are one atomic batch. Errors are
// ErrConflict (nothing stored), ErrUnknown (all or nothing stored), ErrBatch
// (refused before sending), or others (nothing stored). The headers of the
// messages are overwritten.
func PublishBatch(ctx context.Context, js jetstream.JetStream, expectLastSeq uint64, msgs []*nats.Msg) (uint64, error) {
	if err := prepare(msgs, expectLastSeq); err != nil {
		return 0, fmt.Errorf("publish batch: %w", err)
	}
	if _, ok := ctx.Deadline(); !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, js.Options().DefaultTimeout)
		defer cancel()
	}
	var last uint64
	var err error
	if len(msgs) == 1 {
		last, err = publishOne(ctx, js, msgs[0])
	} else {
		last, err = publishMany(ctx, js, msgs)
	}
	if err != nil {
		return 0, fmt.Errorf("publish batch: %w", verdict(err))
	}
	if want := expectLastSeq + uint64(len(msgs)); last != want {
		// Cannot happen while the server keeps its word; if it does not, no
		// sequence number in this process is worth anything.
		return 0, fmt.Errorf("publish batch: %w: stored at %d, expected %d", ErrUnknown, last, want)
	}
	return last, nil
}

// prepare checks the messages and sets their headers. Only the expectations
// travel: a message id could be poisoned by anyone who knew it.
func prepare(msgs []*nats.Msg, expectLastSeq uint64) error {
	if len(msgs) == 0 || len(msgs) > MaxBatch {
		return fmt.Errorf("%w: %d messages", ErrBatch, len(msgs))
	}
	seen := make(map[string]bool, len(msgs))
	for i, m := range msgs {
		if seen[m.Subject] {
			return fmt.Errorf("%w: a subject is used twice", ErrBatch)
		}
		seen[m.Subject] = true
		m.Reply = ""
		m.Header = nats.Header{}
		m.Header.Set(jetstream.ExpectedStreamHeader, StreamName)
		m.Header.Set(jetstream.ExpectedLastSubjSeqHeader, "0")
		if i == 0 {
			m.Header.Set(jetstream.ExpectedLastSeqHeader, strconv.FormatUint(expectLastSeq, 10))
		}
	}
	return nil
}

func publishOne(ctx context.Context, js jetstream.JetStream, m *nats.Msg) (uint64, error) {
	ack, err := js.PublishMsg(ctx, m)
	if err != nil {
		return 0, err
	}
	return ack.Sequence, nil
}

func publishMany(ctx context.Context, js jetstream.JetStream, msgs []*nats.Msg) (uint64, error) {
	// No acknowledgement of the first message: it would cost a round trip and
	// decides nothing, the commit does.
	ack, err := jetstreamext.PublishMsgBatch(ctx, js, msgs, jetstreamext.BatchFlowControl{AckFirst: false})
	if err != nil {
		return 0, err
	}
	return ack.Sequence, nil
}

// verdict sorts what the client library reports. What is not a clear answer
// of the server is unknown, for the message may have been stored.
func verdict(err error) error {
	var api *jetstream.APIError
	var wrapped jetstream.JetStreamError
	if errors.As(err, &wrapped) && wrapped.APIError() != nil {
		api = wrapped.APIError()
	} else {
		errors.As(err, &api)
	}
	switch {
	case api != nil && (api.ErrorCode == codeWrongLast || api.ErrorCode == codeWrongLastConstant || api.ErrorCode == codeDuplicate):
		return fmt.Errorf("%w: code %d", ErrConflict, api.ErrorCode)
	case api != nil && api.Code >= 500:
		// The server's own trouble: it may have begun to store.
		return fmt.Errorf("%w: code %d", ErrUnknown, api.ErrorCode)
	case api != nil:
		return fmt.Errorf("server refused: code %d: %w", api.ErrorCode, err)
	case errors.Is(err, nats.ErrMaxPayload), errors.Is(err, nats.ErrBadSubject), errors.Is(err, jetstream.ErrNoStreamResponse), errors.Is(err, nats.ErrNoResponders):
		return err
	default:
		return fmt.Errorf("%w: %v", ErrUnknown, err)
	}
}

// ResolveBatch finds the outcome of a PublishBatch that returned ErrUnknown,
// by reading the ledger's leader. stored is false when the messages are not
// there now; they may still arrive, so the caller repeats PublishBatch with the
// same messages and the same expectation: it then succeeds or conflicts.
func ResolveBatch(ctx context.Context, js jetstream.JetStream, expectLastSeq uint64, msgs []*nats.Msg) (lastSeq uint64, stored bool, err error) {
	stream, err := js.Stream(ctx, StreamName)
	if err != nil {
		return 0, false, fmt.Errorf("resolve batch: %w", err)
	}
	for i, m := range msgs {
		seq := expectLastSeq + 1 + uint64(i)
		found, err := stream.GetMsg(ctx, seq)
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			return 0, false, nil
		}
		if err != nil {
			return 0, false, fmt.Errorf("resolve batch: %w", err)
		}
		if found.Subject != m.Subject || string(found.Data) != string(m.Data) {
			return 0, false, fmt.Errorf("resolve batch: %w: another record has the place", ErrConflict)
		}
		lastSeq = seq
	}
	return lastSeq, len(msgs) > 0, nil
}
