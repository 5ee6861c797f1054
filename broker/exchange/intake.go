package exchange

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/evidence/tlog"
	"github.com/rogatory/rogatory/policy"
)

// submission is one act on its way into the ledger.
type submission struct {
	agency *agencies.Agency // the sender, as the server named it
	digest agencies.Digest  // of the message's exact bytes
	msg    broker.Submission
	said   []broker.Spoken // verified statements; the act first
	lead   broker.Spoken
	list   *agencies.SignedTrustList
	at     time.Time
	known  int // bundle records that its decision was made under
}

// refusal is why a submission is refused. It becomes a rejection receipt in the
// ledger and the error of the reply.
type refusal struct {
	code   broker.ReasonCode
	err    error
	ruling *ruling // of policy, when it was policy's no
}

func (r *refusal) Error() string { return string(r.code) + ": " + r.err.Error() }
func (r *refusal) Unwrap() error { return r.err }

func refuse(code broker.ReasonCode, err error) error { return &refusal{code: code, err: err} }

// errNotFound is all that a stranger to a request learns of it.
var errNotFound = errors.New("not found")

// submit judges one act of an agency and records what comes of it. Whatever it
// answers is in the ledger first.
func (x *Exchange) submit(ctx context.Context, agency *agencies.Agency, data []byte) *broker.Reply {
	// What an act was judged on can move only when the trust list does, or when two
	// requests claim one act id. Neither happens often.
	for range 16 {
		reply, err := x.judge(ctx, agency, data)
		if !errors.Is(err, errMoved) {
			return reply
		}
		x.log.Info("act is judged again", "agency", agency.ID, "err", err)
	}
	return failed(broker.ReasonUnavailable, nil)
}

// failed is the answer when nothing is known to be recorded.
func failed(code broker.ReasonCode, err error) *broker.Reply {
	return &broker.Reply{Status: broker.StatusFailed, Error: broker.NewReplyError(code, err)}
}

// judge is one try of submit; its only error is errMoved.
func (x *Exchange) judge(ctx context.Context, agency *agencies.Agency, data []byte) (*broker.Reply, error) {
	s := &submission{agency: agency, digest: agencies.DigestOf(data), list: x.world.trust(), at: x.now()}
	if seq, ok := x.world.rejection(agency.Account, s.digest); ok {
		return x.firstAnswer(ctx, s, seq), nil
	}
	if err := x.read(s, data); err != nil {
		return x.reject(ctx, s, err)
	}
	// One act at a time in a case: what is judged is what the act will meet.
	defer x.world.turns.take(s.lead.Case())()
	if x.world.trust() != s.list {
		return nil, errMoved
	}
	if done, ok := x.world.act(s.lead.ID()); ok {
		if done.act != s.lead.Digest || done.account != agency.Account {
			return x.reject(ctx, s, refuse(broker.ReasonConflict, &agencies.FieldError{Field: "id", Rule: agencies.RuleDuplicate, Detail: "was used for another act"}))
		}
		return x.firstAnswer(ctx, s, done.seq), nil
	}
	reply, err := x.act(ctx, s)
	switch {
	case errors.Is(err, errMoved):
		return nil, err
	case err != nil:
		return x.reject(ctx, s, err)
	}
	return reply, nil
}

// read decodes and verifies everything that does not depend on the case.
func (x *Exchange) read(s *submission, data []byte) error {
	if len(data) > broker.MaxMessage {
		return refuse(broker.ReasonTooLarge, &agencies.FieldError{Rule: agencies.RuleSize, Detail: fmt.Sprintf("more than %d bytes", broker.MaxMessage)})
	}
	if err := broker.DecodeMessage(data, &s.msg); err != nil {
		return refuse(broker.ReasonMalformed, err)
	}
	if err := x.readStatements(s); err != nil {
		return err
	}
	switch {
	case s.lead.Act() == "" || s.lead.Act().OfBroker():
		return refuse(broker.ReasonMalformed, &agencies.FieldError{Field: "statements[0].type", Rule: agencies.RuleUnknown, Detail: "is no act of a party"})
	case s.lead.Agency != s.agency.ID:
		return refuse(broker.ReasonSender, &agencies.FieldError{Field: "statements[0]", Rule: agencies.RuleMismatch, Detail: "is signed by another agency than the one that sends it"})
	}
	for i, other := range s.said[1:] {
		if other.Act() != "" && other.Act() != broker.ActValidate {
			return refuse(broker.ReasonMalformed, &agencies.FieldError{Field: fmt.Sprintf("statements[%d]", i+1), Rule: agencies.RuleUnknown, Detail: "only validations and custody statements stand beside an act"})
		}
		if other.Case() != s.lead.Case() {
			return refuse(broker.ReasonMalformed, &agencies.FieldError{Field: fmt.Sprintf("statements[%d].case", i+1), Rule: agencies.RuleMismatch, Detail: "is another request"})
		}
	}
	return x.checkSealed(s, s.list.List())
}

