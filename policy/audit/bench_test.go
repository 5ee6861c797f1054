package audit_test

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/evidence/tlog"
	"github.com/rogatory/rogatory/policy"
	"github.com/rogatory/rogatory/policy/audit"
	"github.com/rogatory/rogatory/policy/engine"
)

// BenchmarkVerify verifies whole ledgers of EPOCs from submission to the opened
// exhibit, and beside it does by hand what no verification can leave out: one
// Ed25519 check for each signature and SHA-256 over each record.
func BenchmarkVerify(b *testing.B) {
	const cases = 50
	w := newWorld(b)
	for range cases {
		w.wholeLife()
	}
	records, tiles := os.DirFS(folderOf(b, w.records)), tlog.FromFS(os.DirFS(tilesOf(b, w.records)))
	rate := func(b *testing.B) {
		b.ReportMetric(float64(b.N)*float64(len(w.records))/b.Elapsed().Seconds(), "records/s")
	}
	run := func(name string, workers int) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				r, err := verify(b, audit.Config{Records: records, Tiles: tiles, Keys: w.k.log.Verify(), Pin: w.k.genesis.Digest(), Workers: workers})
				if err != nil || !r.Verified {
					b.Fatal(err)
				}
			}
			rate(b)
		})
	}
	signatures := signaturesOf(b, w)
	b.Run("bare", func(b *testing.B) {
		for b.Loop() {
			for _, r := range w.records {
				sha256.Sum256(r)
			}
			for _, s := range signatures {
				if !ed25519.Verify(s.key, s.text, s.sig) {
					b.Fatal("a signature does not verify")
				}
			}
		}
		rate(b)
		b.ReportMetric(float64(len(signatures))/float64(len(w.records)), "signatures/record")
	})
	run("one worker", 1)
	run("all workers", 0)
}

type signature struct {
	key       ed25519.PublicKey
	text, sig []byte
}

// signaturesOf takes every envelope apart.
func signaturesOf(b *testing.B, w *world) []signature {
	b.Helper()
	var out []signature
	add := func(c agencies.Compact) {
		parts := strings.Split(string(c), ".")
		head, err := base64.RawURLEncoding.DecodeString(parts[0])
		ok(b, err)
		var h struct{ Kid agencies.KeyID }
		ok(b, json.Unmarshal(head, &h))
		_, _, key, found := w.history.Latest().List().ByKey(h.Kid)
		if !found {
			b.Fatal("unknown key")
		}
		var jwk struct{ X string }
		ok(b, json.Unmarshal(key.JWK, &jwk))
		x, err := base64.RawURLEncoding.DecodeString(jwk.X)
		ok(b, err)
		sig, err := base64.RawURLEncoding.DecodeString(parts[2])
		ok(b, err)
		out = append(out, signature{key: x, text: []byte(parts[0] + "." + parts[1]), sig: sig})
	}
	for _, raw := range w.records {
		r, err := broker.DecodeRecord(raw)
		ok(b, err)
		add(r.Attestation)
		for _, c := range r.Statements {
			add(c)
		}
	}
	return out
}

// BenchmarkReplay decides recorded decisions of every law case again on all cores,
// beside the bare prepared query on one. The goal for the share is 0.85.
func BenchmarkReplay(b *testing.B) {
	var list []policy.Input
	files, err := filepath.Glob("../testdata/cases/*.jsonl")
	ok(b, err)
	for _, file := range files {
		f, err := os.Open(file)
		ok(b, err)
		ok(b, engine.EachCase(f, func(c engine.Case) error {
			in, _, err := law().DecideCase(ctx, engine.CheckConfig{Now: time.Now().UTC(), Limits: engine.Limits{Timeout: time.Minute}}, c)
			list = append(list, in)
			return err
		}))
		ok(b, f.Close())
	}
	for b.Loop() {
		f, err := audit.MeasureReplay(ctx, law(), list, replayed)
		ok(b, err)
		b.ReportMetric(f.Bare, "bare/s")
		b.ReportMetric(f.Replay, "replay/s")
		b.ReportMetric(f.Share, "share")
		b.ReportMetric(f.CPUShare, "cpu-share")
		b.ReportMetric(float64(f.Heap>>20), "MiB")
	}
}

// replayed is how many decisions BenchmarkReplay makes again.
const replayed = 2000
