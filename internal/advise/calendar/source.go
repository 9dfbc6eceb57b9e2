package calendar

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"netral/internal/day"
	"netral/internal/rule"
)

// Bounds on what an edition may be; far above any real one, and low enough
// that a hostile file is refused quickly.
const (
	MaxFileBytes = 2 << 20
	maxProblems  = 200
	maxDepth     = 24
	maxList      = 2000 // entries of one list
)

// source reads an edition's file strictly, as rule books are read: unknown and
// doubled keys, aliases and wrong kinds are problems with a line, and reading
// goes on, so that one look shows everything that is wrong.
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
		s.bad(nil, "not YAML: %v", err)
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
	return top
}

// decodeYAML turns a panic of the library into an error: a bad file must never
// stop the program that reads it. It also refuses a second document, which the
// library would pass over in silence.
func decodeYAML(data []byte, into *yaml.Node) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the YAML reader gave up: %v", r)
		}
	}()
	dec := yaml.NewDecoder(strings.NewReader(string(data)))
	if err := dec.Decode(into); err != nil {
		return err
	}
	var more yaml.Node
	if dec.Decode(&more) == nil {
		return fmt.Errorf("line %d: a second document; one file is one edition", more.Line)
	}
	return nil
}

// plain refuses aliases and anchors, which let a small file grow without end,
// and nesting that no edition has.
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
		case !slices.Contains(known, k.Value):
			s.bad(k, "unknown key %q; possible: %s", clip(k.Value), strings.Join(known, ", "))
		case out[k.Value] != nil:
			s.bad(k, "key %q stands twice", clip(k.Value))
		default:
			out[k.Value] = n.Content[i+1]
		}
	}
	return out
}

func (s source) need(n *yaml.Node, f map[string]*yaml.Node, keys ...string) {
	for _, k := range keys {
		if f[k] == nil {
			s.bad(n, "key %q is missing", k)
		}
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
	if len(n.Content) > maxList {
		s.bad(n, "a list of %d; at most %d are read", len(n.Content), maxList)
		return
	}
	for _, c := range n.Content {
		f(c)
	}
}

// str reads one line of text.
func (s source) str(n *yaml.Node) string {
	if n == nil {
		return ""
	}
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		s.bad(n, "want a text")
		return ""
	}
	for _, r := range n.Value {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f {
			s.bad(n, "the text %q has a control character", clip(n.Value))
			return ""
		}
		// Marks that turn the direction of writing could make a public page
		// show a date or a name other than the file has.
		if r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			s.bad(n, "the text has the invisible character %U, which turns the direction of writing; delete it", r)
			return ""
		}
	}
	return strings.TrimSpace(n.Value)
}

// name reads an identifier: it stands in addresses, in UIDs and in file names.
func (s source) name(n *yaml.Node, what string) string {
	if n == nil {
		return "" // need has told
	}
	v := s.str(n)
	if v == "" || len(v) > 40 {
		s.bad(n, "%s %q must have 1 to 40 characters", what, clip(v))
		return ""
	}
	for i, r := range v {
		letter := r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r >= '0' && r <= '9'
		if !letter && (i == 0 || r != '-' && r != '_') {
			s.bad(n, "%s %q must begin with a letter or digit and have only letters, digits, - and _", what, clip(v))
			return ""
		}
	}
	return v
}

// word reads one of a closed list.
func (s source) word(n *yaml.Node, what string, possible []string) string {
	if n == nil {
		return ""
	}
	v := s.str(n)
	if !slices.Contains(possible, v) {
		s.bad(n, "%s %q; possible: %s", what, clip(v), strings.Join(possible, ", "))
		return ""
	}
	return v
}

// words reads a list of texts.
func (s source) words(n *yaml.Node) []string {
	var out []string
	s.list(n, func(c *yaml.Node) {
		v := s.str(c)
		switch {
		case v == "":
			s.bad(c, "an empty text in the list")
		case slices.Contains(out, v):
			s.bad(c, "%q stands twice in the list", clip(v))
		default:
			out = append(out, v)
		}
	})
	return out
}

// text reads {id: …, en: …}; both are needed.
func (s source) text(n *yaml.Node) rule.Text {
	if n == nil {
		return rule.Text{}
	}
	f := s.fields(n, "id", "en")
	t := rule.Text{ID: s.str(f["id"]), EN: s.str(f["en"])}
	if t.ID == "" || t.EN == "" {
		s.bad(n, "a text needs both languages: {id: …, en: …}")
	}
	return t
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

// span reads inclusive days, "on" or "from" and "to", into [from, until).
func (s source) span(n *yaml.Node, f map[string]*yaml.Node) (from, until day.Day) {
	if on := f["on"]; on != nil {
		if f["from"] != nil || f["to"] != nil {
			s.bad(n, `"on" is one day; it does not go with "from" and "to"`)
		}
		d := s.day(on)
		if d == day.None {
			return day.None, day.None
		}
		return d, d + 1
	}
	if f["from"] == nil || f["to"] == nil {
		s.bad(n, `days are missing: either "on", or both "from" and "to"`)
		return day.None, day.None
	}
	from, last := s.day(f["from"]), s.day(f["to"])
	if from == day.None || last == day.None {
		return day.None, day.None
	}
	if last < from {
		s.bad(f["to"], "ends on %s, before it begins on %s", last, from)
		return day.None, day.None
	}
	return from, last + 1
}

func (s source) bool(n *yaml.Node, otherwise bool) bool {
	if n == nil {
		return otherwise
	}
	if n.Kind == yaml.ScalarNode && n.Tag == "!!bool" {
		switch n.Value {
		case "true":
			return true
		case "false":
			return false
		}
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
