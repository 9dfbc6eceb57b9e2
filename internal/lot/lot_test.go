package lot

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"netral/internal/beacon"
	"netral/internal/fault"
	"netral/internal/sample"
)

// file is a draw of 4 out of 30, with the published round 1000 or with dice.
func file(t testing.TB, source string) *File {
	t.Helper()
	f := &File{
		Rules: Rules{
			ID: "paparan-eselon", Title: "Paparan tugas pejabat eselon III dan IV", Levels: []string{"administrator", "pengawas"},
			Every: "month", Count: 4, By: "level", Quotas: []Quota{}, Substitutes: 2, Rest: 3, NoticeHours: 24,
			Exempt: []string{"leave"}, Excuse: []string{"illness", "leave"}, Source: source, LateHours: 24, Panel: 3, Questions: 3,
			Rubric: []Criterion{{"isi", "Menguasai isi tugas", 5}}, ReplyDays: 3,
		},
		Sealed: Sealed{Round: 4, At: time.Unix(1692806000, 0).UTC(), Entry: 17},
		Groups: []Group{{Name: "pengawas"}, {Name: "administrator"}},
	}
	for i := range 30 {
		g := &f.Groups[min(i%3, 1)]
		g.IDs = append(g.IDs, fmt.Sprintf("p%02d", i*7%30))
	}
	if source != Dice {
		f.Sealed.Beacon = 1000
		f.Source = Source{Chain: "quicknet", Round: 1000, Signature: "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39",
			Randomness: "fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd"}
	}
	if source != Drand {
		f.Rules.Dice, f.Sealed.Roll = MinDice, time.Unix(1692806200, 0).UTC()
		f.Source.Dice = strings.Repeat("61523", 10)
	}
	var err error
	if f.Sealed.Rules, err = RulesSum(f.Rules); err != nil {
		t.Fatal(err)
	}
	if f.Sealed.List, err = ListSum(f.Groups); err != nil {
		t.Fatal(err)
	}
	f.Sealed.Groups = GroupsSum(f.Groups)
	if err := f.Draw(); err != nil {
		t.Fatal(err)
	}
	return f
}

func TestDrawAndCheck(t *testing.T) {
	for _, source := range Sources() {
		f := file(t, source)
		raw, err := f.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		again, err := Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		r := again.Check(beacon.Quicknet())
		if !r.Clean() || r.Listed != 30 || r.Drawn != 4 || len(r.Steps) != 5 {
			t.Errorf("%s: %+v", source, r)
		}
		if got := []int{f.Groups[0].Quota, f.Groups[1].Quota}; !slices.Equal(got, []int{3, 1}) {
			t.Errorf("quotas %v", got)
		}
		order, err := f.Order("administrator")
		if err != nil || len(order) != 20 || order[2] != f.Groups[0].Drawn[2].ID || order[3] != f.Groups[0].Substitutes[0].ID {
			t.Errorf("order %v, %v", order, err)
		}
	}
	// The seed by the words of the specification.
	f := file(t, Both)
	want := sample.Hex("netral-draw/1\npaparan-eselon\n4\n" + f.Sealed.List + "\nfe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd\n" + strings.Repeat("61523", 10))
	if f.Seed != want {
		t.Errorf("seed %s, want %s", f.Seed, want)
	}
}

// One altered character is found, and the part where it stands is named.
func TestEveryCharacterCounts(t *testing.T) {
	for _, source := range []string{Dice, Drand} {
		raw, err := file(t, source).Marshal()
		if err != nil {
			t.Fatal(err)
		}
		key, in := "", false
		for i := range raw {
			if line := raw[bytes.LastIndexByte(raw[:i], '\n')+1:]; bytes.HasPrefix(line, []byte(` "`)) {
				key, in = string(line[2:2+bytes.IndexByte(line[2:], '"')]), true
			}
			if source == Drand && key != "source" && i%97 != 0 { // a pairing takes milliseconds
				continue
			}
			bad := slices.Clone(raw)
			switch c := bad[i]; {
			case c >= '0' && c <= '9':
				bad[i] = '0' + (c-'0'+1)%10
			case c >= 'a' && c < 'z':
				bad[i]++
			default:
				bad[i] = 'x'
			}
			f, err := Parse(bad)
			if err != nil {
				x := fault.Of(err)
				if x.Key == "lot.broken" || x.Key == "lot.form" {
					if at, want := x.Args[0].(int), 1+bytes.Count(raw[:i], []byte("\n")); at < want-1 || at > want+1 {
						t.Errorf("%s: byte %d of line %d altered to %q is said to be in line %d", source, i, want, bad[i], at)
					}
				}
				continue
			}
			r := f.Check(beacon.Quicknet())
			if r.Clean() {
				t.Fatalf("%s: byte %d altered to %q is not found: %s", source, i, bad[i], bad[max(0, i-40):i+1])
			}
			if in && key != "sums" && !slices.ContainsFunc(r.Problems, func(p Problem) bool { return strings.HasPrefix(p.Part, key) }) {
				t.Errorf("%s: byte %d altered in %q: %+v", source, i, key, r.Problems)
			}
		}
	}
}

