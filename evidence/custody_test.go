package evidence_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/rogatory/rogatory/agencies"
	"github.com/rogatory/rogatory/evidence"
)

func custody(event evidence.Event, from agencies.ID, minute int) evidence.Custody {
	return evidence.Custody{
		Type: evidence.CustodyType, Event: event, Exhibit: exhibit, Case: caseID,
		Sealed: agencies.DigestOf([]byte("sealed")), Size: 6, From: from, Time: at(minute),
	}
}

func at(minute int) time.Time { return t0.Add(time.Duration(minute) * time.Minute) }

func (w *world) give(t testing.TB, c evidence.Custody) agencies.Compact {
	t.Helper()
	who := string(c.From)
	if c.FromOfficer != "" {
		who = string(c.FromOfficer)
	}
	s, err := evidence.Give(w.signers[who], c)
	must(t, err)
	return s
}

func (w *world) take(t testing.TB, who string, given agencies.Compact, minute int) agencies.Compact {
	t.Helper()
	v, err := w.list.Verify(given, agencies.TypCustody, at(minute))
	must(t, err)
	s, err := evidence.Take(w.signers[who], given, v, 6, agencies.DigestOf([]byte("sealed")), at(minute))
	must(t, err)
	return s
}

// life is an exhibit from the seal to its return, minute by minute.
func (w *world) life(t testing.TB) []evidence.Link {
	var links []evidence.Link
	one := func(e evidence.Event, from agencies.ID, change ...func(*evidence.Custody)) {
		c := custody(e, from, len(links))
		for _, f := range change {
			f(&c)
		}
		l := evidence.Link{Statement: w.give(t, c), Recorded: at(len(links))}
		if e.TwoSided() {
			taker := string(c.To)
			if c.ToOfficer != "" {
				taker = string(c.ToOfficer)
			}
			l.Counter = w.take(t, taker, l.Statement, len(links))
		}
		links = append(links, l)
	}
	to := func(id agencies.ID) func(*evidence.Custody) { return func(c *evidence.Custody) { c.To = id } }
	one(evidence.EventSealed, provider)
	one(evidence.EventDeposited, provider, to(keeper))
	one(evidence.EventVerified, keeper)
	one(evidence.EventReleased, keeper, to(authority))
	one(evidence.EventRetrieved, authority)
	one(evidence.EventHandedOver, provider, to(authority))
	one(evidence.EventHandedOver, authority, to(authority), func(c *evidence.Custody) { c.ToOfficer = officer })
	one(evidence.EventOpened, authority, func(c *evidence.Custody) { c.FromOfficer = officer })
	one(evidence.EventCopied, authority, func(c *evidence.Custody) { c.FromOfficer, c.Derived = officer, copied })
	one(evidence.EventHeld, keeper, func(c *evidence.Custody) { c.Reason = "court_order" })
	one(evidence.EventHoldEnded, keeper)
	one(evidence.EventReturned, authority, to(provider), func(c *evidence.Custody) { c.FromOfficer = officer })
	one(evidence.EventDisposed, provider, func(c *evidence.Custody) { c.Reason = "retention_ended" })
	return links
}

func TestChain(t *testing.T) {
	w := newWorld(t)
	links := w.life(t)
	holders := []agencies.ID{provider, provider, provider, provider, provider, authority, authority, authority, authority, authority, authority, provider, provider}
	for n := 1; n <= len(links); n++ {
		c, err := evidence.VerifyChain(w.list.Verify, links[:n])
		must(t, err)
		if c.Holder != holders[n-1] || len(c.Steps) != n || c.Exhibit != exhibit {
			t.Fatalf("after %d: %+v", n, c)
		}
	}
	c, err := evidence.VerifyChain(w.list.Verify, links[:7])
	must(t, err)
	if c.Officer != officer || c.Keeper != keeper {
		t.Fatalf("%+v", c)
	}
}