// readStatements verifies the statements of a message: the act by the list in force
// now, and what stands in the request already, such as the giver's word in a
// handover, by its standing there.
func (x *Exchange) readStatements(s *submission) error {
	att := x.attestation(s, broker.Case{})
	said := make([]broker.Spoken, 0, len(s.msg.Statements))
	for i, c := range s.msg.Statements {
		if i == 1 {
			before, _ := x.world.look(said[0].Case())
			att.Standing = before.Repeats(s.msg.Statements[1:]...)
		}
		one, err := att.ReadSpoken(c, x.world.trusted())
		if err != nil {
			return err
		}
		said = append(said, one)
	}
	s.said, s.lead = said, said[0]
	return nil
}

// checkSealed holds the sealed parts and their keys against what the act names:
// every part is there, no other, every reader is known and has a key.
func (x *Exchange) checkSealed(s *submission, list *agencies.TrustList) error {
	if err := checkReaders(s.lead, list); err != nil {
		return err
	}
	var refs []agencies.SealedRef
	if st := s.lead.Statement; st != nil {
		refs = st.Sealed
	}
	if len(refs) != len(s.msg.Sealed) {
		return refuse(broker.ReasonDigest, &agencies.FieldError{Field: "sealed", Rule: agencies.RuleMismatch, Detail: "is not what the statement names"})
	}
	wraps := 0
	for _, ref := range refs {
		if !slices.ContainsFunc(s.msg.Sealed, func(p broker.SealedPart) bool {
			return string(p.Compartment) == ref.Compartment && p.Digest() == ref.Digest
		}) {
			return refuse(broker.ReasonDigest, &agencies.FieldError{Field: "sealed." + ref.Compartment, Rule: agencies.RuleMismatch, Detail: "does not have the digest that the statement names"})
		}
		for _, id := range ref.To {
			if !slices.ContainsFunc(s.msg.Wraps, func(w agencies.KeyWrap) bool {
				return w.Case == s.lead.Case() && w.Act == s.lead.ID() && w.Compartment == ref.Compartment && w.For == id && w.Check() == nil
			}) {
				return refuse(broker.ReasonMalformed, &agencies.FieldError{Field: "wraps", Rule: agencies.RuleRequired, Detail: "lack the key of " + ref.Compartment + " for a reader"})
			}
			wraps++
		}
	}
	if wraps != len(s.msg.Wraps) {
		return refuse(broker.ReasonMalformed, &agencies.FieldError{Field: "wraps", Rule: agencies.RuleMismatch, Detail: "hold a key for nobody the statement names"})
	}
	return nil
}

// checkReaders wants everyone whom a statement is for, or who may read what it
// seals, on the trust list.
func checkReaders(lead broker.Spoken, list *agencies.TrustList) error {
	st := lead.Statement
	if st == nil {
		return nil
	}
	unknown := func(field string) error {
		return refuse(broker.ReasonRecipient, &agencies.FieldError{Field: field, Rule: agencies.RuleUnknown, Detail: "names an agency that is not on the trust list"})
	}
	for _, id := range st.To {
		if _, ok := list.Agency(id); !ok {
			return unknown("to")
		}
	}
	for _, ref := range st.Sealed {
		for _, id := range ref.To {
			if _, ok := list.Agency(id); !ok {
				return unknown("sealed." + ref.Compartment + ".to")
			}
		}
	}
	return nil
}

// act judges the act in its case, decides where policy must, and records it with
// everything that follows from it.
func (x *Exchange) act(ctx context.Context, s *submission) (*broker.Reply, error) {
	before, begun := x.world.look(s.lead.Case())
	if _, sees := x.viewOf(&before, s.agency); begun && !sees {
		return nil, errNotFound
	}
	if s.at.Before(before.At) {
		s.at = before.At // the clock went back; the ledger does not
	}
	att := x.attestation(s, before)
	if err := x.checkObjects(ctx, s, &att); err != nil {
		return nil, err
	}
	after, att, err := x.weigh(ctx, s, before, att)
	if err != nil {
		return nil, err
	}
	drafts, after, err := x.legs(ctx, s, before, after, att)
	if err != nil {
		return nil, err
	}
	released, _, err := x.releases(ctx, s.list, after, s.at, s)
	if err != nil {
		return nil, err
	}
	drafts[0].known = s.known
	drafts = append(drafts, released...)
	// The keys go to their erasable store before the record that needs them. An act
	// that is not recorded after all leaves keys that open nothing.
	for _, w := range s.msg.Wraps {
		if err := x.cfg.Vault.PutWrap(ctx, w); err != nil {
			return nil, err
		}
	}
	entries, cp, err := x.ledger.commit(ctx, drafts...)
	if err != nil {
		return nil, err
	}
	for _, obj := range att.Objects {
		x.verified.Delete(placeOf(s, obj)) // the record names it now
	}
	return x.reply(ctx, s.agency, entries, cp), nil
}

