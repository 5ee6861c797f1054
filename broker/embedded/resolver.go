package embedded

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nats-server/v2/server"
)

// resolverSync is how often servers of a cluster compare their accounts.
const resolverSync = 2 * time.Minute

// openResolver opens the directory of account claims and puts the broker's own
// two accounts into it. What is in the directory and was not issued by this
// operator is removed first: the resolver itself stores whatever a system user
// pushes, and a claim torn by a power cut would keep its account out for ever.
func openResolver(dir string, op OperatorKeys, log *slog.Logger) (*server.DirAccResolver, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("create account directory: %w", err)
	}
	if err := syncInherited(dir); err != nil && log != nil {
		log.Warn("account claims are not synced to disk on this file system", "err", err)
	}
	revoked := map[string]jwt.RevocationList{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("read account directory: %w", err)
	}
	for _, entry := range entries {
		name, found := strings.CutSuffix(entry.Name(), ".jwt")
		if !found {
			continue
		}
		file := filepath.Join(dir, entry.Name())
		token, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("read account: %w", err)
		}
		claims, problem := ownAccount(op, name, string(token))
		if problem == nil {
			revoked[name] = claims.Revocations
			continue
		}
		if log != nil {
			log.Warn("account claim removed", "peer", name, "err", problem)
		}
		if err := os.Remove(file); err != nil {
			return nil, fmt.Errorf("remove account: %w", err)
		}
	}
	resolver, err := server.NewDirAccResolver(dir, 0, resolverSync, server.HardDelete)
	if err != nil {
		return nil, fmt.Errorf("open account directory: %w", err)
	}
	// Signed anew each time, so that a new release's exports take effect;
	// revocations of the broker's own users are carried over.
	system, err := systemAccountJWT(op, revoked[op.System.Public])
	if err != nil {
		return nil, err
	}
	broker, err := brokerAccountJWT(op, revoked[op.Broker.Public])
	if err != nil {
		return nil, err
	}
	for public, token := range map[string]string{op.System.Public: system, op.Broker.Public: broker} {
		if err := os.WriteFile(filepath.Join(dir, public+".jwt"), []byte(token), 0o600); err != nil {
			return nil, fmt.Errorf("store account: %w", err)
		}
	}
	return resolver, nil
}

// ownAccount decodes a stored claim and checks that it is ours.
func ownAccount(op OperatorKeys, name, token string) (*jwt.AccountClaims, error) {
	claims, err := jwt.DecodeAccountClaims(token)
	if err != nil {
		return nil, fmt.Errorf("decode account: %w: %v", ErrAccount, err)
	}
	if claims.Subject != name {
		return nil, fmt.Errorf("check account: %w: file name and subject differ", ErrAccount)
	}
	if name == op.Broker.Public || name == op.System.Public {
		operator, err := op.claims()
		if err != nil {
			return nil, err
		}
		if !operator.SigningKeys.Contains(claims.Issuer) {
			return nil, fmt.Errorf("check account: %w: not issued by the operator's signing key", ErrAccount)
		}
		return claims, nil
	}
	return claims, CheckAccount(op, token)
}
