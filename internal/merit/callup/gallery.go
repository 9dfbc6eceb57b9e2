package callup

import (
	"net/url"
	"strings"
	"time"

	"netral/internal/fault"
	"netral/internal/lot"
	"netral/internal/web"
)

// Gallery is the pages in each of their states, of made-up people.
func Gallery() []web.Sample {
	page := func(key string, draw func(*web.Request) web.Page) web.Sample {
		return web.Sample{Key: "callup-" + key, Draw: draw}
	}
	now := sampleNow()
	broken := func(r *web.Request) RoundView {
		v := sampleRound(r, Sealed)
		v.Broken = &fault.Error{Kind: fault.Conflict, Key: "callup.seal.broken", Fields: fault.Fields{{Name: "list", Key: "callup.seal.changed", Args: []any{v.Sealed.List, v.Sealed.Rules}}}}
		return v
	}
	call := func(r *web.Request, state string, change func(*CallView)) web.Page {
		v := CallView{Call: sampleCall(r, state), Now: now, FileAt: now.AddDate(0, 0, 3)}
		change(&v)
		return callOf(callPage{r: r, v: v, form: url.Values{}})
	}
	return []web.Sample{
		page("board", func(r *web.Request) web.Page { return boardOf(r, sampleBoard(r)) }),
		page("board-none", func(r *web.Request) web.Page { return boardOf(r, Board{Now: now}) }),
		page("round", func(r *web.Request) web.Page { return roundOf(roundPage{r: r, v: sampleRound(r, Drawn)}, nil) }),
		page("round-sealed", func(r *web.Request) web.Page {
			return roundOf(roundPage{r: r, v: sampleRound(r, Sealed), number: "1794532"}, nil)
		}),
		page("round-void", func(r *web.Request) web.Page {
			return roundOf(roundPage{r: r, v: sampleRound(r, Void)}, nil)
		}),
		page("round-changed", func(r *web.Request) web.Page { return roundOf(roundPage{r: r, v: broken(r)}, nil) }),
		page("round-wrong", func(r *web.Request) web.Page {
			f := fault.Of(fault.Fields{{Name: "signature", Key: "beacon.signature.wrong", Args: []any{1794532, "quicknet"}}}.Err())
			return roundOf(roundPage{r: r, v: sampleRound(r, Sealed), number: "1794532", signature: "b44679", fault: f}, url.Values{})
		}),
		page("redo", func(r *web.Request) web.Page { return redoOf(redoPage{r: r}) }),
		page("redo-good", func(r *web.Request) web.Page {
			return redoOf(redoPage{r: r, report: sampleReport(true), sum: strings.Repeat("1b3f", 16)})
		}),
		page("redo-bad", func(r *web.Request) web.Page {
			return redoOf(redoPage{r: r, report: sampleReport(false), sum: strings.Repeat("9e01", 16)})
		}),
		page("redo-broken", func(r *web.Request) web.Page {
			return redoOf(redoPage{r: r, fault: &fault.Error{Kind: fault.Invalid, Key: "lot.form", Args: []any{17}}})
		}),
		page("fair", func(r *web.Request) web.Page { return fairOf(r, sampleTests(0.4), 40) }),
		page("fair-odd", func(r *web.Request) web.Page { return fairOf(r, sampleTests(0.002), 40) }),
		page("fair-none", func(r *web.Request) web.Page { return fairOf(r, nil, 0) }),
		page("desk", func(r *web.Request) web.Page { return deskOf(r, sampleDesk(r, broken(r))) }),
		page("desk-none", func(r *web.Request) web.Page { return deskOf(r, Desk{Now: now, Change: true, Seal: true}) }),
		page("programme", func(r *web.Request) web.Page {
			return programmeOf(programmePage{r: r, form: formOf(suggestion(r))})
		}),
		page("programme-wrong", func(r *web.Request) web.Page {
			form := formOf(suggestion(r))
			form.Set("count", "sepuluh")
			form.Set("was", "0")
			f := fault.Of(fault.Fields{{Name: "count", Key: "callup.check.number", Args: []any{"sepuluh"}}, {Name: "rubric", Key: "callup.check.rubric_line", Args: []any{"isi"}}}.Err())
			return programmeOf(programmePage{r: r, form: form, fault: f})
		}),
		page("seal", func(r *web.Request) web.Page {
			return sealOf(sealPage{r: r, rules: suggestion(r), at: "2023-10-19T14:00"}, nil)
		}),
		page("seal-quota", func(r *web.Request) web.Page {
			f := &fault.Error{Kind: fault.Invalid, Key: "sample.quota", Args: []any{15, 13}, Fields: fault.Fields{{Name: "administrator", Key: "sample.quota.large", Args: []any{12, 10}}}}
			return sealOf(sealPage{r: r, rules: suggestion(r), at: "2023-10-19T14:00", fault: f}, url.Values{})
		}),
		page("work", func(r *web.Request) web.Page { return workOf(workPage{r: r, void: true, v: sampleDice(r)}, "", nil) }),
		page("work-differ", func(r *web.Request) web.Page {
			a, b := strings.Repeat("61352", 10), strings.Repeat("61352", 9)+"61252"
			f := &fault.Error{Kind: fault.Conflict, Key: "callup.dice.differ", Fields: fault.Fields{{Name: "digits", Key: "callup.dice.both", Args: []any{48, fives(a), fives(b)}}}}
			return workOf(workPage{r: r, void: true, v: sampleDice(r), digits: b, witnesses: "Ibu Ani, Bapak Budi", fault: f}, "/dadu", url.Values{})
		}),
		page("mine", func(r *web.Request) web.Page { return mineOf(r, sampleMine(r)) }),
		page("mine-none", func(r *web.Request) web.Page { return mineOf(r, Mine{Now: now}) }),
		page("call-mine", func(r *web.Request) web.Page {
			return call(r, Called, func(v *CallView) { v.Mine = true; v.Away = []Absence{{Illness, "Surat dokter 4/X"}} })
		}),
		page("call-first", func(r *web.Request) web.Page {
			return call(r, Scored, func(v *CallView) { v.Mine, v.Hidden = true, true })
		}),
		page("call-result", func(r *web.Request) web.Page {
			return call(r, Told, func(v *CallView) { v.Mine, v.Result = true, sampleResult(v.Rules.Rubric, 4) })
		}),
		page("call-score", func(r *web.Request) web.Page {
			return call(r, Open, func(v *CallView) { v.Sits = true })
		}),
		page("call-office", func(r *web.Request) web.Page {
			return call(r, Acknowledged, func(v *CallView) { v.Office, v.Now = true, v.Due.Add(2*time.Hour) })
		}),
		page("call-filed", func(r *web.Request) web.Page {
			return call(r, Filed, func(v *CallView) {
				v.Office, v.Reply, v.Result = true, "Angka tahun 2022 sudah saya kirim.", sampleResult(v.Rules.Rubric, 1)
			})
		}),
		page("call-excused", func(r *web.Request) web.Page {
			return call(r, Excused, func(v *CallView) { v.Office, v.Why, v.Note = true, Illness, "Surat dokter 4/X" })
		}),
	}
}