func TestChainRefuses(t *testing.T) {
	w := newWorld(t)
	base := w.life(t)
	const handover = 5 // link of provider to authority
	giver := func(change func(*evidence.Custody)) evidence.Link {
		c := custody(evidence.EventHandedOver, provider, handover)
		c.To = authority
		change(&c)
		return evidence.Link{Statement: w.give(t, c), Recorded: at(handover)}
	}
	single := func(e evidence.Event, from agencies.ID, change ...func(*evidence.Custody)) evidence.Link {
		c := custody(e, from, handover)
		for _, f := range change {
			f(&c)
		}
		return evidence.Link{Statement: w.give(t, c), Recorded: at(handover)}
	}
	to := func(id agencies.ID) func(*evidence.Custody) { return func(c *evidence.Custody) { c.To = id } }
	good := base[handover]
	with := func(f func(l *evidence.Link)) evidence.Link { l := good; f(&l); return l }
	otherBytes := agencies.DigestOf([]byte("other"))
	rows := []struct {
		name string
		link evidence.Link
		text string
	}{
		{"taker missing", with(func(l *evidence.Link) { l.Counter = "" }), "signature of the taker XA-PROS is missing"},
		{"giver missing", with(func(l *evidence.Link) { l.Statement = "" }), "signature of the giver XB-PROV is missing"},
		{"both missing", with(func(l *evidence.Link) { l.Statement, l.Counter = "", "" }), "signatures of giver and taker are missing"},
		{"giver signs for the taker", with(func(l *evidence.Link) { l.Counter = l.Statement }), "taker's statement is not signed by XA-PROS"},
		{"taker's twice", with(func(l *evidence.Link) { l.Statement = l.Counter }), "taker's statement stands in the giver's place"},
		{"counter of another handover", with(func(l *evidence.Link) {
			l.Counter = w.take(t, string(authority), giver(func(c *evidence.Custody) { c.Time = at(4) }).Statement, handover)
		}), "different bytes"},
		{"giver is not whom it says", evidence.Link{Statement: w.sign(t, stranger, func() evidence.Custody {
			c := custody(evidence.EventHandedOver, provider, handover)
			c.To = authority
			return c
		}()), Recorded: at(handover)}, "giver's statement is not signed by XB-PROV"},
		{"taker is not whom it says", with(func(l *evidence.Link) { l.Counter = w.forgeTake(t, stranger, good, nil) }), "taker's statement is not signed by XA-PROS"},
		{"taker took other bytes", with(func(l *evidence.Link) {
			l.Counter = w.forgeTake(t, authority, good, func(c *evidence.Custody) { c.Sealed = otherBytes })
		}), "say different things"},
		{"taker names no giver", with(func(l *evidence.Link) {
			l.Counter = w.forgeTake(t, authority, good, func(c *evidence.Custody) { c.Given = "" })
		}), "does not name the giver's"},
		{"taken before given", with(func(l *evidence.Link) {
			l.Counter = w.forgeTake(t, authority, good, func(c *evidence.Custody) { c.Time = at(1) })
		}), "before it was given"},
		{"other bytes than sealed", giver(func(c *evidence.Custody) { c.Sealed = otherBytes }), "other bytes than the seal"},
		{"other size", giver(func(c *evidence.Custody) { c.Size = 7 }), "other bytes than the seal"},
		{"other exhibit", giver(func(c *evidence.Custody) { c.Exhibit = copied }), "another exhibit"},
		{"other case", giver(func(c *evidence.Custody) { c.Case = orderID }), "another exhibit"},
		{"not the holder", single(evidence.EventHandedOver, stranger, to(authority)), "custody is with XB-PROV"},
		{"opened before it was taken", single(evidence.EventOpened, authority), "custody is with XB-PROV"},
		{"released by a stranger", single(evidence.EventReleased, stranger, to(authority)), "does not keep the vault"},
		{"retrieved without release", single(evidence.EventRetrieved, stranger), "nothing was released"},
		{"verified by a stranger", single(evidence.EventVerified, stranger), "neither custody nor the vault"},
		{"sealed again", single(evidence.EventSealed, provider), "second seal"},
		{"hold ended", single(evidence.EventHoldEnded, keeper), "does not exist"},
		{"second signature", func() evidence.Link {
			l := single(evidence.EventVerified, keeper)
			l.Counter = l.Statement
			return l
		}(), "does not know"},
		{"recorded earlier", with(func(l *evidence.Link) { l.Recorded = at(0) }), "before the link it follows"},
		{"not a statement", evidence.Link{Statement: "a.b.c", Recorded: at(handover)}, "signature does not verify"},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			links := append(append([]evidence.Link{}, base[:handover]...), r.link)
			c, err := evidence.VerifyChain(w.list.Verify, links)
			wantErr(t, err, evidence.ErrCustody, r.text)
			var ce *evidence.CustodyError
			if !errors.As(err, &ce) || ce.Link != handover {
				t.Fatalf("wrong link: %v", err)
			}
			if c.Holder != provider || len(c.Steps) != handover {
				t.Fatalf("custody moved all the same: %+v", c)
			}
		})
	}
	t.Run("held", func(t *testing.T) {
		held := append(append([]evidence.Link{}, base[:10]...), evidence.Link{
			Statement: w.give(t, func() evidence.Custody {
				c := custody(evidence.EventDisposed, authority, 10)
				c.FromOfficer = officer
				return c
			}()), Recorded: at(10)})
		_, err := evidence.VerifyChain(w.list.Verify, held)
		wantErr(t, err, evidence.ErrCustody, "under a hold")
	})
	t.Run("after disposal", func(t *testing.T) {
		c := custody(evidence.EventOpened, provider, 20)
		_, err := evidence.VerifyChain(w.list.Verify, append(base, evidence.Link{Statement: w.give(t, c), Recorded: at(20)}))
		wantErr(t, err, evidence.ErrCustody, "after disposal")
	})
	t.Run("the agency's seal is not the officer", func(t *testing.T) {
		c := custody(evidence.EventOpened, authority, 7)
		c.FromOfficer = officer
		s := w.sign(t, authority, c)
		_, err := evidence.VerifyChain(w.list.Verify, append(append([]evidence.Link{}, base[:7]...), evidence.Link{Statement: s, Recorded: at(7)}))
		wantErr(t, err, evidence.ErrCustody, "not signed by XA-PROS/inv-1")
	})
	for n, text := range map[int]string{0: "no statement", 1: "does not begin with the seal"} {
		_, err := evidence.VerifyChain(w.list.Verify, base[1:1+n])
		wantErr(t, err, evidence.ErrCustody, text)
	}
}

