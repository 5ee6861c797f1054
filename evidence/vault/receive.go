package vault

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// Renew asks the broker for a fresh grant of the same object when the old one has
// expired during a long download; nil where that cannot be.
type Renew func(ctx context.Context) (Grant, error)

// Download writes the granted object to dst and verifies its exact size and its
// SHA-256. It goes on with a Range request where a connection broke. Bytes reach
// dst before the digest is known: dst must stay hidden until Download returns nil.
func (t *Transfer) Download(ctx context.Context, g Grant, renew Renew, dst io.Writer, progress Progress) error {
	r := t.newRangeReader(ctx, g, renew, progress)
	defer r.Close()
	h := sha256.New()
	n, err := io.CopyBuffer(io.MultiWriter(h, dst), io.LimitReader(r, g.Object.Size+1), make([]byte, 256<<10))
	if err != nil {
		return fmt.Errorf("download: %w", err)
	}
	if n != g.Object.Size {
		return fmt.Errorf("download: %w: %d of %d bytes", ErrMismatch, n, g.Object.Size)
	}
	if digestOf(h) != g.Object.Digest {
		return fmt.Errorf("download: %w: digest of the received bytes", ErrMismatch)
	}
	return nil
}

// rangeReader reads an object from its beginning to its end over as many
// connections as it takes. It does not verify: its users do.
type rangeReader struct {
	t        *Transfer
	ctx      context.Context // of this one download
	grant    Grant
	renew    Renew
	progress Progress

	body  io.ReadCloser // nil: not connected
	at    int64
	tries int // failures since the last byte
}

func (t *Transfer) newRangeReader(ctx context.Context, g Grant, renew Renew, progress Progress) *rangeReader {
	return &rangeReader{t: t, ctx: ctx, grant: g, renew: renew, progress: progress}
}

func (r *rangeReader) Close() error {
	if r.body == nil {
		return nil
	}
	err := r.body.Close()
	r.body = nil
	return err
}

func (r *rangeReader) Read(p []byte) (int, error) {
	for {
		if r.body == nil {
			if r.at == r.grant.Object.Size {
				return 0, io.EOF
			}
			if err := r.connect(); err != nil {
				if err = r.again(err); err != nil {
					return 0, err
				}
				continue
			}
		}
		n, err := r.body.Read(p)
		if n > 0 {
			r.at += int64(n)
			r.tries = 0
			if r.progress != nil {
				r.progress(r.at)
			}
			if err != nil && err != io.EOF {
				_ = r.Close() // give out what came, connect again at the next call
			}
			return n, nil
		}
		switch {
		case err == io.EOF && r.at >= r.grant.Object.Size:
			return 0, io.EOF
		case err == io.EOF: // the body ended as announced, but it is too short
			return 0, fmt.Errorf("%w: object ends after %d of %d bytes", ErrMismatch, r.at, r.grant.Object.Size)
		case err != nil:
			_ = r.Close()
			if err = r.again(netErr(r.ctx, err)); err != nil {
				return 0, err
			}
		}
	}
}

// again decides whether a failure may pass, and waits.
func (r *rangeReader) again(err error) error {
	if r.ctx.Err() != nil {
		return context.Cause(r.ctx)
	}
	r.tries++
	expired := errors.Is(err, ErrExpired)
	if !errors.Is(err, ErrUnavailable) && !(expired && r.renew != nil) || r.tries > r.t.cfg.Retries {
		return err
	}
	if err := r.t.pause(r.ctx, r.tries); err != nil {
		return err
	}
	if expired {
		g, err := r.renew(r.ctx)
		if err != nil {
			return fmt.Errorf("renew grant: %w", err)
		}
		if g.Object != r.grant.Object {
			return fmt.Errorf("renew grant: %w: it is for another object", ErrMismatch)
		}
		r.grant = g
	}
	return nil
}

// connect asks for the bytes from r.at on.
func (r *rangeReader) connect() error {
	req, err := http.NewRequestWithContext(r.ctx, http.MethodGet, r.grant.URL, nil)
	if err != nil {
		return errors.New("presigned request is malformed") // err would show the URL
	}
	want := http.StatusOK
	if r.at > 0 {
		req.Header.Set("Range", "bytes="+strconv.FormatInt(r.at, 10)+"-")
		want = http.StatusPartialContent
	}
	resp, err := r.t.http.Do(req)
	if err != nil {
		return netErr(r.ctx, err)
	}
	if err := r.admit(resp, want); err != nil {
		resp.Body.Close()
		return err
	}
	r.body = resp.Body
	return nil
}

// admit refuses an answer that is not the rest of exactly this object.
func (r *rangeReader) admit(resp *http.Response, want int) error {
	if err := statusErr(resp, want); err != nil {
		return err
	}
	rest := r.grant.Object.Size - r.at
	if resp.ContentLength >= 0 && resp.ContentLength != rest {
		return fmt.Errorf("%w: store offers %d bytes instead of %d", ErrMismatch, resp.ContentLength, rest)
	}
	if want == http.StatusPartialContent {
		from := fmt.Sprintf("bytes %d-%d/%d", r.at, r.grant.Object.Size-1, r.grant.Object.Size)
		if strings.TrimSpace(resp.Header.Get("Content-Range")) != from {
			return fmt.Errorf("%w: store went on at another place", ErrMismatch)
		}
	}
	if id := resp.Header.Get("X-Amz-Version-Id"); id != "" && id != r.grant.Object.VersionID {
		return fmt.Errorf("%w: store gave another version", ErrMismatch)
	}
	return nil
}
