package promote

import (
	"net/url"
	"time"

	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/rule"
	"netral/internal/web"
)

// Gallery is the pages in each of their states, of made-up people.
func Gallery(l *Law) []web.Sample {
	page := func(key string, draw func(*web.Request) web.Page) web.Sample {
		return web.Sample{Key: "promote-" + key, Draw: draw}
	}
	on := day.Of(2023, time.December, 27)
	check := func(r *web.Request, change func(*Record, *Target), set rule.Facts, hide ...string) checkView {
		rec, t := samplePerson(), samplePost()
		change(&rec, &t)
		c := Checked{Assessment: l.Assess(&rec, &t, nil, on, set, hide...), Spin: l.Spin(&rec, on), Set: set, Hidden: hide, Papers: rec.Papers}
		return checkView{r: r, l: l, c: c, asked: true, values: url.Values{"level": {t.Level}, "echelon": {t.Echelon}, "on": {on.String()}}}
	}
	mine := func(v checkView) web.Page { v.c.Self = true; return careerOf(v) }
	same := func(*Record, *Target) {}
	return []web.Sample{
		page("career-eligible", func(r *web.Request) web.Page { return mine(check(r, same, nil)) }),
		page("career-presented", func(r *web.Request) web.Page {
			v := check(r, same, nil)
			v.c.Presented = []Presented{
				{Call: "c2", Title: "Sekretaris Kecamatan Gambir", Programme: "Paparan tugas eselon III dan IV", Number: 3, Held: day.Of(2023, time.November, 21), From: day.Of(2023, time.November, 28), Points: 13.5, Most: 15, Panel: 2, Reply: "Pertanyaan kedua menyangkut tugas yang sejak Juli dialihkan ke kelurahan."},
				{Call: "c1", Title: "Sekretaris Kecamatan Gambir", Programme: "Paparan tugas eselon III dan IV", Number: 1, Held: day.Of(2023, time.September, 19), From: day.Of(2023, time.September, 30), Points: 11, Most: 15, Panel: 2},
			}
			return mine(v)
		}),
		page("career-held", func(r *web.Request) web.Page {
			return mine(check(r, func(p *Record, t *Target) { p.Papers, t.Papers = p.Papers[:1], nil }, nil))
		}),
		page("career-not-yet", func(r *web.Request) web.Page {
			return mine(check(r, func(p *Record, _ *Target) {
				p.Tenures.Value[1].From, p.Tenures.Value[0].Until = day.Of(2022, time.May, 1), day.Of(2022, time.May, 1)
				p.Ratings[1].Predicate = "butuh_perbaikan"
			}, nil))
		}),
		page("career-never", func(r *web.Request) web.Page {
			return mine(check(r, func(p *Record, _ *Target) { p.Status.Value = "pppk" }, nil))
		}),
		page("career-undecided", func(r *web.Request) web.Page {
			return mine(check(r, func(p *Record, _ *Target) { p.Ratings, p.Education = p.Ratings[1:], Datum[string]{} }, nil))
		}),
		page("career-assumed", func(r *web.Request) web.Page {
			v := check(r, func(p *Record, _ *Target) { p.Education.Value = "D-III" }, rule.Facts{"education": "S-1"})
			v.values.Set("andai_education", "S-1")
			return mine(v)
		}),
		page("career-wrong", func(r *web.Request) web.Page {
			f := fault.Of(fault.Fields{{Name: "on", Key: "promote.check.date", Args: []any{"kemarin", day.First, day.Last}}}.Err())
			return mine(checkView{r: r, l: l, values: url.Values{"level": {"administrator"}, "on": {"kemarin"}}, fault: f})
		}),
		page("career-outside", func(r *web.Request) web.Page {
			return mine(check(r, func(_ *Record, t *Target) { t.Title, t.UnitName, t.Level = "", "", "fungsional" }, nil))
		}),
		page("person-spin", func(r *web.Request) web.Page {
			v := check(r, func(p *Record, _ *Target) { p.Tenures.Value, p.Excuses = sampleSpin(), map[string]bool{"g1": true} }, nil, "case")
			v.c.Excused = []Excused{{Tenure: "g1", Cause: "abolished", Note: "Pergub 57/2022"}}
			v.c.Replies = []Reply{{Text: "Saya dipindahkan karena bidangnya digabung.", At: sampleAt()}}
			v.c.File = true
			return personOf(v)
		}),
		page("person-paper-wrong", func(r *web.Request) web.Page {
			v := check(r, same, nil)
			v.c.File, v.values = true, url.Values{"paper": {"health:fit"}, "dated": {"2024-01-01"}}
			v.fault = fault.Of(fault.Fields{{Name: "number", Key: "promote.check.empty"}, {Name: "dated", Key: "promote.paper.ahead", Args: []any{day.Of(2024, time.January, 1)}}}.Err())
			return personOf(v)
		}),
		page("start", func(r *web.Request) web.Page {
			return startOf(startView{r: r, l: l, posts: []Target{samplePost()}, on: on, promoters: true})
		}),
		page("start-empty", func(r *web.Request) web.Page { return startOf(startView{r: r, l: l, on: on}) }),
		page("list", func(r *web.Request) web.Page { return listOf(listView{r: r, l: l, list: sampleList(l, on)}) }),
		page("list-empty", func(r *web.Request) web.Page {
			x := sampleList(l, on)
			x.Rows, x.Next, x.Target.Papers = nil, "", nil
			return listOf(listView{r: r, l: l, in: ListInput{Answers: []Answer{Eligible}}, list: x})
		}),
		page("policy", func(r *web.Request) web.Page {
			d := Decision{Seq: 1, Fact: "policy_training", Value: "within", Months: 12, From: on, Decree: "Pergub 9/2023", Reason: "Arahan Penjabat Gubernur tanggal 18 Oktober 2023"}
			return policyOf(policyView{r: r, l: l, now: Policy{d.Fact: d.Value, d.Fact + monthsOf: "12"}, all: []Decision{d}, set: true})
		}),
		page("policy-wrong", func(r *web.Request) web.Page {
			f := fault.Of(fault.Fields{{Name: "from", Key: "promote.policy.back", Args: []any{on - 30, on}}, {Name: "reason", Key: "promote.check.empty"}}.Err())
			return policyOf(policyView{r: r, l: l, set: true, fault: f, values: url.Values{"policy": {"policy_spin:block"}, "from": {(on - 30).String()}}})
		}),
		page("promoters", func(r *web.Request) web.Page {
			return promotersOf(promotersView{r: r, l: l, list: samplePromoters(l, on)})
		}),
		page("promoters-empty", func(r *web.Request) web.Page { return promotersOf(promotersView{r: r, l: l}) }),
		page("promoter", func(r *web.Request) web.Page {
			return promoterOf(promoterView{r: r, l: l, p: samplePromoters(l, on)[0]})
		}),
		page("promoter-own", func(r *web.Request) web.Page {
			return promoterOf(promoterView{r: r, l: l, p: samplePromoters(l, on)[1], self: true})
		}),
	}
}

