package lex

import (
	"cmp"
	"io/fs"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"netral/internal/lex/date"
	"netral/internal/lex/stem"
	"netral/internal/rule"
)

// Lexicon is the words and phrases of a reader, checked against a book. It
// does not change once loaded.
type Lexicon struct {
	alias    map[string][]string // a word as people write it → words of the lexicon
	filler   map[string]bool     // words that a phrase steps over
	numbered map[string]bool     // words that a figure follows: "no2" is no 2, not a plural
	first    map[string]bool     // facts of which the first of several stands
	lang     [2]map[string]bool  // words that tell Indonesian, English
	lit      map[string]int32    // symbol of a word of the lexicon
	stems    map[string]int32    // symbol of a stem of the lexicon
	class    map[string]int32    // symbol of a class; "=candidate" for names
	symbols  int32
	phrases  []phrase
	starts   map[int32][]int32 // phrases by the symbols they can begin with
	readings []reading
	marks    map[string]int32
	dates    date.Vocabulary
	stemmer  *stem.Stemmer
	spell    stem.Slips
}

// reading is what a phrase says.
type reading struct {
	facts, hints []pair
	marks        []int32
	drop         []string // facts whose other findings inside the phrase do not count
	with         [][]condition
	without      []condition
	rank         int
	block        bool // the words say nothing that this lexicon is for
}

type pair struct{ fact, value string }

// condition asks for a mark, or for a fact with any value or one.
type condition struct {
	mark        int32 // 0: a fact
	fact, value string
}

// Load reads the *.yaml files of dir. Facts and values must be in the book:
// "fact" takes facts that are asked, "hint" those that follow from the day. The
// error is rule.Problems, with file and line.
func Load(fsys fs.FS, dir string, book *rule.Book) (*Lexicon, error) {
	var problems rule.Problems
	l := &Lexicon{
		alias: map[string][]string{}, filler: map[string]bool{}, numbered: map[string]bool{}, first: map[string]bool{},
		lang: [2]map[string]bool{{}, {}}, lit: map[string]int32{}, stems: map[string]int32{}, class: map[string]int32{},
		starts: map[int32][]int32{}, marks: map[string]int32{}, dates: date.New(),
	}
	ld := &loader{Lexicon: l, book: book, defined: map[int32]bool{}, used: map[int32]use{}}
	names, err := fs.Glob(fsys, path.Join(dir, "*.yaml"))
	if err != nil || len(names) == 0 {
		return nil, rule.Problems{{File: dir, Message: "no lexicon file (*.yaml)"}}
	}
	slices.Sort(names)
	type file struct {
		source
		keys map[string]*yaml.Node
	}
	var files []file
	for _, n := range names {
		src := source{file: path.Base(n), problems: &problems}
		data, err := fs.ReadFile(fsys, n)
		if err != nil {
			src.bad(nil, "cannot be read")
			continue
		}
		if top := src.root(data); top != nil {
			files = append(files, file{src, src.fields(top, "aliases", "fillers", "numbered", "first", "language", "dates", "classes", "readings", "blocks")})
		}
	}
	// Words first: phrases are checked against the aliases.
	for _, f := range files {
		f.pairs(f.keys["aliases"], func(k, v *yaml.Node) { ld.readAlias(f.source, k, v) })
		for key, into := range map[string]map[string]bool{"fillers": l.filler, "numbered": l.numbered} {
			f.texts(f.keys[key], func(_ *yaml.Node, v string) {
				for _, w := range strings.Fields(v) {
					into[w] = true
				}
			})
		}
		f.texts(f.keys["first"], func(n *yaml.Node, v string) {
			if book.PossibleValues(v) == "" {
				f.bad(n, "unknown fact %q; possible: %s", clip(v), book.PossibleFacts())
			}
			l.first[v] = true
		})
		if n := f.keys["language"]; n != nil {
			for lang, v := range f.fields(n, "id", "en") {
				i := 0
				if lang == "en" {
					i = 1
				}
				f.texts(v, func(_ *yaml.Node, v string) {
					for _, w := range strings.Fields(v) {
						l.lang[i][w] = true
					}
				})
			}
		}
		if n := f.keys["dates"]; n != nil {
			readDates(&l.dates, f.source, n)
		}
	}
	for _, f := range files {
		f.pairs(f.keys["classes"], func(k, v *yaml.Node) { ld.readClass(f.source, k, v) })
		ld.readReadings(f.source, f.keys["readings"])
		if n := f.keys["blocks"]; n != nil {
			at := len(l.readings)
			l.readings = append(l.readings, reading{block: true})
			f.texts(n, func(n *yaml.Node, v string) { ld.phrase(f.source, n, v, target{reading: int32(at)}) })
		}
	}
	if len(files) == len(names) {
		ld.finish() // else what a file lacks is not what is wrong
	}
	slices.SortStableFunc(problems, func(a, b rule.Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Message, b.Message))
	})
	if len(problems) > 0 {
		return nil, problems
	}
	// Last, because a dictionary is large and a lexicon may be refused.
	l.stemmer, l.spell = stem.New(), stem.Spelling(l.lit, l.stems)
	return l, nil
}

