package appoint

import (
	"net/url"
	"strings"
	"time"

	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/text"
	"netral/internal/web"
)

// Gallery is the pages in each of their states, of made-up people.
func Gallery() []web.Sample {
	page := func(key string, draw func(*web.Request) web.Page) web.Sample {
		return web.Sample{Key: "appoint-" + key, Draw: draw}
	}
	work := func(state string, change func(*workView)) func(*web.Request) web.Page {
		return func(r *web.Request) web.Page {
			v := workView{r: r, w: sampleWork(state), form: url.Values{}, page: 1}
			change(&v)
			return workOf(v)
		}
	}
	roll := func(state string, change func(*rollView)) func(*web.Request) web.Page {
		return func(r *web.Request) web.Page {
			v := rollView{r: r, w: sampleWork(state), form: url.Values{}, page: 1}
			change(&v)
			return rollOf(v)
		}
	}
	nothing := func(*workView) {}
	good := func(b Batch) Report { return Report{Sum: b.Sum, Rows: b.Rows, Excepted: 1} }
	return []web.Sample{
		page("board", func(r *web.Request) web.Page { return boardOf(r, []Batch{sampleWork(Done).Batch}) }),
		page("board-none", func(r *web.Request) web.Page { return boardOf(r, nil) }),
		page("decree", func(r *web.Request) web.Page {
			b := sampleWork(Done).Batch
			return decreePageOf(r, b, good(b), sampleAmendments(b))
		}),
		page("decree-bad", func(r *web.Request) web.Page {
			b := sampleWork(Signed).Batch
			rep := good(b)
			rep.Problems = []Problem{{2, "appoint.proof.person", []any{"Rina Wulandari", 1}}}
			return decreePageOf(r, b, rep, nil)
		}),
		page("decree-cancelled", func(r *web.Request) web.Page {
			b := sampleWork(Signed).Batch
			b.State, b.Why = Cancelled, "Surat persetujuan ditarik kembali."
			return decreePageOf(r, b, good(b), sampleAmendments(b))
		}),
		page("list", func(r *web.Request) web.Page {
			return listOf(listView{r: r, list: []Batch{sampleWork(Draft).Batch, sampleWork(Done).Batch}, form: url.Values{}, prepare: true})
		}),
		page("list-wrong", func(r *web.Request) web.Page {
			f := fault.Of(fault.Fields{{Name: "effective", Key: "appoint.open.past", Args: []any{day.Of(2023, 12, 1), day.Of(2023, 12, 20)}}, {Name: "decider", Key: "appoint.check.person", Args: []any{"1970"}}}.Err())
			return listOf(listView{r: r, form: url.Values{"title": {"Pelantikan Desember"}, "effective": {"2023-12-01"}, "decider": {"1970"}}, fault: f, prepare: true})
		}),
		page("work-draft", work(Draft, nothing)),
		page("work-empty", work(Draft, func(v *workView) {
			v.w.Lines, v.w.Rows, v.w.Obstacles = nil, 0, []Obstacle{{Key: "appoint.need.proposals"}, {Key: "appoint.need.minutes"}}
		})),
		page("work-clear", work(Draft, func(v *workView) { v.w.Obstacles, v.w.Sign = nil, true })),
		page("work-wrong", work(Draft, func(v *workView) {
			v.form = url.Values{"do": {"propose"}, "propose-post": {"kasi-01"}, "propose-person": {"197001011990011001"}}
			v.fault = fault.Of(fault.Fields{{Name: "post", Key: "appoint.post.held", Args: []any{"Kepala Seksi Pelayanan", v.w.Effective, "Budi Santoso"}}, {Name: "proposer", Key: "appoint.propose.relative", Args: []any{"Sri Lestari", "Rina Wulandari", Kin{Degree: 3, Path: []Step{{Kind: "parent", Sex: "female"}, {Kind: "sibling", Sex: "male"}}}}}}.Err())
		})),
		page("work-moved", work(Draft, func(v *workView) {
			v.form = url.Values{"do": {"many"}, "many-rows": {"kasi-01; 197001011990011001; ; Berpengalaman; Satu-satunya"}}
			v.fault = &fault.Error{Kind: fault.Conflict, Key: keyMoved, Args: []any{3, 4}}
		})),
		page("table", func(r *web.Request) web.Page { return tablePageOf(sampleTable(r)) }),
		page("table-refused", func(r *web.Request) web.Page {
			v := sampleTable(r)
			v.report.Refused = 2
			v.report.Refusals = []Refusal{
				{Row: 4, Letter: "B", Heading: "NIP", Post: "kasi-01", Person: "197001011990011001", Problem: fault.Field{Key: "appoint.person.twice", Args: []any{"Rina Wulandari", "Kepala Seksi Pelayanan"}}},
				{Row: 9, Letter: "A", Heading: "Kode Jabatan", Post: "kasi-99", Person: "198002022005011002", Problem: fault.Field{Key: "appoint.post.none", Args: []any{"kasi-99", v.b.Effective}}},
			}
			return tablePageOf(v)
		}),
		page("table-head", func(r *web.Request) web.Page {
			v := sampleTable(r)
			v.report.Columns[0] = Column{Letter: "A", Heading: "Kolom Pertama"}
			v.fault = &fault.Error{Kind: fault.Invalid, Key: "appoint.table.head", Fields: fault.Fields{{Name: "post", Key: "appoint.table.missing.post", Args: []any{[]string{"Kolom Pertama", "NIP", "Alasan"}}}}}
			return tablePageOf(v)
		}),
		page("roll-draft", roll(Draft, func(v *rollView) { v.w.Lines[1].Against = "Wawancara kurang meyakinkan." })),
		page("roll-oath", roll(Signed, func(v *rollView) {
			v.w.Now = time.Date(2023, time.December, 27, 2, 0, 0, 0, time.UTC)
			v.w.MayOath, v.done = true, &Roll{Done: 1, Again: 1}
			v.w.Lines[0].Arrived, v.w.Arrived = v.w.Now, 1
			v.w.Lines[1].Absent = "Dirawat di RSUD Tarakan."
		})),
		page("roll-wrong", roll(Draft, func(v *rollView) {
			v.form = url.Values{"do": {"drop"}, "posts": {"kasi-01"}}
			v.fault = fault.Of(fault.Fields{{Name: "why", Key: "appoint.check.empty"}}.Err())
		})),
		page("roll-done", roll(Done, func(*rollView) {})),
		page("roll-none", roll(Signed, func(v *rollView) { v.w.Lines = nil })),
		page("work-signed", work(Signed, nothing)),
		page("work-oath", work(Signed, func(v *workView) {
			v.w.Now = time.Date(2023, time.December, 27, 2, 0, 0, 0, time.UTC)
			v.w.MayOath, v.w.Effect = true, true
			v.w.Lines[0].Arrived, v.w.Arrived = v.w.Now, 1
			v.arrived = &Arrival{Name: "Rina Wulandari", Title: "Kepala Seksi Pelayanan", No: 1}
		})),
		page("work-again", work(Signed, func(v *workView) {
			v.w.Now = time.Date(2023, time.December, 27, 2, 0, 0, 0, time.UTC)
			v.w.MayOath = true
			v.arrived = &Arrival{Name: "Rina Wulandari", Title: "Kepala Seksi Pelayanan", No: 1, Again: true}
		})),
		page("work-done", work(Done, nothing)),
		page("work-cancelled", work(Cancelled, func(v *workView) { v.w.Why = "Surat persetujuan ditarik kembali." })),
		page("case", func(r *web.Request) web.Page {
			w := sampleWork(Draft)
			return caseOf(caseView{r: r, w: w, line: w.Lines[1], form: url.Values{}})
		}),
		page("case-signed", func(r *web.Request) web.Page {
			w := sampleWork(Done)
			return caseOf(caseView{r: r, w: w, line: w.Lines[0], form: url.Values{}})
		}),
		page("extract", func(r *web.Request) web.Page {
			w := sampleWork(Signed)
			return extractOf(r, sampleExtract(w), nil)
		}),
		page("seats", func(r *web.Request) web.Page { return seatPageOf(seatView{r, sampleWork(Signed), perRow}) }),
		page("follow", func(r *web.Request) web.Page {
			return followPageOf(followView{r: r, f: sampleFollow(), kind: TaskDuty, form: url.Values{}, done: &Roll{Done: 1}})
		}),
		page("follow-late", func(r *web.Request) web.Page {
			f := fault.Of(fault.Fields{{Name: "note", Key: "appoint.task.late", Args: []any{"Rina Wulandari", day.Of(2024, 1, 26), day.Of(2024, 2, 2)}}}.Err())
			return followPageOf(followView{r: r, f: sampleFollow(), kind: TaskDuty, form: url.Values{"date": {"2024-02-02"}}, fault: f})
		}),
		page("follow-none", func(r *web.Request) web.Page {
			return followPageOf(followView{r: r, f: FollowUp{Batch: sampleWork(Done).Batch, Today: day.Of(2024, 2, 1)}, kind: "training", form: url.Values{}})
		}),
		page("follow-before", func(r *web.Request) web.Page {
			return followPageOf(followView{r: r, f: FollowUp{Batch: sampleWork(Signed).Batch, Today: day.Of(2023, 12, 20)}, kind: TaskDuty, form: url.Values{}})
		}),
		page("reconcile", func(r *web.Request) web.Page {
			return reconcileOf(reconcileView{r: r, x: sampleReconciled(203), prepare: true, form: url.Values{}})
		}),
		page("reconcile-differs", func(r *web.Request) web.Page {
			x := sampleReconciled(202)
			x.Astray = []Astray{{17, "Agus Prasetyo", "Kepala Bidang Pengawasan", "absent"}}
			return reconcileOf(reconcileView{r: r, x: x, prepare: true, form: url.Values{}})
		}),
		page("extract-sworn", func(r *web.Request) web.Page {
			w := sampleWork(Done)
			return extractOf(r, sampleExtract(w), nil)
		}),
	}
}

