// Package access decides who may do what.
//
// The decisions are Cedar policies in files (policies/*.cedar), checked against
// a schema (policies/netral.cedarschema) before anything else starts. What no
// policy permits is refused.
//
// # What a decision depends on
//
// Not on names. A policy sees the roles that count here, the roles held
// anywhere, what the asker is to the thing (own, relative, party, delegated,
// recipient), and whether a reason was given. All of these are few and finite,
// so a test goes through all of them, and docs/access.md is computed from them.
//
// Where a role counts is no matter of a policy, so that none can forget it: a
// role granted for a unit counts for what lies in the unit or under it, one
// granted for an area for what lies in the area; one granted for both, for what
// lies in both. Something that lies nowhere is reached only by a role that is
// held everywhere.
//
// Grants are those of the day: the caller gives an actor with the roles held
// today, those for which somebody acts (Plt, Plh) among them.
//
// # What always holds
//
//   - Anonymous may do what is open to everybody and nothing else.
//   - Taking a role away never allows more.
//   - A word that the schema does not know stops the program at its start, with
//     file and line.
//   - A thing whose existence is private is NotFound for those who may not see
//     it, with the same words as a thing that is not there: see Missing.
//
// # Adding an action
//
// One line in the schema, one in each catalogue ("access.action.NAME"), a
// policy, and go test ./internal/access -run TestDocument -update.
package access
