package letter

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"netral/internal/fault"
)

// frameFile is what stands around every paper.
const frameFile = "bingkai.md"

// Set is the templates of all kinds.
type Set struct {
	kinds     map[string]Kind
	templates map[string]*Template
	frame     *frame
	frameOwn  bool
	order     []string
	refused   []Problem
}

// Load reads the built-in templates and those of the office, which take their
// place by name. What is wrong with a built-in one is an error. An office's file
// that is wrong is left aside, and Refused says why: one slip of a pen must not
// stop every paper of the house, and a wrong one must not be printed.
func Load(kinds []Kind, builtin, office fs.FS) (*Set, error) {
	s := &Set{kinds: map[string]Kind{}, templates: map[string]*Template{}}
	for _, k := range kinds {
		if _, twice := s.kinds[k.Name]; twice {
			return nil, errors.New("letter: kind " + k.Name + " twice")
		}
		s.kinds[k.Name] = k
		s.order = append(s.order, k.Name)
	}
	slices.Sort(s.order)
	raw, err := fs.ReadFile(builtin, frameFile)
	if err != nil {
		return nil, err
	}
	var problems []Problem
	if s.frame, problems = readFrame(frameFile, raw); len(problems) > 0 {
		return nil, Fault(problems)
	}
	for _, name := range s.order {
		if raw, err = fs.ReadFile(builtin, name+".md"); err != nil {
			return nil, err
		}
		t, problems := Read(name+".md", raw, s.kinds[name], s.frame.headings)
		if len(problems) == 0 {
			problems = s.heads(t, s.frame)
		}
		if len(problems) > 0 {
			return nil, Fault(problems)
		}
		s.templates[name] = t
	}
	if office == nil {
		return s, nil
	}
	if err := s.loadFrame(office); err != nil {
		return nil, err
	}
	return s, s.loadOffice(office)
}

// loadFrame takes the office's own frame, when there is one that all templates
// can stand in.
func (s *Set) loadFrame(office fs.FS) error {
	raw, err := fs.ReadFile(office, frameFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	own, problems := readFrame(frameFile, raw)
	for _, n := range s.frame.headings {
		if own != nil && !slices.Contains(own.headings, n) {
			problems = append(problems, Problem{frameFile, 1, "letter.frame.lacks", []any{"kop " + n}})
		}
	}
	for _, name := range s.order {
		if len(problems) == 0 {
			problems = s.heads(s.templates[name], own)
		}
	}
	if len(problems) > 0 {
		s.refused = append(s.refused, problems...)
		return nil
	}
	s.frame, s.frameOwn = own, true
	return nil
}

func (s *Set) loadOffice(office fs.FS) error {
	names, err := fs.Glob(office, "*.md")
	if err != nil {
		return err
	}
	for _, file := range names {
		name := strings.TrimSuffix(path.Base(file), ".md")
		if file == frameFile {
			continue
		}
		kind, ok := s.kinds[name]
		if !ok {
			s.refused = append(s.refused, Problem{file, 1, "letter.template.unknown", []any{clip(name), s.order}})
			continue
		}
		raw, err := fs.ReadFile(office, file)
		if err != nil {
			return err
		}
		t, problems := Read(file, raw, kind, s.frame.headings)
		if len(problems) == 0 {
			problems = s.heads(t, s.frame)
		}
		if len(problems) > 0 {
			s.refused = append(s.refused, problems...)
			continue
		}
		t.Own = true
		s.templates[name] = t
	}
	return nil
}

// heads sees to it that the letterhead of a template names fields that its kind
// has.
func (s *Set) heads(t *Template, f *frame) []Problem {
	k := s.kinds[t.Kind]
	r := &reader{file: frameFile, kind: &k}
	for _, l := range f.heads[t.head].lines {
		r.fields(l.line, l.text, nil)
	}
	return r.problems
}

// Refused is what is wrong with files of the office; the built-in ones stand in
// their place.
func (s *Set) Refused() []Problem { return slices.Clone(s.refused) }

// Kinds lists the names of the kinds.
func (s *Set) Kinds() []string { return slices.Clone(s.order) }

// OwnFrame reports that the frame is the office's.
func (s *Set) OwnFrame() bool { return s.frameOwn }

// Kind is a kind by its name. Fault: NotFound.
func (s *Set) Kind(name string) (Kind, error) {
	k, ok := s.kinds[name]
	if !ok {
		return Kind{}, fault.New(fault.NotFound, "letter.kind.none", clip(name), s.order)
	}
	return k, nil
}

// Template is the template of a kind. Fault: NotFound.
func (s *Set) Template(name string) (*Template, error) {
	if _, err := s.Kind(name); err != nil {
		return nil, err
	}
	return s.templates[name], nil
}

// Check reads a file as the office's template of the kind that it names. It
// gives the kind, and what is wrong.
func (s *Set) Check(file string, raw []byte) (string, []Problem) {
	if path.Base(file) == frameFile {
		_, problems := readFrame(file, raw)
		return frameFile, problems
	}
	name := strings.TrimSuffix(path.Base(file), ".md")
	kind, ok := s.kinds[name]
	if !ok {
		return "", []Problem{{file, 1, "letter.template.unknown", []any{clip(name), s.order}}}
	}
	_, problems := Read(file, raw, kind, s.frame.headings)
	return name, problems
}
