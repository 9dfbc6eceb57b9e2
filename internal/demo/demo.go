package demo

import (
	"context"
	"math/rand/v2"

	"netral/data"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/merit/roster"
)

// Config says which government is made.
type Config struct {
	Seed   uint64
	People int     // who serve on the day; from MinPeople to MaxPeople
	Today  day.Day // the day up to which careers are told; 2019 and later
	Batch  int     // people in a batch; 1,000 when 0
}

const defaultBatch = 1000

// How many people can be made.
const (
	MinPeople = 1_000
	MaxPeople = 10_000_000
)

// FirstDay and LastDay bound Config.Today.
var (
	FirstDay = day.Of(2019, 1, 1)
	LastDay  = day.Of(2099, 12, 31)
)

// Check says whether the government can be made.
func (c Config) Check() error {
	var f fault.Fields
	f.Add(c.People >= MinPeople && c.People <= MaxPeople, "people", "demo.people", c.People, MinPeople, MaxPeople)
	f.Add(c.Today >= FirstDay && c.Today <= LastDay, "today", "demo.today", c.Today, FirstDay, LastDay)
	return f.Err()
}

// small is how many serve in a government beside the province when there are
// several: with it, 4.7 million make 552 governments.
const small = 8_414

// sizes are the people of each government, the province first.
func (c Config) sizes() []int {
	more := c.People - fullSize
	if more < small/2 {
		return []int{c.People}
	}
	n := (more + small - 1) / small
	out := make([]int, n+1)
	out[0] = fullSize
	for i := range n {
		out[i+1] = more/n + btoi(i < more%n)
	}
	return out
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Generate makes the government and hands it on in batches that can be given to
// roster.Service.Bulk one after another: what a batch refers to is in it, or in
// one before it. The batches are yield's to keep.
func Generate(ctx context.Context, cfg Config, yield func(roster.Batch) error) error {
	if err := cfg.Check(); err != nil {
		return err
	}
	if cfg.Batch <= 0 {
		cfg.Batch = defaultBatch
	}
	s, err := load(data.Demo)
	if err != nil {
		return err
	}
	sizes := cfg.sizes()
	top := ""
	if len(sizes) > 1 {
		top = "NASIONAL"
		if err := yield(nation(top)); err != nil {
			return err
		}
	}
	serials := newSerials()
	for i, n := range sizes {
		if err := ctx.Err(); err != nil {
			return err
		}
		g := cfg.government(s, i, n, top)
		w := newWriter(g, serials, yield)
		if err := w.write(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Governments is how many governments there are for a number of people.
func Governments(c Config) int { return len(c.sizes()) }

// government makes everything that is decided before anybody is written.
func (c Config) government(s *stock, number, people int, top string) *government {
	g := newGovernment(s, c, number, people, top)
	g.simulate(rand.New(rand.NewPCG(c.Seed, uint64(number)<<32|1)))
	g.hold()
	g.plant()
	g.cover()
	g.allot()
	return g
}

// nation is what is above the governments when there are several.
func nation(id string) roster.Batch {
	return roster.Batch{
		Units: []roster.Unit{{ID: id, Name: "Aparatur Sipil Negara (peraga)", Abbreviation: "ASN", Kind: "nasional", From: day.None, Until: day.None}},
		Posts: []roster.Post{{
			ID: nationPost, Unit: id, Title: "Kepala Koordinasi Pemerintah Peraga", Level: roster.JPTMadya, Echelon: "I.a", Class: 17, Head: true,
			Duties: "Mengoordinasikan pemerintah-pemerintah peraga.", From: day.None, Until: day.None,
		}},
	}
}

const nationPost = "n00001"
