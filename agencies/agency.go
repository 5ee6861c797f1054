package agencies

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Limits of a trust list; they bound the work a hostile file can cause.
const (
	maxStates   = 300
	maxAgencies = 4096
	maxOfficers = 1024 // per agency
	maxKeys     = 64   // per holder
	maxName     = 128  // bytes
)

// Officer is a person in an office, under a pseudonym that only the agency can
// resolve.
type Officer struct {
	ID       OfficerID `json:"id"`
	Office   Office    `json:"office"`
	Standing Standing  `json:"standing"`
	Keys     []Key     `json:"keys,omitempty"`
}

// Agency is one member of the exchange.
type Agency struct {
	ID          ID           `json:"id"`
	Name        string       `json:"name"`
	State       State        `json:"state"`
	Kind        Kind         `json:"kind"`
	Competences []Competence `json:"competences,omitempty"`
	Account     string       `json:"account,omitempty"` // NATS account, "A…"; empty: takes no part on the wire
	// AccountSigning is the key with which the agency issues its own users of the
	// account; it stands with Account.
	AccountSigning string    `json:"account_signing,omitempty"`
	Languages      []string  `json:"languages,omitempty"`
	Keys           []Key     `json:"keys,omitempty"` // the agency's own: e-seal and recipients
	Officers       []Officer `json:"officers,omitempty"`
}

// Can reports whether the agency has competence c.
func (a *Agency) Can(c Competence) bool {
	for _, have := range a.Competences {
		if have == c {
			return true
		}
	}
	return false
}

// Officer finds an officer of the agency.
func (a *Agency) Officer(id OfficerID) (*Officer, bool) {
	for i := range a.Officers {
		if a.Officers[i].ID == id {
			return &a.Officers[i], true
		}
	}
	return nil, false
}

// Binding says that a State is bound by a regime, since when, and with which
// declarations and reservations.
type Binding struct {
	Regime       Regime          `json:"regime"`
	From         time.Time       `json:"from"`
	Until        *time.Time      `json:"until,omitempty"` // exclusive
	Declarations map[string]bool `json:"declarations,omitempty"`
}

// InForce reports whether the State is bound at the given time.
func (b *Binding) InForce(at time.Time) bool {
	return !at.Before(b.From) && (b.Until == nil || at.Before(*b.Until))
}

// StateEntry is what the exchange must know of a State.
type StateEntry struct {
	Code      State     `json:"code"`
	Name      string    `json:"name"`
	Regimes   []Binding `json:"regimes,omitempty"`
	Languages []string  `json:"languages,omitempty"` // in which it takes requests
	TimeZone  string    `json:"time_zone"`           // IANA name
	Holidays  []string  `json:"holidays,omitempty"`  // "2026-12-25"
	// Weekend are the days of the week on which nobody works, as in "friday"; none
	// means saturday and sunday.
	Weekend []string `json:"weekend,omitempty"`
}

// RegimesAt lists the regimes that bind the State at the given time.
func (s *StateEntry) RegimesAt(at time.Time) []Regime {
	var out []Regime
	for i := range s.Regimes {
		if s.Regimes[i].InForce(at) {
			out = append(out, s.Regimes[i].Regime)
		}
	}
	return out
}

// Weekday reads a day of the week: "monday" to "sunday".
func Weekday(name string) (time.Weekday, bool) {
	for d := time.Sunday; d <= time.Saturday; d++ {
		if strings.ToLower(d.String()) == name {
			return d, true
		}
	}
	return 0, false
}

func (s *StateEntry) check() error {
	if err := s.Code.Check(); err != nil {
		return fieldErr("code", RuleFormat, "want ISO 3166-1 alpha-2")
	}
	if err := checkName("name", s.Name); err != nil {
		return err
	}
	if err := checkLanguages(s.Languages); err != nil {
		return err
	}
	if !isTimeZone(s.TimeZone) {
		return fieldErr("time_zone", RuleFormat, "want an IANA time zone name")
	}
	if len(s.Holidays) > 4096 || len(s.Regimes) > 256 {
		return fieldErr("", RuleSize, "too many holidays or regimes")
	}
	seen := map[string]bool{}
	for i, day := range s.Holidays {
		if t, err := time.Parse(time.DateOnly, day); err != nil || t.Format(time.DateOnly) != day {
			return fieldErr(nth("holidays", i), RuleFormat, "want a date, as in 2026-12-25")
		}
		if seen[day] {
			return fieldErr(nth("holidays", i), RuleDuplicate, "listed twice")
		}
		seen[day] = true
	}
	// A week of seven days off would never end a period of working days.
	if len(s.Weekend) > 6 {
		return fieldErr("weekend", RuleSize, "leaves no working day")
	}
	for i, day := range s.Weekend {
		if _, ok := Weekday(day); !ok {
			return fieldErr(nth("weekend", i), RuleUnknown, "want a day of the week, as in friday")
		}
		if slices.Contains(s.Weekend[:i], day) {
			return fieldErr(nth("weekend", i), RuleDuplicate, "listed twice")
		}
	}
	for i := range s.Regimes {
		if err := s.checkBinding(i); err != nil {
			return under(nth("regimes", i), err)
		}
	}
	return nil
}

