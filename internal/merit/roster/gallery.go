package roster

import (
	"net/url"
	"time"

	"netral/internal/area"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/web"
)

// Gallery is the pages in each of their states, of made-up people.
func Gallery() []web.Sample {
	page := func(key string, draw func(*web.Request) web.Page) web.Sample {
		return web.Sample{Key: "roster-" + key, Draw: draw}
	}
	return []web.Sample{
		page("person", func(r *web.Request) web.Page { return personOf(r, sampleProfile(false)) }),
		page("mine", func(r *web.Request) web.Page { return personOf(r, sampleProfile(true)) }),
		page("person-empty", func(r *web.Request) web.Page {
			return personOf(r, Profile{ID: "x", On: day.Of(2001, time.May, 1), Person: Person{Name: "Dewi Kartika", Status: CPNS, Born: day.None, From: day.None, Until: day.None}})
		}),
		page("unit", func(r *web.Request) web.Page { return unitPageOf(r, sampleUnit()) }),
		page("unit-empty", func(r *web.Request) web.Page {
			u := sampleUnit()
			return unitPageOf(r, UnitPage{On: u.On, Unit: u.Unit, Path: u.Path})
		}),
		page("chart", func(r *web.Request) web.Page { return chartOf(r, sampleUnit()) }),
		page("tree", func(r *web.Request) web.Page {
			u := sampleUnit()
			top := Branch{Unit: u.Path[0], Below: 2, Kids: []Branch{{Unit: u.Unit, Below: 2, Kids: []Branch{{Unit: u.Children[0].Unit, Below: 3}, {Unit: u.Children[1].Unit}}}}}
			return web.Page{Title: r.T("roster.tree.title"), Nav: nav, Body: treeBody(treeView{r: r, on: u.On, top: []Branch{top}}), Wide: true}
		}),
		page("list", func(r *web.Request) web.Page {
			u := sampleUnit()
			return web.Page{Title: r.T("roster.list.title"), Nav: nav, Body: listBody(listView{r: r, take: true, in: ListInput{On: r.Today(), Unit: "dinkes", After: "a"}, unit: &u.Unit, list: List{On: r.Today(), Total: 1204, Rows: sampleRows(), Next: "b"}}), Wide: true}
		}),
		page("list-none", func(r *web.Request) web.Page {
			return web.Page{Title: r.T("roster.list.title"), Nav: nav, Body: listBody(listView{r: r, in: ListInput{On: r.Today()}, list: List{On: r.Today()}}), Wide: true}
		}),
		page("search", func(r *web.Request) web.Page {
			v := searchView{r: r, text: "dinkes siti", asked: true, found: Found{People: sampleRows(), Units: []UnitHit{{ID: "dinkes", Name: "Dinas Kesehatan", Abbreviation: "Dinkes", Above: "Pemerintah Provinsi"}}, Posts: []PostHit{{ID: "k", Title: "Kepala Dinas Kesehatan", Unit: "Dinas Kesehatan", UnitID: "dinkes"}}}}
			return web.Page{Title: r.T("roster.search.title"), Nav: nav, Body: searchBody(v), Wide: true}
		}),
		page("search-none", func(r *web.Request) web.Page {
			return web.Page{Title: r.T("roster.search.title"), Nav: nav, Body: searchBody(searchView{r: r, text: "“<zzz>”", asked: true}), Wide: true}
		}),
		page("search-wrong", func(r *web.Request) web.Page {
			return web.Page{Title: r.T("roster.search.title"), Nav: nav, Body: searchBody(searchView{r: r, text: "12", problem: r.T("roster.search.digits", minDigits)}), Wide: true}
		}),
		page("correct", func(r *web.Request) web.Page {
			p := sampleProfile(false)
			h := p.Held[0]
			return correctOf(r, p, target{kind: h.Kind, id: h.ID, from: h.From, seen: h.Seq}, url.Values{"name": {"Siti Nurhaliza"}, "grade": {"IV/c"}, "sex": {"female"}}, nil)
		}),
		page("correct-stale", func(r *web.Request) web.Page {
			p := sampleProfile(false)
			h := p.Held[0]
			f := &fault.Error{Kind: fault.Conflict, Key: "roster.correct.stale", Fields: []fault.Field{{Name: "name", Key: "roster.correct.now", Args: []any{"Siti N. Haliza"}}}}
			return correctOf(r, p, target{kind: h.Kind, id: h.ID, from: h.From, seen: h.Seq}, url.Values{"name": {"Siti Nur Haliza"}, "reason": {"Akta"}}, f)
		}),
		page("ask", func(r *web.Request) web.Page {
			p := sampleProfile(true)
			h := p.Held[0]
			return askOf(r, p, target{kind: h.Kind, id: h.ID, from: h.From}, url.Values{}, nil)
		}),
		page("ask-missing", func(r *web.Request) web.Page {
			f := &fault.Error{Kind: fault.Invalid, Key: "fault.fields", Fields: []fault.Field{{Name: "wanted", Key: "roster.check.empty"}}}
			return askOf(r, sampleProfile(true), target{kind: KindTraining}, url.Values{"note": {"Sertifikat PKA 2022"}}, f)
		}),
		page("reason", func(r *web.Request) web.Page {
			p := reasonOf(r, "siti", "", "")
			p.Status = 0
			return p
		}),
		page("open", func(r *web.Request) web.Page { return openOf(openView{r: r, all: sampleProfile(true).Asked[:1]}) }),
		page("open-none", func(r *web.Request) web.Page { return openOf(openView{r: r}) }),
		page("open-many", func(r *web.Request) web.Page {
			return openOf(openView{r: r, take: true, late: true, sort: "person", all: sampleProfile(true).Asked[:1], after: "x"})
		}),
		page("posts", func(r *web.Request) web.Page {
			v := postsView{r: r, in: PostsInput{On: day.Of(2023, time.October, 19), Unit: "dinkes", After: "x"}, list: samplePosts()}
			u := sampleUnit().Unit
			v.unit = &u
			return web.Page{Title: v.title(), Nav: nav, Body: postsBody(v), Wide: true}
		}),
		page("vacancies", func(r *web.Request) web.Page {
			v := postsView{r: r, take: true, in: PostsInput{On: r.Today(), Vacant: true, Level: JPTPratama, Area: "31.71", Sort: "vacant"}, list: samplePosts()}
			return web.Page{Title: v.title(), Nav: nav, Body: postsBody(v), Wide: true}
		}),
		page("posts-none", func(r *web.Request) web.Page {
			v := postsView{r: r, in: PostsInput{On: r.Today()}, list: PostList{On: r.Today()}}
			return web.Page{Title: v.title(), Nav: nav, Body: postsBody(v), Wide: true}
		}),
		page("units", func(r *web.Request) web.Page {
			u := sampleUnit()
			rows := []UnitRow{{Unit: u.Unit, Above: u.Path[0].Name, Posts: 2, Seats: 5, Vacant: 3, Led: "acting"}, {Unit: u.Children[1].Unit, Above: u.Unit.Name}, {Unit: u.Path[0], Posts: 1, Seats: 1, Led: Definitive}}
			v := unitsView{r: r, in: UnitsInput{On: u.On, Kind: "dinas", Lacks: "holders", Unit: "dinkes", Sort: "vacant"}, unit: &u.Unit, list: UnitList{On: u.On, Total: 3, Kinds: []string{"dinas"}, Rows: rows, Next: "a"}}
			return web.Page{Title: r.T("roster.units.title"), Nav: nav, Body: unitsBody(v), Wide: true}
		}),
		page("units-none", func(r *web.Request) web.Page {
			return web.Page{Title: r.T("roster.units.title"), Nav: nav, Body: unitsBody(unitsView{r: r, in: UnitsInput{On: r.Today()}, list: UnitList{On: r.Today()}}), Wide: true}
		}),
		page("quality", func(r *web.Request) web.Page { return qualityOf(qualityView{r: r, q: sampleQuality("")}) }),
		page("quality-check", func(r *web.Request) web.Page {
			return qualityOf(qualityView{r: r, take: true, in: QualityInput{Check: "nip_born"}, q: sampleQuality("nip_born")})
		}),
		page("quality-none", func(r *web.Request) web.Page {
			return qualityOf(qualityView{r: r, in: QualityInput{Check: "overfull"}, q: QualityReport{On: day.Of(2023, time.October, 19)}})
		}),
	}
}

