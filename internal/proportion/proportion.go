// Package proportion gives exact intervals for shares: so many out of so many.
package proportion

import "math"

// Interval is an exact interval for a share, with both ends from 0 to 1.
type Interval struct {
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// confidence is what intervals cover at least.
const confidence = 0.95

// Exact is the interval of Clopper and Pearson (1934) for k out of n: it
// covers the true share at least so often as it says, for every n. With n = 0
// nothing is known.
func Exact(k, n int) Interval {
	tail := (1 - confidence) / 2
	in := Interval{0, 1}
	if k > 0 { // the share at which k or more would be just that rare
		in.Low = solve(func(p float64) bool { return 1-below(k, n, p) >= tail })
	}
	if k < n { // the share at which k or fewer would be just that rare
		in.High = solve(func(p float64) bool { return below(k+1, n, p) <= tail })
	}
	return in
}

// solve finds where a test that fails at 0 and holds at 1 begins to hold.
func solve(holds func(float64) bool) float64 {
	low, high := 0.0, 1.0
	for range 60 {
		mid := (low + high) / 2
		if holds(mid) {
			high = mid
		} else {
			low = mid
		}
	}
	return (low + high) / 2
}

// below is the chance of fewer than k successes in n tries of chance p. It adds
// up the shorter tail, so that small chances keep their digits.
func below(k, n int, p float64) float64 {
	if k <= 0 {
		return 0
	}
	if k > n {
		return 1
	}
	if float64(k) > float64(n)*p {
		return 1 - tails(k, n, n, p)
	}
	return tails(0, k-1, n, p)
}

// tails adds the chances of from to until successes.
func tails(from, until, n int, p float64) float64 {
	if p <= 0 || p >= 1 {
		at := 0
		if p >= 1 {
			at = n
		}
		if from <= at && at <= until {
			return 1
		}
		return 0
	}
	all, _ := math.Lgamma(float64(n + 1))
	lp, lq := math.Log(p), math.Log1p(-p)
	sum := 0.0
	for i := from; i <= until; i++ {
		a, _ := math.Lgamma(float64(i + 1))
		b, _ := math.Lgamma(float64(n - i + 1))
		sum += math.Exp(all - a - b + float64(i)*lp + float64(n-i)*lq)
	}
	return math.Min(1, sum)
}
