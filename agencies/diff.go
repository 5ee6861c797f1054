package agencies

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Diff says in plain lines what changes from old to next, for the registrar
// who is asked to sign. Every difference in content yields at least one line;
// a nil old is an empty list.
func Diff(old, next *TrustList) []string {
	d := &differ{}
	if old == nil {
		old = &TrustList{}
	}
	d.value("network", old.Network, next.Network)
	d.value("version", old.Version, next.Version)
	d.value("previous version", old.Prev, next.Prev)
	d.value("issued", stamp(old.IssuedAt), stamp(next.IssuedAt))
	d.value("quorum", old.Quorum, next.Quorum)
	diffBy(d, "registrar", old.Registrars, next.Registrars, func(r Registrar) string { return r.Name }, func(p string, a, b Registrar) {
		d.value(p+" key", string(a.JWK), string(b.JWK))
	})
	diffBy(d, "state", old.States, next.States, func(s StateEntry) string { return string(s.Code) }, d.state)
	diffBy(d, "agency", old.Agencies, next.Agencies, func(a Agency) string { return string(a.ID) }, d.agency)
	d.keys("policy signer", old.PolicySigners, next.PolicySigners)
	diffBy(d, "witness", old.Witnesses, next.Witnesses, func(w string) string { return w }, func(string, string, string) {})
	return d.lines
}

type differ struct{ lines []string }

func (d *differ) add(format string, args ...any) {
	d.lines = append(d.lines, fmt.Sprintf(format, args...))
}

func (d *differ) value(what string, a, b any) {
	as, bs := fmt.Sprint(a), fmt.Sprint(b)
	if as == bs {
		return
	}
	d.add("%s: %s -> %s", what, orNone(as), orNone(bs))
}

func orNone(s string) string {
	if s == "" || s == "[]" {
		return "none"
	}
	return s
}

// diffBy pairs the elements of two lists by name. A new element is also walked
// against a zero one, so that its content is shown.
func diffBy[T any](d *differ, what string, old, next []T, name func(T) string, each func(path string, a, b T)) {
	was, now := map[string]T{}, map[string]T{}
	for _, v := range old {
		was[name(v)] = v
	}
	for _, v := range next {
		now[name(v)] = v
	}
	for _, v := range old {
		if _, kept := now[name(v)]; !kept {
			d.add("%s %s: removed", what, name(v))
		}
	}
	for _, v := range next {
		a, known := was[name(v)]
		if !known {
			d.add("%s %s: added", what, name(v))
		}
		each(what+" "+name(v), a, v)
	}
}

func (d *differ) state(p string, a, b StateEntry) {
	d.value(p+" name", a.Name, b.Name)
	d.value(p+" languages", a.Languages, b.Languages)
	d.value(p+" time zone", a.TimeZone, b.TimeZone)
	d.words(p+" holiday", a.Holidays, b.Holidays)
	d.words(p+" weekend day", a.Weekend, b.Weekend)
	binding := func(x Binding) string { return string(x.Regime) + " from " + stamp(x.From) }
	diffBy(d, p+" regime", a.Regimes, b.Regimes, binding, func(p string, x, y Binding) {
		d.value(p+" until", stampPtr(x.Until), stampPtr(y.Until))
		d.value(p+" declarations", x.Declarations, y.Declarations)
	})
}

func (d *differ) agency(p string, a, b Agency) {
	d.value(p+" name", a.Name, b.Name)
	d.value(p+" state", a.State, b.State)
	d.value(p+" kind", a.Kind, b.Kind)
	d.value(p+" account", a.Account, b.Account)
	d.value(p+" account signing key", a.AccountSigning, b.AccountSigning)
	d.value(p+" languages", a.Languages, b.Languages)
	d.words(p+" competence", words(a.Competences), words(b.Competences))
	d.keys(p+" key", a.Keys, b.Keys)
	diffBy(d, "officer", a.Officers, b.Officers, func(o Officer) string { return string(o.ID) }, func(p string, x, y Officer) {
		d.value(p+" office", x.Office, y.Office)
		d.value(p+" standing", x.Standing, y.Standing)
		d.keys(p+" key", x.Keys, y.Keys)
	})
}

func (d *differ) keys(what string, old, next []Key) {
	diffBy(d, what, old, next, func(k Key) string { return string(k.ID) }, func(p string, a, b Key) {
		d.value(p+" use", a.Use, b.Use)
		d.value(p+" signs for State", a.State, b.State)
		d.value(p+" valid", window(a), window(b))
		d.value(p+" revoked", revoked(a), revoked(b))
	})
}

func (d *differ) words(what string, old, next []string) {
	for _, w := range old {
		if !slices.Contains(next, w) {
			d.add("%s %s: removed", what, w)
		}
	}
	for _, w := range next {
		if !slices.Contains(old, w) {
			d.add("%s %s: added", what, w)
		}
	}
}

func words[T ~string](in []T) []string {
	out := make([]string, len(in))
	for i, v := range in {
		out[i] = string(v)
	}
	return out
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

func stampPtr(t *time.Time) string {
	if t == nil {
		return ""
	}
	return stamp(*t)
}

func window(k Key) string {
	return strings.TrimSpace(stamp(k.NotBefore) + " to " + stamp(k.NotAfter))
}

func revoked(k Key) string {
	if k.RevokedAt == nil {
		return ""
	}
	return stamp(*k.RevokedAt) + " " + string(k.RevokedWhy)
}
