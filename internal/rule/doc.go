// Package rule decides what a body of rules says about a situation, and proves
// things about the rules themselves.
//
// A book is a vocabulary of facts, each with finitely many values, and a list
// of rules. A rule holds in a situation when each of its facts has one of the
// values it names, on the days on which it is in force. Exceptions follow
// default logic: a rule that names another in "overrides" defeats it wherever
// both hold, and a rule marked "default" yields to every rule that is not. The
// undefeated rules decide; the gravest of their outcomes is the answer.
//
// # Answers
//
// Facts may be missing. Then the answer is what all completions agree on, or
// Undecided with the outcomes still possible, the facts that would settle it
// (most decisive first), and the rules that may come to apply. For a decided
// answer the package finds the smallest changes of facts that flip it, and the
// days on which it changes.
//
// # Proofs
//
// A book is compiled into one decision diagram over all its facts: a node
// looks at one fact, a leaf is the set of undefeated rules. Every situation,
// of which there are usually more than 10^12, is a path, and paths that agree
// are shared. So Check looks at every situation without visiting each, and
// says, with a witness in plain words, where no rule answers (gap), where
// undefeated rules disagree (conflict), and which rules never decide (dead).
// Diff does the same for two editions of a book: exactly which situations are
// answered otherwise, with the smallest example of each.
//
// Deciding a complete situation walks the diagram: at most one step a fact,
// well under a microsecond, no allocation. The same code answers the web page,
// the API, bulk checks and an auditor's laptop.
//
// # What it does not do
//
// It reads no clock, no network and no database. It knows no law: all law is in
// the files. It does not judge people: its strongest word is "prohibited", and
// what follows from that is for a person to decide.
package rule
