package audit_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/evidence"
	"github.com/rogatory/rogatory/evidence/tlog"
	"github.com/rogatory/rogatory/policy"
	"github.com/rogatory/rogatory/policy/audit"
)

// finds wants this check at this record, 0 for the ledger as a whole.
func finds(t *testing.T, err error, record uint64, check audit.Check) *audit.Finding {
	t.Helper()
	f, is := errors.AsType[*audit.Finding](err)
	if !is {
		t.Fatalf("got %v, want a finding: %s at record %d", err, check, record)
	}
	if f.Record != record || f.Check != check || !errors.Is(err, audit.ErrFinding) {
		t.Fatalf("found %s at record %d (%v), want %s at record %d", f.Check, f.Record, err, check, record)
	}
	return f
}

// flip changes one byte in the middle of the n-th occurrence of what follows mark.
func flip(t *testing.T, raw []byte, mark string) []byte {
	t.Helper()
	i := strings.Index(string(raw), mark)
	if i < 0 {
		t.Fatalf("the record has no %s", mark)
	}
	out := slices.Clone(raw)
	out[i+len(mark)+1] ^= 1
	return out
}

// A copy in which one byte of one record is another is found at that record,
// whatever the byte belongs to.
func TestFlippedByteIsFound(t *testing.T) {
	w := newWorld(t)
	w.wholeLife()
	submit := w.seq(broker.ActSubmit, 1)
	compact := func(raw []byte, of string) []string {
		var r map[string]any
		ok(t, json.Unmarshal(raw, &r))
		if of == "attestation" {
			return strings.Split(r[of].(string), ".")
		}
		return strings.Split(r[of].([]any)[0].(string), ".")
	}
	raw := w.records[submit-1]
	tiles := tlog.FromFS(os.DirFS(tilesOf(t, w.records)))
	for name, mark := range map[string]string{
		"version":               `"v":`[:3],
		"salt":                  `"salt":"`,
		"statement header":      compact(raw, "statements")[0][:20],
		"statement payload":     compact(raw, "statements")[1][:40],
		"statement signature":   compact(raw, "statements")[2][:20],
		"compartment":           `"compartment":"`,
		"sealed ciphertext":     `"ciphertext":"`,
		"attestation header":    compact(raw, "attestation")[0][:20],
		"attestation payload":   compact(raw, "attestation")[1][:40],
		"attestation signature": compact(raw, "attestation")[2][:20],
	} {
		t.Run(name, func(t *testing.T) {
			records := slices.Clone(w.records)
			records[submit-1] = flip(t, raw, mark)
			cfg := copies(t, w.records)
			cfg.Tiles, cfg.Records = tiles, os.DirFS(folderOf(t, records))
			_, err := verify(t, cfg)
			finds(t, err, submit, audit.CheckCommitment)
		})
	}
	t.Run("names the case", func(t *testing.T) {
		records := slices.Clone(w.records)
		records[submit-1] = flip(t, raw, `"ciphertext":"`)
		cfg := copies(t, w.records)
		cfg.Tiles, cfg.Records = tiles, os.DirFS(folderOf(t, records))
		_, err := verify(t, cfg)
		if f := finds(t, err, submit, audit.CheckCommitment); f.Case != w.id || f.Act != broker.ActSubmit {
			t.Errorf("finding is about %s of case %s", f.Act, f.Case)
		}
	})
}

