package gateway_test

import (
	"context"
	"crypto/rand"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/agencies/gateway"
	"github.com/rogatory/rogatory/broker/embedded"
)

// TestAgencyLeaves: a newer trust list without an agency takes its account while the
// broker runs; nobody else notices, and a list that does not follow changes nothing.
func TestAgencyLeaves(t *testing.T) {
	n := start(t)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	data, err := os.ReadFile(filepath.Join(n.Dir, "registrar", "keyring.json"))
	ok(t, err)
	ring, err := agencies.ParseKeyring(data)
	ok(t, err)
	registrar, err := ring.SealSigner()
	ok(t, err)
	first, err := os.ReadFile(filepath.Join(n.Dir, "trust", "00000001.json"))
	ok(t, err)
	signed, err := agencies.ParseTrustList(first)
	ok(t, err)
	next, err := signed.Next(time.Now().UTC().Truncate(time.Second))
	ok(t, err)
	ok(t, next.RemoveAgency(police))

	stranger, err := agencies.GenerateKeyring(rand.Reader, "XX-STRANGER", agencies.Ed25519)
	ok(t, err)
	strangerKey, err := stranger.SealSigner()
	ok(t, err)
	forged, err := agencies.SignTrustList(next, strangerKey)
	ok(t, err)
	path := filepath.Join(n.Dir, "trust", "00000002.json")
	ok(t, os.WriteFile(path, forged, 0o600))
	if err := n.node.Reload(ctx); err == nil {
		t.Fatal("a list that no registrar signed came into force")
	}
	_, err = n.nodes[police].Cases(ctx)
	ok(t, err)

	policeFile, err := os.ReadFile(n.Gateways[police].Keyring)
	ok(t, err)
	policeRing, err := agencies.ParseKeyring(policeFile)
	ok(t, err)
	account, err := policeRing.Account()
	ok(t, err)
	connect := func() (*nats.Conn, error) {
		creds, err := embedded.AgencyUserCreds(embedded.Seed(policeRing.AccountSigningSeed.Reveal()), account, "again", time.Time{})
		ok(t, err)
		return embedded.Connect(n.node.NATSURL(), creds, nil)
	}
	nc, err := connect()
	ok(t, err)
	nc.Close()

	file, err := agencies.SignTrustList(next, registrar)
	ok(t, err)
	ok(t, os.WriteFile(path, file, 0o600))
	ok(t, n.node.Reload(ctx))
	short, stop := context.WithTimeout(ctx, 3*time.Second)
	defer stop()
	if _, err := n.nodes[police].Cases(short); err == nil {
		t.Fatal("an agency that left is still answered")
	}
	cfg := n.Gateways[police]
	cfg.Broker.URL, cfg.DataDir = n.node.NATSURL(), t.TempDir()
	if g, err := gateway.Open(short, cfg, nil, nil); err == nil {
		g.Close()
		t.Fatal("an agency that left connects again")
	}
	// The server itself turns the agency away, not only the broker behind it.
	if nc, err := connect(); err == nil {
		nc.Close()
		t.Fatal("the server still knows the account of an agency that left")
	}
	_, err = n.nodes[court].Cases(ctx)
	ok(t, err)
}
