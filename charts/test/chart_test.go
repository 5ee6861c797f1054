package charttest

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/lint"
	"helm.sh/helm/v4/pkg/chart/v2/lint/support"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/engine"
)

const chartDir = "../rogatory"

var update = flag.Bool("update", false, "write the README table and the golden files")

// The release every test renders unless it says otherwise.
var release = common.ReleaseOptions{Name: "demo", Namespace: "exchange", Revision: 1, IsInstall: true}

// fixtures are the values files under testdata/values. Each is a whole way to
// run the chart, and together they set every value there is.
var fixtures = []string{"embedded", "external", "gateway", "gateway-only", "bare", "all"}

func loadChart(t *testing.T) *chart.Chart {
	t.Helper()
	c, err := loader.Load(chartDir)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func fixture(t *testing.T, name string) map[string]any {
	t.Helper()
	v, err := common.ReadValuesFile(filepath.Join("testdata", "values", name+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// renderFiles is `helm template`: schema, then templates, a missing key being
// an error. The result maps template names to what they made.
func renderFiles(c *chart.Chart, values map[string]any, rel common.ReleaseOptions) (map[string]string, error) {
	v, err := util.ToRenderValues(c, values, rel, nil)
	if err != nil {
		return nil, err
	}
	e := engine.Engine{Strict: true}
	return e.RenderWithContext(context.Background(), c, v)
}

func mustRender(t *testing.T, values map[string]any) map[string]string {
	t.Helper()
	files, err := renderFiles(loadChart(t), values, release)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// flat joins rendered files into one text for comparing.
func flat(files map[string]string) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(&b, "# %s\n%s\n", name, files[name])
	}
	return b.String()
}

func TestLintStrict(t *testing.T) {
	check := func(t *testing.T, values map[string]any) {
		t.Helper()
		kube, err := common.ParseKubeVersion("v1.37.2")
		if err != nil {
			t.Fatal(err)
		}
		l := lint.RunAll(chartDir, values, release.Namespace, lint.WithKubeVersion(kube))
		for _, m := range l.Messages {
			// As `helm lint --strict`: a warning fails. Info says only that there is no icon.
			if m.Severity >= support.WarningSev {
				t.Error(m)
			}
		}
	}
	t.Run("default", func(t *testing.T) { check(t, map[string]any{}) })
	for _, name := range fixtures {
		t.Run(name, func(t *testing.T) { check(t, fixture(t, name)) })
	}
}

// What the chart cannot guess it asks for, by name.
func TestRequired(t *testing.T) {
	tests := []struct {
		fixture, path string
		want          string
	}{
		{"embedded", "network", "network is required"},
		{"embedded", "trust.pin", "trust.pin is required"},
		{"embedded", "ledger.origin", "ledger.origin is required"},
		{"embedded", "broker.agency", "broker.agency is required"},
		{"gateway-only", "gateway.agency", "gateway.agency is required"},
		{"gateway-only", "network", "network is required"},
		{"gateway-only", "trust.pin", "trust.pin is required"},
		{"gateway-only", "ledger.origin", "ledger.origin is required"},
		{"external", "networkPolicy", "networkPolicy.broker.egress is required"},
		{"gateway-only", "networkPolicy", "networkPolicy.gateway.egress is required"},
	}
	for _, tt := range tests {
		t.Run(tt.fixture+"/"+tt.path, func(t *testing.T) {
			v := fixture(t, tt.fixture)
			unset(v, tt.path)
			_, err := renderFiles(loadChart(t), v, release)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("got %v, want an error with %q", err, tt.want)
			}
		})
	}
}

// GitOps tools compare renderings: the same values must give the same bytes,
// and no template may look at the cluster, the clock or chance.
func TestDeterministic(t *testing.T) {
	for _, name := range fixtures {
		a, b := flat(mustRender(t, fixture(t, name))), flat(mustRender(t, fixture(t, name)))
		if a != b {
			t.Errorf("%s: two renderings differ", name)
		}
	}
	banned := regexp.MustCompile(`\b(lookup|rand[A-Z]\w*|gen[A-Z]\w*|uuidv4|now|date\w*|ago|htpasswd|bcrypt|derivePassword|encryptAES|getHostByName|shuffle)\b`)
	action := regexp.MustCompile(`(?s)\{\{.*?\}\}`)
	literal := regexp.MustCompile("\"[^\"]*\"|`[^`]*`|(?s)/\\*.*?\\*/")
	for _, f := range loadChart(t).Templates {
		for _, a := range action.FindAllString(string(f.Data), -1) {
			if w := banned.FindString(literal.ReplaceAllString(a, "")); w != "" {
				t.Errorf("%s uses %s in %s", f.Name, w, a)
			}
		}
	}
}

// A value that changes nothing is a promise not kept: for each there must be a
// fixture in which going back to the default changes what is rendered.
func TestEveryValueActs(t *testing.T) {
	c := loadChart(t)
	alive := map[string]bool{}
	for _, name := range fixtures {
		before := flat(mustRender(t, fixture(t, name)))
		for _, leaf := range valueLeaves(t) {
			v := fixture(t, name)
			if alive[leaf.path] || !unset(v, leaf.path) {
				continue
			}
			files, err := renderFiles(c, v, release)
			alive[leaf.path] = err != nil || flat(files) != before
		}
	}
	for _, leaf := range valueLeaves(t) {
		if !alive[leaf.path] {
			t.Errorf("%s: no fixture shows that it does anything", leaf.path)
		}
	}
}

func TestChartMetadata(t *testing.T) {
	m := loadChart(t).Metadata
	want := fmt.Sprintf("image: ghcr.io/rogatory/rogatory:%s\n", m.AppVersion)
	if got := m.Annotations["artifacthub.io/images"]; !strings.Contains(got, want) {
		t.Errorf("artifacthub.io/images is %q, want %q in it", got, want)
	}
	if got := m.Annotations["artifacthub.io/license"]; got != "Apache-2.0" {
		t.Errorf("artifacthub.io/license is %q", got)
	}
	if len(m.Dependencies) != 0 {
		t.Error("the chart has dependencies: `helm dependency update` needs a registry")
	}
}

// Key material lying beside the chart must not end up in a package of it.
func TestIgnoreKeys(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(chartDir)); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"keyring-xx.json", "tls.key", "ca.pem", "agency.creds", "judge.jwk", "op.nk"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("secret"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, err := loader.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range c.Raw {
		if string(f.Data) == "secret" {
			t.Errorf("%s would be packaged", f.Name)
		}
	}
}

// unset removes a dotted path and says whether it was there.
func unset(v map[string]any, path string) bool {
	key, rest, deeper := strings.Cut(path, ".")
	if !deeper {
		_, ok := v[key]
		delete(v, key)
		return ok
	}
	next, ok := v[key].(map[string]any)
	return ok && unset(next, rest)
}