// What happens to the copies as a whole.
func TestTamperedCopiesAreFound(t *testing.T) {
	w := history(t)
	n := uint64(len(w.records))
	other := newWorld(t)
	other.wholeLife()
	for len(other.records) < len(w.records) {
		other.wholeLife()
	}
	whole, half := tilesOf(t, w.records), tilesOf(t, w.records[:n/2])
	strangerKeys, err := tlog.GenerateKeys(origin)
	ok(t, err)
	checkpoint := func(dir string) tlog.Checkpoint {
		note, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
		ok(t, err)
		cp, err := tlog.ParseCheckpoint(note, theKeys().log.Verify())
		ok(t, err)
		return cp
	}
	remove := func(dir string, seq int) {
		names, err := filepath.Glob(filepath.Join(dir, "*.json"))
		ok(t, err)
		ok(t, os.Remove(names[seq-1]))
	}
	for _, c := range []struct {
		name   string
		change func(cfg *audit.Config, records, tiles string)
		record uint64
		check  audit.Check
	}{
		{"a record is missing", func(_ *audit.Config, records, _ string) { remove(records, 5) }, 5, audit.CheckComplete},
		{"the last record is missing", func(_ *audit.Config, records, _ string) { remove(records, int(n)) }, n, audit.CheckComplete},
		{"no record is held", func(cfg *audit.Config, _, _ string) { cfg.Records = os.DirFS(t.TempDir()) }, 1, audit.CheckComplete},
		{"two records are swapped", func(cfg *audit.Config, _, _ string) {
			swapped := slices.Clone(w.records)
			swapped[6], swapped[7] = swapped[7], swapped[6]
			cfg.Records = os.DirFS(folderOf(t, swapped))
		}, 7, audit.CheckCommitment},
		{"a record too many", func(cfg *audit.Config, _, _ string) {
			cfg.Records = os.DirFS(folderOf(t, append(slices.Clone(w.records), w.records[3])))
		}, n + 1, audit.CheckCheckpoint},
		{"records of another ledger", func(cfg *audit.Config, _, _ string) {
			cfg.Records = os.DirFS(folderOf(t, other.records[:n]))
		}, 1, audit.CheckCommitment},
		{"an older checkpoint", func(cfg *audit.Config, _, _ string) { cfg.Tiles = tlog.FromFS(os.DirFS(half)) }, n/2 + 1, audit.CheckCheckpoint},
		{"an older checkpoint and only its records", func(cfg *audit.Config, _, _ string) {
			cfg.Tiles, cfg.Records = tlog.FromFS(os.DirFS(half)), os.DirFS(folderOf(t, w.records[:n/2]))
			cfg.Known = []tlog.Checkpoint{checkpoint(whole)}
		}, 0, audit.CheckHistory},
		{"another history than was signed", func(cfg *audit.Config, _, _ string) {
			cfg.Known = []tlog.Checkpoint{checkpoint(tilesOf(t, other.records[:n/2]))}
		}, 0, audit.CheckHistory},
		{"another pin", func(cfg *audit.Config, _, _ string) { cfg.Pin = agencies.DigestOf([]byte("another list")) }, 1, audit.CheckPin},
		{"keys of another ledger", func(cfg *audit.Config, _, _ string) { cfg.Keys = strangerKeys.Verify() }, 0, audit.CheckCheckpoint},
		{"checkpoint is changed", func(_ *audit.Config, _, tiles string) { flipFile(t, filepath.Join(tiles, "checkpoint"), 40) }, 0, audit.CheckCheckpoint},
		{"no checkpoint", func(_ *audit.Config, _, tiles string) { ok(t, os.Remove(filepath.Join(tiles, "checkpoint"))) }, 0, audit.CheckCheckpoint},
		{"an entry is changed", func(_ *audit.Config, _, tiles string) {
			names, err := filepath.Glob(filepath.Join(tiles, "tile/entries/000.p/*"))
			ok(t, err)
			flipFile(t, names[0], 34*8+10) // the ninth entry: two bytes of length, then the hash
		}, 9, audit.CheckTiles},
		{"a file that is no record", func(_ *audit.Config, records, _ string) {
			ok(t, os.WriteFile(filepath.Join(records, "extra.json"), []byte("{}"), 0o600))
		}, 0, audit.CheckComplete},
	} {
		t.Run(c.name, func(t *testing.T) {
			records, tiles := folderOf(t, w.records), filepath.Join(t.TempDir(), "tiles")
			ok(t, os.CopyFS(tiles, os.DirFS(whole)))
			cfg := copies(t, w.records[:1])
			cfg.Records, cfg.Tiles = os.DirFS(records), tlog.FromFS(os.DirFS(tiles))
			c.change(&cfg, records, tiles)
			r, err := verify(t, cfg)
			finds(t, err, c.record, c.check)
			if r.Verified {
				t.Error("the report says verified")
			}
		})
	}
}

func flipFile(t *testing.T, path string, at int) {
	t.Helper()
	b, err := os.ReadFile(path)
	ok(t, err)
	b[at] ^= 1
	ok(t, os.WriteFile(path, b, 0o600))
}

