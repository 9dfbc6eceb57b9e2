package app

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"netral/internal/beacon"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/lot"
	"netral/internal/merit/callup"
	"netral/internal/sample"
	"netral/internal/text"
)

// drawCmd draws lots. With --batch it is the interface for checking: a line of
// JSON in, a line of JSON out, each answered before the next is read.
type drawCmd struct {
	Batch   bool     `xor:"how" help:"${h_draw_batch}"`
	Seed    *string  `help:"${h_draw_seed}"`
	File    string   `placeholder:"FILE" help:"${h_draw_file}"`
	Replace bool     `help:"${h_draw_replace}"`
	Drop    int      `help:"${h_draw_drop}"`
	Take    *int     `help:"${h_draw_take}"`
	Digits  int      `default:"9" help:"${h_draw_digits}"`
	IDs     []string `arg:"" optional:"" help:"${h_draw_ids}"`
}

func (c *drawCmd) Run(r *run) error {
	if c.Batch {
		return r.batch()
	}
	if c.Seed == nil {
		return fault.New(fault.Invalid, "app.draw.seed")
	}
	ids := c.IDs
	if c.File != "" {
		raw, err := readFile(r, c.File, lot.MaxBytes)
		if err != nil {
			return err
		}
		if list := strings.TrimSuffix(string(raw), "\n"); list != "" {
			ids = append(ids, strings.Split(list, "\n")...)
		}
	}
	if len(ids) == 0 {
		return fault.New(fault.Invalid, "app.draw.nobody")
	}
	o := sample.Options{Replace: c.Replace, Drop: c.Drop, Take: sample.All}
	if c.Take != nil {
		if o.Take = *c.Take; o.Take < 0 {
			return fault.New(fault.Invalid, "sample.take", o.Take)
		}
	}
	if c.Digits < 0 {
		return fault.New(fault.Invalid, "sample.digits", c.Digits)
	}
	list, err := sample.Draw(*c.Seed, ids, o)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(r.Stdout)
	for _, t := range list {
		if _, err := out.WriteString(sample.Cut(t.Number, c.Digits) + "\t" + t.ID + "\t" + strconv.Itoa(t.Generation) + "\n"); err != nil {
			return err
		}
	}
	return out.Flush()
}

// wanted is a line of a batch.
type wanted struct {
	Seed    *string   `json:"seed"`
	IDs     *[]string `json:"ids"`
	Replace bool      `json:"with_replacement"`
	Drop    int       `json:"drop"`
	Take    *int      `json:"take"`
	Digits  *int      `json:"digits"`
}

// readLine is the next line, io.EOF with it when nothing follows. Of one that is
// longer than most nothing is kept.
func readLine(in *bufio.Reader, most int) (line []byte, long bool, err error) {
	for {
		part, err := in.ReadSlice('\n')
		if long = long || len(line)+len(part) > most; long {
			line = nil
		} else {
			line = append(line, part...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, long, err
		}
	}
}

// batch answers line by line until the input ends. A line that cannot be drawn
// is answered with an error, and the next one is read.
func (r *run) batch() error {
	in, out := bufio.NewReaderSize(r.Stdin, 1<<16), bufio.NewWriter(r.Stdout)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	for {
		line, long, err := readLine(in, lot.MaxBytes)
		ended := errors.Is(err, io.EOF)
		if err != nil && !ended {
			return err
		}
		if ended && len(line) == 0 && !long {
			return nil
		}
		var draws [][3]any
		if err = fault.New(fault.TooLarge, "app.draw.long", lot.MaxBytes>>20); !long {
			draws, err = drawLine(line)
		}
		if err != nil {
			err = enc.Encode(map[string]string{"error": r.told(err)})
		} else {
			err = enc.Encode(map[string][][3]any{"draws": draws})
		}
		if err != nil {
			return err
		}
		if err := out.Flush(); err != nil {
			return err
		}
	}
}

// told is a fault in one line, its fields with it.
func (r *run) told(err error) string {
	f := fault.Of(err)
	s := r.Text.Fault(r.Lang, f)
	for _, x := range f.Fields {
		s += " " + x.Name + ": " + r.Text.Field(r.Lang, x)
	}
	return s
}

func drawLine(line []byte) ([][3]any, error) {
	if !utf8.Valid(line) || lonely(line) {
		return nil, fault.New(fault.Invalid, "app.draw.text")
	}
	var w wanted
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&w); err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "app.draw.line", err.Error())
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, fault.New(fault.Invalid, "app.draw.more")
	}
	if w.Seed == nil || w.IDs == nil || slices.Contains(*w.IDs, "") && nulls(line) {
		return nil, fault.New(fault.Invalid, "app.draw.fields")
	}
	o := sample.Options{Replace: w.Replace, Drop: w.Drop, Take: sample.All}
	if w.Take != nil {
		if o.Take = *w.Take; o.Take < 0 {
			return nil, fault.New(fault.Invalid, "sample.take", *w.Take)
		}
	}
	digits := 9
	if w.Digits != nil {
		if digits = *w.Digits; digits < 0 {
			return nil, fault.New(fault.Invalid, "sample.digits", digits)
		}
	}
	list, err := sample.Draw(*w.Seed, *w.IDs, o)
	if err != nil {
		return nil, err
	}
	out := make([][3]any, len(list))
	for i, t := range list {
		out[i] = [3]any{sample.Cut(t.Number, digits), t.ID, t.Generation}
	}
	return out, nil
}

