package rule

import (
	"fmt"
	"io/fs"
	"math"
	"math/bits"
	"path"
	"slices"
	"strings"

	"netral/internal/day"
)

// Report is what Check found. Every list is empty in a book that may ship.
type Report struct {
	Book       string      `json:"book"`
	Edition    string      `json:"edition"`
	SHA256     string      `json:"sha256"`
	Rules      int         `json:"rules"`
	Facts      int         `json:"facts"`
	Eras       int         `json:"eras"`
	Nodes      int         `json:"nodes"`
	Situations uint64      `json:"situations"` // combinations of facts, times eras; each was looked at
	AtLeast    bool        `json:"at_least"`   // there are more situations than Situations can say
	Outcomes   []Share     `json:"outcomes"`
	Gaps       []Finding   `json:"gaps"`
	Conflicts  []Finding   `json:"conflicts"`
	Dead       []Finding   `json:"dead"`
	Uncited    []Finding   `json:"uncited"`
	Examples   Examples    `json:"examples"`
	Periods    []EraReport `json:"periods"`
}

// Share is how many situations have an outcome; math.MaxUint64 stands for that
// many or more.
type Share struct {
	Outcome    Outcome `json:"outcome"`
	Situations uint64  `json:"situations"`
}

// EraReport is one stretch of days with the same rules in force.
type EraReport struct {
	From  day.Day `json:"from"`
	Rules int     `json:"rules"`
}

// Finding is one thing wrong with a book, with the smallest situation that
// shows it.
type Finding struct {
	Rules   []string `json:"rules,omitempty"`
	On      string   `json:"on,omitempty"`
	Witness Facts    `json:"witness,omitempty"` // the facts on which it turns
	Words   Text     `json:"words,omitzero"`    // the witness in words
	File    string   `json:"file,omitempty"`
	Line    int      `json:"line,omitempty"`
	Message string   `json:"message"`
}

// Clean reports that nothing is wrong.
func (r Report) Clean() bool {
	return len(r.Gaps)+len(r.Conflicts)+len(r.Dead)+len(r.Uncited)+len(r.Examples.Failed) == 0
}

// Check looks at every situation in every era, at the register, and at the
// examples in cases/*.yaml below dir, decided with the timeline. Files of cases
// that cannot be read are failed examples.
func (b *Book) Check(fsys fs.FS, dir string, t Timeline) Report {
	r := Report{Book: b.ID, Edition: b.Edition, SHA256: b.SHA256, Rules: len(b.Rules), Facts: len(b.facts), Eras: len(b.roots), Nodes: len(b.diagram.fact),
		Gaps: []Finding{}, Conflicts: []Finding{}, Dead: []Finding{}, Uncited: []Finding{}, Examples: Examples{Failed: []Finding{}}}
	r.checkSpace(b)
	r.checkRegister(b)
	cases, problems := LoadCases(fsys, path.Join(dir, "cases"))
	for _, p := range problems {
		r.Examples.Failed = append(r.Examples.Failed, Finding{File: p.File, Line: p.Line, Message: p.Message})
	}
	r.Examples.run(b, cases, t)
	return r
}

func (r *Report) checkSpace(b *Book) {
	counts := make([]uint64, len(b.diagram.verdicts))
	decides := make([]bool, len(b.Rules))
	shown := map[string]bool{}
	for era, root := range b.roots {
		on := b.eraDay(era)
		er := EraReport{From: day.None}
		if era > 0 {
			er.From = on
		}
		for _, ru := range b.Rules {
			if ru.InForce(on) {
				er.Rules++
			}
		}
		r.Periods = append(r.Periods, er)
		for leaf, n := range b.count(root) {
			if n == 0 {
				continue
			}
			counts[leaf] = addCount(counts[leaf], n)
			v := &b.diagram.verdicts[leaf]
			for _, i := range v.rules[:v.deciding] {
				decides[i] = true
			}
			r.checkLeaf(b, root, leaf, on, shown)
		}
	}
	var by [outcomes]uint64
	for leaf, n := range counts {
		o := b.diagram.verdicts[leaf].outcome
		by[o] = addCount(by[o], n)
		r.Situations = addCount(r.Situations, n)
	}
	r.AtLeast = r.Situations == math.MaxUint64
	for o := range outcomes {
		if by[o] > 0 {
			r.Outcomes = append(r.Outcomes, Share{o, by[o]})
		}
	}
	for i, ru := range b.Rules {
		if !decides[i] {
			r.Dead = append(r.Dead, Finding{Rules: []string{ru.ID}, File: ru.File, Line: ru.Line,
				Message: fmt.Sprintf("rule %s never decides: wherever it holds, another rule defeats it or is graver", ru.ID)})
		}
	}
}

// checkLeaf notes a gap or a conflict, once for each set of rules.
func (r *Report) checkLeaf(b *Book, root int32, leaf int, on day.Day, shown map[string]bool) {
	v := &b.diagram.verdicts[leaf]
	if len(v.rules) > 0 && !v.conflict {
		return
	}
	ids := b.ids(v.rules)
	key := strings.Join(ids, " ")
	if len(ids) == 0 {
		key = on.String()
	}
	if shown[key] {
		return
	}
	shown[key] = true
	f := Finding{Rules: ids, On: on.String(), Witness: b.witness(root, int32(leaf))}
	f.Words = Text{ID: b.Phrase(f.Witness, "id"), EN: b.Phrase(f.Witness, "en")}
	if len(v.rules) == 0 {
		f.Message = "no rule answers this situation: " + b.describe(f.Witness)
		r.Gaps = append(r.Gaps, f)
		return
	}
	first := b.Rules[v.rules[0]]
	f.File, f.Line = first.File, first.Line
	says := make([]string, len(v.rules))
	for i, j := range v.rules {
		says[i] = fmt.Sprintf("%s says %s", b.Rules[j].ID, b.Rules[j].Outcome)
	}
	f.Message = fmt.Sprintf("rules disagree: %s; in: %s", strings.Join(says, ", "), b.describe(f.Witness))
	r.Conflicts = append(r.Conflicts, f)
}

