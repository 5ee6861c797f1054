package main

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/rogatory/rogatory/agencies"
)

func (a *app) trustCommand() *cobra.Command {
	c := a.group("trust", "Say who may speak in the exchange: the trust list and its registrars",
		a.trustKeygen(), a.trustInit(), a.trustAdd(), a.trustRevoke(), a.trustSign(), a.trustDiff(), a.trustShow())
	c.Long = `The trust list says who may speak in the exchange: agencies, their officers and
keys, the States and what binds them. Registrars sign each version together; a
version that undoes a revocation or goes backwards is refused.

  registrar   trust keygen, trust init, trust sign (each registrar), trust show
  agency      agency init: makes its keys, and an entry file for the registrars
  registrar   trust add --agency ENTRY: drafts the next version; trust sign
  everybody   trust show V1 V2 ... --pin DIGEST: believes it, or says why not`
	c.Example = `  rogatory trust keygen --name "Registrar A" --out registrar-a.key
  rogatory trust init --network demo.example --registrar registrar-a.key.pub --quorum 1 --out trust-1.json
  rogatory trust sign trust-1.json --key registrar-a.key`
	return c
}

// trustKeygen makes the key of a registrar or policy signer.
func (a *app) trustKeygen() *cobra.Command {
	var name, out, alg string
	c := &cobra.Command{
		Use: "keygen --name NAME --out FILE", Short: "Make the key of a registrar or a policy signer",
		Long: `Makes a signing key for one person: FILE holds the private key and is never
shown to anybody, FILE.pub the public one for the trust list.`,
		Example: `  rogatory trust keygen --name "Registrar A" --out registrar-a.key`,
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return a.runKeygen(name, out, agencies.Alg(alg))
		},
	}
	c.Flags().StringVar(&name, "name", "", "how the trust list calls the holder")
	c.Flags().StringVar(&out, "out", "", "private key `FILE`; the public one gets .pub after it")
	c.Flags().StringVar(&alg, "alg", string(agencies.Ed25519), "Ed25519, P-256 or P-384")
	_ = c.MarkFlagRequired("name")
	_ = c.MarkFlagRequired("out")
	complete(c, "alg", algorithms)
	return c
}

func (a *app) runKeygen(name, out string, alg agencies.Alg) error {
	if err := mustBeFree(out, out+".pub"); err != nil {
		return err
	}
	// A keyring of one officer is where the vocabulary makes single keys.
	const who = agencies.OfficerID("XX-KEYGEN/key")
	ring := agencies.Keyring{Agency: who.Agency()}
	if err := ring.AddOfficer(rand.Reader, who, alg); err != nil {
		return fmt.Errorf("make key: %w", err)
	}
	signer, err := ring.OfficerSigner(who)
	if err != nil {
		return fmt.Errorf("make key: %w", err)
	}
	public, err := agencies.Canonical(agencies.Registrar{Name: name, JWK: signer.PublicJWK()})
	if err != nil {
		return fmt.Errorf("make key: %w", err)
	}
	if err := createPair(out, []byte(ring.Officers[who].Reveal()+"\n"), out+".pub", append(public, '\n')); err != nil {
		return err
	}
	res := struct {
		Key     agencies.KeyID `json:"key"`
		Private string         `json:"private"`
		Public  string         `json:"public"`
	}{signer.KeyID(), out, out + ".pub"}
	return a.print(res, func(w io.Writer) {
		fmt.Fprintf(w, "key      %s\nprivate  %s (keep it)\npublic   %s (give it to the registrars)\n", res.Key, res.Private, res.Public)
	})
}

// draftOut is how verbs that change a list say where it goes.
type draftOut struct {
	out    string
	issued timeValue
}

func (d *draftOut) AddFlags(c *cobra.Command, help string) {
	c.Flags().StringVarP(&d.out, "out", "o", "", help)
	c.Flags().Var(&d.issued, "issued", "when this version is issued (default now)")
}

