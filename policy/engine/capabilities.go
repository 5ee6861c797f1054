package engine

import (
	"bytes"
	_ "embed"
	"fmt"
	"io"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/rogatory/rogatory/policy"
)

// capabilitiesJSON is an allow-list: a built-in that is not in it is an undefined
// function. It is an OPA capabilities file, so that stock tools can use it too.
//
//go:embed capabilities.json
var capabilitiesJSON []byte

func capabilities() (*ast.Capabilities, error) {
	caps, err := ast.LoadCapabilitiesJSON(bytes.NewReader(capabilitiesJSON))
	if err != nil {
		return nil, fmt.Errorf("read capabilities: %v", err)
	}
	// The JSON form cannot tell «no host» from «any host».
	caps.AllowNet = []string{}
	return caps, nil
}

// noChance is the random source of an evaluation: there is none.
type noChance struct{}

func (noChance) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

var _ io.Reader = noChance{}

// InputSchema is the JSON Schema of policy.Input.Document, made from the fact
// dictionary. Bundles are type-checked against it, so that a rule that reads a
// misspelt fact does not compile.
func InputSchema() map[string]any {
	facts := map[string]any{}
	for name, spec := range policy.Dictionary() {
		facts[name] = factSchema(spec)
	}
	text := map[string]any{"type": "string"}
	state := closed(map[string]any{
		"regimes":      map[string]any{"type": "array", "items": text},
		"declarations": map[string]any{"type": "object", "additionalProperties": map[string]any{"type": "boolean"}},
	})
	return closed(map[string]any{
		"action":     text,
		"instrument": text,
		"regime":     text,
		"now":        text,
		"facts":      closed(facts),
		"provenance": map[string]any{"type": "object", "additionalProperties": text},
		"context": closed(map[string]any{
			"states":    map[string]any{"type": "object", "additionalProperties": state},
			"confirmed": map[string]any{"type": "array", "items": text},
		}),
	})
}

func closed(properties map[string]any) map[string]any {
	return map[string]any{"type": "object", "properties": properties, "additionalProperties": false}
}

func factSchema(spec policy.FactSpec) map[string]any {
	var s map[string]any
	switch spec.Type {
	case policy.List:
		s = map[string]any{"type": "array", "items": map[string]any{"type": string(spec.Items)}}
	case policy.Object:
		members := map[string]any{}
		for name, member := range spec.Members {
			members[name] = factSchema(member)
		}
		s = closed(members)
	default:
		s = map[string]any{"type": string(spec.Type)}
	}
	if spec.Null {
		// Not "type": [x, "null"]: the type checker of OPA takes only the first.
		return map[string]any{"anyOf": []any{s, map[string]any{"type": "null"}}}
	}
	return s
}
