package embedded

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sort"
	"time"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nkeys"
)

// Subjects of the two services as agencies see them. In the broker's account
// they carry the caller's account key as third token.
const (
	SubjectSubmit = "rog.submit"
	SubjectAsk    = "rog.ask"
)

// JSPrefix is the JetStream API prefix of an agency's account: it reaches the
// agency's own durable consumer on the ledger and nothing else.
const JSPrefix = "broker.js"

// ErrAccount marks an account claim that this deployment must not accept, or
// that a server refused.
var ErrAccount = errors.New("account claim refused")

// Limits per agency account. They bound what one agency can cost the others;
// an agency that needs more runs a leaf node.
const (
	agencyConnections = 256
	agencyLeafs       = 8
	agencySubs        = 10_000
)

// brokerExports are the broker account's claims. They never change when an
// agency is added: the position of the account token does the isolation.
func brokerExports() jwt.Exports {
	return jwt.Exports{
		{Name: "submit", Subject: SubjectSubmit + ".*", Type: jwt.Service, AccountTokenPosition: 3},
		{Name: "ask", Subject: SubjectAsk + ".*", Type: jwt.Service, AccountTokenPosition: 3},
		{Name: "next", Subject: "$JS.API.CONSUMER.MSG.NEXT." + StreamName + ".*", Type: jwt.Service, AccountTokenPosition: 7, ResponseType: jwt.ResponseTypeStream},
		{Name: "info", Subject: "$JS.API.CONSUMER.INFO." + StreamName + ".*", Type: jwt.Service, AccountTokenPosition: 6},
		{Name: "ack", Subject: "$JS.ACK." + StreamName + ".*.>", Type: jwt.Service, AccountTokenPosition: 4},
		// The second form of acks, which servers use from 2.16 on.
		{Name: "ack-v2", Subject: "$JS.ACK.*.*." + StreamName + ".*.>", Type: jwt.Service, AccountTokenPosition: 6},
	}
}

// agencyImports is the agency's side of brokerExports. The consumer is named
// by the account key.
func agencyImports(broker, account string) jwt.Imports {
	service := func(name, subject, local string, share bool) *jwt.Import {
		return &jwt.Import{Name: name, Subject: jwt.Subject(subject), Account: broker, LocalSubject: jwt.RenamingSubject(local), Type: jwt.Service, Share: share}
	}
	return jwt.Imports{
		service("submit", SubjectSubmit+"."+account, SubjectSubmit, true),
		service("ask", SubjectAsk+"."+account, SubjectAsk, true),
		service("next", "$JS.API.CONSUMER.MSG.NEXT."+StreamName+"."+account, JSPrefix+".CONSUMER.MSG.NEXT."+StreamName+"."+account, false),
		service("info", "$JS.API.CONSUMER.INFO."+StreamName+"."+account, JSPrefix+".CONSUMER.INFO."+StreamName+"."+account, false),
		service("ack", "$JS.ACK."+StreamName+"."+account+".>", "", false),
		service("ack-v2", "$JS.ACK.*.*."+StreamName+"."+account+".>", "", false),
	}
}

// AgencyAccountJWT signs the account of one agency. accountSigningPub is the
// key with which the agency issues its own users; the broker never holds its
// seed.
func AgencyAccountJWT(op OperatorKeys, accountPub, accountSigningPub string) (string, error) {
	if !nkeys.IsValidPublicAccountKey(accountPub) || !nkeys.IsValidPublicAccountKey(accountSigningPub) {
		return "", fmt.Errorf("sign agency account: %w: not an account key", ErrKeys)
	}
	if accountPub == accountSigningPub {
		return "", fmt.Errorf("sign agency account: %w: identity and signing key must differ", ErrKeys)
	}
	if accountPub == op.Broker.Public || accountPub == op.System.Public {
		return "", fmt.Errorf("sign agency account: %w: the key is the broker's own", ErrKeys)
	}
	claims := jwt.NewAccountClaims(accountPub)
	claims.Name = accountPub
	claims.SigningKeys.Add(accountSigningPub)
	claims.Imports = agencyImports(op.Broker.Public, accountPub)
	claims.Limits.Imports = int64(len(claims.Imports))
	claims.Limits.Exports = 0
	claims.Limits.WildcardExports = false
	claims.Limits.DisallowBearer = true
	claims.Limits.Conn = agencyConnections
	claims.Limits.LeafNodeConn = agencyLeafs
	claims.Limits.Subs = agencySubs
	return signAccount(op, claims)
}

