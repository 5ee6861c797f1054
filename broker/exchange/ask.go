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
	var r *broker.AskReply
	var err error
	switch q.What {
	case broker.AskList:
		r, err = x.askList(agency)
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
	case broker.AskProof:
		r, err = x.askProof(ctx, agency, q)
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

func (x *Exchange) askList(agency *agencies.Agency) (*broker.AskReply, error) {
	r := &broker.AskReply{}
	for _, c := range x.world.cases() {
		if v, ok := c.ViewFor(agency.ID, agency.Kind); ok {
			// The list is a table of contents; the acts come with the case.
			v.Acts, v.Receipts, v.Decisions = nil, nil, nil
			r.Views = append(r.Views, v)
		}
	}
	return r, nil
}

// view finds a case for a party of it. A stranger learns not even that it exists.
func (x *Exchange) view(agency *agencies.Agency, caseID string) (broker.View, error) {
	c, ok := x.world.look(caseID)
	if ok {
		if v, ok := c.ViewFor(agency.ID, agency.Kind); ok {
			return v, nil
		}
	}
	return broker.View{}, errNotFound
}

func (x *Exchange) askCase(agency *agencies.Agency, q broker.Ask) (*broker.AskReply, error) {
	v, err := x.view(agency, q.Case)
	if err != nil {
		return nil, err
	}
	return &broker.AskReply{Views: []broker.View{v}}, nil
}

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
	r := &broker.AskReply{}
	size := 0
	for seq := q.After + 1; seq <= x.cfg.Tree.Size(); seq++ {
		msg, err := stream.GetMsg(ctx, seq)
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
		}
		if !mayRead(msg.Subject, agency, q.Case) {
			continue
		}
		// Base64 makes three bytes four.
		if size += len(msg.Data) * 4 / 3; len(r.Records) == limit || size > pageBytes {
			r.More = true
			break
		}
		r.Records = append(r.Records, msg.Data)
	}
	return r, nil
}

// askKeys gives an agency the key wraps of one act that are addressed to it.
func (x *Exchange) askKeys(ctx context.Context, agency *agencies.Agency, q broker.Ask) (*broker.AskReply, error) {
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
	if !ok || !slices.Contains(c.Parties.Roles(agency.ID), broker.RoleAddressee) {
		return nil, errNotFound
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
	x.verified.Store(obj, struct{}{})
	return uploadReply(broker.UploadReply{Upload: u.Upload, State: agency.State, Size: u.Size, PartSize: u.PartSize, Object: &obj})
}

func uploadReply(u broker.UploadReply) (*broker.AskReply, error) {
	return &broker.AskReply{Upload: &u}, nil
}

func (x *Exchange) askTrust(q broker.Ask) (*broker.AskReply, error) {
	files, err := x.world.versions(int(q.After))
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
