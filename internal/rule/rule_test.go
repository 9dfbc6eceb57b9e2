package rule

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"netral/internal/day"
)

func loadLibrary(t testing.TB) *Book {
	t.Helper()
	b, err := Load(mapFS(library(t)), ".")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestDecideAllocatesNothing(t *testing.T) {
	b := loadLibrary(t)
	s, err := b.Situation(Facts{"item": "film", "reader": "child", "hour": "open"})
	if err != nil {
		t.Fatal(err)
	}
	on := day.Of(2024, 5, 1)
	if _, ok := b.Decide(Situation{1, 0, 1}, on); ok {
		t.Error("decided without knowing the reader of a film")
	}
	var sum int
	if n := testing.AllocsPerRun(100, func() {
		v, ok := b.Decide(s, on)
		if ok && v.Outcome == Conditional {
			sum += v.Deciding
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
	if sum == 0 {
		t.Error("not decided")
	}
}

// TestTogether: one book serves many at once, and each gets the answer it would
// get alone. Worth a run with -race.
func TestTogether(t *testing.T) {
	t.Parallel()
	b := loadLibrary(t)
	tl := Timeline{Tracks: []Track{{Spans: []Span{{From: day.Of(2024, 5, 1), Until: day.None, Set: Facts{"hour": "closed", "moon": "full"}}}}}}
	ask := func(i int) string {
		given := []Facts{{}, {"item": "film"}, {"item": "book", "reader": "staff"}, {"reader": "child", "hour": "open"}}[i%4]
		on := day.Of(2024, 1, 1+i%200)
		all, _ := b.Complete(given, tl, on)
		s, err := b.Situation(all)
		if err != nil {
			return err.Error()
		}
		d := b.Answer(s, on)
		p, err := b.Periods(given, tl, on, on+300)
		return fmt.Sprint(d.Outcome, d.Possible, d.Missing, d.Refine, len(d.Rules), b.Flips(s, on), len(p), err)
	}
	var want []string
	for i := range 400 {
		want = append(want, ask(i))
	}
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for i := range 400 {
				if got := ask((i + w*50) % 400); got != want[(i+w*50)%400] {
					t.Errorf("%d together: %s, alone: %s", i, got, want[(i+w*50)%400])
					return
				}
			}
		})
	}
	wg.Wait()
}

// TestEpochWraps: after four thousand million questions the marks of a look
// begin again and must not meet old ones.
func TestEpochWraps(t *testing.T) {
	t.Parallel()
	b := loadLibrary(t)
	s := make(Situation, len(b.facts))
	root := b.roots[b.era(day.Of(2024, 5, 1))]
	l := b.look()
	l.all(root, s)
	want := slices.Clone(l.leaves)
	for i := range l.met {
		l.met[i] = 1
	}
	for i := range l.seen {
		l.seen[i] = 1
	}
	l.epoch = ^uint32(0)
	l.all(root, s)
	if !slices.Equal(l.leaves, want) {
		t.Errorf("leaves %v, want %v", l.leaves, want)
	}
}

func TestLookups(t *testing.T) {
	t.Parallel()
	b := loadLibrary(t)
	if len(b.Facts()) != 3 || b.PossibleFacts() != "item, reader, hour" || b.PossibleValues("hour") != "open, closed" || b.PossibleValues("x") != "" {
		t.Error("facts or values")
	}
	f, ok := b.Fact("reader")
	if _, no := b.Fact("x"); !ok || no || f.Assume != "adult" {
		t.Error("fact")
	}
	if v, ok := f.Value("staff"); !ok || v.Title.EN != "staff" {
		t.Error("value")
	}
	if _, ok := f.Value("x"); ok {
		t.Error("value x")
	}
	r, ok := b.Rule("night")
	if _, no := b.Rule("x"); !ok || no || r.InForce(day.Of(2024, 2, 29)) || !r.InForce(day.Of(2024, 3, 1)) {
		t.Error("rule")
	}
	it, in, ok := b.Item("order/3")
	if _, _, no := b.Item("x"); !ok || no || it.Confidence != "M" || in.ID != "order" || in.From != day.Of(2020, 1, 1) {
		t.Error("item")
	}
	if s, ok := b.Sanction("fee"); !ok || s.Level != "light" {
		t.Error("sanction")
	}
	if _, ok := b.Sanction("x"); ok {
		t.Error("sanction x")
	}
	if b.List("desk").EN != "Rules of the desk" || !b.List("x").Zero() || b.Source("S1").In("id") != "Papan pengumuman" {
		t.Error("list or source")
	}
	for on, want := range map[day.Day]string{day.Of(2024, 2, 29): "The old board", day.Of(2024, 3, 1): "The new board"} {
		if s, ok := b.Supervisor(on); !ok || s.Body.EN != want {
			t.Errorf("supervisor on %s: %v", on, s.Body.EN)
		}
	}
	b.Supervisors = nil
	if _, ok := b.Supervisor(0); ok {
		t.Error("a supervisor of nothing")
	}
	if !b.Known("item", "film") || b.Known("item", "disc") || b.Known("x", "film") {
		t.Error("known")
	}
	if (Text{ID: "a", EN: "b"}).In("fr") != "a" {
		t.Error("an unknown language is not Indonesian")
	}
}

// TestHash: the hash names what answers depend on, and nothing else.
func TestHash(t *testing.T) {
	t.Parallel()
	was := loadLibrary(t).SHA256
	for _, name := range []string{"vocabulary.yaml", "book.yaml", "rules/desk.yaml", "cases/desk.yaml", "rules/more.yaml"} {
		files := library(t)
		files[name] += "\n# a word more\n"
		if name == "rules/more.yaml" {
			files[name] = "rules: []\n"
		}
		b, err := Load(mapFS(files), ".")
		if err != nil {
			t.Fatal(err)
		}
		if same := b.SHA256 == was; same != (name == "cases/desk.yaml") || len(b.SHA256) != 64 {
			t.Errorf("%s changed, the hash did not: %v", name, same)
		}
	}
}

// TestOrder: of rules that decide alike, what a procedure enforces comes before
// what is advice.
func TestOrder(t *testing.T) {
	t.Parallel()
	files := library(t)
	rules := "rules:\n"
	for _, breach := range []string{"", "advice", "policy", "administrative", "ethics", "discipline", "crime"} {
		rules += "  - {id: r" + breach + ", list: desk, title: {id: t, en: t}, text: {id: t, en: t}, when: {}, outcome: prohibited, cites: [order/1], confidence: H, breach: \"" + breach + "\"}\n"
	}
	files["rules/desk.yaml"] = rules
	b, err := Load(mapFS(files), ".")
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, a := range b.Answer(make(Situation, 3), firstDay).Rules {
		ids = append(ids, a.Rule.ID)
	}
	if got := strings.Join(ids, " "); got != "rcrime rdiscipline rethics radministrative rpolicy radvice r" {
		t.Error(got)
	}
}

func TestOutcomeText(t *testing.T) {
	t.Parallel()
	for o := Undecided; o < outcomes; o++ {
		data, err := json.Marshal(o)
		var back Outcome
		if err != nil || json.Unmarshal(data, &back) != nil || back != o {
			t.Errorf("%v: %s %v", o, data, err)
		}
	}
	var o Outcome
	if err := o.UnmarshalText([]byte("perhaps")); err == nil || !strings.Contains(err.Error(), `"perhaps" is not an outcome: want one of [undecided allowed`) {
		t.Error(err)
	}
	if Outcome(99).String() != "outcome(99)" {
		t.Error(Outcome(99))
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	m := &model{
		facts: []mFact{
			{name: "a", values: []string{"v0", "v1", "v2", "v3", "v4"}, groups: map[string][]string{"v1": {"g"}, "v2": {"g"}, "v3": {"g", "most"}, "v4": {"most"}, "v0": {"most"}}},
			{name: "b", values: []string{"x", "y"}},
		},
		rules: []mRule{{id: "r", outcome: Allowed, from: day.None, until: day.None,
			when: mCond{"a": {"g"}},
			any:  []mCond{{"b": {"x"}}, {"b": {"x", "y"}}}}},
	}
	b := m.load(t)
	r, _ := b.Rule("r")
	d := b.Describe(r, "en")
	if got, want := fmt.Sprint(d), "{[Ta: Vv1, Vv2 or Vv3] [[Tb: Vx] [Tb: anything]]}"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	d = b.Describe(r, "id")
	if got, want := fmt.Sprint(d), "{[Fa: Nv1, Nv2 atau Nv3] [[Fb: Nx] [Fb: apa pun]]}"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	for _, c := range []struct {
		c    Condition
		want string
	}{
		{Condition{Fact: "a", Words: []string{"g", "v0"}}, "Ta: anything except Vv4"},
		{Condition{Fact: "a", Words: []string{"most"}}, "Ta: Vv0, Vv3 or Vv4"},
		{Condition{Fact: "z", Words: []string{"p", "q"}}, "z: p, q"},
	} {
		if got := b.Words(c.c, "en"); got != c.want {
			t.Errorf("%v: %s, want %s", c.c, got, c.want)
		}
	}
	if got := b.Phrase(Facts{"b": "y", "a": "v9", "q": "r"}, "en"); got != "Ta: v9; Tb: Vy; q: r" {
		t.Error(got)
	}
	files := m.files()
	files["vocabulary.yaml"] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(string(files["vocabulary.yaml"].Data), "en: Vv1", `en: "one, or two"`))}
	comma, err := Load(files, ".")
	if err != nil {
		t.Fatal(err)
	}
	if got := comma.Words(r.When[0], "en"); got != "Ta: one, or two; Vv2; Vv3" {
		t.Error(got)
	}
}

