package roster

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/store"
)

// ViewInput asks for a person as of a day.
type ViewInput struct {
	ID string
	On day.Day // day.None means today
	// Reason is why; some may look for a reason only. It is kept with the look.
	Reason string
}

// Profile is a person as of a day, and what is held about them.
type Profile struct {
	ID       string    `json:"id"`
	On       day.Day   `json:"on"`
	Person   Person    `json:"person"` // as they were on the day, or nearest to it
	Known    bool      `json:"known"`  // the roster says something about that day
	Holdings []Holding `json:"holdings"`
	Superior *Superior `json:"superior,omitempty"`
	Path     []Unit    `json:"path"` // from the top to the unit of the first holding

	Versions  []Person   `json:"versions"` // the oldest first, as are the lists below
	Tenures   []Holding  `json:"tenures"`
	Ratings   []Rating   `json:"ratings"`
	Trainings []Training `json:"trainings"`
	Marks     []Mark     `json:"marks,omitempty"`
	Leaves    []Leave    `json:"leaves,omitempty"`
	Relatives []Relative `json:"relatives,omitempty"`
	NIK       bool       `json:"nik"` // one is held, sealed

	Held  []Held  `json:"held"` // each fact that was ever said, with its source
	Looks []Look  `json:"looks,omitempty"`
	Asked []Asked `json:"asked,omitempty"`

	Version int64 `json:"version"` // the last change about the person
	Full    bool  `json:"full"`    // marks, leaves and relations are in it
	Self    bool  `json:"self"`
	Mend    bool  `json:"mend"` // who asks may correct
}

// Relative is somebody to whom the person is related.
type Relative struct {
	Relation Relation `json:"relation"`
	Person   string   `json:"person"`
	Name     string   `json:"name"`
	Kind     string   `json:"kind"` // what they are to the person; "other" where only the reverse was said
}

// Held is one fact with where it comes from; Gone is set when another change
// took it back.
type Held struct {
	Kind   Kind    `json:"kind"`
	ID     string  `json:"id"`
	Seq    int64   `json:"seq"`
	From   day.Day `json:"from"`
	Until  day.Day `json:"until"`
	Fields []Entry `json:"fields"`
	Source Change  `json:"source"`
	Gone   *Change `json:"gone,omitempty"`
}

// Entry is one field of a fact as it is kept.
type Entry struct {
	Field string `json:"field"`
	Value string `json:"value"`
}

// View shows a person as of a day. Whoever is not the person is written down
// first: no page without its look. Faults: NotFound, and those of Allow.
func (s *Service) View(ctx context.Context, who actor.Actor, in ViewInput) (Profile, error) {
	today := day.At(s.Now())
	if in.On == day.None {
		in.On = today
	}
	self := who.Person != "" && who.Person == in.ID
	var p Profile
	var c checker
	c.text("reason", in.Reason, MaxReason, false)
	if err := c.Fields.Err(); err != nil {
		return p, err
	}
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		r, err := s.resource(ctx, tx, in.ID, today)
		if err != nil {
			return err
		}
		r = r.Because(in.Reason)
		if err := s.allow(who, "roster.person.read", r); err != nil {
			return s.hidden(err, in.ID)
		}
		full := self || s.allow(who, "roster.person.full", r) == nil
		if p, err = s.profile(ctx, tx, in.ID, in.On, full); err != nil {
			return err
		}
		if p.Superior != nil && p.Superior.Person != "" {
			above, err := s.resource(ctx, tx, p.Superior.Person, today)
			if err != nil {
				return err
			}
			p.Superior.Open = s.opens(who, above)
		}
		p.Self = self
		p.Mend = s.allow(who, "roster.person.correct", r) == nil
		if self || s.allow(who, "roster.looks.read", r) == nil {
			if p.Looks, err = looksAt(ctx, tx, in.ID, maxLooks); err != nil {
				return err
			}
		}
		if self || p.Mend {
			p.Asked, err = asksOf(ctx, tx, in.ID)
		}
		return err
	})
	if err != nil {
		return Profile{}, err
	}
	if !self {
		if err := s.look(ctx, who, in.ID, "person", in.Reason); err != nil {
			return Profile{}, err
		}
	}
	return p, nil
}