func sampleUnit() UnitPage {
	on, since := day.Of(2023, time.October, 19), day.Of(2017, time.January, 3)
	prov := Unit{ID: "prov", Name: "Pemerintah Provinsi DKI Jakarta", Area: "31", From: day.None, Until: day.None}
	unit := Unit{ID: "dinkes", Parent: "prov", Name: "Dinas Kesehatan", Abbreviation: "Dinkes", Kind: "dinas", Area: "31", From: since, Until: day.None}
	kadis := Post{ID: "kadis", Unit: "dinkes", Title: "Kepala Dinas Kesehatan", Level: JPTPratama, Echelon: "II.a", Class: 15, Seats: 1, Head: true, From: since, Until: day.None}
	staf := Post{ID: "staf", Unit: "dinkes", Title: "Analis Kesehatan", Level: Fungsional, Rung: "ahli_muda", Class: 9, Seats: 4, From: since, Until: day.None}
	plt := Holder{Person: "siti", Name: "dr. Siti Nurhaliza, M.Kes.", Tenure: Tenure{Person: "siti", Post: "kadis", Kind: Plt, From: day.Of(2023, time.August, 1), Until: day.None, DecreeDate: day.None}}
	rini := Holder{Person: "rini", Name: "Rini Widyastuti", Open: true, Tenure: Tenure{Person: "rini", Post: "staf", Kind: Definitive, From: since, Until: day.None, DecreeDate: day.None}}
	sub := func(id, name string) Unit {
		return Unit{ID: id, Parent: "dinkes", Name: name, From: since, Until: day.None}
	}
	return UnitPage{
		On: on, Unit: unit, Path: []Unit{prov, unit}, Head: &kadis, HeadBy: []Holder{plt}, Vacant: 3,
		Posts:    []Seat{{Post: kadis, Holders: []Holder{plt}, Vacant: 1}, {Post: staf, Holders: []Holder{rini}, Hidden: 1, Vacant: 2}},
		Children: []Child{{Unit: sub("a", "Suku Dinas Kesehatan Jakarta Pusat"), Head: "Budi Santoso", By: "budi", Kind: Definitive}, {Unit: sub("b", "Suku Dinas Kesehatan Kepulauan Seribu")}},
		History:  []Held{{Kind: KindUnit, ID: "dinkes", Seq: 1, From: since, Until: day.None, Fields: []Entry{{"name", "Dinas Kesehatan"}}, Source: sampleChange(1)}},
	}
}

