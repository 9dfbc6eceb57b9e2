// Package data carries what Netral knows of the world beside the law: election
// calendars, words of everyday language, holidays, the areas of the province.
// Every file, or SOURCES.md beside it, says where its facts come from and how
// sure they are.
package data

import "embed"

// FS holds one folder per kind of data: appoint, calendar, holidays, letter,
// lexicon, permit, province, screen.
//
//go:embed */*.yaml letter/*.md appoint/conditions.json appoint/aftercare.json permit/route.json province/areas.csv province/kelurahan.json
var FS embed.FS