// forge rewrites a record as a broker could that has its seal and the ledger's keys.
func (w *world) forge(t *testing.T, seq uint64, signer *agencies.Signer, change func(*broker.Attestation, *broker.Record)) {
	t.Helper()
	r, err := broker.DecodeRecord(w.records[seq-1])
	ok(t, err)
	a, err := broker.PeekAttestation(r.Attestation)
	ok(t, err)
	change(a, r)
	w.records[seq-1] = sealRecord(t, signer, *a, *r)
}

// redecide answers the recorded questions, perhaps changed, by the law, and lets
// lie change the answers.
func redecide(t *testing.T, a *broker.Attestation, ask func(*policy.Input), lie func(*policy.Decision)) {
	t.Helper()
	d, err := a.Details()
	ok(t, err)
	for i := range d.Decided {
		q := &d.Decided[i]
		was := q.Decision
		ask(&q.Input)
		now, err := law().Decide(ctx, q.Input, engineLimits)
		ok(t, err)
		now = now.Bind(was.ID, was.Gate, was.Case, was.Subject, was.For)
		lie(&now)
		now.ResultDigest, err = now.ComputeResultDigest()
		ok(t, err)
		q.Decision = now
	}
	all := joined(t, d)
	a.Decision, a.Detail = &all, detail(t, d)
}

