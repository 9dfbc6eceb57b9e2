package rule

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"netral/internal/fault"
)

// The library: the book of the examples and of the tests of refusals.
func library(t testing.TB) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, name := range []string{"vocabulary.yaml", "book.yaml", "rules/desk.yaml", "cases/desk.yaml"} {
		data, err := os.ReadFile("testdata/library/" + name)
		if err != nil {
			t.Fatal(err)
		}
		out[name] = string(data)
	}
	return out
}

func mapFS(files map[string]string) fstest.MapFS {
	out := fstest.MapFS{}
	for name, data := range files {
		out[name] = &fstest.MapFile{Data: []byte(data)}
	}
	return out
}

// lineOf is the line on which the text stands.
func lineOf(t *testing.T, file, text string) int {
	t.Helper()
	before, _, ok := strings.Cut(file, text)
	if !ok {
		t.Fatalf("%q is not in the file", text)
	}
	return strings.Count(before, "\n") + 1
}

func TestLibraryIsClean(t *testing.T) {
	t.Parallel()
	files := library(t)
	b, err := Load(mapFS(files), ".")
	if err != nil {
		t.Fatal(err)
	}
	r := b.Check(mapFS(files), ".", Timeline{})
	if !r.Clean() || r.Examples.Cases == 0 || r.Examples.Passed != r.Examples.Cases {
		t.Fatalf("%+v", r)
	}
}

