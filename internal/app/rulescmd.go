package app

import (
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"netral/internal/advise/ask"
	"netral/internal/cli"
	"netral/internal/fault"
	"netral/internal/rule"
	"netral/rules"
)

type rulesCmd struct {
	Check rulesCheckCmd `cmd:"" help:"${h_rules_check}"`
	Diff  rulesDiffCmd  `cmd:"" help:"${h_rules_diff}"`
	Show  rulesShowCmd  `cmd:"" help:"${h_rules_show}"`
	Adopt rulesAdoptCmd `cmd:"" help:"${h_rules_adopt}"`
}

// bookAt finds a book by the id of a built-in one or by the path of a folder.
func bookAt(name string) (fs.FS, string, error) {
	if name == "" {
		name = bookID
	}
	if st, err := os.Stat(name); err == nil && st.IsDir() {
		return os.DirFS(name), ".", nil
	}
	if _, err := fs.Stat(rules.FS, name+"/book.yaml"); err == nil && !strings.ContainsAny(name, "/.") {
		return rules.FS, name, nil
	}
	return nil, "", fault.New(fault.Invalid, "app.book_unknown", name, builtinBooks())
}

func builtinBooks() []string {
	found, _ := fs.Glob(rules.FS, "*/book.yaml") // the pattern is well formed
	for i := range found {
		found[i] = strings.TrimSuffix(found[i], "/book.yaml")
	}
	return found
}

// loadBook loads a book and gives its problems the meaning of a fault.
func loadBook(fsys fs.FS, dir, name string) (*rule.Book, error) {
	b, err := rule.Load(fsys, dir)
	if err != nil {
		if name == "" {
			name = dir
		}
		return nil, fault.Wrap(fault.Invalid, err, "app.book_wrong", name)
	}
	return b, nil
}

type rulesCheckCmd struct {
	JSON bool   `help:"${h_json}"`
	Book string `arg:"" optional:"" help:"${h_rules_book}"`
}

// checked is what `rules check --json` prints: the report, and how long the
// whole took, loading included. Others are the books behind the first, when
// none was named.
type checked struct {
	rule.Report
	Seconds float64   `json:"seconds"`
	Others  []checked `json:"others,omitempty"`
}

// Run checks the book that is named, or every one that is built in.
func (c *rulesCheckCmd) Run(r *run) error {
	books := []string{c.Book}
	if c.Book == "" {
		books = builtinBooks()
	}
	k, err := loadKnowledge("")
	if err != nil {
		return err
	}
	clean := true
	var reports []checked
	for i, name := range books {
		start := time.Now()
		fsys, dir, err := bookAt(name)
		if err != nil {
			return err
		}
		b, err := loadBook(fsys, dir, name)
		if err != nil {
			return err
		}
		report := checked{Report: b.Check(fsys, dir, k.timeline), Seconds: time.Since(start).Seconds()}
		clean = clean && report.Clean()
		if c.JSON {
			reports = append(reports, report)
			continue
		}
		if i > 0 {
			r.Sayf("")
		}
		c.print(r, b, report)
	}
	if c.JSON {
		reports[0].Others = reports[1:]
		if err := r.JSON(reports[0]); err != nil {
			return err
		}
	}
	if !clean {
		return errSilent
	}
	return nil
}

func (c *rulesCheckCmd) print(r *run, b *rule.Book, rep checked) {
	r.Sayf("%s %s  %s", rep.Book, rep.Edition, rep.SHA256)
	r.Sayf("%s", b.Title.In(r.Lang))
	r.Say("app.check_size", rep.Rules, rep.Facts, rep.Eras, rep.Nodes)
	r.Say("app.check_situations", fmt.Sprint(rep.Situations), fmt.Sprintf("%.2f", rep.Seconds))
	for _, g := range []struct {
		key   string
		found []rule.Finding
	}{
		{"app.check_gaps", rep.Gaps}, {"app.check_conflicts", rep.Conflicts}, {"app.check_dead", rep.Dead}, {"app.check_uncited", rep.Uncited},
	} {
		r.Say(g.key, len(g.found))
	}
	r.Say("app.check_examples", rep.Examples.Passed, rep.Examples.Cases, rep.Examples.NearMiss, len(rep.Examples.Failed))
	for _, line := range ask.Findings(rep.Report) {
		r.Sayf("  ✗ %s", cli.Wrap(line, "    ", 100))
	}
	if rep.Clean() {
		r.Say("app.check_clean")
	} else {
		r.Say("app.check_wrong")
	}
}

