package embedded

import (
	"errors"
	"fmt"
	"log/slog"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nkeys"

	"github.com/rogatory/rogatory/agencies"
)

// ErrKeys marks operator or account key material that is missing, of the wrong
// kind, or does not belong together.
var ErrKeys = errors.New("bad key material")

// Seed is a private nkey in text form ("SO...", "SA...", "SU..."). It prints
// and logs as its kind only.
type Seed string

// String hides the secret.
func (s Seed) String() string {
	if len(s) < 2 {
		return "(no seed)"
	}
	return string(s[:2]) + "(hidden)"
}

// GoString hides the secret from %#v.
func (s Seed) GoString() string { return s.String() }

// LogValue hides the secret from slog.
func (s Seed) LogValue() slog.Value { return slog.StringValue(s.String()) }

// AccountKeys is one NATS account: its name on the wire is Public.
type AccountKeys struct {
	// Public is the account's identity, "A...".
	Public string `json:"public"`
	// Seed of the identity. Needed by nobody at run time; keep it offline.
	Seed Seed `json:"seed,omitempty"`
	// Signing seed: issues the users of the account.
	Signing Seed `json:"signing"`
}

// OperatorKeys is the root of a NATS deployment. The JSON form holds secrets.
type OperatorKeys struct {
	// JWT is the operator's self-signed claim; it names the signing key and
	// the system account and demands signing keys everywhere (strict).
	JWT string `json:"jwt"`
	// Seed of the operator's identity; offline after GenerateOperator.
	Seed Seed `json:"seed,omitempty"`
	// Signing seed: issues account JWTs.
	Signing Seed `json:"signing"`
	// System is the SYS account, Broker the account that owns the ledger.
	System AccountKeys `json:"system"`
	Broker AccountKeys `json:"broker"`
}

// GenerateOperator makes a complete set of keys. The caller stores it.
func GenerateOperator(name string) (OperatorKeys, error) {
	identity, err := nkeys.CreateOperator()
	if err != nil {
		return OperatorKeys{}, fmt.Errorf("create operator identity: %w", err)
	}
	defer identity.Wipe()
	signing, err := nkeys.CreateOperator()
	if err != nil {
		return OperatorKeys{}, fmt.Errorf("create operator signing key: %w", err)
	}
	defer signing.Wipe()
	system, err := GenerateAccount()
	if err != nil {
		return OperatorKeys{}, err
	}
	broker, err := GenerateAccount()
	if err != nil {
		return OperatorKeys{}, err
	}
	identityPub, err := identity.PublicKey()
	if err != nil {
		return OperatorKeys{}, fmt.Errorf("read operator identity: %w", err)
	}
	signingPub, err := signing.PublicKey()
	if err != nil {
		return OperatorKeys{}, fmt.Errorf("read operator signing key: %w", err)
	}
	claims := jwt.NewOperatorClaims(identityPub)
	claims.Name = name
	claims.SigningKeys.Add(signingPub)
	claims.StrictSigningKeyUsage = true
	claims.SystemAccount = system.Public
	token, err := claims.Encode(identity)
	if err != nil {
		return OperatorKeys{}, fmt.Errorf("sign operator claim: %w", err)
	}
	identitySeed, err := identity.Seed()
	if err != nil {
		return OperatorKeys{}, fmt.Errorf("read operator seed: %w", err)
	}
	signingSeed, err := signing.Seed()
	if err != nil {
		return OperatorKeys{}, fmt.Errorf("read operator signing seed: %w", err)
	}
	return OperatorKeys{JWT: token, Seed: Seed(identitySeed), Signing: Seed(signingSeed), System: system, Broker: broker}, nil
}

// GenerateAccount makes the keys of one account, an agency's for example.
func GenerateAccount() (AccountKeys, error) {
	identity, err := nkeys.CreateAccount()
	if err != nil {
		return AccountKeys{}, fmt.Errorf("create account identity: %w", err)
	}
	defer identity.Wipe()
	signing, err := nkeys.CreateAccount()
	if err != nil {
		return AccountKeys{}, fmt.Errorf("create account signing key: %w", err)
	}
	defer signing.Wipe()
	public, err := identity.PublicKey()
	if err != nil {
		return AccountKeys{}, fmt.Errorf("read account identity: %w", err)
	}
	seed, err := identity.Seed()
	if err != nil {
		return AccountKeys{}, fmt.Errorf("read account seed: %w", err)
	}
	signingSeed, err := signing.Seed()
	if err != nil {
		return AccountKeys{}, fmt.Errorf("read account signing seed: %w", err)
	}
	return AccountKeys{Public: public, Seed: Seed(seed), Signing: Seed(signingSeed)}, nil
}

