package tlog

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"time"
)

// logConfig is log.json: what this ledger belongs to, written once.
type logConfig struct {
	V       int       `json:"v"`
	Origin  string    `json:"origin"`
	Keys    []string  `json:"keys"`
	Stream  string    `json:"stream"`
	Created time.Time `json:"created"`
}

// checkConfig compares log.json, or creates a ledger where there is none.
func (l *Log) checkConfig(ctx context.Context, rebuild bool) error {
	stream, err := l.cfg.Head(ctx)
	if err != nil {
		return fmt.Errorf("open ledger: ask stream: %w", err)
	}
	want := logConfig{V: 1, Origin: l.cfg.Origin, Keys: l.cfg.Keys.verify.Strings(),
		Stream: stream.Name, Created: stream.Created.UTC()}
	data, cfgErr := l.store.Get(ctx, configPath)
	first, chainErr := l.store.Get(ctx, chainPath(0))
	_, pubErr := l.store.Get(ctx, checkpointPath)
	for _, err := range []error{cfgErr, chainErr, pubErr} {
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("open ledger: %w", err)
		}
	}
	if chainErr != nil && pubErr != nil { // no ledger, or its creation was interrupted
		if stream.LastSeq > 0 && !rebuild {
			return ledgerErr("chain", chainPath(0), ErrMissing, "no ledger, but the stream has records up to %d", stream.LastSeq)
		}
		return l.create(ctx, want)
	}
	switch {
	case rebuild:
		return errors.New("rebuild ledger: a ledger is there already")
	case cfgErr != nil:
		return ledgerErr("config", configPath, nil, "is missing")
	case chainErr != nil:
		return ledgerErr("chain", chainPath(0), nil, "is missing")
	}
	if _, err := ParseCheckpoint(first, l.cfg.Keys.verify); err != nil {
		return ledgerErr("chain", chainPath(0), err, "first checkpoint is not ours")
	}
	return l.compareConfig(data, want)
}

func (l *Log) compareConfig(data []byte, want logConfig) error {
	var have logConfig
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&have); err != nil {
		return ledgerErr("config", configPath, err, "is malformed")
	}
	if _, err := dec.Token(); err != io.EOF {
		return ledgerErr("config", configPath, nil, "is malformed: trailing bytes")
	}
	switch {
	case have.V != want.V:
		return ledgerErr("config", configPath, nil, "version %d, want %d", have.V, want.V)
	case have.Origin != want.Origin:
		return ledgerErr("origin", configPath, nil, "ledger of %q, configured %q", have.Origin, want.Origin)
	case !slices.Equal(have.Keys, want.Keys):
		return ledgerErr("keys", configPath, nil, "ledger was made with other keys")
	case have.Stream != want.Stream:
		return ledgerErr("stream", configPath, nil, "ledger of stream %q, found %q", have.Stream, want.Stream)
	case !have.Created.Equal(want.Created):
		return ledgerErr("stream", configPath, nil, "stream was created %s, the one found %s",
			have.Created.Format(time.RFC3339Nano), want.Created.Format(time.RFC3339Nano))
	}
	canon, err := encodeConfig(have)
	if err != nil || !bytes.Equal(canon, data) {
		return ledgerErr("config", configPath, err, "is not as it was written")
	}
	return nil
}

func encodeConfig(c logConfig) ([]byte, error) {
	data, err := json.MarshalIndent(c, "", "  ")
	return append(data, '\n'), err
}

// create writes log.json and commits the empty tree as number 0 of the chain.
func (l *Log) create(ctx context.Context, want logConfig) error {
	data, err := encodeConfig(want)
	if err != nil {
		return fmt.Errorf("create ledger: %w", err)
	}
	if err := l.store.Create(ctx, Object{configPath, data}); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return ledgerErr("config", configPath, err, "left by another ledger")
		}
		return fmt.Errorf("create ledger: %w", err)
	}
	cp, err := l.cfg.Keys.sign(0, (&edge{}).root())
	if err != nil {
		return err
	}
	// Two creators may race; either's empty tree will do.
	if err := l.store.Create(ctx, Object{chainPath(0), cp.Note}); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("create ledger: %w", err)
	}
	l.log.Info("ledger created", "origin", want.Origin)
	return nil
}
