package vault

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/minio/minio-go/v7"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/evidence"
)

const checksumHeader = "X-Amz-Checksum-Sha256"

// Upload is one planned upload. The broker gives it to the gateway; it holds no secret.
type Upload struct {
	ID       string             `json:"id"`
	State    agencies.State     `json:"state"`
	Case     string             `json:"case"`
	Exhibit  evidence.ExhibitID `json:"exhibit"`
	Size     int64              `json:"size"` // of the sealed bytes, known before sealing: evidence.SealedSize
	PartSize int64              `json:"part_size"`
}

// Parts is how many parts the upload has.
func (u Upload) Parts() int { return int((u.Size + u.PartSize - 1) / u.PartSize) }

// PartLen is how long part n is, counting from 1; 0 if there is no such part.
func (u Upload) PartLen(n int) int64 {
	if n < 1 || n > u.Parts() {
		return 0
	}
	return min(u.PartSize, u.Size-int64(n-1)*u.PartSize)
}

// Part is one part of an upload. ETag is known once it is stored.
type Part struct {
	Number int             `json:"number"`
	Digest agencies.Digest `json:"digest"` // SHA-256 of this part of the sealed bytes
	ETag   string          `json:"etag,omitempty"`
}

// PartRequest is a presigned PUT of one part. URL and Header are a capability.
type PartRequest struct {
	Number  int         `json:"number"`
	URL     string      `json:"url"`
	Header  http.Header `json:"header"` // signed too, to be sent as it is
	Expires time.Time   `json:"expires"`
}

// String keeps the capability out of logs.
func (p PartRequest) String() string { return "part " + strconv.Itoa(p.Number) }

// PartSizeFor gives the part size for a sealed size: 16 MiB, or as much more as
// the limit of 10 000 parts demands.
func PartSizeFor(size int64) int64 {
	ps := DefaultPartSize
	for (size+ps-1)/ps > maxParts {
		ps *= 2
	}
	return ps
}

func (u Upload) check() error {
	switch {
	case u.Size <= 0:
		return fmt.Errorf("%w: sealed bytes are never empty", ErrConfig)
	case u.PartSize < MinPartSize:
		return fmt.Errorf("%w: a part has at least %d bytes", ErrConfig, MinPartSize)
	case (u.Size-1)/u.PartSize >= maxParts:
		return fmt.Errorf("%w: an upload has at most %d parts", ErrConfig, maxParts)
	}
	return nil
}

// BeginUpload plans the upload of one exhibit's sealed bytes into the bucket of
// the State where the evidence must stay. size is exact; partSize 0 means
// PartSizeFor(size).
func (v *Vault) BeginUpload(ctx context.Context, state agencies.State, caseID string, exhibit evidence.ExhibitID, size, partSize int64) (Upload, error) {
	if partSize == 0 {
		partSize = PartSizeFor(size)
	}
	u := Upload{State: state, Case: caseID, Exhibit: exhibit, Size: size, PartSize: partSize}
	if err := u.check(); err != nil {
		return Upload{}, fmt.Errorf("begin upload: %w", err)
	}
	k, err := key(caseID, exhibit)
	if err != nil {
		return Upload{}, fmt.Errorf("begin upload: %w", err)
	}
	bucket, _, err := v.ensureStateBucket(ctx, state)
	if err != nil {
		return Upload{}, fmt.Errorf("begin upload: %w", err)
	}
	// Announcing SHA-256 makes a server that keeps the rule refuse a part that
	// comes without its checksum.
	u.ID, err = v.s3.NewMultipartUpload(ctx, bucket, k, minio.PutObjectOptions{
		ContentType:  "application/octet-stream",
		UserMetadata: map[string]string{"X-Amz-Checksum-Algorithm": "SHA256"},
	})
	if err != nil {
		return Upload{}, storeErr("begin upload", err)
	}
	return u, nil
}

