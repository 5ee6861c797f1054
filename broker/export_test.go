package broker

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// PrintTable prints docs/requests.md.
func PrintTable() []byte {
	var b bytes.Buffer
	b.WriteString(`# The life of a request

This page is printed from the table in package broker by its test (` + "`go test ./broker -update`" + `); edit the table, not the page.

A row reads: in one of the states, the party may do the act when the conditions hold; then the request is in the next
state, clocks start, stop, pause or go on, and the broker signs the receipt. "=" keeps the state. Rule ids are those of
the rule table. "person" means that an officer must sign, not the agency's seal.

`)
	for _, i := range Instruments {
		fmt.Fprintf(&b, "## %s\n\n%s\n\n```mermaid\nstateDiagram-v2\n", i, formText(i))
		for _, line := range arrows(i) {
			b.WriteString("    " + line + "\n")
		}
		b.WriteString("```\n\n| In state | Act | Who | When | Only if | Next | Hold, suspension | Clocks | Receipt | Rules |\n|---|---|---|---|---|---|---|---|---|---|\n")
		for _, row := range table {
			if seen := reachable(i); row.in(TableVersion) && of(row, i) && slices.ContainsFunc(row.From, func(p Phase) bool { return seen[p] }) {
				b.WriteString(line(row, reachable(i)) + "\n")
			}
		}
		b.WriteString("\n")
	}
	b.WriteString("## Clocks\n\n| Clock | Runs for | Time | Rules |\n|---|---|---|---|\n")
	for _, r := range clockRules {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", r.Kind, r.Owner, r.Text, r.Rule)
	}
	b.WriteString("\nEvery clock begins with a recorded act: a proof of receipt, a question, a submission. A warning comes before the end " +
		"(a quarter of the time, at most two days: our setting), and the end is an act of the broker, with a negative receipt " +
		"where somebody kept silent. Days are counted in the time zone and by the holidays and weekend days of the State of the " +
		"party that must act, as the trust list gives them; the day of the event is not counted and the last day ends at local midnight.\n")
	b.WriteString(`
Orders under EU_2023_1543 and EIO_2014_41 are counted by Regulation (EEC, Euratom) No 1182/71 Art. 3, in the reading of
its engineers, **to be confirmed by counsel**:

- The hour of the event is not counted (Art. 3(1)): eight hours from 10:20, and from 10:00, end at 19:00.
- A period of days that ends on a public holiday or a weekend day ends with the next working day (Art. 3(4)); one of two
  days or more holds at least two working days (Art. 3(5)). Hours run on over weekends.
- The days are those of the State in which the act is to be done (Art. 2(1)). Where a trust list names other weekend days
  than Saturday and Sunday, we take those in their place.
- We read Art. 3(4) also for the hold and for preservation: a longer end keeps data from leaving, and from being deleted.
- Policy counts no day past the period while its clock runs, so that an act on a day to which the end moved is in time.

Under every other law, and for settings of the network, hours run from the moment itself and days end with the last day,
whatever day that is; what those laws say about periods is a question to counsel too. Records of the first version of
the table, which bear no "table", were counted so throughout.
`)
	b.WriteString("\n## Receipts\n\n| Receipt | ETSI EN 319 522 event | Means |\n|---|---|---|\n")
	for _, r := range receiptEvents {
		event := r.Event
		if event == "" {
			event = "none"
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", r.Code, event, r.Text)
	}
	b.WriteString("\n## Reasons\n\n| Reason | Exit code | Means |\n|---|---|---|\n")
	for _, r := range reasons {
		fmt.Fprintf(&b, "| %s | %d | %s |\n", r.Code, r.Exit, r.Text)
	}
	b.WriteString("\n## Obligations\n\nWhat a decision asks for is executed by the broker, by the software of a party, or shown to a person as a duty.\n\n" +
		"| Obligation | Executed by | Act | Clock | How |\n|---|---|---|---|---|\n")
	for _, d := range duties {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", d.Code, d.By, d.Act, d.Clock, d.How)
	}
	b.WriteString("\n## Sealed compartments\n\n| Compartment | Readers |\n|---|---|\n")
	for _, c := range []Compartment{Certificate, SectionM, Victim, Message} {
		fmt.Fprintf(&b, "| %s | %s |\n", c, roleNames(readers[c]))
	}
	b.WriteString("\nAn agency that is the addressee never reads section_m, whatever else it is [EPO-C-02].\n")
	return b.Bytes()
}

// formText says what a request of the instrument is.
func formText(i Instrument) string {
	f, _ := FormOf(i)
	var laws []string
	for _, b := range f.Rests {
		law := string(b.Regime)
		if len(b.Articles) > 0 {
			law += " (" + join(b.Articles) + ")"
		}
		laws = append(laws, law+" ["+b.Gate+"]")
	}
	to := "an authority that decides itself"
	if f.Provider {
		to = "a service provider"
	}
	if i == Preserve {
		to += "; under UNODC_FORMS to a service provider"
	}
	return fmt.Sprintf("Rests on %s. Goes to %s. Form [%s]: %s.", join(laws), to, f.Rule, join(f.Contents))
}

func of(row Row, i Instrument) bool {
	return len(row.Instruments) == 0 || slices.Contains(row.Instruments, i)
}

func name(p Phase) string {
	if p == PhaseNone {
		return "(none)"
	}
	return string(p)
}

// reachable walks the table from the beginning.
func reachable(i Instrument) map[Phase]bool {
	seen := map[Phase]bool{PhaseNone: true}
	for changed := true; changed; {
		changed = false
		for _, row := range table {
			if !row.in(TableVersion) || !of(row, i) || row.To == same || seen[row.To] || !slices.ContainsFunc(row.From, func(p Phase) bool { return seen[p] }) {
				continue
			}
			seen[row.To], changed = true, true
		}
	}
	return seen
}

// arrows are the changes of state, each once, with the acts that make it.
func arrows(i Instrument) []string {
	seen := reachable(i)
	var order []string
	acts := map[string][]string{}
	for _, row := range table {
		if !row.in(TableVersion) || !of(row, i) || row.To == same {
			continue
		}
		for _, from := range row.From {
			if !seen[from] || from == row.To {
				continue
			}
			a := "[*]"
			if from != PhaseNone {
				a = string(from)
			}
			key := a + " --> " + string(row.To)
			if acts[key] == nil {
				order = append(order, key)
			}
			if !slices.Contains(acts[key], string(row.Act)) {
				acts[key] = append(acts[key], string(row.Act))
			}
		}
	}
	var out []string
	for _, key := range order {
		out = append(out, key+": "+strings.Join(acts[key], ", "))
	}
	return append(out, "closed --> [*]")
}

func line(row Row, seen map[Phase]bool) string {
	var from, when, only, clocks, hold []string
	for _, p := range row.From {
		if seen[p] {
			from = append(from, name(p))
		}
	}
	for _, w := range row.If {
		when = append(when, w.Name)
	}
	for _, n := range row.Need {
		only = append(only, n.Name)
	}
	for _, c := range []struct {
		sign  string
		kinds []ClockKind
	}{{"start ", row.Start}, {"stop ", row.Stop}, {"pause ", row.Pause}, {"resume ", row.Resume}} {
		for _, k := range c.kinds {
			word := string(k)
			if k == all {
				word = "all"
			}
			clocks = append(clocks, c.sign+word)
		}
	}
	if row.Act == ActDeliver && row.To == PhaseDelivered {
		hold = append(hold, "hold a notified EPOC that is no emergency")
	}
	if row.Hold == lift {
		hold = append(hold, "hold ends")
	}
	if row.Suspend != "" {
		hold = append(hold, "suspend: "+row.Suspend)
	}
	if row.Lift != "" {
		hold = append(hold, "suspension ends")
	}
	who := roleNames(row.Who)
	if row.Person {
		who += ", person"
	}
	to := "="
	if row.To != same {
		to = string(row.To)
	}
	return "| " + strings.Join([]string{join(from), string(row.Act), who, strings.Join(when, " and "), strings.Join(only, "; "), to, strings.Join(hold, "; "), strings.Join(clocks, ", "), string(row.Receipt), row.Rules}, " | ") + " |"
}

func roleNames(roles []Role) string {
	var out []string
	for _, r := range roles {
		out = append(out, string(r))
	}
	return join(out)
}

// Reachable, Begun and the rest are for tests of the table itself.
func Reachable(i Instrument) map[Phase]bool { return reachable(i) }

// ClockRuleKinds lists every clock that has a rule.
func ClockRuleKinds() []ClockKind {
	var out []ClockKind
	for _, r := range clockRules {
		out = append(out, r.Kind)
	}
	return out
}

// ReceiptCodes lists every receipt.
func ReceiptCodes() []ReceiptCode {
	var out []ReceiptCode
	for _, r := range receiptEvents {
		out = append(out, r.Code)
	}
	return out
}

// ReasonCodes lists every reason.
func ReasonCodes() []ReasonCode {
	var out []ReasonCode
	for _, r := range reasons {
		out = append(out, r.Code)
	}
	return out
}