// TestRefusals: each edit of the library's files is refused, with the file, the
// line on which the marked text then stands, and the message.
func TestRefusals(t *testing.T) {
	t.Parallel()
	const voc, book, rules = "vocabulary.yaml", "book.yaml", "rules/desk.yaml"
	for _, c := range []struct {
		name, file, old, new string
		at                   string // text on the line told; "" for none
		want                 string
	}{
		{"syntax", rules, "outcome: allowed", "outcome: [allowed", "", "not YAML: "},
		{"tab", voc, "  - name: item", "\t- name: item", "", "not YAML: "},
		{"empty", book, "*", "", "", "the file is empty"},
		{"only comments", book, "*", "# nothing\n", "", "the file is empty"},
		{"not a mapping", book, "*", "- a\n- b\n", "- a", "want a mapping of keys at the top"},
		{"two documents", book, "*", "id: a\n---\nid: b\n", "---", "not YAML: a second document begins"},
		{"binary", voc, "*", "\xff\xfe\x00\x01", "", "the file is not UTF-8 text"},
		{"NUL", voc, "title: {id: Pembaca", "title: {id: \"\x00\", en: \x00", "", "not YAML: "},
		{"anchor", rules, "when: {hour: closed}", "when: &w {hour: closed}", "&w", "anchors and aliases are not allowed"},
		{"alias", rules, "    default: true", "    default: *w", "", "not YAML: unknown anchor"},
		{"deep", book, "id: library", "id: " + strings.Repeat("[", 40) + strings.Repeat("]", 40), "id: [", "nested more than 32 deep"},
		{"very deep", book, "id: library", "id: " + strings.Repeat("[", 100_000), "", "not YAML: "},
		{"huge", book, "*", strings.Repeat("# a line that says nothing\n", MaxFileBytes/20), "", "at most 2097152 are read"},

		{"unknown key", voc, "  - name: item", "  - colour: red\n    name: item", "colour", `unknown key "colour"; possible: name, title, ask`},
		{"key twice", voc, "    assume: adult", "    assume: adult\n    assume: child", "assume: child", `key "assume" stands twice`},
		{"key missing", rules, "    confidence: H\n", "", "- id: open", `key "confidence" is missing`},
		{"one language", rules, "en: Night counter}", "en: \"\"}", "title: {id: Loket malam", "a text needs both languages"},
		{"third language", rules, "en: Night counter}", "fr: Guichet}", "fr: Guichet", `unknown key "fr"; possible: id, en`},
		{"list for text", rules, "id: quiet", "id: [quiet]", "[quiet]", "want a text"},
		{"text for list", voc, "values:\n      - {name: book,", "values: book\n    note:\n      - {name: book,", "values: book", "want a list"},
		{"null", rules, "list: desk\n    title: {id: Loket malam", "list: ~\n    title: {id: Loket malam", "list: ~", "want a text"},
		{"name with space", rules, "id: quiet", "id: quiet hours", "quiet hours", `id "quiet hours" has a character other than letters, digits`},
		{"name with accent", rules, "id: quiet", "id: café", "café", `id "café" has a character`},

		{"fact twice", voc, "name: hour", "name: item", "name: item\n    derived", `fact "item" stands twice`},
		{"fact without question", voc, "    ask: {id: \"Apa yang dipinjam?\", en: \"What is borrowed?\"}\n", "", "- name: item", `fact "item" needs a question (ask), or derived: true`},
		{"fact with one value", voc, "      - {name: closed, title: {id: tutup, en: closed}}\n", "", "- name: hour", `fact "hour" needs at least two values`},
		{"value twice", voc, "{name: film,", "{name: book,", "{name: book, groups: [medium]", `value "book" stands twice`},
		{"group is a value", voc, "groups: [medium]", "groups: [book]", "- {name: book", `group "book" is also a value`},
		{"assumed value", voc, "assume: adult", "assume: elder", "assume: elder", `fact "reader" cannot assume "elder": no such value`},
		{"unless fact", voc, "unless: {item: [film]}", "unless: {thing: [film]}", "- name: reader", `fact "reader": unless names thing=film, which is not in the vocabulary`},
		{"unless value", voc, "unless: {item: [film]}", "unless: {item: [disc]}", "- name: reader", "unless names item=disc"},
		{"needs nothing", voc, "needs: [item]", "needs: [room]", "- name: hour", `fact "hour": needs names "room"`},
		{"needs without derived", voc, "    assume: adult", "    assume: adult\n    needs: [item]", "- name: reader", `fact "reader": needs names "item"; only a derived fact needs others`},
		{"derived neither", voc, "derived: true", "derived: perhaps", "derived: perhaps", `want true or false, not "perhaps"`},

		{"instrument twice", book, "instruments:", "instruments:\n  - {id: order, title: {id: a, en: a}}", "{id: order, title: {id: Tata", `instrument "order" stands twice`},
		{"item twice", book, "register:", "register:\n  - {id: order/3, instrument: order, provision: {id: a, en: a}, confidence: H}", "provision: {id: Film", `register item "order/3" stands twice`},
		{"item of no instrument", book, "id: order/3, instrument: order", "id: order/3, instrument: law", "instrument: law", `register item "order/3" names an unknown instrument "law"`},
		{"confidence", book, "confidence: M", "confidence: sure", "confidence: sure", `confidence "sure"; possible: [H M-H M L`},
		{"sanction twice", book, "sanctions:", "sanctions:\n  - {code: fee, level: light, title: {id: a, en: a}}", "title: {id: Denda", `sanction "fee" stands twice`},
		{"date", rules, "from: 2024-03-01", "from: 2024-02-30", "2024-02-30", `"2024-02-30" is not a day: want YYYY-MM-DD`},
		{"date in words", rules, "from: 2024-03-01", "from: next spring", "next spring", `"next spring" is not a day`},
		{"ends before it begins", rules, "from: 2024-03-01", "from: 2024-03-01\n    until: 2024-03-01", "- id: night", `rule "night" ends (2024-03-01) before it begins (2024-03-01)`},

		{"rule twice", rules, "id: film-child", "id: quiet", "id: quiet\n    list: desk\n    title: {id: Film", `rule "quiet" stands twice; first at rules/desk.yaml:`},
		{"outcome", rules, "outcome: prohibited", "outcome: forbidden", "outcome: forbidden", `outcome "forbidden"; possible: [allowed conditional caution prohibited outside]`},
		{"outcome undecided", rules, "outcome: prohibited", "outcome: undecided", "outcome: undecided", `outcome "undecided"; possible`},
		{"no article", rules, "cites: [order/3]", "cites: []", "- id: film-child", `rule "film-child" cites no article`},
		{"unknown article", rules, "cites: [order/3]", "cites: [order/9]", "- id: film-child", `rule film-child: cites "order/9", which is not in the register`},
		{"breach", rules, "breach: discipline", "breach: sin", "breach: sin", `breach "sin"; possible: [ethics discipline crime`},
		{"conditional on nothing", rules, "    conditions: [{id: \"ditemani orang dewasa\", en: \"with an adult\"}]\n", "", "- id: film-child", `rule "film-child" is conditional but names no conditions`},
		{"outside of nothing", rules, "outcome: conditional", "outcome: outside", "- id: film-child", `rule "film-child" is outside the book but does not say whom to ask`},
		{"list", rules, "list: desk", "list: shelf", "- id: open", `rule open: unknown list "shelf"; possible: desk`},
		{"sanction", rules, "sanction: [fee]", "sanction: [jail]", "- id: quiet", `rule quiet: unknown sanction "jail"`},
		{"source", rules, "sources: [S1]", "sources: [S2]", "- id: quiet", `rule quiet: unknown source "S2"`},
		{"fact", rules, "when: {hour: closed}", "when: {time: closed}", "- id: quiet", `rule quiet: unknown fact "time"; possible: item, reader, hour`},
		{"value", rules, "when: {hour: closed}", "when: {hour: shut}", "- id: quiet", `rule quiet: fact hour has no value or group "shut"; possible: open, closed`},
		{"no value", rules, "when: {hour: closed}", "when: {hour: []}", "hour: []", `fact "hour" has no values`},
		{"overrides nothing", rules, "overrides: [quiet]", "overrides: [noise]", "- id: night", `rule night: overrides "noise", which is not another rule`},
		{"overrides itself", rules, "overrides: [quiet]", "overrides: [night]", "- id: night", `rule night: overrides "night", which is not another rule`},
		{"default overrides", rules, "    default: true", "    default: true\n    overrides: [quiet]", "- id: open", `rule open: is a default and cannot override "quiet"`},
		{"circle", rules, "sanction: [fee]", "sanction: [fee]\n    overrides: [night]", "", "its exceptions go round in a circle"},
		{"impossible", rules, "when: {hour: closed}", "when: {hour: closed}\n    any:\n      - {hour: open}", "- id: quiet", "rule quiet: alternative 1 can never hold: it asks fact hour for two values at once"},
		{"rule not a mapping", rules, "rules:\n", "rules:\n  - quiet\n", "- quiet", "want a mapping with keys from: id, list, title"},
		{"lists not a mapping", book, "lists:\n  desk: {id: Aturan loket, en: Rules of the desk}", "lists: [desk]", "lists: [desk]", "want a mapping"},
		{"list twice", book, "lists:\n", "lists:\n  desk: {id: a, en: b}\n", "  desk: {id: Aturan", `key "desk" stands twice`},
		{"empty word", rules, "when: {hour: closed}", "when: {hour: \"\"}", "hour: \"\"", `fact "hour" has no values`},
		{"broken second document", book, "*", "id: a\n---\nid: [\n", "", "not YAML: "},
		{"opinion of nobody", rules, "    sources: [S1]", "    sources: [S1]\n    opinions: [{says: {id: a, en: a}}]", "opinions:", `key "who" is missing`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			files := library(t)
			if c.old == "*" {
				files[c.file] = c.new
			} else {
				if !strings.Contains(files[c.file], c.old) {
					t.Fatalf("%q is not in %s", c.old, c.file)
				}
				files[c.file] = strings.Replace(files[c.file], c.old, c.new, 1)
			}
			b, err := Load(mapFS(files), ".")
			if err == nil || b != nil {
				t.Fatal("accepted")
			}
			line := 0
			if c.at != "" {
				line = lineOf(t, files[c.file], c.at)
			}
			for _, p := range ProblemsOf(err) {
				if p.File == c.file && strings.Contains(p.Message, c.want) {
					if c.at != "" && p.Line != line {
						t.Errorf("line %d, want %d: %s", p.Line, line, p)
					}
					if !strings.Contains(err.Error(), p.String()) {
						t.Errorf("the error does not say %q", p)
					}
					return
				}
			}
			t.Errorf("told\n%v\nwant %s: …%s…", err, c.file, c.want)
		})
	}
}

