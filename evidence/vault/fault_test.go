package vault_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"filippo.io/age"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/evidence"
	"github.com/rogatory/rogatory/evidence/vault"
)

// faults stands between gateway and store and spoils what it is told to. It hands
// the Host on unchanged, because the signature covers it.
type faults struct {
	armed atomic.Pointer[spoiler] // handlers of the test before may still run
	count atomic.Int64
}

// spoiler spoils a request before the store sees it (true: answered), or its answer.
type spoiler struct {
	spoil func(w http.ResponseWriter, r *http.Request) bool
	after fault
}

// arm replaces what is spoiled; nil spoils nothing.
func (f *faults) arm(spoil func(w http.ResponseWriter, r *http.Request) bool, after fault) {
	if spoil == nil {
		spoil = func(http.ResponseWriter, *http.Request) bool { return false }
	}
	if after == nil {
		after = func(*http.Response) error { return nil }
	}
	f.armed.Store(&spoiler{spoil, after})
}

// fault spoils an answer of the store.
type fault func(resp *http.Response) error

// newFaultyWorld gives a world whose presigned URLs lead through faults.
func newFaultyWorld(t *testing.T) (*world, *faults) {
	f := &faults{}
	w := newWorld(t)
	target, err := url.Parse("http://" + w.srv.endpoint)
	must(t, err)
	proxy := &httputil.ReverseProxy{
		Rewrite:        func(r *httputil.ProxyRequest) { r.SetURL(target); r.Out.Host = r.In.Host },
		ModifyResponse: func(resp *http.Response) error { return f.armed.Load().after(resp) },
		ErrorHandler:   func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) },
		ErrorLog:       log.New(io.Discard, "", 0),
	}
	front := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		f.count.Add(1)
		if !f.armed.Load().spoil(rw, r) {
			proxy.ServeHTTP(rw, r)
		}
	}))
	t.Cleanup(front.Close)
	f.arm(nil, nil)
	w.vault = w.openVault(func(c *vault.Config) { c.PublicEndpoint = strings.TrimPrefix(front.URL, "http://") })
	return w, f
}

func TestUploadFaults(t *testing.T) {
	w, f := newFaultyWorld(t)
	ctx := context.Background()
	const size = 40 << 20
	hangUp := func(rw http.ResponseWriter) {
		c, _, err := rw.(http.Hijacker).Hijack()
		must(t, err)
		c.Close()
	}
	// Each fault comes in two forms: the part was not stored, and it was stored
	// but the answer was lost.
	rows := []struct {
		name  string
		spoil func(rw http.ResponseWriter, r *http.Request) bool
		after fault
	}{
		{"500, not stored", func(rw http.ResponseWriter, _ *http.Request) bool { rw.WriteHeader(500); return true }, nil},
		{"503", func(rw http.ResponseWriter, _ *http.Request) bool { rw.WriteHeader(503); return true }, nil},
		{"403 as after expiry", func(rw http.ResponseWriter, _ *http.Request) bool { rw.WriteHeader(403); return true }, nil},
		{"hang up before", func(rw http.ResponseWriter, _ *http.Request) bool { hangUp(rw); return true }, nil},
		{"hang up in the middle", func(rw http.ResponseWriter, r *http.Request) bool {
			_, _ = io.CopyN(io.Discard, r.Body, 1<<20)
			hangUp(rw)
			return true
		}, nil},
		{"stored, answer lost", nil, func(*http.Response) error { return errors.New("lost") }},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			var mu sync.Mutex
			seen := map[string]bool{}
			first := func(key string) bool {
				mu.Lock()
				defer mu.Unlock()
				old := seen[key]
				seen[key] = true
				return !old
			}
			f.arm(func(rw http.ResponseWriter, req *http.Request) bool {
				return r.spoil != nil && first(req.URL.Query().Get("partNumber")) && r.spoil(rw, req)
			}, func(resp *http.Response) error {
				if r.after != nil && first(resp.Request.URL.Query().Get("partNumber")) {
					return r.after(resp)
				}
				return nil
			})
			f.count.Store(0)
			d := w.deposit(random(size, 1), size)
			if got, want := f.count.Load(), int64(2*d.upload.Parts()); got != want {
				t.Fatalf("%d requests, want %d: each part failing once", got, want)
			}
			must(t, w.vault.Verify(ctx, d.object))
		})
	}
	t.Run("for good", func(t *testing.T) {
		f.arm(func(rw http.ResponseWriter, _ *http.Request) bool { rw.WriteHeader(500); return true }, nil)
		n, err := evidence.SealedSize(100, []string{w.to})
		must(t, err)
		u, err := w.vault.BeginUpload(ctx, state, agencies.NewID(), evidence.NewExhibitID(), n, 0)
		must(t, err)
		_, _, err = w.moves.Deposit(ctx, u, w.vault.SignParts, random(100, 1), 100, []string{w.to}, nil)
		wantErr(t, err, vault.ErrUnavailable, "part 1")
	})
	t.Run("refused outright", func(t *testing.T) {
		f.arm(func(rw http.ResponseWriter, _ *http.Request) bool { rw.WriteHeader(400); return true }, nil)
		f.count.Store(0)
		n, err := evidence.SealedSize(100, []string{w.to})
		must(t, err)
		u, err := w.vault.BeginUpload(ctx, state, agencies.NewID(), evidence.NewExhibitID(), n, 0)
		must(t, err)
		_, _, err = w.moves.Deposit(ctx, u, w.vault.SignParts, random(100, 1), 100, []string{w.to}, nil)
		if err == nil || f.count.Load() != 1 {
			t.Fatalf("%v after %d requests", err, f.count.Load())
		}
	})
	t.Run("broker does not sign", func(t *testing.T) {
		boom := errors.New("no longer")
		n, err := evidence.SealedSize(100, []string{w.to})
		must(t, err)
		u := vault.Upload{ID: "x", State: state, Case: agencies.NewID(), Exhibit: evidence.NewExhibitID(), Size: n, PartSize: 16 << 20}
		sign := func(context.Context, vault.Upload, []vault.Part) ([]vault.PartRequest, error) { return nil, boom }
		_, _, err = w.moves.Deposit(ctx, u, sign, random(100, 1), 100, []string{w.to}, nil)
		wantErr(t, err, boom, "part 1")
	})
}

