package forms

import (
	"fmt"
	"strings"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
)

// Name names a form. The names of requests are those of their instruments.
type Name string

// The forms.
const (
	NameEPOC         = Name(broker.EPOC)
	NameEPOCPR       = Name(broker.EPOCPR)
	NameMLA          = Name(broker.MLA)
	NameEIO          = Name(broker.EIO)
	NamePreservation = Name(broker.Preserve)
	NameSubscriber   = Name(broker.Subscriber)
	NameProtocol     = Name(broker.Emergency9)
	NameEmergency    = Name(broker.AskEmergency)
	NameVoluntary    = Name(broker.AskVoluntary)
	NameInformation  = Name(broker.Spontaneous)
	NameAnnexIII     = Name("annex_III") // non-execution
	NameAnnexV       = Name("annex_V")   // confirmation
	NameAnnexVI      = Name("annex_VI")  // extension
)

// Names in the order of the documents.
var Names = []Name{NameEPOC, NameEPOCPR, NameEIO, NameMLA, NamePreservation, NameSubscriber, NameProtocol, NameEmergency, NameVoluntary, NameInformation, NameAnnexIII, NameAnnexV, NameAnnexVI}

// Words lists the names.
func (Name) Words() []string {
	var out []string
	for _, n := range Names {
		out = append(out, string(n))
	}
	return out
}

// ParseName finds a form by its name in any case, with '-', '_' or ' ' between its
// parts; «request» at the end may be left away where that is no other form's name.
func ParseName(s string) (Name, error) {
	plain := func(s string) string {
		return strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(s))
	}
	for _, n := range Names {
		if plain(s) == plain(string(n)) {
			return n, nil
		}
	}
	for _, n := range Names {
		if plain(s)+"request" == plain(string(n)) {
			return n, nil
		}
	}
	return "", &agencies.FieldError{Field: "form", Rule: agencies.RuleUnknown, Detail: "is unknown" + didYouMean(s, Name("").Words())}
}

// Form is one of the documents of this package.
type Form interface {
	head() *Head
	// check adds what the tags cannot say: what depends on another member.
	check(c *checker)
	pages() []Page
}

// Page is a copy that a party may read. An [EPOC] is none: its pages are the copies
// for addressee and authority.
type Page interface {
	head() *Head
	page() pageKind
}

type pageKind struct {
	form  Name
	copy  string // a word of the page: whose copy it is; "" when there is one only
	toWho string // the flag value that asks for it
}

// The copies of an EPOC.
const (
	ToAddressee = "addressee"
	ToAuthority = "enforcing"
)

func (h *Head) head() *Head { return h }

// NameOf says which form it is.
func NameOf(f Form) Name { return f.head().Form }

// spec is what differs between forms beside their members.
type spec struct {
	name  Name
	fresh func() Form
	law   law
	// acts are the prefixes of the rule IDs that count in the form. A shared part
	// names the rule of the Regulation; in a form of another act it falls back to
	// that of the section.
	acts []string
	says []string // facts that the sections always say, so that nobody states them
}

var specs = []spec{
	{NameEPOC, func() Form { return &EPOC{} }, "EPO-C-04 Annex I", actsEPO, []string{"address_to", "addressed_party_role"}},
	{NameEPOCPR, func() Form { return &EPOCPR{} }, "EPO-C-05 Annex II", actsEPO, []string{"address_to"}},
	{NameEIO, func() Form { return &EIO{} }, "EIO-05 Annex A", []string{"EIO", "XC", "TIP"}, []string{"measure", "urgent", "person_identity_known"}},
	{NameMLA, func() Form { return &MLA{} }, "UNT-05 Art. 18(15)", []string{"UNT", "XC", "TIP"}, nil},
	{NamePreservation, func() Form { return &PreservationRequest{} }, "BUD-11 Art. 29(2)", []string{"BUD", "UFM", "XC", "TIP"}, nil},
	{NameEmergency, func() Form { return &EmergencyDisclosure{} }, "UFM-02 UNODC emergency form", []string{"UFM", "XC", "TIP"}, saysEmergency},
	{NameVoluntary, func() Form { return &VoluntaryDisclosure{} }, "UFM-03 UNODC voluntary form", []string{"UFM", "XC", "TIP"}, nil},
	{NameSubscriber, func() Form { return &SubscriberOrder{} }, "CET-03 Art. 7(3)-(4)", []string{"CET", "XC", "TIP"}, nil},
	{NameProtocol, func() Form { return &ProtocolEmergency{} }, "CET-08 Art. 9", []string{"CET", "XC", "TIP"}, saysEmergency},
	{NameInformation, func() Form { return &Information{} }, "UNT-16 Art. 18(4)-(5)", []string{"UNT", "XC", "TIP"}, nil},
	{NameAnnexIII, func() Form { return &AnnexIII{} }, "EPO-C-06 Annex III", actsEPO, nil},
	{NameAnnexV, func() Form { return &AnnexV{} }, "EPO-C-07 Annex V", actsEPO, nil},
	{NameAnnexVI, func() Form { return &AnnexVI{} }, "EPO-C-07 Annex VI", actsEPO, nil},
}

// saysEmergency is what the sections of an emergency always say.
var saysEmergency = []string{"imminent_threat_described", "data_limited_to_need"}

var actsEPO = []string{"EPO", "XC", "TIP"}

func specOf(n Name) (spec, error) {
	for _, s := range specs {
		if s.name == n {
			return s, nil
		}
	}
	return spec{}, &agencies.FieldError{Field: "form", Rule: agencies.RuleUnknown, Detail: fmt.Sprintf("is unknown%s", didYouMean(string(n), Name("").Words()))}
}

// law is a rule ID and, after a space, an article.
type law string

func (l law) rule() string    { r, _, _ := strings.Cut(string(l), " "); return r }
func (l law) article() string { _, a, _ := strings.Cut(string(l), " "); return a }

// full names the act too.
func (l law) full() string {
	if l.article() == "" {
		return ""
	}
	prefix, _, _ := strings.Cut(l.rule(), "-")
	if act := acts[prefix]; act != "" {
		return act + " " + l.article()
	}
	return l.article()
}

// unverified rules were written down from memory (law/rules.md, Src M).
func (l law) unverified() bool {
	r := l.rule()
	return strings.HasPrefix(r, "UFM-") || strings.HasPrefix(r, "CET-") || r == "EIO-02" || r == "EIO-04" || r == "EIO-05" || r == "EIO-10"
}

var acts = map[string]string{
	"EPO": "Reg. (EU) 2023/1543", "EIO": "Directive 2014/41/EU", "UNT": "UNTOC", "BUD": "Budapest Convention",
	"TIP": "Trafficking", "CET": "CETS 224", "XC": "",
}
