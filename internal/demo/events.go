package demo

import (
	"netral/internal/day"
	"netral/internal/merit/roster"
)

// predicates are the shares of the yearly predicates, in thousandths. No figure
// is published; these are made up.
var predicates = [...]struct{ share, of int }{{150, 0}, {962, 1}, {990, 2}, {997, 3}, {1000, 4}}

// ratingYears are the finished years of which predicates are told: the last
// five, and in any case 2021 and 2022, which the inauguration of December 2023
// looks at.
func (c Config) ratingYears() (from, to int) {
	to = c.Today.Time().Year() - 1
	return max(2018, min(2021, to), to-4), to
}

// common writes what everybody has: ratings, courses, leave, discipline,
// relatives.
func (w *writer) common(b *bio) {
	w.persons++
	r, today := w.r, w.g.cfg.Today
	end := today
	if b.left != day.None && b.left < end {
		end = b.left
	}
	from, to := w.g.cfg.ratingYears()
	usual := r.IntN(1000)
	started := b.appointed.Time().Year()
	for y := max(from, started+1); y <= to && day.Of(y, 12, 31) < end; y++ {
		x := r.IntN(1000)
		if r.IntN(3) > 0 {
			x = usual // most are judged as the year before
		}
		for _, p := range predicates {
			if x < p.share {
				w.b.Ratings = append(w.b.Ratings, roster.Rating{Person: b.id, Year: y, Predicate: w.terms[p.of]})
				break
			}
		}
	}
	if !b.contract && started >= 2015 && b.appointed+240 < end {
		at := b.appointed + 120 + day.Day(r.IntN(90))
		w.b.Trainings = append(w.b.Trainings, roster.Training{Person: b.id, Kind: "latsar", Name: "Pelatihan Dasar CPNS", Certificate: decree("STTPP DEMO-", 1+r.IntN(9000), at), From: at, Until: at + 51})
	}
	if b.left == day.None {
		w.leave(b)
		w.discipline(b)
		w.relatives(b)
	}
}

func (w *writer) leave(b *bio) {
	r, today := w.r, w.g.cfg.Today
	served := int(today - b.appointed)
	if served < 400 {
		return
	}
	put := func(kind string, within, days int) {
		from := today - day.Day(r.IntN(min(within, served-380)+1)) + 10
		w.b.Leaves = append(w.b.Leaves, roster.Leave{Person: b.id, Kind: kind, Decree: decree("SIC DEMO-", 1+r.IntN(9000), from), From: from, Until: from + day.Day(days)})
	}
	age := int(today-b.born) / 365
	switch x := r.IntN(1000); {
	case x < 90:
		put("annual", 365, 3+r.IntN(9))
	case x < 160 && b.sex == roster.Female && age < 42:
		put("maternity", 1000, 91)
	case x < 170:
		put("sick", 365, 4+r.IntN(40))
	case x < 180:
		put("important", 365, 2+r.IntN(20))
	case x < 183 && served > 5*365:
		put("long", 700, 60+r.IntN(30))
	case x == 183 && served > 5*365:
		put("cltn", 500, 365)
	}
}

// discipline writes sanctions. The levels are shared out as the published ones
// of 2017 (444, 89, 138 of 671); fewer than one in a hundred have one a year.
func (w *writer) discipline(b *bio) {
	r := w.r
	if r.IntN(1000) >= 18 || w.g.cfg.Today-b.appointed < 1200 {
		return
	}
	from := w.g.cfg.Today - day.Day(1+r.IntN(1000))
	m := roster.Mark{Person: b.id, Level: "light", What: "Teguran tertulis", Decree: decree("SK HD DEMO-", 1+r.IntN(900), from), From: from, Until: from.AddMonths(6)}
	switch x := r.IntN(671); {
	case x < 138:
		m.Level, m.What, m.Until = "heavy", "Penurunan jabatan setingkat lebih rendah selama 12 bulan", from.AddMonths(12)
	case x < 138+89:
		m.Level, m.What, m.Until = "medium", "Pemotongan tunjangan kinerja 25 persen selama 9 bulan", from.AddMonths(9)
	}
	w.b.Marks = append(w.b.Marks, m)
}

// kin is somebody of the batch who may be somebody's relative.
type kin struct {
	id   string
	born day.Day
	sex  roster.Sex
	wed  bool
}

// relatives ties people of a batch to each other: about one in twenty has a
// spouse who serves, too.
func (w *writer) relatives(b *bio) {
	r := w.r
	me := kin{id: b.id, born: b.born, sex: b.sex}
	x := r.IntN(1000)
	if x < 40 && len(w.near) > 0 {
		start := r.IntN(len(w.near))
		for i := range min(80, len(w.near)) {
			o := &w.near[(start+i)%len(w.near)]
			gap := int(o.born - b.born)
			var kind string
			switch {
			case x < 30 && !o.wed && o.sex != b.sex && gap > -2000 && gap < 2000:
				kind, o.wed, me.wed = "spouse", true, true
			case x >= 30 && x < 33 && gap < -22*365:
				kind = "parent"
			case x >= 33 && x < 36 && gap > -4000 && gap < 4000:
				kind = "sibling"
			case x >= 36:
				kind = [...]string{"in_law", "cousin"}[x%2]
			default:
				continue
			}
			from := day.None
			if kind == "spouse" {
				from = max(b.born, o.born) + day.Day(25*365+r.IntN(1200))
				if from > w.g.cfg.Today {
					from = w.g.cfg.Today - 200
				}
			}
			w.b.Relations = append(w.b.Relations, roster.Relation{Person: b.id, Other: o.id, Kind: kind, From: from, Until: day.None})
			break
		}
	}
	w.near = append(w.near, me)
}