// loader is what Load needs and a Lexicon does not.
type loader struct {
	*Lexicon
	book    *rule.Book
	defined map[int32]bool // classes with members
	used    map[int32]use  // classes that phrases name
	marked  []use          // marks that conditions name
	set     map[int32]bool // marks that readings set
}

type use struct {
	source
	node *yaml.Node
	name string
	mark int32
}

func (ld *loader) readAlias(s source, k, v *yaml.Node) {
	// "key: list" reads as standard form: the ways it is written.
	words := strings.Fields(k.Value)
	s.texts(v, func(n *yaml.Node, text string) {
		for _, w := range strings.Fields(text) {
			if w != plainWord(w) {
				s.bad(n, "%q: write words in plain small letters and digits", clip(w))
			}
			if was, dup := ld.alias[w]; dup && !slices.Equal(was, words) {
				s.bad(n, "%q already stands for %q", clip(w), strings.Join(was, " "))
				continue
			}
			if slices.Contains(words, w) && len(words) == 1 {
				s.bad(n, "%q stands for itself", clip(w))
				continue
			}
			ld.alias[w] = words
		}
	})
}

func (ld *loader) symbol(m map[string]int32, key string) int32 {
	if id, ok := m[key]; ok {
		return id
	}
	ld.symbols++
	m[key] = ld.symbols
	return ld.symbols
}

func (ld *loader) readClass(s source, k, v *yaml.Node) {
	if strings.HasPrefix(k.Value, "=") || strings.ContainsAny(k.Value, " |<>?*.") {
		s.bad(k, "%q cannot name a class", clip(k.Value))
		return
	}
	id := ld.symbol(ld.class, k.Value)
	if ld.defined[id] {
		s.bad(k, "class %q stands twice", clip(k.Value))
	}
	ld.defined[id] = true
	s.texts(v, func(n *yaml.Node, text string) {
		// In a class, "|" outside a phrase of several words separates members.
		if !strings.Contains(text, " ") {
			for _, part := range strings.Split(text, "|") {
				ld.phrase(s, n, part, target{class: id})
			}
			return
		}
		ld.phrase(s, n, text, target{class: id})
	})
}