// What a broker that lies can do: it has its own seal, the ledger's keys, and
// writes the whole tree anew.
func TestLyingBrokerIsFound(t *testing.T) {
	asked := func(*policy.Input) {}
	honest := func(*policy.Decision) {}
	for _, c := range []struct {
		name  string
		act   broker.Act
		nth   int
		by    agencies.ID // who seals; the broker when empty
		check audit.Check
		says  string
		lie   func(t *testing.T, w *world, a *broker.Attestation, r *broker.Record)
	}{
		{"sealed by another agency", broker.ActDeliver, 1, court, audit.CheckSeal, "not a broker's seal", func(*testing.T, *world, *broker.Attestation, *broker.Record) {}},
		{"statement altered", broker.ActSubmit, 1, "", audit.CheckStatement, "statement 1", func(t *testing.T, w *world, a *broker.Attestation, r *broker.Record) {
			parts := strings.Split(string(r.Statements[0]), ".")
			sig := []byte(parts[2])
			sig[10] ^= 1
			r.Statements[0] = agencies.Compact(parts[0] + "." + parts[1] + "." + string(sig))
			a.Statements[0] = r.Statements[0].Digest()
		}},
		{"statement exchanged, digest kept", broker.ActSubmit, 1, "", audit.CheckAttested, "statements", func(t *testing.T, w *world, a *broker.Attestation, r *broker.Record) {
			r.Statements[0] = w.say(court, judge, []agencies.ID{provider}, &broker.Closing{Reason: "x"}, nil)
		}},
		{"statement left out", broker.ActSubmit, 1, "", audit.CheckTransition, "no statement of a party", func(_ *testing.T, _ *world, a *broker.Attestation, r *broker.Record) {
			r.Statements, a.Statements, r.Sealed, a.Sealed = nil, nil, nil, nil
		}},
		{"sealed part to one who may not have it", broker.ActDeliver, 1, "", audit.CheckAttested, "no statement seals to this recipient", func(t *testing.T, w *world, a *broker.Attestation, r *broker.Record) {
			submit, err := broker.DecodeRecord(w.records[w.seq(broker.ActSubmit, 1)-1])
			ok(t, err)
			i := slices.IndexFunc(submit.Sealed, func(p broker.SealedPart) bool { return p.Compartment == broker.SectionM })
			r.Sealed = append(r.Sealed, submit.Sealed[i])
			a.Sealed = append(a.Sealed, submit.Sealed[i].Digest())
		}},
		{"another place", broker.ActAcknowledge, 1, "", audit.CheckSequence, "says that it is record 7", func(_ *testing.T, _ *world, a *broker.Attestation, _ *broker.Record) { a.Seq++ }},
		{"the id of another case's act", broker.ActDeliver, 2, "", audit.CheckSequence, "has the id of record 4", func(t *testing.T, w *world, a *broker.Attestation, _ *broker.Record) {
			r, err := broker.DecodeRecord(w.records[w.seq(broker.ActDeliver, 1)-1])
			ok(t, err)
			first, err := broker.PeekAttestation(r.Attestation)
			ok(t, err)
			a.ID = first.ID
		}},
		{"earlier than the record before", broker.ActDeliver, 1, "", audit.CheckTransition, "before the record before", func(_ *testing.T, _ *world, a *broker.Attestation, _ *broker.Record) { a.At = epoch.Add(-time.Second) }},
		{"judged by the list before", broker.ActExpire, 1, "", audit.CheckTrust, "in force is 2", func(_ *testing.T, w *world, a *broker.Attestation, _ *broker.Record) {
			a.Trust, a.TrustDigest = 1, w.k.genesis.Digest()
		}},
		{"judged by a list that never was", broker.ActExpire, 1, "", audit.CheckTrust, "names trust list 9", func(_ *testing.T, _ *world, a *broker.Attestation, _ *broker.Record) { a.Trust = 9 }},
		{"list signed by a stranger", broker.ActTrust, 2, "", audit.CheckTrust, "no registrar", func(t *testing.T, w *world, a *broker.Attestation, _ *broker.Record) {
			w.history = w.history[:1]
			file, err := w.nextTrust(w.k.signer(t, court, ""), func(*agencies.TrustList) {}).File()
			ok(t, err)
			a.Detail = detail(t, broker.Detail{TrustList: file})
		}},
		{"state", broker.ActDeliver, 1, "", audit.CheckState, "but the acts lead to", func(_ *testing.T, _ *world, a *broker.Attestation, _ *broker.Record) {
			a.State.Phase = broker.PhaseReceived
		}},
		{"hold lifted in silence", broker.ActAcknowledge, 1, "", audit.CheckState, "but the acts lead to", func(_ *testing.T, _ *world, a *broker.Attestation, _ *broker.Record) { a.State.Hold = "" }},
		{"receipt left out", broker.ActDeliver, 1, "", audit.CheckReceipt, "", func(_ *testing.T, _ *world, a *broker.Attestation, _ *broker.Record) { a.Receipt = nil }},
		{"clock counted too short", broker.ActAcknowledge, 1, "", audit.CheckClocks, "", func(_ *testing.T, _ *world, a *broker.Attestation, _ *broker.Record) {
			for i := range a.Clocks {
				k := &a.Clocks[i] // and the warning moved with it, so that it is one clock
				if k.Change == broker.ClockStarted {
					k.Due = k.Due.Add(-24 * time.Hour)
					k.Warn = k.Due.Add(-min(k.Due.Sub(k.From)/4, 48*time.Hour)).Truncate(time.Second)
				}
			}
		}},
		{"clock left out", broker.ActAcknowledge, 1, "", audit.CheckClocks, "hold", func(_ *testing.T, _ *world, a *broker.Attestation, _ *broker.Record) { a.Clocks = a.Clocks[:1] }},
		{"decision is none of the answers", broker.ActReject, 2, "", audit.CheckDecision, "not what the answers recorded come to", func(t *testing.T, _ *world, a *broker.Attestation, _ *broker.Record) {
			a.Decision.ID = agencies.NewID()
		}},
		{"a stricter answer is passed over", broker.ActRetrieve, 1, "", audit.CheckDecision, "answer 2, deny, is stricter", func(t *testing.T, _ *world, a *broker.Attestation, _ *broker.Record) {
			keep := *a.Decision
			d, err := a.Details()
			ok(t, err)
			one := &d.Decided[1].Decision
			one.Outcome = policy.Denied
			one.Reasons = []policy.Reason{{Rule: "XC-01", Article: "Art. 1", Text: "no", Outcome: policy.Denied}}
			one.ResultDigest, err = one.ComputeResultDigest()
			ok(t, err)
			a.Detail, a.Decision = detail(t, d), &keep
		}},
		{"questions left out", broker.ActSubmit, 1, "", audit.CheckDecision, "without the questions", func(t *testing.T, _ *world, a *broker.Attestation, _ *broker.Record) { a.Detail = nil }},
		{"one of two questions left out", broker.ActRetrieve, 1, "", audit.CheckDecision, "1 questions were asked, the act raises 2", func(t *testing.T, _ *world, a *broker.Attestation, _ *broker.Record) {
			d, err := a.Details()
			ok(t, err)
			d.Decided = d.Decided[:1]
			one := d.Decided[0].Decision
			a.Decision, a.Detail = &one, detail(t, d)
		}},
		{"policy not asked about an order", broker.ActSubmit, 2, "", audit.CheckTransition, "", func(_ *testing.T, _ *world, a *broker.Attestation, _ *broker.Record) {
			a.Decision, a.Detail = nil, nil
		}},
		{"answer to another question", broker.ActSubmit, 1, "", audit.CheckDecision, "not to the question recorded", func(t *testing.T, _ *world, a *broker.Attestation, _ *broker.Record) {
			d, err := a.Details()
			ok(t, err)
			f := d.Decided[0].Input.Facts["necessity_and_proportionality_grounds_recorded"]
			f.Value = false
			d.Decided[0].Input.Facts["necessity_and_proportionality_grounds_recorded"] = f
			a.Detail = detail(t, d)
		}},
		{"facts that the ledger does not give", broker.ActReject, 2, "", audit.CheckFacts, "issuing_state", func(t *testing.T, _ *world, a *broker.Attestation, _ *broker.Record) {
			redecide(t, a, func(in *policy.Input) {
				in.Facts["issuing_state"] = policy.Fact{Value: "XB", Provenance: policy.Derived}
			}, honest)
		}},
		{"denied without a rule that says so", broker.ActReject, 2, "", audit.CheckReplay, "reasons", func(t *testing.T, _ *world, a *broker.Attestation, _ *broker.Record) {
			redecide(t, a, asked, func(d *policy.Decision) { d.Reasons[0].Article = "Art. 99" })
		}},
		{"an obligation struck out", broker.ActSubmit, 1, "", audit.CheckReplay, "obligations", func(t *testing.T, _ *world, a *broker.Attestation, _ *broker.Record) {
			redecide(t, a, asked, func(d *policy.Decision) { d.Obligations = d.Obligations[1:] })
		}},
		{"permit of what was denied", broker.ActReject, 2, "", audit.CheckDecision, "a permit stands in a rejection", func(t *testing.T, _ *world, a *broker.Attestation, _ *broker.Record) {
			redecide(t, a, asked, func(d *policy.Decision) {
				d.Outcome = policy.Permitted
				d.Reasons = []policy.Reason{{Rule: "EPO-C-01", Article: "Art. 9", Text: "yes", Outcome: policy.Permitted}}
				d.Obligations = nil
			})
		}},
		{"answers about different acts", broker.ActRetrieve, 1, "", audit.CheckDecision, "about another act", func(t *testing.T, _ *world, a *broker.Attestation, _ *broker.Record) {
			d, err := a.Details()
			ok(t, err)
			d.Decided[1].Decision.For = customs
			a.Detail = detail(t, d)
		}},
		{"answer of another action", broker.ActRetrieve, 1, "", audit.CheckDecision, "names another action", func(t *testing.T, _ *world, a *broker.Attestation, _ *broker.Record) {
			d, err := a.Details()
			ok(t, err)
			d.Decided[1].Decision.Action = "transmit_order"
			a.Detail = detail(t, d)
		}},
		{"a decision where policy has no say", broker.ActClear, 1, "", audit.CheckDecision, "no say", func(t *testing.T, w *world, a *broker.Attestation, _ *broker.Record) {
			var submit *broker.Attestation
			w.forge(t, w.seq(broker.ActSubmit, 1), w.k.signer(t, theBroker, ""), func(s *broker.Attestation, _ *broker.Record) { submit = s })
			a.Decision, a.Detail = submit.Decision, submit.Detail
			redecide(t, a, func(in *policy.Input) { in.Now = a.At }, honest)
		}},
		{"decision bound to another agency", broker.ActRetrieve, 1, "", audit.CheckDecision, "another gate, subject or agency", func(t *testing.T, _ *world, a *broker.Attestation, _ *broker.Record) {
			redecide(t, a, asked, func(d *policy.Decision) { d.For = customs })
		}},
		{"dated at another time", broker.ActRetrieve, 1, "", audit.CheckDecision, "at another time than the record's", func(t *testing.T, _ *world, a *broker.Attestation, _ *broker.Record) {
			redecide(t, a, func(in *policy.Input) { in.Now = in.Now.Add(-time.Minute) }, honest)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := history(t)
			seq := w.seq(c.act, c.nth)
			by := theBroker
			if c.by != "" {
				by = c.by
			}
			w.forge(t, seq, w.k.signer(t, by, ""), func(a *broker.Attestation, r *broker.Record) { c.lie(t, w, a, r) })
			_, err := verify(t, copies(t, w.records))
			if f := finds(t, err, seq, c.check); f.Case == "" && c.act != broker.ActTrust || !strings.Contains(f.Detail, c.says) {
				t.Errorf("found %v, want it to name the case and say %q", err, c.says)
			}
		})
	}
}

