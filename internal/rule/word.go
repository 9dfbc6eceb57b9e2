package rule

import (
	"math/bits"
	"slices"
	"strings"
)

// Words puts a condition into words: the fact's title and what it may be. A
// condition that leaves out less than it lets in is said by what it leaves out.
func (b *Book) Words(c Condition, lang string) string {
	at, ok := b.factAt[c.Fact]
	if !ok {
		return c.Fact + ": " + strings.Join(c.Words, ", ")
	}
	f := &b.facts[at]
	mask := c.mask
	if mask == 0 { // made by the caller, not read from a file
		for _, w := range c.Words {
			mask |= f.mask(w)
		}
	}
	anything, except, or := "apa pun", "apa pun kecuali ", " atau "
	if lang == "en" {
		anything, except, or = "anything", "anything except ", " or "
	}
	said := f.Title.In(lang) + ": "
	without := allValues(*f) &^ mask
	switch {
	case without == 0:
		return said + anything
	case len(f.Values) > 3 && bits.OnesCount64(without) < bits.OnesCount64(mask)/2:
		return said + except + f.titles(without, lang, or)
	}
	return said + f.titles(mask, lang, or)
}

// titles joins the titles of values: "a, b or c". A title that itself has a
// comma or an "or" makes the whole list one of semicolons.
func (f *Fact) titles(mask uint64, lang, or string) string {
	var all []string
	plain := true
	for i, v := range f.Values {
		if mask>>i&1 != 0 {
			t := v.Title.In(lang)
			plain = plain && !strings.Contains(t, ",") && !strings.Contains(t, or)
			all = append(all, t)
		}
	}
	if !plain {
		return strings.Join(all, "; ")
	}
	if n := len(all); n > 1 {
		return strings.Join(all[:n-1], ", ") + or + all[n-1]
	}
	return strings.Join(all, "")
}

// Described is a rule's conditions in words: all of All must hold and, if there
// are any, all of one of Any.
type Described struct {
	All []string
	Any [][]string
}

// Describe puts the conditions of a rule into words.
func (b *Book) Describe(r *Rule, lang string) Described {
	var d Described
	for _, c := range r.When {
		d.All = append(d.All, b.Words(c, lang))
	}
	for _, alt := range r.Any {
		var one []string
		for _, c := range alt {
			one = append(one, b.Words(c, lang))
		}
		d.Any = append(d.Any, one)
	}
	return d
}

// Phrase puts facts into words, in the book's order: "Act: comment; About: a
// party". Facts and values that the book does not know are said as written, at
// the end.
func (b *Book) Phrase(facts Facts, lang string) string {
	var out []string
	for i := range b.facts {
		f := &b.facts[i]
		v, ok := facts[f.Name]
		if !ok {
			continue
		}
		if val, ok := f.Value(v); ok {
			v = val.Title.In(lang)
		}
		out = append(out, f.Title.In(lang)+": "+v)
	}
	for _, name := range sortedKeys(facts) {
		if !slices.ContainsFunc(b.facts, func(f Fact) bool { return f.Name == name }) {
			out = append(out, name+": "+facts[name])
		}
	}
	return strings.Join(out, "; ")
}
