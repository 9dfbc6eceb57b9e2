package callup

import (
	"cmp"
	"context"
	"math"
	"math/big"
	"slices"
	"strings"
	"time"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/store"
)

// Chance is how likely somebody was, or is, to be drawn in a round: the quota of
// their group over its size, exactly. Substitutes are left out of it: who is excused
// is nobody's draw.
type Chance struct {
	Round  string
	Title  string
	Number int
	At     time.Time // the announced moment
	Group  string
	Quota  int
	N      int
	Off    string // the rule that kept the person off the list; the chance is then 0
	State  string // of the call that followed, "" for none
}

// P is the probability.
func (c Chance) P() *big.Rat {
	if c.N == 0 {
		return new(big.Rat)
	}
	return big.NewRat(int64(c.Quota), int64(c.N))
}

// Chances are those of one person, the oldest first, and together.
type Chances struct {
	Rounds []Chance
	Month  *big.Rat // to be drawn at least once this month
	Ever   *big.Rat // to be drawn at least once in all rounds to date
}

// Chances tells a person their own. Faults: Denied when who is nobody of the
// roster.
func (s *Service) Chances(ctx context.Context, who actor.Actor) (Chances, error) {
	if who.Person == "" {
		return Chances{}, fault.New(fault.Denied, "callup.own.nobody")
	}
	if err := s.allow(who, ActAnswer, Resource{Type: "call", Attrs: map[string]any{"person": who.Person}}); err != nil {
		return Chances{}, err
	}
	var out Chances
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		list, err := standingsOf(ctx, tx, who.Person)
		for _, x := range list {
			out.Rounds = append(out.Rounds, Chance{x.Round, x.Title, x.Number, x.At, x.Group, x.Quota, x.N, x.Off, x.State})
		}
		return err
	})
	out.Month, out.Ever = together(out.Rounds, period("month", s.Now()).Start()), together(out.Rounds, time.Time{})
	return out, err
}

// together is the probability to be drawn at least once in the rounds from a moment
// on; each draw has a randomness of its own, so the chances to be spared multiply.
func together(rounds []Chance, from time.Time) *big.Rat {
	spared, one := big.NewRat(1, 1), big.NewRat(1, 1)
	for _, c := range rounds {
		if !c.At.Before(from) {
			spared.Mul(spared, new(big.Rat).Sub(one, c.P()))
		}
	}
	return new(big.Rat).Sub(one, spared)
}

// Share is one draw seen from a part of the list: of N people K are of the part, n
// were drawn, X of them of the part.
type Share struct{ N, K, Drawn, X int }

// Test is whether a part of the lists was drawn more or less often than the lot
// does by itself. It is exact: all ways to draw are counted, none is approximated.
type Test struct {
	By       string // unit, sex, grade
	Name     string // which
	X        int    // drawn
	Expected float64
	Listed   int     // in all lists together
	P        float64 // of a result as unlikely as this one, or more
	Holm     float64 // the same, with all the other tests in mind
	Low      int     // the lot does not reach, below or above, in 99 of 100 cases
	High     int
}

// Bys of tests.
func testBys() []string { return []string{"unit", "sex", "grade"} }

// Fairness are the tests over all rounds that drew, the least likely first. What was
// drawn counts, not who came in the end.
func (s *Service) Fairness(ctx context.Context, who actor.Actor) ([]Test, int, error) {
	if err := s.allow(who, ActFairness, Resource{Type: "programme"}); err != nil {
		return nil, 0, err
	}
	type part struct{ by, name string }
	shares := map[part][]Share{}
	names := map[part]string{}
	drawn := 0
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		rounds, err := roundsOf(ctx, tx, `WHERE state = 'drawn' ORDER BY programme, number`)
		if err != nil {
			return err
		}
		for i := range rounds {
			r := &rounds[i]
			list, err := listOf(ctx, tx, r.ID)
			if err != nil {
				return err
			}
			calls, err := callsOf(ctx, tx, `WHERE c.round = $1`, r.ID)
			if err != nil {
				return err
			}
			hit := map[string]bool{}
			for j := range calls {
				for _, g := range r.Groups {
					if g.Name == calls[j].Group && calls[j].Place <= g.Quota {
						hit[calls[j].Person] = true
						drawn++
					}
				}
			}
			for _, g := range r.Groups {
				mine := map[part]*Share{}
				for _, l := range list {
					if l.group != g.Name {
						continue
					}
					for _, k := range []part{{"unit", l.Unit}, {"sex", l.Sex}, {"grade", l.Grade}} {
						if k.name == "" {
							continue
						}
						sh := mine[k]
						if sh == nil {
							sh = &Share{N: g.N, Drawn: g.Quota}
							mine[k] = sh
						}
						names[k] = k.name
						if k.by == "unit" {
							names[k] = cmp.Or(l.UnitName, l.Unit)
						}
						sh.K++
						if hit[l.Person] {
							sh.X++
						}
					}
				}
				for k, sh := range mine {
					shares[k] = append(shares[k], *sh)
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, 0, err
	}
	var out []Test
	for k, list := range shares {
		t := test(list)
		t.By, t.Name = k.by, names[k]
		out = append(out, t)
	}
	holm(out)
	return out, drawn, nil
}

// test compares what was drawn of a part with the exact distribution of a fair lot:
// of each draw a hypergeometric one, of several draws their sum.
func test(list []Share) Test {
	dist := []float64{1}
	var t Test
	for _, s := range list {
		t.X += s.X
		t.Listed += s.K
		t.Expected += float64(s.Drawn) * float64(s.K) / float64(s.N)
		dist = convolve(dist, hypergeometric(s))
	}
	seen := dist[t.X] * (1 + 1e-9)
	for _, p := range dist {
		if p <= seen {
			t.P += p
		}
	}
	t.P = min(t.P, 1)
	sum := 0.0
	for i, p := range dist {
		if sum += p; sum <= 0.005 {
			t.Low = i + 1
		}
		if sum < 0.995 {
			t.High = i + 1
		}
	}
	t.High = min(t.High, len(dist)-1)
	return t
}

// hypergeometric is the probability of 0, 1, 2 … of the part among the drawn.
func hypergeometric(s Share) []float64 {
	out := make([]float64, min(s.K, s.Drawn)+1)
	for x := range out {
		if s.Drawn-x <= s.N-s.K {
			out[x] = math.Exp(choose(s.K, x) + choose(s.N-s.K, s.Drawn-x) - choose(s.N, s.Drawn))
		}
	}
	return out
}

// choose is the logarithm of n over k.
func choose(n, k int) float64 {
	a, _ := math.Lgamma(float64(n + 1))
	b, _ := math.Lgamma(float64(k + 1))
	c, _ := math.Lgamma(float64(n - k + 1))
	return a - b - c
}

func convolve(a, b []float64) []float64 {
	out := make([]float64, len(a)+len(b)-1)
	for i, x := range a {
		for j, y := range b {
			out[i+j] += x * y
		}
	}
	return out
}

// holm corrects for the number of tests: of a hundred fair parts one is found
// unlikely at one in a hundred, and that is no finding.
func holm(list []Test) {
	slices.SortFunc(list, func(a, b Test) int {
		return cmp.Or(cmp.Compare(a.P, b.P), strings.Compare(a.By, b.By), strings.Compare(a.Name, b.Name))
	})
	worst := 0.0
	for i := range list {
		worst = max(worst, min(1, list[i].P*float64(len(list)-i)))
		list[i].Holm = worst
	}
}
