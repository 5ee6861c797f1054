package charttest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const (
	dnsLine     = "kubernetes.io/metadata.name=kube-system+k8s-app=kube-dns :53/UDP :53/TCP"
	brokerPeer  = "app.kubernetes.io/component=broker,app.kubernetes.io/instance=demo,app.kubernetes.io/name=rogatory"
	gatewayPeer = "app.kubernetes.io/component=gateway,app.kubernetes.io/instance=demo,app.kubernetes.io/name=rogatory"
	allPorts    = ":nats/TCP :s3/TCP :http/TCP"
)

// What may come in and go out, said in full: one line per rule, peers first.
func TestNetworkPolicy(t *testing.T) {
	tests := []struct {
		fixture, policy string
		ingress, egress []string
	}{
		{"embedded", "demo-rogatory-broker",
			[]string{"demo-rogatory-client=true " + allPorts},
			[]string{dnsLine}},
		{"embedded", "demo-rogatory-test", nil,
			[]string{dnsLine, brokerPeer + " " + allPorts}},
		{"external", "demo-rogatory-broker",
			[]string{"demo-rogatory-client=true :http/TCP"},
			[]string{dnsLine, "192.0.2.0/28 :4222/TCP", "198.51.100.7/32 :443/TCP"}},
		{"gateway", "demo-rogatory-broker",
			[]string{"demo-rogatory-client=true " + gatewayPeer + " " + allPorts},
			[]string{dnsLine}},
		{"gateway", "demo-rogatory-gateway", nil,
			[]string{dnsLine, brokerPeer + " " + allPorts}},
		{"gateway-only", "demo-rogatory-gateway", nil,
			[]string{dnsLine, "203.0.113.0/24!203.0.113.9/32 :4222/TCP :9000-9001/TCP"}},
		{"all", "courier-broker",
			[]string{
				"courier-client=true app.kubernetes.io/component=gateway,app.kubernetes.io/instance=demo,app.kubernetes.io/name=exchange example.org/agency=true+ 2001:db8::/48 " + allPorts,
				"example.org/role in (monitoring,witness)+app=prometheus :http/TCP",
			},
			[]string{"169.254.20.10/32 :53/UDP :53/TCP", "192.0.2.53/32 :123/UDP"}},
		// Its broker is named by URL, so the broker beside it is no peer.
		{"all", "courier-gateway", nil,
			[]string{"169.254.20.10/32 :53/UDP :53/TCP", "192.0.2.80/32 :443/TCP"}},
	}
	for _, tt := range tests {
		t.Run(tt.fixture+"/"+tt.policy, func(t *testing.T) {
			np := named[*networkingv1.NetworkPolicy](t, objects(t, fixture(t, tt.fixture)), tt.policy)
			both := []networkingv1.PolicyType{networkingv1.PolicyTypeIngress, networkingv1.PolicyTypeEgress}
			if !slices.Equal(np.Spec.PolicyTypes, both) {
				t.Errorf("policy types are %v", np.Spec.PolicyTypes)
			}
			var in, out []string
			for _, r := range np.Spec.Ingress {
				in = append(in, ruleLine(t, r.From, r.Ports))
			}
			for _, r := range np.Spec.Egress {
				out = append(out, ruleLine(t, r.To, r.Ports))
			}
			if !slices.Equal(in, tt.ingress) {
				t.Errorf("ingress\n got %q\nwant %q", in, tt.ingress)
			}
			if !slices.Equal(out, tt.egress) {
				t.Errorf("egress\n got %q\nwant %q", out, tt.egress)
			}
		})
	}
}

// Every pod of a release is under a policy, unless policies are off.
func TestNetworkPolicyCoversPods(t *testing.T) {
	for _, name := range fixtures {
		m := objects(t, fixture(t, name))
		policies := each[*networkingv1.NetworkPolicy](m)
		if name == "bare" {
			if len(policies) != 0 {
				t.Errorf("%s: policies although they are off", name)
			}
			continue
		}
		for _, p := range pods(t, m) {
			covered := slices.ContainsFunc(policies, func(np *networkingv1.NetworkPolicy) bool {
				return len(matching(t, []pod{p}, &np.Spec.PodSelector)) == 1
			})
			if !covered {
				t.Errorf("%s: no policy covers %s", name, p.name)
			}
		}
	}
}

// The pods that the release itself connects with are let in: a policy that
// names their labels wrongly shows only as a timeout.
func TestNetworkPolicyAdmitsOwnClients(t *testing.T) {
	for name, clients := range map[string][]string{
		"embedded": {"demo-rogatory-test"},
		"gateway":  {"demo-rogatory-test", "demo-rogatory-gateway"},
		"all":      {"courier-test", "courier-gateway"},
	} {
		m := objects(t, fixture(t, name))
		ps := pods(t, m)
		for _, np := range each[*networkingv1.NetworkPolicy](m) {
			if !strings.HasSuffix(np.Name, "-broker") {
				continue
			}
			var in []string
			for _, peer := range np.Spec.Ingress[0].From {
				if peer.PodSelector == nil || peer.NamespaceSelector != nil {
					continue
				}
				for _, p := range matching(t, ps, peer.PodSelector) {
					in = append(in, p.name)
				}
			}
			if !slices.Equal(in, clients) {
				t.Errorf("%s: %s admits %v, want %v", name, np.Name, in, clients)
			}
		}
	}
}

// ruleLine writes a rule on one line. A rule without peers or ports would mean
// "everyone" or "everything", which no rule of ours may say.
func ruleLine(t *testing.T, peers []networkingv1.NetworkPolicyPeer, ports []networkingv1.NetworkPolicyPort) string {
	t.Helper()
	if len(peers) == 0 || len(ports) == 0 {
		t.Errorf("a rule is open: peers %v, ports %v", peers, ports)
	}
	var words []string
	for _, p := range peers {
		switch {
		case p.IPBlock != nil:
			words = append(words, strings.Join(append([]string{p.IPBlock.CIDR}, p.IPBlock.Except...), "!"))
		case p.NamespaceSelector != nil:
			words = append(words, metav1.FormatLabelSelector(p.NamespaceSelector)+"+"+selectorText(p.PodSelector))
		default:
			words = append(words, selectorText(p.PodSelector))
		}
	}
	for _, p := range ports {
		proto, end := "TCP", ""
		if p.Protocol != nil {
			proto = string(*p.Protocol)
		}
		if p.EndPort != nil {
			end = fmt.Sprintf("-%d", *p.EndPort)
		}
		words = append(words, fmt.Sprintf(":%s%s/%s", p.Port.String(), end, proto))
	}
	return strings.Join(words, " ")
}

func selectorText(s *metav1.LabelSelector) string {
	if s == nil {
		return ""
	}
	return metav1.FormatLabelSelector(s)
}