func samplePosts() PostList {
	u := sampleUnit()
	out := PostList{On: u.On, Total: 2, Seats: 5, Vacant: 3, Next: "staf"}
	for _, s := range u.Posts {
		out.Rows = append(out.Rows, PostRow{Post: s.Post, UnitName: u.Unit.Name, Taken: s.Post.Seats - s.Vacant, Acting: 1, Vacant: s.Vacant})
	}
	return out
}

func sampleChange(seq int64) Change {
	return Change{Seq: seq, At: time.Date(2023, time.October, 2, 3, 0, 0, 0, time.UTC), Actor: "account:bkd", Source: Source{Kind: "import", Name: "pegawai-2023-10.csv"}}
}

func sampleRows() []Row {
	return []Row{
		{ID: "siti", Name: "dr. Siti Nurhaliza, M.Kes.", NIP: "197501012000032001", Grade: "IV/c", Status: PNS, Post: "Kepala Dinas Kesehatan", Level: JPTPratama, Unit: "Dinas Kesehatan", UnitID: "dinkes", Acting: true},
		{ID: "joko", Name: "Joko Susilo", NIP: "196001011985031001", Grade: "III/d", Status: Retired},
	}
}

func sampleProfile(self bool) Profile {
	u := sampleUnit()
	of := day.Of
	p := Person{ID: "siti", NIP: "197501012000032001", NRK: "123456", Name: "Siti Nurhaliza", Before: "dr.", After: "M.Kes.", Grade: "IV/c", Education: "S-2", Born: of(1975, 1, 1), Sex: Female, Status: PNS, From: of(2019, 4, 1), Until: day.None}
	early := p
	early.Grade, early.From, early.Until = "IV/b", of(2012, 4, 1), of(2019, 4, 1)
	tenure := func(post Post, unit Unit, kind string, from, until day.Day) Holding {
		return Holding{Tenure: Tenure{ID: "t" + from.String(), Person: "siti", Post: post.ID, Kind: kind, Decree: "SK 821/17", DecreeDate: from, From: from, Until: until}, Post: post, Unit: unit, Seq: 1}
	}
	kabid := Post{ID: "kabid", Unit: "dinkes", Title: "Kepala Bidang Pelayanan Kesehatan", Level: Administrator, Echelon: "III.a", Seats: 1, From: of(2015, 1, 1), Until: day.None}
	all := []Holding{tenure(kabid, u.Unit, Definitive, of(2015, 3, 1), day.None), tenure(u.Posts[0].Post, u.Unit, Plt, of(2023, 8, 1), of(2024, 2, 1))}
	second := sampleChange(2)
	second.Source = Source{Kind: "correction", Name: "Akta 12/1975", Reason: "Ejaan menurut akta"}
	out := Profile{
		ID: "siti", On: u.On, Person: p, Known: true, Holdings: []Holding{all[0], all[1]}, Path: u.Path,
		Superior: &Superior{Person: "joko", Name: "Joko Susilo", Post: Post{Title: "Sekretaris Daerah"}, Unit: u.Path[0], Kind: Definitive},
		Versions: []Person{early, p}, Tenures: all,
		Ratings:   []Rating{{ID: "r1", Person: "siti", Year: 2021, Predicate: "baik"}, {ID: "r2", Person: "siti", Year: 2022, Predicate: "sangat_baik"}},
		Trainings: []Training{{ID: "d1", Person: "siti", Kind: "pka", Name: "PKA angkatan III", From: of(2016, 2, 1), Until: of(2016, 6, 1)}},
		Held: []Held{
			{Kind: KindPerson, ID: "siti", Seq: 2, From: p.From, Until: day.None, Fields: []Entry{{"name", "Siti Nurhaliza"}, {"grade", "IV/c"}, {"born", "1975-01-01"}}, Source: second},
			{Kind: KindTenure, ID: "t1", Seq: 1, From: of(2015, 3, 1), Until: day.None, Fields: []Entry{{"title", kabid.Title}, {"post", "kabid"}, {"kind", Definitive}}, Source: sampleChange(1)},
			{Kind: KindPerson, ID: "siti", Seq: 1, From: p.From, Until: day.None, Fields: []Entry{{"name", "Siti Nur Haliza"}}, Source: sampleChange(1), Gone: &second},
		},
		Version: 2, Mend: !self, Self: self,
	}
	if self {
		at := time.Date(2023, time.October, 18, 2, 0, 0, 0, time.UTC)
		out.Full, out.NIK = true, true
		out.Marks = []Mark{{ID: "m", Person: "siti", Level: "light", What: "Teguran lisan", From: of(2018, 5, 1), Until: of(2018, 11, 1)}}
		out.Leaves = []Leave{{ID: "l", Person: "siti", Kind: "annual", From: of(2023, 6, 5), Until: of(2023, 6, 10)}}
		out.Relatives = []Relative{{Person: "budi", Name: "Budi Santoso", Kind: "sibling"}}
		out.Looks = []Look{{At: at, Viewer: "account:bkd", Via: "page", What: "person"}, {At: at.Add(-time.Hour), Viewer: "account:x", Person: "budi", Name: "Budi Santoso", Via: "api", What: "person"}}
		out.Asked = []Asked{
			{ID: "a2", Person: "siti", Name: "Siti Nurhaliza", Kind: KindPerson, Fact: "siti", Field: "education", Held: "S-1", Wanted: "S-2", Note: "Ijazah 2010", At: at, Due: at.Add(askHours), State: AskOpen, Late: true},
			{ID: "a1", Person: "siti", Kind: KindTraining, Wanted: "PKN tingkat II", At: at.AddDate(0, -1, 0), Due: at.AddDate(0, -1, 3), State: AskRefused, Answer: "Sertifikat belum ada."},
		}
	}
	return out
}

