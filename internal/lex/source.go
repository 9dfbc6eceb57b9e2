package lex

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"netral/internal/rule"
)

// Bounds on a lexicon; far above the real one.
const (
	maxFileBytes = 1 << 20
	maxPhrases   = 20000
	maxProblems  = 100
	maxDepth     = 16
)

// source reads one lexicon file strictly and notes what is wrong with its line.
type source struct {
	file     string
	problems *rule.Problems
}

func (s source) bad(n *yaml.Node, format string, args ...any) {
	if len(*s.problems) >= maxProblems {
		return
	}
	line := 0
	if n != nil {
		line = n.Line
	}
	*s.problems = append(*s.problems, rule.Problem{File: s.file, Line: line, Message: fmt.Sprintf(format, args...)})
}

func (s source) root(data []byte) *yaml.Node {
	switch {
	case len(data) > maxFileBytes:
		s.bad(nil, "the file has %d bytes; at most %d are read", len(data), maxFileBytes)
		return nil
	case !utf8.Valid(data):
		s.bad(nil, "the file is not UTF-8 text")
		return nil
	}
	doc, err := decode(data)
	if err != nil {
		s.bad(nil, "not YAML: %v", err)
		return nil
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) != 1 {
		s.bad(nil, "the file is empty")
		return nil
	}
	if !s.plain(doc.Content[0], 0) {
		return nil
	}
	return doc.Content[0]
}

// decode turns a panic of the library into an error.
func decode(data []byte) (doc *yaml.Node, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the YAML reader gave up: %v", r)
		}
	}()
	doc = new(yaml.Node)
	return doc, yaml.Unmarshal(data, doc)
}

// plain refuses aliases, which let a small file grow without end, and nesting
// that no lexicon has.
func (s source) plain(n *yaml.Node, depth int) bool {
	if depth > maxDepth {
		s.bad(n, "nested more than %d deep", maxDepth)
		return false
	}
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		s.bad(n, "anchors and aliases are not allowed")
		return false
	}
	for _, c := range n.Content {
		if !s.plain(c, depth+1) {
			return false
		}
	}
	return true
}

// fields splits a mapping into its keys, refusing keys not in known.
func (s source) fields(n *yaml.Node, known ...string) map[string]*yaml.Node {
	out := map[string]*yaml.Node{}
	s.pairs(n, func(k, v *yaml.Node) {
		if !slices.Contains(known, k.Value) {
			s.bad(k, "unknown key %q; possible: %s", clip(k.Value), strings.Join(known, ", "))
			return
		}
		out[k.Value] = v
	})
	return out
}

// pairs walks a mapping in file order; a key that stands twice is a problem.
func (s source) pairs(n *yaml.Node, f func(k, v *yaml.Node)) {
	if n == nil {
		return
	}
	if n.Kind != yaml.MappingNode {
		s.bad(n, "want a mapping")
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		if k.Kind != yaml.ScalarNode {
			s.bad(k, "a key must be a text")
			continue
		}
		if seen[k.Value] {
			s.bad(k, "key %q stands twice", clip(k.Value))
			continue
		}
		seen[k.Value] = true
		f(k, n.Content[i+1])
	}
}

// texts walks a list of texts, or a single text. A text of several words
// separated by spaces stays one text.
func (s source) texts(n *yaml.Node, f func(n *yaml.Node, v string)) {
	if n == nil {
		return
	}
	if n.Kind == yaml.ScalarNode {
		if v := s.text(n); v != "" {
			f(n, v)
		}
		return
	}
	if n.Kind != yaml.SequenceNode {
		s.bad(n, "want a list of texts")
		return
	}
	for _, c := range n.Content {
		if v := s.text(c); v != "" {
			f(c, v)
		}
	}
}

func (s source) text(n *yaml.Node) string {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		s.bad(n, "want a text")
		return ""
	}
	v := strings.TrimSpace(n.Value)
	if v == "" {
		s.bad(n, "the text is empty")
	}
	return v
}

// number reads a whole number between lo and hi.
func (s source) number(n *yaml.Node, lo, hi, otherwise int) int {
	if n == nil {
		return otherwise
	}
	var v int
	if n.Kind != yaml.ScalarNode || n.Tag != "!!int" || n.Decode(&v) != nil || v < lo || v > hi {
		s.bad(n, "want a whole number from %d to %d, not %q", lo, hi, clip(n.Value))
		return otherwise
	}
	return v
}

func clip(s string) string {
	if utf8.RuneCountInString(s) <= 60 {
		return s
	}
	return string([]rune(s)[:60]) + "…"
}
