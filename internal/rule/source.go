package rule

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"netral/internal/day"
)

// Bounds on what a book may be; far above any real one, and low enough that a
// hostile file is refused quickly.
const (
	MaxFileBytes = 2 << 20
	MaxFacts     = 60
	MaxValues    = 64 // a set of values is one machine word
	MaxRules     = 4096
	maxProblems  = 200
	maxDepth     = 32
)

// Problem is one thing wrong with a file of a book.
type Problem struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Message string `json:"message"`
}

func (p Problem) String() string {
	if p.Line == 0 {
		return p.File + ": " + p.Message
	}
	return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Message)
}

// Problems is the error that Load returns: everything wrong, not only the
// first thing.
type Problems []Problem

func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// source reads one YAML file strictly: unknown keys, doubled keys, aliases and
// wrong kinds are problems with a line, and reading goes on.
type source struct {
	file     string
	problems *Problems
}

func (s source) bad(n *yaml.Node, format string, args ...any) {
	if len(*s.problems) >= maxProblems {
		return
	}
	line := 0
	if n != nil {
		line = n.Line
	}
	*s.problems = append(*s.problems, Problem{s.file, line, fmt.Sprintf(format, args...)})
}

// root parses the file into its top mapping, or nil.
func (s source) root(data []byte) *yaml.Node {
	if len(data) > MaxFileBytes {
		s.bad(nil, "the file has %d bytes; at most %d are read", len(data), MaxFileBytes)
		return nil
	}
	if !utf8.Valid(data) {
		s.bad(nil, "the file is not UTF-8 text")
		return nil
	}
	var doc yaml.Node
	if err := decodeYAML(data, &doc); err != nil {
		line, what := yamlLine(err)
		s.bad(&yaml.Node{Line: line}, "not YAML: %s", what)
		return nil
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) != 1 {
		s.bad(nil, "the file is empty")
		return nil
	}
	top := doc.Content[0]
	if !s.plain(top, 0) {
		return nil
	}
	if top.Kind != yaml.MappingNode {
		s.bad(top, "want a mapping of keys at the top")
		return nil
	}
	return top
}

// decodeYAML reads the one document of a file. It turns a panic of the library
// into an error, though no file is known that makes it panic: a bad file must
// never stop the program that reads it.
func decodeYAML(data []byte, into *yaml.Node) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the reader gave up: %v", r)
		}
	}()
	dec := yaml.NewDecoder(bytes.NewReader(data))
	if err := dec.Decode(into); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	var more yaml.Node
	if err := dec.Decode(&more); err == nil {
		return fmt.Errorf("line %d: a second document begins; only one is read", more.Line)
	} else if !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}

// yamlLine takes the line out of the library's message.
func yamlLine(err error) (int, string) {
	what := strings.TrimPrefix(err.Error(), "yaml: ")
	if rest, ok := strings.CutPrefix(what, "line "); ok {
		if n, tail, ok := strings.Cut(rest, ": "); ok {
			if line, err := strconv.Atoi(n); err == nil {
				return line, tail
			}
		}
	}
	return 0, what
}

// plain refuses aliases and anchors, which let a small file grow without end,
// and nesting that no book has.
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
	if n.Kind != yaml.MappingNode {
		s.bad(n, "want a mapping with keys from: %s", strings.Join(known, ", "))
		return out
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		switch {
		case out[k.Value] != nil:
			s.bad(k, "key %q stands twice", clip(k.Value))
		case len(known) > 0 && !slices.Contains(known, k.Value):
			s.bad(k, "unknown key %q; possible: %s", clip(k.Value), strings.Join(known, ", "))
		default:
			out[k.Value] = n.Content[i+1]
		}
	}
	return out
}

// pairs walks a mapping in file order.
func (s source) pairs(n *yaml.Node, f func(key, value *yaml.Node)) {
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
		if seen[k.Value] {
			s.bad(k, "key %q stands twice", clip(k.Value))
			continue
		}
		seen[k.Value] = true
		f(k, n.Content[i+1])
	}
}

// list walks a sequence.
func (s source) list(n *yaml.Node, f func(*yaml.Node)) {
	if n == nil {
		return
	}
	if n.Kind != yaml.SequenceNode {
		s.bad(n, "want a list")
		return
	}
	for _, c := range n.Content {
		f(c)
	}
}

func (s source) str(n *yaml.Node) string {
	if n == nil {
		return ""
	}
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		s.bad(n, "want a text")
		return ""
	}
	return strings.TrimSpace(n.Value)
}

// name reads an identifier: what ids, keys and values look like. That the key
// is there is for need to say.
func (s source) name(n *yaml.Node, what string) string {
	if n == nil {
		return ""
	}
	v := s.str(n)
	if v == "" {
		s.bad(n, "%s is missing", what)
		return ""
	}
	for _, r := range v {
		if r > 127 || !(r == '-' || r == '_' || r == '.' || r == '/' || r == ':' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z') {
			s.bad(n, "%s %q has a character other than letters, digits, - _ . / :", what, clip(v))
			return ""
		}
	}
	return v
}

// words reads a text or a list of texts.
func (s source) words(n *yaml.Node) []string {
	if n == nil {
		return nil
	}
	if n.Kind == yaml.ScalarNode {
		if v := s.str(n); v != "" {
			return []string{v}
		}
		return nil
	}
	var out []string
	s.list(n, func(c *yaml.Node) {
		if v := s.str(c); v != "" {
			out = append(out, v)
		}
	})
	return out
}

// text reads {id: …, en: …}; both are needed.
func (s source) text(n *yaml.Node) Text {
	if n == nil {
		return Text{}
	}
	f := s.fields(n, "id", "en")
	t := Text{ID: s.str(f["id"]), EN: s.str(f["en"])}
	if t.ID == "" || t.EN == "" {
		s.bad(n, "a text needs both languages: {id: …, en: …}")
	}
	return t
}

func (s source) need(n *yaml.Node, f map[string]*yaml.Node, keys ...string) {
	for _, k := range keys {
		if f[k] == nil {
			s.bad(n, "key %q is missing", k)
		}
	}
}

func (s source) day(n *yaml.Node) day.Day {
	if n == nil {
		return day.None
	}
	d, err := day.Parse(s.str(n))
	if err != nil {
		s.bad(n, "%v", err)
		return day.None
	}
	return d
}

func (s source) bool(n *yaml.Node, otherwise bool) bool {
	if n == nil {
		return otherwise
	}
	switch n.Value {
	case "true":
		return true
	case "false":
		return false
	}
	s.bad(n, "want true or false, not %q", clip(n.Value))
	return otherwise
}

func clip(s string) string {
	if utf8.RuneCountInString(s) <= 60 {
		return s
	}
	return string([]rune(s)[:60]) + "…"
}

// ProblemsOf gives the problems in err, if it holds any.
func ProblemsOf(err error) Problems {
	var ps Problems
	errors.As(err, &ps)
	return ps
}
