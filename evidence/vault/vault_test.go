package vault_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"filippo.io/age"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/evidence/vault"
)

func TestRoundTrip(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	dir := t.TempDir()
	for _, size := range []int64{0, 1, 5<<20 - 1, 5 << 20, 5<<20 + 1, 16 << 20, 33 << 20, 64 << 20} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			h := sha256.New()
			d := w.deposit(io.TeeReader(random(size, 7), h), size)
			if d.sealed.Plain.Size != size || d.object.Size != d.sealed.Size || d.object.VersionID == "" {
				t.Fatalf("object %+v of %+v", d.object, d.sealed)
			}
			must(t, w.vault.Verify(ctx, d.object))
			path := filepath.Join(dir, fmt.Sprint(size))
			var seen int64
			must(t, w.moves.FetchFile(ctx, w.grant(d.object), nil, path, []age.Identity{w.id}, d.sealed, func(n int64) { seen = n }))
			if seen != d.sealed.Size {
				t.Fatalf("progress ended at %d of %d", seen, d.sealed.Size)
			}
			got, err := os.ReadFile(path)
			must(t, err)
			sum := sha256.Sum256(got)
			if int64(len(got)) != size || !bytes.Equal(sum[:], h.Sum(nil)) {
				t.Fatal("fetched file differs from the source")
			}
			if "sha-256:"+hex.EncodeToString(sum[:]) != string(d.sealed.Plain.SHA256) {
				t.Fatal("manifest digest differs from the source")
			}
			var sealedBytes bytes.Buffer
			must(t, w.moves.Download(ctx, w.grant(d.object), nil, &sealedBytes, nil))
			if agencies.DigestOf(sealedBytes.Bytes()) != d.sealed.Digest {
				t.Fatal("downloaded bytes differ")
			}
		})
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".rogatory-*")); len(left) > 0 {
		t.Fatalf("temporary files left: %v", left)
	}
}

func TestPartSizes(t *testing.T) {
	for _, r := range []struct {
		size, part int64
		parts      int
	}{{1, 16 << 20, 1}, {16 << 20, 16 << 20, 1}, {16<<20 + 1, 16 << 20, 2}, {100 << 30, 16 << 20, 6400}, {1 << 40, 128 << 20, 8192}} {
		u := vault.Upload{Size: r.size, PartSize: vault.PartSizeFor(r.size)}
		if u.PartSize != r.part || u.Parts() != r.parts {
			t.Errorf("%d bytes: %d parts of %d, want %d of %d", r.size, u.Parts(), u.PartSize, r.parts, r.part)
		}
		var sum int64
		for n := 1; n <= u.Parts(); n++ {
			sum += u.PartLen(n)
		}
		if sum != r.size || u.PartLen(0) != 0 || u.PartLen(u.Parts()+1) != 0 {
			t.Errorf("%d bytes: parts add up to %d", r.size, sum)
		}
	}
}