func sampleNow() time.Time { return time.Date(2023, time.October, 19, 9, 0, 0, 0, time.UTC) }

func sampleRound(r *web.Request, state string) RoundView {
	now := sampleNow()
	v := RoundView{Now: now, Entry: 1204, States: map[string]int{}}
	v.ID, v.Programme, v.Number, v.State, v.Rules = "r4", "paparan-eselon", 4, state, suggestion(r)
	v.Sealed = lot.Sealed{Round: 4, At: now.Add(-3 * time.Hour), Entry: 1204, List: strings.Repeat("4d7a", 16), Groups: strings.Repeat("08c1", 16), Rules: strings.Repeat("ee52", 16), Beacon: 1794532}
	v.Announced = now.Add(-time.Hour)
	v.Groups = []Tally{{Name: "administrator", N: 412, Quota: 2}, {Name: "pengawas", N: 1630, Quota: 8}}
	v.Left = map[string]int{Leave: 17, Illness: 4, Rested: 30}
	if state != Sealed {
		v.FileSum = strings.Repeat("1b3f", 16)
		v.Source = lot.Source{Chain: "quicknet", Round: 1794532, Signature: strings.Repeat("b4", 48), Randomness: strings.Repeat("fe29", 16)}
		v.Drawn = []DrawnGroup{{"administrator", []string{"06f1n3k0001q8d2a", "06f1n3k0004c1t9e"}, []string{"06f1n3k0009h7vb2"}}, {"pengawas", []string{"06f1n3k000b2m5sp", "06f1n3k000kd0a4r"}, []string{"06f1n3k000q3e8ul"}}}
	}
	switch state {
	case Drawn:
		v.DrawnAt = now.Add(-50 * time.Minute)
		v.States = map[string]int{Called: 6, Acknowledged: 3, Excused: 1, Filed: 1}
	case Void:
		v.VoidAt, v.VoidWhy, v.VoidNote = now, VoidLate, "Sambungan kantor terputus dua hari."
	}
	return v
}

func sampleDice(r *web.Request) RoundView {
	v := sampleRound(r, Sealed)
	v.Rules.Source, v.Rules.Dice, v.Typed = lot.Dice, lot.MinDice, 1
	v.Sealed.Beacon, v.Sealed.Roll = 0, v.Announced
	return v
}

func sampleBoard(r *web.Request) Board {
	third, second := sampleRound(r, Drawn).Round, sampleRound(r, Void).Round
	third.Number, second.Number = 3, 2
	return Board{Now: sampleNow(), Programmes: []ProgrammeView{{suggestion(r), []Round{sampleRound(r, Sealed).Round, third, second}}}}
}

