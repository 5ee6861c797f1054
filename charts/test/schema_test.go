package charttest

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
)

// Values the schema must refuse, on top of a fixture that is fine. want is the
// place the error must name, as a JSON pointer.
func TestSchemaRefuses(t *testing.T) {
	hex := strings.Repeat("a", 64)
	tests := []struct{ name, fixture, values, want string }{
		{"unknown at top", "embedded", `replicaCount: 3`, "replicaCount"},
		{"unknown in broker", "embedded", `broker: {replica: 1}`, "/broker"},
		{"unknown in nats", "embedded", `broker: {nats: {embeded: true}}`, "/broker/nats"},
		{"unknown in tls", "embedded", `broker: {s3: {tls: {secretName: a}}}`, "/broker/s3/tls"},
		{"unknown in gateway", "gateway", `gateway: {replicas: 2}`, "/gateway"},
		{"unknown in policy peer", "embedded", `networkPolicy: {broker: {clients: [{podSelektor: {}}]}}`, "/networkPolicy/broker/clients/0"},
		{"inline secret", "embedded", `broker: {s3: {credentials: {accessKey: AKIA}}}`, "/broker/s3/credentials"},
		{"inline keyring", "embedded", `broker: {keyring: {value: "{}"}}`, "/broker/keyring"},

		{"two brokers, all embedded", "embedded", `broker: {replicas: 2}`, "/broker/replicas"},
		{"three brokers, nats embedded", "external", `broker: {nats: {embedded: true, url: ""}}`, "/broker/replicas"},
		{"three brokers, s3 embedded", "external", `broker: {s3: {embedded: true, endpoint: ""}}`, "/broker/replicas"},
		{"no broker at all", "embedded", `broker: {replicas: 0}`, "/broker/replicas"},
		{"replicas as text", "embedded", `broker: {replicas: "1"}`, "/broker/replicas"},
		{"nothing enabled", "embedded", `broker: {enabled: false}`, "enabled"},

		{"embedded nats with url", "embedded", `broker: {nats: {url: "tls://a.example:4222"}}`, "/broker/nats/url"},
		{"external nats without url", "external", `broker: {nats: {url: ""}}`, "/broker/nats/url"},
		{"nats url of another scheme", "external", `broker: {nats: {url: "https://a.example"}}`, "/broker/nats/url"},
		{"credentials in nats url", "external", `broker: {nats: {url: "tls://user:pass@a.example:4222"}}`, "/broker/nats/url"},
		{"embedded s3 with endpoint", "embedded", `broker: {s3: {endpoint: "https://s3.example"}}`, "/broker/s3/endpoint"},
		{"external s3 without endpoint", "external", `broker: {s3: {endpoint: ""}}`, "/broker/s3/endpoint"},
		{"credentials in s3 endpoint", "external", `broker: {s3: {endpoint: "a:b@s3.example"}}`, "/broker/s3/endpoint"},
		{"s3 endpoint with scheme", "external", `broker: {s3: {endpoint: "https://s3.example"}}`, "/broker/s3/endpoint"},
		{"plain text for transfers", "embedded", `broker: {s3: {publicURL: "http://s3.example"}}`, "/broker/s3/publicURL"},
		{"embedded nats without TLS", "embedded", `broker: {nats: {tls: {existingSecret: ""}}}`, "/broker/nats/tls/existingSecret"},
		{"embedded nats, Secret taken away", "embedded", `broker: {nats: {tls: {existingSecret: null}}}`, "/broker/nats/tls"},
		{"embedded nats, TLS taken away", "embedded", `broker: {nats: {tls: null}}`, "/broker/nats"},
		{"embedded nats beside external s3 without TLS", "external", `broker: {replicas: 1, nats: {embedded: true, url: "", replicas: 1, tls: {existingSecret: "", certKey: tls.crt, keyKey: tls.key}}}`, "/broker/nats/tls/existingSecret"},
		{"embedded s3 without TLS", "embedded", `broker: {s3: {tls: {existingSecret: ""}}}`, "/broker/s3/tls/existingSecret"},
		{"embedded s3, Secret taken away", "embedded", `broker: {s3: {tls: {existingSecret: null}}}`, "/broker/s3/tls"},
		{"embedded s3, TLS taken away", "embedded", `broker: {s3: {tls: null}}`, "/broker/s3"},
		{"embedded s3 without certificate", "embedded", `broker: {s3: {tls: {certKey: ""}}}`, "/broker/s3/tls/certKey"},
		{"gateway without authority", "gateway", `broker: {nats: {tls: {caKey: ""}}}`, "/broker/nats/tls/caKey"},
		{"external s3 without TLS", "external", `broker: {s3: {tls: {existingSecret: ""}}}`, "/broker/s3/tls/existingSecret"},
		{"external s3 without authority", "external", `broker: {s3: {tls: {caKey: ""}}}`, "/broker/s3/tls/caKey"},
		{"embedded nats with replicas", "embedded", `broker: {nats: {replicas: 3}}`, "/broker/nats/replicas"},
		{"even number of replicas", "external", `broker: {nats: {replicas: 2}}`, "/broker/nats/replicas"},
		{"bucket prefix with capitals", "embedded", `broker: {s3: {bucketPrefix: Rogatory}}`, "/broker/s3/bucketPrefix"},
		{"bucket prefix with dash at the end", "embedded", `broker: {s3: {bucketPrefix: rogatory-}}`, "/broker/s3/bucketPrefix"},
		{"negative retention", "embedded", `broker: {s3: {retentionDays: -1}}`, "/broker/s3/retentionDays"},
		{"server certificate without key", "embedded", `broker: {nats: {tls: {keyKey: ""}}}`, "/broker/nats/tls/keyKey"},
		{"client certificate without key", "external", `broker: {nats: {tls: {certKey: tls.crt}}}`, "/broker/nats/tls"},

		{"pin without algorithm", "embedded", `trust: {pin: ` + hex + `}`, "/trust/pin"},
		{"pin too short", "embedded", `trust: {pin: "sha-256:abcd"}`, "/trust/pin"},
		{"pin in capitals", "embedded", `trust: {pin: "sha-256:` + strings.ToUpper(hex) + `"}`, "/trust/pin"},
		{"origin with scheme", "embedded", `ledger: {origin: "https://rogatory.example/demo"}`, "/ledger/origin"},
		{"origin with line break", "embedded", `ledger: {origin: "rogatory.example/demo\nx"}`, "/ledger/origin"},
		{"vkey without hash", "gateway", `ledger: {vkeys: [rogatory.example]}`, "/ledger/vkeys/0"},
		{"gateway without vkeys", "gateway", `ledger: {vkeys: []}`, "/ledger/vkeys"},
		{"gateway with one vkey", "gateway", `ledger: {vkeys: [log.example+1a2b3c4d+AUf5]}`, "/ledger/vkeys"},
		{"gateway with three vkeys", "gateway", `ledger: {vkeys: [a+1a2b3c4d+AUf5, b+1a2b3c4d+AUf5, c+1a2b3c4d+AUf5]}`, "/ledger/vkeys"},
		{"gateway alone without url", "gateway-only", `gateway: {broker: {url: ""}}`, "/gateway/broker/url"},
		{"no trust list", "embedded", `trust: {list: {existingConfigMaps: []}}`, "/trust/list/existingConfigMaps"},
		{"trust list twice", "embedded", `trust: {list: {existingConfigMaps: [a, a]}}`, "/trust/list/existingConfigMaps"},
		{"no policy statement", "embedded", `broker: {policy: {statement: {existingConfigMap: ""}}}`, "/broker/policy/statement/existingConfigMap"},
		{"policy statement without key", "embedded", `broker: {policy: {statement: {key: ""}}}`, "/broker/policy/statement/key"},
		{"network with space", "embedded", `network: "de mo"`, "/network"},
		{"agency without state", "embedded", `broker: {agency: ROG}`, "/broker/agency"},
		{"agency in small letters", "gateway", `gateway: {agency: xa-moj}`, "/gateway/agency"},
		{"secret name with capitals", "embedded", `broker: {operatorKeys: {existingSecret: Keys}}`, "/broker/operatorKeys/existingSecret"},
		{"secret key with path", "embedded", `broker: {ledgerKeys: {key: ../x}}`, "/broker/ledgerKeys/key"},

		{"image tag with digest inside", "embedded", `image: {tag: "1@sha256:` + hex + `"}`, "/image/tag"},
		{"digest of another algorithm", "embedded", `image: {digest: "md5:abcd"}`, "/image/digest"},
		{"pull policy", "embedded", `image: {pullPolicy: Sometimes}`, "/image/pullPolicy"},
		{"log level", "embedded", `log: {level: loud}`, "/log/level"},
		{"policy timeout without unit", "embedded", `broker: {policy: {timeout: 250}}`, "/broker/policy/timeout"},
		{"policy timeout of zero", "embedded", `broker: {policy: {timeout: 0s}}`, "/broker/policy/timeout"},
		{"bind address", "embedded", `broker: {bindAddress: 10.0.0.1}`, "/broker/bindAddress"},
		{"gateway bind address", "gateway", `gateway: {bindAddress: localhost}`, "/gateway/bindAddress"},
		{"gateway probe with a path", "gateway", `gateway: {probes: {liveness: {path: /}}}`, "/gateway/probes/liveness"},
		{"gateway probe that never fails", "gateway", `gateway: {probes: {startup: {failureThreshold: 0}}}`, "/gateway/probes/startup/failureThreshold"},
		{"service type", "embedded", `broker: {service: {s3: {type: ExternalName}}}`, "/broker/service/s3/type"},
		{"port too high", "embedded", `broker: {service: {nats: {port: 70000}}}`, "/broker/service/nats/port"},
		{"shared access mode", "embedded", `broker: {persistence: {accessMode: ReadWriteMany}}`, "/broker/persistence/accessMode"},
		{"volume without size", "embedded", `broker: {persistence: {size: ""}}`, "/broker/persistence/size"},
		{"memory as text", "embedded", `broker: {resources: {limits: {memory: lots}}}`, "/broker/resources/limits/memory"},
		{"go memory limit in Kubernetes units", "embedded", `broker: {goMemLimit: 900Mi}`, "/broker/goMemLimit"},
		{"own name as label", "embedded", `commonLabels: {app.kubernetes.io/name: other}`, "app.kubernetes.io/name"},
		{"label with space", "embedded", `commonLabels: {owner: "a b"}`, "/commonLabels/owner"},
		{"annotation as number", "embedded", `broker: {podAnnotations: {a: 1}}`, "/broker/podAnnotations/a"},
		{"toleration effect", "embedded", `broker: {tolerations: [{effect: Never}]}`, "/broker/tolerations/0/effect"},
		{"spread with selector", "embedded", `broker: {topologySpreadConstraints: [{maxSkew: 1, topologyKey: z, whenUnsatisfiable: DoNotSchedule, labelSelector: {}}]}`, "/broker/topologySpreadConstraints/0"},
		{"egress to everyone", "embedded", `networkPolicy: {broker: {egress: [{to: [], ports: [{port: 443}]}]}}`, "/networkPolicy/broker/egress/0/to"},
		{"egress on all ports", "embedded", `networkPolicy: {broker: {egress: [{to: [{ipBlock: {cidr: 192.0.2.0/24}}]}]}}`, "/networkPolicy/broker/egress/0"},
		{"empty peer", "embedded", `networkPolicy: {broker: {readers: [{}]}}`, "/networkPolicy/broker/readers/0"},
		{"peer of two kinds", "embedded", `networkPolicy: {broker: {clients: [{ipBlock: {cidr: 192.0.2.0/24}, podSelector: {}}]}}`, "/networkPolicy/broker/clients/0"},
		{"long full name", "embedded", `fullnameOverride: ` + strings.Repeat("a", 41), "/fullnameOverride"},
		{"pull secret as object", "embedded", `imagePullSecrets: [{name: a}]`, "/imagePullSecrets/0"},
		{"pull secret of the parent as object", "embedded", `global: {imagePullSecrets: [{name: a}]}`, "/global/imagePullSecrets/0"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			over, err := common.ReadValues([]byte(tt.values))
			if err != nil {
				t.Fatal(err)
			}
			_, err = renderFiles(loadChart(t), loader.MergeMaps(fixture(t, tt.fixture), over), release)
			if err == nil || !strings.Contains(err.Error(), "schema") || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("got %v, want a schema error at %s", err, tt.want)
			}
		})
	}
}

