package broker_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/broker"
)

// What parses encodes to the same bytes: one record, one leaf.
func FuzzRecord(f *testing.F) {
	seed, err := fixedRecord().Encode()
	ok(f, err)
	f.Add(seed)
	l := newLedger(f)
	l.received(subscriberOrder(f))
	for _, data := range l.records {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := broker.DecodeRecord(data)
		if err != nil {
			return
		}
		again, err := r.Encode()
		if err != nil || !bytes.Equal(data, again) {
			t.Errorf("parses, but encodes to other bytes: %v", err)
		}
	})
}

func FuzzAttestation(f *testing.F) {
	seed, err := fixed(f).Encode()
	ok(f, err)
	f.Add(seed)
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := broker.DecodeAttestation(data)
		if err != nil {
			return
		}
		again, err := a.Encode()
		if err != nil || !bytes.Equal(data, again) {
			t.Errorf("parses, but encodes to other bytes: %v", err)
		}
	})
}

// A body that is read holds nothing but what its type can say again.
func FuzzBody(f *testing.F) {
	for _, o := range []*broker.Order{contentOrder(f), preservationOrder(f), assistance(f)} {
		b, err := agencies.Canonical(whole(f, o))
		ok(f, err)
		f.Add(string(broker.ActSubmit), b)
	}
	f.Add(string(broker.ActRefuse), []byte(`{"ground":"manifest_errors","reasons":"`+sd+`","parts":[{"target":1}]}`))
	f.Add(string(broker.ActAsk), []byte(`{"kind":"clarification","codes":["incomplete"]}`))
	f.Fuzz(func(t *testing.T, act string, data []byte) {
		b, err := broker.DecodeBody(broker.Act(act), json.RawMessage(data))
		if err != nil {
			return
		}
		once, err := agencies.Canonical(b)
		ok(t, err)
		again, err := broker.DecodeBody(broker.Act(act), once)
		ok(t, err)
		twice, err := agencies.Canonical(again)
		ok(t, err)
		if !bytes.Equal(once, twice) {
			t.Error("a body changes when it is written and read")
		}
	})
}

func FuzzMessage(f *testing.F) {
	f.Add([]byte(`{"statements":["a.b.c"]}`))
	f.Add([]byte(`{"what":"case"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, v := range []any{&broker.Submission{}, &broker.Ask{}, &broker.Reply{}, &broker.AskReply{}} {
			if err := broker.DecodeMessage(data, v); err != nil {
				continue
			}
			if _, err := broker.EncodeMessage(v); err != nil && broker.ReasonFor(err) != broker.ReasonTooLarge {
				t.Errorf("%T parses but cannot be sent on: %v", v, err)
			}
		}
	})
}
