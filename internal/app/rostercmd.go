package app

import (
	"netral/internal/merit/appoint"
)

type verifyRosterCmd struct {
	keyed
	JSON bool   `help:"${h_json}"`
	File string `arg:"" help:"${h_verify_roster_file}"`
}

// recounted is what `netral verify roster --json` prints.
type recounted struct {
	Good     bool            `json:"good"`
	Keyed    bool            `json:"key_checked"` // the record was checked, not only the file
	Sum      string          `json:"sum"`
	Decree   string          `json:"decree"`
	Rows     int             `json:"rows"`
	Excepted int             `json:"excepted"`
	Counts   []appoint.Count `json:"counts"`
	Kinds    map[string]int  `json:"kinds"`
	Problems []rosterProblem `json:"problems"`
}

type rosterProblem struct {
	Row     int    `json:"row,omitempty"`
	Message string `json:"message"`
}

func (c *verifyRosterCmd) Run(r *run) error {
	raw, err := readFile(r, c.File, appoint.MaxBytes)
	if err != nil {
		return err
	}
	f, err := appoint.Parse(raw)
	if err != nil {
		return err
	}
	v, err := c.verifier()
	if err != nil {
		return err
	}
	report := f.Check(v)
	if c.JSON {
		out := recounted{Good: report.Clean(), Keyed: report.Keyed, Sum: report.Sum, Decree: f.Head.Decree, Rows: report.Rows, Excepted: report.Excepted, Counts: report.Counts, Kinds: report.Kinds, Problems: []rosterProblem{}}
		for _, p := range report.Problems {
			out.Problems = append(out.Problems, rosterProblem{p.Row, r.T(p.Key, p.Args...)})
		}
		if err := r.JSON(out); err != nil {
			return err
		}
	} else {
		r.recount(f, &report)
	}
	if !report.Clean() {
		return errSilent
	}
	return nil
}

// recount says what was found, in words.
func (r *run) recount(f *appoint.File, report *appoint.Report) {
	r.Say("app.roster.head", f.Head.Decree, f.Head.Date, f.Head.Title)
	for _, x := range report.Counts {
		level := x.Level
		if key := "appoint.level." + x.Level; r.Text.Has(r.Lang, key) {
			level = r.T(key)
		}
		r.Say("app.roster.count", x.Agency, level, x.N)
	}
	for _, k := range appoint.Kinds() {
		if n := report.Kinds[k]; n > 0 {
			r.Say("app.roster.kinds", r.T("appoint.kind."+k), n)
		}
	}
	r.Say("app.roster.excepted", report.Excepted)
	for _, p := range report.Problems {
		what := r.T(p.Key, p.Args...)
		if p.Row > 0 {
			what = r.T("app.roster.row", p.Row, what)
		}
		r.Sayf("✗ %s", what)
	}
	switch {
	case !report.Clean():
		r.Say("app.roster.bad", len(report.Problems))
		return
	case report.Keyed:
		r.Say("app.roster.sealed", report.Index)
	default:
		r.Say("app.roster.unkeyed")
	}
	r.Say("app.roster.good", report.Rows, report.Sum)
}