func (s *StateEntry) checkBinding(i int) error {
	b := &s.Regimes[i]
	if err := b.Regime.Check(); err != nil {
		return err
	}
	if err := checkTime("from", b.From); err != nil {
		return err
	}
	if b.Until != nil {
		if err := checkTime("until", *b.Until); err != nil {
			return err
		}
		if !b.From.Before(*b.Until) {
			return fieldErr("until", RuleTime, "not after from")
		}
	}
	for name := range b.Declarations {
		if !isCode(name) {
			return fieldErr("declarations", RuleFormat, "want names of a-z, 0-9 and '_'")
		}
	}
	// A State may leave a treaty and come back; two bindings at once would
	// leave open which declarations count.
	for j := range i {
		o := &s.Regimes[j]
		apart := o.Until != nil && !b.From.Before(*o.Until) || b.Until != nil && !o.From.Before(*b.Until)
		if o.Regime == b.Regime && !apart {
			return fieldErr("regime", RuleDuplicate, "bound twice at the same time")
		}
	}
	return nil
}

// checkSelf checks what can be seen without the rest of the list; keys are
// checked by the index, which needs their parsed form.
func (a *Agency) checkSelf() error {
	if err := a.ID.Check(); err != nil {
		return err
	}
	if err := checkName("name", a.Name); err != nil {
		return err
	}
	if a.State != a.ID.State() {
		return fieldErr("state", RuleMismatch, "not the first two letters of the id")
	}
	if !a.Kind.Valid() {
		return fieldErr("kind", RuleUnknown, "no such kind of agency")
	}
	for i, c := range a.Competences {
		if !c.Valid() {
			return fieldErr(nth("competences", i), RuleUnknown, "no such competence")
		}
		for _, other := range a.Competences[:i] {
			if other == c {
				return fieldErr(nth("competences", i), RuleDuplicate, "listed twice")
			}
		}
	}
	if (a.Account == "") != (a.AccountSigning == "") {
		return fieldErr("account_signing", RuleRequired, "stands with account, and account with it")
	}
	if a.AccountSigning != "" {
		if err := CheckAccount(a.AccountSigning); err != nil {
			return fieldErr("account_signing", RuleFormat, "want the public key of a NATS account")
		}
		if a.AccountSigning == a.Account {
			return fieldErr("account_signing", RuleDuplicate, "is the account's identity")
		}
	}
	if a.Account != "" {
		if err := CheckAccount(a.Account); err != nil {
			return err
		}
	}
	if err := checkLanguages(a.Languages); err != nil {
		return err
	}
	if len(a.Officers) > maxOfficers {
		return fieldErr("officers", RuleSize, "more than %d", maxOfficers)
	}
	for i := range a.Officers {
		o := &a.Officers[i]
		if err := o.ID.Check(); err != nil {
			return under(nth("officers", i), err)
		}
		if o.ID.Agency() != a.ID {
			return fieldErr(nth("officers", i)+".id", RuleMismatch, "officer of another agency")
		}
		if !o.Office.Valid() {
			return fieldErr(nth("officers", i)+".office", RuleUnknown, "no office a person can hold")
		}
		if !o.Standing.Valid() {
			return fieldErr(nth("officers", i)+".standing", RuleUnknown, "want active, suspended or ended")
		}
	}
	return nil
}

// checkName refuses names that could pass for another on a screen: control and
// format characters (bidirectional overrides, zero width), odd spaces.
func checkName(field, s string) error {
	switch {
	case s == "":
		return fieldErr(field, RuleRequired, "no name")
	case len(s) > maxName:
		return fieldErr(field, RuleSize, "more than %d bytes", maxName)
	case !utf8.ValidString(s), strings.TrimSpace(s) != s, strings.Contains(s, "  "):
		return fieldErr(field, RuleFormat, "spaces at an end or doubled")
	}
	for _, r := range s {
		if r != ' ' && (unicode.IsSpace(r) || !unicode.IsPrint(r)) {
			return fieldErr(field, RuleFormat, "control, format or odd space character")
		}
	}
	return nil
}

// checkLanguages wants tags in the manner of BCP 47: "cs", "sr-Latn".
func checkLanguages(tags []string) error {
	if len(tags) > 64 {
		return fieldErr("languages", RuleSize, "more than 64")
	}
	for i, tag := range tags {
		ok := true
		for j, sub := range strings.Split(tag, "-") {
			ok = ok && (j == 0 && len(sub) >= 2 && len(sub) <= 3 || j > 0 && len(sub) >= 2 && len(sub) <= 8)
			for k := 0; ok && k < len(sub); k++ {
				ok = isLower(sub[k]) || j > 0 && (isUpper(sub[k]) || isDigit(sub[k]))
			}
		}
		if !ok {
			return fieldErr(nth("languages", i), RuleFormat, "want a language tag, as in cs or sr-Latn")
		}
		for _, other := range tags[:i] {
			if other == tag {
				return fieldErr(nth("languages", i), RuleDuplicate, "listed twice")
			}
		}
	}
	return nil
}

// isTimeZone checks the form only: asking whether the zone exists would read
// this machine's zone files, and two machines could disagree.
func isTimeZone(s string) bool {
	if s == "" || len(s) > 64 {
		return false
	}
	for _, part := range strings.Split(s, "/") {
		if part == "" || !isUpper(part[0]) {
			return false
		}
		for i := 1; i < len(part); i++ {
			if c := part[i]; !isUpper(c) && !isLower(c) && !isDigit(c) && c != '_' && c != '-' && c != '+' {
				return false
			}
		}
	}
	return true
}

// isCode is the form of codes: 1 to 64 of a-z, 0-9, '_', '-' and '.',
// beginning with a letter.
func isCode(s string) bool {
	if s == "" || len(s) > 64 || !isLower(s[0]) {
		return false
	}
	for i := 1; i < len(s); i++ {
		if c := s[i]; !isLower(c) && !isDigit(c) && c != '_' && c != '-' && c != '.' {
			return false
		}
	}
	return true
}
