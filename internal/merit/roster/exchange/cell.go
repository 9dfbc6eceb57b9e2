package exchange

import (
	"strconv"
	"strings"
	"time"

	"netral/internal/day"
)

// parseDay reads a day as people write it: 2020-02-29, 29-02-2020, 29/02/2020,
// 29.2.2020, 29 Februari 2020, 20200229, and the number by which spreadsheets
// count days. The day comes before the month. A day that does not exist is
// refused, and a year of two digits too, since nobody can say which it is.
func parseDay(s string, since1904 bool) (day.Day, bool) {
	if s == "" {
		return day.None, true
	}
	if len(s) == 10 && s[4] == '-' && s[7] == '-' {
		return whole(s[:4], s[5:7], s[8:])
	}
	// Programs write midnight behind a day.
	if i := strings.IndexAny(s, "T "); i >= 8 {
		if rest := strings.Trim(s[i+1:], "0:.Z"); rest == "" && len(s) > i+4 {
			return parseDay(s[:i], since1904)
		}
	}
	if number(s) {
		if len(s) == 8 {
			return whole(s[:4], s[4:6], s[6:])
		}
		if len(s) > 6 {
			return day.None, false
		}
		return serial(s, since1904)
	}
	if i := strings.IndexByte(s, '.'); i > 0 && number(s[:i]) && strings.Trim(s[i+1:], "0") == "" {
		return serial(s[:i], since1904) // 27395.0
	}
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == '-' || r == '/' || r == '.' || r == ' ' || r == ',' })
	if len(parts) != 3 {
		return day.None, false
	}
	if len(parts[0]) == 4 {
		return whole(parts[0], parts[1], parts[2])
	}
	return whole(parts[2], parts[1], parts[0])
}

