package ui

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"github.com/skip2/go-qrcode"

	"netral/internal/day"
)

// plain answers with the key and its arguments.
type plain struct{}

func (plain) T(key string, args ...any) string {
	for _, a := range args {
		switch a := a.(type) {
		case string:
			key += "|" + a
		case day.Day:
			key += "|" + a.String()
		}
	}
	return key
}

func draw(t *testing.T, c templ.Component) string {
	t.Helper()
	var b strings.Builder
	if err := c.Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func wants(t *testing.T, html string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(html, w) {
			t.Errorf("lacks %q:\n%s", w, html)
		}
	}
}

// Every outcome has a word, a colour and a shape of its own.
func TestOutcomes(t *testing.T) {
	shapes := map[string]string{}
	for _, o := range append(Outcomes(), "nonsense") {
		html := draw(t, Badge(plain{}, o))
		want := o
		if o == "nonsense" {
			want = "undecided"
		}
		wants(t, html, "o-"+want, "ui.outcome."+want, `aria-hidden="true"`)
		_, shape, _ := strings.Cut(html, "<svg")
		_, shape, _ = strings.Cut(shape, ">")
		if was, twice := shapes[shape]; twice && o != "nonsense" {
			t.Errorf("%s has the shape of %s", o, was)
		}
		shapes[shape] = o
	}
}

func TestInput(t *testing.T) {
	html := draw(t, Input(plain{}, Field{Name: "on", Label: "Tanggal", Hint: "petunjuk", Error: "salah", Value: "2023-10-19", Type: "date", Min: "1945-08-17", Top: "2199-12-31", Required: true}))
	wants(t, html, `<label for="f-on">`, `id="f-on"`, `type="date"`, `value="2023-10-19"`, `aria-describedby="f-on-hint f-on-error"`,
		`id="f-on-hint"`, `id="f-on-error"`, `aria-invalid="true"`, " required", `min="1945-08-17"`, `max="2199-12-31"`, `autocomplete="off"`)
	html = draw(t, Input(plain{}, Field{Name: "on", Label: "Tanggal", Value: `31"><b>`, Type: "date"}))
	wants(t, html, `type="text"`, `value="31&#34;&gt;&lt;b&gt;"`) // kept as it was typed
	html = draw(t, Input(plain{}, Field{Name: "text", Label: "x", Rows: 4, Max: 2000, Value: "<b>", Spell: true}))
	wants(t, html, "<textarea", `rows="4"`, `maxlength="2000"`, "&lt;b&gt;</textarea>", "ui.optional")
	if strings.Contains(html, "aria-") || strings.Contains(html, "required") || strings.Contains(html, "spellcheck") {
		t.Errorf("too much: %s", html)
	}
	html = draw(t, Input(plain{}, Field{Name: "slip", Label: "x", Type: "file", Accept: ".json", Value: "never"}))
	wants(t, html, `type="file"`, `accept=".json"`)
	if strings.Contains(html, "never") || strings.Contains(html, "spellcheck") {
		t.Errorf("a file field has a value: %s", html)
	}
}

// The link of an error summary leads to something that can be focused, for
// each kind of field.
func TestProblemsLeadToFields(t *testing.T) {
	problems := draw(t, Problems(plain{}, []Problem{{Name: "a[0].b c", Message: "salah"}, {Message: "umum"}}))
	wants(t, problems, `href="#f-a-0-.b-c"`, "umum", `role="alert"`)
	for _, c := range []templ.Component{
		Input(plain{}, Field{Name: "a[0].b c", Label: "x"}),
		Pick(plain{}, Select{Name: "a[0].b c", Label: "x", Options: []Option{{Value: "1", Label: "x"}}}),
		Radios(plain{}, Choice{Name: "a[0].b c", Legend: "x", Options: []Option{{Value: "1", Label: "x"}, {Value: "2", Label: "y"}}}),
		Checks(plain{}, Choice{Name: "a[0].b c", Legend: "x", Options: []Option{{Value: "1", Label: "x"}}}),
	} {
		wants(t, draw(t, c), `id="f-a-0-.b-c"`, `for="f-a-0-.b-c"`)
	}
	if got := draw(t, Problems(plain{}, nil)); got != "" {
		t.Errorf("no problems: %q", got)
	}
}

