package workday

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"time"

	"go.yaml.in/yaml/v3"

	"netral/internal/day"
)

// maxBytes bounds a file; a year's holidays take a few thousand.
const maxBytes = 64 << 10

// The file of a year.
type yearFile struct {
	Year     int                   `yaml:"year"`
	Sources  map[string]sourceFile `yaml:"sources"`
	Holidays []offFile             `yaml:"holidays"`
	Joint    []offFile             `yaml:"joint"`
}

type sourceFile struct {
	Title      Name    `yaml:"title"`
	Number     string  `yaml:"number"`
	Issued     placed  `yaml:"issued"`
	Confidence string  `yaml:"confidence"`
	Note       *string `yaml:"note"`
}

type offFile struct {
	On     placed `yaml:"on"`
	Source string `yaml:"source"`
	Name   Name   `yaml:"name"`
}

// placed is a day and the line on which it stands.
type placed struct {
	day.Day
	line int
}

// UnmarshalYAML reads YYYY-MM-DD.
func (p *placed) UnmarshalYAML(n *yaml.Node) error {
	d, err := day.Parse(n.Value)
	if err != nil {
		return fmt.Errorf("line %d: %w", n.Line, err)
	}
	p.Day, p.line = d, n.Line
	return nil
}

// Load reads every *.yaml file in dir, one a year. The error names the file and,
// where there is one, the line of everything that is wrong.
func Load(fsys fs.FS, dir string) (*Calendar, error) {
	names, err := fs.Glob(fsys, path.Join(dir, "*.yaml"))
	if err != nil {
		return nil, fmt.Errorf("list holidays: %w", err)
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("%s: no holidays (*.yaml)", dir)
	}
	c := &Calendar{off: map[day.Day]Off{}}
	var problems []error
	for _, name := range names {
		f, err := readYear(fsys, name)
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", name, err))
			continue
		}
		if slices.Contains(c.years, f.Year) {
			problems = append(problems, fmt.Errorf("%s: the year %d is in two files", name, f.Year))
			continue
		}
		c.years = append(c.years, f.Year)
		for _, list := range []struct {
			days  []offFile
			joint bool
		}{{f.Holidays, false}, {f.Joint, true}} {
			for _, o := range list.days {
				if err := c.take(f, o, list.joint); err != nil {
					problems = append(problems, fmt.Errorf("%s:%d: %w", name, o.On.line, err))
				}
			}
		}
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	slices.Sort(c.years)
	return c, nil
}

func readYear(fsys fs.FS, name string) (*yearFile, error) {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("cannot be read: %w", err)
	}
	if len(data) > maxBytes {
		return nil, fmt.Errorf("the file has %d bytes; at most %d are read", len(data), maxBytes)
	}
	var f yearFile
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := decode(dec, &f); err != nil {
		return nil, err
	}
	if err := decode(dec, &yaml.Node{}); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one document")
	}
	switch {
	case f.Year < day.First.Time().Year() || f.Year > day.Last.Time().Year():
		return nil, fmt.Errorf("year %d; want one from %d to %d", f.Year, day.First.Time().Year(), day.Last.Time().Year())
	case len(f.Holidays) == 0:
		return nil, fmt.Errorf("no holidays: a year without any is a mistake")
	}
	for key, s := range f.Sources {
		if s.Title.ID == "" || s.Title.EN == "" || s.Number == "" || s.Issued.line == 0 {
			return nil, fmt.Errorf("source %q needs a title in both languages, a number and the day it was issued", key)
		}
		if !slices.Contains([]string{"H", "M-H", "M", "L"}, s.Confidence) {
			return nil, fmt.Errorf("source %q: confidence %q; possible: H, M-H, M, L", key, s.Confidence)
		}
	}
	return &f, nil
}

// decode turns a panic of the library into an error.
func decode(dec *yaml.Decoder, into any) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the YAML reader gave up: %v", r)
		}
	}()
	return dec.Decode(into)
}

func (c *Calendar) take(f *yearFile, o offFile, joint bool) error {
	s, ok := f.Sources[o.Source]
	switch {
	case o.On.line == 0:
		return errors.New("a day off without a day (on)")
	case o.On.Time().Year() != f.Year:
		return fmt.Errorf("%s is not in %d", o.On, f.Year)
	case !ok:
		return fmt.Errorf("%s: unknown source %q", o.On, o.Source)
	case o.Name.ID == "" || o.Name.EN == "":
		return fmt.Errorf("%s: a name needs both languages", o.On)
	}
	if was, dup := c.off[o.On.Day]; dup {
		return fmt.Errorf("%s stands twice; first as %q", o.On, was.Name.ID)
	}
	if w := o.On.Weekday(); joint && (w == time.Saturday || w == time.Sunday) {
		return fmt.Errorf("%s is a %s: joint leave is taken on working days", o.On, w)
	}
	c.off[o.On.Day] = Off{On: o.On.Day, Name: o.Name, Joint: joint,
		Decree: Decree{Title: s.Title, Number: s.Number, Issued: s.Issued.Day, Confidence: s.Confidence}}
	return nil
}
