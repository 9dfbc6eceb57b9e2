package roster

import (
	"bytes"
	"context"
	"net/url"
	"time"

	"netral/internal/actor"
	"netral/internal/ledger"
	"netral/internal/sheet"
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
	Filter string `json:"filter,omitempty"` // what was understood of the address: no names
	Rows   int    `json:"rows"`
}

// exported writes down that somebody took a list along, before it is sent.
func (s *Service) exported(ctx context.Context, who actor.Actor, d exportedDetail) error {
	_, err := s.Book.Write(ctx, who, func(context.Context, *store.Tx) (ledger.Entry, error) {
		return ledger.Entry{Kind: "merit.roster.exported", Subject: "list:" + d.List, Detail: d}, nil
	})
	return err
}

// filter is the part of an address that was understood. Whatever else stands in
// it may be of any length and say anything, and the record keeps it for ever.
func filter(pairs ...string) string {
	q := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], clip(pairs[i+1]))
		}
	}
	return q.Encode()
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
	if err := s.exported(r.Context(), r.Who, exportedDetail{"findings", filter("periksa", in.Check, "unit", in.Unit, "wilayah", in.Area), len(rep.Findings)}); err != nil {
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
	late := ""
	if v.late {
		late = "ya"
	}
	if err := s.exported(r.Context(), r.Who, exportedDetail{"corrections", filter("terlambat", late, "urut", v.sort), len(v.all)}); err != nil {
		return nil, err
	}
	return csvFile("permintaan-"+r.Today().String()+".csv", rows)
}

// csvFile is a table as a file.
func csvFile(name string, rows [][]string) (web.Response, error) {
	var b bytes.Buffer
	w, err := sheet.NewCSV(&b)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		if err := w.Write(row); err != nil {
			return nil, err
		}
	}
	err = w.Close()
	return web.File{Name: name, Type: "text/csv; charset=utf-8", Body: b.Bytes()}, err
}
