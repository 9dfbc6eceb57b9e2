package appoint

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/sheet"
	"netral/internal/store"
)

// Table is a table of proposals that was sent and is not taken yet.
type Table struct {
	ID       string
	Batch    string
	By       string // actor
	At       time.Time
	Name     string // of the file, for display
	Proposer string // NIP, NRK or id; for rows that name nobody
	Map      map[string]string
}

// TableInput is a table of proposals.
type TableInput struct {
	Batch    string
	Name     string            // of the file
	Body     []byte            // CSV or XLSX
	Proposer string            // for rows that name nobody; "" for who sends it
	Map      map[string]string // heading → one of Columns, or Ignore
}

// Refusal is why a row is not taken.
type Refusal struct {
	Row     int64 // as a spreadsheet counts: the heading is 1
	Letter  string
	Heading string
	Problem fault.Field
	Post    string // as it was given
	Person  string
}

// TableReport is what taking a table would do, or did.
type TableReport struct {
	Version  int // of the batch that was looked at
	Format   sheet.Format
	Columns  []Column
	Rows     int
	Refused  int // rows
	Refusals []Refusal
	Verdicts map[string]int // of the rows that are not refused
}

// Keep keeps a table until it is taken, and says what taking it would do. One
// that the same officer sent before for the batch goes. Faults: those of
// reading it.
func (s *Service) Keep(ctx context.Context, who actor.Actor, in TableInput) (Table, error) {
	if err := s.allow(who, ActPrepare, Resource{Type: "batch", ID: in.Batch}); err != nil {
		return Table{}, err
	}
	if len(in.Body) > maxTable {
		return Table{}, fault.New(fault.TooLarge, "sheet.file", len(in.Body)>>20+1, maxTable>>20)
	}
	var c checker
	c.optional("proposer", in.Proposer, 64)
	if err := c.Err(); err != nil {
		return Table{}, err
	}
	// Columns are mended on the page of the table; what is no table is not kept.
	if _, err := readGrid(in.Body, in.Map, ""); err != nil && fault.Of(err).Key != "appoint.table.head" {
		return Table{}, err
	}
	id, err := s.ids.ID(s.Rand, s.Now())
	if err != nil {
		return Table{}, err
	}
	t := Table{ID: id, Batch: in.Batch, By: who.ID, Name: clip(strings.TrimSpace(in.Name)), Proposer: strings.TrimSpace(in.Proposer), Map: in.Map}
	sum := sha256.Sum256(in.Body)
	_, err = s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		b, err := batchByID(ctx, tx, in.Batch)
		if err != nil {
			return ledger.Entry{}, err
		}
		if b.State != Draft {
			return ledger.Entry{}, fault.New(fault.Conflict, "appoint.state."+b.State)
		}
		if err := s.apart(ctx, tx, who, b.ID); err != nil {
			return ledger.Entry{}, err
		}
		if t.Proposer != "" {
			if _, err := s.one(ctx, tx, "proposer", t.Proposer); err != nil {
				return ledger.Entry{}, err
			}
		}
		return ledger.Entry{Kind: "merit.appoint.tablekept", Subject: "batch:" + b.ID, Detail: map[string]any{"batch": b.ID, "sha256": hex.EncodeToString(sum[:]), "bytes": len(in.Body)}}, putTable(ctx, tx, &t, in.Body)
	})
	return t, err
}

// Look says what taking a table would do now; nothing is written. The fault is
// about the headings; the report has the columns then, too.
func (s *Service) Look(ctx context.Context, who actor.Actor, batch, id string) (Table, Batch, TableReport, error) {
	if err := s.allow(who, ActPrepare, Resource{Type: "batch", ID: batch}); err != nil {
		return Table{}, Batch{}, TableReport{}, err
	}
	var t *Table
	var b *Batch
	var out TableReport
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		var body []byte
		var err error
		if t, body, err = tableByID(ctx, tx, batch, id); err != nil {
			return err
		}
		if b, err = batchByID(ctx, tx, batch); err != nil {
			return err
		}
		g, err := readGrid(body, t.Map, t.Proposer)
		out.Format, out.Columns = g.format, g.columns
		if err != nil {
			return err
		}
		out, err = s.tried(ctx, tx, who, b, g)
		return err
	})
	if t == nil || b == nil {
		return Table{}, Batch{}, TableReport{}, err
	}
	return *t, *b, out, err
}

// tried says what would come of a grid.
func (s *Service) tried(ctx context.Context, tx *store.Tx, who actor.Actor, b *Batch, g *grid) (TableReport, error) {
	out := TableReport{Version: b.Version, Format: g.format, Columns: g.columns, Rows: len(g.rows), Verdicts: map[string]int{}}
	if len(g.rows) == 0 {
		return out, fault.New(fault.Invalid, "sheet.empty")
	}
	rows, f, err := s.typed(ctx, tx, who, g.rows)
	if err != nil {
		return out, err
	}
	had, err := proposalsOf(ctx, tx, b.ID)
	if err != nil {
		return out, err
	}
	if n := len(had) + len(rows); n > maxRows {
		return out, fault.New(fault.Invalid, "appoint.propose.count", n, maxRows)
	}
	all := append(append(make([]Proposal, 0, len(had)+len(rows)), had...), rows...)
	w, err := s.look(ctx, tx, b, all)
	if err != nil {
		return out, err
	}
	more, err := s.wrong(ctx, tx, w, had, rows)
	if err != nil {
		return out, err
	}
	bad := out.refuse(g, append(f, more...))
	var good []*Proposal
	for i := range rows {
		if !bad[i] {
			good = append(good, &rows[i])
		}
	}
	verdicts, err := s.verdicts(ctx, tx, good, b.Effective)
	for _, v := range verdicts {
		out.Verdicts[v.Answer]++
	}
	return out, err
}

