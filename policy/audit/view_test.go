package audit_test

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/evidence/tlog"
	"github.com/rogatory/rogatory/policy"
	"github.com/rogatory/rogatory/policy/audit"
)

func open(t testing.TB, cfg audit.Config) *audit.Ledger {
	t.Helper()
	l, err := audit.Open(cfg)
	ok(t, err)
	return l
}

func TestDecisionsAreListedWithEveryReason(t *testing.T) {
	w := history(t)
	l := open(t, copies(t, w.records))
	for _, c := range []struct {
		name string
		f    audit.Filter
		want int
	}{
		{"all", audit.Filter{}, 8},
		{"denied", audit.Filter{Outcome: policy.Denied}, 2},
		{"instrument", audit.Filter{Instrument: "epoc"}, 8},
		{"another instrument", audit.Filter{Instrument: "MLA"}, 0},
		{"State", audit.Filter{State: "XB"}, 8},
		{"State without a part", audit.Filter{State: "XZ"}, 0},
		{"agency asked", audit.Filter{Agency: provider}, 8},
		{"recipient", audit.Filter{Agency: customs, Outcome: policy.Permitted}, 6},
		{"since", audit.Filter{Since: epoch.Add(2 * time.Hour)}, 4},
		{"until", audit.Filter{Until: epoch.Add(2 * time.Hour)}, 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			list, err := l.Decisions(ctx, c.f)
			ok(t, err)
			if len(list) != c.want {
				t.Errorf("%d decisions, want %d", len(list), c.want)
			}
			for _, e := range list {
				if len(e.Is.Reasons) == 0 || e.Parties.Issuer != court {
					t.Errorf("record %d: %d reasons, parties %+v", e.Record, len(e.Is.Reasons), e.Parties)
				}
				if (e.Act == broker.ActRetrieve) != (len(e.Beside) == 1) {
					t.Errorf("record %d (%s) has %d answers beside", e.Record, e.Act, len(e.Beside))
				}
			}
		})
	}
}

func TestShow(t *testing.T) {
	w := history(t)
	l := open(t, copies(t, w.records))
	submit := w.seq(broker.ActSubmit, 1)
	s, err := l.Show(ctx, strconv.FormatUint(submit, 10))
	ok(t, err)
	r := s.Records[0]
	if len(s.Records) != 1 || r.Record != submit || r.Statements[0].Officer != judge || len(r.Sealed) != 2 || len(r.Decided[0].Input.Facts) < 20 {
		t.Errorf("record is %+v", r)
	}
	text, err := json.Marshal(s)
	ok(t, err)
	raw, err := broker.DecodeRecord(w.records[submit-1])
	ok(t, err)
	if strings.Contains(string(text), string(raw.Statements[0])) || strings.Contains(string(text), "ciphertext") {
		t.Error("content is shown")
	}
	whole, err := l.Show(ctx, r.Case)
	ok(t, err)
	if whole.Case == nil || whole.Case.State.Phase != broker.PhaseProduced || len(whole.Records) != int(w.seq(broker.ActCustodial, 1)-submit)+1 {
		t.Errorf("case is %+v with %d records", whole.Case, len(whole.Records))
	}
	act, err := l.Show(ctx, r.ID)
	ok(t, err)
	// The submission, its copies to addressee and enforcing authority.
	if act.Case != nil || len(act.Records) != 3 {
		t.Errorf("the act has %d records", len(act.Records))
	}
	for _, what := range []string{"99", agencies.NewID()} {
		if _, err := l.Show(ctx, what); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("show %s: %v", what, err)
		}
	}
	if _, err := l.Show(ctx, "nonsense"); !errors.Is(err, agencies.ErrMalformed) {
		t.Errorf("show nonsense: %v", err)
	}
}

func TestProve(t *testing.T) {
	w := history(t)
	cfg := copies(t, w.records)
	l := open(t, cfg)
	p, err := l.Prove(ctx, 5)
	ok(t, err)
	entry := tlog.Commit(w.records[4])
	if got, err := tlog.VerifyProof([]byte(p.Text), entry[:], cfg.Keys); err != nil || got.Index != 4 {
		t.Errorf("proof of %d: %v", got.Index, err)
	}
	swapped := slices.Clone(w.records)
	swapped[4] = swapped[5]
	cfg.Records = os.DirFS(folderOf(t, swapped))
	_, err = open(t, cfg).Prove(ctx, 5)
	finds(t, err, 5, audit.CheckCommitment)
	cfg.Tiles = tlog.FromFS(os.DirFS(tilesOf(t, w.records[:4])))
	_, err = open(t, cfg).Prove(ctx, 5)
	finds(t, err, 5, audit.CheckCheckpoint)
	for _, seq := range []uint64{0, 999} {
		if _, err := l.Prove(ctx, seq); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("proof of record %d: %v", seq, err)
		}
	}
}

