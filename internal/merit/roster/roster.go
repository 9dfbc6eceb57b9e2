package roster

import (
	"embed"
	"strconv"

	"netral/internal/store"
)

//go:embed migrations/*.sql
var files embed.FS

// Migrations are the tables of this slice.
var Migrations = store.Line{Name: "merit_roster", FS: files}

func itoa(n int) string { return strconv.Itoa(n) }
