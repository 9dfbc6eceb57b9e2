package letter

import (
	"bytes"
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"netral/internal/fault"
)

// Kind is a kind of paper: its fields are what a template may name.
type Kind struct {
	Name   string
	Fields []Field
	Lists  []List
}

// Field is a text that a paper is filled with. Sample stands in a preview.
type Field struct{ Name, Sample string }

// List is a table or an enumeration: each entry has the fields.
type List struct {
	Name   string
	Fields []Field
	Length int // of the sample; 2 when 0
}

// Values fill a paper.
type Values struct {
	Text  map[string]string
	Lists map[string][]map[string]string
}

// Sample are the values of a preview.
func (k Kind) Sample() Values {
	v := Values{Text: map[string]string{}, Lists: map[string][]map[string]string{}}
	for _, f := range k.Fields {
		v.Text[f.Name] = f.Sample
	}
	for _, l := range k.Lists {
		for i := range max(cmp.Or(l.Length, 2), 1) {
			row := map[string]string{}
			for _, f := range l.Fields {
				row[f.Name] = f.Sample
				if f.Name == "no" {
					row[f.Name] = strconv.Itoa(i + 1)
				}
			}
			v.Lists[l.Name] = append(v.Lists[l.Name], row)
		}
	}
	return v
}

// Problem is something wrong with a template.
type Problem struct {
	File string
	Line int
	Key  string
	Args []any
}

// Fault makes one fault of problems.
func Fault(list []Problem) error {
	var f fault.Fields
	for _, p := range list {
		f.Add(false, p.File+":"+strconv.Itoa(p.Line), p.Key, p.Args...)
	}
	if len(f) == 0 {
		return nil
	}
	return &fault.Error{Kind: fault.Invalid, Key: "letter.template.problems", Args: []any{len(f)}, Fields: f}
}

// Template is a template that was read and fits its kind.
type Template struct {
	Kind   string
	File   string
	Own    bool // the office's, not the built-in one
	Source []byte
	title  string
	head   string
	paper  string
	size   float64
	blocks []block
}

// MaxTemplate is how many bytes a template may have.
const MaxTemplate = 256 << 10

// reader reads one template.
type reader struct {
	file     string
	kind     *Kind
	heads    []string
	problems []Problem
	t        *Template
}

func (r *reader) bad(line int, key string, args ...any) {
	if len(r.problems) < 50 {
		r.problems = append(r.problems, Problem{r.file, line, key, args})
	}
}

var (
	itemShape = regexp.MustCompile(`^(?:([a-z])|(\d{1,2}))\.\s+(.+)$`)
	whenShape = regexp.MustCompile(`^\[([^\]]*)\](\s*)(.*)$`)
	fieldMark = regexp.MustCompile(`\{([^{}]*)\}`)
)

// Read reads the template of a kind. heads are the letterheads there are.
func Read(file string, raw []byte, kind Kind, heads []string) (*Template, []Problem) {
	r := &reader{file: file, kind: &kind, heads: heads, t: &Template{Kind: kind.Name, File: file, Source: raw, paper: "a4", size: 11}}
	if len(raw) > MaxTemplate {
		r.bad(1, "letter.template.large", len(raw)>>10, MaxTemplate>>10)
		return nil, r.problems
	}
	if !utf8.Valid(raw) {
		r.bad(1+bytes.Count(raw[:firstBad(raw)], []byte("\n")), "letter.template.utf8")
		return nil, r.problems
	}
	lines := strings.Split(strings.TrimPrefix(strings.ReplaceAll(string(raw), "\r\n", "\n"), "\ufeff"), "\n")
	r.body(lines, r.front(lines))
	if len(r.problems) > 0 {
		return nil, r.problems
	}
	return r.t, nil
}

func firstBad(raw []byte) int {
	for i := 0; i < len(raw); {
		c, n := utf8.DecodeRune(raw[i:])
		if c == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return len(raw)
}

// fronts are what may stand between the dashes.
func fronts() []string { return []string{"jenis", "judul", "kop", "kertas", "huruf"} }

// front reads the lines between the dashes and gives the number of the line
// after them.
func (r *reader) front(lines []string) int {
	if strings.TrimSpace(lines[0]) != "---" {
		r.bad(1, "letter.template.front", fronts())
		return 0
	}
	seen := map[string]bool{}
	for i := 1; i < len(lines); i++ {
		l := strings.TrimSpace(lines[i])
		if l == "---" {
			for _, need := range []string{"jenis", "judul"} {
				if !seen[need] {
					r.bad(i+1, "letter.template.lacks", need)
				}
			}
			return i + 1
		}
		name, value, ok := strings.Cut(l, ":")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		switch {
		case l == "" || strings.HasPrefix(l, "%%"):
			continue
		case !ok || !slices.Contains(fronts(), name):
			r.bad(i+1, "letter.template.front_line", clip(l), fronts())
			continue
		case seen[name]:
			r.bad(i+1, "letter.template.twice", name)
		}
		seen[name] = true
		r.set(i+1, name, value)
	}
	r.bad(len(lines), "letter.template.front_open")
	return len(lines)
}

func (r *reader) set(line int, name, value string) {
	switch name {
	case "jenis":
		if value != r.kind.Name {
			r.bad(line, "letter.template.kind", clip(value), r.kind.Name)
		}
	case "judul":
		r.fields(line, value, nil)
		r.t.title = value
	case "kop":
		if value != "" && !slices.Contains(r.heads, value) {
			r.bad(line, "letter.template.head", clip(value), r.heads)
		}
		r.t.head = value
	case "kertas":
		if value != "a4" && value != "f4" {
			r.bad(line, "letter.template.paper", clip(value))
		}
		r.t.paper = value
	case "huruf":
		n, err := strconv.ParseFloat(value, 64)
		if err != nil || n < 9 || n > 12 {
			r.bad(line, "letter.template.size", clip(value))
			return
		}
		r.t.size = n
	}
}
