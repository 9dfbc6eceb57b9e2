package demo

import (
	"fmt"
	"math/rand/v2"
	"sort"
	"strings"

	"netral/internal/merit/roster"
)

// names draws names by group, sex and generation.
type names struct {
	mix   []weighted          // groups of people, in thousandths
	pools map[listKey]*pool   // by place/sex/group/age
	all   map[listKey][]entry // while they are read
}

type entry struct {
	name, faith string
	weight      int
}

// pool is a list of names with running sums of their weights.
type pool struct {
	names []entry
	sums  []int
}

func newNames() *names { return &names{pools: map[listKey]*pool{}, all: map[listKey][]entry{}} }

func (n *names) take(r row) error {
	w, err := r.number("weight")
	if err != nil || w == 0 { // the name of a candidate: never drawn
		return err
	}
	sexes := []string{r["sex"]}
	if r["sex"] == "U" {
		sexes = []string{"L", "P"}
	}
	for _, sex := range sexes {
		age := r["age"]
		if r["place"] == "belakang" {
			age = ""
		}
		key := listKey{r["place"], sex, r["group"], age}
		n.all[key] = append(n.all[key], entry{r["name"], r["faith"], int(w)})
	}
	return nil
}

func (n *names) takeMix(r row) error {
	w, err := r.number("percent")
	if r["group"] == "tionghoa" {
		w /= 10 // far fewer among civil servants than among the people
	}
	n.mix = append(n.mix, weighted{r["group"], int(w * 10)})
	return err
}

func (n *names) done() error {
	for key, list := range n.all {
		p := &pool{names: list}
		sum := 0
		for _, e := range list {
			sum += e.weight
			p.sums = append(p.sums, sum)
		}
		n.pools[key] = p
	}
	n.all = nil
	for _, sex := range []string{"L", "P"} {
		if n.pools[listKey{"depan", sex, "umum", "tengah"}] == nil || n.pools[listKey{"belakang", sex, "jawa", ""}] == nil {
			return fmt.Errorf("names.csv: no common names for sex %s", sex)
		}
	}
	return nil
}

// listKey is which list of names it is.
type listKey struct{ place, sex, group, age string }

func (p *pool) draw(r *rand.Rand) entry {
	n := r.IntN(p.sums[len(p.sums)-1])
	return p.names[sort.SearchInts(p.sums, n+1)]
}

// firsts and seconds are the lists of each group, those that are nearest first;
// a list that is named twice is drawn from twice as often.
func firsts(group string) []string {
	switch group {
	case "jawa":
		return []string{"jawa", "jawa", "umum", "islam"}
	case "betawi":
		return []string{"betawi", "islam", "islam", "umum"}
	case "sunda":
		return []string{"sunda", "sunda", "islam", "umum"}
	case "tionghoa":
		return []string{"tionghoa", "kristen"}
	case "batak":
		return []string{"batak", "batak", "kristen"}
	case "minang", "melayu_bugis", "arab":
		return []string{group, "islam"}
	case "bali":
		return []string{"bali"}
	case "timur":
		return []string{"kristen"}
	case "madura":
		return []string{"islam", "jawa"}
	}
	return []string{"umum"}
}

func seconds(group string) []string {
	switch group {
	case "betawi":
		return []string{"islam", "betawi"}
	case "madura":
		return []string{"islam"}
	case "lainnya", "umum":
		return []string{"jawa", "islam"}
	}
	return []string{group}
}

// name draws a name for somebody born in a year.
func (n *names) name(r *rand.Rand, sex roster.Sex, year int) string {
	s := "L"
	if sex == roster.Female {
		s = "P"
	}
	group := pick(r, n.mix)
	old := 8 // of a hundred have a name of the generation before
	switch {
	case year < 1970:
		old = 75
	case year < 1983:
		old = 35
	}
	list := firsts(group)
	first := n.first(list[r.IntN(len(list))], s, r.IntN(100) < old)
	given := first.draw(r)
	one := 6 // of a hundred have a single name
	if year < 1975 {
		one = 16
	}
	if r.IntN(100) < one {
		return given.name
	}
	out := given.name
	if group == "umum" || group == "lainnya" || r.IntN(100) < 22 { // two given names
		if more := first.draw(r); more.name != given.name {
			out += " " + more.name
		}
	}
	second := n.second(seconds(group), r, s)
	last := second.draw(r)
	for range 4 { // a clan of another faith is drawn again
		if fits(given.faith, last.faith) {
			break
		}
		last = second.draw(r)
	}
	if strings.Contains(out, last.name) {
		return out
	}
	return out + " " + last.name
}

func fits(a, b string) bool {
	return a == "umum" || b == "umum" || strings.Contains(a, b) || strings.Contains(b, a)
}

func (n *names) first(group, sex string, old bool) *pool {
	ages := [2]string{"tengah", "lama"}
	if old {
		ages = [2]string{"lama", "tengah"}
	}
	for _, age := range ages {
		if p := n.pools[listKey{"depan", sex, group, age}]; p != nil {
			return p
		}
	}
	return n.pools[listKey{"depan", sex, "umum", "tengah"}]
}

func (n *names) second(groups []string, r *rand.Rand, sex string) *pool {
	if p := n.pools[listKey{"belakang", sex, groups[r.IntN(len(groups))], ""}]; p != nil {
		return p
	}
	return n.pools[listKey{"belakang", sex, "jawa", ""}]
}

// pick draws one of a short list by weight.
func pick(r *rand.Rand, list []weighted) string {
	sum := 0
	for _, w := range list {
		sum += w.weight
	}
	n := r.IntN(sum)
	for _, w := range list {
		if n -= w.weight; n < 0 {
			return w.value
		}
	}
	return list[len(list)-1].value
}
