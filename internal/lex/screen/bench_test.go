package screen_test

import (
	"strconv"
	"strings"
	"testing"

	"netral/internal/day"
)

// posts are texts of some 200 letters, as they are written.
func posts() []string {
	return []string{
		"Pagi ini bagi-bagi kaos dan kalender di Pasar Minggu bareng tim relawan Anies-Muhaimin. Alhamdulillah warga antusias banget, insyaallah tanggal 14 Februari menang telak di sini. Yang mau stiker merapat ya gaes!!",
		"Kerja bakti RW 05 kemarin rame banget, selokan depan masjid udah bersih lagi. Makasih buat bapak-bapak yang dateng, ibu-ibu yang masak, sama adek-adek karang taruna. Minggu depan giliran gang sebelah ya, jam 7 pagi.",
		"KPU mengajak seluruh warga Jakarta menggunakan hak pilih pada 14 Februari 2024. Pastikan nama Anda terdaftar, bawa KTP elektronik ke TPS, dan pilih sesuai hati nurani. Laporkan politik uang kepada Bawaslu setempat.",
		"jalanan sudirman macet parah dari jam 4, gue udah sejam di bus belom nyampe juga. kayanya ada demo buruh depan gedung dewan. yang mau pulang ke selatan mending naik mrt aja dah, atau ngopi dulu sampe maghrib biar gak emosi",
		"s4lam 2 j4ri d a r i k a m i warga cilincing, ayooo cobloooos yang itu tuh, jgn lupa ajak sodara sama tetangga, kaos ambil di posko, bis gratis ke kampanye kumpul depan kelurahan jam tujuh pagi yaaa, dapet uang transport",
	}
}

func BenchmarkPosts(b *testing.B) {
	w := shipped(b)
	ps := posts()
	on := day.Of(2024, 1, 15)
	n := 0
	b.ReportAllocs()
	for b.Loop() {
		w.reader.Read(ps[n%len(ps)], on)
		n++
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "texts/s")
}

// BenchmarkCold reads with a reader that has met no word before.
func BenchmarkCold(b *testing.B) {
	w := shipped(b)
	on := day.Of(2024, 1, 15)
	xs := corpus(b, "dev.txt")
	texts := make([]string, len(xs))
	for i, x := range xs {
		texts[i], _ = x.with(i)
	}
	n := 0
	r := w.lex.Reader(w.sides)
	for b.Loop() {
		if n%len(texts) == 0 {
			b.StopTimer()
			r = w.lex.Reader(w.sides)
			b.StartTimer()
		}
		r.Read(texts[n%len(texts)], on)
		n++
	}
}

// BenchmarkLong reads texts that are twice as long each time: the time for a
// letter must stay what it is.
func BenchmarkLong(b *testing.B) {
	w := shipped(b)
	on := day.Of(2024, 1, 15)
	for _, kb := range []int{4, 64, 1024} {
		text := strings.Repeat(posts()[0]+" "+posts()[1]+"\n", kb<<10/430)
		b.Run(strconv.Itoa(kb)+"kB", func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				w.reader.Read(text, on)
			}
		})
	}
}

func BenchmarkHard(b *testing.B) {
	w := shipped(b)
	on := day.Of(2024, 1, 15)
	for name, text := range hard() {
		if len(text) < 1000 {
			continue
		}
		b.Run(strings.ReplaceAll(name, " ", "-"), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				w.reader.Read(text, on)
			}
		})
	}
}
