package lex_test

import (
	"testing"
)

func TestDates(t *testing.T) {
	w := shipped(t)
	today := on(t, "2023-10-19") // a Thursday
	for text, want := range map[string]string{
		"besok boleh kampanye?":               "2023-10-20",
		"lusa":                                "2023-10-21",
		"besok lusa":                          "2023-10-21",
		"kemarin":                             "2023-10-18",
		"hari ini":                            "2023-10-19",
		"19 Oktober 2023":                     "2023-10-19",
		"tgl 28 november":                     "2023-11-28",
		"tanggal 10 januari":                  "2024-01-10",
		"1 okt":                               "2023-10-01",
		"28nov2023":                           "2023-11-28",
		"14/02/2024":                          "2024-02-14",
		"14-2-2024":                           "2024-02-14",
		"14.02.2024":                          "2024-02-14",
		"2024-02-14":                          "2024-02-14",
		"14/2/24":                             "2024-02-14",
		"October 19, 2023":                    "2023-10-19",
		"19th of October":                     "2023-10-19",
		"Feb 14 2024":                         "2024-02-14",
		"sabtu ini":                           "2023-10-21",
		"sabtu depan":                         "2023-10-28",
		"hari minggu ini":                     "2023-10-22",
		"next Saturday":                       "2023-10-28",
		"on Saturday":                         "2023-10-21",
		"rabu kemarin":                        "2023-10-18",
		"3 hari lagi":                         "2023-10-22",
		"dua minggu":                          "",
		"2 minggu lagi":                       "2023-11-02",
		"5 days ago":                          "2023-10-14",
		"in 7 days":                           "2023-10-26",
		"minggu depan":                        "", // a week, not a day
		"bulan depan":                         "",
		"sabtu":                               "", // which one is not said
		"30 Februari 2024":                    "",
		"31/31/2024":                          "",
		"99/99/9999":                          "",
		"nomor 2":                             "",
		"may I go":                            "",
		"dari 28 november sampai 10 februari": "", // two days are a span
		"besok tanggal 20 oktober":            "2023-10-20",
		"1 suara di januari":                  "",
		"rapat jam 10.30":                     "",
		"PKPU 3/2022":                         "",
	} {
		r := w.reader.Read(text, today)
		if got := r.On.String(); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
		for _, s := range r.Spans {
			if s.Fact == "on" && (s.Value != want || s.From < 0 || s.To > len(text) || s.From >= s.To) {
				t.Errorf("%q: span %+v", text, s)
			}
		}
	}
}
