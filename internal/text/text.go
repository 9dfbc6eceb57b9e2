// Package text holds every sentence that a person reads, in Indonesian and in
// English, and writes numbers and days the way each language does.
//
// The catalogues are the files catalogue/<area>.<lang>.yaml, one file for each
// area and language, so that people who work on different areas never edit the
// same file. Keys are flat, lower case, with dots, and begin with the area:
//
//	"ask.title": "Bolehkah saya …?"
//	"ask.until": "Jawaban ini berlaku sampai {1}."
//	"ask.found":
//	  one: "{1} rule"
//	  other: "{1} rules"
//
// Arguments are positional: {1} is the first argument of T. An argument is
// written for the language it is read in: whole numbers with the language's
// separators, a day.Day as a long date, a Key as the message of that key, a
// thing with a method In(lang string) string as what that returns, a []string
// joined with commas; everything else as fmt would.
//
// A fault's key is looked up the same way; a companion key that ends in
// ".hint" says what the person can do.
//
// A test walks the sources of the whole repository: a key that is used and
// missing, missing in one language, used nowhere, or that has different
// placeholders in the two languages fails it. It sees a key where it is
// written as a constant: pass keys as literals, or build them from a literal
// that ends in a dot ("web.outcome." + name).
package text

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/nicksnyder/go-i18n/v2/i18n/template"
	"go.yaml.in/yaml/v3"
	"golang.org/x/text/language"

	"netral/internal/day"
	"netral/internal/fault"
)

//go:embed catalogue/*.yaml
var files embed.FS

// The languages. ID comes first everywhere and is what an unknown language
// falls back to.
const (
	ID = "id"
	EN = "en"
)

// Langs lists the languages, the default first.
func Langs() []string { return []string{ID, EN} }

// Known reports whether lang is a language of the catalogues.
func Known(lang string) bool { return lang == ID || lang == EN }

// Match picks the language for an Accept-Language header; Indonesian when the
// header asks for neither, or cannot be read.
func Match(acceptLanguage string) string {
	if acceptLanguage == "" || len(acceptLanguage) > 200 {
		return ID
	}
	tags, _, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil {
		return ID
	}
	for _, t := range tags {
		switch base, _ := t.Base(); base.String() {
		case "id", "ms", "jv", "su":
			return ID
		case "en":
			return EN
		}
	}
	return ID
}

// Key is the key of a message, as an argument of another message.
type Key string

// Catalogue is every message in every language. It does not change after New
// and may be used from many goroutines.
type Catalogue struct {
	langs map[string]*lang
}

type lang struct {
	plain  map[string]message // by key: the "other" form
	plural map[string]bool    // keys that have more forms than "other"
	pick   *i18n.Localizer    // chooses plural forms
}

// message is a text cut at its placeholders: parts[0] {args[0]} parts[1] …
type message struct {
	raw   string
	parts []string
	args  []int // 0-based
}

// New reads the built-in catalogues. Errors name the file and the key.
func New() (*Catalogue, error) { return Load(files, "catalogue") }

// Load reads the catalogues in a folder: every file AREA.LANG.yaml. A key in
// two files of one language is an error.
func Load(fsys fs.FS, dir string) (*Catalogue, error) {
	entries, err := fs.ReadDir(fsys, dir)
	if err != nil {
		return nil, fmt.Errorf("read catalogues: %w", err)
	}
	bundle := i18n.NewBundle(language.Indonesian)
	bundle.RegisterUnmarshalFunc("yaml", yaml.Unmarshal)
	c := &Catalogue{langs: map[string]*lang{}}
	for _, l := range Langs() {
		c.langs[l] = &lang{plain: map[string]message{}, plural: map[string]bool{}, pick: i18n.NewLocalizer(bundle, l)}
	}
	for _, e := range entries {
		if path.Ext(e.Name()) != ".yaml" {
			continue
		}
		area, l, ok := strings.Cut(strings.TrimSuffix(e.Name(), ".yaml"), ".")
		if !ok || area == "" || !Known(l) {
			return nil, fmt.Errorf("catalogue %s: the name must be AREA.LANG.yaml with LANG one of %v", e.Name(), Langs())
		}
		b, err := fs.ReadFile(fsys, path.Join(dir, e.Name()))
		if err != nil {
			return nil, fmt.Errorf("catalogue %s: %w", e.Name(), err)
		}
		if len(strings.TrimSpace(string(b))) == 0 {
			continue
		}
		f, err := bundle.ParseMessageFileBytes(b, e.Name())
		if err != nil {
			return nil, fmt.Errorf("catalogue %s: %w", e.Name(), err)
		}
		for _, m := range f.Messages {
			if err := c.langs[l].add(m); err != nil {
				return nil, fmt.Errorf("catalogue %s: %w", e.Name(), err)
			}
		}
	}
	return c, nil
}

func (l *lang) add(m *i18n.Message) error {
	if _, twice := l.plain[m.ID]; twice {
		return fmt.Errorf("%s is there twice", m.ID)
	}
	if m.Other == "" {
		return fmt.Errorf("%s has no text", m.ID)
	}
	l.plain[m.ID] = cut(m.Other)
	if m.One != "" || m.Zero != "" || m.Two != "" || m.Few != "" || m.Many != "" {
		l.plural[m.ID] = true
	}
	return nil
}