// SignParts returns one presigned PUT per part, bound by signature to upload,
// number, length and SHA-256: whoever gets hold of the URL can store these bytes
// there and no others. Called again for a part, it signs again.
func (v *Vault) SignParts(ctx context.Context, u Upload, parts []Part) ([]PartRequest, error) {
	bucket, k, err := v.place(u)
	if err != nil {
		return nil, fmt.Errorf("sign parts: %w", err)
	}
	out := make([]PartRequest, 0, len(parts))
	for _, p := range parts {
		n := u.PartLen(p.Number)
		if n == 0 {
			return nil, fmt.Errorf("sign parts: %w: upload has no part %d", ErrNotFound, p.Number)
		}
		sum, err := partSum(p)
		if err != nil {
			return nil, fmt.Errorf("sign parts: %w", err)
		}
		h := http.Header{}
		h.Set(checksumHeader, sum)
		h.Set("Content-Length", strconv.FormatInt(n, 10))
		q := url.Values{"uploadId": {u.ID}, "partNumber": {strconv.Itoa(p.Number)}}
		expires := v.cfg.Now().UTC().Add(v.cfg.URLTTL)
		signed, err := v.presign.PresignHeader(ctx, http.MethodPut, bucket, k, v.cfg.URLTTL, q, h)
		if err != nil {
			return nil, storeErr("sign parts", err)
		}
		out = append(out, PartRequest{Number: p.Number, URL: signed.String(), Header: h, Expires: expires})
	}
	return out, nil
}

// CompleteUpload joins the parts, reads the new version again from the store and
// holds size and SHA-256 against want. Only then does it put the retention on it
// and return the Object; nothing may be recorded before. A version that differs
// is deleted, and the error is [ErrMismatch].
//
// Asked again after an answer was lost, it finds the stored version and goes on.
func (v *Vault) CompleteUpload(ctx context.Context, u Upload, parts []Part, want agencies.Digest) (evidence.Object, error) {
	bucket, k, err := v.place(u)
	if err != nil {
		return evidence.Object{}, fmt.Errorf("complete upload: %w", err)
	}
	done := make([]minio.CompletePart, 0, len(parts))
	for i, p := range parts {
		sum, err := partSum(p)
		if err != nil {
			return evidence.Object{}, fmt.Errorf("complete upload: %w", err)
		}
		if p.Number != i+1 || p.ETag == "" {
			return evidence.Object{}, fmt.Errorf("complete upload: %w: part %d is missing", ErrNotFound, i+1)
		}
		done = append(done, minio.CompletePart{PartNumber: p.Number, ETag: p.ETag, ChecksumSHA256: sum})
	}
	if len(done) != u.Parts() {
		return evidence.Object{}, fmt.Errorf("complete upload: %w: %d of %d parts are here", ErrNotFound, len(done), u.Parts())
	}
	obj := evidence.Object{Bucket: bucket, Key: k, Size: u.Size, Digest: want}
	info, err := v.s3.CompleteMultipartUpload(ctx, bucket, k, u.ID, done, minio.PutObjectOptions{})
	obj.VersionID = info.VersionID
	switch {
	case err != nil && minio.ToErrorResponse(err).Code != minio.NoSuchUpload:
		return evidence.Object{}, storeErr("complete upload", err)
	case obj.VersionID == "":
		// Joined before: some servers say so, others know the upload no longer.
		if obj.VersionID, err = v.storedBefore(ctx, obj); err != nil {
			return evidence.Object{}, fmt.Errorf("complete upload: %w", err)
		}
	}
	if err := v.Verify(ctx, obj); err != nil {
		if errors.Is(err, ErrMismatch) {
			// Not recorded and not under retention yet, so it can go.
			rm := minio.RemoveObjectOptions{VersionID: obj.VersionID}
			if rerr := v.s3.RemoveObject(ctx, bucket, k, rm); rerr != nil {
				err = errors.Join(err, storeErr("remove refused version", rerr))
			}
		}
		return evidence.Object{}, fmt.Errorf("complete upload: %w", err)
	}
	if err := v.retain(ctx, u.State, obj); err != nil {
		return evidence.Object{}, fmt.Errorf("complete upload: %w", err)
	}
	return obj, nil
}

// AbortUpload throws away what was stored of an upload. An upload that does not
// exist, or no longer, is no error.
func (v *Vault) AbortUpload(ctx context.Context, u Upload) error {
	bucket, k, err := v.place(u)
	if err != nil {
		return fmt.Errorf("abort upload: %w", err)
	}
	err = v.s3.AbortMultipartUpload(ctx, bucket, k, u.ID)
	if minio.ToErrorResponse(err).Code == minio.NoSuchUpload {
		return nil
	}
	return storeErr("abort upload", err)
}

