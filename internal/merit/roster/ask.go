package roster

import (
	"context"
	"errors"
	"strings"
	"time"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/store"
)

// The states of what was asked.
const (
	AskOpen    = "open"
	AskDone    = "done"
	AskRefused = "refused"
)

// Asked is a correction that somebody asks for about themselves.
type Asked struct {
	ID      string    `json:"id"`
	Person  string    `json:"person"`
	Name    string    `json:"name"`
	Kind    Kind      `json:"kind"`
	Fact    string    `json:"fact"` // id; "" when something is missing
	From    day.Day   `json:"from"`
	Seen    int64     `json:"seen"`
	Field   string    `json:"field"`
	Held    string    `json:"held"`
	Wanted  string    `json:"wanted"`
	Note    string    `json:"note"`
	At      time.Time `json:"at"`
	Due     time.Time `json:"due"`
	State   string    `json:"state"`
	Decided time.Time `json:"decided,omitzero"`
	By      string    `json:"by,omitempty"`
	Answer  string    `json:"answer,omitempty"`
	Seq     int64     `json:"seq,omitempty"` // of the change that did it
	Late    bool      `json:"late"`
}

// AskInput asks for a correction. The fact and its field are those of the
// asker's own page; a Fact of "" says that something is missing.
type AskInput struct {
	Kind   Kind
	Fact   string
	From   day.Day
	Field  string
	Wanted string
	Note   string
}

// askHours is how long the office has when nobody set a clock (UU 27/2022 Pasal 30).
const askHours = 72 * time.Hour

// maxOpen is how many things one person may have open.
const maxOpen = 20

type askedDetail struct {
	Asked  string `json:"asked"`
	Person string `json:"person"`
	Kind   Kind   `json:"kind"`
	Field  string `json:"field"`
	Due    string `json:"due"`
}

// Ask asks for a correction of one's own data.
func (s *Service) Ask(ctx context.Context, who actor.Actor, in AskInput) (Asked, ledger.Receipt, error) {
	if who.Person == "" {
		return Asked{}, ledger.Receipt{}, fault.New(fault.Denied, "roster.ask.nobody")
	}
	if err := s.allow(who, "roster.correction.ask", own(who)); err != nil {
		return Asked{}, ledger.Receipt{}, err
	}
	in.Wanted, in.Note = strings.TrimSpace(in.Wanted), strings.TrimSpace(in.Note)
	var c checker
	c.one("kind", string(in.Kind), kindNames()[2:], false)
	c.one("field", in.Field, append(in.Kind.content(), "from", "until"), in.Fact == "")
	c.text("wanted", in.Wanted, maxName, true)
	c.text("note", in.Note, MaxReason, false)
	if err := c.Fields.Err(); err != nil {
		return Asked{}, ledger.Receipt{}, err
	}
	m, err := s.minter(s.Now())
	if err != nil {
		return Asked{}, ledger.Receipt{}, err
	}
	a := Asked{ID: m.id(), Person: who.Person, Kind: in.Kind, Fact: in.Fact, From: in.From, Field: in.Field, Wanted: in.Wanted, Note: in.Note, State: AskOpen}
	receipt, err := s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		n, err := openAsks(ctx, tx, who.Person)
		if err != nil {
			return ledger.Entry{}, err
		}
		if n >= maxOpen {
			return ledger.Entry{}, fault.New(fault.Busy, "roster.ask.many", n)
		}
		if in.Fact != "" {
			rows, err := rowsOf(ctx, tx, CorrectInput{Kind: in.Kind, Person: who.Person, ID: in.Fact})
			if err != nil {
				return ledger.Entry{}, err
			}
			hit := pickRow(rows, in.From)
			if hit == nil || hit.owner() != who.Person {
				return ledger.Entry{}, fault.New(fault.NotFound, "roster.correct.gone")
			}
			a.Seen, a.Held, a.From = hit.seq, hit.get(in.Field), hit.from
		}
		a.At, a.Due = tx.Now, tx.Now.Add(askHours)
		if s.Due != nil {
			a.Due = s.Due(tx.Now)
		}
		if err := insertAsked(ctx, tx, a, who.ID); err != nil {
			return ledger.Entry{}, err
		}
		return ledger.Entry{Kind: "merit.roster.asked", Subject: "person:" + who.Person,
			Detail: askedDetail{a.ID, who.Person, a.Kind, a.Field, a.Due.UTC().Format(time.RFC3339)}}, nil
	})
	return a, receipt, err
}