func sampleWork(state string) Work {
	on := day.Of(2023, time.December, 27)
	at := time.Date(2023, time.December, 20, 3, 0, 0, 0, time.UTC)
	w := Work{Names: map[string]string{"a1": "Hendra Gunawan", "p1": "Sri Lestari", "o1": "Dewi Anggraini", "a2": "Yusuf Hakim"}, Prepare: true, Except: true, Now: at}
	w.ID, w.State, w.Version, w.At = "b1", state, 4, at
	w.Papers = Papers{Title: "Pelantikan pejabat administrator dan pengawas", Effective: on, OathDay: on, Officiant: "Pj Gubernur DKI Jakarta", Authority: Acting, Signer: "Pj Gubernur DKI Jakarta", Last: "appoint.last.proposed", Oath: day.None, Signed: day.None,
		Minutes: &Minutes{Number: "BA-7/2023", Date: on - 9, Assessors: []string{"a1"}, Summary: "Semua calon dinilai."}, Approvals: []Approval{{BKN, "PT-1203", on - 8}}}
	rows := []Row{
		{No: 1, Person: "x1", Name: "Rina Wulandari", Post: "kasi-01", Title: "Kepala Seksi Pelayanan", Agency: "Dinas Kesehatan", Level: "pengawas", Seats: 1, From: "staf-9", FromTitle: "Pengolah Data", Kind: Promotion, Eligible: Yes},
		{No: 2, Person: "x2", Name: "Agus Prasetyo", Post: "kabid-02", Title: "Kepala Bidang Pengawasan", Agency: "Dinas Pendidikan", Level: "administrator", Seats: 1, From: "kabid-07", FromTitle: "Kepala Bidang Sarana", Kind: Rotation, Eligible: NotYet, Reason: "Satu-satunya calon yang menguasai sistem zonasi."},
	}
	for i, r := range rows {
		l := Line{Proposal: Proposal{Post: r.Post, Person: r.Person, Code: "3k7mq0a2hd", Case: Case{Proposer: "p1", Others: []string{"o1"}, Reason: "Berpengalaman dan bersih.", Verdict: Verdict{Answer: r.Eligible, From: day.None}, Sworn: day.None}}, Name: r.Name, Title: r.Title, From: r.FromTitle, Kind: r.Kind}
		if i == 1 {
			l.Verdict.From, l.Verdict.Reasons = day.Of(2024, time.May, 1), []Said{{ID: "Belum dua tahun dalam jabatan (PP 11/2017).", EN: "Less than two years in the post (PP 11/2017)."}}
			l.Ties = []Tie{{"a1", "x2", Kin{Degree: 3, Path: []Step{{Kind: "parent", Sex: "female"}, {Kind: "sibling", Sex: "male"}}}}}
			l.Recusals = []Recusal{{"a1", "a2", "paman"}}
		}
		w.Lines = append(w.Lines, l)
	}
	w.Rows, w.Kinds = len(rows), map[string]int{}
	if state == Draft {
		w.Obstacles = []Obstacle{
			{"", "appoint.need.mendagri", []any{Said{ID: "Penjabat kepala daerah dilarang melakukan mutasi pegawai, kecuali dengan persetujuan tertulis Menteri Dalam Negeri.", EN: "An acting head of a region may not move staff, except with the written approval of the Minister of Home Affairs."}, Said{ID: "PP 49/2008 Pasal 132A ayat (1) huruf a dan ayat (2)", EN: "PP 49/2008 art. 132A(1)a and (2)"}, text.Key("appoint.confidence.h")}},
			{"kabid-02", "appoint.need.verdict.not_yet", []any{"Agus Prasetyo", reasons(w.Lines[1].Verdict.Reasons)}},
		}
		return w
	}
	w.Year, w.Number, w.Signed, w.Sum, w.Last, w.Effect = 2023, 12, on-6, strings.Repeat("3ac1", 16), "appoint.last.signed", state == Signed
	w.Approvals = append(w.Approvals, Approval{Mendagri, "100.2.2.6/8812/SJ", on - 7})
	w.Counts = count(rows)
	for i := range rows {
		w.Lines[i].Row = rows[i]
		w.Kinds[rows[i].Kind]++
		if state == Done {
			w.Lines[i].Arrived, w.Lines[i].Sworn, w.Lines[i].InForce = at, on, true
		}
	}
	if state == Done {
		w.Arrived, w.Sworn, w.InForce, w.Oath, w.Last, w.Witnesses = 2, 2, 2, on, "appoint.last.effected", []string{"Hendra Gunawan, Kepala BKD", "Dewi Anggraini, Asisten Pemerintahan"}
	}
	return w
}

func sampleTable(r *web.Request) tableView {
	b := sampleWork(Draft).Batch
	return tableView{r: r, b: b, t: Table{ID: "t1", Batch: b.ID, Name: "usulan-desember.xlsx"}, report: TableReport{Rows: 203, Verdicts: map[string]int{Yes: 190, Undecided: 9, NotYet: 4},
		Columns: []Column{{"A", "Kode Jabatan", colPost}, {"B", "NIP", colPerson}, {"C", "Alasan", colReason}, {"D", "Keterangan", ""}}}}
}
