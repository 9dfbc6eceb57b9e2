package archive

import (
	"strings"
	"time"

	"netral/internal/fault"
	"netral/internal/letter"
	"netral/internal/web"
)

// Gallery is the pages in each of their states, with made-up content.
func Gallery() []web.Sample {
	at := time.Date(2023, time.December, 21, 3, 0, 0, 0, time.UTC)
	roots := []string{testAuthority}
	seal := letter.Seal{Name: testSeal, Issuer: testAuthority, Serial: "40aa", At: at, Whole: true, Trusted: true}
	files := []letter.File{{Name: "pelantikan-2023-12.jsonl", About: "Bukti daftar pelantikan"}}
	report := func(state string) *Report {
		r := &Report{State: state, Sum: strings.Repeat("3ac1", 16)}
		switch state {
		case Genuine:
			r.Paper = Paper{Kind: "keputusan", Path: "/pelantikan/2023/12", Made: at}
			r.Seals, r.Files = []letter.Seal{seal}, files
		case Sealed:
			r.Seals, r.Files = []letter.Seal{seal}, files
		case Altered:
			r.Seals = []letter.Seal{{Broken: true}, {Name: testSeal, Issuer: testAuthority, At: at}}
		case Foreign:
			r.Seals = []letter.Seal{{Name: "Kantor lain", Issuer: "Otoritas lain", At: at, Whole: true}}
		}
		return r
	}
	out := []web.Sample{
		{Key: "letter-check", Draw: func(r *web.Request) web.Page { return checkOf(checkView{r: r, roots: roots}) }},
		{Key: "letter-check-bare", Draw: func(r *web.Request) web.Page { return checkOf(checkView{r: r}) }},
		{Key: "letter-check-wrong", Draw: func(r *web.Request) web.Page {
			return checkOf(checkView{r: r, roots: roots, fault: fault.Of(fault.Fields{{Name: "file", Key: "letter.check.no_file"}}.Err())})
		}},
	}
	for _, s := range States() {
		out = append(out, web.Sample{Key: "letter-check-" + s, Draw: func(r *web.Request) web.Page {
			return checkOf(checkView{r: r, roots: roots, report: report(s)})
		}})
	}
	t := &letter.Template{Kind: "petikan", File: "petikan.md", Source: []byte("---\njenis: petikan\njudul: Petikan {nomor}\n---\n# PETIKAN\n")}
	own := &letter.Template{Kind: "spmt", File: "spmt.md", Own: true}
	kind := letter.Kind{Name: "petikan", Fields: []letter.Field{{Name: "nomor", Sample: "12 Tahun 2023"}}, Lists: []letter.List{{Name: "baris", Fields: []letter.Field{{Name: "nama", Sample: "Rina Wulandari"}}}}}
	return append(out,
		web.Sample{Key: "letter-list", Draw: func(r *web.Request) web.Page { return listOf(listView{r: r, list: []*letter.Template{t, own}}) }},
		web.Sample{Key: "letter-list-refused", Draw: func(r *web.Request) web.Page {
			return listOf(listView{r: r, list: []*letter.Template{t}, frame: true, refused: []letter.Problem{{File: "keputusan.md", Line: 14, Key: "letter.template.field", Args: []any{"nomer", []string{"nama", "nomor"}}}}})
		}},
		web.Sample{Key: "letter-template", Draw: func(r *web.Request) web.Page { return kindOf(kindView{r, t, kind}) }},
	)
}
