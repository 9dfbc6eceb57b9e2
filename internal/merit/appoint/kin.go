package appoint

import (
	"context"
	"strings"

	"netral/internal/day"
	"netral/internal/store"
)

// Kin is how somebody is related to another: over which declared relations.
type Kin struct {
	Degree int  // 0 for a relation that was declared without one
	Affine bool // by marriage
	Path   []Step
}

// Step is one relation on the way from the other to the relative.
type Step struct {
	Kind  string // what this person is to the one before: parent, child, sibling …
	Sex   string // "male", "female", or "" when not known
	Older *bool  // than the one before; nil when not known
}

// In is the way in words, the relative first: "kakak dari ibu (derajat ketiga)".
func (k Kin) In(lang string) string {
	var out []string
	for i := len(k.Path) - 1; i >= 0; i-- {
		out = append(out, k.Path[i].word().In(lang))
	}
	of := Said{" dari ", " of the "}.In(lang)
	words := strings.Join(out, of)
	if k.Degree < 1 || k.Degree > 3 {
		return words
	}
	by := [...]Said{{"derajat pertama", "first degree"}, {"derajat kedua", "second degree"}, {"derajat ketiga", "third degree"}}[k.Degree-1].In(lang)
	if k.Affine {
		by += Said{" karena perkawinan", " by marriage"}.In(lang)
	}
	return words + " (" + by + ")"
}

// word is what a step is called, as closely as sex and age are known.
func (s Step) word() Said {
	pick := func(male, female, either Said) Said {
		switch s.Sex {
		case "male":
			return male
		case "female":
			return female
		}
		return either
	}
	switch s.Kind {
	case "spouse":
		return pick(Said{"suami", "husband"}, Said{"istri", "wife"}, Said{"suami atau istri", "spouse"})
	case "parent":
		return pick(Said{"ayah", "father"}, Said{"ibu", "mother"}, Said{"orang tua", "parent"})
	case "child":
		return pick(Said{"anak", "son"}, Said{"anak", "daughter"}, Said{"anak", "child"})
	case "sibling":
		id, en := "saudara", ""
		if s.Older != nil && *s.Older {
			id, en = "kakak", "elder "
		} else if s.Older != nil {
			id, en = "adik", "younger "
		}
		return pick(Said{id, en + "brother"}, Said{id, en + "sister"}, Said{id, en + "sibling"})
	case "grandparent":
		return pick(Said{"kakek", "grandfather"}, Said{"nenek", "grandmother"}, Said{"kakek atau nenek", "grandparent"})
	case "grandchild":
		return pick(Said{"cucu", "grandson"}, Said{"cucu", "granddaughter"}, Said{"cucu", "grandchild"})
	case "uncle_aunt":
		return pick(Said{"paman", "uncle"}, Said{"bibi", "aunt"}, Said{"paman atau bibi", "uncle or aunt"})
	case "nephew_niece":
		return pick(Said{"keponakan", "nephew"}, Said{"keponakan", "niece"}, Said{"keponakan", "nephew or niece"})
	case "cousin":
		return Said{"sepupu", "cousin"}
	case "in_law":
		return Said{"mertua, menantu, atau ipar", "relative by marriage"}
	}
	return Said{"kerabat yang dinyatakan", "declared relative"}
}

// kinship is who is related to whom, asked once for each who takes part: they are
// few, the candidates many.
type kinship struct {
	ask Relatives
	on  day.Day
	of  map[string]map[string]Kin
}

func (s *Service) kinship(on day.Day) *kinship {
	return &kinship{s.Relatives, on, map[string]map[string]Kin{}}
}

// between says whether a candidate is a relative of who takes part, and how: what
// the candidate is to them.
func (k *kinship) between(ctx context.Context, tx *store.Tx, who, candidate string) (Kin, bool, error) {
	list, asked := k.of[who]
	if !asked {
		var err error
		if list, err = k.ask(ctx, tx, who, k.on); err != nil {
			return Kin{}, false, err
		}
		k.of[who] = list
	}
	kin, found := list[candidate]
	return kin, found, nil
}

// Tie is a relation between somebody who takes part and a candidate.
type Tie struct {
	Who       string // id of the proposer, an assessor or the signer
	Candidate string
	Kin       Kin
}

// ties are all relations of a proposal, also those for which somebody stood back.
func (w *sight) ties(ctx context.Context, tx *store.Tx, p *Proposal) ([]Tie, error) {
	part := []string{p.Proposer, w.batch.Decider}
	if w.batch.Minutes != nil {
		part = append(part, w.batch.Minutes.Assessors...)
	}
	var out []Tie
	for _, x := range unique(part) {
		for _, c := range p.candidates() {
			kin, near, err := w.kin.between(ctx, tx, x, c)
			if err != nil {
				return nil, err
			}
			if near {
				out = append(out, Tie{x, c, kin})
			}
		}
	}
	return out, nil
}
