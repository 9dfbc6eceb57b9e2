package app

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"netral/internal/advise/ask"
	"netral/internal/day"
	"netral/internal/fault"
)

// maxLine bounds a line of a batch.
const maxLine = 1 << 20

type askCmd struct {
	Book  string            `default:"id-asn" help:"${h_ask_book}"`
	On    string            `placeholder:"YYYY-MM-DD" help:"${h_ask_on}"`
	Fact  map[string]string `placeholder:"NAME=VALUE" help:"${h_ask_fact}"`
	JSON  bool              `help:"${h_json}"`
	Batch bool              `help:"${h_ask_batch}"`
	Rules string            `type:"existingdir" placeholder:"DIR" help:"${h_ask_rules}"`
	Text  []string          `arg:"" optional:"" help:"${h_ask_text}"`
}

func (c *askCmd) Run(r *run) error {
	if c.Book != bookID {
		return fault.New(fault.Invalid, "app.book_unknown", c.Book, []string{bookID})
	}
	k, err := loadKnowledge(c.Rules)
	if err != nil {
		return err
	}
	basis := k.basis()
	if c.Batch {
		return c.batch(r, basis)
	}
	in := ask.Input{Text: strings.Join(c.Text, " "), On: c.On, Facts: c.Fact}
	if in.Text == "" && len(in.Facts) == 0 {
		return fault.New(fault.Invalid, "app.ask_empty")
	}
	a, err := ask.Ask(basis, in, day.At(r.Now()))
	if err != nil {
		return err
	}
	if c.JSON {
		return r.JSON(a.View(r.Lang))
	}
	a.WriteText(r.Stdout, r.Text, r.Lang)
	return nil
}

// batch answers one JSON object a line, each before it reads the next. A line
// that cannot be answered gets a line with an error; the rest goes on.
func (c *askCmd) batch(r *run, basis *ask.Basis) error {
	in := bufio.NewScanner(r.Stdin)
	in.Buffer(make([]byte, 64<<10), maxLine)
	out := json.NewEncoder(r.Stdout)
	out.SetEscapeHTML(false)
	for in.Scan() {
		line := strings.TrimSpace(in.Text())
		if line == "" {
			continue
		}
		if err := out.Encode(c.line(r, basis, line)); err != nil {
			return err
		}
	}
	if errors.Is(in.Err(), bufio.ErrTooLong) {
		return fault.New(fault.TooLarge, "app.line_long", maxLine)
	}
	return in.Err()
}

type batchError struct {
	ID     string            `json:"id,omitempty"`
	Error  string            `json:"error"`
	Fields map[string]string `json:"fields,omitempty"`
}

func (c *askCmd) line(r *run, basis *ask.Basis, line string) any {
	var in struct {
		ID string `json:"id"`
		ask.Input
	}
	fail := func(err error) batchError {
		f := fault.Of(err)
		e := batchError{ID: in.ID, Error: r.Text.Fault(r.Lang, f)}
		for _, field := range f.Fields {
			if e.Fields == nil {
				e.Fields = map[string]string{}
			}
			e.Fields[field.Name] = r.Text.Field(r.Lang, field)
		}
		return e
	}
	dec := json.NewDecoder(strings.NewReader(line))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&in); err != nil {
		return fail(fault.New(fault.Invalid, "app.line_json", err.Error()))
	}
	if _, err := dec.Token(); err != io.EOF {
		return fail(fault.New(fault.Invalid, "app.line_json", "more than one value on the line"))
	}
	if in.On == "" {
		in.On = c.On
	}
	a, err := ask.Ask(basis, in.Input, day.At(r.Now()))
	if err != nil {
		return fail(err)
	}
	v := a.View(r.Lang)
	v.ID = in.ID
	return v
}

// readFile reads a file named on the command line, or the standard input for
// "-", up to a bound.
func readFile(r *run, name string, most int64) ([]byte, error) {
	var src io.Reader = r.Stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, fault.Wrap(fault.Invalid, err, "app.file", name)
		}
		defer f.Close()
		src = f
	}
	data, err := io.ReadAll(io.LimitReader(src, most+1))
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "app.file", name)
	}
	if int64(len(data)) > most {
		return nil, fault.New(fault.TooLarge, "app.file_large", name, fmt.Sprint(most))
	}
	return data, nil
}