func number(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

func whole(y, m, d string) (day.Day, bool) {
	if len(y) != 4 || !number(y) || !number(d) || len(d) > 2 {
		return day.None, false
	}
	year, _ := strconv.Atoi(y) // four digits
	date, _ := strconv.Atoi(d)
	month := 0
	switch {
	case number(m) && len(m) <= 2:
		month, _ = strconv.Atoi(m)
	case !number(m):
		month = monthOf(m)
	}
	if month < 1 || month > 12 || date < 1 {
		return day.None, false
	}
	on := day.Of(year, time.Month(month), date)
	if on.Time().Day() != date || on < day.First || on > day.Last {
		return day.None, false
	}
	return on, true
}

// monthOf reads the name of a month, Indonesian or English, or its first three
// letters or more.
func monthOf(s string) int {
	s = strings.ToLower(s)
	for _, names := range [][]string{
		{"januari", "februari", "maret", "april", "mei", "juni", "juli", "agustus", "september", "oktober", "november", "desember"},
		{"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"},
		{"", "pebruari", "", "", "", "", "", "agt", "", "", "nopember", ""},
	} {
		for i, n := range names {
			if n != "" && len(s) >= 3 && strings.HasPrefix(n, s) {
				return i + 1
			}
		}
	}
	return 0
}

// serial counts as spreadsheets do, from 30 December 1899: their 29 February
// 1900 is no day, and all that matters here lies after it.
func serial(s string, since1904 bool) (day.Day, bool) {
	n, err := strconv.Atoi(s)
	if err != nil {
		return day.None, false
	}
	on := day.Of(1899, time.December, 30) + day.Day(n)
	if since1904 {
		on = day.Of(1904, time.January, 1) + day.Day(n)
	}
	return on, on >= day.First && on <= day.Last
}

// rounded reports that a long number went through a program that keeps fifteen
// digits: 1.97501012000032E+17, or zeros where digits were.
func rounded(s string) bool {
	if strings.ContainsAny(s, "eE") {
		_, err := strconv.ParseFloat(strings.ReplaceAll(s, ",", "."), 64)
		return err == nil
	}
	return len(s) == 18 && number(s) && strings.HasSuffix(s, "000")
}

// broken reports a cell that holds the error of a formula.
func broken(s string) bool {
	switch s {
	case "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!":
		return true
	}
	return false
}

// words are what people write for the values that a column may have, folded.
func words(kind, col string) map[string]string {
	switch kind + "." + col {
	case "people.sex":
		return map[string]string{"l": "male", "m": "male", "pria": "male", "lakilaki": "male", "laki": "male", "1": "male", "male": "male",
			"p": "female", "f": "female", "w": "female", "wanita": "female", "perempuan": "female", "2": "female", "female": "female"}
	case "people.status":
		return map[string]string{"pns": "pns", "cpns": "cpns", "pppk": "pppk", "p3k": "pppk", "pensiun": "retired", "pensiunan": "retired", "retired": "retired",
			"meninggal": "dead", "wafat": "dead", "dead": "dead", "keluar": "left", "mutasikeluar": "left", "berhenti": "left", "left": "left"}
	case "people.education":
		return map[string]string{"sd": "SD", "smp": "SMP", "sltp": "SMP", "sma": "SMA", "slta": "SMA", "smk": "SMA", "smu": "SMA", "d1": "D-I", "di": "D-I", "d2": "D-II", "dii": "D-II",
			"d3": "D-III", "diii": "D-III", "d4": "D-IV", "div": "D-IV", "s1": "S-1", "sarjana": "S-1", "s2": "S-2", "magister": "S-2", "s3": "S-3", "doktor": "S-3"}
	case "posts.level":
		return map[string]string{"jptmadya": "jpt_madya", "eseloni": "jpt_madya", "jptpratama": "jpt_pratama", "eselonii": "jpt_pratama", "administrator": "administrator", "eseloniii": "administrator",
			"pengawas": "pengawas", "eseloniv": "pengawas", "fungsional": "fungsional", "jabatanfungsional": "fungsional", "jf": "fungsional", "jft": "fungsional", "pelaksana": "pelaksana", "jabatanpelaksana": "pelaksana", "jfu": "pelaksana"}
	case "posts.rung":
		return map[string]string{"pemula": "pemula", "terampil": "terampil", "mahir": "mahir", "penyelia": "penyelia", "ahlipertama": "ahli_pertama", "ahlimuda": "ahli_muda", "ahlimadya": "ahli_madya", "ahliutama": "ahli_utama",
			"pertama": "ahli_pertama", "muda": "ahli_muda", "madya": "ahli_madya", "utama": "ahli_utama"}
	case "tenures.kind":
		return map[string]string{"definitif": "definitive", "definitive": "definitive", "tetap": "definitive", "plt": "plt", "pelaksanatugas": "plt", "plh": "plh", "pelaksanaharian": "plh"}
	case "ratings.predicate":
		return map[string]string{"sangatbaik": "sangat_baik", "baik": "baik", "butuhperbaikan": "butuh_perbaikan", "cukup": "butuh_perbaikan", "kurang": "kurang", "kurangmisconduct": "kurang", "sangatkurang": "sangat_kurang"}
	case "trainings.kind":
		return map[string]string{"latsar": "latsar", "prajabatan": "latsar", "pkp": "pkp", "diklatpimiv": "pkp", "pimiv": "pkp", "pka": "pka", "diklatpimiii": "pka", "pimiii": "pka",
			"pkn2": "pkn2", "pknii": "pkn2", "pkntingkatii": "pkn2", "pimii": "pkn2", "pkn1": "pkn1", "pkni": "pkn1", "pkntingkati": "pkn1", "pimi": "pkn1",
			"teknis": "technical", "technical": "technical", "fungsional": "functional", "functional": "functional", "lainnya": "other", "lain": "other", "other": "other"}
	case "marks.level":
		return map[string]string{"ringan": "light", "light": "light", "sedang": "medium", "medium": "medium", "berat": "heavy", "heavy": "heavy"}
	case "leaves.kind":
		return map[string]string{"tahunan": "annual", "annual": "annual", "besar": "long", "long": "long", "sakit": "sick", "sick": "sick", "melahirkan": "maternity", "maternity": "maternity",
			"alasanpenting": "important", "karenaalasanpenting": "important", "important": "important", "bersama": "joint", "joint": "joint", "cltn": "cltn", "diluartanggungannegara": "cltn"}
	case "relations.kind":
		return map[string]string{"suami": "spouse", "istri": "spouse", "suamiistri": "spouse", "pasangan": "spouse", "spouse": "spouse", "ayah": "parent", "ibu": "parent", "orangtua": "parent", "parent": "parent",
			"anak": "child", "child": "child", "kakak": "sibling", "adik": "sibling", "saudara": "sibling", "saudarakandung": "sibling", "sibling": "sibling", "kakek": "grandparent", "nenek": "grandparent", "grandparent": "grandparent",
			"cucu": "grandchild", "grandchild": "grandchild", "paman": "uncle_aunt", "bibi": "uncle_aunt", "uncleaunt": "uncle_aunt", "keponakan": "nephew_niece", "nephewniece": "nephew_niece",
			"sepupu": "cousin", "cousin": "cousin", "ipar": "in_law", "mertua": "in_law", "menantu": "in_law", "inlaw": "in_law", "lainnya": "other", "other": "other"}
	}
	return nil
}