func (a *app) trustInit() *cobra.Command {
	var edits trustEdits
	var to draftOut
	var network string
	c := &cobra.Command{
		Use: "init --network NAME --registrar FILE... --out FILE", Short: "Draft version 1 of a trust list",
		Long: `Drafts version 1. It counts once a quorum of its registrars has signed it, and
for those who have its digest, the pin, from a registrar by another way.`,
		Example: `  rogatory trust init --network demo.example --registrar a.key.pub --registrar b.key.pub \
    --quorum 2 --state xa.json --agency XA-MOJ.json --out trust-1.json`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if edits.quorum == 0 {
				edits.quorum = len(edits.registrars)/2 + 1
			}
			l := agencies.NewTrustList(network, nil, edits.quorum, to.issued.or(now()))
			if err := a.edit(l, edits); err != nil {
				return err
			}
			return a.writeDraft(nil, l, to.out, createFile)
		},
	}
	c.Flags().StringVar(&network, "network", "", "name of the exchange; never used for another one")
	to.AddFlags(c, "draft `FILE`, which must not exist yet")
	edits.AddFlags(c)
	_ = c.MarkFlagRequired("network")
	_ = c.MarkFlagRequired("registrar")
	_ = c.MarkFlagRequired("out")
	return c
}

func (a *app) trustAdd() *cobra.Command {
	var edits trustEdits
	var to draftOut
	c := &cobra.Command{
		Use: "add LIST [--agency FILE] [--state FILE] ... [--out FILE]", Short: "Draft a version with more members, States, keys",
		Long: `Adds to a list. One that has signatures is never changed: the next version is
drafted from it into --out. A draft without signatures is changed in place, or
copied to --out.

An entry of an agency that is on the list brings its new officers and keys, and
replaces its name, kind, competences, languages and account. Nothing is taken
away: see trust revoke. What changes is printed for the registrars.`,
		Example: `  rogatory trust add trust-1.json --agency XB-HOST.json --out trust-2.json
  rogatory trust add trust-2.json --state xb.json --policy-signer policy.key.pub`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			return a.changeList(args[0], to, func(l *agencies.TrustList) error { return a.edit(l, edits) })
		},
	}
	to.AddFlags(c, "draft `FILE`, which must not exist yet")
	edits.AddFlags(c)
	return c
}

func (a *app) trustRevoke() *cobra.Command {
	var to draftOut
	var at timeValue
	var why, standing string
	c := &cobra.Command{
		Use: "revoke LIST KEY|OFFICER|AGENCY|REGISTRAR... [--out FILE]", Short: "Draft a version without a key, an officer, an agency or a registrar",
		Long: `Takes trust away, by what is named: a key id is revoked, an officer's standing
ends (or is suspended, or made active again), an agency leaves the list, and a
registrar, given by name, signs no further versions. A revocation of a key is
never taken back.

A superseded key keeps what it signed before; a compromised one is refused
whatever date its signature bears, unless the ledger recorded it in time.

A key id may begin with "-": put "--" before the names then.`,
		Example: `  rogatory trust revoke trust-1.json XA-MOJ/judge-1 --out trust-2.json
  rogatory trust revoke trust-1.json K9fHxQk0yq3o0pYB5l5q6oVn0c3m9kJ3mWq0Q7a2b1E --why compromised --out trust-2.json
  rogatory trust revoke --out trust-2.json -- trust-1.json -m4jK7sPvv1Az4uEhl8yOiOzFaKO9RiSR1esCTUc4us`,
		Args: cobra.MinimumNArgs(2),
		RunE: func(_ *cobra.Command, args []string) error {
			r := revocation{as: at.or(now()), why: agencies.Revocation(why), standing: agencies.Standing(standing)}
			return a.changeList(args[0], to, func(l *agencies.TrustList) error { return r.apply(l, args[1:]) })
		},
	}
	to.AddFlags(c, "draft `FILE`, which must not exist yet")
	c.Flags().Var(&at, "as-of", "from when a key does not count (default now)")
	c.Flags().StringVar(&why, "why", string(agencies.Superseded), "superseded or compromised")
	c.Flags().StringVar(&standing, "standing", string(agencies.Ended), "of an officer: ended, suspended or active")
	complete(c, "why", []agencies.Revocation{agencies.Superseded, agencies.Compromised})
	complete(c, "standing", []agencies.Standing{agencies.Ended, agencies.Suspended, agencies.Active})
	return c
}

