//go:build linux

package gateway_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/agencies/gateway"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/evidence"
	"github.com/rogatory/rogatory/evidence/tlog"
)

// account is what the certificate of every order names.
const account = "recruiter@hostwise.example"

// acked is one act whose answer reached its gateway.
type acked struct {
	by      agencies.ID
	caseID  string
	records map[uint64][]byte // by place in the ledger, as the answer had them
}

// tally is what the network was told: the promise that a power cut must not break.
type tally struct {
	mu       sync.Mutex                    // over what follows
	acts     map[string]acked              // by act
	exhibits map[evidence.ExhibitID]string // acknowledged ones; their case
	ended    map[string]bool               // requests brought to their end, exhibit compared
	heads    map[uint64]tlog.Checkpoint    // signed checkpoints of answers, by size
	changed  chan struct{}                 // closed and renewed with each act
}

func newTally() *tally {
	return &tally{acts: map[string]acked{}, exhibits: map[evidence.ExhibitID]string{}, ended: map[string]bool{}, heads: map[uint64]tlog.Checkpoint{}, changed: make(chan struct{})}
}

func (y *tally) act(by agencies.ID, a *gateway.Answer) {
	y.mu.Lock()
	defer y.mu.Unlock()
	one := acked{by: by, caseID: a.Case, records: map[uint64][]byte{}}
	for i, o := range a.Records {
		one.records[o.Attestation.Seq] = a.Reply.Records[i]
	}
	y.acts[a.Act] = one
	if a.Checkpoint.Size > 0 {
		y.heads[a.Checkpoint.Size] = a.Checkpoint
	}
	close(y.changed)
	y.changed = make(chan struct{})
}

func (y *tally) exhibit(id evidence.ExhibitID, caseID string) {
	y.mu.Lock()
	defer y.mu.Unlock()
	y.exhibits[id] = caseID
}

func (y *tally) end(caseID string) {
	y.mu.Lock()
	defer y.mu.Unlock()
	y.ended[caseID] = true
}

// sample is what is acknowledged now.
func (y *tally) sample() *tally {
	y.mu.Lock()
	defer y.mu.Unlock()
	return &tally{acts: maps.Clone(y.acts), exhibits: maps.Clone(y.exhibits), ended: maps.Clone(y.ended), heads: maps.Clone(y.heads)}
}

// wait returns when so many acts and exhibits more than before are acknowledged, or
// on a slow machine some of each after a while.
func (y *tally) wait(t *testing.T, before *tally, acts, exhibits int) {
	t.Helper()
	begun := time.Now()
	slow, late := time.After(15*time.Second), time.After(90*time.Second)
	for {
		y.mu.Lock()
		a, e, changed := len(y.acts)-len(before.acts), len(y.exhibits)-len(before.exhibits), y.changed
		y.mu.Unlock()
		if a >= acts && e >= exhibits || time.Since(begun) > 15*time.Second && a >= acts/2 && e > 0 {
			return
		}
		select {
		case <-changed:
		case <-slow:
		case <-late:
			t.Fatalf("only %d acts and %d exhibits acknowledged", a, e)
		}
	}
}

// traffic is the agencies at work.
type traffic struct {
	*network
	tally *tally
	files string      // folder of the evidence, one file per case
	over  atomic.Bool // the power is going: from here on errors are expected
	seed  uint64
}

// work runs the inboxes and so many workers until ctx ends. What fails while there
// is power fails the test.
func (w *traffic) work(ctx context.Context, workers int, failed func(error)) *sync.WaitGroup {
	var wg sync.WaitGroup
	for id, g := range w.nodes {
		if id != oversees { // it looks when there is quiet
			wg.Go(func() { _ = g.Run(ctx) })
		}
	}
	for i := range workers {
		r := rand.New(rand.NewPCG(w.seed, uint64(i)))
		wg.Go(func() {
			for ctx.Err() == nil && !w.over.Load() {
				if err := w.request(ctx, r); err != nil {
					if !w.over.Load() {
						failed(err)
					}
					return
				}
			}
		})
	}
	return &wg
}

