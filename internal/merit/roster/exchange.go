package roster

import (
	"context"
	"database/sql"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/store"
)

// What imports need to know before they write. These questions ask nobody for
// leave: whoever may import may see whether a key is known.

// Known finds which of the ids of units, posts or people exist.
func (s *Service) Known(ctx context.Context, k Kind, ids []string) (found map[string]bool, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	err = s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		found, err = known(ctx, tx, k, ids)
		return err
	})
	return found, err
}

// Standing is what stands about the ids of one kind: of units, posts and people
// by their own ids, of other kinds by those of the people.
type Standing struct {
	Units   map[string][]Unit
	Posts   map[string][]Post
	People  map[string][]Person
	Tenures map[string][]Tenure
	// IDs are the ids of all other facts that stand.
	IDs map[string]bool
}

// Stands reads what stands.
func (s *Service) Stands(ctx context.Context, k Kind, ids []string) (Standing, error) {
	out := Standing{Units: map[string][]Unit{}, Posts: map[string][]Post{}, People: map[string][]Person{}, Tenures: map[string][]Tenure{}, IDs: map[string]bool{}}
	if len(ids) == 0 {
		return out, nil
	}
	column := "id"
	if !k.versioned() {
		column = "person"
	}
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		rows, err := standing(ctx, tx, k, column, ids)
		for i := range rows {
			f := &rows[i]
			out.IDs[f.id] = true
			switch k {
			case KindUnit:
				out.Units[f.id] = append(out.Units[f.id], f.unit())
			case KindPost:
				out.Posts[f.id] = append(out.Posts[f.id], f.post())
			case KindPerson:
				out.People[f.id] = append(out.People[f.id], f.personRow())
			case KindTenure:
				out.Tenures[f.person] = append(out.Tenures[f.person], f.tenure())
			}
		}
		return err
	})
	return out, err
}

// State is the number of the last change, and whether anything of a kind was ever
// said.
func (s *Service) State(ctx context.Context, k Kind) (seq int64, any bool, err error) {
	err = s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if seq, err = lastSeq(ctx, tx); err != nil {
			return err
		}
		return tx.Each(ctx, func(*sql.Rows) error { any = true; return nil }, `SELECT 1 FROM `+k.table()+` LIMIT 1`)
	})
	return seq, any, err
}

// Parents is the unit above each unit on a day.
func (s *Service) Parents(ctx context.Context, on day.Day) (map[string]string, error) {
	out := map[string]string{}
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		t, err := s.tree(ctx, tx, on)
		if err != nil {
			return err
		}
		for id, u := range t.units {
			out[id] = u.Parent
		}
		return nil
	})
	return out, err
}

// EachNRK calls yield for each NRK that stands and its person. NRKs have six
// digits, so there are at most a million; they have no index, since only people
// without a NIP are known by them.
func (s *Service) EachNRK(ctx context.Context, yield func(nrk, person string)) error {
	return s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		return tx.Each(ctx, func(rows *sql.Rows) error {
			var nrk, id string
			err := rows.Scan(&nrk, &id)
			yield(nrk, id)
			return err
		}, `SELECT nrk, id FROM merit_roster_person WHERE gone = 0 AND nrk <> ''`)
	})
}

// IDs gives the rows of a batch the ids that Bulk would give them.
func (b *Batch) IDs(s *Service) error {
	m, err := s.minter(s.Now())
	if err == nil {
		b.fillIDs(m)
	}
	return err
}

// Preview says what Bulk would do with a batch whose rows are in order and have
// ids, and writes nothing.
func (s *Service) Preview(ctx context.Context, b Batch) (Counts, error) {
	p := newPlan(&b)
	n := b.counts()
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, k := range Kinds() {
			list := p.facts[k]
			if len(list) == 0 {
				continue
			}
			w := writing{seq: 1<<62 - 1}
			old, err := w.before(ctx, tx, k, list)
			if err != nil {
				return err
			}
			for i := range list {
				f := &list[i]
				key := f.person + "/" + f.id
				now, took := lay(old[key], *f, w.seq)
				switch {
				case took == nil:
					n.Unchanged++
				case len(took) > 0:
					n.Changed++
				default:
					n.New++
				}
				old[key] = now
			}
		}
		return nil
	})
	return n, err
}

// BulkWith is Bulk with something that is written in the same transaction, for
// instance how far an import is. It is called only when something changes.
func (s *Service) BulkWith(ctx context.Context, who actor.Actor, b Batch, src Source, also func(context.Context, *store.Tx, Counts) error) (Counts, error) {
	return s.bulk(ctx, who, b, src, also)
}
