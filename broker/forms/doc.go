// Package forms holds the certificates and request forms of the law as typed
// documents: Annexes I, II, III, V and VI of Reg. (EU) 2023/1543 (EPOC, EPOC-PR,
// non-execution, confirmation, extension), Annex A of Directive 2014/41/EU (EIO),
// the request for assistance of UNTOC Art. 18(15), the preservation request of the
// Budapest Convention Art. 29(2), the subscriber order and the emergency disclosure of
// CETS 224 Art. 7 and 9, the emergency and voluntary disclosure requests of the UNODC
// model forms, and information given unasked (UNTOC Art. 18(4)-(5)).
//
// A form is one Go type with a field per section of the annex. Everything else is
// read from that type: [Decode] reads YAML or JSON strictly into it, [Schema] prints
// its JSON Schema, [Template] an empty form with every member explained, and [Check]
// lists every item that is missing or contradicts another, with section, rule, article
// and a sentence that says what to do. [Render] writes one page of accessible HTML.
//
// A request form is also the one way to an order: [File] splits it into the open
// [broker.Order] and the sealed compartments.
//
// # Section M
//
// The addressee of an EPOC must never get section M: Reg. (EU) 2023/1543 Art. 9(2)
// [EPO-C-02]. [Render] takes a [Page], and the addressee's page of an [EPOC] is an
// [EPOCCertificate], a type without that section. An [EPOC] itself is no page: it also
// holds what never leaves the desk.
//
// # Trust
//
// Forms hold personal data. They are read and rendered at the desk of a party; the
// broker never sees one. A form that [Check] finds complete is complete, not lawful:
// thresholds, competences and exceptions are decided by policy, and what the law leaves
// to a person by that person. Wording and order of sections follow the official text
// where it was at hand; Annex A of the Directive, CETS 224 and the UNODC forms were not
// (rules EIO-05, CET, UFM), so their findings carry Unverified and do not stop
// a submission. French and Spanish words are ours, not those of the Official Journal.
//
// # Compatibility
//
// Member names are kept. A form that decodes today decodes in later versions.
package forms
