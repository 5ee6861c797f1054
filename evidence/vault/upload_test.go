package vault_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/evidence"
	"github.com/rogatory/rogatory/evidence/vault"
)

func (w *world) versions(bucket string) (n int) {
	w.t.Helper()
	for info := range w.admin.ListObjectsIter(context.Background(), bucket, minio.ListObjectsOptions{WithVersions: true, Recursive: true}) {
		must(w.t, info.Err)
		n++
	}
	return n
}

func TestCompleteRefuses(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	d := w.send(random(20<<20, 1), 20<<20)
	rows := []struct {
		name   string
		change func(u *vault.Upload, p []vault.Part) []vault.Part
		err    error
	}{
		{"last part missing", func(_ *vault.Upload, p []vault.Part) []vault.Part { return p[:1] }, vault.ErrNotFound},
		{"order turned", func(_ *vault.Upload, p []vault.Part) []vault.Part { slices.Reverse(p); return p }, vault.ErrNotFound},
		{"part without etag", func(_ *vault.Upload, p []vault.Part) []vault.Part { p[1].ETag = ""; return p }, vault.ErrNotFound},
		{"unknown upload", func(u *vault.Upload, p []vault.Part) []vault.Part { u.ID = agencies.NewID(); return p }, vault.ErrNotFound},
		{"no upload", func(u *vault.Upload, p []vault.Part) []vault.Part { u.ID = ""; return p }, vault.ErrNotFound},
		{"etag of another part", func(_ *vault.Upload, p []vault.Part) []vault.Part { p[1].ETag = p[0].ETag; return p }, nil},
		{"digest of another part", func(_ *vault.Upload, p []vault.Part) []vault.Part { p[1].Digest = p[0].Digest; return p }, nil},
		{"md5", func(_ *vault.Upload, p []vault.Part) []vault.Part {
			p[0].Digest = "md5:d41d8cd98f00b204e9800998ecf8427e"
			return p
		}, agencies.ErrMalformed},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			u := d.upload
			_, err := w.vault.CompleteUpload(ctx, u, r.change(&u, slices.Clone(d.parts)), d.sealed.Digest)
			if r.name == "unknown upload" || r.name == "no upload" {
				parts := slices.Clone(d.parts)
				parts = r.change(&u, parts)
				_, err = w.vault.CompleteUpload(ctx, u, parts, d.sealed.Digest)
			}
			if err == nil {
				t.Fatal("completed")
			}
			if r.err != nil {
				wantErr(t, err, r.err, "")
			}
			if n := w.versions("rogatory-test-xb"); n != 0 {
				t.Fatalf("%d versions are stored", n)
			}
		})
	}
	t.Run("other bytes than announced", func(t *testing.T) {
		lie := w.send(random(1000, 2), 1000)
		_, err := w.vault.CompleteUpload(ctx, lie.upload, lie.parts, agencies.DigestOf([]byte("other")))
		wantErr(t, err, vault.ErrMismatch, "digest")
		if n := w.versions("rogatory-test-xb"); n != 0 {
			t.Fatalf("refused bytes are still there: %d versions", n)
		}
	})
	t.Run("answer lost, asked again", func(t *testing.T) {
		first, err := w.vault.CompleteUpload(ctx, d.upload, d.parts, d.sealed.Digest)
		must(t, err)
		again, err := w.vault.CompleteUpload(ctx, d.upload, d.parts, d.sealed.Digest)
		must(t, err)
		if first != again {
			t.Fatalf("%+v, then %+v", first, again)
		}
		_, err = w.vault.CompleteUpload(ctx, d.upload, d.parts, agencies.DigestOf([]byte("other")))
		wantErr(t, err, vault.ErrNotFound, "neither open nor stored")
	})
	t.Run("abort", func(t *testing.T) {
		gone := w.send(random(1000, 3), 1000)
		must(t, w.vault.AbortUpload(ctx, gone.upload))
		must(t, w.vault.AbortUpload(ctx, gone.upload))
		_, err := w.vault.CompleteUpload(ctx, gone.upload, gone.parts, gone.sealed.Digest)
		wantErr(t, err, vault.ErrNotFound, "")
	})
}