// cut finds {1} … {9}. Other braces are text.
func cut(s string) message {
	m := message{raw: s}
	from := 0
	for i := 0; i+2 < len(s); i++ {
		if s[i] == '{' && s[i+1] >= '1' && s[i+1] <= '9' && s[i+2] == '}' {
			m.parts = append(m.parts, s[from:i])
			m.args = append(m.args, int(s[i+1]-'1'))
			from = i + 3
			i += 2
		}
	}
	m.parts = append(m.parts, s[from:])
	return m
}

func (c *Catalogue) lang(l string) (*lang, string) {
	if got, ok := c.langs[l]; ok {
		return got, l
	}
	return c.langs[ID], ID
}

// T is the message of a key with its arguments. An unknown language is
// Indonesian. An unknown key comes back as ⟦key⟧, which the page checks look
// for; it never fails, because a page with one bad word is better than none.
func (c *Catalogue) T(lang, key string, args ...any) string {
	l, name := c.lang(lang)
	m, ok := l.plain[key]
	if !ok {
		return "⟦" + key + "⟧"
	}
	return c.fill(name, m, args)
}

// N is the message of a key in the plural form for n. {1} is n itself, {2} the
// first of args.
func (c *Catalogue) N(lang, key string, n int, args ...any) string {
	l, name := c.lang(lang)
	m, ok := l.plain[key]
	if !ok {
		return "⟦" + key + "⟧"
	}
	if l.plural[key] {
		raw, err := l.pick.Localize(&i18n.LocalizeConfig{MessageID: key, PluralCount: n, TemplateParser: template.IdentityParser{}})
		if err == nil {
			m = cut(raw)
		}
	}
	return c.fill(name, m, append([]any{n}, args...))
}

// Has reports whether the language has the key.
func (c *Catalogue) Has(lang, key string) bool {
	l, ok := c.langs[lang]
	if !ok {
		return false
	}
	_, ok = l.plain[key]
	return ok
}

// Keys lists the keys of a language in order.
func (c *Catalogue) Keys(lang string) []string {
	l, ok := c.langs[lang]
	if !ok {
		return nil
	}
	return slices.Sorted(maps.Keys(l.plain))
}

func (c *Catalogue) fill(lang string, m message, args []any) string {
	if len(m.args) == 0 {
		return m.raw
	}
	var b strings.Builder
	b.Grow(len(m.raw) + 16*len(m.args))
	for i, n := range m.args {
		b.WriteString(m.parts[i])
		if n < len(args) {
			b.WriteString(c.show(lang, args[n]))
		} else {
			fmt.Fprintf(&b, "⟦%d⟧", n+1)
		}
	}
	b.WriteString(m.parts[len(m.parts)-1])
	return b.String()
}

// show writes one argument for a language.
func (c *Catalogue) show(lang string, a any) string {
	switch v := a.(type) {
	case nil:
		return ""
	case string:
		return v
	case Key:
		return c.T(lang, string(v))
	case int:
		return Number(lang, int64(v))
	case int64:
		return Number(lang, v)
	case day.Day:
		return Day(lang, v)
	case []string:
		return strings.Join(v, ", ")
	case interface{ In(lang string) string }:
		return v.In(lang)
	default:
		return fmt.Sprint(a)
	}
}

// Fault is what a person reads of a fault: the message of its key. The cause
// is never part of it.
func (c *Catalogue) Fault(lang string, f *fault.Error) string {
	if f == nil {
		return ""
	}
	return c.T(lang, f.Key, f.Args...)
}

// Hint says what the person can do about a fault, or is empty.
func (c *Catalogue) Hint(lang string, f *fault.Error) string {
	if f == nil || !c.Has(lang, f.Key+".hint") {
		return ""
	}
	return c.T(lang, f.Key+".hint", f.Args...)
}

// Field is the message about one field of a fault.
func (c *Catalogue) Field(lang string, f fault.Field) string {
	return c.T(lang, f.Key, f.Args...)
}

// Number writes a whole number with the separators of the language: 1.234.567
// in Indonesian, 1,234,567 in English.
func Number(lang string, n int64) string {
	sep := byte('.')
	if lang == EN {
		sep = ','
	}
	s := strconv.FormatInt(n, 10)
	start := 0
	if n < 0 {
		start = 1
	}
	if len(s)-start <= 3 {
		return s
	}
	b := make([]byte, 0, len(s)+len(s)/3)
	b = append(b, s[:start]...)
	for i := start; i < len(s); i++ {
		if i > start && (len(s)-i)%3 == 0 {
			b = append(b, sep)
		}
		b = append(b, s[i])
	}
	return string(b)
}

// Number is the package function Number, for those who hold a catalogue.
func (c *Catalogue) Number(lang string, n int64) string { return Number(lang, n) }

// Day is the package function Day, for those who hold a catalogue.
func (c *Catalogue) Day(lang string, d day.Day) string { return Day(lang, d) }

// DayShort is the package function DayShort, for those who hold a catalogue.
func (c *Catalogue) DayShort(lang string, d day.Day) string { return DayShort(lang, d) }
