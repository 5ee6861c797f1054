package embedded_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"github.com/rogatory/rogatory/broker/embedded"
)

// bucket is a client of one fresh bucket with object lock.
type bucket struct {
	*minio.Core
	name string
	http *http.Client
}

func startS3(t testing.TB, dir string) *embedded.S3 {
	t.Helper()
	s, err := embedded.StartS3(ctx(t), embedded.S3Config{Dir: dir, Listen: "127.0.0.1:0", AccessKey: "rogatory", SecretKey: "test-secret-key"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func openBucket(t testing.TB, endpoint, name string, create bool) *bucket {
	t.Helper()
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	core, err := minio.NewCore(endpoint, &minio.Options{
		Creds: credentials.NewStaticV4("rogatory", "test-secret-key", ""), Transport: transport, Region: "us-east-1", BucketLookup: minio.BucketLookupPath,
	})
	if err != nil {
		t.Fatal(err)
	}
	if create {
		if err := core.MakeBucket(ctx(t), name, minio.MakeBucketOptions{ObjectLocking: true}); err != nil {
			t.Fatal(err)
		}
	}
	return &bucket{Core: core, name: name, http: &http.Client{Transport: transport}}
}

func (b *bucket) put(t testing.TB, key string, data []byte) minio.UploadInfo {
	t.Helper()
	sum := sha256.Sum256(data)
	info, err := b.Client.PutObject(ctx(t), b.name, key, bytes.NewReader(data), int64(len(data)), minio.PutObjectOptions{
		UserMetadata: map[string]string{"digest": fmt.Sprintf("%x", sum)}, DisableMultipart: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	return info
}

func (b *bucket) get(t testing.TB, key, version string) []byte {
	t.Helper()
	o, err := b.Client.GetObject(ctx(t), b.name, key, minio.GetObjectOptions{VersionID: version})
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	data, err := io.ReadAll(o)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// do sends a presigned request and returns the answer's ETag and body.
func (b *bucket) do(t testing.TB, method string, u *url.URL, body []byte) (string, []byte) {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx(t), method, u.String(), bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := b.http.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %s %v", method, resp.Status, data, err)
	}
	return strings.Trim(resp.Header.Get("ETag"), `"`), data
}

func noise(n int) []byte {
	data := make([]byte, n)
	r := rand.NewChaCha8([32]byte{byte(n), byte(n >> 8)})
	_, _ = r.Read(data)
	return data
}

func code(err error) string { return minio.ToErrorResponse(err).Code }

// The same with extended attributes and with files beside the objects.
func TestS3Conformance(t *testing.T) {
	for _, sidecar := range []bool{false, true} {
		t.Run(fmt.Sprintf("sidecar=%v", sidecar), func(t *testing.T) {
			dir := t.TempDir()
			if sidecar {
				if err := os.Mkdir(filepath.Join(dir, "meta"), 0o700); err != nil {
					t.Fatal(err)
				}
			}
			conformance(t, startS3(t, dir))
		})
	}
}

func conformance(t *testing.T, s *embedded.S3) {
	b := openBucket(t, s.Endpoint(), "state-xa", true)

	t.Run("put get stat delete", func(t *testing.T) {
		data := noise(100_000)
		b.put(t, "plain/one", data)
		if got := b.get(t, "plain/one", ""); !bytes.Equal(got, data) {
			t.Error("other bytes came back")
		}
		st, err := b.Client.StatObject(ctx(t), b.name, "plain/one", minio.StatObjectOptions{})
		if err != nil || st.Size != int64(len(data)) || st.UserMetadata["Digest"] != fmt.Sprintf("%x", sha256.Sum256(data)) {
			t.Errorf("stat: %+v %v", st, err)
		}
		if err := b.Client.RemoveObject(ctx(t), b.name, "plain/one", minio.RemoveObjectOptions{}); err != nil {
			t.Error(err)
		}
		if _, err := b.Client.StatObject(ctx(t), b.name, "plain/one", minio.StatObjectOptions{}); err == nil {
			t.Error("the object is still there")
		}
	})
	t.Run("checksum refuses other bytes", func(t *testing.T) {
		sum := sha256.Sum256([]byte("right"))
		wrong := []byte("wrong")
		_, err := b.Core.PutObject(ctx(t), b.name, "sum", bytes.NewReader(wrong), int64(len(wrong)), "", "", minio.PutObjectOptions{
			UserMetadata: map[string]string{"x-amz-checksum-sha256": base64.StdEncoding.EncodeToString(sum[:])}, DisableContentSha256: true,
		})
		if err == nil {
			t.Error("stored bytes under a wrong checksum")
		}
	})
	t.Run("presigned multipart and version", func(t *testing.T) { presigned(t, b) })
	t.Run("versions survive overwriting", func(t *testing.T) {
		first := b.put(t, "ver", noise(5000))
		second := b.put(t, "ver", noise(6000))
		if first.VersionID == "" || first.VersionID == second.VersionID {
			t.Fatalf("versions %q %q", first.VersionID, second.VersionID)
		}
		if !bytes.Equal(b.get(t, "ver", first.VersionID), noise(5000)) || !bytes.Equal(b.get(t, "ver", ""), noise(6000)) {
			t.Error("a version has other bytes")
		}
	})
	t.Run("object lock", func(t *testing.T) { objectLock(t, b) })
	t.Run("hostile names", func(t *testing.T) {
		for _, key := range []string{"../../../../escape", "a/../../escape", ".sgwtmp/x", strings.Repeat("k", 300)} {
			_, err := b.Core.PutObject(ctx(t), b.name, key, strings.NewReader("x"), 1, "", "", minio.PutObjectOptions{})
			if err == nil {
				t.Errorf("%.30q was stored", key)
			}
		}
		if _, err := b.NewMultipartUpload(ctx(t), b.name, "k", minio.PutObjectOptions{}); err != nil {
			t.Fatal(err)
		}
		for _, id := range []string{".", "..", "../..", "../../..", "../../../../state-xa"} {
			if _, err := b.PutObjectPart(ctx(t), b.name, "k", id, 1, strings.NewReader("x"), 1, minio.PutObjectPartOptions{}); err == nil {
				t.Errorf("upload id %q was taken", id)
			}
		}
		// None of it may have closed the store for good.
		b.put(t, "still-writable", []byte("yes"))
	})
	t.Run("administration is closed", func(t *testing.T) {
		r, _ := http.NewRequestWithContext(ctx(t), http.MethodPatch, "http://"+s.Endpoint()+"/list-buckets", nil)
		resp, err := b.http.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusMethodNotAllowed {
			t.Error(resp.Status)
		}
	})
	t.Run("anonymous is refused", func(t *testing.T) {
		resp, err := b.http.Get("http://" + s.Endpoint() + "/state-xa/ver")
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusForbidden {
			t.Error(resp.Status)
		}
	})
}

// presigned moves a large object as gateways do: parts by presigned requests,
// in any order, with a checksum per part, then a read by version.
func presigned(t *testing.T, b *bucket) {
	const partSize = 5 << 20
	data := noise(2*partSize + 12345)
	id, err := b.NewMultipartUpload(ctx(t), b.name, "large", minio.PutObjectOptions{})
	if err != nil {
		t.Fatal(err)
	}
	parts := make([]minio.CompletePart, 3)
	for _, n := range []int{3, 1, 2} {
		chunk := data[(n-1)*partSize : min(n*partSize, len(data))]
		u, err := b.Client.Presign(ctx(t), http.MethodPut, b.name, "large", time.Minute, url.Values{"partNumber": {fmt.Sprint(n)}, "uploadId": {id}})
		if err != nil {
			t.Fatal(err)
		}
		etag, _ := b.do(t, http.MethodPut, u, chunk)
		parts[n-1] = minio.CompletePart{PartNumber: n, ETag: etag}
	}
	listed, err := b.ListObjectParts(ctx(t), b.name, "large", id, 0, 100)
	if err != nil || len(listed.ObjectParts) != 3 {
		t.Fatalf("parts: %+v %v", listed, err)
	}
	info, err := b.CompleteMultipartUpload(ctx(t), b.name, "large", id, parts, minio.PutObjectOptions{})
	if err != nil {
		t.Fatal(err)
	}
	st, err := b.Client.StatObject(ctx(t), b.name, "large", minio.StatObjectOptions{})
	if err != nil || st.VersionID == "" {
		t.Fatalf("stat: %+v %v", st, err)
	}
	if info.VersionID != st.VersionID {
		t.Errorf("completed version %q, stat says %q", info.VersionID, st.VersionID)
	}
	u, err := b.Client.PresignedGetObject(ctx(t), b.name, "large", time.Minute, url.Values{"versionId": {st.VersionID}})
	if err != nil {
		t.Fatal(err)
	}
	b.put(t, "large", []byte("overwritten"))
	if _, got := b.do(t, http.MethodGet, u, nil); !bytes.Equal(got, data) {
		t.Error("other bytes came back by version")
	}
	// A completion that comes again, after another object took the key.
	if _, err := b.CompleteMultipartUpload(ctx(t), b.name, "large", id, parts, minio.PutObjectOptions{}); code(err) != "NoSuchUpload" {
		t.Errorf("late completion: %v", err)
	}
}

func objectLock(t *testing.T, b *bucket) {
	until := time.Now().Add(time.Hour).UTC().Truncate(time.Second)
	data := []byte("evidence")
	info, err := b.Client.PutObject(ctx(t), b.name, "locked", bytes.NewReader(data), int64(len(data)), minio.PutObjectOptions{Mode: minio.Compliance, RetainUntilDate: until, DisableMultipart: true})
	if err != nil {
		t.Fatal(err)
	}
	remove := func(key, version string) error {
		return b.Client.RemoveObject(ctx(t), b.name, key, minio.RemoveObjectOptions{VersionID: version, GovernanceBypass: true})
	}
	if err := remove("locked", info.VersionID); err == nil {
		t.Error("a locked version was deleted")
	}
	shorter := until.Add(-30 * time.Minute)
	mode := minio.Compliance
	if err := b.Client.PutObjectRetention(ctx(t), b.name, "locked", minio.PutObjectRetentionOptions{Mode: &mode, RetainUntilDate: &shorter, VersionID: info.VersionID, GovernanceBypass: true}); err == nil {
		t.Error("retention was shortened")
	}
	longer := until.Add(time.Hour)
	if err := b.Client.PutObjectRetention(ctx(t), b.name, "locked", minio.PutObjectRetentionOptions{Mode: &mode, RetainUntilDate: &longer, VersionID: info.VersionID}); err != nil {
		t.Errorf("retention was not extended: %v", err)
	}
	held := b.put(t, "held", []byte("on hold"))
	on, off := minio.LegalHoldEnabled, minio.LegalHoldDisabled
	if err := b.Client.PutObjectLegalHold(ctx(t), b.name, "held", minio.PutObjectLegalHoldOptions{Status: &on, VersionID: held.VersionID}); err != nil {
		t.Fatal(err)
	}
	if err := remove("held", held.VersionID); err == nil {
		t.Error("an object on hold was deleted")
	}
	if err := b.Client.PutObjectLegalHold(ctx(t), b.name, "held", minio.PutObjectLegalHoldOptions{Status: &off, VersionID: held.VersionID}); err != nil {
		t.Fatal(err)
	}
	if err := remove("held", held.VersionID); err != nil {
		t.Errorf("an object no longer on hold: %v", err)
	}
	if !bytes.Equal(b.get(t, "locked", info.VersionID), data) {
		t.Error("the locked version has other bytes")
	}
}

// Of completions of one upload at the same time, each one that is told yes
// must find the object.
func TestS3CompleteTwiceAtOnce(t *testing.T) {
	b := openBucket(t, startS3(t, t.TempDir()).Endpoint(), "state-xa", true)
	data := noise(20 << 20)
	id, err := b.NewMultipartUpload(ctx(t), b.name, "k", minio.PutObjectOptions{})
	if err != nil {
		t.Fatal(err)
	}
	part, err := b.PutObjectPart(ctx(t), b.name, "k", id, 1, bytes.NewReader(data), int64(len(data)), minio.PutObjectPartOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			_, err := b.CompleteMultipartUpload(ctx(t), b.name, "k", id, []minio.CompletePart{{PartNumber: 1, ETag: part.ETag}}, minio.PutObjectOptions{})
			if err != nil {
				// Those that come too early are told to come again, and the
				// client does.
				t.Errorf("one completion: %v", err)
				return
			}
			st, err := b.Client.StatObject(context.Background(), b.name, "k", minio.StatObjectOptions{})
			if err != nil || st.Size != int64(len(data)) {
				t.Errorf("completed, but %+v %v", st.Size, err)
			}
		})
	}
	wg.Wait()
	if !bytes.Equal(b.get(t, "k", ""), data) {
		t.Error("other bytes came back")
	}
}

// A crash in the middle of a completion must not turn a retry into a lie.
func TestS3CompleteAfterCrash(t *testing.T) {
	dir := t.TempDir()
	s := startS3(t, dir)
	b := openBucket(t, s.Endpoint(), "state-xa", true)
	id, err := b.NewMultipartUpload(ctx(t), b.name, "k", minio.PutObjectOptions{})
	if err != nil {
		t.Fatal(err)
	}
	part, err := b.PutObjectPart(ctx(t), b.name, "k", id, 1, strings.NewReader("bytes"), 5, minio.PutObjectPartOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	found, err := filepath.Glob(filepath.Join(dir, "objects/state-xa/.sgwtmp/multipart/*/"+id))
	if err != nil || len(found) != 1 {
		t.Fatal(found, err)
	}
	if err := os.Rename(found[0], found[0]+".abc-1.inprogress"); err != nil {
		t.Fatal(err)
	}
	b = openBucket(t, startS3(t, dir).Endpoint(), "state-xa", false)
	if _, err := b.CompleteMultipartUpload(ctx(t), b.name, "k", id, []minio.CompletePart{{PartNumber: 1, ETag: part.ETag}}, minio.PutObjectOptions{}); err != nil {
		t.Fatal(err)
	}
	if got := b.get(t, "k", ""); string(got) != "bytes" {
		t.Errorf("got %q", got)
	}
}

func TestS3OnePerProcess(t *testing.T) {
	before, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	// Another object directory, with a bucket of the same name.
	other := t.TempDir()
	s := startS3(t, other)
	openBucket(t, s.Endpoint(), "state-xa", true)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = startS3(t, t.TempDir())
	_, err = embedded.StartS3(ctx(t), embedded.S3Config{Dir: t.TempDir(), Listen: "127.0.0.1:0", AccessKey: "a", SecretKey: "b"})
	if !errors.Is(err, embedded.ErrS3Busy) {
		t.Fatalf("second server: %v", err)
	}
	b := openBucket(t, s.Endpoint(), "state-xa", true)
	// Somebody moves the working directory: writes must not go astray.
	if err := os.Chdir(filepath.Join(other, "objects")); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Core.PutObject(ctx(t), b.name, "k", strings.NewReader("x"), 1, "", "", minio.PutObjectOptions{}); err == nil {
		t.Error("wrote from a foreign working directory")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if after, _ := os.Getwd(); after != before {
		t.Errorf("working directory is %s", after)
	}
	if err := startS3(t, t.TempDir()).Close(); err != nil {
		t.Fatal(err)
	}
}
