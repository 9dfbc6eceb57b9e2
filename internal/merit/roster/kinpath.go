package roster

import (
	"cmp"
	"slices"
	"strings"
)

// Relations are composed as words of steps: U to a parent, D to a child, M to a
// spouse. A sibling is UD, an uncle UUD. A word is kept as short as it can be said:
//
//	DU  the other parent of a child is M, like a spouse
//	UM  the spouse of a parent is U, like a parent
//	MD  a child of a spouse is D, like a child
//
// so that the parent of a sibling (UDU) is a parent, and the sibling of a child
// (DUD) a child. Step-parents, stepchildren and half-siblings count as parents,
// children and siblings: who is close enough for one is close enough to stand
// back. U…D… is a blood relative of as many degrees as there are steps; one M
// before it is the family of a spouse, one behind it who married a relative. Words
// with M anywhere else, as the parents of a child's spouse, are none.

// letters are the steps of a declared relation; "" for those that lead no further.
func letters(kind string) string {
	switch kind {
	case "spouse":
		return "M"
	case "parent":
		return "U"
	case "child":
		return "D"
	case "sibling":
		return "UD"
	case "grandparent":
		return "UU"
	case "grandchild":
		return "DD"
	case "uncle_aunt":
		return "UUD"
	case "nephew_niece":
		return "UDD"
	case "cousin":
		return "UUDD"
	}
	return ""
}

// maxSteps is how long a word may be on the way: a cousin, and from there back. It
// bounds the search, which ends because the words up to it are few.
const maxSteps = 6

// extend goes on from a word by the steps of a relation; false where it is no
// relative any more.
func extend(word, more string) (string, bool) {
	w := []byte(word)
	for i := 0; i < len(more); i++ {
		c := more[i]
		for {
			top := byte(0)
			if len(w) > 0 {
				top = w[len(w)-1]
			}
			switch {
			case c == 'U' && top == 'D':
				w, c = w[:len(w)-1], 'M'
				continue
			case c == 'D' && top == 'M':
				w = w[:len(w)-1]
				continue
			case c == 'M' && top == 'U':
				c = 0
			case c == 'M' && top == 'M':
				return "", false
			}
			break
		}
		if c != 0 {
			w = append(w, c)
		}
	}
	out := string(w)
	if m := strings.IndexByte(out, 'M'); len(out) > maxSteps || m >= 0 && (m > 0 && m < len(out)-1 || strings.Count(out, "M") > 1) {
		return "", false
	}
	return out, true
}

// degree is how far a word leads, and whether over a marriage; false for too far.
func degree(word string) (n int, affine, ok bool) {
	if word == "M" {
		return 1, true, true
	}
	affine = strings.Contains(word, "M")
	n = len(word)
	if affine {
		n--
		return n, true, n <= MaxAffine
	}
	return n, false, n > 0 && n <= MaxDegree
}

func compareSteps(a, b KinStep) int {
	return cmp.Or(cmp.Compare(a.Person, b.Person), cmp.Compare(slices.Index(RelationKinds(), a.Kind), slices.Index(RelationKinds(), b.Kind)))
}

// way is how a person was reached.
type way struct {
	person, word string
	path         []KinStep
}

// kinsmen searches from a person along declared relations, one step of all that
// are reached at a time: next reads those of several people. A person who is
// reached over several ways is told with the nearest, and of these the shortest.
func kinsmen(start string, next func([]string) (map[string][]KinStep, error)) ([]Kinsman, error) {
	type state struct{ person, word string }
	seen := map[state]bool{{start, ""}: true}
	known := map[string][]KinStep{}
	best := map[string]Kinsman{}
	note := func(k Kinsman) {
		b, ok := best[k.Person]
		if !ok || cmp.Or(cmp.Compare(k.Degree, b.Degree), cmp.Compare(len(k.Path), len(b.Path))) < 0 {
			best[k.Person] = k
		}
	}
	for open := []way{{person: start}}; len(open) > 0; {
		var ask []string
		for _, w := range open {
			if _, ok := known[w.person]; !ok {
				known[w.person] = nil
				ask = append(ask, w.person)
			}
		}
		got, err := next(ask)
		if err != nil {
			return nil, err
		}
		for id, steps := range got {
			known[id] = steps
		}
		var further []way
		for _, w := range open {
			for _, s := range known[w.person] {
				path := append(slices.Clip(w.path), s)
				more := letters(s.Kind)
				if more == "" {
					// Declared without saying how: it counts, and leads no further.
					if w.person == start {
						n := 0
						if s.Kind == "in_law" {
							n = 2
						}
						note(Kinsman{Person: s.Person, Degree: n, Affine: s.Kind == "in_law", Path: path})
					}
					continue
				}
				word, ok := extend(w.word, more)
				if !ok || seen[state{s.Person, word}] {
					continue
				}
				seen[state{s.Person, word}] = true
				if n, affine, near := degree(word); near && s.Person != start {
					note(Kinsman{s.Person, n, affine, path})
				}
				further = append(further, way{s.Person, word, path})
			}
		}
		open = further
	}
	out := make([]Kinsman, 0, len(best))
	for _, k := range best {
		out = append(out, k)
	}
	slices.SortFunc(out, func(a, b Kinsman) int {
		return cmp.Or(cmp.Compare(a.Degree, b.Degree), cmp.Compare(a.Person, b.Person))
	})
	return out, nil
}
