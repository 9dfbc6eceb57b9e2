package exchange

import (
	"context"
	"embed"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/web"
)

const nav = "/kantor"

//go:embed example/*.csv
var examples embed.FS

// Example is a small file of a kind, of nobody who exists.
func Example(kind string) ([]byte, error) {
	if !slices.Contains(Kinds(), kind) {
		return nil, fault.New(fault.NotFound, "exchange.kind.unknown", clip(kind), Kinds())
	}
	return examples.ReadFile("example/" + kind + ".csv")
}

// Routes puts the pages on the mux.
func (s *Service) Routes(mux *http.ServeMux, sh *web.Shell) {
	sh.Handle(mux, "GET /kantor/impor", s.listPage)
	sh.Handle(mux, "POST /kantor/impor", s.upload)
	sh.Widen("POST /kantor/impor", web.Room{Body: s.maxUpload() + 1<<20, Time: 30 * time.Minute})
	sh.Handle(mux, "GET /kantor/contoh/{file}", s.example)
	sh.Handle(mux, "GET /kantor/impor/{id}", s.importPage)
	sh.Handle(mux, "POST /kantor/impor/{id}/kolom", s.remapPost)
	sh.Handle(mux, "POST /kantor/impor/{id}/muat", s.confirmPost)
	sh.Handle(mux, "POST /kantor/impor/{id}/batal", s.cancelPost)
	sh.Handle(mux, "GET /kantor/impor/{id}/ditolak.csv", s.refusedFile)
	sh.Widen("GET /kantor/impor/{id}/ditolak.csv", web.Room{Time: 30 * time.Minute})
	sh.Handle(mux, "GET /kantor/ekspor", s.exportsPage)
	sh.Handle(mux, "GET /kantor/ekspor/{file}", s.exportFile)
	sh.Widen("GET /kantor/ekspor/{file}", web.Room{Time: 30 * time.Minute})
	sh.Handle(mux, "POST /kantor/ekspor/{file}", s.exportPost)
	sh.Widen("POST /kantor/ekspor/{file}", web.Room{Time: 30 * time.Minute})
}

func (s *Service) listPage(r *web.Request) (web.Response, error) {
	list, err := s.List(r.Context(), r.Who, 50)
	if err != nil {
		return nil, err
	}
	return listOf(r, list, url.Values{"as_of": {r.Today().String()}}, nil), nil
}

func listOf(r *web.Request, list []Import, values url.Values, f *fault.Error) web.Page {
	p := web.Page{Title: r.T("exchange.title"), Nav: nav, Body: listBody(listView{r: r, list: list, values: values, fault: f}), Wide: true}
	if f != nil {
		p.Status, p.Keep = web.Status(f.Kind), &web.Keep{Action: "/kantor/impor", Fields: values}
	}
	return p
}

// upload reads the form piece by piece: what is small comes first, the file is
// the last part and goes on without ever being whole in memory.
func (s *Service) upload(r *web.Request) (web.Response, error) {
	values := url.Values{}
	m, err := s.receive(r, values)
	if err == nil {
		return web.Redirect{To: "/kantor/impor/" + m.ID}, nil
	}
	f := fault.Of(err)
	if f.Kind != fault.Invalid && f.Kind != fault.TooLarge {
		return nil, err
	}
	list, bad := s.List(r.Context(), r.Who, 50)
	if bad != nil {
		return nil, bad
	}
	return listOf(r, list, values, f), nil
}

func (s *Service) receive(r *web.Request, values url.Values) (*Import, error) {
	if err := s.allowed(r.Who, "roster.import"); err != nil {
		return nil, err
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, fault.New(fault.Invalid, "web.form_broken")
	}
	for range 20 {
		p, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, sendFault(err)
		}
		if p.FormName() != "file" {
			b, err := io.ReadAll(io.LimitReader(p, 1000))
			if err != nil {
				return nil, sendFault(err)
			}
			values.Set(p.FormName(), string(b))
			continue
		}
		if p.FileName() == "" {
			break
		}
		in := Input{Kind: values.Get("kind"), AsOf: day.None}
		if d, ok := parseDay(values.Get("as_of"), false); ok {
			in.AsOf = d
		} else {
			return nil, fault.Fields{{Name: "as_of", Key: "exchange.cell.day", Args: []any{clip(values.Get("as_of"))}}}.Err()
		}
		m, err := s.Take(r.Context(), r.Who, p.FileName(), in, &sent{p})
		if err != nil {
			return nil, err
		}
		return m, nil
	}
	return nil, fault.Fields{{Name: "file", Key: "exchange.file.none"}}.Err()
}

