package sample

import (
	"crypto/sha256"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"netral/internal/fault"

	"pgregory.net/rapid"
)

// What the author of the method published.
func TestPublishedNumbers(t *testing.T) {
	for name, c := range map[string][2]string{
		"uniform":      {Uniform("abc"), "0.56998071861792858926477341561059638840106636224182943832566300809078486324348"},
		"first ticket": {First("01382438112797316654", "AB-130"), "0.26299714122838008416507544297546663599715395525154425586041245287750224561854"},
		"next ticket":  {Next("0.25471"), "0.642853261655004694691182528114375607701032283189922170593838029306715548381901"},
		"hex":          {Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
	} {
		if c[0] != c[1] {
			t.Errorf("%s = %s, published %s", name, c[0], c[1])
		}
	}
}

func numbers(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprint(i)
	}
	return out
}

func TestPublishedSamples(t *testing.T) {
	ids := func(t []Ticket) string {
		var out []string
		for _, x := range t {
			out = append(out, x.ID)
		}
		return strings.Join(out, " ")
	}
	for _, c := range []struct {
		seed string
		ids  []string
		o    Options
		want string
	}{
		{"xy()134!g2n", []string{"dog", "fish", "goat", "cat"}, Options{Take: All}, "cat dog goat fish"},
		{"31", []string{"a", "b", "c", "d"}, Options{Take: All}, "b a d c"},
		{"77", []string{"d", "c", "b", "a"}, Options{Take: All}, "b d c a"},
		{"314159", []string{"A-1", "A-2", "A-3", "B-1", "B-2", "B-3"}, Options{Take: All}, "B-2 B-3 A-3 A-2 B-1 A-1"},
		{"314159", []string{"A-1", "A-2", "A-3", "B-1", "B-2", "B-3"}, Options{Take: 3}, "B-2 B-3 A-3"},
		{"7711", []string{"1", "two", "('III', 3.0)", "(1, 1, 1, 1)"}, Options{Take: All}, "('III', 3.0) 1 two (1, 1, 1, 1)"},
		{"41", numbers(100), Options{Take: 5}, "73 51 17 58 38"},
		{"41", numbers(100), Options{Drop: 5, Take: 5}, "42 39 20 11 67"},
		{"52", []string{"a", "b", "c", "d", "e"}, Options{Replace: true, Take: 15}, "d d d b d b e a d c e a d a b"},
		{"52", []string{"e", "d", "c", "b", "a"}, Options{Replace: true, Drop: 3, Take: 4}, "b d b e"},
		{"1", nil, Options{Take: All}, ""},
		{"1", nil, Options{Replace: true, Take: 3}, ""},
		{"1", nil, Options{Replace: true, Take: All}, ""},
		{"41", numbers(100), Options{Drop: 100, Take: All}, ""},
		{"41", numbers(100), Options{Drop: 1 << 62, Take: 1 << 62}, ""},
	} {
		got, err := Draw(c.seed, c.ids, c.o)
		if err != nil || ids(got) != c.want {
			t.Errorf("seed %s %+v: %s, %v; published %s", c.seed, c.o, ids(got), err, c.want)
		}
	}
}

func TestPublishedDigits(t *testing.T) {
	got, err := Draw("52", []string{"a", "b"}, Options{Replace: true, Take: 20})
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Fields(`0.197384308/b/1 0.255926637/b/2 0.366142288/a/1 0.647437512/a/2 0.756017834/a/3 0.791946361/b/3
		0.808380564/a/4 0.9198557294/a/5 0.9413251822/b/4 0.9442626691/b/5 0.9640637133/b/6 0.9686329377/a/6 0.9768155032/a/7
		0.99512038467/a/8 0.99579318063/a/9 0.99583860264/b/7 0.99600663461/b/8 0.99681028452/b/9 0.99840177044/b/10 0.99882694976/b/11`)
	two := strings.Fields(`0.19 0.25 0.36 0.64 0.75 0.79 0.80 0.919 0.941 0.944 0.964 0.968 0.976 0.9951 0.9957 0.9958 0.9960 0.9968 0.9984 0.9988`)
	for i, x := range got {
		if s := fmt.Sprintf("%s/%s/%d", Cut(x.Number, 9), x.ID, x.Generation); s != want[i] {
			t.Errorf("draw %d: %s, published %s", i, s, want[i])
		}
		if s := Cut(x.Number, 2); s != two[i] {
			t.Errorf("draw %d with two digits: %s, published %s", i, s, two[i])
		}
	}
	for _, c := range []struct {
		x      string
		digits int
		want   string
	}{{"0.123", 0, "0."}, {"0.993", 0, "0.99"}, {"0.999", 4, "0.999"}, {"0.123", 3, "0.123"}, {"0.123", 99, "0.123"}, {"0.123", -1, "0.123"}} {
		if got := Cut(c.x, c.digits); got != c.want {
			t.Errorf("Cut(%s, %d) = %s, want %s", c.x, c.digits, got, c.want)
		}
	}
}

