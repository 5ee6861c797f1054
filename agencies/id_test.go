package agencies_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/nats-io/nkeys"
	"github.com/rogatory/rogatory/agencies"
)

func TestIDs(t *testing.T) {
	hex := strings.Repeat("0a", 32)
	for _, tc := range []struct {
		name  string
		check func(string) error
		good  []string
		bad   []string
	}{
		{"state", func(s string) error { _, err := agencies.ParseState(s); return err },
			[]string{"CZ", "XA"}, []string{"", "C", "cz", "CZE", "C1", "C\n"}},
		{"agency", func(s string) error { _, err := agencies.ParseID(s); return err },
			[]string{"XA-MOJ", "XA-A1", "XA-" + strings.Repeat("A", 24)},
			[]string{"", "XA-", "XA-A", "XA-" + strings.Repeat("A", 25), "xa-MOJ", "XA_MOJ", "XA-moj", "XA-MOJ ", "XA-M.J", "XA-M*", "XA-M>J"}},
		{"officer", func(s string) error { _, err := agencies.ParseOfficerID(s); return err },
			[]string{"XA-MOJ/judge-1", "XA-MOJ/1"},
			[]string{"", "XA-MOJ", "XA-MOJ/", "XA-MOJ/Judge", "XA-MOJ/a/b", "XA-MOJ/" + strings.Repeat("a", 33), "/a", "XA-MOJ/a b"}},
		{"key", func(s string) error { _, err := agencies.ParseKeyID(s); return err },
			[]string{strings.Repeat("A", 43)},
			[]string{"", strings.Repeat("A", 42), strings.Repeat("A", 44), strings.Repeat("A", 42) + "B", strings.Repeat("A", 43) + "=", strings.Repeat("A", 43) + "\n"}},
		{"digest", func(s string) error { _, err := agencies.ParseDigest(s); return err },
			[]string{"sha-256:" + hex, "sha-512:" + hex + hex},
			[]string{"", hex, "sha256:" + hex, "sha-256:" + strings.ToUpper(hex), "sha-256:" + hex + hex, "sha-512:" + hex, "sha-256:" + hex[1:] + "g", "sha-1:" + hex[:40]}},
		{"uuid", agencies.CheckID,
			[]string{"0198c2a8-7b3e-7000-8000-000000000001"},
			[]string{"", "0198c2a8-7b3e-4000-8000-000000000001", "0198c2a8-7b3e-7000-c000-000000000001", "0198C2A8-7b3e-7000-8000-000000000001",
				"{0198c2a8-7b3e-7000-8000-000000000001}", "urn:uuid:0198c2a8-7b3e-7000-8000-000000000001", "0198c2a87b3e70008000000000000001"}},
		{"regime", func(s string) error { return agencies.Regime(s).Check() },
			[]string{"EU_2023_1543", "UNTOC"}, []string{"", "A", "eu", "1A", "A B", strings.Repeat("A", 33)}},
	} {
		for _, s := range tc.good {
			if err := tc.check(s); err != nil {
				t.Errorf("%s %q: %v", tc.name, s, err)
			}
		}
		for _, s := range tc.bad {
			if tc.check(s) == nil {
				t.Errorf("%s %q: accepted", tc.name, s)
			}
		}
	}
	if agencies.OfficerID("XA-MOJ/x").Agency() != "XA-MOJ" || agencies.OfficerID("x").Agency() != "" {
		t.Error("officer's agency")
	}
	if agencies.ID("XA-MOJ").State() != "XA" || agencies.ID("XA").State() != "" {
		t.Error("agency's state")
	}
}

func TestDigest(t *testing.T) {
	// NIST's vector for "abc".
	const want = "sha-256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
	d := agencies.DigestOf([]byte("abc"))
	if d != want || len(d.Bytes()) != 32 || d.Bytes()[0] != 0xba || agencies.Digest("x").Bytes() != nil {
		t.Error(d)
	}
}

func TestNewIDSortsByTime(t *testing.T) {
	last := ""
	for range 5000 {
		id := agencies.NewID()
		if err := agencies.CheckID(id); err != nil || id <= last {
			t.Fatalf("%s after %s: %v", id, last, err)
		}
		last = id
	}
	if agencies.CheckID(uuid.NewString()) == nil {
		t.Error("took a UUIDv4")
	}
}

func TestWords(t *testing.T) {
	for _, k := range agencies.Kinds() {
		if !k.Valid() || agencies.Kind(strings.ToUpper(string(k))).Valid() {
			t.Error(k)
		}
	}
	for _, o := range agencies.Offices() {
		if !o.Valid() || o == agencies.OfficeSeal {
			t.Error(o)
		}
	}
	if agencies.OfficeSeal.Valid() {
		t.Error("the seal is no office a person can hold")
	}
	for _, c := range agencies.CompetenceWords() {
		if !c.Valid() || agencies.Competence("x"+string(c)).Valid() {
			t.Error(c)
		}
	}
}

// TestAccountKeys compares our reading of NATS keys with NATS's own.
func TestAccountKeys(t *testing.T) {
	for range 32 {
		kp, err := nkeys.CreateAccount()
		ok(t, err)
		pub, err := kp.PublicKey()
		ok(t, err)
		seed, err := kp.Seed()
		ok(t, err)
		ok(t, agencies.CheckAccount(pub))
		got, err := agencies.AccountOfSeed(string(seed))
		ok(t, err)
		if got != pub {
			t.Fatalf("%s, NATS says %s", got, pub)
		}
		user, err := nkeys.CreateUser()
		ok(t, err)
		userPub, _ := user.PublicKey()
		userSeed, _ := user.Seed()
		for _, bad := range []string{userPub, string(seed), strings.ToLower(pub), pub[:55], pub + "A", flip(pub), ""} {
			if agencies.CheckAccount(bad) == nil {
				t.Errorf("account %q accepted", bad)
			}
		}
		for _, bad := range []string{pub, string(userSeed), flip(string(seed)), ""} {
			if _, err := agencies.AccountOfSeed(bad); err == nil {
				t.Errorf("seed %q accepted", bad)
			}
		}
	}
	// And the other way round: NATS reads the seeds we make.
	for _, secret := range []agencies.Secret{theWorld().rings[moj].AccountSeed, theWorld().rings[moj].AccountSigningSeed} {
		kp, err := nkeys.FromSeed([]byte(secret.Reveal()))
		ok(t, err)
		pub, err := kp.PublicKey()
		ok(t, err)
		if !nkeys.IsValidPublicAccountKey(pub) {
			t.Error(pub)
		}
		ok(t, agencies.CheckAccount(pub))
	}
}

func flip(s string) string {
	c := byte('A')
	if s[20] == 'A' {
		c = 'B'
	}
	return s[:20] + string(c) + s[21:]
}
