package tlog

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestKeyFiles(t *testing.T) {
	k := keysOf(t)
	again, err := ParseSigningKeys(k.Marshal())
	if err != nil || string(again.Marshal()) != string(k.Marshal()) {
		t.Fatalf("key file does not come back: %v", err)
	}
	if k.Origin() != testOrigin || again.Verify().Origin() != testOrigin {
		t.Fatal("origin lost")
	}
	v, err := ParseVerifyKeysFile(append([]byte("# auditors' copy\n\n"), k.Verify().Marshal()...))
	if err != nil || string(v.Marshal()) != string(k.Verify().Marshal()) {
		t.Fatalf("verifier file does not come back: %v", err)
	}
	s := v.Strings()
	if _, err := ParseVerifyKeys(s[1], s[0]); err != nil {
		t.Fatalf("order of keys: %v", err)
	}
	cp, err := again.sign(3, rootOf(t, 3))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ParseCheckpoint(cp.Note, v); err != nil {
		t.Fatal(err)
	}
}

func TestKeysRefused(t *testing.T) {
	k := keysOf(t)
	other, err := GenerateKeys("ledger.example.org/xb")
	if err != nil {
		t.Fatal(err)
	}
	ed, ml := k.Verify().edVkey, k.Verify().mlVkey
	for name, vkeys := range map[string][]string{
		"none":              nil,
		"Ed25519 only":      {ed},
		"ML-DSA only":       {ml},
		"twice Ed25519":     {ed, ed},
		"of two logs":       {ed, other.Verify().mlVkey},
		"wrong hash, ed":    {strings.Replace(ed, ed[len(testOrigin)+1:len(testOrigin)+3], "zz", 1), ml},
		"wrong hash, ml":    {ed, flipHash(ml)},
		"wrong hash, ed 2":  {flipHash(ed), ml},
		"cut":               {ed, ml[:len(ml)-4]},
		"signing key":       {k.edSkey, ml},
		"more":              {ed, ml, ed},
		"loose base64":      {ed, ml + "\n"},
		"empty text":        {"", ml},
		"no key":            {testOrigin + "+00000000+", ml},
		"unknown algorithm": {testOrigin + "+00000000+AgAA", ml},
	} {
		if _, err := ParseVerifyKeys(vkeys...); !errors.Is(err, ErrKeys) {
			t.Errorf("verifier keys, %s: %v", name, err)
		}
	}
	file := string(k.Marshal())
	for name, bad := range map[string]string{
		"empty":        "",
		"one key":      k.edSkey + "\n",
		"order":        k.mlSkey + "\n" + k.edSkey + "\n",
		"three keys":   file + k.edSkey + "\n",
		"two logs":     k.edSkey + "\n" + other.mlSkey + "\n",
		"verifier":     ed + "\n" + ml + "\n",
		"bad hash ml":  strings.Replace(file, k.mlSkey, "PRIVATE+KEY+"+flipHash(strings.TrimPrefix(k.mlSkey, "PRIVATE+KEY+")), 1),
		"bad hash ed":  strings.Replace(file, k.edSkey, "PRIVATE+KEY+"+flipHash(strings.TrimPrefix(k.edSkey, "PRIVATE+KEY+")), 1),
		"not text":     "\xff\xfe",
		"cut":          file[:len(file)-9],
		"very long":    strings.Repeat("#\n", 1<<16),
		"other origin": strings.ReplaceAll(file, testOrigin, "ledger.example.org/xc"),
	} {
		if _, err := ParseSigningKeys([]byte(bad)); !errors.Is(err, ErrKeys) {
			t.Errorf("key file, %s: %v", name, err)
		} else if strings.Contains(err.Error(), k.edSkey[len(k.edSkey)-20:]) {
			t.Errorf("key file, %s: secret in error", name)
		}
	}
	for _, origin := range []string{"", "a b", "a+b", "a\nb", strings.Repeat("x", 256), "a\x00", "\xff", "a\u00a0b"} {
		if _, err := GenerateKeys(origin); !errors.Is(err, ErrKeys) {
			t.Errorf("origin %q: %v", origin, err)
		}
	}
	if _, err := GenerateKeys(strings.Repeat("x", 255)); err != nil {
		t.Errorf("origin of 255 bytes: %v", err)
	}
}

// flipHash changes the key hash of a verifier or stripped signing key.
func flipHash(s string) string {
	i := strings.Index(s, "+") + 1
	c := byte('0')
	if s[i] == '0' {
		c = '1'
	}
	return s[:i] + string(c) + s[i+1:]
}

func TestSecretsDoNotPrint(t *testing.T) {
	k := keysOf(t)
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("start", "keys", k, "config", Config{Keys: k})
	slog.New(slog.NewJSONHandler(&log, nil)).Info("start", "keys", k)
	js, err := json.Marshal(map[string]any{"keys": k})
	if err != nil {
		t.Fatal(err)
	}
	all := log.String() + string(js) + fmt.Sprintf("%v %+v %#v %s %d %x %v", k, k, k, k, k, k, Config{Keys: k})
	for _, secret := range []string{k.edSkey, k.mlSkey} {
		if tail := secret[len(secret)-16:]; strings.Contains(all, tail) {
			t.Fatalf("secret printed")
		}
	}
	if !strings.Contains(all, "secret") || fmt.Sprint((*SigningKeys)(nil)) == "" {
		t.Fatalf("nothing printed: %s", all)
	}
}
