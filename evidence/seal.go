package evidence

import (
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"
	"sync"

	"filippo.io/age"

	"github.com/rogatory/rogatory/agencies"
)

const (
	// UnknownSize tells Seal that the caller does not know how long the source is.
	UnknownSize int64 = -1

	// maxHeader bounds what a hostile header may make the reader hold:
	// 64 hybrid recipients take about 100 KiB.
	maxHeader = 256 << 10
	// blockSize is one step of the pipeline: long enough to hide the cost of
	// goroutines, short enough that memory stays flat.
	blockSize = 1 << 20

	ageChunk, ageTag, ageNonce = 64 << 10, 16, 16
)

// Plain measures the plaintext of an exhibit. Both digests are secret as long
// as the content can be guessed.
type Plain struct {
	Size   int64
	SHA256 agencies.Digest
	SHA512 agencies.Digest
}

// Sealed measures both sides of a seal.
type Sealed struct {
	Plain  Plain
	Size   int64           // of the sealed bytes
	Digest agencies.Digest // SHA-256 of the sealed bytes
}

// Seal reads src to its end and writes it to dst, encrypted to all recipients
// (age1… or age1pq1…; the two kinds cannot be mixed, by design of age).
//
// size is what the caller expects src to hold, or [UnknownSize]. If src gives
// fewer or more bytes, Seal fails with [ErrSource]: a file that changes while it
// is read is not evidence. After an error the bytes in dst are without a last
// chunk, cannot be opened, and must be thrown away.
func Seal(dst io.Writer, src io.Reader, recipients []string, size int64) (Sealed, error) {
	to, err := parseRecipients(recipients)
	if err != nil {
		return Sealed{}, err
	}
	out := newMeter(dst)
	w, err := age.Encrypt(out, to...)
	if err != nil {
		return Sealed{}, fmt.Errorf("seal exhibit: %w", err)
	}
	if size >= 0 {
		src = io.LimitReader(src, size+1) // one more byte is enough to see that it grew
	}
	plain, err := pump(w, src)
	if err != nil {
		return Sealed{}, fmt.Errorf("seal exhibit: %w", err)
	}
	if size >= 0 && plain.Size != size {
		return Sealed{}, fmt.Errorf("seal exhibit: %w: %s than %d bytes", ErrSource, moreOrLess(plain.Size, size), size)
	}
	if err := w.Close(); err != nil {
		return Sealed{}, fmt.Errorf("seal exhibit: %w", err)
	}
	return Sealed{Plain: plain, Size: out.n, Digest: sum256(out.h)}, nil
}

// Open reads sealed bytes from src, writes the plaintext to dst and holds every
// measure in want against what it saw: size and digest of the sealed bytes, size
// and both digests of the plaintext.
//
// Bytes reach dst before the last check. The caller MUST keep dst from every
// reader until Open has returned nil, and destroy it otherwise.
func Open(dst io.Writer, src io.Reader, ids []age.Identity, want Sealed) error {
	if err := want.Check(); err != nil {
		return fmt.Errorf("open exhibit: %w", err)
	}
	in := &meteredReader{r: io.LimitReader(src, want.Size+1), h: sha256.New(), limit: maxHeader}
	r, err := age.Decrypt(in, ids...)
	if err != nil && in.err != nil {
		// The source failed, not the seal: a lost link must not read as forgery.
		return fmt.Errorf("open exhibit: read sealed bytes: %w", in.err)
	}
	if err != nil {
		if _, ok := errors.AsType[*age.NoIdentityMatchError](err); ok {
			return fmt.Errorf("open exhibit: %w", ErrNotForUs)
		}
		return fmt.Errorf("open exhibit: %w: %w", ErrSeal, err)
	}
	in.limit = 0
	plain, err := pump(dst, r)
	if in.err != nil {
		return fmt.Errorf("open exhibit: read sealed bytes: %w", in.err)
	}
	if werr, ok := errors.AsType[*writeError](err); ok {
		return fmt.Errorf("open exhibit: %w", werr)
	}
	if err != nil {
		return fmt.Errorf("open exhibit: %w: %w", ErrSeal, err)
	}
	if _, err := io.Copy(io.Discard, in); err != nil {
		return fmt.Errorf("open exhibit: read sealed bytes: %w", err)
	}
	got := Sealed{Plain: plain, Size: in.n, Digest: sum256(in.h)}
	return want.compare(got)
}

