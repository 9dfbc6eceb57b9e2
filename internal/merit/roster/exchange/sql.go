package exchange

import (
	"context"
	"database/sql"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/store"
)

//go:embed migrations/*.sql
var files embed.FS

// Migrations are the tables of imports.
var Migrations = store.Line{Name: "merit_exchange", FS: files}

// State is where an import is.
type State string

// The states.
const (
	Arriving  State = "arriving"  // the file is being sent
	Waiting   State = "waiting"   // for its check
	Checking  State = "checking"  // a dry run
	Checked   State = "checked"   // for somebody to confirm
	Ready     State = "ready"     // confirmed
	Writing   State = "writing"   // some of it may be in the roster
	Done      State = "done"      // all, or all good rows, are in
	Refused   State = "refused"   // all or nothing, and something was refused
	Failed    State = "failed"    // not readable, or ended by an error
	Cancelled State = "cancelled" // by somebody
)

// Busy reports that the import changes by itself.
func (s State) Busy() bool {
	return s == Arriving || s == Waiting || s == Checking || s == Ready || s == Writing
}

// partly reports that the import ended after some of it was in.
func (m *Import) partly() bool {
	return (m.State == Refused || m.State == Failed || m.State == Cancelled) && m.Entries > 0
}

// Import is one import.
type Import struct {
	ID      string    `json:"id"`
	Kind    string    `json:"kind"`
	Name    string    `json:"name"`
	Size    int64     `json:"size"`
	SHA256  string    `json:"sha256"`
	Input   Input     `json:"input"`
	State   State     `json:"state"`
	Actor   string    `json:"actor"`
	Made    time.Time `json:"made"`
	Changed time.Time `json:"changed"`
	Row     int64     `json:"row"` // the last that is in
	New     int64     `json:"new"`
	Altered int64     `json:"changed_rows"`
	Same    int64     `json:"same"`
	Entries int64     `json:"entries"`
	Stage   string    `json:"stage"`
	Part    int64     `json:"part"`             // of Stage, in hundredths
	Report  *Report   `json:"report,omitempty"` // of the last check or run
	Problem *Trouble  `json:"problem,omitempty"`

	who actor.Actor
}

// Trouble is a fault as it is kept.
type Trouble struct {
	Key    string    `json:"key"`
	Args   []Problem `json:"args"` // one, whose Args are those of the fault
	Fields []Problem `json:"fields"`
}

func troubleOf(f *fault.Error) *Trouble {
	t := &Trouble{Key: f.Key, Args: []Problem{{Key: f.Key, Args: f.Args}}}
	for _, x := range f.Fields {
		t.Fields = append(t.Fields, Problem{Field: x.Name, Key: x.Key, Args: x.Args})
	}
	return t
}

// Fault is the fault again.
func (t *Trouble) Fault() *fault.Error {
	f := &fault.Error{Kind: fault.Invalid, Key: t.Key}
	for _, a := range t.Args {
		f.Args = a.Args
	}
	for _, x := range t.Fields {
		f.Fields = append(f.Fields, fault.Field{Name: x.Field, Key: x.Key, Args: x.Args})
	}
	return f
}

const importColumns = `id, kind, name, size, sha256, input, state, actor, who, made, changed, row_done, added, altered, same, entries, stage, part, report, problem`

func scanImport(scan func(...any) error) (Import, error) {
	var m Import
	var input, who, report, problem string
	var made, changed int64
	err := scan(&m.ID, &m.Kind, &m.Name, &m.Size, &m.SHA256, &input, &m.State, &m.Actor, &who, &made, &changed, &m.Row, &m.New, &m.Altered, &m.Same, &m.Entries, &m.Stage, &m.Part, &report, &problem)
	if err != nil {
		return m, err
	}
	m.Made, m.Changed = time.UnixMilli(made).UTC(), time.UnixMilli(changed).UTC()
	for _, x := range []struct {
		from string
		to   any
	}{{input, &m.Input}, {who, &m.who}, {report, &m.Report}, {problem, &m.Problem}} {
		if x.from == "" {
			continue
		}
		if err := json.Unmarshal([]byte(x.from), x.to); err != nil {
			return m, fmt.Errorf("exchange: import %s: %w", m.ID, err)
		}
	}
	return m, nil
}

func encode(v any) (string, error) {
	b, err := json.Marshal(v)
	return string(b), err
}

func insertImport(ctx context.Context, tx *store.Tx, m *Import) error {
	input, err := encode(m.Input)
	if err != nil {
		return err
	}
	who, err := encode(m.who)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO merit_exchange_import (`+importColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, 0, 0, 0, 0, '', 0, '', '')`,
		m.ID, m.Kind, m.Name, m.Size, m.SHA256, input, m.State, m.who.ID, who, tx.Now.UnixMilli(), tx.Now.UnixMilli())
	return err
}