// Verify reads the version from the store and holds its size and SHA-256 against
// what obj says. It returns [ErrMismatch] or [ErrNotFound].
func (v *Vault) Verify(ctx context.Context, obj evidence.Object) error {
	if _, _, err := v.locate(obj); err != nil {
		return fmt.Errorf("verify object: %w", err)
	}
	r, _, _, err := v.s3.GetObject(ctx, obj.Bucket, obj.Key, minio.GetObjectOptions{VersionID: obj.VersionID})
	if err != nil {
		return versionErr("verify object", err)
	}
	defer r.Close()
	h := sha256.New()
	n, err := copyHash(h, io.LimitReader(r, obj.Size+1))
	if err != nil {
		return storeErr("verify object", err)
	}
	if n != obj.Size {
		return fmt.Errorf("verify object: %w: stored size is not %d", ErrMismatch, obj.Size)
	}
	if digestOf(h) != obj.Digest {
		return fmt.Errorf("verify object: %w: digest of the stored bytes", ErrMismatch)
	}
	return nil
}

// storedBefore finds the version that an earlier, unanswered CompleteUpload left.
// The digest decides, so an older or foreign version is never taken for it.
func (v *Vault) storedBefore(ctx context.Context, obj evidence.Object) (string, error) {
	for info := range v.s3.ListObjectsIter(ctx, obj.Bucket, minio.ListObjectsOptions{Prefix: obj.Key, WithVersions: true}) {
		if info.Err != nil {
			return "", storeErr("look for stored version", info.Err)
		}
		if info.Key != obj.Key || info.IsDeleteMarker || info.Size != obj.Size {
			continue
		}
		obj.VersionID = info.VersionID
		if err := v.Verify(ctx, obj); err == nil {
			return info.VersionID, nil
		} else if !errors.Is(err, ErrMismatch) {
			return "", err
		}
	}
	return "", fmt.Errorf("%w: upload is neither open nor stored", ErrNotFound)
}

// retain puts the configured retention on one version. It is set per object: a
// default of the bucket is not stamped by every server.
func (v *Vault) retain(ctx context.Context, state agencies.State, obj evidence.Object) error {
	if v.cfg.Mode == NoLock {
		return nil
	}
	_, locks, err := v.ensureStateBucket(ctx, state)
	if err != nil || !locks {
		return err
	}
	mode := minio.RetentionMode(v.cfg.Mode)
	until := v.cfg.Now().UTC().Add(v.cfg.Retention)
	err = v.s3.PutObjectRetention(ctx, obj.Bucket, obj.Key, minio.PutObjectRetentionOptions{
		Mode: &mode, RetainUntilDate: &until, VersionID: obj.VersionID,
	})
	return storeErr("set retention", err)
}

func (v *Vault) place(u Upload) (bucket, k string, err error) {
	if err := u.check(); err != nil {
		return "", "", err
	}
	if u.ID == "" {
		return "", "", fmt.Errorf("%w: upload has no id", ErrNotFound)
	}
	if k, err = key(u.Case, u.Exhibit); err != nil {
		return "", "", err
	}
	bucket, err = v.stateBucket(u.State)
	return bucket, k, err
}

// partSum is the digest in the form of the checksum header.
func partSum(p Part) (string, error) {
	b := p.Digest.Bytes()
	if len(b) != sha256.Size {
		return "", fmt.Errorf("part %d: %w", p.Number, &agencies.FieldError{
			Field: "digest", Rule: agencies.RuleFormat, Detail: "must be a sha-256 digest"})
	}
	return base64.StdEncoding.EncodeToString(b), nil
}

func digestOf(h hash.Hash) agencies.Digest {
	return agencies.Digest(agencies.SHA256Prefix + hex.EncodeToString(h.Sum(nil)))
}

func copyHash(h hash.Hash, r io.Reader) (int64, error) {
	return io.CopyBuffer(h, r, make([]byte, 256<<10))
}
