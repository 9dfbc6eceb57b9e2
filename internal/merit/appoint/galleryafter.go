package appoint

import (
	"time"

	"netral/internal/day"
)

func sampleTasks() []Task {
	body := TaskBody{Name: "Rina Wulandari", Title: "Kepala Seksi Pelayanan"}
	return []Task{
		{Batch: "b1", Post: "kasi-01", Kind: TaskDuty, Owner: OwnUnit, Person: "x1", Due: day.Of(2024, time.January, 26), Done: day.None, TaskBody: body},
		{Batch: "b1", Post: "kasi-01", Kind: "handover", Owner: OwnPerson, Person: "x1", Due: day.Of(2024, time.February, 20), Done: day.None, TaskBody: body},
		{Batch: "b1", Post: "kasi-01", Kind: "access", Owner: OwnUnit, Person: "x1", Due: day.Of(2024, time.January, 3), Done: day.Of(2024, time.January, 2), TaskBody: body},
	}
}

func sampleFollow() FollowUp {
	return FollowUp{Batch: sampleWork(Done).Batch, Tasks: sampleTasks()[:1], Open: map[string]int{TaskDuty: 1, "handover": 1}, Late: map[string]int{TaskDuty: 1}, Today: day.Of(2024, time.February, 1)}
}

func sampleExtract(w Work) Extract {
	x := Extract{Batch: w.Batch, Line: w.Lines[0].Proposal, Own: true, Today: day.Of(2024, time.February, 1), Pact: Pact{Version: "2023-1", Title: Said{"Pakta integritas", "Integrity pact"}, Points: []Said{{"Saya tidak memberi, meminta, atau menerima apa pun untuk jabatan ini.", "I give, ask for and take nothing for this post."}}}}
	if w.State == Done {
		x.Tasks = sampleTasks()
		x.Line.Pact = &Accepted{Version: "2023-1", At: w.At, Self: true}
		x.Line.Mended = Mended{"name": "Rina Wulandari, S.Sos."}
	}
	return x
}

func sampleAmendments(b Batch) []Amendment {
	if b.State != Done {
		return nil
	}
	on := b.Effective + 8
	return []Amendment{
		{Year: 2024, Number: 1, Batch: b.ID, AmendmentBody: AmendmentBody{Kind: Correction, Of: b.Decree(), Date: on, No: 1, Post: "kasi-01", Field: "name", Was: "Rina Wulandari", Becomes: "Rina Wulandari, S.Sos.", Why: "Gelar belum tertulis."}},
		{Year: 2024, Number: 2, Batch: b.ID, AmendmentBody: AmendmentBody{Kind: Withdrawal, Of: b.Decree(), Date: on, No: 2, Post: "kabid-02", Why: "Yang bersangkutan mengundurkan diri."}},
	}
}

func sampleReconciled(held int) Reconciled {
	return Reconciled{Batch: sampleWork(Done).Batch, Press: Press{Source: "Siaran pers Diskominfotik, 27 Desember 2023"}, Lines: []Compared{
		{"", "", 203, held, 203}, {"Dinas Kesehatan", "", 122, 122 - 203 + held, 122}, {"Dinas Pendidikan", "", 65, 65, 65}, {"DPMPTSP", "", 16, 16, -1},
	}}
}
