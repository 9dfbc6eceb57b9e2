package web

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"netral/internal/fault"
	"netral/internal/text"
)

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:12])
}

// translate turns the errors that huma finds by itself into problems like all
// others, in the language of the reader.
func (s *Shell) translate(ctx huma.Context, _ string, v any) (any, error) {
	m, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	st, ok := ctx.Context().Value(stateKey{}).(*state)
	if !ok {
		st = &state{id: s.newID(), lang: text.ID}
	}
	f := &fault.Error{Kind: fault.Invalid, Key: "web.api.invalid"}
	switch {
	case m.Status == http.StatusRequestEntityTooLarge:
		f = &fault.Error{Kind: fault.TooLarge, Key: "web.too_large", Args: []any{kib(ctx.Operation().MaxBodyBytes)}}
	case m.Status == http.StatusRequestTimeout:
		f = &fault.Error{Kind: fault.Busy, Key: "web.timeout"}
	case m.Status >= http.StatusInternalServerError:
		f = &fault.Error{Kind: fault.Internal, Key: "fault.internal", Err: m}
		s.logFault(ctx.Context(), st.id, f)
	case len(m.Errors) == 0:
		f.Key = "web.api.body_missing"
	}
	p := s.problem(st.lang, st.id, m.Status, f)
	for _, d := range m.Errors {
		if f.Kind == fault.Invalid {
			p.Fields = append(p.Fields, s.refusal(st.lang, ctx.Operation(), d))
		}
	}
	// huma visits the fields of an object in no order.
	slices.SortStableFunc(p.Fields, func(a, b ProblemField) int { return strings.Compare(a.Field, b.Field) })
	return p, nil
}

// refused are huma's words (package validation) and the keys of ours. A word
// that ends in a space is followed by what is possible.
var refused = []struct{ words, key string }{
	{"expected string to be RFC 3339 date-time", "web.api.want.time"},
	{"expected string to be RFC 3339 date", "web.api.want.date"},
	{"expected string to be base64 encoded", "web.api.want.base64"},
	{"expected string to match pattern ", "web.api.want.pattern"},
	{"expected string to be ", "web.api.want.kind"},
	{"expected string", "web.api.want.string"},
	{"expected boolean", "web.api.want.boolean"},
	{"expected integer", "web.api.want.integer"},
	{"expected number >= ", "web.api.want.least"},
	{"expected number <= ", "web.api.want.most"},
	{"expected number", "web.api.want.number"},
	{"expected array length >= ", "web.api.want.items_least"},
	{"expected array length <= ", "web.api.want.items_most"},
	{"expected array items to be unique", "web.api.want.unique"},
	{"expected array", "web.api.want.array"},
	{"expected object with at most ", "web.api.want.fields_most"},
	{"expected object", "web.api.want.object"},
	{"expected length >= ", "web.api.want.length_least"},
	{"expected length <= ", "web.api.want.length_most"},
	{"expected value to be one of ", "web.api.want.one_of"},
}

// refusal says of one input what was given and what is possible.
func (s *Shell) refusal(lang string, op *huma.Operation, d *huma.ErrorDetail) ProblemField {
	where := d.Location
	field := where
	for _, place := range []string{"body.", "query.", "path.", "header."} {
		field = strings.TrimPrefix(field, place)
	}
	out := func(field string, given any, key string, args ...any) ProblemField {
		return ProblemField{Field: field, Given: given, Message: s.Text.T(lang, key, args...), Key: key}
	}
	if name, ok := strings.CutPrefix(d.Message, "expected required property "); ok {
		name = strings.TrimSuffix(name, " to be present")
		if field != "body" {
			name = field + "." + name
		}
		return out(name, nil, "web.api.missing", name)
	}
	if d.Message == "unexpected property" {
		parent, name := "", where
		if i := strings.LastIndexByte(where, '.'); i >= 0 {
			parent, name = where[:i], where[i+1:]
		}
		var value any
		if m, ok := d.Value.(map[string]any); ok {
			value = given(m[name])
		}
		return out(clip(field, 100), value, "web.api.unexpected", clip(name, 60), s.possible(op, parent))
	}
	if d.Message == "unknown query parameter" {
		var names []string
		for _, p := range op.Parameters {
			names = append(names, p.Name)
		}
		return out(clip(field, 100), nil, "web.api.unexpected", clip(field, 60), names)
	}
	if where == "body" && strings.Contains(d.Message, "invalid character") || strings.Contains(d.Message, "unexpected end of JSON") {
		return out("body", nil, "web.api.syntax", clip(d.Message, 100))
	}
	shown := given(d.Value)
	for _, x := range refused {
		if rest, ok := strings.CutPrefix(d.Message, x.words); ok && (rest == "" || strings.HasSuffix(x.words, " ")) {
			return out(field, shown, x.key, clip(fmt.Sprint(shown), 60), strings.Trim(strings.TrimSuffix(rest, " properties"), `"`))
		}
	}
	return out(clip(field, 100), shown, "web.api.want.other", clip(fmt.Sprint(shown), 60), clip(d.Message, 200))
}

// possible lists the fields of the object at a place in the body.
func (s *Shell) possible(op *huma.Operation, place string) []string {
	if op.RequestBody == nil {
		return nil
	}
	m := op.RequestBody.Content["application/json"]
	if m == nil {
		return nil
	}
	at := m.Schema
	reg, _ := op.Metadata["schemas"].(huma.Registry)
	for part := range strings.SplitSeq(place, ".") {
		at = resolve(reg, at)
		if at == nil {
			return nil
		}
		if part == "body" {
			continue
		}
		name, _, isList := strings.Cut(part, "[")
		if at = resolve(reg, at.Properties[name]); at != nil && isList {
			at = at.Items
		}
	}
	if at = resolve(reg, at); at == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(at.Properties))
}

func resolve(reg huma.Registry, x *huma.Schema) *huma.Schema {
	for x != nil && x.Ref != "" && reg != nil {
		x = reg.SchemaFromRef(x.Ref)
	}
	return x
}
