package roster

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// family is a made-up family in truth: everybody has both parents or none, and
// couples stay together.
type family struct {
	parents map[string][2]string
	spouse  map[string]string
	all     []string
}

func drawFamily(t *rapid.T) *family {
	f := &family{parents: map[string][2]string{}, spouse: map[string]string{}}
	person := func() string {
		id := fmt.Sprintf("p%02d", len(f.all))
		f.all = append(f.all, id)
		return id
	}
	couple := func(a string) {
		b := person()
		f.spouse[a], f.spouse[b] = b, a
	}
	gen := []string{}
	for range rapid.IntRange(1, 3).Draw(t, "founders") {
		a := person()
		couple(a)
		gen = append(gen, a)
	}
	for g := range rapid.IntRange(1, 4).Draw(t, "generations") {
		var next []string
		for _, a := range gen {
			b, ok := f.spouse[a]
			if !ok || b < a && slices.Contains(gen, b) {
				continue
			}
			for range rapid.IntRange(0, 3).Draw(t, fmt.Sprintf("children %d %s", g, a)) {
				c := person()
				f.parents[c] = [2]string{a, b}
				next = append(next, c)
			}
		}
		for _, c := range next {
			if f.spouse[c] != "" || !rapid.Bool().Draw(t, "marries "+c) {
				continue
			}
			// Either somebody from outside, or somebody of the generation who is no sibling.
			mate := ""
			for _, x := range next {
				if x != c && f.spouse[x] == "" && f.parents[x] != f.parents[c] && rapid.IntRange(0, 5).Draw(t, "mate "+c+x) == 0 {
					mate = x
				}
			}
			if mate == "" {
				couple(c)
			} else {
				f.spouse[c], f.spouse[mate] = mate, c
			}
		}
		if gen = next; len(gen) == 0 {
			break
		}
	}
	return f
}

// above gives all ancestors and the fewest generations to them, oneself at 0.
func (f *family) above(a string) map[string]int {
	out := map[string]int{a: 0}
	for open := []string{a}; len(open) > 0; {
		var next []string
		for _, x := range open {
			if p, ok := f.parents[x]; ok {
				for _, y := range p {
					if _, ok := out[y]; !ok {
						out[y] = out[x] + 1
						next = append(next, y)
					}
				}
			}
		}
		open = next
	}
	return out
}

// blood is the degree by the nearest common ancestor; 0 for none.
func (f *family) blood(a, b string) int {
	best := 0
	up := f.above(b)
	for x, n := range f.above(a) {
		if m, ok := up[x]; ok && (best == 0 || n+m < best) {
			best = n + m
		}
	}
	return best
}

// truly says by brute force whether two people are relatives that count, and in
// which degree.
func (f *family) truly(a, b string) (int, bool) {
	best := 0
	try := func(n, most int) {
		if n > 0 && n <= most && (best == 0 || n < best) {
			best = n
		}
	}
	try(f.blood(a, b), MaxDegree)
	if f.spouse[a] == b {
		try(1, MaxAffine)
	}
	if s := f.spouse[a]; s != "" && s != b {
		try(f.blood(s, b), MaxAffine)
	}
	if s := f.spouse[b]; s != "" && s != a {
		try(f.blood(a, s), MaxAffine)
	}
	return best, best > 0
}

// told is what a part of the family has declared: with full, every parent and
// spouse; else each possible relation or not.
func (f *family) told(t *rapid.T, full bool) map[string][]KinStep {
	out := map[string][]KinStep{}
	declare := func(a, b, kind string) { // b is kind of a
		if full || rapid.Bool().Draw(t, a+kind+b) {
			out[a] = append(out[a], KinStep{Kind: kind, Person: b})
			out[b] = append(out[b], KinStep{Kind: reverse(kind), Person: a})
		}
	}
	for _, a := range f.all {
		for _, p := range f.parents[a] {
			if p != "" {
				declare(a, p, "parent")
				for _, g := range f.parents[p] {
					if g != "" && !full {
						declare(a, g, "grandparent")
					}
				}
			}
		}
		if s := f.spouse[a]; s > a {
			declare(a, s, "spouse")
		}
		if full {
			continue
		}
		for _, b := range f.all {
			if b <= a || f.parents[a] == [2]string{} {
				continue
			}
			switch {
			case f.parents[a] == f.parents[b]:
				declare(a, b, "sibling")
			case f.blood(a, b) == 4 && len(f.above(a)) == len(f.above(b)):
				declare(a, b, "cousin")
			}
		}
	}
	for id := range out {
		slices.SortFunc(out[id], compareSteps)
	}
	return out
}

