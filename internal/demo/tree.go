package demo

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"netral/internal/day"
	"netral/internal/merit/roster"
)

// Ranks of posts, the highest first. Structural ones are filled by the
// simulation, those of functional heads with the staff of their unit.
const (
	rankI = iota // JPT madya
	rankII
	rankIII
	rankIV
	rankHead // head of a school or a small health centre: a functional post
)

type unit struct {
	row    roster.Unit
	key    string // id without the prefix of the government
	up     int    // number of the unit above; -1 at the top
	sector int    // number of the office that it belongs to, directly below the top
	head   int    // number of its head's post; -1 without one
	weight float64
	family string
	staff  []seat // posts that many hold
	group  string // heads of one group change places
}

// seat is a post that many hold: how many do on the day.
type seat struct {
	id    string
	of    *staffRow
	held  int // by those made one by one
	taken int // by officials who came from structural posts
	used  bool
}

type post struct {
	row    roster.Post
	rank   int
	unit   int
	sector int
	end    day.Day // when it was done away with
	holder int     // number of the official; -1
	past   day.Day // nobody is known before this day
}

// government is one government while it is made.
type government struct {
	*stock
	cfg      Config
	number   int
	prefix   string
	people   int // who serve on the day
	units    []unit
	posts    []post
	byID     map[string]int
	official []official
	acting   []acting
	plan     []placing // of the inauguration that is still to come
	scale    float64
	nextID   int
	pool     map[int][]int     // officials at a desk, by sector
	desks    map[int][]desk    // staff posts by sector
	peers    map[string][]desk // staff posts by family
	faults   map[int]flaw      // by number among the staff
	ghosts   int               // the retired who hold a desk
	staffed  int               // people who are made one by one
	planted  map[string]int
	empty    map[int]bool // posts of heads that are left empty on purpose
}

// desk points to a staff post.
type desk struct{ unit, seat int }

// fullSize is the number of civil servants of the province (posberitakota.com,
// 14 November 2024), for which the weights of data/demo are made.
const fullSize = 64_135

// cities in the order in which a small government has them.
var cityOrder = [...]string{"31.71", "31.74", "31.75", "31.73", "31.72", "31.01"}

// newGovernment makes the tree; top is the id of a unit above it, or "".
func newGovernment(s *stock, cfg Config, number, people int, top string) *government {
	g := &government{
		stock: s, cfg: cfg, number: number, people: people, byID: map[string]int{}, scale: float64(people) / fullSize,
		pool: map[int][]int{}, desks: map[int][]desk{}, peers: map[string][]desk{}, planted: map[string]int{}, empty: map[int]bool{},
	}
	g.units, g.posts = make([]unit, 0, 300+int(3000*g.scale)), make([]post, 0, 900+int(6000*g.scale))
	name := "Pemerintah Provinsi Daerah Khusus Ibukota Jakarta"
	if number > 0 {
		g.prefix = fmt.Sprintf("g%03d-", number)
		name = fmt.Sprintf("Pemerintah Peraga %03d", number)
	}
	cities := 1
	switch {
	case number == 0 && people >= 1900:
		cities = len(cityOrder)
	case g.scale > 0.2:
		cities = min(len(cityOrder), 1+int(g.scale*5))
	}
	g.add(unitRow{id: "PEMPROV", name: name, short: "Pemprov", kind: "pemerintah", area: "31", echelon: "I.a"}, top)
	for _, u := range s.units {
		if number > 0 && u.kind == "deputi_gubernur" || len(u.area) > 2 && !slices.Contains(cityOrder[:cities], u.area[:5]) {
			continue
		}
		g.add(u, "")
	}
	base := len(g.units)
	for i := range base {
		g.grow(i)
	}
	g.schools()
	g.seatAll()
	return g
}

func (g *government) id(s string) string {
	return g.prefix + strings.ReplaceAll(s, ".", "-")
}

