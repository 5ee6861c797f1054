package charttest

import (
	"maps"
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// matching returns the pods that a selector chooses.
func matching(t *testing.T, ps []pod, s *metav1.LabelSelector) []pod {
	t.Helper()
	sel, err := metav1.LabelSelectorAsSelector(s)
	if err != nil {
		t.Fatal(err)
	}
	var out []pod
	for _, p := range ps {
		if sel.Matches(labels.Set(p.meta.Labels)) {
			out = append(out, p)
		}
	}
	return out
}

// Objects find each other by labels and names; a wrong one is silent in a
// cluster: a Service without endpoints, a policy that covers nothing.
func TestRelations(t *testing.T) {
	for _, name := range fixtures {
		t.Run(name, func(t *testing.T) {
			m := objects(t, fixture(t, name))
			ps := pods(t, m)
			one := func(what string, s *metav1.LabelSelector) pod {
				t.Helper()
				got := matching(t, ps, s)
				if len(got) != 1 {
					t.Fatalf("%s selects %d kinds of pods, want 1", what, len(got))
				}
				return got[0]
			}
			for _, s := range each[*appsv1.StatefulSet](m) {
				if p := one(s.Name, s.Spec.Selector); p.name != s.Name {
					t.Errorf("StatefulSet %s selects pods of %s", s.Name, p.name)
				}
				if svc := named[*corev1.Service](t, m, s.Spec.ServiceName); svc.Spec.ClusterIP != corev1.ClusterIPNone {
					t.Errorf("governing Service %s is not headless", svc.Name)
				}
				for _, c := range s.Spec.Template.Spec.TopologySpreadConstraints {
					if p := one(s.Name+" spread", c.LabelSelector); p.name != s.Name {
						t.Errorf("%s spreads over pods of %s", s.Name, p.name)
					}
				}
			}
			for _, s := range each[*corev1.Service](m) {
				p := one("Service "+s.Name, &metav1.LabelSelector{MatchLabels: s.Spec.Selector})
				for _, port := range s.Spec.Ports {
					if !hasPort(p, port.TargetPort.String()) {
						t.Errorf("Service %s: no container port %s", s.Name, port.TargetPort.String())
					}
				}
			}
			for _, b := range each[*policyv1.PodDisruptionBudget](m) {
				one("PodDisruptionBudget "+b.Name, b.Spec.Selector)
			}
			for _, np := range each[*networkingv1.NetworkPolicy](m) {
				p := one("NetworkPolicy "+np.Name, &np.Spec.PodSelector)
				for _, r := range np.Spec.Ingress {
					for _, port := range r.Ports {
						if !hasPort(p, port.Port.String()) {
							t.Errorf("NetworkPolicy %s: no container port %s", np.Name, port.Port.String())
						}
					}
				}
			}
			for _, p := range ps {
				checkServiceAccount(t, m, p)
				checkMounts(t, m, p)
			}
		})
	}
}

func hasPort(p pod, name string) bool {
	for _, c := range p.spec.Containers {
		for _, port := range c.Ports {
			if port.Name == name {
				return true
			}
		}
	}
	return false
}

func checkServiceAccount(t *testing.T, m manifests, p pod) {
	t.Helper()
	if p.spec.ServiceAccountName == "default" {
		return
	}
	sa := named[*corev1.ServiceAccount](t, m, p.spec.ServiceAccountName)
	if sa.AutomountServiceAccountToken == nil || *sa.AutomountServiceAccountToken {
		t.Errorf("ServiceAccount %s mounts its token", sa.Name)
	}
}

// checkMounts pairs mounts with volumes both ways.
func checkMounts(t *testing.T, m manifests, p pod) {
	t.Helper()
	volumes := map[string]bool{}
	for _, v := range p.spec.Volumes {
		volumes[v.Name] = false
	}
	for _, s := range each[*appsv1.StatefulSet](m) {
		if s.Name == p.name {
			for _, c := range s.Spec.VolumeClaimTemplates {
				volumes[c.Name] = false
			}
		}
	}
	for _, c := range p.spec.Containers {
		for _, vm := range c.VolumeMounts {
			if _, ok := volumes[vm.Name]; !ok {
				t.Errorf("%s mounts %s, which is no volume", p.name, vm.Name)
			}
			volumes[vm.Name] = true
		}
	}
	for name, used := range volumes {
		if !used {
			t.Errorf("%s: volume %s is not mounted", p.name, name)
		}
	}
}

func TestLabels(t *testing.T) {
	for _, name := range fixtures {
		seen := map[string]bool{}
		for _, o := range objects(t, fixture(t, name)) {
			a, err := meta.Accessor(o)
			if err != nil {
				t.Fatal(err)
			}
			id := o.GetObjectKind().GroupVersionKind().Kind + "/" + a.GetName()
			if seen[id] {
				t.Errorf("%s: %s twice", name, id)
			}
			seen[id] = true
			for _, key := range []string{"app.kubernetes.io/name", "app.kubernetes.io/instance", "app.kubernetes.io/component", "app.kubernetes.io/version", "app.kubernetes.io/managed-by", "helm.sh/chart"} {
				if a.GetLabels()[key] == "" {
					t.Errorf("%s: %s has no label %s", name, id, key)
				}
			}
			if name == "all" && a.GetLabels()["example.org/owner"] != "registry" {
				t.Errorf("%s has no common label", id)
			}
		}
	}
}

// Selectors are immutable: nothing a user may change later belongs in them.
func TestSelectorsStayFixed(t *testing.T) {
	for _, s := range each[*appsv1.StatefulSet](objects(t, fixture(t, "all"))) {
		got := slices.Sorted(maps.Keys(s.Spec.Selector.MatchLabels))
		want := []string{"app.kubernetes.io/component", "app.kubernetes.io/instance", "app.kubernetes.io/name"}
		if !slices.Equal(got, want) {
			t.Errorf("%s selects by %v", s.Name, got)
		}
	}
}

// The longest release name Helm allows must still give legal names. A
// StatefulSet's is at most 52 long, or its pods' revision label is too long.
func TestLongReleaseName(t *testing.T) {
	long := release
	long.Name = strings.Repeat("exchange-", 5) + "for-test"
	if len(long.Name) != 53 {
		t.Fatalf("%d characters", len(long.Name))
	}
	files, err := renderFiles(loadChart(t), fixture(t, "gateway"), long)
	if err != nil {
		t.Fatal(err)
	}
	delete(files, "rogatory/templates/NOTES.txt")
	for file, text := range files {
		m, err := decodeStrict(text)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, o := range m {
			a, _ := meta.Accessor(o)
			limit := 63
			if _, ok := o.(*appsv1.StatefulSet); ok {
				limit = 52
			}
			if n := a.GetName(); len(n) > limit || strings.Contains(n, "--") {
				t.Errorf("%s: name %q has %d characters", file, n, len(n))
			}
			for k, v := range a.GetLabels() {
				if len(v) > 63 {
					t.Errorf("%s: label %s is %d long", file, k, len(v))
				}
			}
		}
	}
}

// An embedded store is one disk, so a second broker is refused by the schema;
// with both stores elsewhere a budget guards the brokers.
func TestDisruptionBudget(t *testing.T) {
	if b := each[*policyv1.PodDisruptionBudget](objects(t, fixture(t, "embedded"))); len(b) != 0 {
		t.Error("a budget for one broker would block every drain")
	}
	m := objects(t, fixture(t, "external"))
	if s := named[*appsv1.StatefulSet](t, m, "demo-rogatory-broker"); s.Spec.Replicas == nil || *s.Spec.Replicas != 3 {
		t.Errorf("replicas is %v", s.Spec.Replicas)
	}
	b := named[*policyv1.PodDisruptionBudget](t, m, "demo-rogatory-broker")
	if b.Spec.MaxUnavailable == nil || b.Spec.MaxUnavailable.IntValue() != 1 {
		t.Errorf("maxUnavailable is %v", b.Spec.MaxUnavailable)
	}
	if p := b.Spec.UnhealthyPodEvictionPolicy; p == nil || *p != policyv1.AlwaysAllow {
		t.Errorf("unhealthy pods: %v", p)
	}
}
