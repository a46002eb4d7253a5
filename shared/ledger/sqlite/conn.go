package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"

	engine "modernc.org/sqlite"
)

// conn is one connection with its prepared statements, used by one goroutine at a time. It stands directly on the driver,
// because database/sql would add its pool, locks and conversions to each of many small reads.
type conn struct {
	raw   driver.Conn
	stmts map[string]statement
	args  []driver.NamedValue
	row   []driver.Value
}

type statement interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// dial opens a connection to the data file and runs the pragmas.
func dial(dsn string, pragmas ...string) (*conn, error) {
	connector, err := engine.NewConnector(dsn)
	if err != nil {
		return nil, err
	}
	raw, err := connector.Connect(context.Background())
	if err != nil {
		return nil, err
	}
	c := &conn{raw: raw, stmts: map[string]statement{}}
	for _, p := range pragmas {
		if err := c.each("PRAGMA "+p, 1, nil); err != nil {
			c.close()
			return nil, err
		}
	}
	return c, nil
}

func (c *conn) close() error {
	for _, s := range c.stmts {
		s.Close()
	}
	return c.raw.Close()
}

// prepared returns the statement for text, prepared once per connection.
func (c *conn) prepared(text string) (statement, error) {
	if s, ok := c.stmts[text]; ok {
		return s, nil
	}
	raw, err := c.raw.Prepare(text)
	if err != nil {
		return nil, err
	}
	s, ok := raw.(statement)
	if !ok {
		raw.Close()
		return nil, errors.New("sqlite driver without statement contexts")
	}
	c.stmts[text] = s
	return s, nil
}

// bind fills the connection's argument slice; values are int64, string, []byte or nil.
func (c *conn) bind(values []driver.Value) []driver.NamedValue {
	c.args = c.args[:0]
	for i, v := range values {
		c.args = append(c.args, driver.NamedValue{Ordinal: i + 1, Value: v})
	}
	return c.args
}

// exec runs a statement that gives no rows.
func (c *conn) exec(text string, values ...driver.Value) error {
	s, err := c.prepared(text)
	if err != nil {
		return err
	}
	_, err = s.ExecContext(context.Background(), c.bind(values))
	return err
}

// script runs several statements once, unprepared.
func (c *conn) script(text string) error {
	s, err := c.raw.Prepare(text)
	if err != nil {
		return err
	}
	defer s.Close()
	_, err = s.(driver.StmtExecContext).ExecContext(context.Background(), nil)
	return err
}

// each runs a query of width columns and gives every row to f, which must not keep it. f returns false to stop.
func (c *conn) each(text string, width int, f func(row []driver.Value) bool, values ...driver.Value) error {
	s, err := c.prepared(text)
	if err != nil {
		return err
	}
	rows, err := s.QueryContext(context.Background(), c.bind(values))
	if err != nil {
		return err
	}
	if len(rows.Columns()) == 0 {
		return rows.Close()
	}
	for cap(c.row) < width {
		c.row = append(c.row[:cap(c.row)], nil)
	}
	row := c.row[:width]
	for {
		err := rows.Next(row)
		if errors.Is(err, io.EOF) {
			return rows.Close()
		}
		if err != nil {
			rows.Close()
			return err
		}
		if f != nil && !f(row) {
			return rows.Close()
		}
	}
}

// number runs a query that gives one integer; 0 when it gives nothing.
func (c *conn) number(text string, values ...driver.Value) (n int64, err error) {
	err = c.each(text, 1, func(row []driver.Value) bool {
		n, _ = row[0].(int64)
		return true
	}, values...)
	return n, err
}
