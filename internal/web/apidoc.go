package web

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"netral/internal/fault"
	"netral/internal/web/ui"
)

// operation is an operation of the API with its address.
type operation struct {
	method, path string
	*huma.Operation
}

// operations are all of them, by path.
func operations(doc *huma.OpenAPI) []operation {
	var out []operation
	for _, path := range slices.Sorted(maps.Keys(doc.Paths)) {
		p := doc.Paths[path]
		for _, x := range []operation{{"GET", path, p.Get}, {"POST", path, p.Post}, {"PUT", path, p.Put}, {"PATCH", path, p.Patch}, {"DELETE", path, p.Delete}} {
			if x.Operation != nil {
				out = append(out, x)
			}
		}
	}
	return out
}

// words is the summary or description of an operation in the reader's
// language.
func (o operation) words(r *Request, which string) string {
	key, _ := o.Metadata[which].(string)
	return r.Shell.worded(r.Lang, key)
}

func (o operation) anchor() string {
	return strings.ToLower(o.method) + strings.NewReplacer("/", "-", "{", "", "}", "").Replace(o.path)
}

func (o operation) parameters(r *Request) ui.Table {
	t := ui.Table{Caption: r.T("web.api.parameters"), Head: fieldHead(r)}
	for _, p := range o.Parameters {
		t.Rows = append(t.Rows, fieldRow(r, p.Name, p.Schema, p.Required, p.Description))
	}
	return t
}

func fieldHead(r *Request) []string {
	return []string{r.T("web.api.field"), r.T("web.api.kind"), r.T("web.api.meaning")}
}

func fieldRow(r *Request, name string, x *huma.Schema, required bool, about string) []ui.Cell {
	kind := kindOf(x)
	if required {
		kind += ", " + r.T("web.api.required")
	}
	if about == "" && x != nil {
		about = x.Description
	}
	about = r.Shell.worded(r.Lang, about)
	if x != nil && len(x.Enum) > 0 {
		one := make([]string, len(x.Enum))
		for i, v := range x.Enum {
			one[i] = fmt.Sprint(v)
		}
		about = strings.TrimSpace(about + " " + r.T("web.api.one_of", one))
	}
	return []ui.Cell{{Body: codeText(name)}, {Text: kind}, {Text: about}}
}

func kindOf(x *huma.Schema) string {
	switch {
	case x == nil:
		return ""
	case x.Type == "array":
		return "array"
	case x.Format != "":
		return x.Type + " (" + x.Format + ")"
	}
	return x.Type
}

// maxDepth keeps a description of nested objects readable.
const maxDepth = 4

// schemaTable lists the fields of an object, those of inner objects by their
// path: "rules[].id".
func schemaTable(r *Request, doc *huma.OpenAPI, caption string, root *huma.Schema) ui.Table {
	t := ui.Table{Caption: caption, Head: fieldHead(r)}
	var walk func(prefix string, x *huma.Schema, depth int)
	walk = func(prefix string, x *huma.Schema, depth int) {
		x = resolve(doc.Components.Schemas, x)
		if x == nil || depth > maxDepth {
			return
		}
		for _, name := range slices.Sorted(maps.Keys(x.Properties)) {
			inner := x.Properties[name]
			field := resolve(doc.Components.Schemas, inner)
			if field == nil {
				continue
			}
			path := prefix + name
			t.Rows = append(t.Rows, fieldRow(r, path, field, slices.Contains(x.Required, name), inner.Description))
			switch {
			case field.Type == "array":
				walk(path+"[].", field.Items, depth+1)
			case field.Type == "object":
				walk(path+".", field, depth+1)
			}
		}
	}
	walk("", root, 1)
	return t
}

func jsonSchema(content map[string]*huma.MediaType) *huma.Schema {
	if m := content["application/json"]; m != nil {
		return m.Schema
	}
	return nil
}

// command is a call to try, with example values of the schema.
func (o operation) command(r *Request, doc *huma.OpenAPI) string {
	scheme := "http"
	if r.Shell.HTTPS || r.TLS != nil {
		scheme = "https"
	}
	address := scheme + "://" + r.Host + apiPrefix + o.path
	if o.RequestBody == nil {
		return "curl -s " + quote(address)
	}
	b, err := json.Marshal(example(doc, jsonSchema(o.RequestBody.Content), 1))
	if err != nil {
		return "curl -s " + quote(address)
	}
	return "curl -s " + quote(address) + " \\\n  -H 'Content-Type: application/json' \\\n  -d " + quote(string(b))
}

// quote is for a POSIX shell.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// example makes a value that the schema takes, of the required fields and
// those that have an example.
func example(doc *huma.OpenAPI, x *huma.Schema, depth int) any {
	x = resolve(doc.Components.Schemas, x)
	switch {
	case x == nil:
		return nil
	case len(x.Examples) > 0:
		return x.Examples[0]
	case len(x.Enum) > 0:
		return x.Enum[0]
	}
	switch x.Type {
	case "object":
		out := map[string]any{}
		for name, p := range x.Properties {
			f := resolve(doc.Components.Schemas, p)
			if depth <= maxDepth && f != nil && (slices.Contains(x.Required, name) || len(f.Examples) > 0) {
				out[name] = example(doc, p, depth+1)
			}
		}
		return out
	case "array":
		return []any{}
	case "integer", "number":
		return 1
	case "boolean":
		return true
	}
	return "…"
}

func statusText(k fault.Kind) string { return strconv.Itoa(Status(k)) }