func sampleQuality(check string) QualityReport {
	q := QualityReport{On: day.Of(2023, time.October, 19), Seq: 812, Serving: 64_135}
	for i, c := range Checks() {
		n := 0
		if i%2 == 0 {
			n = 3 + i
		}
		if c == check {
			n = 1
		}
		q.Tallies = append(q.Tallies, Tally{Check: c, Grave: Grave(c), Mender: Mender(c), Count: n})
	}
	for i, f := range filledFields() {
		q.Filled = append(q.Filled, Filled{Field: f, Have: q.Serving - 37*i, Of: q.Serving})
	}
	if check != "" {
		q.Total = 1
		q.Findings = []Finding{{Check: check, Person: "siti", Name: "Siti Nurhaliza", Unit: "dinkes", UnitName: "Dinas Kesehatan", Detail: []string{"1975-01-01", "1975-10-01"}}}
	}
	return q
}

// MapGallery is the map in each of its states, with made-up figures.
func MapGallery(areas *area.Set) []web.Sample {
	if areas == nil {
		return nil
	}
	page := func(key, figure, within string, value func(i int) int) web.Sample {
		return web.Sample{Key: "roster-map-" + key, Draw: func(r *web.Request) web.Page {
			f := Figures{Figure: figure, On: day.Of(2023, time.October, 19), Areas: map[string]int{within: 7}, Open: FigureNames()}
			for i, a := range areas.All(area.Village) {
				f.Areas[a.Code] = value(i)
			}
			return mapOf(mapView{r: r, areas: areas, f: f, within: within})
		}}
	}
	return []web.Sample{
		page("city", "people", "31.71", func(i int) int { return i * i % 41 }),
		page("district", "vacancies", "31.74.04", func(i int) int { return i % 3 }),
		page("islands", "faults", "31.01", func(int) int { return 0 }),
	}
}