func TestDerive(t *testing.T) {
	t.Parallel()
	tl := Timeline{Tracks: []Track{
		{When: Facts{"contest": "a"}, Default: Facts{"stage": "none"}, Spans: []Span{
			{From: 10, Until: 20, Set: Facts{"stage": "campaign", "window": "open"}},
			{From: 15, Until: 16, Set: Facts{"stage": "quiet"}},
		}},
		{When: Facts{"contest": "b"}, Default: Facts{"stage": "none"}, Spans: []Span{{From: 18, Until: day.None, Set: Facts{"stage": "campaign"}}}},
	}}
	for _, c := range []struct {
		known Facts
		on    day.Day
		want  Facts
	}{
		{Facts{"contest": "a"}, 9, Facts{"stage": "none"}},
		{Facts{"contest": "a"}, 10, Facts{"stage": "campaign", "window": "open"}},
		{Facts{"contest": "a"}, 15, Facts{"stage": "quiet", "window": "open"}},
		{Facts{"contest": "a"}, 20, Facts{"stage": "none"}},
		{Facts{"contest": "b"}, 15, Facts{"stage": "none"}},
		{Facts{"contest": "c"}, 15, Facts{}},
		{Facts{}, 9, Facts{"stage": "none"}},      // both agree
		{Facts{}, 15, Facts{}},                    // they do not
		{Facts{}, 19, Facts{"stage": "campaign"}}, // agree on one fact only
	} {
		if got := tl.Derive(c.known, c.on); fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%v on %d: %v, want %v", c.known, c.on, got, c.want)
		}
	}
	// A track that surely applies sets one fact, one that may apply another.
	m := &model{facts: []mFact{{name: "contest", values: []string{"a", "b"}}, {name: "stage", values: []string{"none", "campaign"}}, {name: "window", values: []string{"open", "closed"}}},
		rules: []mRule{{id: "r", outcome: Allowed, when: mCond{}, from: day.None, until: day.None}}}
	b := m.load(t)
	both := Timeline{Tracks: []Track{{Default: Facts{"stage": "none"}}, {When: Facts{"contest": "a"}, Default: Facts{"stage": "campaign", "window": "open"}}}}
	if got := both.Derive(Facts{}, 9); fmt.Sprint(got) != "map[stage:none window:open]" {
		t.Error(got)
	}
	s := make(Situation, 3)
	if b.plan(both, Facts{}).derive(s, 9); fmt.Sprint(b.named(s, ^uint64(0))) != "map[stage:none window:open]" {
		t.Errorf("planned %v", s)
	}
	if got := tl.Boundaries(Facts{"contest": "a"}); !slices.Equal(got, []day.Day{10, 15, 16, 20}) {
		t.Error(got)
	}
	if got := tl.Boundaries(Facts{}); !slices.Equal(got, []day.Day{10, 15, 16, 18, 20}) {
		t.Error(got)
	}
}