// refuse puts what is wrong on the rows of the file.
func (t *TableReport) refuse(g *grid, f fault.Fields) map[int]bool {
	bad := map[int]bool{}
	for _, x := range f {
		m := rowField.FindStringSubmatch(x.Name)
		if m == nil {
			continue
		}
		i, err := strconv.Atoi(m[1])
		if err != nil || i >= len(g.rows) {
			continue
		}
		bad[i] = true
		c, _ := g.at(strings.TrimPrefix(x.Name, m[0]+"."))
		t.Refusals = append(t.Refusals, Refusal{Row: g.numbers[i], Letter: c.Letter, Heading: c.Heading, Problem: x, Post: clip(g.rows[i].Post), Person: clip(g.rows[i].Person)})
	}
	t.Refused = len(bad)
	slices.SortStableFunc(t.Refusals, func(a, b Refusal) int { return cmp.Compare(a.Row, b.Row) })
	return bad
}

// Take puts the rows of a table into its batch: all of them, or none when one is
// refused. The fault then says how many; Look names them.
func (s *Service) Take(ctx context.Context, who actor.Actor, batch, id string, version int) (Batch, ledger.Receipt, error) {
	var g *grid
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := s.allow(who, ActPrepare, Resource{Type: "batch", ID: batch}); err != nil {
			return err
		}
		t, body, err := tableByID(ctx, tx, batch, id)
		if err != nil {
			return err
		}
		g, err = readGrid(body, t.Map, t.Proposer)
		return err
	})
	if err != nil {
		return Batch{}, ledger.Receipt{}, err
	}
	return s.propose(ctx, who, ProposeInput{Batch: batch, Version: version, Rows: g.rows}, func(ctx context.Context, tx *store.Tx) error {
		return deleteTable(ctx, tx, "id", id)
	})
}

// DryRun says what taking a table would do, and keeps nothing.
func (s *Service) DryRun(ctx context.Context, who actor.Actor, in TableInput) (out TableReport, err error) {
	if err := s.allow(who, ActPrepare, Resource{Type: "batch", ID: in.Batch}); err != nil {
		return out, err
	}
	g, err := readGrid(in.Body, in.Map, in.Proposer)
	if g != nil {
		out.Format, out.Columns = g.format, g.columns
	}
	if err != nil {
		return out, err
	}
	err = s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		b, err := batchByID(ctx, tx, in.Batch)
		if err != nil {
			return err
		}
		if b.State != Draft {
			return fault.New(fault.Conflict, "appoint.state."+b.State)
		}
		out, err = s.tried(ctx, tx, who, b, g)
		return err
	})
	return out, err
}

// keyRefused is the key of a table of which rows are refused.
const keyRefused = "appoint.table.refused"

// Import takes a table at once, all of its rows or none; the report says which
// are refused and why. Version -1 is the one that stands.
func (s *Service) Import(ctx context.Context, who actor.Actor, in TableInput, version int) (TableReport, Batch, error) {
	out, err := s.DryRun(ctx, who, in)
	if err != nil {
		return out, Batch{}, err
	}
	if out.Refused > 0 {
		return out, Batch{}, fault.New(fault.Invalid, keyRefused, out.Refused, out.Rows)
	}
	g, err := readGrid(in.Body, in.Map, in.Proposer)
	if err != nil {
		return out, Batch{}, err
	}
	if version < 0 {
		version = out.Version
	}
	b, _, err := s.Propose(ctx, who, ProposeInput{Batch: in.Batch, Version: version, Rows: g.rows})
	return out, b, err
}

// Remap changes what the columns of a table are.
func (s *Service) Remap(ctx context.Context, who actor.Actor, batch, id string, mapping map[string]string) error {
	return s.tableChange(ctx, who, batch, id, "merit.appoint.tablemapped", func(ctx context.Context, tx *store.Tx) error { return mapTable(ctx, tx, id, mapping) })
}

// Discard drops a table that was not taken.
func (s *Service) Discard(ctx context.Context, who actor.Actor, batch, id string) error {
	return s.tableChange(ctx, who, batch, id, "merit.appoint.tabledropped", func(ctx context.Context, tx *store.Tx) error { return deleteTable(ctx, tx, "id", id) })
}

func (s *Service) tableChange(ctx context.Context, who actor.Actor, batch, id, kind string, f func(context.Context, *store.Tx) error) error {
	if err := s.allow(who, ActPrepare, Resource{Type: "batch", ID: batch}); err != nil {
		return err
	}
	_, err := s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		t, _, err := tableByID(ctx, tx, batch, id)
		if err != nil {
			return ledger.Entry{}, err
		}
		return ledger.Entry{Kind: kind, Subject: "batch:" + batch, Detail: map[string]string{"batch": batch, "table": t.ID}}, f(ctx, tx)
	})
	return err
}
