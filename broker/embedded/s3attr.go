package embedded

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"github.com/versity/versitygw/backend"
	"github.com/versity/versitygw/backend/meta"
	"github.com/versity/versitygw/s3err"
)

// Attribute names of the gateway that matter here.
const (
	attrETag      = "etag"
	attrMultipart = "mp-metadata"
)

// attributes stores the attributes of objects and sees to it that nothing gets
// a name before its bytes are on disk. Every path of the gateway that makes an
// object (put, part, copy, complete, version) stores the etag on the unnamed
// file after the last byte and before it is linked: that is the moment to sync.
type attributes struct {
	meta.MetadataStorer
	objects string
	sidecar string // "" when attributes are extended attributes
}

// StoreAttribute implements meta.MetadataStorer.
func (a *attributes) StoreAttribute(f *os.File, bucket, object, attribute string, value []byte) error {
	err := a.MetadataStorer.StoreAttribute(f, bucket, object, attribute, value)
	if attribute == attrMultipart && tooBig(err) {
		// ext4 holds 4 KiB of attributes, which some hundred parts exceed.
		// Without the offsets of its parts an object can still be read whole
		// and by range, only not by part number.
		if value, err = withoutParts(value); err != nil {
			return err
		}
		err = a.MetadataStorer.StoreAttribute(f, bucket, object, attribute, value)
	}
	if err != nil || skipData.Load() {
		return err
	}
	if f == nil {
		return a.sync(bucket, object, attribute)
	}
	if attribute == attrETag {
		if err := f.Sync(); err != nil {
			return fmt.Errorf("sync staged object: %w: %w", errSync, err)
		}
	}
	return a.syncSidecar(bucket, object, attribute)
}

// DeleteAttribute implements meta.MetadataStorer.
func (a *attributes) DeleteAttribute(bucket, object, attribute string) error {
	if err := a.MetadataStorer.DeleteAttribute(bucket, object, attribute); err != nil || skipData.Load() {
		return err
	}
	return a.sync(bucket, object, attribute)
}

// sync makes the attributes of a named object durable.
func (a *attributes) sync(bucket, object, attribute string) error {
	if a.sidecar != "" {
		return a.syncSidecar(bucket, object, attribute)
	}
	return syncFile(a.path(bucket, object))
}

func (a *attributes) syncSidecar(bucket, object, attribute string) error {
	if a.sidecar == "" {
		return nil
	}
	return syncUp(filepath.Join(a.sidecar, bucket, object, "meta", attribute), a.sidecar)
}

// forgetUpload drops the multipart attribute that an overwritten object left
// beside its successor; extended attributes went with the file.
func (a *attributes) forgetUpload(bucket, key *string) error {
	if a.sidecar == "" || bucket == nil || key == nil {
		return nil
	}
	if err := a.DeleteAttribute(*bucket, *key, attrMultipart); err != nil && !errors.Is(err, meta.ErrNoSuchKey) {
		return err
	}
	return nil
}

// path is absolute; the gateway passes names relative to the object directory,
// and versions by absolute path.
func (a *attributes) path(bucket, object string) string {
	name := filepath.Join(bucket, object)
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(a.objects, name)
}

func tooBig(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.E2BIG) ||
		errors.Is(err, s3err.GetAPIError(s3err.ErrNoSpaceLeftOnDevice))
}

func withoutParts(value []byte) ([]byte, error) {
	m, err := backend.UnmarshalMpUploadMetadata(value, false)
	if err != nil {
		return nil, fmt.Errorf("read multipart attribute: %w", err)
	}
	if len(m.Parts) > 1 {
		m.Parts = m.Parts[len(m.Parts)-1:]
	}
	value, err = backend.MarshalMpUploadMetadata(m, false)
	if err != nil {
		return nil, fmt.Errorf("write multipart attribute: %w", err)
	}
	return value, nil
}
