package agencies

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"

	"filippo.io/age"
)

// Limits of sealed particulars.
const (
	MaxDisclosures = 512
	MaxSealedBytes = 768 << 10 // of ciphertext: a record must fit one message
	saltBytes      = 16        // of ours; RFC 9901 §9.3 recommends 128 bits
	maxSaltBytes   = 64        // of others
)

// Disclosure is one named value that can be shown alone (RFC 9901 §4.2.1). The
// statement holds only its digest. Here the encoded array is always in the form
// of RFC 8785, so that a disclosure has one spelling.
type Disclosure struct {
	Salt  string // 16 random bytes in base64url
	Name  string
	Value any // as encoding/json decodes into an any
}

// NewDisclosure salts a value.
func NewDisclosure(name string, value any) (Disclosure, error) {
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt) // never fails; see crypto/rand
	d := Disclosure{Salt: b64(salt), Name: name}
	// The value takes the form it will have on the other side.
	raw, err := Canonical(value)
	if err == nil {
		err = json.Unmarshal(raw, &d.Value)
	}
	if err == nil {
		err = d.check()
	}
	if err != nil {
		return Disclosure{}, fmt.Errorf("make disclosure: %w", err)
	}
	return d, nil
}

func (d *Disclosure) check() error {
	if b, err := unb64(d.Salt); err != nil || len(b) < saltBytes || len(b) > maxSaltBytes {
		return fieldErr("salt", RuleFormat, "want %d bytes or more in base64url", saltBytes)
	}
	// RFC 9901 §4.2.1 reserves "_sd" and "..."; isCode admits neither.
	if !isCode(d.Name) {
		return fieldErr("name", RuleFormat, "want a code")
	}
	return nil
}

func (d *Disclosure) encode() (string, error) {
	if err := d.check(); err != nil {
		return "", err
	}
	raw, err := Canonical([]any{d.Salt, d.Name, d.Value})
	if err != nil {
		return "", err
	}
	return b64(raw), nil
}

func (d *Disclosure) digest() (string, error) {
	enc, err := d.encode()
	if err != nil {
		return "", err
	}
	return disclosureDigest(enc), nil
}

// disclosureDigest is taken over the base64url text (RFC 9901 §4.2.3).
func disclosureDigest(encoded string) string {
	sum := sha256.Sum256([]byte(encoded))
	return b64(sum[:])
}

// Encode is the disclosure as RFC 9901 writes it: base64url of the JSON array
// [salt, name, value]. It is "" for a disclosure made by hand whose
// fields do not hold.
func (d Disclosure) Encode() string {
	enc, err := d.encode()
	if err != nil {
		return ""
	}
	return enc
}

// Digest is what stands in the statement's _sd; "" where Encode is.
func (d Disclosure) Digest() string {
	enc, err := d.encode()
	if err != nil {
		return ""
	}
	return disclosureDigest(enc)
}

// LogValue keeps the particulars out of logs.
func (d Disclosure) LogValue() slog.Value { return slog.StringValue("[sealed]") }

// Format keeps the particulars out of messages, under every verb.
func (d Disclosure) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[sealed]") }

// MarshalJSON keeps them out of whatever encodes a larger value; Encode and the
// fields are the ways to the content.
func (d Disclosure) MarshalJSON() ([]byte, error) { return json.Marshal("[sealed]") }

// ParseDisclosure reads the encoding of one disclosure.
func ParseDisclosure(encoded string) (Disclosure, error) {
	d, err := parseDisclosure(encoded)
	if err != nil {
		return Disclosure{}, fmt.Errorf("read disclosure: %w", err)
	}
	return d, nil
}

func parseDisclosure(encoded string) (Disclosure, error) {
	raw, err := unb64(encoded)
	if err != nil {
		return Disclosure{}, fieldErr("", RuleCanonical, "not canonical base64url")
	}
	var array []any
	if err := DecodeStrict(raw, &array); err != nil {
		return Disclosure{}, sealedField(err)
	}
	if len(array) != 3 {
		return Disclosure{}, fieldErr("", RuleType, "want [salt, name, value]")
	}
	salt, okSalt := array[0].(string)
	name, okName := array[1].(string)
	if !okSalt || !okName {
		return Disclosure{}, fieldErr("", RuleType, "want [salt, name, value]")
	}
	d := Disclosure{Salt: salt, Name: name, Value: array[2]}
	again, err := d.encode()
	if err != nil {
		return Disclosure{}, sealedField(err)
	}
	if again != encoded {
		return Disclosure{}, fieldErr("", RuleCanonical, "not in RFC 8785 form")
	}
	return d, nil
}

