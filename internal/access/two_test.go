package access

import (
	"errors"
	"testing"
	"time"

	"netral/internal/actor"
	"netral/internal/fault"
)

func TestTwoPersons(t *testing.T) {
	now := time.Date(2023, 10, 19, 3, 0, 0, 0, time.UTC)
	as := func(id, person string) actor.Actor { return actor.Actor{ID: "account:" + id, Person: person} }
	ani, bos, eve := as("ani", "p1"), as("bos", "p2"), as("eve", "p3")
	propose := func() TwoPersons {
		p, err := Propose(ani, "grant.change", "  mutasi pejabat  ", []string{"account:eve", "p9"}, now)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	for _, c := range []struct {
		name   string
		by     actor.Actor
		yes    bool
		reason string
		after  time.Duration
		want   State
		err    error
	}{
		{"a second agrees", bos, true, "sudah diperiksa", time.Hour, Agreed, nil},
		{"a second refuses", bos, false, "tidak perlu", time.Hour, Refused, nil},
		{"the first agrees", ani, true, "sudah diperiksa", time.Hour, Waiting, fault.Denied},
		{"the first withdraws", ani, false, "salah orang", time.Hour, Withdrawn, nil},
		{"the first under another account", as("ani2", "p1"), true, "sudah diperiksa", time.Hour, Waiting, fault.Denied},
		{"the first withdraws from there", as("ani2", "p1"), false, "salah orang", time.Hour, Withdrawn, nil},
		{"whom it is about", eve, true, "sudah diperiksa", time.Hour, Waiting, fault.Denied},
		{"whom it is about, by person", as("z", "p9"), true, "sudah diperiksa", time.Hour, Waiting, fault.Denied},
		{"nobody", actor.Anonymous("page", "id"), true, "sudah diperiksa", time.Hour, Waiting, fault.SignIn},
		{"without a reason", bos, true, "   ok ", time.Hour, Waiting, fault.Invalid},
		{"too late", bos, true, "sudah diperiksa", Lapse, Lapsed, fault.Conflict},
	} {
		p := propose()
		got, err := p.Decide(c.by, c.yes, c.reason, now.Add(c.after))
		if !errors.Is(err, c.err) || c.err == nil && err != nil {
			t.Errorf("%s: %v, want %v", c.name, err, c.err)
		}
		if s := got.State(now.Add(c.after)); s != c.want {
			t.Errorf("%s: %s, want %s", c.name, s, c.want)
		}
		if p.Answer != nil {
			t.Errorf("%s: the proposal itself was changed", c.name)
		}
		if err == nil {
			if _, err := got.Decide(bos, true, "sudah diperiksa", now.Add(c.after)); !errors.Is(err, fault.Conflict) {
				t.Errorf("%s: decided twice: %v", c.name, err)
			}
		}
	}
	if p := propose(); p.Asked.Reason != "mutasi pejabat" || p.State(now) != Waiting {
		t.Errorf("proposed %+v", p)
	}
	if _, err := Propose(eve, "grant.change", "untuk saya", []string{"p3"}, now); !errors.Is(err, fault.Denied) {
		t.Errorf("proposed for oneself: %v", err)
	}
	// Two accounts that are in no roster are two persons.
	p, err := Propose(as("a", ""), "grant.change", "mutasi pejabat", nil, now)
	if err != nil {
		t.Fatal(err)
	}
	if p, err = p.Decide(as("b", ""), true, "sudah diperiksa", now); err != nil || p.State(now) != Agreed {
		t.Errorf("two accounts without a person: %v %v", p.State(now), err)
	}
}
