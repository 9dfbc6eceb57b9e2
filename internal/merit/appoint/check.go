package appoint

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/store"
	"netral/internal/text"
)

func itoa(n int) string { return strconv.Itoa(n) }

// digested is how many rows an entry is about, and their SHA-256.
type digested struct {
	Rows   int    `json:"rows"`
	SHA256 string `json:"sha256"`
	First  string `json:"first"`
}

func digest(rows []string) digested {
	sum := sha256.Sum256([]byte(strings.Join(rows, "\n")))
	return digested{len(rows), hex.EncodeToString(sum[:]), rows[0]}
}

// maxListed is how many bytes of a list an entry of the record names: what it can
// hold altogether is 256 KiB.
const maxListed = 128 << 10

// listed is a list as the record says it: the list itself, or of a long one how
// many there are and the SHA-256 over its lines, sorted.
func listed(list any, lines []string) (any, error) {
	raw, err := json.Marshal(list)
	if err != nil || len(raw) <= maxListed {
		return list, err
	}
	return digest(slices.Sorted(slices.Values(lines))), nil
}

// line is a person for a post, as the SHA-256 of a list has it.
func (p Pair) line() string { return p.Post + "=" + p.Person }

// sight is what the roster says of everybody and everything in a batch, on its
// effective date.
type sight struct {
	batch  *Batch
	all    []Proposal
	posts  map[string]Post
	people map[string]Person
	leave  map[string]int // people of the batch who leave a post
	kin    *kinship
}

// look reads the roster.
func (s *Service) look(ctx context.Context, tx *store.Tx, b *Batch, all []Proposal) (*sight, error) {
	w := &sight{batch: b, all: all, leave: map[string]int{}, kin: s.kinship(b.Effective)}
	var people, posts []string
	for i := range all {
		posts = append(posts, all[i].Post)
		people = append(people, all[i].candidates()...)
		people = append(people, all[i].Proposer)
		for _, r := range all[i].Recusals {
			people = append(people, r.Person, r.Substitute)
		}
	}
	if b.Minutes != nil {
		people = append(people, b.Minutes.Assessors...)
	}
	if b.Decider != "" {
		people = append(people, b.Decider)
	}
	var err error
	if w.people, err = s.People(ctx, tx, unique(people), b.Effective); err != nil {
		return nil, err
	}
	for i := range all {
		if from := w.people[all[i].Person].Post; from != "" {
			posts = append(posts, from)
			w.leave[from]++
		}
	}
	w.posts, err = s.Posts(ctx, tx, unique(posts), b.Effective)
	return w, err
}

func unique(list []string) []string {
	out := slices.Clone(list)
	slices.Sort(out)
	out = slices.Compact(out)
	return slices.DeleteFunc(out, func(s string) bool { return s == "" })
}

// name of a person for a message.
func (w *sight) name(id string) string {
	if p, ok := w.people[id]; ok && p.Name != "" {
		return p.Name
	}
	return id
}

func (w *sight) title(id string) string {
	if p, ok := w.posts[id]; ok {
		return p.Title
	}
	return id
}

// free says how many seats of a post the batch may fill.
func (w *sight) free(post string) int {
	p := w.posts[post]
	return max(p.Seats, 1) - len(p.Holders) + w.leave[post]
}

// seat says what is wrong with the post of a proposal; "" for nothing.
func (w *sight) seat(post string) (key string, args []any) {
	p, ok := w.posts[post]
	if !ok {
		return "appoint.post.none", []any{clip(post), w.batch.Effective}
	}
	if w.free(post) < 1 {
		holder := ""
		if len(p.Holders) > 0 {
			holder = w.name(p.Holders[0])
		}
		return "appoint.post.held", []any{p.Title, w.batch.Effective, holder}
	}
	return "", nil
}