// changeList applies a change to the next version of a signed list, or to a draft.
func (a *app) changeList(path string, to draftOut, change func(*agencies.TrustList) error) error {
	s, err := a.readTrustList(path)
	if err != nil {
		return err
	}
	var l *agencies.TrustList
	write := createFile
	if len(s.Signatures()) > 0 {
		if to.out == "" {
			return &exitError{code: exitUsage, err: fmt.Errorf("%s is signed and cannot be changed", path), hint: "--out FILE for the draft of the next version"}
		}
		if l, err = s.Next(to.issued.or(laterOf(now(), s.List().IssuedAt))); err != nil {
			return err
		}
	} else {
		l = new(agencies.TrustList)
		if err := json.Unmarshal(s.Bytes(), l); err != nil {
			return fmt.Errorf("read %s: %w", path, err)
		}
		l.IssuedAt = to.issued.or(l.IssuedAt)
		if to.out == "" {
			to.out, write = path, replaceFile
		}
	}
	if err := change(l); err != nil {
		return err
	}
	return a.writeDraft(s.List(), l, to.out, write)
}

// laterOf keeps a version from being issued before the one it follows.
func laterOf(x, y time.Time) time.Time {
	if x.Before(y) {
		return y
	}
	return x
}

// listSummary is what verbs that write a list print.
type listSummary struct {
	File       string          `json:"file"`
	Network    string          `json:"network"`
	Version    int             `json:"version"`
	Digest     agencies.Digest `json:"digest"`
	Signatures int             `json:"signatures"`
	Quorum     int             `json:"quorum"` // of those who judge this version
	Complete   bool            `json:"complete"`
	Changes    []string        `json:"changes"`
}

func (a *app) writeDraft(before, l *agencies.TrustList, out string, write writeFunc) error {
	file, err := agencies.SignTrustList(l)
	if err != nil {
		return err
	}
	s, err := agencies.ParseTrustList(file)
	if err != nil {
		return err
	}
	if err := write(out, append(file, '\n'), modePublic); err != nil {
		return err
	}
	quorum := l.Quorum
	if before != nil && before.Version < l.Version {
		quorum = before.Quorum
	}
	res := listSummary{
		File: out, Network: l.Network, Version: l.Version, Digest: s.Digest(), Quorum: quorum, Changes: changes(before, s.List()),
	}
	return a.print(res, res.text)
}

// changes is the difference in content, never null in JSON.
func changes(before, after *agencies.TrustList) []string {
	if lines := agencies.Diff(before, after); lines != nil {
		return lines
	}
	return []string{}
}

func (s *listSummary) text(w io.Writer) {
	for _, line := range s.Changes {
		fmt.Fprintln(w, line)
	}
	state := "draft"
	if s.Complete {
		state = "complete"
	}
	fmt.Fprintf(w, "\n%s: version %d of %s, %s, signed by %d of %d\ndigest %s\n", s.File, s.Version, s.Network, state, s.Signatures, s.Quorum, s.Digest)
	if s.Version == 1 {
		fmt.Fprintln(w, "This digest is the pin: tell it to everybody by another way than the file.")
	}
}

func (a *app) trustDiff() *cobra.Command {
	return &cobra.Command{
		Use: "diff OLD NEW", Short: "Say in plain lines what changes between two versions",
		Long:    `Says what changes, for a registrar who is asked to sign. It verifies nothing.`,
		Example: `  rogatory trust diff trust-1.json trust-2.json`,
		Args:    cobra.ExactArgs(2),
		RunE: func(_ *cobra.Command, args []string) error {
			return a.runTrustDiff(args[0], args[1])
		},
	}
}

func (a *app) runTrustDiff(before, after string) error {
	x, err := a.readTrustList(before)
	if err != nil {
		return err
	}
	y, err := a.readTrustList(after)
	if err != nil {
		return err
	}
	res := struct {
		Before  agencies.Digest `json:"before"`
		After   agencies.Digest `json:"after"`
		Changes []string        `json:"changes"`
	}{x.Digest(), y.Digest(), changes(x.List(), y.List())}
	return a.print(res, func(w io.Writer) {
		for _, line := range res.Changes {
			fmt.Fprintln(w, line)
		}
	})
}
