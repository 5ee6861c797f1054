// Package charttest proves the Helm charts without a cluster: it lints and
// renders them with Helm's own engine, decodes every object strictly into the
// Kubernetes API types, and asks the Pod Security admission library what a
// namespace under "restricted" would say. It is a module of its own so that
// the product never depends on Helm or Kubernetes.
//
// What it cannot prove is behaviour: a NetworkPolicy is read here, not
// enforced, and no pod runs.
//
// The chart lies outside this module, so Go does not see that it changed and
// would repeat a cached result: run with -count=1.
//
// Run with -update to write the values table of the chart's README and the
// golden configuration files under testdata/config.
package charttest