func TestMissingFiles(t *testing.T) {
	t.Parallel()
	for gone, want := range map[string]string{
		"vocabulary.yaml": "vocabulary.yaml: cannot be read: file does not exist",
		"book.yaml":       "book.yaml: cannot be read: file does not exist",
		"rules/desk.yaml": "rules: no rule file (*.yaml)",
	} {
		files := library(t)
		delete(files, gone)
		if _, err := Load(mapFS(files), "."); err == nil || err.Error() != want {
			t.Errorf("without %s: %v, want %s", gone, err, want)
		}
	}
	if _, err := Load(fstest.MapFS{}, "no/such/place"); len(ProblemsOf(err)) != 3 {
		t.Errorf("nothing: %v", err)
	}
	if ps := ProblemsOf(errors.New("other")); ps != nil {
		t.Errorf("problems of another error: %v", ps)
	}
	if ps := ProblemsOf(fmt.Errorf("book: %w", Problems{{"f", 1, "m"}})); len(ps) != 1 || ps[0].String() != "f:1: m" {
		t.Errorf("wrapped: %v", ps)
	}
}

// TestBounds: what is beyond the bounds is refused, and quickly.
func TestBounds(t *testing.T) {
	t.Parallel()
	value := "{name: v%d, title: {id: v, en: v}}"
	list := func(n int, format string) string {
		var out []string
		for i := range n {
			out = append(out, fmt.Sprintf(format, i))
		}
		return strings.Join(out, ", ")
	}
	fact := "{name: f%d, ask: {id: q, en: q}, title: {id: t, en: t}, values: [{name: a, title: {id: a, en: a}}, {name: b, title: {id: b, en: b}}]}"
	rule := "{id: r%d, list: desk, title: {id: t, en: t}, text: {id: t, en: t}, when: {}, outcome: allowed, cites: [order/3], confidence: H}"
	tangled := make([]string, 0, 25)
	for i := range 25 {
		tangled = append(tangled, fmt.Sprintf("{id: r%d, list: desk, title: {id: t, en: t}, text: {id: t, en: t}, when: {f%d: a, f%d: b}, outcome: allowed, cites: [order/3], confidence: H}", i, i, i+25))
	}
	for name, c := range map[string]struct{ file, text, want string }{
		"facts":        {"vocabulary.yaml", "facts: [" + list(MaxFacts+1, fact) + "]", "vocabulary.yaml:1: more than 60 facts"},
		"values":       {"vocabulary.yaml", "facts: [{name: f, ask: {id: q, en: q}, title: {id: t, en: t}, values: [" + list(MaxValues+1, value) + "]}]", "vocabulary.yaml:1: more than 64 values"},
		"rules":        {"rules/desk.yaml", "rules: [" + list(MaxRules+1, rule) + "]", "rules/desk.yaml:1: more than 4096 rules"},
		"alternatives": {"rules/desk.yaml", "rules: [{id: r, list: desk, title: {id: t, en: t}, text: {id: t, en: t}, when: {}, any: [" + strings.Repeat("{item: book}, ", maxClauses+1) + "], outcome: allowed, cites: [order/3], confidence: H}]", "rules: the rules have 8193 alternatives together; at most 8192 are compiled"},
		"problems":     {"rules/desk.yaml", "rules: [" + list(1000, "{x%d: 1}") + "]", `rules/desk.yaml:1: unknown key "x0"`},
		"entangled":    {"rules/desk.yaml", "rules: [" + strings.Join(tangled, ", ") + "]", "rules: the rules are too entangled: more than 262144 decision nodes or 524288 states"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := library(t)
			files[c.file] = c.text
			if name == "entangled" {
				files["vocabulary.yaml"] = "facts: [" + list(50, fact) + "]"
			}
			_, err := Load(mapFS(files), ".")
			if err == nil || !strings.Contains(err.Error(), c.want) {
				text := fmt.Sprint(err)
				t.Errorf("%.300s\nwant %s", text, c.want)
			}
			if n := len(ProblemsOf(err)); n > maxProblems {
				t.Errorf("%d problems told", n)
			}
		})
	}
}

