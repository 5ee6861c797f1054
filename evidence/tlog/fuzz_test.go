package tlog

import (
	"bytes"
	"strings"
	"testing"

	flog "github.com/transparency-dev/formats/log"
)

func FuzzParseCheckpoint(f *testing.F) {
	k := keysOf(f)
	cp, err := k.sign(5, rootOf(f, 5))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(cp.Note)
	f.Add([]byte("a\n0\nAAAA\n\n— a AAAAAAAA\n"))
	f.Add([]byte("\n\n— "))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := ParseCheckpoint(data, k.Verify())
		if err != nil {
			return
		}
		// Only the one signed tree can come out, in its one spelling.
		if !got.Same(cp) || !bytes.Equal(got.Note, data) {
			t.Fatalf("accepted %+v", got)
		}
		body := flog.Checkpoint{Origin: got.Origin, Size: got.Size, Hash: got.Root[:]}.Marshal()
		if !bytes.HasPrefix(data, append(body, '\n')) {
			t.Fatalf("body has a second spelling: %q", data)
		}
	})
}

func FuzzParseTilePath(f *testing.F) {
	for _, p := range []string{"tile/0/000", "tile/entries/x001/x234/067.p/1", "tile/63/999.p/255", "tile/data/000",
		"tile/0/x000/000", "tile/00/000", "tile/0/000.p/256", "tile/-1/000", "tile/64/000", "tile/0/../../cp/0", "tile/0/x999/x999/x999/x999/x999/x999/x999/999"} {
		f.Add(p)
	}
	f.Fuzz(func(t *testing.T, path string) {
		level, n, w, err := parseTilePath(path)
		if err != nil {
			return
		}
		if tilePath(level, n, w) != path || level < bundleLevel || level > 63 || n >= maxSize || w < 1 || w > tileWidth || strings.Contains(path, "..") {
			t.Fatalf("%q parsed as %d %d %d", path, level, n, w)
		}
	})
}

func FuzzVerifyProof(f *testing.F) {
	k := keysOf(f)
	e := Commit(record(0))
	cp, err := k.sign(1, rootOf(f, 1))
	if err != nil {
		f.Fatal(err)
	}
	data, err := Proof{Checkpoint: cp}.Marshal()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Fuzz(func(t *testing.T, in []byte) {
		p, err := VerifyProof(in, e[:], k.Verify())
		if err != nil {
			return
		}
		if out, err := p.Marshal(); err != nil || !bytes.Equal(out, in) {
			t.Fatalf("proof has a second spelling: %v", err)
		}
	})
}

func FuzzStage(f *testing.F) {
	f.Add(encodeStage(7, entries(0, 2)))
	f.Add([]byte(stageHead))
	f.Fuzz(func(t *testing.T, in []byte) {
		first, es, err := decodeStage(in)
		if err == nil && !bytes.Equal(encodeStage(first, es), in) {
			t.Fatal("staged commit has a second spelling")
		}
	})
}

func FuzzBundle(f *testing.F) {
	f.Add([]byte{0, 32, 1}, 1)
	f.Fuzz(func(t *testing.T, in []byte, w int) {
		if w < 1 || w > tileWidth {
			return
		}
		es, err := splitBundle(in, w)
		if err != nil {
			return
		}
		var out []byte
		for _, e := range es {
			out = appendEntry(out, e)
		}
		if len(es) != w || !bytes.Equal(out, in) {
			t.Fatal("bundle has a second spelling")
		}
	})
}
