package archive

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"netral/internal/access/scope"
	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/letter"
	"netral/internal/text"
	"netral/internal/web"
)

// Addresses under which the pages stand in the navigation.
const (
	navPublic = "/periksa"
	navOffice = "/kantor"
)

func resource() scope.Resource { return scope.Resource{Type: "letter"} }

// Routes puts the pages on the mux.
func (a *Archive) Routes(mux *http.ServeMux, sh *web.Shell) {
	sh.Handle(mux, "GET /naskah", a.checkForm)
	sh.Handle(mux, "POST /naskah", a.checkPost)
	sh.Widen("POST /naskah", web.Room{Body: letter.MaxBytes + 64<<10, Time: 2 * time.Minute})
	sh.Handle(mux, "GET /naskah/sertifikat.pem", a.certificateFile)
	sh.Handle(mux, "GET /kantor/naskah", a.listPage)
	sh.Handle(mux, "GET /kantor/naskah/{kind}", a.templatePage)
	sh.Handle(mux, "GET /kantor/naskah/{kind}/contoh.pdf", a.previewFile)
}

// checkView is the page of a check.
type checkView struct {
	r      *web.Request
	report *Report
	fault  *fault.Error
	roots  []string // names of the certificates that are trusted
}

func checkOf(v checkView) web.Page {
	p := web.Page{Title: v.r.T("letter.check.title"), Nav: navPublic, Body: checkBody(v)}
	if v.report != nil || v.fault != nil {
		p.Keep = &web.Keep{Action: "/naskah", Fields: url.Values{}}
	}
	if v.fault != nil {
		p.Status = http.StatusUnprocessableEntity
	}
	return p
}

func (a *Archive) rootNames(ctx context.Context) ([]string, error) {
	roots, err := a.Roots(ctx)
	var names []string
	for _, c := range roots {
		names = append(names, c.Subject.CommonName)
	}
	return names, err
}

func (a *Archive) checkForm(r *web.Request) (web.Response, error) {
	if err := a.allow(r.Who, ActCheck); err != nil {
		return nil, err
	}
	names, err := a.rootNames(r.Context())
	return checkOf(checkView{r: r, roots: names}), err
}

func (a *Archive) checkPost(r *web.Request) (web.Response, error) {
	names, err := a.rootNames(r.Context())
	if err != nil {
		return nil, err
	}
	v := checkView{r: r, roots: names}
	up, err := r.Upload("file")
	if err != nil {
		return nil, err
	}
	if up == nil {
		v.fault = fault.Of(fault.Fields{{Name: "file", Key: "letter.check.no_file"}}.Err())
		return checkOf(v), nil
	}
	rep, err := a.Check(r.Context(), r.Who, up.Body)
	if f := web.Mendable(err); f != nil {
		v.fault = fault.Of(fault.Fields{{Name: "file", Key: f.Key, Args: f.Args}}.Err())
		return checkOf(v), nil
	}
	if err != nil {
		return nil, err
	}
	v.report = &rep
	return checkOf(v), nil
}

func (a *Archive) certificateFile(r *web.Request) (web.Response, error) {
	if err := a.allow(r.Who, ActCheck); err != nil {
		return nil, err
	}
	roots, err := a.Roots(r.Context())
	if err != nil {
		return nil, err
	}
	if len(roots) == 0 {
		return nil, fault.New(fault.NotFound, "letter.certificate.none")
	}
	return web.File{Name: "sertifikat.pem", Type: "application/x-pem-file", Body: letter.PEM(roots...)}, nil
}

// listView is the page of the templates.
type listView struct {
	r       *web.Request
	list    []*letter.Template
	refused []letter.Problem
	frame   bool // the frame is the office's
}

func listOf(v listView) web.Page {
	return web.Page{Title: v.r.T("letter.list.title"), Nav: navOffice, Body: listBody(v), Wide: true}
}

// Templates lists the templates in force. What is wrong with the office's own
// ones comes with it.
func (a *Archive) Templates(who actor.Actor) ([]*letter.Template, []letter.Problem, error) {
	if err := a.allow(who, ActRead); err != nil {
		return nil, nil, err
	}
	var list []*letter.Template
	for _, name := range a.Press.Set.Kinds() {
		t, err := a.Press.Set.Template(name)
		if err != nil {
			return nil, nil, err
		}
		list = append(list, t)
	}
	return list, a.Press.Set.Refused(), nil
}

func (a *Archive) listPage(r *web.Request) (web.Response, error) {
	list, refused, err := a.Templates(r.Who)
	if err != nil {
		return nil, err
	}
	return listOf(listView{r, list, refused, a.Press.Set.OwnFrame()}), nil
}

// kindView is the page of one template.
type kindView struct {
	r    *web.Request
	t    *letter.Template
	kind letter.Kind
}

func kindOf(v kindView) web.Page {
	return web.Page{Title: v.r.T("letter.kind." + v.t.Kind), Nav: navOffice, Body: kindBody(v), Wide: true}
}

