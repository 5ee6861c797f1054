package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/rogatory/rogatory/agencies"
)

func (a *app) trustShow() *cobra.Command {
	var pin string
	var at timeValue
	c := &cobra.Command{
		Use: "show LIST... [--pin DIGEST] [--at TIME]", Short: "Show a trust list, and verify it from the pin on",
		Long: `Shows the last of the versions given: registrars, States and what binds them,
agencies, officers, keys. With --pin every version is verified against the one
before, version 1 against the pin, so give all of them, oldest first; a version
that does not hold ends with exit status 7 or 8 and is not shown. Without --pin
nothing is verified, and the list vouches for nobody.

With --at, of verified versions the one in force then is shown, and keys and
regimes are judged at that time.`,
		Example: `  rogatory trust show trust-1.json trust-2.json --pin sha-256:...
  rogatory trust show trust-1.json --json`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return a.runTrustShow(args, pin, at) },
	}
	c.Flags().StringVar(&pin, "pin", "", "`DIGEST` of version 1, as you got it another way than the file")
	c.Flags().Var(&at, "at", "judge keys and regimes at this time (default now)")
	return c
}

// trustView is what trust show prints.
type trustView struct {
	Network    string              `json:"network"`
	Version    int                 `json:"version"`
	Digest     agencies.Digest     `json:"digest"`
	Verified   bool                `json:"verified"`
	At         time.Time           `json:"at"`
	IssuedAt   time.Time           `json:"issued_at"`
	Quorum     int                 `json:"quorum"`
	Registrars []registrarView     `json:"registrars"`
	SignedBy   []string            `json:"signed_by"` // as the signatures say; held true when verified
	Keys       []keyView           `json:"keys"`
	States     []stateView         `json:"states"`
	List       *agencies.TrustList `json:"list"`
}

type registrarView struct {
	Name string         `json:"name"`
	Key  agencies.KeyID `json:"key"`
}

// keyView says what one key is worth at the time asked about.
type keyView struct {
	Key    agencies.KeyID  `json:"key"`
	Holder string          `json:"holder"` // agency, officer, or "policy signer"
	Use    agencies.KeyUse `json:"use"`
	Status string          `json:"status"` // in_force, or the reason why not
}

type stateView struct {
	Code    agencies.State    `json:"code"`
	Regimes []agencies.Regime `json:"regimes"` // in force at the time asked about
}

func (a *app) runTrustShow(files []string, pin string, at timeValue) error {
	var s, before *agencies.SignedTrustList
	if pin != "" {
		h, err := a.history(chainFlags{pin: pin, files: files})
		if err != nil {
			return err
		}
		s = h.Latest()
		if !at.IsZero() {
			var ok bool
			if s, ok = h.At(at.Time); !ok {
				return &exitError{code: exitNotFound, err: fmt.Errorf("no version was in force at %s", at.String())}
			}
		}
		before, _ = h.Version(s.List().Version - 1)
	} else {
		for _, path := range files {
			next, err := a.readTrustList(path)
			if err != nil {
				return err
			}
			before, s = s, next
		}
		a.say("not verified: no --pin was given, and this list vouches for nobody")
	}
	v := viewTrust(s, before, at.or(now()))
	v.Verified = pin != ""
	return a.print(v, v.text)
}