// brokerAccountJWT signs the account that owns the ledger.
func brokerAccountJWT(op OperatorKeys, revoked jwt.RevocationList) (string, error) {
	signing, err := op.Broker.SigningPublic()
	if err != nil {
		return "", err
	}
	claims := jwt.NewAccountClaims(op.Broker.Public)
	claims.Name = "BROKER"
	claims.SigningKeys.Add(signing)
	claims.Exports = brokerExports()
	claims.Limits.JetStreamLimits = jwt.JetStreamLimits{
		MemoryStorage: jwt.NoLimit, DiskStorage: jwt.NoLimit, Streams: jwt.NoLimit, Consumer: jwt.NoLimit, MaxAckPending: jwt.NoLimit,
	}
	claims.Limits.DisallowBearer = true
	claims.Revocations = revoked
	return signAccount(op, claims)
}

func systemAccountJWT(op OperatorKeys, revoked jwt.RevocationList) (string, error) {
	signing, err := op.System.SigningPublic()
	if err != nil {
		return "", err
	}
	claims := jwt.NewAccountClaims(op.System.Public)
	claims.Name = "SYS"
	claims.SigningKeys.Add(signing)
	claims.Limits.DisallowBearer = true
	claims.Revocations = revoked
	return signAccount(op, claims)
}

func signAccount(op OperatorKeys, claims *jwt.AccountClaims) (string, error) {
	pair, err := pairOf(op.Signing, nkeys.PrefixByteOperator)
	if err != nil {
		return "", fmt.Errorf("sign account: %w", err)
	}
	defer pair.Wipe()
	var problems jwt.ValidationResults
	claims.Validate(&problems)
	if problems.IsBlocking(true) {
		return "", fmt.Errorf("sign account: %w: %v", ErrAccount, problems.Errors())
	}
	token, err := claims.Encode(pair)
	if err != nil {
		return "", fmt.Errorf("sign account: %w", err)
	}
	return token, nil
}

// PushAccount gives an account to the servers, over a connection of
// RoleAdmin; it serves to add and to change. The dir resolver of nats-server
// stores any well-formed claim and checks trust only on use, so a wrong push
// would lock an account out at the next restart: the claim is verified here
// first, against what AgencyAccountJWT would have made.
func PushAccount(ctx context.Context, sys *nats.Conn, op OperatorKeys, accountJWT string) error {
	if err := CheckAccount(op, accountJWT); err != nil {
		return fmt.Errorf("push account: %w", err)
	}
	return push(ctx, sys, accountJWT)
}

// CheckAccount tells whether a claim is an agency's account as this operator
// signs it: issuer, imports, no exports, no JetStream of its own.
func CheckAccount(op OperatorKeys, accountJWT string) error {
	claims, err := jwt.DecodeAccountClaims(accountJWT)
	if err != nil {
		return fmt.Errorf("decode account: %w: %v", ErrAccount, err)
	}
	signing, err := publicOf(op.Signing, nkeys.PrefixByteOperator)
	if err != nil {
		return err
	}
	if claims.Issuer != signing {
		return fmt.Errorf("check account: %w: not issued by the operator's signing key", ErrAccount)
	}
	if claims.Subject == op.Broker.Public || claims.Subject == op.System.Public {
		return fmt.Errorf("check account: %w: the account is the broker's own", ErrAccount)
	}
	if len(claims.SigningKeys) != 1 || len(claims.Exports) != 0 || claims.Limits.JetStreamLimits != (jwt.JetStreamLimits{}) || len(claims.Limits.JetStreamTieredLimits) != 0 {
		return fmt.Errorf("check account: %w: keys, exports or storage differ from an agency's", ErrAccount)
	}
	expected := agencyImports(op.Broker.Public, claims.Subject)
	sort.Sort(&expected) // as signing does
	want, err := json.Marshal(expected)
	if err != nil {
		return fmt.Errorf("check account: %w", err)
	}
	got, err := json.Marshal(claims.Imports)
	if err != nil {
		return fmt.Errorf("check account: %w", err)
	}
	if !bytes.Equal(want, got) {
		return fmt.Errorf("check account: %w: imports differ from an agency's", ErrAccount)
	}
	return nil
}