// add adds a unit with its head and the posts of its kind. The structural ones
// beside the head are thinned out in a small government.
func (g *government) add(u unitRow, top string) int {
	n := len(g.units)
	up := -1
	parent := top
	if n > 0 {
		up = 0
		if u.parent != "" {
			up = g.byID[u.parent]
		}
		parent = g.units[up].row.ID
	}
	sector := n
	if up > 0 {
		sector = g.units[up].sector
	}
	area, name := u.area, u.name
	if g.number > 0 {
		area = ""
		if n > 0 {
			name += fmt.Sprintf(" (Peraga %03d)", g.number)
		}
	}
	g.units = append(g.units, unit{
		row: roster.Unit{ID: g.id(u.id), Parent: parent, Name: name, Abbreviation: u.short, Kind: u.kind, Area: area, Rank: n, From: day.None, Until: day.None},
		key: u.id, up: up, sector: sector, head: -1,
	})
	g.byID[u.id] = n
	st, ok := g.staffing[u.id]
	if !ok {
		city, _, of := strings.Cut(u.id, "-31.") // an office of a branch in a city
		if st, ok = g.staffing[city]; !ok || !of {
			st = g.staffing[u.kind]
		}
	}
	g.units[n].weight, g.units[n].family = st.people, st.family
	h, ok := g.heads[u.kind]
	if !ok {
		h = g.heads[""]
	}
	title := h.title
	if u.kind == "sekretariat" || u.kind == "inspektorat_pembantu" {
		if t, ok := strings.CutPrefix(u.name, "Sekretariat "); ok {
			title = "Sekretaris " + t
		}
	}
	g.units[n].head = g.addPost(n, title, u.echelon, h.duties, day.None, true)
	for i, p := range g.stock.posts[u.kind] {
		if g.scale < 0.3 && (n+i)%5 != 0 {
			continue
		}
		until := day.None
		if p.until != "" {
			if until, _ = day.Parse(p.until); until > g.cfg.Today { // well formed: a test reads all of them
				until = day.None
			}
		}
		g.addPost(n, p.title, p.echelon, p.duties, until, false)
	}
	return n
}

// plain drops from a unit's name what its kind says already.
func plain(name string) string {
	for _, p := range []string{"Kecamatan ", "Kelurahan ", "Inspektorat Pembantu ", "Sekretariat ", "Kota Administrasi ", "Kabupaten Administrasi "} {
		if rest, ok := strings.CutPrefix(name, p); ok {
			return rest
		}
	}
	return name
}

func (g *government) addPost(u int, title, echelon, duties string, until day.Day, head bool) int {
	un := &g.units[u]
	fill := strings.NewReplacer("{unit}", un.row.Name, "{area}", plain(un.row.Name))
	level, rank, class, rung := grading(echelon)
	n := len(g.posts)
	p := post{
		row: roster.Post{
			ID: g.newID("j"), Unit: un.row.ID, Title: fill.Replace(title), Level: level, Echelon: echelon, Rung: rung, Class: class, Seats: 1,
			Head: head, Duties: fill.Replace(duties), From: day.None, Until: until,
		},
		rank: rank, unit: u, sector: un.sector, end: until, holder: -1, past: day.Last,
	}
	switch echelon { // which of the two is not published
	case "II":
		p.row.Echelon = "II.b"
	case "III":
		p.row.Echelon = "III.b"
	}
	g.posts = append(g.posts, p)
	return n
}

// grading is what an echelon means.
func grading(echelon string) (level roster.Level, rank, class int, rung string) {
	switch {
	case strings.HasPrefix(echelon, "IV"):
		return roster.Pengawas, rankIV, 9, ""
	case strings.HasPrefix(echelon, "III"):
		return roster.Administrator, rankIII, 12, ""
	case strings.HasPrefix(echelon, "II"):
		return roster.JPTPratama, rankII, 15, ""
	case strings.HasPrefix(echelon, "I"):
		return roster.JPTMadya, rankI, 17, ""
	}
	return roster.Fungsional, rankHead, 12, "ahli_madya"
}

func (g *government) newID(letter string) string {
	g.nextID++
	b := append(make([]byte, 0, 16), g.prefix...)
	b = append(b, letter...)
	s := strconv.Itoa(g.nextID)
	for range 5 - len(s) {
		b = append(b, '0')
	}
	return string(append(b, s...))
}

// grow adds the parts of a unit: secretariats, divisions, technical units;
// health centres, licensing units and school supervisors of a district.
func (g *government) grow(n int) {
	u := &g.units[n]
	own := strings.TrimPrefix(u.row.ID, g.prefix)
	rows, ok := g.parts[own]
	if !ok {
		rows = g.parts[u.row.Kind]
	}
	name, short, area, kind := g.bare(n), u.row.Abbreviation, u.row.Area, u.row.Kind
	count := 0
	for _, p := range rows {
		if g.scale < 0.1 && p.kind == "upt" {
			continue
		}
		for c := range p.copies {
			count++
			fill := strings.NewReplacer("{unit}", name, "{short}", short, "{n}", roman(c+1))
			g.add(unitRow{
				id: fmt.Sprintf("%s-%d", own, count), name: fill.Replace(p.name), short: clip(fill.Replace(p.short), 60), kind: p.kind,
				parent: g.units[n].key, area: area, echelon: p.echelon,
			}, "")
		}
	}
	if kind == "kecamatan" {
		g.district(n)
	}
	if kind == "kelurahan" && g.scale > 0.3 {
		g.village(n)
	}
}

// bare is the name of a unit without the mark of a government for show.
func (g *government) bare(n int) string {
	name, _, _ := strings.Cut(g.units[n].row.Name, " (Peraga")
	return name
}

