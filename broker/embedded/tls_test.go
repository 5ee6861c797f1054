package embedded_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
	"github.com/nats-io/nats.go"
	"go.uber.org/goleak"

	"github.com/rogatory/rogatory/broker/embedded"
)

var timeZero time.Time

// certificates makes an authority and a certificate for loopback.
func certificates(t *testing.T) embedded.TLSFiles {
	t.Helper()
	dir := t.TempDir()
	write := func(name, kind string, der []byte) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}}
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ca, err := x509.CreateCertificate(rand.Reader, template, template, &caKey.PublicKey, caKey)
	if err != nil {
		t.Fatal(err)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	leaf := *template
	leaf.SerialNumber, leaf.IsCA, leaf.KeyUsage, leaf.IPAddresses = big.NewInt(2), false, x509.KeyUsageDigitalSignature, []net.IP{net.IPv4(127, 0, 0, 1)}
	cert, err := x509.CreateCertificate(rand.Reader, &leaf, template, &key.PublicKey, caKey)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return embedded.TLSFiles{Cert: write("cert.pem", "CERTIFICATE", cert), Key: write("key.pem", "PRIVATE KEY", der), CA: write("ca.pem", "CERTIFICATE", ca)}
}

func TestNATSOverTLS(t *testing.T) {
	files := certificates(t)
	op, err := embedded.GenerateOperator("test")
	if err != nil {
		t.Fatal(err)
	}
	n, err := embedded.StartNATS(ctx(t), embedded.NATSConfig{Dir: t.TempDir(), Listen: "127.0.0.1:0", LeafListen: "127.0.0.1:0", Operator: op, TLS: &files})
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	creds, err := op.UserCreds(embedded.RoleProvision, time.Now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	nc, err := embedded.Connect(n.URL(), creds, &files)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	if err := embedded.ProvisionLedger(ctx(t), nc, 1); err != nil {
		t.Error(err)
	}
	for name, client := range map[string]*embedded.TLSFiles{"no certificate": {CA: files.CA}, "unknown authority": {Cert: files.Cert, Key: files.Key}, "plain": nil} {
		if nc, err := embedded.Connect(n.URL(), creds, client, nats.MaxReconnects(0)); err == nil {
			nc.Close()
			t.Errorf("%s: let in", name)
		}
	}
}

func TestS3OverTLS(t *testing.T) {
	files := certificates(t)
	s, err := embedded.StartS3(ctx(t), embedded.S3Config{Dir: t.TempDir(), Listen: "127.0.0.1:0", AccessKey: "rogatory", SecretKey: "test-secret-key", TLS: &files})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	authority, err := os.ReadFile(files.CA)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(authority)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}
	defer transport.CloseIdleConnections()
	client, err := minio.New(s.Endpoint(), &minio.Options{Secure: true, Transport: transport, Region: "us-east-1", Creds: credentials.NewStaticV4("rogatory", "test-secret-key", "")})
	if err != nil {
		t.Fatal(err)
	}
	if err := client.MakeBucket(ctx(t), "state-xa", minio.MakeBucketOptions{}); err != nil {
		t.Fatal(err)
	}
	data := noise(6 << 20)
	if _, err := client.PutObject(ctx(t), "state-xa", "k", bytes.NewReader(data), int64(len(data)), minio.PutObjectOptions{}); err != nil {
		t.Fatal(err)
	}
	o, err := client.GetObject(ctx(t), "state-xa", "k", minio.GetObjectOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	if got, err := io.ReadAll(o); err != nil || !bytes.Equal(got, data) {
		t.Errorf("other bytes came back: %v", err)
	}
}

// After Close nothing of the servers runs on.
func TestNoLeaks(t *testing.T) {
	before := goleak.IgnoreCurrent()
	op, err := embedded.GenerateOperator("test")
	if err != nil {
		t.Fatal(err)
	}
	n, err := embedded.StartNATS(ctx(t), embedded.NATSConfig{Dir: t.TempDir(), Listen: "127.0.0.1:0", LeafListen: "127.0.0.1:0", Operator: op})
	if err != nil {
		t.Fatal(err)
	}
	creds, err := op.UserCreds(embedded.RoleProvision, time.Now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	nc, err := embedded.Connect(n.URL(), creds, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := embedded.ProvisionLedger(ctx(t), nc, 1); err != nil {
		t.Fatal(err)
	}
	s := startS3(t, t.TempDir())
	b := openBucket(t, s.Endpoint(), "state-xa", true)
	b.put(t, "k", noise(1000))
	start := time.Now()
	// With an idle connection of a client still open.
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	nc.Close()
	if err := n.Close(); err != nil {
		t.Error(err)
	}
	if took := time.Since(start); took > 3*time.Second {
		t.Errorf("closing took %v", took)
	}
	b.http.Transport.(*http.Transport).CloseIdleConnections()
	// The sweeper of the HTTP library's worker pool sleeps for ten seconds and
	// ends when it wakes; its clock is one per process.
	goleak.VerifyNone(t, before, goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.(*workerPool).Start.func2"),
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.updateServerDate.func1"))
}

func TestManyPartsAttribute(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "f"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{3, 10_000} {
		id, parts, err := embedded.StoreParts(dir, "f", n)
		if err != nil || id != "id" || parts < 1 {
			t.Errorf("%d parts: %q %d %v", n, id, parts, err)
		}
		t.Logf("%d parts: %d offsets kept", n, parts)
	}
}