// TestCheckFinds: what Load accepts and Check finds, each with its witness.
func TestCheckFinds(t *testing.T) {
	t.Parallel()
	const rules, cases = "rules/desk.yaml", "cases/desk.yaml"
	for _, c := range []struct {
		name, file, old, new, want string
		of                         func(Report) []Finding
	}{
		{"gap", rules, "when: {}", "when: {item: book}", "no rule answers this situation: item=film (a film), reader=adult (an adult), hour=open (open)", func(r Report) []Finding { return r.Gaps }},
		{"conflict", rules, "    overrides: [quiet]", "", "rules disagree: quiet says prohibited, night says allowed; in: item=book (a book), reader=staff (staff), hour=closed (closed)", func(r Report) []Finding { return r.Conflicts }},
		{"dead", rules, "rules:\n", "rules:\n  - id: never\n    list: desk\n    title: {id: a, en: a}\n    text: {id: a, en: a}\n    when: {reader: staff, hour: closed}\n    outcome: allowed\n    cites: [order/2]\n    confidence: H\n    default: true\n    until: 2024-01-01\n", "rule never never decides: wherever it holds, another rule defeats it or is graver", func(r Report) []Finding { return r.Dead }},
		{"uncited", rules, "cites: [order/3]", "cites: [order/2]", "order/3 (Films for children) is in the register of the law, and no rule cites it", func(r Report) []Finding { return r.Uncited }},
		{"example fails", cases, "expect: prohibited", "expect: allowed", "example closed-1: expected allowed, the book says prohibited (quiet=prohibited)", failed},
		{"other rule", cases, "rules: [quiet]", "rules: [night]", "example closed-1: expected rule night to decide, but it is decided by quiet", failed},
		{"no such rule", cases, "rules: [quiet]", "rules: [noise]", `example closed-1: expects "noise" to decide, which is no rule`, failed},
		{"miss of nothing", cases, "near_miss_of: [quiet", "near_miss_of: [noise", `near miss of "noise", which is no rule`, failed},
		{"miss that holds", cases, "near_miss_of: [quiet", "near_miss_of: [open", "is no near miss of open: the rule applies", failed},
		{"miss by far", cases, "facts: {item: book, hour: open}\n    expect: allowed\n    rules: [open]\n    near_miss_of: [quiet", "facts: {item: book, hour: open}\n    expect: allowed\n    rules: [open]\n    near_miss_of: [night, quiet", "is no near miss of night: 2 facts would have to change", failed},
		{"open", cases, "facts: {item: film, reader: adult, hour: open}\n    expect: allowed", "facts: {item: film, hour: open}\n    expect: allowed", "example film-2: expected allowed, the book says undecided (film-child=conditional, open=allowed, missing reader)", failed},
		{"unknown fact", cases, "facts: {item: book, hour: closed}", "facts: {item: book, time: closed}", "rule.fact_unknown", failed},
		{"without example", cases, "    rules: [night]\n", "", "no example shows rule night deciding", failed},
		{"without miss", cases, ", open]", "]", "no example narrowly misses rule open", failed},
		{"case twice", cases, "id: open-1", "id: closed-1", `case "closed-1" stands twice`, failed},
		{"case key", cases, "expect: prohibited", "expects: prohibited", `unknown key "expects"; possible: id, title, on`, failed},
		{"case outcome", cases, "expect: prohibited", "expect: no", `expect "no"; possible: [undecided allowed`, failed},
		{"case syntax", cases, "cases:", "cases: [", "not YAML", failed},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			files := library(t)
			if !strings.Contains(files[c.file], c.old) {
				t.Fatalf("%q is not in %s", c.old, c.file)
			}
			files[c.file] = strings.Replace(files[c.file], c.old, c.new, 1)
			b, err := Load(mapFS(files), ".")
			if err != nil {
				t.Fatal(err)
			}
			r := b.Check(mapFS(files), ".", Timeline{})
			if r.Clean() {
				t.Fatal("clean")
			}
			for _, f := range slices.Concat(r.Gaps, r.Conflicts) {
				if !strings.Contains(f.Words.ID, "Barang: ") || !strings.Contains(f.Words.EN, "Item: ") {
					t.Errorf("witness in words: %q", f.Words)
				}
			}
			if !slices.ContainsFunc(c.of(r), func(f Finding) bool { return strings.Contains(f.Message, c.want) }) {
				t.Errorf("found %+v\nwant %s", c.of(r), c.want)
			}
			for _, f := range slices.Concat(r.Dead, r.Conflicts, r.Uncited, r.Examples.Failed) {
				if f.File == "" || f.Line == 0 {
					t.Errorf("no place: %+v", f)
				}
			}
		})
	}
}

