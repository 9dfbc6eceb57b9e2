package web

import (
	"net/url"
	"time"

	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/text"
	"netral/internal/web/ui"
)

// Samples are the pages of the shell itself and every part of package ui in
// each of its states.
func Samples() []Sample {
	out := []Sample{
		{Key: "web-answers", Draw: func(r *Request) Page {
			return Page{Title: both(r, "Contoh jawaban", "Sample answers"), Body: sampleAnswers(r)}
		}},
		{Key: "web-question", Draw: func(r *Request) Page {
			return Page{
				Title: both(r, "Contoh pertanyaan", "Sample question"), Body: sampleQuestion(r),
				Keep: &Keep{Action: "/galeri", Fields: url.Values{"text": {"“<&>”"}, "fact": {"a", "b"}}},
			}
		}},
		{Key: "web-form", Draw: func(r *Request) Page {
			return Page{Title: both(r, "Contoh formulir", "Sample form"), Body: sampleForm(r, false)}
		}},
		{Key: "web-form-wrong", Draw: func(r *Request) Page {
			return Page{Title: both(r, "Contoh formulir yang perlu diperbaiki", "Sample form with problems"), Body: sampleForm(r, true)}
		}},
		{Key: "web-lists", Draw: func(r *Request) Page {
			return Page{Title: both(r, "Contoh daftar", "Sample lists"), Body: sampleLists(r), Wide: true}
		}},
		{Key: "web-slip", Draw: func(r *Request) Page {
			return Page{Title: both(r, "Contoh slip", "Sample slip"), Body: sampleSlip(r)}
		}},
		{Key: "web-privacy", Draw: func(r *Request) Page {
			return Page{Title: r.T("web.privacy.title"), Body: privacyPage(r)}
		}},
	}
	for _, k := range fault.Kinds() {
		out = append(out, Sample{Key: "web-error-" + k.String(), Draw: func(r *Request) Page { return sampleError(r, k) }})
	}
	return out
}

func sampleError(r *Request, k fault.Kind) Page {
	f := &fault.Error{Kind: k, Key: "fault.internal"}
	switch k {
	case fault.Invalid:
		f = &fault.Error{Kind: k, Key: "fault.fields", Fields: []fault.Field{
			{Name: "lang", Key: "web.lang_unknown", Args: []any{"fr", text.Langs()}},
		}}
	case fault.Denied:
		f.Key = "web.cross_origin"
	case fault.NotFound:
		f.Key = "web.not_found"
	case fault.Busy:
		f.Key = "web.timeout"
	case fault.TooLarge:
		f.Key, f.Args = "web.too_large", []any{1024}
	case fault.SignIn:
		f.Key = "identity.sign_in_first"
	case fault.Stale:
		f.Key, f.Args = "token.stale", []any{`"v1"`, `"v2"`}
	case fault.TooMany:
		f.Key, f.Args = "token.rate", []any{300}
	}
	return Page{Title: r.T(titleKey(Status(k))), Body: errorPage(r, Status(k), f)}
}

// both is a sentence of a sample. Sentences of samples are no messages: they
// are made-up content and stay out of the catalogues.
func both(r *Request, id, en string) string {
	if r.Lang == text.EN {
		return en
	}
	return id
}

func sampleStrip(r *Request) ui.Strip {
	at := func(y, m, d int) day.Day { return day.Of(y, time.Month(m), d) }
	return ui.Strip{
		Title: both(r, "Jawaban sepanjang tahapan pemilihan presiden", "The answer over the stages of the presidential election"),
		Lang:  r.Lang, Day: at(2023, 10, 19),
		Periods: []ui.Period{
			{From: day.None, Until: at(2022, 6, 14), Outcome: "allowed", Stage: both(r, "Sebelum tahapan", "Before the stages")},
			{From: at(2022, 6, 14), Until: at(2023, 10, 19), Outcome: "caution", Stage: both(r, "Persiapan", "Preparation")},
			{From: at(2023, 10, 19), Until: at(2023, 11, 13), Outcome: "prohibited", Stage: both(r, "Pendaftaran", "Nomination")},
			{From: at(2023, 11, 13), Until: at(2023, 11, 28), Outcome: "prohibited", Stage: both(r, "Setelah penetapan", "After the determination")},
			{From: at(2023, 11, 28), Until: at(2024, 2, 11), Outcome: "prohibited", Stage: both(r, "Kampanye", "Campaign")},
			{From: at(2024, 2, 11), Until: at(2024, 2, 14), Outcome: "conditional", Stage: both(r, "Masa tenang", "Quiet period")},
			{From: at(2024, 2, 14), Until: at(2024, 2, 15), Outcome: "conditional", Stage: both(r, "Pemungutan suara", "Voting day")},
			{From: at(2024, 2, 15), Until: at(2024, 10, 20), Outcome: "undecided", Stage: both(r, "Penghitungan sampai pelantikan", "Counting until the oath")},
			{From: at(2024, 10, 20), Until: day.None, Outcome: "outside", Stage: both(r, "Sesudahnya", "Afterwards")},
		},
	}
}

