package roster

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"netral/internal/fault"
	"netral/internal/store"
)

// writing is one change while it is written.
type writing struct {
	seq    int64
	fresh  bool            // nothing is known: look nothing up
	people map[string]bool // who have a new row of their own
	moved  map[string]bool // whose tenures changed
}

// put writes facts of one kind.
func (w *writing) put(ctx context.Context, tx *store.Tx, k Kind, list []fact, n *Counts) error {
	if len(list) == 0 {
		return nil
	}
	old := map[string][]fact{}
	if !w.fresh {
		var err error
		if old, err = w.before(ctx, tx, k, list); err != nil {
			return err
		}
	}
	add := make([]fact, 0, len(list))
	var drop []fact
	for i := range list {
		f := &list[i]
		was := old[f.person+"/"+f.id]
		if len(was) == 0 {
			n.New++
			f.seq, f.src = w.seq, w.seq
			add = append(add, *f)
			w.note(f)
			continue
		}
		now, took := lay(was, *f, w.seq)
		if took == nil {
			n.Unchanged++
			continue
		}
		if len(took) > 0 {
			n.Changed++
		} else {
			n.New++
		}
		w.note(f)
		for j := range took {
			// A piece that this same change put there was never written.
			if took[j].seq != w.seq {
				drop = append(drop, took[j])
			}
		}
		old[f.person+"/"+f.id] = now
	}
	// What stands at the end of the known ones and was not written yet.
	for _, rows := range old {
		for i := range rows {
			if rows[i].seq == w.seq {
				add = append(add, rows[i])
			}
		}
	}
	for i := range drop {
		if err := retire(ctx, tx, &drop[i], w.seq); err != nil {
			return err
		}
	}
	return insertFacts(ctx, tx, k, add)
}

// before reads what stands about the ids of the list.
func (w *writing) before(ctx context.Context, tx *store.Tx, k Kind, list []fact) (map[string][]fact, error) {
	column, keys := "id", map[string]bool{}
	if !k.versioned() {
		column = "person"
	}
	for i := range list {
		key := list[i].id
		if !k.versioned() {
			key = list[i].person
		}
		keys[key] = true
	}
	rows, err := standing(ctx, tx, k, column, slices.Sorted(maps.Keys(keys)))
	if err != nil {
		return nil, err
	}
	out := map[string][]fact{}
	for _, f := range rows {
		key := f.person + "/" + f.id
		out[key] = append(out[key], f)
	}
	return out, nil
}

// lay lays a new row over those that stand: what it covers goes, what sticks
// out on either side stays, cut shorter and with the source it had. took is
// what was taken back, and nil when the rows say what the new one says. The
// rows of one id that stand never overlap.
func lay(was []fact, f fact, seq int64) (now, took []fact) {
	if covered(was, &f) {
		return was, nil
	}
	f.seq, f.src, f.gone = seq, seq, 0
	took = []fact{}
	for _, o := range was {
		if f.kind.versioned() && !overlap(&o, &f) {
			now = append(now, o)
			continue
		}
		took = append(took, o)
		if !f.kind.versioned() {
			continue
		}
		if begins(o.from) < begins(f.from) {
			left := o
			left.until, left.seq = f.from, seq
			now = append(now, left)
		}
		if ends(f.until) < ends(o.until) {
			right := o
			right.from, right.seq = f.until, seq
			now = append(now, right)
		}
	}
	now = append(now, f)
	slices.SortFunc(now, func(a, b fact) int { return cmp.Compare(begins(a.from), begins(b.from)) })
	return now, took
}

// covered says whether the rows say on every day of f what f says.
func covered(was []fact, f *fact) bool {
	if !f.kind.versioned() {
		return len(was) == 1 && was[0].same(f) && was[0].from == f.from && was[0].until == f.until
	}
	rows := slices.Clone(was)
	slices.SortFunc(rows, func(a, b fact) int { return cmp.Compare(begins(a.from), begins(b.from)) })
	at := begins(f.from)
	for i := range rows {
		o := &rows[i]
		if ends(o.until) <= at {
			continue
		}
		if begins(o.from) > at || !o.same(f) {
			return false
		}
		if at = ends(o.until); at >= ends(f.until) {
			return true
		}
	}
	return false
}

// note remembers who must be read anew by the search index.
func (w *writing) note(f *fact) {
	if w.people == nil {
		w.people, w.moved = map[string]bool{}, map[string]bool{}
	}
	switch f.kind {
	case KindPerson:
		w.people[f.id] = true
	case KindTenure:
		w.moved[f.person] = true
	}
}

func (w *writing) touch(ctx context.Context, tx *store.Tx) error {
	var list []string
	for id := range w.moved {
		if !w.people[id] {
			list = append(list, id)
		}
	}
	slices.Sort(list)
	return insertTouched(ctx, tx, w.seq, list)
}

// sealAll seals the NIKs of a batch. A NIK that another person has is refused.
func (s *Service) sealAll(ctx context.Context, tx *store.Tx, b *Batch, seq int64) (sealed int, err error) {
	for i := range b.People {
		p := &b.People[i]
		if p.NIK == "" {
			continue
		}
		mark := s.Sealer.Index(p.NIK)
		owner, same, err := nikOwner(ctx, tx, p.ID, mark)
		if err != nil {
			return 0, err
		}
		if owner != "" {
			return 0, fault.Fields{{Name: "people[" + itoa(i) + "].nik", Key: "roster.nik.taken"}}.Err()
		}
		if same {
			continue
		}
		body, err := s.Sealer.Seal(ctx, tx, p.ID, p.NIK)
		if err != nil {
			return 0, err
		}
		if err := putNIK(ctx, tx, p.ID, seq, mark, body, doubtNIK(p.NIK, p.Born, p.Sex)); err != nil {
			return 0, err
		}
		sealed++
	}
	return sealed, nil
}
