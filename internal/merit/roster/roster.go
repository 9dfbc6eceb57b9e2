package roster

import (
	"embed"

	"netral/internal/store"
)

//go:embed migrations/*.sql
var files embed.FS

// Migrations are the tables of this slice.
var Migrations = store.Line{Name: "merit_roster", FS: files}

// finder is the search index of one process.
type finder struct{}
