package vault

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"time"
)

// TransferConfig says how a gateway moves bytes.
type TransferConfig struct {
	// CAFile is a PEM file of the authorities to trust for the store's TLS;
	// default those of the system.
	CAFile string
	// Workers is how many parts travel at once; default 3. Memory is about
	// (Workers+1) parts.
	Workers int
	// Retries is how often one part, or a download that makes no progress, is
	// tried again after a failure that may pass; default 6.
	Retries int
	// Backoff is the pause before the first retry; it doubles, with jitter, up to
	// half a minute. Default 250 ms.
	Backoff time.Duration
	// Log is required.
	Log *slog.Logger
}

// Transfer is the gateway's side: presigned requests only, no credentials. It is
// safe for concurrent use.
type Transfer struct {
	cfg  TransferConfig
	http *http.Client
}

// Progress is told how many sealed bytes are through, from one goroutine at a time.
type Progress func(done int64)

// NewTransfer returns a Transfer; Close it to let go of idle connections.
func NewTransfer(cfg TransferConfig) (*Transfer, error) {
	if cfg.Log == nil {
		return nil, fmt.Errorf("open transfer: %w: log is required", ErrConfig)
	}
	if cfg.Workers == 0 {
		cfg.Workers = 3
	}
	if cfg.Retries == 0 {
		cfg.Retries = 6
	}
	if cfg.Backoff == 0 {
		cfg.Backoff = 250 * time.Millisecond
	}
	if cfg.Workers < 1 || cfg.Workers > 32 || cfg.Retries < 0 || cfg.Backoff < 0 {
		return nil, fmt.Errorf("open transfer: %w: workers must be 1 to 32, retries and backoff not negative", ErrConfig)
	}
	tr, err := transport(cfg.CAFile, "")
	if err != nil {
		return nil, fmt.Errorf("open transfer: %w", err)
	}
	client := &http.Client{
		Transport: tr,
		// A store that redirects would carry the capability elsewhere.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return &Transfer{cfg: cfg, http: client}, nil
}

// Close lets go of idle connections.
func (t *Transfer) Close() error {
	t.http.CloseIdleConnections()
	return nil
}

// statusErr turns an answer into an error, or nil for the wanted status. The body
// of a refusal is read and forgotten: it may repeat the request.
func statusErr(resp *http.Response, want ...int) error {
	for _, w := range want {
		if resp.StatusCode == w {
			return nil
		}
	}
	_, _ = io.CopyN(io.Discard, resp.Body, 64<<10)
	switch code := resp.StatusCode; {
	case code == http.StatusForbidden || code == http.StatusUnauthorized:
		return fmt.Errorf("%w (%d)", ErrExpired, code)
	case code == http.StatusNotFound:
		return fmt.Errorf("%w (%d)", ErrNotFound, code)
	case code >= 500 || code == http.StatusTooManyRequests || code == http.StatusRequestTimeout:
		return fmt.Errorf("%w (%d)", ErrUnavailable, code)
	default:
		return fmt.Errorf("store answered %d", code)
	}
}

// netErr sorts a failed round trip: the caller's own cancel, or worth another try.
func netErr(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return fmt.Errorf("%w: %w", ErrUnavailable, withoutURL(err))
}

// pause waits before try n (from 1), or until ctx is done.
func (t *Transfer) pause(ctx context.Context, n int) error {
	d := min(t.cfg.Backoff<<min(n-1, 16), 30*time.Second)
	// Half fixed, half random: gateways that failed together come back apart.
	d = d/2 + rand.N(d/2+1)
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}

// retry runs f until it succeeds, fails for good, or has failed too often. A
// refused presigned request is retried too, since f asks for a new one.
func (t *Transfer) retry(ctx context.Context, what string, f func() error) error {
	for n := 1; ; n++ {
		err := f()
		if err == nil || ctx.Err() != nil {
			return err
		}
		passing := errors.Is(err, ErrUnavailable) || errors.Is(err, ErrExpired)
		if !passing || n > t.cfg.Retries {
			return err
		}
		t.cfg.Log.Debug("transfer will try again", "what", what, "try", n, "err", err)
		if err := t.pause(ctx, n); err != nil {
			return err
		}
	}
}
