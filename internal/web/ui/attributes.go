package ui

import (
	"strconv"

	"github.com/a-h/templ"
)

func itoa(n int) string { return strconv.Itoa(n) }

// attributes are those that inputs and text areas share.
func (f Field) attributes() templ.OrderedAttributes {
	var a templ.OrderedAttributes
	add := func(key string, value any) { a = append(a, templ.KeyValue[string, any]{Key: key, Value: value}) }
	text := func(key, value string) {
		if value != "" {
			add(key, value)
		}
	}
	add("id", id(f.Name))
	add("name", f.Name)
	if f.kind() != "file" {
		add("autocomplete", f.autocomplete())
		if !f.Spell {
			add("spellcheck", "false")
		}
	}
	text("inputmode", f.InputMode)
	text("min", f.Min)
	text("max", f.Top)
	text("accept", f.Accept)
	text("placeholder", f.Placeholder)
	if f.Max > 0 {
		add("maxlength", itoa(f.Max))
	}
	if f.Fixed {
		add("readonly", true)
	}
	if f.Required {
		add("required", true)
	}
	text("aria-describedby", described(f.Name, f.Hint, f.Error))
	if f.Error != "" {
		add("aria-invalid", "true")
	}
	return a
}
