package sample

import (
	"crypto/sha256"
	"fmt"
	"testing"
)

func staff(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("%04d%02d%02d2010%02d%d%03d", 1960+i%40, i%12+1, i%28+1, i/7%12+1, i%2+1, i%1000) + fmt.Sprint(i)
	}
	return out
}

func BenchmarkBareHash(b *testing.B) {
	ids, seed := staff(100_000), Hex("seed")
	var buf []byte
	var x byte
	for b.Loop() {
		for _, id := range ids {
			buf = append(append(buf[:0], seed...), id...)
			sum := sha256.Sum256(buf)
			x ^= sum[0]
		}
	}
	if x == 1 && len(ids) == 0 {
		b.Fatal("nothing was hashed")
	}
}

func BenchmarkKeys(b *testing.B) {
	ids := staff(100_000)
	for b.Loop() {
		if _, err := Keys("seed", ids); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkWholeNumbers(b *testing.B) {
	ids := staff(100_000)
	h, err := newHasher("seed")
	if err != nil {
		b.Fatal(err)
	}
	var buf digits
	for b.Loop() {
		for _, id := range ids {
			n, err := h.number(id)
			if err != nil || n.fraction(&buf) < leastDigits {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkDraw(b *testing.B) {
	ids := staff(100_000)
	for b.Loop() {
		if _, err := Draw("seed", ids, Options{Take: 1000}); err != nil {
			b.Fatal(err)
		}
	}
}