func (ld *loader) readReadings(s source, n *yaml.Node) {
	if n == nil {
		return
	}
	if n.Kind != yaml.SequenceNode {
		s.bad(n, "want a list of readings")
		return
	}
	for _, n := range n.Content {
		k := s.fields(n, "say", "fact", "hint", "mark", "drop", "with", "without", "rank")
		r := reading{rank: s.number(k["rank"], 0, 9, 5)}
		r.facts = ld.pairsOf(s, k["fact"], false)
		r.hints = ld.pairsOf(s, k["hint"], true)
		s.texts(k["mark"], func(_ *yaml.Node, v string) {
			id := ld.mark(v)
			r.marks = append(r.marks, id)
			if ld.set == nil {
				ld.set = map[int32]bool{}
			}
			ld.set[id] = true
		})
		s.texts(k["drop"], func(n *yaml.Node, v string) {
			if ld.book.PossibleValues(v) == "" {
				s.bad(n, "unknown fact %q; possible: %s", clip(v), ld.book.PossibleFacts())
			}
			r.drop = append(r.drop, v)
		})
		s.texts(k["with"], func(n *yaml.Node, v string) {
			var any []condition
			for _, alt := range strings.Split(v, "|") {
				any = append(any, ld.condition(s, n, strings.TrimSpace(alt)))
			}
			r.with = append(r.with, any)
		})
		s.texts(k["without"], func(n *yaml.Node, v string) {
			for _, alt := range strings.Split(v, "|") {
				r.without = append(r.without, ld.condition(s, n, strings.TrimSpace(alt)))
			}
		})
		if k["fact"] == nil && k["hint"] == nil && k["mark"] == nil && k["drop"] == nil {
			s.bad(n, "a reading needs a fact, a hint, a mark or a drop")
		}
		if k["say"] == nil {
			s.bad(n, "key %q is missing", "say")
		}
		at := int32(len(ld.readings))
		ld.readings = append(ld.readings, r)
		s.texts(k["say"], func(n *yaml.Node, v string) { ld.phrase(s, n, v, target{reading: at}) })
	}
}

func (ld *loader) mark(name string) int32 {
	if id, ok := ld.marks[name]; ok {
		return id
	}
	id := int32(len(ld.marks) + 1)
	ld.marks[name] = id
	return id
}

// pairsOf reads {fact: value, …} and checks it against the book.
func (ld *loader) pairsOf(s source, n *yaml.Node, derived bool) []pair {
	var out []pair
	s.pairs(n, func(k, v *yaml.Node) {
		f, ok := ld.book.Fact(k.Value)
		switch value := s.text(v); {
		case !ok:
			s.bad(k, "unknown fact %q; possible: %s", clip(k.Value), ld.book.PossibleFacts())
		case !ld.book.Known(k.Value, value):
			s.bad(v, "fact %q has no value %q; possible: %s", k.Value, clip(value), ld.book.PossibleValues(k.Value))
		case f.Derived != derived && derived:
			s.bad(k, "fact %q does not follow from the day: put it under fact", k.Value)
		case f.Derived != derived:
			s.bad(k, "fact %q follows from the day: put it under hint", k.Value)
		default:
			out = append(out, pair{k.Value, value})
		}
	})
	return out
}

// condition reads "mark", "fact=value" or "fact=*".
func (ld *loader) condition(s source, n *yaml.Node, text string) condition {
	fact, value, isFact := strings.Cut(text, "=")
	if !isFact {
		id := ld.mark(text)
		ld.marked = append(ld.marked, use{source: s, node: n, name: text, mark: id})
		return condition{mark: id}
	}
	if value == "*" {
		value = ""
	}
	switch {
	case ld.book.PossibleValues(fact) == "":
		s.bad(n, "unknown fact %q; possible: %s", clip(fact), ld.book.PossibleFacts())
	case value != "" && !ld.book.Known(fact, value):
		s.bad(n, "fact %q has no value %q; possible: %s, *", fact, clip(value), ld.book.PossibleValues(fact))
	}
	return condition{fact: fact, value: value}
}

// finish checks what can be checked only when all files are read.
func (ld *loader) finish() {
	for id, u := range ld.used {
		if !ld.defined[id] {
			u.bad(u.node, "class <%s> has no members", clip(u.name))
		}
	}
	for _, u := range ld.marked {
		if !ld.set[u.mark] {
			u.bad(u.node, "no reading sets the mark %q", clip(u.name))
		}
	}
}
