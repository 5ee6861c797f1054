package vault_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/minio/minio-go/v7"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/evidence"
	"github.com/rogatory/rogatory/evidence/vault"
	"github.com/rogatory/rogatory/policy"
)

func TestReleaseNeedsThePermitForThis(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	d := w.deposit(random(1000, 1), 1000)
	other := w.deposit(random(1000, 2), 1000)
	caseID, exhibit, _ := strings.Cut(d.object.Key, "/")
	rows := []struct {
		name   string
		permit policy.Permit
		text   string
	}{
		{"zero permit", policy.Permit{}, "not from a signed decision"},
		{"another agency", w.permit(d.object, func(x *policy.Decision) { x.For = "XA-POL" }), "another agency"},
		{"another exhibit and case", w.permit(other.object), "another"},
		{"another exhibit", w.permit(d.object, func(x *policy.Decision) { x.Subject = string(evidence.NewExhibitID()) }), "another subject"},
		{"another case", w.permit(d.object, func(x *policy.Decision) { x.Case = agencies.NewID() }), "another case"},
		{"only released, use not decided", w.permit(d.object, func(x *policy.Decision) { x.Gate = policy.Release }), "gate release"},
		{"another gate", w.permit(d.object, func(x *policy.Decision) { x.Gate = policy.Admission }), "gate admission"},
		{"expired", w.permit(d.object, func(x *policy.Decision) {
			x.At = x.At.Add(-policy.PermitLife - time.Minute)
		}), "expired"},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			g, err := w.vault.Release(ctx, r.permit, d.object, taker, 0)
			wantErr(t, err, policy.ErrPermit, r.text)
			if g.URL != "" {
				t.Fatal("refused, but a URL was given")
			}
		})
	}
	t.Run("right permit, other object", func(t *testing.T) {
		_, err := w.vault.Release(ctx, w.permit(d.object), other.object, taker, 0)
		wantErr(t, err, policy.ErrPermit, "another case")
	})
	change := func(f func(*evidence.Object)) evidence.Object {
		o := d.object
		f(&o)
		return o
	}
	for name, o := range map[string]evidence.Object{
		"bucket of keys":    change(func(o *evidence.Object) { o.Bucket = "rogatory-test-keys" }),
		"foreign bucket":    change(func(o *evidence.Object) { o.Bucket = "elsewhere-xb" }),
		"upper case bucket": change(func(o *evidence.Object) { o.Bucket = "rogatory-test-XB" }),
		"no version":        change(func(o *evidence.Object) { o.VersionID = "" }),
		"null version":      change(func(o *evidence.Object) { o.VersionID = "null" }),
		"unknown version":   change(func(o *evidence.Object) { o.VersionID = "01JDAAAAAAAAAAAAAAAAAAAAAA" }),
		"key climbs":        change(func(o *evidence.Object) { o.Key = caseID + "/../" + o.Key }),
		"key has a tail":    change(func(o *evidence.Object) { o.Key += "/x" }),
		"key is a case":     change(func(o *evidence.Object) { o.Key = caseID }),
		"upper case key":    change(func(o *evidence.Object) { o.Key = strings.ToUpper(caseID) + "/" + exhibit }),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := w.vault.Release(ctx, w.permit(d.object), o, taker, 0)
			wantErr(t, err, vault.ErrNotFound, "")
		})
	}
	for _, ttl := range []time.Duration{-1, time.Millisecond, 2 * time.Hour} {
		_, err := w.vault.Release(ctx, w.permit(d.object), d.object, taker, ttl)
		wantErr(t, err, vault.ErrConfig, "")
	}
	_, err := w.vault.Release(ctx, w.permit(d.object), change(func(o *evidence.Object) { o.Size++ }), taker, 0)
	wantErr(t, err, vault.ErrMismatch, "")
}

