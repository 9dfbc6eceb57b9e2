// Package data carries what Netral knows of the world beside the law: election
// calendars, words of everyday language, holidays. Every file says where its
// facts come from and how sure they are.
package data

import "embed"

// FS holds one folder per kind of data: calendar, holidays, lexicon.
//
//go:embed */*.yaml
var FS embed.FS
