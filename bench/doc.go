// Package bench sets Netral's figures beside those of others, in one run on one
// machine, so that what is told is a ratio and not a boast about hardware. It is
// a module of its own: nothing it needs comes into the product.
//
// # Decisions
//
// One decision of the conduct book is compared with three general engines, each
// given the same rules as its users would write them:
//
//   - cedar-go: a policy per rule, "forbid" for what is prohibited or outside
//     the book and "permit" for the rest, exceptions in "unless", and a second
//     set of policies for the default rules, asked when the first says nothing.
//   - cel-go: a compiled program per rule; the caller goes through the rules in
//     the order of exceptions, skips what is defeated, and turns to the defaults
//     when nothing stands. This is less work than writing the exceptions into
//     every expression.
//   - OPA: a module in which each rule that stands is a Rego rule, "not" for
//     exceptions, and one prepared query for outcome and deciding rules.
//
// Each gets its input in its own form, ready before the clock starts, and its
// policies compiled or prepared. A test demands that all four give the same
// outcome by the same rules over thousands of situations; only then is their
// speed worth comparing.
package bench
