package callup

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/lot"
	"netral/internal/store"
	"netral/internal/text"
)

// resource is a call for Allow: whose it is, and who sits on its panel.
func (c *Call) resource() Resource {
	parties := make([]string, len(c.Panel))
	for i, m := range c.Panel {
		parties[i] = m.Person
	}
	return Resource{Type: "call", ID: c.ID, Attrs: map[string]any{"person": c.Person, "unit": c.Unit, "parties": parties}}
}

// mayCall asks about a call. One that may not be seen is not there, in the words for
// one that is not.
func (s *Service) mayCall(who actor.Actor, action string, c *Call) error {
	err := s.allow(who, action, c.resource())
	if errors.Is(err, fault.NotFound) {
		return fault.New(fault.NotFound, "callup.call.none", clip(c.ID))
	}
	return err
}

// change reads a call, asks, lets f change it and writes it with its entry.
func (s *Service) change(ctx context.Context, who actor.Actor, action, id, kind string, f func(context.Context, *store.Tx, *Call) (any, error)) (Call, ledger.Receipt, error) {
	var c Call
	receipt, err := s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		var err error
		if c, err = call(ctx, tx, id); err != nil {
			return ledger.Entry{}, err
		}
		if err := s.mayCall(who, action, &c); err != nil {
			return ledger.Entry{}, err
		}
		detail, err := f(ctx, tx, &c)
		if err != nil {
			return ledger.Entry{}, err
		}
		if err := updateCall(ctx, tx, &c); err != nil {
			return ledger.Entry{}, err
		}
		return ledger.Entry{Kind: kind, Subject: "call:" + c.ID, Detail: detail}, nil
	})
	return c, receipt, err
}

func wrongState(c *Call) error {
	return fault.New(fault.Conflict, "callup.call.state", text.Key("callup.state."+c.State))
}

type callDetail struct {
	Call   string `json:"call"`
	Person string `json:"person"`
	Why    string `json:"why,omitempty"`
	Note   string `json:"note,omitempty"`
	Next   string `json:"next,omitempty"`   // who steps in
	Secret string `json:"secret,omitempty"` // SHA-256 of that of the next one's call
}

// Acknowledge says that the person has read the summons and comes.
func (s *Service) Acknowledge(ctx context.Context, who actor.Actor, id string) (Call, ledger.Receipt, error) {
	return s.change(ctx, who, ActAnswer, id, "merit.callup.acknowledged", func(_ context.Context, tx *store.Tx, c *Call) (any, error) {
		if c.State != Called {
			return nil, wrongState(c)
		}
		c.State, c.Acked = Acknowledged, s.now()
		return callDetail{Call: c.ID, Person: c.Person}, nil
	})
}

// ExcuseInput excuses somebody by rule.
type ExcuseInput struct {
	Call string
	Kind string // one that the rules of the programme name
	Note string
}

// Excuse excuses somebody who was drawn, on a ground that the rules name and that
// is known on the day of the presentation; nobody decides about it. The next in the
// order of the group is called in the same write. The person asks, or the office for
// them. Faults: Invalid when the rules do not know the ground, or it is not there,
// with the grounds that are.
func (s *Service) Excuse(ctx context.Context, who actor.Actor, in ExcuseInput) (Call, ledger.Receipt, error) {
	in.Note = strings.TrimSpace(in.Note)
	if len(in.Note) > maxText {
		return Call{}, ledger.Receipt{}, fault.Fields{{Name: "note", Key: "callup.check.long", Args: []any{len(in.Note), maxText}}}.Err()
	}
	return s.change(ctx, who, ActAnswer, in.Call, "merit.callup.excused", func(ctx context.Context, tx *store.Tx, c *Call) (any, error) {
		if c.State != Called && c.State != Acknowledged {
			return nil, wrongState(c)
		}
		if !slices.Contains(c.Rules.Excuse, in.Kind) {
			return nil, fault.Fields{{Name: "kind", Key: "callup.check.one", Args: []any{clip(in.Kind), c.Rules.Excuse}}}.Err()
		}
		away, err := s.Absences(ctx, tx, []string{c.Person}, day.At(c.Due))
		if err != nil {
			return nil, err
		}
		at := slices.IndexFunc(away[c.Person], func(a Absence) bool { return a.Kind == in.Kind })
		if at < 0 {
			return nil, fault.Fields{{Name: "kind", Key: "callup.excuse.unknown", Args: []any{day.At(c.Due)}}}.Err()
		}
		c.State, c.Why, c.Note = Excused, in.Kind, strings.TrimSpace(away[c.Person][at].Note+" "+in.Note)
		next, err := s.substitute(ctx, tx, c)
		detail := callDetail{Call: c.ID, Person: c.Person, Why: c.Why, Note: c.Note}
		if next != nil {
			detail.Next, detail.Secret = next.Person, next.commit()
		}
		return detail, err
	})
}

// substitute calls the next of the group in somebody's place; nil when the group is
// used up.
func (s *Service) substitute(ctx context.Context, tx *store.Tx, c *Call) (*Call, error) {
	if err := updateCall(ctx, tx, c); err != nil { // the office is free again
		return nil, err
	}
	r, err := round(ctx, tx, c.Round)
	if err != nil {
		return nil, err
	}
	raw, err := roundFile(ctx, tx, c.Round)
	if err != nil {
		return nil, err
	}
	f, err := lot.Parse(raw)
	if err != nil {
		return nil, err
	}
	p, err := newPicking(ctx, tx, &r, f)
	if err != nil {
		return nil, err
	}
	made, err := s.next(ctx, tx, p, c.Group, c.ID)
	if err != nil || len(made) == 0 || made[len(made)-1].State == Passed {
		return nil, err
	}
	return &made[len(made)-1], nil
}

// Miss notes that somebody did not come and gave no ground. It is no verdict: it
// goes to whoever answers for discipline.
func (s *Service) Miss(ctx context.Context, who actor.Actor, id, note string) (Call, ledger.Receipt, error) {
	note = strings.TrimSpace(note)
	return s.change(ctx, who, ActPanel, id, "merit.callup.missed", func(_ context.Context, tx *store.Tx, c *Call) (any, error) {
		if c.State != Called && c.State != Acknowledged {
			return nil, wrongState(c)
		}
		if s.now().Before(c.Due.Add(time.Hour)) {
			return nil, fault.New(fault.Conflict, "callup.miss.early", when(c.Due.Add(time.Hour)))
		}
		if note == "" || len(note) > maxText {
			return nil, fault.Fields{{Name: "note", Key: "callup.check.empty"}}.Err()
		}
		c.State, c.Note = Absent, note
		return callDetail{Call: c.ID, Person: c.Person, Note: note}, nil
	})
}
