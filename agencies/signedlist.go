package agencies

import (
	"bytes"
	"fmt"
	"slices"
	"time"
)

// SignedTrustList is a trust list with the registrars' signatures over its
// exact bytes. Until VerifyGenesis or VerifyNext has returned nil, its List can
// be shown but vouches for nobody.
type SignedTrustList struct {
	list       *TrustList
	exact      []byte
	signatures []Compact
	verified   bool
}

// signedFile is the file: {"list":"<base64url>","signatures":[…]}.
type signedFile struct {
	List       string    `json:"list"`
	Signatures []Compact `json:"signatures"`
}

// trustStatement is what a registrar signs (TypTrust).
type trustStatement struct {
	Digest  Digest `json:"digest"`
	Network string `json:"network"`
	Version int    `json:"version"`
}

const maxTrustSignatures = 64

// Encode validates the list and gives its canonical bytes (RFC 8785).
func (l *TrustList) Encode() ([]byte, error) {
	if _, err := l.check(); err != nil {
		return nil, fmt.Errorf("encode trust list: %w", err)
	}
	b, err := Canonical(l)
	if err != nil {
		return nil, fmt.Errorf("encode trust list: %w", err)
	}
	return b, nil
}

// SignTrustList makes the file of l, signed by the given registrars. With no
// signers it makes an unsigned file, for CosignTrustList on other machines.
func SignTrustList(l *TrustList, signers ...*Signer) ([]byte, error) {
	exact, err := l.Encode()
	if err != nil {
		return nil, err
	}
	file, err := Canonical(signedFile{List: b64(exact), Signatures: []Compact{}})
	for _, s := range signers {
		if err != nil {
			break
		}
		file, err = CosignTrustList(file, s)
	}
	return file, err
}

// CosignTrustList adds one registrar's signature to a file, over the list's
// bytes exactly as they stand in it. The registrar should look at Diff first.
func CosignTrustList(file []byte, s *Signer) ([]byte, error) {
	st, err := ParseTrustList(file)
	if err != nil {
		return nil, err
	}
	payload, err := Canonical(st.statement())
	if err != nil {
		return nil, err
	}
	c, err := s.Sign(TypTrust, payload)
	if err != nil {
		return nil, err
	}
	for _, old := range st.signatures {
		if p, err := old.split(); err == nil && p.header.Kid == s.KeyID() {
			return nil, fieldErr("signatures", RuleDuplicate, "this registrar has signed")
		}
	}
	return Canonical(signedFile{List: b64(st.exact), Signatures: append(st.signatures, c)})
}

// ParseTrustList reads a file and checks every field of the list in it, but
// not who signed it.
func ParseTrustList(file []byte) (*SignedTrustList, error) {
	s, err := parseTrustList(file)
	if err != nil {
		return nil, fmt.Errorf("read trust list: %w", err)
	}
	return s, nil
}

func parseTrustList(file []byte) (*SignedTrustList, error) {
	var f signedFile
	if err := DecodeStrict(file, &f); err != nil {
		return nil, err
	}
	if f.Signatures == nil {
		return nil, fieldErr("signatures", RuleRequired, "missing")
	}
	if err := mustBeCanonical(file, f); err != nil {
		return nil, err
	}
	if len(f.Signatures) > maxTrustSignatures {
		return nil, fieldErr("signatures", RuleSize, "more than %d", maxTrustSignatures)
	}
	exact, err := unb64(f.List)
	if err != nil {
		return nil, fieldErr("list", RuleCanonical, "not canonical base64url")
	}
	l := new(TrustList)
	if err := DecodeStrict(exact, l); err != nil {
		return nil, under("list", err)
	}
	if err := mustBeCanonical(exact, l); err != nil {
		return nil, under("list", err)
	}
	if _, err := l.check(); err != nil {
		return nil, under("list", err)
	}
	return &SignedTrustList{list: l, exact: exact, signatures: f.Signatures}, nil
}

// List is the list. It must not be changed.
func (s *SignedTrustList) List() *TrustList { return s.list }

// Bytes are the list's exact bytes, which the signatures cover.
func (s *SignedTrustList) Bytes() []byte { return bytes.Clone(s.exact) }

// Digest is taken over the exact bytes. That of version 1 is the pin.
func (s *SignedTrustList) Digest() Digest { return DigestOf(s.exact) }

// Signatures are the registrars' envelopes.
func (s *SignedTrustList) Signatures() []Compact { return append([]Compact(nil), s.signatures...) }

// File is the file again.
func (s *SignedTrustList) File() ([]byte, error) {
	sigs := s.signatures
	if sigs == nil {
		sigs = []Compact{}
	}
	return Canonical(signedFile{List: b64(s.exact), Signatures: sigs})
}

func (s *SignedTrustList) statement() trustStatement {
	return trustStatement{Digest: s.Digest(), Network: s.list.Network, Version: s.list.Version}
}

