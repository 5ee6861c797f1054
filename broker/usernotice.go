package broker

// UserNotice says that the issuing authority has informed the person whose data
// were obtained, with the remedies (Art. 13(1) and (3) [EPO-P-05]). Who that is
// stays out of the record.
type UserNotice struct {
	Remedies bool `json:"remedies_included"`
}

// NoticeDelay says that the issuing authority does not inform the person yet, on
// which ground of Dir. (EU) 2016/680 Art. 13(3) [EPO-P-06]. It holds until the next
// review; said again it is a review.
type NoticeDelay struct {
	Ground    string `json:"delay_ground"`
	Reasons   string `json:"reasons"` // one of the statement's _sd: the reasons in the case file
	Justified bool   `json:"justification_in_certificate"`
	Allowed   bool   `json:"national_law_allows_delay"`
	StillMet  bool   `json:"ground_still_met"`
}

// Act implements Body.
func (*UserNotice) Act() Act { return ActInform }

// Check implements Body.
func (b *UserNotice) Check() error {
	var c checker
	c.require("remedies_included", "EPO-P-05", b.Remedies, "must be true: the person is told of the remedies")
	return c.err
}

// Act implements Body.
func (*NoticeDelay) Act() Act { return ActWithhold }

// Check implements Body.
func (b *NoticeDelay) Check() error {
	var c checker
	c.code("delay_ground", "EPO-P-06", b.Ground, true)
	c.reasons(b.Reasons)
	return c.err
}

var notInformed = need("the person was not informed before", "state", "EPO-P-05", func(c *Case, _ *event) bool { return c.Informed == nil })

func doInform(c *Case, e *event) {
	v := e.lead.voice(e.att.At)
	c.Informed = &v
}

func doWithhold(c *Case, e *event) {
	c.Withheld = append(c.Withheld, Ground{Voice: e.lead.voice(e.att.At), Kind: ActWithhold, Ground: e.body.(*NoticeDelay).Ground})
}

// owesNotice: Art. 13 speaks of data produced under an EPOC. The duty arises once.
func owesNotice(c *Case) bool {
	_, before := c.Clock(ClockUserNotice)
	return isEPOC(c) && !before && c.Informed == nil
}

func (f *finder) delay(b *NoticeDelay, s Spoken) {
	f.say("delay_ground", b.Ground, s)
	// The body cannot be read without the digest of sealed reasons.
	f.put("reasons_in_case_file", true, s.ID())
	f.say("justification_in_certificate", b.Justified, s)
	f.say("national_law_allows_delay", b.Allowed, s)
	f.say("ground_still_met", b.StillMet, s)
}
