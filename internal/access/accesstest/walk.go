// Package accesstest finds leaks: a list, a search, an export or a notice that
// tells somebody what they may not know.
//
//	accesstest.Walk(t, guard, accesstest.World{
//		Units: []string{"dinkes", "disdik"}, Areas: []string{"31.74"}, People: []string{"ani"},
//	}, accesstest.Case{
//		Name: "export of people", Action: "roster.person.read",
//		Marks: []accesstest.Mark{{Text: "197001011990011001", Of: access.Resource{Type: "person", Attrs: …}}},
//		Call: func(t testing.TB, who actor.Actor) string { … the file as text … },
//	})
//
// The case is called once as everybody there could be: anonymous, each person
// without a role, and each role everywhere, in each unit and in each area, in
// its own right and acting.
package accesstest

import (
	"fmt"
	"strings"
	"testing"

	"netral/internal/access"
	"netral/internal/actor"
)

// Mark is a text that stands for a row, and nowhere else: a number, a name.
type Mark struct {
	Text string
	Of   access.Resource
}

// Case is one way by which rows go out.
type Case struct {
	Name string
	// Action is what lets somebody see a row.
	Action string
	Marks  []Mark
	// Partial says that rows may be missing which the actor may see: a page of
	// a list. Otherwise a row that is kept back is an error, too.
	Partial bool
	// Call does it as somebody and returns everything that goes out: a page, a
	// file, a letter, counts. A refusal is the text of the refusal.
	Call func(t testing.TB, who actor.Actor) string
}

// World is the places and people that actors are made of.
type World struct {
	Units, Areas []string
	People       []string // ids in the roster
}

// Actors is everybody there could be.
func Actors(g *access.Guard, w World) []actor.Actor {
	all := []actor.Actor{actor.Anonymous("page", "id")}
	for _, p := range w.People {
		all = append(all, actor.Actor{ID: "account:" + p, Lang: "id", Via: "page", Person: p})
	}
	for _, role := range g.Roles() {
		grants := []actor.Grant{{Role: role}}
		for _, u := range w.Units {
			grants = append(grants, actor.Grant{Role: role, Unit: u})
		}
		for _, a := range w.Areas {
			grants = append(grants, actor.Grant{Role: role, Area: a})
		}
		for _, gr := range grants {
			for _, acting := range []bool{false, true} {
				gr.Acting = acting
				all = append(all, actor.Actor{ID: "account:" + name(gr), Lang: "id", Via: "page", Person: "nobody-" + role, Grants: []actor.Grant{gr}})
			}
		}
	}
	return all
}

func name(g actor.Grant) string {
	s := g.Role
	for _, part := range []string{g.Unit, g.Area} {
		if part != "" {
			s += "@" + part
		}
	}
	if g.Acting {
		s += "-acting"
	}
	return s
}

// Walk calls each case as every actor, each as a subtest.
func Walk(t *testing.T, g *access.Guard, w World, cases ...Case) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			for _, l := range Leaks(t, g, w, c) {
				t.Error(l)
			}
		})
	}
}

// Leaks tells what is wrong with a case: what somebody saw and may not, what
// somebody may see and did not, and marks that prove nothing, because nobody or
// everybody may see them.
func Leaks(t testing.TB, g *access.Guard, w World, c Case) []string {
	t.Helper()
	var out []string
	if _, ok := g.Action(c.Action); !ok {
		return []string{fmt.Sprintf("there is no action %q", c.Action)}
	}
	if len(c.Marks) == 0 {
		return []string{"no marks: the case proves nothing"}
	}
	may, shown := make([]int, len(c.Marks)), make([]int, len(c.Marks))
	all := Actors(g, w)
	for _, who := range all {
		got := c.Call(t, who)
		for i, m := range c.Marks {
			ok, seen := g.May(who, c.Action, m.Of), strings.Contains(got, m.Text)
			if ok {
				may[i]++
			}
			if seen {
				shown[i]++
			}
			switch {
			case seen && !ok:
				out = append(out, fmt.Sprintf("%s sees %q and may not", who.ID, m.Text))
			case ok && !seen && !c.Partial:
				out = append(out, fmt.Sprintf("%s may see %q and does not", who.ID, m.Text))
			}
		}
	}
	for i, m := range c.Marks {
		switch {
		case may[i] == 0:
			out = append(out, fmt.Sprintf("nobody may see %q: the mark proves nothing", m.Text))
		case may[i] == len(all):
			out = append(out, fmt.Sprintf("everybody may see %q: the mark proves nothing", m.Text))
		case shown[i] == 0:
			out = append(out, fmt.Sprintf("nobody was shown %q: the call may be broken", m.Text))
		}
	}
	return out
}
