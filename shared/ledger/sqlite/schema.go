package sqlite

import (
	"errors"
	"fmt"
	"strings"

	"guichet/shared/guichet"

	engine "modernc.org/sqlite"
	code "modernc.org/sqlite/lib"
)

// version is what this program writes into PRAGMA user_version. A file of a later one is refused; an earlier one is
// brought up to it by the steps after its own number.
const version = 1

// application marks a data file as ours ("gui1"), so that the file of another program is not taken over by mistake.
const application = 0x67756931

// steps bring a data file from version i to i+1.
var steps = [version]string{`
-- The rows are kept in the order of their creation, so that new ones share pages whatever their key; the unique key, the
-- three sparse indexes and the expiry lead to them. A counter changes one small row, a body is never rewritten by it.
CREATE TABLE items(
	id INTEGER PRIMARY KEY,
	p TEXT NOT NULL, s TEXT NOT NULL,
	v INTEGER NOT NULL, n INTEGER NOT NULL, x INTEGER NOT NULL, a INTEGER NOT NULL,
	p1 TEXT, s1 TEXT, p2 TEXT, s2 TEXT, p3 TEXT, s3 TEXT,
	b BLOB);
CREATE UNIQUE INDEX items_key ON items(p, s);
CREATE INDEX items_1 ON items(p1, s1, p, s) WHERE p1 IS NOT NULL;
CREATE INDEX items_2 ON items(p2, s2, p, s) WHERE p2 IS NOT NULL;
CREATE INDEX items_3 ON items(p3, s3, p, s) WHERE p3 IS NOT NULL;
CREATE INDEX items_x ON items(x) WHERE x > 0;
-- The feed keeps what an announced item was at its creation, until Trim.
CREATE TABLE feed(
	seq INTEGER PRIMARY KEY,
	p TEXT NOT NULL, s TEXT NOT NULL,
	v INTEGER NOT NULL, n INTEGER NOT NULL, x INTEGER NOT NULL, a INTEGER NOT NULL,
	p1 TEXT, s1 TEXT, p2 TEXT, s2 TEXT, p3 TEXT, s3 TEXT,
	b BLOB);
CREATE TABLE trimmed(id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL);
INSERT INTO trimmed VALUES (1, 0);
`}

// migrate makes the tables of a new file and brings an old one up to date.
func migrate(c *conn, path string) error {
	have, err := c.number("PRAGMA user_version")
	if err != nil {
		return explain(err, path)
	}
	mark, err := c.number("PRAGMA application_id")
	if err != nil {
		return explain(err, path)
	}
	tables, err := c.number("SELECT count(*) FROM sqlite_schema")
	switch {
	case err != nil:
		return explain(err, path)
	case mark != application && tables > 0:
		return guichet.Errorf(guichet.Invalid, "%s is the data file of another program", path)
	case have > version:
		return guichet.Errorf(guichet.Invalid, "%s is of version %d, this program knows up to %d: start a newer one", path, have, version)
	case have == version:
		return nil
	}
	text := strings.Join(steps[have:], "")
	err = c.script(fmt.Sprintf("BEGIN IMMEDIATE; %s PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT;", text, application, version))
	return explain(err, path)
}

// explain turns an error of SQLite at opening into a sentence about the file; nil stays nil.
func explain(err error, path string) error {
	if err == nil {
		return nil
	}
	why, kind := "cannot be opened", guichet.Other
	var e *engine.Error
	if errors.As(err, &e) {
		switch e.Code() & 0xff {
		case code.SQLITE_CANTOPEN:
			why, kind = "cannot be opened: its folder is missing or not writable", guichet.Invalid
		case code.SQLITE_READONLY, code.SQLITE_PERM:
			why, kind = "cannot be written", guichet.Invalid
		case code.SQLITE_NOTADB, code.SQLITE_CORRUPT:
			why, kind = "is not a data file, or damaged", guichet.Invalid
		case code.SQLITE_BUSY, code.SQLITE_LOCKED:
			why, kind = "is in use by another program", guichet.Temporary
		}
	}
	return guichet.Errorf(kind, "data file %s %s: %w", path, why, err)
}

// broken is an error of SQLite while working: full disk, lost file. Trying again may help.
func broken(what string, err error) error {
	if err == nil {
		return nil
	}
	return guichet.Errorf(guichet.Temporary, "ledger: %s: %w", what, err)
}
