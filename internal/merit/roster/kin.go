package roster

import (
	"context"
	"slices"

	"netral/internal/day"
	"netral/internal/store"
)

// Related says whether two people of the roster are relatives on a day, as far
// as the roster knows. It is for those who decide about somebody elsewhere, and
// asks nobody for leave: it tells no more than that.
func Related(ctx context.Context, tx *store.Tx, a, b string, on day.Day) (bool, error) {
	if a == "" || b == "" || a == b {
		return false, nil
	}
	kin, err := relatives(ctx, tx, a, on)
	for _, k := range kin {
		if k.Person == b && holds(k.Relation.From, k.Relation.Until, on) {
			return true, err
		}
	}
	return false, err
}

// Kinsman is a relative of somebody, found over what people have declared.
type Kinsman struct {
	Person string
	Degree int // 0 when a relation was declared that has none
	Affine bool
	Path   []KinStep // from the one who was asked about to Person
}

// KinStep is one declared relation on the way.
type KinStep struct {
	Kind   string // what Person is to the one before; one of RelationKinds
	Person string
	Sex    Sex   // of Person; "" when not known
	Older  *bool // than the one before; nil when not known
}

// MaxDegree and MaxAffine are how far relatives count: to the third degree, and
// those of a spouse, or who married one, to the second. The law (UU 30/2014 art.
// 43) says relatives and names no degree; these are policy (INF-L), as in
// rules/id-jabatan/measure.yaml.
const (
	MaxDegree = 3
	MaxAffine = 2
)

// KinsOf lists the relatives of somebody on a day, as far as the roster knows:
// declared ones and those that follow from them, the nearest first.
func KinsOf(ctx context.Context, tx *store.Tx, person string, on day.Day) ([]Kinsman, error) {
	if person == "" {
		return nil, nil
	}
	out, err := kinsmen(person, func(ids []string) (map[string][]KinStep, error) { return declared(ctx, tx, ids, on) })
	if err != nil || len(out) == 0 {
		return nil, err
	}
	ids := []string{person}
	for _, k := range out {
		for _, s := range k.Path {
			ids = append(ids, s.Person)
		}
	}
	slices.Sort(ids)
	who, err := peopleOn(ctx, tx, slices.Compact(ids), on)
	if err != nil {
		return nil, err
	}
	for i := range out {
		before := person
		for j := range out[i].Path {
			s := &out[i].Path[j]
			if p := who[s.Person]; p != nil {
				s.Sex = p.Sex
				if b := who[before]; b != nil && b.Born != day.None && p.Born != day.None && b.Born != p.Born {
					older := p.Born < b.Born
					s.Older = &older
				}
			}
			before = s.Person
		}
	}
	return out, nil
}

// declared reads the relations of people that hold on a day, from either side.
func declared(ctx context.Context, tx *store.Tx, ids []string, on day.Day) (map[string][]KinStep, error) {
	out := map[string][]KinStep{}
	for _, column := range []string{"person", "other"} {
		rows, err := standing(ctx, tx, KindRelation, column, ids)
		if err != nil {
			return nil, err
		}
		for i := range rows {
			r := rows[i].relation()
			if !holds(r.From, r.Until, on) || r.Person == r.Other {
				continue
			}
			if column == "person" {
				out[r.Person] = append(out[r.Person], KinStep{Kind: r.Kind, Person: r.Other})
			} else {
				out[r.Other] = append(out[r.Other], KinStep{Kind: reverse(r.Kind), Person: r.Person})
			}
		}
	}
	for id := range out {
		slices.SortFunc(out[id], func(a, b KinStep) int { return compareSteps(a, b) })
	}
	return out, nil
}
