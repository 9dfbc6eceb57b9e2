package exchange

import (
	"encoding/json"
	"fmt"
	"io"

	"netral/internal/day"
	"netral/internal/sheet"
	"netral/internal/text"
)

// Report is what an import found and did.
type Report struct {
	Kind    string       `json:"kind"`
	Name    string       `json:"name"` // of the file
	Size    int64        `json:"size"`
	SHA256  string       `json:"sha256"`
	Format  sheet.Format `json:"format"`
	AsOf    day.Day      `json:"as_of"`
	Columns []Column     `json:"columns"`

	Rows    int64 `json:"rows"`    // with something in them, without the heading
	New     int64 `json:"new"`     // not held before
	Changed int64 `json:"changed"` // differ from what is held
	Same    int64 `json:"same"`    // say what is held
	Refused int64 `json:"refused"`

	// Written says that the good rows are in; else the counts are what would be.
	Written bool  `json:"written"`
	Entries int64 `json:"entries"` // of the ledger
	From    int64 `json:"from"`    // row after which an import went on that was cut off; 0 for the beginning

	First []Problem `json:"first"` // the first problems, at most 100
}

// firstProblems is how many problems are kept for a page; the rest is in the
// file of refused rows.
const firstProblems = 100

// Unknown are the columns that were not read.
func (r *Report) Unknown() []Column {
	var out []Column
	for _, c := range r.Columns {
		if c.Field == "" && c.Heading != "" {
			out = append(out, c)
		}
	}
	return out
}

// Place says where a problem is: "NIP (B)".
func (p Problem) Place() string {
	if p.Heading == "" {
		return p.Field
	}
	return p.Heading + " (" + p.Letter + ")"
}

// Reason is the problem in words.
func (p Problem) Reason(c *text.Catalogue, lang string) string { return c.T(lang, p.Key, p.Args...) }

// kept is a problem as it is stored: arguments keep their types.
type kept struct {
	Row     int64            `json:"row"`
	Field   string           `json:"field,omitempty"`
	Heading string           `json:"heading,omitempty"`
	Letter  string           `json:"letter,omitempty"`
	Given   string           `json:"given,omitempty"`
	Key     string           `json:"key"`
	Args    []map[string]any `json:"args,omitempty"`
}

// MarshalJSON keeps the types of the arguments.
func (p Problem) MarshalJSON() ([]byte, error) {
	k := kept{Row: p.Row, Field: p.Field, Heading: p.Heading, Letter: p.Letter, Given: p.Given, Key: p.Key}
	for _, a := range p.Args {
		switch v := a.(type) {
		case int:
			k.Args = append(k.Args, map[string]any{"n": v})
		case int64:
			k.Args = append(k.Args, map[string]any{"n": v})
		case day.Day:
			k.Args = append(k.Args, map[string]any{"d": v.String()})
		case []string:
			k.Args = append(k.Args, map[string]any{"l": v})
		case text.Key:
			k.Args = append(k.Args, map[string]any{"k": string(v)})
		default:
			k.Args = append(k.Args, map[string]any{"s": fmt.Sprint(v)})
		}
	}
	return json.Marshal(k)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (p *Problem) UnmarshalJSON(b []byte) error {
	var k struct {
		kept
		Args []struct {
			N *int64
			D *string
			L []string
			K string
			S string
		} `json:"args"`
	}
	if err := json.Unmarshal(b, &k); err != nil {
		return err
	}
	*p = Problem{Row: k.Row, Field: k.Field, Heading: k.Heading, Letter: k.Letter, Given: k.Given, Key: k.Key}
	for _, a := range k.Args {
		switch {
		case a.N != nil:
			p.Args = append(p.Args, *a.N)
		case a.D != nil:
			var d day.Day
			if err := d.UnmarshalText([]byte(*a.D)); err != nil {
				return err
			}
			p.Args = append(p.Args, d)
		case a.L != nil:
			p.Args = append(p.Args, a.L)
		case a.K != "":
			p.Args = append(p.Args, text.Key(a.K))
		default:
			p.Args = append(p.Args, a.S)
		}
	}
	return nil
}

// refusals writes refused rows as a table that can be mended and given again:
// the columns of the file behind the number of the row and the reasons.
type refusals struct {
	w    sheet.Writer
	text *text.Catalogue
	lang string
	h    *header
}

// newRefusals writes nothing when to is nil.
func newRefusals(to io.Writer, c *text.Catalogue, lang string, h *header) (*refusals, error) {
	if to == nil {
		return nil, nil
	}
	w, err := sheet.NewCSV(to)
	if err != nil {
		return nil, err
	}
	r := &refusals{w: w, text: c, lang: lang, h: h}
	head := []string{c.T(lang, "exchange.report.row"), c.T(lang, "exchange.report.reason")}
	for _, x := range h.columns {
		head = append(head, x.Heading)
	}
	return r, w.Write(head)
}

func (r *refusals) put(l *line) error {
	if r == nil {
		return nil
	}
	why := ""
	for i, p := range l.bad {
		if i > 0 {
			why += "\n"
		}
		if p.Field != "" {
			why += p.Place() + ": "
		}
		why += p.Reason(r.text, r.lang)
	}
	out := make([]string, 0, len(l.cells)+2)
	out = append(out, fmt.Sprint(l.row), why)
	for i, c := range l.cells {
		if at, ok := r.h.at["nik"]; ok && at == i {
			c = "" // never told back
		}
		out = append(out, c)
	}
	return r.w.Write(out)
}

func (r *refusals) close() error {
	if r == nil {
		return nil
	}
	return r.w.Close()
}