func failed(r Report) []Finding { return r.Examples.Failed }

func TestSituationFaults(t *testing.T) {
	t.Parallel()
	b, err := Load(mapFS(library(t)), ".")
	if err != nil {
		t.Fatal(err)
	}
	_, err = b.Situation(Facts{"item": "disc", "time": "now", "hour": "open"})
	f := fault.Of(err)
	if !errors.Is(err, fault.Invalid) || len(f.Fields) != 2 {
		t.Fatalf("%v", err)
	}
	if got := fmt.Sprint(f.Fields); got != "[{item rule.value_unknown [disc book, film]} {time rule.fact_unknown [time item, reader, hour]}]" {
		t.Error(got)
	}
	if _, err := b.Periods(Facts{"x": "y"}, Timeline{}, firstDay, lastDay); !errors.Is(err, fault.Invalid) {
		t.Errorf("periods of nonsense: %v", err)
	}
	if _, ok := b.Decide(Situation{1}, firstDay); ok {
		t.Error("a situation of another book is decided")
	}
	long := strings.Repeat("é", 500)
	if _, err := b.Situation(Facts{long: long}); len(err.Error()) > 500 {
		t.Errorf("message of %d bytes", len(err.Error()))
	}
}

func TestUnreadableFile(t *testing.T) {
	t.Parallel()
	if _, err := Load(unplugged{mapFS(library(t))}, "."); err == nil || !strings.Contains(err.Error(), "book.yaml: cannot be read: no disk") {
		t.Error(err)
	}
	_, err := Load(broken{mapFS(library(t))}, ".")
	if err == nil || !strings.Contains(err.Error(), "book.yaml: cannot be read: disk on fire") {
		t.Error(err)
	}
}