// objected is a case whose enforcing authority raises a ground; policy has a say in
// it that the table of transitions does not ask for.
func objected(t *testing.T, consult bool) *world {
	w := history(t)
	w.submit(order(t))
	w.now = w.now.Add(time.Hour)
	w.acknowledge(enforcer, broker.ActNotify)
	if consult {
		w.do(w.say(enforcer, prosecutor, []agencies.ID{court}, &broker.Question{Kind: broker.AskConsultation}, nil))
	}
	w.disobey = !consult
	part := []broker.Part{{Target: 1}}
	w.do(w.say(enforcer, prosecutor, []agencies.ID{court, provider}, &broker.Objection{Ground: "immunity_or_privilege", Parts: part}, map[broker.Compartment][]agencies.ID{broker.Message: {court}}))
	return w
}

func TestPolicyMustBeAskedAndObeyed(t *testing.T) {
	w := objected(t, true)
	if _, err := verify(t, copies(t, w.records)); err != nil {
		t.Fatal(err)
	}
	seq := w.seq(broker.ActObject, 1)
	w.forge(t, seq, w.k.signer(t, theBroker, ""), func(a *broker.Attestation, _ *broker.Record) { a.Decision, a.Detail = nil, nil })
	_, err := verify(t, copies(t, w.records))
	if f := finds(t, err, seq, audit.CheckDecision); f.Detail != "policy was not asked" {
		t.Errorf("found %v", f)
	}

	w = objected(t, false)
	_, err = verify(t, copies(t, w.records))
	if f := finds(t, err, w.seq(broker.ActObject, 1), audit.CheckDecision); !strings.Contains(f.Detail, "although the decision is deny") {
		t.Errorf("found %v", f)
	}
}

