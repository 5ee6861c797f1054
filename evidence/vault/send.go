package vault

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/rogatory/rogatory/evidence"
)

// PartSigner asks the broker for presigned requests. Vault.SignParts is one, and
// the gateway's link to a distant broker another.
type PartSigner func(ctx context.Context, u Upload, parts []Part) ([]PartRequest, error)

// Upload sends the sealed bytes of src as the parts of u and returns them with
// their ETags, for the broker to complete. src must give exactly u.Size bytes;
// otherwise nothing is complete and the error is evidence.ErrSource.
func (t *Transfer) Upload(ctx context.Context, u Upload, sign PartSigner, src io.Reader, progress Progress) ([]Part, error) {
	w, err := t.newPartWriter(ctx, u, sign, progress)
	if err != nil {
		return nil, fmt.Errorf("upload: %w", err)
	}
	_, err = w.ReadFrom(src)
	parts, err := w.finish(err)
	if err != nil {
		return nil, fmt.Errorf("upload: %w", err)
	}
	return parts, nil
}

// partWriter cuts what is written to it into parts and sends them by a few
// workers. Write and finish belong to one goroutine.
type partWriter struct {
	t        *Transfer
	ctx      context.Context // of this one upload; ends with the first failure
	cancel   context.CancelCauseFunc
	u        Upload
	sign     PartSigner
	progress Progress

	free chan []byte  // empty buffers; their number bounds the memory
	full chan fullBuf // filled ones, to the workers
	wg   sync.WaitGroup

	// Owned by the writing goroutine.
	buf     []byte
	number  int
	written int64

	mu    sync.Mutex
	parts []Part // guarded by mu
	done  int64  // guarded by mu
}

type fullBuf struct {
	number int
	data   []byte
}

func (t *Transfer) newPartWriter(ctx context.Context, u Upload, sign PartSigner, progress Progress) (*partWriter, error) {
	if err := u.check(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	w := &partWriter{
		t: t, ctx: ctx, cancel: cancel, u: u, sign: sign, progress: progress,
		free: make(chan []byte, t.cfg.Workers+1), full: make(chan fullBuf),
		parts: make([]Part, u.Parts()),
	}
	for range min(t.cfg.Workers+1, u.Parts()) {
		w.free <- nil // made when first needed
	}
	for range min(t.cfg.Workers, u.Parts()) {
		w.wg.Go(w.work)
	}
	return w, nil
}

// next takes an empty buffer for the next part.
func (w *partWriter) next() error {
	select {
	case b := <-w.free:
		w.number++
		if b == nil {
			b = make([]byte, 0, w.u.PartLen(1))
		}
		w.buf = b[:0]
		return nil
	case <-w.ctx.Done():
		return context.Cause(w.ctx)
	}
}

// flush hands a complete part to a worker.
func (w *partWriter) flush() error {
	select {
	case w.full <- fullBuf{w.number, w.buf}:
		w.buf = nil
		return nil
	case <-w.ctx.Done():
		return context.Cause(w.ctx)
	}
}

// room returns the free end of the part being filled.
func (w *partWriter) room() ([]byte, error) {
	if w.written == w.u.Size {
		return nil, fmt.Errorf("%w: more than the %d bytes planned", evidence.ErrSource, w.u.Size)
	}
	if w.buf == nil {
		if err := w.next(); err != nil {
			return nil, err
		}
	}
	return w.buf[len(w.buf):w.u.PartLen(w.number)], nil
}

// took counts n bytes that were put into room.
func (w *partWriter) took(n int) error {
	w.buf = w.buf[:len(w.buf)+n]
	w.written += int64(n)
	if int64(len(w.buf)) == w.u.PartLen(w.number) {
		return w.flush()
	}
	return nil
}

// Write implements io.Writer, so that a seal can write straight into parts.
func (w *partWriter) Write(p []byte) (total int, err error) {
	for len(p) > 0 {
		room, err := w.room()
		if err != nil {
			return total, err
		}
		n := copy(room, p)
		p, total = p[n:], total+n
		if err := w.took(n); err != nil {
			return total, err
		}
	}
	return total, nil
}

// ReadFrom implements io.ReaderFrom: parts are filled without a copy between.
func (w *partWriter) ReadFrom(src io.Reader) (total int64, err error) {
	idle := 0
	for {
		var room []byte
		if w.written == w.u.Size {
			room = make([]byte, 1) // only to see whether src ends here
		} else if room, err = w.room(); err != nil {
			return total, err
		}
		n, rerr := src.Read(room)
		if n > 0 {
			idle = 0
			if _, err := w.room(); err != nil {
				return total, err
			}
			total += int64(n)
			if err := w.took(n); err != nil {
				return total, err
			}
		} else if idle++; idle > 100 && rerr == nil {
			rerr = io.ErrNoProgress
		}
		if rerr == io.EOF {
			return total, nil
		}
		if rerr != nil {
			return total, rerr
		}
	}
}

// finish waits for the workers and returns the parts. With err, or when bytes are
// missing, it stops them instead.
func (w *partWriter) finish(err error) ([]Part, error) {
	if err == nil && w.written != w.u.Size {
		err = fmt.Errorf("%w: less than the %d bytes planned", evidence.ErrSource, w.u.Size)
	}
	if err != nil {
		w.cancel(err)
	}
	close(w.full)
	w.wg.Wait()
	if err == nil {
		err = context.Cause(w.ctx)
	}
	w.cancel(nil)
	if err != nil {
		return nil, err
	}
	return w.parts, nil
}

func (w *partWriter) work() {
	for b := range w.full {
		if w.ctx.Err() != nil {
			continue // drain
		}
		p, err := w.send(b)
		if err != nil {
			w.cancel(fmt.Errorf("part %d: %w", b.number, err))
			continue
		}
		w.mu.Lock()
		w.parts[b.number-1] = p
		w.done += int64(len(b.data))
		if w.progress != nil {
			w.progress(w.done)
		}
		w.mu.Unlock()
		w.free <- b.data
	}
}

// send stores one part. Each try asks for its own signature, so that an expired
// one cures itself.
func (w *partWriter) send(b fullBuf) (Part, error) {
	sum := sha256.New()
	sum.Write(b.data)
	p := Part{Number: b.number, Digest: digestOf(sum)}
	err := w.t.retry(w.ctx, "part", func() error {
		reqs, err := w.sign(w.ctx, w.u, []Part{p})
		if err != nil {
			return fmt.Errorf("ask for a signature: %w", err)
		}
		if len(reqs) != 1 || reqs[0].Number != p.Number {
			return errors.New("ask for a signature: broker signed another part")
		}
		p.ETag, err = w.t.put(w.ctx, reqs[0], b.data)
		return err
	})
	return p, err
}

func (t *Transfer) put(ctx context.Context, pr PartRequest, data []byte) (etag string, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPut, pr.URL, bytes.NewReader(data))
	if err != nil {
		return "", errors.New("presigned request is malformed") // err would show the URL
	}
	for name, values := range pr.Header {
		if name != "Content-Length" { // net/http sends its own, from the body
			req.Header[name] = values
		}
	}
	resp, err := t.http.Do(req)
	if err != nil {
		return "", netErr(ctx, err)
	}
	defer resp.Body.Close()
	if err := statusErr(resp, http.StatusOK); err != nil {
		return "", err
	}
	_, _ = io.CopyN(io.Discard, resp.Body, 64<<10) // lets the connection be used again
	etag = strings.Trim(resp.Header.Get("ETag"), `"`)
	if etag == "" {
		return "", errors.New("store gave no ETag")
	}
	return etag, nil
}
