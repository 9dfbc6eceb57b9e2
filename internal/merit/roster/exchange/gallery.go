package exchange

import (
	"net/url"
	"time"

	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/sheet"
	"netral/internal/text"
	"netral/internal/web"
)

// Gallery is the pages in each of their states.
func Gallery() []web.Sample {
	page := func(key string, draw func(*web.Request) web.Page) web.Sample {
		return web.Sample{Key: "exchange-" + key, Draw: func(r *web.Request) web.Page {
			p := draw(r)
			p.Status, p.Refresh = 0, 0 // a picture stands still
			return p
		}}
	}
	one := func(key string, change func(*Import)) web.Sample {
		return page(key, func(r *web.Request) web.Page {
			m := sample()
			change(m)
			return importOf(r, m, nil)
		})
	}
	return []web.Sample{
		page("list", func(r *web.Request) web.Page {
			a, b, c := sample(), sample(), sample()
			b.State, b.Name, b.New, b.Same = Done, "jabatan.xlsx", 1204, 12
			c.State, c.Name, c.Kind = Failed, "cuti lama.csv", "leaves"
			return listOf(r, []Import{*a, *b, *c}, url.Values{"as_of": {r.Today().String()}}, nil)
		}),
		page("exports", func(r *web.Request) web.Page { return exportsOf(exportsView{r: r, on: "2023-12-27", all: true}, 200) }),
		page("exports-wrong", func(r *web.Request) web.Page {
			return exportsOf(exportsView{r: r, on: "31-02-2023", fault: &fault.Error{Kind: fault.Invalid, Key: "fault.fields", Fields: []fault.Field{{Name: "tanggal", Key: "exchange.cell.day", Args: []any{"31-02-2023"}}}}}, 422)
		}),
		page("exports-reason", func(r *web.Request) web.Page { return reasonOf(r, "", r.T("roster.check.empty")) }),
		page("list-none", func(r *web.Request) web.Page { return listOf(r, nil, url.Values{"as_of": {r.Today().String()}}, nil) }),
		page("list-wrong", func(r *web.Request) web.Page {
			f := &fault.Error{Kind: fault.Invalid, Key: "fault.fields", Fields: []fault.Field{{Name: "file", Key: "exchange.file.none"}}}
			return listOf(r, nil, url.Values{"as_of": {"2023-10-19"}, "kind": {"tenures"}}, f)
		}),
		one("checked", func(*Import) {}),
		one("checked-good", func(m *Import) { m.Report.First, m.Report.Refused, m.Report.New = nil, 0, 500 }),
		one("checked-same", func(m *Import) { m.Report.First, m.Report.Refused, m.Report.New, m.Report.Same = nil, 0, 0, 500 }),
		one("waiting", func(m *Import) { m.State, m.Report = Waiting, nil }),
		one("writing", func(m *Import) { m.State, m.Stage, m.Part, m.Report = Writing, StageWrite, 45, nil }),
		one("done", func(m *Import) { m.State, m.Report.Written = Done, true }),
		one("failed", func(m *Import) {
			m.State = Failed
			m.Report = &Report{Columns: []Column{{"A", "Nomor", ""}, {"B", "Nama", "name"}}, Format: m.Report.Format}
			m.Problem = &Trouble{Key: "exchange.columns", Args: []Problem{{Args: []any{text.Key("exchange.kind.people")}}}, Fields: []Problem{{Field: "id", Key: "exchange.column.missing", Args: []any{[]string{"id", "nip", "nrk"}, []string{"Nomor", "Nama"}}}}}
		}),
	}
}

func sample() *Import {
	return &Import{ID: "x", Kind: "people", Name: "pegawai.csv", State: Checked, Made: time.Date(2023, 10, 19, 3, 0, 0, 0, time.UTC), Input: Input{Kind: "people", AsOf: day.Of(2023, 10, 19)},
		Report: &Report{Kind: "people", Rows: 500, New: 490, Changed: 5, Same: 2, Refused: 3, Format: sheet.Format{Type: "csv", Encoding: "Windows-1252", Comma: ";"},
			Columns: []Column{{"A", "NIP", "nip"}, {"B", "Nama Lengkap", "name"}, {"C", "Gol.", "grade"}, {"D", "Catatan", ""}},
			First: []Problem{
				{Row: 43, Field: "nip", Heading: "NIP", Letter: "A", Given: "19750101200003200", Key: "roster.nip.length", Args: []any{"19750101200003200", 17}},
				{Row: 202, Field: "born", Heading: "Tgl. Lahir", Letter: "G", Given: "31-02-1980", Key: "exchange.cell.day", Args: []any{"31-02-1980"}},
				{Row: 501, Field: "nip", Heading: "NIP", Letter: "A", Given: "197501012000032001", Key: "exchange.row.twice", Args: []any{int64(9)}},
			}}}
}