// opens says whether somebody may look at the page about a person, at once or
// for a reason that the page asks for. Who leads is named to all who work in
// the government, also to those for whom that page does not exist.
func (s *Service) opens(who actor.Actor, r Resource) bool {
	err := s.allow(who, "roster.person.read", r)
	return err == nil || NeedsReason(err)
}

func (s *Service) unknownPerson(id string) error {
	return fault.New(fault.NotFound, "roster.person.unknown", clip(id))
}

// hidden says of somebody who may not be seen what is said of nobody.
func (s *Service) hidden(err error, id string) error {
	if errors.Is(err, fault.NotFound) {
		return s.unknownPerson(id)
	}
	return err
}

// resource is the person in questions to Allow: where they work today, or
// worked last.
func (s *Service) resource(ctx context.Context, tx *store.Tx, id string, today day.Day) (Resource, error) {
	if !idOK(id) {
		return Resource{}, s.unknownPerson(id)
	}
	there, err := known(ctx, tx, KindPerson, []string{id})
	if err != nil {
		return Resource{}, err
	}
	if !there[id] {
		return Resource{}, s.unknownPerson(id)
	}
	t, err := s.tree(ctx, tx, today)
	if err != nil {
		return Resource{}, err
	}
	units, err := homes(ctx, tx, []string{id}, today)
	if err != nil {
		return Resource{}, err
	}
	r := t.personResource(id, units[id].unit)
	kin, err := relatives(ctx, tx, id, today)
	if err != nil {
		return Resource{}, err
	}
	var list []string
	for _, k := range kin {
		list = append(list, k.Person)
	}
	if len(list) > 0 {
		r.Attrs["relatives"] = list
	}
	return r, nil
}

// profile reads everything about a person.
func (s *Service) profile(ctx context.Context, tx *store.Tx, id string, on day.Day, full bool) (Profile, error) {
	p := Profile{ID: id, On: on, Full: full}
	var all []fact
	for _, k := range Kinds()[2:] {
		if !full && (k == KindMark || k == KindLeave || k == KindRelation) {
			continue
		}
		column := "person"
		if k == KindPerson {
			column = "id"
		}
		rows, err := facts(ctx, tx, k, column+` = $1`, id)
		if err != nil {
			return p, err
		}
		all = append(all, rows...)
	}
	var tenures []fact
	for i := range all {
		f := &all[i]
		p.Version = max(p.Version, f.seq, f.gone)
		if f.gone != 0 {
			continue
		}
		switch f.kind {
		case KindPerson:
			p.Versions = append(p.Versions, f.personRow())
		case KindTenure:
			tenures = append(tenures, *f)
		case KindRating:
			p.Ratings = append(p.Ratings, f.rating())
		case KindTraining:
			p.Trainings = append(p.Trainings, f.training())
		case KindMark:
			p.Marks = append(p.Marks, f.mark())
		case KindLeave:
			p.Leaves = append(p.Leaves, f.leave())
		}
	}
	p.sort()
	p.pick(on)
	var err error
	if p.Tenures, err = s.holdings(ctx, tx, tenures, on); err != nil {
		return p, err
	}
	p.Holdings = current(p.Tenures, on)
	t, err := s.tree(ctx, tx, on)
	if err != nil {
		return p, err
	}
	if len(p.Holdings) > 0 {
		first := p.Holdings[0]
		p.Path = t.path(first.Post.Unit)
		if p.Superior, err = superior(ctx, tx, t, first.Post, on); err != nil {
			return p, err
		}
	}
	if full {
		if p.Relatives, err = relatives(ctx, tx, id, on); err != nil {
			return p, err
		}
	}
	if p.NIK, err = hasNIK(ctx, tx, id); err != nil {
		return p, err
	}
	if p.Held, err = held(ctx, tx, all); err != nil {
		return p, err
	}
	return p, s.nameHeld(ctx, tx, &p)
}

