package vault

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"regexp"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// Errors of this package. Those of policy and evidence pass through wrapped.
var (
	// ErrConfig: the vault must not run on these settings or this bucket.
	ErrConfig = errors.New("vault must not run so")
	// ErrMismatch: stored or received bytes are not the bytes announced.
	ErrMismatch = errors.New("bytes differ from what was announced")
	// ErrNotFound: there is no such object version, upload or wrap.
	ErrNotFound = errors.New("not found in vault")
	// ErrExpired: the presigned request is no longer valid; ask for a new one.
	ErrExpired = errors.New("presigned request refused or expired")
	// ErrUnavailable: the store did not answer as it should; try again.
	ErrUnavailable = errors.New("store is not available")
)

// Limits of S3 and defaults of this package.
const (
	MinPartSize     int64 = 5 << 20
	DefaultPartSize int64 = 16 << 20
	maxParts              = 10_000

	defaultURLTTL = 15 * time.Minute
	maxURLTTL     = time.Hour
)

// Mode is an object lock mode.
type Mode string

const (
	// NoLock: versions can be deleted by whoever holds the credentials.
	NoLock Mode = ""
	// Governance: deletable before its time with a special permission.
	Governance Mode = "GOVERNANCE"
	// Compliance: deletable before its time by nobody.
	Compliance Mode = "COMPLIANCE"
)

// Config says where the store is and what it must do.
type Config struct {
	// Endpoint is host:port of the S3 server, without scheme. Required.
	Endpoint string
	// PublicEndpoint is host:port as gateways see it; default Endpoint.
	PublicEndpoint string
	// AccessKey and SecretKey are the broker's credentials. Required.
	AccessKey, SecretKey string
	// TLS makes every connection and every presigned URL https. A vault without it
	// starts on loopback addresses only.
	TLS bool
	// CAFile is a PEM file of the authorities to trust; default those of the system.
	CAFile string
	// ServerName is the name that the server's certificate must bear, when the
	// broker reaches it under another; default the host of Endpoint.
	ServerName string
	// Region is the S3 region; default us-east-1.
	Region string
	// Prefix begins every bucket name: 3 to 40 of a-z, 0-9 and '-'. Required.
	Prefix string
	// Mode is the retention put on each verified version where the server has
	// object lock; default NoLock.
	Mode Mode
	// Retention is how long; required with Mode.
	Retention time.Duration
	// RequireLock refuses a server without object lock instead of going on with a warning.
	RequireLock bool
	// URLTTL is the life of a presigned request; default 15 minutes, at most an hour.
	URLTTL time.Duration
	// Now is the clock; default time.Now.
	Now func() time.Time
	// Log is required.
	Log *slog.Logger
}

// LogValue keeps the secret out of logs.
func (c Config) LogValue() slog.Value {
	return slog.GroupValue(slog.String("endpoint", c.Endpoint), slog.String("prefix", c.Prefix),
		slog.Bool("tls", c.TLS), slog.String("mode", string(c.Mode)))
}

// Vault is the broker's side. It is safe for concurrent use.
type Vault struct {
	cfg     Config
	s3      *minio.Core   // the broker's own requests
	presign *minio.Client // signs for the public endpoint, sends nothing
	buckets buckets
}

var prefixForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{1,38}[a-z0-9]$`)

// New connects, makes or checks the bucket for wraps, and refuses to run when
// that bucket could not forget.
func New(ctx context.Context, cfg Config) (*Vault, error) {
	if err := cfg.complete(); err != nil {
		return nil, fmt.Errorf("open vault: %w", err)
	}
	tr, err := transport(cfg.CAFile, cfg.ServerName)
	if err != nil {
		return nil, fmt.Errorf("open vault: %w", err)
	}
	opts := minio.Options{
		Creds:     credentials.NewStaticV4(cfg.AccessKey, cfg.SecretKey, ""),
		Secure:    cfg.TLS,
		Region:    cfg.Region, // given, so that presigning needs no request
		Transport: tr,
		// Path style: a bucket per State must not need a DNS entry per State.
		BucketLookup: minio.BucketLookupPath,
		MaxRetries:   4,
	}
	core, err := minio.NewCore(cfg.Endpoint, &opts)
	if err != nil {
		return nil, fmt.Errorf("open vault: %w", err)
	}
	public, err := minio.New(cfg.PublicEndpoint, &opts)
	if err != nil {
		return nil, fmt.Errorf("open vault: %w", err)
	}
	v := &Vault{cfg: cfg, s3: core, presign: public}
	if err := v.ensureKeysBucket(ctx); err != nil {
		return nil, fmt.Errorf("open vault: %w", err)
	}
	return v, nil
}

func (c *Config) complete() error {
	switch {
	case c.Endpoint == "" || c.AccessKey == "" || c.SecretKey == "":
		return fmt.Errorf("%w: endpoint and keys are required", ErrConfig)
	case !prefixForm.MatchString(c.Prefix):
		return fmt.Errorf("%w: prefix must be 3 to 40 of a-z, 0-9 and '-'", ErrConfig)
	case c.Log == nil:
		return fmt.Errorf("%w: log is required", ErrConfig)
	case c.Mode != NoLock && c.Mode != Governance && c.Mode != Compliance:
		return fmt.Errorf("%w: mode must be empty, GOVERNANCE or COMPLIANCE", ErrConfig)
	case c.Mode != NoLock && c.Retention <= 0:
		return fmt.Errorf("%w: a mode needs a retention", ErrConfig)
	case c.RequireLock && c.Mode == NoLock:
		return fmt.Errorf("%w: a required lock needs a mode", ErrConfig)
	case c.URLTTL < 0 || c.URLTTL > maxURLTTL:
		return fmt.Errorf("%w: presigned requests live at most %v", ErrConfig, maxURLTTL)
	}
	if c.PublicEndpoint == "" {
		c.PublicEndpoint = c.Endpoint
	}
	// Sealed bytes need no TLS to stay secret, but a presigned URL does.
	if !c.TLS && !(loopback(c.Endpoint) && loopback(c.PublicEndpoint)) {
		return fmt.Errorf("%w: without TLS only on loopback", ErrConfig)
	}
	if c.Region == "" {
		c.Region = "us-east-1"
	}
	if c.URLTTL == 0 {
		c.URLTTL = defaultURLTTL
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return nil
}

func loopback(endpoint string) bool {
	host, _, err := net.SplitHostPort(endpoint)
	if err != nil {
		host = endpoint
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func transport(caFile, serverName string) (*http.Transport, error) {
	tr := &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 15 * time.Second}).DialContext,
		MaxIdleConnsPerHost:   16,
		IdleConnTimeout:       time.Minute,
		TLSHandshakeTimeout:   10 * time.Second,
		ResponseHeaderTimeout: 2 * time.Minute, // completing a large upload takes the server a while
		DisableCompression:    true,            // the digest is over the bytes as stored
		WriteBufferSize:       128 << 10,
		ReadBufferSize:        128 << 10,
		TLSClientConfig:       &tls.Config{MinVersion: tls.VersionTLS12, ServerName: serverName},
	}
	if caFile != "" {
		pem, err := os.ReadFile(caFile)
		if err != nil {
			return nil, fmt.Errorf("read certificate authorities: %w", err)
		}
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("%w: no certificate in the file of authorities", ErrConfig)
		}
		tr.TLSClientConfig.RootCAs = pool
	}
	return tr, nil
}

// storeErr sorts what the S3 client says into the errors of this package. The
// text of the cause is kept, since it comes from the server and holds no URL.
func storeErr(verb string, err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("%s: %w", verb, err)
	}
	resp := minio.ToErrorResponse(err)
	switch resp.Code {
	case minio.NoSuchKey, minio.NoSuchBucket, minio.NoSuchVersion, minio.NoSuchUpload, "NotFound", "MethodNotAllowed":
		return fmt.Errorf("%s: %w: %s", verb, ErrNotFound, resp.Code)
	case "":
		return fmt.Errorf("%s: %w: %w", verb, ErrUnavailable, withoutURL(err))
	}
	if resp.StatusCode >= 500 || resp.StatusCode == http.StatusTooManyRequests {
		return fmt.Errorf("%s: %w: %s", verb, ErrUnavailable, resp.Code)
	}
	return fmt.Errorf("%s: store answered %s (%d)", verb, resp.Code, resp.StatusCode)
}

// versionErr is storeErr for a version that somebody named. What cannot be the name
// of a version is a bad argument to the store, and to us a version that is not there.
func versionErr(verb string, err error) error {
	if minio.ToErrorResponse(err).Code == minio.InvalidArgument {
		return fmt.Errorf("%s: %w: no such version", verb, ErrNotFound)
	}
	return storeErr(verb, err)
}
