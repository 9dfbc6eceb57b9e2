package exchange

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/merit/roster"
	"netral/internal/sheet"
	"netral/internal/web"
)

// Formats are the formats of an export.
func Formats() []string { return []string{"csv", "xlsx"} }

// ExportInput says what is given out.
type ExportInput struct {
	Kind   string // one of Kinds
	Format string // one of Formats
	Filter roster.ListInput
	// All gives the whole history that stands, not only what is true on the day.
	All bool
	// Vacant is a filter of posts, UnitKind and Lacks are those of units.
	Vacant          bool
	UnitKind, Lacks string
	Reason          string // why; some may export for a reason only
}

func (in *ExportInput) check() error {
	var f fault.Fields
	f.Add(slices.Contains(Kinds(), in.Kind), "kind", "exchange.kind.unknown", clip(in.Kind), Kinds())
	f.Add(slices.Contains(Formats(), in.Format), "format", "exchange.format.unknown", clip(in.Format), Formats())
	return f.Err()
}

// Export writes a table that Import takes again. Nothing is in it that the actor
// may not see; what is given out is written down first.
func (s *Service) Export(ctx context.Context, who actor.Actor, in ExportInput, to io.Writer, tell func(rows int64)) (rows int64, err error) {
	if err := in.check(); err != nil {
		return 0, err
	}
	sp := specOf(in.Kind)
	var w sheet.Writer
	start := func() (err error) { // nothing is sent before something may be
		if w != nil {
			return nil
		}
		if in.Format == "xlsx" {
			w, err = sheet.NewXLSX(to, s.Dir, s.Text.T(who.Lang, "exchange.kind."+in.Kind))
		} else {
			w, err = sheet.NewCSV(to)
		}
		if err != nil {
			return err
		}
		return w.Write(headings(sp))
	}
	err = s.Roster.Export(ctx, who, roster.ExportInput{Kind: sp.kind, List: in.Filter, Vacant: in.Vacant, UnitKind: in.UnitKind, Lacks: in.Lacks, All: in.All, Reason: in.Reason}, func(row any, p *roster.Person) error {
		if err := start(); err != nil {
			return err
		}
		rows++
		if tell != nil && rows%1000 == 0 {
			tell(rows)
		}
		return w.Write(cells(row, p))
	})
	if err == nil {
		err = start()
	}
	if w != nil {
		if bad := w.Close(); err == nil {
			err = bad
		}
	}
	return rows, err
}

// headings are the names of the columns but for "last": exports say "until".
func headings(s *spec) []string {
	return slices.DeleteFunc(s.names(), func(n string) bool { return n == "last" || n == "nik" })
}

