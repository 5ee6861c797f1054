package gateway

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/broker/exchange"
	"github.com/rogatory/rogatory/evidence/tlog"
)

// Draft is one act before it is signed.
type Draft struct {
	Case    string             // "" begins a new request
	Officer agencies.OfficerID // "": the agency's seal speaks
	To      []agencies.ID      // who must learn of it beside those the act concerns anyway
	Sealed  []Compartment
	// Body is made once the sealed fields have their digests, by compartment and
	// field name.
	Body   func(sd Digests) broker.Body
	Beside []agencies.Compact // validations, custody statements
}

// Compartment is one sealed part: who may read it, and its fields.
type Compartment struct {
	Name        broker.Compartment
	To          []agencies.ID
	Fields      map[string]any
	Disclosures []agencies.Disclosure // made elsewhere, beside Fields
}

// Digests finds the digest of a sealed field: "compartment/field".
type Digests map[string]string

// Answer is what the broker recorded, verified.
type Answer struct {
	Reply      *broker.Reply
	Act        string // id of the act
	Case       string
	Records    []*broker.Opened // those of this agency; the act's own first
	Checkpoint tlog.Checkpoint  // signed by the ledger's two keys
}

// Refused gives the error of an answer that is no plain yes, nil otherwise.
func (a *Answer) Refused() error {
	if a.Reply.Error != nil {
		return a.Reply.Error
	}
	return nil
}

// Pending is the error of an act whose answer is not known. It lies in the outbox
// and is sent again with the same bytes, which get the first answer.
type Pending struct {
	Act  string
	Case string
	Err  error
}

func (e *Pending) Error() string {
	return fmt.Sprintf("%v; the act %s waits in the outbox", e.Err, e.Act)
}

func (e *Pending) Unwrap() error { return e.Err }

// Speak signs an act, seals its particulars to their readers, and submits it. The
// act lies in the outbox until its answer is known, so that it survives a stop and
// is then sent again with the same bytes, which the broker answers as the first time.
func (g *Gateway) Speak(ctx context.Context, d Draft) (*Answer, error) {
	sub, id, caseID, err := g.compose(ctx, d)
	if err != nil {
		return nil, fmt.Errorf("compose act: %w", err)
	}
	return g.send(ctx, sub, id, caseID)
}

func (g *Gateway) compose(ctx context.Context, d Draft) (*broker.Submission, string, string, error) {
	signer, err := g.signer(d.Officer)
	if err != nil {
		return nil, "", "", err
	}
	st, sub, err := g.word(ctx, d)
	if err != nil {
		return nil, "", "", err
	}
	act, err := signer.SignStatement(st)
	if err != nil {
		return nil, "", "", err
	}
	sub.Statements = append([]agencies.Compact{act}, d.Beside...)
	return sub, st.ID, st.Case, nil
}

// word makes the statement of an act, and seals what it seals.
func (g *Gateway) word(ctx context.Context, d Draft) (*agencies.Statement, *broker.Submission, error) {
	caseID := d.Case
	if caseID == "" {
		caseID = agencies.NewID()
	}
	var err error
	if len(d.To) == 0 {
		if d.To, err = g.counterpart(ctx, caseID, d.Body(nil)); err != nil {
			return nil, nil, err
		}
	}
	// Whoever may read a sealed part is a party of the statement.
	for _, c := range d.Sealed {
		for _, id := range c.To {
			if id != g.cfg.Agency && !slices.Contains(d.To, id) {
				d.To = append(slices.Clone(d.To), id)
			}
		}
	}
	now := g.now().UTC()
	// The body is known only when the digests of the sealed fields are; the act's
	// name is that of the body in either case.
	st, err := agencies.NewStatement(string(d.Body(nil).Act()), caseID, g.cfg.Agency, d.To, now, map[string]any{})
	if err != nil {
		return nil, nil, err
	}
	sub := &broker.Submission{}
	digests := Digests{}
	for _, c := range d.Sealed {
		part, wraps, err := g.seal(st, c, digests)
		if err != nil {
			return nil, nil, fmt.Errorf("seal %s: %w", c.Name, err)
		}
		sub.Sealed = append(sub.Sealed, part)
		sub.Wraps = append(sub.Wraps, wraps...)
	}
	body := d.Body(digests)
	if err := body.Check(); err != nil {
		return nil, nil, err
	}
	st.Time = g.now().UTC().Truncate(time.Millisecond) // not before anything the body says
	if st.Body, err = agencies.Canonical(body); err != nil {
		return nil, nil, err
	}
	return st, sub, nil
}