// sign signs a statement that the signer may have no right to.
func (w *world) sign(t testing.TB, who agencies.ID, c evidence.Custody) agencies.Compact {
	t.Helper()
	b, err := c.Encode()
	must(t, err)
	s, err := w.signers[string(who)].Sign(agencies.TypCustody, b)
	must(t, err)
	return s
}

// forgeTake signs a taker's statement that Take would refuse to sign.
func (w *world) forgeTake(t testing.TB, who agencies.ID, l evidence.Link, change func(*evidence.Custody)) agencies.Compact {
	t.Helper()
	v, err := w.list.Verify(l.Statement, agencies.TypCustody, l.Recorded)
	must(t, err)
	c, err := evidence.ParseCustody(v.Payload)
	must(t, err)
	c.Given = l.Statement.Digest()
	if change != nil {
		change(c)
	}
	return w.sign(t, who, *c)
}

func TestTakeRefuses(t *testing.T) {
	w := newWorld(t)
	c := custody(evidence.EventHandedOver, provider, 0)
	c.To = authority
	given := w.give(t, c)
	v, err := w.list.Verify(given, agencies.TypCustody, at(0))
	must(t, err)
	s := w.signers[string(authority)]
	_, err = evidence.Take(s, given, v, 7, c.Sealed, at(1))
	wantErr(t, err, evidence.ErrCustody, "not the bytes given")
	_, err = evidence.Take(s, given, v, 6, agencies.DigestOf([]byte("x")), at(1))
	wantErr(t, err, evidence.ErrCustody, "not the bytes given")
	lone := w.give(t, custody(evidence.EventSealed, provider, 0))
	lv, err := w.list.Verify(lone, agencies.TypCustody, at(0))
	must(t, err)
	_, err = evidence.Take(s, lone, lv, 6, c.Sealed, at(1))
	wantErr(t, err, evidence.ErrCustody, "not a giver's")
	taken := w.take(t, string(authority), given, 1)
	tv, err := w.list.Verify(taken, agencies.TypCustody, at(1))
	must(t, err)
	_, err = evidence.Take(s, taken, tv, 6, c.Sealed, at(2))
	wantErr(t, err, evidence.ErrCustody, "not a giver's")
	c.Given = given.Digest()
	if _, err := evidence.Give(s, c); err == nil {
		t.Error("Give signed a taker's statement")
	}
}

