package roster

import (
	"context"
	"encoding/hex"
	"errors"
	"strconv"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/store"
)

// maxProblems is how many problems of a batch are told at once.
const maxProblems = 50

// allow asks Allow, and refuses when there is nobody to ask.
func (s *Service) allow(who actor.Actor, action string, r Resource) error {
	if s.Allow == nil {
		return fault.New(fault.Denied, "roster.denied")
	}
	return s.Allow(who, action, r)
}

// name is the kind in messages.
func (k Kind) name() string { return string(k) }

// errSame ends a write that would change nothing.
var errSame = errors.New("roster: nothing changed")

// Bulk writes a batch as one change with one ledger entry: all of it or nothing.
//
// A row of a unit, post or person says what is true on its days: what was said
// about those days before is taken back, and what was said about other days
// stays. A row with the ID of a known tenure, rating, … takes its place. A row
// that says what is known is counted and changes nothing, so the same batch can
// be given twice. People without an ID are known by their NIP. IDs that are
// missing are made and written into the batch.
//
// Faults: Invalid with a field "people[12].nip" for each of the first problems;
// Denied; Conflict when Source.Fresh was promised and does not hold.
func (s *Service) Bulk(ctx context.Context, who actor.Actor, b Batch, src Source) (Counts, error) {
	return s.bulk(ctx, who, b, src, nil)
}

func (s *Service) bulk(ctx context.Context, who actor.Actor, b Batch, src Source, also func(context.Context, *store.Tx, Counts) error) (Counts, error) {
	r, err := s.Ready(ctx, who, b, src)
	if err != nil {
		return Counts{}, err
	}
	return r.Write(ctx, also)
}

// Ready is a batch of which all is done that needs no transaction.
type Ready struct {
	Batch Batch // with all ids

	s   *Service
	who actor.Actor
	src Source
	p   *plan
	out Counts
}

// Ready prepares a batch, so that it can be written later; meanwhile another one
// may be written. It has the faults of Bulk that can be seen before writing.
func (s *Service) Ready(ctx context.Context, who actor.Actor, b Batch, src Source) (*Ready, error) {
	if err := s.allow(who, "roster.import", Resource{Type: "roster"}); err != nil {
		return nil, err
	}
	if err := src.Check().Err(); err != nil {
		return nil, err
	}
	if err := s.fillNumbers(ctx, &b, src); err != nil {
		return nil, err
	}
	m, err := s.minter(s.Now())
	if err != nil {
		return nil, err
	}
	b.fillIDs(m)
	if err := b.check(s.Sealer != nil, src.Checked); err != nil {
		return nil, err
	}
	r := &Ready{Batch: b, s: s, who: who, src: src, p: newPlan(&b), out: b.counts()}
	r.out.Sum = hex.EncodeToString(r.p.sum())
	r.p.twice = r.p.doubles()
	return r, nil
}

// Write writes the batch as BulkWith does. When it failed it may be written
// again.
func (r *Ready) Write(ctx context.Context, also func(context.Context, *store.Tx, Counts) error) (Counts, error) {
	s, out := r.s, r.out
	receipt, err := s.Book.Write(ctx, r.who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		n, err := r.p.write(ctx, tx, s, r.who, r.src, out.Sum)
		if err != nil {
			return ledger.Entry{}, err
		}
		out.New, out.Changed, out.Unchanged, out.Seq = n.New, n.Changed, n.Unchanged, n.Seq
		if also != nil {
			if err := also(ctx, tx, out); err != nil {
				return ledger.Entry{}, err
			}
		}
		return ledger.Entry{Kind: "merit.roster.loaded", Subject: changeSubject(n.Seq), Detail: loadedDetail(r.src, out)}, nil
	})
	if errors.Is(err, errSame) {
		out.New, out.Changed, out.Unchanged, out.Index = 0, 0, r.Batch.Len(), -1
		return out, nil
	}
	if err != nil {
		return Counts{}, err
	}
	out.Index = receipt.Index
	return out, nil
}

// Loaded is what came from one source.
type Loaded struct {
	Name    string
	Changes int
	Last    string // reason of the last change
}

// Loaded counts the changes of each source of a kind, by its name, in the order
// in which they were first loaded. It is for whoever loads in several parts and
// was interrupted, and asks nobody for leave.
func (s *Service) Loaded(ctx context.Context, kind string) (out []Loaded, err error) {
	err = s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		out, err = loadedBy(ctx, tx, kind)
		return err
	})
	return out, err
}

func changeSubject(seq int64) string { return "roster-change:" + strconv.FormatInt(seq, 10) }

// loaded is what the record says about a batch.
type loaded struct {
	Seq     int64          `json:"seq"`
	Source  string         `json:"source"`
	Name    string         `json:"name,omitempty"`
	Reason  string         `json:"reason,omitempty"`
	Rows    map[string]int `json:"rows"`
	New     int            `json:"new"`
	Changed int            `json:"changed"`
	Same    int            `json:"unchanged"`
	SHA256  string         `json:"sha256"`
}