func TestUnreadableCases(t *testing.T) {
	t.Parallel()
	fsys := broken{mapFS(library(t))}
	cases, problems := LoadCases(fsys, "cases")
	if len(cases) != 0 || len(problems) != 1 || problems[0].String() != "cases/desk.yaml: cannot be read: disk on fire" {
		t.Error(cases, problems)
	}
}

type broken struct{ fstest.MapFS }

func (b broken) ReadFile(name string) ([]byte, error) {
	if name == "book.yaml" || name == "cases/desk.yaml" {
		return nil, &fs.PathError{Op: "read", Path: name, Err: errors.New("disk on fire")}
	}
	return b.MapFS.ReadFile(name)
}

type unplugged struct{ fstest.MapFS }

func (unplugged) ReadFile(string) ([]byte, error) { return nil, errors.New("no disk") }

// FuzzLoad: no file of a book makes Load or Check panic or run on without end.
func FuzzLoad(f *testing.F) {
	files := library(f)
	for _, name := range []string{"vocabulary.yaml", "book.yaml", "rules/desk.yaml", "cases/desk.yaml"} {
		f.Add(name, []byte(files[name]))
		f.Add(name, []byte("facts: [{name: a, values: [{name: a"))
		r := rand.New(rand.NewPCG(1, 2))
		data := []byte(files[name])
		data[r.IntN(len(data))] = '&'
		f.Add(name, data)
	}
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		files := library(t)
		if _, ok := files[name]; !ok {
			t.Skip("no file of a book")
		}
		files[name] = string(data)
		b, err := Load(mapFS(files), ".")
		if err != nil {
			if len(ProblemsOf(err)) == 0 {
				t.Fatalf("an error without problems: %v", err)
			}
			return
		}
		r := b.Check(mapFS(files), ".", Timeline{})
		for _, f := range slices.Concat(r.Gaps, r.Conflicts) {
			if _, err := b.Situation(f.Witness); err != nil {
				t.Fatalf("witness %v: %v", f.Witness, err)
			}
		}
	})
}
