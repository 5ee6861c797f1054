package main

import "github.com/spf13/cobra"

// commands lists every verb, one line for each group. A group lives in
// cmd_<group>.go.
func (a *app) commands() []*cobra.Command {
	return []*cobra.Command{
		a.demoCommand(),
		a.brokerCommand(),
		a.gatewayCommand(),
		a.requestCommand(),
		a.evidenceCommand(),
		a.trustCommand(),
		a.agencyCommand(),
		a.policyCommand(),
		a.auditCommand(),
		a.benchCommand(),
		a.completionCommand(),
	}
}
