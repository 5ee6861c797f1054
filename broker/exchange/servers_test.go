package exchange_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker/embedded"
	"github.com/rogatory/rogatory/broker/exchange"
)

// One S3 server serves all tests of the process; each world has its own buckets.
const s3Secret = "a secret of these tests only"

var (
	startedS3 atomic.Value // *embedded.S3
	s3Dir     string
	s3Once    sync.Once
	s3Worlds  atomic.Int64
)

func sharedS3(t testing.TB) exchange.S3Config {
	t.Helper()
	s3Once.Do(func() {
		var err error
		s3Dir, err = os.MkdirTemp("", "exchange-s3-")
		ok(t, err)
		for name, secret := range map[string]string{"access": "rogatory", "secret": s3Secret} {
			ok(t, os.WriteFile(filepath.Join(s3Dir, name), []byte(secret), 0o600))
		}
		s3, err := embedded.StartS3(context.Background(), embedded.S3Config{Dir: filepath.Join(s3Dir, "data"), Listen: "127.0.0.1:0", AccessKey: "rogatory", SecretKey: s3Secret})
		ok(t, err)
		startedS3.Store(s3)
	})
	s3, started := startedS3.Load().(*embedded.S3)
	if !started {
		t.Fatal("the store of the tests did not start")
	}
	return exchange.S3Config{
		Endpoint: s3.Endpoint(), AccessKeyFile: filepath.Join(s3Dir, "access"), SecretKeyFile: filepath.Join(s3Dir, "secret"),
		BucketPrefix: fmt.Sprintf("world%d", s3Worlds.Add(1)),
	}
}

// readStream reads every record of the ledger's stream.
func readStream(cfg exchange.NodeConfig, natsURL string) ([][]byte, error) {
	nc, err := asOperator(cfg, natsURL, embedded.RoleRuntime)
	if err != nil {
		return nil, err
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		return nil, err
	}
	ctx := context.Background()
	stream, err := js.Stream(ctx, embedded.StreamName)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNoStream, err)
	}
	var out [][]byte
	for seq := uint64(1); seq <= stream.CachedInfo().State.LastSeq; seq++ {
		msg, err := stream.GetMsg(ctx, seq)
		if err != nil {
			return nil, err
		}
		out = append(out, msg.Data)
	}
	return out, nil
}

// asOperator connects as one of the broker's own users.
func asOperator(cfg exchange.NodeConfig, natsURL string, role embedded.Role) (*nats.Conn, error) {
	data, err := os.ReadFile(cfg.OperatorKeys)
	if err != nil {
		return nil, err
	}
	op, err := embedded.ParseOperatorKeys(data)
	if err != nil {
		return nil, err
	}
	creds, err := op.UserCreds(role, time.Time{})
	if err != nil {
		return nil, err
	}
	return embedded.Connect(natsURL, creds, nil)
}

// proxy stands between the broker and its NATS server and can lose what passes.
type proxy struct {
	l      net.Listener
	target string
	lose   atomic.Int32 // one of the losses
	hit    atomic.Int32 // how often something was lost

	mu    sync.Mutex
	conns map[net.Conn]bool // Owner: mu
}

// What a proxy loses from the next publish into the ledger on.
const (
	losesNothing int32 = iota
	losesPublish       // the publish does not arrive
	losesAnswer        // it arrives, nothing comes back
)

func newProxy(t testing.TB, target string) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ok(t, err)
	p := &proxy{l: l, target: target, conns: map[net.Conn]bool{}}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go p.serve(c)
		}
	}()
	t.Cleanup(func() { _ = l.Close(); p.cut() })
	return p
}

func (p *proxy) addr() string { return p.l.Addr().String() }

// cut ends every connection; the client comes back by itself.
func (p *proxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		_ = c.Close()
	}
}

// heal loses nothing more and lets the client connect anew.
func (p *proxy) heal() {
	if p.lose.Swap(losesNothing) != losesNothing {
		p.cut()
	}
}

func (p *proxy) serve(client net.Conn) {
	server, err := net.Dial("tcp", p.target)
	if err != nil {
		_ = client.Close()
		return
	}
	p.mu.Lock()
	p.conns[client], p.conns[server] = true, true
	p.mu.Unlock()
	var deaf atomic.Bool // nothing comes back to the client any more
	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		defer wg.Done()
		p.up(server, client, &deaf)
	}()
	go func() {
		defer wg.Done()
		buf := make([]byte, 64<<10)
		for {
			n, err := server.Read(buf)
			if n > 0 && !deaf.Load() {
				if _, err := client.Write(buf[:n]); err != nil {
					break
				}
			}
			if err != nil {
				break
			}
		}
		_ = client.Close()
	}()
	wg.Wait()
	p.mu.Lock()
	delete(p.conns, client)
	delete(p.conns, server)
	p.mu.Unlock()
}

// up carries what the broker sends, and watches for publishes into the ledger.
func (p *proxy) up(server, client net.Conn, deaf *atomic.Bool) {
	defer server.Close()
	buf := make([]byte, 64<<10)
	for {
		n, err := client.Read(buf)
		if n > 0 && bytes.Contains(buf[:n], []byte("HPUB ldg.")) {
			switch p.lose.Load() {
			case losesPublish:
				p.hit.Add(1)
				_, _ = io.Copy(io.Discard, client) // until it is cut
				return
			case losesAnswer:
				p.hit.Add(1)
				deaf.Store(true)
			}
		}
		if n > 0 {
			if _, err := server.Write(buf[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// serveNATS starts the server on what lies in its folder.
func (w *world) serveNATS(listen string) {
	w.t.Helper()
	var err error
	w.srv, err = embedded.StartNATS(context.Background(), embedded.NATSConfig{Dir: w.natsDir(), Listen: listen, Operator: w.op.Online()})
	ok(w.t, err)
}

func (w *world) natsDir() string { return filepath.Join(w.f.Dir, "nats") }

// foreignRecord writes into the ledger as nobody but the broker can.
func (w *world) foreignRecord() {
	w.t.Helper()
	nc, err := asOperator(w.cfg, w.srv.URL(), embedded.RoleRuntime)
	ok(w.t, err)
	defer nc.Close()
	js, err := jetstream.New(nc)
	ok(w.t, err)
	_, err = js.Publish(context.Background(), embedded.SubjectLedger+"._._._.foreign", []byte("{}"))
	ok(w.t, err)
}

func connect(natsURL string, creds []byte) (*nats.Conn, error) {
	return embedded.Connect(natsURL, creds, nil, nats.MaxReconnects(-1), nats.ReconnectWait(50*time.Millisecond))
}

// tamper changes the file in which the store keeps bytes of that digest.
func tamper(t testing.TB, digest agencies.Digest, change func([]byte) []byte) {
	t.Helper()
	found := 0
	ok(t, filepath.WalkDir(filepath.Join(s3Dir, "data"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil || agencies.DigestOf(b) != digest {
			return err
		}
		found++
		// In place: the store keeps what it knows of the object beside the bytes.
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		b = change(b)
		_, err = f.WriteAt(b, 0)
		return errors.Join(err, f.Truncate(int64(len(b))), f.Close())
	}))
	if found == 0 {
		t.Fatal("the object is not on the store's disk")
	}
}
