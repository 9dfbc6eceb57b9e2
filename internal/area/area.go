// Package area knows the places of the province: the province, its cities and
// regency, districts (kecamatan) and villages (kelurahan), by the codes of the
// Ministry of Home Affairs (kode wilayah Kemendagri), and draws them.
//
// BPS has other codes for the same places; they are kept beside, never mixed.
// The shapes are simplified twice and good for looking at: they settle no
// boundary.
package area

import (
	"encoding/csv"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
)

// Level is the level of an area.
type Level string

// The levels, the highest first.
const (
	Province Level = "province"
	City     Level = "city"    // kota administrasi
	Regency  Level = "regency" // kabupaten administrasi
	District Level = "district"
	Village  Level = "village"
)

// levels are the words of the file.
var levels = map[string]Level{
	"provinsi": Province, "kota": City, "kabupaten": Regency, "kecamatan": District, "kelurahan": Village,
}

// Key is the catalogue key of the level's name.
func (l Level) Key() string { return "area.level." + string(l) }

// Area is one place.
type Area struct {
	Code     string // kode wilayah: "31.74.04.1001"
	BPS      string // code of BPS; only for the province and its cities
	Level    Level
	Name     string // "Gambir"
	Official string // "Kelurahan Gambir"
	Parent   string // code; "" at the top
	Km2      float64
	Lat, Lon float64 // the middle
	People   int     // December 2024 (Dukcapil); 0 when not known
}

// Set is all areas. It does not change and may be used from many goroutines.
type Set struct {
	all    []Area // by code
	index  map[string]int
	below  map[string][]int
	shapes map[string]shape
	grid   grid
}

// Load reads areas.csv and kelurahan.json from the folder. Problems name the
// file and the line.
func Load(fsys fs.FS, dir string) (*Set, error) {
	name := dir + "/areas.csv"
	f, err := fsys.Open(name)
	if err != nil {
		return nil, fmt.Errorf("area: %w", err)
	}
	defer f.Close() //nolint:errcheck // only read
	r := csv.NewReader(f)
	rows, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("area: %s: %w", name, err)
	}
	head := []string{"kode", "tingkat", "nama", "nama_resmi", "induk", "kode_bps", "luas_km2", "lat", "lon", "penduduk_2024_12"}
	if len(rows) < 2 || !slices.Equal(rows[0], head) {
		return nil, fmt.Errorf("area: %s: want the columns %v and rows below them", name, head)
	}
	s := &Set{index: map[string]int{}, below: map[string][]int{}}
	for i, row := range rows[1:] {
		a, err := parse(row)
		if err != nil {
			return nil, fmt.Errorf("area: %s:%d: %w", name, i+2, err)
		}
		if _, double := s.index[a.Code]; double {
			return nil, fmt.Errorf("area: %s:%d: %s was there before", name, i+2, a.Code)
		}
		if p, ok := s.index[a.Parent]; a.Parent != "" && (!ok || !strings.HasPrefix(a.Code, s.all[p].Code+".")) {
			return nil, fmt.Errorf("area: %s:%d: %s does not lie in %s, or %[4]s comes later", name, i+2, a.Code, a.Parent)
		}
		s.index[a.Code] = len(s.all)
		s.below[a.Parent] = append(s.below[a.Parent], len(s.all))
		s.all = append(s.all, a)
	}
	if s.shapes, s.grid, err = loadShapes(fsys, dir+"/kelurahan.json"); err != nil {
		return nil, err
	}
	for _, a := range s.all {
		if _, ok := s.shapes[a.Code]; ok != (a.Level == Village) {
			return nil, fmt.Errorf("area: %s/kelurahan.json: %s has a shape: %t; villages have one, others have none", dir, a.Code, ok)
		}
	}
	for code := range s.shapes {
		if _, ok := s.index[code]; !ok {
			return nil, fmt.Errorf("area: %s/kelurahan.json: shape of %q, which areas.csv does not have", dir, code)
		}
	}
	return s, nil
}

func parse(row []string) (Area, error) {
	a := Area{Code: row[0], Level: levels[row[1]], Name: row[2], Official: row[3], Parent: row[4], BPS: row[5]}
	if a.Level == "" {
		return a, fmt.Errorf("level %q is none of provinsi, kota, kabupaten, kecamatan, kelurahan", row[1])
	}
	if a.Code == "" || a.Name == "" || a.Official == "" {
		return a, fmt.Errorf("code, name and official name are needed")
	}
	for i, to := range []*float64{&a.Km2, &a.Lat, &a.Lon} {
		if s := row[6+i]; s != "" {
			v, err := strconv.ParseFloat(s, 64)
			if err != nil {
				return a, fmt.Errorf("%q is not a number", s)
			}
			*to = v
		}
	}
	if s := row[9]; s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 0 {
			return a, fmt.Errorf("%q is not a number of people", s)
		}
		a.People = n
	}
	return a, nil
}

// Get finds an area by its code.
func (s *Set) Get(code string) (Area, bool) {
	i, ok := s.index[code]
	if !ok {
		return Area{}, false
	}
	return s.all[i], true
}

// Name is the official name of the area; of an unknown code the code.
func (s *Set) Name(code string) string {
	if a, ok := s.Get(code); ok {
		return a.Official
	}
	return code
}

// All lists the areas of a level in the order of their codes, or with "" all.
func (s *Set) All(l Level) []Area {
	var out []Area
	for _, a := range s.all {
		if l == "" || a.Level == l {
			out = append(out, a)
		}
	}
	return out
}

// Below lists the areas directly under one; under "" the province.
func (s *Set) Below(code string) []Area {
	out := make([]Area, 0, len(s.below[code]))
	for _, i := range s.below[code] {
		out = append(out, s.all[i])
	}
	return out
}

// Path is the codes from the province down to the area itself; nil when it is
// not known.
func (s *Set) Path(code string) []string {
	var out []string
	for i, ok := s.index[code]; ok; i, ok = s.index[s.all[i].Parent] {
		out = append(out, s.all[i].Code)
	}
	slices.Reverse(out)
	return out
}

// Within says whether the area is the other one or lies in it.
func (s *Set) Within(code, in string) bool {
	_, a := s.index[code]
	_, b := s.index[in]
	return a && b && (code == in || strings.HasPrefix(code, in+"."))
}
