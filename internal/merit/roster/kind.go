package roster

import (
	"strings"

	"netral/internal/day"
)

// Kind is a kind of fact.
type Kind string

// The kinds of fact, in the order in which a Batch is written.
const (
	KindUnit     Kind = "unit"
	KindPost     Kind = "post"
	KindPerson   Kind = "person"
	KindTenure   Kind = "tenure"
	KindRating   Kind = "rating"
	KindTraining Kind = "training"
	KindMark     Kind = "mark"
	KindLeave    Kind = "leave"
	KindRelation Kind = "relation"
)

// Kinds lists the kinds.
func Kinds() []Kind {
	return []Kind{KindUnit, KindPost, KindPerson, KindTenure, KindRating, KindTraining, KindMark, KindLeave, KindRelation}
}

// versioned kinds have several rows of one id, each true on days of its own;
// of the others one row of an id stands.
func (k Kind) versioned() bool { return k == KindUnit || k == KindPost || k == KindPerson }

// dated kinds have days; a rating is of a year.
func (k Kind) dated() bool { return k != KindRating }

func (k Kind) table() string { return "merit_roster_" + string(k) }

// content names the columns that say something.
func (k Kind) content() []string {
	switch k {
	case KindUnit:
		return []string{"parent", "name", "abbreviation", "kind", "area", "place"}
	case KindPost:
		return []string{"unit", "title", "level", "echelon", "rung", "class", "seats", "head", "duties"}
	case KindPerson:
		return []string{"nip", "nrk", "name", "front", "back", "grade", "education", "field", "born", "sex", "status"}
	case KindTenure:
		return []string{"post", "kind", "decree", "decree_day"}
	case KindRating:
		return []string{"year", "predicate"}
	case KindTraining:
		return []string{"kind", "name", "certificate"}
	case KindMark:
		return []string{"level", "what", "decree"}
	case KindLeave:
		return []string{"kind", "decree"}
	case KindRelation:
		return []string{"other", "kind"}
	}
	return nil
}

// columns are all columns of the kind, in the order of fact.values.
func (k Kind) columns() []string {
	var c []string
	if !k.versioned() {
		c = append(c, "person")
	}
	c = append(c, "id")
	if k.dated() {
		c = append(c, "from_day", "until_day")
	}
	c = append(c, "seq", "gone", "src")
	return append(c, k.content()...)
}

func (k Kind) list() string { return strings.Join(k.columns(), ", ") }

// fact is a row of any kind. vals are string, int64 and bool.
type fact struct {
	kind           Kind
	person         string // of kinds that belong to one
	id             string
	from, until    day.Day
	seq, gone, src int64
	vals           []any
}

// values are the row in the order of columns.
func (f *fact) values(to []any) []any {
	if !f.kind.versioned() {
		to = append(to, f.person)
	}
	to = append(to, f.id)
	if f.kind.dated() {
		to = append(to, f.from.String(), f.until.String())
	}
	to = append(to, f.seq, f.gone, f.src)
	return append(to, f.vals...)
}

// same says whether two facts say the same, whenever.
func (f *fact) same(o *fact) bool {
	for i := range f.vals {
		if f.vals[i] != o.vals[i] {
			return false
		}
	}
	return true
}

// begins and ends put open ends where they belong in an order.
func begins(d day.Day) int64 { return int64(d) }

func ends(d day.Day) int64 {
	if d == day.None {
		return 1 << 40
	}
	return int64(d)
}

func overlap(a, b *fact) bool {
	return begins(a.from) < ends(b.until) && begins(b.from) < ends(a.until)
}

// holds says whether [from, until) has the day in it.
func holds(from, until, on day.Day) bool { return begins(from) <= int64(on) && int64(on) < ends(until) }

// owner is the person whom the fact is about, or "".
func (f *fact) owner() string {
	if f.kind == KindPerson {
		return f.id
	}
	return f.person
}

func unitFact(u *Unit) fact {
	return fact{kind: KindUnit, id: u.ID, from: u.From, until: u.Until,
		vals: []any{u.Parent, u.Name, u.Abbreviation, u.Kind, u.Area, int64(u.Rank)}}
}

func (f *fact) unit() Unit {
	v := f.vals
	return Unit{ID: f.id, Parent: v[0].(string), Name: v[1].(string), Abbreviation: v[2].(string),
		Kind: v[3].(string), Area: v[4].(string), Rank: int(v[5].(int64)), From: f.from, Until: f.until}
}

