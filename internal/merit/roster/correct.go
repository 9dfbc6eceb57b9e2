package roster

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/store"
)

// CorrectInput changes one fact, adds one, or takes one back.
type CorrectInput struct {
	Kind   Kind
	Person string  // whose fact, for kinds that belong to a person
	ID     string  // of the fact; "" adds one
	From   day.Day // first day of the row, for a unit, post or person
	Seen   int64   // number of the change that the officer saw; not that any more is a Conflict
	// Match is an If-Match (package token/version) for the version of the person:
	// a change goes on only when nothing about them has changed since. "" for
	// none.
	Match string
	// Fields are the new values by the name of the field; those that are left
	// out stay. "from" and "until" are days, "" leaves them open.
	Fields map[string]string
	// Keep says that the old row was right until the new one begins: a rise in
	// grade, not a mistake.
	Keep   bool
	Remove bool
	Reason string
	Source string // the decree or paper behind it
}

// Corrected is what a correction did.
type Corrected struct {
	Seq     int64
	ID      string
	Receipt ledger.Receipt
}

// correctedDetail is what the record says; values stay in the roster.
type correctedDetail struct {
	Seq    int64    `json:"seq"`
	Kind   Kind     `json:"kind"`
	Person string   `json:"person,omitempty"`
	ID     string   `json:"id"`
	Fields []string `json:"fields,omitempty"`
	Added  bool     `json:"added,omitempty"`
	Taken  bool     `json:"removed,omitempty"`
	Reason string   `json:"reason"`
	Source string   `json:"source,omitempty"`
	Asked  string   `json:"asked,omitempty"`
}

// Correct says a fact anew. What was said before is taken back and stays to be
// read, with the reason. Faults: Invalid with fields; NotFound; Denied;
// Stale when Match does not hold;
// Conflict with the key "roster.correct.stale", whose fields hold the present
// values, when somebody else was quicker.
func (s *Service) Correct(ctx context.Context, who actor.Actor, in CorrectInput) (Corrected, error) {
	if err := in.check(); err != nil {
		return Corrected{}, err
	}
	if err := s.mayCorrect(ctx, who, in); err != nil {
		return Corrected{}, err
	}
	var out Corrected
	m, err := s.minter(s.Now())
	if err != nil {
		return Corrected{}, err
	}
	fresh := m.id()
	out.Receipt, err = s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		d, err := s.correct(ctx, tx, who, in, fresh)
		if err != nil {
			return ledger.Entry{}, err
		}
		out.Seq, out.ID = d.Seq, d.ID
		return ledger.Entry{Kind: "merit.roster.corrected", Subject: changeSubject(d.Seq), Detail: d}, nil
	})
	if err != nil {
		return Corrected{}, err
	}
	return out, nil
}

func (in *CorrectInput) check() error {
	var c checker
	c.one("kind", string(in.Kind), kindNames(), false)
	c.text("reason", in.Reason, MaxReason, true)
	c.text("source", in.Source, maxName, false)
	names := append(in.Kind.content(), "from", "until")
	for name := range in.Fields {
		c.Add(slices.Contains(names, name), name, "roster.correct.field", clip(name), names)
	}
	c.Add(in.Remove || len(in.Fields) > 0, "fields", "roster.correct.nothing")
	c.Add(!in.Remove || in.Kind != KindUnit && in.ID != "", "remove", "roster.correct.remove")
	return c.Fields.Err()
}

func kindNames() []string {
	var out []string
	for _, k := range Kinds() {
		out = append(out, string(k))
	}
	return out
}

// mayCorrect asks for leave: about the person, or about the unit; where
// something moves to another unit, about that one, too.
func (s *Service) mayCorrect(ctx context.Context, who actor.Actor, in CorrectInput) error {
	return s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		today := s.today()
		t, err := s.tree(ctx, tx, today)
		if err != nil {
			return err
		}
		if in.Kind == KindUnit || in.Kind == KindPost {
			units, err := touchedUnits(ctx, tx, t, in)
			if err != nil {
				return err
			}
			for _, u := range units {
				if err := s.allow(who, "roster.unit.correct", t.unitResource("unit", u)); err != nil {
					return err
				}
			}
			return nil
		}
		person := in.Person
		if in.Kind == KindPerson {
			person = in.ID
		}
		if person == "" {
			return s.allow(who, "roster.person.add", Resource{Type: "people"})
		}
		r, err := s.resource(ctx, tx, person, today)
		if err != nil {
			return err
		}
		return s.hidden(s.allow(who, "roster.person.correct", r), person)
	})
}

// touchedUnits are the units that a change of a unit or post is about.
func touchedUnits(ctx context.Context, tx *store.Tx, t *tree, in CorrectInput) ([]string, error) {
	to, named := in.Fields["parent"]
	now := in.ID
	if in.Kind == KindPost {
		to, named = in.Fields["unit"]
		now = ""
		if in.ID != "" {
			posts, err := postRows(ctx, tx, "id", []string{in.ID})
			if err != nil {
				return nil, err
			}
			now = version(posts[in.ID], t.on).Unit
		}
	}
	var out []string
	if now != "" {
		out = append(out, now)
	}
	if named && to != now || len(out) == 0 {
		out = append(out, to)
	}
	return out, nil
}

