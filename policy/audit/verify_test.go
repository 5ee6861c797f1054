package audit_test

import (
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/evidence/tlog"
	"github.com/rogatory/rogatory/policy"
	"github.com/rogatory/rogatory/policy/audit"
)

// copies is what an oversight body holds of a ledger.
func copies(t testing.TB, records [][]byte) audit.Config {
	t.Helper()
	return audit.Config{
		Records: os.DirFS(folderOf(t, records)), Tiles: tlog.FromFS(os.DirFS(tilesOf(t, records))),
		Keys: theKeys().log.Verify(), Pin: theKeys().genesis.Digest(),
	}
}

func verify(t testing.TB, cfg audit.Config) (*audit.Report, error) {
	t.Helper()
	l, err := audit.Open(cfg)
	ok(t, err)
	return l.Verify(ctx)
}

func TestHonestLedgerVerifies(t *testing.T) {
	w := history(t)
	cfg := copies(t, w.records)
	r, err := verify(t, cfg)
	ok(t, err)
	if !r.Verified || r.Records != uint64(len(w.records)) || r.Checkpoint.Size != r.Records || r.Checkpoint.Origin != origin || r.Trust != 2 || r.Bundles != 1 {
		t.Errorf("report is %+v", r)
	}
	if r.Requests != 3 || r.Exhibits != 1 || r.Handovers != 1 || r.Rejections != 3 || len(r.Suspect) != 0 {
		t.Errorf("counted %d requests, %d exhibits, %d handovers, %d rejections, %d suspect", r.Requests, r.Exhibits, r.Handovers, r.Rejections, len(r.Suspect))
	}
	// Two admissions, two releases and two uses; the insult, and the early release.
	if r.Decisions[policy.Permitted] != 6 || r.Decisions[policy.Denied] != 2 || len(r.Decisions) != 5 {
		t.Errorf("decisions are %v", r.Decisions)
	}
	if r.Replay.Same != 10 || r.Replay.Total() != 10 {
		t.Errorf("replay is %+v; want 10 answers, the same again", r.Replay)
	}

	server := httptest.NewServer(tlog.Handler(cfg.Tiles))
	defer server.Close()
	if cfg.Tiles, err = audit.NewWeb(server.URL+"/", nil); err != nil {
		t.Fatal(err)
	}
	if r, err := verify(t, cfg); err != nil || !r.Verified {
		t.Errorf("over HTTP: %v", err)
	}
}

// A key that turns out to have been stolen breaks nothing, and is pointed at.
func TestCompromisedKeyIsSuspect(t *testing.T) {
	w := newWorld(t)
	w.wholeLife()
	kid := w.k.signer(t, court, judge).KeyID()
	w.trust(w.nextTrust(w.k.registrar, func(l *agencies.TrustList) { ok(t, l.RevokeKey(kid, epoch.Add(-time.Hour), agencies.Compromised)) }))
	r, err := verify(t, copies(t, w.records))
	ok(t, err)
	// The order stands in the issuer's, the addressee's and the authority's record.
	if len(r.Suspect) != 3 || r.Suspect[0] != w.seq(broker.ActSubmit, 1) {
		t.Errorf("suspect are %v", r.Suspect)
	}
}
