package charttest

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
)

// The configuration files as the processes read them. The golden files under
// testdata/config are there for the processes' own tests to decode.
type (
	tlsFiles struct{ Cert, Key, CA string }
	logging  struct{ Level, Format string }
	policing struct{ Bundle, Statement, National, Timeout string }

	brokerConfig struct {
		Network      string `yaml:"network"`
		Agency       string `yaml:"agency"`
		DataDir      string `yaml:"data_dir"`
		Keyring      string `yaml:"keyring"`
		OperatorKeys string `yaml:"operator_keys"`
		Ledger       struct{ Origin, Keys, Listen string }
		TrustList    string `yaml:"trust_list"`
		TrustPin     string `yaml:"trust_pin"`
		NATS         struct {
			Embedded    bool
			Listen, URL string
			Replicas    int
			TLS         tlsFiles
		}
		S3 struct {
			Embedded         bool
			Listen, Endpoint string
			PublicURL        string `yaml:"public_url"`
			Region           string
			AccessKeyFile    string `yaml:"access_key_file"`
			SecretKeyFile    string `yaml:"secret_key_file"`
			BucketPrefix     string `yaml:"bucket_prefix"`
			RetentionDays    int    `yaml:"retention_days"`
			TLS              tlsFiles
		}
		Policy policing
		Log    logging
	}

	gatewayConfig struct {
		Network     string `yaml:"network"`
		Agency      string `yaml:"agency"`
		DataDir     string `yaml:"data_dir"`
		Keyring     string `yaml:"keyring"`
		Creds       string `yaml:"creds"`
		Broker      struct{ URL, CA string }
		TrustPin    string   `yaml:"trust_pin"`
		Origin      string   `yaml:"origin"`
		LedgerVKeys []string `yaml:"ledger_vkeys"`
		Listen      string   `yaml:"listen"`
		Log         logging
	}
)

