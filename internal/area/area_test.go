package area_test

import (
	"bytes"
	"compress/gzip"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"netral/data"
	"netral/internal/area"
	"netral/internal/text"
)

func load(t testing.TB) *area.Set {
	t.Helper()
	s, err := area.Load(data.FS, "province")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAreas(t *testing.T) {
	s := load(t)
	for l, want := range map[area.Level]int{area.Province: 1, area.City: 5, area.Regency: 1, area.District: 44, area.Village: 267, "": 318} {
		if got := len(s.All(l)); got != want {
			t.Errorf("%d areas of level %q, want %d", got, l, want)
		}
	}
	if got, want := s.Path("31.71.01.1001"), []string{"31", "31.71", "31.71.01", "31.71.01.1001"}; !slices.Equal(got, want) {
		t.Errorf("path %v, want %v", got, want)
	}
	if s.Path("99") != nil {
		t.Error("an unknown area has a path")
	}
	if a, _ := s.Get("31.71"); a.BPS != "3173" || a.People != 1_057_270 || a.Official != "Kota Administrasi Jakarta Pusat" {
		t.Errorf("Jakarta Pusat: %+v", a)
	}
	for _, c := range []struct {
		code, in string
		want     bool
	}{{"31.71.01.1001", "31.71", true}, {"31.71", "31.71", true}, {"31.71", "31.71.01", false}, {"31.7", "31", false}, {"31.71", "31.7", false}} {
		if got := s.Within(c.code, c.in); got != c.want {
			t.Errorf("Within(%s, %s) = %t", c.code, c.in, got)
		}
	}
	people, villages := 0, 0
	for _, a := range s.Below("31") {
		people += a.People
		for _, d := range s.Below(a.Code) {
			villages += len(s.Below(d.Code))
		}
	}
	if top, _ := s.Get("31"); people != top.People || villages != 267 {
		t.Errorf("%d people in the cities, %d in the province; %d villages", people, top.People, villages)
	}
}

func TestLevelsHaveNames(t *testing.T) {
	book, err := text.New()
	if err != nil {
		t.Fatal(err)
	}
	s := load(t)
	for _, a := range s.All("") {
		for _, lang := range []string{"id", "en"} {
			if !book.Has(lang, a.Level.Key()) {
				t.Fatalf("%s has no name in %s", a.Level, lang)
			}
		}
	}
}

func view(s string) area.View {
	return area.View{Inset: "Kepulauan <Seribu>", Within: s,
		Value: func(a area.Area) area.Value {
			n := len(a.Name) % area.Bands
			return area.Value{Band: n, Text: strconv.Itoa(n) + " laporan & catatan"}
		}}
}

// paths walks the drawing, and fails on what is not XML or moves out of it.
func paths(t *testing.T, svg string) int {
	t.Helper()
	var w, h int
	box := regexp.MustCompile(`viewBox="0 0 (\d+) (\d+)"`).FindStringSubmatch(svg)
	if box == nil {
		t.Fatal("no viewBox")
	}
	w, _ = strconv.Atoi(box[1])
	h, _ = strconv.Atoi(box[2])
	n := 0
	number := regexp.MustCompile(`-?\d+`)
	for d := xml.NewDecoder(strings.NewReader(svg)); ; {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return n
		}
		if err != nil {
			t.Fatal(err)
		}
		el, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		village := el.Name.Local == "path" && slices.Contains(el.Attr, xml.Attr{Name: xml.Name{Local: "class"}, Value: "area"})
		if village {
			n++
		}
		for _, a := range el.Attr {
			if a.Name.Local == "style" || strings.HasPrefix(a.Name.Local, "on") {
				t.Errorf("attribute %s", a.Name.Local)
			}
			if !village || a.Name.Local != "d" {
				continue
			}
			for _, ring := range strings.Split(strings.TrimSuffix(a.Value, "z"), "z") {
				if strings.Contains(ring, "h1v1") {
					continue
				}
				var at [2]int
				for i, v := range number.FindAllString(ring, -1) {
					k, _ := strconv.Atoi(v)
					at[i%2] += k
					if at[0] < 0 || at[1] < 0 && i%2 == 1 || at[0] > w || at[1] > h {
						t.Fatalf("ring leaves the drawing: %s", ring)
					}
				}
			}
		}
	}
}

