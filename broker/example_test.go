package broker_test

import (
	"fmt"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
)

// Clocks count in the State of the party that must act.
func ExampleCalendar_End() {
	cal, err := broker.NewCalendar(agencies.StateEntry{Code: "XB", TimeZone: "Europe/Dublin"})
	if err != nil {
		panic(err)
	}
	period, err := broker.ParsePeriod("P10D")
	if err != nil {
		panic(err)
	}
	receipt := time.Date(2026, 9, 1, 9, 30, 0, 0, time.UTC)
	fmt.Println(cal.End(receipt, period, broker.ByUnion).Format(time.RFC3339))
	// Output: 2026-09-11T23:00:00Z
}

// An order that lacks a field says which, and by which rule.
func ExampleOrder_Check() {
	o := broker.Order{Instrument: broker.EPOC, Regime: agencies.RegimeEPO, Reference: "2026/117"}
	fmt.Println(o.Check())
	// Output: check issued: EPO-C-04: is missing
}

func ExampleReasonCode_Exit() {
	fmt.Println(broker.ReasonDenied.Exit(), broker.ReasonOf("needs_validation").Exit(), broker.ReasonDeadline.Exit())
	// Output: 3 4 9
}
