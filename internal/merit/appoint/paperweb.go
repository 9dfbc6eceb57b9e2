package appoint

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"netral/internal/letter/archive"
	"netral/internal/web"
)

// paperRoutes puts the papers on the mux.
func (s *Service) paperRoutes(mux *http.ServeMux, sh *web.Shell) {
	give := func(paper string) web.Handler {
		return func(r *web.Request) (web.Response, error) { return s.paperFile(r, paper, r.PathValue("post")) }
	}
	sh.Handle(mux, "GET /kantor/pelantikan/{id}/keputusan.pdf", give(PaperDecree))
	sh.Handle(mux, "GET /kantor/pelantikan/{id}/berita-acara.pdf", give(PaperOath))
	sh.Handle(mux, "GET /kantor/pelantikan/{id}/petikan/{post}/petikan.pdf", give(PaperExtract))
	sh.Handle(mux, "GET /kantor/pelantikan/{id}/petikan/{post}/spmt.pdf", give(PaperDuty))
}

// paperAddress is where a paper of a batch lies, or of one person in it.
func paperAddress(id, post, name string) string {
	if post == "" {
		return batchAddress(id) + "/" + name
	}
	return batchAddress(id) + "/petikan/" + url.PathEscape(post) + "/" + name
}

func (s *Service) paperFile(r *web.Request, paper, post string) (web.Response, error) {
	p, err := s.Paper(r.Context(), r.Who, paper, r.PathValue("id"), post)
	if err != nil {
		return nil, err
	}
	return fileOf(p), nil
}

func fileOf(p archive.Paper) web.File {
	name := p.Kind + strings.ReplaceAll(strings.ReplaceAll(p.Path, "/pelantikan", ""), "/", "-")
	return web.File{Name: name + ".pdf", Type: "application/pdf", Body: p.Body, Inline: true, ETag: p.Sum}
}

// PaperAPI puts the papers on the API.
func (s *Service) PaperAPI(mux *http.ServeMux, api huma.API, sh *web.Shell) {
	text := &huma.Schema{Type: huma.TypeString}
	op := func(id, path, key string, with ...string) huma.Operation {
		o := huma.Operation{OperationID: "appoint-" + id, Method: http.MethodGet, Path: "/appoint" + path, Tags: []string{"appoint"}, Summary: "appoint.api." + key, Description: "appoint.api." + key + "_about"}
		for _, p := range with {
			o.Parameters = append(o.Parameters, &huma.Param{Name: p, In: "path", Required: true, Schema: text})
		}
		o.Responses = map[string]*huma.Response{"200": {Description: "The paper.", Content: map[string]*huma.MediaType{"application/pdf": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}}}
		return o
	}
	give := func(paper string) web.Handler {
		return func(r *web.Request) (web.Response, error) { return s.paperFile(r, paper, r.PathValue("post")) }
	}
	web.Download(api, mux, sh, op("paper-decree", "/batches/{id}/decree.pdf", "paper_decree", "id"), give(PaperDecree))
	web.Download(api, mux, sh, op("paper-oath", "/batches/{id}/oath.pdf", "paper_oath", "id"), give(PaperOath))
	web.Download(api, mux, sh, op("paper-extract", "/batches/{id}/proposals/{post}/extract.pdf", "paper_extract", "id", "post"), give(PaperExtract))
	web.Download(api, mux, sh, op("paper-duty", "/batches/{id}/proposals/{post}/duty.pdf", "paper_duty", "id", "post"), give(PaperDuty))
}