func (b *Book) ids(rules []int) []string {
	out := make([]string, len(rules))
	for i, r := range rules {
		out[i] = b.Rules[r].ID
	}
	return out
}

// describe puts a witness into plain words.
func (b *Book) describe(w Facts) string {
	if len(w) == 0 {
		return "nothing in particular"
	}
	var out []string
	for _, f := range b.facts {
		if v, ok := w[f.Name]; ok {
			val, _ := f.Value(v)
			out = append(out, fmt.Sprintf("%s=%s (%s)", f.Name, v, val.Title.EN))
		}
	}
	return strings.Join(out, ", ")
}

// count gives, for each verdict, in how many situations it is reached from
// root; 0 for those that are not, math.MaxUint64 for that many or more.
func (b *Book) count(root int32) []uint64 {
	d := b.diagram
	// gap[i][j] is how many ways there are to choose the facts from i up to j,
	// which a step of the diagram passes over.
	gap := gaps(b.facts)
	level := func(ref int32) int {
		if ref < 0 {
			return len(b.facts)
		}
		return int(d.fact[ref])
	}
	out := make([]uint64, len(d.verdicts))
	ways := make([]uint64, max(root+1, 0)) // situations that get to each node
	arrive := func(ref int32, n uint64) {
		if ref < 0 {
			out[^ref] = addCount(out[^ref], n)
			return
		}
		ways[ref] = addCount(ways[ref], n)
	}
	arrive(root, gap[0][level(root)])
	for ref := root; ref >= 0; ref-- { // kids have smaller references
		if n := ways[ref]; n > 0 {
			l := level(ref)
			for _, kid := range b.kids(ref) {
				arrive(kid, mulCount(n, gap[l+1][level(kid)]))
			}
		}
	}
	return out
}

func gaps(facts []Fact) [][]uint64 {
	out := make([][]uint64, len(facts)+1)
	for i := range out {
		out[i] = make([]uint64, len(facts)+1)
		n := uint64(1)
		for j := i; j <= len(facts); j++ {
			out[i][j] = n
			if j < len(facts) {
				n = mulCount(n, uint64(len(facts[j].Values)))
			}
		}
	}
	return out
}

// addCount and mulCount stop at math.MaxUint64: a vocabulary of sixty facts
// has more situations than any machine word can count.
func addCount(x, y uint64) uint64 {
	sum, carry := bits.Add64(x, y, 0)
	if carry != 0 {
		return math.MaxUint64
	}
	return sum
}

func mulCount(x, y uint64) uint64 {
	hi, lo := bits.Mul64(x, y)
	if hi != 0 {
		return math.MaxUint64
	}
	return lo
}

// witness is the situation that reaches the verdict, which can be reached from
// root, with the fewest facts other than assumed. Only facts on which it turns
// are named.
func (b *Book) witness(root, leaf int32) Facts {
	d := b.diagram
	cost := map[int32]int{}
	choice := map[int32]int{}
	const never = 1 << 20
	var visit func(ref int32) int
	visit = func(ref int32) int {
		if ref < 0 {
			if ^ref == leaf {
				return 0
			}
			return never
		}
		if c, ok := cost[ref]; ok {
			return c
		}
		f := int(d.fact[ref])
		best, at := never, 0
		for _, v := range b.preferred(f) {
			c := visit(d.kid[d.kids[ref]+int32(v)])
			if b.facts[f].Values[v].Name != b.facts[f].Assume {
				c++
			}
			if c < best {
				best, at = c, v
			}
		}
		cost[ref], choice[ref] = best, at
		return best
	}
	visit(root)
	out := Facts{}
	for ref := root; ref >= 0; {
		f := b.facts[d.fact[ref]]
		v := choice[ref]
		out[f.Name] = f.Values[v].Name
		ref = d.kid[d.kids[ref]+int32(v)]
	}
	return out
}

// preferred lists value indexes, the assumed one first.
func (b *Book) preferred(fact int) []int {
	f := &b.facts[fact]
	out := make([]int, 0, len(f.Values))
	if i := f.index(f.Assume); i >= 0 {
		out = append(out, i)
	}
	for i := range f.Values {
		if !slices.Contains(out, i) {
			out = append(out, i)
		}
	}
	return out
}

func (r *Report) checkRegister(b *Book) {
	cited := map[string]bool{}
	for _, ru := range b.Rules {
		for _, c := range ru.Cites {
			cited[c] = true
		}
	}
	for _, it := range b.Register {
		if !cited[it.ID] {
			r.Uncited = append(r.Uncited, Finding{File: "book.yaml", Line: it.Line, Message: fmt.Sprintf("%s (%s) is in the register of the law, and no rule cites it", it.ID, it.Provision.EN)})
		}
	}
}

// distance is the smallest number of facts that would have to be known
// otherwise for the rule to hold: an unknown fact counts like a wrong one.
func (r *Rule) distance(s Situation) int {
	best := len(s) + 1
	for _, w := range r.ways {
		best = min(best, w.off(s))
	}
	return best
}