// sealedField drops the path of an error from inside sealed particulars: a path
// is made of member names, which are content there.
func sealedField(err error) error {
	if fe, ok := errors.AsType[*FieldError](err); ok {
		return &FieldError{Field: "disclosure", Rule: fe.Rule}
	}
	return fieldErr("disclosure", RuleFormat, "")
}

// SealDisclosures encrypts disclosures to one recipient, a case key's. The
// plaintext is the JSON array of their encodings.
func SealDisclosures(recipient string, d []Disclosure) ([]byte, error) {
	if len(d) == 0 || len(d) > MaxDisclosures {
		return nil, fmt.Errorf("seal disclosures: %w", fieldErr("disclosures", RuleSize, "want 1 to %d", MaxDisclosures))
	}
	var texts, names []string
	for i := range d {
		enc, err := d[i].encode()
		if err != nil {
			return nil, fmt.Errorf("seal disclosures: %w", sealedField(err))
		}
		if slices.Contains(names, d[i].Name) {
			return nil, fmt.Errorf("seal disclosures: %w", fieldErr(nth("disclosures", i), RuleDuplicate, "name used twice"))
		}
		texts, names = append(texts, enc), append(names, d[i].Name)
	}
	plain, err := json.Marshal(texts)
	if err != nil {
		return nil, fmt.Errorf("seal disclosures: %w", err)
	}
	out, err := sealTo([]string{recipient}, plain)
	if err != nil {
		return nil, fmt.Errorf("seal disclosures: %w", err)
	}
	if len(out) > MaxSealedBytes {
		return nil, fmt.Errorf("seal disclosures: %w", fieldErr("disclosures", RuleSize, "more than %d bytes", MaxSealedBytes))
	}
	return out, nil
}

// openDisclosures decrypts, and admits each disclosure only if sd has its
// digest and no other in the same ciphertext has its name.
func openDisclosures(ciphertext []byte, sd []string, ids ...age.Identity) ([]Disclosure, error) {
	plain, err := openWith(ciphertext, ids...)
	if err != nil {
		return nil, err
	}
	var texts []string
	if err := DecodeStrict(plain, &texts); err != nil {
		return nil, sealedField(err)
	}
	if again, err := json.Marshal(texts); err != nil || !bytes.Equal(again, plain) {
		return nil, fieldErr("disclosures", RuleCanonical, "not the one encoding")
	}
	if len(texts) == 0 || len(texts) > MaxDisclosures {
		return nil, fieldErr("disclosures", RuleSize, "want 1 to %d", MaxDisclosures)
	}
	var out []Disclosure
	names := map[string]bool{}
	for i, text := range texts {
		d, err := parseDisclosure(text)
		if err != nil {
			return nil, under(nth("disclosures", i), err)
		}
		// RFC 9901 §7.1: a disclosure that no digest refers to rejects all.
		if !slices.Contains(sd, disclosureDigest(text)) {
			return nil, fieldErr(nth("disclosures", i), RuleMismatch, "no digest in the statement refers to it")
		}
		if names[d.Name] {
			return nil, fieldErr(nth("disclosures", i), RuleDuplicate, "name used twice")
		}
		names[d.Name] = true
		out = append(out, d)
	}
	return out, nil
}

// sealTo encrypts a small plaintext to age recipients.
func sealTo(recipients []string, plain []byte) ([]byte, error) {
	if len(recipients) == 0 || len(recipients) > MaxRecipients {
		return nil, fieldErr("recipients", RuleSize, "want 1 to %d", MaxRecipients)
	}
	var rs []age.Recipient
	for i, s := range recipients {
		r, err := parseRecipient(s)
		if err != nil {
			return nil, under(nth("recipients", i), err)
		}
		rs = append(rs, r)
	}
	var buf bytes.Buffer
	w, err := age.Encrypt(&buf, rs...)
	if err != nil {
		return nil, fmt.Errorf("encrypt: %w", err)
	}
	if _, err := w.Write(plain); err != nil {
		return nil, fmt.Errorf("encrypt: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("encrypt: %w", err)
	}
	return buf.Bytes(), nil
}

// openWith decrypts all or nothing: age hands out chunks before it has seen
// that the file is whole.
func openWith(ciphertext []byte, ids ...age.Identity) (plain []byte, err error) {
	if len(ciphertext) > MaxSealedBytes {
		return nil, fieldErr("ciphertext", RuleSize, "more than %d bytes", MaxSealedBytes)
	}
	if len(ids) == 0 {
		return nil, fmt.Errorf("decrypt: no identity: %w", ErrSealed)
	}
	err = guard(func() error {
		r, err := age.Decrypt(bytes.NewReader(ciphertext), ids...)
		if err != nil {
			return err
		}
		plain, err = io.ReadAll(r)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("decrypt: %w: %v", ErrSealed, err)
	}
	return plain, nil
}