func TestRadios(t *testing.T) {
	c := Choice{Name: "who", Legend: "Siapa?", H1: true, Options: []Option{{Value: "a", Label: "A", Checked: true}, {Value: "b", Label: "B", Hint: "tentang"}}}
	html := draw(t, Radios(plain{}, c))
	wants(t, html, "<legend><h1>Siapa?</h1></legend>", `id="f-who"`, `id="f-who-1"`, " checked", `aria-describedby="f-who-1-about"`, `id="f-who-1-about"`)
	if n := strings.Count(html, " required"); n != 2 {
		t.Errorf("%d of 2 radios are required", n)
	}
	c.Optional = true
	if strings.Contains(draw(t, Radios(plain{}, c)), "required") {
		t.Error("an optional choice is required")
	}
}

func TestHidden(t *testing.T) {
	html := draw(t, Hidden(url.Values{"b": {"2"}, "a": {"1", `"<`}}))
	if want := `<input type="hidden" name="a" value="1"><input type="hidden" name="a" value="&#34;&lt;"><input type="hidden" name="b" value="2">`; html != want {
		t.Errorf("got  %s\nwant %s", html, want)
	}
}

func TestSafeAddresses(t *testing.T) {
	html := draw(t, ChipList(plain{}, "x", []Chip{{Label: "A", Value: "<b>", Button: Button{Name: "n", Value: "v", Action: "/tanya"}}, {Label: "B", Value: "c", Doubt: true}}))
	wants(t, html, "&lt;b&gt;", `formaction="/tanya"`, "ui.change", "ui.doubt", `<span class="away">: A</span>`)
	if n := strings.Count(html, "<button"); n != 1 {
		t.Errorf("%d buttons", n)
	}
}

func TestGrid(t *testing.T) {
	html := draw(t, Grid(Table{Caption: "T", Head: []string{"Satu", "Dua"}, Rows: [][]Cell{{{Text: "a"}, {Text: "b"}, {Text: "berlebih"}}, {{Text: "c"}}}, Strong: []int{1}}))
	wants(t, html, `<th scope="row">a</th>`, `<td data-label="Dua">b</td>`, `<td data-label="">berlebih</td>`, `<tr class="strong"><th scope="row">c</th></tr>`)
}

func TestPages(t *testing.T) {
	for _, c := range []struct {
		page, pages int
		want        []int
	}{
		{1, 1, []int{1}},
		{1, 3, []int{1, 2, 3}},
		{4, 12, []int{1, 0, 3, 4, 5, 0, 12}},
		{12, 12, []int{1, 0, 11, 12}},
		{99, 3, []int{1, 0, 3}},
	} {
		p := Pagination{Page: c.page, Pages: c.pages, Href: func(n int) string { return "/x?p=" + itoa(n) }}
		if got := p.numbers(); !slices.Equal(got, c.want) {
			t.Errorf("page %d of %d: %v, want %v", c.page, c.pages, got, c.want)
		}
	}
	if got := draw(t, Pages(plain{}, Pagination{Page: 1, Pages: 1})); got != "" {
		t.Errorf("one page needs no list: %s", got)
	}
}

func TestConfidence(t *testing.T) {
	for level, want := range map[string]string{"H": "h", "M": "m", "L": "l", "": "m", "x": "m"} {
		wants(t, draw(t, Confidence(plain{}, level)), "ui.confidence."+want)
	}
	if draw(t, Confidence(plain{}, "H")) == draw(t, Confidence(plain{}, "L")) {
		t.Error("high and low look the same")
	}
}

// The path draws exactly the modules of the code.
func TestQR(t *testing.T) {
	const content = "https://netral.example/periksa?slip=4f9c2a"
	c, err := encode(content)
	if err != nil {
		t.Fatal(err)
	}
	q, err := qrcode.New(content, qrcode.Medium)
	if err != nil {
		t.Fatal(err)
	}
	q.DisableBorder = true
	want := q.Bitmap()
	got := make([][]bool, len(want))
	for i := range got {
		got[i] = make([]bool, len(want))
	}
	for run := range strings.SplitSeq(strings.TrimSuffix(c.path, "z"), "z") {
		var x, y, w, back int
		if n, err := sscanf(run, &x, &y, &w, &back); n != 4 || err != nil || w != back {
			t.Fatalf("run %q: %v", run, err)
		}
		for i := range w {
			got[y-quiet][x-quiet+i] = true
		}
	}
	for y := range want {
		if !slices.Equal(got[y], want[y]) {
			t.Fatalf("row %d differs", y)
		}
	}
	wants(t, draw(t, QR(content, "kode")), `role="img"`, `aria-label="kode"`, `viewBox="0 0 37 37"`)
	if html := draw(t, QR(strings.Repeat("x", 5000), "terlalu panjang")); strings.Contains(html, "<svg") || !strings.Contains(html, "terlalu panjang") {
		t.Errorf("a text too long for a code: %s", html)
	}
}
