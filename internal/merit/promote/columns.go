package promote

import (
	"slices"

	"netral/internal/day"
)

// Columns are the facts of many people on one day, a byte each, in the book's
// own numbering (0 for unknown). Facts that differ by the level aimed at have a
// column for each level. They say what Assess says of the same records; a test
// holds them to it.
type Columns struct {
	Day day.Day
	// Without are matters that are asked only of those about whom something is
	// known.
	Without []string

	law    *Law
	n      int
	flat   []column            // facts that do not depend on the target
	levels []string            // covered
	exp    [][]uint8           // by level
	train  [][]uint8           // by level
	step   []uint8             // highest structural post held; 0 none, unknownStep
	units  []int32             // of definitive posts: the first …
	more   map[int32][]int32   // … and the others of those with several
	unit   map[string]int32    // numbers of units
	kin    map[string][]int32  // relative → rows
	papers map[string][]papers // post → what is on file for it alone
	codes  map[string]map[string]uint8
	cases  map[int32]bool // rows of whom a case is known, or may run
}

type column struct {
	fact  int
	value []uint8
}

// papers is one fact of one row that holds for one post only.
type papers struct {
	row   int32
	fact  int
	value uint8
}

const unknownStep = 0xFF

// flatFacts are the facts that are the same for every target.
func flatFacts() []string {
	return []string{"status", "education", "grade", "age", "in_post", "double", "spins", "rating1", "rating2", "mark", "leave", "case", "kin",
		string(Competence), string(Integrity), string(Health), string(Field), string(MoveNeed)}
}

// NewColumns makes empty columns for a day. Room is how many people to expect.
func (l *Law) NewColumns(on day.Day, room int) *Columns {
	c := &Columns{Day: on, law: l, levels: l.Levels(), unit: map[string]int32{}, more: map[int32][]int32{}, kin: map[string][]int32{}, papers: map[string][]papers{}, codes: map[string]map[string]uint8{}, cases: map[int32]bool{}}
	for _, f := range l.Book.Facts() {
		m := make(map[string]uint8, len(f.Values))
		for i, v := range f.Values {
			m[v.Name] = uint8(i + 1)
		}
		c.codes[f.Name] = m
	}
	for _, f := range flatFacts() {
		c.flat = append(c.flat, column{l.at[f], make([]uint8, 0, room)})
	}
	for range c.levels {
		c.exp = append(c.exp, make([]uint8, 0, room))
		c.train = append(c.train, make([]uint8, 0, room))
	}
	c.step, c.units = make([]uint8, 0, room), make([]int32, 0, room)
	return c
}

// Len is how many people are in the columns.
func (c *Columns) Len() int { return c.n }

// Add appends a person. The record is not kept.
func (c *Columns) Add(r *Record) {
	l, row := c.law, int32(c.n)
	c.n++
	i := 0
	put := func(v uint8) { c.flat[i].value = append(c.flat[i].value, v); i++ }
	word := func(fact string, d Datum[string]) uint8 {
		if !d.Known {
			return 0
		}
		return c.codes[fact][d.Value]
	}
	number := func(fact string, n int) uint8 { return c.codes[fact][l.bandOf(fact, n)] }

	put(word("status", r.Status))
	put(word("education", r.Education))
	put(word("grade", r.Grade))
	if r.Born.Known && r.Born.Value != day.None {
		put(number("age", years(r.Born.Value, c.Day)))
	} else {
		put(0)
	}
	c.addPath(r, row, put, number)
	r1, r2 := c.ratings(r)
	put(r1)
	put(r2)
	c.addBars(r, row, put, word)
	c.addPapers(r, row, put)
}