// request is one request from its order to its handover: of the court for a
// subscriber, or of the police for content, which a judge validates and the
// enforcing authority clears.
func (w *traffic) request(ctx context.Context, r *rand.Rand) error {
	if r.IntN(2) == 0 {
		a, err := w.nodes[court].Speak(ctx, w.subscriber())
		if err := w.said(court, a, err, ""); err != nil {
			return err
		}
		return w.finish(ctx, a.Case, r)
	}
	a, err := w.nodes[police].Speak(ctx, w.content())
	if err := w.said(police, a, err, broker.ReasonValidation); err != nil {
		return err
	}
	return w.finish(ctx, a.Case, r)
}

// said notes an answer and wants it to be a plain yes, or to wait for a reason.
func (w *traffic) said(by agencies.ID, a *gateway.Answer, err error, reason broker.ReasonCode) error {
	if a != nil {
		w.tally.act(by, a)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", by, err)
	}
	if refused := a.Reply.Error; refused != nil && refused.Code != reason {
		return fmt.Errorf("%s: act %s is refused: %w", by, a.Act, refused)
	}
	return nil
}

// finish brings a request from wherever it stands to its end: validated, received,
// answered with an exhibit, cleared, retrieved and compared.
func (w *traffic) finish(ctx context.Context, id string, r *rand.Rand) error {
	v, err := w.nodes[oversees].Case(ctx, id)
	if err != nil {
		return err
	}
	if v.State.Phase == broker.PhaseAwaitingValidation {
		if err := w.arrived(ctx, court, id, broker.ActDeliver); err != nil {
			return err
		}
		a, err := w.nodes[court].Validate(ctx, id, judge, agencies.Validated, nil)
		if err := w.said(court, a, err, ""); err != nil {
			return err
		}
	}
	// Its receipt is the work of the addressee's inbox.
	if err := await(ctx, func() (bool, error) {
		v, err = w.nodes[provider].Case(ctx, id)
		return v.State.Phase != broker.PhaseDelivered, err
	}); err != nil {
		return fmt.Errorf("awaits the receipt of %s: %w", provider, err)
	}
	if w.over.Load() { // and the keys of the order are there after the cut
		sealed, err := w.nodes[provider].OpenSealed(ctx, id)
		if err != nil {
			return err
		}
		if len(sealed) == 0 || sealed[0].Fields[0].Value != account {
			return fmt.Errorf("%s cannot open the certificate: %+v", provider, sealed)
		}
	}
	if len(v.Exhibits) == 0 {
		a, m, err := w.nodes[provider].Deposit(ctx, w.deposit(v, r))
		if err := w.said(provider, a, err, ""); err != nil {
			return err
		}
		w.tally.exhibit(m.Exhibit, id)
	}
	if v, err = w.nodes[enforcerOr(v, provider)].Case(ctx, id); err != nil {
		return err
	}
	if v.Parties.Enforcing != "" && v.State.Hold != "" {
		a, err := w.nodes[enforcer].Speak(ctx, gateway.Draft{Case: id, Officer: prosecutor, Body: func(gateway.Digests) broker.Body { return &broker.Clearance{} }})
		if err := w.said(enforcer, a, err, ""); err != nil {
			return err
		}
	}
	return w.retrieve(ctx, id)
}

// enforcerOr is who sees an exhibit that is not released yet.
func enforcerOr(v broker.View, other agencies.ID) agencies.ID {
	if v.Parties.Enforcing != "" {
		return v.Parties.Enforcing
	}
	return other
}

