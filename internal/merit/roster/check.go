package roster

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"netral/internal/day"
	"netral/internal/fault"
)

// What is refused is what cannot be meant: a NIP of 17 digits, an unknown
// level, an end before the beginning. What can be read and still cannot be
// true (a NIP that contradicts the birth date, two posts at once) is taken in
// and shown by Quality: refusing it would leave the roster emptier, not truer.

// Limits of texts, in characters.
const (
	maxName   = 200
	maxShort  = 60
	maxDecree = 120
	maxDuties = 8000
)

type checker struct{ fault.Fields }

func (c *checker) text(name, s string, most int, needed bool) {
	if s == "" && !needed {
		return
	}
	c.Add(!needed || strings.TrimSpace(s) != "", name, "roster.check.empty")
	c.Add(utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' }), name, "roster.check.letters")
	if n := utf8.RuneCountInString(s); n > most {
		c.Add(false, name, "roster.check.long", n, most)
	}
}

func (c *checker) one(name, s string, of []string, open bool) {
	if !(open && s == "") && !slices.Contains(of, s) {
		c.Add(false, name, "roster.check.one", clip(s), slices.Clone(of)) // of stays where it was made
	}
}

func (c *checker) ref(name, s string, needed bool) {
	if !idOK(s) && (needed || s != "") {
		c.Add(false, name, "roster.check.id", clip(s))
	}
}

func (c *checker) days(from, until day.Day) {
	ok := func(d day.Day) bool { return d == day.None || d >= day.First && d <= day.Last }
	if !ok(from) || !ok(until) {
		c.Add(false, "from", "roster.check.day", day.First, day.Last)
	}
	if begins(from) >= ends(until) {
		c.Add(false, "until", "roster.check.order", from, until)
	}
}

func (c *checker) day(name string, d day.Day) {
	if d != day.None && (d < day.First || d > day.Last) {
		c.Add(false, name, "roster.check.day", day.First, day.Last)
	}
}

func (c *checker) area(name, s string) {
	c.Add(s == "" || areaOK(s), name, "roster.check.area", clip(s))
}

// Check lists what is wrong with the row.
func (u *Unit) Check() fault.Fields {
	var c checker
	c.ref("id", u.ID, false)
	c.ref("parent", u.Parent, false)
	c.Add(u.Parent == "" || u.Parent != u.ID, "parent", "roster.check.itself")
	c.text("name", u.Name, maxName, true)
	c.text("abbreviation", u.Abbreviation, maxShort, false)
	c.text("kind", u.Kind, maxShort, false)
	c.area("area", u.Area)
	c.days(u.From, u.Until)
	return c.Fields
}

// areaOK wants a code of Kemendagri: PP, PP.KK, PP.KK.CC or PP.KK.CC.LLLL.
func areaOK(s string) bool {
	parts := strings.Split(s, ".")
	if len(parts) > 4 {
		return false
	}
	for i, p := range parts {
		if want := 2 + 2*(i/3); len(p) != want || !digits(p) {
			return false
		}
	}
	return true
}

func levelNames() []string {
	var out []string
	for _, l := range Levels() {
		out = append(out, string(l))
	}
	return out
}

// Check lists what is wrong with the row.
func (p *Post) Check() fault.Fields {
	var c checker
	c.ref("id", p.ID, false)
	c.ref("unit", p.Unit, true)
	c.text("title", p.Title, maxName, true)
	c.one("level", string(p.Level), levelNames(), false)
	c.one("echelon", p.Echelon, []string{"I.a", "I.b", "II.a", "II.b", "III.a", "III.b", "IV.a", "IV.b", "V.a"}, true)
	c.one("rung", p.Rung, Rungs(), true)
	c.Add(p.Class >= 0 && p.Class <= 17, "class", "roster.check.class", p.Class)
	c.Add(p.Seats >= 0 && p.Seats <= 100_000, "seats", "roster.check.seats", p.Seats)
	c.Add(!p.Head || p.Seats <= 1, "seats", "roster.check.one_head", p.Seats)
	c.text("duties", p.Duties, maxDuties, false)
	c.days(p.From, p.Until)
	return c.Fields
}

// Check lists what is wrong with the row. Contradictions are for Quality.
func (p *Person) Check() fault.Fields {
	var c checker
	c.ref("id", p.ID, false)
	c.text("name", p.Name, maxName, true)
	c.Add(p.Name == "" || strings.ContainsFunc(p.Name, func(r rune) bool { return r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r > 127 }), "name", "roster.check.letters")
	c.text("before", p.Before, maxShort, false)
	c.text("after", p.After, maxDecree, false)
	c.text("field", p.Field, maxName, false)
	if p.NIP != "" {
		if _, f := ParseNIP(p.NIP); f != nil {
			c.Fields = append(c.Fields, *f)
		}
	}
	if p.NRK != "" && (len(p.NRK) != 6 || !digits(p.NRK)) {
		c.Add(false, "nrk", "roster.check.nrk", clip(p.NRK))
	}
	if p.NIK != "" {
		if f := checkNIK(p.NIK); f != nil {
			c.Fields = append(c.Fields, *f)
		}
	}
	c.one("status", string(p.Status), statusNames(), false)
	c.one("sex", string(p.Sex), []string{string(Male), string(Female)}, true)
	c.one("education", p.Education, Educations(), true)
	grades := Grades()
	if p.Status == PPPK {
		grades = Classes()
	} else if p.Status != PNS && p.Status != CPNS {
		grades = append(grades, Classes()...)
	}
	c.one("grade", p.Grade, grades, true)
	c.day("born", p.Born)
	c.days(p.From, p.Until)
	return c.Fields
}

func statusNames() []string {
	var out []string
	for _, s := range Statuses() {
		out = append(out, string(s))
	}
	return out
}

// Check lists what is wrong with the row.
func (t *Tenure) Check() fault.Fields {
	var c checker
	c.ref("id", t.ID, false)
	c.ref("person", t.Person, true)
	c.ref("post", t.Post, true)
	c.one("kind", t.Kind, []string{Definitive, Plt, Plh}, false)
	c.text("decree", t.Decree, maxDecree, false)
	c.day("decree_day", t.DecreeDate)
	c.days(t.From, t.Until)
	return c.Fields
}

// Check lists what is wrong with the row.
func (r *Rating) Check() fault.Fields {
	var c checker
	c.ref("id", r.ID, false)
	c.ref("person", r.Person, true)
	c.Add(r.Year >= 1945 && r.Year <= 2199, "year", "roster.check.year", strconv.Itoa(r.Year))
	c.one("predicate", r.Predicate, Predicates(), false)
	return c.Fields
}

// Check lists what is wrong with the row.
func (t *Training) Check() fault.Fields {
	var c checker
	c.ref("id", t.ID, false)
	c.ref("person", t.Person, true)
	c.one("kind", t.Kind, TrainingKinds(), false)
	c.text("name", t.Name, maxName, t.Kind == "technical" || t.Kind == "functional" || t.Kind == "other")
	c.text("certificate", t.Certificate, maxDecree, false)
	c.days(t.From, t.Until)
	return c.Fields
}

// Check lists what is wrong with the row.
func (m *Mark) Check() fault.Fields {
	var c checker
	c.ref("id", m.ID, false)
	c.ref("person", m.Person, true)
	c.one("level", m.Level, MarkLevels(), false)
	c.text("what", m.What, maxName, false)
	c.text("decree", m.Decree, maxDecree, false)
	c.days(m.From, m.Until)
	return c.Fields
}

// Check lists what is wrong with the row.
func (l *Leave) Check() fault.Fields {
	var c checker
	c.ref("id", l.ID, false)
	c.ref("person", l.Person, true)
	c.one("kind", l.Kind, LeaveKinds(), false)
	c.text("decree", l.Decree, maxDecree, false)
	c.days(l.From, l.Until)
	return c.Fields
}

// Check lists what is wrong with the row.
func (r *Relation) Check() fault.Fields {
	var c checker
	c.ref("id", r.ID, false)
	c.ref("person", r.Person, true)
	c.ref("other", r.Other, true)
	c.Add(r.Person != r.Other, "other", "roster.check.itself")
	c.one("kind", r.Kind, RelationKinds(), false)
	c.days(r.From, r.Until)
	return c.Fields
}

// Check lists what is wrong with a source.
func (s *Source) Check() fault.Fields {
	var c checker
	c.one("source", s.Kind, SourceKinds(), false)
	c.text("source_name", s.Name, maxName, false)
	c.text("reason", s.Reason, MaxReason, s.Kind == "correction")
	return c.Fields
}

// MaxReason is how many letters a reason may have.
const MaxReason = 500
