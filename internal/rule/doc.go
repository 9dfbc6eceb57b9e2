// Package rule decides what a body of rules says about a situation, and proves
// things about the rules themselves.
//
// A book is a vocabulary of facts, each with finitely many values, and a list
// of rules. A rule holds in a situation when each of its facts has one of the
// values it names (and, where it has alternatives, one of these holds too), on
// the days on which it is in force. Exceptions follow default logic:
//
//   - A rule that names another in "overrides" defeats it wherever both hold. A
//     rule that is itself defeated defeats nothing: an exception to an exception
//     brings the first rule back.
//   - A rule marked "default" yields to every rule that is not, wherever one of
//     those stands. It can override defaults only.
//
// The undefeated rules decide; the gravest of their outcomes is the answer.
// Allowed, Conditional, Caution and Prohibited grow graver in this order;
// Outside says that the book does not speak of this, and whom to ask.
//
// # Files
//
// Load reads vocabulary.yaml, book.yaml and rules/*.yaml of a folder, strictly:
// an unknown key, a value that does not exist, an article that is not in the
// register or a circle of exceptions is a Problem with file and line, and all
// problems are told at once. See testdata/library for a small book.
//
// # Answers
//
// Situation turns facts by name into the book's own numbers. Complete first adds
// the facts that follow from the day (by a Timeline, which others make of a
// calendar) and those that may be assumed.
//
// Decide answers a complete situation: it walks the diagram, at most one step a
// fact, tens of nanoseconds, no allocation. Answer takes situations with facts
// missing: the outcome on which all completions agree, or Undecided with all
// that are possible; exactly the facts on which the outcome depends, the most
// decisive first; and the rules that apply or may come to apply. A missing fact
// that follows from the day stands for the facts it needs; where those are
// known and the day still does not give it, Missing may be empty although the
// answer is open. Flips finds the smallest changes of behaviour, one fact or
// two, after which the answer is another; Periods the days on which it changes.
//
// Everything is a function of book, facts and day; the order of every list is
// fixed by these. A Book does not change once loaded and may be used by many
// goroutines.
//
// # Proofs
//
// A book is compiled into one decision diagram over all its facts, in the order
// of the vocabulary: a node looks at one fact, a leaf is the set of undefeated
// rules. Every situation, of which there are usually more than 10^12, is a path,
// and paths that agree are shared. So Check looks at every situation on every
// day without visiting each, and says, with a witness in plain words, where no
// rule answers (gap), where undefeated rules disagree (conflict), and which
// rules never decide (dead). Rules disagree when a permission stands beside a
// restriction, a condition beside a ban, or any answer beside Outside; a caution
// beside a ban is no conflict, the ban is the answer. Check also wants every
// provision of the register cited, every example to come out as written, and
// every rule to have an example and a near miss.
//
// Diff does the same for two editions of a book: exactly which situations are
// answered otherwise, on which days, with the smallest example of each kind.
//
// Counts of situations stop at math.MaxUint64, which then stands for "that many
// or more": sixty facts have more situations than a machine word can count.
// Report.AtLeast says so.
//
// # Bounds
//
// Files, facts, values, rules, alternatives and the diagram are bounded (see the
// constants); a book beyond them is refused rather than taking the machine's
// memory. The order of facts decides how large the diagram grows: what tells
// situations apart belongs first. The conduct book of 25 facts and 130 rules
// takes some 1,500 nodes and 20 ms to load.
//
// # What it does not do
//
// It reads no clock, no network and no database. It knows no law: all law is in
// the files. It does not judge people: its strongest word is "prohibited", and
// what follows from that is for a person to decide.
package rule
