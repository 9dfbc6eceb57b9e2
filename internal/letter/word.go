package letter

import (
	"strings"
	"time"

	"netral/internal/day"
	"netral/internal/text"
)

// digits are the words up to eleven.
var digits = [...]string{"nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas"}

// Number is a number in Indonesian words, as papers write it beside the digits.
// It knows those from 0 to 999,999; others stay digits' business.
func Number(n int) string {
	switch {
	case n < 0 || n > 999_999:
		return ""
	case n < 12:
		return digits[n]
	case n < 20:
		return digits[n-10] + " belas"
	case n < 100:
		return tail(digits[n/10]+" puluh", n%10)
	case n < 200:
		return tail("seratus", n-100)
	case n < 1000:
		return tail(digits[n/100]+" ratus", n%100)
	case n < 2000:
		return tail("seribu", n-1000)
	}
	return tail(Number(n/1000)+" ribu", n%1000)
}

func tail(head string, rest int) string {
	if rest == 0 {
		return head
	}
	return head + " " + Number(rest)
}

// Date is a day as papers write it: 27 Desember 2023; "" for none.
func Date(d day.Day) string {
	if d == day.None {
		return ""
	}
	return text.Date(text.ID, d)
}

// DateInWords is a day as minutes begin with it: "Rabu tanggal dua puluh tujuh
// bulan Desember tahun dua ribu dua puluh tiga".
func DateInWords(d day.Day) string {
	if d == day.None {
		return ""
	}
	weekday, rest, _ := strings.Cut(text.Day(text.ID, d), ",")
	month := strings.Fields(rest)[1]
	t := d.Time()
	return weekday + " tanggal " + Number(t.Day()) + " bulan " + month + " tahun " + Number(t.Year())
}

// Clock is a time of day in Jakarta as papers write it.
func Clock(t time.Time) string {
	return t.In(time.FixedZone("WIB", 7*3600)).Format("15.04") + " WIB"
}