func (c *Columns) addPath(r *Record, row int32, put func(uint8), number func(string, int) uint8) {
	l := c.law
	if !r.Tenures.Known {
		put(0)
		put(0)
		put(0)
		c.step, c.units = append(c.step, unknownStep), append(c.units, -1)
		for i := range c.levels {
			c.exp[i] = append(c.exp[i], 0)
		}
	} else {
		var first *Tenure
		count, step, unit := 0, 0, int32(-1)
		for i := range r.Tenures.Value {
			x := &r.Tenures.Value[i]
			if !x.Definitive || !holds(x.From, x.Until, c.Day) {
				continue
			}
			count++
			if first == nil || x.From >= first.From {
				first = x
			}
			if x.Level != "fungsional" {
				step = max(step, l.steps[x.Level])
			}
			if u := c.unitOf(x.Unit); unit < 0 {
				unit = u
			} else {
				c.more[row] = append(c.more[row], u)
			}
		}
		switch {
		case first == nil:
			put(c.codes["in_post"]["none"])
		case first.From == day.None:
			put(0)
		default:
			put(number("in_post", monthsBetween(first.From, c.Day)))
		}
		double := "single"
		if count > 1 {
			double = "several"
		}
		put(c.codes["double"][double])
		if len(r.Tenures.Value) < 2 {
			put(number("spins", 0))
		} else {
			put(number("spins", l.Spin(r, c.Day).Run))
		}
		c.step, c.units = append(c.step, uint8(step)), append(c.units, unit)
		for i, level := range c.levels {
			v := uint8(0)
			if n, sure := l.experience(r.Tenures.Value, level, c.Day); sure || l.top("experience", n) {
				v = number("experience", n)
			}
			c.exp[i] = append(c.exp[i], v)
		}
	}
	for i, level := range c.levels {
		v := uint8(0)
		if r.Trainings.Known {
			v = c.codes["training"]["none"]
			for _, x := range r.Trainings.Value {
				if (x.Until == day.None || x.Until <= c.Day) && slices.Contains(l.trains[level], x.Kind) {
					v = c.codes["training"]["done"]
					break
				}
			}
		}
		c.train[i] = append(c.train[i], v)
	}
}

func (c *Columns) unitOf(id string) int32 {
	if id == "" {
		return -1
	}
	n, ok := c.unit[id]
	if !ok {
		n = int32(len(c.unit))
		c.unit[id] = n
	}
	return n
}

func (c *Columns) ratings(r *Record) (r1, r2 uint8) {
	last := lastRated(c.law, r, c.Day, false)
	for _, x := range r.Ratings {
		switch x.Year {
		case last:
			r1 = c.codes["rating1"][x.Predicate]
		case last - 1:
			r2 = c.codes["rating2"][x.Predicate]
		}
	}
	return r1, r2
}

func (c *Columns) addBars(r *Record, row int32, put func(uint8), word func(string, Datum[string]) uint8) {
	worst, leave := uint8(0), uint8(0)
	if r.Marks.Known {
		worst = c.codes["mark"]["none"]
		for _, m := range r.Marks.Value {
			if holds(m.From, m.Until, c.Day) {
				worst = max(worst, c.codes["mark"][m.Kind])
			}
		}
	}
	put(worst)
	if r.Leaves.Known {
		leave = c.codes["leave"]["none"]
		for _, x := range r.Leaves.Value {
			if x.Kind == "cltn" && holds(x.From, x.Until, c.Day) {
				leave = c.codes["leave"]["cltn"]
			}
		}
	}
	put(leave)
	put(word("case", r.Case))
	if !r.silent("case") {
		c.cases[row] = true
	}
	kin := uint8(0)
	if r.Kin.Known {
		kin = c.codes["kin"]["none"]
		for _, k := range r.Kin.Value {
			if !c.law.counts(&k, c.Day) {
				continue
			}
			c.kin[k.Person] = append(c.kin[k.Person], row)
			if c.law.High(k.Level, k.Rung) {
				kin = c.codes["kin"]["high_post"]
			}
		}
	}
	put(kin)
}

// addPapers puts what holds for any post into the columns, and what holds for
// one post beside them.
func (c *Columns) addPapers(r *Record, row int32, put func(uint8)) {
	for _, k := range PaperKinds() {
		if k.post() {
			continue
		}
		fact := string(k)
		var general *Paper
		single := map[string]*Paper(nil)
		for i := range r.Papers {
			p := &r.Papers[i]
			switch {
			case p.Kind != k || !holds(p.From, p.Until, c.Day):
			case p.Post == "":
				if general == nil || better(p, general) {
					general = p
				}
			default:
				if single == nil {
					single = map[string]*Paper{}
				}
				if old := single[p.Post]; old == nil || better(p, old) {
					single[p.Post] = p
				}
			}
		}
		v := c.codes[fact]["none"]
		if general != nil {
			v = c.codes[fact][general.Value]
		}
		put(v)
		for post, p := range single {
			c.papers[post] = append(c.papers[post], papers{row, c.law.at[fact], c.codes[fact][p.Value]})
		}
	}
}
