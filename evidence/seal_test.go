package evidence_test

import (
	"bytes"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"runtime/metrics"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"filippo.io/age"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/evidence"
)

func randomBytes(n int, seed byte) []byte {
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{seed}).Read(b)
	return b
}

func seal(t testing.TB, data []byte, to ...string) ([]byte, evidence.Sealed) {
	t.Helper()
	var out bytes.Buffer
	s, err := evidence.Seal(&out, bytes.NewReader(data), to, int64(len(data)))
	must(t, err)
	return out.Bytes(), s
}

func TestSealAndOpen(t *testing.T) {
	h1, r1 := hybrid(t)
	h2, r2 := hybrid(t)
	x, err := age.GenerateX25519Identity()
	must(t, err)
	kinds := []struct {
		name string
		to   []string
		id   age.Identity
	}{
		{"hybrid", []string{r1}, h1},
		{"two hybrids, second opens", []string{r1, r2}, h2},
		{"x25519", []string{x.Recipient().String()}, x},
	}
	for _, k := range kinds {
		for _, n := range []int{0, 1, 64<<10 - 1, 64 << 10, 64<<10 + 1, 1 << 20, 1<<20 + 1, 5 << 20} {
			t.Run(fmt.Sprintf("%s/%d", k.name, n), func(t *testing.T) {
				data := randomBytes(n, 1)
				// Sources that give their bytes one by one and end together with data.
				var out bytes.Buffer
				src := iotest.DataErrReader(bytes.NewReader(data))
				if n < 100_000 {
					src = iotest.OneByteReader(src)
				}
				s, err := evidence.Seal(&out, src, k.to, evidence.UnknownSize)
				must(t, err)
				if want := plainOf(data); s.Plain != want {
					t.Fatalf("plain measures %+v, want %+v", s.Plain, want)
				}
				if s.Digest != agencies.DigestOf(out.Bytes()) || s.Size != int64(out.Len()) {
					t.Fatal("sealed measures are not those of the sealed bytes")
				}
				planned, err := evidence.SealedSize(int64(n), k.to)
				must(t, err)
				if planned != s.Size {
					t.Fatalf("SealedSize says %d, Seal wrote %d", planned, s.Size)
				}
				var back bytes.Buffer
				must(t, evidence.Open(&back, bytes.NewReader(out.Bytes()), []age.Identity{k.id}, s))
				if !bytes.Equal(back.Bytes(), data) {
					t.Fatal("opened bytes differ")
				}
			})
		}
	}
}

func plainOf(data []byte) evidence.Plain {
	s512 := sha512.Sum512(data)
	s256 := sha256.Sum256(data)
	return evidence.Plain{
		Size:   int64(len(data)),
		SHA256: agencies.Digest("sha-256:" + hex.EncodeToString(s256[:])),
		SHA512: agencies.Digest("sha-512:" + hex.EncodeToString(s512[:])),
	}
}

