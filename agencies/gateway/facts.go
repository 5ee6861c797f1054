package gateway

import (
	"encoding/json"

	"github.com/rogatory/rogatory/agencies"
)

// rawFacts writes facts as a body carries them.
func rawFacts(facts map[string]any) (map[string]json.RawMessage, error) {
	if len(facts) == 0 {
		return nil, nil
	}
	out := make(map[string]json.RawMessage, len(facts))
	for name, v := range facts {
		raw, err := agencies.Canonical(v)
		if err != nil {
			return nil, err
		}
		out[name] = raw
	}
	return out, nil
}
