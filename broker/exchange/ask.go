package exchange

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/broker/embedded"
	"github.com/rogatory/rogatory/evidence/vault"
)

// pageBytes bounds the records of one answer, with room for the rest of it.
const pageBytes = broker.MaxMessage * 3 / 4

// answer answers one question of an agency, about what that agency may see. It
// changes nothing in the ledger.
func (x *Exchange) answer(ctx context.Context, agency *agencies.Agency, data []byte) *broker.AskReply {
	var q broker.Ask
	if err := broker.DecodeMessage(data, &q); err != nil {
		return askFailed(broker.ReasonMalformed, err)
	}
	if err := x.ledger.settled(); err != nil {
		return askFailed(reasonFor(err), nil)
	}
	var r *broker.AskReply
	var err error
	switch q.What {
	case broker.AskList:
		r, err = x.askList(agency, q)
	case broker.AskCase:
		r, err = x.askCase(agency, q)
	case broker.AskRecords:
		r, err = x.askRecords(ctx, agency, q)
	case broker.AskKeys:
		r, err = x.askKeys(ctx, agency, q)
	case broker.AskUpload:
		r, err = x.askUpload(ctx, agency, q)
	case broker.AskTrust:
		r, err = x.askTrust(q)
	case broker.AskPolicy:
		r, err = x.askPolicy(ctx, q)
	case broker.AskProof:
		r, err = x.askProof(ctx, agency, q)
	case broker.AskSimulate:
		r, err = x.askSimulate(ctx, agency, q)
	default:
		err = &agencies.FieldError{Field: "what", Rule: agencies.RuleUnknown, Detail: "is no question of this version"}
	}
	if err != nil {
		return askFailed(reasonFor(err), err)
	}
	r.Status = broker.StatusDone
	return r
}

func askFailed(code broker.ReasonCode, err error) *broker.AskReply {
	return &broker.AskReply{Status: broker.StatusRefused, Error: broker.NewReplyError(code, err)}
}

// askList lists the requests of an agency, the oldest first. After is the place of
// the first record of the last one it has.
func (x *Exchange) askList(agency *agencies.Agency, q broker.Ask) (*broker.AskReply, error) {
	r := &broker.AskReply{}
	size := 0
	for _, c := range x.world.list(func(c *broker.Case) bool { return c.Order != nil && began(c) > q.After }) {
		v, ok := x.viewOf(&c, agency)
		if !ok {
			continue
		}
		// The list is a table of contents; of the acts the first says where the
		// request began, the others come with the case.
		v.Acts, v.Receipts, v.Decisions, v.Exhibits = v.Acts[:1], nil, nil, nil
		n, err := sizeOf(v)
		if err != nil {
			return nil, err
		}
		if size += n; len(r.Views) > 0 && (size > pageBytes || len(r.Views) == q.Limit) {
			r.More = true
			break
		}
		r.Views = append(r.Views, v)
	}
	return r, nil
}

func sizeOf(v any) (int, error) {
	b, err := agencies.Canonical(v)
	return len(b), err
}

// viewOf is a case as an agency sees it, once anything of it has reached that
// agency: an order that was refused, or waits, is nothing to who it names.
func (x *Exchange) viewOf(c *broker.Case, agency *agencies.Agency) (broker.View, bool) {
	if agency.Kind != agencies.Oversight && c.Opener != agency.ID &&
		!slices.ContainsFunc(c.Acts, func(e broker.Entry) bool { return e.To == agency.ID || e.From == agency.ID }) {
		return broker.View{}, false
	}
	return c.ViewFor(agency.ID, agency.Kind)
}

// askCase shows one case. A stranger learns not even that it exists. A case that
// has grown too long for one answer shows its newest acts, receipts and decisions;
// the records have them all.
func (x *Exchange) askCase(agency *agencies.Agency, q broker.Ask) (*broker.AskReply, error) {
	c, ok := x.world.look(q.Case)
	if !ok {
		return nil, errNotFound
	}
	v, ok := x.viewOf(&c, agency)
	if !ok {
		return nil, errNotFound
	}
	r := &broker.AskReply{}
	for {
		n, err := sizeOf(v)
		if err != nil {
			return nil, err
		}
		if n <= pageBytes || len(v.Acts)+len(v.Receipts)+len(v.Decisions) <= 3 {
			r.Views = []broker.View{v}
			return r, nil
		}
		v.Acts, v.Receipts, v.Decisions = newerHalf(v.Acts), newerHalf(v.Receipts), newerHalf(v.Decisions)
		r.More = true
	}
}

func newerHalf[T any](list []T) []T { return list[len(list)/2:] }

// askRecords pages through the records that lie in the agency's inbox or came
// from it, of one case or of all.
func (x *Exchange) askRecords(ctx context.Context, agency *agencies.Agency, q broker.Ask) (*broker.AskReply, error) {
	stream, err := x.js.Stream(ctx, embedded.StreamName)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	limit := q.Limit
	if limit == 0 {
		limit = 100
	}
	filters := recordFilters(agency, q.Case)
	heads := make([]*jetstream.RawStreamMsg, len(filters)) // next record under each filter
	next := func(i int, from uint64) error {
		msg, err := stream.GetMsg(ctx, from, jetstream.WithGetMsgSubject(filters[i]))
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			msg, err = nil, nil
		}
		heads[i] = msg
		return err
	}
	for i := range filters {
		if err := next(i, q.After+1); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
		}
	}
	r := &broker.AskReply{}
	size := 0
	for {
		var first *jetstream.RawStreamMsg
		for _, h := range heads {
			if h != nil && (first == nil || h.Sequence < first.Sequence) {
				first = h
			}
		}
		// What is not in the tree yet is not recorded yet.
		if first == nil || first.Sequence > x.cfg.Tree.Size() {
			return r, nil
		}
		// Base64 makes three bytes four.
		if size += len(first.Data) * 4 / 3; len(r.Records) > 0 && (len(r.Records) == limit || size > pageBytes) {
			r.More = true
			return r, nil
		}
		if size > broker.MaxMessage-8<<10 {
			return nil, &agencies.FieldError{Rule: agencies.RuleSize, Detail: fmt.Sprintf("record %d does not fit into an answer; it lies in the inbox", first.Sequence)}
		}
		r.Records = append(r.Records, first.Data)
		for i, h := range heads {
			if h != nil && h.Sequence == first.Sequence {
				if err := next(i, first.Sequence+1); err != nil {
					return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
				}
			}
		}
	}
}

