// Package crowd makes the people that the benchmarks search and look at: the
// same ones for the same seed, as many as wanted, with the names that
// Indonesians have in about the frequency that they have them. None of them
// exists.
package crowd

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"netral/internal/day"
	"netral/internal/merit/roster"
)

// The lists begin with what is most frequent.
var (
	first = strings.Fields(`Muhammad Siti Nur Sri Agus Ahmad Dewi Tri Dwi Eko Budi Rina Wahyu Endang Fitri Yusuf Ratna Hendra Zainal Bambang
		Indah Slamet Kartika Teguh Maya Fajar Putri Dian Rizki Joko Abdul Sulastri Sumarni Supriyadi Suharti Wawan Asep Cecep Ujang Dedi Iwan
		Yanti Yuni Yulia Rahmat Ridwan Rudi Rahayu Retno Nining Nuraini Nurhayati Maryam Mariani Lilis Lina Lukman Kurnia Khairul Khadijah
		Jamilah Irma Irfan Ida Hasan Husein Hari Haryanto Hartini Gunawan Ginanjar Faisal Fatimah Farida Evi Erna Elisabet Djoko Dahlia Dadang
		Citra Cahya Bayu Aminah Aisyah Anita Andi Aulia Arif Ari Ade Adi Tuti Titin Tjahjo Taufik Syaiful Syamsul Suryani Surya Sukarno Sugeng
		Subagyo Sofyan Soleh Safitri Rosmawati Rosidah Risma Purnomo Paulus Petrus Parman Oktavia Novita Nugroho Ngatini Mulyadi Mukhlis Mega
		Maulana Marlina Made Wayan Ketut Nyoman Putu Gede Linda Kusuma Komang Johannes Imam Ilham Halimah Gatot Firman Fauzi Ernawati Edi Doni
		Chairul Catur Benny Basuki Aziz Astuti Anwar Alfian Yohanes Maria Yosef Agustinus Robert Daniel Tiur Tiurma Sahat Monang Marulitua`)
	last = strings.Fields(`Santoso Hidayat Setiawan Wibowo Kurniawan Saputra Lestari Wulandari Handayani Rahmawati Susanto Nugroho Pratama
		Wijaya Utami Hartono Suryadi Prasetyo Firmansyah Ramadhan Maulana Permata Sari Puspita Anggraini Kusumawati Widodo Widyastuti Mulyono
		Purwanto Sutrisno Suhartono Suparman Subroto Sudirman Sulaiman Syahputra Siregar Nasution Lubis Harahap Simanjuntak Sihombing Situmorang
		Hutagalung Pardede Manurung Sitompul Tampubolon Panjaitan Silalahi Sinaga Ginting Tarigan Sembiring Pasaribu Daulay Rangkuti Batubara
		Tanjung Chaniago Piliang Koto Sikumbang Rahman Hakim Fadillah Hasibuan Iskandar Ismail Ibrahim Syarifuddin Nurdin Basri Bachtiar Effendi
		Darmawan Dharma Dirgantara Cahyono Cahyadi Budiman Budiarto Basuki Aryanto Ardiansyah Anshori Amiruddin Alamsyah Aditya Abdullah Zulkarnain
		Yulianto Yuliana Wardani Wahyuni Tjahjono Sutanto Sunaryo Sukmawati Sudrajat Subekti Soekamto Soeharso Satriawan Saragih Rosyid Rohman
		Purnama Pangestu Oktaviani Nainggolan Mustofa Munandar Muchtar Mangunsong Laksmana Kartasasmita Kartono Hutapea Herlambang Hermawan Haryono
		Gumilang Ginanjar Fitriani Fauziah Djunaedi Djuanda Damanik Chaerudin Bustomi Azhari Asmara Arifin Apriliani Andayani Adinegoro`)
	syllables = strings.Fields("wi ra su har to no sa ri ka ma la di nu yo pra ta ku san ti mul ya ni ar jo ha wan bu gi le man")
)