func loadedDetail(src Source, c Counts) loaded {
	d := loaded{Seq: c.Seq, Source: src.Kind, Name: src.Name, Reason: src.Reason, New: c.New, Changed: c.Changed, Same: c.Unchanged, SHA256: c.Sum, Rows: map[string]int{}}
	for k, n := range map[Kind]int{
		KindUnit: c.Units, KindPost: c.Posts, KindPerson: c.People, KindTenure: c.Tenures, KindRating: c.Ratings,
		KindTraining: c.Trainings, KindMark: c.Marks, KindLeave: c.Leaves, KindRelation: c.Relations,
	} {
		if n > 0 {
			d.Rows[string(k)] = n
		}
	}
	return d
}

func (b *Batch) counts() Counts {
	return Counts{
		Units: len(b.Units), Posts: len(b.Posts), People: len(b.People), Tenures: len(b.Tenures), Ratings: len(b.Ratings),
		Trainings: len(b.Trainings), Marks: len(b.Marks), Leaves: len(b.Leaves), Relations: len(b.Relations), Index: -1,
	}
}

// fillNumbers gives people without an id the id of their NIP.
func (s *Service) fillNumbers(ctx context.Context, b *Batch, src Source) error {
	if src.Fresh {
		return nil
	}
	var nips []string
	for i := range b.People {
		if p := &b.People[i]; p.ID == "" && p.NIP != "" {
			nips = append(nips, p.NIP)
		}
	}
	found, err := s.Numbers(ctx, nips)
	if err != nil {
		return err
	}
	for i := range b.People {
		if p := &b.People[i]; p.ID == "" {
			p.ID = found[p.NIP]
		}
	}
	return nil
}

// Numbers finds the ids of the people who have the NIPs; a NIP that nobody has
// is left out. It is for imports and asks nobody for leave.
func (s *Service) Numbers(ctx context.Context, nips []string) (map[string]string, error) {
	if len(nips) == 0 {
		return nil, nil
	}
	var found map[string]string
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		found, err = numbers(ctx, tx, nips)
		return err
	})
	return found, err
}

func (b *Batch) fillIDs(m *minter) {
	id := func(to *string) {
		if *to == "" {
			*to = m.id()
		}
	}
	key := func(to *string, parts ...string) {
		if *to == "" {
			*to = derived(parts...)
		}
	}
	for i := range b.Units {
		id(&b.Units[i].ID)
	}
	for i := range b.Posts {
		id(&b.Posts[i].ID)
	}
	same := map[string]string{} // several rows of one new person
	for i := range b.People {
		p := &b.People[i]
		if p.ID == "" && p.NIP != "" && same[p.NIP] != "" {
			p.ID = same[p.NIP]
		}
		id(&p.ID)
		if p.NIP != "" {
			same[p.NIP] = p.ID
		}
	}
	for i := range b.Tenures {
		t := &b.Tenures[i]
		key(&t.ID, "tenure", t.Person, t.Post, t.Kind, t.From.String())
	}
	for i := range b.Ratings {
		r := &b.Ratings[i]
		key(&r.ID, "rating", r.Person, strconv.Itoa(r.Year))
	}
	for i := range b.Trainings {
		t := &b.Trainings[i]
		key(&t.ID, "training", t.Person, t.Kind, t.Name, t.From.String())
	}
	for i := range b.Marks {
		k := &b.Marks[i]
		key(&k.ID, "mark", k.Person, k.Level, k.Decree, k.From.String())
	}
	for i := range b.Leaves {
		l := &b.Leaves[i]
		key(&l.ID, "leave", l.Person, l.Kind, l.From.String())
	}
	for i := range b.Relations {
		r := &b.Relations[i]
		key(&r.ID, "relation", r.Person, r.Other, r.Kind)
	}
}

// check is everything that can be seen without the database; what each row shows
// by itself only unless that was checked.
func (b *Batch) check(sealer, checked bool) error {
	var all fault.Fields
	row := func(list string, i int, found fault.Fields) {
		for _, f := range found {
			f.Name = list + "[" + strconv.Itoa(i) + "]." + f.Name
			all = append(all, f)
		}
	}
	for i := range b.People {
		if b.People[i].NIK != "" && !sealer {
			row("people", i, fault.Fields{{Name: "nik", Key: "roster.nik.unsealed"}})
		}
	}
	if checked {
		return fewer(all).Err()
	}
	for i := range b.Units {
		row("units", i, b.Units[i].Check())
	}
	for i := range b.Posts {
		row("posts", i, b.Posts[i].Check())
	}
	for i := range b.People {
		row("people", i, b.People[i].Check())
	}
	for i := range b.Tenures {
		row("tenures", i, b.Tenures[i].Check())
	}
	for i := range b.Ratings {
		row("ratings", i, b.Ratings[i].Check())
	}
	for i := range b.Trainings {
		row("trainings", i, b.Trainings[i].Check())
	}
	for i := range b.Marks {
		row("marks", i, b.Marks[i].Check())
	}
	for i := range b.Leaves {
		row("leaves", i, b.Leaves[i].Check())
	}
	for i := range b.Relations {
		row("relations", i, b.Relations[i].Check())
	}
	return fewer(all).Err()
}

func fewer(all fault.Fields) fault.Fields {
	if len(all) > maxProblems {
		return all[:maxProblems]
	}
	return all
}
