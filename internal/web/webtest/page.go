package webtest

import (
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
)

// CheckPage reports everything that no page of Netral may do: a missing title,
// heading, label or language; a message without words; style or script inside
// the page; anything from another site; an id that is there twice or is
// referred to and missing.
func CheckPage(t testing.TB, html string) {
	t.Helper()
	for _, p := range Faults(html) {
		t.Errorf("page: %s", p)
	}
}

// Faults lists what CheckPage would report.
func Faults(html string) []string {
	c := &checker{ids: map[string]int{}, labelled: map[string]bool{}, opened: map[string]int{}}
	if i := strings.Index(html, "⟦"); i >= 0 {
		c.say("a message is missing or lacks an argument: %s", html[i:min(i+60, len(html))])
	}
	if !strings.HasPrefix(strings.ToLower(html), "<!doctype html>") {
		c.say("does not begin with <!doctype html>")
	}
	d := xml.NewDecoder(strings.NewReader(html))
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			c.say("is not well formed: %v", err)
			return c.found
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			c.open(tok)
		case xml.EndElement:
			c.close(tok.Name.Local)
		case xml.CharData:
			c.text(string(tok))
		}
	}
	c.end()
	c.balance(html)
	return c.found
}

// balance counts, because the decoder silently closes what was left open.
func (c *checker) balance(html string) {
	for name, n := range c.opened {
		if closed := strings.Count(html, "</"+name+">"); closed != n {
			c.say("<%s> is opened %d times and closed %d times", name, n, closed)
		}
	}
}

type element struct {
	name  string
	attrs map[string]string
	text  strings.Builder
}

type checker struct {
	found    []string
	stack    []*element
	ids      map[string]int
	labelled map[string]bool // ids that a label is for
	inputs   []*element
	refs     []string
	h1, main int
	titles   int
	opened   map[string]int // elements that must be closed: those outside drawings, links and titles
	level    int            // of the heading before
}

func (c *checker) open(tok xml.StartElement) {
	e := &element{name: strings.ToLower(tok.Name.Local), attrs: map[string]string{}}
	for _, a := range tok.Attr {
		name := strings.ToLower(a.Name.Local)
		if a.Name.Space != "" {
			name = strings.ToLower(a.Name.Space) + ":" + name
		}
		if _, twice := e.attrs[name]; twice {
			c.say("<%s> has the attribute %s twice", e.name, name)
		}
		e.attrs[name] = a.Value
	}
	c.stack = append(c.stack, e)
	for name, value := range e.attrs {
		c.attribute(e, name, value)
	}
	void := slices.ContainsFunc(xml.HTMLAutoClose, func(v string) bool { return v == e.name })
	drawn := slices.ContainsFunc(c.stack, func(x *element) bool { return x.name == "svg" })
	if !void && (!drawn || e.name == "a" || e.name == "title") {
		c.opened[e.name]++
	}
	switch e.name {
	case "html":
		if l := e.attrs["lang"]; l != "id" && l != "en" {
			c.say("<html lang=%q>", l)
		}
	case "style", "script", "iframe", "object", "embed":
		c.say("holds <%s>", e.name)
	case "h1":
		c.h1++
	case "main":
		c.main++
	case "title":
		if !drawn { // a shape in a drawing may have one, too
			c.titles++
		}
	case "input", "select", "textarea":
		if kind := e.attrs["type"]; kind != "hidden" && kind != "submit" {
			c.inputs = append(c.inputs, e)
		}
		if e.attrs["name"] == "" {
			c.say("<%s id=%q> has no name", e.name, e.attrs["id"])
		}
	case "img":
		if _, ok := e.attrs["alt"]; !ok {
			c.say("<img src=%q> has no alt", e.attrs["src"])
		}
	case "svg":
		if e.attrs["aria-hidden"] != "true" && (e.attrs["role"] != "img" || e.attrs["aria-label"] == "") {
			c.say("an <svg> is neither hidden nor named")
		}
	case "form":
		if m := strings.ToLower(e.attrs["method"]); m != "post" && m != "get" {
			c.say("a <form> does not say its method")
		}
	}
	if len(e.name) == 2 && e.name[0] == 'h' && e.name[1] >= '1' && e.name[1] <= '6' {
		now := int(e.name[1] - '0')
		if now > c.level+1 && c.level > 0 {
			c.say("<%s> comes after <h%d>", e.name, c.level)
		}
		c.level = now
	}
}

func (c *checker) attribute(e *element, name, value string) {
	switch {
	case name == "id":
		if c.ids[value]++; c.ids[value] == 2 {
			c.say("the id %q is there twice", value)
		}
		if value == "" || strings.ContainsAny(value, " \t\n") {
			c.say("<%s id=%q>", e.name, value)
		}
	case name == "style":
		c.say("<%s> has a style attribute", e.name)
	case strings.HasPrefix(name, "on"):
		c.say("<%s> has the attribute %s", e.name, name)
	case name == "for":
		c.labelled[value] = true
		c.refs = append(c.refs, value)
	case name == "aria-describedby" || name == "aria-labelledby" || name == "aria-controls":
		c.refs = append(c.refs, strings.Fields(value)...)
	case name == "href" && strings.HasPrefix(value, "#") && len(value) > 1:
		c.refs = append(c.refs, value[1:])
	}
	switch name {
	case "src", "srcset", "action", "formaction", "poster", "data":
		c.ownSite(e, name, value)
	case "href":
		if e.name != "a" { // a link may lead to a source; nothing is loaded from there
			c.ownSite(e, name, value)
		}
		if strings.HasPrefix(strings.ToLower(strings.TrimSpace(value)), "javascript:") {
			c.say("<%s href=%q>", e.name, value)
		}
	}
}

func (c *checker) ownSite(e *element, name, value string) {
	if strings.HasPrefix(value, "//") || strings.Contains(value, "://") || strings.HasPrefix(value, "data:") {
		c.say("<%s %s=%q> is not of this site", e.name, name, value)
	}
}

func (c *checker) text(s string) {
	for _, e := range c.stack {
		switch e.name {
		case "h1", "title", "a", "button", "label", "legend", "caption", "summary":
			e.text.WriteString(s)
		}
	}
}

func (c *checker) close(name string) {
	name = strings.ToLower(name)
	if len(c.stack) == 0 {
		return
	}
	e := c.stack[len(c.stack)-1]
	c.stack = c.stack[:len(c.stack)-1]
	if e.name != name {
		c.say("</%s> closes <%s>", name, e.name)
	}
	switch name {
	case "h1", "title", "a", "button", "label", "legend", "caption", "summary":
		if strings.TrimSpace(e.text.String()) == "" && e.attrs["aria-label"] == "" {
			c.say("an empty <%s>", name)
		}
	}
}

func (c *checker) end() {
	if c.h1 != 1 {
		c.say("%d h1 headings", c.h1)
	}
	if c.main != 1 {
		c.say("%d main parts", c.main)
	}
	if c.titles != 1 {
		c.say("%d titles", c.titles)
	}
	for _, e := range c.inputs {
		if !c.labelled[e.attrs["id"]] && e.attrs["aria-label"] == "" && e.attrs["aria-labelledby"] == "" {
			c.say("<%s name=%q> has no label", e.name, e.attrs["name"])
		}
	}
	slices.Sort(c.refs)
	for _, r := range slices.Compact(c.refs) {
		if c.ids[r] == 0 {
			c.say("something refers to the id %q, which is not there", r)
		}
	}
}
