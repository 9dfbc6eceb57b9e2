package appoint

import (
	"bytes"
	"embed"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode"

	"netral/internal/fault"
	"netral/internal/sheet"
)

//go:embed example/usulan.csv
var examples embed.FS

// Example is a small table of proposals, of nobody who exists.
func Example() ([]byte, error) { return examples.ReadFile("example/usulan.csv") }

// maxTable is how large a table of proposals may be, in bytes.
const maxTable = 16 << 20

// tableLimits are far beyond the largest ceremony.
func tableLimits() sheet.Limits {
	return sheet.Limits{File: maxTable, Packed: maxTable, Unpacked: 256 << 20, Ratio: 300, Rows: maxRows + 1, Columns: 60, Row: 256 << 10, Cell: 32 << 10}
}

// The columns of a table of proposals.
const (
	colPost     = "post"
	colPerson   = "person"
	colProposer = "proposer"
	colReason   = "reason"
	colOthers   = "others"
	colSingle   = "single"
)

// Columns lists what a column of a table can be.
func Columns() []string {
	return []string{colPost, colPerson, colProposer, colReason, colOthers, colSingle}
}

// Ignore, as what a column is, leaves it out.
const Ignore = "-"

// headings are the words by which each column is known, folded.
func headings() map[string][]string {
	return map[string][]string{
		colPost:     {"kodejabatan", "jabatan", "idjabatan", "jabatanbaru", "kodejabatanbaru", "postcode", "newpost"},
		colPerson:   {"nip", "nrk", "nipnrk", "pegawai", "idpegawai", "nippegawai", "employee", "nipcalon"},
		colProposer: {"pengusul", "nippengusul", "nrkpengusul", "diusulkanoleh", "proposedby", "nippproposer"},
		colReason:   {"alasan", "alasanusulan", "pertimbangan", "reasonforproposal"},
		colOthers:   {"calonlain", "nipcalonlain", "kandidatlain", "othercandidates", "candidates"},
		colSingle:   {"alasancalontunggal", "calontunggal", "alasantunggal", "whyone", "reasonforone"},
	}
}

// Column is a column of a table and what it was taken for.
type Column struct {
	Letter  string `json:"letter"`
	Heading string `json:"heading"`
	Field   string `json:"field" doc:"What it was taken for; empty when it is not read"`
}

// fold leaves of a heading what matters.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// grid is a table of proposals that was read.
type grid struct {
	format  sheet.Format
	columns []Column
	rows    []ProposalRow
	numbers []int64 // of the rows in the file
}

// at is the column of a field; false when the table has none.
func (g *grid) at(field string) (Column, bool) {
	for _, c := range g.columns {
		if c.Field == field {
			return c, true
		}
	}
	return Column{}, false
}

// readGrid reads a table. mapping says what columns are whose heading is not
// known, or known wrongly. Faults: Invalid about the headings, or those of a
// sheet.
func readGrid(raw []byte, mapping map[string]string, proposer string) (*grid, error) {
	t, err := sheet.Open(bytes.NewReader(raw), int64(len(raw)), sheet.Options{Limits: tableLimits()})
	if err != nil {
		return nil, err
	}
	defer t.Close() //nolint:errcheck // only read
	head, err := t.Next()
	if errors.Is(err, io.EOF) {
		return nil, fault.New(fault.Invalid, "sheet.empty")
	}
	if err != nil {
		return nil, err
	}
	g := &grid{format: t.Format}
	where, err := g.head(head, mapping)
	if err != nil {
		return g, err
	}
	for {
		cells, err := t.Next()
		if errors.Is(err, io.EOF) {
			return g, nil
		}
		if err != nil {
			return g, err
		}
		cell := func(field string) string {
			if i, ok := where[field]; ok && i < len(cells) {
				return strings.TrimSpace(cells[i])
			}
			return ""
		}
		r := ProposalRow{Post: cell(colPost), Person: cell(colPerson), Proposer: cell(colProposer), Reason: cell(colReason), Single: cell(colSingle),
			Others: strings.FieldsFunc(cell(colOthers), func(r rune) bool { return r == ',' || r == ';' || r == '\n' || r == '/' })}
		if r.Proposer == "" {
			r.Proposer = proposer
		}
		g.rows, g.numbers = append(g.rows, r), append(g.numbers, t.Row())
	}
}

// head finds the columns by their headings.
func (g *grid) head(cells []string, mapping map[string]string) (map[string]int, error) {
	where, said := map[string]int{}, map[string]string{}
	var f fault.Fields
	for _, k := range slices.Sorted(maps.Keys(mapping)) {
		if to := mapping[k]; to != Ignore && to != "" && !slices.Contains(Columns(), to) {
			f.Add(false, k, "appoint.table.column", clip(to), Columns())
			continue
		}
		said[fold(k)] = mapping[k]
	}
	used := map[string]bool{}
	for i, c := range cells {
		key := fold(c)
		col := Column{Letter: sheet.Letters(i), Heading: clip(strings.TrimSpace(c))}
		if to, ok := said[key]; ok && key != "" {
			used[key] = true
			if to != Ignore {
				col.Field = to
			}
		} else {
			for field, known := range headings() {
				if key == fold(field) || slices.Contains(known, key) {
					col.Field = field
				}
			}
		}
		if col.Field != "" {
			if j, twice := where[col.Field]; twice {
				f.Add(false, col.Field, "appoint.table.double", g.columns[j].Heading, col.Heading)
			} else {
				where[col.Field] = i
			}
		}
		g.columns = append(g.columns, col)
	}
	for _, k := range slices.Sorted(maps.Keys(mapping)) {
		if said[fold(k)] != "" && !used[fold(k)] {
			f.Add(false, k, "appoint.table.absent", clip(k))
		}
	}
	for _, need := range []string{colPost, colPerson, colReason} {
		if _, ok := where[need]; !ok {
			f.Add(false, need, "appoint.table.missing."+need, given(cells))
		}
	}
	if len(f) > 0 {
		return nil, &fault.Error{Kind: fault.Invalid, Key: "appoint.table.head", Fields: f}
	}
	return where, nil
}

// given are the headings of a table, for a message.
func given(cells []string) []string {
	out := make([]string, 0, len(cells))
	for _, c := range cells {
		if c = strings.TrimSpace(c); c != "" {
			out = append(out, clip(c))
		}
	}
	return out
}
