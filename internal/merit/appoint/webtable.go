package appoint

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"netral/internal/fault"
	"netral/internal/sheet"
	"netral/internal/web"
)

// tableRoutes puts the pages of tables on the mux.
func (s *Service) tableRoutes(mux *http.ServeMux, sh *web.Shell) {
	sh.Handle(mux, "GET /kantor/pelantikan/contoh-usulan.csv", s.examplePage)
	sh.Handle(mux, "POST /kantor/pelantikan/{id}/tabel", s.sendPost)
	sh.Widen("POST /kantor/pelantikan/{id}/tabel", web.Room{Body: maxTable + 1<<20, Time: 5 * time.Minute})
	sh.Handle(mux, "GET /kantor/pelantikan/{id}/tabel/{table}", s.tablePage)
	sh.Handle(mux, "POST /kantor/pelantikan/{id}/tabel/{table}", s.tablePost)
	sh.Handle(mux, "GET /kantor/pelantikan/{id}/tabel/{table}/ditolak.csv", s.refusedFile)
}

func tableAddress(batch, id string) string {
	return batchAddress(batch) + "/tabel/" + url.PathEscape(id)
}

func (s *Service) examplePage(r *web.Request) (web.Response, error) {
	if err := s.allow(r.Who, ActRead, Resource{Type: "batch"}); err != nil {
		return nil, err
	}
	b, err := Example()
	return web.File{Name: "contoh-usulan.csv", Type: "text/csv; charset=utf-8", Body: b}, err
}

// sent reads a form with a file, the file in memory: it is at most maxTable.
func sent(r *web.Request) (form url.Values, file *web.Upload, err error) {
	form = url.Values{}
	parts, err := r.MultipartReader()
	if err != nil {
		return form, nil, fault.New(fault.Invalid, "web.form_broken")
	}
	for range 20 {
		p, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return form, nil, tooLarge(err)
		}
		most := int64(1000)
		if p.FormName() == "file" {
			most = maxTable + 1
		}
		b, err := io.ReadAll(io.LimitReader(p, most))
		if err != nil {
			return form, nil, tooLarge(err)
		}
		if p.FormName() == "file" {
			file = &web.Upload{Name: clip(p.FileName()), Body: b}
		} else {
			form.Set(p.FormName(), string(b))
		}
	}
	return form, file, nil
}

func tooLarge(err error) error {
	if big := (*http.MaxBytesError)(nil); errors.As(err, &big) {
		return fault.Wrap(fault.TooLarge, err, "sheet.file", big.Limit>>20+1, maxTable>>20)
	}
	return fault.New(fault.Invalid, "web.form_broken")
}

func (s *Service) sendPost(r *web.Request) (web.Response, error) {
	id := r.PathValue("id")
	// Who may not is told before anything large is read.
	if err := s.allow(r.Who, ActPrepare, Resource{Type: "batch", ID: id}); err != nil {
		return nil, err
	}
	form, file, err := sent(r)
	if err == nil && (file == nil || len(file.Body) == 0) {
		err = fault.Fields{{Name: "file", Key: "appoint.table.file_none"}}.Err()
	}
	if err == nil {
		var t Table
		if t, err = s.Keep(r.Context(), r.Who, TableInput{Batch: id, Name: file.Name, Body: file.Body, Proposer: form.Get("table-proposer")}); err == nil {
			return web.Redirect{To: tableAddress(id, t.ID)}, nil
		}
	}
	f := fault.Of(err)
	if f == nil || f.Kind != fault.Invalid && f.Kind != fault.TooLarge && f.Kind != fault.Conflict {
		return nil, err
	}
	form.Set("do", "table")
	return s.worked(r, form, f, nil)
}

// maxRefusals is how many refused rows a page shows; the file has all.
const maxRefusals = 200

type tableView struct {
	r      *web.Request
	t      Table
	b      Batch
	report TableReport
	fault  *fault.Error // about the headings, or of taking it
}

// ready says whether the table can be taken.
func (v tableView) ready() bool {
	return v.report.Refused == 0 && v.report.Rows > 0 && v.b.State == Draft && !v.head()
}

// head says whether columns are not understood.
func (v tableView) head() bool { return v.fault != nil && v.fault.Key == "appoint.table.head" }

func tablePageOf(v tableView) web.Page {
	return web.Page{Title: v.r.T("appoint.table.title", v.t.Name), Nav: navOffice, Body: tableBody(v), Wide: true}
}

func (s *Service) tabled(r *web.Request, f *fault.Error) (web.Response, error) {
	t, b, report, err := s.Look(r.Context(), r.Who, r.PathValue("id"), r.PathValue("table"))
	if err != nil {
		x := fault.Of(err)
		if x.Kind != fault.Invalid || t.ID == "" {
			return nil, err
		}
		f = x
	}
	p := tablePageOf(tableView{r: r, t: t, b: b, report: report, fault: f})
	if f != nil && r.Method == http.MethodPost {
		p = p.Refused(f, tableAddress(b.ID, t.ID), url.Values{})
	}
	return p, nil
}

func (s *Service) tablePage(r *web.Request) (web.Response, error) { return s.tabled(r, nil) }

func (s *Service) tablePost(r *web.Request) (web.Response, error) {
	form, err := r.Values()
	if err != nil {
		return nil, err
	}
	batch, id := r.PathValue("id"), r.PathValue("table")
	to := batchAddress(batch)
	switch form.Get("do") {
	case "take":
		_, _, err = s.Take(r.Context(), r.Who, batch, id, version(form))
	case "drop":
		err = s.Discard(r.Context(), r.Who, batch, id)
	case "map":
		mapping := map[string]string{}
		for i := 0; form.Has("h" + strconv.Itoa(i)); i++ {
			if what := form.Get("k" + strconv.Itoa(i)); what != "" {
				mapping[form.Get("h"+strconv.Itoa(i))] = what
			}
		}
		err, to = s.Remap(r.Context(), r.Who, batch, id, mapping), tableAddress(batch, id)
	default:
		err = fault.New(fault.Invalid, "appoint.do", clip(form.Get("do")))
	}
	if err == nil {
		return web.Redirect{To: to}, nil
	}
	if f := web.Mendable(err); f != nil {
		return s.tabled(r, f)
	}
	return nil, err
}

// refusedFile is all rows that are not taken, and why, as a table.
func (s *Service) refusedFile(r *web.Request) (web.Response, error) {
	_, _, report, err := s.Look(r.Context(), r.Who, r.PathValue("id"), r.PathValue("table"))
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	w, err := sheet.NewCSV(&b)
	if err != nil {
		return nil, err
	}
	rows := [][]string{{r.T("appoint.table.row"), r.T("appoint.table.col"), r.T("appoint.table.is.post"), r.T("appoint.table.is.person"), r.T("appoint.why")}}
	for _, x := range report.Refusals {
		rows = append(rows, []string{strconv.FormatInt(x.Row, 10), x.Heading, x.Post, x.Person, r.Shell.Text.Field(r.Lang, x.Problem)})
	}
	for _, c := range rows {
		if err := w.Write(c); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return web.File{Name: "ditolak.csv", Type: "text/csv; charset=utf-8", Body: b.Bytes()}, nil
}
