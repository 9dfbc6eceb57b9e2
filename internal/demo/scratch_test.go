package demo

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"netral/internal/day"
	"netral/internal/merit/roster"
)

func TestScratch(t *testing.T) {
	n := 64135
	if v := os.Getenv("N"); v != "" {
		n, _ = strconv.Atoi(v)
	}
	today := day.Of(2024, 11, 14)
	if v := os.Getenv("TODAY"); v != "" {
		today, _ = day.Parse(v)
	}
	c := Config{Seed: 1, People: n, Today: today}
	var units, posts, rows, ten, rat, tr, mk, lv, rel, batches, bad int
	lv2 := map[roster.Level]int{}
	edu := map[string]int{}
	st := map[roster.Status]int{}
	women := 0
	gen := [4]int{}
	gr := map[string]int{}
	begin := time.Now()
	dec := 0
	kind := map[string]int{}
	err := Generate(context.Background(), c, func(b roster.Batch) error {
		batches++
		units += len(b.Units)
		posts += len(b.Posts)
		rows += len(b.People)
		ten += len(b.Tenures)
		rat += len(b.Ratings)
		tr += len(b.Trainings)
		mk += len(b.Marks)
		lv += len(b.Leaves)
		rel += len(b.Relations)
		if os.Getenv("FAST") != "" {
			return nil
		}
		for _, u := range b.Units {
			kind[u.Kind]++
			if f := u.Check(); len(f) > 0 {
				bad++
				fmt.Println(u, f)
			}
		}
		for _, p := range b.Posts {
			if p.Until == day.None && p.Seats == 1 && p.Echelon != "" {
				lv2[p.Level]++
			}
			if f := p.Check(); len(f) > 0 && bad < 9 {
				bad++
				fmt.Println(p, f)
			}
		}
		for _, p := range b.People {
			if f := p.Check(); len(f) > 0 && bad < 9 {
				bad++
				fmt.Printf("%+v %v\n", p, f)
			}
			if p.From <= today && (p.Until == day.None || p.Until > today) {
				st[p.Status]++
				if p.Status.Serving() {
					edu[p.Education]++
					gr[p.Grade]++
					if p.Sex == roster.Female {
						women++
					}
					switch y := p.Born.Time().Year() - (today.Time().Year() - 2023); {
					case y < 1965:
						gen[0]++
					case y < 1977:
						gen[1]++
					case y < 1995:
						gen[2]++
					default:
						gen[3]++
					}
				}
			}
		}
		for _, x := range b.Tenures {
			if x.From == december {
				dec++
			}
			if f := x.Check(); len(f) > 0 && bad < 9 {
				bad++
				fmt.Printf("%+v %v\n", x, f)
			}
		}
		if batches%16 == 2 {
			for _, p := range b.People[len(b.People)-6:] {
				fmt.Println(p.ID, p.NIP, p.NRK, p.Before, p.Name, p.After, p.Grade, p.Education, p.Status, p.From, p.Until)
			}
		}
		return nil
	})
	took := time.Since(begin)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println("took", took, float64(n)/took.Seconds(), "people/s; batches", batches)
	fmt.Println("units", units, "posts", posts, "person rows", rows, "tenures", ten, "ratings", rat, "trainings", tr, "marks", mk, "leaves", lv, "relations", rel)
	fmt.Println(st, lv2, "women", float64(women)/float64(n), "dec", dec)
	s := 0
	for _, v := range edu {
		s += v
	}
	for _, e := range append(roster.Educations(), "") {
		fmt.Printf("%s %.2f%%  ", e, 100*float64(edu[e])/float64(s))
	}
	fmt.Println()
	fmt.Printf("gen %v\n", gen)
	for _, e := range append(roster.Grades(), roster.Classes()...) {
		fmt.Printf("%s %.2f%%  ", e, 100*float64(gr[e])/float64(s))
	}
	fmt.Println()
	fmt.Println(kind)
}