func TestRefused(t *testing.T) {
	for _, c := range []struct {
		ids []string
		o   Options
		key string
	}{
		{[]string{"a", "b", "a"}, Options{Take: 1}, "sample.double"},
		{[]string{"", ""}, Options{Take: 1}, "sample.double"},
		{append(numbers(5000), "4711"), Options{Take: 1}, "sample.double"},
		{[]string{"a"}, Options{Drop: -1, Take: 1}, "sample.drop"},
		{[]string{"a"}, Options{Take: -2}, "sample.take"},
		{[]string{"a"}, Options{Take: All, Replace: true}, "sample.endless"},
		{[]string{"a"}, Options{Take: 1 << 60, Replace: true}, "sample.long"},
		{[]string{"a"}, Options{Drop: 1 << 60, Take: 1, Replace: true}, "sample.long"},
	} {
		_, err := Draw("s", c.ids, c.o)
		if f := fault.Of(err); f == nil || f.Kind != fault.Invalid || f.Key != c.key {
			t.Errorf("%v %+v: %v, want %s", len(c.ids), c.o, err, c.key)
		}
	}
	// Alike to the eye, and two all the same.
	if got, err := Draw("s", []string{"\u00e9", "e\u0301", " a", "a", "01", "1"}, Options{Take: All}); err != nil || len(got) != 6 {
		t.Errorf("%d of 6 drawn, %v", len(got), err)
	}
}

// slow is the number by the words of the method, with the library's integers.
func slow(s string) string {
	sum := sha256.Sum256([]byte(s))
	return slowOf(sum)
}

func slowOf(sum [32]byte) string {
	d := []byte(fmt.Sprintf("%064s", new(big.Int).SetBytes(sum[:]).String()))
	slices.Reverse(d)
	return "0." + string(d)
}

func TestDigits(t *testing.T) {
	check := func(sum [32]byte) {
		n := numberOf(&sum)
		want := slowOf(sum)
		if got := n.text(); got != want {
			t.Errorf("%x: %s, want %s", sum, got, want)
		}
		if got := fmt.Sprintf("%019d", n.key()); got != want[2:21] {
			t.Errorf("%x: key %s, want %s", sum, got, want[2:21])
		}
	}
	var sum [32]byte
	check(sum)
	for i := range sum { // small numbers are filled up with zeros
		sum = [32]byte{}
		sum[i] = 1
		check(sum)
		sum[i] = 255
		check(sum)
	}
	for i := range sum {
		sum[i] = 255
	}
	check(sum)
	for e := range 78 { // powers of ten and their neighbours: zeros and nines inside
		p := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(e)), nil)
		for d := range int64(3) {
			n := new(big.Int).Add(p, big.NewInt(d-1))
			n.FillBytes(sum[:])
			check(sum)
		}
	}
}

func TestProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.String().Draw(t, "seed")
		ids := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-c0-9]{0,6}|.{1,8}`), 0, 60, rapid.ID[string]).Draw(t, "ids")
		all, err := Draw(seed, ids, Options{Take: All})
		if err != nil || len(all) != len(ids) {
			t.Fatalf("%d of %d drawn, %v", len(all), len(ids), err)
		}
		for i, x := range all {
			if x.Number != slow(Hex(seed)+x.ID) || x.Generation != 1 || !Valid(x.Number) {
				t.Fatalf("%+v", x)
			}
			if i > 0 && Compare(all[i-1], x) >= 0 {
				t.Fatalf("%+v before %+v", all[i-1], x)
			}
		}
		turned := slices.Clone(ids)
		slices.Reverse(turned)
		again, err := Draw(seed, turned, Options{Take: All})
		if err != nil || !slices.Equal(all, again) {
			t.Fatal("the order of the list matters")
		}
		// Whatever the words of the method give, with or without replacement.
		replace := rapid.Bool().Draw(t, "replace")
		drop, take := rapid.IntRange(0, 30).Draw(t, "drop"), rapid.IntRange(0, 40).Draw(t, "take")
		got, err := Draw(seed, ids, Options{Replace: replace, Drop: drop, Take: take})
		if err != nil {
			t.Fatal(err)
		}
		if want := byWords(seed, ids, replace, drop, take); !slices.Equal(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
		// A list that has more gives the same order to those who are in both.
		more, err := Draw(seed, append(slices.Clone(ids), "one more, longer than the others"), Options{Take: All})
		if err != nil {
			t.Fatal(err)
		}
		more = slices.DeleteFunc(more, func(x Ticket) bool { return x.ID == "one more, longer than the others" })
		if !slices.Equal(all, more) {
			t.Fatal("one more in the list changes the order of the others")
		}
	})
}

// byWords draws as the method says it, one after the other.
func byWords(seed string, ids []string, replace bool, drop, take int) (out []Ticket) {
	var pot []Ticket
	for _, id := range ids {
		pot = append(pot, Ticket{slow(Hex(seed) + id), id, 1})
	}
	for n := 0; n < drop+take && len(pot) > 0; n++ {
		slices.SortFunc(pot, Compare)
		x := pot[0]
		pot = pot[1:]
		if replace {
			x0 := x.Number + "0"
			p := 2
			for x0[p] == '9' {
				p++
			}
			for i := 1; ; i++ {
				if y := x0[:p] + slow(fmt.Sprintf("%s:%d", x.Number, i))[2:]; y > x0 {
					pot = append(pot, Ticket{y, x.ID, x.Generation + 1})
					break
				}
			}
		}
		if n >= drop {
			out = append(out, x)
		}
	}
	return out
}

// Few are wanted of many: the bound that passes most over must not pass over one.
func TestFewOfMany(t *testing.T) {
	ids := make([]string, 40_000)
	for i := range ids {
		ids[i] = fmt.Sprintf("%018d", i*7919)
	}
	all, err := Draw("few", ids, Options{Take: All})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []Options{{Take: 1}, {Take: 700}, {Drop: 300, Take: 5000}, {Drop: 39_990, Take: 100}, {Take: 0}} {
		got, err := Draw("few", ids, o)
		if err != nil || !slices.Equal(got, all[o.Drop:min(o.Drop+o.Take, len(all))]) {
			t.Errorf("%+v: %d drawn, %v", o, len(got), err)
		}
	}
}

func FuzzDigits(f *testing.F) {
	f.Add([]byte("abc"))
	f.Fuzz(func(t *testing.T, b []byte) {
		var sum [32]byte
		copy(sum[:], b)
		n := numberOf(&sum)
		want := slowOf(sum)
		if n.text() != want || fmt.Sprintf("%019d", n.key()) != want[2:21] {
			t.Errorf("%x: %s with key %d, want %s", sum, n.text(), n.key(), want)
		}
	})
}

func FuzzNext(f *testing.F) {
	f.Add("99", uint8(1))
	f.Fuzz(func(t *testing.T, s string, n uint8) {
		x := "0." + s
		if !Valid(x) || len(x) > 200 {
			return
		}
		for range n%8 + 1 {
			y := Next(x)
			if y <= x || !Valid(y) {
				t.Fatalf("after %s comes %s", x, y)
			}
			x = y
		}
	})
}

func TestEight(t *testing.T) {
	for v := uint64(0); v < 1e8; v += 1 + v%9973*v%7 {
		x := eight(v)
		var b [8]byte
		for i := range b {
			b[i] = byte(x >> (8 * i))
		}
		if want := fmt.Sprintf("%08d", v); string(b[:]) != want {
			t.Fatalf("%s, want %s", b, want)
		}
	}
	for a := range uint64(10_000) { // every half, every quarter
		if x, y := eight(a), eight(a*10_000); y != x>>32|x<<32 {
			t.Fatalf("%d: %x and %x", a, x, y)
		}
	}
}
