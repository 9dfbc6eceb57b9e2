package roster

import (
	"context"
	"crypto/sha256"
	"fmt"
	"hash"
	"maps"
	"slices"
	"strconv"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/store"
)

// plan is a batch as facts, by kind.
type plan struct {
	batch *Batch
	facts map[Kind][]fact
	twice fault.Fields // doubles
}

func newPlan(b *Batch) *plan {
	p := &plan{batch: b, facts: map[Kind][]fact{}}
	put := func(k Kind, n int, at func(i int) fact) {
		if n == 0 {
			return
		}
		list := make([]fact, n)
		for i := range list {
			list[i] = at(i)
		}
		p.facts[k] = list
	}
	put(KindUnit, len(b.Units), func(i int) fact { return unitFact(&b.Units[i]) })
	put(KindPost, len(b.Posts), func(i int) fact { return postFact(&b.Posts[i]) })
	put(KindPerson, len(b.People), func(i int) fact { return personFact(&b.People[i]) })
	put(KindTenure, len(b.Tenures), func(i int) fact { return tenureFact(&b.Tenures[i]) })
	put(KindRating, len(b.Ratings), func(i int) fact { return ratingFact(&b.Ratings[i]) })
	put(KindTraining, len(b.Trainings), func(i int) fact { return trainingFact(&b.Trainings[i]) })
	put(KindMark, len(b.Marks), func(i int) fact { return markFact(&b.Marks[i]) })
	put(KindLeave, len(b.Leaves), func(i int) fact { return leaveFact(&b.Leaves[i]) })
	put(KindRelation, len(b.Relations), func(i int) fact { return relationFact(&b.Relations[i]) })
	return p
}

// sum is SHA-256 over the rows in their order, each value with its length in
// front. NIKs are left out: what was hashed could be guessed.
func (p *plan) sum() []byte {
	h := sha256.New()
	var buf []byte
	for _, k := range Kinds() {
		for i := range p.facts[k] {
			buf = p.facts[k][i].canon(buf[:0])
			write(h, buf)
		}
	}
	return h.Sum(nil)
}

func write(h hash.Hash, b []byte) { h.Write(b) } //nolint:errcheck // a hash never fails

// canon is a row in bytes that no other row has.
func (f *fact) canon(b []byte) []byte {
	put := func(s string) {
		b = strconv.AppendInt(b, int64(len(s)), 10)
		b = append(b, ':')
		b = append(b, s...)
	}
	put(string(f.kind))
	put(f.person)
	put(f.id)
	put(f.from.String())
	put(f.until.String())
	for _, v := range f.vals {
		switch v := v.(type) {
		case string:
			put(v)
		case int64:
			put(strconv.FormatInt(v, 10))
		case bool:
			put(strconv.FormatBool(v))
		}
	}
	return append(b, '\n')
}

// doubles lists rows that contradict an earlier row of the same id.
func (p *plan) doubles() fault.Fields {
	var out fault.Fields
	for _, k := range Kinds() {
		list := p.facts[k]
		seen := make(map[string][]int, len(list))
		for i := range list {
			id := list[i].person + "/" + list[i].id
			for _, j := range seen[id] {
				if !k.versioned() || overlap(&list[i], &list[j]) {
					out = append(out, fault.Field{Name: k.listName() + "[" + strconv.Itoa(i) + "].id", Key: "roster.bulk.double", Args: []any{list[i].id, strconv.Itoa(j)}})
					break
				}
			}
			seen[id] = append(seen[id], i)
		}
	}
	return out
}

func (k Kind) listName() string {
	switch k {
	case KindPerson:
		return "people"
	case KindLeave:
		return "leaves"
	}
	return string(k) + "s"
}

