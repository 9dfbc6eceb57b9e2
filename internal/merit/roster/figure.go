package roster

import (
	"context"
	"slices"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/store"
)

// FigureNames are what a map can show of an area: people who hold a post for
// good, seats without such a holder, findings of Quality.
func FigureNames() []string { return []string{"people", "vacancies", "faults"} }

// FigureInput asks for a figure of every area.
type FigureInput struct {
	Figure string  // one of FigureNames
	On     day.Day // day.None means today; findings are those of today only
}

// Figures is a figure by area.
type Figures struct {
	Figure string         `json:"figure"`
	On     day.Day        `json:"on"`
	Areas  map[string]int `json:"areas"` // by kode wilayah of the unit, as it is given
	None   int            `json:"none"`  // of units without any area
	// Open are the figures that the asker may see.
	Open []string `json:"open"`
}

// Sum adds up everything in an area, or outside of every area with "".
func (f *Figures) Sum(area string) int {
	if area == "" {
		return f.None
	}
	n := 0
	for code, v := range f.Areas {
		if inArea(code, area) {
			n += v
		}
	}
	return n
}

// Figures counts by area. A unit without an area of its own counts where the
// unit above it is. Nobody is counted who may not be seen. Faults: Invalid;
// those of Allow.
func (s *Service) Figures(ctx context.Context, who actor.Actor, in FigureInput) (Figures, error) {
	today := s.today()
	if in.On == day.None {
		in.On = today
	}
	out := Figures{Figure: in.Figure, On: in.On, Areas: map[string]int{}}
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		t, err := s.tree(ctx, tx, in.On)
		if err != nil {
			return err
		}
		asks := map[string][2]string{"people": {"roster.person.read", "person"}, "vacancies": {"roster.post.read", "unit"}, "faults": {"roster.quality.read", "unit"}}
		reaches := map[string]reach{}
		for _, name := range FigureNames() {
			r := s.reach(who, asks[name][0], asks[name][1], t)
			r.self = ""
			if reaches[name] = r; !r.nobody() {
				out.Open = append(out.Open, name)
			}
		}
		if in.Figure == "" && len(out.Open) > 0 {
			in.Figure = out.Open[0]
		}
		var c checker
		c.one("figure", in.Figure, FigureNames(), len(out.Open) == 0)
		if err := c.Fields.Err(); err != nil {
			return err
		}
		if !slices.Contains(out.Open, in.Figure) {
			if len(out.Open) == 0 {
				return s.denied(who, "roster.unit.read", Resource{Type: "tree"})
			}
			return fault.New(fault.Denied, "roster.denied")
		}
		out.Figure = in.Figure
		r := reaches[in.Figure]
		add := func(unit string, n int) {
			if n == 0 || !r.sees(unit) {
				return
			}
			if code := t.areaOf(unit); code != "" {
				out.Areas[code] += n
			} else {
				out.None += n
			}
		}
		if in.Figure == "faults" {
			if out.On = today; t.on != today {
				if t, err = s.tree(ctx, tx, today); err != nil {
					return err
				}
			}
			a, err := s.audit(ctx, tx, t, true)
			if err != nil {
				return err
			}
			for i := range a.findings {
				add(a.findings[i].Unit, 1)
			}
			return nil
		}
		st, err := s.staffing(ctx, tx, in.On)
		if err != nil {
			return err
		}
		for i := range st.posts {
			if p := &st.posts[i]; in.Figure == "people" {
				add(p.post.Unit, p.taken)
			} else {
				add(p.post.Unit, p.vacant())
			}
		}
		return nil
	})
	return out, err
}