// counterpart is who an act is for when nobody is named: the addressee of an order,
// else the other side of the request. Whoever is no party speaks to the broker,
// which records that it was asked and says no.
func (g *Gateway) counterpart(ctx context.Context, caseID string, body broker.Body) ([]agencies.ID, error) {
	if o, ok := body.(*broker.Order); ok {
		return []agencies.ID{o.Addressee}, nil
	}
	v, err := g.Case(ctx, caseID)
	if refused, ok := errors.AsType[*broker.ReplyError](err); ok && refused.Code == broker.ReasonNotFound {
		for _, a := range g.Trust().Agencies {
			if a.Kind == agencies.Broker {
				return []agencies.ID{a.ID}, nil
			}
		}
	}
	if err != nil {
		return nil, err
	}
	if v.Parties.Issuer == g.cfg.Agency {
		return []agencies.ID{v.Parties.Addressee}, nil
	}
	return []agencies.ID{v.Parties.Issuer}, nil
}

func (g *Gateway) signer(officer agencies.OfficerID) (*agencies.Signer, error) {
	if officer == "" {
		return g.ring.SealSigner()
	}
	return g.ring.OfficerSigner(officer)
}

// seal encrypts one compartment under a key of its own and wraps that key to each
// reader, by the trust list in force.
func (g *Gateway) seal(st *agencies.Statement, c Compartment, digests Digests) (broker.SealedPart, []agencies.KeyWrap, error) {
	ds := slices.Clone(c.Disclosures)
	names := make([]string, 0, len(c.Fields))
	for name := range c.Fields {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		one, err := agencies.NewDisclosure(name, c.Fields[name])
		if err != nil {
			return broker.SealedPart{}, nil, err
		}
		ds = append(ds, one)
	}
	key, err := agencies.NewCaseKey()
	if err != nil {
		return broker.SealedPart{}, nil, err
	}
	cipher, err := st.Seal(string(c.Name), key.Recipient(), c.To, ds)
	if err != nil {
		return broker.SealedPart{}, nil, err
	}
	for _, one := range ds {
		digests[string(c.Name)+"/"+one.Name] = one.Digest()
	}
	now := g.now().UTC()
	var wraps []agencies.KeyWrap
	for _, id := range c.To {
		recipients, err := g.Trust().Recipients(id, now)
		if err != nil {
			return broker.SealedPart{}, nil, err
		}
		wrapped, err := key.WrapFor(recipients)
		if err != nil {
			return broker.SealedPart{}, nil, err
		}
		wraps = append(wraps, agencies.KeyWrap{Case: st.Case, Act: st.ID, Compartment: string(c.Name), For: id, Wrapped: wrapped})
	}
	return broker.SealedPart{Compartment: c.Name, Ciphertext: cipher}, wraps, nil
}

// Validate says yes or no to an order that lies in this agency's records.
func (g *Gateway) Validate(ctx context.Context, caseID string, officer agencies.OfficerID, decision agencies.ValidationDecision, attest map[string]any) (*Answer, error) {
	order, err := g.order(caseID)
	if err != nil {
		return nil, err
	}
	v, err := agencies.NewValidation(order.Compact, caseID, g.cfg.Agency, decision, []string{"whole"}, g.now())
	if err != nil {
		return nil, err
	}
	v.Attestations = attest
	signer, err := g.signer(officer)
	if err != nil {
		return nil, err
	}
	c, err := signer.SignValidation(v)
	if err != nil {
		return nil, err
	}
	return g.send(ctx, &broker.Submission{Statements: []agencies.Compact{c}}, v.ID, caseID)
}

// send keeps a submission in the outbox, submits it, and takes the answer.
func (g *Gateway) send(ctx context.Context, sub *broker.Submission, id, caseID string) (*Answer, error) {
	data, err := broker.EncodeMessage(sub)
	if err != nil {
		return nil, err
	}
	if err := g.store.put(folderOutbox, id+".json", data); err != nil {
		return nil, fmt.Errorf("keep act: %w", err)
	}
	return g.deliver(ctx, sub, id, caseID)
}