// Check refuses a Sealed with a measure missing or in the wrong algorithm.
func (s Sealed) Check() error {
	if s.Plain.Size < 0 {
		return field("plain_size", agencies.RuleFormat, "is negative [DIT-05]")
	}
	if s.Size <= 0 {
		return field("sealed_size", agencies.RuleFormat, "must be positive [DIT-05]")
	}
	if err := checkDigest("sealed_digest", "sha-256", s.Digest); err != nil {
		return err
	}
	if err := checkDigest("plain_sha256", "sha-256", s.Plain.SHA256); err != nil {
		return err
	}
	return checkDigest("plain_sha512", "sha-512", s.Plain.SHA512)
}

// compare names the first measure in which got differs from s.
func (s Sealed) compare(got Sealed) error {
	switch {
	case got.Size != s.Size:
		return fmt.Errorf("open exhibit: %w: sealed bytes are %s than %d", ErrSeal, moreOrLess(got.Size, s.Size), s.Size)
	case got.Digest != s.Digest:
		return fmt.Errorf("open exhibit: %w: digest of the sealed bytes differs", ErrSeal)
	case got.Plain.Size != s.Plain.Size:
		return fmt.Errorf("open exhibit: %w: plaintext is %s than %d bytes", ErrSeal, moreOrLess(got.Plain.Size, s.Plain.Size), s.Plain.Size)
	case got.Plain.SHA256 != s.Plain.SHA256:
		return fmt.Errorf("open exhibit: %w: SHA-256 of the plaintext differs", ErrSeal)
	case got.Plain.SHA512 != s.Plain.SHA512:
		return fmt.Errorf("open exhibit: %w: SHA-512 of the plaintext differs", ErrSeal)
	}
	return nil
}

// SealedSize returns how many bytes Seal will write for a plaintext of the given
// size: the age header has a fixed length for given recipients, and each 64 KiB
// carry a tag. A broker can so plan an upload before the first byte is sealed.
func SealedSize(plain int64, recipients []string) (int64, error) {
	if plain < 0 {
		return 0, field("plain_size", agencies.RuleFormat, "is negative [DIT-05]")
	}
	empty, err := Seal(io.Discard, strings.NewReader(""), recipients, 0)
	if err != nil {
		return 0, err
	}
	chunks := max(1, (plain+ageChunk-1)/ageChunk)
	return empty.Size - ageTag + plain + chunks*ageTag, nil
}

func parseRecipients(in []string) ([]age.Recipient, error) {
	if len(in) == 0 || len(in) > agencies.MaxRecipients {
		return nil, field("recipients", agencies.RuleSize, fmt.Sprintf("must be 1 to %d [DIT-05]", agencies.MaxRecipients))
	}
	seen := make(map[string]bool, len(in))
	out := make([]age.Recipient, 0, len(in))
	for i, s := range in {
		if seen[s] {
			return nil, field(fmt.Sprintf("recipients[%d]", i), agencies.RuleDuplicate, "is named twice")
		}
		seen[s] = true
		var r age.Recipient
		var err error
		if strings.HasPrefix(s, "age1pq1") {
			r, err = age.ParseHybridRecipient(s)
		} else {
			r, err = age.ParseX25519Recipient(s)
		}
		// bech32 has a second spelling, in upper case; one recipient, one spelling.
		if err != nil || strings.ToLower(s) != s {
			return nil, field(fmt.Sprintf("recipients[%d]", i), agencies.RuleFormat, "is not an age recipient")
		}
		out = append(out, r)
	}
	return out, nil
}

