-- +goose Up

-- Certificates that papers are sealed with, the newest in force. chain holds those
-- that issued it, DER one behind the other; key its private half, kept under the
-- key of the process, empty for one that only issues no more.
CREATE TABLE letter_certificate (
    id    TEXT   PRIMARY KEY CHECK (length(id) > 0),
    role  TEXT   NOT NULL CHECK (role IN ('authority', 'seal')),
    cert  BYTEA  NOT NULL,
    chain BYTEA  NOT NULL,
    key   BYTEA  NOT NULL,
    made  BIGINT NOT NULL
);

-- Papers as they were first given out. A paper is made once and not again.
CREATE TABLE letter_paper (
    kind TEXT   NOT NULL,
    ref  TEXT   NOT NULL,
    made BIGINT NOT NULL,
    sum  TEXT   NOT NULL UNIQUE,
    path TEXT   NOT NULL,
    file BYTEA  NOT NULL,
    PRIMARY KEY (kind, ref)
);
