package area

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"math"
)

// point is in steps of the grid, about 22 metres each, from a corner south-west
// of everything. y grows to the north.
type point struct{ x, y int }

// shape is rings; a ring inside another one is a hole (even-odd).
type shape [][]point

// topology is the part of TopoJSON that the file uses. Neighbours share the
// arcs between them, so that simplifying leaves no gaps.
type topology struct {
	Type      string `json:"type"`
	Transform grid   `json:"transform"`
	Objects   struct {
		Villages struct {
			Geometries []struct {
				ID   string    `json:"id"`
				Arcs [][][]int `json:"arcs"`
			} `json:"geometries"`
		} `json:"kelurahan"`
	} `json:"objects"`
	Arcs [][][2]int `json:"arcs"`
}

// grid says where the points lie in the world.
type grid struct {
	Scale     [2]float64 `json:"scale"`     // degrees a step, east and north
	Translate [2]float64 `json:"translate"` // of the corner
}

func (g *grid) at(lon, lat float64) point {
	return point{int(math.Round((lon - g.Translate[0]) / g.Scale[0])), int(math.Round((lat - g.Translate[1]) / g.Scale[1]))}
}

func loadShapes(fsys fs.FS, name string) (map[string]shape, grid, error) {
	b, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, grid{}, fmt.Errorf("area: %w", err)
	}
	var t topology
	if err := json.Unmarshal(b, &t); err != nil {
		return nil, grid{}, fmt.Errorf("area: %s: %w", name, err)
	}
	if t.Type != "Topology" {
		return nil, grid{}, fmt.Errorf("area: %s: type is %q, want Topology", name, t.Type)
	}
	if t.Transform.Scale[0] <= 0 || t.Transform.Scale[1] <= 0 {
		return nil, grid{}, fmt.Errorf("area: %s: the grid has no size: %v", name, t.Transform.Scale)
	}
	out, err := t.shapes(name)
	return out, t.Transform, err
}

func (t *topology) shapes(name string) (map[string]shape, error) {
	const most = 1 << 20 // steps: far outside of everything, and no overflow
	arcs := make([][]point, len(t.Arcs))
	for i, a := range t.Arcs {
		var at point
		for _, d := range a {
			at.x, at.y = at.x+d[0], at.y+d[1]
			if at.x < -most || at.x > most || at.y < -most || at.y > most {
				return nil, fmt.Errorf("area: %s: arc %d leaves the grid", name, i)
			}
			arcs[i] = append(arcs[i], at)
		}
		if len(arcs[i]) < 2 {
			return nil, fmt.Errorf("area: %s: arc %d has %d points, want at least 2", name, i, len(arcs[i]))
		}
	}
	out := map[string]shape{}
	for _, g := range t.Objects.Villages.Geometries {
		if _, double := out[g.ID]; double {
			return nil, fmt.Errorf("area: %s: two shapes of %q", name, g.ID)
		}
		s := shape{}
		for _, polygon := range g.Arcs {
			for _, ring := range polygon {
				r, err := join(arcs, ring)
				if err != nil {
					return nil, fmt.Errorf("area: %s: %s: %w", name, g.ID, err)
				}
				s = append(s, r)
			}
		}
		if len(s) == 0 {
			return nil, fmt.Errorf("area: %s: %q has no ring", name, g.ID)
		}
		out[g.ID] = s
	}
	return out, nil
}

// join makes a closed ring of arcs; ^i is arc i backwards. The first point is
// not repeated at the end.
func join(arcs [][]point, ring []int) ([]point, error) {
	var out []point
	for _, n := range ring {
		back := n < 0
		if back {
			n = ^n
		}
		if n >= len(arcs) {
			return nil, fmt.Errorf("there is no arc %d", n)
		}
		a := arcs[n]
		for i := range a {
			p := a[i]
			if back {
				p = a[len(a)-1-i]
			}
			if i == 0 && len(out) > 0 {
				if out[len(out)-1] != p {
					return nil, fmt.Errorf("arc %d does not begin where the one before it ends", n)
				}
				continue
			}
			out = append(out, p)
		}
	}
	if len(out) < 2 || out[0] != out[len(out)-1] {
		return nil, fmt.Errorf("a ring of %d points is not closed", len(out))
	}
	return out[:len(out)-1], nil
}

// box is a rectangle of the grid.
type box struct{ x0, y0, x1, y1 int }

func (b *box) add(s shape) {
	for _, r := range s {
		for _, p := range r {
			b.x0, b.x1 = min(b.x0, p.x), max(b.x1, p.x)
			b.y0, b.y1 = min(b.y0, p.y), max(b.y1, p.y)
		}
	}
}

func (b box) meets(o box) bool { return b.x0 < o.x1 && o.x0 < b.x1 && b.y0 < o.y1 && o.y0 < b.y1 }