func clip(s string, n int) string {
	if len(s) > n {
		return s[:n]
	}
	return s
}

func roman(n int) string { return [...]string{"", "I", "II", "III", "IV", "V", "VI"}[n] }

// code is the code of a unit's area, also where the row does not show it.
func code(key string) string { _, c, _ := strings.Cut(key, "-"); return c }

// office finds the office of a branch in the city of an area.
func (g *government) office(area string, ids ...string) string {
	for _, id := range ids {
		if _, ok := g.byID[id+"-"+area[:5]]; ok {
			return id + "-" + area[:5]
		}
	}
	return ""
}

func (g *government) district(n int) {
	c, name := code(g.units[n].key), plain(g.bare(n))
	if o := g.office(c, "SUDIN-DINKES"); o != "" {
		g.add(unitRow{id: "PKM-" + c, name: "Puskesmas " + name, short: "PKM " + name, kind: "puskesmas", parent: o, area: c, echelon: "III.b"}, "")
	}
	branch := []string{"SUDIN-DISDIKI", "SUDIN-DISDIK"}
	if n%2 == 1 {
		branch[0] = "SUDIN-DISDIKII"
	}
	if o := g.office(c, branch...); o != "" {
		g.add(unitRow{id: "SATLAK-" + c, name: "Satuan Pelaksana Pendidikan " + name, short: "Satlak Dik. " + name, kind: "satlak", parent: o, area: c, echelon: "IV.a"}, "")
	}
	if o := g.office(c, "UPPTSP"); o != "" {
		g.add(unitRow{id: "PTSP-" + c, name: "Unit Pelayanan Terpadu Satu Pintu Kecamatan " + name, short: "PTSP Kec. " + name, kind: "unit_ptsp", parent: o, area: c, echelon: "IV.a"}, "")
	}
}

func (g *government) village(n int) {
	c, name := code(g.units[n].key), plain(g.bare(n))
	if _, ok := g.byID["PKM-"+c[:8]]; ok {
		g.add(unitRow{id: "PUSTU-" + c, name: "Puskesmas Pembantu " + name, short: "Pustu " + name, kind: "pustu", parent: "PKM-" + c[:8], area: c}, "")
		g.units[len(g.units)-1].group = "pustu-" + c[:5]
	}
}

// schools of the province by kind; the numbers are made up, of the size of the
// real ones.
func (g *government) schools() {
	type school struct {
		kind, name, short string
		count             int
	}
	var villages, districts []int
	for i := range g.units {
		switch g.units[i].row.Kind {
		case "kelurahan":
			villages = append(villages, i)
		case "satlak":
			districts = append(districts, i)
		}
	}
	if len(districts) == 0 {
		return
	}
	for _, s := range []school{
		{"sd", "Sekolah Dasar Negeri Peraga", "SDN", 1335}, {"smp", "Sekolah Menengah Pertama Negeri Peraga", "SMPN", 290},
		{"sma", "Sekolah Menengah Atas Negeri Peraga", "SMAN", 117}, {"smk", "Sekolah Menengah Kejuruan Negeri Peraga", "SMKN", 73},
	} {
		for i := range max(1, int(float64(s.count)*g.scale+0.5)) {
			above := districts[i*7%len(districts)]
			if s.kind != "sd" { // the larger ones answer to the office of the city
				above = g.units[above].up
			}
			area, where := code(g.units[above].key), strconv.Itoa(i+1)
			if s.kind == "sd" {
				v := villages[i%len(villages)]
				if near, ok := g.byID["SATLAK-"+code(g.units[v].key)[:8]]; ok {
					above = near
				}
				area, where = code(g.units[v].key), plain(g.bare(v))+fmt.Sprintf(" %02d", 1+i/len(villages))
			} else if j := strings.LastIndexByte(area, '-'); j >= 0 {
				area = area[j+1:]
			}
			id := strings.ToUpper(s.kind) + "N-" + fmt.Sprintf("%04d", i+1)
			n := g.add(unitRow{id: id, name: s.name + " " + where, short: s.short + " " + where, kind: s.kind, parent: g.units[above].key, area: area}, "")
			p := &g.posts[g.units[n].head].row
			p.Title, p.Duties = "Kepala "+g.units[n].row.Name, g.heads["sekolah"].duties
			g.units[n].group = s.kind + "-" + area[:5]
		}
	}
}

// seatAll gives each unit its posts that many hold.
func (g *government) seatAll() {
	for i := range g.units {
		u := &g.units[i]
		rows := g.staff[u.family]
		for j := range rows {
			d := desk{i, len(u.staff)}
			u.staff = append(u.staff, seat{id: g.newID("j"), of: &rows[j]})
			g.desks[u.sector] = append(g.desks[u.sector], d)
			key := u.family + "/" + rows[j].title
			g.peers[key] = append(g.peers[key], d)
		}
	}
}
