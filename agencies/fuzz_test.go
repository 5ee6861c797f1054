package agencies_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogatory/rogatory/agencies"
)

// Each target looks for two things: a panic, and malleability. What parses must
// encode to the same bytes again, or two texts would be one statement. Run one
// with
//
//	go test ./agencies -run '^$' -fuzz '^FuzzEnvelope$' -fuzztime 60s -fuzzminimizetime 1x
//
// Without the last flag the engine spends the time on making the large seeds
// small, executes a handful of inputs and still says PASS: look at «execs».

func seeds(f *testing.F, names ...string) {
	f.Helper()
	for _, name := range names {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		ok(f, err)
		f.Add(b)
	}
}

// known wants every refusal to be one of the package's own.
func known(t *testing.T, err error) {
	t.Helper()
	if !errors.Is(err, agencies.ErrMalformed) && !errors.Is(err, agencies.ErrUntrusted) && !errors.Is(err, agencies.ErrSealed) {
		t.Errorf("error of no known kind: %v", err)
	}
}

func FuzzEnvelope(f *testing.F) {
	seeds(f, "statement.jws", "validation.jws")
	f.Add([]byte("e30.e30.e30"))
	f.Add([]byte(`{"payload":"","signatures":[]}`))
	file, err := os.ReadFile(filepath.Join("testdata", "trustlist-1.signed.json"))
	ok(f, err)
	g := parseList(f, file)
	ok(f, g.VerifyGenesis(g.Digest()))
	l := g.List()
	genuine := map[string]bool{}
	for _, name := range []string{"statement.jws", "validation.jws"} {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		ok(f, err)
		genuine[string(b)] = true
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, typ := range []agencies.Typ{agencies.TypAct, agencies.TypValidation} {
			_, err := l.Verify(agencies.Compact(b), typ, now)
			if err != nil {
				known(t, err)
				continue
			}
			// Nobody has the keys, so only the genuine bytes may verify.
			if !genuine[string(b)] {
				t.Errorf("another spelling verifies: %q", b)
			}
		}
	})
}

func FuzzTrustList(f *testing.F) {
	seeds(f, "trustlist-1.signed.json")
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := agencies.ParseTrustList(b)
		if err != nil {
			known(t, err)
			return
		}
		again, err := s.File()
		ok(t, err)
		if !bytes.Equal(again, b) {
			t.Errorf("%q became %q", b, again)
		}
		exact, err := s.List().Encode()
		ok(t, err)
		if !bytes.Equal(exact, s.Bytes()) {
			t.Errorf("%q became %q", s.Bytes(), exact)
		}
		agencies.Diff(nil, s.List())
	})
}

// FuzzTrustListBytes fuzzes inside the base64.
func FuzzTrustListBytes(f *testing.F) {
	seeds(f, "trustlist-1.json")
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := agencies.ParseTrustList([]byte(`{"list":"` + b64(b) + `","signatures":[]}`))
		if err != nil {
			known(t, err)
			return
		}
		exact, err := s.List().Encode()
		ok(t, err)
		if !bytes.Equal(exact, b) {
			t.Errorf("%q became %q", b, exact)
		}
		known(t, s.VerifyGenesis(s.Digest())) // unsigned
	})
}

func FuzzStatement(f *testing.F) {
	seeds(f, "statement.json", "validation.json")
	f.Fuzz(func(t *testing.T, b []byte) {
		if s, err := agencies.ParseStatement(b); err == nil {
			again, err := s.Encode()
			ok(t, err)
			if !bytes.Equal(again, b) {
				t.Errorf("%q became %q", b, again)
			}
		} else {
			known(t, err)
		}
		if v, err := agencies.ParseValidation(b); err == nil {
			again, err := v.Encode()
			ok(t, err)
			if !bytes.Equal(again, b) {
				t.Errorf("%q became %q", b, again)
			}
		} else {
			known(t, err)
		}
	})
}

func FuzzDisclosure(f *testing.F) {
	f.Add([]byte(`["AAAAAAAAAAAAAAAAAAAAAA","target",{"a":[1,null,"x"]}]`))
	f.Add([]byte(`["AAAAAAAAAAAAAAAAAAAAAA","_sd",1e30]`))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, text := range []string{b64(b), string(b)} {
			d, err := agencies.ParseDisclosure(text)
			if err != nil {
				known(t, err)
				continue
			}
			if d.Encode() != text {
				t.Errorf("%q became %q", text, d.Encode())
			}
		}
	})
}

// FuzzSealed feeds hostile ciphertext and hostile plaintext to Open.
func FuzzSealed(f *testing.F) {
	key, err := agencies.NewCaseKey()
	ok(f, err)
	d := disclosures(f, "a", 1)
	sealed, err := agencies.SealDisclosures(key.Recipient(), d)
	ok(f, err)
	f.Add(sealed)
	f.Add([]byte(`["` + d[0].Encode() + `"]`))
	f.Add([]byte("age-encryption.org/v1\n-> X25519 AAAA\n\n--- AAAA\n"))
	sd := []string{d[0].Digest()}
	f.Fuzz(func(t *testing.T, b []byte) {
		if got, err := key.Open(b, sd); err != nil {
			known(t, err)
		} else if len(got) != 1 || got[0].Digest() != sd[0] {
			t.Errorf("opened %d", len(got))
		}
		if _, err := agencies.UnwrapCaseKey(b); err == nil {
			t.Error("unwrapped with no key")
		}
		if len(b) > 4096 {
			return
		}
		inside, err := agencies.SealTo([]string{key.Recipient()}, b)
		ok(t, err)
		if got, err := key.Open(inside, sd); err != nil {
			known(t, err)
		} else if len(got) != 1 || got[0].Digest() != sd[0] {
			t.Errorf("opened %d", len(got))
		}
	})
}

func FuzzKeyring(f *testing.F) {
	seeds(f, "keyring-XA-MOJ.json")
	f.Fuzz(func(t *testing.T, b []byte) {
		k, err := agencies.ParseKeyring(b)
		if err != nil {
			known(t, err)
			return
		}
		// A keyring is not signed; it may be spelled freely, but must read
		// back as what it was.
		raw, err := k.Encode()
		ok(t, err)
		again, err := agencies.ParseKeyring(raw)
		ok(t, err)
		twice, err := again.Encode()
		ok(t, err)
		if !bytes.Equal(raw, twice) {
			t.Errorf("%q became %q", raw, twice)
		}
	})
}

func FuzzDecodeStrict(f *testing.F) {
	f.Add([]byte(`{"up":1,"id":"a","list":[{"name":"x","at":"2026-01-02T03:04:05Z"}],"any":{"n":[1.5,null]},"bytes":"AAE="}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var v target
		if err := agencies.DecodeStrict(b, &v); err != nil {
			known(t, err)
		}
		var any any
		if err := agencies.DecodeStrict(b, &any); err != nil {
			known(t, err)
		}
	})
}
