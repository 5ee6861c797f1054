package vault_test

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/minio/minio-go/v7"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/evidence/vault"
)

func TestWraps(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	case1, case2, act1, act2 := agencies.NewID(), agencies.NewID(), agencies.NewID(), agencies.NewID()
	marker := []byte("wrapped-case-key-that-must-be-forgotten")
	wraps := []agencies.KeyWrap{
		{Case: case1, Act: act1, Compartment: "main", For: taker, Wrapped: append(marker, 1)},
		{Case: case1, Act: act1, Compartment: "main", For: broker, Wrapped: append(marker, 2)},
		{Case: case1, Act: act1, Compartment: "victim", For: taker, Wrapped: append(marker, 3)},
		{Case: case2, Act: act2, Compartment: "main", For: taker, Wrapped: []byte("of the other case")},
	}
	for _, k := range wraps {
		must(t, w.vault.PutWrap(ctx, agencies.KeyWrap{Case: k.Case, Act: k.Act, Compartment: k.Compartment, For: k.For, Wrapped: append(marker, 9)}))
		must(t, w.vault.PutWrap(ctx, k)) // replaces
		got, err := w.vault.GetWrap(ctx, k.Case, k.Act, k.Compartment, k.For)
		must(t, err)
		if !bytes.Equal(got.Wrapped, k.Wrapped) || got.For != k.For {
			t.Fatalf("got %+v, want %+v", got, k)
		}
	}
	if got, err := w.vault.Wraps(ctx, case1, act1, taker); err != nil || len(got) != 2 {
		t.Fatalf("wraps of the act for the taker: %v, %v", got, err)
	}
	if got, err := w.vault.Wraps(ctx, case1, act2, taker); err != nil || len(got) != 0 {
		t.Fatalf("wraps of another act: %v, %v", got, err)
	}
	if !onDisk(t, w.srv.dir, marker) {
		t.Fatal("the test looks in the wrong place")
	}
	n, err := w.vault.DestroyWraps(ctx, case1, "victim")
	must(t, err)
	if n != 1 {
		t.Fatalf("destroyed %d of one compartment", n)
	}
	_, err = w.vault.GetWrap(ctx, case1, act1, "victim", taker)
	wantErr(t, err, vault.ErrNotFound, "")
	if n, err = w.vault.DestroyWraps(ctx, case1, ""); err != nil || n != 2 {
		t.Fatalf("destroyed %d: %v", n, err)
	}
	if n, err = w.vault.DestroyWraps(ctx, case1, ""); err != nil || n != 0 {
		t.Fatalf("again: destroyed %d: %v", n, err)
	}
	for _, k := range wraps[:3] {
		_, err := w.vault.GetWrap(ctx, k.Case, k.Act, k.Compartment, k.For)
		wantErr(t, err, vault.ErrNotFound, "")
	}
	if onDisk(t, w.srv.dir, marker) {
		t.Fatal("destroyed wraps are still on the store's disk")
	}
	_, err = w.vault.GetWrap(ctx, case2, act2, "main", taker)
	must(t, err)
}

// onDisk looks for bytes in every file of the store.
func onDisk(t *testing.T, dir string, what []byte) (found bool) {
	t.Helper()
	must(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(path)
		found = found || bytes.Contains(b, what)
		return err
	}))
	return found
}

func TestWrapsRefused(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	id := agencies.NewID()
	for name, k := range map[string]agencies.KeyWrap{
		"act":         {Case: id, Act: "../x", Compartment: "main", For: taker, Wrapped: []byte("x")},
		"case":        {Case: "..", Act: id, Compartment: "main", For: taker, Wrapped: []byte("x")},
		"compartment": {Case: id, Act: id, Compartment: "../" + id, For: taker, Wrapped: []byte("x")},
		"for":         {Case: id, Act: id, Compartment: "main", For: "../x", Wrapped: []byte("x")},
		"empty":       {Case: id, Act: id, Compartment: "main", For: taker},
		"long":        {Case: id, Act: id, Compartment: "main", For: taker, Wrapped: make([]byte, agencies.MaxSealedBytes+1)},
	} {
		if err := w.vault.PutWrap(ctx, k); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	for _, caseID := range []string{"", "/", "..", id[:8]} {
		if _, err := w.vault.DestroyWraps(ctx, caseID, ""); err == nil {
			t.Errorf("destroyed %q", caseID)
		}
	}
	_, err := w.vault.GetWrap(ctx, id, id, "main", taker)
	wantErr(t, err, vault.ErrNotFound, "")
}

// TestKeysBucketMustForget: a bucket that keeps versions would only seem to forget.
func TestKeysBucketMustForget(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	caseID := agencies.NewID()
	must(t, w.vault.PutWrap(ctx, agencies.KeyWrap{Case: caseID, Act: caseID, Compartment: "main", For: taker, Wrapped: []byte("x")}))
	must(t, w.admin.EnableVersioning(ctx, "rogatory-test-keys"))
	_, err := w.vault.DestroyWraps(ctx, caseID, "")
	wantErr(t, err, vault.ErrConfig, "could not forget")
	cfg := vault.Config{Endpoint: w.srv.endpoint, AccessKey: accessKey, SecretKey: secretKey, Prefix: "rogatory-test", Log: quiet()}
	_, err = vault.New(ctx, cfg)
	wantErr(t, err, vault.ErrConfig, "versioned")
	must(t, w.admin.SuspendVersioning(ctx, "rogatory-test-keys"))
	_, err = vault.New(ctx, cfg)
	wantErr(t, err, vault.ErrConfig, "versioned")
	must(t, w.admin.MakeBucket(ctx, "locked-keys", minio.MakeBucketOptions{ObjectLocking: true}))
	cfg.Prefix = "locked"
	_, err = vault.New(ctx, cfg)
	wantErr(t, err, vault.ErrConfig, "could not forget")
}
