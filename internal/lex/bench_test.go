package lex_test

import "testing"

var bench = []struct{ name, text string }{
	{"short", "boleh ga like foto istri yg nyaleg?"},
	{"typical", "min mau nanya, klo saya PNS ngeshare postingan timses cagub tp cuma ke grup keluarga besok gmn ya"},
	{"formal", "Dengan hormat, mohon penjelasan apakah PNS Pemprov DKI dapat menjadi narasumber pada seminar yang diselenggarakan oleh KPU"},
	{"disguised", "b o l e h  l1ke p0stingan c4leg nge-like bagi2 s4lam 2 j4ri boleeeeh"},
}

func BenchmarkRead(b *testing.B) {
	w := shipped(b)
	today := on(b, "2023-10-19")
	for _, q := range bench {
		b.Run(q.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				w.reader.Read(q.text, today)
			}
		})
	}
}

// BenchmarkReadCold reads every question of the set with a reader that has
// seen no word before, so no form is remembered.
func BenchmarkReadCold(b *testing.B) {
	w := shipped(b)
	today := on(b, "2023-10-19")
	qs := questions(b, "testdata/dev.yaml")
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		if n%len(qs) == 0 {
			b.StopTimer()
			w.reader = w.lexicon.Reader(w.names)
			b.StartTimer()
		}
		w.reader.Read(qs[n%len(qs)].Q, today)
		n++
	}
}