func decodeConfig(t *testing.T, text string, into any) {
	t.Helper()
	d := yaml.NewDecoder(strings.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(into); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if err := d.Decode(new(any)); !errors.Is(err, io.EOF) {
		t.Fatalf("more than one document\n%s", text)
	}
}

// configs returns the configuration files of a rendering by file name.
func configs(m manifests) map[string]string {
	out := map[string]string{}
	for _, c := range each[*corev1.ConfigMap](m) {
		for name, text := range c.Data {
			out[name] = text
		}
	}
	return out
}

func brokerOf(t *testing.T, name string) brokerConfig {
	t.Helper()
	var c brokerConfig
	decodeConfig(t, configs(objects(t, fixture(t, name)))["broker.yaml"], &c)
	return c
}

func gatewayOf(t *testing.T, name string) gatewayConfig {
	t.Helper()
	var c gatewayConfig
	decodeConfig(t, configs(objects(t, fixture(t, name)))["gateway.yaml"], &c)
	return c
}

func TestBrokerConfig(t *testing.T) {
	e := brokerOf(t, "embedded")
	check := func(what string, got, want any) {
		t.Helper()
		if got != want {
			t.Errorf("%s is %v, want %v", what, got, want)
		}
	}
	check("network", e.Network, "demo")
	check("agency", e.Agency, "XX-ROG")
	check("ledger.origin", e.Ledger.Origin, "rogatory.example/demo")
	check("ledger.listen", e.Ledger.Listen, "0.0.0.0:8080")
	check("nats.listen", e.NATS.Listen, "0.0.0.0:4222")
	check("nats.replicas", e.NATS.Replicas, 1)
	check("s3.listen", e.S3.Listen, "0.0.0.0:9000")
	check("s3.public_url", e.S3.PublicURL, "https://demo-rogatory-s3.exchange.svc.cluster.local:9000")
	check("policy", e.Policy, policing{"", "/etc/rogatory/policy/statement.jws", "", "5s"})
	check("log", e.Log, logging{"info", "json"})

	x := brokerOf(t, "external")
	check("external nats.embedded", x.NATS.Embedded, false)
	check("external nats.listen", x.NATS.Listen, "")
	check("external nats.url", x.NATS.URL, "tls://nats-0.example:4222,tls://nats-1.example:4222")
	check("external nats.replicas", x.NATS.Replicas, 3)
	check("external nats.tls", x.NATS.TLS, tlsFiles{CA: "/etc/rogatory/tls/nats/ca.crt"})
	check("external s3.endpoint", x.S3.Endpoint, "s3.example:443")
	check("external s3.public_url", x.S3.PublicURL, "https://s3.example:443")
	check("external s3.tls", x.S3.TLS, tlsFiles{CA: "/etc/rogatory/tls/s3/ca.crt"})
	check("external s3.retention_days", x.S3.RetentionDays, 3650)

	a := brokerOf(t, "all")
	check("all ledger.listen", a.Ledger.Listen, "[::]:8080")
	check("all s3.public_url", a.S3.PublicURL, "https://objects.example")
	check("all policy", a.Policy, policing{"/etc/rogatory/policy/bundle.tar.gz", "/etc/rogatory/policy/statement.jws", "/etc/rogatory-national", "1s"})
}

func TestGatewayConfig(t *testing.T) {
	const ca = "/etc/rogatory/tls/broker/ca.crt"
	tests := []struct{ fixture, agency, url, listen, creds string }{
		{"gateway", "XA-MOJ", "tls://demo-rogatory-nats.exchange.svc.cluster.local:4222", "0.0.0.0:8080", ""},
		{"gateway-only", "XB-PROS", "tls://broker.example:4222", "0.0.0.0:8080", ""},
		{"all", "XY-COURT", "wss://hub.example:443", "[::]:8080", "/etc/rogatory/keys/gateway.creds"},
	}
	for _, tt := range tests {
		g := gatewayOf(t, tt.fixture)
		if g.Agency != tt.agency || g.Broker.URL != tt.url || g.Broker.CA != ca || g.Listen != tt.listen || g.Creds != tt.creds {
			t.Errorf("%s: got %+v", tt.fixture, g)
		}
		if len(g.LedgerVKeys) != 2 || g.Origin == "" || g.TrustPin == "" {
			t.Errorf("%s: the ledger cannot be checked: %+v", tt.fixture, g)
		}
	}
}

// An embedded server has a certificate and a key wherever it listens, since the
// broker refuses plain text beyond loopback, and a gateway beside it speaks TLS
// with an authority to verify it by.
func TestEmbeddedServersHaveTLS(t *testing.T) {
	for _, name := range fixtures {
		m := objects(t, fixture(t, name))
		var b brokerConfig
		text, ok := configs(m)["broker.yaml"]
		if !ok {
			continue
		}
		decodeConfig(t, text, &b)
		for server, s := range map[string]struct {
			embedded bool
			tls      tlsFiles
		}{"nats": {b.NATS.Embedded, b.NATS.TLS}, "s3": {b.S3.Embedded, b.S3.TLS}} {
			if s.embedded && (s.tls.Cert == "" || s.tls.Key == "") {
				t.Errorf("%s: %s without TLS: %+v", name, server, s.tls)
			}
		}
		if b.S3.Embedded && !strings.HasPrefix(b.S3.PublicURL, "https://") {
			t.Errorf("%s: s3.public_url is %s", name, b.S3.PublicURL)
		}
	}
}

// The authority of a gateway beside its broker is that of NATS, or another that
// the operator names; without any the schema refuses.
func TestGatewayAuthority(t *testing.T) {
	for want, values := range map[string]string{
		"rogatory-nats-tls/ca.crt": ``,
		"own-tls/root.pem":         `broker: {nats: {tls: {existingSecret: own-tls, caKey: root.pem}}}`,
		"exchange-ca/ca.crt":       `{broker: {nats: {tls: {caKey: ""}}}, gateway: {broker: {ca: {existingSecret: exchange-ca}}}}`,
	} {
		over, err := common.ReadValues([]byte(values))
		if err != nil {
			t.Fatal(err)
		}
		m := objects(t, loader.MergeMaps(fixture(t, "gateway"), over))
		var g gatewayConfig
		decodeConfig(t, configs(m)["gateway.yaml"], &g)
		if !strings.HasPrefix(g.Broker.URL, "tls://") {
			t.Errorf("%s: broker.url is %s", want, g.Broker.URL)
		}
		var from []string
		for _, v := range named[*appsv1.StatefulSet](t, m, "demo-rogatory-gateway").Spec.Template.Spec.Volumes {
			if v.Name != "config" {
				continue
			}
			for _, src := range v.Projected.Sources {
				if src.Secret != nil && "/etc/rogatory/"+src.Secret.Items[0].Path == g.Broker.CA {
					from = append(from, src.Secret.Name+"/"+src.Secret.Items[0].Key)
				}
			}
		}
		if !slices.Equal(from, []string{want}) {
			t.Errorf("broker.ca %s holds %v, want %s", g.Broker.CA, from, want)
		}
	}
}

// Each file a configuration names is put there by the pod's projected volume,
// and each projected file is named: a key that nobody reads is not mounted.
func TestConfigFilesAreMounted(t *testing.T) {
	for _, name := range fixtures {
		m := objects(t, fixture(t, name))
		files := configs(m)
		for _, s := range each[*appsv1.StatefulSet](m) {
			_, args, _ := strings.Cut(strings.Join(s.Spec.Template.Spec.Containers[0].Args, " "), "--config ")
			const dir = "/etc/rogatory/"
			var mounted []string
			for _, v := range s.Spec.Template.Spec.Volumes {
				if v.Name != "config" {
					continue
				}
				for _, src := range v.Projected.Sources {
					mounted = append(mounted, projected(t, src, dir)...)
				}
			}
			slices.Sort(mounted)
			named := []string{args}
			var doc any
			if err := yaml.Unmarshal([]byte(files[filepath.Base(args)]), &doc); err != nil {
				t.Fatal(err)
			}
			named = append(named, pathsUnder(doc, dir)...)
			slices.Sort(named)
			if !slices.Equal(named, mounted) {
				t.Errorf("%s/%s\n  named %v\nmounted %v", name, s.Name, named, mounted)
			}
		}
	}
}

// Trust lists and national bundles are folders of their own: whole ConfigMaps,
// whatever their keys are called, so that the next version needs no new value.
func TestFoldersOfConfigMaps(t *testing.T) {
	for name, want := range map[string]struct{ trust, national []string }{
		"embedded": {trust: []string{"rogatory-trust-list"}},
		"external": {trust: []string{"rogatory-trust-list"}},
		"all":      {[]string{"union-trust-2026", "union-trust-2027"}, []string{"xa-policy", "xb-policy"}},
	} {
		c := brokerOf(t, name)
		if got := mountedAt(t, name, c.TrustList); !slices.Equal(got, want.trust) {
			t.Errorf("%s: %s holds ConfigMaps %v, want %v", name, c.TrustList, got, want.trust)
		}
		if c.Policy.National == "" {
			c.Policy.National = "/etc/rogatory-national" // then it is not mounted either
		}
		if got := mountedAt(t, name, c.Policy.National); !slices.Equal(got, want.national) {
			t.Errorf("%s: %s holds ConfigMaps %v, want %v", name, c.Policy.National, got, want.national)
		}
	}
}

// mountedAt lists the ConfigMaps that the broker finds in a folder.
func mountedAt(t *testing.T, name, folder string) (from []string) {
	t.Helper()
	for _, s := range each[*appsv1.StatefulSet](objects(t, fixture(t, name))) {
		spec := s.Spec.Template.Spec
		if spec.Containers[0].Name != "broker" {
			continue
		}
		for _, m := range spec.Containers[0].VolumeMounts {
			if m.MountPath != folder {
				continue
			}
			if !m.ReadOnly || m.SubPath != "" {
				t.Errorf("%s: mount is %+v", name, m)
			}
			for _, v := range spec.Volumes {
				if v.Name == m.Name {
					from = wholeConfigMaps(t, v)
				}
			}
		}
	}
	return from
}

func wholeConfigMaps(t *testing.T, v corev1.Volume) []string {
	t.Helper()
	if v.Projected == nil {
		t.Fatalf("volume %s is not projected", v.Name)
	}
	var out []string
	for _, src := range v.Projected.Sources {
		if src.ConfigMap == nil || src.ConfigMap.Items != nil || src.ConfigMap.Optional != nil {
			t.Fatalf("volume %s projects %+v", v.Name, src)
		}
		out = append(out, src.ConfigMap.Name)
	}
	return out
}

// projected returns the files of one source and refuses a whole Secret, an
// optional one, or anything but Secrets and ConfigMaps.
func projected(t *testing.T, src corev1.VolumeProjection, dir string) []string {
	t.Helper()
	var items []corev1.KeyToPath
	switch {
	case src.Secret != nil && src.Secret.Optional == nil:
		items = src.Secret.Items
	case src.ConfigMap != nil && src.ConfigMap.Optional == nil:
		items = src.ConfigMap.Items
	}
	if len(items) == 0 {
		t.Fatalf("projects %+v", src)
	}
	var out []string
	for _, i := range items {
		out = append(out, dir+i.Path)
	}
	return out
}

func pathsUnder(v any, dir string) []string {
	var out []string
	switch v := v.(type) {
	case string:
		if strings.HasPrefix(v, dir) {
			out = append(out, v)
		}
	case map[string]any:
		for _, e := range v {
			out = append(out, pathsUnder(e, dir)...)
		}
	}
	return out
}

// Secrets are referred to, never made; only the two configuration files are
// rendered as data, and their shape (checked above) has no place for a secret.
func TestNoSecretsRendered(t *testing.T) {
	for _, name := range fixtures {
		m := objects(t, fixture(t, name))
		if s := each[*corev1.Secret](m); len(s) != 0 {
			t.Errorf("%s renders Secret %s", name, s[0].Name)
		}
		for _, c := range each[*corev1.ConfigMap](m) {
			for key := range c.Data {
				if key != "broker.yaml" && key != "gateway.yaml" {
					t.Errorf("%s: ConfigMap %s holds %s", name, c.Name, key)
				}
			}
			if len(c.BinaryData) != 0 {
				t.Errorf("%s: ConfigMap %s holds binary data", name, c.Name)
			}
		}
	}
}

// A changed configuration must restart the pods, an unchanged one must not.
func TestConfigChecksum(t *testing.T) {
	sum := func(v map[string]any, set string) string {
		s := named[*appsv1.StatefulSet](t, objects(t, v), set)
		return s.Spec.Template.Annotations["checksum/config"]
	}
	for _, set := range []string{"demo-rogatory-broker", "demo-rogatory-gateway"} {
		before := sum(fixture(t, "gateway"), set)
		if len(before) != 64 {
			t.Fatalf("%s: checksum is %q", set, before)
		}
		v := fixture(t, "gateway")
		v["log"] = map[string]any{"level": "debug"}
		if sum(v, set) == before {
			t.Errorf("%s: not restarted when its configuration changes", set)
		}
		v = fixture(t, "gateway")
		v["commonLabels"] = map[string]any{"a": "b"}
		if sum(v, set) != before {
			t.Errorf("%s: checksum changes with something else", set)
		}
	}
}

func TestGoldenConfigs(t *testing.T) {
	for _, name := range fixtures {
		for file, text := range configs(objects(t, fixture(t, name))) {
			golden := filepath.Join("testdata", "config", name+"-"+file)
			if *update {
				if err := os.MkdirAll(filepath.Dir(golden), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(golden, []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(want, []byte(text)) {
				t.Errorf("%s differs from what is rendered:\n%s", golden, text)
			}
		}
	}
}
