package embedded

import (
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nkeys"
)

// Role is one user of the broker's or the system account. Each has an allow
// list; what is not on it is denied by the server.
type Role string

// Roles of the broker's own processes.
const (
	// RoleRuntime serves requests and appends to the ledger. It may not
	// create, update, purge or delete a stream, nor acknowledge for anyone.
	RoleRuntime Role = "runtime"
	// RoleService only answers requests: it can publish to reply subjects and
	// to nothing else, so that a hostile reply subject is harmless even if
	// the handler forgets to check it.
	RoleService Role = "service"
	// RoleProvision creates the ledger and inbox consumers, once.
	RoleProvision Role = "provision"
	// RoleAdmin (SYS) adds, changes and removes accounts. For the admin
	// process only.
	RoleAdmin Role = "admin"
	// RoleMonitor (SYS) reads server settings for CheckLedger.
	RoleMonitor Role = "monitor"
)

// replies is the only place a service answer may go: the subject that the
// server makes for a request that came through an import.
const replies = "_R_."

func (r Role) permissions() (jwt.Permissions, bool, error) {
	var p jwt.Permissions
	read := []string{
		"$JS.API.INFO",
		"$JS.API.STREAM.INFO." + StreamName,
		"$JS.API.STREAM.MSG.GET." + StreamName,
		"$JS.API.DIRECT.GET." + StreamName,
		"$JS.API.DIRECT.GET." + StreamName + ".>",
		"$JS.API.CONSUMER.INFO." + StreamName + ".*",
		"$JS.API.CONSUMER.CREATE." + StreamName + ".>",
		"$JS.API.CONSUMER.MSG.NEXT." + StreamName + ".*",
	}
	system := false
	switch r {
	case RoleRuntime:
		p.Pub.Allow.Add(append([]string{replies + ">", SubjectLedger + ".>"}, read...)...)
		p.Sub.Allow.Add(SubjectSubmit+".*", SubjectAsk+".*", "_INBOX.>", "$JS.EVENT.ADVISORY.>")
	case RoleService:
		p.Pub.Allow.Add(replies + ">")
		p.Sub.Allow.Add(SubjectSubmit+".*", SubjectAsk+".*", "_INBOX.>")
	case RoleProvision:
		p.Pub.Allow.Add(append([]string{"$JS.API.STREAM.CREATE." + StreamName, "$JS.API.CONSUMER.DELETE." + StreamName + ".*"}, read...)...)
		p.Sub.Allow.Add("_INBOX.>")
	case RoleAdmin:
		system = true
		p.Pub.Allow.Add("$SYS.REQ.CLAIMS.UPDATE", "$SYS.REQ.CLAIMS.DELETE", "$SYS.REQ.CLAIMS.LIST", "$SYS.REQ.ACCOUNT.*.CLAIMS.LOOKUP")
		p.Sub.Allow.Add("_INBOX.>")
	case RoleMonitor:
		system = true
		p.Pub.Allow.Add("$SYS.REQ.SERVER.PING.JSZ", "$SYS.REQ.SERVER.PING.HEALTHZ", "$SYS.REQ.SERVER.PING.STATSZ")
		p.Sub.Allow.Add("_INBOX.>")
	default:
		return p, false, fmt.Errorf("%w: unknown role %q", ErrKeys, string(r))
	}
	return p, system, nil
}

// UserCreds issues a credentials file for one of the broker's roles. A zero
// expiry never expires.
func (k OperatorKeys) UserCreds(role Role, expiry time.Time) ([]byte, error) {
	permissions, system, err := role.permissions()
	if err != nil {
		return nil, fmt.Errorf("issue user: %w", err)
	}
	account := k.Broker
	if system {
		account = k.System
	}
	return issueUser(account.Signing, account.Public, string(role), expiry, permissions)
}

// AgencyUserCreds issues a credentials file for a user of an agency's account.
// The agency does this itself, with its own signing seed.
func AgencyUserCreds(accountSigning Seed, accountPub, name string, expiry time.Time) ([]byte, error) {
	return issueUser(accountSigning, accountPub, name, expiry, jwt.Permissions{})
}

func issueUser(signing Seed, accountPub, name string, expiry time.Time, permissions jwt.Permissions) ([]byte, error) {
	if !nkeys.IsValidPublicAccountKey(accountPub) {
		return nil, fmt.Errorf("issue user: %w: not an account key", ErrKeys)
	}
	issuer, err := pairOf(signing, nkeys.PrefixByteAccount)
	if err != nil {
		return nil, fmt.Errorf("issue user: %w", err)
	}
	defer issuer.Wipe()
	user, err := nkeys.CreateUser()
	if err != nil {
		return nil, fmt.Errorf("issue user: %w", err)
	}
	defer user.Wipe()
	public, err := user.PublicKey()
	if err != nil {
		return nil, fmt.Errorf("issue user: %w", err)
	}
	claims := jwt.NewUserClaims(public)
	claims.Name = name
	claims.IssuerAccount = accountPub
	claims.Permissions = permissions
	if !expiry.IsZero() {
		claims.Expires = expiry.UTC().Unix()
	}
	token, err := claims.Encode(issuer)
	if err != nil {
		return nil, fmt.Errorf("issue user: %w", err)
	}
	seed, err := user.Seed()
	if err != nil {
		return nil, fmt.Errorf("issue user: %w", err)
	}
	creds, err := jwt.FormatUserConfig(token, seed)
	if err != nil {
		return nil, fmt.Errorf("issue user: %w", err)
	}
	return creds, nil
}

// UserPublic reads the user's public key out of a credentials file, as
// RevokeUser takes it.
func UserPublic(creds []byte) (string, error) {
	token, err := jwt.ParseDecoratedJWT(creds)
	if err != nil {
		return "", fmt.Errorf("read credentials: %w: no user claim", ErrKeys)
	}
	claims, err := jwt.DecodeUserClaims(token)
	if err != nil {
		return "", fmt.Errorf("read credentials: %w: no user claim", ErrKeys)
	}
	return claims.Subject, nil
}

// Caller returns the service ("rog.submit", "rog.ask") and the account key
// that the server put into the subject of a request. ok is false for every
// other subject: JetStream can be made to deliver a stored message to a
// service subscription under the stored subject, so a handler must not trust
// that what reaches it was addressed to it.
func Caller(subject string) (service, account string, ok bool) {
	for _, s := range []string{SubjectSubmit, SubjectAsk} {
		if key, found := strings.CutPrefix(subject, s+"."); found && nkeys.IsValidPublicAccountKey(key) {
			return s, key, true
		}
	}
	return "", "", false
}

// ReplyAllowed tells whether an answer may be sent to this reply subject. A
// leaf connection can name any subject as reply, an acknowledgement of
// somebody else's inbox among them.
func ReplyAllowed(reply string) bool {
	return strings.HasPrefix(reply, replies) && len(reply) > len(replies)
}
