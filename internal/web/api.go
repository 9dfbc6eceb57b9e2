package web

import (
	"context"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"path"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/text"
)

const apiPrefix = "/api/v1"

// NewAPI makes the JSON API under /api/v1, its description at
// /api/openapi.json (OpenAPI 3.1) and a page at /api that shows the same to
// people. Version is that of the API's description.
func NewAPI(mux *http.ServeMux, s *Shell, version string) huma.API {
	config := huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI:    "3.1.0",
			Info:       &huma.Info{Title: "Netral", Version: version, Description: s.Text.T(text.EN, "web.api.lead")},
			Servers:    []*huma.Server{{URL: apiPrefix}},
			Components: &huma.Components{Schemas: huma.NewMapRegistry("#/components/schemas/", schemaName)},
		},
		Formats:       map[string]huma.Format{"application/json": huma.DefaultJSONFormat, "json": huma.DefaultJSONFormat},
		DefaultFormat: "application/json",
		// An unknown parameter is a mistake that must not pass unseen.
		RejectUnknownQueryParameters: true,
		Transformers:                 []huma.Transformer{s.translate},
	}
	api := humago.NewWithPrefix(mux, apiPrefix, config)
	api.UseMiddleware(s.onlyJSON)
	s.Handle(mux, "GET /api/openapi.json", func(r *Request) (Response, error) {
		body, err := describe(api)
		if err != nil {
			return nil, err
		}
		return File{Name: "openapi.json", Type: "application/json", Body: body, Inline: true, ETag: digest(body)}, nil
	})
	s.Handle(mux, "GET /api", func(r *Request) (Response, error) {
		return Page{Title: r.T("web.api.title"), Nav: "/api", Body: apiPage(r, api.OpenAPI()), Wide: true}, nil
	})
	return api
}

// JSON puts a use case on the API. In and Out are the bodies themselves, or
// structs as huma wants them, with a field Body and tagged path, query and
// header fields; for methods without a body In always is such a struct. The
// path may be given with or without /api/v1. Summary and Description of op may
// be keys of the catalogue.
//
// A fault becomes a problem document; so does what the schema refuses.
func JSON[In, Out any](api huma.API, s *Shell, op huma.Operation, use func(context.Context, actor.Actor, *In) (*Out, error)) {
	op.Path = strings.TrimPrefix(op.Path, apiPrefix)
	if op.MaxBodyBytes == 0 {
		op.MaxBodyBytes = s.MaxBody
	}
	if op.Responses == nil {
		op.Responses = map[string]*huma.Response{}
	}
	op.Responses["default"] = problemResponse(api, s)
	op.Metadata = map[string]any{"summary": op.Summary, "description": op.Description, "schemas": api.OpenAPI().Components.Schemas}
	op.Summary, op.Description = s.english(op.Summary), s.english(op.Description)

	call := func(ctx context.Context, in *In) (*Out, error) {
		st, ok := ctx.Value(stateKey{}).(*state)
		if !ok {
			st = &state{id: s.newID(), lang: text.ID}
		}
		who := actor.Anonymous("api", st.lang)
		if st.who != nil {
			who = st.who()
		}
		out, err := use(ctx, who, in)
		if err != nil {
			f := explain(err)
			s.logFault(ctx, st.id, f)
			return nil, s.problem(st.lang, st.id, Status(f.Kind), f)
		}
		return out, nil
	}
	bare := op.Method == http.MethodPost || op.Method == http.MethodPut || op.Method == http.MethodPatch
	wrapIn, wrapOut := bare && !hasBody[In](), !hasBody[Out]()
	switch {
	case wrapIn && wrapOut:
		huma.Register(api, op, func(ctx context.Context, in *body[In]) (*body[*Out], error) { return wrap(call(ctx, &in.Body)) })
	case wrapIn:
		huma.Register(api, op, func(ctx context.Context, in *body[In]) (*Out, error) { return call(ctx, &in.Body) })
	case wrapOut:
		huma.Register(api, op, func(ctx context.Context, in *In) (*body[*Out], error) { return wrap(call(ctx, in)) })
	default:
		huma.Register(api, op, call)
	}
	// Register describes huma's own errors, too; nobody ever gets one.
	delete(api.OpenAPI().Components.Schemas.Map(), "ErrorModel")
	delete(api.OpenAPI().Components.Schemas.Map(), "ErrorDetail")
}