func TestMap(t *testing.T) {
	s := load(t)
	for within, want := range map[string]int{"": 267, "31.01": 6, "31.71": 44, "31.74.01": len(s.Below("31.74.01"))} {
		svg := s.Map(view(within))
		if got := paths(t, svg); got != want {
			t.Errorf("map of %q has %d villages, want %d", within, got, want)
		}
		if strings.Contains(svg, "<Seribu>") || !strings.Contains(svg, "laporan &amp; catatan") {
			t.Error("text is not escaped")
		}
		if rows := s.Rows(view(within)); len(rows) != want {
			t.Errorf("table of %q has %d rows, want %d", within, len(rows), want)
		}
	}
	if s.Map(view("99")) != "" {
		t.Error("a map of nowhere")
	}
	v := view("31.71.01")
	v.Value = func(area.Area) area.Value { return area.Value{Band: 99, Href: `/a?b="c"&d`} }
	svg := s.Map(v)
	if !strings.Contains(svg, `href="/a?b=&#34;c&#34;&amp;d" tabindex="-1"`) || !strings.Contains(svg, `fill="url(#pola-4)"`) {
		t.Error("an address breaks out of its attribute, or a band out of the patterns")
	}
	for band := range area.Bands {
		if !strings.Contains(area.Patterns(), `id="pola-`+strconv.Itoa(band)+`"`) || !strings.Contains(area.Swatch(band), "pola-"+strconv.Itoa(band)) {
			t.Errorf("band %d has no pattern", band)
		}
	}
	if r := s.Rows(view("31.71.01"))[0]; r.District != "Kecamatan Gambir" || r.City != "Kota Administrasi Jakarta Pusat" {
		t.Errorf("first row: %+v", r)
	}
}

// Neighbours share their boundary: the drawing of the mainland has no gap, so
// that every step between two villages is drawn once by each.
func TestWeight(t *testing.T) {
	s := load(t)
	var page bytes.Buffer
	page.WriteString(s.Map(view("")))
	for _, r := range s.Rows(view("")) {
		page.WriteString("<tr><th scope=row>" + r.Area.Official + "</th><td>" + r.District + "</td><td>" + r.City + "</td><td>" + r.Value.Text + "</td></tr>\n")
	}
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	if _, err := w.Write(page.Bytes()); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	t.Logf("map and table: %d bytes, %d zipped", page.Len(), z.Len())
	if z.Len() > 38<<10 {
		t.Errorf("map and table weigh %d bytes zipped; the page has 45 KB and needs some for itself", z.Len())
	}
	if out := os.Getenv("AREA_SVG"); out != "" {
		t.Log(os.WriteFile(out, []byte(s.Map(view(""))), 0o600))
	}
}

func TestBadFiles(t *testing.T) {
	areas, _ := data.FS.ReadFile("province/areas.csv")
	shapes, _ := data.FS.ReadFile("province/kelurahan.json")
	grid := `{"type":"Topology","transform":{"scale":[0.0002,0.0002],"translate":[106,-6]},`
	for name, c := range map[string]struct{ areas, shapes string }{
		"no rows":        {"kode\n", string(shapes)},
		"level":          {strings.Replace(string(areas), "31.71,kota,", "31.71,desa,", 1), string(shapes)},
		"double":         {string(areas) + "31.71,kota,X,X,31,,,,,\n", string(shapes)},
		"outside":        {string(areas) + "32.71,kota,X,X,31,,,,,\n", string(shapes)},
		"number":         {strings.Replace(string(areas), "106.83544", "timur", 1), string(shapes)},
		"people":         {strings.Replace(string(areas), "11038216", "-1", 1), string(shapes)},
		"no shape":       {string(areas) + "31.71.01.1099,kelurahan,X,X,31.71.01,,,,,\n", string(shapes)},
		"unknown shape":  {string(areas), strings.Replace(string(shapes), `"31.71.01.1001"`, `"31.71.01.9999"`, 1)},
		"not json":       {string(areas), "{"},
		"no grid":        {string(areas), `{"type":"Topology","objects":{"kelurahan":{"geometries":[]}},"arcs":[]}`},
		"not a topology": {string(areas), `{"type":"FeatureCollection"}`},
		"no arc":         {string(areas), grid + `"objects":{"kelurahan":{"geometries":[{"id":"31.71.01.1001","arcs":[[[7]]]}]}},"arcs":[]}`},
		"open ring":      {string(areas), grid + `"objects":{"kelurahan":{"geometries":[{"id":"31.71.01.1001","arcs":[[[0]]]}]}},"arcs":[[[0,0],[1,1]]]}`},
		"off the grid":   {string(areas), grid + `"objects":{"kelurahan":{"geometries":[]}},"arcs":[[[9999999,0],[1,1]]]}`},
	} {
		fsys := fstest.MapFS{"p/areas.csv": {Data: []byte(c.areas)}, "p/kelurahan.json": {Data: []byte(c.shapes)}}
		if _, err := area.Load(fsys, "p"); err == nil {
			t.Errorf("%s: loaded", name)
		} else if !strings.HasPrefix(err.Error(), "area: p/") {
			t.Errorf("%s: %v does not name the file", name, err)
		}
	}
}

func BenchmarkMap(b *testing.B) {
	s := load(b)
	for b.Loop() {
		s.Map(view(""))
	}
}