func sampleDesk(r *web.Request, broken RoundView) Desk {
	late, fine := sampleCall(r, Acknowledged), sampleCall(r, Scored)
	late.Due = sampleNow().Add(-time.Hour)
	return Desk{Now: sampleNow(), Change: true, Seal: true, Board: sampleBoard(r), Broken: []RoundView{broken}, Late: []Round{sampleRound(r, Sealed).Round}, Calls: []Call{late, fine}}
}

func sampleCall(r *web.Request, state string) Call {
	now := sampleNow()
	c := Call{
		ID: "c1", Round: "r4", Programme: "paparan-eselon", Number: 4, Title: suggestion(r).Title, Person: "06f1n3k000b2m5sp", Name: "Rini Widyastuti, S.K.M.", PostTitle: "Kepala Seksi Kesehatan Lingkungan",
		UnitName: "Suku Dinas Kesehatan Jakarta Pusat", Group: "pengawas", Place: 3, State: state, At: now.Add(-20 * time.Hour), Due: now.Add(4 * time.Hour), Rules: suggestion(r),
	}
	if state != Called {
		c.Acked = now.Add(-18 * time.Hour)
		c.Panel = []Member{{"m1", "Dr. Joko Susilo", true}, {"m2", "Siti Nurhaliza, M.Si.", state != Open}, {"m3", "Ujang Sudrajat", state != Open}}
	}
	switch state {
	case Open, Scored, Told, Filed:
		c.OpenedAt = now.Add(-time.Hour)
		c.Questions = []Question{{"menyusun rencana pengawasan kualitas air minum", "0.0133"}, {"membina petugas kesehatan lingkungan puskesmas", "0.2071"}, {"menindaklanjuti pengaduan warga tentang limbah", "0.3318"}}
	}
	return c
}

func sampleResult(rubric []lot.Criterion, spread int) *Result {
	var sheets []Sheet
	for i, m := range []string{"m1", "m2", "m3"} {
		s := Sheet{Member: m, Note: []string{"Paham data wilayahnya.", "", "Perlu angka yang lebih baru."}[i]}
		for j := range rubric {
			s.Points = append(s.Points, max(0, 4-j-i*spread/3))
		}
		sheets = append(sheets, s)
	}
	return resultOf(rubric, sheets)
}

func sampleMine(r *web.Request) Mine {
	now := sampleNow()
	m := Mine{Now: now, Calls: []Call{sampleCall(r, Called)}, Panels: []Call{sampleCall(r, Open)}}
	m.Chances.Rounds = []Chance{
		{"r2", suggestion(r).Title, 2, now.AddDate(0, -2, 0), "pengawas", 8, 1612, "", ""},
		{"r3", suggestion(r).Title, 3, now.AddDate(0, -1, 0), "", 0, 0, Leave, ""},
		{"r4", suggestion(r).Title, 4, now.Add(-time.Hour), "pengawas", 8, 1630, "", Called},
	}
	m.Chances.Month, m.Chances.Ever = together(m.Chances.Rounds, now.AddDate(0, 0, -1)), together(m.Chances.Rounds, time.Time{})
	return m
}

func sampleReport(good bool) *lot.Report {
	r := &lot.Report{Listed: 2042, Drawn: 10}
	for i, key := range []string{"lot.step.rules", "lot.step.list", "lot.step.source", "lot.step.seed", "lot.step.draw"} {
		var args []any
		switch i {
		case 0:
			args = []any{"Paparan tugas pejabat eselon III dan IV"}
		case 1:
			args = []any{2042}
		case 4:
			args = []any{10}
		}
		r.Steps = append(r.Steps, lot.Step{Key: key, Args: args, Good: good || i != 4})
	}
	if !good {
		r.Problems = []lot.Problem{{Part: "groups.pengawas.drawn.1", Key: "lot.check.ticket", Args: []any{"06f1n3k000b2m5sx", "0.000317765102", "06f1n3k000b2m5sp", "0.000317765102"}}}
	}
	return r
}

func sampleTests(holm float64) []Test {
	return []Test{
		{By: "unit", Name: "Dinas Kesehatan", X: 9, Expected: 4.1, Listed: 840, P: holm / 20, Holm: holm, Low: 0, High: 10},
		{By: "sex", Name: "female", X: 17, Expected: 18.2, Listed: 3720, P: 0.61, Holm: 1, Low: 10, High: 26},
		{By: "sex", Name: "male", X: 23, Expected: 21.8, Listed: 4448, P: 0.61, Holm: 1, Low: 14, High: 30},
		{By: "grade", Name: "III/d", X: 12, Expected: 11.9, Listed: 2420, P: 1, Holm: 1, Low: 5, High: 19},
	}
}