func sampleAt() time.Time { return time.Date(2023, time.January, 5, 3, 0, 0, 0, time.UTC) }

func samplePerson() Record {
	at, src := sampleAt(), "e-kinerja"
	paper := func(k PaperKind, v string) Paper {
		d := day.Of(2023, time.June, 1)
		return Paper{ID: string(k), Kind: k, Value: v, Number: "7/BKD/2023", Dated: d, From: d, Until: day.Of(2024, time.June, 1), By: "BKD", At: at}
	}
	return Record{
		Person: "rini", Name: "Rini Widyastuti, S.Sos.", Unit: "gambir", UnitName: "Kelurahan Gambir",
		Status: Some("pns", "pegawai.csv", at), Born: Some(day.Of(1980, time.April, 4), "pegawai.csv", at), Education: Some("S-1", "pegawai.csv", at), Grade: Some("III/d", "pegawai.csv", at),
		Tenures: Some([]Tenure{
			{ID: "t1", Post: "staf", Title: "Pengadministrasi Umum", Unit: "gambir", Level: "pelaksana", Definitive: true, From: day.Of(2012, time.January, 1), Until: day.Of(2020, time.March, 1)},
			{ID: "t2", Post: "lurah", Title: "Lurah Gambir", Unit: "gambir", Level: "pengawas", Echelon: "IV.a", Definitive: true, From: day.Of(2020, time.March, 1), Until: day.None, Source: "SK 12/2020", At: at},
		}, "pegawai.csv", at),
		Ratings:   []Rating{{Year: 2021, Predicate: "baik", Source: src, At: at}, {Year: 2022, Predicate: "sangat_baik", Source: src, At: at}},
		Trainings: Some([]Training{}, "pegawai.csv", at), Marks: Some([]Span{}, "pegawai.csv", at), Leaves: Some([]Span{}, "pegawai.csv", at),
		Case: Some("none", "", time.Time{}), Kin: Some([]Kin{}, "pernyataan", at),
		Papers: []Paper{paper(Competence, "met"), paper(Integrity, "clear"), paper(Health, "fit"), paper(Field, "related")},
	}
}

