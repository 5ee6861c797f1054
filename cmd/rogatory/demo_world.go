package main

import (
	"io/fs"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/agencies/gateway"
	"github.com/rogatory/rogatory/policy/rules"
)

// The demonstration's agencies. The States are fictional, under the codes XA to XZ
// that ISO 3166-1 leaves to users.
const (
	alvCourt   agencies.ID = "XA-COURT"
	alvPolice  agencies.ID = "XA-POLICE"
	alvCentral agencies.ID = "XA-CENTRAL"
	alvDPA     agencies.ID = "XA-DPA"
	breChat    agencies.ID = "XB-CHATTERBIRD"
	breProsec  agencies.ID = "XB-PROSECUTION"
	cesPay     agencies.ID = "XC-SWIFTPAY"
	dorJobs    agencies.ID = "XD-JOBBOARD"
	estCentral agencies.ID = "XE-CENTRAL"
	exchangeID agencies.ID = "XX-EXCHANGE"

	judge        agencies.OfficerID = "XA-COURT/judge-1"
	inspector    agencies.OfficerID = "XA-POLICE/inspector-1"
	investigator agencies.OfficerID = "XA-POLICE/investigator-1"
	official     agencies.OfficerID = "XA-CENTRAL/official-1"
	chatDesk     agencies.OfficerID = "XB-CHATTERBIRD/desk-1"
	prosecutor   agencies.OfficerID = "XB-PROSECUTION/prosecutor-1"
	estOfficial  agencies.OfficerID = "XE-CENTRAL/official-1"
)

// demoPlan: Alvonia, where people are exploited, and four States in which they
// were recruited. Estmark is not bound by the Regulation, only by UNTOC.
// Brenova has a bundle of its own.
func demoPlan(now time.Time) (gateway.Plan, error) {
	brenova, err := rules.National("XB")
	if err != nil {
		return gateway.Plan{}, err
	}
	begin := now.UTC().Add(-24 * time.Hour).Truncate(time.Second)
	regulation := agencies.Binding{Regime: agencies.RegimeEPO, From: begin}
	untoc := agencies.Binding{Regime: agencies.RegimeUNTOC, From: begin}
	state := func(code agencies.State, name, zone string, languages []string, bound ...agencies.Binding) agencies.StateEntry {
		return agencies.StateEntry{Code: code, Name: name, TimeZone: zone, Languages: languages, Regimes: bound}
	}
	return gateway.Plan{
		National: map[agencies.State]fs.FS{"XB": brenova},
		Network:  "demonstration", Origin: "rogatory.example/demonstration", Begin: begin,
		NATSListen: "127.0.0.1:0", S3Listen: "127.0.0.1:0", HTTPListen: "127.0.0.1:0",
		States: []agencies.StateEntry{
			state("XA", "Alvonia", "Europe/Paris", []string{"en", "fr"}, regulation, untoc),
			state("XB", "Brenova", "Europe/Dublin", []string{"en"}, regulation, untoc),
			state("XC", "Cestria", "Europe/Lisbon", []string{"en", "pt"}, regulation, untoc),
			state("XD", "Dorvania", "Europe/Warsaw", []string{"en", "pl"}, regulation, untoc),
			state("XE", "Estmark", "America/Montevideo", []string{"en", "es"}, untoc),
			state("XX", "The exchange", "UTC", nil),
		},
		Operator: gateway.Member{ID: exchangeID, Name: "Exchange of the five States", Kind: agencies.Broker, Can: []agencies.Competence{agencies.CompOperate}},
		Members: []gateway.Member{
			{ID: alvCourt, Name: "Regional Court of Alvona", Kind: agencies.Court, Can: []agencies.Competence{agencies.CompIssue, agencies.CompValidate}, Languages: []string{"en"}, Officers: map[agencies.OfficerID]agencies.Office{judge: agencies.OfficeJudge}},
			{ID: alvPolice, Name: "Police of Alvonia, trafficking unit", Kind: agencies.Police, Can: []agencies.Competence{agencies.CompIssue, agencies.CompInvestigate}, Languages: []string{"en"}, Officers: map[agencies.OfficerID]agencies.Office{inspector: agencies.OfficePolice, investigator: agencies.OfficeInvestigator}},
			{ID: alvCentral, Name: "Central authority of Alvonia", Kind: agencies.CentralAuthority, Can: []agencies.Competence{agencies.CompIssue, agencies.CompTransmit}, Languages: []string{"en"}, Officers: map[agencies.OfficerID]agencies.Office{official: agencies.OfficeCentralAuthority}},
			{ID: alvDPA, Name: "Data protection authority of Alvonia", Kind: agencies.Oversight, Can: []agencies.Competence{agencies.CompOversee}, Languages: []string{"en"}},
			{ID: breChat, Name: "Chatterbird, messaging", Kind: agencies.ServiceProvider, Can: []agencies.Competence{agencies.CompAddress}, Languages: []string{"en"}, Officers: map[agencies.OfficerID]agencies.Office{chatDesk: agencies.OfficeCustodian}},
			{ID: breProsec, Name: "Prosecution service of Brenova", Kind: agencies.Prosecution, Can: []agencies.Competence{agencies.CompEnforce}, Languages: []string{"en"}, Officers: map[agencies.OfficerID]agencies.Office{prosecutor: agencies.OfficePublicProsecutor}},
			{ID: cesPay, Name: "Swiftpay, payments", Kind: agencies.ServiceProvider, Can: []agencies.Competence{agencies.CompAddress}, Languages: []string{"en"}},
			{ID: dorJobs, Name: "Jobboard, advertisements", Kind: agencies.ServiceProvider, Can: []agencies.Competence{agencies.CompAddress}, Languages: []string{"en"}},
			{ID: estCentral, Name: "Central authority of Estmark", Kind: agencies.CentralAuthority, Can: []agencies.Competence{agencies.CompTransmit, agencies.CompEnforce}, Languages: []string{"en"}, Officers: map[agencies.OfficerID]agencies.Office{estOfficial: agencies.OfficeCentralAuthority}},
		},
	}, nil
}
