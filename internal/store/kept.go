package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
)

// openKept opens a pool of SQLite connections of which each keeps its
// statements prepared: reading the text of a query takes SQLite several times
// as long as answering it. The driver for PostgreSQL does the same by itself.
func openKept(name string) (*sql.DB, error) {
	pool, err := sql.Open("sqlite", name) // which calls nobody
	if err != nil {
		return nil, err
	}
	d := pool.Driver()
	if err := pool.Close(); err != nil {
		return nil, err
	}
	return sql.OpenDB(kept{d, name}), nil
}

// kept makes connections that keep their statements.
type kept struct {
	driver driver.Driver
	name   string
}

func (k kept) Driver() driver.Driver { return k.driver }

func (k kept) Connect(context.Context) (driver.Conn, error) {
	c, err := k.driver.Open(k.name)
	if err != nil {
		return nil, err
	}
	return &keptConn{inner: c.(inner), stmts: map[string]*keptStmt{}}, nil
}

// inner is what the driver's connection can do.
type inner interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// keptConn is used by one goroutine at a time; database/sql sees to that.
type keptConn struct {
	inner
	stmts map[string]*keptStmt
}

type keptStmt struct {
	driver.Stmt
	open bool // its rows are being read: it cannot be asked again meanwhile
}

// QueryContext asks through a prepared statement.
func (c *keptConn) QueryContext(ctx context.Context, q string, args []driver.NamedValue) (driver.Rows, error) {
	s, ok := c.stmts[q]
	if ok && s.open {
		return c.inner.QueryContext(ctx, q, args)
	}
	if !ok {
		p, err := c.inner.PrepareContext(ctx, q)
		if err != nil {
			return nil, err
		}
		if len(c.stmts) >= maxStatements {
			c.forget()
		}
		s = &keptStmt{Stmt: p}
		c.stmts[q] = s
	}
	rows, err := s.Stmt.(driver.StmtQueryContext).QueryContext(ctx, args)
	if err != nil {
		return nil, err
	}
	s.open = true
	return &keptRows{rows, s}, nil
}

// forget closes what is not in use.
func (c *keptConn) forget() {
	for q, s := range c.stmts {
		if !s.open {
			s.Close() //nolint:errcheck // nothing to lose
			delete(c.stmts, q)
		}
	}
}

func (c *keptConn) Close() error {
	for _, s := range c.stmts {
		s.Close() //nolint:errcheck // the connection goes, too
	}
	return c.inner.Close()
}

// keptRows gives the statement free again.
type keptRows struct {
	driver.Rows
	s *keptStmt
}

func (r *keptRows) Close() error {
	r.s.open = false
	return r.Rows.Close()
}
