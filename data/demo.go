package data

import "embed"

// Demo is what the synthetic province is made of: units, names, shares. Its
// README says where each file comes from.
//
//go:embed demo/*.csv
var Demo embed.FS