func viewTrust(s, before *agencies.SignedTrustList, at time.Time) *trustView {
	l := s.List()
	v := &trustView{
		Network: l.Network, Version: l.Version, Digest: s.Digest(), At: at, IssuedAt: l.IssuedAt, Quorum: l.Quorum,
		Registrars: []registrarView{}, SignedBy: []string{}, Keys: []keyView{}, States: []stateView{}, List: l,
	}
	for _, r := range l.Registrars {
		v.Registrars = append(v.Registrars, registrarView{r.Name, keyID(r.JWK)})
	}
	judge := l
	if before != nil {
		judge = before.List()
	}
	for _, c := range s.Signatures() {
		kid := claimedSigner(c)
		name := registrarOf(judge, kid)
		if name == "" {
			name = "unknown key " + string(kid)
		}
		v.SignedBy = append(v.SignedBy, name)
	}
	for _, st := range l.States {
		regimes := st.RegimesAt(at)
		if regimes == nil {
			regimes = []agencies.Regime{}
		}
		v.States = append(v.States, stateView{st.Code, regimes})
	}
	for i := range l.Agencies {
		v.addAgency(&l.Agencies[i])
	}
	for i, k := range l.PolicySigners {
		holder := "policy signer"
		if k.State != "" {
			holder += " of " + string(k.State)
		}
		v.addKeys(holder, agencies.Active, l.PolicySigners[i:i+1])
	}
	return v
}

func (v *trustView) addAgency(ag *agencies.Agency) {
	v.addKeys(string(ag.ID), agencies.Active, ag.Keys)
	for _, o := range ag.Officers {
		v.addKeys(string(o.ID), o.Standing, o.Keys)
	}
}

func (v *trustView) addKeys(holder string, standing agencies.Standing, keys []agencies.Key) {
	for i := range keys {
		status := "in_force"
		if err := keys[i].InForce(v.At); err != nil {
			status = "refused"
			if t, ok := errors.AsType[*agencies.TrustError](err); ok {
				status = t.Reason
			}
		} else if standing != agencies.Active {
			status = string(standing)
		}
		v.Keys = append(v.Keys, keyView{keys[i].ID, holder, keys[i].Use, status})
	}
}

func (v *trustView) text(w io.Writer) {
	l := v.List
	verified := "NOT VERIFIED"
	if v.Verified {
		verified = "verified"
	}
	fmt.Fprintf(w, "%s, version %d, %s\ndigest   %s\nissued   %s\nquorum   %d of %d registrars\nsigned   %s\nat       %s\n",
		v.Network, v.Version, verified, v.Digest, stamp(v.IssuedAt), v.Quorum, len(v.Registrars), orNobody(v.SignedBy), stamp(v.At))
	table(w, "\nREGISTRAR\tKEY", func(row func(...any)) {
		for _, r := range v.Registrars {
			row(r.Name, r.Key)
		}
	})
	table(w, "\nSTATE\tNAME\tTIME ZONE\tBOUND BY", func(row func(...any)) {
		for i, s := range l.States {
			row(s.Code, s.Name, s.TimeZone, join(v.States[i].Regimes))
		}
	})
	table(w, "\nAGENCY\tKIND\tMAY\tNAME", func(row func(...any)) {
		for _, ag := range l.Agencies {
			row(ag.ID, ag.Kind, join(ag.Competences), ag.Name)
		}
	})
	table(w, "\nOFFICER\tOFFICE\tSTANDING", func(row func(...any)) {
		for _, ag := range l.Agencies {
			for _, o := range ag.Officers {
				row(o.ID, o.Office, o.Standing)
			}
		}
	})
	table(w, "\nKEY\tHOLDER\tUSE\tSTATUS", func(row func(...any)) {
		for _, k := range v.Keys {
			row(k.Key, k.Holder, k.Use, k.Status)
		}
	})
	for _, x := range l.Witnesses {
		fmt.Fprintf(w, "\nwitness  %s\n", x)
	}
}

// table prints rows under a heading, and nothing when there are none.
func table(w io.Writer, head string, rows func(row func(...any))) {
	t := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	first := true
	rows(func(cells ...any) {
		if first {
			fmt.Fprintln(t, head)
			first = false
		}
		for i, c := range cells {
			if i > 0 {
				fmt.Fprint(t, "\t")
			}
			fmt.Fprint(t, c)
		}
		fmt.Fprintln(t)
	})
	_ = t.Flush() // the writer below reports its own errors
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func join[T ~string](words []T) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = string(w)
	}
	return strings.Join(out, " ")
}

func orNobody(names []string) string {
	if len(names) == 0 {
		return "nobody"
	}
	return strings.Join(names, ", ")
}
