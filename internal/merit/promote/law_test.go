package promote_test

import (
	"testing"
	"time"

	"netral/data"
	"netral/internal/advise/calendar"
	"netral/internal/day"
	"netral/internal/merit/promote"
	"netral/internal/rule"
	"netral/rules"
)

func law(t testing.TB) *promote.Law {
	t.Helper()
	e, err := calendar.Load(data.FS, "calendar/2026-1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	l, err := promote.LoadLaw(rules.FS, "id-jabatan", e.Timeline())
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func on(s string) day.Day {
	d, err := day.Parse(s)
	if err != nil {
		panic(err)
	}
	return d
}

var loaded = time.Date(2023, 1, 5, 3, 0, 0, 0, time.UTC)

func some[T any](v T) promote.Datum[T] { return promote.Some(v, "pegawai.csv", loaded) }

// lurah is a village head since 1 March 2020, staff before, with all papers.
func lurah() promote.Record {
	return promote.Record{
		Person: "rini", Name: "Rini Widyastuti", Unit: "gambir", UnitName: "Kelurahan Gambir",
		Status: some("pns"), Born: some(on("1980-04-04")), Education: some("S-1"), Grade: some("IV/a"),
		Tenures: some([]promote.Tenure{
			{ID: "t1", Post: "staf", Title: "Pengadministrasi", Unit: "gambir", Level: "pelaksana", Definitive: true, From: on("2012-01-01"), Until: on("2020-03-01")},
			{ID: "t2", Post: "lurah", Title: "Lurah Gambir", Unit: "gambir", Level: "pengawas", Echelon: "IV.a", Definitive: true, From: on("2020-03-01"), Until: day.None, Source: "SK 12/2020"},
		}),
		Ratings:   []promote.Rating{{Year: 2021, Predicate: "baik", Source: "e-kinerja", At: loaded}, {Year: 2022, Predicate: "sangat_baik", Source: "e-kinerja", At: loaded}},
		Trainings: some([]promote.Training{{Kind: "pka", Until: on("2022-10-01")}}),
		Marks:     some([]promote.Span{}), Leaves: some([]promote.Span{}), Case: some("none"), Kin: some([]promote.Kin{}),
		Papers: []promote.Paper{paper(promote.Competence, "met"), paper(promote.Integrity, "clear"), paper(promote.Health, "fit"), paper(promote.Field, "related")},
	}
}

func paper(k promote.PaperKind, value string) promote.Paper {
	return promote.Paper{ID: string(k), Kind: k, Value: value, Number: "1/2023", Dated: on("2023-06-01"), From: on("2023-06-01"), Until: day.None, By: "BKD"}
}

// camat is the post of a district head, with the minister's approval.
func camat() promote.Target {
	return promote.Target{Post: "camat", Title: "Camat Gambir", Unit: "kec", Level: "administrator", Echelon: "III.a",
		Papers: []promote.Paper{paper(promote.Approval, "given"), paper(promote.Consideration, "given")}}
}

func get(t *testing.T, a promote.Assessment, matter string) promote.Requirement {
	t.Helper()
	for _, q := range a.Req {
		if q.Matter == matter {
			return q
		}
	}
	t.Fatalf("no requirement %s in %v", matter, a)
	return promote.Requirement{}
}

func TestAnswers(t *testing.T) {
	l := law(t)
	ceremony := on("2023-12-27")
	for _, x := range []struct {
		name   string
		change func(*promote.Record, *promote.Target)
		on     day.Day
		policy promote.Policy
		want   promote.Answer
		from   string
		matter string // the one that decides
		rule   string
	}{
		{name: "all is met", want: promote.Eligible, matter: "experience", rule: "EXP-OK"},
		{name: "the approval is not there", change: func(_ *promote.Record, p *promote.Target) { p.Papers = p.Papers[1:] }, want: promote.Held, matter: "acting", rule: "PJ-HOLD"},
		{name: "no health certificate", change: func(r *promote.Record, _ *promote.Target) { r.Papers = append(r.Papers[:2:2], r.Papers[3]) }, want: promote.Held, matter: "health", rule: "HEALTH-HOLD"},
		{name: "a certificate that lapsed", change: func(r *promote.Record, _ *promote.Target) { r.Papers[2].Until = on("2023-12-01") }, want: promote.Held, matter: "health", rule: "HEALTH-HOLD"},
		{name: "a day before three years", on: on("2023-02-28"), want: promote.NotYet, from: "2023-03-01", matter: "experience", rule: "EXP-NO"},
		{name: "three years to the day", on: on("2023-03-01"), want: promote.Held, matter: "experience", rule: "EXP-OK"}, // its papers are of June
		{name: "a rating is missing", change: func(r *promote.Record, _ *promote.Target) { r.Ratings = r.Ratings[1:] }, want: promote.Undecided, from: "2023-12-27", matter: "rating"},
		{name: "a low rating bars though the other is missing", change: func(r *promote.Record, _ *promote.Target) {
			r.Ratings = []promote.Rating{{Year: 2022, Predicate: "kurang"}}
		}, want: promote.NotYet, from: "2025-01-01", matter: "rating", rule: "RATE-NO"},
		{name: "no history of posts", change: func(r *promote.Record, _ *promote.Target) { r.Tenures = promote.Datum[[]promote.Tenure]{} }, want: promote.Undecided, from: "2023-12-27", matter: "experience"},
		{name: "medium penalty", change: func(r *promote.Record, _ *promote.Target) {
			r.Marks = some([]promote.Span{{Kind: "medium", From: on("2023-07-01"), Until: on("2024-07-01")}})
		}, want: promote.NotYet, from: "2024-07-01", matter: "discipline", rule: "MARK-GRAVE"},
		{name: "education", change: func(r *promote.Record, _ *promote.Target) { r.Education = some("D-III") }, want: promote.NotYet, from: "2023-12-27", matter: "education", rule: "EDU-NO"},
		{name: "a contract civil servant never", change: func(r *promote.Record, _ *promote.Target) { r.Status = some("pppk") }, want: promote.NotYet, matter: "status", rule: "STATUS-NO"},
		{name: "too old before the years are full", change: func(r *promote.Record, _ *promote.Target) {
			r.Born = some(on("1966-02-01"))
			r.Tenures.Value[1].From, r.Tenures.Value[0].Until = on("2022-03-01"), on("2022-03-01")
		}, want: promote.NotYet, matter: "experience", rule: "EXP-NO"},
		{name: "a functional post is outside", change: func(_ *promote.Record, p *promote.Target) { p.Level = "fungsional" }, want: promote.Outside, matter: "status", rule: "OUT-LEVEL"},
		{name: "a policy that asks for training first", policy: promote.Policy{"policy_training": "before"}, change: func(r *promote.Record, _ *promote.Target) { r.Trainings = some([]promote.Training{}) }, want: promote.NotYet, from: "2023-12-27", matter: "training", rule: "TRAIN-BEFORE"},
		{name: "training that was never loaded", policy: promote.Policy{"policy_training": "before"}, change: func(r *promote.Record, _ *promote.Target) { r.Trainings = promote.Datum[[]promote.Training]{} }, want: promote.Undecided, from: "2023-12-27", matter: "training"},
		{name: "a case, another unit", change: func(r *promote.Record, _ *promote.Target) { r.Case = some("examined") }, want: promote.NotYet, from: "2023-12-27", matter: "case", rule: "CASE-ACROSS"},
		{name: "a relative decides", change: func(r *promote.Record, p *promote.Target) {
			r.Kin = some([]promote.Kin{{Person: "kadis", Kind: "sibling", Level: "jpt_pratama", From: day.None, Until: day.None}})
			p.Deciders = []string{"kadis"}
		}, want: promote.Held, matter: "kin", rule: "KIN-DECIDER"},
		{name: "a relative in a high post gives no licence", change: func(r *promote.Record, _ *promote.Target) {
			r.Kin = some([]promote.Kin{{Person: "kadis", Kind: "sibling", Level: "jpt_pratama", From: day.None, Until: day.None}})
		}, want: promote.Eligible, matter: "kin", rule: "KIN-HIGH"},
	} {
		t.Run(x.name, func(t *testing.T) {
			r, p := lurah(), camat()
			if x.change != nil {
				x.change(&r, &p)
			}
			if x.on == 0 {
				x.on = ceremony
			}
			a := l.Assess(&r, &p, x.policy, x.on, nil)
			if a.Answer != x.want {
				t.Errorf("%s, want %s", a.Answer, x.want)
			}
			if got := a.From.String(); (a.Answer == promote.NotYet || a.Answer == promote.Undecided) && got != x.from {
				t.Errorf("from %q, want %q (never: %v, if: %v)", got, x.from, a.Never, a.If)
			}
			q := get(t, a, x.matter)
			if x.rule != "" && (len(q.Ids) == 0 || q.Ids[0] != x.rule) {
				t.Errorf("%s is decided by %v, want %s", x.matter, q.Ids, x.rule)
			}
			if x.rule == "" && (q.Outcome != rule.Undecided || len(q.Missing) == 0) {
				t.Errorf("%s: %s, missing %v", x.matter, q.Outcome, q.Missing)
			}
		})
	}
}

// The day that is promised is the first: on the day before, somebody with the
// conditions fulfilled is still barred; on the day itself no longer.
func TestPromisedDayIsTheFirst(t *testing.T) {
	l := law(t)
	r, p := lurah(), camat()
	r.Tenures.Value[1].From, r.Tenures.Value[0].Until = on("2022-05-31"), on("2022-05-31")
	r.Ratings[1].Predicate = "kurang" // 2022: counts until the end of 2024
	a := l.Assess(&r, &p, nil, on("2023-12-27"), nil)
	if a.Answer != promote.NotYet || a.From.String() != "2025-05-31" {
		t.Fatalf("%s from %s, want not_yet from 2025-05-31", a.Answer, a.From)
	}
	years := map[int]bool{}
	for _, n := range a.If {
		if n.Fact == "rating1" || n.Fact == "rating2" {
			years[n.Year] = true
			if len(n.Values) != 2 {
				t.Errorf("%d may be %v", n.Year, n.Values)
			}
		}
	}
	if !years[2023] || !years[2024] || len(years) != 2 {
		t.Errorf("the day stands under the conditions %v, want the ratings of 2023 and 2024", a.If)
	}
	r.Ratings = append(r.Ratings, promote.Rating{Year: 2023, Predicate: "baik"}, promote.Rating{Year: 2024, Predicate: "baik"})
	if b := l.Assess(&r, &p, nil, a.From-1, nil); b.Answer != promote.NotYet {
		t.Errorf("the day before: %s", b.Answer)
	}
	if b := l.Assess(&r, &p, nil, a.From, nil); b.Answer != promote.Eligible {
		t.Errorf("on the day: %s %v", b.Answer, b.If)
	}
	if q := get(t, a, "rating"); q.From.String() != "2025-01-01" {
		t.Errorf("ratings alone cease to bar on %s", q.From)
	}
	if q := get(t, a, "experience"); q.From.String() != "2025-05-31" {
		t.Errorf("experience alone ceases to bar on %s", q.From)
	}
}

// Each datum names where it comes from, and what is missing is named.
func TestReadings(t *testing.T) {
	l := law(t)
	r, p := lurah(), camat()
	r.Ratings = r.Ratings[1:]
	a := l.Assess(&r, &p, nil, on("2023-12-27"), nil)
	q := get(t, a, "rating")
	if len(q.Read) != 2 || q.Read[0].Year != 2022 || q.Read[0].Source != "e-kinerja" || q.Read[0].At != loaded || q.Read[1].Value != "" || q.Read[1].Year != 2021 {
		t.Errorf("ratings read: %+v", q.Read)
	}
	q = get(t, a, "experience")
	if len(q.Read) != 1 || q.Read[0].Number != 45 || q.Read[0].Unit != "months" || q.Read[0].Source != "pegawai.csv" {
		t.Errorf("experience read: %+v", q.Read)
	}
	if q := get(t, a, "health"); len(q.Read) != 1 || q.Read[0].About != "1/2023, 2023-06-01" {
		t.Errorf("health read: %+v", q.Read)
	}
}

// Every border of a band moves some answer: there is none that says nothing.
func TestBandBordersMatter(t *testing.T) {
	l := law(t)
	for fact, matter := range map[string]string{"experience": "experience", "in_post": "tenure", "spins": "spin", "age": "age"} {
		f, _ := l.Book.Fact(fact)
		for i := 1; i < len(f.Values); i++ {
			if f.Values[i].Name == "none" {
				continue
			}
			differs := false
			for _, level := range l.Levels() {
				for _, move := range []string{"promotion", "lateral"} {
					said := func(v string) rule.Outcome {
						facts, _ := l.Book.Complete(rule.Facts{"matter": matter, "level": level, "move": move, fact: v, "need": "none"}, rule.Timeline{}, 0)
						s, err := l.Book.Situation(facts)
						if err != nil {
							t.Fatal(err)
						}
						return l.Book.Answer(s, 0).Outcome
					}
					differs = differs || said(f.Values[i-1].Name) != said(f.Values[i].Name)
				}
			}
			if !differs && !(fact == "spins" && i == 1) { // one short post is told apart for the page only
				t.Errorf("the border between %s and %s of %s moves nothing", f.Values[i-1].Name, f.Values[i].Name, fact)
			}
		}
	}
}

// Short posts make a run; excused ones and the present one do not.
func TestSpin(t *testing.T) {
	l := law(t)
	post := func(id, from, until string) promote.Tenure {
		x := promote.Tenure{ID: id, Post: id, Title: id, Level: "pengawas", Definitive: true, From: on(from), Until: day.None}
		if until != "" {
			x.Until = on(until)
		}
		return x
	}
	r := promote.Record{Tenures: some([]promote.Tenure{
		post("a", "2015-01-01", "2019-06-01"), post("b", "2019-06-01", "2020-09-01"), post("c", "2020-09-01", "2021-12-01"),
		post("d", "2021-12-01", "2022-12-01"), post("e", "2022-12-01", ""),
	})}
	day := on("2023-12-27")
	s := l.Spin(&r, day)
	if s.Run != 3 || s.Short != 3 || len(s.Seats) != 5 {
		t.Errorf("run %d, short %d, seats %d; want 3, 3, 5", s.Run, s.Short, len(s.Seats))
	}
	r.Excuses = map[string]bool{"c": true}
	if s = l.Spin(&r, day); s.Run != 2 || s.Saved != 1 {
		t.Errorf("with an excuse: run %d, saved %d; want 2, 1", s.Run, s.Saved)
	}
	r.Excuses = nil
	r.Tenures.Value[2].Until, r.Tenures.Value[3].From = on("2022-11-01"), on("2022-11-01")
	if s = l.Spin(&r, day); s.Run != 1 {
		t.Errorf("a long post in between: run %d, want 1", s.Run)
	}
	if s = l.Spin(&r, on("2030-01-01")); s.Run != 0 || len(s.Seats) != 1 {
		t.Errorf("years later: run %d, seats %d", s.Run, len(s.Seats))
	}
}

// Who heads the region is the same in the measures and in the calendar: on
// every day of an acting governor the limits on acting heads hold, and the six
// months of a new head begin with the oath.
func TestHeadsAgreeWithTheCalendar(t *testing.T) {
	l := law(t)
	e, err := calendar.Load(data.FS, "calendar/2026-1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	r, p := lurah(), camat()
	p.Papers = nil
	said := func(on day.Day) (acting, ban string) {
		a := l.Assess(&r, &p, nil, on, nil)
		return get(t, a, "acting").Ids[0], get(t, a, "ban").Ids[0]
	}
	n := 0
	for _, b := range e.Bodies {
		if b.Role != calendar.RoleActingGovernor {
			continue
		}
		n++
		for _, on := range []day.Day{b.From, b.Until - 1} {
			if acting, _ := said(on); acting != "PJ-HOLD" {
				t.Errorf("%s (%s): %s", on, b.ID, acting)
			}
		}
	}
	if n < 2 {
		t.Fatalf("%d acting governors in the calendar", n)
	}
	for at, want := range map[string][2]string{
		"2022-10-16": {"HEAD-CHOSEN", "BAN-NONE"}, "2023-12-27": {"PJ-HOLD", "BAN-NONE"}, "2024-03-21": {"PJ-HOLD", "BAN-NONE"}, "2024-03-22": {"PJ-HOLD", "BAN-71"},
		"2025-02-19": {"PJ-HOLD", "BAN-71"}, "2025-02-20": {"HEAD-CHOSEN", "BAN-162"}, "2025-08-19": {"HEAD-CHOSEN", "BAN-162"}, "2025-08-20": {"HEAD-CHOSEN", "BAN-NONE"},
	} {
		if acting, ban := said(on(at)); acting != want[0] || ban != want[1] {
			t.Errorf("%s: %s and %s, want %v", at, acting, ban, want)
		}
	}
}
