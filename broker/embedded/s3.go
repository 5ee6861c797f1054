package embedded

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v3"
	"github.com/pkg/xattr"
	"github.com/versity/versitygw/auth"
	"github.com/versity/versitygw/backend/meta"
	"github.com/versity/versitygw/backend/posix"
	"github.com/versity/versitygw/embedgw"
	"github.com/versity/versitygw/s3api"
)

// ErrS3Busy means that this process runs an S3 server already. The gateway
// keeps global state and works relative to the working directory.
var ErrS3Busy = errors.New("an s3 server runs in this process already")

// S3Config configures StartS3.
type S3Config struct {
	// Dir holds buckets, versions and uploads. Required; made absolute.
	Dir string
	// Listen is host:port; port 0 takes a free one. Default "127.0.0.1:9000".
	Listen string
	// AccessKey and SecretKey of the only account. Required.
	AccessKey string
	SecretKey Seed
	// Region; default "us-east-1".
	Region string
	// TLS; nil is plain text, for loopback only. CA is not used: requests are
	// authenticated by signature.
	TLS *TLSFiles
	// Log; nil logs nothing. The gateway itself prints a line to standard
	// output when it starts.
	Log *slog.Logger
}

// LogValue leaves the secret out.
func (c S3Config) LogValue() slog.Value {
	return slog.GroupValue(slog.String("dir", c.Dir), slog.String("listen", c.Listen))
}

// Limits of the gateway.
const (
	s3Connections = 4096
	s3Requests    = 1024
	s3Parts       = 10_000
	s3StartTries  = 5
)

// s3Running guards the gateway's process-wide state.
var s3Running atomic.Bool

// S3 is a running server.
type S3 struct {
	endpoint string
	cancel   context.CancelFunc
	done     chan error // one value, when the gateway has stopped
	back     string     // working directory to return to
	once     sync.Once
	err      error // owned by once
}

// StartS3 starts the server and returns when it accepts connections. It moves
// the working directory of the process to the object directory until Close;
// relative paths elsewhere in the process break meanwhile. Only one server can
// run in a process.
func StartS3(ctx context.Context, cfg S3Config) (*S3, error) {
	if !s3Running.CompareAndSwap(false, true) {
		return nil, fmt.Errorf("start s3: %w", ErrS3Busy)
	}
	s, err := startS3(ctx, cfg)
	if err != nil {
		s3Running.Store(false)
		return nil, fmt.Errorf("start s3: %w", err)
	}
	return s, nil
}

func startS3(ctx context.Context, cfg S3Config) (*S3, error) {
	if cfg.Dir == "" || cfg.AccessKey == "" || cfg.SecretKey == "" {
		return nil, errors.New("directory, access key and secret key are required")
	}
	dir, err := filepath.Abs(cfg.Dir)
	if err != nil {
		return nil, fmt.Errorf("resolve directory: %w", err)
	}
	gateway := embedgw.Config{
		RootUserAccess: cfg.AccessKey, RootUserSecret: string(cfg.SecretKey), Region: cfg.Region,
		MaxConnections: s3Connections, MaxRequests: s3Requests, MultipartMaxParts: s3Parts,
		KeepAlive: true, Quiet: true, DisableACLs: true,
		IAMService: auth.NewIAMServiceSingle(auth.Account{Access: cfg.AccessKey, Secret: string(cfg.SecretKey), Role: auth.RoleAdmin}),
	}
	if cfg.TLS != nil {
		// Absolute, because the working directory is about to move.
		if gateway.CertFile, err = filepath.Abs(cfg.TLS.Cert); err != nil {
			return nil, fmt.Errorf("resolve certificate: %w", err)
		}
		if gateway.KeyFile, err = filepath.Abs(cfg.TLS.Key); err != nil {
			return nil, fmt.Errorf("resolve certificate key: %w", err)
		}
	}
	back, err := os.Getwd()
	if err != nil {
		return nil, fmt.Errorf("read working directory: %w", err)
	}
	host, port, err := splitListen(cfg.Listen, "127.0.0.1:9000")
	if err != nil {
		return nil, err
	}
	tries := 1
	if port == 0 {
		tries = s3StartTries
	}
	var s *S3
	for range tries {
		s, err = serveS3(ctx, cfg, gateway, dir, host, port)
		if err == nil {
			s.back = back
			return s, nil
		}
		if restore := os.Chdir(back); restore != nil {
			return nil, errors.Join(err, fmt.Errorf("restore working directory: %w", restore))
		}
	}
	return nil, err
}