func TestCustodyRefuses(t *testing.T) {
	for name, r := range map[string]struct {
		field  string
		change func(c *evidence.Custody)
	}{
		"type":             {"type", func(c *evidence.Custody) { c.Type = "x" }},
		"event":            {"event", func(c *evidence.Custody) { c.Event = "lost" }},
		"exhibit":          {"exhibit", func(c *evidence.Custody) { c.Exhibit = "" }},
		"case":             {"case", func(c *evidence.Custody) { c.Case = "" }},
		"size":             {"sealed_size", func(c *evidence.Custody) { c.Size = 0 }},
		"from":             {"from", func(c *evidence.Custody) { c.From = "" }},
		"officer of other": {"from", func(c *evidence.Custody) { c.FromOfficer = officer }},
		"to missing":       {"to", func(c *evidence.Custody) { c.To = "" }},
		"to itself":        {"to", func(c *evidence.Custody) { c.To = provider }},
		"to not wanted":    {"to", func(c *evidence.Custody) { c.Event = evidence.EventOpened }},
		"digest":           {"sealed_digest", func(c *evidence.Custody) { c.Sealed = "md5:d41d8cd98f00b204e9800998ecf8427e" }},
		"given form":       {"given", func(c *evidence.Custody) { c.Given = "x" }},
		"derived":          {"derived", func(c *evidence.Custody) { c.Derived = copied }},
		"reason":           {"reason", func(c *evidence.Custody) { c.Reason = "because of Jan Novák" }},
		"time":             {"time", func(c *evidence.Custody) { c.Time = c.Time.Local().In(time.FixedZone("x", 60)) }},
	} {
		t.Run(name, func(t *testing.T) {
			c := custody(evidence.EventHandedOver, provider, 0)
			c.To = authority
			r.change(&c)
			_, err := c.Encode()
			wantField(t, err, r.field)
		})
	}
}

func TestCustodyGolden(t *testing.T) {
	c := custody(evidence.EventHandedOver, provider, 0)
	c.To = authority
	given, err := c.Encode()
	must(t, err)
	golden(t, "custody_given.json", given)
	c.Given, c.Time = agencies.DigestOf(given), at(1)
	taken, err := c.Encode()
	must(t, err)
	golden(t, "custody_taken.json", taken)
	for _, b := range [][]byte{given, taken} {
		back, err := evidence.ParseCustody(b)
		must(t, err)
		again, err := back.Encode()
		must(t, err)
		if !bytes.Equal(again, b) {
			t.Fatal("re-encoded differently")
		}
		for _, bad := range []string{strings.Replace(string(b), "{", "{ ", 1), string(b) + "\n", strings.Replace(string(b), "{", `{"x":1,`, 1)} {
			if _, err := evidence.ParseCustody([]byte(bad)); !errors.Is(err, agencies.ErrMalformed) {
				t.Fatalf("parsed %q: %v", bad, err)
			}
		}
	}
}

func FuzzCustody(f *testing.F) {
	for _, name := range []string{"given", "taken"} {
		c := custody(evidence.EventHandedOver, provider, 0)
		c.To = authority
		if name == "taken" {
			c.Given = agencies.DigestOf(nil)
		}
		b, err := c.Encode()
		must(f, err)
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := evidence.ParseCustody(data)
		if err != nil {
			return
		}
		again, err := c.Encode()
		must(t, err)
		if !bytes.Equal(again, data) {
			t.Fatalf("%q encodes to %q", data, again)
		}
	})
}
