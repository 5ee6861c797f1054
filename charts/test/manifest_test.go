package charttest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/json"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

// manifests are the objects of one rendering.
type manifests []runtime.Object

// decodeStrict reads rendered YAML into API types. Unknown fields, duplicate
// fields and kinds that Kubernetes does not know are errors.
func decodeStrict(text string) (manifests, error) {
	s := json.NewSerializerWithOptions(json.DefaultMetaFactory, scheme.Scheme, scheme.Scheme, json.SerializerOptions{Yaml: true, Strict: true})
	r := yaml.NewYAMLReader(bufio.NewReader(strings.NewReader(text)))
	var out manifests
	for {
		doc, err := r.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		if blank(string(doc)) {
			continue
		}
		o, _, err := s.Decode(doc, nil, nil)
		if err != nil {
			return nil, err
		}
		out = append(out, o)
	}
}

// blank says whether a document holds nothing but comments and separators.
func blank(doc string) bool {
	for line := range strings.Lines(doc) {
		line = strings.TrimSpace(line)
		if line != "" && line != "---" && !strings.HasPrefix(line, "#") {
			return false
		}
	}
	return true
}

func objects(t *testing.T, values map[string]any) manifests {
	t.Helper()
	var all manifests
	for name, text := range mustRender(t, values) {
		if path.Base(name) == "NOTES.txt" {
			continue
		}
		m, err := decodeStrict(text)
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, text)
		}
		all = append(all, m...)
	}
	return all
}

// each returns the objects of type T.
func each[T runtime.Object](m manifests) []T {
	var out []T
	for _, o := range m {
		if v, ok := o.(T); ok {
			out = append(out, v)
		}
	}
	return out
}

// named returns the one object of type T with that name.
func named[T interface {
	runtime.Object
	metav1.Object
}](t *testing.T, m manifests, name string) T {
	t.Helper()
	for _, o := range each[T](m) {
		if o.GetName() == name {
			return o
		}
	}
	var none T
	t.Fatalf("no %T %q", none, name)
	return none
}

type pod struct {
	name string
	meta metav1.ObjectMeta
	spec corev1.PodSpec
}

// pods returns every pod the chart would start, test hooks included.
func pods(t *testing.T, m manifests) []pod {
	t.Helper()
	var out []pod
	for _, o := range m {
		switch o := o.(type) {
		case *appsv1.StatefulSet:
			out = append(out, pod{o.Name, o.Spec.Template.ObjectMeta, o.Spec.Template.Spec})
		case *corev1.Pod:
			out = append(out, pod{o.Name, o.ObjectMeta, o.Spec})
		case *corev1.Service, *corev1.ConfigMap, *corev1.ServiceAccount:
		default:
			if kind := o.GetObjectKind().GroupVersionKind(); kind.Kind != "NetworkPolicy" && kind.Kind != "PodDisruptionBudget" {
				t.Fatalf("%s: say here whether it starts pods", kind)
			}
		}
	}
	return out
}

func TestStrictDecode(t *testing.T) {
	kinds := map[string][]string{
		"embedded":     {"ConfigMap", "NetworkPolicy", "NetworkPolicy", "Pod", "Service", "Service", "Service", "Service", "ServiceAccount", "StatefulSet"},
		"external":     {"ConfigMap", "NetworkPolicy", "NetworkPolicy", "Pod", "PodDisruptionBudget", "Service", "Service", "ServiceAccount", "StatefulSet"},
		"gateway-only": {"ConfigMap", "NetworkPolicy", "Service", "ServiceAccount", "StatefulSet"},
		"bare":         {"ConfigMap", "Service", "Service", "Service", "Service", "StatefulSet"},
	}
	for _, name := range fixtures {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, o := range objects(t, fixture(t, name)) {
				got = append(got, o.GetObjectKind().GroupVersionKind().Kind)
			}
			slices.Sort(got)
			if want, ok := kinds[name]; ok && !slices.Equal(got, want) {
				t.Errorf("got %v\nwant %v", got, want)
			}
		})
	}
}

