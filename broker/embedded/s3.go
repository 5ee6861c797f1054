package embedded

import (
	"context"
	"log/slog"
)

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
	// TLS; nil is plain text, for loopback only. CA is not used.
	TLS *TLSFiles
	// Log; nil logs nothing.
	Log *slog.Logger
}

// S3 is a running server.
type S3 struct{ endpoint string }

// StartS3 starts the server and returns when it accepts connections.
func StartS3(ctx context.Context, cfg S3Config) (*S3, error) { return nil, nil }

// Endpoint is host:port, as minio-go takes it.
func (s *S3) Endpoint() string { return s.endpoint }

// Close stops the server and waits.
func (s *S3) Close() error { return nil }
