package embedded

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/google/uuid"
	"github.com/versity/versitygw/backend"
	"github.com/versity/versitygw/backend/posix"
	"github.com/versity/versitygw/s3err"
	"github.com/versity/versitygw/s3response"
)

// store is the gateway's posix backend with the promise that what is answered
// is durable: each method that changes names syncs them, and the directories
// up to the root, before it returns. Attributes are synced by attributes.
type store struct {
	*posix.Posix
	attrs    *attributes
	dir      string
	objects  string
	versions string
	root     os.FileInfo
	log      *slog.Logger
	// broken is set by the first failed sync and never cleared: writes are
	// refused until the process has been restarted.
	broken atomic.Bool

	mu         sync.Mutex
	completing map[string]bool // upload ids being completed; owned by mu
}

var _ backend.Backend = (*store)(nil)

// ready refuses to write when a sync has failed before, or when somebody has
// moved the working directory, which the gateway's relative paths hang on.
func (s *store) ready() error {
	if s.broken.Load() {
		return s3err.GetAPIError(s3err.ErrInternalError)
	}
	here, err := os.Stat(".")
	if err != nil || !os.SameFile(here, s.root) {
		s.report(fmt.Errorf("working directory moved away from the objects: %w", errSync))
		return s3err.GetAPIError(s3err.ErrInternalError)
	}
	return nil
}

// settle makes the outcome of an operation on one object durable, failed ones
// too: they may have left a changed name.
func (s *store) settle(bucket, key *string, failed error) error {
	s.note(failed)
	if bucket == nil || key == nil || skipNames.Load() {
		return failed
	}
	err := syncUp(filepath.Join(s.objects, *bucket, *key), s.objects)
	if err == nil {
		sum := fmt.Sprintf("%x", sha256.Sum256([]byte(*key)))
		err = syncUp(filepath.Join(s.versions, *bucket, sum[:2], sum[2:4], sum[4:6], sum), s.versions)
	}
	return s.outcome(failed, err)
}

// settleUpload does the same for a multipart upload or one of its parts.
func (s *store) settleUpload(bucket, key *string, rest string, failed error) error {
	s.note(failed)
	if bucket == nil || key == nil || skipNames.Load() {
		return failed
	}
	return s.outcome(failed, syncUp(filepath.Join(s.uploads(*bucket, *key), rest), s.objects))
}

func (s *store) settleBucket(bucket string, failed error) error {
	s.note(failed)
	if skipNames.Load() {
		return failed
	}
	err := errors.Join(syncUp(filepath.Join(s.objects, bucket), s.objects), syncUp(filepath.Join(s.versions, bucket), s.versions))
	return s.outcome(failed, err)
}

func (s *store) outcome(failed, unsynced error) error {
	if unsynced != nil {
		s.note(unsynced)
		return s3err.GetAPIError(s3err.ErrInternalError)
	}
	return failed
}

// note remembers a failed sync.
func (s *store) note(err error) {
	if errors.Is(err, errSync) {
		s.report(err)
	}
}

func (s *store) report(err error) {
	if !s.broken.Swap(true) && s.log != nil {
		s.log.Error("objects cannot be stored safely, writes are refused until restart", "err", err)
	}
}

// uploads is the directory of all uploads for one key.
func (s *store) uploads(bucket, key string) string {
	return filepath.Join(s.objects, bucket, posix.MetaTmpMultipartDir, fmt.Sprintf("%x", sha256.Sum256([]byte(key))))
}

// CreateBucket implements backend.Backend.
func (s *store) CreateBucket(ctx context.Context, in *s3.CreateBucketInput, acl []byte) error {
	if err := s.ready(); err != nil {
		return err
	}
	return s.settleBucket(deref(in.Bucket), s.Posix.CreateBucket(ctx, in, acl))
}

