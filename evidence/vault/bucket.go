package vault

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/minio/minio-go/v7"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/evidence"
)

// buckets remembers which buckets were found fit, and whether they lock.
type buckets struct {
	mu    sync.Mutex
	known map[string]bool // guarded by mu; value: has object lock
}

func (v *Vault) keysBucket() string { return v.cfg.Prefix + "-keys" }

// stateBucket names the one bucket for a State. No State is called KEYS, so the
// two kinds cannot meet.
func (v *Vault) stateBucket(s agencies.State) (string, error) {
	if err := s.Check(); err != nil {
		return "", err
	}
	return v.cfg.Prefix + "-" + strings.ToLower(string(s)), nil
}

// key is the only place that forms an object key.
func key(caseID string, exhibit evidence.ExhibitID) (string, error) {
	if err := agencies.CheckID(caseID); err != nil {
		return "", fmt.Errorf("case: %w", err)
	}
	if err := exhibit.Check(); err != nil {
		return "", fmt.Errorf("exhibit: %w", err)
	}
	return caseID + "/" + string(exhibit), nil
}

// locate reads case and exhibit back out of an object of this vault, and refuses
// an object that this vault cannot have made. The permit is held against these
// two, never against what a caller says the object is.
func (v *Vault) locate(o evidence.Object) (caseID string, exhibit evidence.ExhibitID, err error) {
	if err := o.Check(); err != nil {
		return "", "", err
	}
	suffix, ok := strings.CutPrefix(o.Bucket, v.cfg.Prefix+"-")
	if bucket, err := v.stateBucket(agencies.State(strings.ToUpper(suffix))); !ok || err != nil || bucket != o.Bucket {
		return "", "", fmt.Errorf("%w: no such bucket in this vault", ErrNotFound)
	}
	caseID, rest, _ := strings.Cut(o.Key, "/")
	exhibit = evidence.ExhibitID(rest)
	if k, err := key(caseID, exhibit); err != nil || k != o.Key {
		return "", "", fmt.Errorf("%w: no such key in this vault", ErrNotFound)
	}
	if o.VersionID == "" || o.VersionID == "null" {
		return "", "", fmt.Errorf("%w: the object names no version", ErrNotFound)
	}
	return caseID, exhibit, nil
}

// VerifyFor is Verify for an object that somebody says holds an exhibit: it must
// lie in the bucket of the State, under the case and the exhibit.
func (v *Vault) VerifyFor(ctx context.Context, o evidence.Object, state agencies.State, caseID string, exhibit evidence.ExhibitID) error {
	bucket, err := v.stateBucket(state)
	if err != nil {
		return fmt.Errorf("verify object: %w", err)
	}
	if gotCase, gotExhibit, err := v.locate(o); err != nil || o.Bucket != bucket || gotCase != caseID || gotExhibit != exhibit {
		return fmt.Errorf("verify object: %w: it is not the place of this exhibit", ErrMismatch)
	}
	return v.Verify(ctx, o)
}

// ensureStateBucket makes the bucket of a State, with object lock if the server
// has it, and holds it to what it must be. It reports whether it locks.
func (v *Vault) ensureStateBucket(ctx context.Context, s agencies.State) (string, bool, error) {
	name, err := v.stateBucket(s)
	if err != nil {
		return "", false, err
	}
	v.buckets.mu.Lock()
	defer v.buckets.mu.Unlock()
	if locks, ok := v.buckets.known[name]; ok {
		return name, locks, nil
	}
	exists, err := v.s3.BucketExists(ctx, name)
	if err != nil {
		return "", false, storeErr("look for bucket", err)
	}
	if !exists {
		if err := v.makeLocked(ctx, name); err != nil {
			return "", false, err
		}
	}
	version, err := v.s3.GetBucketVersioning(ctx, name)
	if err != nil {
		return "", false, storeErr("read bucket versioning", err)
	}
	if !version.Enabled() {
		if err := v.s3.EnableVersioning(ctx, name); err != nil {
			return "", false, storeErr("switch on bucket versioning", err)
		}
	}
	lock, _, _, _, err := v.s3.GetObjectLockConfig(ctx, name)
	locks := err == nil && lock == "Enabled"
	if !locks && v.cfg.Mode != NoLock {
		if v.cfg.RequireLock {
			return "", false, fmt.Errorf("%w: bucket of State %s has no object lock", ErrConfig, s)
		}
		v.cfg.Log.Warn("bucket has no object lock, evidence is kept without retention", "state", string(s))
	}
	if v.buckets.known == nil {
		v.buckets.known = make(map[string]bool)
	}
	v.buckets.known[name] = locks
	return name, locks, nil
}

// makeLocked makes a bucket with object lock, or without where the server knows
// no lock. Lock can be had only at birth, so it is asked for even in NoLock mode.
func (v *Vault) makeLocked(ctx context.Context, name string) error {
	opts := minio.MakeBucketOptions{Region: v.cfg.Region, ObjectLocking: true}
	err := v.s3.MakeBucket(ctx, name, opts)
	if err == nil || alreadyOurs(err) {
		return nil
	}
	opts.ObjectLocking = false
	if second := v.s3.MakeBucket(ctx, name, opts); second != nil && !alreadyOurs(second) {
		return storeErr("make bucket", err) // the first error says more
	}
	return nil
}

// ensureKeysBucket makes the bucket for wraps and refuses one that keeps what is
// deleted: promise 8 (forgetting) rests on this bucket alone.
func (v *Vault) ensureKeysBucket(ctx context.Context) error {
	name := v.keysBucket()
	exists, err := v.s3.BucketExists(ctx, name)
	if err != nil {
		return storeErr("look for bucket of wraps", err)
	}
	if !exists {
		err := v.s3.MakeBucket(ctx, name, minio.MakeBucketOptions{Region: v.cfg.Region})
		if err != nil && !alreadyOurs(err) {
			return storeErr("make bucket of wraps", err)
		}
	}
	version, err := v.s3.GetBucketVersioning(ctx, name)
	if err != nil {
		return storeErr("read versioning of bucket of wraps", err)
	}
	// Suspended too: versions written before the suspension are still there.
	if version.Status != "" {
		return fmt.Errorf("%w: bucket of wraps is or was versioned, it could not forget", ErrConfig)
	}
	if lock, _, _, _, err := v.s3.GetObjectLockConfig(ctx, name); err == nil && lock == "Enabled" {
		return fmt.Errorf("%w: bucket of wraps has object lock, it could not forget", ErrConfig)
	}
	return nil
}

func alreadyOurs(err error) bool {
	return minio.ToErrorResponse(err).Code == "BucketAlreadyOwnedByYou"
}