// sent makes errors of sending ours.
type sent struct{ p *multipart.Part }

func (s *sent) Read(b []byte) (int, error) {
	n, err := s.p.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		err = sendFault(err)
	}
	return n, err
}

func sendFault(err error) error {
	var big *http.MaxBytesError
	if errors.As(err, &big) {
		return fault.Wrap(fault.TooLarge, err, "sheet.file", (big.Limit>>20)+1, big.Limit>>20)
	}
	return fault.New(fault.Invalid, "web.form_broken")
}

func (s *Service) importPage(r *web.Request) (web.Response, error) {
	m, err := s.Get(r.Context(), r.Who, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return importOf(r, m, nil), nil
}

func importOf(r *web.Request, m *Import, f *fault.Error) web.Page {
	p := web.Page{Title: r.T("exchange.import.title", m.Name), Nav: nav, Body: importBody(importView{r: r, m: m, fault: f}), Wide: true}
	if m.State.Busy() {
		p.Refresh = 2 * time.Second
	}
	if f != nil {
		p.Status, p.Keep = web.Status(f.Kind), &web.Keep{Action: "/kantor/impor/" + m.ID + "/muat"}
	}
	return p
}

func (s *Service) remapPost(r *web.Request) (web.Response, error) {
	form, err := r.Values()
	if err != nil {
		return nil, err
	}
	id := r.PathValue("id")
	mapping := map[string]string{}
	for i := 0; form.Has("h" + strconv.Itoa(i)); i++ {
		n := strconv.Itoa(i)
		if to := form.Get("k" + n); to != "" {
			mapping[form.Get("h"+n)] = to
		}
	}
	if err := s.Remap(r.Context(), r.Who, id, mapping); err != nil {
		return nil, err
	}
	return web.Redirect{To: "/kantor/impor/" + url.PathEscape(id)}, nil
}

func (s *Service) confirmPost(r *web.Request) (web.Response, error) {
	form, err := r.Values()
	if err != nil {
		return nil, err
	}
	id := r.PathValue("id")
	seen, err := strconv.ParseInt(form.Get("seen"), 10, 64)
	if err != nil {
		seen = 0 // none was sent
	}
	err = s.Confirm(r.Context(), r.Who, id, form.Get("good") == "1", seen)
	if f := fault.Of(err); f != nil {
		if f.Kind != fault.Invalid && f.Kind != fault.Conflict {
			return nil, err
		}
		m, err := s.Get(r.Context(), r.Who, id)
		if err != nil {
			return nil, err
		}
		return importOf(r, m, f), nil
	}
	return web.Redirect{To: "/kantor/impor/" + url.PathEscape(id)}, nil
}

func (s *Service) cancelPost(r *web.Request) (web.Response, error) {
	if err := s.Cancel(r.Context(), r.Who, r.PathValue("id")); err != nil {
		return nil, err
	}
	return web.Redirect{To: "/kantor/impor"}, nil
}

func (s *Service) refusedFile(r *web.Request) (web.Response, error) {
	m, err := s.Get(r.Context(), r.Who, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return web.Stream{Name: "ditolak-" + m.Name + ".csv", Type: "text/csv; charset=utf-8", Send: func(ctx context.Context, w io.Writer) error {
		n, err := s.parts(ctx, m.ID, "refused", w)
		if err == nil && n == 0 {
			err = fault.New(fault.NotFound, "exchange.unknown")
		}
		return err
	}}, nil
}

func (s *Service) example(r *web.Request) (web.Response, error) {
	kind, ok := cutCSV(r.PathValue("file"))
	if !ok {
		return nil, fault.New(fault.NotFound, "exchange.kind.unknown", clip(kind), Kinds())
	}
	b, err := Example(kind)
	if err != nil {
		return nil, err
	}
	return web.File{Name: kind + ".csv", Type: "text/csv; charset=utf-8", Body: b}, nil
}

func cutCSV(s string) (string, bool) {
	if n := len(s) - len(".csv"); n > 0 && s[n:] == ".csv" {
		return s[:n], true
	}
	return s, false
}