// askKeys gives an agency the key wraps of one act that are addressed to it, once
// anything of the case has reached it.
func (x *Exchange) askKeys(ctx context.Context, agency *agencies.Agency, q broker.Ask) (*broker.AskReply, error) {
	c, ok := x.world.look(q.Case)
	if _, sees := x.viewOf(&c, agency); !ok || !sees {
		return nil, errNotFound
	}
	wraps, err := x.cfg.Vault.Wraps(ctx, q.Case, q.Act, agency.ID)
	if err != nil {
		return nil, err
	}
	return &broker.AskReply{Wraps: wraps}, nil
}

// askUpload begins, signs or completes the deposit of one exhibit. Only who may
// produce in the case may deposit; what is deposited counts for nothing until a
// produce act names it.
func (x *Exchange) askUpload(ctx context.Context, agency *agencies.Agency, q broker.Ask) (*broker.AskReply, error) {
	c, ok := x.world.look(q.Case)
	if v, sees := x.viewOf(&c, agency); !ok || !sees || !slices.Contains(v.Roles, broker.RoleAddressee) {
		return nil, errNotFound
	}
	if !slices.Contains([]broker.Phase{broker.PhaseReceived, broker.PhaseRecognised, broker.PhaseProducing}, c.State.Phase) {
		return nil, &refusal{code: broker.ReasonTransition, err: &agencies.FieldError{Field: "case", Rule: "state", Detail: "takes no evidence in this state"}}
	}
	var u broker.UploadAsk
	if err := agencies.DecodeStrict(q.Body, &u); err != nil {
		return nil, err
	}
	switch u.Step {
	case broker.UploadBegin:
		plan, err := x.cfg.Vault.BeginUpload(ctx, agency.State, q.Case, q.Exhibit, u.Size, 0)
		if err != nil {
			return nil, err
		}
		return uploadReply(broker.UploadReply{Upload: plan.ID, State: plan.State, Size: plan.Size, PartSize: plan.PartSize})
	case broker.UploadSign, broker.UploadComplete, broker.UploadAbort:
	default:
		return nil, &agencies.FieldError{Field: "body.step", Rule: agencies.RuleUnknown, Detail: "must be begin, sign, complete or abort"}
	}
	plan := vault.Upload{ID: u.Upload, State: agency.State, Case: q.Case, Exhibit: q.Exhibit, Size: u.Size, PartSize: u.PartSize}
	parts := make([]vault.Part, len(u.Parts))
	for i, p := range u.Parts {
		parts[i] = vault.Part{Number: p.Number, Digest: p.Digest, ETag: p.ETag}
	}
	switch u.Step {
	case broker.UploadSign:
		signed, err := x.cfg.Vault.SignParts(ctx, plan, parts)
		if err != nil {
			return nil, err
		}
		r := &broker.AskReply{}
		for _, s := range signed {
			r.Grants = append(r.Grants, broker.Grant{Part: s.Number, Method: "PUT", URL: s.URL, Header: s.Header, Expires: s.Expires, Upload: u.Upload})
		}
		return r, nil
	case broker.UploadAbort:
		return &broker.AskReply{}, x.cfg.Vault.AbortUpload(ctx, plan)
	}
	obj, err := x.cfg.Vault.CompleteUpload(ctx, plan, parts, u.Digest)
	if err != nil {
		return nil, err
	}
	x.verified.Store(place{obj, agency.State, q.Case, q.Exhibit}, struct{}{})
	return uploadReply(broker.UploadReply{Upload: u.Upload, State: agency.State, Size: u.Size, PartSize: u.PartSize, Object: &obj})
}

func uploadReply(u broker.UploadReply) (*broker.AskReply, error) {
	return &broker.AskReply{Upload: &u}, nil
}

func (x *Exchange) askTrust(q broker.Ask) (*broker.AskReply, error) {
	files, err := x.world.versions(q.After)
	if err != nil {
		return nil, err
	}
	r := &broker.AskReply{}
	size := 0
	for _, f := range files {
		if size += len(f) * 4 / 3; len(r.Trust) > 0 && size > pageBytes {
			r.More = true
			break
		}
		r.Trust = append(r.Trust, f)
	}
	return r, nil
}

// askProof gives the newest checkpoint and, with After, the proof that the record
// of that sequence is in the tree.
func (x *Exchange) askProof(ctx context.Context, agency *agencies.Agency, q broker.Ask) (*broker.AskReply, error) {
	r := &broker.AskReply{Checkpoint: x.cfg.Tree.Checkpoint().Note}
	if q.After == 0 {
		return r, nil
	}
	stream, err := x.js.Stream(ctx, embedded.StreamName)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	msg, err := stream.GetMsg(ctx, q.After)
	if errors.Is(err, jetstream.ErrMsgNotFound) || err == nil && !mayRead(msg.Subject, agency, q.Case) {
		return nil, errNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	proof, err := x.cfg.Tree.InclusionProof(ctx, q.After-1)
	if err != nil {
		return nil, err
	}
	r.Proof, err = proof.Marshal()
	return r, err
}
