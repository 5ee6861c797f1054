package tlog

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	fnote "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"
)

func TestCheckpoint(t *testing.T) {
	k := keysOf(t)
	cp, err := k.sign(20_852_163, rootOf(t, 7))
	if err != nil {
		t.Fatal(err)
	}
	if d := time.Since(cp.SignedAt); d < -time.Minute || d > time.Minute || cp.SignedAt.Location() != time.UTC {
		t.Fatalf("signed at %s", cp.SignedAt)
	}
	if n := len(cp.Note); n > 4096 { // stock witnesses refuse requests above 10 KiB
		t.Fatalf("checkpoint of %d bytes", n)
	}
	text, sigs, _ := strings.Cut(string(cp.Note), "\n\n")
	lines := strings.SplitAfter(sigs, "\n")
	withWitness := func() []byte {
		skey, _, err := fnote.GenerateMLDSAKey("witness.example.org")
		if err != nil {
			t.Fatal(err)
		}
		w, err := fnote.NewMLDSASigner(skey)
		if err != nil {
			t.Fatal(err)
		}
		n, err := note.Open(cp.Note, note.VerifierList(k.verify.ed, k.verify.ml))
		if err != nil {
			t.Fatal(err)
		}
		data, err := note.Sign(n, w)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}()
	resign := func(body string) []byte {
		data, err := note.Sign(&note.Note{Text: body}, k.ed, k.ml)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	if got, err := ParseCheckpoint(withWitness, k.Verify()); err != nil || !got.Same(cp) || !bytes.Equal(got.Note, withWitness) {
		t.Fatalf("cosigned checkpoint: %v", err)
	}
	for name, bad := range map[string][]byte{
		"empty":              nil,
		"no signature":       []byte(text + "\n\n"),
		"Ed25519 only":       []byte(text + "\n\n" + lines[0]),
		"ML-DSA only":        []byte(text + "\n\n" + lines[1]),
		"signature twice":    []byte(text + "\n\n" + sigs + lines[0]),
		"bytes after":        append(bytes.Clone(cp.Note), "x\n"...),
		"size changed":       bytes.Replace(cp.Note, []byte("20852163"), []byte("20852164"), 1),
		"extension line":     resign(text + "\nnote\n"),
		"size with zero":     resign(strings.Replace(text, "\n20852163\n", "\n020852163\n", 1) + "\n"),
		"size too large":     resign(strings.Replace(text, "\n20852163\n", "\n1152921504606846976\n", 1) + "\n"),
		"origin of another":  resign(strings.Replace(text, "/xa", "/xb", 1) + "\n"),
		"short root":         resign(testOrigin + "\n3\nAAAA\n"),
		"carriage return":    bytes.ReplaceAll(cp.Note, []byte("\n"), []byte("\r\n")),
		"loose base64":       looseBase64(t, cp.Note, lines[0]),
		"too many bytes":     append(bytes.Clone(cp.Note), make([]byte, maxNote)...),
		"signature no space": bytes.Replace(cp.Note, []byte("— "), []byte("—"), 1),
	} {
		if _, err := ParseCheckpoint(bad, k.Verify()); !errors.Is(err, ErrCheckpoint) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := ParseCheckpoint(cp.Note, nil); !errors.Is(err, ErrCheckpoint) {
		t.Errorf("no keys: %v", err)
	}
}

// looseBase64 changes bits that base64 padding makes meaningless.
func looseBase64(t *testing.T, data []byte, line string) []byte {
	t.Helper()
	i := strings.IndexByte(line, '=')
	if i < 0 {
		t.Fatal("signature without padding")
	}
	const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	loose := line[:i-1] + string(digits[strings.IndexByte(digits, line[i-1])^1]) + line[i:]
	return bytes.Replace(data, []byte(line), []byte(loose), 1)
}

func TestProofFilesRefused(t *testing.T) {
	l, _, _ := begin(t)
	mustAppend(t, l, 300)
	p, err := l.InclusionProof(t.Context(), 17)
	if err != nil {
		t.Fatal(err)
	}
	data, err := p.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	e := Commit(record(17))
	for name, bad := range map[string][]byte{
		"empty":          nil,
		"cut":            data[:len(data)/2],
		"other index":    bytes.Replace(data, []byte("index 17\n"), []byte("index 18\n"), 1),
		"index with 0":   bytes.Replace(data, []byte("index 17\n"), []byte("index 017\n"), 1),
		"other header":   bytes.Replace(data, []byte("@v1"), []byte("@v2"), 1),
		"carriage":       bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n")),
		"no last return": data[:len(data)-1],
		"too long":       append(bytes.Clone(data), make([]byte, maxNote+2*maxExtra)...),
	} {
		if _, err := VerifyProof(bad, e[:], l.Verify()); !errors.Is(err, ErrProof) && !errors.Is(err, ErrCheckpoint) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for i := range data { // no byte is without meaning
		bad := bytes.Clone(data)
		bad[i] ^= 1
		if i%7 != 0 && i > 400 {
			continue // the ML-DSA signature is long
		}
		if _, err := VerifyProof(bad, e[:], l.Verify()); err == nil {
			t.Errorf("byte %d of the proof changed: accepted", i)
		}
	}
	p.Extra = make([]byte, maxExtra+1)
	if _, err := p.Marshal(); !errors.Is(err, ErrProof) {
		t.Errorf("extra too long: %v", err)
	}
	p.Extra = make([]byte, maxExtra)
	if data, err = p.Marshal(); err != nil {
		t.Fatal(err)
	}
	if _, err := VerifyProof(data, e[:], l.Verify()); err != nil {
		t.Errorf("longest extra: %v", err)
	}
	if err := VerifyInclusion(p.Checkpoint, 17, e[:31], p.Hashes); !errors.Is(err, ErrProof) {
		t.Errorf("short entry: %v", err)
	}
	older := p.Checkpoint
	older.Origin = "ledger.example.org/xb"
	if err := VerifyConsistency(older, p.Checkpoint, nil); !errors.Is(err, ErrProof) {
		t.Errorf("two logs: %v", err)
	}
	older = Checkpoint{Origin: testOrigin, Root: [32]byte{1}}
	if err := VerifyConsistency(older, p.Checkpoint, nil); !errors.Is(err, ErrProof) {
		t.Errorf("empty tree with a root: %v", err)
	}
}