// thin is the least that has to be declared: each couple, one parent of a first
// child, and each further child as a sibling of the one before.
func (f *family) thin(t *rapid.T) map[string][]KinStep {
	out := map[string][]KinStep{}
	declare := func(a, b, kind string) {
		out[a] = append(out[a], KinStep{Kind: kind, Person: b})
		out[b] = append(out[b], KinStep{Kind: reverse(kind), Person: a})
	}
	last := map[[2]string]string{}
	for _, a := range f.all {
		if s := f.spouse[a]; s > a {
			declare(a, s, "spouse")
		}
		p, ok := f.parents[a]
		if !ok {
			continue
		}
		if before := last[p]; before != "" {
			declare(a, before, "sibling")
		} else {
			declare(a, p[rapid.IntRange(0, 1).Draw(t, "parent of "+a)], "parent")
		}
		last[p] = a
	}
	return out
}

func (f *family) found(t *rapid.T, a string, told map[string][]KinStep) map[string]Kinsman {
	list, err := kinsmen(a, func(ids []string) (map[string][]KinStep, error) {
		out := map[string][]KinStep{}
		for _, id := range ids {
			out[id] = told[id]
		}
		return out, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]Kinsman{}
	for _, k := range list {
		out[k.Person] = k
	}
	return out
}

// TestKinsmenAgainstBruteForce: where every parent and every spouse is declared, or
// the least from which they follow, exactly the true relatives are found, in their degree.
func TestKinsmenAgainstBruteForce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := drawFamily(t)
		told := f.told(t, true)
		if rapid.Bool().Draw(t, "thin") {
			told = f.thin(t)
		}
		for _, a := range f.all {
			found := f.found(t, a, told)
			for _, b := range f.all {
				if a == b {
					continue
				}
				n, near := f.truly(a, b)
				k, ok := found[b]
				if near != ok || ok && k.Degree != n {
					t.Fatalf("%s and %s: found %+v (%v), in truth %d (%v)\n%+v\n%+v", a, b, k, ok, n, near, f.parents, f.spouse)
				}
			}
		}
	})
}

// TestKinsmenAreRelatives: whatever is declared, nobody is found who is none, none
// nearer than they are, and each path leads along what was declared.
func TestKinsmenAreRelatives(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := drawFamily(t)
		told := f.told(t, false)
		for _, a := range f.all {
			for b, k := range f.found(t, a, told) {
				if n, near := f.truly(a, b); !near || k.Degree < n {
					t.Fatalf("%s and %s: found %+v, in truth %d (%v)\n%+v\n%+v", a, b, k, n, near, f.parents, f.spouse)
				}
				at := a
				for _, s := range k.Path {
					if !slices.ContainsFunc(told[at], func(x KinStep) bool { return x.Kind == s.Kind && x.Person == s.Person }) {
						t.Fatalf("%s: nobody declared %+v", at, s)
					}
					at = s.Person
				}
				if at != b {
					t.Fatalf("the path to %s ends at %s", b, at)
				}
			}
		}
	})
}

// TestKinsmenByWords: the compositions that the law's readers ask for.
func TestKinsmenByWords(t *testing.T) {
	for _, c := range []struct {
		steps  []string
		degree int
		affine bool
		ok     bool
	}{
		{[]string{"spouse"}, 1, true, true},
		{[]string{"parent", "sibling"}, 3, false, true},     // uncle, aunt
		{[]string{"sibling", "child"}, 3, false, true},      // nephew, niece
		{[]string{"parent", "parent"}, 2, false, true},      // grandparent
		{[]string{"parent", "grandparent"}, 3, false, true}, // great-grandparent
		{[]string{"child", "grandchild"}, 3, false, true},   // great-grandchild
		{[]string{"spouse", "parent"}, 1, true, true},       // parent-in-law
		{[]string{"spouse", "sibling"}, 2, true, true},      // sibling of a spouse
		{[]string{"sibling", "spouse"}, 2, true, true},      // spouse of a sibling
		{[]string{"child", "spouse"}, 1, true, true},        // child-in-law
		{[]string{"sibling", "sibling", "sibling"}, 2, false, true},
		{[]string{"sibling", "parent"}, 1, false, true},
		{[]string{"spouse", "child"}, 1, false, true},
		{[]string{"parent", "spouse"}, 1, false, true},
		{[]string{"uncle_aunt", "sibling"}, 3, false, true},
		{[]string{"cousin"}, 4, false, false},
		{[]string{"uncle_aunt", "spouse"}, 3, true, false},
		{[]string{"spouse", "uncle_aunt"}, 3, true, false},
		{[]string{"child", "spouse", "parent"}, 0, false, false},  // besan
		{[]string{"parent", "sibling", "child"}, 4, false, false}, // cousin
	} {
		word, ok := "", true
		for _, s := range c.steps {
			if ok {
				word, ok = extend(word, letters(s))
			}
		}
		n, affine, near := degree(word)
		if ok = ok && near; ok != c.ok || ok && (n != c.degree || affine != c.affine) {
			t.Errorf("%v is %q: %d, %v, %v", c.steps, word, n, affine, ok)
		}
	}
}
