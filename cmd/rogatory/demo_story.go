package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/agencies/gateway"
	"github.com/rogatory/rogatory/broker"
	"github.com/rogatory/rogatory/evidence"
	"github.com/rogatory/rogatory/policy"
)

// story plays the demonstration's case: every act goes over the wire, through the
// same gates as anybody's.
type story struct {
	nodes map[agencies.ID]*gateway.Gateway
	files []string // what the messaging service hands over
	extra string   // what Estmark hands over
	out   string   // folder for what the investigator opens
	now   func() time.Time
	step  func(step)
	bar   func(label string) (progress func(done, total int64), done func())

	Requests []demoRequest
	Exhibits []demoExhibit
}

// step is one line of the story.
type step struct {
	Who     agencies.ID    `json:"who"`
	Did     string         `json:"did"`
	Outcome policy.Outcome `json:"outcome,omitempty"`
	Rule    string         `json:"rule,omitempty"`
	Article string         `json:"article,omitempty"`
	Why     string         `json:"why,omitempty"`
	Record  uint64         `json:"record,omitempty"` // ledger sequence: the proof
}

type demoRequest struct {
	Case       string            `json:"case"`
	Instrument broker.Instrument `json:"instrument"`
	From       agencies.ID       `json:"from"`
	To         agencies.ID       `json:"to"`
	What       string            `json:"what"`
	State      broker.Phase      `json:"state"`
}

type demoExhibit struct {
	Case      string             `json:"case"`
	Exhibit   evidence.ExhibitID `json:"exhibit"`
	Name      string             `json:"name"`
	Size      int64              `json:"size"`
	DigestIn  agencies.Digest    `json:"digest_in"`  // measured on the file before it was sealed
	DigestOut agencies.Digest    `json:"digest_out"` // measured on the file the investigator opened
	Status    string             `json:"status"`
}

// play runs the four requests.
func (s *story) play(ctx context.Context) error {
	for _, part := range []func(context.Context) error{s.content, s.payments, s.preservation, s.assistance} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	return nil
}

// content: an EPOC for messages, validated by a judge, cleared by the other State.
func (s *story) content(ctx context.Context) error {
	now := s.now().UTC().Truncate(time.Second)
	a, err := s.speak(ctx, alvPolice, "asks Chatterbird for the messages of the recruiter's account (EPOC)", gateway.Draft{
		Officer: inspector,
		Sealed: []gateway.Compartment{
			{Name: broker.Certificate, To: []agencies.ID{alvCourt, breChat, breProsec}, Fields: map[string]any{"account": "bright-futures-jobs", "case_file": "ALV 2026/4471"}},
			{Name: broker.SectionM, To: []agencies.ID{alvCourt, breProsec}, Fields: map[string]any{"grounds": "The account recruited at least twelve persons in four States; no milder measure shows who gave the orders.", "summary": "False offers of hotel work; passports and phones taken on arrival in Alvona.", "annex_iv": []string{"trafficking in human beings"}}},
			{Name: broker.Victim, To: []agencies.ID{alvPolice}, Fields: map[string]any{"victim_1": "identity known to the trafficking unit"}},
		},
		Body: func(sd gateway.Digests) broker.Body {
			o := s.order(now, broker.EPOC, breChat, sd["certificate/account"])
			o.Enforcing, o.Validator = breProsec, alvCourt
			o.Recipients, o.Assigned = []agencies.ID{alvPolice}, []agencies.OfficerID{investigator}
			return o
		},
	})
	if err != nil {
		return err
	}
	if err := s.expect(a, policy.NeedsValidation); err != nil {
		return err
	}
	s.sync(ctx, alvCourt)
	v, err := s.nodes[alvCourt].Validate(ctx, a.Case, judge, agencies.Validated, nil)
	if err := s.done(alvCourt, "judge validates the order; it travels, and Brenova's prosecution is notified", v, err); err != nil {
		return err
	}
	s.sync(ctx, breChat, breProsec)
	if err := s.produce(ctx, breChat, chatDesk, a.Case, s.files, evidence.ContentData, []string{"suspect"}); err != nil {
		return err
	}
	s.sync(ctx, alvPolice)
	c, err := s.nodes[breProsec].Speak(ctx, gateway.Draft{Case: a.Case, Officer: prosecutor, Body: func(gateway.Digests) broker.Body { return &broker.Clearance{} }})
	if err := s.done(breProsec, "prosecutor raises no ground; the hold ends and the exhibits are released", c, err); err != nil {
		return err
	}
	if err := s.fetchAll(ctx, a.Case); err != nil {
		return err
	}
	return s.note(ctx, alvPolice, a.Case, broker.EPOC, breChat, "messages of the recruiter's account")
}