// retrieve has the investigator open what was released in a request, and compares
// it with what was deposited.
func (w *traffic) retrieve(ctx context.Context, id string) error {
	if err := w.arrived(ctx, police, id, broker.ActRelease); err != nil {
		return err
	}
	g := w.nodes[police]
	v, err := g.Case(ctx, id)
	if err != nil {
		return err
	}
	if len(v.Exhibits) != 1 {
		return fmt.Errorf("%d exhibits are released to %s, want 1", len(v.Exhibits), police)
	}
	exhibit := v.Exhibits[0].Manifest.Exhibit
	want, err := os.ReadFile(w.file(id))
	if err != nil {
		return err
	}
	out := filepath.Join(w.files, agencies.NewID()+".opened")
	a, p, err := g.Fetch(ctx, gateway.Fetch{
		Case: id, Exhibit: exhibit, Officer: investigator, Use: use, Justification: "case_work", Path: out,
	})
	if err := w.said(police, a, err, ""); err != nil {
		return err
	}
	got, err := os.ReadFile(out)
	if err != nil {
		return err
	}
	if !bytes.Equal(got, want) || p.FileName != filepath.Base(w.file(id)) {
		return fmt.Errorf("exhibit %s: %d bytes were opened that are not the %d deposited", exhibit, len(got), len(want))
	}
	w.tally.end(id)
	return os.Remove(out)
}

// arrived waits until a record of the broker in a request lies on the disk of the
// agency it is for.
func (w *traffic) arrived(ctx context.Context, at agencies.ID, id string, act broker.Act) error {
	err := await(ctx, func() (bool, error) {
		v, err := w.nodes[at].Case(ctx, id)
		for _, e := range v.Acts {
			if e.Act == act && e.To == at {
				_, missing := os.Stat(filepath.Join(w.Gateways[at].DataDir, "records", fmt.Sprintf("%020d.json", e.Seq)))
				return missing == nil, err
			}
		}
		return false, err
	})
	if err != nil {
		return fmt.Errorf("%s awaits its record of %s: %w", at, act, err)
	}
	return nil
}

// await asks until something holds that other processes bring about.
func await(ctx context.Context, holds func() (bool, error)) error {
	tick := time.NewTicker(25 * time.Millisecond)
	defer tick.Stop()
	for {
		if done, err := holds(); done || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

func (w *traffic) file(caseID string) string { return filepath.Join(w.files, caseID+".bin") }

// deposit makes the evidence of a request, 1 KiB to 1 MiB of noise, unless an
// attempt before the cut made it.
func (w *traffic) deposit(v broker.View, r *rand.Rand) gateway.Deposit {
	file := w.file(v.ID)
	if _, err := os.Stat(file); err != nil {
		noise := make([]byte, 1<<10+int(float64(1<<20-1<<10)*math.Pow(r.Float64(), 3)))
		for i := range noise {
			noise[i] = byte(r.Uint32())
		}
		if err := os.WriteFile(file, noise, 0o600); err != nil {
			w.t.Error(err)
		}
	}
	return gateway.Deposit{
		Case: v.ID, Officer: desk, Path: file, Part: 1, Last: true, Answers: []broker.Part{{Target: 1}}, Category: v.Order.Targets[0].Categories[0],
		Subjects: []string{"suspect"}, Origin: "store", Tool: "export 1.0", Facts: map[string]any{"reason_for_alternative": "forensic_requirements"},
	}
}

// use is the reference of every order here.
const use = "XA-2026-0001"

func (w *traffic) content() gateway.Draft {
	return gateway.Draft{
		Officer: inspector,
		Sealed: []gateway.Compartment{
			{Name: broker.Certificate, To: []agencies.ID{court, provider, enforcer}, Fields: map[string]any{"account": account}},
			{Name: broker.SectionM, To: []agencies.ID{court, enforcer}, Fields: map[string]any{"grounds": "the account recruited four victims"}},
		},
		Body: func(sd gateway.Digests) broker.Body { return contentOrder(w.t, sd) },
	}
}

// subscriber is an order that the law permits at once and notifies nobody of.
func (w *traffic) subscriber() gateway.Draft {
	return gateway.Draft{
		Officer: judge,
		Sealed:  []gateway.Compartment{{Name: broker.Certificate, To: []agencies.ID{provider}, Fields: map[string]any{"account": account}}},
		Body: func(sd gateway.Digests) broker.Body {
			o := contentOrder(w.t, sd)
			o.Enforcing, o.Validator = "", ""
			o.Targets[0].Categories = []evidence.Category{evidence.Subscriber}
			o.Contents = slices.DeleteFunc(o.Contents, func(s string) bool { return s == "J" })
			return o
		},
	}
}