// SigningPublic is the public half of the signing seed.
func (k AccountKeys) SigningPublic() (string, error) {
	return publicOf(k.Signing, nkeys.PrefixByteAccount)
}

// Online returns the keys a running process needs: without identity seeds.
func (k OperatorKeys) Online() OperatorKeys {
	k.Seed, k.System.Seed, k.Broker.Seed = "", "", ""
	return k
}

// Check tells whether the keys belong together. It needs no identity seed.
func (k OperatorKeys) Check() error {
	claims, err := k.claims()
	if err != nil {
		return err
	}
	signing, err := publicOf(k.Signing, nkeys.PrefixByteOperator)
	if err != nil {
		return fmt.Errorf("check operator signing seed: %w", err)
	}
	if !claims.SigningKeys.Contains(signing) {
		return fmt.Errorf("check operator: %w: the signing seed is not a signing key of the operator", ErrKeys)
	}
	if !claims.StrictSigningKeyUsage {
		return fmt.Errorf("check operator: %w: the operator does not demand signing keys", ErrKeys)
	}
	if claims.SystemAccount != k.System.Public {
		return fmt.Errorf("check operator: %w: the operator names another system account", ErrKeys)
	}
	if k.System.Public == k.Broker.Public {
		return fmt.Errorf("check operator: %w: system and broker are one account", ErrKeys)
	}
	for _, account := range []AccountKeys{k.System, k.Broker} {
		if !nkeys.IsValidPublicAccountKey(account.Public) {
			return fmt.Errorf("check account: %w: not an account key", ErrKeys)
		}
		if _, err := account.SigningPublic(); err != nil {
			return fmt.Errorf("check account signing seed: %w", err)
		}
	}
	return nil
}

// LogValue names the account and no secret.
func (k AccountKeys) LogValue() slog.Value { return slog.StringValue(k.Public) }

// LogValue names the accounts and no secret.
func (k OperatorKeys) LogValue() slog.Value {
	return slog.GroupValue(slog.String("system", k.System.Public), slog.String("broker", k.Broker.Public))
}

// String names the accounts and no secret.
func (k OperatorKeys) String() string {
	return "operator(system " + k.System.Public + ", broker " + k.Broker.Public + ")"
}

// ParseOperatorKeys reads what json.Marshal of OperatorKeys wrote.
func ParseOperatorKeys(data []byte) (OperatorKeys, error) {
	var k OperatorKeys
	if agencies.DecodeStrict(data, &k) != nil {
		// The cause may quote the input, which is secret.
		return OperatorKeys{}, fmt.Errorf("parse operator keys: %w: not the expected JSON", ErrKeys)
	}
	if err := k.Check(); err != nil {
		return OperatorKeys{}, fmt.Errorf("parse operator keys: %w", err)
	}
	return k, nil
}

func (k OperatorKeys) claims() (*jwt.OperatorClaims, error) {
	claims, err := jwt.DecodeOperatorClaims(k.JWT)
	if err != nil {
		return nil, fmt.Errorf("decode operator claim: %w: %v", ErrKeys, err)
	}
	return claims, nil
}

// publicOf returns the public key of a seed of the wanted kind.
func publicOf(seed Seed, kind nkeys.PrefixByte) (string, error) {
	pair, err := pairOf(seed, kind)
	if err != nil {
		return "", err
	}
	defer pair.Wipe()
	return pair.PublicKey()
}

func pairOf(seed Seed, kind nkeys.PrefixByte) (nkeys.KeyPair, error) {
	pair, err := nkeys.FromSeed([]byte(seed))
	if err != nil {
		return nil, fmt.Errorf("read seed: %w", ErrKeys)
	}
	public, err := pair.PublicKey()
	if err != nil {
		return nil, fmt.Errorf("read seed: %w", ErrKeys)
	}
	if nkeys.Prefix(public) != kind {
		return nil, fmt.Errorf("read seed: %w: wrong kind of key", ErrKeys)
	}
	return pair, nil
}
