package vault

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"regexp"

	"github.com/minio/minio-go/v7"

	"github.com/rogatory/rogatory/agencies"
)

var compartmentForm = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,63}$`)

// wrapKey is the only place that forms the key of a wrap.
func wrapKey(caseID, compartment string, agency agencies.ID) (string, error) {
	if err := agencies.CheckID(caseID); err != nil {
		return "", fmt.Errorf("case: %w", err)
	}
	if !compartmentForm.MatchString(compartment) {
		return "", &agencies.FieldError{Field: "compartment", Rule: agencies.RuleFormat, Detail: "must be a code"}
	}
	if err := agency.Check(); err != nil {
		return "", fmt.Errorf("for: %w", err)
	}
	return caseID + "/" + compartment + "/" + string(agency), nil
}

// PutWrap keeps a wrapped case key outside the ledger, where it can be destroyed.
// A second wrap for the same party replaces the first.
func (v *Vault) PutWrap(ctx context.Context, w agencies.KeyWrap) error {
	k, err := wrapKey(w.Case, w.Compartment, w.For)
	if err != nil {
		return fmt.Errorf("put wrap: %w", err)
	}
	if err := w.Check(); err != nil {
		return fmt.Errorf("put wrap: %w", err)
	}
	_, err = v.s3.Client.PutObject(ctx, v.keysBucket(), k, bytes.NewReader(w.Wrapped), int64(len(w.Wrapped)),
		minio.PutObjectOptions{ContentType: "application/octet-stream", DisableMultipart: true})
	return storeErr("put wrap", err)
}

// GetWrap returns the wrapped case key for one party, or ErrNotFound: never
// given, or destroyed.
func (v *Vault) GetWrap(ctx context.Context, caseID, compartment string, agency agencies.ID) (agencies.KeyWrap, error) {
	k, err := wrapKey(caseID, compartment, agency)
	if err != nil {
		return agencies.KeyWrap{}, fmt.Errorf("get wrap: %w", err)
	}
	r, _, _, err := v.s3.GetObject(ctx, v.keysBucket(), k, minio.GetObjectOptions{})
	if err != nil {
		return agencies.KeyWrap{}, storeErr("get wrap", err)
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, agencies.MaxSealedBytes+1))
	if err != nil {
		return agencies.KeyWrap{}, storeErr("get wrap", err)
	}
	if len(b) > agencies.MaxSealedBytes {
		return agencies.KeyWrap{}, fmt.Errorf("get wrap: %w: too long", ErrMismatch)
	}
	return agencies.KeyWrap{Case: caseID, Compartment: compartment, For: agency, Wrapped: b}, nil
}

// DestroyWraps deletes every wrap of a case, or of one of its compartments, and
// looks again that none is left. It checks the bucket first: on one that was made
// to keep versions since the vault started, nothing would be destroyed. The count
// is for the signed disposition certificate; 0 means there was nothing.
func (v *Vault) DestroyWraps(ctx context.Context, caseID, compartment string) (int, error) {
	if err := agencies.CheckID(caseID); err != nil {
		return 0, fmt.Errorf("destroy wraps: case: %w", err)
	}
	prefix := caseID + "/"
	if compartment != "" {
		if !compartmentForm.MatchString(compartment) {
			return 0, fmt.Errorf("destroy wraps: %w", &agencies.FieldError{Field: "compartment", Rule: agencies.RuleFormat, Detail: "must be a code"})
		}
		prefix += compartment + "/"
	}
	if err := v.ensureKeysBucket(ctx); err != nil {
		return 0, fmt.Errorf("destroy wraps: %w", err)
	}
	gone := 0
	for info := range v.s3.ListObjectsIter(ctx, v.keysBucket(), minio.ListObjectsOptions{Prefix: prefix, Recursive: true}) {
		if info.Err != nil {
			return gone, storeErr("destroy wraps", info.Err)
		}
		if err := v.s3.RemoveObject(ctx, v.keysBucket(), info.Key, minio.RemoveObjectOptions{}); err != nil {
			return gone, storeErr("destroy wraps", err)
		}
		gone++
	}
	for info := range v.s3.ListObjectsIter(ctx, v.keysBucket(), minio.ListObjectsOptions{Prefix: prefix, Recursive: true}) {
		if info.Err != nil {
			return gone, storeErr("look for wraps left", info.Err)
		}
		return gone, fmt.Errorf("destroy wraps: %w: one is still there", ErrUnavailable)
	}
	return gone, nil
}
