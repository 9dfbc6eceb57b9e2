package app

import (
	"errors"
	"io"
	"os"
	"path/filepath"

	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/merit/roster/exchange"
)

type importCmd struct {
	place
	Kind     string            `arg:"" enum:"units,posts,people,tenures,ratings,trainings,marks,leaves,relations" help:"${h_import_kind}"`
	File     string            `arg:"" type:"existingfile" help:"${h_import_file}"`
	Map      map[string]string `placeholder:"HEADING=COLUMN" help:"${h_import_map}"`
	DryRun   bool              `help:"${h_import_dry}"`
	OnlyGood bool              `help:"${h_import_good}"`
	Resume   bool              `help:"${h_import_resume}"`
	AsOf     string            `placeholder:"YYYY-MM-DD" help:"${h_import_as_of}"`
	Refused  string            `type:"path" placeholder:"FILE" help:"${h_import_refused}"`
	JSON     bool              `help:"${h_json}"`
}

func (c *importCmd) Run(r *run) error {
	in := exchange.Input{Kind: c.Kind, Map: c.Map, AsOf: day.None, Good: c.OnlyGood}
	var err error
	if c.AsOf != "" {
		if in.AsOf, err = day.Parse(c.AsOf); err != nil {
			return fault.Fields{{Name: "--as-of", Key: "exchange.cell.day", Args: []any{c.AsOf}}}.Err()
		}
	}
	f, err := os.Open(c.File)
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "app.file", c.File)
	}
	defer f.Close() //nolint:errcheck // only read
	st, err := f.Stat()
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "app.file", c.File)
	}
	h, err := c.house(r)
	if err != nil {
		return err
	}
	defer h.close() //nolint:errcheck // every write was durable when it returned
	var refused io.Writer
	if c.Refused != "" {
		out, err := os.OpenFile(c.Refused, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			return fault.Wrap(fault.Invalid, err, "app.file", c.Refused)
		}
		defer out.Close() //nolint:errcheck // told below by what is in it
		refused = out
	}
	tell, done := r.stages()
	file := exchange.File{Name: filepath.Base(c.File), Size: st.Size(), Body: f}
	var rep exchange.Report
	if c.DryRun {
		rep, err = h.exchange.DryRun(r.ctx, r.Who(), file, in, refused, tell)
	} else {
		rep, err = h.exchange.Import(r.ctx, r.Who(), file, in, exchange.Run{Refused: refused, Tell: tell, Resume: c.Resume})
	}
	done()
	return c.told(r, rep, err)
}

// stages draws a bar for each stage.
func (r *run) stages() (tell exchange.Progress, done func()) {
	var b *bar
	was := ""
	done = func() {
		if b != nil {
			b.done()
		}
	}
	return func(stage string, n, total int64) {
		if stage != was {
			done()
			b, was = r.bar(r.T("app.import_stage."+stage)), stage
		}
		b.step(n, total)
	}, done
}

// told says what came of it. When rows are refused, whatever was done with the
// others, the exit code is that of an invalid input.
func (c *importCmd) told(r *run, rep exchange.Report, err error) error {
	if f := fault.Of(err); f != nil && f.Key != "exchange.refused" {
		for _, x := range rep.Columns {
			r.Sayf("  %s  %s → %s", x.Letter, x.Heading, x.Field)
		}
		return err
	}
	if c.JSON {
		if e := r.JSON(rep); e != nil {
			return e
		}
	} else {
		c.words(r, rep)
	}
	switch {
	case err != nil:
		return err
	case rep.Refused > 0 && rep.Written:
		return fault.New(fault.Invalid, "app.import_some", rep.Refused, rep.Rows)
	case rep.Refused > 0:
		return fault.New(fault.Invalid, "app.import_dry", rep.Refused, rep.Rows)
	}
	return nil
}

func (c *importCmd) words(r *run, rep exchange.Report) {
	for _, p := range rep.First {
		place := ""
		if p.Field != "" {
			place = p.Place() + ": "
		}
		r.Sayf("%s %s%s", r.T("exchange.row_number", p.Row), place, p.Reason(r.Text, r.Lang))
	}
	if len(rep.First) > 0 && int64(len(rep.First)) < rep.Refused {
		r.Say("app.import_more", len(rep.First))
	}
	for _, x := range rep.Unknown() {
		r.Say("app.import_unknown", x.Heading, x.Letter)
	}
	key := "app.import_would"
	if rep.Written {
		key = "app.import_did"
	}
	r.Say(key, rep.Rows, rep.New, rep.Changed, rep.Same, rep.Refused)
	if rep.From > 0 {
		r.Say("app.import_resumed", rep.From)
	}
}

type exportCmd struct {
	place
	Kind   string `arg:"" enum:"units,posts,people,tenures,ratings,trainings,marks,leaves,relations" help:"${h_export_kind}"`
	Format string `enum:"csv,xlsx" default:"csv" help:"${h_export_format}"`
	On     string `placeholder:"YYYY-MM-DD" help:"${h_export_on}"`
	All    bool   `help:"${h_export_all}"`
	Unit   string `placeholder:"CODE" help:"${h_export_unit}"`
	Out    string `short:"o" type:"path" placeholder:"FILE" help:"${h_export_out}"`
}

func (c *exportCmd) Run(r *run) (err error) {
	in := exchange.ExportInput{Kind: c.Kind, Format: c.Format, All: c.All}
	in.Filter.On, in.Filter.Unit = day.None, c.Unit
	if c.On != "" {
		if in.Filter.On, err = day.Parse(c.On); err != nil {
			return fault.Fields{{Name: "--on", Key: "exchange.cell.day", Args: []any{c.On}}}.Err()
		}
	}
	h, err := c.house(r)
	if err != nil {
		return err
	}
	defer h.close() //nolint:errcheck // every write was durable when it returned
	out := r.Stdout
	if c.Out != "" {
		f, err := os.OpenFile(c.Out, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			return fault.Wrap(fault.Invalid, err, "app.file", c.Out)
		}
		defer func() {
			if bad := f.Close(); bad != nil || err != nil {
				// Half a file must not pass for a whole one.
				err = errors.Join(err, bad, os.Remove(c.Out))
			}
		}()
		out = f
	}
	b := r.bar(r.T("app.export_bar"))
	n, err := h.exchange.Export(r.ctx, r.Who(), in, out, func(rows int64) { b.step(rows, 0) })
	b.done()
	if err == nil && c.Out != "" {
		r.Say("app.roster_exported", n, c.Out)
	}
	return err
}
