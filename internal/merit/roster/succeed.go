package roster

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"maps"
	"slices"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/store"
)

// What those who appoint people ask, and the one act in which tenures change.
// They ask nobody for leave: whoever appoints has been asked.

// Chair is a post on a day, with who holds it definitively.
type Chair struct {
	Post    Post
	Agency  string // name of the unit right below the top in which it is
	Holders []string
}

// Chairs reads posts on a day; one that does not exist on it is missing.
func (s *Service) Chairs(ctx context.Context, tx *store.Tx, ids []string, on day.Day) (map[string]Chair, error) {
	rows, err := postRows(ctx, tx, "id", ids)
	if err != nil {
		return nil, err
	}
	held, err := holders(ctx, tx, ids, on)
	if err != nil {
		return nil, err
	}
	t, err := s.tree(ctx, tx, on)
	if err != nil {
		return nil, err
	}
	out := make(map[string]Chair, len(ids))
	for _, id := range ids {
		p := version(rows[id], on)
		if len(rows[id]) == 0 || !holds(p.From, p.Until, on) {
			continue
		}
		c := Chair{Post: p}
		if path := t.path(p.Unit); len(path) > 0 {
			c.Agency = path[min(1, len(path)-1)].Name
		}
		for _, h := range held[id] {
			if h.Tenure.Kind == Definitive {
				c.Holders = append(c.Holders, h.Person)
			}
		}
		out[id] = c
	}
	return out, nil
}

// Sitter is a person on a day, with the definitive post that they hold.
type Sitter struct {
	Person Person
	Post   string // "" without one
}

// Sitters reads people on a day; who is not in the roster is missing.
func (s *Service) Sitters(ctx context.Context, tx *store.Tx, ids []string, on day.Day) (map[string]Sitter, error) {
	people, err := peopleOn(ctx, tx, ids, on)
	if err != nil {
		return nil, err
	}
	at, err := homes(ctx, tx, ids, on)
	if err != nil {
		return nil, err
	}
	out := make(map[string]Sitter, len(people))
	for id, p := range people {
		x := Sitter{Person: *p}
		if h := at[id]; h.now && h.kind == Definitive {
			x.Post = h.post
		}
		out[id] = x
	}
	return out, nil
}

// Identified gives the ids of people who were named by a NIP, an NRK or an id; who
// is not known is missing, as is an NRK that more than one person has.
func (s *Service) Identified(ctx context.Context, tx *store.Tx, given []string) (map[string]string, error) {
	var ids []string
	for _, g := range given {
		if idOK(g) {
			ids = append(ids, g)
		}
	}
	out, err := numbers(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	if out == nil {
		out = map[string]string{}
	}
	direct, err := known(ctx, tx, KindPerson, ids)
	for id, ok := range direct {
		if ok {
			out[id] = id
		}
	}
	if err != nil {
		return nil, err
	}
	return out, byNRK(ctx, tx, ids, out)
}

// byNRK finds those who were named by an NRK and are not in out yet. NRKs have no
// index: they are read once, and only when somebody was named by one.
func byNRK(ctx context.Context, tx *store.Tx, given []string, out map[string]string) error {
	asked := map[string]bool{}
	for _, g := range given {
		if out[g] == "" && len(g) == 6 && digits(g) {
			asked[g] = true
		}
	}
	if len(asked) == 0 {
		return nil
	}
	holders := map[string][]string{}
	err := tx.Each(ctx, func(rows *sql.Rows) error {
		var nrk, id string
		err := rows.Scan(&nrk, &id)
		if asked[nrk] && !slices.Contains(holders[nrk], id) {
			holders[nrk] = append(holders[nrk], id)
		}
		return err
	}, `SELECT nrk, id FROM merit_roster_person WHERE gone = 0 AND nrk <> ''`)
	for nrk, who := range holders {
		if len(who) == 1 {
			out[nrk] = who[0]
		}
	}
	return err
}

// Succession is somebody who takes a post.
type Succession struct {
	Person string
	Post   string
	From   string // the definitive post that they leave; "" for none
}

// Succeed changes tenures within a transaction whose ledger entry is written by
// who calls: definitive tenures of the posts that are left end on the day, as does
// what others held of the new posts as Plt; the new ones begin. Counts has no
// index. Fault: Conflict when somebody does not hold what they are to leave.
func (s *Service) Succeed(ctx context.Context, tx *store.Tx, who actor.Actor, list []Succession, decree string, signed, on day.Day) (Counts, error) {
	var b Batch
	people, posts := map[string]string{}, []string{}
	for _, x := range list {
		people[x.Person] = x.From
		posts = append(posts, x.Post)
		b.Tenures = append(b.Tenures, Tenure{Person: x.Person, Post: x.Post, Kind: Definitive, Decree: decree, DecreeDate: signed, From: on, Until: day.None})
	}
	rows, err := standing(ctx, tx, KindTenure, "person", slices.Sorted(maps.Keys(people)))
	if err != nil {
		return Counts{}, err
	}
	ended := map[string]bool{}
	for i := range rows {
		t := rows[i].tenure()
		if from := people[t.Person]; t.Kind == Definitive && holds(t.From, t.Until, on) {
			if t.Post != from || t.From == on {
				return Counts{}, fault.New(fault.Conflict, "roster.succeed.other", t.Person, t.Post, from)
			}
			t.Until = on
			ended[t.Person] = true
			b.Tenures = append(b.Tenures, t)
		}
	}
	for p, from := range people {
		if from != "" && !ended[p] {
			return Counts{}, fault.New(fault.Conflict, "roster.succeed.other", p, "", from)
		}
	}
	if rows, err = standing(ctx, tx, KindTenure, "post", posts); err != nil {
		return Counts{}, err
	}
	for i := range rows {
		if t := rows[i].tenure(); t.Kind == Plt && holds(t.From, t.Until, on) && t.From != on {
			t.Until = on
			b.Tenures = append(b.Tenures, t)
		}
	}
	return s.within(ctx, tx, who, b, Source{Kind: "decree", Name: decree, Seen: true})
}

// within writes a batch in a transaction of somebody else.
func (s *Service) within(ctx context.Context, tx *store.Tx, who actor.Actor, b Batch, src Source) (Counts, error) {
	if err := src.Check().Err(); err != nil {
		return Counts{}, err
	}
	m, err := s.minter(s.Now())
	if err != nil {
		return Counts{}, err
	}
	b.fillIDs(m)
	if err := b.check(s.Sealer != nil, src.Checked); err != nil {
		return Counts{}, err
	}
	p := newPlan(&b)
	out := b.counts()
	out.Sum = hex.EncodeToString(p.sum())
	n, err := p.write(ctx, tx, s, who, src, out.Sum)
	if errors.Is(err, errSame) {
		return Counts{}, fault.New(fault.Conflict, "roster.succeed.same")
	}
	if err != nil {
		return Counts{}, err
	}
	out.New, out.Changed, out.Unchanged, out.Seq = n.New, n.Changed, n.Unchanged, n.Seq
	tx.After(func() { s.find.changed(n.Seq) })
	return out, nil
}

// KinsOf lists the declared relatives of somebody on a day, as far as the roster
// knows.
func KinsOf(ctx context.Context, tx *store.Tx, person string, on day.Day) ([]string, error) {
	if person == "" {
		return nil, nil
	}
	kin, err := relatives(ctx, tx, person, on)
	var out []string
	for _, k := range kin {
		if holds(k.Relation.From, k.Relation.Until, on) {
			out = append(out, k.Person)
		}
	}
	return out, err
}
