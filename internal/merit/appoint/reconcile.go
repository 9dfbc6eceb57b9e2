package appoint

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/store"
)

// Press is what others published of a decree.
type Press struct {
	Source string  `json:"source"` // who published it, and when
	Counts []Count `json:"counts"` // Level "" for all levels of an agency; Agency "" for all
}

// Compared is one line of the reconciliation.
type Compared struct {
	Agency string `json:"agency"`
	Level  string `json:"level"`
	Decree int    `json:"decree"`
	Roster int    `json:"roster" doc:"Who holds the post in the roster by this decree"`
	Press  int    `json:"press" doc:"-1 where nothing was published"`
}

// Differs says whether the figures of a line are not one.
func (c *Compared) Differs() bool {
	return c.Decree != c.Roster || c.Press >= 0 && c.Press != c.Decree
}

// Astray is a row of the decree that the roster does not have.
type Astray struct {
	No       int    `json:"no"`
	Name     string `json:"name"`
	Title    string `json:"title"`
	Standing string `json:"standing" doc:"withdrawn, absent, sworn, waits, or moved: in force, and the post is held by somebody else in the roster"`
}

// Reconciled is decree, roster and published figures side by side.
type Reconciled struct {
	Batch  Batch
	Lines  []Compared
	Astray []Astray
	Press  Press
}

// Reconcile puts the figures of a decree, of the roster on the effective date and
// of what others published side by side, and names the rows that differ.
func (s *Service) Reconcile(ctx context.Context, who actor.Actor, batch string) (Reconciled, error) {
	if err := s.allow(who, ActRead, Resource{Type: "batch", ID: batch}); err != nil {
		return Reconciled{}, err
	}
	var out Reconciled
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		b, err := batchByID(ctx, tx, batch)
		if err != nil {
			return err
		}
		if b.Number == 0 {
			return fault.New(fault.NotFound, "appoint.reconcile.unsigned")
		}
		list, err := proposalsOf(ctx, tx, batch)
		if err != nil {
			return err
		}
		w, err := s.look(ctx, tx, b, list)
		if err != nil {
			return err
		}
		if out.Press, err = pressOf(ctx, tx, batch); err != nil {
			return err
		}
		out.Batch = *b
		out.compare(list, w)
		return nil
	})
	return out, err
}

func (r *Reconciled) compare(list []Proposal, w *sight) {
	type key struct{ agency, level string }
	lines := map[key]*Compared{}
	at := func(agency, level string) *Compared {
		k := key{agency, level}
		if lines[k] == nil {
			lines[k] = &Compared{Agency: agency, Level: level, Press: -1}
		}
		return lines[k]
	}
	each := func(p *Proposal, add func(*Compared)) {
		for _, k := range []key{{"", ""}, {p.Row.Agency, ""}, {p.Row.Agency, p.Row.Level}} {
			add(at(k.agency, k.level))
		}
	}
	for i := range list {
		p := &list[i]
		each(p, func(c *Compared) { c.Decree++ })
		standing := "waits"
		switch held := slices.Contains(w.posts[p.Post].Holders, p.Person); {
		case p.InForce && held:
			each(p, func(c *Compared) { c.Roster++ })
			continue
		case p.InForce:
			standing = "moved"
		case p.Withdrawn != "":
			standing = "withdrawn"
		case p.Absent != "":
			standing = "absent"
		case p.Sworn > 0:
			standing = "sworn"
		}
		r.Astray = append(r.Astray, Astray{p.Row.No, p.said("name"), p.said("title"), standing})
	}
	for _, c := range r.Press.Counts {
		at(c.Agency, c.Level).Press = c.N
	}
	for _, c := range lines {
		r.Lines = append(r.Lines, *c)
	}
	slices.SortFunc(r.Lines, func(a, b Compared) int {
		return cmp.Or(cmp.Compare(a.Agency, b.Agency), cmp.Compare(rank(a.Level), rank(b.Level)), cmp.Compare(a.Level, b.Level))
	})
	slices.SortFunc(r.Astray, func(a, b Astray) int { return cmp.Compare(a.No, b.No) })
}

// Publish keeps the figures that others published, in the place of those before,
// which stay in the record.
func (s *Service) Publish(ctx context.Context, who actor.Actor, batch string, in Press) (ledger.Receipt, error) {
	if err := s.allow(who, ActPrepare, Resource{Type: "batch", ID: batch}); err != nil {
		return ledger.Receipt{}, err
	}
	var c checker
	c.text("source", in.Source, maxLong)
	c.Add(len(in.Counts) > 0 && len(in.Counts) <= 1000, "counts", "appoint.press.none")
	seen := map[string]bool{}
	for _, x := range in.Counts {
		c.optional("counts", x.Agency, maxShort)
		c.Add(x.Level == "" || rank(x.Level) >= 0, "counts", "appoint.press.level", clip(x.Level))
		c.Add(x.N >= 0 && x.N <= maxRows, "counts", "appoint.press.number", x.N)
		c.Add(!seen[x.Agency+"\x00"+x.Level], "counts", "appoint.press.twice", clip(x.Agency), x.Level)
		seen[x.Agency+"\x00"+x.Level] = true
	}
	if err := c.Err(); err != nil {
		return ledger.Receipt{}, err
	}
	return s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		b, err := batchByID(ctx, tx, batch)
		if err != nil {
			return ledger.Entry{}, err
		}
		if b.Number == 0 {
			return ledger.Entry{}, fault.New(fault.NotFound, "appoint.reconcile.unsigned")
		}
		body, err := json.Marshal(in)
		if err != nil {
			return ledger.Entry{}, err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO merit_appoint_press (batch, at, actor, body) VALUES ($1, $2, $3, $4)
			ON CONFLICT (batch) DO UPDATE SET at = excluded.at, actor = excluded.actor, body = excluded.body`, batch, tx.Now.UnixMilli(), who.ID, string(body))
		return ledger.Entry{Kind: "merit.appoint.compared", Subject: "batch:" + batch, Detail: map[string]any{"batch": batch, "press": in}}, err
	})
}

func pressOf(ctx context.Context, tx *store.Tx, batch string) (out Press, err error) {
	err = tx.Each(ctx, func(rows *sql.Rows) error {
		var body string
		if err := rows.Scan(&body); err != nil {
			return err
		}
		return json.Unmarshal([]byte(body), &out)
	}, `SELECT body FROM merit_appoint_press WHERE batch = $1`, batch)
	return out, err
}

// figures reads figures that were typed one a line: agency; level; number. Agency
// and level may be left out: "Dinas Kesehatan; 122", "203".
func figures(s string) ([]Count, error) {
	var out []Count
	var f fault.Fields
	for i, l := range lines(s) {
		parts := strings.Split(l, ";")
		for j := range parts {
			parts[j] = strings.TrimSpace(parts[j])
		}
		n, err := strconv.Atoi(strings.ReplaceAll(parts[len(parts)-1], ".", ""))
		if err != nil || len(parts) > 3 {
			f.Add(len(f) >= maxTold, "counts", "appoint.press.line", i+1, clip(l))
			continue
		}
		c := Count{N: n}
		if len(parts) > 1 {
			c.Agency = parts[0]
		}
		if len(parts) > 2 {
			c.Level = strings.ToLower(parts[1])
		}
		out = append(out, c)
	}
	return out, f.Err()
}