// DeleteBucket implements backend.Backend.
func (s *store) DeleteBucket(ctx context.Context, bucket string) error {
	if err := s.ready(); err != nil {
		return err
	}
	return s.settleBucket(bucket, s.Posix.DeleteBucket(ctx, bucket))
}

// PutObject implements backend.Backend.
func (s *store) PutObject(ctx context.Context, in s3response.PutObjectInput) (s3response.PutObjectOutput, error) {
	if err := s.ready(); err != nil {
		return s3response.PutObjectOutput{}, err
	}
	if err := checkKey(in.Key); err != nil {
		return s3response.PutObjectOutput{}, err
	}
	out, err := s.Posix.PutObject(ctx, in)
	if err == nil {
		err = s.attrs.forgetUpload(in.Bucket, in.Key)
	}
	return out, s.settle(in.Bucket, in.Key, err)
}

// CopyObject implements backend.Backend.
func (s *store) CopyObject(ctx context.Context, in s3response.CopyObjectInput) (s3response.CopyObjectOutput, error) {
	if err := s.ready(); err != nil {
		return s3response.CopyObjectOutput{}, err
	}
	if err := checkKey(in.Key); err != nil {
		return s3response.CopyObjectOutput{}, err
	}
	out, err := s.Posix.CopyObject(ctx, in)
	if err == nil {
		err = s.attrs.forgetUpload(in.Bucket, in.Key)
	}
	return out, s.settle(in.Bucket, in.Key, err)
}

// DeleteObject implements backend.Backend.
func (s *store) DeleteObject(ctx context.Context, in *s3.DeleteObjectInput) (*s3.DeleteObjectOutput, error) {
	if err := s.ready(); err != nil {
		return nil, err
	}
	if err := checkKey(in.Key); err != nil {
		return nil, err
	}
	out, err := s.Posix.DeleteObject(ctx, in)
	return out, s.settle(in.Bucket, in.Key, err)
}

// DeleteObjects implements backend.Backend.
func (s *store) DeleteObjects(ctx context.Context, in *s3.DeleteObjectsInput) (s3response.DeleteResult, error) {
	if err := s.ready(); err != nil {
		return s3response.DeleteResult{}, err
	}
	if in.Delete == nil {
		return s3response.DeleteResult{}, s3err.GetAPIError(s3err.ErrMalformedXML)
	}
	for _, object := range in.Delete.Objects {
		if err := checkKey(object.Key); err != nil {
			return s3response.DeleteResult{}, err
		}
	}
	out, err := s.Posix.DeleteObjects(ctx, in)
	for _, object := range in.Delete.Objects {
		err = s.settle(in.Bucket, object.Key, err)
	}
	return out, err
}

// CreateMultipartUpload implements backend.Backend.
func (s *store) CreateMultipartUpload(ctx context.Context, in s3response.CreateMultipartUploadInput) (s3response.InitiateMultipartUploadResult, error) {
	if err := s.ready(); err != nil {
		return s3response.InitiateMultipartUploadResult{}, err
	}
	if err := checkKey(in.Key); err != nil {
		return s3response.InitiateMultipartUploadResult{}, err
	}
	out, err := s.Posix.CreateMultipartUpload(ctx, in)
	return out, s.settleUpload(in.Bucket, in.Key, out.UploadId, err)
}

// UploadPart implements backend.Backend.
func (s *store) UploadPart(ctx context.Context, in *s3.UploadPartInput) (*s3.UploadPartOutput, error) {
	if err := s.ready(); err != nil {
		return nil, err
	}
	if err := checkUpload(in.UploadId); err != nil {
		return nil, err
	}
	out, err := s.Posix.UploadPart(ctx, in)
	return out, s.settleUpload(in.Bucket, in.Key, partName(in.UploadId, in.PartNumber), err)
}