// TestPartRequestIsBound uses a stolen URL for other bytes, lengths and places.
func TestPartRequestIsBound(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	data, err := io.ReadAll(random(6<<20, 1))
	must(t, err)
	u, err := w.vault.BeginUpload(ctx, state, agencies.NewID(), evidence.NewExhibitID(), 6<<20, 5<<20)
	must(t, err)
	part := vault.Part{Number: 1, Digest: agencies.DigestOf(data[:5<<20])}
	reqs, err := w.vault.SignParts(ctx, u, []vault.Part{part})
	must(t, err)
	put := func(url string, header http.Header, body []byte) int {
		req, err := http.NewRequest(http.MethodPut, url, bytes.NewReader(body))
		must(t, err)
		for k, v := range header {
			req.Header[k] = v
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return 599 // the server hung up in the middle, which it does on a refusal
		}
		resp.Body.Close()
		return resp.StatusCode
	}
	checksum := func(b []byte) http.Header {
		other, err := w.vault.SignParts(ctx, u, []vault.Part{{Number: 1, Digest: agencies.DigestOf(b)}})
		must(t, err)
		return other[0].Header
	}
	url, h := reqs[0].URL, reqs[0].Header
	evil := bytes.Repeat([]byte("x"), 5<<20)
	for name, code := range map[string]int{
		"other bytes":                put(url, h, evil),
		"other bytes and checksum":   put(url, checksum(evil), evil),
		"without checksum":           put(url, nil, data[:5<<20]),
		"shorter":                    put(url, h, data[:1<<20]),
		"another part":               put(strings.Replace(url, "partNumber=1", "partNumber=2", 1), h, data[:5<<20]),
		"another upload":             put(strings.Replace(url, u.ID, agencies.NewID(), 1), h, data[:5<<20]),
		"as an object, not a part":   put(strings.Split(url, "?")[0], h, data[:5<<20]),
		"longer life":                put(strings.Replace(url, "X-Amz-Expires=900", "X-Amz-Expires=9000", 1), h, data[:5<<20]),
		"another key, same exchange": put(strings.Replace(url, string(u.Exhibit), agencies.NewID(), 1), h, data[:5<<20]),
	} {
		if code < 400 {
			t.Errorf("%s: accepted with %d", name, code)
		}
	}
	if code := put(url, h, data[:5<<20]); code != http.StatusOK {
		t.Fatalf("the right bytes: %d", code)
	}
	for _, p := range []vault.Part{{Number: 0, Digest: part.Digest}, {Number: 3, Digest: part.Digest}, {Number: 1}} {
		if _, err := w.vault.SignParts(ctx, u, []vault.Part{p}); err == nil {
			t.Errorf("signed %+v", p)
		}
	}
}

func TestUploadSource(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	u, err := w.vault.BeginUpload(ctx, state, agencies.NewID(), evidence.NewExhibitID(), 6<<20, 5<<20)
	must(t, err)
	for _, n := range []int64{0, 5 << 20, 6<<20 - 1, 6<<20 + 1, 7 << 20} {
		_, err := w.moves.Upload(ctx, u, w.vault.SignParts, random(n, 1), nil)
		wantErr(t, err, evidence.ErrSource, "")
	}
	var seen []int64
	parts, err := w.moves.Upload(ctx, u, w.vault.SignParts, random(6<<20, 1), func(n int64) { seen = append(seen, n) })
	must(t, err)
	if len(seen) != 2 || seen[1] != 6<<20 || len(parts) != 2 {
		t.Fatalf("progress %v, %d parts", seen, len(parts))
	}
	canceled, cancel := context.WithCancel(ctx)
	cancel()
	_, err = w.moves.Upload(canceled, u, w.vault.SignParts, random(6<<20, 1), nil)
	wantErr(t, err, context.Canceled, "")
}

func TestBeginRefuses(t *testing.T) {
	w := newWorld(t)
	id, ex := agencies.NewID(), evidence.NewExhibitID()
	for name, err := range map[string]error{
		"state":      begin(w, "xb", id, ex, 100, 0),
		"path state": begin(w, "../", id, ex, 100, 0),
		"case":       begin(w, state, "../"+id, ex, 100, 0),
		"no case":    begin(w, state, "", ex, 100, 0),
		"exhibit":    begin(w, state, id, "..", 100, 0),
		"urn":        begin(w, state, id, "urn:uuid:"+ex, 100, 0),
		"empty":      begin(w, state, id, ex, 0, 0),
		"negative":   begin(w, state, id, ex, -1, 0),
		"small part": begin(w, state, id, ex, 100, 5<<20-1),
		"many parts": begin(w, state, id, ex, 10_001*(5<<20), 5<<20),
	} {
		if err == nil {
			t.Errorf("%s: begun", name)
		}
	}
}