type rulesShowCmd struct {
	JSON bool   `help:"${h_json}"`
	Book string `default:"id-asn" help:"${h_rules_book}"`
	Rule string `arg:"" optional:"" help:"${h_rules_rule}"`
}

func (c *rulesShowCmd) Run(r *run) error {
	fsys, dir, err := bookAt(c.Book)
	if err != nil {
		return err
	}
	b, err := loadBook(fsys, dir, c.Book)
	if err != nil {
		return err
	}
	if c.Rule == "" {
		if c.JSON {
			return r.JSON(b.Rules)
		}
		r.Sayf("%s %s  %s", b.ID, b.Edition, b.SHA256)
		list := ""
		for _, ru := range b.Rules {
			if ru.List != list {
				list = ru.List
				r.Sayf("\n%s", b.List(list).In(r.Lang))
			}
			r.Sayf("  %-28s %-12s %-6s %s", ru.ID, r.T("ui.outcome."+ru.Outcome.String()), ru.Confidence, ru.Title.In(r.Lang))
		}
		return nil
	}
	ru, ok := b.Rule(c.Rule)
	if !ok {
		return fault.New(fault.NotFound, "app.rule_unknown", c.Rule, near(b, c.Rule))
	}
	if c.JSON {
		return r.JSON(ru)
	}
	showRule(r, b, ru)
	return nil
}

// near lists a few rule ids that share a beginning with what was asked for, or
// the first ones.
func near(b *rule.Book, id string) []string {
	var out []string
	for n := len(id); n > 0 && len(out) == 0; n-- {
		for _, ru := range b.Rules {
			if strings.HasPrefix(strings.ToLower(ru.ID), strings.ToLower(id[:n])) {
				out = append(out, ru.ID)
			}
		}
	}
	if len(out) == 0 {
		for _, ru := range b.Rules {
			out = append(out, ru.ID)
		}
	}
	return out[:min(len(out), 8)]
}

func showRule(r *run, b *rule.Book, ru *rule.Rule) {
	p := ask.Phrase{Text: r.Text, Lang: r.Lang, Book: b}
	r.Sayf("%s  %s:%d", ru.ID, ru.File, ru.Line)
	r.Sayf("%s", ru.Title.In(r.Lang))
	r.Sayf("  %s", cli.Wrap(ru.Text.In(r.Lang), "  ", 76))
	r.Sayf("  → %s", p.Outcome(ru.Outcome))
	for _, c := range ru.When {
		r.Sayf("  %s: %s", p.Fact(c.Fact), p.Condition(c))
	}
	for i, alt := range ru.Any {
		r.Say("app.rule_way", i+1)
		for _, c := range alt {
			r.Sayf("    %s: %s", p.Fact(c.Fact), p.Condition(c))
		}
	}
	for _, c := range ask.Cites(b, ru, r.Lang) {
		r.Sayf("  %s: %s (%s)", r.T("ask.basis"), c, c.Confidence)
	}
	if breach := p.Breach(ru); breach != "" {
		r.Sayf("  %s", cli.Wrap(r.T("ask.possible_breach", breach), "  ", 76))
	}
	for _, s := range p.Sanctions(ru) {
		r.Sayf("    – %s", s)
	}
	if len(ru.Overrides) > 0 {
		r.Say("app.rule_overrides", ru.Overrides)
	}
	r.Say("app.rule_confidence", ru.Confidence, ru.Sources)
	for _, o := range ru.Opinions {
		r.Sayf("  %s: %s", o.Who.In(r.Lang), cli.Wrap(o.Says.In(r.Lang), "    ", 76))
	}
	for _, t := range []rule.Text{ru.Conflict, ru.Instead, ru.Ask} {
		if !t.Zero() {
			r.Sayf("  %s", cli.Wrap(t.In(r.Lang), "  ", 76))
		}
	}
}