func sampleTable(r *Request) ui.Table {
	row := func(act, outcome, basis string) []ui.Cell {
		return []ui.Cell{{Text: act}, {Body: ui.Badge(r, outcome)}, {Text: basis}}
	}
	return ui.Table{
		Caption: both(r, "Boleh dan tidak boleh", "May and may not"),
		Head:    []string{both(r, "Perbuatan", "Act"), both(r, "Jawaban", "Answer"), both(r, "Dasar", "Basis")},
		Strong:  []int{1},
		Rows: [][]ui.Cell{
			row(both(r, "Memberikan suara", "Voting"), "allowed", "UU 7/2017"),
			row(both(r, "Berfoto bersama bakal calon", "Posing with a would-be candidate"), "prohibited", "SKB 2/2022"),
			row(both(r, "Hadir dengan surat tugas", "Attending with an assignment letter"), "conditional", "PP 94/2021"),
			row(both(r, "Hadir tanpa berbuat apa-apa", "Attending in silence"), "caution", "–"),
		},
	}
}

func sampleFields(r *Request, wrong bool) []ui.Field {
	fs := []ui.Field{
		{Name: "text", Label: both(r, "Pertanyaan Anda", "Your question"), Hint: both(r, "Dengan kata-kata sendiri.", "In your own words."), Rows: 3, Max: 2000, Required: true, Spell: true, Value: both(r, "Bolehkah saya menyukai foto istri yang menjadi caleg?", "May I like the picture of my wife, who is a candidate?")},
		{Name: "on", Label: both(r, "Pada tanggal", "On the day"), Type: "date", Value: "2023-10-19", Min: "1945-08-17", Top: "2199-12-31", Required: true},
		{Name: "unit", Label: both(r, "Unit kerja", "Unit"), Hint: both(r, "Seperti tertulis di kartu pegawai.", "As on your staff card.")},
		{Name: "slip", Label: both(r, "Berkas slip", "Slip file"), Type: "file", Accept: ".json"},
	}
	if wrong {
		fs[1].Value = "31-02-2023"
		fs[1].Error = both(r, "“31-02-2023” bukan tanggal. Tulis seperti 2023-10-19.", "“31-02-2023” is not a date. Write it like 2023-10-19.")
	}
	return fs
}

func sampleProblems(r *Request, wrong bool) []ui.Problem {
	if !wrong {
		return nil
	}
	return []ui.Problem{
		{Name: "on", Message: sampleFields(r, true)[1].Error},
		{Name: "who", Message: both(r, "Pilih salah satu jawaban.", "Choose one of the answers.")},
	}
}

func sampleChoice(r *Request, wrong bool) ui.Choice {
	c := ui.Choice{
		Name: "who", Legend: both(r, "Anda bekerja sebagai apa?", "What do you work as?"),
		Hint: both(r, "Pilih yang tertulis di surat keputusan Anda.", "Choose what your letter of appointment says."),
		Options: []ui.Option{
			{Value: "pns", Label: both(r, "Pegawai negeri sipil (PNS)", "Civil servant (PNS)"), Checked: !wrong},
			{Value: "pppk", Label: both(r, "Pegawai dengan perjanjian kerja (PPPK)", "Employee on a work agreement (PPPK)"), Hint: both(r, "Termasuk guru dan tenaga kesehatan PPPK.", "Teachers and health workers on such an agreement, too.")},
			{Value: "other", Label: both(r, "Bukan keduanya", "Neither")},
		},
	}
	if wrong {
		c.Error = both(r, "Pilih salah satu jawaban.", "Choose one of the answers.")
	}
	return c
}

func sampleChips(r *Request) []ui.Chip {
	change := func(name string) ui.Button { return ui.Button{Name: "change", Value: name} }
	return []ui.Chip{
		{Label: both(r, "Anda", "You"), Value: "PNS", Button: change("who")},
		{Label: both(r, "Perbuatan", "Act"), Value: both(r, "menyukai foto di media sosial", "liking a picture on social media"), Button: change("act")},
		{Label: both(r, "Hubungan", "Relation"), Value: both(r, "istri", "wife"), Button: change("relation"), Doubt: true},
	}
}