func TestReplayListsEveryDifference(t *testing.T) {
	w := history(t)
	seqs := []uint64{w.seq(broker.ActSubmit, 1), w.seq(broker.ActReject, 2)}
	for _, seq := range seqs {
		w.forge(t, seq, w.k.signer(t, theBroker, ""), func(a *broker.Attestation, _ *broker.Record) {
			redecide(t, a, func(*policy.Input) {}, func(d *policy.Decision) { d.Reasons[0].Article = "Art. 99" })
		})
	}
	cfg := copies(t, w.records)
	counts, differ, err := open(t, cfg).Replay(ctx)
	ok(t, err)
	if len(differ) != 2 || differ[0].Record != seqs[0] || differ[1].Record != seqs[1] || counts.Same != 8 || !slices.Equal(differ[0].Fields, []string{"reasons"}) {
		t.Errorf("differ %+v, %+v", differ, counts)
	}
}

// An engine that had no time denied; that says nothing about the law.
func TestFailedDecisionIsNotHeldAgainstTheLaw(t *testing.T) {
	w := history(t)
	w.forge(t, w.seq(broker.ActReject, 2), w.k.signer(t, theBroker, ""), func(a *broker.Attestation, _ *broker.Record) {
		redecide(t, a, func(*policy.Input) {}, func(d *policy.Decision) { d.Failure, d.Obligations, d.HumanQuestions = "time limit", nil, nil })
	})
	r, err := verify(t, copies(t, w.records))
	if err != nil || r.Replay.Failed != 1 || r.Replay.Same != 9 {
		t.Errorf("%+v, %v", r.Replay, err)
	}
	w.forge(t, w.seq(broker.ActSubmit, 1), w.k.signer(t, theBroker, ""), func(a *broker.Attestation, _ *broker.Record) {
		redecide(t, a, func(*policy.Input) {}, func(d *policy.Decision) {
			d.Failure, d.Outcome = "time limit", policy.HumanReview
			d.Reasons = []policy.Reason{{Rule: "EPO-C-01", Article: "Art. 9", Text: "ask", Outcome: policy.HumanReview}}
		})
	})
	_, err = verify(t, copies(t, w.records))
	if f := finds(t, err, w.seq(broker.ActSubmit, 1), audit.CheckDecision); !strings.Contains(f.Detail, "failed") {
		t.Errorf("found %v", f)
	}
}

func TestTroubleIsNoFinding(t *testing.T) {
	w := history(t)
	cfg := copies(t, w.records)
	answer := http.StatusServiceUnavailable
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(answer) }))
	defer server.Close()
	var err error
	cfg.Tiles, err = audit.NewWeb(server.URL, nil)
	ok(t, err)
	if _, err := verify(t, cfg); !errors.Is(err, audit.ErrUnavailable) || errors.Is(err, audit.ErrFinding) {
		t.Errorf("a server that does not serve: %v", err)
	}
	answer = http.StatusNotFound
	_, err = verify(t, cfg)
	finds(t, err, 0, audit.CheckCheckpoint)
	for _, prefix := range []string{"", "ledger.example.org", "ftp://ledger.example.org", "https://x?y=1"} {
		if _, err := audit.NewWeb(prefix, nil); err == nil {
			t.Errorf("%q was taken for a server", prefix)
		}
	}

	stopped, stop := context.WithCancel(ctx)
	stop()
	for name, run := range map[string]func(*audit.Ledger) error{
		"verify": func(l *audit.Ledger) error { _, err := l.Verify(stopped); return err },
		"walk":   func(l *audit.Ledger) error { return l.Walk(stopped, func(*audit.Record) error { return nil }) },
		"replay": func(l *audit.Ledger) error { _, _, err := l.Replay(stopped); return err },
	} {
		if err := run(open(t, copies(t, w.records))); !errors.Is(err, context.Canceled) {
			t.Errorf("%s after a stop: %v", name, err)
		}
	}
	enough := errors.New("enough")
	n := 0
	err = open(t, copies(t, w.records)).Walk(ctx, func(*audit.Record) error {
		if n++; n == 3 {
			return enough
		}
		return nil
	})
	if !errors.Is(err, enough) || n != 3 {
		t.Errorf("walk went on to %d: %v", n, err)
	}
	if _, err := audit.Open(audit.Config{}); err == nil {
		t.Error("a ledger without records was opened")
	}
	if _, err := open(t, audit.Config{Records: cfg.Records}).Verify(ctx); err == nil {
		t.Error("verified against nothing")
	}
}
