package main

import (
	"crypto/rand"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rogatory/rogatory/agencies"
)

func (a *app) agencyCommand() *cobra.Command {
	c := a.group("agency", "Make an agency's keys and its public entry for the trust list", a.agencyInit(), a.agencyRenew())
	c.Example = `  rogatory agency init XA-MOJ --name "Ministry of Justice" --kind central_authority --competence issue,transmit`
	return c
}

type agencyOptions struct {
	keyring, entry string
	name, kind     string
	competences    []string
	languages      []string
	officers       []string
	from, until    timeValue
	alg            string
}

// keyYears is how long the keys of an agency count unless told.
const keyYears = 2

func (a *app) agencyInit() *cobra.Command {
	var o agencyOptions
	c := &cobra.Command{
		Use: "init ID --name NAME --kind KIND [--competence WORD,...] [--officer NAME=OFFICE]...", Short: "Make an agency's keyring and its public entry",
		Long: `Makes two files. The keyring holds every private key of the agency (e-seal, one
key for each officer, decryption, network account) and never leaves it. The entry
holds the public halves and goes to the registrars, who add it with trust add.
Compare the key ids by telephone.`,
		Example: `  rogatory agency init XA-MOJ --name "Ministry of Justice of Aland" --kind central_authority \
    --competence issue,transmit,enforce --language cs --officer prosecutor-1=public_prosecutor --officer judge-1=judge`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return a.runAgencyInit(agencies.ID(args[0]), o) },
	}
	f := c.Flags()
	f.StringVar(&o.name, "name", "", "name of the agency")
	f.StringVar(&o.kind, "kind", "", join(agencies.Kinds()))
	f.StringSliceVar(&o.competences, "competence", nil, "what it may do: "+join(agencies.CompetenceWords()))
	f.StringSliceVar(&o.languages, "language", nil, "languages it works in, as in cs")
	f.StringArrayVar(&o.officers, "officer", nil, "`NAME=OFFICE` of an officer; the name is a pseudonym, as in judge-1=judge")
	o.common(c)
	_ = c.MarkFlagRequired("name")
	_ = c.MarkFlagRequired("kind")
	complete(c, "kind", agencies.Kinds())
	complete(c, "competence", agencies.CompetenceWords())
	return c
}

func (o *agencyOptions) common(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&o.keyring, "keyring", "", "private `FILE` (default ID.keyring)")
	f.StringVar(&o.entry, "entry", "", "public `FILE` (default ID.json)")
	f.Var(&o.from, "from", "when new keys begin to count (default: today)")
	f.Var(&o.until, "until", "when they cease to count (default: two years later)")
	f.StringVar(&o.alg, "alg", string(agencies.Ed25519), "Ed25519, P-256 or P-384")
	complete(c, "alg", algorithms)
}

// period is the time in which new keys count.
func (o *agencyOptions) period() (from, until time.Time) {
	from = o.from.or(now().Truncate(24 * time.Hour))
	return from, o.until.or(from.AddDate(keyYears, 0, 0))
}

func (o *agencyOptions) files(id agencies.ID) (keyring, entry string) {
	keyring, entry = o.keyring, o.entry
	if keyring == "" {
		keyring = string(id) + ".keyring"
	}
	if entry == "" {
		entry = string(id) + ".json"
	}
	return keyring, entry
}

// offices reads NAME=OFFICE; the name may be the whole officer id.
func (o *agencyOptions) offices(id agencies.ID) (map[agencies.OfficerID]agencies.Office, error) {
	out := map[agencies.OfficerID]agencies.Office{}
	for _, word := range o.officers {
		name, office, ok := strings.Cut(word, "=")
		if !ok || !agencies.Office(office).Valid() {
			return nil, &agencies.FieldError{Field: "officer", Rule: agencies.RuleUnknown, Detail: "want NAME=OFFICE, office one of " + join(agencies.Offices())}
		}
		if !strings.Contains(name, "/") {
			name = string(id) + "/" + name
		}
		officer, err := agencies.ParseOfficerID(name)
		if err != nil {
			return nil, err
		}
		if _, twice := out[officer]; twice {
			return nil, &agencies.FieldError{Field: "officer", Rule: agencies.RuleDuplicate, Detail: name}
		}
		out[officer] = agencies.Office(office)
	}
	return out, nil
}

func (a *app) runAgencyInit(id agencies.ID, o agencyOptions) error {
	if err := id.Check(); err != nil {
		return err
	}
	offices, err := o.offices(id)
	if err != nil {
		return err
	}
	keyringFile, entryFile := o.files(id)
	if err := mustBeFree(keyringFile, entryFile); err != nil {
		return err
	}
	ring, err := agencies.GenerateKeyring(rand.Reader, id, agencies.Alg(o.alg), slices.Sorted(maps.Keys(offices))...)
	if err != nil {
		return err
	}
	d := agencies.Description{Name: o.name, Kind: agencies.Kind(o.kind), Languages: o.languages, Offices: offices}
	for _, c := range o.competences {
		d.Competences = append(d.Competences, agencies.Competence(c))
	}
	d.NotBefore, d.NotAfter = o.period()
	entry, err := ring.Entry(d)
	if err != nil {
		return err
	}
	secret, err := ring.Encode()
	if err != nil {
		return err
	}
	public, err := agencies.Canonical(entry)
	if err != nil {
		return err
	}
	if err := createPair(keyringFile, secret, entryFile, append(public, '\n')); err != nil {
		return err
	}
	return a.printAgency(entry, keyringFile, entryFile)
}