// DeleteAccount removes an agency's account; its connections end at once.
func DeleteAccount(ctx context.Context, sys *nats.Conn, op OperatorKeys, accountPub string) error {
	if accountPub == op.Broker.Public || accountPub == op.System.Public || !nkeys.IsValidPublicAccountKey(accountPub) {
		return fmt.Errorf("delete account: %w: not an agency's account", ErrAccount)
	}
	pair, err := pairOf(op.Signing, nkeys.PrefixByteOperator)
	if err != nil {
		return fmt.Errorf("delete account: %w", err)
	}
	defer pair.Wipe()
	signing, err := pair.PublicKey()
	if err != nil {
		return fmt.Errorf("delete account: %w", err)
	}
	claims := jwt.NewGenericClaims(signing)
	claims.Data["accounts"] = []string{accountPub}
	token, err := claims.Encode(pair)
	if err != nil {
		return fmt.Errorf("delete account: %w", err)
	}
	return request(ctx, sys, "delete account", "$SYS.REQ.CLAIMS.DELETE", []byte(token))
}

// RevokeUser ends one user of an account: every credential of that user that
// was issued up to at. Other users of the account stay.
func RevokeUser(ctx context.Context, sys *nats.Conn, op OperatorKeys, accountPub, userPub string, at time.Time) error {
	if !nkeys.IsValidPublicUserKey(userPub) || !nkeys.IsValidPublicAccountKey(accountPub) {
		return fmt.Errorf("revoke user: %w: not a user of an account", ErrKeys)
	}
	msg, err := sys.RequestWithContext(ctx, "$SYS.REQ.ACCOUNT."+accountPub+".CLAIMS.LOOKUP", nil)
	if err != nil {
		return fmt.Errorf("revoke user: look up account: %w", err)
	}
	claims, err := jwt.DecodeAccountClaims(string(msg.Data))
	if err != nil {
		return fmt.Errorf("revoke user: look up account: %w: no such account", ErrAccount)
	}
	// What the server stores was not verified by it: never re-sign blindly.
	if claims.Subject != accountPub {
		return fmt.Errorf("revoke user: %w: the server answered for another account", ErrAccount)
	}
	var token string
	switch accountPub {
	case op.Broker.Public:
		claims.RevokeAt(userPub, at)
		token, err = brokerAccountJWT(op, claims.Revocations)
	case op.System.Public:
		claims.RevokeAt(userPub, at)
		token, err = systemAccountJWT(op, claims.Revocations)
	default:
		if err := CheckAccount(op, string(msg.Data)); err != nil {
			return fmt.Errorf("revoke user: %w", err)
		}
		claims.RevokeAt(userPub, at)
		token, err = signAccount(op, claims)
	}
	if err != nil {
		return fmt.Errorf("revoke user: %w", err)
	}
	return push(ctx, sys, token)
}

func push(ctx context.Context, sys *nats.Conn, token string) error {
	return request(ctx, sys, "push account", "$SYS.REQ.CLAIMS.UPDATE", []byte(token))
}

// request sends one claim to the resolver and reads its verdict. Any server of
// a cluster may answer; the resolvers pass the claim on to each other.
func request(ctx context.Context, sys *nats.Conn, what, subject string, data []byte) error {
	msg, err := sys.RequestWithContext(ctx, subject, data)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	var answer struct {
		Data struct {
			Code int `json:"code"`
		} `json:"data"`
		Error *struct {
			Description string `json:"description"`
		} `json:"error"`
	}
	if err := json.Unmarshal(msg.Data, &answer); err != nil {
		return fmt.Errorf("%s: decode answer: %w", what, err)
	}
	if answer.Error != nil {
		return fmt.Errorf("%s: %w: %s", what, ErrAccount, answer.Error.Description)
	}
	if answer.Data.Code != 200 {
		return fmt.Errorf("%s: %w: code %d", what, ErrAccount, answer.Data.Code)
	}
	return nil
}
