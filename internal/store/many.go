package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// SQLite takes at most 32,766 values in a statement. Rows come in blocks of two
// sizes, so that few statements need to be kept prepared.
const (
	bigBlock   = 128
	smallBlock = 8
)

// fewRows is up to how many rows PostgreSQL gets as one statement like any
// other; more are copied.
const fewRows = 16

// InsertMany inserts n rows as fast as the engine can; row appends the values of
// one, in the order of the columns: string, int64, int, bool, []byte or nil. The
// names come from the program, never from outside. It may only be used in a
// Write, and fails as an INSERT of each row would.
func (tx *Tx) InsertMany(ctx context.Context, table string, columns []string, n int, row func(i int, to []any) []any) error {
	if tx.batch == nil {
		return errReadOnly
	}
	if n == 0 {
		return nil
	}
	if tx.Dialect == Postgres && n > fewRows {
		return tx.copyMany(ctx, table, columns, n, row)
	}
	if tx.Dialect == SQLite && n >= manyRows {
		if err := tx.room(ctx); err != nil {
			return err
		}
	}
	head := `INSERT INTO ` + table + ` (` + strings.Join(columns, ", ") + `) VALUES `
	texts := map[int]string{}
	args := make([]any, 0, bigBlock*len(columns))
	for done := 0; done < n; {
		size := 1
		if n-done >= bigBlock {
			size = bigBlock
		} else if n-done >= smallBlock {
			size = smallBlock
		}
		text := texts[size]
		if text == "" {
			text = head + tx.rowsOf(size, len(columns))
			texts[size] = text
		}
		args = args[:0]
		for i := range size {
			args = row(done+i, args)
		}
		if _, err := tx.ExecContext(ctx, text, args...); err != nil {
			return err
		}
		done += size
	}
	return nil
}

var errReadOnly = errors.New("store: a Read cannot insert")

// rowsOf are places for rows. To SQLite $1 is a name, which it seeks in a list
// for each value: with a thousand values that takes most of the time. A bare ?
// has no name.
func (tx *Tx) rowsOf(rows, columns int) string {
	var b strings.Builder
	for i := range rows {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteByte('(')
		for j := range columns {
			if j > 0 {
				b.WriteString(", ")
			}
			if tx.Dialect == SQLite {
				b.WriteByte('?')
				continue
			}
			b.WriteByte('$')
			b.WriteString(strconv.Itoa(1 + i*columns + j))
		}
		b.WriteByte(')')
	}
	return b.String()
}

// copyMany sends the rows through COPY, as text: to the server that is cheaper
// than a value at a time, and there is nothing to ask beforehand.
func (tx *Tx) copyMany(ctx context.Context, table string, columns []string, n int, row func(i int, to []any) []any) error {
	if err := tx.usable(); err != nil {
		return err
	}
	conn, ok := tx.run.(*sql.Conn)
	if !ok {
		return errReadOnly
	}
	src := &copyReader{n: n, row: row}
	err := conn.Raw(func(c any) error {
		_, err := c.(*stdlib.Conn).Conn().PgConn().CopyFrom(tx.own(ctx), src, `COPY `+table+` (`+strings.Join(columns, ", ")+`) FROM STDIN`)
		if err != nil && pgconn.SafeToRetry(err) {
			return driver.ErrBadConn // as the driver says it of a statement
		}
		return err
	})
	if src.err != nil {
		err = src.err // what we told the server is told back by it
	}
	return tx.note(err)
}

// copyReader makes the text of COPY while it is read.
type copyReader struct {
	n, at int
	row   func(i int, to []any) []any
	vals  []any
	buf   []byte
	rest  []byte
	err   error
}

func (r *copyReader) Read(p []byte) (int, error) {
	if len(r.rest) == 0 {
		r.buf = r.buf[:0]
		for len(r.buf) < len(p) && r.at < r.n {
			r.vals = r.row(r.at, r.vals[:0])
			r.at++
			if r.buf, r.err = copyLine(r.buf, r.vals); r.err != nil {
				return 0, r.err
			}
		}
		r.rest = r.buf
	}
	if len(r.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// copyLine is a row as COPY reads it.
func copyLine(b []byte, vals []any) ([]byte, error) {
	for i, v := range vals {
		if i > 0 {
			b = append(b, '\t')
		}
		switch v := v.(type) {
		case string:
			b = copyText(b, v)
		case int64:
			b = strconv.AppendInt(b, v, 10)
		case int:
			b = strconv.AppendInt(b, int64(v), 10)
		case bool:
			b = append(b, strconv.FormatBool(v)[0])
		case []byte:
			if v == nil {
				b = append(b, `\N`...)
				break
			}
			b = append(b, `\\x`...)
			b = hex.AppendEncode(b, v)
		case nil:
			b = append(b, `\N`...)
		default:
			return b, fmt.Errorf("store: a value of type %T cannot be inserted with many", v)
		}
	}
	return append(b, '\n'), nil
}

// copyText escapes what COPY would take for something else.
func copyText(b []byte, s string) []byte {
	for {
		i := strings.IndexAny(s, "\\\t\n\r")
		if i < 0 {
			return append(b, s...)
		}
		b = append(b, s[:i]...)
		switch s[i] {
		case '\t':
			b = append(b, `\t`...)
		case '\n':
			b = append(b, `\n`...)
		case '\r':
			b = append(b, `\r`...)
		default:
			b = append(b, `\\`...)
		}
		s = s[i+1:]
	}
}
