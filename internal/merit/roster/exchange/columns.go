package exchange

import (
	"maps"
	"slices"
	"strings"

	"netral/internal/fault"
	"netral/internal/sheet"
	"netral/internal/text"
)

// Column is a column of the file and what it was taken for; Field is "" for one
// that is not read.
type Column struct {
	Letter  string `json:"letter"`
	Heading string `json:"heading"`
	Field   string `json:"field"`
}

// Ignore, as the field of a mapping, leaves a column out.
const Ignore = "-"

// header says where each field of the spec is.
type header struct {
	spec    *spec
	columns []Column
	at      map[string]int
	width   int
}

// has reports whether the file says something about the field.
func (h *header) has(field string) bool { _, ok := h.at[field]; return ok }

// readHeader finds the columns by their headings. Mapping says it for headings
// that are not known, or are taken for something else; its keys are compared
// like headings.
func readHeader(s *spec, cells []string, mapping map[string]string) (*header, error) {
	h := &header{spec: s, at: map[string]int{}, width: len(cells)}
	said := map[string]string{}
	var problems fault.Fields
	for _, k := range slices.Sorted(maps.Keys(mapping)) {
		field := mapping[k]
		if field != Ignore && field != "" && s.find(field) == nil {
			problems.Add(false, k, "exchange.column.field", clip(field), s.names())
			continue
		}
		said[fold(k)] = field
	}
	used := map[string]bool{}
	for i, c := range cells {
		c = strings.TrimSpace(c)
		key := fold(c)
		col := Column{Letter: sheet.Letters(i), Heading: clip(c)}
		if field, ok := said[key]; ok && key != "" {
			used[key] = true
			if field != Ignore {
				col.Field = field
			}
		} else {
			col.Field = s.guess(key)
		}
		if col.Field != "" {
			if j, ok := h.at[col.Field]; ok {
				problems.Add(false, col.Field, "exchange.column.double", h.columns[j].Heading, h.columns[j].Letter, col.Heading, col.Letter)
			} else {
				h.at[col.Field] = i
			}
		}
		h.columns = append(h.columns, col)
	}
	for _, k := range slices.Sorted(maps.Keys(mapping)) {
		if key := fold(k); said[key] != "" && !used[key] {
			problems.Add(false, k, "exchange.column.absent", clip(k), h.headings())
		}
	}
	if h.has("until") && h.has("last") {
		problems.Add(false, "until", "exchange.column.ends", h.columns[h.at["until"]].Heading, h.columns[h.at["last"]].Heading)
	}
	for _, group := range s.needs {
		if !slices.ContainsFunc(group, h.has) {
			var known []string
			for _, g := range group {
				known = append(known, g)
				known = append(known, s.find(g).heads[:min(2, len(s.find(g).heads))]...)
			}
			problems.Add(false, group[0], "exchange.column.missing", known, h.headings())
		}
	}
	if err := problems.Err(); err != nil {
		f := fault.Of(err)
		f.Key, f.Args = "exchange.columns", []any{text.Key("exchange.kind." + s.name)}
		return h, f
	}
	return h, nil
}

// guess is the field that a folded heading names.
func (s *spec) guess(key string) string {
	if key == "" {
		return ""
	}
	for i := range s.columns {
		if c := &s.columns[i]; fold(c.name) == key || slices.Contains(c.heads, key) {
			return c.name
		}
	}
	return ""
}

func (h *header) headings() []string {
	out := make([]string, 0, len(h.columns))
	for _, c := range h.columns {
		if c.Heading != "" {
			out = append(out, c.Heading)
		}
	}
	return out
}

// heading is what the file calls a field, for messages.
func (h *header) heading(field string) (heading, letter string) {
	if i, ok := h.at[field]; ok {
		return h.columns[i].Heading, h.columns[i].Letter
	}
	return "", ""
}

// clip shortens what is shown back.
func clip(s string) string {
	const most = 80
	n := 0
	for i := range s {
		if n == most {
			return s[:i] + "…"
		}
		n++
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}