// weigh asks policy about an act, where it has a say, and finds what the act would
// make of its case. It changes nothing: submit records what comes of it, simulate
// only tells.
func (x *Exchange) weigh(ctx context.Context, s *submission, before broker.Case, att broker.Attestation) (broker.Case, broker.Attestation, error) {
	q, err := x.ask(before, s.list.List(), s)
	if err != nil {
		return before, att, err
	}
	if q != nil {
		r, err := x.decide(ctx, s.lead.Case(), q)
		if err != nil {
			return before, att, err
		}
		outcome := r.decision.Outcome
		if outcome != policy.Permitted && !q.advises && !waits(att.Act) || outcome == policy.Denied {
			return before, att, &refusal{code: broker.ReasonOf(outcome), err: policy.ErrDenied, ruling: r}
		}
		r.attest(&att, broker.Detail{})
		s.known = r.known
	}
	att.Seq = before.Seq + 1 // provisional; the ledger gives the place
	return broker.Advance(before, att, broker.CalendarsOf(s.list.List()), s.said...)
}

// waits says which acts are recorded while policy waits for somebody.
func waits(a broker.Act) bool {
	return a == broker.ActSubmit || a == broker.ActValidate || a == broker.ActNotify || a == broker.ActDecide
}

// attestation is what the broker knows of an act before it is judged in its case.
func (x *Exchange) attestation(s *submission, before broker.Case) broker.Attestation {
	a := broker.Attestation{
		At: s.at, Act: s.lead.Act(), ID: s.lead.ID(), Case: s.lead.Case(), From: s.agency.ID, To: s.agency.ID, Account: s.agency.Account,
		Trust: s.list.List().Version, TrustDigest: s.list.Digest(),
	}
	a.Standing = s.repeats(before)
	for _, said := range s.said {
		a.Statements = append(a.Statements, said.Digest)
	}
	return a
}

// repeats are the standings of what stands beside the act, and in the case already.
func (s *submission) repeats(c broker.Case) []broker.Standing {
	var beside []agencies.Compact
	for i, one := range s.said {
		if i > 0 {
			beside = append(beside, one.Compact)
		}
	}
	return c.Repeats(beside...)
}

// legs makes one draft for each inbox that the act goes to, each with only what
// may be read there.
func (x *Exchange) legs(ctx context.Context, s *submission, before, after broker.Case, first broker.Attestation) ([]draft, broker.Case, error) {
	var drafts []draft
	for i, leg := range broker.Legs(before, after, s.said...) {
		d := draft{said: s.said, att: first}
		if i == 0 {
			d.att.To = leg.To
		} else {
			d.att = x.ownAct(s.list, s.at, leg.Act, after)
			d.att.Ref, d.att.To = first.ID, leg.To
			d.att.Standing = before.Repeats(leg.Statements...)
			var err error
			if d.said, err = d.att.ReadAll(leg.Statements, x.world.trusted()); err != nil {
				return nil, after, err
			}
			for _, c := range leg.Statements {
				d.att.Statements = append(d.att.Statements, c.Digest())
			}
		}
		for _, ref := range leg.Sealed {
			part, err := x.sealedPart(ctx, s, after, ref)
			if err != nil {
				return nil, after, err
			}
			d.sealed = append(d.sealed, part)
			d.att.Sealed = append(d.att.Sealed, ref.Digest)
		}
		if i > 0 {
			var err error
			d.att.Seq = after.Seq + 1
			if after, d.att, err = broker.Advance(after, d.att, broker.CalendarsOf(s.list.List()), d.said...); err != nil {
				return nil, after, err
			}
		}
		d.toAccount = x.accountOf(s.list, d.att.To)
		if i == 0 {
			// The copies for others are not the sender's to read: they hold what is
			// sealed to others.
			d.fromAccount = s.agency.Account
		}
		drafts = append(drafts, d)
	}
	return drafts, after, nil
}

