package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/agencies/gateway"
	"github.com/rogatory/rogatory/broker"
)

// The acts of the parties as verbs. What each may do, and when, is the table of
// package broker; these only make the body from flags.

var questionActs = []spoken{
	{
		use: "ask CASE --kind KIND", short: "Ask the other side about a request", args: 1,
		long: `Asks. A clarification by the addressee says what is missing (Annex III sec. D) and
suspends its duties; a consultation comes before a refusal; information and waiver
suspend nothing.`,
		example: `ask CASE --officer desk-1 --kind clarification --code account_unknown --text "no such account"`,
		flags: func(f *actFlags, c *cobra.Command) {
			kinds := []string{broker.AskClarification, broker.AskConsultation, broker.AskInformation, broker.AskWaiver}
			c.Flags().StringVar(&f.kind, "kind", "", "clarification, consultation, information or waiver")
			c.Flags().StringSliceVar(&f.codes, "code", nil, "`CODE` of what is missing; repeat")
			_ = c.MarkFlagRequired("kind")
			complete(c, "kind", kinds)
			withParts(f, c)
			withText(f, c)
		},
		body: func(f *actFlags, _ []string) (utterance, error) {
			parts, err := partFlags(f.parts)
			s := plain(&broker.Question{Kind: f.kind, Codes: f.codes, Parts: parts})
			s.field, s.text = "text", f.text
			return s, err
		},
	},
	{
		use: "answer CASE QUESTION --outcome WORD", short: "Answer a question or an objection of the other side", args: 2,
		long:    "Answers one question by the id of its act, as request show lists it.",
		example: `answer CASE 019353a0-0000-7000-8000-000000000001 --officer inspector-1 --outcome given --text "the account ends in .example"`,
		flags: func(f *actFlags, c *cobra.Command) {
			withOutcome(f, c, broker.AnswerGiven, broker.AnswerDeclined, broker.AnswerUpheld)
			withText(f, c)
		},
		body: func(f *actFlags, args []string) (utterance, error) {
			s := plain(&broker.Answer{To: args[1], Outcome: f.outcome})
			s.field, s.text = "text", f.text
			return s, nil
		},
	},
}

var executingActs = []spoken{
	{
		use: "recognise CASE", short: "Say that a request for assistance will be executed", args: 1,
		example: "recognise CASE --officer official-1 --condition no_other_use",
		flags:   func(f *actFlags, c *cobra.Command) { withConditions(f, c); factFlag(c, &f.facts) },
		body: func(f *actFlags, _ []string) (utterance, error) {
			facts, err := rawFacts(f.facts)
			return plain(&broker.Recognition{Conditions: f.conditions, Facts: facts}), err
		},
	},
	{
		use: "refuse CASE --ground CODE --reasons TEXT", short: "Refuse a request, whole or in part", args: 1,
		long: `Refuses with a coded ground. The reasons in words are sealed to the issuer and the
enforcing authority.`,
		example: `refuse CASE --officer desk-1 --ground data_not_stored_at_receipt --reasons "deleted in March" --part 2:content`,
		flags: func(f *actFlags, c *cobra.Command) {
			withGround(f, c)
			withReasons(f, c)
			withParts(f, c)
			factFlag(c, &f.facts)
			c.Flags().BoolVar(&f.preserved, "preserved", false, "the data are kept all the same (Annex III sec. G)")
		},
		body: func(f *actFlags, _ []string) (utterance, error) {
			parts, err := partFlags(f.parts)
			if err != nil {
				return utterance{}, err
			}
			facts, err := rawFacts(f.facts)
			return utterance{field: "reasons", text: f.reasons, body: func(sd gateway.Digests) broker.Body {
				return &broker.Refusal{Ground: f.ground, Parts: parts, Reasons: messageDigest(sd, "reasons"), Preserved: f.preserved, Facts: facts}
			}}, err
		},
	},
	{
		use: "object CASE --ground CODE --reasons TEXT", short: "Raise a ground for refusal, or a conflict of laws", args: 1,
		long: `The enforcing authority raises a ground of Art. 12; the addressee says that a law of
a third country forbids it (Art. 17). The reasons in words are sealed to the issuer.
Dual criminality depends on section M: read it and give --fact
annex_iv_category_ticked=CATEGORY, or none (Art. 12(1)(d)).`,
		example: `object CASE --officer prosecutor-1 --ground immunity_or_privilege --reasons "the account is a lawyer's"`,
		flags: func(f *actFlags, c *cobra.Command) {
			withGround(f, c)
			withReasons(f, c)
			withParts(f, c)
			withConditions(f, c)
			factFlag(c, &f.facts)
		},
		body: func(f *actFlags, _ []string) (utterance, error) {
			parts, err := partFlags(f.parts)
			if err != nil {
				return utterance{}, err
			}
			facts, err := rawFacts(f.facts)
			return utterance{field: "reasons", text: f.reasons, body: func(sd gateway.Digests) broker.Body {
				return &broker.Objection{Ground: f.ground, Parts: parts, Reasons: messageDigest(sd, "reasons"), Conditions: f.conditions, Facts: facts}
			}}, err
		},
	},
	{
		use: "clear CASE", short: "Say that no ground for refusal will be raised", args: 1,
		long:    "The enforcing authority lets the data go before the tenth day (Art. 10(2)).",
		example: "clear CASE --officer prosecutor-1",
		flags:   withConditions,
		body: func(f *actFlags, _ []string) (utterance, error) {
			return plain(&broker.Clearance{Conditions: f.conditions}), nil
		},
	},
	{
		use: "preserve CASE", short: "Say that the data are kept", args: 1,
		example: "preserve CASE --officer desk-1",
		flags:   withParts,
		body: func(f *actFlags, _ []string) (utterance, error) {
			parts, err := partFlags(f.parts)
			return plain(&broker.Preservation{Parts: parts}), err
		},
	},
}

