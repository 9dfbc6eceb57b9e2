// Package rules carries the books of rules as data. A book is a folder of
// files that a lawyer can read: vocabulary.yaml (the facts), book.yaml (the
// law's own register), rules/*.yaml and cases/*.yaml (examples that run as
// tests). docs/rules-id-asn.md and docs/rules-id-jabatan.md say how they are
// built.
package rules

import "embed"

// FS holds one folder per book: "id-asn" is the conduct book of Indonesian civil
// servants, "id-jabatan" says who may be appointed to which post.
//
//go:embed id-asn id-jabatan
var FS embed.FS