func TestGrantIsForOneVersionAndExpires(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	d := w.deposit(random(1000, 1), 1000)
	_, err := w.admin.PutObject(ctx, d.object.Bucket, d.object.Key, strings.NewReader("newer"), 5, minio.PutObjectOptions{})
	must(t, err)
	var got bytes.Buffer
	g := w.grant(d.object)
	must(t, w.moves.Download(ctx, g, nil, &got, nil))
	if agencies.DigestOf(got.Bytes()) != d.sealed.Digest {
		t.Fatal("grant gave the newer version")
	}
	for name, change := range map[string]func(string) string{
		"version": func(u string) string { return strings.Replace(u, d.object.VersionID, "null", 1) },
		"key":     func(u string) string { return strings.Replace(u, string(d.upload.Exhibit), agencies.NewID(), 1) },
		"life":    func(u string) string { return strings.Replace(u, "X-Amz-Expires=900", "X-Amz-Expires=9000", 1) },
	} {
		bad := g
		if bad.URL = change(g.URL); bad.URL == g.URL {
			t.Fatalf("%s: URL has another form than the test thinks", name)
		}
		wantErr(t, w.moves.Download(ctx, bad, nil, io.Discard, nil), vault.ErrExpired, "")
	}
	short, err := w.vault.Release(ctx, w.permit(d.object), d.object, taker, time.Second)
	must(t, err)
	time.Sleep(time.Until(short.Expires) + 1100*time.Millisecond) // signatures count in whole seconds
	wantErr(t, w.moves.Download(ctx, short, nil, io.Discard, nil), vault.ErrExpired, "")
	renewed := 0
	renew := func(context.Context) (vault.Grant, error) { renewed++; return g, nil }
	must(t, w.moves.Download(ctx, short, renew, io.Discard, nil))
	if renewed != 1 {
		t.Fatalf("renewed %d times", renewed)
	}
	swap := func(context.Context) (vault.Grant, error) {
		return vault.Grant{URL: g.URL, Object: evidence.Object{Size: 1}}, nil
	}
	wantErr(t, w.moves.Download(ctx, short, swap, io.Discard, nil), vault.ErrMismatch, "another object")
	if resp, err := http.Get("http://" + w.srv.endpoint + "/" + d.object.Bucket + "/" + d.object.Key); err != nil || resp.StatusCode != http.StatusForbidden {
		t.Fatalf("object without signature: %v %v", resp, err)
	}
}

// TestStoredBytesChanged lets somebody with access to the store's disk or its
// credentials go at an object, and looks at all three places that read it.
func TestStoredBytesChanged(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	const size = 1 << 20
	file := func(d deposited) string {
		return filepath.Join(w.srv.dir, "objects", d.object.Bucket, filepath.FromSlash(d.object.Key))
	}
	rows := []struct {
		name   string
		attack func(d *deposited) error
		err    error // of the vault's own reading
	}{
		{"one bit", func(d *deposited) error {
			b, err := os.ReadFile(file(*d))
			b[len(b)/2] ^= 1
			return errors.Join(err, overwrite(file(*d), b))
		}, vault.ErrMismatch},
		{"truncated", func(d *deposited) error { return os.Truncate(file(*d), size/2) }, vault.ErrMismatch},
		{"longer", func(d *deposited) error { return os.Truncate(file(*d), d.sealed.Size+1) }, vault.ErrMismatch},
		{"another sealed exhibit in its place", func(d *deposited) error {
			b, err := os.ReadFile(file(w.deposit(random(size, 8), size)))
			return errors.Join(err, overwrite(file(*d), b))
		}, vault.ErrMismatch},
		{"newer version taken for it", func(d *deposited) error {
			info, err := w.admin.PutObject(ctx, d.object.Bucket, d.object.Key, random(d.sealed.Size, 9), d.sealed.Size, minio.PutObjectOptions{})
			d.object.VersionID = info.VersionID
			return err
		}, vault.ErrMismatch},
		{"deleted with bypass", func(d *deposited) error {
			return w.admin.RemoveObject(ctx, d.object.Bucket, d.object.Key,
				minio.RemoveObjectOptions{VersionID: d.object.VersionID, GovernanceBypass: true})
		}, vault.ErrNotFound},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			d := w.deposit(random(size, 3), size)
			g := w.grant(d.object)
			must(t, w.vault.Verify(ctx, d.object))
			must(t, r.attack(&d))
			g.Object = d.object
			g.URL = regrant(w, d, g)
			wantErr(t, w.vault.Verify(ctx, d.object), r.err, "")
			wantErr(t, w.moves.Download(ctx, g, nil, io.Discard, nil), r.err, "")
			path := filepath.Join(t.TempDir(), "out")
			err := w.moves.FetchFile(ctx, g, nil, path, []age.Identity{w.id}, d.sealed, nil)
			if err == nil || strings.Contains(err.Error(), "X-Amz-") {
				t.Fatalf("fetched changed bytes: %v", err)
			}
			if left, _ := os.ReadDir(filepath.Dir(path)); len(left) > 0 {
				t.Fatalf("a failed fetch left %v", left)
			}
		})
	}
}

// regrant signs a URL for the version now named, as a broker that was deceived
// would; where the object is gone the old URL serves.
func regrant(w *world, d deposited, old vault.Grant) string {
	u, err := w.admin.PresignHeader(context.Background(), http.MethodGet, d.object.Bucket, d.object.Key, time.Minute,
		map[string][]string{"versionId": {d.object.VersionID}}, nil)
	if err != nil {
		return old.URL
	}
	return u.String()
}

// overwrite changes the bytes and keeps the inode, and so its attributes.
func overwrite(path string, b []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_TRUNC, 0)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	return errors.Join(err, f.Close())
}