func (a *Archive) templatePage(r *web.Request) (web.Response, error) {
	if err := a.allow(r.Who, ActRead); err != nil {
		return nil, err
	}
	t, err := a.Press.Set.Template(r.PathValue("kind"))
	if err != nil {
		return nil, err
	}
	k, err := a.Press.Set.Kind(t.Kind)
	return kindOf(kindView{r, t, k}), err
}

func (a *Archive) previewFile(r *web.Request) (web.Response, error) {
	if err := a.allow(r.Who, ActRead); err != nil {
		return nil, err
	}
	t, err := a.Press.Set.Template(r.PathValue("kind"))
	if err != nil {
		return nil, err
	}
	body, err := a.Press.Preview(t.Kind+".md", t.Source, letter.Options{At: a.Now().UTC(), Address: a.Base + "/naskah"})
	return web.File{Name: "contoh-" + t.Kind + ".pdf", Type: "application/pdf", Body: body, Inline: true}, err
}

// TemplateDoc is a template.
type TemplateDoc struct {
	Kind   string   `json:"kind"`
	Own    bool     `json:"own" doc:"The office's file, not the built-in one"`
	Fields []string `json:"fields"`
	Lists  []string `json:"lists"`
	Source string   `json:"source"`
}

// TemplatesDoc are all templates.
type TemplatesDoc struct {
	Templates []TemplateDoc `json:"templates"`
	Refused   []ProblemDoc  `json:"refused" doc:"What is wrong with files of the office; the built-in ones stand in their place"`
}

// ProblemDoc is something wrong with a template.
type ProblemDoc struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Message string `json:"message"`
}

type letterCheckIn struct {
	Body struct {
		File []byte `json:"file" doc:"The PDF"`
	}
}

// ReportDoc is what a check found.
type ReportDoc struct {
	State string    `json:"state" enum:"genuine,sealed,altered,foreign,unknown"`
	Sum   string    `json:"sha256"`
	Kind  string    `json:"kind,omitempty"`
	Made  string    `json:"made,omitempty"`
	Page  string    `json:"page,omitempty" doc:"Where what the paper says stands as it is today"`
	Seals []SealDoc `json:"seals"`
	Files []string  `json:"files" doc:"Names of what the paper carries"`
}

// SealDoc is a seal.
type SealDoc struct {
	Name    string `json:"name"`
	Issuer  string `json:"issuer"`
	Serial  string `json:"serial"`
	At      string `json:"at,omitempty"`
	Whole   bool   `json:"whole" doc:"It covers the file to its last byte"`
	Trusted bool   `json:"trusted"`
	Broken  bool   `json:"broken"`
}

// API puts the archive on the API.
func (a *Archive) API(api huma.API, sh *web.Shell) {
	op := func(id, method, path, key string) huma.Operation {
		return huma.Operation{OperationID: "letter-" + id, Method: method, Path: "/letters" + path, Tags: []string{"letters"}, Summary: "letter.api." + key, Description: "letter.api." + key + "_about"}
	}
	web.JSON(api, sh, op("templates", http.MethodGet, "", "templates"), func(_ context.Context, who actor.Actor, _ *struct{}) (*TemplatesDoc, error) {
		list, refused, err := a.Templates(who)
		if err != nil {
			return nil, err
		}
		lang := who.Lang
		if lang == "" {
			lang = text.ID
		}
		out := &TemplatesDoc{Templates: []TemplateDoc{}, Refused: []ProblemDoc{}}
		for _, t := range list {
			k, err := a.Press.Set.Kind(t.Kind)
			if err != nil {
				return nil, err
			}
			d := TemplateDoc{t.Kind, t.Own, []string{}, []string{}, string(t.Source)}
			for _, f := range k.Fields {
				d.Fields = append(d.Fields, f.Name)
			}
			for _, l := range k.Lists {
				d.Lists = append(d.Lists, l.Name)
			}
			out.Templates = append(out.Templates, d)
		}
		for _, p := range refused {
			out.Refused = append(out.Refused, ProblemDoc{p.File, p.Line, sh.Text.T(lang, p.Key, p.Args...)})
		}
		return out, nil
	})
	check := op("check", http.MethodPost, "/check", "check")
	check.MaxBodyBytes, check.BodyReadTimeout = letter.MaxBytes*3/2, 2*time.Minute
	sh.Widen("POST /api/v1/letters/check", web.Room{Body: letter.MaxBytes * 3 / 2, Time: 2 * time.Minute})
	web.JSON(api, sh, check, func(ctx context.Context, who actor.Actor, in *letterCheckIn) (*ReportDoc, error) {
		r, err := a.Check(ctx, who, in.Body.File)
		if err != nil {
			return nil, err
		}
		return reportDoc(&r), nil
	})
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func reportDoc(r *Report) *ReportDoc {
	out := &ReportDoc{State: r.State, Sum: r.Sum, Kind: r.Paper.Kind, Made: moment(r.Paper.Made), Page: r.Paper.Path, Seals: []SealDoc{}, Files: []string{}}
	for _, s := range r.Seals {
		out.Seals = append(out.Seals, SealDoc{s.Name, s.Issuer, s.Serial, moment(s.At), s.Whole, s.Trusted, s.Broken})
	}
	for _, f := range r.Files {
		out.Files = append(out.Files, f.Name)
	}
	return out
}
