package roster

import (
	"strconv"
	"strings"
	"time"

	"netral/internal/day"
	"netral/internal/fault"
)

// Number is what a NIP or NI PPPK says (Perka BKN 22/2007 and 43/2007).
type Number struct {
	Born   day.Day
	Year   int // of the first appointment
	Month  int // 1–12 in a NIP, 0 in an NI PPPK
	Sex    Sex
	Serial int
	PPPK   bool
}

// TidyNumber drops what people write between the digits.
func TidyNumber(s string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '.' || r == '-' || r == '\u00a0' || r == '\t' {
			return -1
		}
		return r
	}, s)
}

func digits(s string) bool {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return s != ""
}

// ParseNIP reads a NIP: 8 digits of birth date, 6 of the month of becoming
// CPNS, 1 of sex, 3 of sequence. In an NI PPPK the two digits after the year
// are the code of the contract and no month, by which the two are told apart.
// There is no check digit. What is wrong is told as one field problem.
func ParseNIP(s string) (Number, *fault.Field) {
	bad := func(key string, args ...any) (Number, *fault.Field) {
		return Number{}, &fault.Field{Name: "nip", Key: key, Args: args}
	}
	if len(s) != 18 || !digits(s) {
		return bad("roster.nip.length", clip(s), len([]rune(s)))
	}
	n := func(from, to int) int {
		v, _ := strconv.Atoi(s[from:to]) // digits, at most four
		return v
	}
	born, err := day.Parse(s[:4] + "-" + s[4:6] + "-" + s[6:8])
	if err != nil || born.Time().Year() < 1900 {
		return bad("roster.nip.born", s, s[:8])
	}
	num := Number{Born: born, Year: n(8, 12), Month: n(12, 14), Serial: n(15, 18)}
	if num.Month < 1 || num.Month > 12 {
		num.PPPK, num.Month = true, 0
		if n(12, 14) == 0 {
			return bad("roster.nip.month", s, s[12:14])
		}
	}
	if num.Year < born.Time().Year()+18 || num.Year > 2199 {
		return bad("roster.nip.year", s, s[8:12], strconv.Itoa(born.Time().Year()+18))
	}
	switch s[14] {
	case '1':
		num.Sex = Male
	case '2':
		num.Sex = Female
	default:
		return bad("roster.nip.sex", s, s[14:15])
	}
	if num.Serial == 0 {
		return bad("roster.nip.serial", s)
	}
	return num, nil
}

// Appointed is the first day of the month, or of the year, of the appointment.
func (n Number) Appointed() day.Day { return day.Of(n.Year, time.Month(max(1, n.Month)), 1) }

// checkNIK says what is wrong with a NIK: 16 digits, day of birth plus 40 for
// women. The region in it is that of the first registration and says nothing
// about where somebody lives.
func checkNIK(s string) *fault.Field {
	if len(s) != 16 || !digits(s) {
		return &fault.Field{Name: "nik", Key: "roster.nik.length", Args: []any{len([]rune(s))}}
	}
	d, _ := strconv.Atoi(s[6:8])
	m, _ := strconv.Atoi(s[8:10])
	if d > 40 {
		d -= 40
	}
	if d < 1 || d > 31 || m < 1 || m > 12 {
		return &fault.Field{Name: "nik", Key: "roster.nik.born"}
	}
	if s[12:] == "0000" {
		return &fault.Field{Name: "nik", Key: "roster.nik.serial"}
	}
	return nil
}

// doubtNIK names what in a NIK contradicts the person: "born", "sex", "" for
// nothing. It is asked once, when the NIK is sealed: later nobody can.
func doubtNIK(nik string, born day.Day, sex Sex) string {
	d, _ := strconv.Atoi(nik[6:8])
	s := Male
	if d > 40 {
		s, d = Female, d-40
	}
	t := born.Time()
	if born == day.None {
		return ""
	}
	if s != sex {
		return "sex"
	}
	if d != t.Day() || nik[8:10] != t.Format("01") || nik[10:12] != t.Format("06") {
		return "born"
	}
	return ""
}

// clip shortens what is shown back.
func clip(s string) string {
	const n = 60
	count := 0
	for i := range s {
		if count == n {
			return strings.ToValidUTF8(s[:i], "\uFFFD") + "…"
		}
		count++
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}
