package gateway_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogatory/rogatory/agencies/gateway"
	"github.com/rogatory/rogatory/broker/exchange"
)

// certificate makes an authority and one certificate of it, for a host name only.
func certificate(t *testing.T, name string) (ca string, tls exchange.TLSConfig) {
	t.Helper()
	dir := t.TempDir()
	write := func(file, kind string, der []byte) string {
		path := filepath.Join(dir, file)
		ok(t, os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600))
		return path
	}
	root := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test authority"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	rootKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ok(t, err)
	rootDER, err := x509.CreateCertificate(rand.Reader, root, root, &rootKey.PublicKey, rootKey)
	ok(t, err)
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name}, NotBefore: root.NotBefore, NotAfter: root.NotAfter,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ok(t, err)
	leafDER, err := x509.CreateCertificate(rand.Reader, leaf, root, &key.PublicKey, rootKey)
	ok(t, err)
	keyDER, err := x509.MarshalECPrivateKey(key)
	ok(t, err)
	ca = write("ca.pem", "CERTIFICATE", rootDER)
	return ca, exchange.TLSConfig{Cert: write("cert.pem", "CERTIFICATE", leafDER), Key: write("key.pem", "EC PRIVATE KEY", keyDER), CA: ca}
}

// TestBetweenTwoMachines: servers on every address of the machine, certificates for
// a name, gateways that know the name and the authority. Without the authority a
// gateway speaks to nobody.
func TestBetweenTwoMachines(t *testing.T) {
	ctx := context.Background()
	ca, tls := certificate(t, "localhost")
	free, err := net.Listen("tcp", "127.0.0.1:0")
	ok(t, err)
	s3 := free.Addr().String()
	ok(t, free.Close())
	_, s3Port, err := net.SplitHostPort(s3)
	ok(t, err)
	n := startWith(t, func(f *gateway.Founded) {
		f.Broker.NATS.Listen, f.Broker.NATS.TLS = "0.0.0.0:0", tls
		f.Broker.S3.Listen, f.Broker.S3.TLS, f.Broker.S3.PublicURL = "0.0.0.0:"+s3Port, tls, "https://localhost:"+s3Port
	}, func(cfg *gateway.Config, natsURL string) {
		u, err := url.Parse(natsURL)
		ok(t, err)
		cfg.Broker.URL, cfg.Broker.CA = "tls://localhost:"+u.Port(), ca
	})
	wholeStory(t, n)

	cfg := n.Gateways[police]
	u, err := url.Parse(n.node.NATSURL())
	ok(t, err)
	cfg.Broker.URL, cfg.DataDir = "tls://localhost:"+u.Port(), t.TempDir()
	if g, err := gateway.Open(ctx, cfg, nil, nil); err == nil {
		g.Close()
		t.Fatal("a gateway trusted a certificate that nothing vouches for")
	} else if !strings.Contains(err.Error(), "certificate") {
		t.Fatalf("refused for another reason: %v", err)
	}
}
