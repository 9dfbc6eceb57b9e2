package app

import (
	"fmt"
	"os"
	"strings"

	"netral/internal/advise/ask"
	"netral/internal/cli"
	"netral/internal/day"
	"netral/internal/rule"
	"netral/internal/text"
)

type rulesDiffCmd struct {
	JSON bool   `help:"${h_json}"`
	Old  string `arg:"" help:"${h_rules_old}"`
	New  string `arg:"" help:"${h_rules_new}"`
}

func (c *rulesDiffCmd) Run(r *run) error {
	var books [2]*rule.Book
	for i, name := range []string{c.Old, c.New} {
		fsys, dir, err := bookAt(name)
		if err != nil {
			return err
		}
		if books[i], err = loadBook(fsys, dir, name); err != nil {
			return err
		}
	}
	d, err := rule.Diff(books[0], books[1])
	if err != nil {
		return err
	}
	if c.JSON {
		return r.JSON(d)
	}
	r.Sayf("%s %s %s → %s %s %s", d.Old.Book, d.Old.Edition, d.Old.SHA256[:12], d.New.Book, d.New.Edition, d.New.SHA256[:12])
	for _, x := range []struct {
		key  string
		list []string
	}{
		{"app.diff_facts_added", d.FactsAdded}, {"app.diff_facts_removed", d.FactsRemoved},
		{"app.diff_values_added", d.ValuesAdded}, {"app.diff_values_removed", d.ValuesRemoved},
		{"app.diff_rules_added", d.RulesAdded}, {"app.diff_rules_removed", d.RulesRemoved},
	} {
		if len(x.list) > 0 {
			r.Sayf("%s", cli.Wrap(r.T(x.key, x.list), "  ", 96))
		}
	}
	for _, ch := range d.RulesChanged {
		r.Say("app.diff_rule_changed", ch.ID, ch.Fields)
	}
	if len(d.Eras) == 0 {
		r.Say("app.diff_same")
		return nil
	}
	for _, e := range d.Eras {
		r.Say("app.diff_era", span(r.Lang, e.From, e.Until, r.T("app.diff_open")), fmt.Sprint(e.Changed), fmt.Sprint(e.Situations))
		for _, s := range e.Shifts {
			r.Sayf("  %s → %s: %d", side(r, s.Old), side(r, s.New), s.Situations)
			r.Sayf("    %s", cli.Wrap(r.T("app.diff_example", s.Words), "    ", 96))
		}
	}
	return nil
}

// span says a stretch of days, open at either end.
func span(lang string, from, until day.Day, open string) string {
	a, b := open, open
	if from != day.None {
		a = text.Date(lang, from)
	}
	if until != day.None {
		b = text.Date(lang, until-1)
	}
	return a + " – " + b
}

func side(r *run, s rule.Side) string {
	if !s.Known {
		return r.T("app.diff_unknown")
	}
	return r.T("ui.outcome."+s.Outcome.String()) + " (" + strings.Join(s.Rules, ", ") + ")"
}

type rulesAdoptCmd struct {
	place
	Note string `required:"" help:"${h_rules_note}"`
	Dir  string `arg:"" type:"existingdir" help:"${h_rules_dir}"`
}

func (c *rulesAdoptCmd) Run(r *run) error {
	h, err := c.house(r)
	if err != nil {
		return err
	}
	defer h.close() //nolint:errcheck // every write was durable when it returned
	b, err := h.ask.Adopt(r.ctx, r.Who(), ask.AdoptInput{FS: os.DirFS(c.Dir), Dir: ".", Note: c.Note})
	if err != nil {
		return err
	}
	r.Say("app.adopted", b.ID, b.Edition, b.SHA256)
	return nil
}