func TestDownloadFaults(t *testing.T) {
	w, f := newFaultyWorld(t)
	ctx := context.Background()
	const size = 8 << 20
	d := w.deposit(random(size, 1), size)
	// cut lets n bytes of a body through and then breaks the connection.
	cut := func(n int64) fault {
		return func(resp *http.Response) error {
			if resp.ContentLength > n {
				resp.Body = struct {
					io.Reader
					io.Closer
				}{io.MultiReader(io.LimitReader(resp.Body, n), breaks{}), resp.Body}
			}
			return nil
		}
	}
	always := func(f fault) func() fault { return func() fault { return f } }
	once := func(f fault) func() fault {
		return func() fault {
			var done atomic.Bool
			return func(resp *http.Response) error {
				if done.Swap(true) {
					return nil
				}
				return f(resp)
			}
		}
	}
	// resumed breaks the first answer and spoils the one that goes on.
	resumed := func(f fault) func() fault {
		return func() fault {
			first := once(cut(1 << 20))()
			return func(r *http.Response) error {
				if r.StatusCode == http.StatusPartialContent {
					return f(r)
				}
				return first(r)
			}
		}
	}
	rows := []struct {
		name  string
		spoil func(rw http.ResponseWriter, r *http.Request) bool
		after func() fault
		err   error // nil: the download goes through in the end
	}{
		{"broken after the first byte", nil, once(cut(1)), nil},
		{"broken in the middle", nil, once(cut(size / 2)), nil},
		{"broken every 2 MiB", nil, always(cut(2 << 20)), nil},
		{"broken at every answer", nil, always(cut(0)), vault.ErrUnavailable},
		{"500 once", nil, once(func(r *http.Response) error { r.StatusCode = 500; return nil }), nil},
		{"500 for good", func(rw http.ResponseWriter, _ *http.Request) bool { rw.WriteHeader(500); return true }, nil, vault.ErrUnavailable},
		{"403", func(rw http.ResponseWriter, _ *http.Request) bool { rw.WriteHeader(403); return true }, nil, vault.ErrExpired},
		{"404", func(rw http.ResponseWriter, _ *http.Request) bool { rw.WriteHeader(404); return true }, nil, vault.ErrNotFound},
		{"redirect elsewhere", func(rw http.ResponseWriter, r *http.Request) bool {
			http.Redirect(rw, r, "http://"+w.srv.endpoint+r.RequestURI, http.StatusTemporaryRedirect)
			return true
		}, nil, errAny},
		{"short and content with it", func(rw http.ResponseWriter, _ *http.Request) bool {
			_, _ = rw.Write(make([]byte, 1000))
			return true
		}, nil, vault.ErrMismatch},
		{"short, length not announced", func(rw http.ResponseWriter, _ *http.Request) bool {
			rw.(http.Flusher).Flush()
			_, _ = rw.Write(make([]byte, 1000))
			return true
		}, nil, vault.ErrMismatch},
		{"endless", func(rw http.ResponseWriter, _ *http.Request) bool {
			rw.(http.Flusher).Flush()
			_, _ = io.CopyN(rw, zeros{}, 2*d.sealed.Size)
			return true
		}, nil, vault.ErrMismatch},
		{"other bytes of the same size", func(rw http.ResponseWriter, _ *http.Request) bool {
			_, _ = io.CopyN(rw, zeros{}, d.sealed.Size)
			return true
		}, nil, vault.ErrMismatch},
		{"goes on at another place", nil, resumed(func(r *http.Response) error {
			r.Header.Set("Content-Range", fmt.Sprintf("bytes 5-%d/%d", d.sealed.Size-1, d.sealed.Size))
			return nil
		}), vault.ErrMismatch},
		{"begins again instead of going on", nil, resumed(func(r *http.Response) error {
			r.StatusCode = http.StatusOK
			return nil
		}), errAny},
		{"another version", nil, always(func(r *http.Response) error {
			r.Header.Set("X-Amz-Version-Id", "other")
			return nil
		}), vault.ErrMismatch},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			arm := func() {
				var after fault
				if r.after != nil {
					after = r.after()
				}
				f.arm(r.spoil, after)
			}
			arm()
			var out bytes.Buffer
			err := w.moves.Download(ctx, w.grant(d.object), nil, &out, nil)
			path := filepath.Join(t.TempDir(), "out")
			if r.err == nil {
				must(t, err)
				if agencies.DigestOf(out.Bytes()) != d.sealed.Digest {
					t.Fatal("bytes differ")
				}
				return
			}
			if err == nil || r.err != errAny && !errors.Is(err, r.err) || strings.Contains(err.Error(), "X-Amz-") {
				t.Fatalf("got %v, want %v", err, r.err)
			}
			arm()
			if err := w.moves.FetchFile(ctx, w.grant(d.object), nil, path, []age.Identity{w.id}, d.sealed, nil); err == nil {
				t.Fatal("FetchFile took it")
			}
			if left, _ := os.ReadDir(filepath.Dir(path)); len(left) > 0 {
				t.Fatalf("left behind: %v", left)
			}
		})
	}
}