// wrong says what is wrong with new rows, by field.
func (s *Service) wrong(ctx context.Context, tx *store.Tx, w *sight, had, rows []Proposal) (fault.Fields, error) {
	var f fault.Fields
	posts, people := map[string]string{}, map[string]string{}
	for i := range had {
		posts[had[i].Post], people[had[i].Person] = had[i].Person, had[i].Post
	}
	holders := []string{}
	for i := range rows {
		holders = append(holders, w.posts[rows[i].Post].Holders...)
	}
	if more, err := s.People(ctx, tx, unique(holders), w.batch.Effective); err != nil {
		return nil, err
	} else {
		for id, p := range more {
			w.people[id] = p
		}
	}
	for i := range rows {
		r := &rows[i]
		at := field(i)
		if r.Post == "" { // said already
		} else if other, twice := posts[r.Post]; twice {
			f.Add(false, at("post"), "appoint.post.twice", w.title(r.Post), w.name(other))
		} else if key, args := w.seat(r.Post); key != "" {
			f = append(f, fault.Field{Name: at("post"), Key: key, Args: args})
		}
		if other, twice := people[r.Person]; twice && r.Person != "" {
			f.Add(false, at("person"), "appoint.person.twice", w.name(r.Person), w.title(other))
		}
		posts[r.Post], people[r.Person] = r.Person, r.Post
		for _, c := range r.candidates() {
			if c == "" {
				continue
			}
			p, ok := w.people[c]
			f.Add(ok && p.Serving, at("person"), "appoint.person.gone", w.name(c), w.batch.Effective)
			if c == r.Proposer {
				f.Add(false, at("proposer"), "appoint.propose.self")
				continue
			}
			kin, near, err := w.kin.between(ctx, tx, r.Proposer, c)
			if err != nil {
				return nil, err
			}
			f.Add(!near, at("proposer"), "appoint.propose.relative", w.name(r.Proposer), w.name(c), kin)
		}
	}
	return f, nil
}

// verdicts asks the rules about proposals.
func (s *Service) verdicts(ctx context.Context, tx *store.Tx, list []*Proposal, on day.Day) ([]Verdict, error) {
	out := make([]Verdict, len(list))
	if s.Eligible == nil {
		for i := range out {
			out[i] = Verdict{Answer: Undecided, From: day.None, Reasons: []Said{{
				ID: "Kelayakan belum dinilai oleh aturan di sistem ini.",
				EN: "Eligibility is not assessed by rules in this house yet."}}}
		}
		return out, nil
	}
	if len(list) == 0 {
		return out, nil
	}
	pairs := make([]Pair, len(list))
	for i, p := range list {
		pairs[i] = Pair{p.Person, p.Post}
	}
	got, err := s.Eligible(ctx, tx, pairs, on)
	if err != nil {
		return nil, err
	}
	for i, p := range pairs {
		v, ok := got[p]
		if !ok { // the roster has changed: what stands in the way says how
			v.Answer = Undecided
		}
		if v.Answer != NotYet {
			v.From = day.None
		}
		out[i] = v
	}
	return out, nil
}

func pointers(list []Proposal) []*Proposal {
	out := make([]*Proposal, len(list))
	for i := range list {
		out[i] = &list[i]
	}
	return out
}

// Obstacle is something that stands in the way of the signature.
type Obstacle struct {
	Post string // "" for the batch as a whole
	Key  string
	Args []any
}