func readImport(ctx context.Context, tx *store.Tx, where string, args ...any) (*Import, error) {
	m, err := scanImport(tx.QueryRowContext(ctx, `SELECT `+importColumns+` FROM merit_exchange_import WHERE `+where, args...).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fault.New(fault.NotFound, "exchange.unknown")
	}
	return &m, err
}

func listImports(ctx context.Context, tx *store.Tx, n int) (out []Import, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT `+importColumns+` FROM merit_exchange_import ORDER BY made DESC, id DESC LIMIT $1`, n)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // read to the end below
	for rows.Next() {
		m, err := scanImport(rows.Scan)
		if err != nil {
			return nil, err
		}
		m.Report = nil
		out = append(out, m)
	}
	return out, rows.Err()
}

// move changes the state when it is one of those given, and reports whether it
// was.
func move(ctx context.Context, tx *store.Tx, id string, to State, from ...State) (bool, error) {
	for _, f := range from {
		res, err := tx.ExecContext(ctx, `UPDATE merit_exchange_import SET state = $1, changed = $2, stage = '', part = 0 WHERE id = $3 AND state = $4`, to, tx.Now.UnixMilli(), id, f)
		if err != nil {
			return false, err
		}
		if n, err := res.RowsAffected(); err != nil || n > 0 {
			return n > 0, err
		}
	}
	return false, nil
}

func setInput(ctx context.Context, tx *store.Tx, id string, in Input, who actor.Actor) error {
	input, err := encode(in)
	if err != nil {
		return err
	}
	by, err := encode(who)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE merit_exchange_import SET input = $1, actor = $2, who = $3, changed = $4 WHERE id = $5`, input, who.ID, by, tx.Now.UnixMilli(), id)
	return err
}

// advance notes a batch, in its transaction.
func advance(ctx context.Context, tx *store.Tx, id string, row int64, added, altered, same, entries int) error {
	_, err := tx.ExecContext(ctx, `UPDATE merit_exchange_import SET row_done = $1, added = added + $2, altered = altered + $3, same = same + $4, entries = entries + $5, changed = $6 WHERE id = $7`,
		row, added, altered, same, entries, tx.Now.UnixMilli(), id)
	return err
}

func setStage(ctx context.Context, tx *store.Tx, id, stage string, part int64) error {
	_, err := tx.ExecContext(ctx, `UPDATE merit_exchange_import SET stage = $1, part = $2, changed = $3 WHERE id = $4`, stage, part, tx.Now.UnixMilli(), id)
	return err
}

func setReport(ctx context.Context, tx *store.Tx, id string, r *Report, t *Trouble) error {
	report, problem := "", ""
	var err error
	if r != nil {
		if report, err = encode(r); err != nil {
			return err
		}
	}
	if t != nil {
		if problem, err = encode(t); err != nil {
			return err
		}
	}
	_, err = tx.ExecContext(ctx, `UPDATE merit_exchange_import SET report = $1, problem = $2 WHERE id = $3`, report, problem, id)
	return err
}

func insertPart(ctx context.Context, tx *store.Tx, id, what string, n int64, body []byte) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO merit_exchange_part (import, what, n, body) VALUES ($1, $2, $3, $4)`, id, what, n, body)
	return err
}

func readPart(ctx context.Context, tx *store.Tx, id, what string, n int64) (body []byte, err error) {
	err = tx.QueryRowContext(ctx, `SELECT body FROM merit_exchange_part WHERE import = $1 AND what = $2 AND n = $3`, id, what, n).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return body, err
}

func dropParts(ctx context.Context, tx *store.Tx, id, what string) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM merit_exchange_part WHERE import = $1 AND what = $2`, id, what)
	return err
}

func setFile(ctx context.Context, tx *store.Tx, id string, size int64, sum string) error {
	_, err := tx.ExecContext(ctx, `UPDATE merit_exchange_import SET size = $1, sha256 = $2 WHERE id = $3`, size, sum, id)
	return err
}

// forget drops files that nobody confirmed, and refused rows that nobody will
// mend any more.
func forget(ctx context.Context, tx *store.Tx, files, refused time.Time) error {
	// A check that did not move for so long was given up, or its process was a
	// command that is gone.
	const idle = `changed < $1 AND state IN ('arriving', 'waiting', 'checking', 'checked', 'failed')`
	for _, q := range []string{
		`DELETE FROM merit_exchange_part WHERE what = 'file' AND import IN (SELECT id FROM merit_exchange_import WHERE ` + idle + `)`,
		`UPDATE merit_exchange_import SET state = 'cancelled' WHERE ` + idle,
	} {
		if _, err := tx.ExecContext(ctx, q, files.UnixMilli()); err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, `DELETE FROM merit_exchange_part WHERE what = 'refused' AND import IN (SELECT id FROM merit_exchange_import WHERE changed < $1)`, refused.UnixMilli())
	return err
}