// A record that was never written leaves a case that does not go on as it says.
func TestOmittedRecordIsFound(t *testing.T) {
	w := history(t)
	gone := w.seq(broker.ActAcknowledge, 1)
	w.records = slices.Delete(w.records, int(gone)-1, int(gone))
	for seq := gone; seq <= uint64(len(w.records)); seq++ {
		w.forge(t, seq, w.k.signer(t, theBroker, ""), func(a *broker.Attestation, _ *broker.Record) { a.Seq = seq })
	}
	_, err := verify(t, copies(t, w.records))
	finds(t, err, w.seq(broker.ActProduce, 1), audit.CheckTransition)
}

// Custody that does not begin with the seal is no custody, whoever took it.
func TestBrokenCustodyIsFound(t *testing.T) {
	w := history(t)
	for _, seq := range []uint64{w.seq(broker.ActProduce, 1), w.seq(broker.ActRelease, 1), w.seq(broker.ActRelease, 2)} {
		w.forge(t, seq, w.k.signer(t, theBroker, ""), func(a *broker.Attestation, r *broker.Record) {
			i := slices.IndexFunc(r.Statements, func(c agencies.Compact) bool { return strings.Contains(payload(t, c), `"event":"sealed"`) })
			gone := a.Statements[i]
			r.Statements, a.Statements = slices.Delete(r.Statements, i, i+1), slices.Delete(a.Statements, i, i+1)
			a.Standing = slices.DeleteFunc(a.Standing, func(s broker.Standing) bool { return s.Statement == gone })
		})
	}
	_, err := verify(t, copies(t, w.records))
	f := finds(t, err, w.seq(broker.ActHandover, 1), audit.CheckCustody)
	if !errors.Is(f, evidence.ErrCustody) {
		t.Errorf("the cause is %v", f.Err)
	}
}
