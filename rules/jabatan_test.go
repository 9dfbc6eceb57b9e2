package rules_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"netral/data"
	"netral/internal/advise/calendar"
	"netral/internal/rule"
	"netral/rules"
)

const posts = "id-jabatan"

func loadPosts(t *testing.T) *rule.Book {
	t.Helper()
	b, err := rule.Load(rules.FS, posts)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The eligibility book ships only when nothing is wrong with it.
func TestPostsBookIsClean(t *testing.T) {
	b := loadPosts(t)
	e, err := calendar.Load(data.FS, "calendar/2026-1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	r := b.Check(rules.FS, posts, e.Timeline())
	t.Logf("%d rules, %d examples, %d near misses, %d situations, %d nodes", r.Rules, r.Examples.Cases, r.Examples.NearMiss, r.Situations, r.Nodes)
	for _, found := range [][]rule.Finding{r.Gaps, r.Conflicts, r.Dead, r.Uncited, r.Examples.Failed} {
		for _, f := range found {
			t.Errorf("%s:%d: %s", f.File, f.Line, f.Message)
		}
	}
	if r.Nodes > 500 {
		t.Errorf("%d nodes: requirements have become entangled", r.Nodes)
	}
}

// Every requirement is a matter of its own: each rule but those for levels
// outside the book names exactly one, and each matter can be met and missed,
// held or warned of.
func TestEachRequirementStandsAlone(t *testing.T) {
	b := loadPosts(t)
	says := map[string]map[rule.Outcome]bool{}
	for _, r := range b.Rules {
		if r.List == "outside" {
			continue
		}
		var named []string
		for _, c := range r.When {
			if c.Fact == "matter" {
				named = c.Words
			}
		}
		if len(named) != 1 {
			t.Errorf("%s is about %v: want one matter", r.ID, named)
			continue
		}
		if says[named[0]] == nil {
			says[named[0]] = map[rule.Outcome]bool{}
		}
		says[named[0]][r.Outcome] = true
	}
	matter, _ := b.Fact("matter")
	for _, v := range matter.Values {
		if !says[v.Name][rule.Allowed] || len(says[v.Name]) < 2 {
			t.Errorf("%s can only come out as %v", v.Name, says[v.Name])
		}
	}
}

// What a page says of a rule is never surer than the law behind it; weak law
// says so in words; who hears no hears what to do.
func TestPostsRulesAreHonest(t *testing.T) {
	b := loadPosts(t)
	for _, r := range b.Rules {
		item, _, ok := b.Item(r.Cites[0])
		if !ok {
			t.Fatalf("%s cites %s", r.ID, r.Cites[0])
		}
		if strength(r.Confidence) > strength(item.Confidence) {
			t.Errorf("%s is marked %s, but %s only %s", r.ID, r.Confidence, item.ID, item.Confidence)
		}
		no := r.Outcome == rule.Prohibited || r.Outcome == rule.Caution
		if no && r.Instead.Zero() {
			t.Errorf("%s says no and not what to do instead", r.ID)
		}
		if no && strength(r.Confidence) < 2 && r.Conflict.Zero() && len(r.Opinions) == 0 {
			t.Errorf("%s is marked %s and does not say what is doubtful", r.ID, r.Confidence)
		}
		if r.Outcome == rule.Prohibited && r.Breach == "" {
			t.Errorf("%s is prohibited without a class", r.ID)
		}
		if len(r.Sources) == 0 {
			t.Errorf("%s names no source", r.ID)
		}
		// What blocks by policy says so: a policy fact is among its conditions.
		policy := slices.ContainsFunc(r.When, func(c rule.Condition) bool { return strings.HasPrefix(c.Fact, "policy_") })
		if (r.Breach == "policy") != (policy && r.Outcome == rule.Prohibited) {
			t.Errorf("%s: breach %q, asks a policy: %v", r.ID, r.Breach, policy)
		}
		for _, s := range append([]string{}, r.Sources...) {
			if b.Source(s).Zero() {
				t.Errorf("%s names the unknown source %s", r.ID, s)
			}
		}
	}
}

// The minister's approval lifts every ban on every day of the calendar, and
// before the first day of the ban nothing but the acting governor asks for it.
func TestBanOpensAndClosesWithTheCalendar(t *testing.T) {
	b := loadPosts(t)
	e, err := calendar.Load(data.FS, "calendar/2026-1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	ask := func(on, approval string) rule.Outcome {
		d := mustDay(t, on)
		facts, _ := b.Complete(rule.Facts{"matter": "ban", "level": "administrator", "contest": "governor", "head": "acting", "approval": approval}, e.Timeline(), d)
		s, err := b.Situation(facts)
		if err != nil {
			t.Fatal(err)
		}
		return b.Answer(s, d).Outcome
	}
	for on, want := range map[string]rule.Outcome{"2023-12-27": rule.Allowed, "2024-03-21": rule.Allowed, "2024-03-22": rule.Conditional, "2025-02-19": rule.Conditional} {
		if got := ask(on, "none"); got != want {
			t.Errorf("%s without approval: %s, want %s", on, got, want)
		}
		if got := ask(on, "given"); got != rule.Allowed {
			t.Errorf("%s with approval: %s", on, got)
		}
	}
}

// The page about the book names every rule of it, and no other.
func TestPostsPageNamesEveryRule(t *testing.T) {
	b := loadPosts(t)
	page, err := os.ReadFile("../docs/rules-id-jabatan.md")
	if err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	for line := range strings.Lines(string(page)) {
		if strings.HasPrefix(line, "|") {
			table.WriteString(line)
		}
	}
	words := strings.FieldsFunc(table.String(), func(r rune) bool { return strings.ContainsRune(" |;:,.()`\n", r) })
	for _, r := range b.Rules {
		if !slices.Contains(words, r.ID) {
			t.Errorf("docs/rules-id-jabatan.md does not name %s", r.ID)
		}
	}
	for _, w := range words {
		ours := strings.ContainsRune(w, '-') && w == strings.ToUpper(w) && slices.ContainsFunc(b.Rules, func(r *rule.Rule) bool {
			return strings.HasPrefix(w, r.ID[:strings.IndexByte(r.ID, '-')+1])
		})
		if _, ok := b.Rule(w); ours && !ok {
			t.Errorf("docs/rules-id-jabatan.md names %s, which is no rule", w)
		}
	}
}
