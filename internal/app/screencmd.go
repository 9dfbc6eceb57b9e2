package app

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"netral/internal/advise/screening"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/lex/screen"
)

type screenCmd struct {
	On     string `placeholder:"YYYY-MM-DD" help:"${h_screen_on}"`
	JSON   bool   `help:"${h_json}"`
	Batch  bool   `help:"${h_screen_batch}"`
	Column string `placeholder:"NAME" help:"${h_screen_column}"`
	File   string `arg:"" optional:"" default:"-" help:"${h_screen_file}"`
}

func (c *screenCmd) Run(r *run) error {
	k, err := loadKnowledge("")
	if err != nil {
		return err
	}
	b := k.reading()
	if c.Batch || c.Column != "" {
		return c.batch(r, b)
	}
	data, err := readFile(r, c.File, screening.MaxText)
	if err != nil {
		return err
	}
	res, err := screening.Screen(b, screening.Input{Text: string(data), On: c.On}, day.At(r.Now()))
	if err != nil {
		return err
	}
	p := screening.Phrase{Text: r.Text, Lang: r.Lang}
	if c.JSON {
		return r.Env.JSON(res.View(p))
	}
	res.WriteText(r.Stdout, p)
	return nil
}

// batch reads one text a line, or a column of a CSV, and answers each before it
// reads the next. A text that cannot be read gets an error; the rest goes on.
func (c *screenCmd) batch(r *run, b *screening.Basis) error {
	if c.On != "" { // told once, not once a line
		if _, err := day.Parse(c.On); err != nil {
			return fault.New(fault.Invalid, "screening.on_wrong", c.On, day.First, day.Last)
		}
	}
	src := r.Stdin
	if c.File != "-" {
		f, err := os.Open(c.File)
		if err != nil {
			return fault.Wrap(fault.Invalid, err, "app.file", c.File)
		}
		defer f.Close()
		src = f
	}
	next, err := c.texts(src)
	if err != nil {
		return err
	}
	w := &screenWriter{run: r, json: c.JSON, counts: map[screen.Verdict]int{}}
	today := day.At(r.Now())
	for {
		id, text, err := next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if strings.TrimSpace(text) == "" {
			continue
		}
		res, err := screening.Screen(b, screening.Input{Text: text, On: c.On}, today)
		if err := w.tell(id, text, res, err); err != nil {
			return err
		}
	}
	return w.close()
}

// texts gives the texts of a batch one after another, with the number of their
// line or row, and io.EOF at the end.
func (c *screenCmd) texts(src io.Reader) (func() (id, text string, err error), error) {
	if c.Column == "" && !strings.HasSuffix(strings.ToLower(c.File), ".csv") {
		in := bufio.NewScanner(src)
		in.Buffer(make([]byte, 64<<10), maxLine)
		n := 0
		return func() (string, string, error) {
			n++
			if in.Scan() {
				return fmt.Sprint(n), in.Text(), nil
			}
			if errors.Is(in.Err(), bufio.ErrTooLong) {
				return "", "", fault.New(fault.TooLarge, "app.line_long", maxLine)
			}
			if in.Err() != nil {
				return "", "", in.Err()
			}
			return "", "", io.EOF
		}, nil
	}
	in := csv.NewReader(src)
	in.FieldsPerRecord, in.LazyQuotes = -1, true
	head, err := in.Read()
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "app.screen_csv", 1, err.Error())
	}
	head[0] = strings.TrimPrefix(head[0], "\ufeff")
	want := c.Column
	at := slices.IndexFunc(head, func(h string) bool {
		if want == "" {
			return strings.EqualFold(h, "text") || strings.EqualFold(h, "teks")
		}
		return strings.EqualFold(strings.TrimSpace(h), want)
	})
	if at < 0 {
		if want == "" {
			want = "text"
		}
		return nil, fault.New(fault.Invalid, "app.screen_column", want, head)
	}
	return func() (string, string, error) {
		rec, err := in.Read()
		if errors.Is(err, io.EOF) {
			return "", "", io.EOF
		}
		line, _ := in.FieldPos(0)
		if err != nil {
			return "", "", fault.Wrap(fault.Invalid, err, "app.screen_csv", line, err.Error())
		}
		if at >= len(rec) {
			return fmt.Sprint(line), "", nil
		}
		return fmt.Sprint(line), rec[at], nil
	}, nil
}

// screenWriter tells the results of a batch, and how many of each there were.
type screenWriter struct {
	*run
	json   bool
	counts map[screen.Verdict]int
	failed int
	all    int
}

func (w *screenWriter) tell(id, text string, res *screening.Result, err error) error {
	w.all++
	p := screening.Phrase{Text: w.Text, Lang: w.Lang}
	if err != nil {
		w.failed++
		f := fault.Of(err)
		said := w.Text.Fault(w.Lang, f)
		for _, x := range f.Fields {
			said += " " + w.Text.Field(w.Lang, x)
		}
		if w.json {
			return w.line(batchError{ID: id, Error: said})
		}
		_, err := fmt.Fprintf(w.Stdout, "%s\t%s\n", id, said)
		return err
	}
	w.counts[res.Verdict]++
	if w.json {
		v := res.View(p)
		v.ID = id
		return w.line(v)
	}
	_, err = fmt.Fprintf(w.Stdout, "%s\t%s\t%s\t%s\n", id, p.Verdict(res.Verdict), p.Sides(res), excerpt(text))
	return err
}

func (w *screenWriter) line(v any) error {
	out := json.NewEncoder(w.Stdout)
	out.SetEscapeHTML(false)
	return out.Encode(v)
}

// close tells the sum on the error output, so that the results stay a table.
func (w *screenWriter) close() error {
	_, err := fmt.Fprintln(w.Stderr, w.T("app.screen_sum", w.all, w.counts[screen.Partisan], w.counts[screen.Neutral], w.counts[screen.Unclear], w.failed))
	return err
}

// excerpt is the beginning of a text on one line.
func excerpt(s string) string {
	r := []rune(strings.Join(strings.Fields(s), " "))
	if len(r) > 70 {
		return string(r[:69]) + "…"
	}
	return string(r)
}