// serveS3 makes one attempt. The gateway cannot tell which port it got, so a
// free one is picked beforehand; it may be gone by then, hence the tries.
func serveS3(ctx context.Context, cfg S3Config, gateway embedgw.Config, dir, host string, port int) (*S3, error) {
	if port == 0 {
		probe, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
		if err != nil {
			return nil, fmt.Errorf("find a free port: %w", err)
		}
		port = probe.Addr().(*net.TCPAddr).Port
		if err := probe.Close(); err != nil {
			return nil, fmt.Errorf("find a free port: %w", err)
		}
	}
	store, err := openStore(dir, cfg.Log)
	if err != nil {
		return nil, err
	}
	endpoint := net.JoinHostPort(host, strconv.Itoa(port))
	ready := make(chan struct{})
	gateway.Ports = []string{endpoint}
	gateway.S3Options = []s3api.Option{
		s3api.WithOnListen(sync.OnceFunc(func() { close(ready) })),
		s3api.WithMiddleware("/", refuseAdmin),
	}
	run, cancel := context.WithCancel(context.WithoutCancel(ctx)) // ends with Close, not with the start's ctx
	s := &S3{endpoint: endpoint, cancel: cancel, done: make(chan error, 1)}
	go func() { s.done <- embedgw.RunVersityGW(run, store, &gateway) }()
	timeout := time.NewTimer(startTimeout)
	defer timeout.Stop()
	select {
	case <-ready:
		return s, nil
	case err := <-s.done:
		cancel()
		return nil, fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
		err = ctx.Err()
	case <-timeout.C:
		err = errors.New("the server did not become ready")
	}
	cancel()
	return nil, errors.Join(err, <-s.done)
}

// Endpoint is host:port, as minio-go takes it.
func (s *S3) Endpoint() string { return s.endpoint }

// Close stops the server, waits until it is gone and returns to the working
// directory of before. It may be called more than once. One sleeping goroutine
// of the HTTP library ends up to ten seconds later.
func (s *S3) Close() error {
	s.once.Do(func() {
		s.cancel()
		s.err = errors.Join(<-s.done, os.Chdir(s.back))
		s3Running.Store(false)
	})
	return s.err
}

// refuseAdmin closes the gateway's own administration, which shares the port
// and alone uses PATCH.
func refuseAdmin(c fiber.Ctx) error {
	if c.Method() == fiber.MethodPatch {
		return c.SendStatus(fiber.StatusMethodNotAllowed)
	}
	return c.Next()
}

// openStore opens the object directory: objects/, versions/ and, where the
// file system has no extended attributes, meta/.
func openStore(dir string, log *slog.Logger) (*store, error) {
	objects, versions, sidecar := filepath.Join(dir, "objects"), filepath.Join(dir, "versions"), filepath.Join(dir, "meta")
	for _, d := range []string{objects, versions} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			return nil, fmt.Errorf("create object directory: %w", err)
		}
	}
	opts := posix.PosixOpts{VersioningDir: versions, DataIntegrityEtag: true, ForceNoObjLockFile: true}
	opts.SetNewDirPerm(0o700)
	opts.SetNewFilePerm(0o600)
	attrs := &attributes{MetadataStorer: meta.XattrMeta{}, objects: objects}
	// Once begun with files beside the objects, always so: else the attributes
	// would be lost when the directory moves to a better file system.
	if _, err := os.Stat(sidecar); err == nil || !xattrsWork(objects) {
		if err := os.MkdirAll(sidecar, 0o700); err != nil {
			return nil, fmt.Errorf("create attribute directory: %w", err)
		}
		files, err := meta.NewSideCar(sidecar)
		if err != nil {
			return nil, fmt.Errorf("open attribute directory: %w", err)
		}
		opts.SideCarDir = sidecar
		attrs.MetadataStorer, attrs.sidecar = files, sidecar
		if log != nil {
			log.Warn("file system has no extended attributes, they are kept in files")
		}
	}
	if err := recoverUploads(objects, sidecar); err != nil {
		return nil, err
	}
	p, err := posix.New(objects, attrs, opts)
	if err != nil {
		return nil, fmt.Errorf("open object directory: %w", err)
	}
	root, err := os.Stat(objects)
	if err != nil {
		return nil, fmt.Errorf("open object directory: %w", err)
	}
	// The directories themselves must survive as well.
	if err := errors.Join(syncUp(objects, filepath.Dir(dir)), syncUp(versions, dir)); err != nil {
		return nil, fmt.Errorf("sync object directory: %w", err)
	}
	return &store{Posix: p, attrs: attrs, dir: dir, objects: objects, versions: versions, root: root, log: log, completing: map[string]bool{}}, nil
}

// xattrsWork tries an extended attribute on a real file.
func xattrsWork(dir string) bool {
	f, err := os.CreateTemp(dir, ".probe-*")
	if err != nil {
		return false
	}
	defer os.Remove(f.Name())
	defer f.Close()
	return xattr.FSet(f, "user.probe", []byte("1")) == nil
}