// payments: the Regulation leaves financial services out; policy says so.
func (s *story) payments(ctx context.Context) error {
	now := s.now().UTC().Truncate(time.Second)
	a, err := s.speak(ctx, alvCourt, "asks Swiftpay for the recruiter's payments (EPOC)", gateway.Draft{
		Officer: judge,
		Sealed:  []gateway.Compartment{{Name: broker.Certificate, To: []agencies.ID{cesPay}, Fields: map[string]any{"account": "payee 7781-22"}}},
		Body: func(sd gateway.Digests) broker.Body {
			o := s.order(now, broker.EPOC, cesPay, sd["certificate/account"])
			o.Targets[0].Categories = []evidence.Category{evidence.Subscriber}
			o.Recipients = []agencies.ID{alvPolice}
			o.Facts["service_type"] = json.RawMessage(`"payment_account_service"`)
			return o
		},
	})
	if err != nil {
		return err
	}
	if err := s.expect(a, policy.Denied); err != nil {
		return err
	}
	return s.note(ctx, alvCourt, a.Case, broker.EPOC, cesPay, "subscriber of a payment account")
}

// preservation: the advertisements must not disappear meanwhile.
func (s *story) preservation(ctx context.Context) error {
	now := s.now().UTC().Truncate(time.Second)
	a, err := s.speak(ctx, alvCourt, "orders Jobboard to preserve the advertisements (EPOC-PR)", gateway.Draft{
		Officer: judge,
		Sealed:  []gateway.Compartment{{Name: broker.Certificate, To: []agencies.ID{dorJobs}, Fields: map[string]any{"account": "bright-futures"}}},
		Body: func(sd gateway.Digests) broker.Body {
			o := s.order(now, broker.EPOCPR, dorJobs, sd["certificate/account"])
			o.Contents = []string{"A", "B", "C", "D", "E", "F"}
			return o
		},
	})
	if err != nil {
		return err
	}
	if err := s.expect(a, policy.Permitted); err != nil {
		return err
	}
	s.sync(ctx, dorJobs)
	p, err := s.nodes[dorJobs].Speak(ctx, gateway.Draft{Case: a.Case, Body: func(gateway.Digests) broker.Body { return &broker.Preservation{} }})
	if err := s.done(dorJobs, "preserves the data for 60 days", p, err); err != nil {
		return err
	}
	return s.note(ctx, alvCourt, a.Case, broker.EPOCPR, dorJobs, "advertisements of the recruiter")
}

// assistance: Estmark is bound by UNTOC alone; it refuses one of two things.
func (s *story) assistance(ctx context.Context) error {
	now := s.now().UTC().Truncate(time.Second)
	a, err := s.speak(ctx, alvCentral, "asks Estmark for the company register and a search (MLA)", gateway.Draft{
		Officer: official,
		Sealed:  []gateway.Compartment{{Name: broker.Certificate, To: []agencies.ID{estCentral}, Fields: map[string]any{"company": "Bright Futures Placement", "summary_of_facts": "False offers of hotel work in four States; exploitation in Alvonia."}}},
		Body: func(sd gateway.Digests) broker.Body {
			o := s.order(now, broker.MLA, estCentral, sd["certificate/company"])
			o.Targets = []broker.Target{
				{Number: 1, Categories: []evidence.Category{evidence.Document}, IdentifierKind: broker.Doc, IdentifierDigest: sd["certificate/company"]},
				{Number: 2, Categories: []evidence.Category{evidence.ContentData}, IdentifierKind: broker.Account, IdentifierDigest: sd["certificate/company"]},
			}
			o.Recipients, o.Assigned = []agencies.ID{alvPolice}, []agencies.OfficerID{investigator}
			return o
		},
	})
	if err != nil {
		return err
	}
	if err := s.expect(a, policy.Permitted); err != nil {
		return err
	}
	s.sync(ctx, estCentral)
	speak := func(who agencies.ID, did string, d gateway.Draft) (*gateway.Answer, error) {
		d.Case = a.Case
		r, err := s.nodes[who].Speak(ctx, d)
		return r, s.done(who, did, r, err)
	}
	if _, err := speak(estCentral, "official recognises the request", gateway.Draft{Officer: estOfficial, Body: func(gateway.Digests) broker.Body { return &broker.Recognition{} }}); err != nil {
		return err
	}
	message := func(to agencies.ID, text string) []gateway.Compartment {
		return []gateway.Compartment{{Name: broker.Message, To: []agencies.ID{to}, Fields: map[string]any{"text": text}}}
	}
	asked, err := speak(estCentral, "consults Alvonia before refusing a part", gateway.Draft{
		Officer: estOfficial, Sealed: message(alvCentral, "A search of the mailbox needs a local order for the same acts, which our law does not give here."),
		Body: func(gateway.Digests) broker.Body {
			return &broker.Question{Kind: broker.AskConsultation, Parts: []broker.Part{{Target: 2}}}
		},
	})
	if err != nil {
		return err
	}
	s.sync(ctx, alvCentral)
	if _, err := speak(alvCentral, "answers that the documents are needed first", gateway.Draft{
		Officer: official, Sealed: message(estCentral, "Understood. We need the register entries first."),
		Body: func(gateway.Digests) broker.Body {
			return &broker.Answer{To: asked.Act, Outcome: broker.AnswerGiven}
		},
	}); err != nil {
		return err
	}
	if _, err := speak(estCentral, "refuses the search, with its ground and reasons", gateway.Draft{
		Officer: estOfficial, Sealed: message(alvCentral, "Contrary to our legal system: no search without dual criminality of the means."),
		Body: func(sd gateway.Digests) broker.Body {
			return &broker.Refusal{Ground: "contrary_to_legal_system", Parts: []broker.Part{{Target: 2}}, Reasons: sd["message/text"]}
		},
	}); err != nil {
		return err
	}
	if err := s.produce(ctx, estCentral, estOfficial, a.Case, []string{s.extra}, evidence.Document, []string{"third_party"}); err != nil {
		return err
	}
	if err := s.fetchAll(ctx, a.Case); err != nil {
		return err
	}
	return s.note(ctx, alvCentral, a.Case, broker.MLA, estCentral, "company register, and a search")
}