func TestOpenRefuses(t *testing.T) {
	id, to := hybrid(t)
	other, _ := hybrid(t)
	data := randomBytes(200_000, 2)
	sealed, want := seal(t, data, to)
	ids := []age.Identity{id}
	zero := agencies.DigestOf(nil)
	flip := func(at int) []byte {
		b := bytes.Clone(sealed)
		b[at] ^= 1
		return b
	}
	rows := []struct {
		name string
		src  []byte
		want evidence.Sealed
		ids  []age.Identity
		err  error
		text string
	}{
		{"another reader", sealed, want, []age.Identity{other}, evidence.ErrNotForUs, ""},
		{"first byte", flip(0), want, ids, evidence.ErrSeal, ""},
		{"payload", flip(len(sealed) / 2), want, ids, evidence.ErrSeal, ""},
		{"last byte", flip(len(sealed) - 1), want, ids, evidence.ErrSeal, ""},
		{"empty", nil, want, ids, evidence.ErrSeal, ""},
		{"one byte short", sealed[:len(sealed)-1], want, ids, evidence.ErrSeal, ""},
		{"cut after a chunk", sealed[:len(sealed)-(200_000%(64<<10))-16], want, ids, evidence.ErrSeal, ""},
		{"one byte more", append(bytes.Clone(sealed), 0), want, ids, evidence.ErrSeal, ""},
		{"sealed size", sealed, with(want, func(s *evidence.Sealed) { s.Size++ }), ids, evidence.ErrSeal, "sealed bytes are less"},
		{"sealed digest", sealed, with(want, func(s *evidence.Sealed) { s.Digest = zero }), ids, evidence.ErrSeal, "sealed bytes differs"},
		{"plain size", sealed, with(want, func(s *evidence.Sealed) { s.Plain.Size-- }), ids, evidence.ErrSeal, "plaintext is more"},
		{"plain sha-256", sealed, with(want, func(s *evidence.Sealed) { s.Plain.SHA256 = zero }), ids, evidence.ErrSeal, "SHA-256 of the plaintext"},
		{"plain sha-512", sealed, with(want, func(s *evidence.Sealed) { s.Plain.SHA512 = plainOf(nil).SHA512 }), ids, evidence.ErrSeal, "SHA-512 of the plaintext"},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			wantErr(t, evidence.Open(io.Discard, bytes.NewReader(r.src), r.ids, r.want), r.err, r.text)
		})
	}
	t.Run("resealed by another hand", func(t *testing.T) {
		// Same plaintext, sound seal, right recipient: still not what was signed.
		again, _ := seal(t, data, to)
		wantErr(t, evidence.Open(io.Discard, bytes.NewReader(again), ids, want), evidence.ErrSeal, "digest of the sealed bytes")
	})
	t.Run("measures missing", func(t *testing.T) {
		for field, f := range map[string]func(*evidence.Sealed){
			"sealed_size":   func(s *evidence.Sealed) { s.Size = 0 },
			"sealed_digest": func(s *evidence.Sealed) { s.Digest = "" },
			"plain_size":    func(s *evidence.Sealed) { s.Plain.Size = -1 },
			"plain_sha256":  func(s *evidence.Sealed) { s.Plain.SHA256 = "md5:d41d8cd98f00b204e9800998ecf8427e" },
			"plain_sha512":  func(s *evidence.Sealed) { s.Plain.SHA512 = s.Plain.SHA256 },
		} {
			wantField(t, evidence.Open(io.Discard, bytes.NewReader(sealed), ids, with(want, f)), field)
		}
	})
	t.Run("errors of source and target are not a broken seal", func(t *testing.T) {
		boom := errors.New("boom")
		err := evidence.Open(io.Discard, io.MultiReader(bytes.NewReader(sealed[:100_000]), iotest.ErrReader(boom)), ids, want)
		if !errors.Is(err, boom) || errors.Is(err, evidence.ErrSeal) {
			t.Fatalf("got %v", err)
		}
		err = evidence.Open(failAfter{boom}, bytes.NewReader(sealed), ids, want)
		if !errors.Is(err, boom) || errors.Is(err, evidence.ErrSeal) {
			t.Fatalf("got %v", err)
		}
	})
	t.Run("endless header", func(t *testing.T) {
		huge := with(want, func(s *evidence.Sealed) { s.Size = 1 << 40 })
		src := &counted{r: io.MultiReader(strings.NewReader("age-encryption.org/v1\n-> X25519 "), endless('a'))}
		wantErr(t, evidence.Open(io.Discard, src, ids, huge), evidence.ErrSeal, "too long")
		if src.n > 1<<20 {
			t.Fatalf("read %d bytes of a header", src.n)
		}
	})
}

func with(s evidence.Sealed, f func(*evidence.Sealed)) evidence.Sealed {
	f(&s)
	return s
}

type failAfter struct{ err error }

func (f failAfter) Write([]byte) (int, error) { return 0, f.err }

type endless byte

func (e endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(e)
	}
	return len(p), nil
}

