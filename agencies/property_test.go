package agencies_test

import (
	"bytes"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"pgregory.net/rapid"
)

func genJSON(depth int) *rapid.Generator[any] {
	leaf := rapid.OneOf(
		rapid.Map(rapid.String(), func(s string) any { return s }),
		rapid.Map(rapid.IntRange(-1<<52, 1<<52), func(n int) any { return float64(n) }),
		rapid.Map(rapid.Float64Range(-1e15, 1e15), func(x float64) any { return x + 0 }),
		rapid.Map(rapid.Bool(), func(b bool) any { return b }),
		rapid.Just[any](nil),
	)
	if depth == 0 {
		return leaf
	}
	return rapid.OneOf(
		leaf,
		rapid.Map(rapid.SliceOfN(genJSON(depth-1), 0, 4), func(s []any) any { return s }),
		rapid.Map(rapid.MapOfN(rapid.String(), genJSON(depth-1), 0, 4), func(m map[string]any) any { return m }),
	)
}

// Canonical is idempotent, and reading it back loses nothing.
func TestCanonicalProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := genJSON(3).Draw(t, "v")
		once, err := agencies.Canonical(v)
		if err != nil {
			t.Fatal(err)
		}
		var back any
		if err := agencies.DecodeStrict(once, &back); err != nil {
			t.Fatalf("%s: %v", once, err)
		}
		twice, err := agencies.Canonical(back)
		if err != nil || !bytes.Equal(once, twice) {
			t.Fatalf("%s became %s: %v", once, twice, err)
		}
		if err := agencies.MustBeCanonical(once, back); err != nil {
			t.Fatal(err)
		}
	})
}

// What is sealed opens to what it was, for any values and split over any
// compartments, and no other statement's digests open it.
func TestDisclosureProperties(t *testing.T) {
	key, err := agencies.NewCaseKey()
	ok(t, err)
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z][a-z0-9_]{0,20}`), 1, 6, rapid.ID).Draw(t, "names")
		var ds []agencies.Disclosure
		var sd []string
		for _, n := range names {
			d, err := agencies.NewDisclosure(n, genJSON(2).Draw(t, n))
			if err != nil {
				t.Fatal(err)
			}
			back, err := agencies.ParseDisclosure(d.Encode())
			if err != nil || !reflect.DeepEqual(back, d) {
				t.Fatalf("%v", err)
			}
			ds, sd = append(ds, d), append(sd, d.Digest())
		}
		sealed, err := agencies.SealDisclosures(key.Recipient(), ds)
		if err != nil {
			t.Fatal(err)
		}
		got, err := key.Open(sealed, sd)
		if err != nil || !reflect.DeepEqual(got, ds) {
			t.Fatalf("%v", err)
		}
		missing := rapid.IntRange(0, len(sd)-1).Draw(t, "missing")
		if _, err := key.Open(sealed, slices.Delete(slices.Clone(sd), missing, missing+1)); err == nil {
			t.Fatal("opened a disclosure that no digest refers to")
		}
	})
}

// No change of a single character of an envelope verifies.
func TestEnvelopeBitFlips(t *testing.T) {
	w := theWorld()
	l := w.list(t)
	for _, signer := range []*agencies.Signer{w.officer(t, prosecutor), w.officer(t, judge)} {
		c, err := signer.Sign(agencies.TypAct, []byte(`{"a":1}`))
		ok(t, err)
		rapid.Check(t, func(t *rapid.T) {
			b := []byte(c)
			i := rapid.IntRange(0, len(b)-1).Draw(t, "i")
			to := rapid.SampledFrom([]byte("ABCabc019-_.=+/ \n\x00")).Draw(t, "to")
			switch rapid.IntRange(0, 2).Draw(t, "how") {
			case 0:
				if b[i] == to {
					return
				}
				b[i] = to
			case 1:
				b = slices.Insert(b, i, to)
			case 2:
				b = slices.Delete(b, i, i+1)
			}
			if string(b) == string(c) {
				return
			}
			if _, err := l.Verify(agencies.Compact(b), agencies.TypAct, now); err == nil {
				t.Fatalf("verifies after change at %d", i)
			}
		})
	}
}

// A key counts exactly in its window and, once superseded, before that.
func TestInForceProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		moment := func(name string) time.Time {
			return t0.Add(time.Duration(rapid.IntRange(0, 50).Draw(t, name)) * time.Hour)
		}
		k := agencies.Key{NotBefore: moment("from"), NotAfter: moment("until")}
		at, revoked := moment("at"), moment("revoked")
		want := !at.Before(k.NotBefore) && at.Before(k.NotAfter)
		switch rapid.SampledFrom([]agencies.Revocation{"", agencies.Superseded, agencies.Compromised, "unheard of"}).Draw(t, "why") {
		case agencies.Superseded:
			k.RevokedAt, k.RevokedWhy = &revoked, agencies.Superseded
			want = want && at.Before(revoked)
		case agencies.Compromised:
			k.RevokedAt, k.RevokedWhy = &revoked, agencies.Compromised
			want = false
		case "unheard of":
			k.RevokedAt, k.RevokedWhy = &revoked, "unheard of"
			want = false
		}
		if err := k.InForce(at); (err == nil) != want {
			t.Fatalf("%+v at %s: %v", k, at, err)
		}
	})
}

// Ids never hold what NATS subjects or paths give a meaning.
func TestIDsAreSafeTokens(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.StringMatching(`[A-Z]{2}-[A-Z0-9.*>/ ]{0,30}`)).Draw(t, "s")
		if agencies.ID(s).Check() == nil && strings.ContainsAny(s, ".*> /\\\n\x00") {
			t.Fatalf("%q", s)
		}
	})
}