// Another chart's globals reach us when we are a dependency, and must pass.
func TestSchemaLeavesGlobalsAlone(t *testing.T) {
	v := fixture(t, "embedded")
	v["global"] = map[string]any{"storageDomain": "example"}
	if _, err := renderFiles(loadChart(t), v, release); err != nil {
		t.Fatal(err)
	}
}

func readSchema(t *testing.T) map[string]any {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(chartDir, "values.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	var s map[string]any
	if err := json.Unmarshal(b, &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// Every object of the schema is closed. Conditions (if, then, oneOf ...) speak
// of some members only, and are known by having no type.
func TestSchemaClosed(t *testing.T) {
	var walk func(at string, v any)
	walk = func(at string, v any) {
		switch v := v.(type) {
		case []any:
			for i, e := range v {
				walk(fmt.Sprintf("%s/%d", at, i), e)
			}
		case map[string]any:
			if v["type"] == "object" && at != "/properties/global" {
				if more, ok := v["additionalProperties"]; !ok || more == true {
					t.Errorf("%s is open", at)
				}
			}
			for k, e := range v {
				walk(at+"/"+k, e)
			}
		}
	}
	walk("", readSchema(t))
}

// values.yaml and the schema list the same members, at every depth.
func TestSchemaMatchesValues(t *testing.T) {
	root := readSchema(t)
	resolve := func(s map[string]any) map[string]any {
		for {
			ref, ok := s["$ref"].(string)
			if !ok {
				return s
			}
			s = root["definitions"].(map[string]any)[strings.TrimPrefix(ref, "#/definitions/")].(map[string]any)
		}
	}
	leaves := map[string]bool{}
	for _, l := range valueLeaves(t) {
		leaves[l.path] = true
	}
	var walk func(at string, values, schema map[string]any)
	walk = func(at string, values, schema map[string]any) {
		props, _ := resolve(schema)["properties"].(map[string]any)
		got, want := slices.Sorted(maps.Keys(props)), slices.Sorted(maps.Keys(values))
		if !slices.Equal(got, want) {
			t.Errorf("%q: schema has %v, values.yaml has %v", at, got, want)
			return
		}
		for k, v := range values {
			path := strings.TrimPrefix(at+"."+k, ".")
			if m, ok := v.(map[string]any); ok && !leaves[path] {
				walk(path, m, props[k].(map[string]any))
			}
		}
	}
	walk("", loadChart(t).Values, root)
}
