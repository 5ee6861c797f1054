package embedded

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// TLSFiles names PEM files. On a server a CA demands client certificates that
// it signed; on a client it is the root that the server is checked against.
type TLSFiles struct {
	Cert string
	Key  string
	CA   string
}

// NATSConfig configures StartNATS.
type NATSConfig struct {
	// Dir holds accounts and streams. Required; made absolute.
	Dir string
	// Listen is host:port for clients; port 0 takes a free one. Default
	// "127.0.0.1:4222".
	Listen string
	// LeafListen is host:port for leaf nodes of the States. Empty: none.
	LeafListen string
	// TLS for clients and leaf nodes. Nil: plain text, for loopback only.
	TLS *TLSFiles
	// Name of the server; default "rogatory".
	Name string
	// Domain of JetStream; needed when leaf nodes have JetStream too.
	Domain string
	// Operator keys; identity seeds are not needed.
	Operator OperatorKeys
	// MaxPayload in bytes of one message; default 1 MiB, largest 64 MiB.
	MaxPayload int32
	// Log receives the server's own lines. Nil: nothing is logged.
	Log *slog.Logger
}

// LogValue leaves the keys out.
func (c NATSConfig) LogValue() slog.Value {
	return slog.GroupValue(slog.String("dir", c.Dir), slog.String("listen", c.Listen), slog.String("domain", c.Domain))
}

// startTimeout bounds the start of the server, recovery of streams included.
const startTimeout = 60 * time.Second

// NATS is a running server.
type NATS struct {
	// Domain of JetStream, as configured.
	Domain string

	srv     *server.Server
	url     string
	leafURL string
	close   sync.Once
}

// StartNATS starts the server and returns when it accepts connections. Writes
// are synced before they are acknowledged; that is not configurable.
func StartNATS(ctx context.Context, cfg NATSConfig) (*NATS, error) {
	opts, err := natsOptions(cfg)
	if err != nil {
		return nil, fmt.Errorf("start nats: %w", err)
	}
	srv, err := server.NewServer(opts)
	if err != nil {
		return nil, fmt.Errorf("start nats: %w", err)
	}
	if cfg.Log != nil {
		srv.SetLoggerV2(natsLog{cfg.Log}, false, false, false)
	}
	srv.Start()
	n := &NATS{Domain: cfg.Domain, srv: srv}
	deadline := time.Now().Add(startTimeout)
	for !srv.ReadyForConnections(100 * time.Millisecond) {
		if err := ctx.Err(); err != nil {
			return nil, errors.Join(fmt.Errorf("start nats: %w", err), n.Close())
		}
		if !srv.Running() || time.Now().After(deadline) {
			return nil, errors.Join(errors.New("start nats: the server did not become ready"), n.Close())
		}
	}
	// The server goes on without JetStream when its store is unusable; a
	// broker without a ledger must not.
	if !srv.JetStreamEnabled() {
		return nil, errors.Join(errors.New("start nats: jetstream is not enabled"), n.Close())
	}
	n.url = srv.ClientURL()
	if cfg.LeafListen != "" {
		n.leafURL = leafURL(opts)
	}
	return n, nil
}

// URL is where clients connect.
func (n *NATS) URL() string { return n.url }

// InProcess makes a client in this process connect to the server without the
// network: no address, no certificate, the same credentials.
func (n *NATS) InProcess() nats.Option { return nats.InProcessServer(n.srv) }

// LeafURL is where leaf nodes connect; empty without LeafListen.
func (n *NATS) LeafURL() string { return n.leafURL }

// Close stops the server and waits until it is gone. It may be called more
// than once.
func (n *NATS) Close() error {
	n.close.Do(n.srv.Shutdown)
	n.srv.WaitForShutdown()
	return nil
}