func begin(w *world, s agencies.State, caseID string, ex evidence.ExhibitID, size, part int64) error {
	_, err := w.vault.BeginUpload(context.Background(), s, caseID, ex, size, part)
	return err
}

func TestRetention(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	d := w.deposit(random(1000, 1), 1000)
	rm := minio.RemoveObjectOptions{VersionID: d.object.VersionID}
	if err := w.admin.RemoveObject(ctx, d.object.Bucket, d.object.Key, rm); err == nil {
		t.Fatal("a version under retention was deleted")
	}
	must(t, w.vault.Verify(ctx, d.object))
	// A plain delete only hides it.
	must(t, w.admin.RemoveObject(ctx, d.object.Bucket, d.object.Key, minio.RemoveObjectOptions{}))
	must(t, w.vault.Verify(ctx, d.object))
	hard := w.openVault(func(c *vault.Config) { c.Mode = vault.Compliance })
	w.vault = hard
	d = w.deposit(random(1000, 2), 1000)
	rm = minio.RemoveObjectOptions{VersionID: d.object.VersionID, GovernanceBypass: true}
	if err := w.admin.RemoveObject(ctx, d.object.Bucket, d.object.Key, rm); err == nil {
		t.Fatal("a version under compliance retention was deleted")
	}
	must(t, hard.Verify(ctx, d.object))
	soft := w.openVault(func(c *vault.Config) { c.Mode, c.Retention, c.RequireLock = vault.NoLock, 0, false })
	w.vault = soft
	d = w.deposit(random(1000, 3), 1000)
	must(t, w.admin.RemoveObject(ctx, d.object.Bucket, d.object.Key, minio.RemoveObjectOptions{VersionID: d.object.VersionID}))
	for _, name := range []string{d.object.VersionID, "made up", "../" + d.object.VersionID, strings.Repeat("v", 1000)} {
		gone := d.object
		gone.VersionID = name
		wantErr(t, soft.Verify(ctx, gone), vault.ErrNotFound, "")
	}
}

func TestRequiredLock(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	must(t, w.admin.MakeBucket(ctx, "rogatory-test-xd", minio.MakeBucketOptions{})) // made by somebody, without lock
	_, err := w.vault.BeginUpload(ctx, "XD", agencies.NewID(), evidence.NewExhibitID(), 1000, 0)
	wantErr(t, err, vault.ErrConfig, "no object lock")
	lax := w.openVault(func(c *vault.Config) { c.RequireLock = false })
	_, err = lax.BeginUpload(ctx, "XD", agencies.NewID(), evidence.NewExhibitID(), 1000, 0)
	must(t, err)
	v, err := w.admin.GetBucketVersioning(ctx, "rogatory-test-xd")
	must(t, err)
	if !v.Enabled() {
		t.Fatal("bucket is not versioned")
	}
}

func TestConfigRefused(t *testing.T) {
	srv := startServer(t, t.TempDir(), "127.0.0.1:0")
	good := vault.Config{Endpoint: srv.endpoint, AccessKey: accessKey, SecretKey: secretKey, Prefix: "rogatory", Log: quiet()}
	for name, f := range map[string]func(*vault.Config){
		"no endpoint":      func(c *vault.Config) { c.Endpoint = "" },
		"no key":           func(c *vault.Config) { c.SecretKey = "" },
		"prefix":           func(c *vault.Config) { c.Prefix = "Rogatory/.." },
		"no log":           func(c *vault.Config) { c.Log = nil },
		"mode":             func(c *vault.Config) { c.Mode = "governance" },
		"no retention":     func(c *vault.Config) { c.Mode = vault.Compliance },
		"lock, no mode":    func(c *vault.Config) { c.RequireLock = true },
		"long url":         func(c *vault.Config) { c.URLTTL = 2 * time.Hour },
		"plain on network": func(c *vault.Config) { c.PublicEndpoint = "s3.example.org:9000" },
		"wrong key":        func(c *vault.Config) { c.SecretKey = "wrong" },
		"wrong CA":         func(c *vault.Config) { c.TLS, c.CAFile = true, "/dev/null" },
	} {
		c := good
		f(&c)
		if _, err := vault.New(context.Background(), c); err == nil {
			t.Errorf("%s: accepted", name)
		} else if strings.Contains(err.Error(), secretKey) {
			t.Errorf("%s: error shows the secret", name)
		}
	}
	_, err := vault.New(context.Background(), good)
	must(t, err)
}