// correct is Correct inside the transaction.
func (s *Service) correct(ctx context.Context, tx *store.Tx, who actor.Actor, in CorrectInput, fresh string) (correctedDetail, error) {
	d := correctedDetail{Kind: in.Kind, Person: in.Person, ID: in.ID, Reason: strings.TrimSpace(in.Reason), Source: in.Source, Taken: in.Remove}
	for name := range in.Fields {
		d.Fields = append(d.Fields, name)
	}
	slices.Sort(d.Fields)
	if err := in.matches(ctx, tx); err != nil {
		return d, err
	}
	var was []fact
	old := blank(in.Kind)
	old.person, old.id = in.Person, in.ID
	if in.ID != "" {
		rows, err := rowsOf(ctx, tx, in)
		if err != nil {
			return d, err
		}
		was = rows
		hit, err := in.find(rows)
		if err != nil {
			return d, err
		}
		old = *hit
	} else {
		d.Added = true
	}
	next := old
	next.vals = slices.Clone(old.vals)
	if err := next.set(in.Fields); err != nil {
		return d, err
	}
	if in.ID == "" {
		next.id = next.keyed(fresh)
		d.ID = next.id
		rows, err := rowsOf(ctx, tx, CorrectInput{Kind: in.Kind, Person: in.Person, ID: next.id})
		if err != nil {
			return d, err
		}
		if len(rows) > 0 {
			return d, fault.New(fault.Conflict, "roster.correct.known")
		}
	}
	if in.Remove {
		next = fact{}
	} else if err := next.check(); err != nil {
		return d, err
	}
	seq, err := lastSeq(ctx, tx)
	if err != nil {
		return d, err
	}
	d.Seq = seq + 1
	if err := replace(ctx, tx, was, old, next, in, d.Seq); err != nil {
		return d, err
	}
	if in.Kind == KindUnit {
		if err := noCycle(ctx, tx, []fact{next}); err != nil {
			return d, err
		}
	}
	if !in.Remove {
		if lost, err := (&plan{facts: map[Kind][]fact{in.Kind: {next}}}).missing(ctx, tx); err != nil {
			return d, err
		} else if len(lost) > 0 {
			lost[0].Name = lost[0].Name[strings.LastIndexByte(lost[0].Name, '.')+1:]
			return d, fault.Fields(lost[:1]).Err()
		}
	}
	if touched := old.owner(); touched != "" {
		if err := insertTouched(ctx, tx, d.Seq, []string{touched}); err != nil {
			return d, err
		}
	}
	src := Source{Kind: "correction", Name: in.Source, Reason: d.Reason}
	return d, insertChange(ctx, tx, Change{Seq: d.Seq, At: tx.Now, Actor: who.ID, Source: src, Facts: 1})
}

// replace takes old back and lays next over what stands.
func replace(ctx context.Context, tx *store.Tx, was []fact, old, next fact, in CorrectInput, seq int64) error {
	var drop, add []fact
	if in.ID != "" && (in.Remove || !in.Keep) {
		drop = append(drop, old)
		was = slices.DeleteFunc(slices.Clone(was), func(f fact) bool { return f.seq == old.seq && f.from == old.from })
	}
	if !in.Remove {
		now, took := lay(was, next, seq)
		if took == nil {
			return fault.New(fault.Conflict, "roster.correct.same")
		}
		drop = append(drop, took...)
		for i := range now {
			if now[i].seq == seq {
				add = append(add, now[i])
			}
		}
	}
	if !in.Remove && len(drop) == 1 && len(add) == 1 && drop[0].same(&add[0]) && drop[0].from == add[0].from && drop[0].until == add[0].until {
		return fault.New(fault.Conflict, "roster.correct.same")
	}
	for i := range drop {
		if err := retire(ctx, tx, &drop[i], seq); err != nil {
			return err
		}
	}
	return insertFacts(ctx, tx, in.Kind, add)
}

// rowsOf reads what stands of the fact.
func rowsOf(ctx context.Context, tx *store.Tx, in CorrectInput) ([]fact, error) {
	if in.Kind.versioned() {
		return facts(ctx, tx, in.Kind, `id = $1 AND gone = 0 ORDER BY from_day`, in.ID)
	}
	return facts(ctx, tx, in.Kind, `person = $1 AND id = $2 AND gone = 0`, in.Person, in.ID)
}

// find is the row that the officer saw. When it is another by now, the fault
// holds the present values.
func (in *CorrectInput) find(rows []fact) (*fact, error) {
	if len(rows) == 0 {
		return nil, fault.New(fault.NotFound, "roster.correct.gone")
	}
	hit := &rows[len(rows)-1]
	exact := !in.Kind.versioned()
	for i := range rows {
		if in.Kind.versioned() && rows[i].from == in.From {
			hit, exact = &rows[i], true
		}
	}
	// A Match that holds says more than Seen: nothing about the person moved.
	if exact && (hit.seq == in.Seen || in.Match != "" && in.Match != "*" && in.Seen == 0) {
		return hit, nil
	}
	stale := &fault.Error{Kind: fault.Conflict, Key: "roster.correct.stale"}
	for _, e := range hit.entries() {
		stale.Fields = append(stale.Fields, fault.Field{Name: e.Field, Key: "roster.correct.now", Args: []any{e.Value}})
	}
	stale.Fields = append(stale.Fields, fault.Field{Name: "seen", Key: "roster.correct.version", Args: []any{strconv.FormatInt(in.Seen, 10), strconv.FormatInt(hit.seq, 10)}})
	return nil, stale
}