// pump copies src to dst in blocks. While one block is read (and opened), the one
// before it is hashed twice and written (and sealed), each on its own goroutine:
// the slowest stage, SHA-512, sets the pace. All have ended when pump returns.
func pump(dst io.Writer, src io.Reader) (Plain, error) {
	h256, h512 := sha256.New(), sha512.New()
	var size int64
	var busy sync.WaitGroup
	var werr error // of the block being written; read only after busy.Wait
	for buf, next := make([]byte, blockSize), make([]byte, blockSize); ; buf, next = next, buf {
		n, rerr := fill(src, buf)
		if busy.Wait(); werr != nil {
			return Plain{}, &writeError{werr}
		}
		if block := buf[:n]; n > 0 {
			busy.Go(func() { h256.Write(block) })
			busy.Go(func() { h512.Write(block) })
			busy.Go(func() { _, werr = dst.Write(block) })
			size += int64(n)
		}
		if rerr == nil {
			continue
		}
		if busy.Wait(); werr != nil {
			return Plain{}, &writeError{werr}
		}
		if rerr != io.EOF {
			return Plain{}, rerr
		}
		return Plain{Size: size, SHA256: sum256(h256), SHA512: sum512(h512)}, nil
	}
}

// fill reads until buf is full or src ends. Unlike io.ReadFull it hands on the
// error of src as it is, so a short source and a failing one stay apart.
func fill(src io.Reader, buf []byte) (n int, err error) {
	for idle := 0; n < len(buf) && err == nil; {
		var m int
		m, err = src.Read(buf[n:])
		n += m
		if m > 0 {
			idle = 0
		} else if idle++; idle > 100 && err == nil {
			err = io.ErrNoProgress
		}
	}
	return n, err
}

type writeError struct{ err error }

func (e *writeError) Error() string { return "write: " + e.err.Error() }
func (e *writeError) Unwrap() error { return e.err }

// meter counts and hashes what passes to w.
type meter struct {
	w io.Writer
	h hash.Hash
	n int64
}

func newMeter(w io.Writer) *meter { return &meter{w: w, h: sha256.New()} }

func (m *meter) Write(p []byte) (int, error) {
	n, err := m.w.Write(p)
	m.h.Write(p[:n])
	m.n += int64(n)
	return n, err
}

// meteredReader counts and hashes what it gives out. While limit is above zero
// it refuses to give more than that: the header is read line by line and a line
// has no bound of its own. err keeps a failure of r apart from a broken seal.
type meteredReader struct {
	r     io.Reader
	h     hash.Hash
	n     int64
	limit int64
	err   error
}

func (m *meteredReader) Read(p []byte) (int, error) {
	if m.limit > 0 {
		if m.n >= m.limit {
			return 0, errors.New("header is too long")
		}
		p = p[:min(int64(len(p)), m.limit-m.n)]
	}
	n, err := m.r.Read(p)
	m.h.Write(p[:n])
	m.n += int64(n)
	if err != nil && err != io.EOF {
		m.err = err
	}
	return n, err
}

func sum256(h hash.Hash) agencies.Digest {
	return agencies.Digest("sha-256:" + hex.EncodeToString(h.Sum(nil)))
}

func sum512(h hash.Hash) agencies.Digest {
	return agencies.Digest("sha-512:" + hex.EncodeToString(h.Sum(nil)))
}

// checkDigest demands one named algorithm. MD5 and SHA-1 fail here: collisions
// are disclosed for both (Annex 3.3.3(a)) [DIT-05].
func checkDigest(name, alg string, d agencies.Digest) error {
	if d == "" {
		return field(name, agencies.RuleRequired, "is missing [DIT-05]")
	}
	if _, err := agencies.ParseDigest(string(d)); err != nil || !strings.HasPrefix(string(d), alg+":") {
		return field(name, agencies.RuleFormat, "must be a "+alg+" digest [DIT-05]")
	}
	return nil
}

func moreOrLess(got, want int64) string {
	if got > want {
		return "more"
	}
	return "less"
}
