package tlog

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	flog "github.com/transparency-dev/formats/log"
	fnote "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"
)

// maxNote bounds a checkpoint with many cosignatures.
const maxNote = 1 << 18

// Checkpoint is a verified tree head. Two checkpoints are the same tree when
// origin, size and root are equal; Note differs with every signing.
type Checkpoint struct {
	Origin   string
	Size     uint64
	Root     [32]byte
	SignedAt time.Time // from the ML-DSA signature, UTC, whole seconds
	Note     []byte    // exact signed note, cosignatures included
}

// Same reports whether both are heads of the same tree.
func (c Checkpoint) Same(o Checkpoint) bool {
	return c.Origin == o.Origin && c.Size == o.Size && c.Root == o.Root
}

// ParseCheckpoint verifies a signed checkpoint of the log of keys: both keys
// must have signed. Signatures of others (witnesses) are kept and not judged.
func ParseCheckpoint(data []byte, keys *VerifyKeys) (Checkpoint, error) {
	bad := func(format string, args ...any) (Checkpoint, error) {
		return Checkpoint{}, fmt.Errorf("parse checkpoint: "+format+": %w", append(args, ErrCheckpoint)...)
	}
	if keys == nil {
		return bad("no verifier keys")
	}
	if len(data) > maxNote {
		return bad("%d bytes, limit %d", len(data), maxNote)
	}
	n, err := note.Open(data, note.VerifierList(keys.ed, keys.ml))
	if err != nil {
		return bad("%v", err)
	}
	if err := checkSignatureLines(data[len(n.Text)+1:]); err != nil {
		return bad("%v", err)
	}
	var body flog.Checkpoint
	rest, err := body.Unmarshal([]byte(n.Text))
	if err != nil {
		return bad("%v", err)
	}
	switch {
	case len(rest) != 0:
		return bad("extension lines are not covered by the ML-DSA signature")
	case body.Origin != keys.origin:
		return bad("origin %q, want %q", body.Origin, keys.origin)
	case len(body.Hash) != 32 || body.Size >= maxSize:
		return bad("root or size out of range")
	case !bytes.Equal(body.Marshal(), []byte(n.Text)):
		return bad("body is not in its one spelling")
	}
	cp := Checkpoint{Origin: body.Origin, Size: body.Size, Root: [32]byte(body.Hash), Note: bytes.Clone(data)}
	var ed, ml bool
	for _, s := range n.Sigs {
		switch {
		case s.Hash == keys.ed.KeyHash():
			ed = true
		case s.Hash == keys.ml.KeyHash():
			ml = true
			if cp.SignedAt, err = fnote.CoSigV1Timestamp(s); err != nil {
				return bad("%v", err)
			}
			cp.SignedAt = cp.SignedAt.UTC()
		}
	}
	if !ed || !ml {
		return bad("signed by Ed25519 key: %t, by ML-DSA-44 key: %t; both must sign", ed, ml)
	}
	return cp, nil
}

// checkSignatureLines refuses repeated lines and loose base64, which the note
// package forgives: a note has one spelling here.
func checkSignatureLines(block []byte) error {
	seen := make(map[string]bool)
	for line := range strings.Lines(string(block)) {
		name, b64, _ := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(line, "— "), "\n"), " ")
		raw, err := base64.StdEncoding.Strict().DecodeString(b64)
		if err != nil || len(raw) < 4 || base64.StdEncoding.EncodeToString(raw) != b64 {
			return fmt.Errorf("signature of %q is not base64", name)
		}
		id := name + " " + string(raw[:4])
		if seen[id] {
			return fmt.Errorf("two signatures of one key of %q", name)
		}
		seen[id] = true
	}
	return nil
}

// sign makes the checkpoint and checks it as a stranger would, so that a
// faulty signature never becomes a commit.
func (k *SigningKeys) sign(size uint64, root [32]byte) (Checkpoint, error) {
	body := flog.Checkpoint{Origin: k.verify.origin, Size: size, Hash: root[:]}
	data, err := note.Sign(&note.Note{Text: string(body.Marshal())}, k.ed, k.ml)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("sign checkpoint: %w", err)
	}
	cp, err := ParseCheckpoint(data, k.verify)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("sign checkpoint: %w", err)
	}
	return cp, nil
}
