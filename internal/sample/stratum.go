package sample

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"unicode/utf8"

	"netral/internal/fault"
)

// Stratum is a part of the list that a fixed number is drawn from.
type Stratum struct {
	Name  string
	IDs   []string
	Quota int
}

// Drawn is what was drawn from a stratum: the first Quota ids by ticket number,
// and those after them, who step in one by one where somebody cannot come.
type Drawn struct {
	Stratum     string
	Sample      []Ticket
	Substitutes []Ticket
}

// Size is how many a stratum has.
type Size struct {
	Name string
	N    int
}

// Quotas shares n among strata in proportion to their sizes, by largest
// remainder: each gets the whole part of its share, and what is left goes one by
// one to the largest fractions; among equal fractions to the larger stratum, then
// to the name that comes first. Faults: Invalid when the strata have fewer than n.
func Quotas(sizes []Size, n int) ([]int, error) {
	total := 0
	for _, s := range sizes {
		total += s.N
	}
	if n < 0 || n > total {
		return nil, fault.New(fault.Invalid, "sample.total", n, total)
	}
	out := make([]int, len(sizes))
	if total == 0 {
		return out, nil
	}
	left, order := n, make([]int, len(sizes))
	for i, s := range sizes {
		out[i] = s.N * n / total
		left -= out[i]
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(
			cmp.Compare(sizes[b].N*n%total, sizes[a].N*n%total),
			cmp.Compare(sizes[b].N, sizes[a].N),
			strings.Compare(sizes[a].Name, sizes[b].Name))
	})
	for _, i := range order[:left] {
		out[i]++
	}
	return out, nil
}

// Fits says whether every stratum has as many as its quota asks for. The fault
// names the smallest change that makes them fit: each quota that is too large
// comes down to the size of its stratum, and no other change is needed.
func Fits(sizes []Size, quotas []int) error {
	var f fault.Fields
	asked, can := 0, 0
	for i, s := range sizes {
		q := quotas[i]
		asked += max(q, 0)
		can += min(max(q, 0), s.N)
		f.Add(q >= 0, s.Name, "sample.quota.negative", q)
		f.Add(q <= s.N, s.Name, "sample.quota.large", q, s.N)
	}
	if len(f) == 0 {
		return nil
	}
	return &fault.Error{Kind: fault.Invalid, Key: "sample.quota", Args: []any{asked, can}, Fields: f}
}

// Strata draws from each stratum its quota, and as many substitutes after it as
// are asked for and as there are (All for every one). No id may be in two strata.
func Strata(seed string, strata []Stratum, substitutes int) ([]Drawn, error) {
	if substitutes < All {
		return nil, fault.New(fault.Invalid, "sample.take", substitutes)
	}
	sizes, quotas := make([]Size, len(strata)), make([]int, len(strata))
	var all []string
	names := map[string]bool{}
	for i, s := range strata {
		if names[s.Name] {
			return nil, fault.New(fault.Invalid, "sample.stratum.double", clip(s.Name))
		}
		names[s.Name] = true
		sizes[i], quotas[i] = Size{s.Name, len(s.IDs)}, s.Quota
		all = append(all, s.IDs...)
	}
	if _, err := List(all); err != nil {
		return nil, err
	}
	if err := Fits(sizes, quotas); err != nil {
		return nil, err
	}
	out := make([]Drawn, len(strata))
	for i, s := range strata {
		take := All
		if substitutes != All {
			take = s.Quota + substitutes
		}
		t, err := Draw(seed, s.IDs, Options{Take: take})
		if err != nil {
			return nil, err
		}
		out[i] = Drawn{Stratum: s.Name, Sample: t[:s.Quota:s.Quota], Substitutes: t[s.Quota:]}
	}
	return out, nil
}

// List is the file of a list that is sealed: one id a line in byte order, a line
// feed after each, nothing else. Faults: Invalid for an id that is there twice,
// is empty, has a line feed, or is not UTF-8.
func List(ids []string) ([]byte, error) {
	sorted := slices.Clone(ids)
	slices.Sort(sorted)
	n := 0
	for i, id := range sorted {
		if i > 0 && id == sorted[i-1] {
			return nil, fault.New(fault.Invalid, "sample.double", clip(id))
		}
		if id == "" || strings.Contains(id, "\n") || !utf8.ValidString(id) {
			return nil, fault.New(fault.Invalid, "sample.id", clip(strings.ToValidUTF8(id, "\uFFFD")))
		}
		n += len(id) + 1
	}
	out := make([]byte, 0, n)
	for _, id := range sorted {
		out = append(append(out, id...), '\n')
	}
	return out, nil
}

// Sum is the SHA-256 of a file as hexadecimal digits.
func Sum(file []byte) string {
	sum := sha256.Sum256(file)
	return hex.EncodeToString(sum[:])
}

// Seed is the seed of a draw: of the programme and the number of its round, so
// that no two draws share one; of the sealed list, so that another list is
// another draw; and of the public randomness, that nobody knew when the list was
// sealed.
func Seed(programme, round, listSum, randomness string) string {
	return Hex("netral-draw/1\n" + programme + "\n" + round + "\n" + listSum + "\n" + randomness)
}
