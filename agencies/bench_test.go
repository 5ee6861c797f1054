package agencies_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"testing"

	"github.com/rogatory/rogatory/agencies"
)

// The strict envelope beside the bare signature it is made of. Run:
//
//	go test ./agencies -run '^$' -bench 'SignVerify' -count 6
func BenchmarkSignVerifyRaw(b *testing.B) {
	pub, priv, err := ed25519.GenerateKey(rand.Reader)
	ok(b, err)
	msg := make([]byte, 1024)
	for b.Loop() {
		if !ed25519.Verify(pub, msg, ed25519.Sign(priv, msg)) {
			b.Fatal("does not verify")
		}
	}
}

func BenchmarkSignVerifyEnvelope(b *testing.B) {
	w := theWorld()
	l, s := w.list(b), w.officer(b, prosecutor)
	msg := make([]byte, 1024)
	for b.Loop() {
		c, err := s.Sign(agencies.TypAct, msg)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := l.Verify(c, agencies.TypAct, now); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerifyRaw(b *testing.B) {
	pub, priv, err := ed25519.GenerateKey(rand.Reader)
	ok(b, err)
	msg := make([]byte, 1024)
	sig := ed25519.Sign(priv, msg)
	for b.Loop() {
		if !ed25519.Verify(pub, msg, sig) {
			b.Fatal("does not verify")
		}
	}
}

func BenchmarkVerifyEnvelope(b *testing.B) {
	w := theWorld()
	l := w.list(b)
	c, err := w.officer(b, prosecutor).Sign(agencies.TypAct, make([]byte, 1024))
	ok(b, err)
	for b.Loop() {
		if _, err := l.Verify(c, agencies.TypAct, now); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerifyStatement(b *testing.B) {
	w := theWorld()
	l := w.list(b)
	_, c := w.order(b)
	for b.Loop() {
		if _, _, err := l.VerifyStatement(c, now); err != nil {
			b.Fatal(err)
		}
	}
}