func sampleSpin() []Tenure {
	post := func(id, title string, from, until day.Day) Tenure {
		return Tenure{ID: id, Post: id, Title: title, Unit: "dinkes", Level: "pengawas", Definitive: true, From: from, Until: until}
	}
	y := func(year int) day.Day { return day.Of(year, time.January, 1) }
	return []Tenure{post("g0", "Kepala Seksi Promosi Kesehatan", y(2016), y(2020)), post("g1", "Kepala Seksi Farmasi", y(2020), y(2021)),
		post("g2", "Kepala Seksi Wabah", y(2021), y(2022)), post("g3", "Kepala Seksi Rujukan", y(2022), y(2023)), post("g4", "Kepala Subbagian Umum", y(2023), day.None)}
}

func samplePost() Target {
	d := day.Of(2023, time.December, 1)
	return Target{Post: "camat", Title: "Camat Gambir", Unit: "kec", UnitName: "Kecamatan Gambir", Level: "administrator", Echelon: "III.a", Papers: []Paper{
		{Kind: Approval, Value: "given", Number: "800/1234/SJ", Dated: d, From: d, Until: day.None, By: "BKD", At: sampleAt()},
		{Kind: Consideration, Value: "given", Number: "77/BKN/2023", Dated: d, From: d, Until: day.None, By: "BKD", At: sampleAt()},
	}}
}

func sampleList(l *Law, on day.Day) Listed {
	t := samplePost()
	return Listed{Target: t, On: on, Total: 64135, Counts: map[Answer]int{Eligible: 2, Held: 812, Undecided: 4011, NotYet: 59310}, Edition: l.Book.ID + " " + l.Book.Edition, SHA256: l.SHA256,
		Why: []Why{{"experience", 51022, 310}, {"education", 20144, 0}, {"rating", 1203, 3701}}, Next: "x",
		Rows: []ListRow{
			{Person: "rini", Name: "Rini Widyastuti, S.Sos.", UnitName: "Kelurahan Gambir", Answer: Eligible, Warns: []string{"grade", "training"}},
			{Person: "budi", Name: "Budi Santoso, S.IP., M.Si.", UnitName: "Kecamatan Senen", Answer: Held, Holds: []string{"health", "competence"}},
		}}
}

func samplePromoters(l *Law, on day.Day) []PromoterRecord {
	make := func(id, name string, n, good int) PromoterRecord {
		var list []Appointment
		for i := range n {
			a := Appointment{ID: string(rune('a' + i)), Person: "x", Name: "Pegawai " + string(rune('A'+i)), Title: "Kepala Seksi Pelayanan", Level: "pengawas", On: day.Of(2021, time.March, 1), Until: day.None,
				By: map[string][]string{Proposed: {id}}, Ratings: []Rating{{Year: 2022, Predicate: "kurang"}}}
			if i < good {
				a.Ratings[0].Predicate = "baik"
			}
			list = append(list, a)
		}
		r, err := l.weigh(id, "", list, func(string, int) (int, int, error) { return 1830, 2031, nil }, on)
		if err != nil { // the baseline above gives none
			return PromoterRecord{}
		}
		r.Name = name
		return r
	}
	out := []PromoterRecord{make("kadis", "Siti Nurhaliza", 14, 6), make("camat", "Budi Santoso", 4, 3), make("sekdis", "Ujang Sudrajat", 22, 20)}
	out[0].Replies = []Reply{{Text: "Mereka ditempatkan di unit yang baru dibentuk; sarananya menyusul setahun kemudian.", At: sampleAt()}}
	return out
}
