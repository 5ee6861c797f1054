package embedded_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"

	"github.com/rogatory/rogatory/broker/embedded"
)

func TestOperatorKeys(t *testing.T) {
	op, err := embedded.GenerateOperator("test")
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(op)
	if err != nil {
		t.Fatal(err)
	}
	back, err := embedded.ParseOperatorKeys(data)
	if err != nil || !reflect.DeepEqual(op, back) {
		t.Fatalf("round trip: %v", err)
	}
	online := op.Online()
	if online.Seed != "" || online.Broker.Seed != "" || online.System.Seed != "" {
		t.Error("identity seeds are still there")
	}
	if err := online.Check(); err != nil {
		t.Error(err)
	}

	var logged bytes.Buffer
	slog.New(slog.NewJSONHandler(&logged, nil)).Info("keys", "op", op, "account", op.Broker, "seed", op.Signing, "nats", embedded.NATSConfig{Operator: op}, "s3", embedded.S3Config{SecretKey: op.Signing})
	shown := logged.String() + fmt.Sprintf("%v %+v %#v %s %q", op, op, op.Broker, op.Signing, op.System)
	for _, seed := range []embedded.Seed{op.Seed, op.Signing, op.System.Seed, op.System.Signing, op.Broker.Seed, op.Broker.Signing} {
		if strings.Contains(shown, string(seed)) {
			t.Errorf("a seed is shown: %v", seed)
		}
	}

	other, err := embedded.GenerateOperator("other")
	if err != nil {
		t.Fatal(err)
	}
	breaks := map[string]func(k *embedded.OperatorKeys){
		"foreign signing key":     func(k *embedded.OperatorKeys) { k.Signing = other.Signing },
		"identity as signing key": func(k *embedded.OperatorKeys) { k.Signing = k.Seed },
		"account as operator":     func(k *embedded.OperatorKeys) { k.Signing = k.Broker.Signing },
		"other system account":    func(k *embedded.OperatorKeys) { k.System = other.System },
		"broker is system":        func(k *embedded.OperatorKeys) { k.Broker = k.System },
		"no broker":               func(k *embedded.OperatorKeys) { k.Broker = embedded.AccountKeys{} },
		"no claim":                func(k *embedded.OperatorKeys) { k.JWT = "" },
		"foreign claim":           func(k *embedded.OperatorKeys) { k.JWT = other.JWT },
	}
	for name, change := range breaks {
		k := op
		change(&k)
		if err := k.Check(); !errors.Is(err, embedded.ErrKeys) {
			t.Errorf("%s: %v", name, err)
		}
		data, err := json.Marshal(k)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := embedded.ParseOperatorKeys(data); !errors.Is(err, embedded.ErrKeys) {
			t.Errorf("%s, parsed: %v", name, err)
		}
		if n, err := embedded.StartNATS(ctx(t), embedded.NATSConfig{Dir: t.TempDir(), Listen: "127.0.0.1:0", Operator: k}); err == nil {
			_ = n.Close()
			t.Errorf("%s: the server started", name)
		}
	}
	for _, text := range []string{"", "{", "null", `"` + string(op.Seed) + `"`, string(data) + "{}", strings.Replace(string(data), `"jwt"`, `"extra":1,"jwt"`, 1)} {
		_, err := embedded.ParseOperatorKeys([]byte(text))
		if !errors.Is(err, embedded.ErrKeys) {
			t.Errorf("%.20q: %v", text, err)
			continue
		}
		if strings.Contains(err.Error(), string(op.Seed)) {
			t.Error("the error shows a seed")
		}
	}
}

func TestAgencyAccountRefuses(t *testing.T) {
	op, err := embedded.GenerateOperator("test")
	if err != nil {
		t.Fatal(err)
	}
	a, err := embedded.GenerateAccount()
	if err != nil {
		t.Fatal(err)
	}
	signing, err := a.SigningPublic()
	if err != nil {
		t.Fatal(err)
	}
	if token, err := embedded.AgencyAccountJWT(op.Online(), a.Public, signing); err != nil || embedded.CheckAccount(op, token) != nil {
		t.Errorf("a good account: %v", err)
	}
	for name, pair := range map[string][2]string{
		"not keys": {"A", "B"}, "same key": {a.Public, a.Public}, "the broker": {op.Broker.Public, signing}, "the system": {op.System.Public, signing}, "a seed": {a.Public, string(a.Signing)},
	} {
		if _, err := embedded.AgencyAccountJWT(op, pair[0], pair[1]); !errors.Is(err, embedded.ErrKeys) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := op.UserCreds("root", timeZero); !errors.Is(err, embedded.ErrKeys) {
		t.Errorf("unknown role: %v", err)
	}
}

func TestSubjects(t *testing.T) {
	a, err := embedded.GenerateAccount()
	if err != nil {
		t.Fatal(err)
	}
	for subject, want := range map[string]bool{
		"rog.submit." + a.Public: true, "rog.ask." + a.Public: true, "rog.submit": false, "rog.submit.": false, "rog.submit.x": false,
		"rog.submit." + a.Public + ".x": false, "rog.other." + a.Public: false, "ldg." + a.Public + "._.c.r": false, "rog.submit." + strings.ToLower(a.Public): false,
	} {
		if _, account, ok := embedded.Caller(subject); ok != want || (ok && account != a.Public) {
			t.Errorf("%s: %v", subject, ok)
		}
	}
	for reply, want := range map[string]bool{"_R_.x": true, "_R_.": false, "": false, "_INBOX.x": false, "$JS.ACK.LEDGER.x": false, "ldg.x": false, "x_R_.y": false} {
		if embedded.ReplyAllowed(reply) != want {
			t.Errorf("reply %q", reply)
		}
	}
}
