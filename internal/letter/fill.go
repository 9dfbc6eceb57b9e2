package letter

import (
	"strings"

	"netral/internal/fault"
)

// fill puts values into the blocks of a template: what remains stands on the
// paper. A field that the caller forgot is a fault of ours, not an empty place.
func (t *Template) fill(k Kind, v Values) ([]block, error) {
	for _, f := range k.Fields {
		if _, ok := v.Text[f.Name]; !ok {
			return nil, fault.New(fault.Internal, "letter.unfilled", t.Kind, f.Name)
		}
	}
	for _, l := range k.Lists {
		for _, row := range v.Lists[l.Name] {
			for _, f := range l.Fields {
				if _, ok := row[f.Name]; !ok {
					return nil, fault.New(fault.Internal, "letter.unfilled", t.Kind, l.Name+"."+f.Name)
				}
			}
		}
	}
	out := make([]block, 0, len(t.blocks))
	left := false // a line was left out just before
	for i := range t.blocks {
		b := t.blocks[i]
		// What is left out takes one of the gaps around it along.
		if left && b.shape == gap && (len(out) == 0 || out[len(out)-1].shape == gap) {
			continue
		}
		left = false
		set := v.Text[b.when.name] != "" || len(v.Lists[b.when.name]) > 0
		switch b.when.kind {
		case "jika":
			if !set {
				left = true
				continue
			}
		case "tanpa":
			if set {
				left = true
				continue
			}
		case "tiap":
			left = !set
			for _, row := range v.Lists[b.when.name] {
				x := b
				x.label, x.text = replace(b.label, v.Text, row), replace(b.text, v.Text, row)
				out = append(out, x)
				if b.shape == clause { // the word stands once
					b.label, b.shape, b.inside = "", paragraph, true
					if b.marker != 0 {
						b.shape = item
					}
				}
			}
			continue
		}
		b.label, b.text = replace(b.label, v.Text, nil), replace(b.text, v.Text, nil)
		if b.lines != nil {
			lines := make([]string, 0, len(b.lines))
			for _, l := range b.lines {
				full := replace(l, v.Text, nil)
				if full == "" && l != "" { // a field that is empty leaves no line
					continue
				}
				lines = append(lines, full)
			}
			b.lines = lines
		}
		out = append(out, b)
	}
	return out, nil
}

// replace puts fields into a text; those of a row come first.
func replace(s string, text, row map[string]string) string {
	if !strings.Contains(s, "{") {
		return s
	}
	return fieldMark.ReplaceAllStringFunc(s, func(m string) string {
		name, how, _ := strings.Cut(m[1:len(m)-1], "|")
		v, ok := row[name]
		if !ok {
			v = text[name]
		}
		if how == "besar" {
			v = strings.ToUpper(v)
		}
		return v
	})
}
