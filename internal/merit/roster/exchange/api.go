package exchange

import (
	"bytes"
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/text"
	"netral/internal/web"
)

// maxBody is how large a request of the API may be; a file in it takes a third
// more than by itself. Larger files are for the page or the command line.
const maxBody = 24 << 20

type importIn struct {
	Body struct {
		Kind   string            `json:"kind" doc:"people, units, posts, tenures, ratings, trainings, marks, leaves or relations"`
		Name   string            `json:"name" doc:"Name of the file"`
		File   []byte            `json:"file" doc:"The file, CSV or XLSX, in base64"`
		Map    map[string]string `json:"map,omitempty" doc:"Which heading is which column; - leaves one out"`
		AsOf   string            `json:"as_of,omitempty" doc:"Day from which rows without one are true, YYYY-MM-DD; today when left out"`
		Commit bool              `json:"commit,omitempty" doc:"Write at once when nothing is refused, or what is good with good; else only check"`
		Good   bool              `json:"good,omitempty" doc:"With commit: write the good rows although others are refused"`
	}
}

type importID struct {
	ID string `path:"id" doc:"Number of the import"`
}

type confirmIn struct {
	ID   string `path:"id" doc:"Number of the import"`
	Body struct {
		Good bool `json:"good,omitempty" doc:"Write the good rows although others are refused"`
	}
}

// Status is what the API says of an import.
type Status struct {
	ID       string    `json:"id"`
	Kind     string    `json:"kind"`
	Name     string    `json:"name"`
	SHA256   string    `json:"sha256"`
	State    State     `json:"state" doc:"arriving, waiting, checking, checked, ready, writing, done, refused, failed or cancelled"`
	Made     time.Time `json:"made"`
	Row      int64     `json:"row" doc:"Last row of the file that is in"`
	Rows     int64     `json:"rows"`
	New      int64     `json:"new"`
	Changed  int64     `json:"changed"`
	Same     int64     `json:"same"`
	Refused  int64     `json:"refused"`
	Entries  int64     `json:"entries" doc:"Of the record"`
	Columns  []Column  `json:"columns,omitempty"`
	Problems []Refusal `json:"problems,omitempty" doc:"The first hundred"`
	Trouble  string    `json:"trouble,omitempty" doc:"Why the file as a whole could not be taken"`
}

// Refusal is one problem of a row.
type Refusal struct {
	Row     int64  `json:"row"`
	Column  string `json:"column,omitempty"`
	Heading string `json:"heading,omitempty"`
	Given   string `json:"given,omitempty"`
	Key     string `json:"key"`
	Message string `json:"message"`
}

func (s *Service) status(m *Import, lang string) *Status {
	out := &Status{ID: m.ID, Kind: m.Kind, Name: m.Name, SHA256: m.SHA256, State: m.State, Made: m.Made, Row: m.Row, New: m.New, Changed: m.Altered, Same: m.Same, Entries: m.Entries}
	if lang == "" {
		lang = text.ID
	}
	if r := m.Report; r != nil {
		out.Rows, out.Refused, out.Columns = r.Rows, r.Refused, r.Columns
		if !r.Written {
			out.New, out.Changed, out.Same = r.New, r.Changed, r.Same
		}
		for _, p := range r.First {
			out.Problems = append(out.Problems, Refusal{Row: p.Row, Column: p.Field, Heading: p.Heading, Given: p.Given, Key: p.Key, Message: p.Reason(s.Text, lang)})
		}
	}
	if m.Problem != nil {
		f := m.Problem.Fault()
		out.Trouble = s.Text.Fault(lang, f)
		for _, x := range f.Fields {
			out.Trouble += " " + s.Text.Field(lang, x)
		}
	}
	return out
}

// API puts imports on the API.
func (s *Service) API(mux *http.ServeMux, api huma.API, sh *web.Shell) {
	op := func(id, method, path, key string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Tags: []string{"imports"}, Summary: "exchange.api." + key, Description: "exchange.api." + key + "_about"}
	}
	post := op("import-file", http.MethodPost, "/imports", "import")
	post.MaxBodyBytes, post.BodyReadTimeout = maxBody, 5*time.Minute
	sh.Widen("POST /api/v1/imports", web.Room{Body: maxBody, Time: 5 * time.Minute})
	web.JSON(api, sh, post, func(ctx context.Context, who actor.Actor, in *importIn) (*Status, error) {
		b := in.Body
		on, ok := parseDay(b.AsOf, false)
		if !ok {
			return nil, fault.Fields{{Name: "as_of", Key: "exchange.cell.day", Args: []any{clip(b.AsOf)}}}.Err()
		}
		if on == day.None {
			on = day.At(s.Now())
		}
		m, err := s.Take(ctx, who, b.Name, Input{Kind: b.Kind, Map: b.Map, AsOf: on, Good: b.Good, Commit: b.Commit}, bytes.NewReader(b.File))
		if err != nil {
			return nil, err
		}
		return s.status(m, who.Lang), nil
	})
	web.JSON(api, sh, op("import-status", http.MethodGet, "/imports/{id}", "status"), func(ctx context.Context, who actor.Actor, in *importID) (*Status, error) {
		m, err := s.Get(ctx, who, in.ID)
		if err != nil {
			return nil, err
		}
		return s.status(m, who.Lang), nil
	})
	web.JSON(api, sh, op("import-commit", http.MethodPost, "/imports/{id}/commit", "commit"), func(ctx context.Context, who actor.Actor, in *confirmIn) (*Status, error) {
		if err := s.Confirm(ctx, who, in.ID, in.Body.Good, 0); err != nil {
			return nil, err
		}
		m, err := s.Get(ctx, who, in.ID)
		if err != nil {
			return nil, err
		}
		return s.status(m, who.Lang), nil
	})
	down := op("export-file", http.MethodGet, "/exports/{file}", "export")
	down.Tags = []string{"exports"}
	text := &huma.Schema{Type: huma.TypeString}
	file := &huma.Schema{Type: huma.TypeString}
	for _, k := range Kinds() {
		for _, f := range Formats() {
			file.Enum = append(file.Enum, k+"."+f)
		}
	}
	down.Parameters = []*huma.Param{
		{Name: "file", In: "path", Required: true, Description: "Kind and format.", Schema: file},
		{Name: "on", In: "query", Description: "As of this day, YYYY-MM-DD; today when left out.", Schema: &huma.Schema{Type: huma.TypeString, Format: "date"}},
		{Name: "all", In: "query", Description: "1 for the whole history that stands, not only that day.", Schema: text},
		{Name: "unit", In: "query", Description: "Only this unit and what is below it.", Schema: text},
		{Name: "area", In: "query", Description: "Only what is in this area (Kemendagri).", Schema: text},
		{Name: "level", In: "query", Description: "Only posts of this level, or people in them.", Schema: text},
		{Name: "status", In: "query", Description: "Only people of this status.", Schema: text},
		{Name: "vacant", In: "query", Description: "1 for posts with an empty seat only.", Schema: text},
		{Name: "kind", In: "query", Description: "Only units of this kind.", Schema: text},
		{Name: "lacks", In: "query", Description: "Only units without this: head or holders.", Schema: text},
	}
	down.Responses = map[string]*huma.Response{"200": {Description: "The table.", Content: map[string]*huma.MediaType{
		"text/csv": {Schema: text},
		"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}},
	}}}
	web.Download(api, mux, sh, down, s.exportAPI)
	sh.Widen("GET /api/v1/exports/{file}", web.Room{Time: 30 * time.Minute})
}
