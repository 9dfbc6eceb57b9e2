package rule

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"netral/internal/day"
)

// Book is a vocabulary and its rules, compiled. It does not change once
// loaded and may be used by many goroutines.
type Book struct {
	ID          string
	Edition     string
	SHA256      string // over vocabulary, book and rule files: what answers depend on
	Title       Text
	About       Text
	Rules       []*Rule
	Instruments []Instrument
	Register    []Item
	Sanctions   []Sanction
	Lists       []Labelled
	Sources     []Labelled
	Supervisors []Supervisor

	facts    []Fact
	factAt   map[string]int
	ruleAt   map[string]int
	itemAt   map[string]int
	instAt   map[string]int
	diagram  *diagram
	boundary []day.Day // days on which the set of rules in force changes
	roots    []int32   // diagram root of each era: before boundary[0], from boundary[0], …
	order    []int     // rule indexes, overriding before overridden
	scratch  sync.Pool // of *look
}

// Labelled is a key with its meaning.
type Labelled struct {
	Key   string
	Title Text
}

// Load reads vocabulary.yaml, book.yaml and rules/*.yaml below dir, links and
// compiles them. The error is Problems: every problem found, with file and
// line. A book that Load accepts may still have gaps or conflicts: Check finds
// them.
func Load(fsys fs.FS, dir string) (*Book, error) {
	var problems Problems
	b := &Book{factAt: map[string]int{}, ruleAt: map[string]int{}, itemAt: map[string]int{}, instAt: map[string]int{}}
	hash := sha256.New()
	read := func(name string, f func(source, *yaml.Node)) {
		src := source{file: name, problems: &problems}
		data, err := fs.ReadFile(fsys, path.Join(dir, name))
		if err != nil {
			src.bad(nil, "cannot be read: %v", unpath(err))
			return
		}
		fmt.Fprintf(hash, "%s %d\n", name, len(data))
		hash.Write(data)
		if top := src.root(data); top != nil {
			f(src, top)
		}
	}
	read("vocabulary.yaml", b.readVocabulary)
	read("book.yaml", b.readBook)
	names, err := fs.Glob(fsys, path.Join(dir, "rules", "*.yaml"))
	if err != nil || len(names) == 0 {
		problems = append(problems, Problem{"rules", 0, "no rule file (*.yaml)"})
	}
	slices.Sort(names)
	for _, n := range names {
		read(path.Join("rules", path.Base(n)), b.readRules)
	}
	b.SHA256 = hex.EncodeToString(hash.Sum(nil))
	if len(problems) == 0 {
		b.link(&problems)
	}
	if len(problems) == 0 {
		b.compile(&problems)
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return b, nil
}

// unpath drops the path that io/fs puts into its errors; the problem names the
// file already.
func unpath(err error) error {
	if pe, ok := err.(*fs.PathError); ok {
		return pe.Err
	}
	return err
}

// Facts lists the facts in the book's order. The slice must not be changed.
func (b *Book) Facts() []Fact { return b.facts }

// Fact finds a fact by name.
func (b *Book) Fact(name string) (Fact, bool) {
	i, ok := b.factAt[name]
	if !ok {
		return Fact{}, false
	}
	return b.facts[i], true
}

// Rule finds a rule by id.
func (b *Book) Rule(id string) (*Rule, bool) {
	i, ok := b.ruleAt[id]
	if !ok {
		return nil, false
	}
	return b.Rules[i], true
}

// Item finds a provision of the register and the instrument it belongs to.
func (b *Book) Item(id string) (Item, Instrument, bool) {
	i, ok := b.itemAt[id]
	if !ok {
		return Item{}, Instrument{}, false
	}
	it := b.Register[i]
	return it, b.Instruments[b.instAt[it.Instrument]], true
}

// Sanction finds a sanction by code.
func (b *Book) Sanction(code string) (Sanction, bool) {
	for _, s := range b.Sanctions {
		if s.Code == code {
			return s, true
		}
	}
	return Sanction{}, false
}

// List is the title of a list of rules.
func (b *Book) List(key string) Text { return labelled(b.Lists, key) }

// Source is what a source key stands for.
func (b *Book) Source(key string) Text { return labelled(b.Sources, key) }

func labelled(all []Labelled, key string) Text {
	for _, l := range all {
		if l.Key == key {
			return l.Title
		}
	}
	return Text{}
}

// Supervisor is the body that supervises on the day.
func (b *Book) Supervisor(on day.Day) (Supervisor, bool) {
	for _, s := range b.Supervisors {
		if (s.From == day.None || on >= s.From) && (s.Until == day.None || on < s.Until) {
			return s, true
		}
	}
	return Supervisor{}, false
}

// Known reports whether the book has the fact and the value; it is what a
// lexicon is checked against.
func (b *Book) Known(fact, value string) bool {
	i, ok := b.factAt[fact]
	return ok && b.facts[i].index(value) >= 0
}

// PossibleFacts and PossibleValues name what could have been meant, for
// messages to people.
func (b *Book) PossibleFacts() string {
	names := make([]string, len(b.facts))
	for i, f := range b.facts {
		names[i] = f.Name
	}
	return strings.Join(names, ", ")
}

// PossibleValues names the values of a fact, or "" for an unknown fact.
func (b *Book) PossibleValues(fact string) string {
	i, ok := b.factAt[fact]
	if !ok {
		return ""
	}
	names := make([]string, len(b.facts[i].Values))
	for j, v := range b.facts[i].Values {
		names[j] = v.Name
	}
	return strings.Join(names, ", ")
}