// sealedPart finds the ciphertext of a part: in the message, or in the record of
// the act it came with.
func (x *Exchange) sealedPart(ctx context.Context, s *submission, c broker.Case, ref agencies.SealedRef) (broker.SealedPart, error) {
	for _, p := range s.msg.Sealed {
		if p.Digest() == ref.Digest {
			return p, nil
		}
	}
	// The order sealed it, or the late notice that named the enforcing authority.
	for _, e := range slices.Backward(c.Acts) {
		if e.ID != c.Issued.Act && (e.Act != broker.ActNotify || e.From != c.Parties.Issuer) {
			continue
		}
		said, err := x.recordOf(ctx, e.ID)
		if err != nil {
			return broker.SealedPart{}, err
		}
		for _, p := range said.sealed {
			if p.Digest() == ref.Digest {
				return p, nil
			}
		}
	}
	return broker.SealedPart{}, refuse(broker.ReasonDigest, &agencies.FieldError{Field: "sealed." + ref.Compartment, Rule: agencies.RuleRequired, Detail: "is not in the ledger"})
}

// ownAct is an act of the broker itself.
func (x *Exchange) ownAct(list *agencies.SignedTrustList, at time.Time, act broker.Act, c broker.Case) broker.Attestation {
	return broker.Attestation{
		At: at, Act: act, ID: agencies.NewID(), Case: c.ID, From: x.cfg.Agency,
		Trust: list.List().Version, TrustDigest: list.Digest(),
	}
}

// partsFor are the sealed parts that a reader may have: those sealed to it, or
// sealed by it.
func partsFor(said []broker.Spoken, parts []broker.SealedPart, to agencies.ID) []broker.SealedPart {
	var out []broker.SealedPart
	for _, p := range parts {
		for _, s := range said {
			if s.Statement != nil && slices.ContainsFunc(s.Statement.Sealed, func(ref agencies.SealedRef) bool {
				return ref.Digest == p.Digest() && (to == s.Agency || slices.Contains(ref.To, to))
			}) {
				out = append(out, p)
				break
			}
		}
	}
	return out
}

func (x *Exchange) accountOf(list *agencies.SignedTrustList, id agencies.ID) string {
	if a, ok := list.List().Agency(id); ok {
		return a.Account
	}
	return ""
}

func encodeDetail(d broker.Detail) json.RawMessage {
	b, err := agencies.Canonical(d)
	if err != nil {
		panic("exchange: encode detail: " + err.Error()) // own types only
	}
	return b
}

// reply tells the sender what was recorded. Nothing that goes wrong here makes it
// undone.
func (x *Exchange) reply(ctx context.Context, agency *agencies.Agency, entries []entry, cp tlog.Checkpoint) *broker.Reply {
	r := &broker.Reply{Status: broker.StatusDone, Checkpoint: cp.Note}
	size := len(cp.Note)
	for _, e := range entries {
		own := e.att.To == agency.ID || e.att.From == agency.ID
		if size += len(e.raw) * 4 / 3; own && size < pageBytes {
			r.Records = append(r.Records, e.raw)
		}
	}
	first := entries[0]
	d := first.att.Decision
	if d != nil {
		r.Decision, r.Outcome = d, d.Outcome
	}
	switch rec := first.att.Receipt; {
	case first.att.Act == broker.ActReject && rec != nil:
		r.Status = broker.StatusRefused
		r.Error = &broker.ReplyError{Code: rec.Reason, Field: rec.Field, Rule: rec.Rule, Message: rec.Reason.Text(), Exit: rec.Reason.Exit()}
	case d != nil && d.Outcome != policy.Permitted && !broker.Advises(first.att.Act):
		r.Status = broker.StatusWaiting
		r.Error = broker.NewReplyError(broker.ReasonOf(d.Outcome), nil)
	case first.att.Act == broker.ActRetrieve:
		x.addGrant(ctx, r, first)
	}
	return r
}

// addGrant opens the way to what a recorded retrieval may fetch, or says why it is
// shut by now.
func (x *Exchange) addGrant(ctx context.Context, r *broker.Reply, e entry) {
	g, err := x.grant(ctx, e)
	if err == nil {
		r.Grants = append(r.Grants, g)
		return
	}
	code := reasonFor(err)
	if errors.Is(err, policy.ErrPermit) {
		code = broker.ReasonDeadline // a permit lives minutes; another retrieval is decided anew
	}
	x.log.Warn("retrieval recorded, but not granted", "request", e.att.Case, "agency", e.att.From, "err", err)
	r.Status, r.Error = broker.StatusRefused, broker.NewReplyError(code, nil)
	if transient(code) {
		r.Status = broker.StatusFailed
	}
}