// missing lists references to what neither the batch nor the roster has.
func (p *plan) missing(ctx context.Context, tx *store.Tx) (fault.Fields, error) {
	type ref struct {
		list, field, id string
		i               int
	}
	want := map[Kind][]ref{}
	add := func(k Kind, id, list, field string, i int) {
		if id != "" {
			want[k] = append(want[k], ref{list, field, id, i})
		}
	}
	for i := range p.facts[KindUnit] {
		add(KindUnit, p.facts[KindUnit][i].vals[0].(string), "units", "parent", i)
	}
	for i := range p.facts[KindPost] {
		add(KindUnit, p.facts[KindPost][i].vals[0].(string), "posts", "unit", i)
	}
	for i := range p.facts[KindTenure] {
		add(KindPost, p.facts[KindTenure][i].vals[0].(string), "tenures", "post", i)
	}
	for i := range p.facts[KindRelation] {
		add(KindPerson, p.facts[KindRelation][i].vals[0].(string), "relations", "other", i)
	}
	for _, k := range []Kind{KindTenure, KindRating, KindTraining, KindMark, KindLeave, KindRelation} {
		for i := range p.facts[k] {
			add(KindPerson, p.facts[k][i].person, k.listName(), "person", i)
		}
	}
	var out fault.Fields
	for _, k := range []Kind{KindUnit, KindPost, KindPerson} {
		have := make(map[string]bool, len(p.facts[k]))
		for i := range p.facts[k] {
			have[p.facts[k][i].id] = true
		}
		ask := map[string]bool{}
		for _, r := range want[k] {
			if !have[r.id] {
				ask[r.id] = true
			}
		}
		found, err := known(ctx, tx, k, slices.Sorted(maps.Keys(ask)))
		if err != nil {
			return nil, err
		}
		for _, r := range want[k] {
			if !have[r.id] && !found[r.id] {
				out = append(out, fault.Field{Name: r.list + "[" + strconv.Itoa(r.i) + "]." + r.field, Key: "roster.bulk.unknown", Args: []any{r.id}})
			}
		}
	}
	return out, nil
}

// write is what happens inside the transaction.
func (p *plan) write(ctx context.Context, tx *store.Tx, s *Service, who actor.Actor, src Source, sum string) (Counts, error) {
	if err := s.grown.refresh(ctx, tx, p.facts); err != nil {
		return Counts{}, err
	}
	var lost fault.Fields
	if !src.Seen {
		var err error
		if lost, err = p.missing(ctx, tx); err != nil {
			return Counts{}, err
		}
	}
	if err := fewer(slices.Concat(p.twice, lost)).Err(); err != nil {
		return Counts{}, err
	}
	if src.Postpone {
		if err := p.postpone(ctx, tx); err != nil {
			return Counts{}, err
		}
	}
	seq, err := lastSeq(ctx, tx)
	if err != nil {
		return Counts{}, err
	}
	seq++
	n := Counts{Seq: seq}
	w := writing{seq: seq, fresh: src.Fresh}
	for _, k := range Kinds() {
		if err := w.put(ctx, tx, k, p.facts[k], &n); err != nil {
			return Counts{}, fmt.Errorf("write %s: %w", k.listName(), err)
		}
	}
	niks, err := s.sealAll(ctx, tx, p.batch, seq)
	if err != nil {
		return Counts{}, err
	}
	if n.New+n.Changed+niks == 0 {
		return Counts{}, errSame
	}
	if len(p.facts[KindUnit]) > 0 {
		if err := noCycle(ctx, tx, p.facts[KindUnit]); err != nil {
			return Counts{}, err
		}
	}
	if err := w.touch(ctx, tx); err != nil {
		return Counts{}, err
	}
	if src.Last {
		if err := Complete(ctx, tx); err != nil {
			return Counts{}, err
		}
	}
	err = insertChange(ctx, tx, Change{Seq: seq, At: tx.Now, Actor: who.ID, Source: src, Facts: n.New + n.Changed, Sum: sum})
	return n, err
}

// noCycle refuses units that are above themselves on a day on which one of the
// rows begins: between those days nothing changes.
func noCycle(ctx context.Context, tx *store.Tx, rows []fact) error {
	all, err := facts(ctx, tx, KindUnit, `gone = 0`)
	if err != nil {
		return err
	}
	days := map[day.Day]bool{}
	for i := range rows {
		days[rows[i].from] = true
	}
	for _, on := range slices.Sorted(maps.Keys(days)) {
		parent := map[string]string{}
		for i := range all {
			if u := &all[i]; begins(u.from) <= int64(on) && int64(on) < ends(u.until) {
				parent[u.id] = u.vals[0].(string)
			}
		}
		done := map[string]bool{}
		for i := range rows {
			on := map[string]bool{}
			for id := rows[i].id; id != "" && !done[id]; id = parent[id] {
				if on[id] {
					return fault.Fields{{Name: "units[" + strconv.Itoa(i) + "].parent", Key: "roster.bulk.cycle", Args: []any{id}}}.Err()
				}
				on[id] = true
			}
			maps.Copy(done, on)
		}
	}
	return nil
}
