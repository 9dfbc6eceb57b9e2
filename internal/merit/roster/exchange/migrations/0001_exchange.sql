-- +goose Up

-- One row for each import: what was given, how far it is, what came of it.
-- row_done is the last row of the file that is in the roster (or was refused);
-- it and the counts are written in the transaction of each batch.
CREATE TABLE merit_exchange_import (
    id       TEXT PRIMARY KEY,
    kind     TEXT NOT NULL,
    name     TEXT NOT NULL,
    size     BIGINT NOT NULL,
    sha256   TEXT NOT NULL,
    input    TEXT NOT NULL,
    state    TEXT NOT NULL CHECK (state IN ('arriving', 'waiting', 'checking', 'checked', 'ready', 'writing', 'done', 'refused', 'failed', 'cancelled')),
    actor    TEXT NOT NULL,
    who      TEXT NOT NULL,
    made     BIGINT NOT NULL,
    changed  BIGINT NOT NULL,
    row_done BIGINT NOT NULL,
    added    BIGINT NOT NULL,
    altered  BIGINT NOT NULL,
    same     BIGINT NOT NULL,
    entries  BIGINT NOT NULL,
    stage    TEXT NOT NULL,
    part     BIGINT NOT NULL,
    report   TEXT NOT NULL,
    problem  TEXT NOT NULL
);
CREATE INDEX merit_exchange_import_made ON merit_exchange_import (made);
CREATE INDEX merit_exchange_import_sha256 ON merit_exchange_import (sha256);

-- Files in pieces: what was sent ('file') until the import is over, and the
-- refused rows ('refused') until the row above goes.
CREATE TABLE merit_exchange_part (
    import TEXT NOT NULL,
    what   TEXT NOT NULL CHECK (what IN ('file', 'refused')),
    n      BIGINT NOT NULL,
    body   BYTEA NOT NULL,
    PRIMARY KEY (import, what, n)
);