func num(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// cells are a row in the order of headings.
func cells(row any, p *roster.Person) []string {
	of := func(from, until day.Day, parts ...string) []string {
		return append(parts, from.String(), until.String())
	}
	yes := func(b bool) string {
		if b {
			return "yes"
		}
		return "no"
	}
	switch r := row.(type) {
	case *roster.Unit:
		return of(r.From, r.Until, r.ID, r.Parent, r.Name, r.Abbreviation, r.Kind, r.Area, num(r.Rank))
	case *roster.Post:
		return of(r.From, r.Until, r.ID, r.Unit, r.Title, string(r.Level), r.Echelon, r.Rung, num(r.Class), num(r.Seats), yes(r.Head), r.Duties)
	case *roster.Person:
		return of(r.From, r.Until, r.ID, r.NIP, r.NRK, r.Name, r.Before, r.After, r.Grade, r.Education, r.Field, r.Born.String(), string(r.Sex), string(r.Status))
	case *roster.Tenure:
		return of(r.From, r.Until, r.Person, p.NIP, p.NRK, r.Post, r.Kind, r.Decree, r.DecreeDate.String())
	case *roster.Rating:
		return []string{r.Person, p.NIP, p.NRK, strconv.Itoa(r.Year), r.Predicate}
	case *roster.Training:
		return of(r.From, r.Until, r.Person, p.NIP, p.NRK, r.Kind, r.Name, r.Certificate)
	case *roster.Mark:
		return of(r.From, r.Until, r.Person, p.NIP, p.NRK, r.Level, r.What, r.Decree)
	case *roster.Leave:
		return of(r.From, r.Until, r.Person, p.NIP, p.NRK, r.Kind, r.Decree)
	case *roster.Relation:
		return of(r.From, r.Until, r.Person, p.NIP, p.NRK, r.Other, r.Kind)
	}
	return nil
}

// exportsPage lists the files that can be taken along.
func (s *Service) exportsPage(r *web.Request) (web.Response, error) {
	// Who needs a reason is asked for it when a file is chosen.
	if err := s.allowed(r.Who, "roster.export"); err != nil && !roster.NeedsReason(err) {
		return nil, err
	}
	q := r.URL.Query()
	v := exportsView{r: r, on: q.Get("tanggal"), all: q.Get("riwayat") == "1"}
	status := http.StatusOK
	if _, ok := parseDay(v.on, false); !ok && v.on != "" {
		status = http.StatusUnprocessableEntity
		v.fault = fault.Of(fault.Fields{{Name: "tanggal", Key: "exchange.cell.day", Args: []any{clip(v.on)}}}.Err())
	}
	return exportsOf(v, status), nil
}

func exportsOf(v exportsView, status int) web.Page {
	return web.Page{Title: v.r.T("exchange.exports.title"), Nav: nav, Body: exportsBody(v), Status: status}
}

// names are what an address calls the parts of a filter, and what it says for yes.
type names struct{ on, all, unit, area, level, status, vacant, kind, lacks, sort, yes string }

// exportFile is the download beside a list: its filter stands in the address, as
// it does there.
func (s *Service) exportFile(r *web.Request) (web.Response, error) {
	return s.exportFor(r, "")
}

// exportPost is the download for a reason, which stays out of the address.
func (s *Service) exportPost(r *web.Request) (web.Response, error) {
	form, err := r.Values()
	if err != nil {
		return nil, err
	}
	reason := strings.TrimSpace(form.Get("reason"))
	if reason == "" {
		return reasonOf(r, "", r.T("roster.check.empty")), nil
	}
	return s.exportFor(r, reason)
}

func (s *Service) exportFor(r *web.Request, reason string) (web.Response, error) {
	err := s.Roster.MayExport(r.Context(), r.Who, r.URL.Query().Get("unit"), reason)
	switch f := fault.Of(err); {
	case err == nil:
		return s.file(r, reason, names{on: "tanggal", all: "riwayat", unit: "unit", area: "wilayah", level: "jenjang", status: "status", vacant: "kosong", kind: "jenis", lacks: "tanpa", sort: "urut", yes: "ya"})
	case roster.NeedsReason(err):
		return reasonOf(r, "", ""), nil
	case f.Kind == fault.Invalid:
		return reasonOf(r, reason, r.Field(f, "reason")), nil
	}
	return nil, err
}

// reasonOf asks why, on the way to a file.
func reasonOf(r *web.Request, given, problem string) web.Page {
	page := web.Page{Title: r.T("exchange.exports.reason"), Nav: nav, Body: reasonBody(r, given, problem), Status: http.StatusForbidden}
	if problem != "" {
		page.Status = http.StatusUnprocessableEntity
		page.Keep = &web.Keep{Action: r.URL.RequestURI(), Fields: url.Values{"reason": {given}}}
	}
	return page
}

// exportAPI is the same for programs.
func (s *Service) exportAPI(r *web.Request) (web.Response, error) {
	return s.file(r, "", names{on: "on", all: "all", unit: "unit", area: "area", level: "level", status: "status", vacant: "vacant", kind: "kind", lacks: "lacks", sort: "sort", yes: "1"})
}

func (s *Service) file(r *web.Request, reason string, n names) (web.Response, error) {
	kind, format, _ := strings.Cut(r.PathValue("file"), ".")
	q := r.URL.Query()
	on, ok := parseDay(q.Get(n.on), false)
	if !ok {
		return nil, fault.Fields{{Name: n.on, Key: "exchange.cell.day", Args: []any{clip(q.Get(n.on))}}}.Err()
	}
	in := ExportInput{Kind: kind, Format: format, All: q.Get(n.all) == "1", Vacant: q.Get(n.vacant) == n.yes, UnitKind: q.Get(n.kind), Lacks: q.Get(n.lacks), Reason: reason,
		Filter: roster.ListInput{On: on, Unit: q.Get(n.unit), Area: q.Get(n.area), Level: roster.Level(q.Get(n.level)), Status: roster.Status(q.Get(n.status)), Sort: q.Get(n.sort)}}
	if err := in.check(); err != nil {
		return nil, err
	}
	mime := "text/csv; charset=utf-8"
	if format == "xlsx" {
		mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	if on == day.None {
		on = r.Today()
	}
	return web.Stream{Name: kind + "-" + on.String() + "." + format, Type: mime, Send: func(ctx context.Context, w io.Writer) error {
		_, err := s.Export(ctx, r.Who, in, w, nil)
		return err
	}}, nil
}
