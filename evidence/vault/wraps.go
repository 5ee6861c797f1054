package vault

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/minio/minio-go/v7"

	"github.com/rogatory/rogatory/agencies"
)

var compartmentForm = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,63}$`)

// wrapKey is the only place that forms the key of a wrap.
func wrapKey(caseID, act, compartment string, agency agencies.ID) (string, error) {
	if err := agencies.CheckID(caseID); err != nil {
		return "", fmt.Errorf("case: %w", err)
	}
	if err := agencies.CheckID(act); err != nil {
		return "", fmt.Errorf("act: %w", err)
	}
	if !compartmentForm.MatchString(compartment) {
		return "", &agencies.FieldError{Field: "compartment", Rule: agencies.RuleFormat, Detail: "must be a code"}
	}
	if err := agency.Check(); err != nil {
		return "", fmt.Errorf("for: %w", err)
	}
	return caseID + "/" + act + "/" + compartment + "/" + string(agency), nil
}

// PutWrap keeps a wrapped case key outside the ledger, where it can be destroyed.
// A second wrap for the same party replaces the first.
func (v *Vault) PutWrap(ctx context.Context, w agencies.KeyWrap) error {
	k, err := wrapKey(w.Case, w.Act, w.Compartment, w.For)
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
func (v *Vault) GetWrap(ctx context.Context, caseID, act, compartment string, agency agencies.ID) (agencies.KeyWrap, error) {
	k, err := wrapKey(caseID, act, compartment, agency)
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
	return agencies.KeyWrap{Case: caseID, Act: act, Compartment: compartment, For: agency, Wrapped: b}, nil
}

// Wraps returns the wraps of one act that are for one party; none when there are
// none, or when they were destroyed.
func (v *Vault) Wraps(ctx context.Context, caseID, act string, agency agencies.ID) ([]agencies.KeyWrap, error) {
	for _, id := range []string{caseID, act} {
		if err := agencies.CheckID(id); err != nil {
			return nil, fmt.Errorf("list wraps: %w", err)
		}
	}
	prefix := caseID + "/" + act + "/"
	var out []agencies.KeyWrap
	for info := range v.s3.ListObjectsIter(ctx, v.keysBucket(), minio.ListObjectsOptions{Prefix: prefix, Recursive: true}) {
		if info.Err != nil {
			return nil, storeErr("list wraps", info.Err)
		}
		compartment, reader, ok := strings.Cut(strings.TrimPrefix(info.Key, prefix), "/")
		if !ok || agencies.ID(reader) != agency {
			continue
		}
		w, err := v.GetWrap(ctx, caseID, act, compartment, agency)
		if err != nil {
			return nil, err
		}
		out = append(out, w)
	}
	return out, nil
}

// DestroyWraps deletes every wrap of a case, or of one of its compartments, and
// looks again that none is left. It checks the bucket first: on one that was made
// to keep versions since the vault started, nothing would be destroyed. The count
// is for the signed disposition certificate; 0 means there was nothing.
func (v *Vault) DestroyWraps(ctx context.Context, caseID, compartment string) (int, error) {
	if err := agencies.CheckID(caseID); err != nil {
		return 0, fmt.Errorf("destroy wraps: case: %w", err)
	}
	if compartment != "" && !compartmentForm.MatchString(compartment) {
		return 0, fmt.Errorf("destroy wraps: %w", &agencies.FieldError{Field: "compartment", Rule: agencies.RuleFormat, Detail: "must be a code"})
	}
	prefix := caseID + "/"
	meant := func(key string) bool {
		parts := strings.Split(strings.TrimPrefix(key, prefix), "/")
		return compartment == "" || len(parts) == 3 && parts[1] == compartment
	}
	if err := v.ensureKeysBucket(ctx); err != nil {
		return 0, fmt.Errorf("destroy wraps: %w", err)
	}
	gone := 0
	for info := range v.s3.ListObjectsIter(ctx, v.keysBucket(), minio.ListObjectsOptions{Prefix: prefix, Recursive: true}) {
		if info.Err != nil {
			return gone, storeErr("destroy wraps", info.Err)
		}
		if !meant(info.Key) {
			continue
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
		if !meant(info.Key) {
			continue
		}
		return gone, fmt.Errorf("destroy wraps: %w: one is still there", ErrUnavailable)
	}
	return gone, nil
}