// The decoder is what the tests lean on, so it is tested too.
func TestStrictDecodeRefuses(t *testing.T) {
	for name, doc := range map[string]string{
		"unknown field":   "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {portz: []}\n",
		"duplicate field": "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {type: ClusterIP, type: NodePort}\n",
		"wrong type":      "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: web}\n",
		"unknown kind":    "apiVersion: v1\nkind: Servise\nmetadata: {name: a}\n",
	} {
		if _, err := decodeStrict(doc); err == nil {
			t.Errorf("%s: decoded", name)
		}
	}
}

func TestPodSecurityRestricted(t *testing.T) {
	eval, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		t.Fatal(err)
	}
	level := api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}
	if r := policy.AggregateCheckResults(eval.EvaluatePod(level, &metav1.ObjectMeta{}, &corev1.PodSpec{Containers: []corev1.Container{{Name: "a"}}})); r.Allowed {
		t.Fatal("the evaluator allows a pod that says nothing")
	}
	for _, name := range fixtures {
		for _, p := range pods(t, objects(t, fixture(t, name))) {
			t.Run(name+"/"+p.name, func(t *testing.T) {
				if r := policy.AggregateCheckResults(eval.EvaluatePod(level, &p.meta, &p.spec)); !r.Allowed {
					t.Errorf("%s: %s", r.ForbiddenReason(), r.ForbiddenDetail())
				}
				checkHardening(t, p)
			})
		}
	}
}

// checkHardening asserts what the chart promises beyond "restricted".
func checkHardening(t *testing.T, p pod) {
	t.Helper()
	if v := p.spec.AutomountServiceAccountToken; v == nil || *v {
		t.Error("a ServiceAccount token is mounted")
	}
	if v := p.spec.EnableServiceLinks; v == nil || *v {
		t.Error("service links are in the environment")
	}
	for _, c := range p.spec.Containers {
		sc := c.SecurityContext
		if sc == nil || sc.ReadOnlyRootFilesystem == nil || !*sc.ReadOnlyRootFilesystem {
			t.Errorf("%s: root file system is writable", c.Name)
		}
		if sc == nil || sc.RunAsUser == nil || *sc.RunAsUser != 65532 {
			t.Errorf("%s: uid is not 65532", c.Name)
		}
		if c.Resources.Requests.Cpu().IsZero() || c.Resources.Limits.Memory().IsZero() {
			t.Errorf("%s: no CPU request or no memory limit", c.Name)
		}
		for _, e := range c.Env {
			if e.Name != "GOMEMLIMIT" || e.ValueFrom != nil {
				t.Errorf("%s: environment has %s", c.Name, e.Name)
			}
		}
		if len(c.EnvFrom) != 0 {
			t.Errorf("%s: environment from a whole object", c.Name)
		}
	}
	for _, v := range p.spec.Volumes {
		if pr := v.Projected; pr != nil && (pr.DefaultMode == nil || *pr.DefaultMode != 0o440) {
			t.Errorf("volume %s: files are not mode 0440", v.Name)
		}
	}
}

func TestBrokerPod(t *testing.T) {
	s := named[*appsv1.StatefulSet](t, objects(t, fixture(t, "embedded")), "demo-rogatory-broker")
	c := s.Spec.Template.Spec.Containers[0]
	if !slices.Equal(c.Args, []string{"broker", "--config", "/etc/rogatory/broker.yaml"}) {
		t.Errorf("args are %v", c.Args)
	}
	if g := s.Spec.Template.Spec.TerminationGracePeriodSeconds; g == nil || *g < 30 {
		t.Errorf("termination grace period is %v", g)
	}
	if r := s.Spec.PersistentVolumeClaimRetentionPolicy; r == nil || r.WhenDeleted != appsv1.RetainPersistentVolumeClaimRetentionPolicyType || r.WhenScaled != appsv1.RetainPersistentVolumeClaimRetentionPolicyType {
		t.Errorf("the ledger's claim is not retained: %v", r)
	}
	if len(c.Ports) != 3 {
		t.Errorf("ports are %v", c.Ports)
	}
	if len(c.Command) != 0 {
		t.Errorf("the image's entry point is replaced: %v", c.Command)
	}
}

