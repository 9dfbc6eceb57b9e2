package main

import (
	"math/rand/v2"
	"time"

	"netral/internal/day"
	"netral/internal/merit/promote"
)

// today is the day of the ceremony of the 203.
var today = day.Of(2023, time.December, 27)

// person is one made-up person, as rows would have them. An empty text and
// day.None are what is not known.
type person struct {
	id        int
	status    string
	born      day.Day
	education string
	grade     string
	posts     []post
	ratings   [2]string // 2022, 2021
	trainings []string
	mark      string
	markFrom  day.Day
	markUntil day.Day
	cltn      bool
	examined  bool
	papers    []paper
}

type post struct {
	level       string
	from, until day.Day
}

type paper struct{ kind, value string }

// somebody is the person of a number, always the same. Days are at most the
// 28th, where all ways to count months agree.
func somebody(i int) person {
	r := rand.New(rand.NewPCG(uint64(i), 203))
	pick := func(of ...string) string { return of[r.IntN(len(of))] }
	date := func(from, until int) day.Day {
		return day.Of(from+r.IntN(until-from), time.Month(1+r.IntN(12)), 1+r.IntN(28))
	}
	p := person{id: i, born: date(1961, 2000), education: pick("SMA", "D-III", "S-1", "S-1", "S-1", "S-2"), grade: pick("II/d", "III/a", "III/b", "III/c", "III/d", "III/d", "IV/a", "IV/b"), status: "pns"}
	switch n := r.IntN(100); {
	case n < 12:
		p.status, p.grade = "pppk", "class"
	case n < 14:
		p.status = "cpns"
	}
	if r.IntN(100) == 0 {
		p.born = day.None
	}
	if r.IntN(100) == 0 {
		p.education = ""
	}
	if r.IntN(100) > 0 {
		at, level := date(2000, 2020), 0
		levels := []string{"pelaksana", "pengawas", "administrator", "jpt_pratama"}
		for n := 1 + r.IntN(5); n > 0; n-- {
			until := at.AddMonths(6 + r.IntN(72))
			if n == 1 || until >= today {
				p.posts = append(p.posts, post{levels[level], at, day.None})
				break
			}
			p.posts = append(p.posts, post{levels[level], at, until})
			at = until
			if level < 3 && r.IntN(3) == 0 {
				level++
			}
		}
	}
	for k := range p.ratings {
		switch n := r.IntN(100); {
		case n < 85:
			p.ratings[k] = "baik"
		case n < 93:
			p.ratings[k] = "sangat_baik"
		case n < 97:
			p.ratings[k] = "kurang"
		}
	}
	if r.IntN(4) == 0 {
		p.trainings = append(p.trainings, pick("pkp", "pka", "latsar"))
	}
	if r.IntN(50) == 0 {
		p.mark, p.markFrom = pick("light", "medium", "heavy"), date(2022, 2024)
		p.markUntil = p.markFrom.AddMonths(12)
	}
	p.cltn, p.examined = r.IntN(500) == 0, r.IntN(200) == 0
	for kind, value := range map[string]string{"competence": "met", "integrity": "clear", "health": "fit", "field": "related"} {
		if uint(i+len(kind))%5 == 0 {
			p.papers = append(p.papers, paper{kind, value})
		}
	}
	return p
}

// recordOf is the person as the slice reads people.
func recordOf(p person) promote.Record {
	at := time.Time{}
	word := func(v string) promote.Datum[string] {
		if v == "" {
			return promote.Datum[string]{}
		}
		return promote.Some(v, "", at)
	}
	r := promote.Record{Status: word(p.status), Education: word(p.education), Grade: word(p.grade), Case: word("none"), Kin: promote.Some([]promote.Kin(nil), "", at)}
	if p.born != day.None {
		r.Born = promote.Some(p.born, "", at)
	}
	if p.examined {
		r.Case = word("examined")
	}
	if len(p.posts) > 0 {
		list := make([]promote.Tenure, len(p.posts))
		for i, x := range p.posts {
			list[i] = promote.Tenure{Unit: "elsewhere", Level: x.level, Definitive: true, From: x.from, Until: x.until}
		}
		r.Tenures = promote.Some(list, "", at)
	}
	for k, x := range p.ratings {
		if x != "" {
			r.Ratings = append(r.Ratings, promote.Rating{Year: 2022 - k, Predicate: x})
		}
	}
	trained := make([]promote.Training, 0, 1)
	for _, k := range p.trainings {
		trained = append(trained, promote.Training{Kind: k, Until: day.None})
	}
	r.Trainings = promote.Some(trained, "", at)
	var marks, leaves []promote.Span
	if p.mark != "" {
		marks = append(marks, promote.Span{Kind: p.mark, From: p.markFrom, Until: p.markUntil})
	}
	if p.cltn {
		leaves = append(leaves, promote.Span{Kind: "cltn", From: today - 100, Until: today + 100})
	}
	r.Marks, r.Leaves = promote.Some(marks, "", at), promote.Some(leaves, "", at)
	for _, x := range p.papers {
		r.Papers = append(r.Papers, promote.Paper{Kind: promote.PaperKind(x.kind), Value: x.value, From: today - 200, Until: day.None})
	}
	return r
}