func TestWhatIsFound(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*File)
		part   string
		key    string
	}{
		"somebody left out": {func(f *File) { f.Groups[0].IDs = f.Groups[0].IDs[1:] }, "groups", "lot.check.other"},
		"somebody in another group": {func(f *File) {
			f.Groups[0].IDs, f.Groups[1].IDs = f.Groups[0].IDs[1:], append(f.Groups[1].IDs, f.Groups[0].IDs[0])
			slices.Sort(f.Groups[1].IDs)
		}, "groups", "lot.check.other"},
		"twice in the list":         {func(f *File) { f.Groups[0].IDs[1] = f.Groups[0].IDs[0] }, "groups", "sample.double"},
		"another name":              {func(f *File) { f.Groups[1].Drawn[0] = f.Groups[1].Substitutes[0] }, "groups.pengawas.drawn.1", "lot.check.ticket"},
		"more drawn":                {func(f *File) { f.Groups[1].Drawn = append(f.Groups[1].Drawn, f.Groups[1].Substitutes[0]) }, "groups.pengawas.drawn", "lot.check.many"},
		"another quota":             {func(f *File) { f.Groups[1].Quota = 4 }, "groups.pengawas.quota", "lot.check.quota"},
		"another round":             {func(f *File) { f.Source.Round = 1001 }, "source.signature", "beacon.signature.wrong"},
		"a round not announced":     {func(f *File) { f.Sealed.Beacon = 999 }, "source.round", "lot.check.beacon"},
		"sealed afterwards":         {func(f *File) { f.Sealed.At = time.Unix(1692806364, 0).UTC() }, "sealed.at", "lot.check.early"},
		"dice in a draw without":    {func(f *File) { f.Source.Dice = "6" }, "source", "lot.check.both"},
		"groups exchanged":          {func(f *File) { slices.Reverse(f.Groups) }, "groups.administrator", "lot.check.order"},
		"quota larger than a group": {func(f *File) { f.Rules.Quotas = []Quota{{"pengawas", 21}, {"nobody", 1}} }, "groups.pengawas", "sample.quota.large"},
		"rounds begin with 1":       {func(f *File) { f.Sealed.Round = 0 }, "sealed.round", "lot.check.round"},
		"fewer than no substitutes": {func(f *File) { f.Rules.Count, f.Rules.Substitutes = 20, -7 }, "groups", "sample.take"},
		"more than a number holds":  {func(f *File) { f.Rules.Substitutes = math.MaxInt }, "groups", "sample.take"},
		"dice too few to be chance": {func(f *File) { f.Rules.Source, f.Rules.Dice = Dice, 0 }, "rules.dice", "lot.check.dice"},
		"a source nobody knows":     {func(f *File) { f.Rules.Source = "coin" }, "rules.source", "lot.check.source"},
	} {
		f := file(t, Drand)
		c.change(f)
		r := f.Check(beacon.Quicknet())
		if !slices.ContainsFunc(r.Problems, func(p Problem) bool { return p.Part == c.part && p.Key == c.key }) {
			t.Errorf("%s: %+v", name, r.Problems)
		}
	}
	f := file(t, Dice)
	f.Source.Dice = f.Source.Dice[1:] + "7"
	if r := f.Check(beacon.Quicknet()); !slices.ContainsFunc(r.Problems, func(p Problem) bool { return p.Part == "source.dice" && p.Key == "lot.dice" }) {
		t.Errorf("a seven: %+v", r.Problems)
	}
	f = file(t, Dice)
	f.Source.Signature = "00"
	if r := f.Check(beacon.Quicknet()); r.Clean() {
		t.Error("a signature in a draw by dice")
	}
}

func FuzzParse(f *testing.F) {
	raw, err := file(f, Dice).Marshal()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Add([]byte(`{"format":"netral-draw/1"}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		x, err := Parse(raw)
		if err != nil {
			return
		}
		again, err := x.Marshal()
		if err != nil || !bytes.Equal(raw, again) {
			t.Errorf("read, and written otherwise: %v", err)
		}
		x.Rules.Source = Dice // no pairings while fuzzing
		x.Check(beacon.Quicknet())
	})
}
