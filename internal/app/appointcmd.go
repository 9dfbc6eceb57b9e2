package app

import (
	"path/filepath"

	"netral/internal/fault"
	"netral/internal/merit/appoint"
)

type appointCmd struct {
	Import appointImportCmd `cmd:"" help:"${h_appoint_import}"`
}

type appointImportCmd struct {
	place
	File     string            `arg:"" type:"existingfile" help:"${h_appoint_file}"`
	Batch    string            `required:"" placeholder:"ID" help:"${h_appoint_batch}"`
	Proposer string            `placeholder:"NIP" help:"${h_appoint_proposer}"`
	Map      map[string]string `placeholder:"HEADING=COLUMN" help:"${h_appoint_map}"`
	DryRun   bool              `help:"${h_import_dry}"`
	JSON     bool              `help:"${h_json}"`
}

func (c *appointImportCmd) Run(r *run) error {
	raw, err := readFile(r, c.File, appoint.MaxBytes)
	if err != nil {
		return err
	}
	h, err := c.house(r)
	if err != nil {
		return err
	}
	defer h.close() //nolint:errcheck // every write was durable when it returned
	in := appoint.TableInput{Batch: c.Batch, Name: filepath.Base(c.File), Body: raw, Proposer: c.Proposer, Map: c.Map}
	var rep appoint.TableReport
	var b appoint.Batch
	if c.DryRun {
		rep, err = h.appoint.DryRun(r.ctx, r.Who(), in)
	} else {
		rep, b, err = h.appoint.Import(r.ctx, r.Who(), in, -1)
	}
	refused := rep.Refused > 0
	if err != nil && !refused {
		return err
	}
	doc := rep.Doc(r.Text, r.Lang)
	if doc.Taken = b.ID != ""; doc.Taken {
		doc.Version = b.Version
	}
	if c.JSON {
		if err := r.JSON(doc); err != nil {
			return err
		}
	} else {
		for _, p := range doc.Problems {
			r.Say("app.appoint.row", p.Row, p.Person, p.Post, p.Message)
		}
		key := "app.appoint.would"
		if doc.Taken {
			key = "app.appoint.did"
		}
		r.Say(key, doc.Rows, doc.Refused)
	}
	if refused {
		return fault.New(fault.Invalid, "appoint.table.refused", doc.Refused, doc.Rows)
	}
	return nil
}