// Name is one of the names: one to four words, of which one in five stands in
// no list.
func Name(r *rand.Rand) string {
	out := []string{first[skewed(r, len(first))]}
	switch n := r.IntN(20); {
	case n < 2: // one word only
	case n < 13:
		out = append(out, later(r))
	case n < 19:
		out = append(out, first[skewed(r, len(first))], later(r))
	default:
		out = append(out, first[skewed(r, len(first))], later(r), later(r))
	}
	return strings.Join(out, " ")
}

// skewed is a place in a list; the earlier ones come more often.
func skewed(r *rand.Rand, n int) int {
	f := r.Float64()
	return int(f * f * float64(n))
}

func later(r *rand.Rand) string {
	if r.IntN(4) > 0 {
		return last[skewed(r, len(last))]
	}
	s := ""
	for range 2 + r.IntN(3) {
		s += syllables[r.IntN(len(syllables))]
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// Batches makes people with two tenures each, a unit for every 107 of them, and
// gives them out some thousands at a time.
func Batches(seed uint64, people int, yield func(roster.Batch) error) error {
	const size = 5000
	r := rand.New(rand.NewPCG(seed, 1))
	since, change := day.Of(2010, 1, 1), day.Of(2019, 1, 1)
	units := max(10, people/107)
	var b roster.Batch
	for i := range units {
		u := roster.Unit{ID: UnitID(i), Name: "Unit " + later(r), Abbreviation: fmt.Sprintf("U%d", i), From: since, Until: day.None}
		if i > 0 {
			u.Parent = UnitID((i - 1) / 8)
		}
		b.Units = append(b.Units, u)
		b.Posts = append(b.Posts,
			roster.Post{ID: fmt.Sprintf("h%07d", i), Unit: u.ID, Title: "Kepala " + u.Name, Level: roster.Pengawas, Echelon: "IV.a", Head: true, From: since, Until: day.None},
			roster.Post{ID: fmt.Sprintf("s%07d", i), Unit: u.ID, Title: "Pengadministrasi", Level: roster.Pelaksana, Seats: 200, From: since, Until: day.None})
		if len(b.Units) == size || i == units-1 {
			if err := yield(b); err != nil {
				return err
			}
			b = roster.Batch{}
		}
	}
	for i := range people {
		born := day.Of(1966+r.IntN(30), time.Month(1+r.IntN(12)), 1+r.IntN(28))
		sex, digit := roster.Male, 1
		if r.IntN(2) == 1 {
			sex, digit = roster.Female, 2
		}
		start := born.Time().Year() + 22 + r.IntN(6)
		p := roster.Person{
			ID: PersonID(i), NIP: fmt.Sprintf("%s%04d%02d%d%03d", born.Time().Format("20060102"), start, 1+i%12, digit, 1+i%999),
			NRK: fmt.Sprintf("%06d", i%1_000_000), Name: Name(r), Grade: roster.Grades()[8+r.IntN(8)], Education: "S-1",
			Born: born, Sex: sex, Status: roster.PNS, From: day.Of(start, 1, 1), Until: day.None,
		}
		b.People = append(b.People, p)
		at, kind := r.IntN(units), "s"
		if i < units {
			at, kind = i, "h"
		}
		b.Tenures = append(b.Tenures,
			roster.Tenure{Person: p.ID, Post: fmt.Sprintf("s%07d", r.IntN(units)), Kind: roster.Definitive, Decree: "SK 1", From: since, Until: change},
			roster.Tenure{Person: p.ID, Post: fmt.Sprintf("%s%07d", kind, at), Kind: roster.Definitive, Decree: "SK 2", From: change, Until: day.None})
		if len(b.People) == size || i == people-1 {
			if err := yield(b); err != nil {
				return err
			}
			b = roster.Batch{}
		}
	}
	return nil
}

// PersonID is the id of the person with a number, from 0.
func PersonID(i int) string { return fmt.Sprintf("p%08d", i) }

// UnitID is the id of the unit with a number, from 0.
func UnitID(i int) string { return fmt.Sprintf("u%07d", i) }