type counted struct {
	r io.Reader
	n int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

func TestSealRefuses(t *testing.T) {
	id, to := hybrid(t)
	x, err := age.GenerateX25519Identity()
	must(t, err)
	data := randomBytes(3<<20, 3)
	for _, size := range []int64{int64(len(data)) + 1, int64(len(data)) - 1, 0} {
		t.Run(fmt.Sprintf("source of %d announced as %d", len(data), size), func(t *testing.T) {
			var out bytes.Buffer
			_, err := evidence.Seal(&out, bytes.NewReader(data), []string{to}, size)
			wantErr(t, err, evidence.ErrSource, "bytes")
			// What is left behind must not open as if it were whole.
			r, err := age.Decrypt(&out, id)
			if err == nil {
				if _, err = io.Copy(io.Discard, r); err == nil {
					t.Fatal("the rest of a failed seal can be opened")
				}
			}
		})
	}
	t.Run("growing source is not read to its end", func(t *testing.T) {
		src := &counted{r: endless('a')}
		_, err := evidence.Seal(io.Discard, src, []string{to}, 1000)
		wantErr(t, err, evidence.ErrSource, "more than 1000")
		if src.n > 1001 {
			t.Fatalf("read %d bytes", src.n)
		}
	})
	boom := errors.New("boom")
	for _, e := range []error{boom, io.ErrUnexpectedEOF} {
		_, err = evidence.Seal(io.Discard, io.MultiReader(bytes.NewReader(data[:10]), iotest.ErrReader(e)), []string{to}, evidence.UnknownSize)
		if !errors.Is(err, e) {
			t.Fatalf("got %v, want %v", err, e)
		}
	}
	if _, err = evidence.Seal(failAfter{boom}, bytes.NewReader(data), []string{to}, 3<<20); !errors.Is(err, boom) {
		t.Fatalf("got %v, want boom", err)
	}
	for name, list := range map[string][]string{
		"none": nil, "twice": {to, to}, "plugin": {"age1yubikey1qwerty"}, "empty": {""}, "ssh": {"ssh-ed25519 AAAA"},
		"upper case": {strings.ToUpper(x.Recipient().String())},
	} {
		if _, err := evidence.Seal(io.Discard, bytes.NewReader(nil), list, 0); err == nil {
			t.Errorf("%s: recipients accepted", name)
		}
	}
	if _, err := evidence.Seal(io.Discard, bytes.NewReader(nil), []string{to, x.Recipient().String()}, 0); err == nil {
		t.Error("hybrid and classic recipients were mixed")
	}
}

// TestSealMemoryFlat seals and opens more than it may hold.
func TestSealMemoryFlat(t *testing.T) {
	const size = 512 << 20
	id, to := hybrid(t)
	pr, pw := io.Pipe()
	var want evidence.Sealed
	sealed := make(chan error, 1)
	peak := peakHeap(t, func() {
		go func() {
			var err error
			want, err = evidence.Seal(pw, io.LimitReader(endless('x'), size), []string{to}, size)
			pw.CloseWithError(err)
			sealed <- err
		}()
		r, err := age.Decrypt(pr, id)
		must(t, err)
		n, err := io.Copy(io.Discard, r)
		must(t, err)
		must(t, <-sealed)
		if n != size || want.Plain.Size != size {
			t.Fatalf("moved %d bytes", n)
		}
	})
	if peak > 32<<20 {
		t.Fatalf("heap grew to %d MiB", peak>>20)
	}
}

// peakHeap samples the heap while f runs.
func peakHeap(t *testing.T, f func()) uint64 {
	t.Helper()
	runtime.GC()
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	done, result := make(chan struct{}), make(chan uint64)
	go func() {
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		var peak uint64
		for {
			metrics.Read(sample)
			peak = max(peak, sample[0].Value.Uint64())
			select {
			case <-done:
				result <- peak
				return
			case <-tick.C:
			}
		}
	}()
	f()
	close(done)
	return <-result
}

func BenchmarkSeal(b *testing.B) {
	_, to := hybrid(b)
	data := randomBytes(64<<20, 4)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := evidence.Seal(io.Discard, bytes.NewReader(data), []string{to}, int64(len(data))); err != nil {
			b.Fatal(err)
		}
	}
}

// TestSourceFailsInTheHeader: a link that is lost early is no broken seal.
func TestSourceFailsInTheHeader(t *testing.T) {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	var sealed bytes.Buffer
	s, err := evidence.Seal(&sealed, strings.NewReader("evidence"), []string{id.Recipient().String()}, 8)
	if err != nil {
		t.Fatal(err)
	}
	lost := errors.New("link lost")
	src := io.MultiReader(bytes.NewReader(sealed.Bytes()[:40]), iotest.ErrReader(lost))
	err = evidence.Open(io.Discard, src, []age.Identity{id}, s)
	if !errors.Is(err, lost) || errors.Is(err, evidence.ErrSeal) {
		t.Fatalf("got %v", err)
	}
}