// obstacles lists everything that stands in the way, of the batch first.
func (s *Service) obstacles(ctx context.Context, tx *store.Tx, w *sight) ([]Obstacle, error) {
	var out []Obstacle
	add := func(post, key string, args ...any) { out = append(out, Obstacle{post, key, args}) }
	b := w.batch
	if len(w.all) == 0 {
		add("", "appoint.need.proposals")
	}
	if b.Minutes == nil {
		add("", "appoint.need.minutes")
	}
	levels := map[string]bool{}
	for i := range w.all {
		p := w.posts[w.all[i].Post]
		if levels[p.Level] = true; p.Level == functional && p.Head {
			levels[functionalHead] = true
		}
	}
	for i := range s.Conditions {
		c := &s.Conditions[i]
		if c.applies(b, levels) && !slices.ContainsFunc(b.Approvals, func(a Approval) bool { return a.Kind == c.Approval }) {
			add("", "appoint.need."+c.Approval, c.Text, c.Article, text.Key("appoint.confidence."+strings.ToLower(c.Confidence)))
		}
	}
	posts, people := map[string]bool{}, map[string]bool{}
	postIn, personIn, err := decided(ctx, tx, b.ID)
	if err != nil {
		return nil, err
	}
	for i := range w.all {
		p := &w.all[i]
		if decree := postIn[p.Post]; decree != "" {
			add(p.Post, "appoint.need.post_decided", w.title(p.Post), decree)
		}
		if decree := personIn[p.Person]; decree != "" {
			add(p.Post, "appoint.need.person_decided", w.name(p.Person), decree)
		}
		if posts[p.Post] || people[p.Person] {
			add(p.Post, "appoint.need.once", w.name(p.Person), w.title(p.Post))
		}
		posts[p.Post], people[p.Person] = true, true
		if key, args := w.seat(p.Post); key != "" {
			add(p.Post, key, args...)
		}
		if !w.people[p.Person].Serving {
			add(p.Post, "appoint.person.gone", w.name(p.Person), b.Effective)
		}
		if p.Verdict.Answer != Yes && p.Exception == "" {
			add(p.Post, "appoint.need.verdict."+p.Verdict.Answer, w.name(p.Person), reasons(p.Verdict.Reasons))
		}
		if p.Against != "" && p.Exception == "" {
			add(p.Post, "appoint.need.against", w.name(p.Person), w.title(p.Post), p.Against)
		}
		hits, err := w.conflicts(ctx, tx, p)
		if err != nil {
			return nil, err
		}
		for _, h := range hits {
			if h.Who == h.Candidate {
				add(p.Post, "appoint.need.recusal_self", w.name(h.Who), w.title(p.Post))
			} else {
				add(p.Post, "appoint.need.recusal", w.name(h.Who), w.name(h.Candidate), w.title(p.Post), h.Kin)
			}
		}
		for _, c := range p.candidates() {
			kin, near, err := w.kin.between(ctx, tx, p.Proposer, c)
			if err != nil {
				return nil, err
			}
			if near { // declared after the proposal was made
				add(p.Post, "appoint.propose.relative", w.name(p.Proposer), w.name(c), kin)
			} else if c == p.Proposer {
				add(p.Post, "appoint.propose.self")
			}
		}
	}
	return out, nil
}

// reasons in the language of the reader.
type reasons []Said

func (r reasons) In(lang string) string {
	out := make([]string, len(r))
	for i, s := range r {
		out[i] = strings.TrimSuffix(s.In(lang), ".")
	}
	if len(out) == 0 {
		return ""
	}
	return strings.Join(out, "; ") + "."
}

// unrelated refuses who signs for a relative. Of the one whom the batch names as
// its signer the obstacles tell, and they may have stood back; but somebody else
// may sign, or the batch name nobody of the roster.
func (w *sight) unrelated(ctx context.Context, tx *store.Tx, who actor.Actor) error {
	if who.Person == "" || who.Person == w.batch.Decider {
		return nil
	}
	for i := range w.all {
		for _, c := range w.all[i].candidates() {
			kin, near, err := w.kin.between(ctx, tx, who.Person, c)
			if err != nil {
				return err
			}
			if near {
				return fault.New(fault.Denied, "appoint.sign.relative", w.name(c), kin)
			}
		}
	}
	return nil
}

// hit is a relation between somebody who takes part and a candidate.
type hit struct {
	Who, Candidate string
	Kin            Kin // empty when they are one and the same
}

// conflicts are the relations of a proposal for which nobody has stood back.
func (w *sight) conflicts(ctx context.Context, tx *store.Tx, p *Proposal) ([]hit, error) {
	var part []string
	if w.batch.Minutes != nil {
		part = append(part, w.batch.Minutes.Assessors...)
	}
	if w.batch.Decider != "" {
		part = append(part, w.batch.Decider)
	}
	for i, x := range part { // whoever stood back is replaced by who stands in
		for _, r := range p.Recusals {
			if r.Person == x {
				part[i] = r.Substitute
			}
		}
	}
	var out []hit
	for _, x := range unique(part) {
		for _, c := range p.candidates() {
			kin, near, err := w.kin.between(ctx, tx, x, c)
			if err != nil {
				return nil, err
			}
			if near || x == c {
				out = append(out, hit{x, c, kin})
			}
		}
	}
	return out, nil
}
