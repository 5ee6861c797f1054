package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/policy"
)

// draftForm writes an empty form of the instrument. Every line says what it wants;
// what must be filled in holds FILL, what may be left away is commented out.
func draftForm(i broker.Instrument) string {
	var b strings.Builder
	form, _ := broker.FormOf(i)
	for _, part := range formParts {
		if part.only == nil || part.only(form) {
			b.WriteString(strings.TrimPrefix(part.text, "\n"))
		}
	}
	out := strings.NewReplacer("{instrument}", string(i), "{contents}", "["+strings.Join(form.Contents, ", ")+"]",
		"{regime}", string(i.Regime()), "{regimes}", join(i.Regimes()), "{articles}", strings.Join(articles(form), ", ")).Replace(b.String())
	return out + draftFacts(i)
}

// draftFacts lists the facts that the instrument must state, with their types and
// the values that policy knows today.
func draftFacts(i broker.Instrument) string {
	var b strings.Builder
	b.WriteString(`
# Facts that neither signature, trust list, ledger nor bytes can show. Policy
# decides on each of them, and a false one is a false statement under your
# signature. More facts may be stated when an exception is claimed: see the facts
# of law/facts.md.
facts:
`)
	for _, name := range broker.StatedFacts(i, "") {
		spec := policy.Dictionary()[name]
		want := string(spec.Type)
		if spec.Type == policy.Boolean {
			want = "true or false"
		}
		if len(spec.Values) > 0 {
			want += ", such as " + strings.Join(spec.Values, ", ")
		}
		if spec.Null {
			want += "; null: known to be none"
		}
		fmt.Fprintf(&b, "  %s: %s # %s\n", name, unfilled, want)
	}
	b.WriteString(`
# Facts of the list above that the signing officer found in person. Policy takes
# these as attested, the others as declared.
# attestations: [specific_investigation]
`)
	return b.String()
}

// articles are those that a request may name as its legal basis.
func articles(f broker.Form) []string {
	var out []string
	for _, b := range f.Rests {
		for _, a := range b.Articles {
			if !slices.Contains(out, a) {
				out = append(out, a)
			}
		}
	}
	return out
}

func named(f broker.Form) bool    { return len(articles(f)) > 0 }
func notified(f broker.Form) bool { return f.Notified }
func produces(f broker.Form) bool { return f.Produces }
func mayUrge(f broker.Form) bool  { return f.MayUrge && !f.MustUrge }
func mustUrge(f broker.Form) bool { return f.MustUrge }
func unasked(f broker.Form) bool  { return f.Instrument == broker.Spontaneous }
func ofUnion(f broker.Form) bool  { return f.Rests[0].Regime == agencies.RegimeEPO }

var formParts = []struct {
	only func(broker.Form) bool // nil: all
	text string
}{
	{nil, `
# Request form {instrument}. Replace every FILL; lines that begin with "# " and a
# name are optional. Then: rogatory request submit --form THIS-FILE
#
# The open part travels in the ledger for ever and is read by policy and oversight:
# codes and numbers only. Names, selectors and narrative belong into the sealed
# compartments below.
instrument: {instrument}
# regime: {regime} # the law of the instrument; default: the first of {regimes}
`},
	{named, `
legal_basis: FILL # article of the regime that the request rests on: {articles}
`},
	{nil, `
reference: FILL # file number at the issuing authority, a code
# issued: 2026-11-23T12:00:00Z # when the order was made, UTC; default: now
addressee: FILL # agency id, as in XB-HOST
`},
	{notified, `
# enforcing_authority: XB-PROS # authority of the addressee's State to be notified, as in Art. 8 (Annex I sec. K)
`},
	{nil, `
# validating_authority: XA-COURT # court, judge or prosecutor whose validation is needed, Art. 4 (Annex I sec. J)
`},
	{produces, `
recipients_of_data: [FILL] # agencies that receive the data, as in XA-POLICE (Annex I sec. L)
# assigned_officers: [XA-POLICE/investigator-1] # who may open the data
`},
	{nil, `
targets:
  - # number: 1, 2, 3 ... in order; follows from the order
    categories: [FILL] # subscriber, user_identification_only, traffic, content; where documents can be asked for, also document
    # items: [messages] # the ticks of Annex I sec. F below the categories, as codes
    identifier_kind: FILL # ip_address, telephone, email, imei, mac, account, service, document
    identifier: FILL # name of the field of certificate that holds the selector
    # from: 2026-01-01T00:00:00Z # both or neither
    # until: 2026-02-01T00:00:00Z # not after the date of issue: stored data only
offence: # leave away, and give sentence, when a sentence is executed
  name: FILL # a code of the national list, no narrative
  provision: FILL # criminal-law provision, as in Penal Code s 225
  max_custodial_sentence_months: FILL # number
  # committed_by_information_system: true
  # listed_in_directive: Directive (EU) 2011/93
  # directive_article: 3
  # annex_iv_category: trafficking in human beings # for the waiver of double criminality
# sentence: # with purpose execute_sentence only
#   months: 24
#   in_absentia: false
#   convict_absconded: true
purpose: criminal_proceedings # or execute_sentence
stated_purpose: FILL # the one use asked for, a code such as the file number; every other use is asked again
`},
	{mustUrge, `
emergency:
  threat: imminent_threat_to_life # a code
  reasons: emergency_reasons # name of the field of certificate that holds the reasons
`},
	{unasked, `
# use_limits: [intelligence_only_not_in_court] # codes of what you forbid or demand; they bind whoever uses it
`},
	{mayUrge, `
# emergency: # imminent threat, Art. 3(18)
#   threat: imminent_threat_to_life # a code
#   reasons: emergency_reasons # name of the field of certificate that holds the reasons
#   critical_infrastructure: false
#   validation_unobtainable: false # validation could not be had in time
`},
	{nil, `
language: FILL # of the certificate, as in en; one that the addressee accepts
contents: {contents} # parts of the form that the sealed compartments hold
# requested_deadline: 2026-12-31T00:00:00Z # after the date of issue
# earlier_preservation: # a preservation this request follows; case or outside
#   instrument: EPOC-PR
#   case: 019353a0-0000-7000-8000-000000000000
#   outside: FILE-NUMBER
# follow_up_to: # an earlier request this one adds to
#   instrument: {instrument}
#   case: 019353a0-0000-7000-8000-000000000000
#   outside: FILE-NUMBER

# Sealed to addressee, validating and enforcing authority. Fields of your choice;
# targets and emergency name those that they mean.
certificate:
  account: FILL # the selector
`},
	{mayUrge, `
  # emergency_reasons: why life is in danger
`},
	{mustUrge, `
  emergency_reasons: FILL # why life is in danger
`},
	{ofUnion, `
# Grounds of necessity and proportionality and the summary of the case. Sealed to
# validating and enforcing authority; never to the addressee, Art. 9(2).
# section_m:
#   grounds: why this is necessary and proportionate
#   summary: what happened
`},
	{nil, `
# Identity of victims. Sealed to the issuing authority alone.
# victim:
#   name: who
`},
}
