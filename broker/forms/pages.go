package forms

func (f *EPOC) pages() []Page                { return []Page{f.ForAddressee(), f.ForAuthority()} }
func (f *EPOCPR) pages() []Page              { return []Page{f.ForAddressee()} }
func (f *EIO) pages() []Page                 { return []Page{f.ForAddressee()} }
func (f *MLA) pages() []Page                 { return []Page{f.ForAddressee()} }
func (f *PreservationRequest) pages() []Page { return []Page{f.ForAddressee()} }
func (f *EmergencyDisclosure) pages() []Page { return []Page{f.ForAddressee()} }
func (f *VoluntaryDisclosure) pages() []Page { return []Page{f.ForAddressee()} }
func (f *SubscriberOrder) pages() []Page     { return []Page{f.ForAddressee()} }
func (f *ProtocolEmergency) pages() []Page   { return []Page{f.ForAddressee()} }
func (f *Information) pages() []Page         { return []Page{f.ForAddressee()} }
func (f *AnnexIII) pages() []Page            { return []Page{f} }
func (f *AnnexV) pages() []Page              { return []Page{f} }
func (f *AnnexVI) pages() []Page             { return []Page{f} }

func (*EPOCCertificate) page() pageKind         { return pageKind{NameEPOC, "copy_addressee", ToAddressee} }
func (*EPOCAuthorityCopy) page() pageKind       { return pageKind{NameEPOC, "copy_enforcing", ToAuthority} }
func (*EPOCPRCertificate) page() pageKind       { return pageKind{NameEPOCPR, "", ToAddressee} }
func (*EIOOrder) page() pageKind                { return pageKind{NameEIO, "", ToAddressee} }
func (*MLARequest) page() pageKind              { return pageKind{NameMLA, "", ToAddressee} }
func (*PreservationLetter) page() pageKind      { return pageKind{NamePreservation, "", ToAddressee} }
func (*EmergencyLetter) page() pageKind         { return pageKind{NameEmergency, "", ToAddressee} }
func (*VoluntaryLetter) page() pageKind         { return pageKind{NameVoluntary, "", ToAddressee} }
func (*SubscriberLetter) page() pageKind        { return pageKind{NameSubscriber, "", ToAddressee} }
func (*ProtocolEmergencyLetter) page() pageKind { return pageKind{NameProtocol, "", ToAddressee} }
func (*InformationLetter) page() pageKind       { return pageKind{NameInformation, "", ToAddressee} }
func (*AnnexIII) page() pageKind                { return pageKind{NameAnnexIII, "", ToAddressee} }
func (*AnnexV) page() pageKind                  { return pageKind{NameAnnexV, "", ToAddressee} }
func (*AnnexVI) page() pageKind                 { return pageKind{NameAnnexVI, "", ToAddressee} }

// PageFor is the copy of a form for a reader, ToAddressee or ToAuthority; nil when the
// form has none for that reader.
func PageFor(f Form, reader string) Page {
	for _, p := range f.pages() {
		if p.page().toWho == reader {
			return p
		}
	}
	return nil
}
