package agencies

import (
	"crypto/ed25519"
	"encoding/base32"
	"encoding/binary"
	"io"
)

// NATS writes an Ed25519 account key as base32 of one prefix byte, the key and
// a CRC-16; a seed has two prefix bytes. This package may not link NATS, and
// needs only: is this an account key, and which one belongs to this seed.
const (
	nkeyAccount = 0 << 3  // 'A'
	nkeySeed    = 18 << 3 // 'S'
)

var nkeyBase32 = base32.StdEncoding.WithPadding(base32.NoPadding)

// crc16 is CRC-16/XMODEM.
func crc16(b []byte) uint16 {
	var crc uint16
	for _, c := range b {
		crc ^= uint16(c) << 8
		for range 8 {
			if crc&0x8000 != 0 {
				crc = crc<<1 ^ 0x1021
			} else {
				crc <<= 1
			}
		}
	}
	return crc
}

func encodeNkey(raw []byte) string {
	return nkeyBase32.EncodeToString(binary.LittleEndian.AppendUint16(raw, crc16(raw)))
}

func decodeNkey(s string) ([]byte, bool) {
	b, err := nkeyBase32.DecodeString(s)
	if err != nil || len(b) < 3 || nkeyBase32.EncodeToString(b) != s {
		return nil, false
	}
	raw := b[:len(b)-2]
	return raw, binary.LittleEndian.Uint16(b[len(b)-2:]) == crc16(raw)
}

// CheckAccount reports whether s is a NATS account's public key, 'A' and 55
// more characters.
func CheckAccount(s string) error {
	raw, ok := decodeNkey(s)
	if !ok || len(raw) != 1+ed25519.PublicKeySize || raw[0] != nkeyAccount {
		return fieldErr("account", RuleFormat, "want the public key of a NATS account")
	}
	return nil
}

// accountOfSeed derives the public account key of an account seed ("SA…").
func accountOfSeed(seed string) (string, error) {
	raw, ok := decodeNkey(seed)
	// The five high bits of the first byte say «seed»; the type of key is in
	// the three low bits and the five high bits of the second byte.
	if !ok || len(raw) != 2+ed25519.SeedSize || raw[0] != nkeySeed|nkeyAccount>>5 || raw[1] != nkeyAccount&31<<3 {
		return "", fieldErr("account_seed", RuleFormat, "want the seed of a NATS account")
	}
	pub := ed25519.NewKeyFromSeed(raw[2:]).Public().(ed25519.PublicKey)
	return encodeNkey(append([]byte{nkeyAccount}, pub...)), nil
}

func newAccountSeed(rand io.Reader) (string, error) {
	raw := make([]byte, 2+ed25519.SeedSize)
	if _, err := io.ReadFull(rand, raw[2:]); err != nil {
		return "", err
	}
	raw[0], raw[1] = nkeySeed|nkeyAccount>>5, nkeyAccount&31<<3
	return encodeNkey(raw), nil
}