// nulls reports an id that is null, which the decoder takes for an empty text.
func nulls(line []byte) bool {
	var w struct {
		IDs []*string `json:"ids"`
	}
	return json.Unmarshal(line, &w) != nil || slices.Contains(w.IDs, nil)
}

// lonely reports half of a surrogate pair among the escapes of a JSON text. It
// stands for no character; the decoder would put another in its place, and two
// ids could become one.
func lonely(line []byte) bool {
	if !bytes.Contains(line, []byte(`\u`)) {
		return false
	}
	code := func(i int) uint64 {
		if i+6 > len(line) || line[i] != '\\' || line[i+1] != 'u' {
			return 0
		}
		v, err := strconv.ParseUint(string(line[i+2:i+6]), 16, 32)
		if err != nil {
			return 0
		}
		return v
	}
	for i := 0; i < len(line); i++ {
		if line[i] != '\\' {
			continue
		}
		switch v := code(i); {
		case v >= 0xdc00 && v < 0xe000:
			return true
		case v >= 0xd800 && v < 0xdc00:
			if next := code(i + 6); next < 0xdc00 || next >= 0xe000 {
				return true
			}
			i += 11
		default:
			i++ // what is escaped
		}
	}
	return false
}

type verifyDrawCmd struct {
	keyed
	Seal string `placeholder:"FILE" help:"${h_verify_draw_seal}"`
	JSON bool   `help:"${h_json}"`
	File string `arg:"" help:"${h_verify_draw_file}"`
}

// redone is what `netral verify draw --json` prints.
type redone struct {
	Good     bool            `json:"good"`
	Sum      string          `json:"sum"`
	Listed   int             `json:"listed"`
	Drawn    int             `json:"drawn"`
	Problems []redoneProblem `json:"problems"`
}

type redoneProblem struct {
	Part    string `json:"part"`
	Message string `json:"message"`
}

func (c *verifyDrawCmd) Run(r *run) error {
	raw, err := readFile(r, c.File, lot.MaxBytes)
	if err != nil {
		return err
	}
	f, err := lot.Parse(raw)
	if err != nil {
		return err
	}
	report := f.Check(beacon.Quicknet())
	if c.Seal != "" {
		if err := c.sealed(r, f, &report); err != nil {
			return err
		}
	}
	if c.JSON {
		out := redone{Good: report.Clean(), Sum: sample.Sum(raw), Listed: report.Listed, Drawn: report.Drawn, Problems: []redoneProblem{}}
		for _, p := range report.Problems {
			out.Problems = append(out.Problems, redoneProblem{p.Part, r.T(p.Key, p.Args...)})
		}
		if err := r.JSON(out); err != nil {
			return err
		}
	} else {
		for _, s := range report.Steps {
			mark := "✓"
			if !s.Good {
				mark = "✗"
			}
			r.Sayf("%s %s", mark, r.T(s.Key, s.Args...))
		}
		for _, p := range report.Problems {
			r.Sayf("  %s: %s", p.Part, r.T(p.Key, p.Args...))
		}
		if report.Clean() {
			r.Say("app.draw.good", sample.Sum(raw))
		} else {
			r.Say("app.draw.bad", len(report.Problems))
		}
	}
	if !report.Clean() {
		return errSilent
	}
	return nil
}

// maxReceipt is the largest receipt of a seal that is read.
const maxReceipt = 1 << 20

// sealed checks the receipt of the seal: that the record has the entry, under the
// log's key, and that it sealed this list, these groups and rules, for this source.
func (c *verifyDrawCmd) sealed(r *run, f *lot.File, report *lot.Report) error {
	raw, err := readFile(r, c.Seal, maxReceipt)
	if err != nil {
		return err
	}
	x, at, err := callup.ParseReceipt(raw)
	if err != nil {
		return err
	}
	v, err := c.verifier()
	if err != nil {
		return err
	}
	if v == nil {
		return fault.New(fault.Invalid, "app.draw.seal_key")
	}
	proof, err := ledger.ParseProof([]byte(x.Proof))
	if err != nil {
		return err
	}
	if err := proof.Check(ledger.Leaf(x.Kind, at, x.Salt, x.Body), v); err != nil {
		return err
	}
	var body struct {
		At     time.Time `json:"at"`
		Detail struct {
			Programme string     `json:"programme"`
			Sealed    lot.Sealed `json:"sealed"`
		} `json:"detail"`
	}
	if err := json.Unmarshal(x.Body, &body); err != nil {
		return fault.Wrap(fault.Invalid, err, "callup.receipt.form", callup.ReceiptFormat)
	}
	before := len(report.Problems)
	want := body.Detail.Sealed
	want.Entry = proof.Index
	if x.Kind != "merit.callup.sealed" || body.Detail.Programme != f.Rules.ID || want != f.Sealed {
		report.Problems = append(report.Problems, lot.Problem{Part: "sealed", Key: "app.draw.seal_other", Args: []any{body.Detail.Programme, want.Round}})
	}
	// The file says when the list was sealed; the record says when it was told. A
	// list that was told after the moment could have been made to fit.
	if at := f.Sealed.Announced(beacon.Quicknet()); !body.At.Before(at) {
		report.Problems = append(report.Problems, lot.Problem{Part: "sealed.at", Key: "app.draw.seal_late", Args: []any{text.Time(r.Lang, body.At), text.Time(r.Lang, at)}})
	}
	report.Steps = append(report.Steps, lot.Step{Key: "app.draw.seal_good", Args: []any{proof.Index, text.Time(r.Lang, body.At)}, Good: len(report.Problems) == before})
	return nil
}