var issuingActs = []spoken{
	{
		use: "extend CASE", short: "Ask that data be kept thirty days longer, once", args: 1,
		long:    "Annex VI: extends a preservation by thirty days (Art. 11).",
		example: "extend CASE --officer inspector-1 --prepared",
		flags: func(f *actFlags, c *cobra.Command) {
			c.Flags().BoolVar(&f.prepared, "prepared", false, "a production request is being prepared")
		},
		body: func(f *actFlags, _ []string) (utterance, error) {
			return plain(&broker.Extension{Form: broker.AnnexVI, Prepared: f.prepared}), nil
		},
	},
	{
		use: "confirm CASE (--request ID | --outside REFERENCE)", short: "Confirm that the request for production was issued", args: 1,
		long:    "Annex V: the data are kept until they are produced (Art. 11).",
		example: "confirm CASE --officer inspector-1 --instrument EPOC --request 019353a0-0000-7000-8000-000000000002",
		flags: func(f *actFlags, c *cobra.Command) {
			c.Flags().StringVar(&f.instrument, "instrument", string(broker.EPOC), "of the request that follows")
			c.Flags().StringVar(&f.other, "request", "", "its `ID` in this exchange")
			c.Flags().StringVar(&f.outside, "outside", "", "its file number outside this exchange")
			c.MarkFlagsOneRequired("request", "outside")
			c.MarkFlagsMutuallyExclusive("request", "outside")
		},
		body: func(f *actFlags, _ []string) (utterance, error) {
			return plain(&broker.Confirmation{Form: broker.AnnexV, Subsequent: broker.Reference{Instrument: f.instrument, Case: f.other, Outside: f.outside}}), nil
		},
	},
	{
		use: "notify CASE --enforcing AGENCY", short: "Name the enforcing authority of an order sent without one", args: 1,
		long: `Names the authority to be notified and seals to it what the order had sealed to the
others (Art. 8).`,
		example: "notify CASE --officer inspector-1 --enforcing XB-PROS",
		flags: func(f *actFlags, c *cobra.Command) {
			c.Flags().StringVar(&f.enforcing, "enforcing", "", "`AGENCY` to be notified")
			_ = c.MarkFlagRequired("enforcing")
		},
		body: func(f *actFlags, _ []string) (utterance, error) {
			return plain(&broker.Notice{Enforcing: agencies.ID(f.enforcing)}), nil
		},
		before: reseal,
	},
	{
		use: "decide CASE DECISION --outcome WORD --reasons TEXT", short: "Answer in person what policy left to people", args: 2,
		long: `Answers a decision by its id, as request show lists it. Only a judge, court,
prosecutor or central authority may; the reasons are sealed. With --fact the officer
attests to what was found.`,
		example: `decide CASE 019353a0-0000-7000-8000-000000000003 --officer judge-1 --outcome granted --reasons "the finding of the court of appeal"`,
		flags: func(f *actFlags, c *cobra.Command) {
			withOutcome(f, c, broker.Granted, broker.Refused)
			withReasons(f, c)
			factFlag(c, &f.facts)
		},
		body: func(f *actFlags, args []string) (utterance, error) {
			facts, err := rawFacts(f.facts)
			return utterance{field: "reasons", text: f.reasons, body: func(sd gateway.Digests) broker.Body {
				return &broker.Judgement{Decision: args[1], Outcome: f.outcome, Reasons: messageDigest(sd, "reasons"), Facts: facts}
			}}, err
		},
	},
	{
		use: "withdraw CASE --reason CODE", short: "Take a request back, whole or in part", args: 1,
		example: "withdraw CASE --officer inspector-1 --reason no_longer_needed",
		flags:   func(f *actFlags, c *cobra.Command) { withReason(f, c); withParts(f, c) },
		body: func(f *actFlags, _ []string) (utterance, error) {
			parts, err := partFlags(f.parts)
			return plain(&broker.Withdrawal{Reason: f.reason, Parts: parts}), err
		},
	},
	{
		use: "close CASE --reason CODE", short: "End a request", args: 1,
		example: "close CASE --officer inspector-1 --reason proceedings_ended",
		flags:   withReason,
		body: func(f *actFlags, _ []string) (utterance, error) {
			return plain(&broker.Closing{Reason: f.reason}), nil
		},
	},
}

// acknowledgeAct is done by the gateway as soon as a delivery lies on its disk; the
// verb is for a node without one.
var acknowledgeAct = spoken{
	use: "acknowledge CASE", short: "Sign that a request was received, where no gateway does it", args: 1,
	long: `Clocks run from this receipt. A running gateway signs it by itself as soon as the
delivery lies on its disk.`,
	example: "acknowledge CASE",
	body:    func(*actFlags, []string) (utterance, error) { return plain(&broker.Acknowledgement{}), nil },
	before: func(ctx context.Context, g *gateway.Gateway, d *gateway.Draft, _ []string) error {
		v, err := g.Case(ctx, d.Case)
		if err != nil {
			return err
		}
		id, err := entryTo(v, g.Agency())
		if err != nil {
			return err
		}
		d.Body = func(gateway.Digests) broker.Body { return &broker.Acknowledgement{Of: id} }
		return nil
	},
}