// produce deposits files as numbered parts.
func (s *story) produce(ctx context.Context, who agencies.ID, officer agencies.OfficerID, caseID string, files []string, category evidence.Category, subjects []string) error {
	v, err := s.nodes[who].Case(ctx, caseID)
	if err != nil {
		return err
	}
	var answers []broker.Part
	for _, l := range v.State.Lines {
		if l.Category == category {
			answers = append(answers, broker.Part{Target: l.Target, Categories: []evidence.Category{category}})
		}
	}
	for i, file := range files {
		in, size, err := digestFile(file)
		if err != nil {
			return err
		}
		name := filepath.Base(file)
		progress, shown := s.bar("seal " + name)
		a, m, err := s.nodes[who].Deposit(ctx, gateway.Deposit{
			Case: caseID, Officer: officer, Path: file, Part: i + 1, Last: i == len(files)-1, Answers: answers,
			Category: category, Subjects: subjects, Origin: "records of " + string(who), Tool: "rogatory " + version(),
			Facts:    map[string]any{"reason_for_alternative": "forensic_requirements"},
			Progress: progress,
		})
		shown()
		if err := s.done(who, fmt.Sprintf("seals and deposits part %d: %s", i+1, name), a, err); err != nil {
			return err
		}
		s.Exhibits = append(s.Exhibits, demoExhibit{Case: caseID, Exhibit: m.Exhibit, Name: name, Size: size, DigestIn: in})
	}
	return nil
}

// fetchAll lets the investigator open every exhibit of a request.
func (s *story) fetchAll(ctx context.Context, caseID string) error {
	s.sync(ctx, alvPolice)
	for i := range s.Exhibits {
		e := &s.Exhibits[i]
		if e.Case != caseID {
			continue
		}
		path := filepath.Join(s.out, string(e.Exhibit))
		progress, shown := s.bar("open " + e.Name)
		a, _, err := s.nodes[alvPolice].Fetch(ctx, gateway.Fetch{
			Case: caseID, Exhibit: e.Exhibit, Officer: investigator, Use: s.reference(), Justification: "case_work", Path: path,
			Progress: progress,
		})
		shown()
		if err := s.done(alvPolice, "investigator opens "+e.Name+"; giver and taker have signed", a, err); err != nil {
			return err
		}
		if e.DigestOut, _, err = digestFile(path); err != nil {
			return err
		}
		if e.DigestOut != e.DigestIn {
			return fmt.Errorf("%s: what was opened is not what was sealed", e.Name)
		}
		v, err := s.nodes[alvPolice].Case(ctx, caseID)
		if err != nil {
			return err
		}
		for _, x := range v.Exhibits {
			if x.Manifest.Exhibit == e.Exhibit {
				e.Status = string(x.Status)
			}
		}
	}
	return nil
}

func (s *story) reference() string { return "ALV-2026-4471" }