// schemaName is the name of a type in the description: its package and its
// name, because two slices may each have a Change.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Array {
		t = t.Elem()
	}
	area := path.Base(t.PkgPath())
	if t.Name() == "" || area == "." || area == "web" || strings.HasPrefix(strings.ToLower(name), area) {
		return name
	}
	return strings.ToUpper(area[:1]) + area[1:] + name
}

type body[T any] struct{ Body T }

func wrap[T any](v *T, err error) (*body[*T], error) {
	if err != nil {
		return nil, err
	}
	return &body[*T]{v}, nil
}

func hasBody[T any]() bool {
	t := reflect.TypeFor[T]()
	if t.Kind() != reflect.Struct {
		return false
	}
	_, body := t.FieldByName("Body")
	_, raw := t.FieldByName("RawBody")
	return body || raw
}

// english turns a key of the catalogue into its English text.
func (s *Shell) english(key string) string { return s.worded(text.EN, key) }

func (s *Shell) worded(lang, key string) string {
	if s.Text.Has(lang, key) {
		return s.Text.T(lang, key)
	}
	return key
}

// GetStatus makes a Problem an error that huma sends as it is.
func (p *Problem) GetStatus() int { return p.Status }

func (p *Problem) Error() string { return fmt.Sprintf("%d %s", p.Status, p.Key) }

// onlyJSON refuses other content before it is read, and keeps answers out of
// caches.
func (s *Shell) onlyJSON(ctx huma.Context, next func(huma.Context)) {
	ctx.SetHeader("Cache-Control", "no-store")
	ctx.AppendHeader("Vary", "Accept-Language, Cookie")
	switch ctx.Method() {
	case http.MethodPost, http.MethodPut, http.MethodPatch:
		given := ctx.Header("Content-Type")
		kind, param, err := mime.ParseMediaType(given)
		if charset := param["charset"]; err != nil || kind != "application/json" || charset != "" && !strings.EqualFold(charset, "utf-8") {
			r, w := humago.Unwrap(ctx)
			s.failAs(w, s.request(r), http.StatusUnsupportedMediaType, fault.New(fault.Invalid, "web.api.type", clip(given, 60)))
			return
		}
	}
	next(ctx)
}

// Download puts a file that is made while it is sent beside the operations of
// the API, and describes it there. The parameters and media types are those of
// op; the path is as ServeMux has it.
func Download(api huma.API, mux *http.ServeMux, s *Shell, op huma.Operation, h Handler) {
	op.Metadata = map[string]any{"summary": op.Summary, "description": op.Description, "schemas": api.OpenAPI().Components.Schemas}
	op.Summary, op.Description = s.english(op.Summary), s.english(op.Description)
	op.Responses["default"] = problemResponse(api, s)
	api.OpenAPI().AddOperation(&op)
	s.Handle(mux, op.Method+" "+apiPrefix+op.Path, h)
}

func problemResponse(api huma.API, s *Shell) *huma.Response {
	return &huma.Response{
		Description: s.Text.T(text.EN, "web.api.problem"),
		Content: map[string]*huma.MediaType{problemType: {
			Schema: api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Problem](), true, "Problem"),
		}},
	}
}

// describe is the OpenAPI document.
func describe(api huma.API) ([]byte, error) {
	b, err := json.MarshalIndent(api.OpenAPI(), "", " ")
	if err != nil {
		return nil, fmt.Errorf("web: describe the API: %w", err)
	}
	return b, nil
}
