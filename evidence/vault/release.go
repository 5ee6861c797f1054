package vault

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/minio/minio-go/v7"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/evidence"
	"github.com/rogatory/rogatory/policy"
)

// Grant is a presigned GET of exactly one version. URL is a capability.
type Grant struct {
	Object  evidence.Object `json:"object"`
	URL     string          `json:"url"`
	Expires time.Time       `json:"expires"`
}

// String keeps the capability out of logs and errors.
func (g Grant) String() string { return "grant of " + g.Object.Key }

// Release opens one version of one object for retrieval by agency, for at most
// ttl (0: the default of the vault). The permit must come from a recorded
// decision of the use gate about this case, this exhibit and this agency;
// case and exhibit are read from the object itself. Without it there is no way
// to a URL: no record, no release. That the exhibit was released before is not
// seen here: the table of states demands it before it lets a retrieval be recorded.
func (v *Vault) Release(ctx context.Context, permit policy.Permit, obj evidence.Object, agency agencies.ID, ttl time.Duration) (Grant, error) {
	caseID, exhibit, err := v.locate(obj)
	if err != nil {
		return Grant{}, fmt.Errorf("release object: %w", err)
	}
	now := v.cfg.Now().UTC()
	if err := permit.Check(policy.Use, caseID, string(exhibit), agency, now); err != nil {
		return Grant{}, fmt.Errorf("release object: %w", err)
	}
	if ttl == 0 {
		ttl = v.cfg.URLTTL
	}
	if ttl < time.Second || ttl > maxURLTTL {
		return Grant{}, fmt.Errorf("release object: %w: a grant lives 1 s to %v", ErrConfig, maxURLTTL)
	}
	// Asked first, so that the party is not sent after something that is gone.
	info, err := v.s3.StatObject(ctx, obj.Bucket, obj.Key, minio.StatObjectOptions{VersionID: obj.VersionID})
	if err != nil {
		return Grant{}, storeErr("release object", err)
	}
	if info.Size != obj.Size {
		return Grant{}, fmt.Errorf("release object: %w: stored size is not %d", ErrMismatch, obj.Size)
	}
	q := url.Values{"versionId": {obj.VersionID}}
	signed, err := v.presign.PresignHeader(ctx, http.MethodGet, obj.Bucket, obj.Key, ttl, q, nil)
	if err != nil {
		return Grant{}, storeErr("release object", err)
	}
	return Grant{Object: obj, URL: signed.String(), Expires: now.Add(ttl)}, nil
}

// withoutURL takes the request's URL out of an error of net/http: the query of a
// presigned request is a key to the object.
func withoutURL(err error) error {
	if ue, ok := errors.AsType[*url.Error](err); ok {
		return fmt.Errorf("%s: %w", ue.Op, ue.Err)
	}
	return err
}