// order is a complete request of the case; the callers change what differs.
func (s *story) order(now time.Time, i broker.Instrument, to agencies.ID, identifier string) *broker.Order {
	from, until := now.AddDate(0, 0, -60), now.AddDate(0, 0, -1)
	o := &broker.Order{
		Instrument: i, Regime: i.Regime(), Reference: s.reference(), Issued: now, Addressee: to,
		Targets: []broker.Target{{Number: 1, Categories: []evidence.Category{evidence.ContentData}, IdentifierKind: broker.Account, IdentifierDigest: identifier, From: &from, Until: &until}},
		Offence: &broker.Offence{Name: "trafficking in human beings", Provision: "Penal Code of Alvonia, s 225", MaxMonths: 144},
		Purpose: broker.PurposeProceedings, Use: s.reference(), Language: "en",
		Contents: []string{"A", "B", "C", "D", "E", "F", "G", "H", "I", "K", "L"},
	}
	facts := map[string]any{
		"service_offered_in_union": true, "service_type": "messaging_service", "criminal_proceedings_open": true, "specific_investigation": true,
		"similar_domestic_order_available": true, "necessity_and_proportionality_grounds_recorded": true, "individual_nexus_explained": true,
		"alternative_less_intrusive": false, "person_identity_known": true, "final_judgment_same_acts_in_member_state": nil,
		"parallel_proceedings_suspected_in": "none", "address_to": "designated_establishment", "signature_level": "qualified",
		"channel": "decentralised_it_system", "data_owner": "private_person",
	}
	o.Attestations = []string{"necessity_and_proportionality_grounds_recorded", "similar_domestic_order_available"}
	switch i {
	case broker.EPOC:
		maps.Copy(facts, map[string]any{
			"addressed_party_role": "controller", "infrastructure_of": "none", "target_role": "none",
			"reasons_to_believe_press_protection_in_enforcing_state": false, "enforcing_state_privilege_finding": "none",
		})
	case broker.MLA:
		o.LegalBasis = "UNTOC Art 18"
		o.Contents = []string{"requesting_authority", "subject_matter_and_conducting_authority", "summary_of_facts", "assistance_sought", "purpose", "person_identity_if_known"}
		o.Attestations = []string{"transnational", "organized_criminal_group"}
		facts = map[string]any{
			"other_mla_treaty_between_states": false, "transnational": true, "organized_criminal_group": true, "urgent": false,
			"assistance_type": "production_of_records", "person_identity_known": true, "specific_investigation": true,
		}
	}
	o.Facts = map[string]json.RawMessage{}
	for name, v := range facts {
		raw, err := json.Marshal(v)
		if err != nil {
			panic(err) // constants above
		}
		o.Facts[name] = raw
	}
	return o
}

// speak performs an act whose answer may be any outcome, and tells it.
func (s *story) speak(ctx context.Context, who agencies.ID, did string, d gateway.Draft) (*gateway.Answer, error) {
	a, err := s.nodes[who].Speak(ctx, d)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", who, err)
	}
	s.tell(who, did, a)
	return a, nil
}

// done tells an act and wants it to have been accepted.
func (s *story) done(who agencies.ID, did string, a *gateway.Answer, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", who, err)
	}
	s.tell(who, did, a)
	if err := a.Refused(); err != nil {
		return fmt.Errorf("%s: %w", who, err)
	}
	return nil
}

func (s *story) expect(a *gateway.Answer, want policy.Outcome) error {
	if d := a.Reply.Decision; d == nil || d.Outcome != want {
		return errors.Join(fmt.Errorf("policy did not say %s", want), a.Refused())
	}
	return nil
}

func (s *story) tell(who agencies.ID, did string, a *gateway.Answer) {
	st := step{Who: who, Did: did}
	if d := a.Reply.Decision; d != nil {
		r := decisive(*d)
		st.Outcome, st.Rule, st.Article, st.Why = d.Outcome, r.Rule, r.Article, r.Text
	}
	if len(a.Records) > 0 {
		st.Record = a.Records[0].Attestation.Seq
	}
	s.step(st)
}

// decisive is the first reason that says what the decision says.
func decisive(d policy.Decision) policy.Reason {
	i := slices.IndexFunc(d.Reasons, func(r policy.Reason) bool { return r.Outcome == d.Outcome })
	if i < 0 {
		return policy.Reason{}
	}
	return d.Reasons[i]
}

// note adds a request to the summary as it stands now.
func (s *story) note(ctx context.Context, who agencies.ID, caseID string, i broker.Instrument, to agencies.ID, what string) error {
	v, err := s.nodes[who].Case(ctx, caseID)
	if err != nil {
		return err
	}
	s.Requests = append(s.Requests, demoRequest{Case: caseID, Instrument: i, From: who, To: to, What: what, State: v.State.Phase})
	return nil
}

// sync takes inboxes now; a gateway process does so by itself.
func (s *story) sync(ctx context.Context, ids ...agencies.ID) {
	for _, id := range ids {
		if err := s.nodes[id].Sync(ctx); err != nil {
			s.step(step{Who: id, Did: "could not take its inbox: " + err.Error()})
		}
	}
}

func digestFile(path string) (agencies.Digest, int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, f)
	if err != nil {
		return "", 0, err
	}
	d, err := agencies.ParseDigest(fmt.Sprintf("sha-256:%x", h.Sum(nil)))
	return d, n, err
}
