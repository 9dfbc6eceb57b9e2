package proportion

import (
	"math"
	"testing"
)

// Published 95 % limits: tables of binomial confidence limits (Clopper and
// Pearson 1934; Geigy tables), and the closed forms at the ends.
func TestExactInterval(t *testing.T) {
	for _, x := range []struct {
		k, n      int
		low, high float64
	}{
		{0, 10, 0, 0.3085}, {10, 10, 0.6915, 1}, {5, 10, 0.1871, 0.8129}, {1, 10, 0.0025, 0.4450},
		{1, 20, 0.0013, 0.2487}, {4, 20, 0.0573, 0.4366}, {15, 50, 0.1786, 0.4461}, {0, 1, 0, 0.9750},
		{0, 100, 0, 0.0362}, {50, 100, 0.3983, 0.6017}, {1, 1000, 0.0000253, 0.00556},
	} {
		in := Exact(x.k, x.n)
		if math.Abs(in.Low-x.low) > 0.0001 || math.Abs(in.High-x.high) > 0.0001 {
			t.Errorf("%d of %d: %.5f–%.5f, want %.5f–%.5f", x.k, x.n, in.Low, in.High, x.low, x.high)
		}
	}
	if in := Exact(0, 0); in.Low != 0 || in.High != 1 {
		t.Errorf("nothing of nothing: %v", in)
	}
	// At the ends the limits have a closed form.
	for _, n := range []int{1, 7, 40, 5000} {
		if got, want := Exact(0, n).High, 1-math.Pow(0.025, 1/float64(n)); math.Abs(got-want) > 1e-9 {
			t.Errorf("0 of %d: %v, want %v", n, got, want)
		}
	}
}

// Whatever the true share is, the interval covers it at least 95 times in a
// hundred: counted exactly over all outcomes, not sampled.
func TestExactIntervalCovers(t *testing.T) {
	for _, n := range []int{1, 5, 12, 30} {
		for p := 0.01; p < 1; p += 0.01 {
			covered := 0.0
			for k := 0; k <= n; k++ {
				if in := Exact(k, n); in.Low <= p && p <= in.High {
					covered += tails(k, k, n, p)
				}
			}
			if covered < confidence-1e-9 {
				t.Errorf("n=%d, share %.2f: covered %.4f", n, p, covered)
			}
		}
	}
}
