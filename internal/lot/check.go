package lot

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"netral/internal/beacon"
	"netral/internal/fault"
	"netral/internal/sample"
)

// Problem is something that does not hold: where in the file, and a key that says
// what.
type Problem struct {
	Part string
	Key  string
	Args []any
}

// Step is a check that was made, for people to follow.
type Step struct {
	Key  string
	Args []any
	Good bool
}

// Report is what recomputing a file gave.
type Report struct {
	Steps    []Step
	Problems []Problem
	Listed   int
	Drawn    int
}

// Clean reports that everything holds.
func (r *Report) Clean() bool { return len(r.Problems) == 0 }

type checker struct {
	*Report
	before int
}

func (c *checker) problem(part, key string, args ...any) {
	c.Problems = append(c.Problems, Problem{part, key, args})
}

// done closes a step: it is good when nothing was found in it.
func (c *checker) done(key string, args ...any) {
	c.Steps = append(c.Steps, Step{key, args, len(c.Problems) == c.before})
	c.before = len(c.Problems)
}

func (c *checker) same(part, have, want string) {
	if have != want {
		c.problem(part, "lot.check.other", clip(have), clip(want))
	}
}

// faulty notes a fault as a problem; one with fields, each of them.
func (c *checker) faulty(part string, err error) {
	f := fault.Of(err)
	if f == nil {
		return
	}
	c.problem(part, f.Key, f.Args...)
	for _, x := range f.Fields {
		c.problem(part+"."+x.Name, x.Key, x.Args...)
	}
}

// Check recomputes a file from its list and its randomness.
func (f *File) Check(chain beacon.Chain) Report {
	c := &checker{Report: &Report{}}
	sums, err := f.sums()
	c.faulty("sums", err)

	rules, err := RulesSum(f.Rules)
	c.faulty("rules", err)
	c.same("rules", f.Sealed.Rules, rules)
	if f.Sealed.Round < 1 {
		c.problem("sealed.round", "lot.check.round", f.Sealed.Round)
	}
	c.done("lot.step.rules", f.Rules.Title)

	for i, g := range f.Groups {
		c.Listed += len(g.IDs)
		if !slices.IsSorted(g.IDs) {
			c.problem("groups."+g.Name+".ids", "lot.check.order")
		}
		if i > 0 && f.Groups[i-1].Name >= g.Name {
			c.problem("groups."+g.Name, "lot.check.order")
		}
	}
	list, err := ListSum(f.Groups)
	c.faulty("groups", err)
	if err == nil {
		c.same("groups", f.Sealed.List, list)
	}
	c.same("groups", f.Sealed.Groups, GroupsSum(f.Groups))
	c.done("lot.step.list", c.Listed)

	c.source(f, chain)
	c.same("sealed", f.Sums.Sealed, sums.Sealed)
	c.same("source", f.Sums.Source, sums.Source)
	c.done("lot.step.source")

	c.same("seed", f.Seed, sample.Seed(f.Rules.ID, strconv.Itoa(f.Sealed.Round), f.Sealed.List, f.Source.Text()))
	c.done("lot.step.seed")

	c.tickets(f)
	c.same("groups", f.Sums.Groups, sums.Groups)
	c.done("lot.step.draw", c.Drawn)
	return *c.Report
}

func (c *checker) source(f *File, chain beacon.Chain) {
	s := f.Source
	kind := f.Rules.Source
	if !slices.Contains(Sources(), kind) {
		c.problem("rules.source", "lot.check.source", clip(kind), Sources())
		return
	}
	if kind != Dice {
		c.same("source.chain", s.Chain, chain.Name)
		if s.Round != f.Sealed.Beacon {
			c.problem("source.round", "lot.check.beacon", s.Round, f.Sealed.Beacon)
		}
		random, err := chain.Verify(s.Round, s.Signature)
		if err != nil {
			c.faulty("source.signature", err)
		} else {
			c.same("source.randomness", s.Randomness, random)
		}
	} else if s.Randomness+s.Signature+s.Chain != "" || s.Round != 0 || f.Sealed.Beacon != 0 {
		c.problem("source", "lot.check.both", kind)
	}
	if kind != Drand {
		if f.Rules.Dice < MinDice {
			c.problem("rules.dice", "lot.check.dice", f.Rules.Dice, MinDice)
		}
		if err := Rolled(s.Dice, f.Rules.Dice); err != nil {
			c.faulty("source.dice", err)
		}
	} else if s.Dice != "" || !f.Sealed.Roll.IsZero() {
		c.problem("source", "lot.check.both", kind)
	}
	if at := f.Sealed.Announced(chain); !at.After(f.Sealed.At) {
		c.problem("sealed.at", "lot.check.early", f.Sealed.At.Format(time.RFC3339), at.Format(time.RFC3339))
	}
}

// tickets draws anew and compares line by line.
func (c *checker) tickets(f *File) {
	again := *f
	again.Groups = slices.Clone(f.Groups)
	for i := range again.Groups {
		again.Groups[i].IDs = slices.Clone(f.Groups[i].IDs)
	}
	if err := again.Draw(); err != nil {
		c.faulty("groups", err)
		return
	}
	for i, g := range f.Groups {
		want, part := again.Groups[i], "groups."+g.Name
		if g.Name != want.Name {
			return // said above: not in order
		}
		if g.Quota != want.Quota {
			c.problem(part+".quota", "lot.check.quota", g.Quota, want.Quota)
		}
		c.lines(part+".drawn", g.Drawn, want.Drawn)
		c.lines(part+".substitutes", g.Substitutes, want.Substitutes)
		c.Drawn += len(g.Drawn)
	}
}

func (c *checker) lines(part string, have, want []Ticket) {
	if len(have) != len(want) {
		c.problem(part, "lot.check.many", len(have), len(want))
		return
	}
	for i := range have {
		if have[i] != want[i] {
			c.problem(part+"."+strconv.Itoa(i+1), "lot.check.ticket", clip(have[i].ID), clip(have[i].Number), clip(want[i].ID), want[i].Number)
		}
	}
}

// MinDice is how many dice give as much as a hash needs in practice: 6^50 is
// about 2^129.
const MinDice = 50

// Rolled says whether digits can be so many dice. Faults: Invalid.
func Rolled(digits string, n int) error {
	if strings.Trim(digits, "123456") != "" || len(digits) != n {
		return fault.New(fault.Invalid, "lot.dice", clip(digits), len(digits), n)
	}
	return nil
}

// PartKey is the key of the name of the part of the file where the problem is.
func (p Problem) PartKey() string {
	part, _, _ := strings.Cut(p.Part, ".")
	return "lot.part." + part
}