func postFact(p *Post) fact {
	return fact{kind: KindPost, id: p.ID, from: p.From, until: p.Until,
		vals: []any{p.Unit, p.Title, string(p.Level), p.Echelon, p.Rung, int64(p.Class), int64(max(1, p.Seats)), p.Head, p.Duties}}
}

func (f *fact) post() Post {
	v := f.vals
	return Post{ID: f.id, Unit: v[0].(string), Title: v[1].(string), Level: Level(v[2].(string)), Echelon: v[3].(string),
		Rung: v[4].(string), Class: int(v[5].(int64)), Seats: int(v[6].(int64)), Head: v[7].(bool), Duties: v[8].(string),
		From: f.from, Until: f.until}
}

func personFact(p *Person) fact {
	return fact{kind: KindPerson, id: p.ID, from: p.From, until: p.Until,
		vals: []any{p.NIP, p.NRK, p.Name, p.Before, p.After, p.Grade, p.Education, p.Field, p.Born.String(), string(p.Sex), string(p.Status)}}
}

func (f *fact) personRow() Person {
	v := f.vals
	return Person{ID: f.id, NIP: v[0].(string), NRK: v[1].(string), Name: v[2].(string), Before: v[3].(string), After: v[4].(string),
		Grade: v[5].(string), Education: v[6].(string), Field: v[7].(string), Born: dayOf(v[8].(string)),
		Sex: Sex(v[9].(string)), Status: Status(v[10].(string)), From: f.from, Until: f.until}
}

func tenureFact(t *Tenure) fact {
	return fact{kind: KindTenure, person: t.Person, id: t.ID, from: t.From, until: t.Until,
		vals: []any{t.Post, t.Kind, t.Decree, t.DecreeDate.String()}}
}

func (f *fact) tenure() Tenure {
	v := f.vals
	return Tenure{ID: f.id, Person: f.person, Post: v[0].(string), Kind: v[1].(string), Decree: v[2].(string),
		DecreeDate: dayOf(v[3].(string)), From: f.from, Until: f.until}
}

func ratingFact(r *Rating) fact {
	return fact{kind: KindRating, person: r.Person, id: r.ID, from: day.None, until: day.None, vals: []any{int64(r.Year), r.Predicate}}
}

func (f *fact) rating() Rating {
	return Rating{ID: f.id, Person: f.person, Year: int(f.vals[0].(int64)), Predicate: f.vals[1].(string)}
}

func trainingFact(t *Training) fact {
	return fact{kind: KindTraining, person: t.Person, id: t.ID, from: t.From, until: t.Until, vals: []any{t.Kind, t.Name, t.Certificate}}
}

func (f *fact) training() Training {
	v := f.vals
	return Training{ID: f.id, Person: f.person, Kind: v[0].(string), Name: v[1].(string), Certificate: v[2].(string), From: f.from, Until: f.until}
}

func markFact(m *Mark) fact {
	return fact{kind: KindMark, person: m.Person, id: m.ID, from: m.From, until: m.Until, vals: []any{m.Level, m.What, m.Decree}}
}

func (f *fact) mark() Mark {
	v := f.vals
	return Mark{ID: f.id, Person: f.person, Level: v[0].(string), What: v[1].(string), Decree: v[2].(string), From: f.from, Until: f.until}
}

func leaveFact(l *Leave) fact {
	return fact{kind: KindLeave, person: l.Person, id: l.ID, from: l.From, until: l.Until, vals: []any{l.Kind, l.Decree}}
}

func (f *fact) leave() Leave {
	return Leave{ID: f.id, Person: f.person, Kind: f.vals[0].(string), Decree: f.vals[1].(string), From: f.from, Until: f.until}
}

func relationFact(r *Relation) fact {
	return fact{kind: KindRelation, person: r.Person, id: r.ID, from: r.From, until: r.Until, vals: []any{r.Other, r.Kind}}
}

func (f *fact) relation() Relation {
	return Relation{ID: f.id, Person: f.person, Other: f.vals[0].(string), Kind: f.vals[1].(string), From: f.from, Until: f.until}
}

// dayOf reads a day that we wrote.
func dayOf(s string) day.Day {
	if s == "" {
		return day.None
	}
	d, err := day.Parse(s)
	if err != nil {
		return day.None
	}
	return d
}