func (p *Profile) sort() {
	slices.SortFunc(p.Versions, func(a, b Person) int { return cmp.Compare(begins(a.From), begins(b.From)) })
	slices.SortFunc(p.Ratings, func(a, b Rating) int { return cmp.Or(cmp.Compare(a.Year, b.Year), cmp.Compare(a.ID, b.ID)) })
	slices.SortFunc(p.Trainings, func(a, b Training) int {
		return cmp.Or(cmp.Compare(begins(a.From), begins(b.From)), cmp.Compare(a.ID, b.ID))
	})
	slices.SortFunc(p.Marks, func(a, b Mark) int {
		return cmp.Or(cmp.Compare(begins(a.From), begins(b.From)), cmp.Compare(a.ID, b.ID))
	})
	slices.SortFunc(p.Leaves, func(a, b Leave) int {
		return cmp.Or(cmp.Compare(begins(a.From), begins(b.From)), cmp.Compare(a.ID, b.ID))
	})
}

// pick chooses the row of the day, else the nearest before it, else the first.
func (p *Profile) pick(on day.Day) {
	for i, v := range p.Versions {
		if i == 0 || begins(v.From) <= int64(on) {
			p.Person = v
			p.Known = holds(v.From, v.Until, on)
		}
	}
}

// held completes facts with their sources, the newest first.
func held(ctx context.Context, tx *store.Tx, all []fact) ([]Held, error) {
	seqs := map[int64]bool{}
	for i := range all {
		seqs[all[i].src] = true
		if all[i].gone != 0 {
			seqs[all[i].gone] = true
		}
	}
	by, err := changes(ctx, tx, seqs)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(all, func(a, b fact) int {
		return cmp.Or(cmp.Compare(b.seq, a.seq), cmp.Compare(begins(b.from), begins(a.from)))
	})
	out := make([]Held, 0, len(all))
	for i := range all {
		f := &all[i]
		h := Held{Kind: f.kind, ID: f.id, Seq: f.seq, From: f.from, Until: f.until, Fields: f.entries(), Source: by[f.src]}
		if f.gone != 0 {
			c := by[f.gone]
			h.Gone = &c
		}
		out = append(out, h)
	}
	return out, nil
}

// nameHeld puts the title of a post and the name of a relative beside their
// ids, for those who read.
func (s *Service) nameHeld(ctx context.Context, tx *store.Tx, p *Profile) error {
	var posts, people []string
	for _, h := range p.Held {
		switch h.Kind {
		case KindTenure:
			posts = append(posts, h.get("post"))
		case KindRelation:
			people = append(people, h.get("other"))
		}
	}
	titles, err := postRows(ctx, tx, "id", posts)
	if err != nil {
		return err
	}
	names, err := peopleOn(ctx, tx, people, p.On)
	if err != nil {
		return err
	}
	for i := range p.Held {
		h := &p.Held[i]
		switch h.Kind {
		case KindTenure:
			post := version(titles[h.get("post")], within(p.On, h.From, h.Until))
			h.Fields = append([]Entry{{"title", post.Title}}, h.Fields...)
		case KindRelation:
			if n := names[h.get("other")]; n != nil {
				h.Fields = append([]Entry{{"name", n.FullName()}}, h.Fields...)
			}
		}
	}
	return nil
}

// entries are the fields of a fact as text.
func (f *fact) entries() []Entry {
	names := f.kind.content()
	out := make([]Entry, 0, len(names))
	for i, v := range f.vals {
		if s := valueText(v); s != "" {
			out = append(out, Entry{names[i], s})
		}
	}
	return out
}