// pickRow is the row that begins on a day, or the last one.
func pickRow(rows []fact, from day.Day) *fact {
	for i := range rows {
		if rows[i].from == from {
			return &rows[i]
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return &rows[len(rows)-1]
}

// get is a field as text.
func (f *fact) get(field string) string {
	switch field {
	case "from":
		return f.from.String()
	case "until":
		return f.until.String()
	}
	for i, name := range f.kind.content() {
		if name == field {
			return valueText(f.vals[i])
		}
	}
	return ""
}

// DecideInput answers what was asked.
type DecideInput struct {
	ID     string
	Accept bool
	// Answer is what the person reads; needed for a refusal.
	Answer string
	// Noted accepts without changing the fact here: it was changed by another
	// way, for example added by a decree.
	Noted bool
}

type decidedDetail struct {
	Asked    string           `json:"asked"`
	Person   string           `json:"person"`
	Accepted bool             `json:"accepted"`
	Answer   string           `json:"answer,omitempty"`
	Late     bool             `json:"late,omitempty"`
	Change   *correctedDetail `json:"change,omitempty"`
}

// Decide answers a correction that was asked for; accepted, it changes the
// fact in the same write. Faults: those of Correct; Conflict when it was
// answered already.
func (s *Service) Decide(ctx context.Context, who actor.Actor, in DecideInput) (Asked, ledger.Receipt, error) {
	in.Answer = strings.TrimSpace(in.Answer)
	var c checker
	c.text("answer", in.Answer, MaxReason, !in.Accept)
	if err := c.Fields.Err(); err != nil {
		return Asked{}, ledger.Receipt{}, err
	}
	var a Asked
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if a, err = askedByID(ctx, tx, in.ID); err != nil {
			return err
		}
		r, err := s.resource(ctx, tx, a.Person, s.today())
		if err != nil {
			return err
		}
		r.Type, r.ID = "correction", a.ID
		err = s.allow(who, "roster.correction.decide", r)
		if errors.Is(err, fault.NotFound) {
			return fault.New(fault.NotFound, "roster.ask.unknown", clip(in.ID))
		}
		return err
	})
	if err != nil {
		return Asked{}, ledger.Receipt{}, err
	}
	if who.Person != "" && who.Person == a.Person {
		return Asked{}, ledger.Receipt{}, fault.New(fault.Denied, "roster.ask.own")
	}
	receipt, err := s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		a, err = askedByID(ctx, tx, in.ID)
		if err != nil {
			return ledger.Entry{}, err
		}
		if a.State != AskOpen {
			return ledger.Entry{}, fault.New(fault.Conflict, "roster.ask.answered", clip(a.Answer))
		}
		d := decidedDetail{Asked: a.ID, Person: a.Person, Accepted: in.Accept, Answer: in.Answer, Late: tx.Now.After(a.Due)}
		a.State, a.Decided, a.By, a.Answer, a.Late = AskRefused, tx.Now, who.ID, in.Answer, d.Late
		if in.Accept {
			a.State = AskDone
			if a.Fact != "" && !in.Noted {
				change, err := s.correct(ctx, tx, who, CorrectInput{
					Kind: a.Kind, Person: a.Person, ID: a.Fact, From: a.From, Seen: a.Seen,
					Fields: map[string]string{a.Field: a.Wanted}, Reason: askReason(a), Source: "",
				}, "")
				if err != nil {
					return ledger.Entry{}, err
				}
				change.Asked = a.ID
				d.Change, a.Seq = &change, change.Seq
			}
		}
		if err := updateAsked(ctx, tx, a); err != nil {
			return ledger.Entry{}, err
		}
		return ledger.Entry{Kind: "merit.roster.decided", Subject: "person:" + a.Person, Detail: d}, nil
	})
	return a, receipt, err
}

// askReason is the reason of a change that somebody asked for: their own words.
func askReason(a Asked) string {
	if a.Note != "" {
		return a.Note
	}
	return a.Wanted
}

// Open lists what waits for an answer and may be answered by who, the most
// urgent first.
func (s *Service) Open(ctx context.Context, who actor.Actor, n int) ([]Asked, error) {
	var out []Asked
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		all, err := openList(ctx, tx, 1000)
		if err != nil {
			return err
		}
		for _, a := range all {
			r, err := s.resource(ctx, tx, a.Person, s.today())
			if err != nil {
				return err
			}
			r.Type, r.ID = "correction", a.ID
			if s.allow(who, "roster.correction.decide", r) == nil && a.Person != who.Person {
				a.Late = tx.Now.After(a.Due)
				out = append(out, a)
			}
			if len(out) == n {
				break
			}
		}
		return nil
	})
	return out, err
}

// own is who asks, as a person of the roster.
func own(who actor.Actor) Resource {
	return Resource{Type: "person", ID: who.Person, Attrs: map[string]any{"person": who.Person}}
}

func (s *Service) today() day.Day { return day.At(s.Now()) }