var errAny = errors.New("any error")

type breaks struct{}

func (breaks) Read([]byte) (int, error) { return 0, errors.New("cable cut") }

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// TestServerKilled kills the store with no warning in the middle of an upload and
// of a download, and starts it again on the same disk.
func TestServerKilled(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	moves, err := vault.NewTransfer(vault.TransferConfig{Log: quiet(), Backoff: 100 * time.Millisecond, Retries: 10})
	must(t, err)
	defer moves.Close()
	const size = 48 << 20
	n, err := evidence.SealedSize(size, []string{w.to})
	must(t, err)
	u, err := w.vault.BeginUpload(ctx, state, agencies.NewID(), evidence.NewExhibitID(), n, 5<<20)
	must(t, err)
	var once sync.Once
	var restart sync.WaitGroup
	bounce := func() {
		once.Do(func() {
			w.srv.kill()
			restart.Go(func() { w.srv = startServer(t, w.srv.dir, w.srv.endpoint) })
		})
	}
	src := &trigger{r: random(size, 5), at: size / 2, f: bounce}
	sealed, parts, err := moves.Deposit(ctx, u, w.vault.SignParts, src, size, []string{w.to}, nil)
	restart.Wait()
	must(t, err)
	obj, err := w.vault.CompleteUpload(ctx, u, parts, sealed.Digest)
	must(t, err)

	once = sync.Once{}
	grant, err := w.vault.Release(ctx, w.permit(obj), obj, taker, 0)
	must(t, err)
	path := filepath.Join(t.TempDir(), "out")
	reached := false
	err = moves.FetchFile(ctx, grant, nil, path, []age.Identity{w.id}, sealed, func(done int64) {
		if done > sealed.Size/2 {
			reached = true
			bounce()
		}
	})
	restart.Wait()
	must(t, err)
	if info, err := os.Stat(path); err != nil || info.Size() != size || !reached {
		t.Fatalf("fetched %v, %v", info, err)
	}
}

// trigger calls f once the reader has given out at bytes.
type trigger struct {
	r  io.Reader
	at int64
	f  func()
}

func (s *trigger) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if s.at -= int64(n); s.at <= 0 {
		s.f()
	}
	return n, err
}
