package roster

import (
	"bytes"
	"context"
	"encoding/csv"
	"strings"
	"time"

	"netral/internal/actor"
	"netral/internal/ledger"
	"netral/internal/store"
	"netral/internal/web"
)

// The lists of findings and of requests as files. Those of people, units and
// posts are files of the exchange.

// mostFindings is how many findings one file holds.
const mostFindings = 100_000

// exportedDetail is what the record says of a list that was taken along.
type exportedDetail struct {
	List   string `json:"list"`
	Filter string `json:"filter,omitempty"` // as in the address: no names
	Rows   int    `json:"rows"`
}

// exported writes down that somebody took a list along, before it is sent.
func (s *Service) exported(ctx context.Context, who actor.Actor, d exportedDetail) error {
	_, err := s.Book.Write(ctx, who, func(context.Context, *store.Tx) (ledger.Entry, error) {
		return ledger.Entry{Kind: "merit.roster.exported", Subject: "list:" + d.List, Detail: d}, nil
	})
	return err
}

func (s *Service) exportFindings(r *web.Request) (web.Response, error) {
	if err := s.allow(r.Who, "roster.export", Resource{Type: "roster"}); err != nil {
		return nil, err
	}
	q := r.URL.Query()
	in := QualityInput{Check: q.Get("periksa"), Unit: q.Get("unit"), Area: q.Get("wilayah"), whole: true}
	rep, err := s.Quality(r.Context(), r.Who, in)
	if err != nil {
		return nil, err
	}
	v := qualityView{r: r, in: in, q: rep, areas: s.Areas}
	rows := [][]string{{r.T("roster.quality.check"), r.T("roster.search.people"), r.T("roster.field.title"), r.T("roster.unit.name"), r.T("roster.quality.detail"), r.T("roster.quality.who")}}
	for _, f := range rep.Findings {
		detail := v.detail(f)
		if detail == f.Post {
			detail = ""
		}
		rows = append(rows, []string{r.T("roster.check_name." + f.Check), f.Name, f.Post, f.UnitName, detail, r.T("roster.mender." + Mender(f.Check))})
	}
	if err := s.exported(r.Context(), r.Who, exportedDetail{"findings", r.URL.RawQuery, len(rep.Findings)}); err != nil {
		return nil, err
	}
	return csvFile("temuan-"+rep.On.String()+".csv", rows)
}

func (s *Service) exportAsked(r *web.Request) (web.Response, error) {
	if err := s.allow(r.Who, "roster.export", Resource{Type: "roster"}); err != nil {
		return nil, err
	}
	v, err := s.waitingAs(r)
	if err != nil {
		return nil, err
	}
	rows := [][]string{{r.T("roster.search.people"), r.T("roster.asked.what"), r.T("roster.open.held"), r.T("roster.asked.wanted"), r.T("roster.ask.note"), r.T("roster.open.due")}}
	for _, a := range v.all {
		rows = append(rows, []string{a.Name, askedWhat(r, a), a.Held, a.Wanted, a.Note, a.Due.UTC().Format(time.RFC3339)})
	}
	if err := s.exported(r.Context(), r.Who, exportedDetail{"corrections", r.URL.RawQuery, len(v.all)}); err != nil {
		return nil, err
	}
	return csvFile("permintaan-"+r.Today().String()+".csv", rows)
}

// csvFile is a table as CSV with a mark of UTF-8, without which spreadsheets
// take it for something else.
func csvFile(name string, rows [][]string) (web.Response, error) {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	for _, row := range rows {
		for i := range row {
			row[i] = inert(row[i])
		}
		if err := w.Write(row); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return web.File{Name: name, Type: "text/csv; charset=utf-8", Body: b.Bytes()}, w.Error()
}

// inert keeps a spreadsheet from running a cell that people have typed.
func inert(s string) string {
	if t := strings.TrimLeft(s, "' \u00a0"); t != "" && strings.ContainsAny(t[:1], "=+-@\t\r\n") {
		return "'" + s
	}
	return s
}
