package rules_test

// dormant lists, by instrument and action, the facts that the baseline holds only
// so that a case may bring them into issue.
var dormant = map[string][]string{}
