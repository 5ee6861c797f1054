package vault_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	mrand "math/rand/v2"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/evidence"
	"github.com/rogatory/rogatory/evidence/vault"
	"github.com/rogatory/rogatory/policy"
)

const (
	taker  = agencies.ID("XA-PROS")
	broker = agencies.ID("XC-BROKER")
	state  = agencies.State("XB")
)

// world is a store, both sides of the vault, and a broker that signs decisions.
type world struct {
	t      testing.TB
	srv    *server
	vault  *vault.Vault
	moves  *vault.Transfer
	admin  *minio.Client // someone with the S3 credentials: the curious administrator
	list   *agencies.TrustList
	signer *agencies.Signer
	id     age.Identity
	to     string
}

func newWorld(t testing.TB, change ...func(*vault.Config)) *world {
	t.Helper()
	w := &world{t: t, srv: startServer(t, t.TempDir(), "127.0.0.1:0")}
	w.vault = w.openVault(change...)
	var err error
	w.moves, err = vault.NewTransfer(vault.TransferConfig{Log: quiet(), Backoff: 5 * time.Millisecond})
	must(t, err)
	t.Cleanup(func() { must(t, w.moves.Close()) })
	w.admin, err = minio.New(w.srv.endpoint, &minio.Options{Creds: credentials.NewStaticV4(accessKey, secretKey, ""), Region: "us-east-1"})
	must(t, err)
	id, err := age.GenerateHybridIdentity()
	must(t, err)
	w.id, w.to = id, id.Recipient().String()
	w.makeBroker()
	return w
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func (w *world) openVault(change ...func(*vault.Config)) *vault.Vault {
	w.t.Helper()
	cfg := vault.Config{
		Endpoint: w.srv.endpoint, AccessKey: accessKey, SecretKey: secretKey, Prefix: "rogatory-test",
		Mode: vault.Governance, Retention: time.Hour, RequireLock: true, Log: quiet(),
	}
	for _, f := range change {
		f(&cfg)
	}
	v, err := vault.New(context.Background(), cfg)
	must(w.t, err)
	return v
}

func newSigner(t testing.TB) *agencies.Signer {
	t.Helper()
	pub, priv, err := ed25519.GenerateKey(rand.Reader)
	must(t, err)
	b64 := base64.RawURLEncoding.EncodeToString
	jwk, err := json.Marshal(map[string]string{"kty": "OKP", "crv": "Ed25519", "x": b64(pub), "d": b64(priv.Seed())})
	must(t, err)
	s, err := agencies.NewSigner(jwk)
	must(t, err)
	return s
}

func (w *world) makeBroker() {
	w.signer = newSigner(w.t)
	now := time.Now().UTC().Truncate(time.Second)
	w.list = agencies.NewTrustList("test", []agencies.Registrar{{Name: "Registrar", JWK: newSigner(w.t).PublicJWK()}}, 1, now)
	must(w.t, w.list.SetState(agencies.StateEntry{Code: "XC", Name: "State XC", TimeZone: "UTC"}))
	must(w.t, w.list.AddAgency(agencies.Agency{ID: broker, Name: "Broker", State: "XC", Kind: "broker"}))
	k, err := agencies.NewSignKey(w.signer.PublicJWK(), now.AddDate(-1, 0, 0), now.AddDate(1, 0, 0))
	must(w.t, err)
	must(w.t, w.list.AddAgencyKey(broker, k))
	must(w.t, w.list.Validate())
}

// permit goes the whole way: a decision, in a record signed by the broker, verified.
func (w *world) permit(obj evidence.Object, change ...func(*policy.Decision)) policy.Permit {
	w.t.Helper()
	caseID, exhibit, _ := strings.Cut(obj.Key, "/")
	d := policy.Decision{
		Action: "release_evidence_to_requesting_state", Regime: "EU_2023_1543", Outcome: policy.Permitted,
		Revision: string(agencies.DigestOf([]byte("bundle"))), Engine: "test", InputDigest: agencies.DigestOf([]byte("input")),
		At: time.Now().UTC().Truncate(time.Second),
	}.Bind(agencies.NewID(), policy.Use, caseID, exhibit, taker)
	for _, f := range change {
		f(&d)
	}
	var err error
	d.ResultDigest, err = d.ComputeResultDigest()
	must(w.t, err)
	canonical, err := d.Canonical()
	must(w.t, err)
	payload, err := json.Marshal(map[string]any{"case": d.Case, "at": d.At, "decision": json.RawMessage(canonical)})
	must(w.t, err)
	record, err := w.signer.Sign(agencies.TypRecord, payload)
	must(w.t, err)
	p, err := policy.VerifyPermit(w.list, record, d.At)
	must(w.t, err)
	return p
}

// deposited is one exhibit that lies in the vault.
type deposited struct {
	upload vault.Upload
	sealed evidence.Sealed
	parts  []vault.Part
	object evidence.Object
}

// send plans, seals and uploads size bytes of src without completing.
func (w *world) send(src io.Reader, size int64) deposited {
	w.t.Helper()
	ctx := context.Background()
	n, err := evidence.SealedSize(size, []string{w.to})
	must(w.t, err)
	var d deposited
	d.upload, err = w.vault.BeginUpload(ctx, state, agencies.NewID(), evidence.NewExhibitID(), n, 0)
	must(w.t, err)
	d.sealed, d.parts, err = w.moves.Deposit(ctx, d.upload, w.vault.SignParts, src, size, []string{w.to}, nil)
	must(w.t, err)
	return d
}

func (w *world) deposit(src io.Reader, size int64) deposited {
	w.t.Helper()
	d := w.send(src, size)
	var err error
	d.object, err = w.vault.CompleteUpload(context.Background(), d.upload, d.parts, d.sealed.Digest)
	must(w.t, err)
	return d
}

func (w *world) grant(obj evidence.Object) vault.Grant {
	w.t.Helper()
	g, err := w.vault.Release(context.Background(), w.permit(obj), obj, taker, 0)
	must(w.t, err)
	return g
}

// random is a reproducible stream of n bytes.
func random(n int64, seed byte) io.Reader {
	return io.LimitReader(mrand.NewChaCha8([32]byte{seed}), n)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantErr(t testing.TB, err, target error, text string) {
	t.Helper()
	if !errors.Is(err, target) || !strings.Contains(err.Error(), text) {
		t.Fatalf("got %v, want %v saying %q", err, target, text)
	}
	// A presigned URL must never get into an error.
	if strings.Contains(err.Error(), "X-Amz-") {
		t.Fatalf("error shows a capability: %v", err)
	}
}