// VerifyGenesis accepts version 1 by its digest, which must have come another
// way: by hand, in a treaty's annex, on paper.
func (s *SignedTrustList) VerifyGenesis(pin Digest) error {
	if s.list.Version != 1 {
		return fmt.Errorf("verify trust list: %w", fieldErr("version", RuleMismatch, "not version 1"))
	}
	if pin.Check() != nil || pin != s.Digest() {
		return fmt.Errorf("verify trust list: %w", &TrustError{Reason: ReasonPin, Detail: "not the pinned list"})
	}
	if err := s.verifyQuorum(s.list); err != nil {
		return fmt.Errorf("verify trust list: %w", err)
	}
	return s.accept()
}

// VerifyNext accepts the version after prev, which must itself have been
// verified: same network, next number, digest of prev's bytes, a quorum of
// prev's registrars, and nothing that prev had settled undone.
func (s *SignedTrustList) VerifyNext(prev *SignedTrustList) error {
	switch {
	case prev == nil || !prev.verified:
		return fmt.Errorf("verify trust list: %w", &TrustError{Reason: ReasonUnverified, Detail: "the version before was not verified"})
	case s.list.Network != prev.list.Network:
		return fmt.Errorf("verify trust list: %w", &TrustError{Reason: ReasonSuccession, Detail: "another network"})
	case s.list.Version <= prev.list.Version:
		return &rollbackError{held: prev.list.Version, offered: s.list.Version}
	case s.list.Version != prev.list.Version+1:
		return fmt.Errorf("verify trust list: %w", &TrustError{Reason: ReasonSuccession, Detail: "a version is missing in between"})
	case s.list.Prev != prev.Digest():
		return fmt.Errorf("verify trust list: %w", &TrustError{Reason: ReasonSuccession, Detail: "prev is not the digest of the version before"})
	case s.list.IssuedAt.Before(prev.list.IssuedAt):
		return fmt.Errorf("verify trust list: %w", &TrustError{Reason: ReasonSuccession, Detail: "issued before the version before"})
	}
	if err := s.verifyQuorum(prev.list); err != nil {
		return fmt.Errorf("verify trust list: %w", err)
	}
	if err := checkSuccession(prev.list, s.list); err != nil {
		return fmt.Errorf("verify trust list: %w", err)
	}
	return s.accept()
}

func (s *SignedTrustList) accept() error {
	if err := s.list.Validate(); err != nil {
		return err
	}
	s.verified = true
	return nil
}

// verifyQuorum counts registrars of judge, each once. Every signature must
// hold: one bad signature among enough good ones means that somebody has been
// at the file.
func (s *SignedTrustList) verifyQuorum(judge *TrustList) error {
	idx, err := judge.index()
	if err != nil {
		return err
	}
	want, err := Canonical(s.statement())
	if err != nil {
		return err
	}
	seen := map[KeyID]bool{}
	for i, c := range s.signatures {
		p, err := openCompact(c, TypTrust, func(kid KeyID) (*publicKey, error) {
			if r := idx.registrars[kid]; r != nil {
				return r.pub, nil
			}
			return nil, &TrustError{Reason: ReasonUnknownKey, Key: kid, Detail: "no registrar"}
		})
		if err != nil {
			return under(nth("signatures", i), err)
		}
		if seen[p.header.Kid] {
			return fieldErr(nth("signatures", i), RuleDuplicate, "registrar signed twice")
		}
		seen[p.header.Kid] = true
		if !bytes.Equal(p.payload, want) {
			return &TrustError{Reason: ReasonSignature, Key: p.header.Kid, Detail: "signed another list"}
		}
	}
	if len(seen) < judge.Quorum {
		return &TrustError{Reason: ReasonQuorum, Detail: fmt.Sprintf("%d of %d registrars signed", len(seen), judge.Quorum)}
	}
	return nil
}

// checkSuccession holds what no quorum may undo: a revocation is final and not
// softened, a key id stays with its holder, an account with its agency.
func checkSuccession(prev, next *TrustList) error {
	before, err := prev.index()
	if err != nil {
		return err
	}
	after, err := next.index()
	if err != nil {
		return err
	}
	for kid, old := range before.keys {
		now := after.keys[kid]
		if now == nil {
			continue // removed: it no longer verifies anything
		}
		if now.agency.ID != old.agency.ID || (now.officer == nil) != (old.officer == nil) ||
			now.officer != nil && now.officer.ID != old.officer.ID {
			return &TrustError{Reason: ReasonSuccession, Key: kid, Detail: "key changed hands"}
		}
		if err := sameRevocation(old.key, now.key); err != nil {
			return err
		}
	}
	for kid, old := range before.policy {
		if now := after.policy[kid]; now != nil {
			if now.key.State != old.key.State {
				return &TrustError{Reason: ReasonSuccession, Key: kid, Detail: "policy signer changed State"}
			}
			if err := sameRevocation(old.key, now.key); err != nil {
				return err
			}
		}
	}
	for account, old := range before.accounts {
		if now := after.accounts[account]; now != nil && now.ID != old.ID {
			return &TrustError{Reason: ReasonSuccession, Detail: "account changed hands"}
		}
	}
	return nil
}