// UploadPartCopy implements backend.Backend.
func (s *store) UploadPartCopy(ctx context.Context, in *s3.UploadPartCopyInput) (s3response.CopyPartResult, error) {
	if err := s.ready(); err != nil {
		return s3response.CopyPartResult{}, err
	}
	if err := checkUpload(in.UploadId); err != nil {
		return s3response.CopyPartResult{}, err
	}
	out, err := s.Posix.UploadPartCopy(ctx, in)
	return out, s.settleUpload(in.Bucket, in.Key, partName(in.UploadId, in.PartNumber), err)
}

// AbortMultipartUpload implements backend.Backend.
func (s *store) AbortMultipartUpload(ctx context.Context, in *s3.AbortMultipartUploadInput) error {
	if err := s.ready(); err != nil {
		return err
	}
	if err := checkUpload(in.UploadId); err != nil {
		return err
	}
	return s.settleUpload(in.Bucket, in.Key, "", s.Posix.AbortMultipartUpload(ctx, in))
}

// ListParts implements backend.Backend.
func (s *store) ListParts(ctx context.Context, in *s3.ListPartsInput) (s3response.ListPartsResult, error) {
	if err := checkUpload(in.UploadId); err != nil {
		return s3response.ListPartsResult{}, err
	}
	return s.Posix.ListParts(ctx, in)
}

// CompleteMultipartUpload implements backend.Backend. The gateway answers a
// second, concurrent completion with success before there is an object, and a
// late one with success if there is any object under the key. Here the second
// is told to come again, and the late one succeeds only if this very upload
// made the object.
func (s *store) CompleteMultipartUpload(ctx context.Context, in *s3.CompleteMultipartUploadInput) (s3response.CompleteMultipartUploadResult, string, error) {
	var none s3response.CompleteMultipartUploadResult
	if err := s.ready(); err != nil {
		return none, "", err
	}
	if err := checkUpload(in.UploadId); err != nil {
		return none, "", err
	}
	if in.Bucket == nil || in.Key == nil {
		return none, "", s3err.GetAPIError(s3err.ErrInvalidRequest)
	}
	id := *in.UploadId
	if !s.claim(id) {
		return none, "", s3err.GetAPIError(s3err.ErrSlowDown)
	}
	defer s.release(id)
	_, err := os.Stat(filepath.Join(s.uploads(*in.Bucket, *in.Key), id))
	if errors.Is(err, fs.ErrNotExist) && s.madeBy(*in.Bucket, *in.Key) != id {
		return none, "", s3err.GetNoSuchUploadErr(id)
	}
	out, version, err := s.Posix.CompleteMultipartUpload(ctx, in)
	return out, version, s.settle(in.Bucket, in.Key, err)
}

// madeBy is the id of the upload that made an object, "" if none did.
func (s *store) madeBy(bucket, key string) string {
	data, err := s.attrs.RetrieveAttribute(nil, bucket, key, attrMultipart)
	if err != nil {
		return ""
	}
	m, err := backend.UnmarshalMpUploadMetadata(data, false)
	if err != nil {
		return ""
	}
	return m.UploadID
}

func (s *store) claim(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.completing[id] {
		return false
	}
	s.completing[id] = true
	return true
}

func (s *store) release(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.completing, id)
}

func partName(upload *string, part *int32) string {
	if upload == nil || part == nil {
		return ""
	}
	return filepath.Join(*upload, fmt.Sprint(*part))
}

// checkKey keeps clients out of the gateway's own directory in each bucket,
// where the parts of uploads lie.
func checkKey(key *string) error {
	if key == nil {
		return s3err.GetAPIError(s3err.ErrInvalidRequest)
	}
	if first, _, _ := strings.Cut(filepath.Clean(*key), "/"); first == posix.MetaTmpDir || first == ".." {
		return s3err.GetAPIError(s3err.ErrAccessDenied)
	}
	return nil
}

// checkUpload lets pass what the gateway itself hands out. The id becomes part
// of a path.
func checkUpload(id *string) error {
	if id == nil || len(*id) != 36 || uuid.Validate(*id) != nil {
		return s3err.GetNoSuchUploadErr(deref(id))
	}
	return nil
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