func (a *app) agencyRenew() *cobra.Command {
	var o agencyOptions
	var decryption, seal bool
	c := &cobra.Command{
		Use: "renew ID [--seal] [--decryption] [--officer NAME=OFFICE]...", Short: "Give an agency, or an officer of it, new keys",
		Long: `Makes new keys: the e-seal, the decryption key, or those of officers, who may be
new. The keyring and the entry are replaced; old decryption keys stay in the
keyring, because old evidence needs them. The registrars add the entry with trust
add, and revoke the old keys with trust revoke.

Give the new entry to the registrars before the agency acts: until their list
counts, what the new key signs is not trusted.`,
		Example: `  rogatory agency renew XA-MOJ --officer judge-2=judge
  rogatory agency renew XA-MOJ --seal`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			return a.runAgencyRenew(agencies.ID(args[0]), o, seal, decryption)
		},
	}
	c.Flags().BoolVar(&seal, "seal", false, "a new e-seal")
	c.Flags().BoolVar(&decryption, "decryption", false, "a new decryption key")
	c.Flags().StringArrayVar(&o.officers, "officer", nil, "`NAME=OFFICE`: a new key for this officer")
	o.common(c)
	c.MarkFlagsOneRequired("seal", "decryption", "officer")
	return c
}

func (a *app) runAgencyRenew(id agencies.ID, o agencyOptions, seal, decryption bool) error {
	if err := id.Check(); err != nil {
		return err
	}
	offices, err := o.offices(id)
	if err != nil {
		return err
	}
	keyringFile, entryFile := o.files(id)
	ring, err := readKeyring(keyringFile)
	if err != nil {
		return err
	}
	var entry agencies.Agency
	if err := a.readJSON(entryFile, &entry); err != nil {
		return err
	}
	if ring.Agency != id || entry.ID != id {
		return fmt.Errorf("renew keys: %w", &agencies.FieldError{Field: "agency", Rule: agencies.RuleMismatch, Detail: "keyring and entry are not those of " + string(id)})
	}
	fresh, err := agencies.GenerateKeyring(rand.Reader, id, agencies.Alg(o.alg), slices.Sorted(maps.Keys(offices))...)
	if err != nil {
		return err
	}
	d := agencies.Description{Name: entry.Name, Kind: entry.Kind, Offices: offices}
	d.NotBefore, d.NotAfter = o.period()
	added, err := fresh.Entry(d)
	if err != nil {
		return err
	}
	for _, k := range added.Keys {
		if k.Use == agencies.UseSign && seal || k.Use == agencies.UseSeal && decryption {
			entry.Keys = append(entry.Keys, k)
		}
	}
	if seal {
		ring.Seal = fresh.Seal
	}
	if decryption {
		ring.Identities = append(slices.Clone(fresh.Identities), ring.Identities...)
	}
	maps.Copy(ring.Officers, fresh.Officers)
	if err := mergeOfficers(&entry, added.Officers); err != nil {
		return err
	}
	secret, err := ring.Encode()
	if err != nil {
		return err
	}
	public, err := agencies.Canonical(entry)
	if err != nil {
		return err
	}
	// Entry first: were it the other way round, a crash in between would leave
	// a keyring whose public half nobody knows.
	if err := replaceFile(entryFile, append(public, '\n'), modePublic); err != nil {
		return err
	}
	if err := replaceFile(keyringFile, secret, modeSecret); err != nil {
		return err
	}
	return a.printAgency(&entry, keyringFile, entryFile)
}

func mergeOfficers(entry *agencies.Agency, officers []agencies.Officer) error {
	for _, o := range officers {
		old, ok := entry.Officer(o.ID)
		switch {
		case !ok:
			entry.Officers = append(entry.Officers, o)
		case old.Office != o.Office:
			return &agencies.FieldError{Field: "officer", Rule: agencies.RuleMismatch, Detail: string(o.ID) + " holds another office; a new office needs a new name"}
		default:
			old.Keys = append(old.Keys, o.Keys...)
		}
	}
	return nil
}

func (a *app) printAgency(entry *agencies.Agency, keyringFile, entryFile string) error {
	v := trustView{At: now()}
	v.addAgency(entry)
	res := struct {
		Agency  agencies.ID `json:"agency"`
		Keyring string      `json:"keyring"`
		Entry   string      `json:"entry"`
		Keys    []keyView   `json:"keys"`
	}{entry.ID, keyringFile, entryFile, v.Keys}
	return a.print(res, func(w io.Writer) {
		fmt.Fprintf(w, "keyring  %s (keep it)\nentry    %s (give it to the registrars)\n", keyringFile, entryFile)
		table(w, "\nKEY\tHOLDER\tUSE\tSTATUS", func(row func(...any)) {
			for _, k := range res.Keys {
				row(k.Key, k.Holder, k.Use, k.Status)
			}
		})
	})
}
