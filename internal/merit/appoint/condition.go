package appoint

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"

	"netral/internal/day"
)

// Condition is a rule that asks for an approval.
type Condition struct {
	ID         string   `json:"id"`
	When       string   `json:"when"`             // one of whens
	From       day.Day  `json:"from,omitzero"`    // for window
	Until      day.Day  `json:"until,omitzero"`   // the first day after it
	Levels     []string `json:"levels,omitempty"` // of posts that it is about, functionalHead among them; all when empty
	Approval   string   `json:"approval"`
	Article    Said     `json:"article"`
	Confidence string   `json:"confidence"`
	Text       Said     `json:"text"`
	Source     string   `json:"source"`
}

// When a condition applies: to every decree, to those that an acting head signs,
// to those of which a day lies in the window.
func whens() []string { return []string{"always", "acting", "window"} }

// functionalHead is the level of functional posts that lead their unit: a health
// centre, a school.
const functionalHead = "fungsional:head"

// confidences are how sure a condition is; BK is background knowledge that no
// source confirms yet.
func confidences() []string { return []string{"H", "M", "L", "BK-H", "BK-M", "BK-L"} }

// LoadConditions reads a file of conditions.
func LoadConditions(fsys fs.FS, name string) ([]Condition, error) {
	raw, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, err
	}
	var f struct {
		About      string      `json:"about"`
		Conditions []Condition `json:"conditions"`
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&f); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	for i := range f.Conditions {
		c := &f.Conditions[i]
		if c.ID == "" || c.Article.ID == "" || c.Article.EN == "" || c.Text.ID == "" || c.Text.EN == "" || !slices.Contains(whens(), c.When) || !slices.Contains(ApprovalKinds(), c.Approval) ||
			!slices.Contains(confidences(), c.Confidence) || c.When == "window" && c.Until <= c.From || slices.ContainsFunc(c.Levels, func(l string) bool { return l != functionalHead && rank(l) < 0 }) {
			return nil, fmt.Errorf("%s: condition %d (%q) is not complete", name, i+1, c.ID)
		}
	}
	return f.Conditions, nil
}

// applies says whether a condition holds for a batch that has posts of the
// levels.
func (c *Condition) applies(b *Batch, levels map[string]bool) bool {
	if len(c.Levels) > 0 && !slices.ContainsFunc(c.Levels, func(l string) bool { return levels[l] }) {
		return false
	}
	switch c.When {
	case "acting":
		return b.Authority == Acting
	case "window":
		// Neither an early effective date nor a late oath leads around it. A draft
		// has no date of signature yet.
		return slices.ContainsFunc([]day.Day{b.Signed, b.OathDay, b.Effective}, func(d day.Day) bool { return d != day.None && c.From <= d && d < c.Until })
	}
	return true
}