// Both processes serve their health where the probes ask for it.
func TestProbes(t *testing.T) {
	for _, name := range fixtures {
		m := objects(t, fixture(t, name))
		for _, s := range each[*appsv1.StatefulSet](m) {
			c := s.Spec.Template.Spec.Containers[0]
			listen := ""
			if c.Name == "broker" {
				listen = brokerOf(t, name).Ledger.Listen
			} else {
				listen = gatewayOf(t, name).Listen
			}
			for _, port := range c.Ports {
				if port.Name == "http" && !strings.HasSuffix(listen, fmt.Sprintf(":%d", port.ContainerPort)) {
					t.Errorf("%s/%s: container port is %d, the process listens on %s", name, s.Name, port.ContainerPort, listen)
				}
			}
			for probe, p := range map[string]*corev1.Probe{"/healthz startup": c.StartupProbe, "/healthz liveness": c.LivenessProbe, "/readyz readiness": c.ReadinessProbe} {
				path, _, _ := strings.Cut(probe, " ")
				if p == nil || p.HTTPGet == nil || p.HTTPGet.Path != path || p.HTTPGet.Port.String() != "http" || !hasPort(pod{spec: s.Spec.Template.Spec}, "http") {
					t.Errorf("%s/%s: %s probe is %v", name, s.Name, probe, p)
				}
			}
		}
	}
}

func TestImage(t *testing.T) {
	const digest = "sha256:4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b"
	for name, want := range map[string]string{
		"embedded": "ghcr.io/rogatory/rogatory:" + loadChart(t).Metadata.AppVersion,
		"bare":     "images.example/rogatory:edge",
		"all":      "registry.example:5000/mirror/exchange/rogatory@" + digest, // tag 9.9.9 is given too
	} {
		for _, s := range each[*appsv1.StatefulSet](objects(t, fixture(t, name))) {
			if got := s.Spec.Template.Spec.Containers[0].Image; got != want {
				t.Errorf("%s/%s: image is %s, want %s", name, s.Name, got, want)
			}
		}
	}
}

// Names that YAML would read as a number, a truth value or nothing are legal
// in Kubernetes and must stay text.
func TestNamesStayText(t *testing.T) {
	odd := []string{"true", "null", "123", "1e3", "0x1f", "no", "1.5"}
	v := fixture(t, "all")
	for i, name := range odd {
		v["broker"].(map[string]any)["keyring"] = map[string]any{"existingSecret": name, "key": name}
		v["broker"].(map[string]any)["policy"] = map[string]any{
			"bundle":    map[string]any{"existingConfigMap": name, "key": name},
			"statement": map[string]any{"existingConfigMap": name, "key": name},
		}
		v["broker"].(map[string]any)["priorityClassName"] = name
		v["broker"].(map[string]any)["persistence"] = map[string]any{"storageClass": name, "size": "100"}
		v["trust"].(map[string]any)["list"] = map[string]any{"existingConfigMaps": []any{name}}
		v["imagePullSecrets"] = []any{name}
		v["serviceAccount"] = map[string]any{"name": name}
		v["nameOverride"], v["fullnameOverride"] = odd[i%2], odd[i%2]
		v["commonLabels"] = map[string]any{"a": name}
		v["network"] = name
		s := named[*appsv1.StatefulSet](t, objects(t, v), odd[i%2]+"-broker")
		if got := s.Spec.Template.Spec.ServiceAccountName; got != name {
			t.Errorf("%s became %s", name, got)
		}
	}
}