func sameRevocation(old, now *Key) error {
	if old.RevokedAt == nil {
		return nil
	}
	if now.RevokedAt == nil || now.RevokedAt.After(*old.RevokedAt) ||
		old.RevokedWhy == Compromised && now.RevokedWhy != Compromised {
		return &TrustError{Reason: ReasonSuccession, Key: old.ID, Detail: "revocation undone"}
	}
	return nil
}

// History is every version of the list, 1 first, each verified against the one
// before. A signature is judged by the list in force when it was recorded.
type History []*SignedTrustList

// NewHistory begins a history with the pinned version 1.
func NewHistory(genesis *SignedTrustList, pin Digest) (History, error) {
	if err := genesis.VerifyGenesis(pin); err != nil {
		return nil, err
	}
	return History{genesis}, nil
}

// Append verifies next against the newest version and gives the longer
// history. An older version or a second one with the same number is
// ErrTrustRollback.
func (h History) Append(next *SignedTrustList) (History, error) {
	if len(h) == 0 {
		return nil, fmt.Errorf("append trust list: %w", &TrustError{Reason: ReasonUnverified, Detail: "the history is empty"})
	}
	if err := next.VerifyNext(h[len(h)-1]); err != nil {
		return nil, err
	}
	// A key may have been revoked, removed, and now come back as if nothing
	// had happened; only the whole history shows that.
	for _, old := range h[:len(h)-1] {
		if err := checkSuccession(old.list, next.list); err != nil {
			return nil, fmt.Errorf("append trust list: %w", err)
		}
	}
	return append(h[:len(h):len(h)], next), nil
}

// Latest is the newest version, nil for an empty history.
func (h History) Latest() *SignedTrustList {
	if len(h) == 0 {
		return nil
	}
	return h[len(h)-1]
}

// Version finds version n.
func (h History) Version(n int) (*SignedTrustList, bool) {
	if n < 1 || n > len(h) || h[n-1].list.Version != n {
		return nil, false
	}
	return h[n-1], true
}

// At is the version in force at the given time: the newest one issued by then.
func (h History) At(at time.Time) (*SignedTrustList, bool) {
	for i := len(h) - 1; i >= 0; i-- {
		if !h[i].list.IssuedAt.After(at) {
			return h[i], true
		}
	}
	return nil, false
}

// Verify judges an envelope by the version that its ledger record names, at
// the record's time. It sets Suspect when a version says that the key had been
// compromised by then: the signature stands as recorded, and a person must look
// at it.
func (h History) Verify(c Compact, typ Typ, version int, at time.Time) (*Verified, error) {
	s, ok := h.Version(version)
	if !ok {
		return nil, fmt.Errorf("verify envelope: %w", &TrustError{Reason: ReasonUnverified, Detail: fmt.Sprintf("no trust list version %d", version)})
	}
	v, err := s.list.Verify(c, typ, at)
	if err != nil {
		return nil, err
	}
	if since, ok := h.Compromised(v.KeyID); ok {
		v.Suspect = !at.Before(since)
	}
	return v, nil
}

// VerifyRepeated judges an envelope that a record under version now repeats from
// an earlier one. It keeps the standing that it had there: version first, at the
// earlier record's time. A key that the versions up to now call compromised
// verifies nothing new, not even what was recorded before.
func (h History) VerifyRepeated(c Compact, typ Typ, first int, at time.Time, now int) (*Verified, error) {
	v, err := h.Verify(c, typ, first, at)
	if err != nil {
		return nil, err
	}
	if _, ok := h.Version(now); !ok || first > now {
		return nil, fmt.Errorf("verify envelope: %w", &TrustError{Reason: ReasonUnverified, Detail: fmt.Sprintf("no trust list version %d after version %d", now, first)})
	}
	if _, ok := h[:now].Compromised(v.KeyID); ok {
		return nil, fmt.Errorf("verify envelope: %w", &TrustError{Reason: ReasonCompromised, Key: v.KeyID})
	}
	return v, nil
}

// Compromised says whether a key of an agency or officer is revoked as
// compromised, and since when. A version that no longer has the key says nothing.
func (h History) Compromised(kid KeyID) (since time.Time, ok bool) {
	for _, s := range slices.Backward(h) {
		if _, _, k, found := s.list.ByKey(kid); found {
			if k.RevokedWhy != Compromised {
				return time.Time{}, false
			}
			return *k.RevokedAt, true
		}
	}
	return time.Time{}, false
}
