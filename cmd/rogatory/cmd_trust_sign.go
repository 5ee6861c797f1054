package main

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rogatory/rogatory/agencies"
)

type trustSignOptions struct {
	chain    chainFlags
	key, out string
	digest   string
}

func (a *app) trustSign() *cobra.Command {
	var o trustSignOptions
	c := &cobra.Command{
		Use: "sign LIST --key FILE [--trust FILE... --pin DIGEST]", Short: "Sign a version as one of the registrars",
		Long: `Adds one registrar's signature to LIST, in place or into --out, and hands it on:
the last of the quorum makes it complete. Version 1 is judged by its own
registrars, every other by those of the version before, so give all of them with
--trust and the pin. Nothing is signed that those who hold them would refuse.

What changes is printed first; --digest holds the signature to a list you agreed
on by another way.`,
		Example: `  rogatory trust sign trust-1.json --key registrar-a.key
  rogatory trust sign trust-2.json --key registrar-b.key --trust trust-1.json --pin sha-256:...`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return a.runTrustSign(args[0], o) },
	}
	o.chain.AddFlags(c)
	c.Flags().StringVar(&o.key, "key", "", "private key `FILE` of the registrar")
	c.Flags().StringVarP(&o.out, "out", "o", "", "`FILE` for the signed list (default: in place)")
	c.Flags().StringVar(&o.digest, "digest", "", "sign only a list with this `DIGEST`")
	_ = c.MarkFlagRequired("key")
	return c
}

func (a *app) runTrustSign(path string, o trustSignOptions) error {
	signer, err := readSigner(o.key)
	if err != nil {
		return err
	}
	file, err := a.readFile(path)
	if err != nil {
		return err
	}
	draft, err := agencies.ParseTrustList(trimNewline(file))
	if err != nil {
		return fmt.Errorf("read %s: %w", path, err)
	}
	if o.digest != "" && agencies.Digest(o.digest) != draft.Digest() {
		return fmt.Errorf("sign %s: %w", path, &agencies.TrustError{Reason: agencies.ReasonPin, Detail: "the list has digest " + string(draft.Digest())})
	}
	var h agencies.History
	judge := draft.List()
	var before *agencies.TrustList
	if draft.List().Version > 1 {
		if h, err = a.history(o.chain); err != nil {
			return err
		}
		before = h.Latest().List()
		judge = before
	}
	if registrarOf(judge, signer.KeyID()) == "" {
		return fmt.Errorf("sign %s: %w", path, &agencies.TrustError{Reason: agencies.ReasonUnknownKey, Key: signer.KeyID(), Detail: "no registrar who may sign this version"})
	}
	for _, line := range agencies.Diff(before, draft.List()) {
		a.say("%s", line)
	}
	signed, err := agencies.CosignTrustList(trimNewline(file), signer)
	if err != nil {
		return fmt.Errorf("sign %s: %w", path, err)
	}
	complete, err := acceptable(h, signed)
	if err != nil {
		return fmt.Errorf("sign %s: %w", path, err)
	}
	out, write := path, replaceFile
	if o.out != "" {
		out, write = o.out, createFile
	}
	if err := write(out, append(signed, '\n'), modePublic); err != nil {
		return err
	}
	res := listSummary{
		File: out, Network: draft.List().Network, Version: draft.List().Version, Digest: draft.Digest(),
		Signatures: len(draft.Signatures()) + 1, Quorum: judge.Quorum, Complete: complete, Changes: []string{},
	}
	return a.print(res, res.text)
}

// acceptable asks whether the list would be accepted after h (or as version 1 by
// its own digest). That signatures are still missing is no objection.
func acceptable(h agencies.History, file []byte) (complete bool, err error) {
	s, err := agencies.ParseTrustList(file)
	if err != nil {
		return false, err
	}
	if len(h) == 0 {
		err = s.VerifyGenesis(s.Digest())
	} else {
		_, err = h.Append(s)
	}
	if t, ok := errors.AsType[*agencies.TrustError](err); ok && t.Reason == agencies.ReasonQuorum {
		return false, nil
	}
	return err == nil, err
}

// registrarOf names the registrar who holds a key, "" when nobody does.
func registrarOf(l *agencies.TrustList, kid agencies.KeyID) string {
	for _, r := range l.Registrars {
		if keyID(r.JWK) == kid {
			return r.Name
		}
	}
	return ""
}

// keyID is the thumbprint of a public key on a list that was checked.
func keyID(jwk json.RawMessage) agencies.KeyID {
	k, err := agencies.NewSignKey(jwk, time.Unix(0, 0), time.Unix(1, 0))
	if err != nil {
		return ""
	}
	return k.ID
}

// claimedSigner reads who a signature says it is by, for display only.
func claimedSigner(c agencies.Compact) agencies.KeyID {
	head, _, _ := strings.Cut(string(c), ".")
	b, err := base64.RawURLEncoding.DecodeString(head)
	if err != nil {
		return ""
	}
	var h struct {
		Kid agencies.KeyID `json:"kid"`
	}
	if json.Unmarshal(b, &h) != nil {
		return ""
	}
	return h.Kid
}
