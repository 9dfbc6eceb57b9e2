package appoint

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/store"
)

func insertBatch(ctx context.Context, tx *store.Tx, b *Batch, who string) error {
	body, err := json.Marshal(b.Papers)
	if err != nil {
		return err
	}
	b.At, b.By = tx.Now, who
	_, err = tx.ExecContext(ctx, `INSERT INTO merit_appoint_batch (id, state, version, effective, at, actor, year, number, body, file, sum) VALUES ($1, $2, $3, $4, $5, $6, 0, 0, $7, $8, '')`,
		b.ID, b.State, b.Version, b.Effective.String(), tx.Now.UnixMilli(), who, string(body), []byte{})
	return err
}

// updateBatch writes what changed, under the next version.
func updateBatch(ctx context.Context, tx *store.Tx, b *Batch, who string) error {
	body, err := json.Marshal(b.Papers)
	if err != nil {
		return err
	}
	b.Version++
	b.At, b.By = tx.Now, who
	_, err = tx.ExecContext(ctx, `UPDATE merit_appoint_batch SET state = $2, version = $3, at = $4, actor = $5, year = $6, number = $7, body = $8, sum = $9 WHERE id = $1`,
		b.ID, b.State, b.Version, tx.Now.UnixMilli(), who, b.Year, b.Number, string(body), b.Sum)
	return err
}

func putFile(ctx context.Context, tx *store.Tx, id string, file []byte) error {
	_, err := tx.ExecContext(ctx, `UPDATE merit_appoint_batch SET file = $2 WHERE id = $1`, id, file)
	return err
}

func readFile(ctx context.Context, tx *store.Tx, id string) (file []byte, err error) {
	err = tx.QueryRowContext(ctx, `SELECT file FROM merit_appoint_batch WHERE id = $1`, id).Scan(&file)
	return file, err
}

func batches(ctx context.Context, tx *store.Tx, tail string, args ...any) (out []Batch, err error) {
	err = tx.Each(ctx, func(rows *sql.Rows) error {
		var b Batch
		var at int64
		var body string
		if err := rows.Scan(&b.ID, &b.State, &b.Version, &at, &b.By, &b.Year, &b.Number, &body, &b.Sum); err != nil {
			return err
		}
		b.At = time.UnixMilli(at).UTC()
		if err := json.Unmarshal([]byte(body), &b.Papers); err != nil {
			return err
		}
		out = append(out, b)
		return nil
	}, `SELECT id, state, version, at, actor, year, number, body, sum FROM merit_appoint_batch `+tail, args...)
	return out, err
}

// asked says whether a text can be asked for: PostgreSQL fails at what is no
// UTF-8 or holds NUL, SQLite finds nothing.
func asked(s string) bool { return utf8.ValidString(s) && !strings.Contains(s, "\x00") }

func batchByID(ctx context.Context, tx *store.Tx, id string) (*Batch, error) {
	var list []Batch
	var err error
	if asked(id) {
		list, err = batches(ctx, tx, `WHERE id = $1`, id)
	}
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, fault.New(fault.NotFound, "appoint.batch.none", clip(id))
	}
	return &list[0], nil
}

func insertProposal(ctx context.Context, tx *store.Tx, batch string, p *Proposal) error {
	body, err := json.Marshal(p.Case)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO merit_appoint_proposal (batch, post, person, code, body) VALUES ($1, $2, $3, $4, $5)`, batch, p.Post, p.Person, p.Code, string(body))
	return err
}

func updateProposal(ctx context.Context, tx *store.Tx, batch string, p *Proposal) error {
	body, err := json.Marshal(p.Case)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE merit_appoint_proposal SET body = $3 WHERE batch = $1 AND post = $2`, batch, p.Post, string(body))
	return err
}

func deleteProposal(ctx context.Context, tx *store.Tx, batch, post string) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM merit_appoint_proposal WHERE batch = $1 AND post = $2`, batch, post)
	return err
}

func proposals(ctx context.Context, tx *store.Tx, tail string, args ...any) (out []Proposal, err error) {
	err = tx.Each(ctx, func(rows *sql.Rows) error {
		var p Proposal
		var body string
		if err := rows.Scan(&p.Post, &p.Person, &p.Code, &body); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(body), &p.Case); err != nil {
			return err
		}
		out = append(out, p)
		return nil
	}, `SELECT post, person, code, body FROM merit_appoint_proposal `+tail, args...)
	return out, err
}

func proposalsOf(ctx context.Context, tx *store.Tx, batch string) ([]Proposal, error) {
	return proposals(ctx, tx, `WHERE batch = $1 ORDER BY post`, batch)
}

// proposalBy is the proposal of a batch with a value in a column that is unique in
// it; empty for none.
func proposalBy(ctx context.Context, tx *store.Tx, column, batch, value string) ([]Proposal, error) {
	if !asked(batch) || !asked(value) {
		return nil, nil
	}
	return proposals(ctx, tx, `WHERE batch = $1 AND `+column+` = $2`, batch, value)
}

func proposalFor(ctx context.Context, tx *store.Tx, batch, post string) (*Proposal, error) {
	list, err := proposalBy(ctx, tx, "post", batch, post)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, fault.New(fault.NotFound, "appoint.proposal.none", clip(post))
	}
	return &list[0], nil
}

// decided gives the decree that is signed and not in force by the posts and people
// that stand in it, without those of one batch. Who was absent from the oath keeps
// no post from others.
func decided(ctx context.Context, tx *store.Tx, without string) (posts, people map[string]string, err error) {
	posts, people = map[string]string{}, map[string]string{}
	err = tx.Each(ctx, func(rows *sql.Rows) error {
		var b Batch
		var p Proposal
		var body string
		if err := rows.Scan(&b.Year, &b.Number, &p.Post, &p.Person, &body); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(body), &p.Case); err != nil {
			return err
		}
		if !p.InForce && p.Absent == "" {
			posts[p.Post], people[p.Person] = b.Decree(), b.Decree()
		}
		return nil
	}, `SELECT b.year, b.number, p.post, p.person, p.body FROM merit_appoint_batch b JOIN merit_appoint_proposal p ON p.batch = b.id WHERE b.state = 'signed' AND b.id <> $1 ORDER BY b.year, b.number, p.post`, without)
	return posts, people, err
}

// lastDecree is the last number of a year and its day; 0 and day.None for none.
func lastDecree(ctx context.Context, tx *store.Tx, year int) (n int, on day.Day, err error) {
	var at string
	err = tx.QueryRowContext(ctx, `SELECT last, day FROM merit_appoint_register WHERE year = $1`, year).Scan(&n, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, day.None, nil
	}
	if err != nil {
		return 0, day.None, err
	}
	on, err = day.Parse(at)
	return n, on, err
}

// takeNumber gives the next number of a year. It is given back when the
// transaction does not commit, so that there are no gaps.
func takeNumber(ctx context.Context, tx *store.Tx, year int, on day.Day) (int, error) {
	var n int
	err := tx.QueryRowContext(ctx, `INSERT INTO merit_appoint_register (year, last, day) VALUES ($1, 1, $2)
		ON CONFLICT (year) DO UPDATE SET last = merit_appoint_register.last + 1, day = excluded.day RETURNING last`, year, on.String()).Scan(&n)
	return n, err
}
