// Package rules carries the books of rules as data. A book is a folder of
// files that a lawyer can read: vocabulary.yaml (the facts), book.yaml (the
// law's own register), rules/*.yaml and cases/*.yaml (examples that run as
// tests). docs/rules-id-asn.md says how the conduct book is built.
package rules

import "embed"

// FS holds one folder per book; "id-asn" is the conduct book of Indonesian
// civil servants.
//
//go:embed id-asn
var FS embed.FS