func natsOptions(cfg NATSConfig) (*server.Options, error) {
	if err := cfg.Operator.Check(); err != nil {
		return nil, err
	}
	operator, err := cfg.Operator.claims()
	if err != nil {
		return nil, err
	}
	if cfg.Dir == "" {
		return nil, errors.New("no directory given")
	}
	dir, err := filepath.Abs(cfg.Dir)
	if err != nil {
		return nil, fmt.Errorf("resolve directory: %w", err)
	}
	host, port, err := splitListen(cfg.Listen, "127.0.0.1:4222")
	if err != nil {
		return nil, err
	}
	if cfg.MaxPayload < 0 || cfg.MaxPayload > 64<<20 {
		return nil, errors.New("max payload out of range")
	}
	resolver, err := openResolver(filepath.Join(dir, "accounts"), cfg.Operator, cfg.Log)
	if err != nil {
		return nil, err
	}
	opts := &server.Options{
		ServerName: cfg.Name, Host: host, Port: port, MaxPayload: cfg.MaxPayload,
		NoSigs: true, DisableJetStreamBanner: true,
		JetStream: true, StoreDir: filepath.Join(dir, "streams"), SyncAlways: true, JetStreamDomain: cfg.Domain,
		TrustedOperators: []*jwt.OperatorClaims{operator}, SystemAccount: cfg.Operator.System.Public, AccountResolver: resolver,
	}
	if opts.ServerName == "" {
		opts.ServerName = "rogatory"
	}
	if opts.MaxPayload == 0 {
		opts.MaxPayload = 1 << 20
	}
	if cfg.LeafListen != "" {
		opts.LeafNode.Host, opts.LeafNode.Port, err = splitListen(cfg.LeafListen, "")
		if err != nil {
			return nil, err
		}
		if opts.LeafNode.Port == 0 {
			opts.LeafNode.Port = server.RANDOM_PORT
		}
	}
	if cfg.TLS != nil {
		config, err := cfg.TLS.server()
		if err != nil {
			return nil, err
		}
		opts.TLS, opts.TLSConfig, opts.TLSTimeout = true, config, 5
		opts.TLSVerify = config.ClientCAs != nil
		if cfg.LeafListen != "" {
			opts.LeafNode.TLSConfig, opts.LeafNode.TLSTimeout = config.Clone(), 5
		}
	}
	if opts.Port == 0 {
		opts.Port = server.RANDOM_PORT
	}
	return opts, nil
}

func splitListen(listen, fallback string) (string, int, error) {
	if listen == "" {
		listen = fallback
	}
	host, text, err := net.SplitHostPort(listen)
	if err != nil {
		return "", 0, fmt.Errorf("parse listen address: %w", err)
	}
	port, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		return "", 0, fmt.Errorf("parse listen address: %w", err)
	}
	return host, int(port), nil
}

func leafURL(opts *server.Options) string {
	scheme := "nats-leaf"
	if opts.LeafNode.TLSConfig != nil {
		scheme = "tls"
	}
	return scheme + "://" + net.JoinHostPort(opts.LeafNode.Host, strconv.Itoa(opts.LeafNode.Port))
}

func (f TLSFiles) server() (*tls.Config, error) {
	cert, err := tls.LoadX509KeyPair(f.Cert, f.Key)
	if err != nil {
		return nil, fmt.Errorf("load certificate: %w", err)
	}
	config := &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{cert}}
	if f.CA != "" {
		if config.ClientCAs, err = loadPool(f.CA); err != nil {
			return nil, err
		}
		config.ClientAuth = tls.RequireAndVerifyClientCert
	}
	return config, nil
}

func (f TLSFiles) client() (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS13}
	if f.Cert != "" || f.Key != "" {
		cert, err := tls.LoadX509KeyPair(f.Cert, f.Key)
		if err != nil {
			return nil, fmt.Errorf("load certificate: %w", err)
		}
		config.Certificates = []tls.Certificate{cert}
	}
	if f.CA != "" {
		pool, err := loadPool(f.CA)
		if err != nil {
			return nil, err
		}
		config.RootCAs = pool
	}
	return config, nil
}

func loadPool(file string) (*x509.CertPool, error) {
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("load authority: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, errors.New("load authority: no certificate in the file")
	}
	return pool, nil
}

// Connect opens a connection with a credentials file's bytes. files may be
// nil. The caller closes it.
func Connect(url string, creds []byte, files *TLSFiles, options ...nats.Option) (*nats.Conn, error) {
	base := []nats.Option{nats.UserCredentialBytes(creds), nats.MaxReconnects(-1)}
	if files != nil {
		config, err := files.client()
		if err != nil {
			return nil, fmt.Errorf("connect nats: %w", err)
		}
		base = append(base, nats.Secure(config))
	}
	nc, err := nats.Connect(url, append(base, options...)...)
	if err != nil {
		return nil, fmt.Errorf("connect nats: %w", err)
	}
	return nc, nil
}

// natsLog passes the server's lines on. Notices are for an operator's first
// look only, hence debug.
type natsLog struct{ log *slog.Logger }

func (l natsLog) line(level slog.Level, format string, v []any) {
	l.log.Log(context.Background(), level, "nats server", "detail", fmt.Sprintf(format, v...))
}

func (l natsLog) Noticef(format string, v ...any) { l.line(slog.LevelDebug, format, v) }
func (l natsLog) Warnf(format string, v ...any)   { l.line(slog.LevelWarn, format, v) }
func (l natsLog) Fatalf(format string, v ...any)  { l.line(slog.LevelError, format, v) }
func (l natsLog) Errorf(format string, v ...any)  { l.line(slog.LevelError, format, v) }
func (l natsLog) Debugf(format string, v ...any)  { l.line(slog.LevelDebug, format, v) }
func (l natsLog) Tracef(format string, v ...any)  { l.line(slog.LevelDebug, format, v) }
