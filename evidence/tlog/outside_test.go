package tlog

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"github.com/transparency-dev/tessera/client"
	"github.com/transparency-dev/tessera/fsck"
	"golang.org/x/mod/sumdb/note"
)

// leafHashes is a bundle reader of its own, so that fsck shares no code with ours.
func leafHashes(bundle []byte) ([][]byte, error) {
	var out [][]byte
	for len(bundle) > 0 {
		if len(bundle) < 2 || len(bundle) < 2+int(binary.BigEndian.Uint16(bundle)) {
			return nil, fmt.Errorf("short bundle")
		}
		n := int(binary.BigEndian.Uint16(bundle))
		out = append(out, rfc6962.DefaultHasher.HashLeaf(bundle[2:2+n]))
		bundle = bundle[2+n:]
	}
	return out, nil
}

// TestStockClientReadsOurTiles lets the Tessera client, its fsck and the merkle
// library judge the ledger, over HTTP and from the directory.
func TestStockClientReadsOurTiles(t *testing.T) {
	l, d, _ := begin(t)
	for _, size := range []uint64{1, 255, 256, 700, 66_000} {
		mustAppend(t, l, size)
		srv := httptest.NewServer(Handler(d))
		u, err := url.Parse(srv.URL + "/")
		if err != nil {
			t.Fatal(err)
		}
		web, err := client.NewHTTPFetcher(u, srv.Client())
		if err != nil {
			t.Fatal(err)
		}
		for name, f := range map[string]fsck.Fetcher{"http": web, "file": client.FileFetcher{Root: d.root.Name()}} {
			for _, v := range []note.Verifier{l.Verify().ed, l.Verify().ml} {
				stockCheck(t, fmt.Sprintf("%s size %d", name, size), f, v, size)
			}
		}
		srv.Close()
	}
}

func stockCheck(t *testing.T, name string, f fsck.Fetcher, v note.Verifier, size uint64) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cp, _, _, err := client.FetchCheckpoint(ctx, f.ReadCheckpoint, v, testOrigin)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if root := rootOf(t, size); cp.Size != size || !bytes.Equal(cp.Hash, root[:]) {
		t.Fatalf("%s: checkpoint of size %d", name, cp.Size)
	}
	// Eight workers: with one, a finding would block fsck for good.
	if err := fsck.New(testOrigin, v, f, leafHashes, fsck.Opts{N: 8}).Check(ctx); err != nil {
		t.Fatalf("%s: fsck: %v", name, err)
	}
	pb, err := client.NewProofBuilder(ctx, size, f.ReadTile)
	if err != nil {
		t.Fatal(err)
	}
	for i := uint64(0); i < size; i += size/20 + 1 {
		p, err := pb.InclusionProof(ctx, i)
		if err != nil {
			t.Fatalf("%s: leaf %d: %v", name, i, err)
		}
		e := Commit(record(i))
		err = proof.VerifyInclusion(rfc6962.DefaultHasher, i, size, rfc6962.DefaultHasher.HashLeaf(e[:]), p, cp.Hash)
		if err != nil {
			t.Fatalf("%s: leaf %d: %v", name, i, err)
		}
		root := rootOf(t, min(i+1, 500))
		c, err := pb.ConsistencyProof(ctx, min(i+1, 500), size)
		if err != nil {
			t.Fatalf("%s: from %d: %v", name, i+1, err)
		}
		if err := proof.VerifyConsistency(rfc6962.DefaultHasher, min(i+1, 500), size, c, root[:], cp.Hash); err != nil {
			t.Fatalf("%s: from %d: %v", name, i+1, err)
		}
	}
}

// TestStockToolFindsWhatWeFind guards the comparison itself: fsck must not be blind.
func TestStockToolFindsWhatWeFind(t *testing.T) {
	l, d, _ := begin(t)
	mustAppend(t, l, 700)
	dir := copyDir(t, d)
	data := read(t, dir, tilePath(bundleLevel, 1, tileWidth))
	data[500] ^= 1
	write(t, dir, tilePath(bundleLevel, 1, tileWidth), data)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := fsck.New(testOrigin, l.Verify().ed, client.FileFetcher{Root: dir}, leafHashes, fsck.Opts{N: 8}).Check(ctx); err == nil {
		t.Fatal("fsck passes a flipped entry")
	}
	if _, err := Audit(ctx, AuditConfig{Source: openDir(t, dir), Keys: l.Verify()}); err == nil {
		t.Fatal("audit passes a flipped entry")
	}
}