func (g *Gateway) deliver(ctx context.Context, sub *broker.Submission, id, caseID string) (*Answer, error) {
	r, err := g.link.Submit(ctx, sub)
	if err != nil {
		return nil, &Pending{Act: id, Case: caseID, Err: err}
	}
	if r.Status == broker.StatusFailed {
		return nil, &Pending{Act: id, Case: caseID, Err: exchange.ErrUnavailable}
	}
	a := &Answer{Reply: r, Act: id, Case: caseID}
	for _, raw := range r.Records {
		o, err := g.openRecord(ctx, raw)
		if err != nil {
			return nil, err
		}
		if err := g.keep(o, raw); err != nil {
			return nil, err
		}
		a.Records = append(a.Records, o)
	}
	if a.Checkpoint, err = g.checkpoint(r.Checkpoint); err != nil {
		return nil, err
	}
	if err := g.store.remove(folderOutbox, id+".json"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return a, nil
}

// checkpoint verifies a signed note of the ledger and keeps the largest seen, also
// across restarts: an audit can hold the ledger against it. Notes may arrive out of
// order; two of one size with different roots are two histories.
func (g *Gateway) checkpoint(note []byte) (tlog.Checkpoint, error) {
	if len(note) == 0 {
		return tlog.Checkpoint{}, nil
	}
	cp, err := tlog.ParseCheckpoint(note, g.ledger)
	if err != nil {
		return cp, fmt.Errorf("%w: %w", ErrLedger, err)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if old := g.newest; old != nil && old.Size == cp.Size && !old.Same(cp) {
		return cp, fmt.Errorf("%w: two histories of one size", ErrLedger)
	}
	if g.newest == nil || cp.Size > g.newest.Size {
		if err := g.store.replace("", checkpointFile, note); err != nil {
			return cp, fmt.Errorf("keep checkpoint: %w", err)
		}
		g.newest = &cp
	}
	return cp, nil
}

// checkpointFile is the largest signed head that this node has seen.
const checkpointFile = "checkpoint"

// Checkpoint is the largest signed head that this node has seen, false while it has
// seen none.
func (g *Gateway) Checkpoint() (tlog.Checkpoint, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.newest == nil {
		return tlog.Checkpoint{}, false
	}
	return *g.newest, true
}

// loadCheckpoint remembers what an earlier run has seen.
func (g *Gateway) loadCheckpoint() error {
	note, err := g.store.get("", checkpointFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	cp, err := tlog.ParseCheckpoint(note, g.ledger)
	if err != nil {
		return fmt.Errorf("read held checkpoint: %w", err)
	}
	g.newest = &cp
	return nil
}

// Resend submits what waits in the outbox, in the order it was said, and returns
// the answers: those of acts that were recorded before are the first ones.
func (g *Gateway) Resend(ctx context.Context) ([]*Answer, error) {
	names, err := g.store.names(folderOutbox)
	if err != nil {
		return nil, err
	}
	var out []*Answer
	for _, name := range names {
		data, err := g.store.get(folderOutbox, name)
		if errors.Is(err, fs.ErrNotExist) {
			continue // another process of this node has its answer
		}
		if err != nil {
			return out, err
		}
		var sub broker.Submission
		if err := broker.DecodeMessage(data, &sub); err != nil {
			return out, fmt.Errorf("read outbox: %w", err)
		}
		a, err := g.deliver(ctx, &sub, strings.TrimSuffix(name, ".json"), "")
		if err != nil {
			return out, err
		}
		out = append(out, a)
	}
	return out, nil
}

// acknowledge signs, with the agency's seal, that a delivery lies on this node's
// disk. Clocks run from there. Only what begins a duty is acknowledged: an order
// by its addressee, a notification by the enforcing authority.
func (g *Gateway) acknowledge(ctx context.Context, o *broker.Opened) error {
	v, err := g.Case(ctx, o.Attestation.Case)
	if err != nil {
		return err
	}
	if !wantsReceipt(v, o.Attestation, g.cfg.Agency) {
		return nil
	}
	a, err := g.Speak(ctx, Draft{Case: o.Attestation.Case, Body: func(Digests) broker.Body {
		return &broker.Acknowledgement{Of: o.Attestation.ID}
	}})
	if err != nil {
		return err
	}
	if err := a.Refused(); err != nil {
		g.log.Info("receipt not wanted", "request", o.Attestation.Case, "err", err)
	}
	return nil
}

func wantsReceipt(v broker.View, a *broker.Attestation, self agencies.ID) bool {
	for _, e := range v.Acts {
		if e.Act == broker.ActAcknowledge && e.From == self {
			return false
		}
	}
	switch a.Act {
	case broker.ActNotify:
		return v.Parties.Enforcing == self
	case broker.ActDeliver:
		return v.Parties.Addressee == self && v.State.Phase == broker.PhaseDelivered
	}
	return false
}
